//! Our own opt-out cookie: its name, and the value that holds no identifier.

use std::borrow::Cow;

use super::cookie::{MAX_PAIR, Wanted};
use super::us_privacy;
use crate::error::{ConfigError, ConfigErrorKind};

/// The value of the opt-out cookie: a version, the choice and a day, and no identifier.
///
/// `1.out.20780` reads: version 1, opted out, on day 20,780 after 1970-01-01. The cookie keeps a browser opted out when a
/// later request comes without `Sec-GPC`, since the absence of a signal is no opt-in (11 CCR § 7025(c)(5)).
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
}

impl OptOutCookie {
    /// The cookie's name, unless [`Readers::opt_out_cookie`](super::Readers::opt_out_cookie) gives another.
    ///
    /// The prefix has browsers refuse the cookie from anyone but this host over HTTPS (RFC 6265bis §4.1.3.2). A site that
    /// is served over plain HTTP needs a name without it.
    ///
    /// A name with `privacy` in it, as the US Privacy cookies have, is found by the same search: with another one, each
    /// request with a long `Cookie` field costs some 30 ns more.
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

    /// Reads a cookie's value; nothing, unless it clearly says `out`.
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
        if version.is_empty() || !version.iter().all(u8::is_ascii_digit) || fields.next()? != b"out" {
            return None;
        }
        Some(Self { day: fields.next().and_then(read_day) })
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
    pub(super) fn parse(name: &str) -> Result<Self, ConfigError> {
        let wrong =
            |why: &str| Err(ConfigError::new(ConfigErrorKind::Name, format!("opt-out cookie name {name:?} {why}")));
        // RFC 6265bis §4.1.1: a cookie name is a token (RFC 9110 §5.6.2).
        if name.is_empty() || !name.bytes().all(is_token) {
            return wrong("is not a token: it may hold letters, digits and !#$%&'*+-.^_`|~ only");
        }
        if name.len() > MAX_NAME {
            return wrong("is longer than browsers store");
        }
        if us_privacy::is_name(name.as_bytes()) {
            return wrong("is that of the US Privacy string");
        }
        Ok(Self(name.to_owned().into()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Wants the cookies of this name, found by a search that is made anyway where there is such a one.
    pub(super) fn want(&self, wanted: &mut Vec<Wanted>) {
        match wanted.iter_mut().find(|wanted| wanted.finds(&self.0)) {
            Some(wanted) => wanted.add(&self.0),
            None => wanted.push(Wanted::new(&self.0, &self.0)),
        }
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
            assert_eq!(OptOutCookie::read(OptOutCookie::value(day).as_bytes()), Some(OptOutCookie { day: Some(day) }));
        }
    }

    #[test]
    fn a_name_is_a_token_that_is_free() {
        let long = "n".repeat(MAX_NAME);
        for name in [OptOutCookie::DEFAULT_NAME, "o", "!#$%&'*+-.^_`|~", "privacy", long.as_str()] {
            assert_eq!(OptOutName::parse(name).unwrap().as_str(), name);
        }
        let longer = "n".repeat(MAX_NAME + 1);
        for name in ["", " ", "a b", "a=b", "a;b", "a,b", "\"a\"", "a\0", "a\n", "ä", "a/b", "usprivacy", &longer] {
            let error = OptOutName::parse(name).unwrap_err();
            assert_eq!(error.kind(), ConfigErrorKind::Name, "{name:?}");
        }
    }
}
