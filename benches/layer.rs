//! The whole layer over pages in memory: no network, no runtime, every content coding that is built in.

mod support {
    pub(crate) mod body;
    pub(crate) mod pages;
    pub(crate) mod poll;
}

use std::convert::Infallible;
use std::future::{Ready, ready};

use bytes::{Buf, Bytes};
use criterion::{BatchSize, Criterion, Throughput};
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderValue, Request, Response};
use tower::{Layer, Service, service_fn};
use tower_gpc::GpcLayer;
use tower_http::compression::CompressionLayer;

use support::body::{Frames, drain, len};
use support::pages;
use support::poll::finish;

const CODINGS: [(&str, bool); 4] = [
    ("identity", true),
    ("gzip", cfg!(feature = "gzip")),
    ("br", cfg!(feature = "br")),
    ("zstd", cfg!(feature = "zstd")),
];

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let page = pages::shop(10);
    for (coding, built) in CODINGS {
        if built {
            pages_in(&mut criterion, coding, &page);
        } else {
            println!("skipped: {coding} is not built in");
        }
    }
    criterion.final_summary();
}

/// A request whose header fields are those that matter here.
fn request(fields: &[(&'static str, &'static str)]) -> Request<()> {
    let mut request = Request::new(());
    for &(name, value) in fields {
        request.headers_mut().append(name, HeaderValue::from_static(value));
    }
    request
}

/// A service that answers every request with the same page.
fn site(
    page: &Bytes,
    coding: &'static str,
) -> impl Service<
    Request<()>,
    Response = Response<Frames>,
    Error = Infallible,
    Future = Ready<Result<Response<Frames>, Infallible>>,
> {
    let body = Frames::of(page);
    service_fn(move |_| {
        let mut response = Response::new(body.clone());
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        if coding != "identity" {
            response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        ready(Ok(response))
    })
}

fn encoded(page: &Bytes, coding: &'static str) -> Bytes {
    if coding == "identity" {
        return page.clone();
    }
    let mut service = CompressionLayer::new().layer(site(page, "identity"));
    let response = finish(service.call(request(&[(ACCEPT_ENCODING.as_str(), coding)]))).unwrap();
    assert_eq!(response.headers().get(CONTENT_ENCODING).map(HeaderValue::as_bytes), Some(coding.as_bytes()));
    let mut bytes = Vec::new();
    drain(response.into_body(), |data| bytes.extend_from_slice(data.chunk()));
    bytes.into()
}

fn pages_in(criterion: &mut Criterion, coding: &'static str, page: &Bytes) {
    let encoded = encoded(page, coding);
    let mut group = criterion.benchmark_group(format!("layer/{coding}"));
    // Bytes of the page, whatever its coding, so that the codings can be compared.
    group.throughput(Throughput::Bytes(page.len() as u64)).sample_size(30);
    group.bench_function("no layer", |bencher| {
        let mut service = site(&encoded, coding);
        bencher.iter_batched(|| request(&[]), |request| answered(&mut service, request), BatchSize::SmallInput);
    });
    for (who, fields) in [("not opted out", &[][..]), ("opted out", &[("sec-gpc", "1")])] {
        let mut service = GpcLayer::new().layer(site(&encoded, coding));
        let out = answered(&mut service, request(fields));
        println!("layer/{coding}, {who}: {} bytes in, {out} bytes out", encoded.len());
        assert!(!fields.is_empty() || out == encoded.len());
        group.bench_function(who, |bencher| {
            bencher.iter_batched(|| request(fields), |request| answered(&mut service, request), BatchSize::SmallInput);
        });
    }
    group.finish();
}

/// The length of the body of the answer.
fn answered<S, B>(service: &mut S, request: Request<()>) -> usize
where
    S: Service<Request<()>, Response = Response<B>, Error = Infallible>,
    B: http_body::Body,
{
    len(finish(service.call(request)).unwrap().into_body())
}
