//! The attributes of a start tag.

use std::ops::Range;

use super::{ends_attribute_name, ends_tag_name, is_space};
use crate::block;

/// Walks the attributes of one tag and finds the `>` that ends it (WHATWG HTML 13.2.5.32 to 13.2.5.40).
///
/// Positions are offsets into the bytes that the walk was begun with.
#[derive(Debug)]
pub(super) struct Attributes<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// What comes next in a tag.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    Attribute(Attribute),
    /// The tag ended; `end` is behind its `>`.
    End {
        end: usize,
        self_closing: bool,
    },
    /// The bytes ran out before the tag did.
    Short,
}

/// Where one attribute stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attribute {
    pub(super) name: Range<usize>,
    /// Without its quotes; empty where there is none.
    pub(super) value: Range<usize>,
    /// Behind the value and its closing quote.
    pub(super) end: usize,
}

impl<'a> Attributes<'a> {
    /// Begins inside, or right behind, a tag's name.
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        let mut attributes = Self { bytes, at };
        if !attributes.skip(|byte| !ends_tag_name(byte)) {
            attributes.at = bytes.len();
        }
        attributes
    }

    fn byte(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Goes on while `wanted` holds; `false` where the bytes run out first.
    #[inline]
    fn skip(&mut self, wanted: impl Fn(u8) -> bool) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        match rest.iter().position(|&byte| !wanted(byte)) {
            Some(n) => {
                self.at += n;
                true
            }
            None => false,
        }
    }

    /// Goes over white space, of which there is mostly none.
    #[inline]
    fn skip_space(&mut self) -> bool {
        match self.byte() {
            Some(byte) if !is_space(byte) => true,
            _ => self.skip(is_space),
        }
    }

    /// The value behind `=`, as where it begins and ends and where the attribute does.
    fn value(&mut self) -> Option<(Range<usize>, usize)> {
        if !self.skip_space() {
            return None;
        }
        match self.byte()? {
            quote @ (b'"' | b'\'') => self.quoted(self.at, quote),
            b'>' => Some((self.at..self.at, self.at)),
            _ => {
                let start = self.at;
                self.skip(|byte| !is_space(byte) && byte != b'>').then_some((start..self.at, self.at))
            }
        }
    }

    /// The value behind the quote that stands at `quoted`, likewise.
    #[inline]
    fn quoted(&mut self, quoted: usize, quote: u8) -> Option<(Range<usize>, usize)> {
        let start = quoted + 1;
        let n = block::near(self.bytes.get(start..)?, quote)?;
        self.at = start + n + 1;
        Some((start..start + n, self.at))
    }

    /// The next attribute, or the end of the tag.
    #[inline]
    pub(super) fn step(&mut self) -> Step {
        let mut slash = false;
        loop {
            match self.byte() {
                None => return Step::Short,
                Some(b'>') => return Step::End { end: self.at + 1, self_closing: slash },
                Some(b'/') => slash = true,
                Some(byte) if is_space(byte) => slash = false,
                Some(_) => break,
            }
            self.at += 1;
        }
        // 13.2.5.32: a `=` here begins a name, so the first byte is never looked at.
        let start = self.at;
        self.at += 1;
        self.at += block::before_signs(self.bytes.get(self.at..).unwrap_or_default(), *b"/=>").unwrap_or_default();
        // A control byte does not end a name.
        if !self.skip(|byte| !ends_attribute_name(byte)) {
            return Step::Short;
        }
        let name = start..self.at;
        let end = self.at;
        if let Some([b'=', quote @ (b'"' | b'\'')]) = self.bytes.get(end..).and_then(<[u8]>::first_chunk) {
            // As nearly all are written.
            return match self.quoted(end + 1, *quote) {
                Some((value, end)) => Step::Attribute(Attribute { name, value, end }),
                None => Step::Short,
            };
        }
        if !self.skip_space() {
            return Step::Short;
        }
        if self.byte() != Some(b'=') {
            return Step::Attribute(Attribute { value: end..end, end, name });
        }
        self.at += 1;
        match self.value() {
            Some((value, end)) => Step::Attribute(Attribute { name, value, end }),
            None => Step::Short,
        }
    }

    /// Goes to the end of the tag: the position behind its `>`, unless the bytes run out.
    #[inline]
    pub(super) fn end(mut self) -> Option<usize> {
        loop {
            match self.step() {
                Step::Attribute(_) => {}
                Step::End { end, .. } => return Some(end),
                Step::Short => return None,
            }
        }
    }
}

/// Whether a whole tag closes itself: a slash that belongs to a value does not.
pub(super) fn is_self_closing(tag: &[u8], name_end: usize) -> bool {
    if !tag.ends_with(b"/>") {
        return false;
    }
    let mut attributes = Attributes::new(tag, name_end);
    loop {
        match attributes.step() {
            Step::Attribute(_) => {}
            Step::End { self_closing, .. } => return self_closing,
            Step::Short => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names and values, and the tag's end where it has one.
    type Read<'a> = (Vec<(&'a str, &'a str)>, Option<(usize, bool)>);

    fn read(tag: &str) -> Read<'_> {
        let name = tag.find([' ', '/', '>', '\n']).unwrap_or(tag.len());
        let mut attributes = Attributes::new(tag.as_bytes(), name);
        let mut found = Vec::new();
        loop {
            match attributes.step() {
                Step::Attribute(a) => found.push((&tag[a.name], &tag[a.value])),
                Step::End { end, self_closing } => return (found, Some((end, self_closing))),
                Step::Short => return (found, None),
            }
        }
    }

    #[test]
    fn attributes_are_read_as_the_standard_says() {
        for (tag, want, self_closing) in [
            ("<a>", &[][..], false),
            ("<a/>", &[], true),
            ("<a / >", &[], false),
            ("<a b>", &[("b", "")], false),
            ("<a b=c>", &[("b", "c")], false),
            ("<a b=c/>", &[("b", "c/")], false),
            ("<a b = 'c d' e>", &[("b", "c d"), ("e", "")], false),
            ("<a b=\"x>y\" />", &[("b", "x>y")], true),
            ("<a b='1'c='2'>", &[("b", "1"), ("c", "2")], false),
            ("<a =b=c>", &[("=b", "c")], false),
            ("<a b= >", &[("b", "")], false),
            ("<a b/c=d>", &[("b", ""), ("c", "d")], false),
            ("<a \"b>", &[("\"b", "")], false),
            ("<a b=c'd>", &[("b", "c'd")], false),
            ("<a b==\"c\">", &[("b", "=\"c\"")], false),
            ("<a b c\n=\n\"d\">", &[("b", ""), ("c", "d")], false),
            ("<a / =b>", &[("=b", "")], false),
        ] {
            assert_eq!(read(tag), (want.to_vec(), Some((tag.len(), self_closing))), "{tag}");
        }
    }

    #[test]
    fn a_tag_that_has_not_come_whole_is_short_at_every_cut() {
        let tag = "<a b = \"c>d\" e='f' g=h/ i />";
        for cut in 2..tag.len() {
            assert_eq!(Attributes::new(&tag.as_bytes()[..cut], 2).end(), None, "{}", &tag[..cut]);
        }
        assert_eq!(Attributes::new(tag.as_bytes(), 2).end(), Some(tag.len()));
    }
}
