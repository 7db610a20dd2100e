//! What an attribute means to an element: which ones hold what a browser fetches, and what is left without it.

use super::element::Element;
use super::foreign::Reading;
use super::report::Kind;
use super::text_end::TextKind;

/// The meaning of an attribute's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Src,
    /// `data-src` and the other names under which optimizers and lazy loaders keep a URL.
    Lazy,
    Srcset,
    LazySrcset,
    ImageSrcset,
    Href,
    /// Of SVG only; it counts where there is no `href`.
    XlinkHref,
    Data,
    Poster,
    Ping,
    AttributionSrc,
    Srcdoc,
    Config,
    Rel,
    Type,
    HttpEquiv,
    Content,
}

impl Role {
    #[inline]
    pub(super) fn of(name: &[u8]) -> Option<Self> {
        let (first, last) = (name.first()? | 0x20, name.last()? | 0x20);
        // Length, first and last letter tell nearly all names apart; the whole is only compared with what it may be.
        let known: Option<(&[u8], _)> = match (name.len(), first, last) {
            (3, b's', b'c') => Some((b"src", Self::Src)),
            (3, b'r', b'l') => Some((b"rel", Self::Rel)),
            (4, b'h', b'f') => Some((b"href", Self::Href)),
            (4, b't', b'e') => Some((b"type", Self::Type)),
            (4, b'd', b'a') => Some((b"data", Self::Data)),
            (4, b'p', b'g') => Some((b"ping", Self::Ping)),
            (6, b's', b't') => Some((b"srcset", Self::Srcset)),
            (6, b'p', b'r') => Some((b"poster", Self::Poster)),
            (6, b's', b'c') => Some((b"srcdoc", Self::Srcdoc)),
            (6, b'c', b'g') => Some((b"config", Self::Config)),
            (7, b'c', b't') => Some((b"content", Self::Content)),
            (10, b'd', b'c') => Some((b"data-cfsrc", Self::Lazy)),
            (10, b'x', b'f') => Some((b"xlink:href", Self::XlinkHref)),
            (10, b'h', b'v') => Some((b"http-equiv", Self::HttpEquiv)),
            (11, b'i', b't') => Some((b"imagesrcset", Self::ImageSrcset)),
            (13, b'd', b'l') => Some((b"data-original", Self::Lazy)),
            (13, b's', b'c') => Some((b"suppressedsrc", Self::Lazy)),
            (14, b'a', b'c') => Some((b"attributionsrc", Self::AttributionSrc)),
            (14, b'd', b'c') => Some((b"data-rocketsrc", Self::Lazy)),
            (18, b'd', b'c') => Some((b"data-suppressedsrc", Self::Lazy)),
            _ => None,
        };
        match known {
            Some((wanted, role)) if name.eq_ignore_ascii_case(wanted) => Some(role),
            _ if last == b'c' && ends_with(name, b"-src") => Some(Self::Lazy),
            _ if last == b't' && ends_with(name, b"-srcset") => Some(Self::LazySrcset),
            _ => None,
        }
    }
}

/// Whether an element is pointless without an attribute's URL, or only loses a part; none if it does not fetch it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Whole,
    Part,
}

pub(super) fn weight(element: Element, role: Role, reading: Reading) -> Option<Weight> {
    match reading {
        Reading::Html => weight_in_html(element, role),
        Reading::Leaving => weight_in_html(element, role).map(|_| Weight::Part),
        // What only HTML would fetch does nothing here, so that nothing is lost with it; browsers differ in where
        // foreign content ends, so that something may be won.
        Reading::Foreign => {
            (weight_in_html(element, role).is_some() || is_fetched_by_svg(element, role)).then_some(Weight::Part)
        }
        Reading::Either => weight_in_html(element, role).or(is_fetched_by_svg(element, role).then_some(Weight::Part)),
    }
}

fn is_fetched_by_svg(element: Element, role: Role) -> bool {
    match element {
        Element::Image | Element::SvgReference | Element::Text(TextKind::Script) => {
            matches!(role, Role::Href | Role::XlinkHref | Role::Lazy)
        }
        _ => false,
    }
}

#[inline]
fn weight_in_html(element: Element, role: Role) -> Option<Weight> {
    use Role::{
        AttributionSrc, Config, Content, Data, Href, ImageSrcset, Lazy, LazySrcset, Ping, Poster, Src, Srcdoc, Srcset,
    };
    match (element, role) {
        (Element::Text(TextKind::Script | TextKind::Iframe) | Element::Frame, Src | Lazy)
        | (Element::Image | Element::Void, Src | Lazy | Srcset | LazySrcset)
        | (Element::Link, Href | ImageSrcset)
        | (Element::Meta, Content)
        | (Element::Amp, Src | Lazy | Srcset | LazySrcset | Config) => Some(Weight::Whole),
        (Element::Media, Src | Lazy | Poster)
        | (Element::Object, Data)
        | (Element::Input, Src | Lazy)
        | (Element::Text(TextKind::Iframe), Srcdoc)
        | (Element::Anchor, Ping | AttributionSrc)
        | (Element::Image | Element::Text(TextKind::Script), AttributionSrc) => Some(Weight::Part),
        _ => None,
    }
}

/// Attributes met, since only the first of a name counts (13.2.5.33).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen(u32);

impl Seen {
    #[inline]
    pub(super) fn is_new(&mut self, role: Role) -> bool {
        let bit = 1u32 << role as u8;
        // These stand for many names.
        let new = matches!(role, Role::Lazy | Role::LazySrcset) || self.0 & bit == 0;
        self.0 |= bit;
        new
    }
}

/// Whether a URL shows or runs something of its own, so that its element is worth keeping without the other URLs.
pub(super) fn shows(url: &[u8]) -> bool {
    let url = url.trim_ascii();
    let starts = |scheme: &[u8]| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    !(url.is_empty() || url.starts_with(b"#") || starts(b"data:") || starts(b"about:") || starts(b"javascript:"))
}

/// What a withheld tag of an element is counted as.
pub(super) fn kind(element: Element) -> Kind {
    match element {
        Element::Text(TextKind::Iframe) | Element::Frame => Kind::Frame,
        Element::Image | Element::SvgReference => Kind::Image,
        Element::Link => Kind::Link,
        Element::Meta => Kind::Refresh,
        Element::Amp => Kind::Amp,
        Element::Void | Element::Media => Kind::Media,
        Element::Object => Kind::Object,
        Element::Input => Kind::Input,
        Element::Anchor => Kind::Ping,
        _ => Kind::Script,
    }
}

fn ends_with(name: &[u8], ending: &[u8]) -> bool {
    name.len() > ending.len()
        && name.get(name.len() - ending.len()..).is_some_and(|end| end.eq_ignore_ascii_case(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lazy_name_is_one_whatever_its_length_and_letters() {
        for (name, want) in [
            ("src", Some(Role::Src)),
            ("DATA-Src", Some(Role::Lazy)),
            ("a-lazy-img-src", Some(Role::Lazy)),
            ("attributionsrc", Some(Role::AttributionSrc)),
            ("data-rocketsrc", Some(Role::Lazy)),
            ("data-rocke-src", Some(Role::Lazy)),
            ("s1-src", Some(Role::Lazy)),
            ("srcdoc", Some(Role::Srcdoc)),
            ("-src", None),
            ("i123-srcset", Some(Role::LazySrcset)),
            ("imagesrcset", Some(Role::ImageSrcset)),
            ("-srcset", None),
            ("data-original", Some(Role::Lazy)),
            ("data-cfsrc", Some(Role::Lazy)),
            ("suppressedsrc", Some(Role::Lazy)),
            ("Data-SuppressedSrc", Some(Role::Lazy)),
            ("content", Some(Role::Content)),
            ("class", None),
        ] {
            assert_eq!(Role::of(name.as_bytes()), want, "{name}");
        }
    }
}
