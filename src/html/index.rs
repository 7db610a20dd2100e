//! Where the bytes stand that make markup: `<`, `>` and the two quotes.

use crate::block::{self, BLOCK};

/// Finds the next structural byte of a chunk, block by block.
///
/// All four kinds of a block are found in one look, so that the short steps through a tag cost no further search.
#[derive(Debug)]
pub(super) struct Index<'a> {
    bytes: &'a [u8],
    /// Where the block begins whose masks are held; none at first.
    block: Option<usize>,
    less: u64,
    greater: u64,
    double: u64,
    single: u64,
}

impl<'a> Index<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, block: None, less: 0, greater: 0, double: 0, single: 0 }
    }

    /// The next `<` at or behind `from`.
    #[inline]
    pub(super) fn less(&mut self, from: usize) -> Option<usize> {
        self.look(from);
        match self.first(self.less, from) {
            Some(at) => Some(at),
            // Text can be long; one kind of byte is then sought faster than four.
            None => self.beyond(b'<', from),
        }
    }

    /// The position behind the `>` that ends a tag, from inside or right behind its name.
    ///
    /// It steps from quote to quote, and only looks closer where a quote does not plainly open a value. Gives the same
    /// as [`Attributes::end`](super::attributes::Attributes::end), which is also what looks closer.
    #[inline]
    pub(super) fn tag_end(&mut self, name_end: usize) -> Option<usize> {
        let mut anchor = name_end;
        loop {
            let at = self.quote_or_greater(anchor)?;
            let quote = *self.bytes.get(at)?;
            if quote == b'>' {
                return Some(at + 1);
            }
            let before = self.bytes.get(anchor..at)?;
            // In what is left of a long name a quote is a letter.
            let in_name =
                anchor == name_end && !before.first().is_some_and(|&byte| super::is_space(byte) || byte == b'/');
            if in_name || !opens_value(before) {
                return super::attributes::Attributes::new(self.bytes, name_end).end();
            }
            anchor = self.closing(quote, at + 1)? + 1;
        }
    }

    fn quote_or_greater(&mut self, from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            self.look(at);
            if let Some(found) = self.first(self.greater | self.double | self.single, at) {
                return Some(found);
            }
            at = (at / BLOCK + 1) * BLOCK;
            if at >= self.bytes.len() {
                return None;
            }
        }
    }

    fn closing(&mut self, quote: u8, from: usize) -> Option<usize> {
        self.look(from);
        let mask = if quote == b'"' { self.double } else { self.single };
        match self.first(mask, from) {
            Some(at) => Some(at),
            None => self.beyond(quote, from),
        }
    }

    /// Searches from the next block on.
    fn beyond(&self, byte: u8, from: usize) -> Option<usize> {
        let next = (from / BLOCK + 1) * BLOCK;
        memchr::memchr(byte, self.bytes.get(next..)?).map(|n| next + n)
    }

    /// The first bit of a mask of the present block, at or behind `from`, which is in it.
    fn first(&self, mask: u64, from: usize) -> Option<usize> {
        let ahead = mask & (!0 << (from % BLOCK));
        (ahead != 0).then(|| from / BLOCK * BLOCK + ahead.trailing_zeros() as usize)
    }

    /// Makes the masks those of the block that `at` is in.
    #[inline]
    fn look(&mut self, at: usize) {
        let block = at / BLOCK * BLOCK;
        if self.block != Some(block) {
            self.load(block);
        }
    }

    fn load(&mut self, start: usize) {
        self.block = Some(start);
        let rest = self.bytes.get(start..).unwrap_or_default();
        let padded;
        let bytes = match rest.first_chunk::<BLOCK>() {
            Some(whole) => whole,
            None => {
                padded = block::padded(rest);
                &padded
            }
        };
        self.less = block::mask(bytes, b'<');
        self.greater = block::mask(bytes, b'>');
        self.double = block::mask(bytes, b'"');
        self.single = block::mask(bytes, b'\'');
    }
}

/// Whether a quote behind these bytes, which follow a tag's name or a quoted value, surely opens a value.
///
/// It does behind a name and a `=`, unless an earlier `=` may have begun an unquoted value that goes on
/// (13.2.5.35 to 13.2.5.38).
fn opens_value(before: &[u8]) -> bool {
    match before {
        [earlier @ .., name, b'='] => {
            !(super::is_space(*name) || matches!(name, b'/' | b'=') || earlier.contains(&b'='))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::attributes::Attributes;
    use super::*;

    proptest! {
        #[test]
        fn a_tag_ends_where_its_attributes_do(tag in "<a[ab=/\"' \n>]{0,100}", before in 0usize..70) {
            let page = format!("{}{tag}", "x".repeat(before));
            let name = tag[1..].find(|c: char| !c.is_ascii_alphabetic() && !matches!(c, '=' | '"' | '\''));
            let name_end = before + name.map_or(tag.len(), |n| n + 1);
            let want = Attributes::new(page.as_bytes(), name_end).end();
            prop_assert_eq!(Index::new(page.as_bytes()).tag_end(name_end), want, "{}", page);
        }

        #[test]
        fn a_tag_ends_where_its_attributes_do_from_inside_a_long_name(tag in "<a(b|='|=\"|'|\"|>| |/){0,30}", before in 0usize..70) {
            let page = format!("{}{tag}", "x".repeat(before));
            let inside = before + 2;
            let want = Attributes::new(page.as_bytes(), inside).end();
            prop_assert_eq!(Index::new(page.as_bytes()).tag_end(inside), want, "{}", page);
        }

        #[test]
        fn every_less_than_sign_is_found(page in "[<> a\"]{0,300}", from in 0usize..300) {
            let want = page.as_bytes().iter().enumerate().skip(from).find(|(_, byte)| **byte == b'<').map(|(n, _)| n);
            prop_assert_eq!(Index::new(page.as_bytes()).less(from), want);
        }
    }
}
