//! The request half: hear, resolve, stamp, decide, and prepare the head for the inner service.

use std::sync::Arc;
use std::task::{Context, Poll};

use http::header::{HOST, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use http_body::Body;
use tower_service::Service;

use super::body::GpcBody;
use super::config::Config;
use super::future::ResponseFuture;
use crate::answer::Told;
use crate::coding::Coding;
use crate::consent::{self, ConsentState};
use crate::header::destination::Destination;
use crate::header::validator::Variant;
use crate::header::{accept_encoding, range};
use crate::policy::Decision;
use crate::signal::{self, Head, Scope};
use crate::trace::event;

/// The service that [`GpcLayer`](super::GpcLayer) makes of an inner one.
///
/// Put it outside of anything that caches pages, and inside of anything that compresses them where there is a choice:
/// an uncompressed page is the cheaper one to filter.
///
/// # Example
///
/// ```
/// use http::{Request, Response};
/// use tower::{Layer, ServiceExt};
/// use tower_gpc::{ConsentState, GpcLayer};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let service = GpcLayer::new().layer(tower::service_fn(async |request: Request<String>| {
///     let state = request.extensions().get::<ConsentState>().copied().unwrap_or_default();
///     assert!(state.opted_out());
///     Ok::<_, std::convert::Infallible>(Response::new(String::from("hello")))
/// }));
/// let request = Request::builder().header("sec-gpc", "1").body(String::new()).unwrap();
/// assert_eq!(service.oneshot(request).await.unwrap().status(), 200);
/// # });
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Gpc<S> {
    inner: S,
    config: Arc<Config>,
}

impl<S> Gpc<S> {
    pub(super) fn new(inner: S, config: Arc<Config>) -> Self {
        Self { inner, config }
    }
}

impl<S, A, B> Service<Request<A>> for Gpc<S>
where
    S: Service<Request<A>, Response = Response<B>>,
    B: Body,
{
    type Response = Response<GpcBody<B>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<A>) -> Self::Future {
        let config = self.config.current();
        let head = Head::from(&request);
        let signals = signal::read(head, &config.readers);
        let mut state = consent::resolve(signals);
        if let Some(locator) = &config.locator {
            state = state.with_jurisdiction(locator.locate(&head));
        }
        say(state);

        let report_only = config.policy.is_report_only();
        if !report_only && let Some(response) = config.support.answer(request.method(), request.uri().path()) {
            return ResponseFuture::own(response);
        }
        if !report_only {
            let guard = config.guarded.as_ref().map(|guarded| &guarded.guard);
            if let Some(response) = config.own_path.answer(&request, guard, config.bridge.as_ref(), state) {
                return ResponseFuture::own(response);
            }
            // A choice that is not heard on the next page must not be offered.
            if let Some(center) = config.center.as_ref().filter(|_| config.readers.reads_cookies()) {
                let heard = (&config.readers, signals, state);
                if let Some(response) = center.answer(&head, request.method(), heard, &config.answers) {
                    return ResponseFuture::own(response);
                }
            }
        }

        let decision = config.policy.decide(state);
        let told = Told { scope: state.scope(), gpc: state.by_header() };
        let answer = match decision {
            Decision::Withhold => config.answers.prepare(&head, &config.readers, signals, told),
            Decision::Pass | Decision::Observe => None,
        };
        let mut facts = Facts {
            decision,
            told,
            asks: Asks::of(request.method()),
            may_be_document: true,
            framed: false,
            claimed: false,
            private: config.is_private(signals),
        };
        request.extensions_mut().insert(state);
        if let Some(name) = &config.state_header {
            // Whatever came in under this name was not written by us.
            request.headers_mut().insert(name, state_value(state));
        }
        if !report_only {
            config.prepare(request.headers_mut(), state, facts.asks != Asks::Else, &mut facts);
            if facts.claimed && answer.as_ref().is_some_and(|answer| answer.corrects()) {
                // A 304 could not carry what puts the visitor's strings right.
                request.headers_mut().remove(IF_NONE_MATCH);
                facts.claimed = false;
            }
        }
        let host = if config.rules.has_lists() { page_host(&request) } else { None };
        ResponseFuture::new(self.inner.call(request), config, host, facts, answer)
    }
}

/// What a request wants, by its method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    Page,
    Head,
    /// Something is to be done.
    Else,
}

impl Asks {
    fn of(method: &Method) -> Self {
        match *method {
            Method::GET => Self::Page,
            Method::HEAD => Self::Head,
            _ => Self::Else,
        }
    }
}

/// What the response half must know of the request, which is gone by then.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    pub(super) decision: Decision,
    /// What privacy strings are to say of an opted-out browser.
    pub(super) told: Told,
    pub(super) asks: Asks,
    /// The answer may be shown as a page; only looked at where it matters.
    pub(super) may_be_document: bool,
    /// The page is shown in a frame of another.
    pub(super) framed: bool,
    /// A validator of the filtered variant went upstream: a 304 speaks of that variant.
    pub(super) claimed: bool,
    /// No field of the request tells a shared cache who else may have the answer.
    pub(super) private: bool,
}

impl Facts {
    /// The answer is the head that `GET` would get.
    pub(super) fn head(&self) -> bool {
        self.asks == Asks::Head
    }

    /// Whether the page gets the bridge: its browser is not opted out, as far as this request tells. What came of a form is not
    /// loaded again, which would send that twice.
    pub(super) fn bridges(&self, config: &Config) -> bool {
        config.bridge.is_some()
            && self.asks != Asks::Else
            && self.decision == Decision::Pass
            && !self.told.scope.intersects(Scope::ALL_ADVERTISING)
            && !config.policy.is_report_only()
    }
}

/// Copied into every future.
const _: () = assert!(size_of::<Facts>() <= 8);

impl Config {
    /// Prepares the head for the inner service: what it must not answer to an opted-out browser is not asked for.
    ///
    /// `reads` is for `GET` and `HEAD`. With other methods a precondition guards a change, and none may be dropped (RFC
    /// 9110 13.1.1, 13.1.2).
    fn prepare(&self, headers: &mut HeaderMap, state: ConsentState, reads: bool, facts: &mut Facts) {
        let filters = facts.decision == Decision::Withhold;
        // Most requests end here: whether the answer may be a page matters for a 304 only, which is for conditions.
        let conditional = is_conditional(headers);
        if !filters && !conditional {
            return;
        }
        let destination = Destination::of(headers);
        facts.may_be_document = destination != Destination::Other;
        facts.framed = destination == Destination::Frame;
        if filters && self.forward_signal {
            forward(headers, state);
        }
        if filters && facts.may_be_document {
            accept_encoding::narrow(headers, Coding::supported());
            if reads && destination.is_navigation() {
                range::strip(headers);
            }
        }
        if !conditional {
            return;
        }
        if !reads {
            Variant::restore(headers);
        } else if filters && facts.may_be_document {
            facts.claimed = self.variant.claim(headers);
        } else {
            Variant::disclaim(headers);
        }
    }
}

/// Whether a field is there that could hold a validator of ours, or that allows a 304.
fn is_conditional(headers: &HeaderMap) -> bool {
    // One walk over the few fields of a request takes less time than to hash three names.
    headers.keys().any(|name| *name == IF_NONE_MATCH || *name == IF_MODIFIED_SINCE || *name == IF_MATCH)
}

/// GPC "Sec-GPC Header Field": a field that is exactly `1` must never be removed, any other may be, and `1` may be
/// inserted by who knows the preference.
fn forward(headers: &mut HeaderMap, state: ConsentState) {
    if !state.by_header() {
        headers.insert(signal::SEC_GPC, HeaderValue::from_static("1"));
    }
}

/// The host of the page, for filter lists that ask whose a URL is.
///
/// RFC 9112 3.2.2, RFC 9113 8.3.1: the authority of the target counts where `Host` says something else.
fn page_host<A>(request: &Request<A>) -> Option<Arc<str>> {
    let host = match request.uri().host() {
        Some(host) => host.to_ascii_lowercase(),
        None => {
            let value = request.headers().get(HOST)?;
            Authority::try_from(value.as_bytes()).ok()?.host().to_ascii_lowercase()
        }
    };
    Some(host.into())
}

/// One event for every request on which somebody said something, with nothing of a cookie's value.
fn say(state: ConsentState) {
    if !state.is_default() {
        event!(target: "tower_gpc", ::tracing::Level::TRACE, state = %state, "signals heard");
    }
}

/// What the inner service is told: what the person opted out of, as a list of tokens, or `none`.
fn state_value(state: ConsentState) -> HeaderValue {
    const EVERYTHING: HeaderValue = HeaderValue::from_static("sale, sharing, targeted-advertising");
    const PARTS: [(Scope, &str); 4] = [
        (Scope::SALE, "sale"),
        (Scope::SHARING, "sharing"),
        (Scope::TARGETED_ADVERTISING, "targeted-advertising"),
        (Scope::SENSITIVE, "sensitive"),
    ];
    // The usual cases without an allocation.
    match state.scope() {
        Scope::NOTHING => return HeaderValue::from_static("none"),
        Scope::ALL_ADVERTISING => return EVERYTHING,
        _ => {}
    }
    let parts: Vec<_> =
        PARTS.into_iter().filter(|(part, _)| state.scope().contains(*part)).map(|(_, name)| name).collect();
    // Letters, commas and hyphens are always a value; were they not, too much would be said rather than too little.
    HeaderValue::try_from(parts.join(", ")).unwrap_or(EVERYTHING)
}
