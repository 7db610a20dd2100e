//! What is asked of the preference center, and by whom.

use http::header::{ACCEPT_LANGUAGE, HOST, HeaderName, ORIGIN};
use http::{HeaderMap, Uri};

use super::texts::Language;
use crate::consent::ConsentState;
use crate::signal::{Head, Signal};

/// What a form of the page does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    OptOut,
    Limit,
    /// Takes the limit back.
    Unlimit,
    /// The first step back in.
    OptIn,
    /// The second.
    ConfirmOptIn,
}

impl Ask {
    pub(super) fn of(query: &str) -> Option<Self> {
        match parameter(query, "do")? {
            "opt-out" => Some(Self::OptOut),
            "limit" => Some(Self::Limit),
            "unlimit" => Some(Self::Unlimit),
            "opt-in" => Some(Self::OptIn),
            "confirm" => Some(Self::ConfirmOptIn),
            _ => None,
        }
    }

    /// Whether it is one of the steps back in.
    pub(super) fn is_opt_in(self) -> bool {
        matches!(self, Self::OptIn | Self::ConfirmOptIn)
    }
}

/// A choice that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    OptedOut,
    OptedIn,
    Limited,
    Unlimited,
}

impl Choice {
    const ALL: [Self; 4] = [Self::OptedOut, Self::OptedIn, Self::Limited, Self::Unlimited];

    fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::OptedOut => "opted-out",
            Self::OptedIn => "opted-in",
            Self::Limited => "limited",
            Self::Unlimited => "unlimited",
        }
    }

    /// Whether the next request bears it out: a browser may keep no cookies, or not these (11 CCR § 7025(c)(6): what is said
    /// to be honoured is). `None` where the browser kept it, and something else counts all the same.
    pub(super) fn is_kept(self, state: ConsentState) -> Option<bool> {
        let own = state.heard().contains(Signal::OptOutCookie);
        match self {
            Self::OptedOut => Some(own && state.opted_out()),
            Self::Limited => Some(own && state.sensitive_opted_out()),
            Self::OptedIn if state.opted_out() => own.then_some(false),
            Self::Unlimited if state.sensitive_opted_out() => own.then_some(false),
            Self::OptedIn | Self::Unlimited => Some(true),
        }
    }
}

/// What a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Show {
    Choices,
    /// The choices, under the word that this one was made, if the browser kept it.
    Done(Choice),
    /// The first step back in.
    Change,
    /// The second.
    Confirm,
    /// The second came without the first, or too late.
    Expired,
    /// A form came from another site.
    Refused,
}

impl Show {
    pub(super) fn of(query: &str) -> Self {
        match parameter(query, "show") {
            Some("change") => Self::Change,
            Some("confirm") => Self::Confirm,
            Some("expired") => Self::Expired,
            Some(other) => Choice::of(other).map_or(Self::Choices, Self::Done),
            None => Self::Choices,
        }
    }
}

/// The language that the address names, else the one that the browser likes best of those there are (RFC 9110 § 12.5.4).
pub(super) fn language(query: &str, headers: &HeaderMap) -> Language {
    if let Some(language) = parameter(query, "lang").and_then(Language::parse) {
        return language;
    }
    let lines = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|line| line.to_str().ok());
    let ranges = lines.flat_map(|line| line.split(',')).filter_map(|range| {
        let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
        let language = Language::parse(tag.trim_ascii().split('-').next()?)?;
        Some((weight(parameters)?, language))
    });
    // Of equals the first, and what has no weight is not wanted.
    let best =
        ranges.filter(|(weight, _)| *weight > 0).reduce(|best, range| if range.0 > best.0 { range } else { best });
    best.map_or(Language::English, |(_, language)| language)
}

/// RFC 9110 § 12.4.2, in thousandths; none where it is not one.
fn weight(parameters: &str) -> Option<u32> {
    let text = parameters.trim_ascii();
    if text.is_empty() {
        return Some(1000);
    }
    let (name, value) = text.split_once('=')?;
    let (whole, part) = value.trim_ascii().split_once('.').unwrap_or((value.trim_ascii(), ""));
    if !name.trim_ascii().eq_ignore_ascii_case("q") || part.len() > 3 || !part.bytes().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let thousandths = format!("{part:0<3}").parse().unwrap_or(0);
    match whole {
        "1" if thousandths == 0 => Some(1000),
        "0" => Some(thousandths),
        _ => None,
    }
}

/// Whether a form was sent from a page of this site, as its browser says.
///
/// Fetch Metadata § 2.4; a browser without it has `Origin` on every `POST` (Fetch § 3.1). Who sends neither is no browser
/// that somebody could be tricked with.
pub(super) fn is_from_here(head: &Head<'_>) -> bool {
    let headers = head.headers();
    let mut sites = headers.get_all(SEC_FETCH_SITE).iter().peekable();
    if sites.peek().is_some() {
        return sites.all(|site| site == "same-origin");
    }
    let asked = head.uri().and_then(Uri::authority).map(|authority| authority.as_str().as_bytes());
    let asked = asked.or_else(|| headers.get(HOST).map(|host| host.as_bytes()));
    headers.get_all(ORIGIN).iter().all(|origin| {
        let origin = origin.as_bytes();
        // A port that the scheme has anyway may be written or not.
        let schemes = [(&b"https://"[..], &b":443"[..]), (b"http://", b":80")];
        let found = schemes.iter().find_map(|(scheme, port)| Some((origin.strip_prefix(*scheme)?, *port)));
        found.zip(asked).is_some_and(|((host, port), asked)| {
            let plain = |host: &'_ [u8]| host.strip_suffix(port).unwrap_or(host).to_ascii_lowercase();
            plain(host) == plain(asked)
        })
    })
}

/// Whether it is a form that is sent, and no request of a script's, which could take both steps back in by itself (Fetch
/// Metadata § 2.2).
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    headers.get_all(SEC_FETCH_MODE).iter().all(|mode| mode == "navigate")
}

fn parameter<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query.split('&').filter_map(|one| one.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
}

const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

#[cfg(test)]
mod tests {
    use http::{HeaderValue, Request};

    use super::*;

    fn headers(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        fields.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn the_language_is_the_one_that_is_liked_best() {
        use Language::{English, Spanish};
        for (query, accepted, want) in [
            ("", "", English),
            ("", "es", Spanish),
            ("", "es-MX,es;q=0.9,en;q=0.8", Spanish),
            ("", "en, es", English),
            ("", "fr, es;q=0.2", Spanish),
            ("", "es;q=0.5, en;q=0.501", English),
            ("", "es;q=0, de", English),
            ("", "es;q=2", English),
            ("", "es; q=1.000", Spanish),
            ("", "es;q=1.001, ES ; Q=0.1", Spanish),
            ("", "espanol;q=x,;,,", English),
            ("lang=es", "en", Spanish),
            ("a=b&lang=en&show=done", "es", English),
            ("lang=xx", "es", Spanish),
        ] {
            assert_eq!(language(query, &headers(&[("accept-language", accepted)])), want, "{query} {accepted}");
        }
    }

    #[test]
    fn forms_of_other_sites_are_told() {
        let site = ("sec-fetch-site", "same-origin");
        for (fields, want) in [
            (&[][..], true),
            (&[site], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "none")], false),
            (&[("sec-fetch-site", "SAME-ORIGIN")], false),
            (&[("origin", "https://www.shop.example:8080")], true),
            (&[("origin", "http://WWW.shop.example:8080")], true),
            (&[("origin", "https://www.shop.example")], false),
            (&[("origin", "https://evil.example")], false),
            (&[("origin", "https://www.shop.example:8080.evil.example")], false),
            (&[("origin", "null")], false),
            (&[("origin", "")], false),
            // What the browser says itself counts before what may be rewritten on the way.
            (&[site, ("origin", "https://inner.example")], true),
        ] {
            let mut request = Request::post("/privacy?do=opt-out").body(()).unwrap();
            *request.headers_mut() = headers(fields);
            request.headers_mut().insert(HOST, HeaderValue::from_static("www.shop.example:8080"));
            assert_eq!(is_from_here(&Head::from(&request)), want, "{fields:?}");
        }
        for (origin, host, want) in [
            ("https://www.shop.example", "www.shop.example:443", true),
            ("https://www.shop.example:443", "www.shop.example", true),
            ("http://www.shop.example", "www.shop.example:80", true),
            ("http://www.shop.example", "www.shop.example:443", false),
            ("https://www.shop.example:44", "www.shop.example", false),
        ] {
            let mut request = Request::post("/privacy?do=opt-out").body(()).unwrap();
            *request.headers_mut() = headers(&[("origin", origin), ("host", host)]);
            assert_eq!(is_from_here(&Head::from(&request)), want, "{origin} {host}");
        }
    }
}
