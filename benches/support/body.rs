//! Bodies in memory, which never wait.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use bytes::{Buf, Bytes};
use http_body::{Body, Frame, SizeHint};

use super::pages::CHUNK;

/// A body that is there already, in frames of 16 KiB.
#[derive(Clone)]
pub(crate) struct Frames(VecDeque<Bytes>);

impl Frames {
    pub(crate) fn of(page: &Bytes) -> Self {
        Self((0..page.len()).step_by(CHUNK).map(|at| page.slice(at..page.len().min(at + CHUNK))).collect())
    }
}

impl Body for Frames {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.pop_front().map(|data| Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.iter().map(|data| data.len() as u64).sum())
    }
}

/// Polls a body to its end and hands over its data.
pub(crate) fn drain<B: Body>(body: B, mut data: impl FnMut(B::Data)) {
    let mut body = pin!(body);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        match body.as_mut().poll_frame(&mut context) {
            Poll::Ready(Some(Ok(frame))) => frame.into_data().into_iter().for_each(&mut data),
            Poll::Ready(Some(Err(_))) => panic!("a body in memory failed"),
            Poll::Ready(None) => return,
            Poll::Pending => {}
        }
    }
}

/// The number of bytes of a body.
pub(crate) fn len<B: Body>(body: B) -> usize {
    let mut len = 0;
    drain(body, |data| len += data.remaining());
    len
}
