//! The `>` that ends a tag, found across chunks.

use super::is_space;

/// Finds the end of a tag whose bytes come in pieces, looking at each byte once.
///
/// It knows the same states as [`Attributes`](super::attributes::Attributes), which needs the whole tag; a test
/// holds the two together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TagEnd {
    Name,
    BeforeAttribute,
    AttributeName,
    AfterAttributeName,
    BeforeValue,
    Quoted(u8),
    Unquoted,
}

impl TagEnd {
    /// Begins inside, or right behind, the tag's name.
    pub(super) fn new() -> Self {
        Self::Name
    }

    /// Reads on; the position behind the `>` that ends the tag, if it is in these bytes.
    pub(super) fn find(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if let Self::Quoted(quote) = *self {
                at += memchr::memchr(quote, bytes.get(at..)?)? + 1;
                *self = Self::BeforeAttribute;
                continue;
            }
            if byte == b'>' {
                return Some(at + 1);
            }
            *self = self.after(byte);
            at += 1;
        }
        None
    }

    fn after(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::Unquoted, byte) if !is_space(byte) => Self::Unquoted,
            (Self::BeforeValue, quote @ (b'"' | b'\'')) => Self::Quoted(quote),
            (Self::BeforeValue, byte) if is_space(byte) => Self::BeforeValue,
            (Self::BeforeValue, _) => Self::Unquoted,
            (Self::AttributeName | Self::AfterAttributeName, b'=') => Self::BeforeValue,
            (Self::AttributeName | Self::AfterAttributeName, byte) if is_space(byte) => Self::AfterAttributeName,
            (_, b'/') => Self::BeforeAttribute,
            (_, byte) if is_space(byte) => Self::BeforeAttribute,
            (Self::Name, _) => Self::Name,
            _ => Self::AttributeName,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::attributes::Attributes;
    use super::*;

    proptest! {
        #[test]
        fn both_ways_to_end_a_tag_agree_wherever_it_is_cut(tag in "<a[ab=/\"' \n>]{0,24}", cut in 0usize..26) {
            let bytes = tag.as_bytes();
            let name = bytes[1..].iter().position(|b| !b.is_ascii_alphabetic() && !matches!(b, b'=' | b'"' | b'\''));
            let name = name.map_or(bytes.len(), |n| n + 1);
            let want = Attributes::new(bytes, name).end();
            let cut = cut.min(bytes.len());
            let mut end = TagEnd::new();
            let got = match end.find(bytes.get(1..cut).unwrap_or_default()) {
                Some(n) => Some(n + 1),
                None => end.find(&bytes[cut.max(1)..]).map(|n| n + cut.max(1)),
            };
            prop_assert_eq!(got, want);
        }
    }
}
