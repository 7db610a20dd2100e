//! What a `<` opens (WHATWG HTML 13.2.5.6 to 13.2.5.8, 13.2.5.42).

use super::element::LONGEST_NAME;
use super::ends_tag_name;

/// What bytes that begin with `<` are the beginning of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Open {
    /// More bytes are needed to tell.
    Unknown,
    /// A `<` that is text.
    Text,
    /// A start tag; the offset behind its name, or behind as much of the name as can matter.
    Start(usize),
    /// An end tag, likewise.
    End(usize),
    Comment,
    /// The comment by which a site marks the place for the status.
    Marker,
    Cdata,
    /// A declaration, a processing instruction or a broken end tag: all end at the next `>`.
    Bogus,
}

pub(super) const COMMENT: &[u8] = b"<!--";
const CDATA: &[u8] = b"<![CDATA[";

/// The whole comment; see [`Open::Marker`].
pub(super) const MARKER: &[u8] = b"<!--gpc-status-->";

impl Open {
    /// Tells what `bytes`, whose first is `<`, begin.
    ///
    /// Where it needs the byte behind the opening to tell, the opening is what [`Open::len`] says, without that byte.
    #[inline]
    pub(super) fn of(bytes: &[u8], cdata: bool) -> Self {
        match bytes.get(1) {
            None => Self::Unknown,
            Some(byte) if byte.is_ascii_alphabetic() => name_end(bytes, 1).map_or(Self::Unknown, Self::Start),
            Some(b'/') => match bytes.get(2) {
                None => Self::Unknown,
                Some(byte) if byte.is_ascii_alphabetic() => name_end(bytes, 2).map_or(Self::Unknown, Self::End),
                Some(_) => Self::Bogus,
            },
            Some(b'!') => declaration(bytes, cdata),
            Some(b'?') => Self::Bogus,
            Some(_) => Self::Text,
        }
    }

    /// The same, where the place for the status is looked for.
    pub(super) fn or_marker(bytes: &[u8], cdata: bool) -> Self {
        if bytes.starts_with(MARKER) {
            Self::Marker
        } else if MARKER.starts_with(bytes) {
            Self::Unknown
        } else {
            Self::of(bytes, cdata)
        }
    }

    /// How many bytes the opening itself has.
    pub(super) fn len(self) -> usize {
        match self {
            Self::Unknown => 0,
            Self::Text => 1,
            Self::Start(end) | Self::End(end) => end,
            Self::Comment => COMMENT.len(),
            Self::Marker => MARKER.len(),
            Self::Cdata => CDATA.len(),
            Self::Bogus => 2,
        }
    }
}

/// The end of the tag's name; none if it may go on.
#[inline]
fn name_end(bytes: &[u8], start: usize) -> Option<usize> {
    let name = bytes.get(start..).unwrap_or_default();
    let (name, more) =
        name.split_at_checked(LONGEST_NAME + 1).map_or((name, false), |(name, rest)| (name, !rest.is_empty()));
    match name.iter().position(|&byte| ends_tag_name(byte)) {
        Some(n) => Some(start + n),
        None if more => Some(start + LONGEST_NAME + 1),
        None => None,
    }
}

fn declaration(bytes: &[u8], cdata: bool) -> Open {
    for (opening, open) in [(COMMENT, Open::Comment), (CDATA, Open::Cdata)] {
        if open == Open::Cdata && !cdata {
            continue;
        }
        if bytes.starts_with(opening) {
            return open;
        }
        if opening.starts_with(bytes) {
            return Open::Unknown;
        }
    }
    Open::Bogus
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opening_is_what_the_standard_says() {
        for (text, want) in [
            ("<", Open::Unknown),
            ("<a", Open::Unknown),
            ("<a>", Open::Start(2)),
            ("<a b", Open::Start(2)),
            ("</a\n", Open::End(3)),
            ("</", Open::Unknown),
            ("</>", Open::Bogus),
            ("</ a>", Open::Bogus),
            ("< a>", Open::Text),
            ("<<", Open::Text),
            ("<1", Open::Text),
            ("<?xml", Open::Bogus),
            ("<!", Open::Unknown),
            ("<!-", Open::Unknown),
            ("<!->", Open::Bogus),
            ("<!--", Open::Comment),
            ("<!doctype", Open::Bogus),
            ("<![CDATA", Open::Unknown),
            ("<![CDATA[", Open::Cdata),
            ("<![cdata[", Open::Bogus),
            ("<abcdefghijklmnopq", Open::Start(16)),
            ("<abcdefghijklmnopq>", Open::Start(16)),
        ] {
            assert_eq!(Open::of(text.as_bytes(), true), want, "{text}");
        }
        assert_eq!(Open::of(b"<![CDATA[", false), Open::Bogus);
    }
}
