//! What can be done about a vendor's tags, and what is done by default.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::catalog::Purpose;

/// What happens to a vendor's tags on pages for an opted-out browser.
///
/// # Example
///
/// ```
/// use tower_gpc::policy::Action;
///
/// assert_eq!(Action::Suppress.to_string(), "suppress");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Action {
    /// They stay.
    Keep,
    /// They are taken out.
    Suppress,
    /// They stay under the guard, which tells the vendor by its own switch, before anything else, to restrict what it does with
    /// the data; where no guard runs they are taken out, and so is whatever is no script: an image takes no orders.
    ///
    /// Only for a vendor that is bound by contract as a service provider: without that contract its switch alone makes no
    /// sharing lawful (Civ. Code § 1798.140(ag)). Hence it is a setting of single vendors, never of purposes. These have a
    /// switch: Google Ads, Google Ad Manager, Meta, Microsoft Advertising, Pinterest, Reddit, TikTok and X. What such a switch
    /// does is the vendor's word, and some only act for people of the states that they list.
    Restrict,
}

impl Action {
    /// What a policy without overrides does: sale and sharing go, the rest stays.
    pub(super) fn default_for(purpose: Purpose, strict: bool) -> Self {
        match purpose {
            // Sale or sharing.
            Purpose::Advertising
            | Purpose::Retargeting
            | Purpose::AdExchange
            | Purpose::SocialPixel
            | Purpose::IdSync
            | Purpose::DataBroker
            | Purpose::B2bIntent
            | Purpose::Affiliate => Self::Suppress,
            // A third party sees the person, and privacy notices name it as such.
            Purpose::SessionReplay | Purpose::Marketing => Self::Suppress,
            // A container can load anything.
            Purpose::TagManager => Self::Suppress,
            // Neither sale nor sharing, where the vendor is a service provider by contract.
            Purpose::Analytics if strict => Self::Suppress,
            Purpose::Analytics => Self::Keep,
            // Visitors asked for the content.
            Purpose::SocialEmbed | Purpose::VideoEmbed => Self::Keep,
            // Neither sale nor sharing, or other law needs it.
            Purpose::Consent
            | Purpose::Payment
            | Purpose::Captcha
            | Purpose::Fonts
            | Purpose::Cdn
            | Purpose::ErrorReporting
            | Purpose::LeadEvidence
            | Purpose::Functional => Self::Keep,
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keep => "keep",
            Self::Suppress => "suppress",
            Self::Restrict => "restrict",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sale_and_sharing_go_by_default_and_analytics_too_when_strict() {
        for (place, purpose) in Purpose::ALL.into_iter().enumerate() {
            // The type lists what is sale or sharing first.
            let sale = place < 10 || purpose == Purpose::TagManager;
            let want = |suppress| if suppress { Action::Suppress } else { Action::Keep };
            assert_eq!(Action::default_for(purpose, false), want(sale), "{purpose}");
            assert_eq!(Action::default_for(purpose, true), want(sale || purpose == Purpose::Analytics), "{purpose}");
        }
    }

    #[test]
    fn actions_are_written_in_kebab_case() {
        for action in [Action::Keep, Action::Suppress, Action::Restrict] {
            assert_eq!(serde_json::to_value(action).unwrap(), action.to_string());
        }
    }
}
