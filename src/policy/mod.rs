//! Purposes and actions: what happens to a vendor's tags on pages for an opted-out browser.
//!
//! A [`Policy`] says what to do, [`Rules`] are a policy and a [`Catalog`](crate::catalog::Catalog) compiled together,
//! and a [`Decision`] is what that comes to for one response. [`laws`] are the states' laws that ask for it.

mod action;
mod context;
mod fingerprint;
mod inline;
mod laws;
mod named;
mod needles;
mod own;
mod restrict;
mod rules;
mod verdict;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use self::action::Action;
pub(crate) use self::context::{Context, Resource};
pub use self::laws::{Law, laws};
use self::own::Host;
pub use self::rules::Rules;
pub use self::verdict::{Cut, Parts, Script};
use crate::catalog::{Purpose, UrlRule, Vendor};
use crate::consent::ConsentState;
use crate::error::ConfigError;

/// What to do about each vendor's tags when a browser opted out.
///
/// The default takes out what is a sale or sharing of personal information: advertising, retargeting, ad exchanges,
/// social pixels, id sync, data brokers, B2B intent, affiliates, session replay, marketing automation and tag managers. On
/// pages that begin with the guard ([`GpcLayer::guard`](crate::GpcLayer::guard)) tag managers stay, unless their action is set.
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
/// only-where-required = true
/// first-party = true
/// allow-urls = ["ads.acme.example/own/"]
///
/// [host]
/// "metrics.acme.example" = "adobe-analytics"
///
/// [purpose]
/// affiliate = "keep"
///
/// [vendor]
/// hotjar = "keep"
/// meta-pixel = "restrict"
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
    only_where_required: bool,
    first_party: bool,
    allow_urls: Vec<UrlRule>,
    host: BTreeMap<Host, String>,
    purpose: BTreeMap<Purpose, Action>,
    vendor: BTreeMap<String, Action>,
}

/// What a policy says of one response.
///
/// There is no fourth answer, so this can be matched in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The browser is not opted out, or need not be heard where it is: nothing is touched.
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
    /// [`Purpose::Consent`] stays kept. [`Action::Restrict`] is for single vendors; [`Rules::new`] refuses it here.
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

    /// Sets whether vendors' tags are looked for on hosts of the site's own, too; off by default.
    ///
    /// Tag gateways, server-side containers and proxied collectors serve a vendor's script or collect its hits under the
    /// site's own name. On, relative URLs, and absolute ones whose host no rule knows, are compared with the
    /// [`PathRule`](crate::catalog::PathRule)s of the catalog, by how their path ends and by their query.
    ///
    /// Without a host to vouch for the vendor this is a guess, if a good one: a path of the site's own that ends in
    /// `/gtm.js?id=GTM-1` or `/fbevents.js` is taken for the vendor's. Short paths such as `/tr` never count without the
    /// parameters that the vendor sends. A gateway that renames the script is not found; name its host with
    /// [`own_host`](Self::own_host). A relative URL is taken as it is written: neither the page's own path nor `<base>`
    /// is put before it. Scripts in the page that load such a tag are found by their signatures, on or off.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::policy::Rules;
    /// use tower_gpc::{Catalog, Policy};
    ///
    /// let rules = Rules::new(Catalog::builtin().clone(), &Policy::new().first_party(true))?;
    /// let pixel = rules.catalog().find("meta-pixel");
    /// assert_eq!(rules.url(b"/tr?id=123&ev=PageView"), pixel);
    /// assert_eq!(rules.url(b"https://shop.example/js/fbevents.js"), pixel);
    /// assert_eq!(rules.url(b"/tr"), None);
    /// # Ok::<(), tower_gpc::ConfigError>(())
    /// ```
    pub fn first_party(mut self, on: bool) -> Self {
        self.first_party = on;
        self
    }

    /// Says that a host of the site's own, with its subdomains, is a vendor's: a CNAME, a container, a proxied collector.
    ///
    /// What happens to its tags is what the policy says of the vendor. Such a host counts before the catalog's rules.
    /// Whether the vendor exists shows when the policy meets its catalog, in [`Rules::new`].
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] for a text that is not a host alone.
    ///
    /// # Example
    ///
    /// ```
    /// use tower_gpc::policy::Rules;
    /// use tower_gpc::{Catalog, Policy};
    ///
    /// let policy = Policy::strict().own_host("metrics.shop.example", "adobe-analytics")?;
    /// let rules = Rules::new(Catalog::builtin().clone(), &policy)?;
    /// assert_eq!(rules.url(b"https://metrics.shop.example/x"), rules.catalog().find("adobe-analytics"));
    /// # Ok::<(), tower_gpc::ConfigError>(())
    /// ```
    pub fn own_host(mut self, host: &str, vendor: impl Into<String>) -> Result<Self, ConfigError> {
        self.host.insert(Host::parse(host)?, vendor.into());
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

    /// Sets whether the signal is honoured only where a law may ask for it; off by default, so that it is everywhere.
    ///
    /// On, a browser passes that comes from a known place whose law, if there is one in [`laws`], does not cover what the
    /// signal asks for: a state without such a law, or another country. A place that is not known, or a state of the US
    /// that is not known, is covered, so without a [`Locator`](crate::consent::Locator) nothing changes.
    ///
    /// Only a signal that the browser sends to every site alike is let pass. A choice that was made on this site, such as
    /// a cookie of ours or of a consent manager, or one that an adapter reports, is honoured everywhere: a site that asks
    /// has to keep its word, and more states than these ask that of it.
    ///
    /// Not for a site whose privacy notice promises to honour the signal. What `/.well-known/gpc.json` says stays true: it
    /// speaks of "at least" what the law obliges to (GPC, "GPC Support Resource"). No law asks for this narrowing (11 CCR
    /// § 7025(b), Colorado Rule 5.08.F), and where a browser is can only be guessed.
    ///
    /// # Example
    ///
    /// ```
    /// use http::{HeaderMap, HeaderValue};
    /// use tower_gpc::Policy;
    /// use tower_gpc::consent::{Jurisdiction, resolve};
    /// use tower_gpc::policy::Decision;
    /// use tower_gpc::signal::{Readers, SEC_GPC, read};
    ///
    /// let headers = HeaderMap::from_iter([(SEC_GPC, HeaderValue::from_static("1"))]);
    /// let state = resolve(read(&headers, &Readers::default()));
    /// let policy = Policy::new().only_where_required(true);
    /// let decide = |place| policy.decide(state.with_jurisdiction(Jurisdiction::parse(place)));
    /// assert_eq!(decide("US-CA"), Decision::Withhold);
    /// assert_eq!(decide("US-VA"), Decision::Pass);
    /// assert_eq!(decide("US"), Decision::Withhold);
    /// assert_eq!(decide("unknown"), Decision::Withhold);
    /// ```
    pub fn only_where_required(mut self, on: bool) -> Self {
        self.only_where_required = on;
        self
    }

    /// Whether the signal is honoured only where a law may ask for it.
    ///
    /// Then the place decides, too, and `Vary` has to name the fields that tell it.
    #[must_use]
    pub fn is_only_where_required(&self) -> bool {
        self.only_where_required
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

    pub(crate) fn allowed_urls(&self) -> &[UrlRule] {
        &self.allow_urls
    }

    /// The hosts of the site's own that are a vendor's, with its id.
    pub(crate) fn own_hosts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.host.iter().map(|(host, vendor)| (host.as_str(), &**vendor))
    }

    pub(crate) fn looks_at_first_party(&self) -> bool {
        self.first_party
    }

    /// The same policy for scripts of pages that the guard runs on: there, what a tag manager loads is seen, and vendors can be
    /// told to restrict, so that they may stay.
    pub(crate) fn under_guard(&self) -> Self {
        let mut policy = self.clone();
        policy.purpose.entry(Purpose::TagManager).or_insert(Action::Keep);
        policy
            .vendor
            .values_mut()
            .filter(|action| **action == Action::Restrict)
            .for_each(|action| *action = Action::Keep);
        policy
    }

    /// The ids of the vendors that are told to restrict.
    pub(crate) fn restricted(&self) -> impl Iterator<Item = &str> {
        self.vendor.iter().filter(|(_, action)| **action == Action::Restrict).map(|(id, _)| id.as_str())
    }

    /// Whether the action for a vendor was set, for itself or for its purpose.
    fn names(&self, vendor: &Vendor) -> bool {
        self.vendor.contains_key(vendor.id()) || self.purpose.contains_key(&vendor.purpose())
    }

    /// What to do with a response to a browser of this state.
    #[must_use]
    pub fn decide(&self, state: ConsentState) -> Decision {
        match (state.opted_out() && !self.releases(state), self.report_only) {
            (false, _) => Decision::Pass,
            (true, true) => Decision::Observe,
            (true, false) => Decision::Withhold,
        }
    }

    fn releases(&self, state: ConsentState) -> bool {
        self.only_where_required && state.by_universal_signal_alone() && !laws::may_require(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::Jurisdiction;
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
        let text = "[policy]\nstrict = true\nreport-only = true\nonly-where-required = true\nfirst-party = true\nallow-urls = ['a.b/c?d=']\n\
                    [policy.purpose]\nanalytics = 'suppress'\nad-exchange = 'keep'\n[policy.vendor]\nhotjar = 'keep'\n\
                    [policy.host]\n'm.shop.test' = 'hotjar'\n";
        let want = Policy::strict()
            .report_only(true)
            .only_where_required(true)
            .first_party(true)
            .allow_url("a.b/c?d=")
            .and_then(|policy| policy.own_host("m.shop.test", "hotjar"))
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
            ("[purpose]\nanalytics = 'drop'", "expected one of `keep`, `suppress`, `restrict`"),
            ("[vendor]\nhotjar = 1", "line 2"),
            ("allow-urls = ['https://a.b']", "without a scheme"),
            ("allow-urls = 'a.b'", "expected a sequence"),
            ("first-party = 'yes'", "expected a boolean"),
            ("\n[host]\n'a.b/c' = 'hotjar'", "expected a host alone"),
            ("[host]\ncom = 'hotjar'", "two labels"),
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

    /// The state of a browser that sent these fields from a place.
    fn state(place: &str, fields: &[(&str, &str)]) -> ConsentState {
        let fields = fields.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        let signals = crate::signal::read(&fields.collect::<http::HeaderMap>(), &crate::signal::Readers::default());
        crate::consent::resolve(signals).with_jurisdiction(Jurisdiction::parse(place))
    }

    const SIGNAL: (&str, &str) = ("sec-gpc", "1");
    const PLACES: [&str; 9] = ["unknown", "US", "US-CA", "US-CO", "US-TX", "US-VA", "US-NY", "US-PR", "outside the US"];

    #[test]
    fn the_signal_is_honoured_everywhere_unless_told_otherwise() {
        for place in PLACES {
            assert_eq!(Policy::new().decide(state(place, &[SIGNAL])), Decision::Withhold, "{place}");
        }
    }

    #[test]
    fn only_a_known_place_without_the_duty_lets_the_signal_pass() {
        let policy = Policy::new().only_where_required(true);
        for (place, covered) in PLACES.into_iter().zip([true, true, true, true, true, false, false, false, false]) {
            let want = if covered { Decision::Withhold } else { Decision::Pass };
            assert_eq!(policy.decide(state(place, &[SIGNAL])), want, "{place}");
            let want = if covered { Decision::Observe } else { Decision::Pass };
            assert_eq!(policy.clone().report_only(true).decide(state(place, &[SIGNAL])), want, "{place}");
            assert_eq!(policy.decide(state(place, &[])), Decision::Pass, "{place}");
        }
        for law in laws() {
            let place = format!("US-{}", law.state());
            assert_eq!(policy.decide(state(&place, &[SIGNAL])), Decision::Withhold, "{place}");
        }
    }

    #[test]
    fn a_choice_made_on_the_site_is_honoured_everywhere() {
        let policy = Policy::new().only_where_required(true);
        for place in PLACES {
            for cookie in ["__Host-privacy-opt-out=1.out", "usprivacy=1YYN"] {
                for fields in [&[("cookie", cookie)][..], &[("cookie", cookie), SIGNAL]] {
                    assert_eq!(policy.decide(state(place, fields)), Decision::Withhold, "{place} {fields:?}");
                }
            }
            let contrary = [("cookie", "usprivacy=1YNN"), SIGNAL];
            let want = policy.decide(state(place, &[SIGNAL]));
            assert_eq!(policy.decide(state(place, &contrary)), want, "{place}: a contrary cookie is no choice");
        }
    }

    #[test]
    fn every_public_type_can_be_shared_and_shown() {
        fn shared<T: Send + Sync + std::fmt::Debug>() {}
        shared::<Action>();
        shared::<Decision>();
        shared::<Law>();
        shared::<Policy>();
        shared::<Rules>();
    }
}
