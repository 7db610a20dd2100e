//! What happens to heads.

use http::{Method, Request, Response, StatusCode};

use crate::support::client::{Client, bytes};
use crate::support::origin::{Origin, RawOrigin, full};
use crate::support::proxy::Proxy;
use crate::support::wire::{Wire, fields};

/// Sends bytes through a proxy and tells the head that the origin gets; the answer is an empty 200.
async fn seen(request: &str) -> String {
    let origin = RawOrigin::start().await;
    let proxy = Proxy::before(&origin.url()).await;
    let mut browser = Wire::connect(proxy.address).await;
    browser.send(request).await;
    let mut upstream = origin.accept().await;
    let head = upstream.head().await;
    upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    assert!(browser.head().await.starts_with("HTTP/1.1 200 OK\r\n"));
    head
}

/// Answers bytes through a proxy and tells the head that the browser gets.
async fn answered(request: &str, answer: &str) -> String {
    let origin = RawOrigin::start().await;
    let proxy = Proxy::before(&origin.url()).await;
    let mut browser = Wire::connect(proxy.address).await;
    browser.send(request).await;
    let mut upstream = origin.accept().await;
    upstream.head().await;
    upstream.send(answer).await;
    browser.head().await
}

#[tokio::test]
async fn both_protocols_are_served_on_one_port() {
    let origin = Origin::start(|request| async move {
        let text = format!("{:?} {} {}", request.version(), request.method(), request.uri());
        Response::builder().status(StatusCode::CREATED).header("x-origin", "yes").body(full(text)).unwrap()
    })
    .await;
    let proxy = Proxy::before(&origin.url()).await;
    assert_eq!(
        proxy.announcement,
        format!("gpc-proxy listening on http://{}, upstream {}\n", proxy.address, origin.url())
    );
    for mut client in Client::both(proxy.address).await {
        let request = Request::builder().method(Method::PUT).uri("/a%2Fb//c?d=%20&e").body(full("")).unwrap();
        let response = client.send(request).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        assert_eq!(response.headers()["x-origin"], "yes");
        assert_eq!(response.headers()["via"], "1.1 gpc-proxy");
        assert_eq!(bytes(response).await, "HTTP/1.1 PUT /a%2Fb//c?d=%20&e");
    }
}

#[tokio::test]
async fn the_request_target_arrives_byte_for_byte() {
    for (target, want) in [
        ("/", "/"),
        ("//evil.example/x", "//evil.example/x"),
        ("/a/../b/./%2e%2E/", "/a/../b/./%2e%2E/"),
        ("/?", "/?"),
        ("/x?a=b&&c;d=%00%zz?/'", "/x?a=b&&c;d=%00%zz?/'"),
        ("/x\u{e9}\"?\u{e9}", "/x\u{e9}\"?\u{e9}"),
        ("/x%E2%82%AC|^{}", "/x%E2%82%AC|^{}"),
        ("http://shop.example/abs?x", "/abs?x"),
        ("http://shop.example", "/"),
    ] {
        let head = seen(&format!("GET {target} HTTP/1.1\r\nHost: shop.example\r\n\r\n")).await;
        assert_eq!(head.lines().next().unwrap(), format!("GET {want} HTTP/1.1"), "{target}");
    }
    let head = seen("OPTIONS * HTTP/1.1\r\nHost: shop.example\r\n\r\n").await;
    assert!(head.starts_with("OPTIONS * HTTP/1.1\r\n"), "{head}");
}

#[tokio::test]
async fn hop_by_hop_fields_stop_at_the_proxy_and_sec_gpc_does_not() {
    let head = seen(
        "GET / HTTP/1.1\r\nHost: shop.example\r\nSec-GPC: 1\r\nCookie: a=1\r\nX-Private: 1\r\nX-Stays: 1\r\n\
         Connection: keep-alive, X-Private, Sec-GPC, Cookie, Host, X-Forwarded-For, Upgrade\r\nKeep-Alive: timeout=5\r\n\
         Proxy-Connection: keep-alive\r\nTE: gzip, trailers\r\nUpgrade: websocket\r\n\r\n",
    )
    .await;
    for (name, want) in [
        ("host", &["shop.example"][..]),
        ("sec-gpc", &["1"]),
        ("cookie", &["a=1"]),
        ("x-stays", &["1"]),
        ("te", &["trailers"]),
        ("connection", &["te"]),
        ("x-forwarded-for", &["127.0.0.1"]),
        ("x-forwarded-proto", &["http"]),
        ("x-forwarded-host", &["shop.example"]),
        ("via", &["1.1 gpc-proxy"]),
        ("x-private", &[]),
        ("keep-alive", &[]),
        ("proxy-connection", &[]),
        ("upgrade", &[]),
        ("transfer-encoding", &[]),
        ("content-length", &[]),
    ] {
        assert_eq!(fields(&head, name), want, "{name} in {head}");
    }
}

#[tokio::test]
async fn hop_by_hop_fields_of_the_answer_stop_at_the_proxy_too() {
    let head = answered(
        "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n",
        "HTTP/1.1 200 Fine By Me\r\nConnection: x-private, set-cookie\r\nX-Private: 1\r\nKeep-Alive: timeout=5\r\n\
         Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nUpgrade: h2c\r\nContent-Length: 0\r\n\r\n",
    )
    .await;
    assert!(head.starts_with("HTTP/1.1 200 Fine By Me\r\n"), "{head}");
    assert_eq!(fields(&head, "set-cookie"), ["a=1", "b=2"]);
    for name in ["x-private", "keep-alive", "upgrade", "connection"] {
        assert_eq!(fields(&head, name), [""; 0], "{name} in {head}");
    }
}

#[tokio::test]
async fn split_cookies_of_http2_arrive_as_one_field() {
    let origin = Origin::start(|request| async move {
        let cookies: Vec<&[u8]> = request.headers().get_all("cookie").iter().map(|value| value.as_bytes()).collect();
        Response::new(full(cookies.join(&b"\n"[..])))
    })
    .await;
    let proxy = Proxy::before(&origin.url()).await;
    let request = Request::get("/")
        .header("cookie", "a=1")
        .header("cookie", &b"name=\xff\xe9"[..])
        .header("cookie", "usprivacy=1YYN")
        .body(full(""))
        .unwrap();
    let response = Client::h2(proxy.address).await.send(request).await;
    assert_eq!(bytes(response).await, &b"a=1; name=\xff\xe9; usprivacy=1YYN"[..]);
}

#[tokio::test]
async fn the_authority_of_http2_becomes_the_host() {
    let origin = Origin::start(|request| async move {
        let headers = request.headers();
        assert_eq!(headers["via"], "2 gpc-proxy");
        Response::new(full(headers["host"].as_bytes().to_vec()))
    })
    .await;
    let proxy = Proxy::before(&origin.url()).await;
    let request = Request::get("/").header("host", "other.example").body(full("")).unwrap();
    assert_eq!(bytes(Client::h2(proxy.address).await.send(request).await).await, "shop.example");
}

#[tokio::test]
async fn a_trusted_proxy_before_this_one_is_believed() {
    let origin = RawOrigin::start().await;
    let proxy = Proxy::with_config(&origin.url(), "trust-forwarded = true\npreserve-host = false\n").await;
    let mut browser = Wire::connect(proxy.address).await;
    let claims = "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: front.example\r\n";
    browser.send(format!("GET / HTTP/1.1\r\nHost: inner.example\r\n{claims}\r\n")).await;
    let head = origin.accept().await.head().await;
    assert_eq!(fields(&head, "x-forwarded-for"), ["203.0.113.9, 127.0.0.1"]);
    assert_eq!(fields(&head, "x-forwarded-proto"), ["https"]);
    assert_eq!(fields(&head, "x-forwarded-host"), ["front.example"]);
    assert_eq!(format!("http://{}", fields(&head, "host")[0]), origin.url());
}

#[tokio::test]
async fn a_head_answer_keeps_its_length_and_has_no_body() {
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 12345\r\nETag: \"x\"\r\n\r\n";
    let head = answered("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", answer).await;
    assert_eq!(fields(&head, "content-length"), ["12345"]);

    let unknown = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let head = answered("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", unknown).await;
    assert_eq!(fields(&head, "content-length"), [""; 0]);
}

#[tokio::test]
async fn answers_without_a_body_leave_the_connection_usable() {
    let origin = RawOrigin::start().await;
    let proxy = Proxy::before(&origin.url()).await;
    let mut browser = Wire::connect(proxy.address).await;
    let mut upstream = None;
    for (method, answer) in [
        ("GET", "304 Not Modified\r\nETag: \"x\""),
        ("GET", "204 No Content"),
        ("HEAD", "200 OK\r\nContent-Length: 7"),
        ("GET", "200 OK\r\nContent-Length: 0"),
    ] {
        browser.send(format!("{method} / HTTP/1.1\r\nHost: a\r\n\r\n")).await;
        // Accepted once: the connection to the origin is pooled.
        if upstream.is_none() {
            upstream = Some(origin.accept().await);
        }
        let upstream = upstream.as_mut().unwrap();
        upstream.head().await;
        upstream.send(format!("HTTP/1.1 {answer}\r\n\r\n")).await;
        let head = browser.head().await;
        assert!(head.starts_with(&format!("HTTP/1.1 {}\r\n", answer.lines().next().unwrap())), "{head}");
    }
}

#[tokio::test]
async fn an_upgrade_is_answered_as_an_ordinary_request() {
    let head = answered(
        "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        "HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n",
    )
    .await;
    assert!(head.starts_with("HTTP/1.1 426 "), "{head}");
}

#[tokio::test]
async fn requests_that_no_site_should_see_are_refused() {
    let origin = RawOrigin::start().await;
    let proxy = Proxy::before(&origin.url()).await;
    let long = "x".repeat(100_000);
    for (request, want) in [
        ("GET / HTTP/1.1\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "400"),
        ("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", "501"),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "400"),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", "400"),
        (&format!("GET / HTTP/1.1\r\nHost: a\r\nX: {long}\r\n\r\n"), "431"),
        ("nonsense\r\n\r\n", "400"),
    ] {
        let mut browser = Wire::connect(proxy.address).await;
        browser.send(request).await;
        let head = browser.head().await;
        let request = &request[..request.len().min(80)];
        assert!(head.starts_with(&format!("HTTP/1.1 {want} ")), "{request}: {head}");
    }
}

#[tokio::test]
async fn a_client_of_http_1_0_gets_an_answer_that_it_can_read() {
    let origin = RawOrigin::start().await;
    let proxy = Proxy::before(&origin.url()).await;
    let mut browser = Wire::connect(proxy.address).await;
    browser.send("GET / HTTP/1.0\r\n\r\n").await;
    let mut upstream = origin.accept().await;
    let head = upstream.head().await;
    assert!(head.starts_with("GET / HTTP/1.1\r\n"), "{head}");
    assert_eq!(format!("http://{}", fields(&head, "host")[0]), origin.url());
    upstream.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n").await;
    let head = browser.head().await;
    assert_eq!(fields(&head, "transfer-encoding"), [""; 0]);
    assert_eq!(browser.rest().await, "hello");
}

#[tokio::test]
async fn an_origin_of_http_1_0_does_not_make_the_answer_one() {
    let origin = RawOrigin::start().await;
    let proxy = Proxy::before(&origin.url()).await;
    let mut browser = Wire::connect(proxy.address).await;
    browser.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let mut upstream = origin.accept().await;
    upstream.head().await;
    upstream.send("HTTP/1.0 200 OK\r\n\r\nhello").await;
    drop(upstream);
    let head = browser.head().await;
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert_eq!(fields(&head, "via"), ["1.0 gpc-proxy"]);
    assert_eq!(browser.until("0\r\n\r\n").await, "5\r\nhello\r\n0\r\n\r\n");
}
