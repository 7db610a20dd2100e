//! The `[gpc]` table of the configuration file, as a text of its own.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Blanks everything but the `[gpc]` tables and takes `gpc` off their headers, so that what is left is a file of the
/// library's own options with every line where the operator wrote it.
///
/// `None` if that cannot be done, because the options are written in another way: in one line, with dots or quotes, or
/// with `[gpc.x]` before `[gpc]`.
pub(crate) fn alone(text: &str) -> Option<String> {
    let alone = blank_the_rest(text)?;
    let whole: toml::Table = toml::from_str(text).ok()?;
    let table: toml::Table = toml::from_str(&alone).ok()?;
    // An option that got lost would be worse than one that is refused.
    (whole.get("gpc")?.as_table()? == &table).then_some(alone)
}

fn blank_the_rest(text: &str) -> Option<String> {
    let document = DeTable::parse(text).ok()?;
    let mut values = Vec::new();
    for value in document.get_ref().values() {
        leaves(value, &mut values);
    }

    let mut alone = String::with_capacity(text.len());
    let mut section = Section::Other;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        // A line inside a multi-line string or array may look like a header.
        let inside = values.iter().any(|span| span.start < start && start < span.end);
        if !inside && line.trim_start().starts_with('[') {
            section = Section::of(line);
            alone.push_str(&section.header(line));
        } else if section == Section::Other {
            alone.push_str(line_end(line));
        } else {
            alone.push_str(line);
        }
        start += line.len();
    }
    Some(alone)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    /// `[gpc]`
    Root,
    /// `[gpc.x]` or `[[gpc.x]]`
    Sub,
    Other,
}

impl Section {
    fn of(header: &str) -> Self {
        let Some(rest) = header.trim_start_matches(SKIP).strip_prefix("gpc").map(|rest| rest.trim_start_matches(BLANK))
        else {
            return Self::Other;
        };
        match rest.as_bytes().first() {
            Some(b']') => Self::Root,
            Some(b'.') => Self::Sub,
            _ => Self::Other,
        }
    }

    fn header(self, line: &str) -> String {
        match self {
            Self::Sub => line.replacen("gpc", "", 1).replacen('.', "", 1),
            Self::Root | Self::Other => line_end(line).to_owned(),
        }
    }
}

const BLANK: [char; 2] = [' ', '\t'];
const SKIP: [char; 3] = [' ', '\t', '['];

fn line_end(line: &str) -> &str {
    if line.ends_with('\n') { "\n" } else { "" }
}

/// Where strings and arrays are: values that may run over several lines.
fn leaves(value: &Spanned<DeValue<'_>>, spans: &mut Vec<Range<usize>>) {
    match value.get_ref() {
        DeValue::Table(table) => table.values().for_each(|value| leaves(value, spans)),
        DeValue::Array(array) if array.iter().all(|value| matches!(value.get_ref(), DeValue::Table(_))) => {
            array.iter().for_each(|value| leaves(value, spans));
        }
        _ => spans.push(value.span()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_stays_where_it_was() {
        for (text, want) in [
            ("a = 1\n[gpc]\nx = 1\n", "\n\nx = 1\n"),
            ("[gpc]\nx = 1\n[gpc.purpose]\ny = 2\n[other]\nz = 3", "\nx = 1\n[purpose]\ny = 2\n\n"),
            (
                "[gpc]\n[[gpc.vendor]]\nid = 'a'\n[[ gpc . vendor ]]\nid = 'b'\n",
                "\n[[vendor]]\nid = 'a'\n[[   vendor ]]\nid = 'b'\n",
            ),
            (" [ gpc ] # why\nx = 1\r\ny = 2\r\n", "\nx = 1\r\ny = 2\r\n"),
            ("a = '''\n[gpc]\n'''\n[gpc]\nx = '''\n[other]\n'''\n", "\n\n\n\nx = '''\n[other]\n'''\n"),
            ("a = [\n[1],\n]\n[gpc]\nx = [\n[2],\n]\n", "\n\n\n\nx = [\n[2],\n]\n"),
            ("[gpcx]\na = 1\n[gpc]\nx = 1\n[x.gpc]\nb = 1\n", "\n\n\nx = 1\n\n\n"),
        ] {
            let alone = alone(text).unwrap();
            assert_eq!(alone, want, "{text}");
            assert_eq!(alone.matches('\n').count(), text.matches('\n').count(), "{text}");
            toml::from_str::<toml::Table>(&alone).unwrap();
        }
    }

    #[test]
    fn what_comes_out_is_the_table_itself() {
        let text = "n = 1\n[gpc]\nx = [{ a = 1 }, { a = 2 }]\n[n2]\nm = 1\n[gpc.p]\ns = \"\"\"\n[n]\n\"\"\"\n[gpc.p.q]\nt = 1\n";
        let whole: toml::Table = toml::from_str(text).unwrap();
        let part: toml::Table = toml::from_str(&alone(text).unwrap()).unwrap();
        assert_eq!(whole.get("gpc").and_then(toml::Value::as_table), Some(&part));
    }

    #[test]
    fn other_ways_to_write_a_table_are_refused() {
        for text in [
            "",
            "gpc = 1",
            "gpc = { x = 1 }",
            "gpc.x = 1",
            "gpc.x = 1\n[gpc.y]\nz = 1\n",
            "[gpc.x]\ny = 1\n[gpc]\nz = 1\n",
            "\"gpc\".x = 1",
            "[\"gpc\"]\nx = 1\n",
            "[gpc]\nx = 1\n['gpc'.y]\nz = 1\n",
        ] {
            assert_eq!(alone(text), None, "{text}");
        }
    }
}
