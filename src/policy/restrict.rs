//! Vendors that have a switch of their own by which they restrict what they do with a person's data.

use super::{Action, Policy};
use crate::error::{ConfigError, ConfigErrorKind};

/// Their ids in the catalog, with what the guard tells them and where that is documented.
const SWITCHES: [&str; 8] = [
    // `setPrivacySettings`, `restrictDataProcessing`: developers.google.com/publisher-tag/reference
    "google-ad-manager",
    // `restricted_data_processing`, beside denied consent: support.google.com/google-ads/answer/9614122
    "google-ads",
    // `dataProcessingOptions`, `LDU`, by Meta's own view of the place:
    // developers.facebook.com/docs/marketing-apis/data-processing-options
    "meta-pixel",
    // `consent`, `default`, `ad_storage` denied: help.ads.microsoft.com, UET consent mode
    "microsoft-advertising",
    // `opt_out_type`, `LDP`: developers.pinterest.com/docs/track-conversions/use-limited-data-processing-flag
    "pinterest-tag",
    // `dpm`, `LDU`: Reddit's template for tag managers
    "reddit-pixel",
    // `disableCookie` and `revokeConsent`: business-api.tiktok.com, pixel cookie consent mode
    "tiktok-pixel",
    // `restricted_data_use`, `restrict_optimization`: business.x.com, restricted data use guide
    "x-pixel",
];

/// A switch only does for a vendor that is bound by contract, which is a matter of single vendors (Civ. Code
/// § 1798.140(ag)).
pub(super) fn check(policy: &Policy) -> Result<(), ConfigError> {
    let wrong = |message: String| Err(ConfigError::new(ConfigErrorKind::Policy, message));
    if let Some((purpose, _)) = policy.purpose.iter().find(|(_, action)| **action == Action::Restrict) {
        return wrong(format!(
            "policy for purpose {purpose}: `restrict` is for single vendors that are bound by contract"
        ));
    }
    match policy.restricted().find(|id| !SWITCHES.contains(id)) {
        Some(id) => {
            let known = SWITCHES.join(", ");
            wrong(format!("policy for vendor {id:?}: it has no switch to restrict that is known; these have: {known}"))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Catalog, Purpose};
    use crate::policy::Rules;

    #[test]
    fn only_single_vendors_with_a_switch_can_be_restricted() {
        let rules = |policy: &Policy| Rules::new(Catalog::builtin().clone(), policy);
        for id in SWITCHES {
            assert!(rules(&Policy::new().vendor(id, Action::Restrict)).is_ok(), "{id}");
        }
        for (policy, part) in [
            (Policy::new().vendor("snap-pixel", Action::Restrict), "no switch"),
            (Policy::new().vendor("hotjarr", Action::Restrict), "no such vendor"),
            (Policy::new().purpose(Purpose::SocialPixel, Action::Restrict), "single vendors"),
        ] {
            let error = rules(&policy).unwrap_err();
            assert_eq!(error.kind(), ConfigErrorKind::Policy);
            assert!(error.to_string().contains(part), "{error}");
        }
    }
}
