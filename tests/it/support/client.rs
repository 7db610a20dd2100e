//! One connection each of HTTP/1.1 and of HTTP/2 with prior knowledge.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

use super::origin::Body;
use super::soon;

/// A connection that is open until dropped.
pub(crate) enum Client {
    H1(http1::SendRequest<Body>),
    H2(http2::SendRequest<Body>),
}

impl Client {
    pub(crate) async fn h1(address: SocketAddr) -> Self {
        let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
        let (sender, connection) = http1::handshake(stream).await.unwrap();
        tokio::spawn(connection);
        Self::H1(sender)
    }

    pub(crate) async fn h2(address: SocketAddr) -> Self {
        let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
        let (sender, connection) = http2::handshake(TokioExecutor::new(), stream).await.unwrap();
        tokio::spawn(connection);
        Self::H2(sender)
    }

    /// One of each.
    pub(crate) async fn both(address: SocketAddr) -> [Self; 2] {
        [Self::h1(address).await, Self::h2(address).await]
    }

    /// Sends a request for a path of `shop.example` and waits for the head of the answer.
    pub(crate) async fn send(&mut self, mut request: Request<Body>) -> Response<Incoming> {
        soon(async {
            match self {
                Self::H1(sender) => {
                    request.headers_mut().insert("host", "shop.example".parse().unwrap());
                    sender.ready().await.unwrap();
                    sender.send_request(request).await.unwrap()
                }
                Self::H2(sender) => {
                    let path = request.uri().path_and_query().unwrap().clone();
                    let uri = http::Uri::builder().scheme("http").authority("shop.example").path_and_query(path);
                    *request.uri_mut() = uri.build().unwrap();
                    sender.ready().await.unwrap();
                    sender.send_request(request).await.unwrap()
                }
            }
        })
        .await
    }
}

/// The whole body, which must end well.
pub(crate) async fn bytes(response: Response<Incoming>) -> Bytes {
    soon(response.into_body().collect()).await.unwrap().to_bytes()
}
