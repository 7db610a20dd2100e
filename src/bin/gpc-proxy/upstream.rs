//! The service behind the layer: it passes the request to the site and the answer back.

use std::convert::Infallible;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::TRANSFER_ENCODING;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{Either, Empty};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::timeout_at;
use tower_service::Service;

use crate::answer::{self, Trouble};
use crate::body::{AnswerBody, Download, Progress, Upload};
use crate::config::Config;
use crate::forward::{self, Forwarding};

/// How long a connection to the site is kept without use: shorter than the five seconds after which many servers close
/// one, because a site that closes one just as it is used again costs a request, or time.
const IDLE: Duration = Duration::from_secs(4);

/// The site, through a pool of HTTP/1.1 connections. Cloning shares the pool.
#[derive(Clone)]
pub(crate) struct Upstream {
    shared: Arc<Shared>,
}

/// Fields of an answer: some sites set cookies by the hundred.
const MOST_FIELDS: usize = 1024;

struct Shared {
    client: Client<HttpConnector, Upload>,
    /// For a request that is sent again: it keeps no connections, so each request has one that is new.
    again: Client<HttpConnector, Empty<Bytes>>,
    forwarding: Forwarding,
    header_timeout: Duration,
}

impl Upstream {
    pub(crate) fn new(config: &Config) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(config.connect_timeout));
        let mut builder = Client::builder(TokioExecutor::new());
        builder.pool_timer(TokioTimer::new()).pool_idle_timeout(IDLE).http1_max_headers(MOST_FIELDS);
        let client = builder.build(connector.clone());
        let again = builder.pool_max_idle_per_host(0).build(connector);
        let forwarding = Forwarding {
            origin: config.upstream.clone(),
            trust_forwarded: config.trust_forwarded,
            preserve_host: config.preserve_host,
        };
        Self { shared: Arc::new(Shared { client, again, forwarding, header_timeout: config.header_timeout }) }
    }
}

impl Service<Request<Incoming>> for Upstream {
    type Response = Response<AnswerBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        let shared = Arc::clone(&self.shared);
        Box::pin(async move { Ok(shared.answer(request).await) })
    }
}

impl Shared {
    async fn answer(&self, request: Request<Incoming>) -> Response<AnswerBody> {
        let (mut parts, body) = request.into_parts();
        let (method, asked) = (parts.method.clone(), parts.uri.clone());
        // Queries are the visitor's business: the log has paths only.
        let path = asked.path();
        if let Err(refusal) = self.forwarding.request(&mut parts) {
            tracing::debug!(%method, path, ?refusal, "a request was refused");
            return answer::refused(refusal).map(Either::Right);
        }
        if !body.is_end_stream() && body.size_hint().exact().is_none() {
            // hyper takes a GET or HEAD of unknown length for one without a body, unless told otherwise.
            parts.headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
        }
        match self.send(Request::from_parts(parts, body)).await {
            Ok(response) => {
                let (mut parts, body) = response.into_parts();
                forward::response(&mut parts);
                Response::from_parts(parts, Either::Left(Download::new(body)))
            }
            Err(trouble) => {
                if trouble.is_the_browsers() {
                    tracing::debug!(%method, path, detail = trouble.detail(), "{trouble}");
                } else {
                    tracing::warn!(%method, path, detail = trouble.detail(), "no answer from the upstream: {trouble}");
                }
                answer::failed(&trouble).map(Either::Right)
            }
        }
    }

    async fn send(&self, request: Request<Incoming>) -> Result<Response<Incoming>, Trouble> {
        let progress = Progress::start();
        let response = within(self.header_timeout, &progress, self.once_or_twice(request, &progress))
            .await
            .ok_or(Trouble::NoAnswer)??;
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            // Nobody asked for it: upgrade fields are not passed on.
            return Err(Trouble::Unasked);
        }
        Ok(response)
    }

    /// Sends the request, and once more where the site ended the connection, as it may at any time to one that was idle
    /// (RFC 9112 9.3.1).
    async fn once_or_twice(
        &self,
        request: Request<Incoming>,
        progress: &Arc<Progress>,
    ) -> Result<Response<Incoming>, Trouble> {
        let copy = copy(&request);
        let request = request.map(|body| Upload::new(body, Arc::clone(progress)));
        let failed = match self.client.request(request).await {
            Ok(response) => return Ok(response),
            Err(error) if progress.is_broken() => return Err(Trouble::broken_upload(&error)),
            Err(error) => Trouble::from(error),
        };
        match copy {
            Some(copy) if matches!(failed, Trouble::Ended(_)) => {
                tracing::debug!(detail = failed.detail(), "a request is sent to the upstream again");
                Ok(self.again.request(copy).await?)
            }
            _ => Err(failed),
        }
    }
}

/// The request for another try, if a site that has had it already can have it again: it asks for nothing to be changed, and
/// no body of it is used up (RFC 9110 9.2.1, 9.2.2).
fn copy(request: &Request<Incoming>) -> Option<Request<Empty<Bytes>>> {
    let is_whole = request.method().is_safe() && request.body().is_end_stream();
    is_whole.then(|| {
        let mut copy = Request::new(Empty::new());
        *copy.method_mut() = request.method().clone();
        *copy.uri_mut() = request.uri().clone();
        *copy.headers_mut() = request.headers().clone();
        copy
    })
}

/// Waits for an answer as long as the upload moves, and `limit` more.
async fn within<F: Future>(limit: Duration, progress: &Progress, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    loop {
        let last = progress.last();
        match timeout_at(last + limit, future.as_mut()).await {
            Ok(output) => return Some(output),
            Err(_) if progress.last() > last => {}
            Err(_) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_millis(5);

    #[tokio::test]
    async fn an_upload_that_moves_buys_time() {
        let progress = Progress::start();
        let mut polls = 0;
        // Polled at once, then when the time is up, then again only if the time was extended.
        let answer = std::future::poll_fn(|_| {
            polls += 1;
            match polls {
                1 => Poll::Pending,
                2 => {
                    progress.note();
                    Poll::Pending
                }
                _ => Poll::Ready("answer"),
            }
        });
        assert_eq!(within(LIMIT, &progress, answer).await, Some("answer"));
    }

    #[tokio::test]
    async fn silence_does_not() {
        assert_eq!(within(LIMIT, &Progress::start(), std::future::pending::<()>()).await, None);
    }
}
