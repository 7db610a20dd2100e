//! How others fail, as tests named after the failure. Each is one way in which a site that says it honours the signal
//! does not, or in which honouring it breaks the site.

use std::convert::Infallible;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, header};
use http_body_util::{BodyExt, Full};
use tower::{Layer, ServiceExt, service_fn};
use tower_gpc::{ConsentState, GpcLayer};

async fn answer(headers: &[(&str, &[u8])], page: &'static str) -> (HeaderMap, String) {
    let mut request = Request::new(Full::<Bytes>::default());
    for (name, value) in headers {
        let name = header::HeaderName::from_bytes(name.as_bytes()).unwrap();
        request.headers_mut().append(name, HeaderValue::from_bytes(value).unwrap());
    }
    let service = GpcLayer::new().layer(service_fn(move |_| async move {
        let response = Response::builder().header(header::CONTENT_TYPE, "text/html; charset=utf-8");
        Ok::<_, Infallible>(response.body(Full::<Bytes>::from(page)).unwrap())
    }));
    let (head, body) = service.oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (head.headers, String::from_utf8(body.to_vec()).unwrap())
}

async fn opted_out(page: &'static str) -> String {
    answer(&[("sec-gpc", b"1")], page).await.1
}

#[tokio::test]
async fn a_tag_that_fires_before_the_signal_is_applied() {
    // The very response that carries the signal is clean, in its first byte as in its last; nothing waits for a script.
    let page = "<script src=https://connect.facebook.net/en_US/fbevents.js></script>shoes";
    assert_eq!(opted_out(page).await, "shoes");
}

#[tokio::test]
async fn a_tag_injected_by_an_allowed_loader() {
    let page = "<script>(function(w,d,s,l,i){w[l]=w[l]||[];w[l].push({'gtm.start':new Date().getTime(),event:'gtm.js'});\
        var f=d.getElementsByTagName(s)[0],j=d.createElement(s);j.async=true;\
        j.src='https://www.googletagmanager.com/gtm.js?id='+i;f.parentNode.insertBefore(j,f);\
        })(window,document,'script','dataLayer','GTM-XXXX');</script>\
        <noscript><iframe src='https://www.googletagmanager.com/ns.html?id=GTM-XXXX'></iframe></noscript>";
    assert_eq!(opted_out(page).await, "<noscript></noscript>");
}

#[tokio::test]
async fn a_type_renamed_by_an_optimizer() {
    for page in [
        "<script type=text/rocketscript data-src=https://bat.bing.com/bat.js></script>",
        "<script type='litespeed/javascript' data-src='https://bat.bing.com/bat.js'></script>",
        "<script type=text/psajs data-pagespeed-orig-src=https://bat.bing.com/bat.js></script>",
        "<script type=text/plain data-cmplz-src=https://bat.bing.com/bat.js></script>",
        "<script type=text/partytown src=https://bat.bing.com/bat.js></script>",
        "<iframe data-lazy-src='https://www.googletagmanager.com/ns.html?id=GTM-X'></iframe>",
    ] {
        assert_eq!(opted_out(page).await, "", "{page}");
    }
}

#[tokio::test]
async fn cookie_crumbs_and_bytes_that_are_no_text() {
    let page = "<img src='https://www.facebook.com/tr?id=1'>shoes";
    for cookies in [
        &[&b"a=b"[..], b"usprivacy=1YYN"][..],
        &[b"a=\xff\xfe; usprivacy=1YYN"],
        &[b"\xff\xfe", b"x; ;=; usprivacy=1yyn ;y"],
        &[b"usprivacy=1YNN", b"us_privacy=1YYN"],
        &[b"us-privacy=\"1YYN\""],
    ] {
        let headers: Vec<(&str, &[u8])> = cookies.iter().map(|cookie| ("cookie", *cookie)).collect();
        assert_eq!(answer(&headers, page).await.1, "shoes", "{cookies:?}");
    }
}

#[tokio::test]
async fn over_blocking() {
    // Payments, captchas, consent platforms, analytics, embeds and fonts stay.
    let page = "<script src=https://js.stripe.com/v3/></script>\
        <script src=https://www.google.com/recaptcha/api.js></script>\
        <script src=https://cdn.cookielaw.org/scripttemplates/otSDKStub.js></script>\
        <script>function OptanonWrapper() { fbq('consent', 'revoke'); fbq('init', '1') }</script>\
        <script src=https://www.google-analytics.com/analytics.js></script>\
        <iframe src=https://www.youtube.com/embed/x></iframe>\
        <link rel=stylesheet href=https://fonts.googleapis.com/css?family=Lora>\
        <script src=https://ajax.googleapis.com/ajax/libs/jquery/3.7.1/jquery.min.js></script>\
        <a href=https://www.facebook.com/shop>us on Facebook</a>\
        <script>if (window.fbq) { shop.pixel = true }</script>";
    assert_eq!(opted_out(page).await, page);
}

#[tokio::test]
async fn a_stored_opt_in_that_wins_over_the_signal() {
    let page = "<img src='https://www.facebook.com/tr?id=1'>shoes";
    let headers: [(&str, &[u8]); 2] = [("sec-gpc", b"1"), ("cookie", b"usprivacy=1YNN; us_privacy=1YNN")];
    assert_eq!(answer(&headers, page).await.1, "shoes");
}

#[tokio::test]
async fn a_signal_of_another_kind_taken_for_this_one() {
    let page = "<img src='https://www.facebook.com/tr?id=1'>shoes";
    for headers in [
        &[("dnt", &b"1"[..])][..],
        &[("sec-gpc", b"0")],
        &[("sec-gpc", b"true")],
        &[("sec-gpc", b"1, 1")],
        &[("cookie", b"usprivacy=1---")],
        &[("cookie", b"gpc_override=1; x-usprivacy=1YYN")],
    ] {
        assert_eq!(answer(headers, page).await.1, page, "{headers:?}");
    }
    let two: [(&str, &[u8]); 2] = [("sec-gpc", b"0"), ("sec-gpc", b"1")];
    assert_eq!(answer(&two, page).await.1, "shoes");
}

#[tokio::test]
async fn sharing_from_the_server_after_an_opt_out() {
    // Every handler can ask, whatever it answers: the state is in the extensions.
    let service = GpcLayer::new().layer(service_fn(|request: Request<Full<Bytes>>| async move {
        let state = request.extensions().get::<ConsentState>().copied().unwrap();
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::from(state.opted_out().to_string())))
    }));
    for (gpc, want) in [("1", "true"), ("0", "false")] {
        let request = Request::post("/").header("sec-gpc", gpc).body(Full::default()).unwrap();
        let body = service.clone().oneshot(request).await.unwrap().into_body();
        assert_eq!(body.collect().await.unwrap().to_bytes(), want);
    }
}

#[tokio::test]
async fn hints_and_cookies_that_carry_the_tracker_past_the_page() {
    let service = GpcLayer::new().layer(service_fn(|_: Request<Full<Bytes>>| async {
        let response = Response::builder()
            .header(header::LINK, "<https://connect.facebook.net>; rel=preconnect, </style.css>; rel=preload; as=style")
            .header(header::SET_COOKIE, "_fbp=fb.1.2.3; Path=/")
            .header(header::SET_COOKIE, "session=1; HttpOnly");
        Ok::<_, Infallible>(response.body(Full::<Bytes>::from("{}")).unwrap())
    }));
    let request = Request::get("/").header("sec-gpc", "1").body(Full::default()).unwrap();
    let response = service.oneshot(request).await.unwrap();
    assert_eq!(response.headers()[header::LINK], "</style.css>; rel=preload; as=style");
    let cookies: Vec<_> = response.headers().get_all(header::SET_COOKIE).iter().collect();
    let [session, ours] = &cookies[..] else { panic!("{cookies:?}") };
    assert_eq!(*session, "session=1; HttpOnly");
    assert!(ours.to_str().unwrap().starts_with("__Host-privacy-opt-out=1.out."), "{ours:?}");
    assert!(response.headers().contains_key(header::VARY));
}
