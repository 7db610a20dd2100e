//! The consent platforms by name, their cookies, and the way to each one's reader.

use std::fmt;

use super::purposes::Purposes;
use super::{
    complianz, cookie_yes, cookiebot, didomi, iubenda, ketch, one_trust, osano, shopify, sourcepoint, transcend,
    trust_arc,
};
use crate::signal::Signal;
use crate::signal::cookie::MAX_PAIR;
use crate::signal::statement::Statement;

/// A consent platform whose cookies can be read.
///
/// | platform | cookies | what is an opt-out of sale and sharing | purposes by default |
/// |---|---|---|---|
/// | OneTrust | `OptanonConsent` | a group at `0`; `isGpcEnabled=1`; `browserGpcFlag=1` | `C0004`, `C0005`, `SPD_BG`, `SSPD_BG`, `BG*` |
/// | | `OneTrustWPCCPAGoogleOptOut` | `true` | |
/// | Cookiebot | `CookieConsent` | a category that is `false`; `0` alone | `marketing` |
/// | TrustArc | `cmapi_cookie_privacy`, `notice_preferences`, `notice_gdpr_prefs` | a level that is not permitted | none: must be named |
/// | Didomi | `didomi_token` | a purpose among those disabled | none: must be named |
/// | Ketch | `_ketch_consent_v1_`, `_swb_consent_` | a purpose that is denied | `behavioral_advertising`, `data_broking`, `targeted_advertising` |
/// | | `gpcsignal` | `true` | |
/// | Transcend | `tcm` | a purpose that is `false` | `SaleOfInfo`, `Advertising` |
/// | CookieYes | `cookieyes-consent` | a category at `no`, after `action:yes` | `advertisement` |
/// | Shopify | `_tracking_consent`, `_cmp_a` | a consent at `"0"`, a purpose that is `false` | `s`, `t` |
/// | iubenda | `_iub_cs-` and an id | a purpose that is `false` | `5` |
/// | | the same and `-uspr` | `s`, `sh` or `adv` that is `false` | |
/// | Complianz | `cmplz_` or `cmplz_rt_` and a category | `deny` | `marketing` |
/// | Osano, Sourcepoint | none of their own | what their `usprivacy` and `__gpp` cookies say | |
///
/// All of them that have purposes are read unless switched off: a visitor whose opt-out is not heard is the worse harm. On
/// a site that shares its domain with others who may set cookies, and who could so opt its visitors out, switch off those
/// that it does not use ([`Readers::without_platform`](crate::signal::Readers::without_platform)).
///
/// # Example
///
/// ```
/// use tower_gpc::signal::cmp::Platform;
///
/// assert_eq!(Platform::OneTrust.to_string(), "OneTrust");
/// assert_eq!(serde_json::to_string(&Platform::OneTrust).unwrap(), r#""onetrust""#);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Platform {
    /// OneTrust, also called Optanon and CookiePro.
    OneTrust,
    /// Cookiebot.
    Cookiebot,
    /// TrustArc. It says nothing before its levels are named: sites number them in more than one order.
    TrustArc,
    /// Didomi. It says nothing before its purposes are named: each account has ids of its own.
    Didomi,
    /// Ketch.
    Ketch,
    /// Transcend.
    Transcend,
    /// CookieYes.
    CookieYes,
    /// Shopify's customer privacy API. The later compact form of its cookies is not documented, and not guessed.
    Shopify,
    /// iubenda.
    Iubenda,
    /// Complianz.
    Complianz,
    /// Osano. Its own cookies are opaque; what it says is in the US Privacy and GPP strings that it mirrors to cookies.
    Osano,
    /// Sourcepoint. Its own cookies are identifiers; what it says is in the strings that it mirrors, as with Osano.
    Sourcepoint,
}

/// The cookies of a platform: one name, or all that begin with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::signal) enum Pattern {
    Name(&'static str),
    Prefix(&'static str),
}

impl Platform {
    pub(crate) const ALL: [Platform; 12] = [
        Platform::OneTrust,
        Platform::Cookiebot,
        Platform::TrustArc,
        Platform::Didomi,
        Platform::Ketch,
        Platform::Transcend,
        Platform::CookieYes,
        Platform::Shopify,
        Platform::Iubenda,
        Platform::Complianz,
        Platform::Osano,
        Platform::Sourcepoint,
    ];

    /// Reads one cookie of this platform: its name, and its value as the browser sent it, percent-encoding and all.
    ///
    /// For tests and logs; [`signal::read`](crate::signal::read) finds the cookies in a request. A cookie of another
    /// name says nothing, nor does one that is longer than the 4096 bytes that browsers store.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::signal::{Scope, Statement};
    /// use tower_gpc::signal::cmp::{Platform, Purposes};
    ///
    /// let purposes = Purposes::of(Platform::CookieYes);
    /// let read = |value| Platform::CookieYes.read(b"cookieyes-consent", value, &purposes);
    /// assert_eq!(read(b"consent:no,action:yes,advertisement:no"), Statement::opted_out(Scope::ALL_ADVERTISING));
    /// assert_eq!(read(b"consent:no,action:,advertisement:no"), Statement::nothing());
    /// ```
    pub fn read(self, name: &[u8], value: &[u8], purposes: &Purposes) -> Statement {
        if name.len() + value.len() > MAX_PAIR || !self.cookies().iter().any(|cookie| cookie.matches(name)) {
            return Statement::nothing();
        }
        match self {
            Self::OneTrust => one_trust::read(name, value, purposes),
            Self::Cookiebot => cookiebot::read(name, value, purposes),
            Self::TrustArc => trust_arc::read(name, value, purposes),
            Self::Didomi => didomi::read(name, value, purposes),
            Self::Ketch => ketch::read(name, value, purposes),
            Self::Transcend => transcend::read(name, value, purposes),
            Self::CookieYes => cookie_yes::read(name, value, purposes),
            Self::Shopify => shopify::read(name, value, purposes),
            Self::Iubenda => iubenda::read(name, value, purposes),
            Self::Complianz => complianz::read(name, value, purposes),
            Self::Osano | Self::Sourcepoint => Statement::nothing(),
        }
    }

    /// The cookies that [`read`](Self::read) understands.
    pub(in crate::signal) fn cookies(self) -> &'static [Pattern] {
        match self {
            Self::OneTrust => one_trust::COOKIES,
            Self::Cookiebot => cookiebot::COOKIES,
            Self::TrustArc => trust_arc::COOKIES,
            Self::Didomi => didomi::COOKIES,
            Self::Ketch => ketch::COOKIES,
            Self::Transcend => transcend::COOKIES,
            Self::CookieYes => cookie_yes::COOKIES,
            Self::Shopify => shopify::COOKIES,
            Self::Iubenda => iubenda::COOKIES,
            Self::Complianz => complianz::COOKIES,
            Self::Osano => osano::COOKIES,
            Self::Sourcepoint => sourcepoint::COOKIES,
        }
    }

    /// As what its cookies are heard; none if it speaks through other signals alone.
    pub(in crate::signal) const fn signal(self) -> Option<Signal> {
        Some(match self {
            Self::OneTrust => Signal::OneTrust,
            Self::Cookiebot => Signal::Cookiebot,
            Self::TrustArc => Signal::TrustArc,
            Self::Didomi => Signal::Didomi,
            Self::Ketch => Signal::Ketch,
            Self::Transcend => Signal::Transcend,
            Self::CookieYes => Signal::CookieYes,
            Self::Shopify => Signal::Shopify,
            Self::Iubenda => Signal::Iubenda,
            Self::Complianz => Signal::Complianz,
            Self::Osano | Self::Sourcepoint => return None,
        })
    }

    /// The purposes that mean sale or sharing where its vendor's defaults were kept.
    pub(super) const fn default_purposes(self) -> &'static [&'static str] {
        match self {
            Self::OneTrust => one_trust::PURPOSES,
            Self::Cookiebot => cookiebot::PURPOSES,
            Self::Ketch => ketch::PURPOSES,
            Self::Transcend => transcend::PURPOSES,
            Self::CookieYes => cookie_yes::PURPOSES,
            Self::Shopify => shopify::PURPOSES,
            Self::Iubenda => iubenda::PURPOSES,
            Self::Complianz => complianz::PURPOSES,
            Self::TrustArc | Self::Didomi | Self::Osano | Self::Sourcepoint => &[],
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.signal(), self) {
            (Some(signal), _) => signal.fmt(f),
            (None, Self::Osano) => f.pad("Osano"),
            (None, _) => f.pad("Sourcepoint"),
        }
    }
}

impl Pattern {
    /// Whether a cookie of this name is meant. Cookie names are case-sensitive.
    pub(in crate::signal) fn matches(self, name: &[u8]) -> bool {
        match self {
            Self::Name(text) => name == text.as_bytes(),
            Self::Prefix(text) => name.starts_with(text.as_bytes()),
        }
    }
}
