//! `Sec-Fetch-Dest` (Fetch Metadata §2.1): what the browser will use the response for.

use http::header::{HeaderMap, HeaderName};

pub(crate) const FIELD: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// What a request is for, as far as it matters here.
///
/// Caches do not compare this field, so it is a reason to leave a *request* alone, and never one to leave an HTML
/// *response* unfiltered: that body could be reused for a navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// The response is shown as a document of its own, in a tab.
    Document,
    /// The response is shown as a document inside of another.
    Frame,
    /// The response may end up as markup in a page: an absent, repeated or unknown value, and `empty`, since scripts
    /// fetch fragments and put them into the page.
    Markup,
    /// The response is never shown as HTML.
    Other,
}

impl Destination {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        match value(headers) {
            Some(b"document") => Self::Document,
            Some(b"embed" | b"fencedframe" | b"frame" | b"iframe" | b"object") => Self::Frame,
            Some(
                b"audio" | b"audioworklet" | b"font" | b"image" | b"json" | b"manifest" | b"paintworklet" | b"report"
                | b"script" | b"serviceworker" | b"sharedworker" | b"speculationrules" | b"style" | b"track" | b"video"
                | b"webidentity" | b"worker" | b"xslt",
            ) => Self::Other,
            _ => Self::Markup,
        }
    }

    /// Whether the response is shown as a document of its own.
    pub(crate) fn is_navigation(self) -> bool {
        matches!(self, Self::Document | Self::Frame)
    }
}

/// A structured token is case-sensitive (RFC 9651 §3.3.4); an item stands in one line only.
fn value(headers: &HeaderMap) -> Option<&[u8]> {
    let mut lines = headers.get_all(FIELD).iter();
    match (lines.next(), lines.next()) {
        (Some(line), None) => Some(super::list::trim(line.as_bytes())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::testing::headers;

    #[test]
    fn only_what_never_shows_markup_is_excluded() {
        use Destination::{Document, Frame, Markup, Other};
        let table: &[(&[&str], Destination)] = &[
            (&[], Markup),
            (&[""], Markup),
            (&["document"], Document),
            (&[" document\t"], Document),
            (&["iframe"], Frame),
            (&["frame"], Frame),
            (&["embed"], Frame),
            (&["object"], Frame),
            (&["fencedframe"], Frame),
            (&["empty"], Markup),
            (&["from-the-future"], Markup),
            (&["image"], Other),
            (&["script"], Other),
            (&["style"], Other),
            (&["font"], Other),
            (&["audio"], Other),
            (&["video"], Other),
            (&["track"], Other),
            (&["manifest"], Other),
            (&["worker"], Other),
            (&["sharedworker"], Other),
            (&["serviceworker"], Other),
            (&["audioworklet"], Other),
            (&["paintworklet"], Other),
            // Not the token: no reason to do less.
            (&["IMAGE"], Markup),
            (&["Document"], Markup),
            (&["image;x"], Markup),
            (&["images"], Markup),
            (&["\"image\""], Markup),
            (&["image, document"], Markup),
            (&["image", "image"], Markup),
            (&["document", "image"], Markup),
        ];
        for (input, want) in table {
            let lines: Vec<_> = input.iter().map(|line| ("sec-fetch-dest", line)).collect();
            let map = headers(&lines);
            assert_eq!(Destination::of(&map), *want, "{input:?}");
        }
    }
}
