//! `gpc-proxy` with what the layer does in it.

use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;

use crate::pages::without_guard;
use crate::support::client::{Client, bytes};
use crate::support::origin::{Origin, RawOrigin, full};
use crate::support::proxy::{Proxy, config_file, refused};
use crate::support::soon;
use crate::support::wire::Wire;

/// A site that answers with the `Sec-GPC` fields that reached it.
async fn mirror() -> Origin {
    Origin::start(|request: Request<Incoming>| async move {
        let values: Vec<&[u8]> = request.headers().get_all("sec-gpc").iter().map(|value| value.as_bytes()).collect();
        Response::new(full(values.join(&b"|"[..])))
    })
    .await
}

#[tokio::test]
async fn sec_gpc_reaches_the_origin_whoever_said_it() {
    let origin = mirror().await;
    let proxy = Proxy::before(&origin.url()).await;
    type Fields<'a> = &'a [(&'a str, &'a [u8])];
    let cases: [(Fields<'_>, &str); 8] = [
        (&[], ""),
        (&[("sec-gpc", b"1")], "1"),
        (&[("sec-gpc", b"1"), ("cookie", b"usprivacy=1YYN")], "1"),
        (&[("cookie", b"usprivacy=1YYN")], "1"),
        (&[("cookie", b"a=1"), ("cookie", b"us_privacy=1YYN")], "1"),
        (&[("cookie", b"name=\xff\xe9"), ("cookie", b"us-privacy=1YYN")], "1"),
        (&[("cookie", b"usprivacy=1YNN")], ""),
        (&[("connection", b"sec-gpc"), ("sec-gpc", b"1")], "1"),
    ];
    for (fields, want) in cases {
        for mut client in Client::both(proxy.address).await {
            // HTTP/2 forbids the field; a client library that sends it anyway has its request refused.
            if matches!(client, Client::H2(_)) && fields.iter().any(|(name, _)| *name == "connection") {
                continue;
            }
            let mut request = Request::get("/");
            for (name, value) in fields {
                request = request.header(*name, *value);
            }
            let response = client.send(request.body(full("")).unwrap()).await;
            assert_eq!(bytes(response).await, want, "{fields:?}");
        }
    }
}

/// Gets a path of the demo.
async fn get(demo: &Proxy, path: &str, fields: &[(&str, &str)]) -> (http::HeaderMap, String) {
    let mut request = Request::get(path);
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    let response = Client::h1(demo.address).await.send(request.body(full("")).unwrap()).await;
    assert_eq!(response.status(), 200, "{path}");
    let (parts, body) = response.into_parts();
    (parts.headers, String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap())
}

#[tokio::test]
async fn the_demo_tells_what_to_try() {
    let mut demo = Proxy::demo().await;
    let text = demo.printed_until("Ctrl-C").await;
    for want in [
        format!("curl -s http://{}/\n", demo.address),
        format!("curl -s -H 'Sec-GPC: 1' http://{}/\n", demo.address),
        format!("diff <(curl -s http://{0}/) <(curl -s -H 'Sec-GPC: 1' http://{0}/)\n", demo.address),
        format!("curl -s http://{}/.well-known/gpc.json\n", demo.address),
    ] {
        assert!(text.contains(&want), "{want} in {text}");
    }
}

#[tokio::test]
async fn the_demo_serves_the_page_as_it_is_without_a_signal() {
    let demo = Proxy::demo().await;
    let (headers, page) = get(&demo, "/", &[]).await;
    assert_eq!(page, include_str!("../../src/bin/gpc-proxy/demo/pages/home.html"));
    assert_eq!(headers["etag"], "\"home-1\"");
    assert_eq!(headers.get_all("set-cookie").iter().count(), 2);
    let vary = headers.get_all("vary").iter().map(|value| value.to_str().unwrap()).collect::<Vec<_>>().join(",");
    assert!(vary.to_ascii_lowercase().contains("sec-gpc"), "{vary}");
}

#[tokio::test]
async fn the_demo_takes_the_trackers_out_for_an_opted_out_browser() {
    let demo = Proxy::demo().await;
    let (headers, page) = get(&demo, "/", &[("sec-gpc", "1")]).await;
    let page = without_guard(page);
    for gone in [
        "<link rel=\"preconnect\" href=\"https://connect.facebook.net\">",
        "fbq('init'",
        "facebook.com/tr?id=",
        "gtag/js?id=AW-",
        "ns.html?id=GTM-DEMO000",
        "ttq.load(",
        "s.pinimg.com",
        "ct.pinterest.com",
        "static.hotjar.com",
        "c.amazon-adsystem.com",
        "dynamic.criteo.com",
        "snap.licdn.com",
        "px.ads.linkedin.com",
        "bat.bing.com",
        "sc-static.net",
        "static.ads-twitter.com",
    ] {
        assert!(!page.contains(gone), "{gone} is still there");
    }
    for stays in [
        // Under the guard a tag manager may load what it is allowed to.
        "https://www.googletagmanager.com/gtm.js?id=",
        "cdn.cookielaw.org/scripttemplates/otSDKStub.js",
        "gtag/js?id=G-DEMO000000",
        "youtube-nocookie.com/embed/",
        "fonts.gstatic.com",
        "<!-- Criteo: <script src=\"https://static.criteo.net/js/ld/ld.js\"> moved",
        "How do I put <script src=\"https://connect.facebook.net/en_US/fbevents.js\"></script> on my page?",
        "\"sameAs\": \"https://www.facebook.com/teapot.example\"",
        "<a href=\"https://www.facebook.com/teapot.example\">",
        "pixels are not sold here",
        "Hand-thrown teapots",
        "</html>\n",
    ] {
        assert!(page.contains(stays), "{stays} is gone");
    }
    let text = format!("{headers:?}");
    assert!(!text.contains("connect.facebook.net") && !text.contains("_fbp"), "{text}");
    assert!(text.contains("/style.css") && text.contains("basket=3"), "{text}");
    assert!(headers["etag"].to_str().unwrap().starts_with("W/\"home-1"), "{text}");
}

#[tokio::test]
async fn a_cookie_that_opts_out_changes_the_demo_too() {
    let demo = Proxy::demo().await;
    let (_, page) = get(&demo, "/product", &[("cookie", "usprivacy=1YYN")]).await;
    for gone in ["fbevents.js", "uwt.js", "bat.bing.com", "ib.adnxs.com"] {
        assert!(!page.contains(gone), "{gone} is still there");
    }
    assert!(page.contains("otSDKStub.js") && page.contains("Put it in the basket"));
}

#[tokio::test]
async fn the_demo_publishes_the_support_resource() {
    let demo = Proxy::demo().await;
    let (headers, text) = get(&demo, "/.well-known/gpc.json", &[]).await;
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap()["gpc"], true);
}

#[tokio::test]
async fn a_wrong_option_of_the_layer_is_named_with_its_line_in_the_proxys_file() {
    let file = config_file("upstream = 'http://127.0.0.1:1'\n\n[gpc]\nno-such-option = true\n");
    let path = file.path().to_str().unwrap();
    let output = refused(&["--config", path, "--listen", "127.0.0.1:0"]).await;
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains(&format!("{path}:4")) && stderr.contains("no-such-option"), "{stderr}");
}

/// An answer in a coding that goes on behind these bytes.
async fn begin(origin: &RawOrigin, page: &str, coded: bool) -> Wire {
    let mut upstream = origin.accept().await;
    upstream.head().await;
    let coding = if coded { "Content-Encoding: gzip\r\n" } else { "" };
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n";
    upstream.send(format!("{head}{coding}\r\n")).await;
    let mut body = Vec::new();
    if coded {
        // RFC 1952 2.3: a head without options. RFC 1951 3.2.4: a block of bytes as they are, and not the last one.
        let length = u16::try_from(page.len()).unwrap();
        body.extend([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0]);
        body.extend([length.to_le_bytes(), (!length).to_le_bytes()].concat());
    }
    body.extend_from_slice(page.as_bytes());
    upstream.send([format!("{:x}\r\n", body.len()).as_bytes(), &body, b"\r\n"].concat()).await;
    upstream
}

/// As much of a page as can be read.
fn read(body: &[u8], coded: bool) -> String {
    use compression_codecs::core::util::{PartialBuffer, WriteBuffer};
    use compression_codecs::{DecodeV2, GzipDecoder};

    let mut page = [0; 1024];
    let mut room = WriteBuffer::new_initialized(&mut page);
    if !coded {
        return String::from_utf8(body.to_vec()).unwrap();
    }
    // With no more to read it may say that there should be.
    let _ = GzipDecoder::new().decode(&mut PartialBuffer::new(body), &mut room);
    String::from_utf8(room.written().to_vec()).unwrap()
}

const BEGUN: &str = "<p>one</p><img src='https://www.facebook.com/tr?id=1'><p>two</p><scr";

#[tokio::test]
async fn a_filtered_page_that_breaks_off_does_so_behind_what_had_come() {
    let origin = RawOrigin::start().await;
    let proxy = Proxy::before(&origin.url()).await;
    for coded in [false, true] {
        for mut client in Client::both(proxy.address).await {
            let request = Request::get("/").header("sec-gpc", "1").body(full("")).unwrap();
            let (response, upstream) = tokio::join!(client.send(request), begin(&origin, BEGUN, coded));
            let (mut body, mut come) = (response.into_body(), Vec::new());
            while read(&come, coded) != "<p>one</p><p>two</p>" {
                come.extend(soon(body.frame()).await.unwrap().unwrap().into_data().unwrap());
            }
            drop(upstream);
            let end = loop {
                match soon(body.frame()).await {
                    Some(Ok(frame)) => come.extend(frame.into_data().unwrap()),
                    end => break end,
                }
            };
            assert!(end.is_some_and(|end| end.is_err()), "it does not look whole");
            let come = read(&come, coded);
            // What was held back may go down with the connection.
            assert!(["<p>one</p><p>two</p>", "<p>one</p><p>two</p><scr"].contains(&&*come), "{come}");
        }
    }
}

#[tokio::test]
async fn an_opted_out_browser_that_leaves_ends_the_page_at_the_origin() {
    let origin = RawOrigin::start().await;
    let proxy = Proxy::before(&origin.url()).await;
    for coded in [false, true] {
        for mut client in Client::both(proxy.address).await {
            let request = Request::get("/").header("sec-gpc", "1").body(full("")).unwrap();
            let (response, mut upstream) = tokio::join!(client.send(request), begin(&origin, BEGUN, coded));
            let mut body = response.into_body();
            assert!(!soon(body.frame()).await.unwrap().unwrap().into_data().unwrap().is_empty());
            drop((body, client));
            assert_eq!(upstream.rest().await, "", "closed, though the page goes on");
        }
    }
}
