//! Names of elements, and the sets of them that decide where foreign content begins and ends.

use super::super::attributes::{Attributes, Step};
use super::super::part;
use super::super::reference::decode;

/// How much of a name is looked at: all that differ within it are told apart.
const LONGEST: usize = 15;

/// A tag's name in lower case, as a number.
pub(super) const fn name(bytes: &[u8]) -> u128 {
    let mut number = 0;
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        if bytes.len() - rest.len() == LONGEST {
            break;
        }
        number = number << 8 | first.to_ascii_lowercase() as u128;
        rest = tail;
    }
    number
}

pub(super) const SVG: u128 = name(b"svg");
pub(super) const MATH: u128 = name(b"math");
pub(super) const ANNOTATION_XML: u128 = name(b"annotation-xml");
pub(super) const P: u128 = name(b"p");
pub(super) const BR: u128 = name(b"br");
const FONT: u128 = name(b"font");

/// HTML elements that end foreign content (13.2.6.5, the first list).
const BREAKOUTS: &[u128] = &[
    name(b"b"),
    name(b"big"),
    name(b"blockquote"),
    name(b"body"),
    name(b"br"),
    name(b"center"),
    name(b"code"),
    name(b"dd"),
    name(b"div"),
    name(b"dl"),
    name(b"dt"),
    name(b"em"),
    name(b"embed"),
    name(b"h1"),
    name(b"h2"),
    name(b"h3"),
    name(b"h4"),
    name(b"h5"),
    name(b"h6"),
    name(b"head"),
    name(b"hr"),
    name(b"i"),
    name(b"img"),
    name(b"li"),
    name(b"listing"),
    name(b"menu"),
    name(b"meta"),
    name(b"nobr"),
    name(b"ol"),
    name(b"p"),
    name(b"pre"),
    name(b"ruby"),
    name(b"s"),
    name(b"small"),
    name(b"span"),
    name(b"strong"),
    name(b"strike"),
    name(b"sub"),
    name(b"sup"),
    name(b"table"),
    name(b"tt"),
    name(b"u"),
    name(b"ul"),
    name(b"var"),
];

/// HTML integration points of SVG (13.2.4.2).
pub(super) const SVG_POINTS: &[u128] = &[name(b"foreignobject"), name(b"desc"), name(b"title")];

/// MathML text integration points, and the two elements that stay MathML inside them (13.2.6).
pub(super) const MATH_POINTS: &[u128] = &[name(b"mi"), name(b"mo"), name(b"mn"), name(b"ms"), name(b"mtext")];
pub(super) const MATH_GLYPHS: &[u128] = &[name(b"mglyph"), name(b"malignmark")];

/// HTML elements that never stay open, or whose tags are ignored here.
pub(super) const UNOPENED: &[u128] = &[
    name(b"area"),
    name(b"base"),
    name(b"basefont"),
    name(b"bgsound"),
    name(b"body"),
    name(b"br"),
    name(b"col"),
    name(b"embed"),
    name(b"frame"),
    name(b"frameset"),
    name(b"head"),
    name(b"hr"),
    name(b"html"),
    name(b"image"),
    name(b"img"),
    name(b"input"),
    name(b"keygen"),
    name(b"link"),
    name(b"meta"),
    name(b"param"),
    name(b"source"),
    name(b"track"),
    name(b"wbr"),
];

/// Elements whose start tags close others, or are ignored, by what else is open.
pub(super) const MESSY: &[u128] = &[
    name(b"a"),
    name(b"button"),
    name(b"caption"),
    name(b"col"),
    name(b"colgroup"),
    name(b"dd"),
    name(b"dt"),
    name(b"form"),
    name(b"h1"),
    name(b"h2"),
    name(b"h3"),
    name(b"h4"),
    name(b"h5"),
    name(b"h6"),
    name(b"li"),
    name(b"nobr"),
    name(b"optgroup"),
    name(b"option"),
    name(b"rb"),
    name(b"rp"),
    name(b"rt"),
    name(b"rtc"),
    name(b"select"),
    name(b"table"),
    name(b"tbody"),
    name(b"td"),
    name(b"tfoot"),
    name(b"th"),
    name(b"thead"),
    name(b"tr"),
];

/// Elements whose end tags close foreign content from any depth: their scopes reach through integration points.
pub(super) const THROUGH: &[u128] = &[
    name(b"caption"),
    name(b"select"),
    name(b"table"),
    name(b"tbody"),
    name(b"td"),
    name(b"template"),
    name(b"tfoot"),
    name(b"th"),
    name(b"thead"),
    name(b"tr"),
];

/// Elements whose start tags close an open `p` (13.2.6.4.7).
pub(super) const CLOSE_P: &[u128] = &[
    name(b"address"),
    name(b"article"),
    name(b"aside"),
    name(b"blockquote"),
    name(b"center"),
    name(b"details"),
    name(b"dialog"),
    name(b"dir"),
    name(b"div"),
    name(b"dl"),
    name(b"fieldset"),
    name(b"figcaption"),
    name(b"figure"),
    name(b"footer"),
    name(b"form"),
    name(b"h1"),
    name(b"h2"),
    name(b"h3"),
    name(b"h4"),
    name(b"h5"),
    name(b"h6"),
    name(b"header"),
    name(b"hgroup"),
    name(b"hr"),
    name(b"li"),
    name(b"listing"),
    name(b"main"),
    name(b"menu"),
    name(b"nav"),
    name(b"ol"),
    name(b"p"),
    name(b"plaintext"),
    name(b"pre"),
    name(b"search"),
    name(b"section"),
    name(b"summary"),
    name(b"table"),
    name(b"ul"),
    name(b"xmp"),
];

/// Elements whose end tags close nothing around foreign content: none of HTML has their name, or it never stays open.
pub(super) const CLOSE_NOTHING: &[u128] = &[
    name(b"area"),
    name(b"base"),
    name(b"basefont"),
    name(b"bgsound"),
    name(b"body"),
    name(b"br"),
    name(b"col"),
    name(b"embed"),
    name(b"form"),
    name(b"frame"),
    name(b"frameset"),
    name(b"head"),
    name(b"hr"),
    name(b"html"),
    name(b"iframe"),
    name(b"image"),
    name(b"img"),
    name(b"input"),
    name(b"keygen"),
    name(b"link"),
    name(b"math"),
    name(b"meta"),
    name(b"noembed"),
    name(b"noframes"),
    name(b"param"),
    name(b"plaintext"),
    name(b"script"),
    name(b"source"),
    name(b"style"),
    name(b"svg"),
    name(b"textarea"),
    name(b"title"),
    name(b"track"),
    name(b"wbr"),
    name(b"xmp"),
];

/// Whether a start tag ends foreign content.
pub(super) fn breaks_out(name: u128, tag: &[u8], name_end: usize) -> bool {
    let presents =
        |name: &[u8]| [&b"color"[..], b"face", b"size"].iter().any(|wanted| name.eq_ignore_ascii_case(wanted));
    BREAKOUTS.contains(&name) || (name == FONT && attribute(tag, name_end, presents).is_some())
}

/// Whether an `annotation-xml` says that its content is HTML (13.2.4.2).
pub(super) fn holds_html(tag: &[u8], name_end: usize) -> bool {
    let value = attribute(tag, name_end, |name| name.eq_ignore_ascii_case(b"encoding")).map(decode);
    value.is_some_and(|value| {
        value.eq_ignore_ascii_case(b"text/html") || value.eq_ignore_ascii_case(b"application/xhtml+xml")
    })
}

/// The value of the first attribute whose name is wanted.
fn attribute(tag: &[u8], name_end: usize, wanted: impl Fn(&[u8]) -> bool) -> Option<&[u8]> {
    let mut attributes = Attributes::new(tag, name_end);
    while let Step::Attribute(attribute) = attributes.step() {
        if wanted(part(tag, attribute.name)) {
            return Some(part(tag, attribute.value));
        }
    }
    None
}
