//! Origins that fail.

use http::{Request, StatusCode};
use http_body_util::BodyExt;
use tokio::net::TcpSocket;

use crate::support::client::{Client, bytes};
use crate::support::origin::{RawOrigin, full};
use crate::support::proxy::Proxy;
use crate::support::soon;
use crate::support::wire::Wire;

#[tokio::test]
async fn an_unreachable_upstream_is_a_502_with_the_reason() {
    // Bound but not listening: nobody else can take the port and listen on it.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let proxy = Proxy::before(&format!("http://{}", socket.local_addr().unwrap())).await;
    for mut client in Client::both(proxy.address).await {
        let response = client.send(Request::get("/").body(full("")).unwrap()).await;
        assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
        assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
        assert_eq!(response.headers()["cache-control"], "no-store");
        let text = String::from_utf8(bytes(response).await.to_vec()).unwrap();
        assert!(text.contains("connection refused"), "{text}");
        assert!(!text.contains("127.0.0.1"), "{text}");
    }
}

#[tokio::test]
async fn an_upstream_that_does_not_speak_http_is_a_502() {
    let origin = RawOrigin::start().await;
    let proxy = Proxy::before(&origin.url()).await;
    for (answer, tries, want) in [
        ("SSH-2.0-OpenSSH_9.0\r\n", 1, "not valid HTTP"),
        ("", 2, "ended the connection early"),
        ("HTTP/1.1 200 OK\r\nContent-Le", 2, "ended the connection early"),
        ("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", 1, "switched protocols"),
    ] {
        let mut client = Client::h1(proxy.address).await;
        let (response, ()) = tokio::join!(client.send(Request::get("/").body(full("")).unwrap()), async {
            for _ in 0..tries {
                let mut upstream = origin.accept().await;
                upstream.head().await;
                upstream.send(answer).await;
            }
        });
        assert_eq!(response.status(), StatusCode::BAD_GATEWAY, "{answer}");
        let text = String::from_utf8(bytes(response).await.to_vec()).unwrap();
        assert!(text.contains(want), "{answer}: {text}");
    }
}

#[tokio::test]
async fn a_connection_that_ends_just_as_it_is_used_again_costs_no_request() {
    let origin = RawOrigin::start().await;
    let proxy = Proxy::before(&origin.url()).await;
    let mut browser = Wire::connect(proxy.address).await;
    for method in ["GET", "HEAD", "OPTIONS"] {
        let request = format!("{method} /a?b HTTP/1.1\r\nHost: a\r\nSec-GPC: 1\r\nX-Own: c\r\n\r\n");
        browser.send(&request).await;
        let mut kept = origin.accept().await;
        let before = kept.head().await;
        kept.send("HTTP/1.1 204 No Content\r\n\r\n").await;
        assert!(browser.head().await.starts_with("HTTP/1.1 204 "));

        browser.send(&request).await;
        assert_eq!(kept.head().await, before, "the connection is used again");
        drop(kept);
        let mut new = origin.accept().await;
        assert_eq!(new.head().await, before);
        new.send("HTTP/1.1 204 No Content\r\n\r\n").await;
        assert!(browser.head().await.starts_with("HTTP/1.1 204 "));
    }
}

#[tokio::test]
async fn what_may_have_changed_something_is_not_sent_again() {
    let origin = RawOrigin::start().await;
    let proxy = Proxy::before(&origin.url()).await;
    for request in [
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
    ] {
        let mut browser = Wire::connect(proxy.address).await;
        browser.send(request).await;
        let mut upstream = origin.accept().await;
        upstream.head().await;
        drop(upstream);
        assert!(browser.head().await.starts_with("HTTP/1.1 502 "), "{request}");
    }
}

#[tokio::test]
async fn an_upstream_that_says_nothing_is_a_504() {
    let origin = RawOrigin::start().await;
    let proxy = Proxy::with_config(&origin.url(), "header-timeout = 1").await;
    let mut browser = Wire::connect(proxy.address).await;
    browser.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let mut upstream = origin.accept().await;
    upstream.head().await;
    assert!(browser.head().await.starts_with("HTTP/1.1 504 "));
    assert_eq!(upstream.rest().await, "", "the request is given up");
}

#[tokio::test]
async fn an_answer_that_breaks_off_does_not_look_whole() {
    let origin = RawOrigin::start().await;
    let proxy = Proxy::before(&origin.url()).await;
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    ] {
        for mut client in Client::both(proxy.address).await {
            let (response, upstream) = tokio::join!(client.send(Request::get("/").body(full("")).unwrap()), async {
                let mut upstream = origin.accept().await;
                upstream.head().await;
                upstream.send(answer).await;
                upstream
            });
            assert_eq!(response.status(), StatusCode::OK);
            // Not before: a reset may overtake the head.
            drop(upstream);
            assert!(soon(response.into_body().collect()).await.is_err(), "{answer}");
        }
    }
}

#[tokio::test]
async fn an_early_answer_to_an_upload_reaches_the_browser() {
    let origin = RawOrigin::start().await;
    let proxy = Proxy::before(&origin.url()).await;
    let mut browser = Wire::connect(proxy.address).await;
    browser.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nbegin").await;
    let mut upstream = origin.accept().await;
    upstream.head().await;
    upstream.send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await;
    assert!(browser.head().await.starts_with("HTTP/1.1 413 "));
}
