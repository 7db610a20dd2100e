//! The text of a configuration, and where in it a field stands.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::{ConfigError, ConfigErrorKind};

/// The text, and how to speak of a place in it.
pub(super) struct Source<'a> {
    pub(super) text: &'a str,
    pub(super) file: &'a str,
}

impl Source<'_> {
    /// Says where the refused value stands.
    pub(super) fn refuse<T, R>(&self, value: &Spanned<T>, result: Result<R, ConfigError>) -> Result<R, ConfigError> {
        result.map_err(|error| self.error(value.span().start, error.kind(), &error.to_string()))
    }

    pub(super) fn error(&self, at: usize, kind: ConfigErrorKind, message: &str) -> ConfigError {
        let line = 1 + self.text.bytes().take(at).filter(|&byte| byte == b'\n').count();
        // The field is the last one that begins at or before the place; without a syntax tree there is none.
        let field = self.entries().into_iter().filter(|entry| entry.at <= at).max_by_key(|entry| entry.at);
        let field = field.map_or_else(String::new, |entry| format!("{}: ", entry.path));
        ConfigError::new(kind, format!("{}:{line}: {field}{message}", self.file))
    }

    /// The text with every line blanked that does not belong to the top-level field `name`: the lines that remain keep
    /// their numbers, for the errors of whoever reads them.
    pub(super) fn only(&self, name: &str) -> String {
        let mut entries = self.entries();
        entries.sort_by_key(|entry| entry.at);
        let mut entries = entries.into_iter().peekable();
        let mut kept = String::with_capacity(self.text.len());
        let (mut end, mut ours) = (0, false);
        for line in self.text.split_inclusive('\n') {
            end += line.len();
            // TOML puts a line break between two top-level fields, so a line belongs to one of them.
            while let Some(entry) = entries.next_if(|entry| entry.at < end) {
                ours = entry.root == name;
            }
            kept.push_str(if ours { line } else { "\n" });
        }
        kept
    }

    /// Where every key, table header and array element begins.
    fn entries(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        if let Ok(table) = DeTable::parse(self.text) {
            collect(table.get_ref(), None, &mut entries);
        }
        entries
    }
}

struct Entry {
    at: usize,
    root: String,
    path: String,
}

fn collect(table: &DeTable<'_>, parent: Option<(&str, &str)>, entries: &mut Vec<Entry>) {
    for (key, value) in table.iter() {
        let name = key.get_ref().as_ref();
        let path = parent.map_or_else(|| name.to_owned(), |(_, path)| format!("{path}.{name}"));
        let root = parent.map_or(name, |(root, _)| root);
        entries.push(Entry { at: key.span().start, root: root.to_owned(), path: path.clone() });
        collect_value(value, root, &path, entries);
    }
}

fn collect_value(value: &Spanned<DeValue<'_>>, root: &str, path: &str, entries: &mut Vec<Entry>) {
    match value.get_ref() {
        DeValue::Table(table) => {
            entries.push(Entry { at: value.span().start, root: root.to_owned(), path: path.to_owned() });
            collect(table, Some((root, path)), entries);
        }
        DeValue::Array(array) => {
            for element in array.iter() {
                entries.push(Entry { at: element.span().start, root: root.to_owned(), path: path.to_owned() });
                collect_value(element, root, path, entries);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendor_tables_are_cut_out_with_their_line_numbers() {
        let text = concat!(
            "held-limit = 4096\n",
            "[catalog]\nremove = [\n \"a\",\n]\n",
            "[[vendor]]\nid = \"x\"\nurls = [\n  \"[policy]\",\n]\n# a word\n",
            "  [[vendor]]\n  note = '''\n[policy]\n'''\n",
            "[policy]\nstrict = true\n",
            "[[vendor]]\nid = \"z\"\n[policy.purpose]\nads = \"keep\"",
        );
        let want = concat!(
            "\n",
            "\n\n\n\n",
            "[[vendor]]\nid = \"x\"\nurls = [\n  \"[policy]\",\n]\n# a word\n",
            "  [[vendor]]\n  note = '''\n[policy]\n'''\n",
            "\n\n",
            "[[vendor]]\nid = \"z\"\n\n\n",
        );
        assert_eq!(Source { text, file: "" }.only("vendor"), want);
    }
}
