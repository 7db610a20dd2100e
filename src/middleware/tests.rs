use std::convert::Infallible;

use http::header::{ACCEPT_ENCODING, ETAG, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, LINK, RANGE, SET_COOKIE};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body::Body;

use super::testing::{FILTERED, PAGE, Said, Script, answer, drain, exchange, get, head, html, opted_out, respond};
use super::{Gpc, GpcBody, GpcLayer, Reason, Unfilterable};
use crate::consent::ConsentState;
use crate::policy::Policy;
use crate::site::SupportResource;

/// What one response becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Head and body are as they came.
    Untouched,
    /// Only `Vary` was added.
    Varies,
    /// The body is as it came; the head is that of the filtered variant.
    Head,
    Filtered,
    /// 502.
    Refused,
}
use Fate::{Filtered, Head, Refused, Untouched, Varies};

type Fields = &'static [(&'static str, &'static str)];

const DESCRIBED: Fields = &[
    ("content-length", "138"),
    ("etag", "\"v1\""),
    ("last-modified", "Mon, 23 Nov 2026 00:00:00 GMT"),
    ("accept-ranges", "bytes"),
    ("repr-digest", "sha-256=:AA==:"),
    ("cache-control", "max-age=60"),
];

fn fate(layer: &GpcLayer, request: Request<()>, status: u16, fields: Fields) -> Fate {
    let mut response = respond(status, DESCRIBED, Script::chunks([PAGE.as_bytes()]));
    response.headers_mut().extend(head(fields));
    let before = response.headers().clone();
    let (parts, body) = answer(layer, request, response).into_parts();
    let text = String::from_utf8(drain(body).data()).unwrap();
    if parts.status != status {
        assert_eq!(parts.status, StatusCode::BAD_GATEWAY);
        assert!(!text.contains("tracker.test"));
        assert_eq!(parts.headers["cache-control"], "no-store");
        assert_eq!(parts.headers["content-type"], "text/plain; charset=utf-8");
        assert_eq!(parts.headers.len(), 2);
        return Refused;
    }
    if parts.headers == before {
        assert_eq!(text, PAGE);
        return Untouched;
    }
    assert_eq!(vary(&parts.headers), ["sec-gpc", "cookie"]);
    let mut without = parts.headers.clone();
    without.remove("vary");
    if without == before {
        assert_eq!(text, PAGE);
        return Varies;
    }
    assert!(without["etag"].to_str().unwrap().starts_with("W/\"v1"));
    for name in ["content-length", "last-modified", "accept-ranges", "repr-digest"] {
        assert!(!without.contains_key(name), "{name}");
    }
    assert_eq!(without["cache-control"], "max-age=60");
    if text == PAGE { Head } else { Filtered }
}

fn vary(headers: &HeaderMap) -> Vec<String> {
    let lines = headers.get_all("vary").iter().map(|value| value.to_str().unwrap());
    lines.flat_map(|line| line.split(',')).map(|name| name.trim().to_ascii_lowercase()).collect()
}

fn with_method(method: &Method, mut request: Request<()>) -> Request<()> {
    *request.method_mut() = method.clone();
    request
}

/// The validator under which the filtered variant of `"v1"` went out.
fn our_tag(layer: &GpcLayer) -> &'static str {
    let mut response = html(Script::default());
    response.headers_mut().extend(head(&[("etag", "\"v1\"")]));
    let response = answer(layer, opted_out(), response);
    String::from(response.headers()[ETAG].to_str().unwrap()).leak()
}

#[test]
fn what_happens_to_which_response() {
    let said = Said::default();
    let pass = said.layer();
    let refuse = said.layer().unfilterable(Unfilterable::BadGateway);
    let observe = said.layer().policy(Policy::new().report_only(true)).unwrap();
    // (status, fields, [not opted out, opted out, opted out and strict about what cannot be filtered], HEAD)
    #[rustfmt::skip]
    let table: &[(u16, Fields, [Fate; 3], [Fate; 3])] = &[
        (200, &[("content-type", "text/html")], [Varies, Filtered, Filtered], [Varies, Head, Head]),
        (200, &[("content-type", "TEXT/HTML;charset=utf-8")], [Varies, Filtered, Filtered], [Varies, Head, Head]),
        (200, &[("content-type", "application/xhtml+xml")], [Varies, Filtered, Filtered], [Varies, Head, Head]),
        (201, &[("content-type", "text/html")], [Varies, Filtered, Filtered], [Varies, Head, Head]),
        (404, &[("content-type", "text/html")], [Varies, Filtered, Filtered], [Varies, Head, Head]),
        (503, &[("content-type", "text/html")], [Varies, Filtered, Filtered], [Varies, Head, Head]),
        (300, &[("content-type", "text/html")], [Varies, Filtered, Filtered], [Varies, Head, Head]),
        (200, &[("content-type", "text/html"), ("content-encoding", "identity")], [Varies, Filtered, Filtered], [Varies, Head, Head]),
        (200, &[("content-type", "text/html"), ("content-encoding", "sdch")], [Varies, Varies, Refused], [Varies, Varies, Varies]),
        (200, &[("content-type", "text/html"), ("content-encoding", "gzip, br")], [Varies, Varies, Refused], [Varies, Varies, Varies]),
        (200, &[("content-type", "text/html; charset=utf-16")], [Varies, Varies, Refused], [Varies, Varies, Varies]),
        (200, &[("content-type", "text/html; charset=iso-2022-jp")], [Varies, Varies, Refused], [Varies, Varies, Varies]),
        (206, &[("content-type", "text/html")], [Varies, Varies, Refused], [Varies, Varies, Varies]),
        (204, &[("content-type", "text/html")], [Varies, Varies, Varies], [Varies, Varies, Varies]),
        (302, &[("content-type", "text/html"), ("location", "/")], [Varies, Varies, Varies], [Varies, Varies, Varies]),
        (304, &[], [Varies, Varies, Varies], [Varies, Varies, Varies]),
        (200, &[("content-type", "application/json")], [Untouched; 3], [Untouched; 3]),
        (200, &[("content-type", "image/png"), ("content-encoding", "sdch")], [Untouched; 3], [Untouched; 3]),
        (206, &[("content-type", "video/mp4")], [Untouched; 3], [Untouched; 3]),
        (200, &[], [Untouched; 3], [Untouched; 3]),
        (500, &[("content-type", "text/plain")], [Untouched; 3], [Untouched; 3]),
    ];
    for (status, fields, want, want_head) in table {
        for (method, want) in [(Method::GET, want), (Method::POST, want), (Method::HEAD, want_head)] {
            let got = [(&pass, get(&[])), (&pass, opted_out()), (&refuse, opted_out())]
                .map(|(layer, request)| fate(layer, with_method(&method, request), *status, fields));
            assert_eq!(got, *want, "{method} {status} {fields:?}");
            for request in [get(&[]), opted_out()] {
                let got = fate(&observe, with_method(&method, request), *status, fields);
                assert_eq!(got, Untouched, "report-only: {method} {status} {fields:?}");
            }
        }
    }
}

#[test]
fn what_cannot_be_filtered_is_said_with_its_reason() {
    let said = Said::default();
    let layers = [
        said.layer(),
        said.layer().unfilterable(Unfilterable::BadGateway),
        said.layer().policy(Policy::new().report_only(true)).unwrap(),
    ];
    let table: &[(u16, Fields, Reason)] = &[
        (200, &[("content-type", "text/html"), ("content-encoding", "sdch")], Reason::UnknownCoding),
        (200, &[("content-type", "text/html; charset=utf-16be")], Reason::Utf16),
        (200, &[("content-type", "text/html; charset=csiso2022jp")], Reason::Stateful),
        (206, &[("content-type", "text/html")], Reason::Partial),
    ];
    for (status, fields, reason) in table {
        for layer in &layers {
            fate(layer, opted_out(), *status, fields);
            said.once(0, Some(*reason));
            fate(layer, with_method(&Method::HEAD, opted_out()), *status, fields);
            fate(layer, get(&[]), *status, fields);
            assert_eq!(said.take().len(), 0, "nothing to filter in {fields:?}");
        }
    }
}

#[test]
fn trackers_leave_every_head() {
    let said = Said::default();
    let layer = said.layer();
    let fields: Fields = &[
        ("content-type", "application/json"),
        ("set-cookie", "_track=1; Path=/"),
        ("set-cookie", "session=2; HttpOnly"),
        ("link", "<https://tracker.test/t.js>; rel=preload"),
        ("link", "</own.css>; rel=preload"),
    ];
    let response = |status| {
        let mut response = respond(status, &[], Script::chunks([&b"{}"[..]]));
        for &(name, value) in fields {
            response.headers_mut().append(name, value.parse().unwrap());
        }
        response
    };
    for status in [200, 204, 206, 302, 304, 404, 500] {
        let got = answer(&layer, opted_out(), response(status));
        let all = |name| got.headers().get_all(name).iter().map(|value| value.to_str().unwrap()).collect::<Vec<_>>();
        assert_eq!(all(SET_COOKIE), ["session=2; HttpOnly"], "{status}");
        assert_eq!(all(LINK), ["</own.css>; rel=preload"], "{status}");
        assert_eq!(vary(got.headers()), ["sec-gpc", "cookie"], "{status}");
        drain(got.into_body()).assert_text("{}");
        said.once(2, None);

        let got = answer(&layer, get(&[]), response(status));
        assert_eq!(got.headers().get_all(SET_COOKIE).iter().count(), 2);
        assert_eq!(vary(got.headers()), ["sec-gpc", "cookie"], "the other variant lacks them");
        assert!(said.take().is_empty());

        let observe = said.layer().policy(Policy::new().report_only(true)).unwrap();
        let got = answer(&observe, opted_out(), response(status));
        assert_eq!(got.headers(), response(status).headers());
        said.once(2, None);
    }

    // The head's and the body's losses are said together.
    let mut page = html(Script::chunks([PAGE.as_bytes()]));
    page.headers_mut().append(SET_COOKIE, "_track=1".parse().unwrap());
    drain(answer(&layer, opted_out(), page.clone()).into_body()).assert_text(FILTERED);
    said.once(2, None);
    drop(answer(&layer, with_method(&Method::HEAD, opted_out()), page));
    said.once(1, None);
}

#[test]
fn every_request_carries_the_state() {
    let said = Said::default();
    let report_only = said.layer().policy(Policy::new().report_only(true)).unwrap();
    for layer in [said.layer(), report_only, said.layer().read_cookies(false)] {
        for method in [Method::GET, Method::POST, Method::OPTIONS, Method::from_bytes(b"BREW").unwrap()] {
            for (request, want) in [(get(&[]), false), (opted_out(), true), (get(&[("sec-gpc", "true")]), false)] {
                let (seen, _) = exchange(&layer, with_method(&method, request), html(Script::default()));
                let state = seen.unwrap().extensions().get::<ConsentState>().copied();
                assert_eq!(state.map(ConsentState::opted_out), Some(want), "{method}");
            }
        }
    }
}

#[test]
fn a_cookie_is_only_read_where_it_is_wanted() {
    let said = Said::default();
    let request = || get(&[("cookie", "a=b; usprivacy=1YYN")]);
    let body = || html(Script::chunks([PAGE.as_bytes()]));
    let response = answer(&said.layer(), request(), body());
    assert_eq!(vary(response.headers()), ["sec-gpc", "cookie"]);
    drain(response.into_body()).assert_text(FILTERED);

    let response = answer(&said.layer().read_cookies(false), request(), body());
    assert_eq!(vary(response.headers()), ["sec-gpc"]);
    drain(response.into_body()).assert_text(PAGE);
}

#[test]
fn the_signal_is_forwarded_and_never_removed() {
    let said = Said::default();
    let sent = |layer: &GpcLayer, fields: Fields| {
        let mut request = Request::new(());
        for &(name, value) in fields {
            request.headers_mut().append(name, value.parse().unwrap());
        }
        let seen = exchange(layer, request, html(Script::default())).0.unwrap();
        seen.headers().get_all("sec-gpc").iter().map(|value| value.to_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (quiet, forwarding) = (said.layer(), said.layer().forward_signal(true));
    let report_only = said.layer().forward_signal(true).policy(Policy::new().report_only(true)).unwrap();
    let table: &[(Fields, &[&str], &[&str])] = &[
        (&[("sec-gpc", "1")], &["1"], &["1"]),
        (&[("sec-gpc", "0"), ("sec-gpc", "1")], &["0", "1"], &["0", "1"]),
        (&[("cookie", "usprivacy=1YYN")], &[], &["1"]),
        (&[("cookie", "usprivacy=1YYN"), ("sec-gpc", "true"), ("sec-gpc", "0")], &["true", "0"], &["1"]),
        (&[("sec-gpc", "0")], &["0"], &["0"]),
        (&[], &[], &[]),
    ];
    for (fields, kept, forwarded) in table {
        assert_eq!(sent(&quiet, fields), *kept, "{fields:?}");
        assert_eq!(sent(&report_only, fields), *kept, "{fields:?}");
        assert_eq!(sent(&forwarding, fields), *forwarded, "{fields:?}");
    }
}

#[test]
fn the_inner_service_is_asked_for_a_whole_page_in_a_known_coding() {
    let said = Said::default();
    let layer = said.layer();
    let fields: Fields = &[
        ("accept-encoding", "sdch, *;q=0"),
        ("range", "bytes=0-9"),
        ("if-modified-since", "Mon, 23 Nov 2026 00:00:00 GMT"),
        ("if-none-match", "\"v1\""),
        ("if-match", "\"v1\""),
    ];
    let seen = |layer: &GpcLayer, method: &Method, more: Fields| {
        let mut request = with_method(method, get(fields));
        request.headers_mut().extend(head(more));
        exchange(layer, request, html(Script::default())).0.unwrap().headers().clone()
    };
    let unchanged = |headers: &HeaderMap| fields.iter().all(|(name, value)| headers[*name] == *value);
    let gone = |headers: &HeaderMap, name| !headers.contains_key(name);

    let page = seen(&layer, &Method::GET, &[("sec-gpc", "1"), ("sec-fetch-dest", "document")]);
    assert_eq!(page[ACCEPT_ENCODING], "*;q=0");
    assert!(gone(&page, RANGE) && gone(&page, IF_MODIFIED_SINCE) && gone(&page, IF_NONE_MATCH));
    assert_eq!(page[IF_MATCH], "\"v1\"");

    // Some client: a page or not, nobody knows.
    let unknown = seen(&layer, &Method::GET, &[("sec-gpc", "1")]);
    assert_eq!(unknown[ACCEPT_ENCODING], "*;q=0");
    assert_eq!(unknown[RANGE], "bytes=0-9");
    assert!(gone(&unknown, IF_MODIFIED_SINCE) && gone(&unknown, IF_NONE_MATCH));

    // RFC 9110 13.1.2: of a change, the precondition guards the change.
    let put = seen(&layer, &Method::PUT, &[("sec-gpc", "1"), ("sec-fetch-dest", "document")]);
    assert!(!gone(&put, IF_NONE_MATCH) && !gone(&put, IF_MODIFIED_SINCE) && !gone(&put, RANGE));
    assert_eq!(put[ACCEPT_ENCODING], "*;q=0");
    for fields in [&[][..], &[("sec-gpc", "1")]] {
        let mut request = with_method(&Method::PUT, get(fields));
        request.headers_mut().extend(head(&[("if-none-match", our_tag(&layer))]));
        let seen = exchange(&layer, request, html(Script::default())).0.unwrap();
        assert_eq!(seen.headers()[IF_NONE_MATCH], "\"v1\"", "the origin must recognise it");
    }

    assert!(unchanged(&seen(&layer, &Method::GET, &[("sec-gpc", "1"), ("sec-fetch-dest", "image")])));
    assert!(unchanged(&seen(&layer, &Method::GET, &[("sec-fetch-dest", "document")])));
    let report_only = said.layer().policy(Policy::new().report_only(true)).unwrap();
    assert!(unchanged(&seen(&report_only, &Method::GET, &[("sec-gpc", "1"), ("sec-fetch-dest", "document")])));
    let mut request = opted_out();
    request.headers_mut().extend(head(&[("if-none-match", our_tag(&layer)), ("if-modified-since", "x")]));
    let want = request.headers().clone();
    assert_eq!(exchange(&report_only, request, html(Script::default())).0.unwrap().headers(), &want);
}

#[test]
fn a_page_that_puts_a_string_right_is_asked_for_as_a_whole() {
    let said = Said::default();
    let layer = said.layer();
    for (cookie, conditional) in [("usprivacy=1YYN", true), ("usprivacy=1YNN", false)] {
        let mut request = opted_out();
        request.headers_mut().extend(head(&[("if-none-match", our_tag(&layer)), ("cookie", cookie)]));
        let (seen, response) = exchange(&layer, request, html(Script::default()));
        assert_eq!(seen.unwrap().headers().contains_key(IF_NONE_MATCH), conditional, "{cookie}");
        assert_eq!(response.headers().contains_key(SET_COOKIE), !conditional, "{cookie}");
    }
}

#[test]
fn a_validator_only_ever_speaks_of_its_own_variant() {
    let said = Said::default();
    let layer = said.layer();
    let ours = our_tag(&layer);
    let asked = |mut request: Request<()>, tag: &'static str| {
        request.headers_mut().extend(head(&[("if-none-match", tag)]));
        let not_modified = respond(304, &[("etag", "\"v1\""), ("last-modified", "x")], Script::default());
        let (seen, response) = exchange(&layer, request, not_modified);
        let upstream = seen.unwrap().headers().get(IF_NONE_MATCH).map(|tag| tag.to_str().unwrap().to_owned());
        assert_eq!(vary(response.headers()), ["sec-gpc", "cookie"]);
        (upstream, response.headers()[ETAG].to_str().unwrap().to_owned())
    };
    assert_eq!(asked(opted_out(), ours), (Some("\"v1\"".into()), ours.into()));
    assert_eq!(asked(opted_out(), "\"v1\"").0, None);
    assert_eq!(asked(get(&[]), "\"v1\""), (Some("\"v1\"".into()), "\"v1\"".into()));
    assert_eq!(asked(get(&[]), ours).0, None);

    // A 304 about an image says nothing of a page.
    let image = get(&[("sec-gpc", "1"), ("sec-fetch-dest", "image"), ("if-none-match", "\"v1\"")]);
    let response = answer(&layer, image, respond(304, &[("etag", "\"v1\"")], Script::default()));
    assert_eq!(response.headers(), &head(&[("etag", "\"v1\"")]));
}

#[test]
fn the_support_resource_is_answered_unless_nothing_is_honoured() {
    let said = Said::default();
    let ask = |layer: &GpcLayer, method: &Method| {
        let mut request = with_method(method, get(&[]));
        *request.uri_mut() = "http://a.test/.well-known/gpc.json?x".parse().unwrap();
        let (seen, response) = exchange(layer, request, respond(404, &[], Script::default()));
        (seen.is_some(), response)
    };
    let (asked, response) = ask(&said.layer(), &Method::GET);
    assert!(!asked && response.status() == 200);
    let json: serde_json::Value = serde_json::from_slice(&drain(response.into_body()).data()).unwrap();
    assert_eq!(json["gpc"], true);
    let (asked, response) = ask(&said.layer(), &Method::HEAD);
    assert!(!asked && response.status() == 200 && response.body().is_end_stream());

    let report_only = said.layer().policy(Policy::new().report_only(true)).unwrap();
    for layer in [said.layer().support_resource(SupportResource::origin()), report_only] {
        let (asked, response) = ask(&layer, &Method::GET);
        assert!(asked && response.status() == 404);
    }
    assert!(ask(&said.layer(), &Method::POST).0);
}

#[test]
fn an_error_of_the_inner_service_is_its_own() {
    let said = Said::default();
    let service = tower::Layer::layer(
        &said.layer(),
        tower::service_fn(|_: Request<()>| std::future::ready(Err::<Response<Script>, _>("down"))),
    );
    let mut future = std::pin::pin!(tower::ServiceExt::oneshot(service, opted_out()));
    let polled = future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
    assert!(matches!(polled, std::task::Poll::Ready(Err("down"))));
    assert!(said.take().is_empty());
}

#[tokio::test]
async fn an_axum_router_takes_the_layer() {
    use tower::ServiceExt;

    let said = Said::default();
    let page = || async { axum::response::Html(PAGE) };
    let app = axum::Router::new().route("/", axum::routing::get(page)).layer(said.layer());
    let request = Request::builder().uri("/").header("sec-gpc", "1").body(axum::body::Body::empty()).unwrap();
    let response = app.oneshot(request).await.unwrap();
    assert!(!response.headers().contains_key("content-length"));
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    assert_eq!(body, FILTERED);
    said.once(1, None);
}

#[test]
fn the_service_is_one_pointer_more_than_the_inner_one() {
    assert_eq!(size_of::<Gpc<()>>(), size_of::<usize>());
    let _: fn(&Gpc<u8>) -> Gpc<u8> = Clone::clone;
    // The types that hyper wants.
    fn served<S: tower::Service<Request<()>, Response = Response<GpcBody<Script>>, Error = Infallible>>(_: S) {}
    let inner = tower::service_fn(|_: Request<()>| std::future::ready(Ok(Response::new(Script::default()))));
    served(tower::Layer::layer(&GpcLayer::new(), inner));
}

/// Events are public: a visitor must not be found in them.
#[cfg(feature = "tracing")]
mod events {
    use std::cell::RefCell;
    use std::io::Write;
    use std::sync::Once;

    use bytes::Bytes;

    use super::*;
    use crate::middleware::testing::Act;

    thread_local! {
        static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }

    struct Log;

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            LOG.with_borrow_mut(|log| log.write(bytes))
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// What `act` logs. The subscriber is the process's own: a scoped one is not heard where another test's thread, which
    /// has none, was the first to meet the event.
    fn logged(act: impl FnOnce()) -> Vec<String> {
        static SUBSCRIBER: Once = Once::new();
        SUBSCRIBER.call_once(|| {
            let format = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
            tracing::subscriber::set_global_default(format.with_writer(|| Log).finish()).unwrap();
        });
        LOG.take();
        act();
        let text = String::from_utf8(LOG.take()).unwrap();
        text.lines().filter(|line| line.contains("tower_gpc")).map(str::to_owned).collect()
    }

    fn visit(fields: Fields, body: Script) {
        let said = Said::default();
        let mut request =
            get(&[("sec-gpc", "1"), ("cookie", "id=secret; usprivacy=1YNN"), ("referer", "https://a.test/secret")]);
        *request.uri_mut() = "/secret?secret".parse().unwrap();
        let mut response = respond(200, fields, body);
        response.headers_mut().append(SET_COOKIE, "_track=secret".parse().unwrap());
        drain(answer(&said.layer(), request, response).into_body());
    }

    /// What is said of the response, behind the line that says what was heard.
    fn of_response(mut lines: Vec<String>) -> Vec<String> {
        let heard = lines.remove(0);
        assert!(heard.contains("TRACE") && heard.contains("(Sec-GPC; overruled: US Privacy string)"), "{heard}");
        assert!(!heard.contains("secret") && !heard.contains("1YNN"), "{heard}");
        lines
    }

    #[test]
    fn one_line_a_page_and_no_visitor_in_it() {
        let page = PAGE.replace("t.js", "t.js?secret");
        let lines = of_response(logged(|| visit(&[("content-type", "text/html")], Script::chunks([page.as_bytes()]))));
        assert_eq!(lines.len(), 1, "{lines:?}");
        for part in ["DEBUG", "track:script=1", "track:cookie=1", "bytes_in=", "bytes_out=", "observed=false"] {
            assert!(lines[0].contains(part), "{part} in {lines:?}");
        }
        assert!(!lines[0].contains("secret") && !lines[0].contains("tracker.test"), "{lines:?}");
        assert!(!lines[0].contains("reason"), "{lines:?}");
    }

    #[test]
    fn what_is_not_filtered_is_a_warning() {
        let fields: Fields = &[("content-type", "text/html"), ("content-encoding", "secret")];
        let lines = of_response(logged(|| visit(fields, Script::chunks([PAGE.as_bytes()]))));
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].contains("WARN") && lines[0].contains("unknown-coding"), "{lines:?}");
        assert!(!lines[0].contains("secret"), "{lines:?}");

        let body = Script::new([Act::Data(Bytes::from("x")), Act::Error]);
        let lines = of_response(logged(|| visit(&[("content-type", "text/html")], body)));
        assert!(lines.len() == 1 && lines[0].contains("WARN") && lines[0].contains("body-error"), "{lines:?}");
    }

    #[test]
    fn who_is_not_opted_out_leaves_no_line() {
        let said = Said::default();
        let lines = logged(|| drop(drain(answer(&said.layer(), get(&[]), html(Script::default())).into_body())));
        assert!(lines.is_empty(), "{lines:?}");
    }
}
