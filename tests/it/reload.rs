//! Rules that change while responses are on their way, and filter lists in the layer.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Full};
use tokio::sync::mpsc;
use tower::{Layer, Service, ServiceExt};
use tower_gpc::GpcLayer;
use tower_gpc::catalog::{Catalog, Purpose};
use tower_gpc::lists::FilterList;
use tower_gpc::middleware::ReloadLayer;

/// A body of what is sent to it.
struct Chunks(mpsc::Receiver<String>);

impl Body for Chunks {
    type Data = bytes::Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Infallible>>> {
        self.0.poll_recv(cx).map(|chunk| chunk.map(|chunk| Ok(Frame::data(chunk.into()))))
    }
}

fn layer(list: &str) -> GpcLayer {
    let list = FilterList::parse("mine", "Mine", Purpose::Advertising, list).unwrap();
    GpcLayer::new().catalog(Catalog::empty()).unwrap().list(list).unwrap()
}

fn opted_out() -> Request<()> {
    Request::get("/").header("host", "www.shop.test:8080").header("sec-gpc", "1").body(()).unwrap()
}

#[tokio::test]
async fn a_response_keeps_the_rules_that_it_began_with() {
    let reload = ReloadLayer::new(layer("||a.test^\n"));
    let (send, receive) = mpsc::channel(4);
    let mut receive = Some(receive);
    let mut service = reload.layer(tower::service_fn(move |_: Request<()>| {
        let body = Chunks(receive.take().unwrap_or_else(|| mpsc::channel(1).1));
        let response = Response::builder().header("content-type", "text/html").header("etag", "\"1\"").body(body);
        std::future::ready(response)
    }));
    let (a, b) = ("<script src=\"//a.test/x\"></script>", "<script src=\"//b.test/x\"></script>");
    let response = service.ready().await.unwrap().call(opted_out()).await.unwrap();
    let old = response.headers()["etag"].clone();
    let mut body = response.into_body();
    send.send(format!("1{a}{b}")).await.unwrap();
    let mut page = Vec::new();
    while page.len() < 1 + b.len() {
        page.extend_from_slice(&body.frame().await.unwrap().unwrap().into_data().unwrap());
    }

    reload.replace(layer("||b.test^\n"));
    send.send(format!("2{a}{b}")).await.unwrap();
    drop(send);
    page.extend_from_slice(&body.collect().await.unwrap().to_bytes());
    assert_eq!(String::from_utf8(page).unwrap(), format!("1{b}2{b}"));

    let response = service.ready().await.unwrap().call(opted_out()).await.unwrap();
    assert_ne!(response.headers()["etag"], old, "another variant");
}

#[tokio::test]
async fn lists_hear_of_the_page_and_of_what_would_be_fetched() {
    let list = "||shop.test^$third-party\n||cdn.test^$script\n||css.test^$stylesheet\n/collect?$image\n\
                ||only.test^$domain=shop.test\n||not.test^$domain=other.test\n@@||cdn.test/own/\n||gone.test^$ping\n";
    let page = "<script src=//static.shop.test/x></script><script src=//cdn.test/own/x></script>\
                <img src=//cdn.test/x><img src=//a.test/x><link rel=stylesheet href=//a.test/css>\
                <img src=//not.test/x><a ping=/c href=/>x</a>";
    let tags = "<script src=//cdn.test/x></script><link rel=stylesheet href=//css.test/x><img src=/collect?x>\
                <img srcset='//only.test/x 2x'><iframe srcdoc='<script src=//cdn.test/y></script>'></iframe>";
    let whole = format!("{page}{tags}<a ping=//gone.test/x href=/>x</a>");
    let serve = |layer: GpcLayer| {
        let whole = whole.clone();
        layer.layer(tower::service_fn(move |_: Request<()>| {
            let response = Response::builder().header("content-type", "text/html");
            let links = "<//cdn.test/x>; rel=preload, <//only.test/x>; rel=preload";
            std::future::ready(response.header("link", links).body(Full::<bytes::Bytes>::from(whole.clone())))
        }))
    };
    let response = serve(layer(list)).oneshot(opted_out()).await.unwrap();
    assert_eq!(response.headers()["link"], "<//cdn.test/x>; rel=preload");
    let got = response.into_body().collect().await.unwrap().to_bytes();
    let want = format!("{page}<iframe srcdoc=''></iframe><a href=/>x</a>");
    assert_eq!(std::str::from_utf8(&got).unwrap(), want);

    let other = Request::get("http://other.test/").header("host", "www.shop.test").header("sec-gpc", "1").body(());
    let response = serve(layer(list)).oneshot(other.unwrap()).await.unwrap();
    let got = response.into_body().collect().await.unwrap().to_bytes();
    let got = std::str::from_utf8(&got).unwrap();
    assert!(!got.contains("static.shop.test") && got.contains("only.test") && !got.contains("not.test"), "{got}");

    // Not opted out: the head says that there is another variant.
    let plain = Request::get("/").header("host", "shop.test").body(()).unwrap();
    let response = serve(layer(list)).oneshot(plain).await.unwrap();
    assert!(response.headers().contains_key("vary"));
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), whole);
}
