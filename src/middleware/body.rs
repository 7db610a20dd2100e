//! The response body: passed through, filtered, observed, or our own.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::pipeline::{Ending, Pipeline};
use crate::header::body;

pin_project! {
    /// The response body of [`Gpc`](super::Gpc).
    ///
    /// A body that is not filtered passes frame by frame, with its size, its end and its trailers, and without a copy
    /// where its data is [`Bytes`]. A filtered one has an unknown size until it is done, never yields an empty data
    /// frame, and loses the trailers that speak of its old bytes (`Repr-Digest` and the like).
    ///
    /// Dropping a filtered body early is fine; it is reported as
    /// [`Reason::Cancelled`](super::Reason::Cancelled).
    ///
    /// # Example
    ///
    /// ```
    /// use http_body::Body;
    /// use tower_gpc::middleware::GpcBody;
    ///
    /// assert!(GpcBody::<String>::default().is_end_stream());
    /// ```
    pub struct GpcBody<B>
    where
        B: Body,
    {
        #[pin]
        kind: Kind<B>,
    }
}

pin_project! {
    #[project = KindProj]
    enum Kind<B>
    where
        B: Body,
    {
        Pass { #[pin] body: B },
        Filter { #[pin] body: B, filtered: Box<Filtered<B::Error>> },
        Observe { #[pin] body: B, pipeline: Box<Pipeline> },
        /// Rare and boxed, so that no other body is larger for it.
        Own { data: Option<Box<Bytes>> },
    }
}

impl<B: Body> GpcBody<B> {
    pub(super) fn pass(body: B) -> Self {
        Self { kind: Kind::Pass { body } }
    }

    pub(super) fn filter(body: B, pipeline: Pipeline) -> Self {
        let mut filtered = Box::new(Filtered { pipeline, tail: Tail::Open, finished: false });
        if body.is_end_stream() {
            filtered.end(Tail::Nothing);
        }
        Self { kind: Kind::Filter { body, filtered } }
    }

    pub(super) fn observe(body: B, pipeline: Pipeline) -> Self {
        let mut pipeline = Box::new(pipeline);
        if is_over(&body) {
            pipeline.finish(Ending::Proper);
        }
        Self { kind: Kind::Observe { body, pipeline } }
    }

    pub(super) fn own(data: Bytes) -> Self {
        Self { kind: Kind::Own { data: Some(data).filter(|data| !data.is_empty()).map(Box::new) } }
    }
}

impl<B: Body> Body for GpcBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        match self.project().kind.project() {
            KindProj::Pass { body } => body.poll_frame(cx).map_ok(|frame| frame.map_data(into_bytes)),
            KindProj::Filter { body, filtered } => poll_filtered(body, filtered, cx),
            KindProj::Observe { body, pipeline } => poll_observed(body, pipeline, cx),
            KindProj::Own { data } => Poll::Ready(data.take().map(|data| Ok(Frame::data(*data)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Pass { body } | Kind::Observe { body, .. } => body.is_end_stream(),
            Kind::Filter { filtered, .. } => filtered.is_over(),
            Kind::Own { data } => data.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Pass { body } | Kind::Observe { body, .. } => body.size_hint(),
            Kind::Filter { filtered, .. } => filtered.size_hint(),
            Kind::Own { data } => SizeHint::with_exact(data.as_ref().map_or(0, |data| data.len() as u64)),
        }
    }
}

impl<B: Body + Default> Default for GpcBody<B> {
    fn default() -> Self {
        Self::pass(B::default())
    }
}

impl<B: Body> fmt::Debug for GpcBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.kind {
            Kind::Pass { .. } => "pass",
            Kind::Filter { .. } => "filter",
            Kind::Observe { .. } => "observe",
            Kind::Own { .. } => "own",
        };
        f.debug_struct("GpcBody").field("kind", &kind).finish_non_exhaustive()
    }
}

/// All that a filtered body has and a passed one does not pay for.
struct Filtered<E> {
    pipeline: Pipeline,
    tail: Tail<E>,
    /// Whether the pipeline was told that the page is over.
    finished: bool,
}

/// What comes after the data.
enum Tail<E> {
    /// The inner body goes on.
    Open,
    Nothing,
    Trailers(HeaderMap),
    Error(E),
}

impl<E> Filtered<E> {
    /// Notes that no more data comes from the inner body.
    fn end(&mut self, tail: Tail<E>) {
        self.tail = tail;
        self.settle();
    }

    /// Finishes the page once all that came is worked through.
    fn settle(&mut self) {
        if self.pipeline.is_corrupt() {
            self.tail = Tail::Nothing;
        }
        let ending = match self.tail {
            Tail::Open => return,
            Tail::Nothing | Tail::Trailers(_) => Ending::Proper,
            Tail::Error(_) => Ending::Failed,
        };
        if !self.finished && !self.pipeline.has_work() {
            self.finished = true;
            self.pipeline.finish(ending);
        }
    }

    fn push(&mut self, chunk: Bytes, is_last: bool) {
        self.pipeline.push(chunk);
        if is_last {
            self.end(Tail::Nothing);
        }
    }

    /// What follows when nothing is queued and nothing more comes.
    fn take_tail(&mut self) -> Option<Result<Frame<Bytes>, E>> {
        match std::mem::replace(&mut self.tail, Tail::Nothing) {
            Tail::Open | Tail::Nothing => None,
            Tail::Error(error) => Some(Err(error)),
            Tail::Trailers(mut trailers) => {
                // RFC 9110 6.5: fields about the content may stand here as well as in the head.
                body::changed(&mut trailers);
                self.pipeline.config().variant.stamp(&mut trailers);
                (!trailers.is_empty()).then(|| Ok(Frame::trailers(trailers)))
            }
        }
    }

    fn is_over(&self) -> bool {
        self.finished && matches!(self.tail, Tail::Nothing) && self.pipeline.queued() == 0
    }

    fn size_hint(&self) -> SizeHint {
        match self.tail {
            Tail::Nothing | Tail::Trailers(_) if self.finished => SizeHint::with_exact(self.pipeline.queued() as u64),
            _ => SizeHint::default(),
        }
    }
}

/// How many bounded steps one poll may take without a byte to show for it, before other tasks get their turn: a
/// compressed bomb, or a flood of tiny frames inside one long tag.
const STEPS: usize = 8;

fn poll_filtered<B: Body>(
    mut body: Pin<&mut B>,
    filtered: &mut Filtered<B::Error>,
    cx: &mut Context<'_>,
) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
    for _ in 0..STEPS {
        if let Some(data) = filtered.pipeline.pop() {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        if filtered.pipeline.has_work() {
            filtered.pipeline.work(matches!(filtered.tail, Tail::Open));
            filtered.settle();
            continue;
        }
        if filtered.finished {
            return Poll::Ready(filtered.take_tail());
        }
        match ready!(body.as_mut().poll_frame(cx)) {
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) => filtered.push(into_bytes(data), body.is_end_stream()),
                Err(frame) => match frame.into_trailers() {
                    Ok(trailers) => filtered.end(Tail::Trailers(trailers)),
                    Err(_) => continue,
                },
            },
            Some(Err(error)) => filtered.end(Tail::Error(error)),
            None => filtered.end(Tail::Nothing),
        }
    }
    match filtered.pipeline.pop() {
        Some(data) => Poll::Ready(Some(Ok(Frame::data(data)))),
        None => {
            cx.waker().wake_by_ref();
            Poll::Pending
        }
    }
}

/// How many bounded steps of decoding one frame is worth when its page is only counted: 4 MiB of page.
const OBSERVED_STEPS: usize = 256;

fn poll_observed<B: Body>(
    mut body: Pin<&mut B>,
    pipeline: &mut Pipeline,
    cx: &mut Context<'_>,
) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
    let frame = match ready!(body.as_mut().poll_frame(cx)) {
        Some(Ok(frame)) => frame.map_data(into_bytes),
        Some(Err(error)) => {
            pipeline.finish(Ending::Failed);
            return Poll::Ready(Some(Err(error)));
        }
        None => {
            pipeline.finish(Ending::Proper);
            return Poll::Ready(None);
        }
    };
    if let Some(data) = frame.data_ref() {
        pipeline.push(data.clone());
        for _ in 0..OBSERVED_STEPS {
            if !pipeline.has_work() {
                break;
            }
            pipeline.work(false);
        }
        if pipeline.has_work() {
            pipeline.give_up();
        } else if pipeline.is_corrupt() || is_over(&*body) {
            pipeline.finish(Ending::Proper);
        }
    } else {
        pipeline.finish(Ending::Proper);
    }
    Poll::Ready(Some(Ok(frame)))
}

/// Whether the last byte was delivered, also where the body does not say so but its size does: a server that wrote as
/// many bytes as it announced does not poll again.
fn is_over<B: Body>(body: &B) -> bool {
    body.is_end_stream() || body.size_hint().exact() == Some(0)
}

/// Free for a body whose data is [`Bytes`] already.
fn into_bytes<D: Buf>(mut data: D) -> Bytes {
    data.copy_to_bytes(data.remaining())
}

#[cfg(test)]
mod tests;
