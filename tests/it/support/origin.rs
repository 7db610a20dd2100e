//! Sites to put a proxy in front of.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Frame;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::soon;
use super::wire::Wire;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Any body.
pub(crate) type Body = UnsyncBoxBody<Bytes, BoxError>;

/// A body that is there at once.
pub(crate) fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never: Infallible| match never {}).boxed_unsync()
}

/// A body that arrives piece by piece.
pub(crate) fn boxed<B>(body: B) -> Body
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    body.map_err(Into::into).boxed_unsync()
}

/// A body that the test feeds. It ends when the sender is dropped; the sender hears when the body is dropped.
pub(crate) fn channel() -> (Feed, Body) {
    let (sender, receiver) = mpsc::channel(1);
    (Feed(sender), boxed(Fed(receiver)))
}

/// The test's end of a [`channel`].
#[derive(Clone)]
pub(crate) struct Feed(mpsc::Sender<Frame<Bytes>>);

impl Feed {
    /// Adds a piece as soon as the one before it was taken.
    pub(crate) async fn data(&self, bytes: impl Into<Bytes>) {
        self.frame(Frame::data(bytes.into())).await;
    }

    pub(crate) async fn frame(&self, frame: Frame<Bytes>) {
        assert!(soon(self.0.send(frame)).await.is_ok(), "the body was dropped");
    }

    /// Waits until nobody reads the body any more.
    pub(crate) async fn dropped(&self) {
        soon(self.0.closed()).await;
    }
}

struct Fed(mpsc::Receiver<Frame<Bytes>>);

impl http_body::Body for Fed {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(cx).map(|frame| frame.map(Ok))
    }
}

/// A site that answers with a function. It closes when dropped.
pub(crate) struct Origin {
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Origin {
    pub(crate) async fn start<H, F>(handler: H) -> Self
    where
        H: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Response<Body>> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let handler = handler.clone();
                tokio::spawn(async move {
                    let service = service_fn(move |request| {
                        let answer = handler(request);
                        async move { Ok::<_, Infallible>(answer.await) }
                    });
                    // Proxies hang up; that is what some tests are about.
                    let _ =
                        auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Self { address, task }
    }

    /// A site whose answers are fed by the test, which gets the feed of each as it begins.
    pub(crate) async fn streaming() -> (Self, mpsc::UnboundedReceiver<Feed>) {
        let (feeds, started) = mpsc::unbounded_channel();
        let origin = Self::start(move |_| {
            let (feed, body) = channel();
            feeds.send(feed).unwrap();
            async { Response::new(body) }
        });
        (origin.await, started)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A site whose every byte the test reads and writes itself.
pub(crate) struct RawOrigin {
    listener: TcpListener,
}

impl RawOrigin {
    pub(crate) async fn start() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").await.unwrap() }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.listener.local_addr().unwrap())
    }

    /// Waits for the next connection.
    pub(crate) async fn accept(&self) -> Wire {
        Wire::new(soon(self.listener.accept()).await.unwrap().0)
    }
}
