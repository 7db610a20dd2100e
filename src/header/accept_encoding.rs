//! `Accept-Encoding` (RFC 9110 §12.5.3): the origin must not choose a coding that the filter cannot read.

use http::header::{ACCEPT_ENCODING, HeaderMap};

use super::edit::{self, Edit};
use super::list::{self, Syntax, trim};
use super::params;

/// Leaves only codings of `supported`, and what the client says about `identity` and about codings it refuses.
///
/// Weights stay. `*` stands for the supported codings that are not named, with its weight. If no member is left, the
/// client would take nothing else, and `identity` is asked for. What `identity;q=0` or `*;q=0` then forbids is between
/// client and origin. A field that needs no change stays as it is, else its lines are merged into one; without
/// the field nothing is added, although any coding may come then.
pub(crate) fn narrow(headers: &mut HeaderMap, supported: &[&str]) {
    if headers.get_all(ACCEPT_ENCODING).iter().all(|line| is_plain(line.as_bytes(), supported)) {
        return;
    }
    if members(headers).all(|member| Member::of(member).verdict(supported) == Verdict::Keep) {
        return;
    }
    let mut narrowed: Vec<u8> = Vec::new();
    let mut push = |parts: &[&[u8]]| {
        if !narrowed.is_empty() {
            narrowed.extend_from_slice(b", ");
        }
        parts.iter().for_each(|part| narrowed.extend_from_slice(part));
    };
    let mut expanded = false;
    for bytes in members(headers) {
        let member = Member::of(bytes);
        match member.verdict(supported) {
            Verdict::Keep => push(&[bytes]),
            Verdict::Drop => {}
            Verdict::Expand => {
                // Only the first `*` means anything, and a hostile list must not grow with every further one.
                let unnamed = |coding: &&&str| !members(headers).any(|other| Member::of(other).is(coding));
                for coding in supported.iter().filter(|_| !expanded).filter(unnamed) {
                    push(&[coding.as_bytes(), member.after]);
                }
                expanded = true;
            }
        }
    }
    if narrowed.is_empty() {
        narrowed.extend_from_slice(b"identity");
    }
    let mut narrowed = Some(narrowed);
    edit::fields(headers, &ACCEPT_ENCODING, |_| narrowed.take().map_or(Edit::Remove, Edit::Replace));
}

/// The first of `offered` that the client takes by its name.
pub(crate) fn choose<'a>(headers: &HeaderMap, offered: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let takes = |coding: &str| members(headers).map(Member::of).any(|member| member.is(coding) && !member.is_refused());
    offered.into_iter().find(|coding| takes(coding))
}

/// Whether a line is what browsers send, and all of it supported: a look that takes a tenth of the time of the grammar.
fn is_plain(line: &[u8], supported: &[&str]) -> bool {
    line.split(|byte| *byte == b',').all(|member| {
        let name = member.strip_prefix(b" ").unwrap_or(member);
        supported.iter().any(|coding| name == coding.as_bytes())
    })
}

fn members(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    headers.get_all(ACCEPT_ENCODING).iter().flat_map(|line| list::members(line.as_bytes(), Syntax::Tokens))
}

/// One coding and what follows it: its weight.
struct Member<'a> {
    coding: &'a [u8],
    after: &'a [u8],
}

#[derive(PartialEq, Eq)]
enum Verdict {
    Keep,
    Drop,
    Expand,
}

impl<'a> Member<'a> {
    fn of(member: &'a [u8]) -> Self {
        let end = memchr::memchr(b';', member).unwrap_or(member.len());
        let (coding, after) = member.split_at_checked(end).unwrap_or((member, &[]));
        Self { coding: trim(coding), after }
    }

    fn verdict(&self, supported: &[&str]) -> Verdict {
        if self.is("identity") || supported.iter().any(|coding| self.is(coding)) || self.is_refused() {
            Verdict::Keep
        } else if self.is("*") {
            Verdict::Expand
        } else {
            Verdict::Drop
        }
    }

    /// RFC 9110 §8.4.1: codings are case-insensitive, and `x-gzip` is `gzip`.
    fn is(&self, coding: &str) -> bool {
        let own = if self.coding.eq_ignore_ascii_case(b"x-gzip") { b"gzip" } else { self.coding };
        own.eq_ignore_ascii_case(coding.as_bytes())
    }

    /// RFC 9110 §12.4.2: a weight of 0 means "not acceptable", however many zeros follow the point.
    fn is_refused(&self) -> bool {
        params::first(self.after, "q").is_some_and(|weight| {
            let decimals = weight.strip_prefix(b"0").map(|rest| rest.strip_prefix(b".").unwrap_or(rest));
            decimals.is_some_and(|decimals| decimals.iter().all(|digit| *digit == b'0'))
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::header::testing::{all, headers, hostile_value, lines};

    const SUPPORTED: &[&str] = &["gzip", "deflate", "br"];

    fn narrowed(input: &[&str], supported: &[&str]) -> Vec<String> {
        let lines_of: Vec<_> = input.iter().map(|line| ("accept-encoding", line)).collect();
        let mut map = headers(&lines_of);
        narrow(&mut map, supported);
        lines(&map, "accept-encoding")
    }

    #[test]
    fn only_codings_that_can_be_filtered_are_asked_for() {
        let table: &[(&[&str], &[&str])] = &[
            (&[], &[]),
            // Nothing to change: the same bytes, in the same lines.
            (&[""], &[""]),
            (&["gzip ,deflate,  BR;q=0.5"], &["gzip ,deflate,  BR;q=0.5"]),
            (&["gzip", "br"], &["gzip", "br"]),
            (&["x-gzip, identity"], &["x-gzip, identity"]),
            // Codings that we cannot read go.
            (&["gzip, deflate, br, zstd"], &["gzip, deflate, br"]),
            (&["zstd;q=1.0, gzip;q=0.8,dcb ,\tbr ; q=0.1"], &["gzip;q=0.8, br ; q=0.1"]),
            (&["zstd", "gzip", "dcz, br"], &["gzip, br"]),
            (&["gzipped, agzip, gzip-2"], &["identity"]),
            (&["zstd"], &["identity"]),
            (&["compress", "zstd"], &["identity"]),
            // What is refused stays refused.
            (&["zstd;q=0"], &["zstd;q=0"]),
            (&["zstd;q=0, dcb"], &["zstd;q=0"]),
            (&["dcb, x;Q=0.000, y ; q = 0., z;q=0.001, w;q=00.1"], &["x;Q=0.000, y ; q = 0."]),
            (&["zstd, identity;q=0"], &["identity;q=0"]),
            (&["zstd, *;q=0"], &["*;q=0"]),
            (&["*;q=0"], &["*;q=0"]),
            // `*` becomes what is supported and not named, in its place and with its weight.
            (&["*"], &["gzip, deflate, br"]),
            (&["br;q=1.0, *;q=0.5, zstd"], &["br;q=1.0, gzip;q=0.5, deflate;q=0.5"]),
            (&["*", "x-gzip;q=0"], &["deflate, br, x-gzip;q=0"]),
            (&["gzip, *, deflate", "br;q=0, *"], &["gzip, deflate, br;q=0"]),
            (&["*, *;q=0.1"], &["gzip, deflate, br"]),
            // Broken members are no codings that we know.
            (&["gzip deflate, br"], &["br"]),
            (&["\"gzip, br\", br"], &["br"]),
            (&["gzip;x=\", zstd, \""], &["gzip;x=\""]),
            (&[";q=1, gzip"], &["gzip"]),
        ];
        for (input, want) in table {
            assert_eq!(narrowed(input, SUPPORTED), *want, "{input:?}");
        }
    }

    #[test]
    fn without_any_coding_identity_is_asked_for() {
        assert_eq!(narrowed(&["gzip, br;q=0.5, *"], &[]), ["identity"]);
        assert_eq!(narrowed(&["gzip, br;q=0"], &[]), ["br;q=0"]);
        assert_eq!(narrowed(&["identity;q=0.5, gzip"], &[]), ["identity;q=0.5"]);
    }

    #[test]
    fn what_is_offered_first_is_chosen_of_what_the_client_takes() {
        for (line, want) in [
            ("gzip, deflate, br, zstd", Some("br")),
            ("GZIP;q=0.1", Some("gzip")),
            ("br;q=0, x-gzip", Some("gzip")),
            ("br;q=0.000", None),
            ("identity, zstd, *", None),
            ("", None),
        ] {
            assert_eq!(choose(&headers(&[("accept-encoding", line)]), ["br", "gzip"]), want, "{line}");
        }
    }

    proptest! {
        #[test]
        fn no_other_coding_is_left_and_a_second_pass_changes_nothing(
            input in prop::collection::vec(hostile_value(), 0..4)
        ) {
            let input: Vec<_> = input.into_iter().map(|line| ("accept-encoding", line)).collect();
            let mut once = headers(&input);
            narrow(&mut once, SUPPORTED);
            for member in members(&once) {
                let member = Member::of(member);
                prop_assert!(member.verdict(SUPPORTED) == Verdict::Keep, "{:?}", all(&once));
            }
            let mut twice = once.clone();
            narrow(&mut twice, SUPPORTED);
            prop_assert_eq!(all(&once), all(&twice));
        }
    }
}
