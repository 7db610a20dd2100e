//! `Link` (RFC 8288): hints that make the browser connect or fetch before it has seen a single tag.

use http::header::{HeaderMap, LINK};

use super::edit::{self, Edit};
use super::list::{self, Syntax};
use super::params;

/// Relations that make the browser connect or fetch; it follows no other relation by itself.
const FETCHING: [&str; 7] =
    ["dns-prefetch", "modulepreload", "preconnect", "prefetch", "preload", "prerender", "stylesheet"];

/// Takes out the links that would fetch a withheld URL, and returns how many there are.
///
/// `withheld` is given the text between `<` and `>`. In a dry run they are counted and stay. Links with another
/// relation stay, and so does what is no link by RFC 8288 B.2. The URLs of `imagesrcset` are not looked at.
pub(crate) fn withhold(headers: &mut HeaderMap, dry_run: bool, mut withheld: impl FnMut(&[u8]) -> bool) -> usize {
    let mut count = 0;
    edit::fields(headers, &LINK, |line| {
        list::edit(line.as_bytes(), Syntax::Links, |link| {
            if !fetched(link).is_some_and(&mut withheld) {
                return Edit::Keep;
            }
            count += 1;
            if dry_run { Edit::Keep } else { Edit::Remove }
        })
    });
    count
}

/// The URL that the browser would turn to because of this link.
fn fetched(link: &[u8]) -> Option<&[u8]> {
    let inside = link.strip_prefix(b"<")?;
    let (url, after) = inside.split_at_checked(memchr::memchr(b'>', inside)?)?;
    // RFC 8288 §3.3: relations after the first `rel` are ignored; they are separated by white space, in any case.
    let relations = params::first(after, "rel")?;
    let fetches = |relation: &[u8]| FETCHING.iter().any(|name| relation.eq_ignore_ascii_case(name.as_bytes()));
    relations.split(u8::is_ascii_whitespace).any(fetches).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::testing::{all, headers, lines};

    /// The tracker of these tests is any URL on the host `t`.
    fn tracker(url: &[u8]) -> bool {
        url.starts_with(b"//t/") || url == b"//t"
    }

    #[test]
    fn links_to_withheld_urls_go_and_the_rest_stays_as_it_is() {
        let table: &[(&[&str], &[&str], usize)] = &[
            (&[], &[], 0),
            (&["<//t/>; rel=preload"], &[], 1),
            (&["<//a/>; rel=preload"], &["<//a/>; rel=preload"], 0),
            (&["<//a>;rel=preload, <//t/>;rel=preload , <//b>"], &["<//a>;rel=preload, <//b>"], 1),
            (&["<//t/>;rel=preload,  <//b>;  rel=next"], &["<//b>;  rel=next"], 1),
            (&["<//b>;rel=next,<//t/>;rel=preload"], &["<//b>;rel=next"], 1),
            (&["<//t/1>;rel=preload, <//t/2>;rel=prefetch"], &[], 2),
            // Several fields: each is judged on its own.
            (&["<//t>;rel=preconnect", "<//b>;rel=preconnect", "<//t>;rel=preload"], &["<//b>;rel=preconnect"], 2),
            // Every relation that fetches, in any case, quoted or not, in a list.
            (&["<//t>;rel=dns-prefetch", "<//t>;rel=MODULEPRELOAD", "<//t>;rel=\"Stylesheet\""], &[], 3),
            (&["<//t>; rel=\"next\tprerender\""], &[], 1),
            (&["<//t>; REL = \"pre\\load\""], &[], 1),
            (&["<//t>; anchor=\"#x\"; title=\"a;b\"; rel=preload"], &[], 1),
            // The first `rel` counts.
            (&["<//t>; rel=next; rel=preload"], &["<//t>; rel=next; rel=preload"], 0),
            (&["<//t>; rel=preload; rel=next"], &[], 1),
            // No relation, another one, or one that only contains a name.
            (&["<//t>"], &["<//t>"], 0),
            (&["<//t>; rel=canonical"], &["<//t>; rel=canonical"], 0),
            (&["<//t>; rel=preloaded"], &["<//t>; rel=preloaded"], 0),
            (&["<//t>; rel=\"x-preload next\""], &["<//t>; rel=\"x-preload next\""], 0),
            (&["<//t>; title=\"; rel=preload\""], &["<//t>; title=\"; rel=preload\""], 0),
            // Commas inside URLs and strings do not end a link.
            (&["<//t/?a,b=\",>; rel=preload, <//b,c>; rel=preload"], &["<//b,c>; rel=preload"], 1),
            (&["<//b>; title=\"x, <//t>; rel=preload\""], &["<//b>; title=\"x, <//t>; rel=preload\""], 0),
            (&["<//b>; title=\"\\\", <//t>; rel=preload\""], &["<//b>; title=\"\\\", <//t>; rel=preload\""], 0),
            // Outside a value a quote is nothing special, so nothing hides behind it.
            (&["<//b>; x\"y, <//t>; rel=\"preload\""], &["<//b>; x\"y"], 1),
            (&["<//b>; title=\"open, <//t>; rel=preload"], &["<//b>; title=\"open"], 1),
            // What is no link stays.
            (&["//t; rel=preload", "<//t; rel=preload", ""], &["//t; rel=preload", "<//t; rel=preload", ""], 0),
            (&[",, <//t>;rel=preload ,"], &[], 1),
            (&[", <//b>, ,<//t>;rel=preload ,"], &[", <//b>, ,"], 1),
        ];
        for (input, want, count) in table {
            let input: Vec<_> = input.iter().map(|line| ("link", line)).collect();
            let mut map = headers(&input);
            let dry = withhold(&mut map, true, tracker);
            assert_eq!((dry, all(&map)), (*count, all(&headers(&input))), "dry run of {input:?}");
            assert_eq!(withhold(&mut map, false, tracker), *count, "{input:?}");
            assert_eq!(lines(&map, "link"), *want, "{input:?}");
        }
    }

    #[test]
    fn the_closure_sees_the_text_between_the_brackets() {
        let mut seen = Vec::new();
        let mut map = headers(&[("link", "< https://x/?a=\"b\",c >; rel=preload, <>; rel=preload, <no>; rel=next")]);
        withhold(&mut map, false, |url| {
            seen.push(String::from_utf8(url.to_vec()).unwrap());
            false
        });
        assert_eq!(seen, [" https://x/?a=\"b\",c ", ""]);
    }

    #[test]
    fn bytes_that_are_not_ascii_are_kept() {
        let mut map = headers(&[("link", &b"<//b/\xe9>; title=\"\xff\", <//t/\xe9>; rel=preload"[..])]);
        assert_eq!(withhold(&mut map, false, tracker), 1);
        assert_eq!(map["link"].as_bytes(), b"<//b/\xe9>; title=\"\xff\"");
    }
}
