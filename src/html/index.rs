//! Where the bytes stand that make markup, and from them where tags end.

use super::attributes::Attributes;
use super::{ends_tag_name, is_space};
use crate::block::{self, BLOCK};

/// Finds the next structural byte of a chunk, block by block.
///
/// All kinds of a block are found in one look, so that the short steps through markup cost no further search.
#[derive(Debug)]
pub(super) struct Index<'a> {
    bytes: &'a [u8],
    /// The number of the block whose marks are held; none has the first value.
    block: usize,
    marks: Marks,
}

/// The places of the bytes of a block that count, the first byte's in the lowest bit.
#[derive(Clone, Copy, Debug, Default)]
struct Marks {
    less: u64,
    greater: u64,
    equals: u64,
    quotes: u64,
    /// [`LOW`] and what is below it: white space, `"` and `/` are, and hardly anything else that stands in tags.
    low: u64,
}

/// The greatest byte that can stand between names.
const LOW: u8 = b'/';

/// Where a tag ends, and whether it may have an attribute that was watched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Whole {
    /// The position behind its `>`.
    pub(super) end: usize,
    /// An attribute with a value has a name that ends in a watched letter, or may have one.
    pub(super) watched: bool,
}

/// Last letters of attribute names, in either case: so little tells most tags that need no reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Letters([u8; 2]);

impl Letters {
    pub(super) const NONE: Self = Self([0; 2]);

    /// The last letters of names that end in one of these two.
    pub(super) const fn of(first: u8, second: u8) -> Self {
        Self([first & CASELESS, second & CASELESS])
    }
}

/// The bits of a letter that do not tell its case.
const CASELESS: u8 = 31;

impl<'a> Index<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, block: usize::MAX, marks: Marks::default() }
    }

    /// The next `<` at or behind `from`.
    #[inline]
    pub(super) fn less(&mut self, from: usize) -> Option<usize> {
        self.look(from);
        let ahead = self.marks.less >> (from % BLOCK);
        if ahead != 0 {
            return Some(from + place(ahead));
        }
        self.less_beyond()
    }

    /// The next `<` behind the present block: mostly near, but text can be long.
    fn less_beyond(&mut self) -> Option<usize> {
        let next = (self.block + 1) * BLOCK;
        if next >= self.bytes.len() {
            return None;
        }
        self.load(self.block + 1);
        if self.marks.less != 0 {
            return Some(next + place(self.marks.less));
        }
        let far = next + BLOCK;
        memchr::memchr(b'<', self.bytes.get(far..)?).map(|n| far + n)
    }

    /// Where the tag ends whose name begins or ends at `name`, or goes on there.
    ///
    /// The tag may be an end tag; its attributes count for nothing but are read alike (13.2.5.9). Gives the same end as
    /// [`Attributes::end`], which is also what reads a tag that is not written as nearly all are.
    #[inline]
    pub(super) fn tag_end(&mut self, name: usize, watched: Letters) -> Option<Whole> {
        self.look(name);
        let Marks { equals, greater, .. } = self.marks;
        let ahead = !0 << (name % BLOCK);
        // Without a `=` there is no value, and nothing but a value hides a `>`.
        if first((equals | greater) & ahead) & greater != 0 {
            let end = self.block * BLOCK + place(greater & ahead) + 1;
            return Some(Whole { end, watched: false });
        }
        if watched == Letters::NONE {
            self.end_behind_values::<false>(name, watched)
        } else {
            self.end_behind_values::<true>(name, watched)
        }
    }

    /// The same for a tag that has attributes with values, or is in the next block too.
    ///
    /// Whole blocks are read at once: between `"` and `"` is a value, if a `=` stands before it and behind a name, and
    /// if every other `=` does so too. A value that is written in another way is stepped over; what else may be in a tag
    /// is left to [`Attributes`].
    fn end_behind_values<const WATCH: bool>(&mut self, name: usize, watched: Letters) -> Option<Whole> {
        // Of the block before: its last byte's bits, and all bits if that is in a value.
        let (mut equals_before, mut low_before, mut inside_before, mut letters_before) = (0, 0, 0, 0);
        let (mut named, mut told) = (false, 0);
        let mut ahead = !0 << (name % BLOCK);
        loop {
            let marks = self.marks;
            let quotes = marks.quotes & ahead;
            // From an opening quote on, and up to the closing one.
            let inside = parity(quotes) ^ inside_before;
            let outside = !inside & ahead;
            let end = marks.greater & outside;
            let tag = up_to_first(end);
            // What is found behind the end is left out at last.
            let equals = marks.equals & outside;
            let low = marks.low & (outside | quotes) & tag;
            // A `=` stands right behind a name.
            let mut nameless = equals & (low << 1 | low_before);
            if !named {
                // Before the tag's name ends, a `=` is part of it.
                nameless |= equals & first(low).wrapping_sub(1);
                if low != 0 {
                    named = true;
                    if !ends_tag_name(*self.bytes.get(self.block * BLOCK + place(low))?) {
                        return self.odd_tag_end(name, watched);
                    }
                }
            }
            // A quote opens a value right behind a `=`, and none stands elsewhere.
            let opening = quotes & inside;
            let odd = (opening ^ (equals << 1 | equals_before) | nameless) & tag;
            if WATCH {
                let letters = self.letters(watched);
                told |= equals & up_to_first(odd) & tag & (letters << 1 | letters_before);
                letters_before = letters >> (BLOCK - 1);
            }
            if odd != 0 {
                let behind = if first(odd) & nameless == 0 { self.behind_value(place(odd)) } else { None };
                let Some(behind) = behind else { return self.odd_tag_end(name, watched) };
                if behind >= self.bytes.len() {
                    return None;
                }
                self.look(behind);
                ahead = !0 << (behind % BLOCK);
                (equals_before, low_before, inside_before) = (0, 0, 0);
                continue;
            }
            if end != 0 {
                let end = self.block * BLOCK + place(end) + 1;
                return Some(Whole { end, watched: told != 0 });
            }
            (equals_before, low_before) = (equals >> (BLOCK - 1), low >> (BLOCK - 1));
            inside_before = if inside >> (BLOCK - 1) == 0 { 0 } else { !0 };
            ahead = !0;
            if (self.block + 1) * BLOCK >= self.bytes.len() {
                return None;
            }
            self.load(self.block + 1);
        }
    }

    /// Where the value ends that begins at a place of the present block, right behind a `=`, and not with a `"`.
    fn behind_value(&self, place: usize) -> Option<usize> {
        let start = self.block * BLOCK + place;
        if *self.bytes.get(start.checked_sub(1)?)? != b'=' {
            return None;
        }
        let value = self.bytes.get(start..)?;
        match *value.first()? {
            b'"' | b'>' => None,
            byte if is_space(byte) => None,
            b'\'' => {
                let length = 1 + block::near(value.get(1..)?, b'\'')? + 1;
                (value.get(length) != Some(&b'=')).then_some(start + length)
            }
            _ => Some(start + value.iter().position(|&byte| is_space(byte) || byte == b'>')?),
        }
    }

    /// The places of letters in the present block, and of a few signs that differ from them in case only.
    #[inline]
    fn letters(&self, Letters([first, second]): Letters) -> u64 {
        self.with_block(|bytes| block::mask_of_bits(bytes, CASELESS, [first, second]))
    }

    /// The same for whatever takes more than a glance.
    #[cold]
    fn odd_tag_end(&self, name: usize, watched: Letters) -> Option<Whole> {
        let end = Attributes::new(self.bytes, name).end()?;
        Some(Whole { end, watched: watched != Letters::NONE })
    }

    /// Makes the marks those of the block that `at` is in.
    #[inline]
    fn look(&mut self, at: usize) {
        let block = at / BLOCK;
        if self.block != block {
            self.load(block);
        }
    }

    fn load(&mut self, block: usize) {
        self.block = block;
        self.marks = self.with_block(|bytes| {
            let [less, greater, equals, quotes] = block::masks(bytes, *b"<>=\"");
            Marks { less, greater, equals, quotes, low: block::mask_up_to(bytes, LOW) }
        });
    }

    /// Looks at the present block, filled up with NUL where the bytes end in it.
    #[inline]
    fn with_block<T>(&self, look: impl Fn(&[u8; BLOCK]) -> T) -> T {
        let rest = self.bytes.get(self.block * BLOCK..).unwrap_or_default();
        let padded;
        look(match rest.first_chunk() {
            Some(whole) => whole,
            None => {
                padded = block::padded(rest);
                &padded
            }
        })
    }
}

/// The place of the first bit that is set.
#[inline]
fn place(bits: u64) -> usize {
    bits.trailing_zeros() as usize
}

/// The first bit that is set, alone.
#[inline]
fn first(bits: u64) -> u64 {
    bits & bits.wrapping_neg()
}

/// All bits up to the first one that is set, and that; all if there is none.
#[inline]
fn up_to_first(bits: u64) -> u64 {
    bits ^ bits.wrapping_sub(1)
}

/// Each bit as the parity of those up to it.
#[inline]
fn parity(mut bits: u64) -> u64 {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^ bits << 32
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
            let got = Index::new(page.as_bytes()).tag_end(before + 2, Letters::of(b'g', b'g'));
            prop_assert_eq!(got.map(|whole| whole.end), end, "{}", page);
            prop_assert!(got.is_none_or(|whole| whole.watched || !ping), "{}", page);
        }

        #[test]
        fn a_plain_tag_ends_where_its_attributes_do(tag in "</?d[di=/\"' \n>]{0,100}", before in 0usize..70) {
            let page = format!("{}{tag}", "x".repeat(before));
            let name = before + if tag.starts_with("</") { 2 } else { 1 };
            let want = Attributes::new(page.as_bytes(), name).end();
            prop_assert_eq!(Index::new(page.as_bytes()).tag_end(name, Letters::NONE).map(|whole| whole.end), want, "{}", page);
        }

        #[test]
        fn every_less_than_sign_is_found(page in "[<> a\"]{0,300}", from in 0usize..300) {
            let want = page.as_bytes().iter().enumerate().skip(from).find(|(_, byte)| **byte == b'<').map(|(n, _)| n);
            prop_assert_eq!(Index::new(page.as_bytes()).less(from), want);
        }
    }
}
