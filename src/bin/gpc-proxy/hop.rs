//! Fields that are for one connection only and must not be passed on (RFC 9110 §7.6.1).

use http::header::{
    AGE, AUTHORIZATION, CACHE_CONTROL, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE,
    COOKIE, DATE, ETAG, EXPIRES, FORWARDED, HOST, LOCATION, SET_COOKIE, TE, TRAILER, TRANSFER_ENCODING, UPGRADE, VARY,
    VIA,
};
use http::{HeaderMap, HeaderName, HeaderValue};

const SEC_GPC: HeaderName = HeaderName::from_static("sec-gpc");

/// Dropped whether or not `Connection` names them, since senders forget to.
const ALWAYS: [HeaderName; 7] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("http2-settings"),
    TE,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// Kept even if `Connection` names them.
///
/// RFC 9110 §7.6.1 forbids to name a field meant for all recipients, and who does it anyway is after something: to hide a
/// signal or an address from the site, or to make a cache serve one visitor's page to the next. W3C GPC: an
/// intermediary must not remove `Sec-GPC: 1`.
const NEVER: [HeaderName; 20] = [
    SEC_GPC,
    HOST,
    COOKIE,
    SET_COOKIE,
    AUTHORIZATION,
    FORWARDED,
    HeaderName::from_static("x-real-ip"),
    VIA,
    VARY,
    CACHE_CONTROL,
    AGE,
    DATE,
    ETAG,
    EXPIRES,
    LOCATION,
    CONTENT_TYPE,
    CONTENT_LENGTH,
    CONTENT_ENCODING,
    CONTENT_RANGE,
    TRAILER,
];

/// Drops the hop-by-hop fields of a request and keeps the promise to take trailers, which the proxy passes on.
pub(crate) fn strip_request(headers: &mut HeaderMap) {
    let trailers = list(headers, &TE).any(|member| member.eq_ignore_ascii_case(b"trailers"));
    strip(headers);
    if trailers {
        headers.insert(TE, HeaderValue::from_static("trailers"));
        // RFC 9110 §10.1.4: who sends `TE` names it in `Connection`.
        headers.insert(CONNECTION, HeaderValue::from_static("te"));
    }
}

/// Drops the hop-by-hop fields of a response.
pub(crate) fn strip_response(headers: &mut HeaderMap) {
    strip(headers);
}

fn strip(headers: &mut HeaderMap) {
    if headers.contains_key(TRANSFER_ENCODING) {
        // RFC 9112 §6.1: beside `Transfer-Encoding` a length is wrong, and passing both on is how requests are smuggled.
        headers.remove(CONTENT_LENGTH);
    }
    let named: Vec<HeaderName> = list(headers, &CONNECTION)
        .filter_map(|member| HeaderName::from_bytes(member).ok())
        .filter(|name| !NEVER.contains(name) && !name.as_str().starts_with("x-forwarded-"))
        .collect();
    for name in named.iter().chain(&ALWAYS) {
        headers.remove(name);
    }
}

/// The members of a comma-separated field without the space around them.
fn list<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a [u8]> {
    headers
        .get_all(name)
        .into_iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .filter(|member| !member.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(fields: &[(&str, &str)]) -> HeaderMap {
        let field = |(name, value): &(&str, &str)| {
            (HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap())
        };
        let mut headers = HeaderMap::new();
        for (name, value) in fields.iter().map(field) {
            headers.append(name, value);
        }
        headers
    }

    #[test]
    fn the_fields_of_the_connection_and_those_it_names_go() {
        let mut headers = map(&[
            ("connection", "keep-alive, X-Private ,, \"bad name\", x-\u{e9}"),
            ("connection", "CLOSE,x-second"),
            ("keep-alive", "timeout=5"),
            ("proxy-connection", "keep-alive"),
            ("upgrade", "websocket"),
            ("http2-settings", "AAMAAABkAAQAoAAAAAIAAAAA"),
            ("transfer-encoding", "chunked"),
            ("te", "gzip"),
            ("x-private", "1"),
            ("x-private", "2"),
            ("x-second", "1"),
            ("x-stays", "1"),
        ]);
        strip_request(&mut headers);
        assert_eq!(headers, map(&[("x-stays", "1")]));
    }

    #[test]
    fn connection_cannot_take_end_to_end_fields_away() {
        for name in NEVER.iter().map(HeaderName::as_str).chain(["x-forwarded-for", "X-Forwarded-Proto", "SEC-GPC"]) {
            let mut headers = map(&[("connection", name), (name, "1")]);
            strip_request(&mut headers);
            assert_eq!(headers, map(&[(name, "1")]), "{name}");
        }
    }

    #[test]
    fn every_sec_gpc_field_stays() {
        let mut headers = map(&[("sec-gpc", "0"), ("sec-gpc", "1"), ("connection", "sec-gpc, close")]);
        strip_request(&mut headers);
        assert_eq!(headers, map(&[("sec-gpc", "0"), ("sec-gpc", "1")]));
    }

    #[test]
    fn only_the_trailers_member_of_te_is_passed_on() {
        for (te, passed) in [
            ("trailers", true),
            ("gzip;q=0.5, Trailers", true),
            ("trailers;q=0.5", false),
            ("xtrailers", false),
            ("", false),
        ] {
            let mut headers = map(&[("te", te), ("connection", "TE")]);
            strip_request(&mut headers);
            let want = if passed { map(&[("te", "trailers"), ("connection", "te")]) } else { HeaderMap::new() };
            assert_eq!(headers, want, "{te}");
        }
    }

    #[test]
    fn a_response_makes_no_promise_about_trailers() {
        let mut headers = map(&[("te", "trailers"), ("trailer", "x-sum")]);
        strip_response(&mut headers);
        assert_eq!(headers, map(&[("trailer", "x-sum")]));
    }

    #[test]
    fn a_length_beside_transfer_encoding_goes() {
        let mut headers = map(&[("content-length", "5"), ("transfer-encoding", "chunked")]);
        strip_response(&mut headers);
        assert_eq!(headers, HeaderMap::new());

        let mut headers = map(&[("content-length", "5"), ("connection", "transfer-encoding")]);
        strip_response(&mut headers);
        assert_eq!(headers, map(&[("content-length", "5")]));
    }
}
