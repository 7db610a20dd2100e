//! What a head looks like on the other side of the proxy.

use std::net::IpAddr;

use bytes::{BufMut, BytesMut};
use http::header::{COOKIE, HOST, VIA};
use http::uri::Authority;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Version, request, response};

use crate::hop;
use crate::origin::Origin;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The address that a request came from, in its extensions. Never logged.
#[derive(Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// How requests are passed on.
#[derive(Clone, Debug)]
pub(crate) struct Forwarding {
    /// Where to.
    pub(crate) origin: Origin,
    /// Whether `X-Forwarded-*` of the request is believed, because a proxy of the operator's own stands before this one.
    pub(crate) trust_forwarded: bool,
    /// Whether the site sees the `Host` that the browser asked for, or its own.
    pub(crate) preserve_host: bool,
}

/// A request that no site should ever see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// `CONNECT` asks for a tunnel.
    Tunnel,
    /// No host, several hosts, or one that is not a host.
    Host,
    /// A target without a path that could be passed on.
    Target,
}

impl Forwarding {
    /// Makes the head that the site gets of the one that the browser sent.
    pub(crate) fn request(&self, parts: &mut request::Parts) -> Result<(), Refusal> {
        if parts.method == Method::CONNECT {
            return Err(Refusal::Tunnel);
        }
        let asked = asked_host(parts)?;
        let uri = self.origin.at(parts.uri.path_and_query()).map_err(|_| Refusal::Target)?;
        let headers = &mut parts.headers;
        hop::strip_request(headers);
        self.forwarded(headers, parts.extensions.get().copied(), asked.as_ref());
        match asked {
            Some(host) if self.preserve_host => headers.insert(HOST, host),
            // Without a `Host` the client writes the one of the URI.
            _ => headers.remove(HOST),
        };
        join_cookies(headers);
        append_via(headers, parts.version);
        parts.uri = uri;
        parts.version = Version::HTTP_11;
        Ok(())
    }

    /// Sets `X-Forwarded-For`, `-Proto` and `-Host`.
    ///
    /// Values of the request are the word of whoever sent it: unless they are trusted, all fields of the family go.
    /// `Forwarded` (RFC 7239) stays as it is.
    fn forwarded(&self, headers: &mut HeaderMap, peer: Option<Peer>, host: Option<&HeaderValue>) {
        if !self.trust_forwarded {
            let family = |name: &&HeaderName| name.as_str().starts_with("x-forwarded-");
            let claimed: Vec<HeaderName> = headers.keys().filter(family).cloned().collect();
            for name in &claimed {
                headers.remove(name);
            }
        }
        if let Some(Peer(address)) = peer
            && let Ok(address) = HeaderValue::try_from(address.to_string())
        {
            headers.append(X_FORWARDED_FOR, address);
            join(headers, &X_FORWARDED_FOR, b", ");
        }
        headers.entry(X_FORWARDED_PROTO).or_insert(HeaderValue::from_static("http"));
        if let Some(host) = host {
            headers.entry(X_FORWARDED_HOST).or_insert_with(|| host.clone());
        }
    }
}

/// Makes the head that the browser gets of the one that the site sent.
pub(crate) fn response(parts: &mut response::Parts) {
    hop::strip_response(&mut parts.headers);
    append_via(&mut parts.headers, parts.version);
    // The version of the connection to the site; the server writes that of its own.
    parts.version = Version::HTTP_11;
}

/// The host that the browser asked for; `None` only where HTTP/1.0 left it out.
fn asked_host(parts: &request::Parts) -> Result<Option<HeaderValue>, Refusal> {
    // RFC 9112 §3.2.2 and RFC 9113 §8.3.1: the authority of the target is right where `Host` says something else.
    if let Some(authority) = parts.uri.authority() {
        if authority.as_str().contains('@') {
            return Err(Refusal::Host);
        }
        return HeaderValue::from_str(authority.as_str()).map(Some).map_err(|_| Refusal::Host);
    }
    // RFC 9112 §3.2: none, several or a wrong one is answered 400. An empty one is for targets without an authority.
    let mut hosts = parts.headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) if parts.version < Version::HTTP_11 => Ok(None),
        (Some(host), None) if host.is_empty() || is_host(host) => Ok(Some(host.clone())),
        _ => Err(Refusal::Host),
    }
}

fn is_host(value: &HeaderValue) -> bool {
    !value.as_bytes().contains(&b'@') && Authority::try_from(value.as_bytes()).is_ok()
}

/// RFC 9113 §8.2.3: cookies that HTTP/2 split over several fields are one field again before they leave it.
fn join_cookies(headers: &mut HeaderMap) {
    join(headers, &COOKIE, b"; ");
}

/// Makes one field of several, as bytes: values need not be UTF-8.
fn join(headers: &mut HeaderMap, name: &HeaderName, separator: &[u8]) {
    let mut values = headers.get_all(name).iter();
    let (Some(first), Some(second)) = (values.next(), values.next()) else { return };
    let mut joined = BytesMut::from(first.as_bytes());
    for value in [second].into_iter().chain(values) {
        joined.put_slice(separator);
        joined.put_slice(value.as_bytes());
    }
    if let Ok(value) = HeaderValue::from_maybe_shared(joined.freeze()) {
        headers.insert(name, value);
    }
}

/// RFC 9110 §7.6.3: a gateway names the protocol that it received the message by, and itself.
fn append_via(headers: &mut HeaderMap, received: Version) {
    let via = match received {
        Version::HTTP_09 | Version::HTTP_10 => "1.0 gpc-proxy",
        Version::HTTP_2 => "2 gpc-proxy",
        _ => "1.1 gpc-proxy",
    };
    headers.append(VIA, HeaderValue::from_static(via));
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;
    use proptest::prelude::*;

    const VISITOR: Peer = Peer(IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 9)));

    fn forwarding() -> Forwarding {
        Forwarding { origin: "http://shop:3000".parse().unwrap(), trust_forwarded: false, preserve_host: true }
    }

    fn parts(uri: &str, version: Version, fields: &[(&str, &[u8])]) -> request::Parts {
        let mut request = Request::builder().uri(uri).version(version).extension(VISITOR);
        for (name, value) in fields {
            request = request.header(*name, HeaderValue::from_bytes(value).unwrap());
        }
        request.body(()).unwrap().into_parts().0
    }

    fn values<'a>(parts: &'a request::Parts, name: &str) -> Vec<&'a [u8]> {
        parts.headers.get_all(name).iter().map(HeaderValue::as_bytes).collect()
    }

    #[test]
    fn the_host_is_the_one_that_was_asked_for() {
        let (h10, h11, h2) = (Version::HTTP_10, Version::HTTP_11, Version::HTTP_2);
        type Case<'a> = (&'a str, Version, &'a [(&'a str, &'a [u8])], Result<Option<&'a str>, Refusal>);
        let cases: [Case<'_>; 14] = [
            ("/", h11, &[("host", b"shop.example")], Ok(Some("shop.example"))),
            ("/", h11, &[("host", b"SHOP.example:81")], Ok(Some("SHOP.example:81"))),
            ("/", h11, &[("host", b"[::1]:81")], Ok(Some("[::1]:81"))),
            ("/", h11, &[("host", b"")], Ok(Some(""))),
            ("http://a.example/", h11, &[("host", b"b.example")], Ok(Some("a.example"))),
            ("http://a.example:8080/", h2, &[], Ok(Some("a.example:8080"))),
            ("http://a.example/", h2, &[("host", b"b.example")], Ok(Some("a.example"))),
            ("/", h10, &[], Ok(None)),
            ("/", h11, &[], Err(Refusal::Host)),
            ("/", h2, &[], Err(Refusal::Host)),
            ("/", h11, &[("host", b"a.example"), ("host", b"b.example")], Err(Refusal::Host)),
            ("/", h11, &[("host", b"a.example/x")], Err(Refusal::Host)),
            ("/", h11, &[("host", b"me@a.example")], Err(Refusal::Host)),
            ("/", h11, &[("host", b"\xff")], Err(Refusal::Host)),
        ];
        for (uri, version, fields, want) in cases {
            let mut parts = parts(uri, version, fields);
            let got = forwarding().request(&mut parts).map(|()| parts.headers.get(HOST));
            assert_eq!(got.map(|host| host.map(|host| host.to_str().unwrap())), want, "{uri} {version:?} {fields:?}");
        }
    }

    #[test]
    fn the_upstreams_own_host_on_demand() {
        let mut parts = parts("/", Version::HTTP_11, &[("host", b"shop.example")]);
        Forwarding { preserve_host: false, ..forwarding() }.request(&mut parts).unwrap();
        assert_eq!(values(&parts, "host"), [b""; 0]);
        assert_eq!(parts.uri.authority().unwrap().as_str(), "shop:3000");
        assert_eq!(values(&parts, "x-forwarded-host"), [b"shop.example"]);
    }

    #[test]
    fn a_tunnel_is_refused() {
        let mut parts = parts("http://a.example/", Version::HTTP_2, &[]);
        parts.method = Method::CONNECT;
        assert_eq!(forwarding().request(&mut parts), Err(Refusal::Tunnel));
    }

    #[test]
    fn split_cookies_are_joined_as_bytes() {
        for (cookies, want) in [
            (&[b"a=1".as_slice(), b"b=2", b"usprivacy=1YYN"][..], b"a=1; b=2; usprivacy=1YYN".as_slice()),
            (&[b"a=\xff\xfe".as_slice(), b"b=2"][..], b"a=\xff\xfe; b=2"),
            (&[b"a=1; b=2;".as_slice()][..], b"a=1; b=2;"),
        ] {
            let mut fields = vec![("host", b"a".as_slice())];
            fields.extend(cookies.iter().map(|cookie| ("cookie", *cookie)));
            let mut parts = parts("/", Version::HTTP_2, &[]);
            parts.uri = "http://a/".parse().unwrap();
            parts.headers = self::parts("/", Version::HTTP_2, &fields).headers;
            forwarding().request(&mut parts).unwrap();
            assert_eq!(values(&parts, "cookie"), [want]);
        }
    }

    #[test]
    fn claims_about_the_visitor_are_dropped_unless_trusted() {
        let claims: [(&str, &[u8]); 6] = [
            ("host", b"shop.example"),
            ("x-forwarded-for", b"198.51.100.1"),
            ("x-forwarded-for", b"198.51.100.2"),
            ("x-forwarded-proto", b"https"),
            ("x-forwarded-host", b"front.example"),
            ("x-forwarded-port", b"443"),
        ];
        for (trust_forwarded, address, proto, host, ports) in [
            (false, "203.0.113.9", "http", "shop.example", 0),
            (true, "198.51.100.1, 198.51.100.2, 203.0.113.9", "https", "front.example", 1),
        ] {
            let mut parts = parts("/", Version::HTTP_11, &claims);
            Forwarding { trust_forwarded, ..forwarding() }.request(&mut parts).unwrap();
            assert_eq!(values(&parts, "x-forwarded-for"), [address.as_bytes()]);
            assert_eq!(values(&parts, "x-forwarded-proto"), [proto.as_bytes()]);
            assert_eq!(values(&parts, "x-forwarded-host"), [host.as_bytes()]);
            assert_eq!(values(&parts, "x-forwarded-port").len(), ports);
        }
    }

    #[test]
    fn the_forwarded_field_stays() {
        let mut parts = parts("/", Version::HTTP_11, &[("host", b"a"), ("forwarded", b"for=198.51.100.1")]);
        forwarding().request(&mut parts).unwrap();
        assert_eq!(values(&parts, "forwarded"), [b"for=198.51.100.1"]);
    }

    #[test]
    fn via_names_the_protocol_of_each_hop() {
        for (version, want) in
            [(Version::HTTP_10, "1.0 gpc-proxy"), (Version::HTTP_11, "1.1 gpc-proxy"), (Version::HTTP_2, "2 gpc-proxy")]
        {
            let mut parts = parts("http://a/", version, &[("via", b"1.1 front")]);
            forwarding().request(&mut parts).unwrap();
            assert_eq!(values(&parts, "via"), [b"1.1 front", want.as_bytes()]);
            assert_eq!(parts.version, Version::HTTP_11);
        }
    }

    proptest! {
        #[test]
        fn joined_cookies_hold_the_same_pairs_in_the_same_order(
            jar in prop::collection::vec(prop::collection::vec("[a-c]=[!-:<-~\u{80}-\u{ff}]{0,4}", 1..4), 1..5),
        ) {
            let fields: Vec<String> = jar.iter().map(|pairs| pairs.join("; ")).collect();
            let mut headers = HeaderMap::new();
            for field in &fields {
                headers.append(COOKIE, HeaderValue::from_bytes(field.as_bytes()).unwrap());
            }
            join_cookies(&mut headers);
            let joined: Vec<&[u8]> = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
            let want = jar.concat().join("; ");
            prop_assert_eq!(joined, [want.as_bytes()]);
        }
    }
}
