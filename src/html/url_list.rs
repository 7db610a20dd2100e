//! Attribute values that hold several URLs: `srcset`, `ping`, `attributionsrc`.

use std::ops::Range;

use super::is_space;

/// One URL of a list, and what goes with it when it is taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) url: Range<usize>,
    /// From this URL to where the next one begins, or to the end.
    pub(super) whole: Range<usize>,
}

/// The image candidates of a `srcset` or `imagesrcset` (WHATWG HTML 4.8.4.2.2, "parsing a srcset attribute").
///
/// The value must be decoded: a comma or a space that is written as a character reference parts URLs too.
pub(super) fn srcset(value: &[u8]) -> impl Iterator<Item = Entry> + '_ {
    let mut at = 0;
    entries(value, move || {
        at += count(value, at, |byte| is_space(byte) || byte == b',');
        let start = at;
        at += count(value, at, |byte| !is_space(byte));
        let mut end = at;
        while end > start && value.get(end - 1) == Some(&b',') {
            end -= 1;
        }
        if end == at {
            let mut depth = 0u32;
            at += count(value, at, |byte| {
                match byte {
                    b'(' => depth += 1,
                    b')' => depth = depth.saturating_sub(1),
                    b',' if depth == 0 => return false,
                    _ => {}
                }
                true
            });
        }
        (start < end).then_some(start..end)
    })
}

/// URLs parted by white space: `ping`, `attributionsrc`.
pub(super) fn spaced(value: &[u8]) -> impl Iterator<Item = Entry> + '_ {
    let mut at = 0;
    entries(value, move || {
        at += count(value, at, is_space);
        let start = at;
        at += count(value, at, |byte| !is_space(byte));
        (start < at).then_some(start..at)
    })
}

/// Turns URLs into entries: each reaches to the beginning of the next.
fn entries<'a>(
    value: &'a [u8],
    mut next: impl FnMut() -> Option<Range<usize>> + 'a,
) -> impl Iterator<Item = Entry> + 'a {
    let mut ahead = next();
    std::iter::from_fn(move || {
        let url = ahead.take()?;
        ahead = next();
        let end = ahead.as_ref().map_or(value.len(), |url| url.start);
        Some(Entry { whole: url.start..end, url })
    })
}

fn count(value: &[u8], at: usize, mut wanted: impl FnMut(u8) -> bool) -> usize {
    value.get(at..).unwrap_or_default().iter().take_while(|&&byte| wanted(byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(value: &str, entries: impl Iterator<Item = Entry>) -> Vec<(String, String)> {
        entries.map(|e| (value[e.url].to_owned(), value[e.whole].to_owned())).collect()
    }

    #[test]
    fn candidates_of_a_srcset_are_parted_as_the_standard_says() {
        for (value, want) in [
            ("", &[][..]),
            (" , ", &[]),
            ("a", &[("a", "a")]),
            ("a 1x, b 2x", &[("a", "a 1x, "), ("b", "b 2x")]),
            ("a,b", &[("a,b", "a,b")]),
            ("a, b", &[("a", "a, "), ("b", "b")]),
            ("a,, b", &[("a", "a,, "), ("b", "b")]),
            ("a (1,2) x, b", &[("a", "a (1,2) x, "), ("b", "b")]),
            (",,a 1x,b", &[("a", "a 1x,"), ("b", "b")]),
        ] {
            let want: Vec<_> = want.iter().map(|(u, w)| (u.to_string(), w.to_string())).collect();
            assert_eq!(texts(value, srcset(value.as_bytes())), want, "{value}");
        }
    }

    #[test]
    fn urls_of_a_ping_are_parted_by_white_space() {
        let value = " a\n b ";
        assert_eq!(texts(value, spaced(value.as_bytes())), [("a".into(), "a\n ".into()), ("b".into(), "b ".into())]);
        assert_eq!(spaced(b" ").count(), 0);
    }
}
