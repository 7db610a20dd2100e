//! `Sec-Fetch-Dest` (Fetch Metadata §2.1): what the browser will use the response for.

use http::header::{HeaderMap, HeaderName};

static SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Tells whether the response may end up as markup in a page.
///
/// `false` only for a destination that never shows HTML. An absent, repeated or unknown value is `true`, and so is
/// `empty`: scripts fetch fragments and put them into the page.
///
/// Caches do not compare this field, so it is a reason to leave a *request* alone, and never one to leave an HTML
/// *response* unfiltered: that body could be reused for a navigation.
pub(crate) fn may_be_document(headers: &HeaderMap) -> bool {
    !matches!(
        value(headers),
        Some(
            b"audio"
                | b"audioworklet"
                | b"font"
                | b"image"
                | b"json"
                | b"manifest"
                | b"paintworklet"
                | b"report"
                | b"script"
                | b"serviceworker"
                | b"sharedworker"
                | b"speculationrules"
                | b"style"
                | b"track"
                | b"video"
                | b"webidentity"
                | b"worker"
                | b"xslt"
        )
    )
}

/// Tells whether the browser is about to show the response as a document of its own, in a tab or in a frame.
pub(crate) fn is_navigation(headers: &HeaderMap) -> bool {
    matches!(value(headers), Some(b"document" | b"embed" | b"fencedframe" | b"frame" | b"iframe" | b"object"))
}

/// A structured token is case-sensitive (RFC 9651 §3.3.4); an item stands in one line only.
fn value(headers: &HeaderMap) -> Option<&[u8]> {
    let mut lines = headers.get_all(&SEC_FETCH_DEST).iter();
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
        // (lines, may be a document, is a navigation)
        let table: &[(&[&str], bool, bool)] = &[
            (&[], true, false),
            (&[""], true, false),
            (&["document"], true, true),
            (&[" document\t"], true, true),
            (&["iframe"], true, true),
            (&["frame"], true, true),
            (&["embed"], true, true),
            (&["object"], true, true),
            (&["fencedframe"], true, true),
            (&["empty"], true, false),
            (&["from-the-future"], true, false),
            (&["image"], false, false),
            (&["script"], false, false),
            (&["style"], false, false),
            (&["font"], false, false),
            (&["audio"], false, false),
            (&["video"], false, false),
            (&["track"], false, false),
            (&["manifest"], false, false),
            (&["worker"], false, false),
            (&["sharedworker"], false, false),
            (&["serviceworker"], false, false),
            (&["audioworklet"], false, false),
            (&["paintworklet"], false, false),
            // Not the token: no reason to do less.
            (&["IMAGE"], true, false),
            (&["Document"], true, false),
            (&["image;x"], true, false),
            (&["images"], true, false),
            (&["\"image\""], true, false),
            (&["image, document"], true, false),
            (&["image", "image"], true, false),
            (&["document", "image"], true, false),
        ];
        for (input, may_be, navigation) in table {
            let lines: Vec<_> = input.iter().map(|line| ("sec-fetch-dest", line)).collect();
            let map = headers(&lines);
            assert_eq!((may_be_document(&map), is_navigation(&map)), (*may_be, *navigation), "{input:?}");
        }
    }
}
