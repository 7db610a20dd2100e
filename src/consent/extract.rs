//! [`ConsentState`] as an argument of axum handlers.

use std::error::Error;
use std::fmt;

use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;

use super::ConsentState;

/// Takes the state that the layer put into the request's extensions.
///
/// Without the layer the handler is not run: to answer as if nobody had opted out would be a guess against the visitor.
///
/// # Example
///
/// ```
/// use axum::{Router, body::Body, routing::get};
/// use http::{HeaderMap, HeaderValue, Request, StatusCode};
/// use tower::ServiceExt;
/// use tower_gpc::consent::{ConsentState, resolve};
/// use tower_gpc::signal::{Readers, SEC_GPC, read};
///
/// async fn page(state: ConsentState) -> String {
///     state.to_string()
/// }
/// let app = Router::new().route("/", get(page));
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// // The layer is missing:
/// let response = app.clone().oneshot(Request::new(Body::empty())).await.unwrap();
/// assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
///
/// // What the layer does:
/// let headers = HeaderMap::from_iter([(SEC_GPC, HeaderValue::from_static("1"))]);
/// let state = resolve(read(&headers, &Readers::default()));
/// let response = app.layer(axum::Extension(state)).oneshot(Request::new(Body::empty())).await.unwrap();
/// let body = axum::body::to_bytes(response.into_body(), 1024).await.unwrap();
/// assert_eq!(body, "opted out of sale, sharing and targeted advertising (Sec-GPC)");
/// # });
/// ```
impl<S: Sync> FromRequestParts<S> for ConsentState {
    type Rejection = MissingLayer;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, MissingLayer> {
        parts.extensions.get::<Self>().copied().ok_or(MissingLayer(()))
    }
}

/// Why a handler could not have its [`ConsentState`]: no [`GpcLayer`](crate::GpcLayer) stands around it.
///
/// As a response it is a `500` with a plain text that says so. It is a fault of the set-up, never of the request.
///
/// # Example
///
/// ```
/// use axum::extract::FromRequestParts;
/// use tower_gpc::ConsentState;
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let (mut parts, ()) = http::Request::new(()).into_parts();
/// let error = ConsentState::from_request_parts(&mut parts, &()).await.unwrap_err();
/// assert_eq!(error.to_string(), "no consent state in the request: the route is not wrapped in GpcLayer");
/// # });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingLayer(());

impl fmt::Display for MissingLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no consent state in the request: the route is not wrapped in GpcLayer")
    }
}

impl Error for MissingLayer {}

impl IntoResponse for MissingLayer {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.to_string()).into_response()
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use http::header::CONTENT_TYPE;

    use super::*;

    #[tokio::test]
    async fn a_missing_layer_is_a_500_in_plain_text() {
        let response = MissingLayer(()).into_response();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers()[CONTENT_TYPE], "text/plain; charset=utf-8");
        let body = to_bytes(response.into_body(), 1024).await.unwrap();
        assert!(String::from_utf8(body.to_vec()).unwrap().contains("GpcLayer"));
    }

    #[tokio::test]
    async fn the_state_of_the_extensions_is_taken_and_left_there() {
        let (mut parts, ()) = http::Request::new(()).into_parts();
        assert_eq!(ConsentState::from_request_parts(&mut parts, &()).await, Err(MissingLayer(())));
        parts.extensions.insert(ConsentState::default());
        for _ in 0..2 {
            assert_eq!(ConsentState::from_request_parts(&mut parts, &()).await, Ok(ConsentState::default()));
        }
    }
}
