//! What a signal can be read from.

use std::fmt;

use http::request::Parts;
use http::{Extensions, HeaderMap, Method, Request, Uri};

/// The head of one request, as far as it is at hand.
///
/// Made from a request, from its parts, or from header fields alone.
///
/// # Example
///
/// ```
/// use http::{HeaderMap, Request};
/// use tower_gpc::signal::Head;
///
/// let request = Request::get("/bid?us_privacy=1YYN").body(()).unwrap();
/// assert_eq!(Head::from(&request).uri().and_then(http::Uri::query), Some("us_privacy=1YYN"));
/// assert!(Head::from(&HeaderMap::new()).uri().is_none());
/// ```
#[derive(Clone, Copy)]
pub struct Head<'a> {
    headers: &'a HeaderMap,
    method: Option<&'a Method>,
    uri: Option<&'a Uri>,
    extensions: Option<&'a Extensions>,
}

impl<'a> Head<'a> {
    /// The header fields.
    #[must_use]
    pub fn headers(&self) -> &'a HeaderMap {
        self.headers
    }

    /// The method, if it is at hand.
    #[must_use]
    pub fn method(&self) -> Option<&'a Method> {
        self.method
    }

    /// The target, if it is at hand.
    #[must_use]
    pub fn uri(&self) -> Option<&'a Uri> {
        self.uri
    }

    /// What earlier middleware left with the request, if it is at hand.
    #[must_use]
    pub fn extensions(&self) -> Option<&'a Extensions> {
        self.extensions
    }
}

impl<'a, B> From<&'a Request<B>> for Head<'a> {
    fn from(request: &'a Request<B>) -> Self {
        Self {
            headers: request.headers(),
            method: Some(request.method()),
            uri: Some(request.uri()),
            extensions: Some(request.extensions()),
        }
    }
}

impl<'a> From<&'a Parts> for Head<'a> {
    fn from(parts: &'a Parts) -> Self {
        Self {
            headers: &parts.headers,
            method: Some(&parts.method),
            uri: Some(&parts.uri),
            extensions: Some(&parts.extensions),
        }
    }
}

impl<'a> From<&'a HeaderMap> for Head<'a> {
    fn from(headers: &'a HeaderMap) -> Self {
        Self { headers, method: None, uri: None, extensions: None }
    }
}

/// Shows how much there is and nothing of the visitor's.
impl fmt::Debug for Head<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Head")
            .field("method", &self.method)
            .field("fields", &self.headers.len())
            .finish_non_exhaustive()
    }
}
