//! Lists of URLs, of which a site's own loop loads one after the other: a vendor's go, and the others stay.

use std::ops::Range;

use super::class::Case;
use super::evidence::Place;
use crate::catalog::VendorId;
use crate::script::{Kind, Token};

/// Texts of a list before a vendor's URL, and behind it.
const MOST: usize = 128;

/// An element that is a vendor's URL: its token, and the comma behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) vendor: VendorId,
    pub(super) tokens: Range<usize>,
    /// URLs of others stand in the list, too.
    pub(super) mixed: bool,
    /// The list is gone through where it stands: `[…].forEach(…)`, `for (url of […])`.
    pub(super) walked: bool,
}

impl Case<'_> {
    /// The vendors' URLs in lists of texts.
    pub(super) fn lists(&self, tokens: &Range<usize>) -> Vec<Element> {
        let mut elements: Vec<Element> = Vec::new();
        // One list is looked at once, however many of its texts count.
        let (mut known, mut mixed, mut walked) = (0..0, false, false);
        for found in self.evidence(tokens).iter().filter(|found| found.place == Place::Url) {
            if !known.contains(&found.token) {
                let Some(texts) = self.texts_around(found.token) else { continue };
                mixed = self.is_mixed(&texts);
                let open = texts.start.saturating_sub(1);
                walked = self.reading.written(texts.end + 1) == b"." || self.reading.before(open) == b"of";
                known = texts;
            }
            let comma = usize::from(self.reading.written(found.token + 1) == b",");
            let tokens = found.token..found.token + 1 + comma;
            if elements.last().is_none_or(|last| last.tokens != tokens) {
                elements.push(Element { vendor: found.vendor, tokens, mixed, walked });
            }
        }
        elements
    }

    /// Whether URLs of a vendor and of others stand in one list.
    pub(super) fn has_mixed_list(&self, tokens: &Range<usize>) -> bool {
        self.lists(tokens).iter().any(|element| element.mixed)
    }

    /// What is between the brackets of the list that a text stands in, if that is texts and nothing else.
    fn texts_around(&self, token: usize) -> Option<Range<usize>> {
        let reading = self.reading;
        let mut first = token;
        while reading.before(first) == b"," && token - first < 2 * MOST {
            first = first.checked_sub(2).filter(|&text| reading.kind(text) == Some(Kind::Text))?;
        }
        let open = first.checked_sub(1).filter(|&open| reading.written(open) == b"[")?;
        // Behind a value it is an access.
        let value = open.checked_sub(1).is_some_and(|before| match reading.kind(before) {
            Some(Kind::Punctuator) => matches!(reading.written(before), b")" | b"]" | b"}"),
            Some(Kind::Word) => !matches!(reading.written(before), b"return" | b"of" | b"in"),
            _ => true,
        });
        let close = reading.token(open).and_then(Token::mate).filter(|&close| !value && close - token <= 2 * MOST)?;
        let is_text = |at: usize| match (at - open) % 2 {
            1 => reading.kind(at) == Some(Kind::Text),
            _ => reading.written(at) == b",",
        };
        (first..close).all(is_text).then_some(first..close)
    }

    fn is_mixed(&self, texts: &Range<usize>) -> bool {
        let is_url =
            |text: &[u8]| memchr::memmem::find(text, b"//").is_some() || memchr::memmem::find(text, b"\\/").is_some();
        let of_others =
            |token: &usize| is_url(self.reading.written(*token)) && self.evidence(&(*token..token + 1)).is_empty();
        texts.clone().step_by(2).any(|token| of_others(&token))
    }
}
