//! The preference center: a page on which a person sees what was heard, and chooses, without JavaScript.
//!
//! | file | speaks of |
//! |---|---|
//! | `request` | what is asked: an action, a page, a language; and whether it comes from our own page |
//! | `choice` | what an action does, step by step |
//! | `page` | the pages |
//! | `texts` | what they say, in English and Spanish |
//!
//! No request has a body that would have to be read: an action is a form without fields, whose address says what to do. All
//! addresses are queries relative to the page, so that it works below any path that a proxy puts before it.

mod choice;
mod page;
mod request;
mod texts;

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{self, HeaderValue};
use http::{Method, Response, StatusCode};

use self::request::{Ask, Show};
use self::texts::{Language, Texts};
use super::address;
use crate::answer::Answers;
use crate::consent::ConsentState;
use crate::error::{ConfigError, ConfigErrorKind};
use crate::signal::{Head, Readers, Signals};

/// A page of the layer's own on which a person opts out, limits the use of sensitive information, or allows both again.
///
/// An opt-out is one step, without a question about the person (11 CCR §§ 7026(d), 7004(a)(2)), and counts from the next
/// page on. Allowing it again takes two, a request and a confirmation (§ 7028(a)), and nobody is prompted for it: there is a
/// link to be found by who looks for it. While a browser sends Global Privacy Control that counts, and the page says so
/// (§ 7025(c)(3)). What it stores is our opt-out cookie, without an identifier. A choice is only said to be saved where the
/// browser kept it, and has the browser drop what it cached of the site before (`Clear-Site-Data`), open pages that are gone
/// back to included.
///
/// Other sites cannot send its forms: by `Sec-Fetch-Site`, or where a browser has none by `Origin`; nor does `fetch` of the
/// site's own scripts opt in again (`Sec-Fetch-Mode`). Accounts are beyond it:
/// a site that knows its visitor adds an [`Adapter`](crate::signal::Adapter).
///
/// # Example
///
/// ```
/// use http::{Request, Response};
/// use tower::{Layer, ServiceExt};
/// use tower_gpc::{GpcLayer, PreferenceCenter};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let center = PreferenceCenter::at("/privacy-choices")?.privacy_policy("/privacy")?;
/// let service = GpcLayer::new().preference_center(center).layer(tower::service_fn(async |_: Request<String>| {
///     Response::builder().status(404).body(String::new())
/// }));
/// let request = Request::post("/privacy-choices?do=opt-out").header("sec-fetch-site", "same-origin");
/// let response = service.oneshot(request.body(String::new())?).await?;
/// assert_eq!(response.status(), 303);
/// assert!(response.headers()["set-cookie"].to_str()?.starts_with("__Host-privacy-opt-out=1.out."));
/// assert!(PreferenceCenter::at("privacy choices").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct PreferenceCenter {
    path: String,
    privacy_policy: Option<String>,
    stylesheet: Option<String>,
    texts: BTreeMap<Language, Texts>,
}

impl PreferenceCenter {
    /// A page at `path`, as requests name it when they reach the layer.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] of kind [`Value`](ConfigErrorKind::Value) for what is not a path such as `/privacy-choices`.
    pub fn at(path: &str) -> Result<Self, ConfigError> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte);
        let well_formed = path.len() > 1 && path.starts_with('/') && path.bytes().all(is_plain) && !path.contains("//");
        if !well_formed || path.split('/').any(|segment| matches!(segment, "." | "..")) {
            return Err(wrong(format!("preference center {path:?}: expected a path such as \"/privacy-choices\"")));
        }
        let texts = Language::ALL.into_iter().map(|language| (language, Texts::of(language))).collect();
        Ok(Self { path: path.to_owned(), privacy_policy: None, stylesheet: None, texts })
    }

    /// Links to the site's privacy policy.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] of kind [`Value`](ConfigErrorKind::Value) for what is neither a path nor an `https` URL.
    pub fn privacy_policy(mut self, url: &str) -> Result<Self, ConfigError> {
        self.privacy_policy = Some(address::parse("privacy policy", url)?);
        Ok(self)
    }

    /// Adds a style sheet of the site's, behind the page's own. It can set the page's colours by custom properties:
    /// `--gpc-text`, `--gpc-background`, `--gpc-accent`, `--gpc-on-accent`, `--gpc-line`, `--gpc-font`.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] of kind [`Value`](ConfigErrorKind::Value) for what is neither a path nor an `https` URL.
    pub fn stylesheet(mut self, url: &str) -> Result<Self, ConfigError> {
        self.stylesheet = Some(address::parse("style sheet", url)?);
        Ok(self)
    }

    /// Replaces a text: `language` is `en` or `es`, and `key` one that the error of an unknown one lists.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] of kind [`Value`](ConfigErrorKind::Value) for an unknown language or key, or an empty text.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::PreferenceCenter;
    ///
    /// let center = PreferenceCenter::at("/privacy")?.text("en", "title", "Your choices at the shop")?;
    /// let error = center.text("en", "titel", "x").unwrap_err();
    /// assert!(error.to_string().contains("title"));
    /// # Ok::<(), tower_gpc::ConfigError>(())
    /// ```
    pub fn text(mut self, language: &str, key: &str, text: &str) -> Result<Self, ConfigError> {
        let known = Language::parse(language).and_then(|language| self.texts.get_mut(&language));
        let Some(texts) = known else {
            return Err(wrong(format!("language {language:?}: expected \"en\" or \"es\"")));
        };
        texts.replace(key, text).map_err(wrong)?;
        Ok(self)
    }

    /// Answers a request for the page, or one of its forms; nothing, if it is the inner service's.
    pub(crate) fn answer(
        &self,
        head: &Head<'_>,
        method: &Method,
        (readers, signals, state): (&Readers, Signals, ConsentState),
        answers: &Answers,
    ) -> Option<Response<Bytes>> {
        let uri = head.uri().filter(|uri| uri.path() == self.path)?;
        let query = uri.query().unwrap_or_default();
        let language = request::language(query, head.headers());
        let texts = self.texts.get(&language)?;
        let view = page::View { center: self, texts, language, state };
        let mut response = match *method {
            Method::GET | Method::HEAD if query == STYLE => file("text/css; charset=utf-8", include_str!("style.css")),
            Method::GET | Method::HEAD if query == FORGET => {
                file("text/javascript", &format!("({})();", FORGETS.trim_end()))
            }
            Method::GET | Method::HEAD => document(StatusCode::OK, &view.page(Show::of(query))),
            Method::POST if !request::is_from_here(head) => document(StatusCode::FORBIDDEN, &view.page(Show::Refused)),
            Method::POST => match Ask::of(query) {
                Some(ask) if ask.is_opt_in() && !request::is_form(head.headers()) => {
                    document(StatusCode::FORBIDDEN, &view.page(Show::Refused))
                }
                Some(ask) => choice::take(ask, language, head, (readers, signals, state), answers),
                None => document(StatusCode::NOT_FOUND, &view.page(Show::Choices)),
            },
            _ => not_allowed(),
        };
        let headers = response.headers_mut();
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        headers.extend(self.policy().map(|policy| (header::CONTENT_SECURITY_POLICY, policy)));
        let length = response.body().len();
        response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
        Some(if *method == Method::HEAD { response.map(|_| Bytes::new()) } else { response })
    }

    /// Nothing but files of this site, and styles of the one that the operator named.
    fn policy(&self) -> Option<HeaderValue> {
        let origin = self.stylesheet.as_deref().filter(|url| url.starts_with("https://"));
        let origin = origin.and_then(|url| url.match_indices('/').nth(2).map_or(Some(url), |(at, _)| url.get(..at)));
        let (space, origin) = origin.map_or(("", ""), |origin| (" ", origin));
        let rest = "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
        HeaderValue::try_from(format!("default-src 'none'; script-src 'self'; style-src 'self'{space}{origin}; {rest}"))
            .ok()
    }
}

fn wrong(message: String) -> ConfigError {
    ConfigError::new(ConfigErrorKind::Value, message)
}

fn document(status: StatusCode, html: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::copy_from_slice(html.as_bytes()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    // It says what one browser chose.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn file(kind: &'static str, text: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::copy_from_slice(text.as_bytes()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("max-age=3600"));
    response
}

fn not_allowed() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
    response
}

/// The query by which the page's own style sheet is asked for.
const STYLE: &str = "style";

/// The one by which the script is asked for that forgets pages from before the choice.
const FORGET: &str = "forget";

/// It takes HTML out of the browser's Cache API. A service worker answers with that without asking us, and its cache knows
/// nothing of a `Vary` on fields that the browser adds later (Service Workers, "Request Matches Cached Item").
const FORGETS: &str = include_str!("../forget.min.js");

#[cfg(test)]
mod tests;
