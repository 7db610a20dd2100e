//! The bodies on both sides: streams that are passed on frame by frame and never gathered.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use tokio::time::Instant;

/// What goes back to the browser: the site's own body, or a short text of the proxy.
pub(crate) type AnswerBody = Either<Download, Full<Bytes>>;

/// How far a request body has got, so that a long upload is not taken for a site that does not answer.
#[derive(Debug)]
pub(crate) struct Progress {
    start: Instant,
    moved: AtomicU64,
    broken: AtomicBool,
}

impl Progress {
    pub(crate) fn start() -> Arc<Self> {
        Arc::new(Self { start: Instant::now(), moved: AtomicU64::new(0), broken: AtomicBool::new(false) })
    }

    /// When the last piece went to the site; at first, when the request came.
    pub(crate) fn last(&self) -> Instant {
        self.start + Duration::from_millis(self.moved.load(Ordering::Relaxed))
    }

    /// Whether the browser broke its upload off, which is no fault of the site.
    pub(crate) fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }

    /// Takes note that a piece went to the site just now.
    pub(crate) fn note(&self) {
        let elapsed = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.moved.store(elapsed, Ordering::Relaxed);
    }
}

/// A request body on its way to the site.
#[derive(Debug)]
pub(crate) struct Upload {
    inner: Incoming,
    progress: Arc<Progress>,
}

impl Upload {
    pub(crate) fn new(inner: Incoming, progress: Arc<Progress>) -> Self {
        Self { inner, progress }
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(cx));
        match &frame {
            Some(Err(_)) => self.progress.broken.store(true, Ordering::Relaxed),
            _ => self.progress.note(),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// A response body on its way to the browser. One that the site breaks off breaks off here too, with a line in the log.
#[derive(Debug)]
pub(crate) struct Download {
    inner: Incoming,
}

impl Download {
    pub(crate) fn new(inner: Incoming) -> Self {
        Self { inner }
    }
}

impl Body for Download {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(cx));
        if let Some(Err(error)) = &frame {
            tracing::warn!(%error, "the upstream broke its answer off");
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
