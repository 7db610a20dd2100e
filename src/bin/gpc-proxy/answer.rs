//! Answers of the proxy's own, for requests that it will not or cannot pass on.

use std::error::Error;
use std::fmt;
use std::io;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Response, StatusCode};
use http_body_util::Full;
use hyper_util::client::legacy;

use crate::forward::Refusal;

/// Why the site gave no answer.
///
/// What is displayed goes to the browser and tells no address; [`Trouble::detail`] is for the log.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// No connection, and why.
    Unreachable(&'static str, String),
    /// No head within the time allowed.
    NoAnswer,
    /// A connection that ended before the head did.
    Ended(String),
    /// A head that is not HTTP, or too much of one.
    Bad(&'static str, String),
    /// `101 Switching Protocols`, for nothing.
    Unasked,
    /// The browser broke its upload off.
    Upload(String),
}

impl Trouble {
    pub(crate) fn broken_upload(error: &legacy::Error) -> Self {
        Self::Upload(chain(error))
    }

    /// Whether the browser, not the site, is what failed.
    pub(crate) fn is_the_browsers(&self) -> bool {
        matches!(self, Self::Upload(_))
    }

    /// Every cause, with addresses.
    pub(crate) fn detail(&self) -> &str {
        match self {
            Self::Unreachable(_, detail) | Self::Ended(detail) | Self::Bad(_, detail) | Self::Upload(detail) => detail,
            Self::NoAnswer | Self::Unasked => "",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NoAnswer => StatusCode::GATEWAY_TIMEOUT,
            Self::Upload(_) => StatusCode::BAD_REQUEST,
            Self::Unreachable(..) | Self::Ended(_) | Self::Bad(..) | Self::Unasked => StatusCode::BAD_GATEWAY,
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(why, _) => write!(f, "the site behind this proxy cannot be reached: {why}"),
            Self::NoAnswer => f.write_str("the site behind this proxy did not answer in time"),
            Self::Ended(_) => f.write_str("the site behind this proxy ended the connection early"),
            Self::Bad(why, _) => write!(f, "the site behind this proxy gave no usable answer: {why}"),
            Self::Unasked => f.write_str("the site behind this proxy switched protocols without being asked"),
            Self::Upload(_) => f.write_str("the request body did not arrive whole"),
        }
    }
}

impl From<legacy::Error> for Trouble {
    fn from(error: legacy::Error) -> Self {
        let detail = chain(&error);
        if error.is_connect() {
            return Self::Unreachable(unreachable(&error), detail);
        }
        let hyper = causes(&error).find_map(|cause| cause.downcast_ref::<hyper::Error>());
        match hyper {
            Some(error) if error.is_parse_too_large() => Self::Bad("its head is too large", detail),
            Some(error) if error.is_parse() => Self::Bad("it is not valid HTTP", detail),
            _ => Self::Ended(detail),
        }
    }
}

fn unreachable(error: &legacy::Error) -> &'static str {
    // The resolver's error is an `io::Error` without a kind, in a wrapper that only its text tells from others.
    if causes(error).any(|cause| cause.to_string() == "dns error") {
        return "name not found";
    }
    match causes(error).find_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => "connection refused",
        Some(io::ErrorKind::TimedOut) => "timed out",
        Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => "no route to it",
        _ => "no connection",
    }
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}

fn chain(error: &legacy::Error) -> String {
    causes(error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The answer to a request whose site failed.
pub(crate) fn failed(trouble: &Trouble) -> Response<Full<Bytes>> {
    text(trouble.status(), &trouble.to_string())
}

/// The answer to a request that is not passed on.
pub(crate) fn refused(refusal: Refusal) -> Response<Full<Bytes>> {
    match refusal {
        Refusal::Tunnel => text(StatusCode::NOT_IMPLEMENTED, "this proxy opens no tunnels"),
        Refusal::Host => text(StatusCode::BAD_REQUEST, "the request names no host, several, or one that is not valid"),
        Refusal::Target => text(StatusCode::BAD_REQUEST, "the request target has no usable path"),
    }
}

fn text(status: StatusCode, reason: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(format!("{status}\n\ngpc-proxy: {reason}\n")));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // An outage that a cache remembers outlives its end.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper_util::client::legacy::Client;
    use hyper_util::client::legacy::connect::HttpConnector;
    use hyper_util::client::legacy::connect::dns::Name;
    use hyper_util::rt::TokioExecutor;
    use std::net::SocketAddr;

    /// What becomes of a request to a name that resolves to `found`.
    async fn trouble(found: Result<SocketAddr, io::ErrorKind>) -> Trouble {
        let resolver = tower::service_fn(move |_: Name| async move {
            found.map(|address| vec![address].into_iter()).map_err(|kind| io::Error::new(kind, "secret.internal"))
        });
        let client: Client<_, Full<Bytes>> =
            Client::builder(TokioExecutor::new()).build(HttpConnector::new_with_resolver(resolver));
        client.get("http://secret.internal:1/".parse().unwrap()).await.unwrap_err().into()
    }

    #[tokio::test]
    async fn an_unreachable_site_is_told_with_the_reason_but_not_the_address() {
        // Bound but not listening: nobody else can take the port and listen on it.
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let deaf = socket.local_addr().unwrap();
        for (found, want) in [(Err(io::ErrorKind::Other), "name not found"), (Ok(deaf), "connection refused")] {
            let trouble = trouble(found).await;
            let response = failed(&trouble);
            assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
            assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
            let text = http_body_util::BodyExt::collect(response.into_body()).await.unwrap().to_bytes();
            let text = std::str::from_utf8(&text).unwrap();
            assert!(text.contains(want), "{text}: {}", trouble.detail());
            assert!(!text.contains("secret") && !text.contains("127."), "{text}");
        }
    }

    #[test]
    fn a_late_answer_is_a_504_and_a_broken_upload_is_the_browsers() {
        assert_eq!(failed(&Trouble::NoAnswer).status(), 504);
        assert_eq!(failed(&Trouble::Unasked).status(), 502);
        let upload = Trouble::Upload("reset".into());
        assert_eq!(failed(&upload).status(), 400);
        assert!(upload.is_the_browsers());
        assert!(!Trouble::NoAnswer.is_the_browsers());
    }
}
