//! Our own opt-out cookie: its name, and the value that holds no identifier.

use std::borrow::Cow;

use cookie::time::{Date, Duration};

use super::cookie::MAX_PAIR;
use super::scope::Scope;
use crate::error::{ConfigError, ConfigErrorKind};

/// The value of the opt-out cookie: a version, the choice and a day or two, and no identifier.
///
/// `1.out.20780` reads: version 1, opted out, on day 20,780 after 1970-01-01. `1.out.20780.20850` was renewed on day
/// 20,850. The cookie keeps a browser opted out when a later request comes without `Sec-GPC`, since the absence of a
/// signal is no opt-in (11 CCR § 7025(c)(5)). It stands for an opt-out of sale, sharing and targeted advertising, whatever
/// signal it was made for. `limit` in the place of `out` stands for a limit to the use of sensitive information, a right of
/// its own (11 CCR § 7027), and `out-limit` for both.
///
/// Nothing but an opt-out can be stored in it: whoever could set a cookie could otherwise opt people back in.
///
/// # Example
///
/// ```
/// use tower_gpc::signal::OptOutCookie;
///
/// assert_eq!(OptOutCookie::value(20_780), "1.out.20780");
/// assert_eq!(OptOutCookie::read(b"1.out.20780").unwrap().day(), Some(20_780));
/// assert_eq!(OptOutCookie::read(b"1.in.20780"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OptOutCookie {
    day: Option<u32>,
    renewed: Option<u32>,
    scope: Scope,
}

impl OptOutCookie {
    /// The cookie's name, unless [`Readers::opt_out_cookie`](super::Readers::opt_out_cookie) gives another.
    ///
    /// The prefix has browsers refuse the cookie from anyone but this host over HTTPS (RFC 6265bis §4.1.3.2). A site that
    /// is served over plain HTTP needs a name without it.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::OptOutCookie;
    ///
    /// let field = format!("{}={}; Path=/; Secure; SameSite=Lax", OptOutCookie::DEFAULT_NAME, OptOutCookie::value(20_780));
    /// assert!(field.starts_with("__Host-privacy-opt-out=1.out.20780;"));
    /// ```
    pub const DEFAULT_NAME: &str = "__Host-privacy-opt-out";

    /// Writes the value for an opt-out made on `day`, counted from 1970-01-01.
    ///
    /// # Example
    ///
    /// ```
    /// assert_eq!(tower_gpc::signal::OptOutCookie::value(20_780), "1.out.20780");
    /// ```
    #[must_use]
    pub fn value(day: u32) -> String {
        format!("1.out.{day}")
    }

    /// Writes the value of this cookie as renewed on the day `today`: the day of the opt-out stays.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::OptOutCookie;
    ///
    /// assert_eq!(OptOutCookie::read(b"1.out.20780").unwrap().renew(20_850), "1.out.20780.20850");
    /// assert_eq!(OptOutCookie::read(b"1.out.once").unwrap().renew(20_850), "1.out.20850");
    /// ```
    #[must_use]
    pub fn renew(self, today: u32) -> String {
        let choice = choice(self.scope);
        match self.day.filter(|&day| day < today) {
            Some(day) => format!("1.{choice}.{day}.{today}"),
            None => format!("1.{choice}.{today}"),
        }
    }

    /// What the cookie stands for.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::{OptOutCookie, Scope};
    ///
    /// assert_eq!(OptOutCookie::read(b"1.out.7").unwrap().scope(), Scope::ALL_ADVERTISING);
    /// assert_eq!(OptOutCookie::read(b"1.limit.7").unwrap().scope(), Scope::SENSITIVE);
    /// ```
    #[must_use]
    pub fn scope(self) -> Scope {
        self.scope
    }

    /// The same cookie for another scope, which is taken for all of advertising or none; nothing, if it stands for nothing.
    ///
    /// The day of the first choice stays.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::{OptOutCookie, Scope};
    ///
    /// let both = OptOutCookie::made_on(7, Scope::SALE | Scope::SENSITIVE).unwrap();
    /// assert_eq!(both.renew(7), "1.out-limit.7");
    /// assert_eq!(both.for_scope(Scope::SENSITIVE).unwrap().renew(9), "1.limit.7.9");
    /// assert!(both.for_scope(Scope::NOTHING).is_none());
    /// ```
    #[must_use]
    pub fn for_scope(self, scope: Scope) -> Option<Self> {
        let out = if scope.intersects(Scope::ALL_ADVERTISING) { Scope::ALL_ADVERTISING } else { Scope::NOTHING };
        let limit = if scope.contains(Scope::SENSITIVE) { Scope::SENSITIVE } else { Scope::NOTHING };
        let scope = out | limit;
        (!scope.is_empty()).then_some(Self { scope, ..self })
    }

    /// A cookie for a choice made on `day`, counted from 1970-01-01; nothing for a choice of nothing.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::{OptOutCookie, Scope};
    ///
    /// let cookie = OptOutCookie::made_on(20_780, Scope::ALL_ADVERTISING).unwrap();
    /// assert_eq!(cookie.renew(20_780), OptOutCookie::value(20_780));
    /// ```
    #[must_use]
    pub fn made_on(day: u32, scope: Scope) -> Option<Self> {
        Self { day: Some(day), renewed: None, scope }.for_scope(scope)
    }

    /// Tells whether the cookie should be written again on the day `today`.
    ///
    /// That is a month after it was last written, so that a browser which comes back within the year never loses it; and
    /// at once where the value does not tell when that was, or tells a day to come.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::OptOutCookie;
    ///
    /// assert!(!OptOutCookie::read(b"1.out.20780").unwrap().is_due(20_800));
    /// assert!(OptOutCookie::read(b"1.out.20780").unwrap().is_due(20_810));
    /// assert!(!OptOutCookie::read(b"1.out.20780.20805").unwrap().is_due(20_810));
    /// ```
    #[must_use]
    pub fn is_due(self, today: u32) -> bool {
        self.written().and_then(|day| today.checked_sub(day)).is_none_or(|age| age >= RENEW_AFTER_DAYS)
    }

    /// Of two that a browser holds: the first opt-out, and the last time that it was written.
    pub(super) fn and(self, other: Self) -> Self {
        let day = match (self.day, other.day) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        Self { day, renewed: self.written().max(other.written()), scope: self.scope | other.scope }
    }

    fn written(self) -> Option<u32> {
        self.renewed.or(self.day)
    }

    /// Tells whether twelve months have passed on the day `today` since the opt-out.
    ///
    /// Until then nobody may ask this person to opt in (Civ. Code § 1798.135(c)(4)), but to tell of a conflict with a
    /// setting of theirs, or where they ask for what cannot be had without a sale (11 CCR §§ 7025(c)(3), 7028(b)). It speaks
    /// of the opt-out that the cookie remembers: while a browser sends the signal, it opts out anew with each request.
    /// Without a readable day it is never.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::OptOutCookie;
    ///
    /// // Day 20,780 is 2026-11-23.
    /// let cookie = OptOutCookie::read(b"1.out.20780.21100").unwrap();
    /// assert!(!cookie.may_ask_again(20_780 + 364));
    /// assert!(cookie.may_ask_again(20_780 + 365));
    /// ```
    #[must_use]
    pub fn may_ask_again(self, today: u32) -> bool {
        let (Some(made), Some(today)) = (self.day.and_then(date), date(today)) else { return false };
        let a_year_later = |day: Date| day.replace_year(day.year() + 1).ok();
        // The year after a leap day has no 29 February: then it is 1 March.
        let anniversary = a_year_later(made).or_else(|| made.next_day().and_then(a_year_later));
        anniversary.is_some_and(|anniversary| anniversary <= today)
    }

    /// Reads a cookie's value; nothing, unless it clearly says `out`, `limit` or both.
    ///
    /// A missing or unreadable day, a later version and fields that it may add do not hide the choice. A value that
    /// cannot be understood is no signal, never an opt-in.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::OptOutCookie;
    ///
    /// assert_eq!(OptOutCookie::read(b"2.out.soon.more").unwrap().day(), None);
    /// assert_eq!(OptOutCookie::read(b"out"), None);
    /// ```
    #[must_use]
    pub fn read(value: &[u8]) -> Option<Self> {
        let mut fields = value.split(|&byte| byte == b'.');
        let version = fields.next()?;
        if version.is_empty() || !version.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let scope = match fields.next()? {
            b"out" => Scope::ALL_ADVERTISING,
            b"limit" => Scope::SENSITIVE,
            b"out-limit" => Scope::ALL_ADVERTISING | Scope::SENSITIVE,
            _ => return None,
        };
        let mut day = || fields.next().and_then(read_day);
        Some(Self { day: day(), renewed: day(), scope })
    }

    /// The day of the opt-out, counted from 1970-01-01, where the value holds a readable one.
    ///
    /// A browser's user can write any day into a cookie: let nothing depend on it but when to renew the cookie.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::OptOutCookie;
    ///
    /// assert_eq!(OptOutCookie::read(b"1.out.7").and_then(OptOutCookie::day), Some(7));
    /// ```
    #[must_use]
    pub fn day(self) -> Option<u32> {
        self.day
    }
}

fn choice(scope: Scope) -> &'static str {
    match (scope.intersects(Scope::ALL_ADVERTISING), scope.contains(Scope::SENSITIVE)) {
        (true, true) => "out-limit",
        (false, true) => "limit",
        (_, false) => "out",
    }
}

const RENEW_AFTER_DAYS: u32 = 30;

/// The date of a day that is counted from 1970-01-01; none past the year 9999.
fn date(day: u32) -> Option<Date> {
    Date::from_ordinal_date(1970, 1).ok()?.checked_add(Duration::days(day.into()))
}

fn read_day(digits: &[u8]) -> Option<u32> {
    // `parse` alone would take a sign.
    let digits = str::from_utf8(digits).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    digits.parse().ok()
}

/// The name of the opt-out cookie.
#[derive(Clone, Debug)]
pub(super) struct OptOutName(Cow<'static, str>);

impl Default for OptOutName {
    fn default() -> Self {
        Self(OptOutCookie::DEFAULT_NAME.into())
    }
}

impl OptOutName {
    /// Parses a cookie name.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if `name` is no token, leaves no room for a value, or is read as something else.
    pub(super) fn parse(name: &str, is_read_as_another: impl Fn(&str) -> bool) -> Result<Self, ConfigError> {
        let wrong =
            |why: &str| Err(ConfigError::new(ConfigErrorKind::Name, format!("opt-out cookie name {name:?} {why}")));
        // RFC 6265bis §4.1.1: a cookie name is a token (RFC 9110 §5.6.2).
        if name.is_empty() || !name.bytes().all(is_token) {
            return wrong("is not a token: it may hold letters, digits and !#$%&'*+-.^_`|~ only");
        }
        if name.len() > MAX_NAME {
            return wrong("is longer than browsers store");
        }
        if is_read_as_another(name) {
            return wrong("is that of another signal");
        }
        Ok(Self(name.to_owned().into()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Leaves room for a value of ours.
const MAX_NAME: usize = MAX_PAIR - 96;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_out_is_an_opt_out() {
        let table: &[(&[u8], Option<Option<u32>>)] = &[
            (b"1.out.20780", Some(Some(20_780))),
            (b"1.out.0", Some(Some(0))),
            (b"1.out.4294967295", Some(Some(u32::MAX))),
            (b"1.out.4294967296", Some(None)),
            (b"1.out", Some(None)),
            (b"1.out.", Some(None)),
            (b"1.out.+7", Some(None)),
            (b"1.out.-7", Some(None)),
            (b"1.out.today", Some(None)),
            (b"1.out.\xff", Some(None)),
            (b"1.out.7.more", Some(Some(7))),
            (b"2.out.7", Some(Some(7))),
            (b"99999999999999999999.out", Some(None)),
            (b"1.limit.7", Some(Some(7))),
            (b"1.out-limit.7", Some(Some(7))),
            (b"1.limit-out.7", None),
            (b"1.in.20780", None),
            (b"1.OUT.20780", None),
            (b"1.outs.20780", None),
            (b"1..out.20780", None),
            (b"1.in.out", None),
            (b"1. out.20780", None),
            (b".out.20780", None),
            (b"-1.out.20780", None),
            (b"v1.out.20780", None),
            (b"1", None),
            (b"1.", None),
            (b"out", None),
            (b"", None),
            (b"1,out,20780", None),
            (b"1%2Eout", None),
            (b"\xd9\xa1.out", None),
            (b"1\0.out", None),
        ];
        for (value, want) in table {
            assert_eq!(OptOutCookie::read(value).map(OptOutCookie::day), *want, "{}", value.escape_ascii());
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for day in [0, 1, 20_780, u32::MAX] {
            let want = OptOutCookie { day: Some(day), renewed: None, scope: Scope::ALL_ADVERTISING };
            assert_eq!(OptOutCookie::read(OptOutCookie::value(day).as_bytes()), Some(want));
        }
    }

    #[test]
    fn a_renewed_cookie_keeps_the_day_of_the_opt_out() {
        for (value, today, due, renewed) in [
            ("1.out.100", 100, false, "1.out.100"),
            ("1.out.100", 129, false, "1.out.100.129"),
            ("1.out.100", 130, true, "1.out.100.130"),
            ("1.out.100.130", 159, false, "1.out.100.159"),
            ("1.out.100.130", 160, true, "1.out.100.160"),
            // What cannot be, or cannot be read, is written anew.
            ("1.out.100.130", 129, true, "1.out.100.129"),
            ("1.out.200", 100, true, "1.out.100"),
            ("1.out", 100, true, "1.out.100"),
            ("1.out.x.90", 100, false, "1.out.100"),
        ] {
            let cookie = OptOutCookie::read(value.as_bytes()).unwrap();
            assert_eq!((cookie.is_due(today), cookie.renew(today).as_str()), (due, renewed), "{value} on {today}");
            assert!(!OptOutCookie::read(renewed.as_bytes()).unwrap().is_due(today), "{value} on {today}");
        }
    }

    #[test]
    fn of_two_cookies_the_first_day_and_the_last_writing_count() {
        for (one, two, day, due) in [
            ("1.out.100", "1.out.140", Some(100), false),
            ("1.out.100.140", "1.out.90", Some(90), false),
            ("1.out.100", "1.out.90", Some(90), true),
            ("1.out", "1.out.140", Some(140), false),
            ("1.out", "1.out", None, true),
        ] {
            let read = |value: &str| OptOutCookie::read(value.as_bytes()).unwrap();
            for both in [read(one).and(read(two)), read(two).and(read(one))] {
                assert_eq!((both.day(), both.is_due(150)), (day, due), "{one} and {two}");
            }
        }
    }

    #[test]
    fn twelve_calendar_months_are_waited_and_leap_days_do_no_harm() {
        let day = |year, day| (Date::from_ordinal_date(year, day).unwrap() - date(0).unwrap()).whole_days() as u32;
        for (made, last_silent, first) in [
            (day(2026, 327), day(2027, 326), day(2027, 327)),
            // 2028-02-29: until 2029-02-28, and from 2029-03-01 on.
            (day(2028, 60), day(2029, 59), day(2029, 60)),
            // 2027-03-01, with a leap day in between.
            (day(2027, 60), day(2028, 60), day(2028, 61)),
        ] {
            let cookie = OptOutCookie::read(OptOutCookie::value(made).as_bytes()).unwrap();
            assert_eq!([last_silent, first].map(|today| cookie.may_ask_again(today)), [false, true], "{made}");
        }
        for value in ["1.out", "1.out.x", "1.out.4294967295"] {
            assert!(!OptOutCookie::read(value.as_bytes()).unwrap().may_ask_again(u32::MAX), "{value}");
        }
    }

    #[test]
    fn a_name_is_a_token_that_is_free() {
        let long = "n".repeat(MAX_NAME);
        for name in [OptOutCookie::DEFAULT_NAME, "o", "!#$%&'*+-.^_`|~", "privacy", long.as_str()] {
            assert_eq!(OptOutName::parse(name, |_| false).unwrap().as_str(), name);
        }
        let longer = "n".repeat(MAX_NAME + 1);
        for name in ["", " ", "a b", "a=b", "a;b", "a,b", "\"a\"", "a\0", "a\n", "ä", "a/b", "usprivacy", &longer] {
            let error = OptOutName::parse(name, |name| name == "usprivacy").unwrap_err();
            assert_eq!(error.kind(), ConfigErrorKind::Name, "{name:?}");
        }
    }
}
