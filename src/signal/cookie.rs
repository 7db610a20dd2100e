//! The pairs of a `Cookie` field, as far as a reader wants them.
//!
//! Nearly every request carries cookies and nearly none of them is an opt-out, so what counts is how soon a field without
//! one is done with. Browsers send one long field over HTTP/1.1, where stepping from `;` to `;` takes more than twice as
//! long as two searches for a text, and one short field a cookie over HTTP/2, where a search costs more than a look at the
//! first bytes. Both ways find the same pairs.

use std::fmt;

use memchr::memmem::Finder;

/// The longest pair that a browser stores, name and value together (RFC 6265bis §5.6).
pub(super) const MAX_PAIR: usize = 4096;

/// From this length on a search is faster than a look at every piece.
const LONG: usize = 128;

/// What the names of the cookies that a reader wants have in common.
#[derive(Clone)]
pub(super) struct Wanted {
    /// They hold this text,
    stem: Finder<'static>,
    /// and begin in one of these ways.
    heads: Vec<Head>,
}

/// How a name begins: eight bytes at most.
#[derive(Clone, Copy)]
struct Head {
    bytes: u64,
    mask: u64,
}

impl Wanted {
    /// Wants the cookies whose name begins with `head` and holds `stem`.
    pub(super) fn new(head: &str, stem: &str) -> Self {
        Self { stem: Finder::new(stem).into_owned(), heads: vec![Head::new(head)] }
    }

    /// Whether the search finds this name too: one search less is a third of the time that a long field takes.
    pub(super) fn finds(&self, name: &str) -> bool {
        self.stem.find(name.as_bytes()).is_some()
    }

    /// Wants the cookies as well that hold the same text and begin with `head`.
    pub(super) fn add(&mut self, head: &str) {
        self.heads.push(Head::new(head));
    }

    fn may_be(&self, piece: u64) -> bool {
        self.heads.iter().any(|head| piece & head.mask == head.bytes)
    }
}

impl Head {
    fn new(head: &str) -> Self {
        let mask = [0xff; 8].into_iter().take(head.len()).collect::<Vec<u8>>();
        Self { bytes: first_bytes(head.as_bytes()), mask: first_bytes(&mask) }
    }
}

impl fmt::Debug for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Wanted").field(&self.stem.needle().escape_ascii().to_string()).finish()
    }
}

/// Shows the pairs of one `Cookie` field that may be wanted, among them all that are; some perhaps twice.
///
/// What no browser would send is skipped alone: a piece without a `=` or without a name, or one that is over-long.
pub(super) fn visit<'a>(field: &'a [u8], wanted: &[Wanted], visitor: impl FnMut(&'a [u8], &'a [u8])) {
    if field.len() < LONG { visit_short(field, wanted, visitor) } else { visit_long(field, wanted, visitor) }
}

fn visit_short<'a>(field: &'a [u8], wanted: &[Wanted], mut visitor: impl FnMut(&'a [u8], &'a [u8])) {
    let mut rest = Some(field);
    while let Some(pieces) = rest {
        let (piece, more) = match memchr::memchr(b';', pieces).and_then(|end| pieces.split_at_checked(end)) {
            Some((piece, more)) => (piece, more.get(1..)),
            None => (pieces, None),
        };
        rest = more;
        let piece = trim(piece);
        let first = first_bytes(piece);
        if wanted.iter().any(|wanted| wanted.may_be(first))
            && let Some((name, value)) = pair(piece)
        {
            visitor(name, value);
        }
    }
}

fn visit_long<'a>(field: &'a [u8], wanted: &[Wanted], mut visitor: impl FnMut(&'a [u8], &'a [u8])) {
    for wanted in wanted {
        // Always begins with a piece, so that every byte is searched once and taken apart at most once.
        let mut rest = field;
        while let Some(at) = wanted.stem.find(rest) {
            let (before, after) = rest.split_at(at);
            let start = memchr::memrchr(b';', before).map_or(0, |i| i + 1);
            let end = memchr::memchr(b';', after).map_or(rest.len(), |i| at + i);
            let piece = trim(rest.get(start..end).unwrap_or_default());
            rest = rest.get(end + 1..).unwrap_or_default();
            if wanted.may_be(first_bytes(piece))
                && let Some((name, value)) = pair(piece)
            {
                visitor(name, value);
            }
        }
    }
}

/// The first eight bytes, as a number; a shorter text is filled up with NUL, which no name holds.
fn first_bytes(text: &[u8]) -> u64 {
    text.first_chunk().map_or_else(
        || text.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)),
        |word| u64::from_le_bytes(*word),
    )
}

/// Takes one trimmed piece apart.
fn pair(piece: &[u8]) -> Option<(&[u8], &[u8])> {
    // RFC 6265bis §5.6: the name ends at the first "=", and only SP and HTAB are trimmed.
    let (name, value) = piece.split_at_checked(memchr::memchr(b'=', piece)?)?;
    let (name, value) = (trim(name), unquote(trim(value.get(1..)?)));
    (!name.is_empty() && name.len() + value.len() <= MAX_PAIR).then_some((name, value))
}

fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

/// RFC 6265 §4.1.1: a value may stand in double quotes.
fn unquote(value: &[u8]) -> &[u8] {
    match value {
        [b'"', inner @ .., b'"'] => inner,
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Pairs<'a> = &'a [(&'a [u8], &'a [u8])];

    #[test]
    fn pieces_are_split_and_trimmed_as_browsers_mean_them() {
        let table: &[(&[u8], Pairs<'_>)] = &[
            (b"x=1", &[(b"x", b"1")]),
            (b"x=", &[(b"x", b"")]),
            (b"x==1", &[(b"x", b"=1")]),
            (b"x=1=x", &[(b"x", b"1=x")]),
            (b"a=b; x=1; c=d", &[(b"x", b"1")]),
            (b"a=b;x=1;c=d", &[(b"x", b"1")]),
            (b"a=b;\t x \t=\t 1 \t;c=d", &[(b"x", b"1")]),
            (b";;; ;x=1;", &[(b"x", b"1")]),
            (b"x=1;x=2; x=3", &[(b"x", b"1"), (b"x", b"2"), (b"x", b"3")]),
            (b"x=\"1\"", &[(b"x", b"1")]),
            (b"x=\"\"", &[(b"x", b"")]),
            (b"x=\"", &[(b"x", b"\"")]),
            (b"x=\"1", &[(b"x", b"\"1")]),
            (b"x=\"a;x=1\"", &[(b"x", b"\"a"), (b"x", b"1\"")]),
            // Longer names are shown too; they are compared by those who want them.
            (b"a=x; xx=2", &[(b"xx", b"2")]),
            (b"x\0\xff=\xfe\0", &[(b"x\0\xff", b"\xfe\0")]),
            (b"x\n=\x0b1\x0c", &[(b"x\n", b"\x0b1\x0c")]),
            (b"\rx=1; \0x=1; \xffx=1", &[]),
            (b"", &[]),
            (b"x", &[]),
            (b"=x", &[]),
            (b" \t=x", &[]),
            (b"x;=x; x ", &[]),
            (b"a=b", &[]),
        ];
        let wanted = [Wanted::new("x", "x")];
        for (field, want) in table {
            let (mut short, mut long) = (Vec::new(), Vec::new());
            visit_short(field, &wanted, |name, value| short.push((name, value)));
            visit_long(field, &wanted, |name, value| long.push((name, value)));
            assert_eq!(short, *want, "{}", field.escape_ascii());
            assert_eq!(long, *want, "{}", field.escape_ascii());
        }
    }

    #[test]
    fn a_pair_longer_than_browsers_store_is_skipped_alone() {
        for (length, want) in [(MAX_PAIR - 1, 2), (MAX_PAIR, 1)] {
            let field = format!("x={}; x=1", "v".repeat(length));
            let mut count = 0;
            visit(field.as_bytes(), &[Wanted::new("x", "x")], |_, _| count += 1);
            assert_eq!(count, want, "{length}");
        }
    }

    #[test]
    fn short_and_long_heads_are_told_apart() {
        let table = [
            ("a", "a", true),
            ("a", "b", false),
            ("a", "", false),
            ("ab", "a", false),
            ("ab", "ab", true),
            ("ab", "abcdefghij", true),
            ("abcdefgh", "abcdefg", false),
            ("abcdefgh", "abcdefgh", true),
            ("abcdefgh", "abcdefgX", false),
            ("abcdefghij", "abcdefgh", true),
            ("abcdefghij", "abcdefgX", false),
        ];
        for (head, piece, want) in table {
            assert_eq!(Wanted::new(head, head).may_be(first_bytes(piece.as_bytes())), want, "{head} {piece}");
        }
    }

    #[test]
    fn what_is_wanted_shows_its_text_only() {
        assert_eq!(format!("{:?}", Wanted::new("us", "privacy")), r#"Wanted("privacy")"#);
    }
}
