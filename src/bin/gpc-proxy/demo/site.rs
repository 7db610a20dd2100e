//! The shop of the demo, a site of our own making: two pages, a style sheet and the headers that such sites send.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LINK, SET_COOKIE};
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::Full;
use tower_service::Service;

/// Answers every path, without state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shop;

struct Page {
    kind: &'static str,
    etag: &'static str,
    text: &'static str,
}

const HTML: &str = "text/html; charset=utf-8";

const HOME: Page = Page { kind: HTML, etag: "\"home-1\"", text: include_str!("pages/home.html") };
const PRODUCT: Page = Page { kind: HTML, etag: "\"product-1\"", text: include_str!("pages/product.html") };
const STYLE: Page = Page { kind: "text/css", etag: "\"style-1\"", text: include_str!("pages/style.css") };

impl<B> Service<Request<B>> for Shop {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let page = match request.uri().path() {
            "/" => &HOME,
            "/product" => &PRODUCT,
            "/style.css" => &STYLE,
            _ => return ready(Ok(not_found())),
        };
        ready(Ok(page.answer(&request)))
    }
}

impl Page {
    fn answer<B>(&self, request: &Request<B>) -> Response<Full<Bytes>> {
        let fresh = request.headers().get_all(IF_NONE_MATCH).iter().any(|value| value == self.etag);
        let mut response = Response::new(if fresh { Full::default() } else { Full::from(self.text) });
        if fresh {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        let headers = response.headers_mut();
        headers.insert(ETAG, HeaderValue::from_static(self.etag));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
        if self.kind == HTML {
            headers.append(LINK, HeaderValue::from_static("<https://connect.facebook.net>; rel=preconnect"));
            headers.append(LINK, HeaderValue::from_static("</style.css>; rel=preload; as=style"));
            headers.append(SET_COOKIE, HeaderValue::from_static("basket=3; Path=/; HttpOnly; SameSite=Lax"));
            headers.append(SET_COOKIE, HeaderValue::from_static("_fbp=fb.1.1700000000000.1; Path=/; Max-Age=7776000"));
        }
        response
    }
}

fn not_found() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from("no such page\n"));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(path: &str, fields: &[(&str, &str)]) -> Response<Full<Bytes>> {
        let mut request = Request::get(path);
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        Shop.call(request.body(()).unwrap()).into_inner().unwrap()
    }

    #[test]
    fn pages_have_validators_and_honour_them() {
        for path in ["/", "/product", "/style.css"] {
            let first = get(path, &[]);
            assert_eq!(first.status(), 200, "{path}");
            let etag = first.headers()[ETAG].to_str().unwrap();
            assert_eq!(get(path, &[("if-none-match", etag)]).status(), 304, "{path}");
            assert_eq!(get(path, &[("if-none-match", "\"other\"")]).status(), 200, "{path}");
        }
        assert_eq!(get("/nothing", &[]).status(), 404);
    }

    #[test]
    fn the_home_page_shows_a_dozen_vendors_and_what_stays() {
        for fact in [
            "connect.facebook.net",
            "facebook.com/tr",
            "gtag/js?id=AW-",
            "gtm.js?id=",
            "ns.html?id=GTM-",
            "analytics.tiktok.com",
            "s.pinimg.com/ct/core.js",
            "snap.licdn.com",
            "static.hotjar.com",
            "dynamic.criteo.com",
            "bat.bing.com",
            "sc-static.net",
            "static.ads-twitter.com",
            "amazon-adsystem.com",
            "rel=\"preconnect\"",
            "rel=\"dns-prefetch\"",
            "cdn.cookielaw.org",
            "gtag/js?id=G-",
            "youtube-nocookie.com/embed/",
            "<!--",
        ] {
            assert!(HOME.text.contains(fact), "{fact}");
        }
    }
}
