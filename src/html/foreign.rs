//! Where SVG and MathML begin and end.
//!
//! In foreign content the tokenizer's text modes are not switched (`<svg><style>` is markup) and CDATA sections
//! exist, so a filter that does not know where it is would miss tags, or see some that are not there. The rules are
//! those of WHATWG HTML 13.2.6.5 and 13.2.4.1 as far as tokens alone can follow them.

use super::attributes::{Attributes, Step, is_self_closing};
use super::element::{Element, key};
use super::part;

/// Deeper nesting is not followed: the page would be read as if the innermost scopes were not there.
const DEEPEST: usize = 64;

/// The open foreign elements, and the points inside them where HTML is read again.
#[derive(Debug, Default)]
pub(super) struct Foreign {
    scopes: Vec<Scope>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Svg,
    Math,
    /// Inside an integration point, whose name ends it.
    Html(u128),
}

const SVG: u128 = key(b"svg");
const MATH: u128 = key(b"math");
const ANNOTATION_XML: u128 = key(b"annotation-xml");
const FONT: u128 = key(b"font");

/// HTML elements that end foreign content (13.2.6.5, the first list).
const BREAKOUTS: [u128; 44] = [
    key(b"b"),
    key(b"big"),
    key(b"blockquote"),
    key(b"body"),
    key(b"br"),
    key(b"center"),
    key(b"code"),
    key(b"dd"),
    key(b"div"),
    key(b"dl"),
    key(b"dt"),
    key(b"em"),
    key(b"embed"),
    key(b"h1"),
    key(b"h2"),
    key(b"h3"),
    key(b"h4"),
    key(b"h5"),
    key(b"h6"),
    key(b"head"),
    key(b"hr"),
    key(b"i"),
    key(b"img"),
    key(b"li"),
    key(b"listing"),
    key(b"menu"),
    key(b"meta"),
    key(b"nobr"),
    key(b"ol"),
    key(b"p"),
    key(b"pre"),
    key(b"ruby"),
    key(b"s"),
    key(b"small"),
    key(b"span"),
    key(b"strong"),
    key(b"strike"),
    key(b"sub"),
    key(b"sup"),
    key(b"table"),
    key(b"tt"),
    key(b"u"),
    key(b"ul"),
    key(b"var"),
];

const SVG_POINTS: [u128; 3] = [key(b"foreignobject"), key(b"desc"), key(b"title")];
const MATH_POINTS: [u128; 5] = [key(b"mi"), key(b"mo"), key(b"mn"), key(b"ms"), key(b"mtext")];

impl Foreign {
    /// Whether the next token is read by the rules for foreign content.
    pub(super) fn is_foreign(&self) -> bool {
        matches!(self.scopes.last(), Some(Scope::Svg | Scope::Math))
    }

    /// Whether any foreign element is open, so that every tag's name matters.
    pub(super) fn is_open(&self) -> bool {
        !self.scopes.is_empty()
    }

    /// Whether a start tag of this name can change where foreign content begins and ends, so that it must be followed.
    #[inline]
    pub(super) fn heeds(&self, name: &[u8]) -> bool {
        let name = key(name);
        [SVG, MATH, ANNOTATION_XML, FONT].contains(&name)
            || SVG_POINTS.contains(&name)
            || MATH_POINTS.contains(&name)
            || BREAKOUTS.contains(&name)
    }

    /// Follows a complete start tag; `true` if the element itself is foreign.
    pub(super) fn start(&mut self, element: Element, tag: &[u8], name_end: usize) -> bool {
        if !self.is_open() && !matches!(element, Element::Svg | Element::Math) {
            return false;
        }
        let name = key(part(tag, 1..name_end));
        if self.is_foreign() && breaks_out(name, tag, name_end) {
            while self.is_foreign() {
                self.scopes.pop();
            }
        }
        let inside = match self.scopes.last() {
            Some(Scope::Svg) => match name {
                SVG => Some(Scope::Svg),
                _ => SVG_POINTS.contains(&name).then_some(Scope::Html(name)),
            },
            Some(Scope::Math) => match name {
                MATH => Some(Scope::Math),
                SVG => Some(Scope::Svg),
                ANNOTATION_XML => holds_html(tag, name_end).then_some(Scope::Html(name)),
                _ => MATH_POINTS.contains(&name).then_some(Scope::Html(name)),
            },
            Some(Scope::Html(_)) | None => match element {
                Element::Svg => Some(Scope::Svg),
                Element::Math => Some(Scope::Math),
                _ => return false,
            },
        };
        if let Some(scope) = inside
            && self.scopes.len() < DEEPEST
            && !is_self_closing(tag, name_end)
        {
            self.scopes.push(scope);
        }
        true
    }

    /// Follows an end tag.
    pub(super) fn end(&mut self, name: &[u8]) {
        let name = key(name);
        match self.scopes.last() {
            Some(Scope::Svg) if name == SVG => drop(self.scopes.pop()),
            Some(Scope::Math) if name == MATH => drop(self.scopes.pop()),
            Some(Scope::Html(point)) if name == *point => drop(self.scopes.pop()),
            // 13.2.6.5: these two end tags leave foreign content as their start tags do.
            Some(Scope::Svg | Scope::Math) if name == key(b"p") || name == key(b"br") => {
                while self.is_foreign() {
                    self.scopes.pop();
                }
            }
            _ => {}
        }
    }
}

fn breaks_out(name: u128, tag: &[u8], name_end: usize) -> bool {
    BREAKOUTS.contains(&name)
        || (name == FONT
            && names(tag, name_end, |name| {
                [&b"color"[..], b"face", b"size"].iter().any(|wanted| name.eq_ignore_ascii_case(wanted))
            }))
}

/// Whether any attribute's name is one of those wanted.
fn names(tag: &[u8], name_end: usize, wanted: impl Fn(&[u8]) -> bool) -> bool {
    let mut attributes = Attributes::new(tag, name_end);
    while let Step::Attribute(attribute) = attributes.step() {
        if wanted(part(tag, attribute.name)) {
            return true;
        }
    }
    false
}

/// Whether an `annotation-xml` says that its content is HTML (13.2.4.1).
fn holds_html(tag: &[u8], name_end: usize) -> bool {
    let mut attributes = Attributes::new(tag, name_end);
    while let Step::Attribute(attribute) = attributes.step() {
        if part(tag, attribute.name).eq_ignore_ascii_case(b"encoding") {
            let value = part(tag, attribute.value);
            return value.eq_ignore_ascii_case(b"text/html") || value.eq_ignore_ascii_case(b"application/xhtml+xml");
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(tags: &[&str]) -> bool {
        let mut foreign = Foreign::default();
        for tag in tags {
            if let Some(name) = tag.strip_prefix("</") {
                foreign.end(name.trim_end_matches('>').as_bytes());
            } else {
                let name_end = tag.find([' ', '/', '>']).unwrap();
                foreign.start(Element::of(&tag.as_bytes()[1..name_end]), tag.as_bytes(), name_end);
            }
        }
        foreign.is_foreign()
    }

    #[test]
    fn foreign_content_begins_and_ends_as_the_standard_says() {
        for (tags, want) in [
            (&["<svg>"][..], true),
            (&["<svg/>"], false),
            (&["<svg>", "</svg>"], false),
            (&["<svg>", "<svg>", "</svg>"], true),
            (&["<svg>", "<g>", "<p>"], false),
            (&["<svg>", "<foreignObject>"], false),
            (&["<svg>", "<foreignObject>", "</foreignobject>"], true),
            (&["<svg>", "<title>", "<div>", "</title>"], true),
            (&["<svg>", "<font>"], true),
            (&["<svg>", "<font color=red>"], false),
            (&["<svg>", "</p>"], false),
            (&["<math>", "<mi>"], false),
            (&["<math>", "<mi>", "</mi>"], true),
            (&["<math>", "<annotation-xml>"], true),
            (&["<math>", "<annotation-xml encoding='Text/HTML'>"], false),
            (&["<math>", "<annotation-xml>", "<svg>", "</svg>"], true),
            (&["<div>", "<p>"], false),
            (&["<svg>", "<desc>", "<svg>", "<div>"], false),
        ] {
            assert_eq!(after(tags), want, "{tags:?}");
        }
    }
}
