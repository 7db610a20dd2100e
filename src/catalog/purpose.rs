//! What a vendor's tags are for, and who says so.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{ConfigError, ConfigErrorKind};

/// What a vendor's tags are for.
///
/// A purpose is a legal reading (is this a sale, is it sharing?), not a technical one: a session recorder and a
/// performance monitor may work alike and still differ. In text it is written in kebab-case, `ad-exchange`.
///
/// # Example
///
/// ```
/// use tower_gpc::catalog::Purpose;
///
/// assert_eq!("ad-exchange".parse::<Purpose>()?, Purpose::AdExchange);
/// assert_eq!(Purpose::B2bIntent.to_string(), "b2b-intent");
/// # Ok::<(), tower_gpc::ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Purpose {
    /// Advertising and the measurement of advertisements.
    Advertising,
    /// Showing people what they looked at elsewhere.
    Retargeting,
    /// Auctions of advertising space, and the bids in them.
    AdExchange,
    /// A social network's measurement tag.
    SocialPixel,
    /// Matching one company's identifiers with another's.
    IdSync,
    /// Collecting and selling what is known of people.
    DataBroker,
    /// Telling businesses which businesses visit.
    B2bIntent,
    /// Paying whoever sent the visitor.
    Affiliate,
    /// Recording what a visitor does on the page.
    SessionReplay,
    /// Marketing automation whose provider uses what it learns.
    Marketing,
    /// Counting and analysing visits for the site's own use.
    Analytics,
    /// Loading other tags; which ones is not visible in the page.
    TagManager,
    /// Content of a social network that visitors came to see.
    SocialEmbed,
    /// A video that visitors came to see.
    VideoEmbed,
    /// Asking for and keeping the visitor's privacy choices. Never suppressed.
    Consent,
    /// Taking payments.
    Payment,
    /// Telling people from programs.
    Captcha,
    /// Fonts.
    Fonts,
    /// Serving scripts, styles and images of others.
    Cdn,
    /// Reporting faults of the page to its makers.
    ErrorReporting,
    /// Proof that a visitor agreed to be called, which other law asks for.
    LeadEvidence,
    /// Chat, search, A/B tests, support: neither sale nor sharing.
    Functional,
}

impl Purpose {
    /// Every purpose, in the order of the type.
    pub const ALL: [Self; 22] = [
        Self::Advertising,
        Self::Retargeting,
        Self::AdExchange,
        Self::SocialPixel,
        Self::IdSync,
        Self::DataBroker,
        Self::B2bIntent,
        Self::Affiliate,
        Self::SessionReplay,
        Self::Marketing,
        Self::Analytics,
        Self::TagManager,
        Self::SocialEmbed,
        Self::VideoEmbed,
        Self::Consent,
        Self::Payment,
        Self::Captcha,
        Self::Fonts,
        Self::Cdn,
        Self::ErrorReporting,
        Self::LeadEvidence,
        Self::Functional,
    ];

    /// The name as it is written in catalogs and policies.
    ///
    /// # Example
    ///
    /// ```
    /// assert_eq!(tower_gpc::catalog::Purpose::IdSync.as_str(), "id-sync");
    /// ```
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Advertising => "advertising",
            Self::Retargeting => "retargeting",
            Self::AdExchange => "ad-exchange",
            Self::SocialPixel => "social-pixel",
            Self::IdSync => "id-sync",
            Self::DataBroker => "data-broker",
            Self::B2bIntent => "b2b-intent",
            Self::Affiliate => "affiliate",
            Self::SessionReplay => "session-replay",
            Self::Marketing => "marketing",
            Self::Analytics => "analytics",
            Self::TagManager => "tag-manager",
            Self::SocialEmbed => "social-embed",
            Self::VideoEmbed => "video-embed",
            Self::Consent => "consent",
            Self::Payment => "payment",
            Self::Captcha => "captcha",
            Self::Fonts => "fonts",
            Self::Cdn => "cdn",
            Self::ErrorReporting => "error-reporting",
            Self::LeadEvidence => "lead-evidence",
            Self::Functional => "functional",
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Purpose {
    type Err = ConfigError;

    /// # Errors
    ///
    /// Returns [`ConfigError`] for a name that is not in [`Purpose::ALL`]; the message lists those that are.
    fn from_str(name: &str) -> Result<Self, ConfigError> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == name).ok_or_else(|| {
            let known = Self::ALL.map(Self::as_str).join(", ");
            ConfigError::new(ConfigErrorKind::Policy, format!("unknown purpose {name:?}, expected one of {known}"))
        })
    }
}

/// Where what a [`Vendor`](crate::catalog::Vendor) says was learnt from.
///
/// # Example
///
/// ```
/// use tower_gpc::catalog::Source;
///
/// assert_eq!("vendor-docs".parse::<Source>()?, Source::VendorDocs);
/// assert_eq!(Source::Operator.to_string(), "operator");
/// # Ok::<(), tower_gpc::ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Source {
    /// The vendor's own documentation.
    VendorDocs,
    /// Recorded traffic and saved pages.
    Captures,
    /// The `third-party-web` data set.
    ThirdPartyWeb,
    /// What practitioners know, not checked against a document.
    CommonKnowledge,
    /// Whoever runs the site. What entries are that name no source.
    #[default]
    Operator,
}

impl Source {
    /// Every source, in the order of the type.
    pub const ALL: [Self; 5] =
        [Self::VendorDocs, Self::Captures, Self::ThirdPartyWeb, Self::CommonKnowledge, Self::Operator];

    /// The name as it is written in catalogs.
    ///
    /// # Example
    ///
    /// ```
    /// assert_eq!(tower_gpc::catalog::Source::Captures.as_str(), "captures");
    /// ```
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::VendorDocs => "vendor-docs",
            Self::Captures => "captures",
            Self::ThirdPartyWeb => "third-party-web",
            Self::CommonKnowledge => "common-knowledge",
            Self::Operator => "operator",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Source {
    type Err = ConfigError;

    /// # Errors
    ///
    /// Returns [`ConfigError`] for a name that is not in [`Source::ALL`]; the message lists those that are.
    fn from_str(name: &str) -> Result<Self, ConfigError> {
        Self::ALL.into_iter().find(|source| source.as_str() == name).ok_or_else(|| {
            let known = Self::ALL.map(Self::as_str).join(", ");
            ConfigError::new(ConfigErrorKind::Catalog, format!("unknown source {name:?}, expected one of {known}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_the_same_in_text_and_in_serde() {
        for purpose in Purpose::ALL {
            assert_eq!(purpose.as_str().parse::<Purpose>().unwrap(), purpose);
            assert_eq!(serde_json::to_value(purpose).unwrap(), purpose.as_str());
            assert_eq!(serde_json::from_value::<Purpose>(purpose.as_str().into()).unwrap(), purpose);
        }
        for source in Source::ALL {
            assert_eq!(source.as_str().parse::<Source>().unwrap(), source);
            assert_eq!(serde_json::to_value(source).unwrap(), source.as_str());
            assert_eq!(serde_json::from_value::<Source>(source.as_str().into()).unwrap(), source);
        }
    }

    #[test]
    fn all_holds_every_value_once_and_in_order() {
        assert!(Purpose::ALL.is_sorted_by(|a, b| a < b));
        assert!(Source::ALL.is_sorted_by(|a, b| a < b));
        // The last of each type: a value added behind it fails to compile in `as_str`, one before it shifts this.
        assert_eq!(Purpose::ALL.len(), Purpose::Functional as usize + 1);
        assert_eq!(Source::ALL.len(), Source::Operator as usize + 1);
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        for name in ["", "Analytics", "analytics ", "ad_exchange", "ads"] {
            let message = name.parse::<Purpose>().unwrap_err().to_string();
            assert!(
                message.contains(&format!("{name:?}")) && message.contains("retargeting, ad-exchange"),
                "{message}"
            );
        }
        let message = "docs".parse::<Source>().unwrap_err().to_string();
        assert!(message.contains("\"docs\"") && message.contains("vendor-docs, captures"), "{message}");
    }
}
