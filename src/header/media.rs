//! `Content-Type`: tells pages, which are filtered, from all other bodies.

use http::header::{CONTENT_TYPE, HeaderMap};

use super::list::{self, Syntax, trim};
use super::params;

/// What the body is, as far as the filter is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Media {
    Html,
    Xhtml,
    /// A page in UTF-16 or UTF-32, where `<` is not one byte.
    Utf16,
    /// A page in an encoding of ISO 2022 or in HZ, where `<` may be half of a character.
    Stateful,
    /// Anything else, also a body without a type: a browser that guesses HTML is not followed.
    Other,
}

impl Media {
    /// Reads the type as browsers do (Fetch, "extract a MIME type"): of several, in one line or more, the last legal one
    /// counts. The essence is compared whole, so `text/htmlx` and `application/xhtml` are no pages.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        // A walk over the few fields of a head takes less time than to hash a name.
        let lines = || headers.iter().filter(|(name, _)| **name == CONTENT_TYPE).map(|(_, line)| line.as_bytes());
        if !lines().any(names_html) {
            return Self::Other;
        }
        let types = lines().flat_map(|line| list::members(line, Syntax::Strings));
        let mut found = (Self::Other, None);
        for (essence, after) in types.filter_map(split) {
            let charset = params::first(after, "charset");
            let media = if essence.eq_ignore_ascii_case(b"text/html") {
                Self::Html
            } else if essence.eq_ignore_ascii_case(b"application/xhtml+xml") {
                Self::Xhtml
            } else {
                Self::Other
            };
            // Fetch: a type that repeats the one before inherits its charset.
            let inherited = if found.0 == media { found.1 } else { None };
            found = (media, charset.or(inherited));
        }
        match found {
            (Self::Html | Self::Xhtml, Some(charset)) if is_any(&charset, &WIDE) => Self::Utf16,
            (Self::Html | Self::Xhtml, Some(charset)) if is_any(&charset, &STATEFUL) => Self::Stateful,
            (media, _) => media,
        }
    }
}

/// Whether `html` occurs, as in both types of a page: nearly every other body is done with here.
fn names_html(line: &[u8]) -> bool {
    let is_html = |at: usize| {
        let name = at.checked_sub(2).and_then(|start| line.get(start..at + 2));
        name.is_some_and(|name| name.eq_ignore_ascii_case(b"html"))
    };
    // No `m` stands in most of the types that are served, nor in `charset=utf-8`.
    memchr::memchr2_iter(b'm', b'M', line).any(is_html)
}

/// The essence and the parameters; `None` for what is no MIME type and for `*/*`, which Fetch skips too.
fn split(member: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(b';', member).unwrap_or(member.len());
    let (essence, after) = member.split_at_checked(end)?;
    let essence = trim(essence);
    let (kind, subtype) = essence.split_at_checked(memchr::memchr(b'/', essence)?)?;
    let subtype = subtype.strip_prefix(b"/")?;
    (is_token(kind) && is_token(subtype) && essence != b"*/*").then_some((essence, after))
}

/// RFC 9110 §5.6.2.
pub(super) fn is_token(text: &[u8]) -> bool {
    let legal = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !text.is_empty() && text.iter().all(legal)
}

/// Labels of UTF-16 in WHATWG Encoding §4.2, and of UTF-32, which browsers no longer read.
const WIDE: [&str; 15] = [
    "csucs4",
    "csunicode",
    "iso-10646-ucs-2",
    "iso-10646-ucs-4",
    "ucs-2",
    "ucs-4",
    "unicode",
    "unicodefeff",
    "unicodefffe",
    "utf-16",
    "utf-16be",
    "utf-16le",
    "utf-32",
    "utf-32be",
    "utf-32le",
];

/// Labels of ISO-2022-JP in WHATWG Encoding §4.2, and of its kin, whose pages browsers no longer show ("replacement").
const STATEFUL: [&str; 7] =
    ["csiso2022jp", "csiso2022kr", "hz-gb-2312", "iso-2022-cn", "iso-2022-cn-ext", "iso-2022-jp", "iso-2022-kr"];

fn is_any(charset: &[u8], labels: &[&str]) -> bool {
    let charset = charset.trim_ascii();
    labels.iter().any(|label| charset.eq_ignore_ascii_case(label.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::testing::headers;

    #[test]
    fn only_pages_are_pages() {
        use Media::*;
        let table: &[(&[&str], Media)] = &[
            (&[], Other),
            (&[""], Other),
            (&["text/html"], Html),
            (&["TEXT/Html;charset=utf-8"], Html),
            (&["text/html ; charset=windows-1252"], Html),
            (&["text/html;"], Html),
            (&[" \ttext/html"], Html),
            (&["application/xhtml+xml"], Xhtml),
            (&["application/xhtml+xml; charset=\"utf-8\""], Xhtml),
            (&["text/htmlx"], Other),
            (&["xtext/html"], Other),
            (&["text/html+xml"], Other),
            (&["application/xhtml"], Other),
            (&["text / html"], Other),
            (&["text/plain; x=text/html"], Other),
            (&["text/plain; x=\"a, text/html\""], Other),
            (&["application/json"], Other),
            (&["image/svg+xml"], Other),
            (&["text/"], Other),
            (&["html"], Other),
            // Wide encodings.
            (&["text/html; charset=utf-16"], Utf16),
            (&["text/html; Charset=\"UTF-16LE\""], Utf16),
            (&["application/xhtml+xml;charset=utf-32be"], Utf16),
            (&["text/html; charset=\"ut\\f-16\""], Utf16),
            (&["text/html; charset=\"utf-16"], Utf16),
            (&["text/html; charset=ucs-2; charset=utf-8"], Utf16),
            (&["text/html; charset=utf-8; charset=utf-16"], Html),
            (&["text/html; charset=utf-16x"], Html),
            (&["text/html; charset="], Html),
            (&["text/html; xcharset=utf-16"], Html),
            (&["text/plain; charset=utf-16"], Other),
            // Encodings with shifts; all others of the standard keep ASCII bytes for ASCII where markup is concerned.
            (&["text/html; charset=ISO-2022-JP"], Stateful),
            (&["application/xhtml+xml; charset=\"csISO2022JP\""], Stateful),
            (&["text/html; charset=hz-gb-2312"], Stateful),
            (&["text/html; charset=shift_jis"], Html),
            (&["text/html; charset=gb18030"], Html),
            (&["text/html; charset=iso-2022-jp-2"], Html),
            (&["text/html; charset=utf-8; charset=iso-2022-jp"], Html),
            // Several types: the last legal one, and its charset.
            (&["text/plain, text/html"], Html),
            (&["text/html, text/plain"], Other),
            (&["text/html", "text/plain"], Other),
            (&["text/plain", "text/html"], Html),
            (&["text/html, */*"], Html),
            (&["text/html, nonsense,"], Html),
            (&["text/html; charset=utf-16, text/html"], Utf16),
            (&["text/html; charset=utf-16, text/html; charset=utf-8"], Html),
            (&["text/html; charset=utf-16, text/plain, text/html"], Html),
            (&["text/html; charset=utf-16, application/xhtml+xml"], Xhtml),
        ];
        for (input, want) in table {
            let lines: Vec<_> = input.iter().map(|line| ("content-type", line)).collect();
            assert_eq!(Media::of(&headers(&lines)), *want, "{input:?}");
        }
    }
}
