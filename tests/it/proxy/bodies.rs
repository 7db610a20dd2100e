//! What happens to bodies: they pass, as they come, in both directions.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body::Frame;
use http_body_util::BodyExt;
use tokio::sync::mpsc;

use crate::support::client::{Client, bytes};
use crate::support::origin::{Origin, RawOrigin, boxed, channel, full};
use crate::support::proxy::Proxy;
use crate::support::wire::{Wire, fields};
use crate::support::{noise, soon};

/// How long a writer must be held up to count as stopped.
const STALLED: Duration = Duration::from_millis(500);

#[tokio::test]
async fn bodies_of_every_shape_arrive_byte_for_byte() {
    let page = Bytes::from(noise(1_000_003));
    let origin = {
        let page = page.clone();
        Origin::start(move |request| {
            let page = page.clone();
            async move {
                if request.uri().path() == "/whole" {
                    return Response::new(full(page));
                }
                let (feed, body) = channel();
                tokio::spawn(async move {
                    // Pieces of every size from 1 byte up, so that no boundary is always a round number.
                    let (mut rest, mut len) = (page, 1);
                    while !rest.is_empty() {
                        feed.data(rest.split_to(len.min(rest.len()))).await;
                        len = len * 3 % 65_521;
                    }
                });
                Response::new(body)
            }
        })
        .await
    };
    let proxy = Proxy::before(&origin.url()).await;
    for mut client in Client::both(proxy.address).await {
        for path in ["/whole", "/pieces"] {
            let response = client.send(Request::get(path).body(full("")).unwrap()).await;
            let length = response.headers().get("content-length").map(|value| value.to_str().unwrap().to_owned());
            assert_eq!(length.is_some(), path == "/whole");
            assert!(bytes(response).await == page, "{path} differs");
        }
    }
}

#[tokio::test]
async fn the_first_piece_arrives_before_the_origin_sends_the_second() {
    let (feeds, mut started) = mpsc::unbounded_channel();
    let origin = Origin::start(move |_| {
        let (feed, body) = channel();
        feeds.send(feed).unwrap();
        async { Response::builder().header("content-type", "text/html").body(body).unwrap() }
    })
    .await;
    let proxy = Proxy::before(&origin.url()).await;
    for mut client in Client::both(proxy.address).await {
        let mut body = client.send(Request::get("/").body(full("")).unwrap()).await.into_body();
        let feed = soon(started.recv()).await.unwrap();
        for piece in ["<p>one", "<p>two", "<p>three"] {
            feed.data(piece).await;
            let mut got = Vec::new();
            while got.len() < piece.len() {
                got.extend(soon(body.frame()).await.unwrap().unwrap().into_data().unwrap());
            }
            assert_eq!(got, piece.as_bytes());
        }
        drop(feed);
        assert_eq!(soon(body.collect()).await.unwrap().to_bytes(), "");
    }
}

#[tokio::test]
async fn an_upload_streams_to_the_origin_and_back() {
    let origin = Origin::start(|request| async move { Response::new(boxed(request.into_body())) }).await;
    let proxy = Proxy::before(&origin.url()).await;
    for mut client in Client::both(proxy.address).await {
        let (feed, body) = channel();
        let mut echo = client.send(Request::post("/").body(body).unwrap()).await.into_body();
        for piece in ["one", "two"] {
            feed.data(piece).await;
            assert_eq!(soon(echo.frame()).await.unwrap().unwrap().into_data().unwrap(), piece);
        }
        drop(feed);
        assert_eq!(soon(echo.collect()).await.unwrap().to_bytes(), "");
    }
}

#[tokio::test]
async fn a_large_upload_arrives_whole() {
    let upload = Bytes::from(noise(20_000_000));
    let origin = Origin::start(|request| async move {
        let length = request.headers().get("content-length").cloned();
        let body = request.into_body().collect().await.unwrap().to_bytes();
        let same = body == noise(20_000_000);
        Response::new(full(format!("{:?} {} {same}", length, body.len())))
    })
    .await;
    let proxy = Proxy::before(&origin.url()).await;
    for mut client in Client::both(proxy.address).await {
        let response = client.send(Request::put("/").body(full(upload.clone())).unwrap()).await;
        assert_eq!(bytes(response).await, "Some(\"20000000\") 20000000 true");
    }
}

#[tokio::test]
async fn a_browser_that_does_not_read_holds_the_origin_up() {
    let sent = Arc::new(AtomicUsize::new(0));
    let (stalled, mut stop) = mpsc::unbounded_channel();
    let origin = {
        let sent = Arc::clone(&sent);
        Origin::start(move |_| {
            let (sent, stalled) = (Arc::clone(&sent), stalled.clone());
            let (feed, body) = channel();
            tokio::spawn(async move {
                let piece = Bytes::from(vec![b'x'; 64 * 1024]);
                while tokio::time::timeout(STALLED, feed.data(piece.clone())).await.is_ok() {
                    let sent = sent.fetch_add(piece.len(), Ordering::Relaxed);
                    assert!(sent < 100_000_000, "nothing holds the origin up");
                }
                stalled.send(()).unwrap();
            });
            async { Response::new(body) }
        })
        .await
    };
    let proxy = Proxy::before(&origin.url()).await;
    for mut client in Client::both(proxy.address).await {
        let response = client.send(Request::get("/").body(full("")).unwrap()).await;
        soon(stop.recv()).await.unwrap();
        drop(response);
    }
}

#[tokio::test]
async fn an_origin_that_does_not_read_holds_the_browser_up() {
    let origin = RawOrigin::start().await;
    let proxy = Proxy::before(&origin.url()).await;
    for mut client in Client::both(proxy.address).await {
        let (feed, body) = channel();
        let request = tokio::spawn(async move { client.send(Request::post("/").body(body).unwrap()).await });
        let mut upstream = origin.accept().await;
        upstream.head().await;
        let piece = Bytes::from(vec![b'x'; 64 * 1024]);
        let mut sent = 0;
        while tokio::time::timeout(STALLED, feed.data(piece.clone())).await.is_ok() {
            sent += piece.len();
            assert!(sent < 100_000_000, "nothing holds the browser up");
        }
        request.abort();
    }
}

#[tokio::test]
async fn trailers_of_the_answer_pass() {
    let origin = RawOrigin::start().await;
    let proxy = Proxy::before(&origin.url()).await;
    // Each on a connection of its own: whether an idle one is there yet for the next request is not to be foreseen.
    let answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n\
                  5\r\nhello\r\n0\r\nx-sum: 42\r\n\r\n";

    let mut browser = Wire::connect(proxy.address).await;
    browser.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: TE\r\nTE: trailers\r\n\r\n").await;
    let mut upstream = origin.accept().await;
    assert_eq!(fields(&upstream.head().await, "te"), ["trailers"]);
    upstream.send(answer).await;
    assert_eq!(fields(&browser.head().await, "trailer"), ["x-sum"]);
    assert_eq!(browser.until("x-sum: 42\r\n\r\n").await, "5\r\nhello\r\n0\r\nx-sum: 42\r\n\r\n");

    let mut client = Client::h2(proxy.address).await;
    let request = Request::get("/").header("te", "trailers").body(full("")).unwrap();
    let (response, ()) = tokio::join!(client.send(request), async {
        let mut upstream = origin.accept().await;
        upstream.head().await;
        upstream.send(answer).await;
    });
    let body = soon(response.into_body().collect()).await.unwrap();
    assert_eq!(body.trailers().unwrap()["x-sum"], "42");
    assert_eq!(body.to_bytes(), "hello");
}

#[tokio::test]
async fn trailers_of_the_request_pass() {
    let origin = Origin::start(|request| async move {
        let body = request.into_body().collect().await.unwrap();
        let sum = body.trailers().and_then(|trailers| trailers.get("x-sum")).cloned();
        Response::new(full(sum.map_or_else(String::new, |sum| sum.to_str().unwrap().to_owned())))
    })
    .await;
    let proxy = Proxy::before(&origin.url()).await;
    for mut client in Client::both(proxy.address).await {
        let (feed, body) = channel();
        let request = Request::post("/").header("trailer", "x-sum").body(body).unwrap();
        let (response, ()) = tokio::join!(client.send(request), async {
            feed.data("hello").await;
            feed.frame(Frame::trailers(HeaderMap::from_iter([("x-sum".parse().unwrap(), HeaderValue::from(42))])))
                .await;
            drop(feed);
        });
        assert_eq!(bytes(response).await, "42");
    }
}

#[tokio::test]
async fn a_get_with_a_body_of_unknown_length_keeps_it() {
    let origin = Origin::start(|request| async move { Response::new(boxed(request.into_body())) }).await;
    let proxy = Proxy::before(&origin.url()).await;
    let mut browser = Wire::connect(proxy.address).await;
    browser.send("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nquery\r\n0\r\n\r\n").await;
    browser.head().await;
    assert_eq!(browser.until("0\r\n\r\n").await, "5\r\nquery\r\n0\r\n\r\n");
}

#[tokio::test]
async fn a_request_with_two_lengths_reaches_the_origin_with_one() {
    let origin = RawOrigin::start().await;
    let proxy = Proxy::before(&origin.url()).await;
    let mut browser = Wire::connect(proxy.address).await;
    browser
        .send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
        .await;
    let mut upstream = origin.accept().await;
    let head = upstream.head().await;
    assert_eq!(fields(&head, "content-length"), [""; 0]);
    assert_eq!(fields(&head, "transfer-encoding"), ["chunked"]);
    assert_eq!(upstream.until("0\r\n\r\n").await, "5\r\nhello\r\n0\r\n\r\n");
}

#[tokio::test]
async fn a_browser_that_waits_for_100_continue_gets_it() {
    let origin = Origin::start(|request| async move { Response::new(boxed(request.into_body())) }).await;
    let proxy = Proxy::before(&origin.url()).await;
    let mut browser = Wire::connect(proxy.address).await;
    browser.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n").await;
    assert_eq!(browser.head().await, "HTTP/1.1 100 Continue\r\n\r\n");
    browser.send("hello").await;
    assert!(browser.head().await.starts_with("HTTP/1.1 200 "));
    assert_eq!(browser.until("hello").await, "hello");
}

#[tokio::test]
async fn a_browser_that_leaves_ends_the_answer_at_the_origin() {
    let (origin, mut started) = Origin::streaming().await;
    let proxy = Proxy::before(&origin.url()).await;
    for mut client in Client::both(proxy.address).await {
        let mut body = client.send(Request::get("/").body(full("")).unwrap()).await.into_body();
        let feed = soon(started.recv()).await.unwrap();
        feed.data("one").await;
        assert_eq!(soon(body.frame()).await.unwrap().unwrap().into_data().unwrap(), "one");
        drop((body, client));
        feed.dropped().await;
    }
}

#[tokio::test]
async fn a_browser_that_leaves_before_the_answer_ends_the_request_at_the_origin() {
    let origin = RawOrigin::start().await;
    let proxy = Proxy::before(&origin.url()).await;
    let mut browser = Wire::connect(proxy.address).await;
    browser.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let mut upstream = origin.accept().await;
    upstream.head().await;
    drop(browser);
    assert_eq!(upstream.rest().await, "");
}
