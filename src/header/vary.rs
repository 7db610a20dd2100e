//! `Vary`: what a cache must compare before it reuses a response (RFC 9110 §12.5.5, RFC 9111 §4.1).

use http::header::{HeaderMap, HeaderName, HeaderValue, VARY};

use super::list::{self, Syntax};

/// Adds those of `names` that `Vary` does not list yet.
///
/// It belongs on the filtered response and on the other one alike: a cache that stored either must not hand it to the
/// other visitor. Nothing is removed or reordered. `*` says more than any name does and stays alone.
pub(crate) fn vary_on(headers: &mut HeaderMap, names: &[HeaderName]) {
    if lists(headers, b"*") {
        return;
    }
    let mut addition = String::new();
    for name in names.iter().filter(|name| !lists(headers, name.as_str().as_bytes())) {
        addition.push_str(if addition.is_empty() { "" } else { ", " });
        addition.push_str(name.as_str());
    }
    if addition.is_empty() {
        return;
    }
    // Merged into the first line, because some caches read no other.
    if let Some(first) = headers.get_mut(VARY)
        && let Some(merged) = merged(first, &addition)
    {
        *first = merged;
    } else if let Ok(line) = HeaderValue::try_from(addition) {
        // Fails only in a map of 24,576 names; there is no room for any field then.
        let _ = headers.try_append(VARY, line);
    }
}

fn lists(headers: &HeaderMap, name: &[u8]) -> bool {
    let mut members = headers.get_all(VARY).iter().flat_map(|line| list::members(line.as_bytes(), Syntax::Tokens));
    members.any(|member| member.eq_ignore_ascii_case(name))
}

/// `None` for a line that is no list of names: an open quote in it could swallow what we add, so we add a line instead.
fn merged(line: &HeaderValue, addition: &str) -> Option<HeaderValue> {
    let bytes = line.as_bytes();
    if list::members(bytes, Syntax::Tokens).any(|member| HeaderName::from_bytes(member).is_err()) {
        return None;
    }
    let separator: &[u8] = if list::trim(bytes).is_empty() { b"" } else { b", " };
    HeaderValue::try_from([bytes, separator, addition.as_bytes()].concat()).ok()
}

#[cfg(test)]
mod tests {
    use http::header::COOKIE;
    use proptest::prelude::*;

    use super::*;
    use crate::header::testing::{all, headers, hostile_value, lines};

    static SEC_GPC: HeaderName = HeaderName::from_static("sec-gpc");

    #[test]
    fn missing_names_are_added_and_nothing_else_moves() {
        let table: &[(&[&str], &[&str])] = &[
            (&[], &["sec-gpc, cookie"]),
            (&[""], &["sec-gpc, cookie"]),
            (&["Accept-Encoding"], &["Accept-Encoding, sec-gpc, cookie"]),
            (&["Accept-Encoding,\tOrigin "], &["Accept-Encoding,\tOrigin , sec-gpc, cookie"]),
            (&["Sec-GPC"], &["Sec-GPC, cookie"]),
            (&["COOKIE,sec-GPC"], &["COOKIE,sec-GPC"]),
            (&["a", "b"], &["a, sec-gpc, cookie", "b"]),
            (&["a", "b, cookie", "sec-gpc"], &["a", "b, cookie", "sec-gpc"]),
            (&["a", "Cookie"], &["a, sec-gpc", "Cookie"]),
            // Whole members, not substrings.
            (&["Sec-GPC-Other, X-Cookie"], &["Sec-GPC-Other, X-Cookie, sec-gpc, cookie"]),
            (&["Cookie2"], &["Cookie2, sec-gpc, cookie"]),
            // `*` stays alone, wherever it is.
            (&["*"], &["*"]),
            (&["a", "b, *"], &["a", "b, *"]),
            (&["**"], &["**, sec-gpc, cookie"]),
            // Broken lines are left alone and ours stands on its own.
            (&["\"a, sec-gpc, cookie\""], &["\"a, sec-gpc, cookie\"", "cookie"]),
            (&["\"a"], &["\"a", "sec-gpc, cookie"]),
            (&["a b"], &["a b", "sec-gpc, cookie"]),
            (&[",,"], &[",,, sec-gpc, cookie"]),
        ];
        for (input, want) in table {
            let input: Vec<_> = input.iter().map(|line| ("vary", line)).collect();
            let mut map = headers(&input);
            vary_on(&mut map, &[SEC_GPC.clone(), COOKIE]);
            assert_eq!(lines(&map, "vary"), *want, "{input:?}");
        }
    }

    #[test]
    fn no_names_change_nothing() {
        let mut map = headers(&[("vary", "a")]);
        vary_on(&mut map, &[]);
        assert_eq!(lines(&map, "vary"), ["a"]);
    }

    proptest! {
        #[test]
        fn it_is_idempotent_never_removes_and_leaves_the_names_listed(
            input in prop::collection::vec(hostile_value(), 0..4)
        ) {
            let names = [SEC_GPC.clone(), COOKIE];
            let input: Vec<_> = input.into_iter().map(|line| ("vary", line)).collect();
            let before = headers(&input);
            let mut once = before.clone();
            vary_on(&mut once, &names);

            for (_, line) in &input {
                for member in list::members(line, Syntax::Tokens) {
                    prop_assert!(lists(&once, member), "lost {member:?}");
                }
            }
            prop_assert!(lists(&once, b"*") || names.iter().all(|name| lists(&once, name.as_str().as_bytes())));
            let mut twice = once.clone();
            vary_on(&mut twice, &names);
            prop_assert_eq!(all(&once), all(&twice));
        }
    }
}
