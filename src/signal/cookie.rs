//! The pairs of a `Cookie` field, as far as a reader wants them.
//!
//! Nearly every request carries cookies and nearly none of them is an opt-out, so what counts is how soon a field without
//! one is done with: all `;` of 64 bytes are found in one look, and then two bytes behind each turn nearly every cookie
//! away, before anything asks where it ends.

use super::names::Names;
use crate::block::{self, BLOCK};

/// The longest pair that a browser stores, name and value together (RFC 6265bis §5.6).
pub(crate) const MAX_PAIR: usize = 4096;

/// Shows the wanted pairs of one `Cookie` field, with what their names are wanted for.
///
/// What no browser would send is skipped alone: a piece without a `=` or without a name, or one that is over-long.
pub(super) fn visit<'a, T: Copy>(field: &'a [u8], names: &Names<T>, mut visitor: impl FnMut(T, &'a [u8], &'a [u8])) {
    look(field, names, &mut visitor);
    let (blocks, rest) = field.as_chunks::<BLOCK>();
    for (n, block) in blocks.iter().enumerate() {
        look_behind(field, n * BLOCK, block::mask(block, b';'), names, &mut visitor);
    }
    if !rest.is_empty() {
        look_behind(field, blocks.len() * BLOCK, block::mask(&block::padded(rest), b';'), names, &mut visitor);
    }
}

/// Looks at the pieces behind the `;` of one block.
#[inline]
fn look_behind<'a, T: Copy>(
    field: &'a [u8],
    block: usize,
    mut separators: u64,
    names: &Names<T>,
    visitor: &mut impl FnMut(T, &'a [u8], &'a [u8]),
) {
    while separators != 0 {
        let behind = block + separators.trailing_zeros() as usize + 1;
        separators &= separators - 1;
        look(field.get(behind..).unwrap_or_default(), names, visitor);
    }
}

/// Looks at the piece that `rest` begins with.
#[inline]
fn look<'a, T: Copy>(rest: &'a [u8], names: &Names<T>, visitor: &mut impl FnMut(T, &'a [u8], &'a [u8])) {
    if let Some(start) = rest.first_chunk() {
        let word = u32::from_le_bytes(*start);
        // Browsers send one space behind each `;`.
        let word = if word & 0xff == u32::from(b' ') { word >> 8 } else { word };
        let [first, second, ..] = word.to_le_bytes();
        // More white space is looked at closely, and so is what no name begins with.
        if first > b' ' && !names.may_begin(first, second) {
            return;
        }
    }
    show(rest, names, visitor);
}

/// Shows the piece that `rest` begins with, if it is wanted indeed.
#[cold]
fn show<'a, T: Copy>(rest: &'a [u8], names: &Names<T>, visitor: &mut impl FnMut(T, &'a [u8], &'a [u8])) {
    let end = memchr::memchr(b';', rest).unwrap_or(rest.len());
    if let Some((name, value)) = rest.get(..end).and_then(pair)
        && let Some(tag) = names.find(name)
    {
        visitor(tag, name, value);
    }
}

/// Takes one piece apart.
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

    /// Wants every cookie whose name begins with an `x`.
    fn names() -> Names<()> {
        let mut names = Names::default();
        names.add_prefix("x", ());
        names
    }

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
        for (field, want) in table {
            let mut got = Vec::new();
            visit(field, &names(), |(), name, value| got.push((name, value)));
            assert_eq!(got, *want, "{}", field.escape_ascii());
        }
    }

    #[test]
    fn a_pair_longer_than_browsers_store_is_skipped_alone() {
        for (length, want) in [(MAX_PAIR - 1, 2), (MAX_PAIR, 1)] {
            let field = format!("x={}; x=1", "v".repeat(length));
            let mut count = 0;
            visit(field.as_bytes(), &names(), |(), _, _| count += 1);
            assert_eq!(count, want, "{length}");
        }
    }
}
