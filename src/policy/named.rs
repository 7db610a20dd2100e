//! The URLs that an inline script names in full.
//!
//! Vendors' signatures know the snippets of the catalog. A loader that a site or a tag manager wrote itself is known by what
//! it loads: any URL that a rule withholds is as good as a signature.

use std::borrow::Cow;
use std::ops::Range;

use crate::block::{self, BLOCK};

/// Tells `found` of each URL with a host, and where it stands from that host on, in order.
///
/// A URL begins with a scheme and two slashes, or with these alone behind a quote, and ends with the string or the attribute
/// that it stands in. Slashes may be written as `\/`, as in JSON.
pub(super) fn urls(script: &[u8], mut found: impl FnMut(Range<usize>, &[u8])) {
    let (blocks, rest) = script.as_chunks::<BLOCK>();
    let last = block::padded(rest);
    let mut before = 0;
    // What stands in the query of a URL is not fetched.
    let mut end = 0;
    for (n, block) in blocks.iter().chain([&last]).enumerate() {
        let slashes = block::mask(block, b'/');
        // Those with another one right before, or one byte before that.
        let mut second = slashes & (slashes << 1 | slashes << 2 | before);
        before = slashes >> 63 | slashes >> 62;
        while second != 0 {
            let at = n * BLOCK + second.trailing_zeros() as usize;
            second &= second - 1;
            if at >= end
                && let Some(place) = place(script, at)
            {
                end = place.end;
                found(at + 1..end, &plain(script.get(place).unwrap_or_default()));
            }
        }
    }
}

/// The bytes of a URL whose second slash stands at `at`.
fn place(script: &[u8], at: usize) -> Option<Range<usize>> {
    let (slashes, from) = script.split_at_checked(at + 1)?;
    if !from.first()?.is_ascii_alphanumeric() {
        return None;
    }
    let before = slashes.strip_suffix(b"//").or_else(|| slashes.strip_suffix(br"\/\/"))?;
    begins(before).then(|| before.len()..slashes.len() + until_end(from).len())
}

/// Whether a URL may have two slashes here; most that begin a comment do not look like it.
fn begins(before: &[u8]) -> bool {
    match before.last() {
        Some(b'\'' | b'"' | b'`' | b'=') => true,
        Some(b':') => before.ends_with(b"http:") || before.ends_with(b"https:"),
        _ => false,
    }
}

fn until_end(from: &[u8]) -> &[u8] {
    let ends = |&byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'\'' | b'"' | b'`' | b'<' | b'>');
    from.get(..from.iter().position(ends).unwrap_or(from.len())).unwrap_or_default()
}

/// A URL without the backslashes before its slashes.
fn plain(url: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\\', url).is_none() {
        return Cow::Borrowed(url);
    }
    let escapes = |at: usize| url.get(at) == Some(&b'\\') && url.get(at + 1) == Some(&b'/');
    Cow::Owned(url.iter().enumerate().filter(|(at, _)| !escapes(*at)).map(|(_, byte)| *byte).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(script: &str) -> Vec<(usize, String)> {
        let mut list = Vec::new();
        urls(script.as_bytes(), |place, url| {
            assert_eq!(script[place.clone()].replace("\\/", "/"), String::from_utf8_lossy(&url[2..]));
            list.push((place.start, String::from_utf8_lossy(url).into_owned()));
        });
        list
    }

    #[test]
    fn urls_are_found_where_a_string_or_an_attribute_may_hold_them() {
        for (script, want) in [
            ("s.src='//a.test/x?y=1'", &[(9, "//a.test/x?y=1")][..]),
            ("s.src=\"https://a.test\"", &[(15, "//a.test")]),
            ("s.src=`http://${host}/` + `https://b.test/${id}`", &[(35, "//b.test/${id}")]),
            (r#"{"u":"https:\/\/a.test\/b\/c"}"#, &[(16, "//a.test/b/c")]),
            ("document.write('<img src=//a.test/x>')", &[(27, "//a.test/x")]),
            ("x('https://a.test/?to=//b.test', '//c.test')", &[(11, "//a.test/?to=//b.test"), (36, "//c.test")]),
            ("// a.test\nx=1//b.test\n/* //c.test */", &[]),
            ("x('ftp://a.test');y('///a.test');z('//')", &[]),
        ] {
            let want: Vec<_> = want.iter().map(|&(at, url)| (at, url.to_owned())).collect();
            assert_eq!(found(script), want, "{script}");
        }
    }

    /// Looks at every place, straight from the documentation.
    fn naive(script: &str) -> Vec<(usize, String)> {
        let (mut list, mut end) = (Vec::new(), 0);
        for (at, _) in script.match_indices('/') {
            let rest = &script[at + 1..];
            let before = &script[..=at];
            let Some(before) = before.strip_suffix("//").or(before.strip_suffix("\\/\\/")) else { continue };
            let begins =
                before.ends_with(['\'', '"', '`', '=']) || before.ends_with("http:") || before.ends_with("https:");
            if at >= end && begins && rest.starts_with(|c: char| c.is_ascii_alphanumeric()) {
                let len = rest.find(|c: char| c.is_ascii_whitespace() || "'\"`<>".contains(c)).unwrap_or(rest.len());
                end = at + 1 + len;
                list.push((at + 1, format!("//{}", rest[..len].replace("\\/", "/"))));
            }
        }
        list
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_a_plain_search_finds(
            script in r#"([a-c./:'"=\\ é]|https?:|//|\\/\\/|'//a\.b|-{60}|-{63}){0,60}"#,
        ) {
            prop_assert_eq!(found(&script), naive(&script));
        }

        #[test]
        fn what_is_found_stands_in_the_script(script in r#"([a-c./:'"=\\ ]|https?:|//|\\/\\/){0,40}"#) {
            let plain = script.replace("\\/", "/");
            for (at, url) in found(&script) {
                prop_assert!(script.is_char_boundary(at) && plain.contains(&url), "{} {}", script, url);
                prop_assert!(url.starts_with("//") && !url.contains(['\'', '"', ' ']), "{} {}", script, url);
            }
        }
    }
}
