//! An origin behind the layer, and the browsers that come to it.

use std::convert::Infallible;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_RANGE, CONTENT_TYPE, COOKIE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE,
};
use http::header::{LAST_MODIFIED, RANGE, SET_COOKIE, VARY};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use tower::{Layer, Service, service_fn};
use tower_gpc::GpcLayer;

use super::cache::Reply;

pub(super) const PAGE: &str = "<h1>Shoes</h1><img src='https://www.facebook.com/tr?id=1'>";
pub(super) const FILTERED: &str = "<h1>Shoes</h1>";
pub(super) const MODIFIED: &str = "Sun, 22 Nov 2026 10:00:00 GMT";

/// What the origin sends beside the page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site {
    pub(super) cache_control: &'static str,
    pub(super) set_cookie: &'static [&'static str],
}

pub(super) const PUBLIC: Site = Site { cache_control: "public, max-age=60", set_cookie: &[] };

/// Answers conditional and range requests as RFC 9110 §13 and §14 say.
pub(super) fn origin(request: &HeaderMap, method: &Method, site: Site) -> Response<Full<Bytes>> {
    let matches = match request.get(IF_NONE_MATCH) {
        Some(tags) => tags.to_str().unwrap().split(", ").any(|tag| tag.trim_start_matches("W/") == "\"v1\""),
        None => request.contains_key(IF_MODIFIED_SINCE),
    };
    let mut response =
        Response::builder().header(ETAG, "\"v1\"").header(LAST_MODIFIED, MODIFIED).header(VARY, "Accept-Encoding");
    if !site.cache_control.is_empty() {
        response = response.header(CACHE_CONTROL, site.cache_control);
    }
    if matches {
        return response.status(StatusCode::NOT_MODIFIED).body(Full::default()).unwrap();
    }
    for line in site.set_cookie {
        response = response.header(SET_COOKIE, *line);
    }
    response = response.header(CONTENT_TYPE, "text/html");
    let part = request.get(RANGE).filter(|_| request.get(IF_RANGE).is_none_or(|tag| tag == "\"v1\""));
    let body = match (method, part) {
        (&Method::HEAD, _) => Bytes::new(),
        (_, Some(range)) => {
            response = response.status(StatusCode::PARTIAL_CONTENT).header(CONTENT_RANGE, "bytes 0-30/58");
            slice(&Bytes::from(PAGE), range)
        }
        (_, None) => Bytes::from(PAGE),
    };
    response.body(Full::from(body)).unwrap()
}

/// The part of a page that `bytes=<first>-<last>` asks for.
pub(super) fn slice(page: &Bytes, range: &HeaderValue) -> Bytes {
    let (first, last) = range.to_str().unwrap().strip_prefix("bytes=").unwrap().split_once('-').unwrap();
    page.slice(first.parse().unwrap()..page.len().min(last.parse::<usize>().unwrap() + 1))
}

/// Sends a request through the layer to the origin. Everything is ready at once.
pub(super) fn through(layer: &GpcLayer, request: Request<()>, site: Site) -> Reply {
    let mut service = layer.layer(service_fn(async |request: Request<()>| {
        Ok::<_, Infallible>(origin(request.headers(), request.method(), site))
    }));
    let (head, body) = now(service.call(request)).unwrap().into_parts();
    let body = now(body.collect()).unwrap().to_bytes();
    Reply { status: head.status, head: head.headers, body, cached: false }
}

fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("nothing here has to wait"),
    }
}

/// What a browser sends, and whether its user opted out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Browser {
    pub(super) fields: &'static [(&'static str, &'static str)],
    pub(super) out: bool,
}

/// Long due to be renewed.
pub(super) const OWN: &str = "__Host-privacy-opt-out=1.out.20000";
pub(super) const GPP: &str = "__gpp=DBABBg~BUUAAACA.YA; __gpp_sid=8";

pub(super) const PLAIN: Browser = Browser { fields: &[], out: false };
pub(super) const GPC: Browser = Browser { fields: &[("sec-gpc", "1")], out: true };
pub(super) const OWN_COOKIE: Browser = Browser { fields: &[("cookie", OWN)], out: true };
pub(super) const US_PRIVACY: Browser = Browser { fields: &[("cookie", "usprivacy=1YYN")], out: true };
pub(super) const GPP_COOKIE: Browser = Browser { fields: &[("cookie", GPP)], out: true };
pub(super) const OPTANON: Browser =
    Browser { fields: &[("cookie", "OptanonConsent=isGpcEnabled=0&groups=C0001:1,C0004:0")], out: true };
pub(super) const BOTH: Browser = Browser { fields: &[("sec-gpc", "1"), ("cookie", OWN)], out: true };
/// What an auditor's second visit sends: the signal beside strings that deny it.
pub(super) const STALE: Browser = Browser { fields: &[("sec-gpc", "1"), ("cookie", "usprivacy=1YNN")], out: true };
/// Cookies enough, and none that opts out.
pub(super) const NEITHER: Browser =
    Browser { fields: &[("sec-gpc", "0"), ("cookie", "theme=dark; usprivacy=1YNN")], out: false };

impl Browser {
    pub(super) fn request(self, method: Method) -> Request<()> {
        let mut request = Request::builder().method(method).uri("/").header("host", "www.shop.example");
        request = request.header("sec-fetch-dest", "document");
        for (name, value) in self.fields {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap()
    }

    pub(super) fn want(self) -> &'static str {
        if self.out { FILTERED } else { PAGE }
    }
}

/// The field that a content delivery network sends before its cache looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Network {
    /// There is none.
    Absent,
    /// It goes by the rule of `Readers::variant_key`.
    Honest,
    /// It goes by the rule, and believes a browser that sends the field itself.
    Gullible,
    /// It has not been told of the field.
    Silent,
    /// It says `none` whatever it sees.
    Careless,
}

pub(super) const KEY: HeaderName = HeaderName::from_static("x-privacy-variant");

impl Network {
    pub(super) fn mark(self, headers: &mut HeaderMap) {
        let key = match self {
            Self::Absent => return,
            Self::Gullible if headers.contains_key(KEY) => return,
            Self::Honest | Self::Gullible => Some(rule(headers)),
            Self::Silent => None,
            Self::Careless => Some("none"),
        };
        headers.remove(KEY);
        if let Some(key) = key {
            headers.insert(KEY, HeaderValue::from_static(key));
        }
    }
}

/// `out` where `Sec-GPC` is `1` or the opt-out cookie is there; `ask` where another cookie is there that this site reads
/// signals from; else `none`.
fn rule(headers: &HeaderMap) -> &'static str {
    let has = |name: &str| {
        let lines = headers.get_all(COOKIE).iter().map(|line| line.to_str().unwrap());
        lines.flat_map(|line| line.split("; ")).any(|pair| pair.split('=').next() == Some(name))
    };
    if headers.get_all("sec-gpc").iter().any(|value| value == "1") || has("__Host-privacy-opt-out") {
        "out"
    } else if ["usprivacy", "us_privacy", "us-privacy", "__gpp", "OptanonConsent"].into_iter().any(has) {
        "ask"
    } else {
        "none"
    }
}
