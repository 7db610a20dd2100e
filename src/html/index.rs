//! Where the bytes stand that make markup: `<`, `>` and `=`.

use super::{ends_tag_name, is_space};
use crate::block::{self, BLOCK};

/// Finds the next structural byte of a chunk, block by block.
///
/// All kinds of a block are found in one look, so that the short steps through a tag cost no further search.
#[derive(Debug)]
pub(super) struct Index<'a> {
    bytes: &'a [u8],
    /// The number of the block whose masks are held; none has the first value.
    block: usize,
    less: u64,
    greater: u64,
    equals: u64,
}

/// Where a tag ends, and whether it may have an attribute that was watched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Whole {
    /// The position behind its `>`.
    pub(super) end: usize,
    /// An attribute with a value has a name that ends in a watched letter, or nobody looked.
    pub(super) watched: bool,
}

/// Last letters of attribute names, in either case: so little tells most tags that need no reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Letters(u32);

impl Letters {
    pub(super) const NONE: Self = Self(0);

    /// The last letters of these names.
    pub(super) const fn of(names: &[&[u8]]) -> Self {
        let mut letters = 0;
        let mut rest = names;
        while let [name, others @ ..] = rest {
            if let [.., last] = name {
                letters |= 1 << (*last & 31);
            }
            rest = others;
        }
        Self(letters)
    }
}

impl<'a> Index<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, block: usize::MAX, less: 0, greater: 0, equals: 0 }
    }

    /// The next `<` at or behind `from`.
    #[inline]
    pub(super) fn less(&mut self, from: usize) -> Option<usize> {
        self.look(from);
        match self.first(self.less, from) {
            Some(at) => Some(at),
            // Between two tags there are mostly few bytes, but text can be long.
            None => self.beyond(b'<', from),
        }
    }

    /// Where a tag without attributes of interest ends, whose name begins at `name`: mostly at the next `>`.
    ///
    /// The tag may be an end tag; its attributes count for nothing but are read alike (13.2.5.9).
    #[inline]
    pub(super) fn plain_end(&mut self, name: usize) -> Option<usize> {
        let at = self.equals_or_greater(name)?;
        if self.bytes.get(at) == Some(&b'>') {
            // Without a `=` there is no value, and nothing but a value hides a `>`.
            return Some(at + 1);
        }
        let length = self.bytes.get(name..at)?.iter().position(|&byte| ends_tag_name(byte));
        self.tag_end(name + length.unwrap_or(at - name), Letters::NONE).map(|whole| whole.end)
    }

    /// Where the tag ends whose name ends at `name_end`, or goes on there.
    ///
    /// It steps from `=` to `=` and over the values behind them, and only looks closer where an `=` does not plainly
    /// stand behind a name. Gives the same end as [`Attributes::end`](super::attributes::Attributes::end), which is
    /// also what looks closer.
    #[inline]
    pub(super) fn tag_end(&mut self, name_end: usize, watched: Letters) -> Option<Whole> {
        if !ends_tag_name(*self.bytes.get(name_end)?) {
            return self.odd_tag_end(name_end);
        }
        let mut anchor = name_end;
        let mut lasts = 0u32;
        loop {
            let at = self.equals_or_greater(anchor)?;
            if self.bytes.get(at) == Some(&b'>') {
                return Some(Whole { end: at + 1, watched: lasts & watched.0 != 0 });
            }
            // 13.2.5.32, 13.2.5.34: behind a name it parts that from its value; elsewhere it may begin one.
            let last = *self.bytes.get(at.wrapping_sub(1))?;
            if at == anchor || last == b'/' || is_space(last) {
                return self.odd_tag_end(name_end);
            }
            lasts |= 1 << (last & 31);
            anchor = match *self.bytes.get(at + 1)? {
                quote @ (b'"' | b'\'') => at + 2 + block::near(self.bytes.get(at + 2..)?, quote)? + 1,
                b'>' => at + 1,
                byte if is_space(byte) => return self.odd_tag_end(name_end),
                _ => {
                    let value = self.bytes.get(at + 1..)?;
                    at + 1 + value.iter().position(|&byte| is_space(byte) || byte == b'>')?
                }
            };
        }
    }

    /// The same for whatever takes more than a glance.
    #[cold]
    fn odd_tag_end(&self, name_end: usize) -> Option<Whole> {
        let end = super::attributes::Attributes::new(self.bytes, name_end).end()?;
        Some(Whole { end, watched: true })
    }

    #[inline]
    fn equals_or_greater(&mut self, from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            self.look(at);
            if let Some(found) = self.first(self.equals | self.greater, at) {
                return Some(found);
            }
            at = (at / BLOCK + 1) * BLOCK;
            if at >= self.bytes.len() {
                return None;
            }
        }
    }

    /// Searches from the next block on.
    fn beyond(&self, byte: u8, from: usize) -> Option<usize> {
        let next = (from / BLOCK + 1) * BLOCK;
        memchr::memchr(byte, self.bytes.get(next..)?).map(|n| next + n)
    }

    /// The first bit of a mask of the present block, at or behind `from`, which is in it.
    #[inline]
    fn first(&self, mask: u64, from: usize) -> Option<usize> {
        let ahead = mask >> (from % BLOCK);
        (ahead != 0).then(|| from + ahead.trailing_zeros() as usize)
    }

    /// Makes the masks those of the block that `at` is in.
    #[inline]
    fn look(&mut self, at: usize) {
        let block = at / BLOCK;
        if self.block != block {
            self.load(block);
        }
    }

    fn load(&mut self, block: usize) {
        self.block = block;
        let rest = self.bytes.get(block * BLOCK..).unwrap_or_default();
        let padded;
        let bytes = match rest.first_chunk::<BLOCK>() {
            Some(whole) => whole,
            None => {
                padded = block::padded(rest);
                &padded
            }
        };
        [self.less, self.greater, self.equals] = block::masks(bytes, *b"<>=");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::attributes::{Attributes, Step};
    use super::*;

    proptest! {
        #[test]
        fn a_tag_ends_where_its_attributes_do(tag in "<a[ab=/\"' \n>]{0,100}", before in 0usize..70) {
            let page = format!("{}{tag}", "x".repeat(before));
            let name = tag[1..].find(|c: char| !c.is_ascii_alphabetic() && !matches!(c, '=' | '"' | '\''));
            let name_end = before + name.map_or(tag.len(), |n| n + 1);
            let want = Attributes::new(page.as_bytes(), name_end).end();
            let got = Index::new(page.as_bytes()).tag_end(name_end, Letters::NONE);
            prop_assert_eq!(got.map(|tag| tag.end), want, "{}", page);
        }

        #[test]
        fn a_tag_ends_where_its_attributes_do_from_inside_a_long_name(tag in "<a(b|='|=\"|'|\"|>| |/){0,30}", before in 0usize..70) {
            let page = format!("{}{tag}", "x".repeat(before));
            let inside = before + 2;
            let want = Attributes::new(page.as_bytes(), inside).end();
            let got = Index::new(page.as_bytes()).tag_end(inside, Letters::NONE);
            prop_assert_eq!(got.map(|tag| tag.end), want, "{}", page);
        }

        #[test]
        fn a_long_tag_ends_where_its_attributes_do(
            tag in "<a( b=\"[xyz>=' ]{0,40}\"| c='[xyz>=\" ]{0,40}'| d|=|\"|'|/|[xyz]{20,30}|>){0,10}",
            before in 0usize..70,
        ) {
            let page = format!("{}{tag}", "x".repeat(before));
            let want = Attributes::new(page.as_bytes(), before + 1).end();
            let got = Index::new(page.as_bytes()).tag_end(before + 1, Letters::NONE);
            prop_assert_eq!(got.map(|tag| tag.end), want, "{}", page);
        }

        #[test]
        fn no_watched_attribute_is_overlooked(tag in "<a( | ping|=|PING=|\"|'|\"x\"|'y'|z|/|>){0,16}", before in 0usize..70) {
            let page = format!("{}{tag}", "x".repeat(before));
            let mut attributes = Attributes::new(page.as_bytes(), before + 2);
            let mut ping = false;
            let end = loop {
                match attributes.step() {
                    Step::Attribute(at) => ping |= page[at.name].eq_ignore_ascii_case("ping") && !at.value.is_empty(),
                    Step::End { end, .. } => break Some(end),
                    Step::Short => break None,
                }
            };
            let got = Index::new(page.as_bytes()).tag_end(before + 2, Letters::of(&[b"ping"]));
            prop_assert_eq!(got.map(|whole| whole.end), end, "{}", page);
            prop_assert!(got.is_none_or(|whole| whole.watched || !ping), "{}", page);
        }

        #[test]
        fn a_plain_tag_ends_where_its_attributes_do(tag in "</?d[di=/\"' \n>]{0,100}", before in 0usize..70) {
            let page = format!("{}{tag}", "x".repeat(before));
            let name = before + if tag.starts_with("</") { 2 } else { 1 };
            let want = Attributes::new(page.as_bytes(), name).end();
            prop_assert_eq!(Index::new(page.as_bytes()).plain_end(name), want, "{}", page);
        }

        #[test]
        fn every_less_than_sign_is_found(page in "[<> a\"]{0,300}", from in 0usize..300) {
            let want = page.as_bytes().iter().enumerate().skip(from).find(|(_, byte)| **byte == b'<').map(|(n, _)| n);
            prop_assert_eq!(Index::new(page.as_bytes()).less(from), want);
        }
    }
}
