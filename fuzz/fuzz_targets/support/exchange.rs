//! One request through a layer, and the whole body that comes back.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Request, Response, response};
use http_body::{Body, Frame};
use tower::{Layer, Service, service_fn};
use tower_gpc::GpcLayer;

/// A body of chunks that are there at once.
#[derive(Default)]
pub(crate) struct Chunks(pub(crate) VecDeque<Bytes>);

impl Body for Chunks {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.pop_front().map(|chunk| Ok(Frame::data(chunk))))
    }
}

/// What the inner service was asked, if it was; the head of the answer, and the frames of its body.
pub(crate) type Exchange = (Option<Request<()>>, response::Parts, Vec<Bytes>);

pub(crate) fn exchange(layer: &GpcLayer, request: Request<()>, response: Response<Chunks>) -> Exchange {
    let cx = &mut Context::from_waker(Waker::noop());
    let (mut asked, mut response) = (None, Some(response));
    let mut service = layer.layer(service_fn(|request: Request<()>| {
        asked = Some(request);
        std::future::ready(Ok::<_, Infallible>(response.take().unwrap()))
    }));
    let Poll::Ready(Ok(answer)) = pin!(service.call(request)).poll(cx) else { panic!("the response is not ready") };
    let (head, body) = answer.into_parts();
    let mut body = pin!(body);
    let mut frames = Vec::new();
    loop {
        match body.as_mut().poll_frame(cx) {
            Poll::Ready(Some(frame)) => frames.extend(frame.unwrap().into_data()),
            Poll::Ready(None) => break,
            // Others get their turn; it has woken us.
            Poll::Pending => {}
        }
    }
    drop(service);
    (asked, head, frames)
}
