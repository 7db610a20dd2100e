//! The one reader of `; name=value` parameters (RFC 9110 §5.6.6), as links, media types and weights carry them.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

use super::list::{closing_quote, trim, trim_start};

/// Reads the parameters that follow a member's first part: `name` without white space, `value` without quotes.
///
/// What stands before the first `;`, or between a quoted value and the next `;`, is skipped. A quoted value that is
/// never closed ends where the text ends, as in WHATWG MIME Sniffing §4.4.
pub(super) fn params(text: &[u8]) -> impl Iterator<Item = (&[u8], Cow<'_, [u8]>)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let param = rest.get(memchr(b';', rest)? + 1..)?;
        let end = memchr2(b'=', b';', param).unwrap_or(param.len());
        let (name, after) = param.split_at_checked(end)?;
        let value;
        (value, rest) = match after.strip_prefix(b"=") {
            Some(after) => read_value(after),
            None => (Cow::Borrowed(&[][..]), after),
        };
        Some((trim(name), value))
    })
}

/// The first parameter called `name`; names are case-insensitive.
pub(super) fn first<'a>(text: &'a [u8], name: &str) -> Option<Cow<'a, [u8]>> {
    params(text).find(|(found, _)| found.eq_ignore_ascii_case(name.as_bytes())).map(|(_, value)| value)
}

/// Splits the text after `=` into the value and what follows it.
fn read_value(text: &[u8]) -> (Cow<'_, [u8]>, &[u8]) {
    if let Some(inside) = trim_start(text).strip_prefix(b"\"") {
        let length = closing_quote(inside).unwrap_or(inside.len());
        let (value, rest) = inside.split_at_checked(length).unwrap_or((inside, &[]));
        return (unescaped(value), rest);
    }
    let length = memchr(b';', text).unwrap_or(text.len());
    let (value, rest) = text.split_at_checked(length).unwrap_or((text, &[]));
    (Cow::Borrowed(trim(value)), rest)
}

fn unescaped(value: &[u8]) -> Cow<'_, [u8]> {
    if memchr(b'\\', value).is_none() {
        return Cow::Borrowed(value);
    }
    let mut bytes = value.iter().copied();
    Cow::Owned(
        std::iter::from_fn(|| bytes.next().and_then(|byte| if byte == b'\\' { bytes.next() } else { Some(byte) }))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let text_of = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        params(text.as_bytes()).map(|(name, value)| (text_of(name), text_of(&value))).collect()
    }

    #[test]
    fn parameters_are_read_quoted_or_not() {
        let table: &[(&str, &[(&str, &str)])] = &[
            ("", &[]),
            ("no parameter", &[]),
            (";", &[("", "")]),
            ("; a", &[("a", "")]),
            (";a=1;b=2", &[("a", "1"), ("b", "2")]),
            (" ;\ta = 1 ; b= 2 ", &[("a", "1"), ("b", "2")]),
            (r#";a="1;2";b="x, y""#, &[("a", "1;2"), ("b", "x, y")]),
            (r#";a="say \"hi\"; \\";b"#, &[("a", r#"say "hi"; \"#), ("b", "")]),
            (r#";a="1" junk=3;b=2"#, &[("a", "1"), ("b", "2")]),
            (r#";a="open;b=2"#, &[("a", "open;b=2")]),
            (r#";a="open\"#, &[("a", "open")]),
            (r#";a=1"2;b"#, &[("a", "1\"2"), ("b", "")]),
            (";a==1", &[("a", "=1")]),
            (";=;=", &[("", ""), ("", "")]),
        ];
        for (input, want) in table {
            let want: Vec<_> = want.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
            assert_eq!(read(input), want, "{input}");
        }
    }

    #[test]
    fn the_first_of_a_name_counts_in_any_case() {
        assert_eq!(first(b"; x=1; Rel=a; REL=b", "rel").as_deref(), Some(&b"a"[..]));
        assert_eq!(first(b"; relation=a; rel*=b", "rel"), None);
    }
}
