//! The response half: what changes in a head, and which body goes behind it.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::header::{self, CONTENT_SECURITY_POLICY, LINK, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use http_body::Body;
use pin_project_lite::pin_project;

use super::additions::{Additions, Guarded};
use super::body::GpcBody;
use super::config::{Config, Unfilterable};
use super::eligible::{self, Verdict};
use super::pipeline::Pipeline;
use super::report::{self, HeadCounts, Reason};
use super::service::Facts;
use crate::answer::{Answer, Told};
use crate::catalog::VendorId;
use crate::header::media::Media;
use crate::header::vary::vary_on;
use crate::header::{body, cache_control, csp, destination, link, set_cookie};
use crate::html::{Kind as Withheld, Report};
use crate::policy::{Context as Fetched, Decision};
use crate::site::StatusNotice;

pin_project! {
    /// The future of [`Gpc`](super::Gpc).
    pub struct ResponseFuture<F> {
        #[pin]
        kind: Kind<F>,
    }
}

pin_project! {
    #[project = KindProj]
    enum Kind<F> {
        /// The inner service answers.
        Inner {
            #[pin]
            future: F,
            config: Arc<Config>,
            // The page's host, where filter lists ask for it.
            host: Option<Arc<str>>,
            facts: Facts,
            answer: Option<Box<Answer>>,
        },
        /// We answer ourselves. Rare and boxed, so that no other future is larger for it.
        Own { response: Option<Box<Response<Bytes>>> },
    }
}

impl<F> ResponseFuture<F> {
    pub(super) fn new(
        future: F,
        config: Arc<Config>,
        host: Option<Arc<str>>,
        facts: Facts,
        answer: Option<Box<Answer>>,
    ) -> Self {
        Self { kind: Kind::Inner { future, config, host, facts, answer } }
    }

    pub(super) fn own(response: Response<Bytes>) -> Self {
        Self { kind: Kind::Own { response: Some(Box::new(response)) } }
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Body,
{
    type Output = Result<Response<GpcBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().kind.project() {
            KindProj::Inner { future, config, host, facts, answer } => {
                let site = Site { config, host };
                let response = ready!(future.poll(cx))?;
                Poll::Ready(Ok(match facts.decision {
                    Decision::Pass => pass(response, *facts, site),
                    Decision::Observe => observe(response, *facts, site),
                    Decision::Withhold => {
                        let mut response = withhold(response, *facts, site);
                        if let Some(answer) = answer.take() {
                            answer.write(response.status(), response.headers_mut());
                        }
                        response
                    }
                }))
            }
            KindProj::Own { response } => match response.take() {
                Some(response) => Poll::Ready(Ok(response.map(GpcBody::own))),
                // Polled after it was ready, which the `Future` contract leaves open.
                None => Poll::Pending,
            },
        }
    }
}

impl<F> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

/// What a response is judged by besides itself.
#[derive(Clone, Copy)]
struct Site<'a> {
    config: &'a Arc<Config>,
    host: &'a Option<Arc<str>>,
}

impl Site<'_> {
    /// The vendor for whose sake a `Link` is withheld. What it fetches stands in its parameters, which are not read.
    fn link(self, url: &[u8]) -> Option<VendorId> {
        self.config.rules.lookup(url, || Fetched { page: self.host.as_deref(), ..Fetched::default() })
    }

    fn host(self) -> Option<Arc<str>> {
        self.host.clone()
    }
}

/// Not opted out: the same body, and `Vary` where an opted-out browser would get something else.
fn pass<B: Body>(mut response: Response<B>, facts: Facts, site: Site<'_>) -> Response<GpcBody<B>> {
    let config = site.config;
    if !config.policy.is_report_only() {
        let status = response.status();
        let headers = response.headers_mut();
        if may_vary(status, headers, facts) || loses_in_head(headers, site) {
            distinguish(headers, facts, config);
        }
        if facts.bridges(config)
            && !eligible::is_saved(headers)
            && let Verdict::Page(page) = eligible::judge(status, headers)
            && let Some(additions) = Additions::bridge(config, headers, page.syntax)
        {
            // Its bytes are not those that the origin's validators are of.
            body::changed(headers);
            headers.remove(header::ETAG);
            if !facts.head() {
                let pipeline = Pipeline::filter(Arc::clone(config), None, page, HeadCounts::new(), additions);
                return response.map(|body| GpcBody::filter(body, pipeline));
            }
        }
    }
    response.map(GpcBody::pass)
}

/// Report-only: everything stays, and what would go is counted.
fn observe<B: Body>(mut response: Response<B>, facts: Facts, site: Site<'_>) -> Response<GpcBody<B>> {
    let config = site.config;
    let head = strip(response.headers_mut(), site, true);
    match eligible::judge(response.status(), response.headers()) {
        Verdict::Page(page) if !facts.head() => {
            return response
                .map(|body| GpcBody::observe(body, Pipeline::observe(Arc::clone(config), site.host(), page, head)));
        }
        Verdict::Unfilterable(reason) if !facts.head() => {
            report::say(config, no_page(), &head, Some(reason), true);
        }
        _ => say_head(config, &head, true),
    }
    response.map(GpcBody::pass)
}

/// Opted out: trackers leave the head whatever the response is, and the body where it is a page.
fn withhold<B: Body>(mut response: Response<B>, facts: Facts, site: Site<'_>) -> Response<GpcBody<B>> {
    let config = site.config;
    let status = response.status();
    let headers = response.headers_mut();
    let head = strip(headers, site, false);
    let corrected =
        headers.contains_key(SET_COOKIE) && config.answers.correct_lines(&config.readers, facts.told, headers, false);
    if may_vary(status, headers, facts) || !head.is_empty() || corrected {
        distinguish(headers, facts, config);
    }
    match eligible::judge(status, headers) {
        Verdict::Page(page) => {
            body::changed(headers);
            config.variant.stamp(headers);
            csp::tighten(headers, config.second_line.as_ref());
            if !facts.head() {
                let additions = if eligible::is_saved(headers) {
                    Additions::none()
                } else {
                    let shows = config.status.is_some() && shows_status(headers, facts.framed);
                    Additions::of(config, headers, page.syntax, shows)
                };
                return response.map(|body| {
                    GpcBody::filter(body, Pipeline::filter(Arc::clone(config), site.host(), page, head, additions))
                });
            }
            say_head(config, &head, false);
        }
        Verdict::Unfilterable(reason) if !facts.head() => {
            report::say(config, no_page(), &head, Some(reason), false);
            if config.unfilterable == Unfilterable::BadGateway {
                return bad_gateway(reason);
            }
            csp::tighten(headers, config.second_line.as_ref());
        }
        Verdict::Other if status == StatusCode::NOT_MODIFIED && facts.claimed => {
            // RFC 9111 3.2 again: policies that come with a 304 take the place of those that the page came with.
            if headers.contains_key(CONTENT_SECURITY_POLICY) {
                csp::tighten(headers, config.second_line.as_ref());
            }
            // RFC 9111 3.2: its fields replace those of the stored response, which is the filtered variant.
            body::changed(headers);
            config.variant.stamp(headers);
            say_head(config, &head, false);
        }
        _ => say_head(config, &head, false),
    }
    response.map(GpcBody::pass)
}

/// Keeps caches from handing one variant to who should have the other.
fn distinguish(headers: &mut HeaderMap, facts: Facts, config: &Config) {
    vary_on(headers, &config.fields);
    if facts.private {
        cache_control::make_private(headers);
    }
}

/// Whether the response, by its kind alone, has a variant for opted-out browsers.
///
/// RFC 9110 15.4.5: a 304 carries the `Vary` that the 200 would have had, and nothing else tells that it is a page.
fn may_vary(status: StatusCode, headers: &HeaderMap, facts: Facts) -> bool {
    match status {
        StatusCode::NOT_MODIFIED => facts.may_be_document,
        _ => Media::of(headers) != Media::Other,
    }
}

/// Whether the head of the other variant lacks a cookie or a link that this one has.
fn loses_in_head(headers: &mut HeaderMap, site: Site<'_>) -> bool {
    if !has_cookie_or_link(headers) {
        return false;
    }
    let config = site.config;
    let rules = &config.rules;
    set_cookie::withhold(headers, true, |name| rules.cookie(name).is_some()) > 0
        || link::withhold(headers, true, |url| site.link(url).is_some()) > 0
        || config.answers.correct_lines(&config.readers, Told::EVERYTHING, headers, true)
}

fn has_cookie_or_link(headers: &HeaderMap) -> bool {
    // One walk over the few fields of a response takes less time than to hash two names.
    headers.keys().any(|name| *name == SET_COOKIE || *name == LINK)
}

/// Takes tracker cookies and links out of a head, or only counts them.
fn strip(headers: &mut HeaderMap, site: Site<'_>, dry_run: bool) -> HeadCounts {
    let rules = &site.config.rules;
    let mut counts = HeadCounts::new();
    if !has_cookie_or_link(headers) {
        return counts;
    }
    set_cookie::withhold(headers, dry_run, |name| {
        let vendor = rules.cookie(name);
        counts.extend(vendor.map(|vendor| (vendor, Withheld::Cookie)));
        vendor.is_some()
    });
    link::withhold(headers, dry_run, |url| {
        let vendor = site.link(url);
        counts.extend(vendor.map(|vendor| (vendor, Withheld::LinkHeader)));
        vendor.is_some()
    });
    counts
}

/// A response whose body is none of our business is only worth a word if its head lost something.
fn say_head(config: &Config, head: &HeadCounts, observed: bool) {
    if !head.is_empty() {
        report::say(config, no_page(), head, None, observed);
    }
}

/// Whether a page is to show the status: not in a frame, where the page around it does, and not if it shows one already,
/// a service's own or that of a layer further in.
fn shows_status(headers: &mut HeaderMap, framed: bool) -> bool {
    if framed {
        // It is not the page that is shown by itself.
        vary_on(headers, &[destination::FIELD]);
        return false;
    }
    // Fails only in a map of 24,576 names.
    let before = headers.try_insert(StatusNotice::FIELD, HeaderValue::from_static("honored"));
    matches!(before, Ok(None))
}

/// What is said of a response whose body was not read.
fn no_page() -> (Report, Guarded) {
    (Report::default(), Guarded::Off)
}

/// [`Unfilterable::BadGateway`]: RFC 9110 15.6.3, an answer from upstream that cannot be used.
fn bad_gateway<B: Body>(reason: Reason) -> Response<GpcBody<B>> {
    let text = format!("this page cannot be cleared of trackers for a browser that opted out: {reason}\n");
    let mut response = Response::new(GpcBody::own(text.into()));
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
