//! A small shared cache between browsers and the layer: no order of visits may bring one browser's variant to another.

use std::convert::Infallible;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use tower::{Layer, ServiceExt, service_fn};
use tower_gpc::GpcLayer;

const PAGE: &str = "<h1>Shoes</h1><img src='https://www.facebook.com/tr?id=1'>";
const FILTERED: &str = "<h1>Shoes</h1>";
const MODIFIED: &str = "Sun, 22 Nov 2026 10:00:00 GMT";

/// An origin that answers conditional requests as RFC 9110 13.1 says.
async fn origin(request: Request<Full<Bytes>>) -> Result<Response<Full<Bytes>>, Infallible> {
    let matches = match request.headers().get(header::IF_NONE_MATCH) {
        Some(tags) => {
            tags.to_str().unwrap().split(", ").any(|tag| tag.trim_start_matches("W/") == "\"v1\"" || tag == "*")
        }
        None => request.headers().get(header::IF_MODIFIED_SINCE).is_some(),
    };
    let response = Response::builder()
        .status(if matches { StatusCode::NOT_MODIFIED } else { StatusCode::OK })
        .header(header::ETAG, "\"v1\"")
        .header(header::LAST_MODIFIED, MODIFIED)
        .header(header::VARY, "Accept-Encoding")
        .header(header::CACHE_CONTROL, "public, max-age=60");
    let response = if matches {
        response.body(Full::default())
    } else {
        response.header(header::CONTENT_TYPE, "text/html").body(Full::from(PAGE))
    };
    Ok(response.unwrap())
}

/// What a browser sends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Browser {
    Plain,
    Gpc,
    /// Opted out by a cookie alone.
    Cookie,
    Both,
}

const BROWSERS: [Browser; 4] = [Browser::Plain, Browser::Gpc, Browser::Cookie, Browser::Both];

impl Browser {
    fn request(self, method: &str) -> Request<Full<Bytes>> {
        let mut request = Request::builder().method(method).uri("/").header("sec-fetch-dest", "document");
        if matches!(self, Self::Gpc | Self::Both) {
            request = request.header("sec-gpc", "1");
        }
        if matches!(self, Self::Cookie | Self::Both) {
            request = request.header(header::COOKIE, "usprivacy=1YYN");
        }
        request.body(Full::default()).unwrap()
    }

    fn want(self) -> &'static str {
        if self == Self::Plain { PAGE } else { FILTERED }
    }
}

/// How a cache treats what it has stored.
#[derive(Clone, Copy, Debug)]
enum Habit {
    /// Uses a stored answer whose `Vary` fits, and asks otherwise.
    Fresh,
    /// Asks each time, with the validators of the answer whose `Vary` fits.
    Revalidate,
    /// Asks each time, with every validator that it has for the URL, and by date too.
    Careless,
}

#[derive(Clone)]
struct Stored {
    request: HeaderMap,
    head: HeaderMap,
    body: Bytes,
}

impl Stored {
    /// RFC 9111 4.1: the fields that `Vary` names are the same.
    fn fits(&self, request: &HeaderMap) -> bool {
        self.head.get_all(header::VARY).iter().all(|vary| {
            vary.to_str()
                .unwrap()
                .split(',')
                .map(str::trim)
                .all(|name| name != "*" && self.request.get_all(name).iter().eq(request.get_all(name).iter()))
        })
    }
}

/// A shared cache for one URL.
struct Cache {
    habit: Habit,
    stored: Vec<Stored>,
}

impl Cache {
    async fn visit(&mut self, browser: Browser) -> Bytes {
        let mut request = browser.request("GET");
        let asked = request.headers().clone();
        let fitting = self.stored.iter().rposition(|stored| stored.fits(&asked));
        if let (Habit::Fresh, Some(n)) = (self.habit, fitting) {
            return self.stored[n].body.clone();
        }
        let candidates: Vec<&Stored> = match self.habit {
            Habit::Careless => self.stored.iter().collect(),
            _ => fitting.map(|n| &self.stored[n]).into_iter().collect(),
        };
        let tags: Vec<_> = candidates.iter().filter_map(|c| c.head.get(header::ETAG)?.to_str().ok()).collect();
        if !tags.is_empty() {
            request.headers_mut().insert(header::IF_NONE_MATCH, tags.join(", ").parse().unwrap());
        }
        if candidates.iter().any(|c| c.head.contains_key(header::LAST_MODIFIED)) {
            request.headers_mut().insert(header::IF_MODIFIED_SINCE, MODIFIED.parse().unwrap());
        }
        let response = GpcLayer::new().layer(service_fn(origin)).oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        if head.status == StatusCode::NOT_MODIFIED {
            // RFC 9111 4.3.4: a 304 refreshes the stored answer with the same validator.
            let tag = head.headers.get(header::ETAG);
            let stored = self.stored.iter_mut().rev().find(|stored| stored.head.get(header::ETAG) == tag);
            let stored = stored.expect("a 304 for a validator that the cache holds");
            for (name, value) in &head.headers {
                stored.head.insert(name, value.clone());
            }
            stored.request = asked;
            return stored.body.clone();
        }
        assert_eq!(head.status, StatusCode::OK);
        self.stored.retain(|stored| !stored.fits(&asked));
        self.stored.push(Stored { request: asked, head: head.headers, body: body.clone() });
        body
    }
}

#[tokio::test]
async fn no_order_of_visits_serves_one_variant_to_another_browser() {
    let orders = BROWSERS.len().pow(4);
    for habit in [Habit::Fresh, Habit::Revalidate, Habit::Careless] {
        for order in 0..orders {
            let visits = (0..4).map(|n| BROWSERS[order / BROWSERS.len().pow(n) % BROWSERS.len()]);
            let mut cache = Cache { habit, stored: Vec::new() };
            for browser in visits.clone() {
                let body = cache.visit(browser).await;
                assert_eq!(body, browser.want(), "{habit:?} {browser:?} in {:?}", visits.collect::<Vec<_>>());
            }
        }
    }
}

#[tokio::test]
async fn a_reload_after_opting_out_is_never_answered_with_the_old_page() {
    // The auditor's second visit: a conditional reload with the validators of the first one (A2).
    let service = GpcLayer::new().layer(service_fn(origin));
    let mut request = Browser::Gpc.request("GET");
    request.headers_mut().insert(header::IF_NONE_MATCH, "\"v1\"".parse().unwrap());
    request.headers_mut().insert(header::IF_MODIFIED_SINCE, MODIFIED.parse().unwrap());
    let response = service.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), FILTERED);
}

#[tokio::test]
async fn a_reload_of_the_filtered_page_costs_no_body() {
    let service = GpcLayer::new().layer(service_fn(origin));
    let first = service.clone().oneshot(Browser::Gpc.request("GET")).await.unwrap();
    let tag = first.headers()[header::ETAG].clone();
    assert!(first.headers().get(header::LAST_MODIFIED).is_none());
    let mut request = Browser::Gpc.request("GET");
    request.headers_mut().insert(header::IF_NONE_MATCH, tag.clone());
    let second = service.oneshot(request).await.unwrap();
    assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(second.headers()[header::ETAG], tag);
}

#[tokio::test]
async fn head_has_the_fields_of_get() {
    let service = GpcLayer::new().layer(service_fn(origin));
    for browser in BROWSERS {
        let get = service.clone().oneshot(browser.request("GET")).await.unwrap();
        let head = service.clone().oneshot(browser.request("HEAD")).await.unwrap();
        assert_eq!(get.headers(), head.headers(), "{browser:?}");
    }
}
