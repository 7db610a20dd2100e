//! What the layer costs one request, beside tower-http's `SetResponseHeaderLayer` and a bare extension insert.
//!
//! A request is what a server hands over: it is made outside of the timed part, moved into the service and dropped there.
//! The answer is made by the inner service, and dropped inside of the timed part too, unread but for the page of the last
//! two groups. All groups have the same request, the same inner service and the same way of being polled, so that they
//! differ by the layer alone.
//!
//! The figure that counts is `gpc, not opted out` by `set response header`: at most 1.5. Groups are timed one after the
//! other, which on a busy machine tells more of the neighbours than of the layers, so it is taken again at the end, the
//! services in turns and the median of many.

use std::convert::Infallible;
use std::error::Error;
use std::future::{Ready, ready};
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use bytes::Bytes;
use criterion::{BatchSize, Criterion};
use http::header::{self, HeaderName, HeaderValue};
use http::{Request, Response};
use http_body::Body;
use http_body_util::Full;
use tower::{Layer, Service};
use tower_gpc::signal::SEC_GPC;
use tower_gpc::{ConsentState, GpcLayer};
use tower_http::set_header::SetResponseHeaderLayer;

/// What a browser sends when somebody opens a page, but for its cookies.
const FIELDS: [(&str, &str); 14] = [
    ("host", "www.example.com"),
    ("connection", "keep-alive"),
    ("sec-ch-ua", r#""Chromium";v="142", "Google Chrome";v="142", "Not_A Brand";v="99""#),
    ("sec-ch-ua-mobile", "?0"),
    ("sec-ch-ua-platform", r#""Windows""#),
    ("upgrade-insecure-requests", "1"),
    (
        "user-agent",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    ),
    ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8"),
    ("sec-fetch-site", "same-origin"),
    ("sec-fetch-mode", "navigate"),
    ("sec-fetch-user", "?1"),
    ("sec-fetch-dest", "document"),
    ("accept-encoding", "gzip, deflate, br, zstd"),
    ("accept-language", "en-US,en;q=0.9"),
];

/// 20 cookies, about 1 kB, none of them an opt-out.
const COOKIES: [(&str, usize); 20] = [
    ("_ga", 26),
    ("_ga_Q7C2XK9L4M", 44),
    ("_gid", 27),
    ("_fbp", 29),
    ("_gcl_au", 24),
    ("session", 64),
    ("csrftoken", 32),
    ("_hjSessionUser_3177401", 120),
    ("_hjSession_3177401", 90),
    ("OptanonAlertBoxClosed", 24),
    ("__cf_bm", 88),
    ("cart", 36),
    ("theme", 4),
    ("locale", 5),
    ("ab_bucket", 8),
    ("_uetsid", 32),
    ("_uetvid", 32),
    ("__stripe_mid", 42),
    ("ajs_anonymous_id", 36),
    ("consent_seen", 4),
];

fn cookies() -> String {
    // Letters as identifiers have them: a search for a rare byte must not look better than it is.
    const VALUE: &str = "gX4vPq-Zr81cKy_mT0uWnB7eJh5sLd.Ra9VioxE2yfG6pHwQ3tNzCkYbDUSjMAlFOI";
    let pair = |(name, length): (&str, usize)| {
        let value: String = VALUE.chars().cycle().skip(name.len()).take(length).collect();
        format!("{name}={value}")
    };
    COOKIES.map(pair).join("; ")
}

/// As a parser leaves it: values are slices of one buffer.
fn request(opted_out: bool) -> Result<Request<()>, http::Error> {
    let cookies = cookies();
    let fields = FIELDS.into_iter().chain([("cookie", cookies.as_str())]);
    let mut wire = String::new();
    let mut spans = Vec::new();
    for (name, value) in fields.chain(opted_out.then_some(("sec-gpc", "1"))) {
        spans.push((name, wire.len()..wire.len() + value.len()));
        wire.push_str(value);
    }
    let wire = Bytes::from(wire);
    let mut request = Request::new(());
    *request.uri_mut() = "/account/settings?tab=profile".parse::<http::Uri>()?;
    for (name, span) in spans {
        let name = HeaderName::from_bytes(name.as_bytes())?;
        request.headers_mut().append(name, HeaderValue::from_maybe_shared(wire.slice(span))?);
    }
    Ok(request)
}

/// The inner service: drops the request and answers with one type and one body.
#[derive(Clone)]
struct Answer {
    media: &'static str,
    body: Bytes,
}

impl Service<Request<()>> for Answer {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        drop(black_box(request));
        let mut response = Response::new(Full::new(self.body.clone()));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(self.media));
        ready(Ok(response))
    }
}

/// The least that a layer can do to tell the handlers behind it something.
#[derive(Clone)]
struct Insert<S>(S);

impl<S: Service<Request<()>>> Service<Request<()>> for Insert<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<()>) -> S::Future {
        request.extensions_mut().insert(ConsentState::default());
        self.0.call(request)
    }
}

/// One request: ready, called, polled once.
fn call<S, B>(service: &mut S, request: Request<()>) -> Option<Response<B>>
where
    S: Service<Request<()>, Response = Response<B>, Error = Infallible>,
{
    let cx = &mut Context::from_waker(Waker::noop());
    let Poll::Ready(Ok(())) = service.poll_ready(cx) else { return None };
    match pin!(service.call(request)).poll(cx) {
        Poll::Ready(Ok(response)) => Some(response),
        Poll::Pending => None,
    }
}

/// Reads a body to its end and gives its length.
fn drain(body: impl Body<Data = Bytes>) -> usize {
    let cx = &mut Context::from_waker(Waker::noop());
    let mut body = pin!(body);
    let mut length = 0;
    while let Poll::Ready(Some(Ok(frame))) = body.as_mut().poll_frame(cx) {
        length += frame.data_ref().map_or(0, Bytes::len);
    }
    length
}

/// Requests made at once, before the clock starts: few enough for all to be in the first cache, as one that was just
/// parsed is.
const BATCH: usize = 8;

fn heads<S, B>(criterion: &mut Criterion, name: &str, mut service: S, request: &Request<()>)
where
    S: Service<Request<()>, Response = Response<B>, Error = Infallible>,
{
    let group = &mut criterion.benchmark_group("json");
    group.bench_function(name, |bencher| {
        bencher.iter_batched(
            || request.clone(),
            |request| drop(black_box(call(&mut service, request))),
            BatchSize::NumIterations(BATCH as u64),
        );
    });
}

fn bodies<S, B>(criterion: &mut Criterion, name: &str, mut service: S, request: &Request<()>)
where
    S: Service<Request<()>, Response = Response<B>, Error = Infallible>,
    B: Body<Data = Bytes>,
{
    let group = &mut criterion.benchmark_group("html");
    group.bench_function(name, |bencher| {
        let read = |request| call(&mut service, request).map(|response| drain(response.into_body()));
        bencher.iter_batched(|| request.clone(), read, BatchSize::NumIterations(BATCH as u64));
    });
}

/// Batches per service: enough that most of them are left in peace.
const TURNS: usize = 4096;

/// Nanoseconds per request for one batch.
fn batch<S, B>(service: &mut S, request: &Request<()>) -> f64
where
    S: Service<Request<()>, Response = Response<B>, Error = Infallible>,
{
    let requests = [(); BATCH].map(|()| request.clone());
    let start = Instant::now();
    requests.into_iter().for_each(|request| drop(black_box(call(service, request))));
    start.elapsed().as_nanos() as f64 / BATCH as f64
}

/// Calls the services in turns and prints the median of each.
fn in_turns(answer: &Answer, set_header: &SetResponseHeaderLayer<HeaderValue>, gpc: &GpcLayer, request: &Request<()>) {
    let (mut none, mut insert) = (answer.clone(), Insert(answer.clone()));
    let (mut set_header, mut gpc) = (set_header.layer(answer.clone()), gpc.layer(answer.clone()));
    let mut times: [Vec<f64>; 4] = Default::default();
    for _ in 0..TURNS {
        let turn = [
            batch(&mut none, request),
            batch(&mut insert, request),
            batch(&mut set_header, request),
            batch(&mut gpc, request),
        ];
        times.iter_mut().zip(turn).for_each(|(times, time)| times.push(time));
    }
    let [none, insert, set_header, gpc] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times.get(TURNS / 2).copied().unwrap_or_default()
    });
    println!(
        "in turns: no-op {none:.0} ns, insert {insert:.0} ns, set response header {set_header:.0} ns, gpc {gpc:.0} ns"
    );
    println!("gpc, not opted out, by set response header: {:.2}", gpc / set_header);
}

fn main() -> Result<(), Box<dyn Error>> {
    let json = Answer { media: "application/json", body: Bytes::from_static(br#"{"id":17,"name":"A","ok":true}"#) };
    let html = Answer {
        media: "text/html; charset=utf-8",
        body: "<p class=\"note\">A page without a tracker.</p>\n".repeat(400).into(),
    };
    let set_header = SetResponseHeaderLayer::overriding(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    let gpc = GpcLayer::new();
    let (quiet, opted_out) = (request(false)?, request(true)?);
    assert!(quiet.headers().len() == 15 && opted_out.headers().contains_key(SEC_GPC));

    let criterion = &mut Criterion::default().configure_from_args();
    heads(criterion, "no-op service", json.clone(), &quiet);
    heads(criterion, "set response header", set_header.layer(json.clone()), &quiet);
    heads(criterion, "extension insert", Insert(json.clone()), &quiet);
    heads(criterion, "gpc, not opted out", gpc.layer(json.clone()), &quiet);
    heads(criterion, "gpc, opted out", gpc.layer(json.clone()), &opted_out);
    bodies(criterion, "no-op service", html.clone(), &quiet);
    bodies(criterion, "gpc, not opted out", gpc.layer(html.clone()), &quiet);
    bodies(criterion, "gpc, opted out", gpc.layer(html), &opted_out);
    criterion.final_summary();
    in_turns(&json, &set_header, &gpc, &quiet);
    Ok(())
}
