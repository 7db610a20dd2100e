//! Fields that describe the origin's bytes, and are wrong as soon as one of them is taken out.

use http::header::{ACCEPT_RANGES, CONTENT_LENGTH, HeaderMap, HeaderName, LAST_MODIFIED};

static DESCRIBING_BYTES: [HeaderName; 10] = [
    CONTENT_LENGTH,
    // The offsets of a range are those of the origin's body.
    ACCEPT_RANGES,
    // RFC 9110 §8.8.2: a date validates whatever page has it, so the two variants must not share one.
    LAST_MODIFIED,
    // RFC 1864, RFC 3230, RFC 9530, and the draft for digests of unencoded content, which browsers check.
    HeaderName::from_static("content-md5"),
    HeaderName::from_static("digest"),
    HeaderName::from_static("content-digest"),
    HeaderName::from_static("repr-digest"),
    HeaderName::from_static("unencoded-digest"),
    // RFC 9421: a signature covers a body through its digest, which is gone, and often `ETag` or `Link`, which change.
    // A page that says it is unsigned is true; one with a broken signature looks forged.
    HeaderName::from_static("signature"),
    HeaderName::from_static("signature-input"),
];

/// Takes out what a rewritten body makes false: length, ranges, date, digests, signatures.
///
/// For the head of a response, for its trailers (digests travel there too), and for the `304` of a filtered page.
/// `ETag` is `Variant::stamp`'s, `Content-Encoding` stays (the body gets the same coding again), and so do the
/// `Want-*` fields, which speak of other messages.
pub(crate) fn changed(headers: &mut HeaderMap) {
    for name in &DESCRIBING_BYTES {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::testing::{all, headers};

    #[test]
    fn what_describes_the_bytes_goes_and_what_does_not_stays() {
        let stays = [
            ("content-type", "text/html"),
            ("content-encoding", "br"),
            ("etag", "\"abc\""),
            ("want-repr-digest", "sha-256=1"),
            ("want-content-digest", "sha-256=1"),
            ("accept-signature", "sig1=()"),
            ("x-content-length", "7"),
            ("cache-control", "max-age=60"),
        ];
        let goes = [
            ("Content-Length", "7"),
            ("Content-Length", "8"),
            ("Accept-Ranges", "bytes"),
            ("Last-Modified", "Tue, 15 Nov 1994 12:45:26 GMT"),
            ("Content-MD5", "Q2hlY2sgSW50ZWdyaXR5IQ=="),
            ("Digest", "md5=HUXZLQLMuI/KZ5KDcJPcOA=="),
            ("Repr-Digest", "sha-256=:AA==:"),
            ("Content-Digest", "sha-256=:AA==:"),
            ("Unencoded-Digest", "sha-256=:AA==:"),
            ("Signature", "sig1=:AA==:"),
            ("Signature-Input", "sig1=(\"content-digest\")"),
        ];
        let mut map = headers(&goes);
        map.extend(headers(&stays));
        changed(&mut map);
        let mut left = all(&map);
        let mut want = all(&headers(&stays));
        left.sort();
        want.sort();
        assert_eq!(left, want);
    }
}
