//! Where SVG and MathML begin and end.
//!
//! In foreign content the tokenizer's text modes are not switched (`<svg><style>` is markup) and CDATA sections
//! exist, so a filter that does not know where it is would miss tags, or see some that are not there. The rules are
//! those of WHATWG HTML 13.2.6.5 and 13.2.4.2, kept exactly as long as the tags say where they are. `ambiguity.md`
//! tells when they do not, and what happens then.

use super::attributes::is_self_closing;
use super::element::Element;
use super::part;

mod names;

use names::{breaks_out, holds_html, name};

/// More open elements are not followed: what is read then is [`Reading::Either`].
const MOST: usize = 256;

/// What an element is to a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    Html,
    /// HTML, and its start tag ends foreign content: were it taken out, what follows would be foreign.
    Leaving,
    /// SVG or MathML: it switches no text mode.
    Foreign,
    /// The tags do not tell. Text modes are those of HTML; what either kind of element fetches counts.
    Either,
}

/// The elements that are open from the outermost foreign one on.
#[derive(Debug, Default)]
pub(super) struct Foreign {
    open: Vec<Open>,
    /// How many of them are in doubt, since something happened that only a whole tree builder can follow.
    doubted: usize,
}

/// Where a `noscript` began.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    open: usize,
    doubted: usize,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    name: u128,
    space: Space,
}

/// What an open element makes of the tags inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Space {
    Svg,
    Math,
    /// An HTML integration point: a foreign element in which start tags are HTML.
    Point,
    /// A text integration point of MathML.
    TextPoint,
    Html,
}

impl Foreign {
    /// Whether any foreign element is open, so that every tag's name matters.
    pub(super) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Whether CDATA sections exist here (13.2.5.42). If in doubt they do not: what a browser takes for text is read.
    pub(super) fn reads_cdata(&self) -> bool {
        !self.in_doubt() && self.open.last().is_some_and(|open| open.space != Space::Html)
    }

    /// Follows a complete start tag.
    pub(super) fn start(&mut self, element: Element, tag: &[u8], name_end: usize) -> Reading {
        if !self.is_open() && !matches!(element, Element::Svg | Element::Math) {
            return Reading::Html;
        }
        let name = name(part(tag, 1..name_end));
        let leaves = self.is_foreign(name) && breaks_out(name, tag, name_end);
        if leaves {
            self.break_out();
        }
        let foreign = self.is_foreign(name);
        let space = match (self.open.last().map(|open| open.space), element) {
            (Some(Space::Svg), _) if names::SVG_POINTS.contains(&name) => Space::Point,
            (Some(Space::Svg), _) => Space::Svg,
            (Some(Space::Math), _) if foreign && names::MATH_POINTS.contains(&name) => Space::TextPoint,
            (Some(Space::Math), _) if foreign && name == names::ANNOTATION_XML && holds_html(tag, name_end) => {
                Space::Point
            }
            (Some(Space::Math | Space::TextPoint), _) if foreign => Space::Math,
            (_, Element::Svg) => Space::Svg,
            (_, Element::Math) => Space::Math,
            _ => {
                self.start_html(element, name);
                return match (self.in_doubt(), leaves) {
                    (_, true) => Reading::Leaving,
                    (true, false) => Reading::Either,
                    (false, false) => Reading::Html,
                };
            }
        };
        if !is_self_closing(tag, name_end) {
            self.push(name, space);
        }
        if self.in_doubt() { Reading::Either } else { Reading::Foreign }
    }

    /// Whether the innermost element is in doubt.
    fn in_doubt(&self) -> bool {
        self.is_open() && self.open.len() <= self.doubted
    }

    /// Doubts all that is open.
    fn doubt(&mut self) {
        self.doubted = self.open.len();
    }

    /// Whether a start tag here is read by the rules for foreign content (13.2.6).
    fn is_foreign(&self, name: u128) -> bool {
        match self.open.last() {
            Some(Open { space: Space::Svg, .. }) => true,
            Some(open) if open.space == Space::Math => !(open.name == names::ANNOTATION_XML && name == names::SVG),
            Some(Open { space: Space::TextPoint, .. }) => names::MATH_GLYPHS.contains(&name),
            _ => false,
        }
    }

    fn push(&mut self, name: u128, space: Space) {
        let doubted = self.in_doubt() && !self.is_foreign_anyway(name);
        let full = self.open.len() == MOST;
        if !full {
            self.open.push(Open { name, space });
        }
        if doubted || full {
            self.doubt();
        }
    }

    /// Whether an element is foreign wherever it stands. A `math` is one of SVG's own inside that, with other integration
    /// points.
    fn is_foreign_anyway(&self, name: u128) -> bool {
        name == names::SVG || (name == names::MATH && !self.open.iter().any(|open| open.space == Space::Svg))
    }

    /// Leaves everything that is open above `len` elements.
    fn pop_to(&mut self, len: usize) {
        self.open.truncate(len);
        self.doubted = self.doubted.min(self.open.len());
    }

    fn break_out(&mut self) {
        let inside = self.open.iter().rposition(|open| !matches!(open.space, Space::Svg | Space::Math));
        self.pop_to(inside.map_or(0, |at| at + 1));
    }

    /// Follows the start tag of an HTML element inside an integration point.
    fn start_html(&mut self, element: Element, name: u128) {
        let text = matches!(element, Element::Text(_) | Element::Plaintext);
        if !self.is_open() || names::UNOPENED.contains(&name) {
            return;
        }
        if names::CLOSE_P.contains(&name)
            && let Some(at) = self.html(names::P)
        {
            self.close_html(at);
        }
        if names::MESSY.contains(&name) {
            self.doubt();
        }
        // Text ends with its element.
        if !text {
            self.push(name, Space::Html);
        }
    }

    /// The innermost HTML element of a name that is open inside the innermost integration point.
    fn html(&self, name: u128) -> Option<usize> {
        let inside = |open: &&Open| !matches!(open.space, Space::Point | Space::TextPoint);
        let n = self
            .open
            .iter()
            .rev()
            .take_while(inside)
            .position(|open| open.space == Space::Html && open.name == name)?;
        Some(self.open.len() - 1 - n)
    }

    /// Closes an HTML element, and with it what is open inside it: formatting elements may be opened again.
    fn close_html(&mut self, at: usize) {
        if at + 1 < self.open.len() {
            self.doubt();
        }
        self.pop_to(at);
    }

    /// Closes a foreign element, and with it what is open inside it. One in doubt may have been closed before: then this end
    /// tag is ignored, and an `svg` or a `math` behind it is open still.
    fn close_foreign(&mut self, at: usize) {
        let is_root = |open: &Open| open.name == names::SVG || open.name == names::MATH;
        let root = self.open.iter().skip(at + 1).position(is_root);
        match root.filter(|_| at < self.doubted) {
            Some(n) => {
                self.open.drain(at..=at + n);
                self.doubt();
            }
            None => self.pop_to(at),
        }
    }

    /// Follows an end tag.
    pub(super) fn end(&mut self, tag: &[u8]) {
        let name = name(tag);
        // 13.2.6.5: these two end tags leave foreign content as their start tags do.
        if name == names::P || name == names::BR {
            self.break_out();
        }
        // 13.2.6.5, "any other end tag": foreign elements are compared until the first one of HTML.
        let foreign = self.open.iter().rev().take_while(|open| open.space != Space::Html);
        if let Some(n) = foreign.clone().position(|open| open.name == name) {
            self.close_foreign(self.open.len() - 1 - n);
            return;
        }
        let point = foreign.clone().any(|open| matches!(open.space, Space::Point | Space::TextPoint));
        let outermost = foreign.count() == self.open.len();
        let html = if point { None } else { self.html(name) };
        if let Some(at) = html {
            self.close_html(at);
        } else if names::THROUGH.contains(&name) || (outermost && !point && !names::CLOSE_NOTHING.contains(&name)) {
            // An element around the outermost foreign one may have been closed, and with it all that is open.
            self.doubt();
        } else if self.open.iter().any(|open| open.name == name) {
            // Ignored by the standard, where an integration point keeps what is inside from closing what is outside.
            // Not all browsers agree.
            self.doubt();
        }
    }

    /// Where a `noscript` begins, which to a browser that runs scripts is text.
    pub(super) fn mark(&self) -> Mark {
        Mark { open: self.open.len(), doubted: self.doubted }
    }

    /// Behind a `noscript`: what was opened in it is not open to a browser that runs scripts, and may be to one that does not;
    /// what it closed is closed to the second kind alone.
    pub(super) fn back_to(&mut self, mark: Mark) {
        if self.open.len() == mark.open {
            self.doubted = mark.doubted;
        } else {
            self.doubt();
        }
    }
}

impl Reading {
    /// Whether the text of a script is code as HTML has it, and text modes are switched.
    pub(super) fn is_html(self) -> bool {
        self != Self::Foreign
    }
}

#[cfg(test)]
mod tests;
