//! What is answered, made once at set-up.

use std::time::{SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderValue, Uri};
use serde::Deserialize;

use super::lines;
use super::place::{Domain, Place};
use super::shared::Answer;
use super::strings::{self, Change, Found, Told};
use crate::error::ConfigError;
use crate::signal::gpp::{Mspa, UsSection};
use crate::signal::{Head, OptOutCookie, Readers, Scope, Signal, Signals};

/// What an opted-out browser is told to remember.
///
/// By default it gets our opt-out cookie, and the privacy strings that it carries are corrected where they say otherwise.
/// Publishing strings on a site that has none, and correcting OneTrust's own cookies, is for the operator to turn on.
///
/// # Example
///
/// ```
/// use tower_gpc::answer::{Answers, Persist};
///
/// let answers = Answers::default()
///     .opt_out_cookie(Persist::Always)
///     .publish_us_privacy(true)
///     .notice_given(true)
///     .cookie_domain("example.com")?;
/// assert!(Answers::default().cookie_domain("https://example.com").is_err());
/// # drop(answers);
/// # Ok::<(), tower_gpc::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Answers {
    persist: Persist,
    pub(super) correct: bool,
    pub(super) correct_onetrust: bool,
    pub(super) publish_us_privacy: bool,
    pub(super) publish_gpp: Vec<UsSection>,
    pub(super) notice_given: Option<bool>,
    pub(super) mspa: Option<Mspa>,
    domain: Domain,
    secure: bool,
}

/// On which responses an opted-out browser gets our opt-out cookie.
///
/// # Example
///
/// ```
/// assert_eq!(tower_gpc::answer::Persist::default(), tower_gpc::answer::Persist::Unshared);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Persist {
    /// On none: the signal has to come with every request.
    Never,
    /// On those that no shared cache may store by their own fields, or no longer may since a string had to be corrected.
    #[default]
    Unshared,
    /// On the first response of all. One that a shared cache could have stored becomes private for it.
    Always,
}

impl Default for Answers {
    fn default() -> Self {
        Self {
            persist: Persist::default(),
            correct: true,
            correct_onetrust: false,
            publish_us_privacy: false,
            publish_gpp: Vec::new(),
            notice_given: None,
            mspa: None,
            domain: Domain::default(),
            secure: true,
        }
    }
}

impl Answers {
    /// Says on which responses the browser gets our opt-out cookie.
    ///
    /// The cookie keeps a browser opted out when a later request comes without the signal: its absence is no opt-in (11 CCR
    /// § 7025(c)(5)). What an [`Adapter`](crate::signal::Adapter) says is of the person, and is not remembered in the browser.
    pub fn opt_out_cookie(mut self, persist: Persist) -> Self {
        self.persist = persist;
        self
    }

    /// Says whether the US Privacy and GPP strings in cookies are corrected; on by default.
    ///
    /// Whoever reads them afterwards, a tag, a bidder or an auditor, must read the decision that was made here.
    pub fn correct(mut self, on: bool) -> Self {
        self.correct = on;
        self
    }

    /// Says whether OneTrust's own cookies are corrected too; off by default, since its script keeps a state of its own.
    ///
    /// In `OptanonConsent` the groups that mean sale or sharing are switched off and `isGpcEnabled` on.
    pub fn correct_onetrust(mut self, on: bool) -> Self {
        self.correct_onetrust = on;
        self
    }

    /// Says whether an opted-out browser without a US Privacy string gets one, in the cookie `usprivacy`.
    ///
    /// Not where such cookies are not read, see [`Readers`]: the site may have one.
    pub fn publish_us_privacy(mut self, on: bool) -> Self {
        self.publish_us_privacy = on;
        self
    }

    /// Names the GPP sections of which an opted-out browser without a GPP string gets one, in the cookies `__gpp` and
    /// `__gpp_sid`. None by default, and none where such cookies are not read.
    pub fn publish_gpp(mut self, sections: impl IntoIterator<Item = UsSection>) -> Self {
        self.publish_gpp = sections.into_iter().collect();
        self
    }

    /// Says whether the site gives notice of its sales and of the right to opt out, as published strings then state.
    ///
    /// Unset, they leave it open: no string claims a notice that was not configured. Corrected strings keep what they say.
    pub fn notice_given(mut self, given: bool) -> Self {
        self.notice_given = Some(given);
        self
    }

    /// Says what the IAB's Multi-State Privacy Agreement, formerly the LSPA, is to the site's transactions, as published
    /// strings then state. Unset, no string claims that it covers them.
    pub fn mspa(mut self, mspa: Mspa) -> Self {
        self.mspa = Some(mspa);
        self
    }

    /// Names the domain on which consent platforms of this site set their cookies.
    ///
    /// A cookie is replaced only by one of the same domain (RFC 6265bis § 5.7), and a request does not tell which that was.
    /// Without this it is the registrable domain of the host, by the Public Suffix List, as nearly all platforms choose; a
    /// cookie of the same name on the hosts below it is removed. Hosts outside of the named domain go by their own, so the
    /// layer must see the host that the browser asked.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] of the kind [`Name`](crate::ConfigErrorKind::Name) for what is not a host name.
    pub fn cookie_domain(mut self, domain: &str) -> Result<Self, ConfigError> {
        self.domain = Domain::parse(domain)?;
        Ok(self)
    }

    /// Says whether cookies are marked `Secure`; they are by default.
    ///
    /// For a site on plain HTTP, whose visitors' browsers would refuse them. The opt-out cookie then needs a name without
    /// the prefix `__Host-`.
    pub fn secure(mut self, on: bool) -> Self {
        self.secure = on;
        self
    }

    /// Makes the answer to an opted-out browser, where there is anything to be told.
    pub(crate) fn prepare(
        &self,
        head: &Head<'_>,
        readers: &Readers,
        signals: Signals,
        told: Told,
    ) -> Option<Box<Answer>> {
        // What an account says, or the age of a person, is not of the browser: others may use it after a log-out.
        let by_browser = signals.heard().iter().any(|signal| signal != Signal::Adapter);
        let may_persist = by_browser && self.persist != Persist::Never && readers.reads_cookies();
        let publishes = self.publish_us_privacy || !self.publish_gpp.is_empty();
        let today = if may_persist { today() } else { 0 };
        let own = match signals.opt_out_cookie() {
            _ if !may_persist => None,
            Some(cookie) if cookie.scope().contains(Scope::ALL_ADVERTISING) && !cookie.is_due(today) => None,
            Some(cookie) => cookie.for_scope(cookie.scope() | Scope::ALL_ADVERTISING).map(|cookie| cookie.renew(today)),
            None => Some(OptOutCookie::value(today)),
        };
        if own.is_none() && !publishes && !signals.carries_strings() {
            return None;
        }
        let changes = strings::changes(self, Found::in_cookies(readers, head.headers()), told);
        if own.is_none() && changes.is_empty() {
            return None;
        }
        Some(Box::new(Answer {
            own: own.and_then(|value| lines::own(readers.opt_out_cookie_name(), &value, self.secure)),
            strings: self.lines(head, &changes),
            always: self.persist == Persist::Always,
        }))
    }

    /// The lines that remember a choice which a person made on this very request, whatever [`Persist`] says: of what they
    /// are opted out from now on. Strings that say the contrary are corrected.
    #[cfg(feature = "center")]
    pub(crate) fn choose(
        &self,
        head: &Head<'_>,
        readers: &Readers,
        signals: Signals,
        scope: Scope,
    ) -> Vec<HeaderValue> {
        let (today, name) = (today(), readers.opt_out_cookie_name());
        let cookie = match signals.opt_out_cookie() {
            Some(cookie) => cookie.for_scope(scope),
            None => OptOutCookie::made_on(today, scope),
        };
        let own = match cookie {
            Some(cookie) => lines::own(name, &cookie.renew(today), self.secure),
            None => lines::own_removal(name, self.secure),
        };
        let place = Place::of(&self.domain, host(head), head.uri().map_or("/", Uri::path));
        let found = Found::in_cookies(readers, head.headers());
        let mut all: Vec<HeaderValue> = own.into_iter().collect();
        if scope.intersects(Scope::ALL_ADVERTISING) {
            let told = Told { scope, gpc: signals.heard().contains(Signal::SecGpc) };
            let changes = strings::changes(self, found, told);
            all.extend(changes.iter().flat_map(|change| lines::replace(change, &place, self.secure)));
        }
        all
    }

    /// The lines that take the IAB's strings away, for who opted in again: those that were corrected before say otherwise.
    #[cfg(feature = "center")]
    pub(crate) fn forget(&self, head: &Head<'_>, readers: &Readers) -> Vec<HeaderValue> {
        let place = Place::of(&self.domain, host(head), head.uri().map_or("/", Uri::path));
        let names = strings::iab(Found::in_cookies(readers, head.headers()));
        names.into_iter().flat_map(|name| lines::remove(name, &place, self.secure)).collect()
    }

    /// Whether cookies are marked `Secure`.
    pub(crate) fn is_secure(&self) -> bool {
        self.secure
    }

    /// The attributes by which an element of ours tells scripts what privacy strings say of an opted-out browser.
    pub(crate) fn attributes(&self) -> String {
        strings::attributes(self)
    }

    fn lines(&self, head: &Head<'_>, changes: &[Change]) -> Vec<HeaderValue> {
        // Most answers change no string, and the place is a search of a long list.
        if changes.is_empty() {
            return Vec::new();
        }
        let place = Place::of(&self.domain, host(head), head.uri().map_or("/", Uri::path));
        changes.iter().flat_map(|change| lines::replace(change, &place, self.secure)).collect()
    }
}

/// The host that the browser asked: of the target where it has one (RFC 9113 § 8.3.1), else of the `Host` field.
fn host<'a>(head: &Head<'a>) -> Option<&'a str> {
    let target = head.uri().and_then(Uri::host);
    target.or_else(|| field(head.headers()))
}

fn field(headers: &HeaderMap) -> Option<&str> {
    let host = headers.get(http::header::HOST)?.to_str().ok()?;
    // A port is not part of where a cookie stands (RFC 6265bis § 8.5).
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => Some(name),
        _ => Some(host),
    }
}

/// The day, counted from 1970-01-01. A clock before that, or after 4 billion days, is wrong anyway.
fn today() -> u32 {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    u32::try_from(seconds / SECONDS_A_DAY).unwrap_or_default()
}

const SECONDS_A_DAY: u64 = 86_400;
