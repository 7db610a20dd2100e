//! Which elements can fetch or run, and which switch the tokenizer's text mode.

use super::index::Letters;
use super::is_space;
use super::text_end::TextKind;

/// No name that matters is longer; a longer one is classed by this much of it.
pub(super) const LONGEST_NAME: usize = 14;

/// What an element is to the filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    /// Fetches nothing and runs nothing.
    Plain,
    /// `a`, `area`: `ping` and `attributionsrc`.
    Anchor,
    /// Any `amp-*` component.
    Amp,
    /// `embed`, `source`, `track`: void, and pointless without what they fetch.
    Void,
    /// `frame`.
    Frame,
    /// `img`, and `image`, which HTML reads as `img`.
    Image,
    Input,
    Link,
    /// `audio`, `video`.
    Media,
    Meta,
    Object,
    /// `use`, `feImage`: they fetch in SVG only.
    SvgReference,
    Noscript,
    Math,
    Svg,
    Plaintext,
    /// Its content is text; a script or an iframe fetches as well.
    Text(TextKind),
}

/// A tag's name, in lower case, as a number that `match` can tell apart.
///
/// Only letters change case under the bit; no other byte of a name becomes a letter by it.
pub(super) const fn key(name: &[u8]) -> u128 {
    let mut key = 0;
    let mut rest = name;
    while let [first, tail @ ..] = rest {
        if name.len() - rest.len() == LONGEST_NAME {
            return 0;
        }
        key = key << 8 | (*first | 0x20) as u128;
        rest = tail;
    }
    key
}

/// Names as constants, for `match`.
macro_rules! names {
    ($($constant:ident = $name:literal,)*) => {
        $(const $constant: u128 = key($name);)*
        const NAMES: &[&[u8]] = &[$($name),*];
    };
}

names! {
    A = b"a", AREA = b"area", AUDIO = b"audio", EMBED = b"embed", FEIMAGE = b"feimage", FRAME = b"frame",
    IFRAME = b"iframe", IMAGE = b"image", IMG = b"img", INPUT = b"input", LINK = b"link", MATH = b"math",
    META = b"meta", NOEMBED = b"noembed", NOFRAMES = b"noframes", NOSCRIPT = b"noscript", OBJECT = b"object",
    PLAINTEXT = b"plaintext", SCRIPT = b"script", SOURCE = b"source", STYLE = b"style", SVG = b"svg",
    TEXTAREA = b"textarea", TITLE = b"title", TRACK = b"track", USE = b"use", VIDEO = b"video", XMP = b"xmp",
}

/// The lengths of the names that matter, as bits, by their first letter: most elements of a page are none of them.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which refuses a wrong index")]
const LENGTHS: [u16; 32] = {
    let mut lengths = [0; 32];
    let mut n = 0;
    while n < NAMES.len() {
        let name = NAMES[n];
        lengths[(name[0] & 31) as usize] |= 1 << name.len();
        n += 1;
    }
    // Components of AMP have any length behind their prefix.
    lengths[1] |= !0 << 5;
    lengths
};

/// The letters at a place of the names that matter, as bits, by the first letter; all where such a name is shorter.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which refuses a wrong index")]
const fn letters_at(place: usize) -> [u32; 32] {
    let mut letters = [0; 32];
    let mut n = 0;
    while n < NAMES.len() {
        let name = NAMES[n];
        letters[(name[0] & 31) as usize] |= if name.len() > place { 1 << (name[place] & 31) } else { !0 };
        n += 1;
    }
    letters
}

const SECONDS: [u32; 32] = letters_at(1);
const THIRDS: [u32; 32] = letters_at(2);

/// What [`Element::telling`] says of the element whose name begins so, where three bytes are enough to know: they are
/// for nearly all tags, and most bytes of a page's markup are theirs.
#[inline]
pub(super) fn glance(first: u8, second: u8, third: u8) -> Option<Letters> {
    if !first.is_ascii_alphabetic() {
        return None;
    }
    let has = |letters: &[u32; 32], letter: u8| {
        letters.get(usize::from(first & 31)).map_or(1, |bits| bits >> (letter & 31)) & 1
    };
    // Both at once: which of them tells is not to be foreseen.
    if has(&SECONDS, second) & has(&THIRDS, third) == 0 {
        return Some(Letters::NONE);
    }
    (first | 0x20 == b'a' && is_space(second)).then_some(PINGS)
}

/// `ping` and `attributionsrc`, the attributes of an anchor that fetch.
const PINGS: Letters = Letters::of(b'g', b'c');

impl Element {
    /// Classes an element by its name, or by the first [`LONGEST_NAME`] bytes of it.
    pub(super) fn of(name: &[u8]) -> Self {
        let lengths = name.first().and_then(|first| LENGTHS.get(usize::from(first & 31))).copied().unwrap_or_default();
        if lengths >> name.len().min(15) & 1 == 0 {
            return Self::Plain;
        }
        match key(name) {
            A | AREA => Self::Anchor,
            EMBED | SOURCE | TRACK => Self::Void,
            FRAME => Self::Frame,
            IMG | IMAGE => Self::Image,
            INPUT => Self::Input,
            LINK => Self::Link,
            AUDIO | VIDEO => Self::Media,
            META => Self::Meta,
            OBJECT => Self::Object,
            USE | FEIMAGE => Self::SvgReference,
            NOSCRIPT => Self::Noscript,
            MATH => Self::Math,
            SVG => Self::Svg,
            PLAINTEXT => Self::Plaintext,
            SCRIPT => Self::Text(TextKind::Script),
            STYLE => Self::Text(TextKind::Style),
            TITLE => Self::Text(TextKind::Title),
            TEXTAREA => Self::Text(TextKind::Textarea),
            XMP => Self::Text(TextKind::Xmp),
            IFRAME => Self::Text(TextKind::Iframe),
            NOEMBED => Self::Text(TextKind::Noembed),
            NOFRAMES => Self::Text(TextKind::Noframes),
            _ if name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"amp-")) => Self::Amp,
            _ => Self::Plain,
        }
    }

    /// Whether a start tag of this element must be seen whole before anything is decided.
    pub(super) fn matters(self) -> bool {
        self.telling() != Some(Letters::NONE)
    }

    /// The last letters of the attributes without which a start tag of this element cannot be of interest, so that
    /// there is nothing to read in it; none if it is always read.
    #[inline]
    pub(super) fn telling(self) -> Option<Letters> {
        // `src`, and of the names of URLs that are kept for later `data-original`, which alone does not end in `src`.
        const SOURCES: Letters = Letters::of(b'c', b'l');
        // `http-equiv`.
        const REFRESH: Letters = Letters::of(b'v', b'v');
        match self {
            Self::Anchor => Some(PINGS),
            Self::Input => Some(SOURCES),
            Self::Meta => Some(REFRESH),
            Self::Plain | Self::Plaintext => Some(Letters::NONE),
            Self::Text(kind) => (!matches!(kind, TextKind::Script | TextKind::Iframe)).then_some(Letters::NONE),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glance_tells_what_the_whole_name_does() {
        let more =
            ["div", "span", "li", "em", "p", "ul", "b", "td", "h3", "strong", "abbr", "AMP-x", "Script", "A", "!--"];
        for name in NAMES.iter().copied().chain(more.map(str::as_bytes)) {
            for end in [" x", ">x", "/>", "\nx"] {
                let text = [name, end.as_bytes()].concat();
                let told = glance(text[0], text[1], text[2]);
                assert!(told.is_none() || told == Element::of(name).telling(), "{}", String::from_utf8_lossy(&text));
            }
        }
        for name in ["div", "spa", "li ", "em>", "p x", "ul>", "b> ", "td ", "a h"] {
            let [first, second, third] = *name.as_bytes() else { unreachable!() };
            assert!(glance(first, second, third).is_some(), "{name}");
        }
    }

    #[test]
    fn names_are_told_apart_whatever_their_case() {
        for (name, want) in [
            ("SCRIPT", Element::Text(TextKind::Script)),
            ("Iframe", Element::Text(TextKind::Iframe)),
            ("scripts", Element::Plain),
            ("imag", Element::Plain),
            ("amp-analytics", Element::Amp),
            ("AMP-story-auto-analytics", Element::Amp),
            ("amplify", Element::Plain),
            ("plaintext", Element::Plaintext),
            ("div", Element::Plain),
            ("a", Element::Anchor),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaa", Element::Plain),
            ("\u{0}a", Element::Plain),
        ] {
            assert_eq!(Element::of(name.as_bytes()), want, "{name}");
        }
    }
}
