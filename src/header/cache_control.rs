//! `Cache-Control` and the fields that overrule it: whether a shared cache may store a response (RFC 9111, RFC 9213).
//!
//! What something decides that `Vary` cannot name, such as an account or a place, must not be in a shared cache at all.

use std::time::SystemTime;

use http::StatusCode;
use http::header::{CACHE_CONTROL, DATE, EXPIRES, HeaderMap, HeaderName, HeaderValue, LAST_MODIFIED};

use super::edit::{self, Edit};
use super::list::{self, Syntax, closing_quote, trim};
use super::media::is_token;

/// Makes sure that no shared cache stores the response, and leaves what it tells the browser's own cache.
///
/// `private` is said (RFC 9111 §5.2.2.7) where every cache finds it: on the first line, before anything malformed that
/// could swallow it. Directives that only speak to shared caches go, and one `private` with field names, which lets them
/// store the rest, loses the names. All other directives stay as they are and in order, `no-store` too. Fields that
/// overrule `Cache-Control` for some caches go; fields that only name what is stored, such as `Surrogate-Key`, stay.
pub(crate) fn make_private(headers: &mut HeaderMap) {
    let targeted: Vec<HeaderName> = headers.keys().filter(|name| is_targeted(name)).cloned().collect();
    for name in &targeted {
        headers.remove(name);
    }

    let mut lines = 0;
    let mut sound = true;
    let mut said = false;
    edit::fields(headers, &CACHE_CONTROL, |line| {
        lines += 1;
        list::edit(line.as_bytes(), Syntax::Strings, |member| {
            let directive = Directive::parse(member);
            sound &= directive.sound;
            if directive.is_any(&["public", "s-maxage", "proxy-revalidate"]) {
                return Edit::Remove;
            }
            if !directive.is("private") {
                return Edit::Keep;
            }
            let here = sound && lines == 1 && !said;
            said |= here;
            match (here, directive.value) {
                (true, None) => Edit::Keep,
                (true, Some(_)) => Edit::Replace(b"private".to_vec()),
                (false, _) => Edit::Remove,
            }
        })
    });
    if !said {
        say_private(headers);
    }
}

/// Tells whether a shared cache may store the response and answer others from it, on an explicit word of the origin, or by
/// the heuristic that caches have in common. Where that is not clear the answer is yes.
///
/// Explicit are `public`, a lifetime that is not zero, a permission to serve stale, `Expires`, and fields that overrule
/// `Cache-Control` (RFC 9111 §3, §5.2.2, §5.3; RFC 9213 §2.2). Without any of them a 200 may be stored (§3), but a cache
/// has nothing to go by for reusing it without asking, which is all that matters here: the heuristics of §4.2.2 go by the
/// age of the page, so `Last-Modified` alone is enough, and nothing at all is not.
///
/// What forbids is believed only in a list that is well-formed up to there, since caches differ in how they read the rest.
/// `no-cache` forbids as well: each reuse is asked for here, where its validator is looked at.
pub(crate) fn is_publicly_cacheable(status: StatusCode, headers: &HeaderMap) -> bool {
    // RFC 9111 §3: the status must be final.
    if status.is_informational() {
        return false;
    }
    if headers.keys().any(|name| is_targeted(name) && overrules(headers, name)) {
        return true;
    }
    let said = Said::of(headers, &CACHE_CONTROL);
    if said.forbids() {
        return false;
    }
    if said.permits || said.has_lifetime {
        // RFC 9111 §5.3, §4.2.2: neither `Expires` nor heuristics count beside a lifetime.
        return said.permits;
    }
    if headers.contains_key(EXPIRES) {
        return expires_later(headers);
    }
    headers.contains_key(LAST_MODIFIED) && is_heuristically_cacheable(status)
}

/// Fields that speak to some shared caches alone and count before `Cache-Control` there: the targeted fields of RFC 9213 by
/// whatever name (`CDN-Cache-Control`, `Cloudflare-CDN-Cache-Control`), `Surrogate-Control` of the Edge Architecture,
/// Akamai's `Edge-Control` and nginx's `X-Accel-Expires`.
fn is_targeted(name: &HeaderName) -> bool {
    let name = name.as_str();
    name.ends_with("-cache-control") || ["surrogate-control", "edge-control", ACCEL].contains(&name)
}

fn overrules(headers: &HeaderMap, name: &HeaderName) -> bool {
    if name == ACCEL {
        // Seconds, or a time after `@`; `0` says not to cache.
        return headers.get_all(name).iter().any(|value| !is_zero(trim(value.as_bytes())));
    }
    let said = Said::of(headers, name);
    said.permits && !said.forbids()
}

fn say_private(headers: &mut HeaderMap) {
    let mut first = true;
    edit::fields(headers, &CACHE_CONTROL, |line| {
        if !std::mem::take(&mut first) {
            return Edit::Keep;
        }
        let line = trim(line.as_bytes());
        let separator: &[u8] = if line.is_empty() { b"" } else { b", " };
        Edit::Replace([b"private", separator, line].concat())
    });
    if !headers.contains_key(CACHE_CONTROL) {
        // Fails only in a map of 24,576 names, which no cache takes.
        let _ = headers.try_append(CACHE_CONTROL, HeaderValue::from_static("private"));
    }
}

/// One member of a list of directives, RFC 9111 §5.2.
struct Directive<'a> {
    name: &'a [u8],
    value: Option<&'a [u8]>,
    /// It is what the grammar says, so every reader agrees on where it ends.
    sound: bool,
}

impl<'a> Directive<'a> {
    fn parse(member: &'a [u8]) -> Self {
        let at = memchr::memchr(b'=', member).unwrap_or(member.len());
        let (name, rest) = member.split_at_checked(at).unwrap_or((member, &[]));
        let value = rest.strip_prefix(b"=");
        let sound = is_token(name) && value.is_none_or(|value| is_token(value) || is_string(value));
        Self { name: trim(name), value: value.map(trim), sound }
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    fn is_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.is(name))
    }

    /// A value that is zero beyond doubt; one that is missing or malformed is read in many ways.
    fn is_zero(&self) -> bool {
        let quoted = |value: &'a [u8]| value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\""));
        self.value.is_some_and(|value| is_zero(quoted(value).unwrap_or(value)))
    }
}

/// What the directives of a field come to.
struct Said {
    permits: bool,
    has_lifetime: bool,
    private: bool,
    no_cache: bool,
    no_store: bool,
    must_understand: bool,
}

impl Said {
    fn of(headers: &HeaderMap, name: &HeaderName) -> Self {
        let mut said = Self {
            permits: false,
            has_lifetime: false,
            private: false,
            no_cache: false,
            no_store: false,
            must_understand: false,
        };
        let lines = headers.get_all(name).iter().map(|line| line.as_bytes());
        let members = lines.flat_map(|line| list::members(line, Syntax::Strings));
        let mut sound = true;
        for directive in members.map(Directive::parse) {
            sound &= directive.sound;
            let lifetime = directive.is_any(&["max-age", "s-maxage", "cache-maxage"]);
            // RFC 5861: what may be served stale may be stored, whatever its lifetime.
            let timed = lifetime || directive.is_any(&["stale-while-revalidate", "stale-if-error"]);
            said.permits |= directive.is("public") || timed && !directive.is_zero();
            said.has_lifetime |= sound && lifetime;
            // With field names both of them speak of those fields only.
            let whole = sound && directive.value.is_none();
            said.private |= whole && directive.is("private");
            said.no_cache |= whole && directive.is("no-cache");
            said.no_store |= sound && directive.is("no-store");
            said.must_understand |= directive.is("must-understand");
        }
        said
    }

    fn forbids(&self) -> bool {
        // RFC 9111 §5.2.2.3: a cache that understands the status ignores `no-store` beside `must-understand`.
        self.private || self.no_cache || self.no_store && !self.must_understand
    }
}

/// RFC 9110 §5.6.4.
fn is_string(value: &[u8]) -> bool {
    value.strip_prefix(b"\"").is_some_and(|inside| closing_quote(inside).is_some_and(|at| at + 1 == inside.len()))
}

fn is_zero(value: &[u8]) -> bool {
    !value.is_empty() && value.iter().all(|&digit| digit == b'0')
}

fn expires_later(headers: &HeaderMap) -> bool {
    let date = headers.get(DATE).and_then(instant);
    headers.get_all(EXPIRES).iter().any(|expires| match (instant(expires), date) {
        (Some(expires), Some(date)) => expires > date,
        (Some(_), None) => true,
        // RFC 9111 §5.3: what is no date, `0` above all, is a time in the past. What has letters may be a date to a cache
        // that is lenient.
        (None, _) => expires.as_bytes().iter().any(u8::is_ascii_alphabetic),
    })
}

/// A date of any of the three kinds that RFC 9110 §5.6.7 knows.
fn instant(date: &HeaderValue) -> Option<SystemTime> {
    httpdate::parse_http_date(date.to_str().ok()?).ok()
}

/// RFC 9110 §15.1; and 304, since it freshens a stored response of such a status (RFC 9111 §4.3.4).
fn is_heuristically_cacheable(status: StatusCode) -> bool {
    matches!(status.as_u16(), 200 | 203 | 204 | 206 | 300 | 301 | 304 | 308 | 404 | 405 | 410 | 414 | 501)
}

const ACCEL: &str = "x-accel-expires";

#[cfg(test)]
mod tests;
