//! What the forms of the preference center do.

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Response, StatusCode};

use super::request::{Ask, Choice};
use super::texts::Language;
use crate::answer::Answers;
use crate::consent::ConsentState;
use crate::signal::{Head, Readers, Scope, Signals};

/// Does what was asked, and sends the browser back to the page. Its next request is treated by what was chosen here.
pub(super) fn take(
    ask: Ask,
    language: Language,
    head: &Head<'_>,
    (readers, signals, state): (&Readers, Signals, ConsentState),
    answers: &Answers,
) -> Response<Bytes> {
    let chosen = signals.opt_out_cookie().map_or(Scope::NOTHING, |cookie| cookie.scope());
    let lines = |scope| answers.choose(head, readers, signals, scope);
    let secure = answers.is_secure();
    match ask {
        Ask::OptOut => back(Choice::OptedOut.name(), language, lines(chosen | Scope::ALL_ADVERTISING)),
        Ask::Limit => back(Choice::Limited.name(), language, lines(chosen | Scope::SENSITIVE)),
        Ask::Unlimit => back(Choice::Unlimited.name(), language, lines(chosen.without(Scope::SENSITIVE))),
        // 11 CCR § 7025(c)(3): the signal counts, and no choice that is made here goes before it.
        Ask::OptIn | Ask::ConfirmOptIn if state.by_header() => back("choices", language, Vec::new()),
        // § 7028(a): first to ask for it, and then, apart from that, to confirm.
        Ask::OptIn => back("confirm", language, pending(secure).into_iter().collect()),
        Ask::ConfirmOptIn if !is_pending(head.headers()) => back("expired", language, Vec::new()),
        Ask::ConfirmOptIn => {
            let mut all = lines(chosen.without(Scope::ALL_ADVERTISING));
            all.extend(answers.forget(head, readers));
            all.extend(no_longer_pending(secure));
            back(Choice::OptedIn.name(), language, all)
        }
    }
}

/// The page is left by a `GET` (RFC 9110 § 15.4.4), so that a reload sends nothing again. The address is relative, hence on
/// this site whatever stands before its path.
fn back(show: &str, language: Language, lines: Vec<HeaderValue>) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    let place = HeaderValue::try_from(format!("?show={show}&lang={}", language.tag()));
    headers.extend(place.ok().map(|place| (header::LOCATION, place)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Pages that the browser kept from before, with all that runs in them, are loaded again when somebody goes back to them.
    headers.insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\""));
    for line in lines {
        // Fails only in a map of 24,576 names.
        let _ = headers.try_append(header::SET_COOKIE, line);
    }
    response
}

/// Remembers that the first step was taken, and when. No other site can have it sent, and no script can read it.
fn pending(secure: bool) -> Option<HeaderValue> {
    cookie(&now().to_string(), Duration::seconds(i64::try_from(PATIENCE).unwrap_or_default()), secure)
}

fn no_longer_pending(secure: bool) -> Option<HeaderValue> {
    cookie("", Duration::ZERO, secure)
}

fn cookie(value: &str, age: Duration, secure: bool) -> Option<HeaderValue> {
    let cookie = Cookie::build((PENDING, value)).path("/").max_age(age).secure(secure).http_only(true);
    HeaderValue::try_from(cookie.same_site(SameSite::Strict).to_string()).ok()
}

/// Whether the first step was taken, a while ago: what a browser keeps for longer counts no more.
fn is_pending(headers: &HeaderMap) -> bool {
    let fields = headers.get_all(header::COOKIE).iter().filter_map(|field| field.to_str().ok());
    let mut cookies = fields.flat_map(Cookie::split_parse).filter_map(Result::ok);
    let made = cookies.find(|cookie| cookie.name() == PENDING).and_then(|cookie| cookie.value().parse::<u64>().ok());
    made.and_then(|made| now().checked_sub(made)).is_some_and(|age| age <= PATIENCE)
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

const PENDING: &str = "privacy-opt-in-pending";

/// Seconds between the two steps back in, at most.
const PATIENCE: u64 = 600;
