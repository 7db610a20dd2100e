//! What the layer allocates: nothing of its own for a browser that is not opted out, and a handful for a filtered page.

// Always true here; it tells clippy that helpers are tests too.
#![cfg(test)]

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use allocation_counter::measure;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, HeaderName, HeaderValue};
use http::{Request, Response};
use http_body::{Body, Frame};
use tower::{Layer, Service};
use tower_gpc::signal::{self, Readers, SEC_GPC};
use tower_gpc::{ConsentState, GpcLayer, consent};

/// A body of chunks that were made beforehand.
#[derive(Default)]
struct Chunks(VecDeque<Bytes>);

impl Body for Chunks {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.pop_front().map(|chunk| Ok(Frame::data(chunk))))
    }
}

/// Counts per thread, so tests beside each other do not disturb each other.
fn allocations(work: impl FnOnce()) -> u64 {
    measure(work).count_total
}

/// Warms up what is made once in a process: the catalog, the runtime's own thread-locals.
fn layer() -> GpcLayer {
    let layer = GpcLayer::new();
    let mut out = Vec::new();
    answer(&layer, request(true), response("text/html", Chunks::default()), &mut out);
    layer
}

fn request(opted_out: bool) -> Request<()> {
    let mut request = Request::builder()
        .uri("/account?tab=profile")
        .header("host", "www.example.com")
        .header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
        .header("sec-fetch-dest", "document")
        .header(COOKIE, "_ga=GA1.1.1234567890.1234567890; session=".to_owned() + &"0123456789abcdef".repeat(60));
    if opted_out {
        request = request.header(SEC_GPC, "1");
    }
    request.body(()).unwrap()
}

fn response(media: &'static str, body: Chunks) -> Response<Chunks> {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
    response
}

/// Sends one request through the layer to an inner service with this response, and reads the body into `out`.
fn answer(layer: &GpcLayer, request: Request<()>, response: Response<Chunks>, out: &mut Vec<Bytes>) {
    let cx = &mut Context::from_waker(Waker::noop());
    let mut response = Some(response);
    let inner = tower::service_fn(|_| std::future::ready(Ok::<_, Infallible>(response.take().unwrap())));
    let mut service = layer.layer(inner);
    let Poll::Ready(Ok(response)) = pin!(service.call(request)).poll(cx) else { panic!("the response is not ready") };
    let mut body = pin!(response.into_body());
    loop {
        match body.as_mut().poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => out.extend(frame.into_data()),
            Poll::Ready(None) => return,
            _ => panic!("the body is not ready"),
        }
    }
}

#[test]
fn reading_and_resolving_signals_allocates_nothing() {
    let readers = Readers::default();
    let fields: [(HeaderName, &'static str); 7] = [
        (COOKIE, "theme=dark; usprivacy=1YNN"),
        (COOKIE, "__Host-privacy-opt-out=1.out.20780; us_privacy=\"1YYN\""),
        (COOKIE, ";;= ;privacy=privacy; usprivacy"),
        (SEC_GPC, "0"),
        (SEC_GPC, "1"),
        (CONTENT_TYPE, "text/plain"),
        (COOKIE, "a=1"),
    ];
    let mut headers = request(false).into_parts().0.headers;
    for (name, value) in fields {
        headers.append(name, HeaderValue::from_static(value));
    }
    let mut state = ConsentState::default();
    assert_eq!(allocations(|| state = consent::resolve(signal::read(&headers, &readers))), 0);
    assert!(state.opted_out());
}

#[test]
fn a_request_that_is_not_opted_out_costs_one_extension_insert() {
    let layer = layer();
    let mut bare = request(false);
    let insert = allocations(|| {
        bare.extensions_mut().insert(ConsentState::default());
    });
    assert!(insert > 0, "allocations are counted");
    for media in ["application/json", "application/json; charset=utf-8", "image/png", "text/markdown", "nonsense"] {
        let (request, response) = (request(false), response(media, Chunks::default()));
        let mut out = Vec::new();
        assert_eq!(allocations(|| answer(&layer, request, response, &mut out)), insert, "{media}");
    }
}

#[test]
fn a_passed_body_is_the_same_memory() {
    let layer = layer();
    let mut bare = request(false);
    let insert = allocations(|| {
        bare.extensions_mut().insert(ConsentState::default());
    });
    for opted_out in [false, true] {
        let chunks: Vec<Bytes> = (0..64).map(|i| shared(format!("{{\"chunk\":{i}}}"))).collect();
        let (request, response) =
            (request(opted_out), response("application/json", Chunks(chunks.iter().cloned().collect())));
        let mut out = Vec::with_capacity(chunks.len());
        assert_eq!(allocations(|| answer(&layer, request, response, &mut out)), insert);
        let place = |chunk: &Bytes| (chunk.as_ptr(), chunk.len());
        assert!(out.iter().map(place).eq(chunks.iter().map(place)), "opted out: {opted_out}");
    }
}

#[test]
fn a_page_of_64_chunks_allocates_no_more_than_one_of_one_chunk() {
    const TAGS: &str = concat!(
        "<p class=\"a\">one</p><img src=\"/two.png\" alt=''><a href=\"https://www.example.com/?a=b\">three</a>\n",
        "<script>let four = '</p>';</script><script src=\"/five.js\"></script><!-- six --><style>p { }</style>\n",
    );
    /// Tags, strings, scripts and comments are cut somewhere: it divides the length of no line.
    const CHUNK: usize = 577;
    const MOST: u64 = 24;
    let layer = layer();
    let page = shared(TAGS.repeat(64 * CHUNK / TAGS.len() + 1));
    let filtered = |chunks: usize, length: usize| {
        let pieces = (0..chunks).map(|i| page.slice(i * length..(i + 1) * length)).collect();
        let (request, response) = (request(true), response("text/html", Chunks(pieces)));
        let mut out = Vec::with_capacity(1024);
        let count = allocations(|| answer(&layer, request, response, &mut out));
        assert_eq!(out.concat(), page[..chunks * length], "no tracker, no change");
        count
    };
    let (one, cut_once, cut) = (filtered(1, CHUNK), filtered(2, CHUNK), filtered(64, CHUNK));
    let whole = filtered(1, 64 * CHUNK);
    assert!(one.max(cut_once).max(cut).max(whole) <= MOST, "{one}, {cut_once}, {cut}, {whole}");
}

/// A buffer that more than one already points into, as a server's read buffer is: one more costs no allocation.
fn shared(text: String) -> Bytes {
    let bytes = Bytes::from(text.into_bytes());
    let _ = bytes.clone();
    bytes
}
