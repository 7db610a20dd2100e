//! Purposes and actions: what happens to a vendor's tags on pages for an opted-out browser.
//!
//! A [`Policy`] says what to do, [`Rules`] are a policy and a [`Catalog`](crate::catalog::Catalog) compiled together,
//! and a [`Decision`] is what that comes to for one response.

mod action;
mod fingerprint;
mod inline;
mod needles;
mod rules;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use self::action::Action;
pub use self::rules::Rules;
use crate::catalog::{Purpose, UrlRule, Vendor};
use crate::consent::ConsentState;
use crate::error::ConfigError;

/// What to do about each vendor's tags when a browser opted out.
///
/// The default takes out what is a sale or sharing of personal information: advertising, retargeting, ad exchanges,
/// social pixels, id sync, data brokers, B2B intent, affiliates, session replay, marketing automation and tag managers.
/// It keeps analytics, embeds and whatever is there for the visitor. [`Policy::strict`] takes out analytics too. Purposes,
/// single vendors and single URLs can be set apart; a vendor's own setting counts before that of its purpose.
///
/// Whatever a policy says, the tags of consent managers stay, since they carry the visitor's choice.
///
/// A policy is also a TOML table of these fields, all optional:
///
/// ```toml
/// strict = true
/// report-only = true
/// allow-urls = ["ads.acme.example/own/"]
///
/// [purpose]
/// affiliate = "keep"
///
/// [vendor]
/// hotjar = "keep"
/// ```
///
/// # Example
///
/// ```
/// use tower_gpc::Policy;
/// use tower_gpc::catalog::{Catalog, Purpose};
/// use tower_gpc::policy::{Action, Rules};
///
/// let policy = Policy::new()
///     .purpose(Purpose::TagManager, Action::Keep)
///     .vendor("microsoft-clarity", Action::Keep)
///     .allow_url("facebook.com/tr?id=42")?;
/// let rules = Rules::new(Catalog::builtin().clone(), &policy)?;
/// assert!(rules.url(b"https://www.facebook.com/tr?id=7").is_some());
/// assert!(rules.url(b"https://www.facebook.com/tr?id=42").is_none());
/// assert!(rules.url(b"https://www.googletagmanager.com/gtm.js?id=GTM-1").is_none());
/// # Ok::<(), tower_gpc::ConfigError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[must_use]
pub struct Policy {
    strict: bool,
    report_only: bool,
    allow_urls: Vec<UrlRule>,
    purpose: BTreeMap<Purpose, Action>,
    vendor: BTreeMap<String, Action>,
}

/// What a policy says of one response.
///
/// There is no fourth answer, so this can be matched in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The browser is not opted out: nothing is touched.
    Pass,
    /// The policy is report-only: what would be taken out is counted, nothing is changed.
    Observe,
    /// Sale and sharing tags are taken out.
    Withhold,
}

impl Policy {
    /// The default policy.
    pub fn new() -> Self {
        Self::default()
    }

    /// The default policy, except that analytics are taken out too.
    ///
    /// For sites whose analytics vendor is no service provider by contract.
    pub fn strict() -> Self {
        Self { strict: true, ..Self::default() }
    }

    /// Sets what happens to the tags of all vendors of a purpose.
    ///
    /// [`Purpose::Consent`] stays kept.
    pub fn purpose(mut self, purpose: Purpose, action: Action) -> Self {
        self.purpose.insert(purpose, action);
        self
    }

    /// Sets what happens to the tags of one vendor.
    ///
    /// Whether the vendor exists shows when the policy meets its catalog, in [`Rules::new`]. One of
    /// [`Purpose::Consent`] stays kept.
    pub fn vendor(mut self, id: impl Into<String>, action: Action) -> Self {
        self.vendor.insert(id.into(), action);
        self
    }

    /// Keeps the URLs that match a [`UrlRule`], whosever they are.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] for a text that is not a rule.
    pub fn allow_url(mut self, rule: &str) -> Result<Self, ConfigError> {
        self.allow_urls.push(UrlRule::parse(rule)?);
        Ok(self)
    }

    /// Sets whether what would be taken out is only counted.
    ///
    /// A site in report-only mode does not honour opt-outs, and must not say that it does.
    pub fn report_only(mut self, on: bool) -> Self {
        self.report_only = on;
        self
    }

    /// Whether what would be taken out is only counted.
    #[must_use]
    pub fn is_report_only(&self) -> bool {
        self.report_only
    }

    /// What happens to the tags of a vendor.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::Policy;
    /// use tower_gpc::catalog::{Purpose, Vendor};
    /// use tower_gpc::policy::Action;
    ///
    /// let acme = Vendor::new("acme", "Acme Analytics", Purpose::Analytics);
    /// assert_eq!(Policy::new().action(&acme), Action::Keep);
    /// assert_eq!(Policy::strict().action(&acme), Action::Suppress);
    /// ```
    #[must_use]
    pub fn action(&self, vendor: &Vendor) -> Action {
        if vendor.purpose() == Purpose::Consent {
            return Action::Keep;
        }
        let set = self.vendor.get(vendor.id()).or_else(|| self.purpose.get(&vendor.purpose()));
        set.copied().unwrap_or_else(|| Action::default_for(vendor.purpose(), self.strict))
    }

    /// What to do with a response to a browser of this state.
    #[must_use]
    pub fn decide(&self, state: ConsentState) -> Decision {
        match (state.opted_out(), self.report_only) {
            (false, _) => Decision::Pass,
            (true, true) => Decision::Observe,
            (true, false) => Decision::Withhold,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ConfigErrorKind;

    fn vendor(id: &str, purpose: Purpose) -> Vendor {
        Vendor::new(id, id, purpose)
    }

    #[test]
    fn a_vendor_counts_before_its_purpose_and_that_before_the_default() {
        use Action::{Keep, Suppress};
        let policy = Policy::new()
            .purpose(Purpose::Advertising, Keep)
            .purpose(Purpose::VideoEmbed, Suppress)
            .vendor("a", Suppress)
            .vendor("v", Keep);
        for (vendor, want) in [
            (vendor("a", Purpose::Advertising), Suppress),
            (vendor("b", Purpose::Advertising), Keep),
            (vendor("v", Purpose::VideoEmbed), Keep),
            (vendor("w", Purpose::VideoEmbed), Suppress),
            (vendor("x", Purpose::IdSync), Suppress),
            (vendor("y", Purpose::Analytics), Keep),
        ] {
            assert_eq!(policy.action(&vendor), want, "{vendor:?}");
        }
    }

    #[test]
    fn consent_managers_are_kept_whatever_the_policy_says() {
        let policy = Policy::strict().purpose(Purpose::Consent, Action::Suppress).vendor("c", Action::Suppress);
        assert_eq!(policy.action(&vendor("c", Purpose::Consent)), Action::Keep);
    }

    #[test]
    fn a_policy_is_a_table_that_can_be_nested() {
        #[derive(Deserialize)]
        struct Config {
            policy: Policy,
        }
        let text = "[policy]\nstrict = true\nreport-only = true\nallow-urls = ['a.b/c?d=']\n\
                    [policy.purpose]\nanalytics = 'suppress'\nad-exchange = 'keep'\n[policy.vendor]\nhotjar = 'keep'\n";
        let want = Policy::strict()
            .report_only(true)
            .allow_url("a.b/c?d=")
            .unwrap()
            .purpose(Purpose::Analytics, Action::Suppress)
            .purpose(Purpose::AdExchange, Action::Keep)
            .vendor("hotjar", Action::Keep);
        assert_eq!(toml::from_str::<Config>(text).unwrap().policy, want);
        assert_eq!(toml::from_str::<Policy>("").unwrap(), Policy::new());
    }

    #[test]
    fn a_table_that_is_no_policy_is_refused_with_the_reason() {
        for (text, why) in [
            ("strickt = true", "unknown field `strickt`"),
            ("report_only = true", "unknown field `report_only`"),
            ("strict = 1", "expected a boolean"),
            ("[purpose]\nads = 'keep'", "unknown variant `ads`, expected one of `advertising`"),
            ("[purpose]\nanalytics = 'drop'", "unknown variant `drop`, expected `keep` or `suppress`"),
            ("[vendor]\nhotjar = 1", "line 2"),
            ("allow-urls = ['https://a.b']", "without a scheme"),
            ("allow-urls = 'a.b'", "expected a sequence"),
        ] {
            let message = toml::from_str::<Policy>(text).unwrap_err().to_string();
            assert!(message.contains(why), "{text}: {message}");
        }
        assert_eq!(Policy::new().allow_url("com").unwrap_err().kind(), ConfigErrorKind::Catalog);
    }

    #[test]
    fn a_browser_that_is_not_opted_out_is_left_alone() {
        let state = ConsentState::default();
        assert_eq!(Policy::new().decide(state), Decision::Pass);
        assert_eq!(Policy::new().report_only(true).decide(state), Decision::Pass);
    }

    #[test]
    fn every_public_type_can_be_shared_and_shown() {
        fn shared<T: Send + Sync + std::fmt::Debug>() {}
        shared::<Action>();
        shared::<Decision>();
        shared::<Policy>();
        shared::<Rules>();
    }
}
