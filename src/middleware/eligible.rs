//! May this body be filtered, and if not, why?

use http::header::{CONTENT_DISPOSITION, CONTENT_ENCODING, LOCATION};
use http::{HeaderMap, StatusCode};

use super::report::Reason;
use crate::coding::{Coding, Uncodable};
use crate::header::media::Media;
use crate::html::Syntax;

/// What a response is to the filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A page, and how it is read.
    Page(Page),
    /// A page that no filter of ours can read.
    Unfilterable(Reason),
    /// Nothing that a browser shows as a page.
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) syntax: Syntax,
    pub(super) coding: Coding,
}

/// Judges a response by its head.
pub(super) fn judge(status: StatusCode, headers: &HeaderMap) -> Verdict {
    let syntax = match Media::of(headers) {
        Media::Other => return Verdict::Other,
        _ if !is_shown(status, headers) => return Verdict::Other,
        // RFC 9110 15.3.7: a part may begin inside a tag, and its positions are those of the unfiltered page.
        _ if status == StatusCode::PARTIAL_CONTENT => return Verdict::Unfilterable(Reason::Partial),
        Media::Utf16 => return Verdict::Unfilterable(Reason::Utf16),
        Media::Stateful => return Verdict::Unfilterable(Reason::Stateful),
        Media::Html => Syntax::Html,
        Media::Xhtml => Syntax::Xml,
    };
    match Coding::of(headers.get_all(CONTENT_ENCODING).iter().map(|value| value.as_bytes())) {
        Ok(coding) => Verdict::Page(Page { syntax, coding }),
        Err(Uncodable::Unknown) => Verdict::Unfilterable(Reason::UnknownCoding),
        Err(Uncodable::Stacked) => Verdict::Unfilterable(Reason::StackedCodings),
        Err(Uncodable::Disabled) => Verdict::Unfilterable(Reason::DisabledCoding),
    }
}

/// Whether a browser shows the content of a response with this status.
fn is_shown(status: StatusCode, headers: &HeaderMap) -> bool {
    match status.as_u16() {
        // RFC 9110 15.2, 15.3.5, 15.3.6, 15.4.5: no content.
        100..=199 | 204 | 205 | 304 => false,
        // Fetch "redirect status": followed where there is somewhere to go, and shown otherwise.
        301 | 302 | 303 | 307 | 308 => !headers.contains_key(LOCATION),
        _ => true,
    }
}

/// Whether a page is not shown but saved, as what it is (RFC 6266 § 4.2): it loses its tags, and nothing is added to it.
pub(super) fn is_saved(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_DISPOSITION).and_then(|value| value.as_bytes().split(|&byte| byte == b';').next());
    kind.is_some_and(|kind| kind.trim_ascii().eq_ignore_ascii_case(b"attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        fields.iter().map(|&(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_page_is_html_that_a_browser_shows() {
        let html = Verdict::Page(Page { syntax: Syntax::Html, coding: Coding::Identity });
        let xml = Verdict::Page(Page { syntax: Syntax::Xml, coding: Coding::Identity });
        let table: &[(u16, &'static str, Verdict)] = &[
            (200, "text/html", html),
            (200, "Text/HTML; charset=utf-8", html),
            (200, "application/xhtml+xml", xml),
            (200, "text/html; charset=utf-16le", Verdict::Unfilterable(Reason::Utf16)),
            (200, "text/html; charset=iso-2022-jp", Verdict::Unfilterable(Reason::Stateful)),
            (200, "text/htmlx", Verdict::Other),
            (200, "text/plain", Verdict::Other),
            (200, "application/json", Verdict::Other),
            (201, "text/html", html),
            (203, "text/html", html),
            (204, "text/html", Verdict::Other),
            (205, "text/html", Verdict::Other),
            (206, "text/html", Verdict::Unfilterable(Reason::Partial)),
            (206, "text/html; charset=utf-16", Verdict::Unfilterable(Reason::Partial)),
            (206, "image/png", Verdict::Other),
            (300, "text/html", html),
            (302, "text/html", html),
            (304, "text/html", Verdict::Other),
            (101, "text/html", Verdict::Other),
            (404, "text/html", html),
            (416, "text/html", html),
            (500, "text/html", html),
            (503, "application/xhtml+xml", xml),
            (999, "text/html", html),
        ];
        for &(status, media, want) in table {
            let got = judge(StatusCode::from_u16(status).unwrap(), &head(&[("content-type", media)]));
            assert_eq!(got, want, "{status} {media}");
        }
        assert_eq!(judge(StatusCode::OK, &HeaderMap::new()), Verdict::Other);
    }

    #[test]
    fn a_redirect_that_is_followed_is_not_shown() {
        let fields = head(&[("content-type", "text/html"), ("location", "/elsewhere")]);
        for status in [301, 302, 303, 307, 308] {
            assert_eq!(judge(StatusCode::from_u16(status).unwrap(), &fields), Verdict::Other, "{status}");
        }
        for status in [200, 201, 300] {
            assert_ne!(judge(StatusCode::from_u16(status).unwrap(), &fields), Verdict::Other, "{status}");
        }
    }

    #[test]
    fn a_coding_that_cannot_be_undone_has_its_reason() {
        let table: &[(&[&'static str], Reason)] = &[
            (&["sdch"], Reason::UnknownCoding),
            (&["gzip"], Reason::DisabledCoding),
            (&["gzip, gzip"], Reason::StackedCodings),
            (&["gzip", "gzip"], Reason::StackedCodings),
        ];
        for &(values, reason) in table {
            let mut fields = head(&[("content-type", "text/html")]);
            for value in values {
                fields.append(CONTENT_ENCODING, value.parse().unwrap());
            }
            let got = judge(StatusCode::OK, &fields);
            if cfg!(feature = "gzip") && reason == Reason::DisabledCoding {
                assert_eq!(got, Verdict::Page(Page { syntax: Syntax::Html, coding: Coding::Gzip }));
            } else if cfg!(feature = "gzip") || reason == Reason::UnknownCoding {
                assert_eq!(got, Verdict::Unfilterable(reason), "{values:?}");
            } else {
                assert!(matches!(got, Verdict::Unfilterable(_)), "{values:?}");
            }
        }
        let identity = head(&[("content-type", "text/html"), ("content-encoding", "identity")]);
        assert!(matches!(judge(StatusCode::OK, &identity), Verdict::Page(Page { coding: Coding::Identity, .. })));
    }
}
