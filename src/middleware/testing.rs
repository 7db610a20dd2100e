//! Scripted bodies, and a layer that remembers what it reported.

use std::collections::VecDeque;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body::{Body, Frame, SizeHint};
use tower::{Layer, ServiceExt};

use super::{GpcBody, GpcLayer, Outcome, Reason};
use crate::answer::{Answers, Persist};
use crate::catalog::Catalog;

/// One vendor, so that no test depends on who is in the built-in catalog.
const VENDOR: &str = r#"
    [[vendor]]
    id = "track"
    name = "Track"
    company = "Track"
    purpose = "advertising"
    urls = ["tracker.test"]
    cookies = ["_track"]
    source = "common-knowledge"
    verified = false
"#;

pub(super) const PAGE: &str = concat!(
    "<!doctype html><title>a</title><p>one</p>",
    "<script src=\"https://tracker.test/t.js\"></script>",
    "<p>two</p><script src=\"/own.js\"></script>",
);
pub(super) const FILTERED: &str =
    "<!doctype html><title>a</title><p>one</p><p>two</p><script src=\"/own.js\"></script>";

/// Everything that was reported.
#[derive(Clone, Default)]
pub(super) struct Said(Arc<Mutex<Vec<Outcome>>>);

impl Said {
    pub(super) fn layer(&self) -> GpcLayer {
        let said = Arc::clone(&self.0);
        let catalog = Catalog::empty().with_toml(VENDOR, "test.toml").unwrap();
        let hook = move |_: &Catalog, outcome: &Outcome| said.lock().unwrap().push(outcome.clone());
        // What is answered has tests of its own.
        let answers = Answers::default().opt_out_cookie(Persist::Never);
        GpcLayer::new().guard(false).unwrap().catalog(catalog).unwrap().answers(answers).on_report(hook)
    }

    pub(super) fn take(&self) -> Vec<Outcome> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    /// Asserts that exactly one thing was said since the last call: how many were withheld, and the reason.
    #[track_caller]
    pub(super) fn once(&self, total: u64, reason: Option<Reason>) {
        let said = self.take();
        assert_eq!(said.len(), 1, "{said:?}");
        assert_eq!((said[0].report().total(), said[0].reason()), (total, reason), "{said:?}");
    }
}

#[derive(Clone, Debug)]
pub(super) enum Act {
    Data(Bytes),
    Trailers(HeaderMap),
    Error,
    Pending,
}

/// A body that does as it is told.
#[derive(Clone, Debug, Default)]
pub(super) struct Script {
    acts: VecDeque<Act>,
    /// Whether `is_end_stream` and `size_hint` tell the truth, or nothing.
    knows_end: bool,
    knows_size: bool,
    polls: Arc<AtomicUsize>,
}

impl Script {
    pub(super) fn new(acts: impl IntoIterator<Item = Act>) -> Self {
        Self { acts: acts.into_iter().collect(), knows_end: false, knows_size: false, polls: Arc::default() }
    }

    pub(super) fn chunks<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Self {
        Self::new(chunks.into_iter().map(|chunk| Act::Data(Bytes::copy_from_slice(chunk))))
    }

    pub(super) fn knowing(mut self) -> Self {
        (self.knows_end, self.knows_size) = (true, true);
        self
    }

    /// Like a body behind an announced length, of which only the length is known.
    pub(super) fn sized(mut self) -> Self {
        self.knows_size = true;
        self
    }

    /// Counts how often it was polled.
    pub(super) fn polls(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.polls)
    }
}

impl Body for Script {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
        self.polls.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(match self.acts.pop_front() {
            None => None,
            Some(Act::Data(data)) => Some(Ok(Frame::data(data))),
            Some(Act::Trailers(trailers)) => Some(Ok(Frame::trailers(trailers))),
            Some(Act::Error) => Some(Err("broken")),
            Some(Act::Pending) => {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.knows_end && self.acts.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        let length = |act: &Act| if let Act::Data(data) = act { data.len() as u64 } else { 0 };
        if self.knows_size { SizeHint::with_exact(self.acts.iter().map(length).sum()) } else { SizeHint::default() }
    }
}

/// What came out of a body.
#[derive(Debug, Default)]
pub(super) struct Drained {
    pub(super) frames: Vec<Bytes>,
    pub(super) trailers: Option<HeaderMap>,
    pub(super) error: Option<&'static str>,
    pub(super) polls: usize,
}

impl Drained {
    pub(super) fn data(&self) -> Vec<u8> {
        self.frames.concat()
    }

    #[track_caller]
    pub(super) fn assert_text(&self, want: &str) {
        assert_eq!(self.data().escape_ascii().to_string(), want.as_bytes().escape_ascii().to_string());
    }
}

struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Polls to the end, and holds every body to what `Body` promises on the way.
#[track_caller]
pub(super) fn drain(body: GpcBody<Script>) -> Drained {
    let mut body = pin!(body);
    let wakes = Arc::new(Wakes(AtomicUsize::new(0)));
    let waker = Waker::from(Arc::clone(&wakes));
    let mut cx = Context::from_waker(&waker);
    let mut drained = Drained::default();
    loop {
        let (was_over, hint) = (body.is_end_stream(), body.size_hint());
        let woken = wakes.0.load(Ordering::Relaxed);
        drained.polls += 1;
        let polled = body.as_mut().poll_frame(&mut cx);
        assert!(!was_over || matches!(polled, Poll::Ready(None)), "over, but {polled:?}");
        match polled {
            Poll::Pending => assert!(wakes.0.load(Ordering::Relaxed) > woken, "nobody will poll again"),
            Poll::Ready(None) => break,
            Poll::Ready(Some(Err(error))) => {
                drained.error = Some(error);
                break;
            }
            Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                Ok(data) => {
                    assert!(!data.is_empty(), "an empty frame");
                    assert!(hint.lower() == 0 || hint.lower() >= data.len() as u64);
                    assert!(hint.upper().is_none_or(|upper| upper >= data.len() as u64));
                    assert!(drained.trailers.is_none(), "data behind the trailers");
                    drained.frames.push(data);
                }
                Err(frame) => drained.trailers = Some(frame.into_trailers().unwrap()),
            },
        }
    }
    if drained.error.is_none() {
        assert!(matches!(body.as_mut().poll_frame(&mut cx), Poll::Ready(None)), "more behind the end");
    }
    drained
}

/// Sends one request through the layer, to a service that answers with `response`.
pub(super) fn answer(layer: &GpcLayer, request: Request<()>, response: Response<Script>) -> Response<GpcBody<Script>> {
    exchange(layer, request, response).1
}

/// The same, and the head that the inner service saw, if it was asked.
pub(super) fn exchange(
    layer: &GpcLayer,
    request: Request<()>,
    response: Response<Script>,
) -> (Option<Request<()>>, Response<GpcBody<Script>>) {
    let mut seen = None;
    let inner = tower::service_fn(|request: Request<()>| {
        seen = Some(request);
        std::future::ready(Ok::<_, std::convert::Infallible>(response.clone()))
    });
    let answer = pin!(layer.layer(inner).oneshot(request));
    let Poll::Ready(Ok(answer)) = answer.poll(&mut Context::from_waker(Waker::noop())) else { panic!("no answer") };
    (seen, answer)
}

pub(super) fn get(fields: &[(&'static str, &'static str)]) -> Request<()> {
    let mut request = Request::new(());
    *request.headers_mut() = head(fields);
    request
}

pub(super) fn opted_out() -> Request<()> {
    get(&[("sec-gpc", "1")])
}

pub(super) fn html(body: Script) -> Response<Script> {
    respond(200, &[("content-type", "text/html")], body)
}

pub(super) fn respond(status: u16, fields: &[(&'static str, &'static str)], body: Script) -> Response<Script> {
    let mut response = Response::new(body);
    *response.status_mut() = status.try_into().unwrap();
    *response.headers_mut() = head(fields);
    response
}

pub(super) fn head(fields: &[(&'static str, &'static str)]) -> HeaderMap {
    let field =
        |&(name, value): &(&'static str, &'static str)| (name.parse().unwrap(), HeaderValue::from_static(value));
    fields.iter().map(field).collect()
}
