//! Listening, connections and the graceful end.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use hyper::rt::{Read, Write};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};
use tower_service::Service;

use crate::forward::Peer;
use crate::stop::Stop;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// How long a browser may take to send a request head, and how long an idle connection is kept.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// The most a request head may take: more is answered 431. Real heads with full cookie jars stay under 20 kB.
const HEAD_LIMIT: u32 = 64 * 1024;

/// How often a quiet HTTP/2 connection is asked whether it is still there.
const PING_INTERVAL: Duration = Duration::from_secs(30);

/// The pause after an `accept` that failed, most often for want of file descriptors: trying again at once would spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Opens the port.
pub(crate) async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .map_err(|error| io::Error::new(error.kind(), format!("cannot listen on {address}: {error}")))
}

/// Serves HTTP/1.1 and HTTP/2 with prior knowledge until told to stop, then lets running responses end.
///
/// The running responses have `grace` to do so; a second signal cuts the wait short.
pub(crate) async fn serve<S, B>(listener: TcpListener, service: S, grace: Duration, mut stop: Stop)
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<BoxError>,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    let running = GracefulShutdown::new();
    tokio::select! {
        never = accept(&listener, service, &running) => match never {},
        () = stop.heard() => {}
    }
    drop(listener);
    tracing::info!(connections = running.count(), "stopping: no new connections, running responses may end");
    tokio::select! {
        () = running.shutdown() => tracing::info!("stopped"),
        () = sleep(grace) => tracing::warn!("the grace period is over: the remaining connections are cut"),
        () = stop.heard() => tracing::warn!("told to stop again: the remaining connections are cut"),
    }
}

/// Accepts connections for ever and gives each a task of its own.
pub(crate) async fn accept<S, B>(
    listener: &TcpListener,
    service: S,
    running: &GracefulShutdown,
) -> std::convert::Infallible
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<BoxError>,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    let builder = Arc::new(builder());
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Small chunks of a streamed page must not wait for the acknowledgement of the one before.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "TCP_NODELAY could not be set");
                }
                let visit = Visit::new(service.clone(), peer.ip());
                tokio::spawn(connection(Arc::clone(&builder), TokioIo::new(stream), visit, running.watcher()));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn builder() -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_LIMIT as usize)
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING_INTERVAL)
        .max_header_list_size(HEAD_LIMIT);
    builder
}

/// Runs one connection to its end. `io` is whatever carries bytes: TCP today.
async fn connection<I, S, B>(builder: Arc<auto::Builder<TokioExecutor>>, io: I, visit: Visit<S>, watcher: Watcher)
where
    I: Read + Write + Unpin + Send + 'static,
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<BoxError>,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    let spoke = Arc::clone(&visit.spoke);
    let mut connection = pin!(watcher.watch(builder.serve_connection(io, visit)));
    // hyper bounds the time of an HTTP/1.1 head, but not that of the bytes which tell HTTP/1.1 from HTTP/2.
    let end = match timeout(HEAD_TIMEOUT, connection.as_mut()).await {
        Ok(end) => end,
        Err(_) if spoke.load(Ordering::Relaxed) => connection.await,
        Err(_) => return tracing::debug!("a connection without a request was closed"),
    };
    if let Err(error) = end {
        // Browsers leave all the time; what goes wrong with the upstream is logged where it is seen.
        tracing::debug!(error, "a connection ended early");
    }
}

/// One connection's view of the service: it tells each request who is calling.
#[derive(Clone)]
struct Visit<S> {
    service: TowerToHyperService<S>,
    peer: Peer,
    spoke: Arc<AtomicBool>,
}

impl<S> Visit<S> {
    fn new(service: S, peer: IpAddr) -> Self {
        Self { service: TowerToHyperService::new(service), peer: Peer(peer.to_canonical()), spoke: Arc::default() }
    }
}

impl<S, B> hyper::service::Service<Request<Incoming>> for Visit<S>
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = <TowerToHyperService<S> as hyper::service::Service<Request<Incoming>>>::Future;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        self.spoke.store(true, Ordering::Relaxed);
        request.extensions_mut().insert(self.peer);
        self.service.call(request)
    }
}
