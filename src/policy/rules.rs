//! Catalog and policy, compiled together: what is withheld from an opted-out browser.

use std::fmt;

use super::context::Context;
use super::fingerprint::fingerprint;
use super::inline::{Said, Scanner};
use super::own::Own;
use super::{Action, Policy, Script, restrict};
use crate::catalog::{Catalog, Vendor, VendorId, locate};
use crate::error::{ConfigError, ConfigErrorKind};
use crate::lists::FilterList;

/// What is withheld from an opted-out browser, and for whose sake: a [`Catalog`] and a [`Policy`], compiled.
///
/// Every answer names a vendor of [`Rules::catalog`]. Building one takes milliseconds; it is meant to be built once and
/// shared.
///
/// # Example
///
/// ```
/// use tower_gpc::policy::{Rules, Script};
/// use tower_gpc::{Catalog, Policy};
///
/// let rules = Rules::new(Catalog::builtin().clone(), &Policy::default())?;
/// let pixel = rules.catalog().find("meta-pixel");
/// assert_eq!(rules.url(b"https://connect.facebook.net/en_US/fbevents.js"), pixel);
/// assert_eq!(rules.script(b"fbq( \"init\", \"1\");"), Script::Withhold(pixel.unwrap()));
/// assert_eq!(rules.cookie(b"_fbp"), pixel);
/// assert_eq!(rules.url(b"https://cdn.cookielaw.org/scripttemplates/otSDKStub.js"), None);
/// # Ok::<(), tower_gpc::ConfigError>(())
/// ```
pub struct Rules {
    catalog: Catalog,
    /// Whether the vendor of each place is to be suppressed.
    suppressed: Box<[bool]>,
    own: Option<Box<Own>>,
    inline: Scanner,
    fingerprint: u32,
}

impl Rules {
    /// Compiles a catalog and a policy.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the policy names a vendor that is not in the catalog, for its own setting or for a host, or
    /// restricts a purpose or a vendor that has no switch for it.
    pub fn new(catalog: Catalog, policy: &Policy) -> Result<Self, ConfigError> {
        Self::compile(catalog, policy, &[])
    }

    /// Compiles a catalog, a policy and filter lists, each of which becomes a vendor of the catalog.
    ///
    /// A list withholds what its rules block, if the policy suppresses its purpose or its id. A vendor of the catalog that
    /// is kept protects its URLs from the lists, unless it is kept by default and its purpose is analytics or a delivery
    /// network: of those a list may know more.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] for whatever [`Rules::new`] refuses, and if the id of a list is a vendor's already.
    #[cfg(feature = "lists")]
    pub fn with_lists(catalog: Catalog, policy: &Policy, lists: &[FilterList]) -> Result<Self, ConfigError> {
        Self::compile(catalog, policy, lists)
    }

    pub(crate) fn compile(mut catalog: Catalog, policy: &Policy, lists: &[FilterList]) -> Result<Self, ConfigError> {
        for list in lists {
            if catalog.find(list.id()).is_some() {
                let message = format!("filter list {:?}: the catalog has a vendor of this id already", list.id());
                return Err(ConfigError::new(ConfigErrorKind::Catalog, message));
            }
            catalog = catalog.with_vendor(list.vendor());
        }
        if let Some(id) = policy.vendor.keys().find(|id| catalog.find(id).is_none()) {
            let message = format!("policy for vendor {id:?}: no such vendor in the catalog");
            return Err(ConfigError::new(ConfigErrorKind::Policy, message));
        }
        restrict::check(policy)?;
        catalog.compile();
        // Whoever is to be told something stays only where the guard is there to tell it.
        let suppress = |vendor: &Vendor| policy.action(vendor) != Action::Keep;
        Ok(Self {
            suppressed: catalog.vendors().map(|(_, vendor)| suppress(vendor)).collect(),
            own: Own::new(&catalog, policy, lists)?.map(Box::new),
            inline: Scanner::new(&catalog, suppress)?,
            fingerprint: fingerprint(&catalog, policy, lists),
            catalog,
        })
    }

    /// The vendor for whose sake a URL is withheld.
    ///
    /// `url` is read as by [`Catalog::match_url`]. An allowed URL is kept first of all. Then the most specific rule says
    /// whose URL it is, so that a vendor to be kept protects `host/widget` where another one's `host` is withheld; hosts
    /// that the policy gives to a vendor count before the catalog's. A relative URL, and one whose host no rule knows, is
    /// only withheld under [`Policy::first_party`].
    #[must_use]
    pub fn url(&self, url: &[u8]) -> Option<VendorId> {
        self.lookup(url, Context::default)
    }

    /// The same, with what is known of the fetch, which is only asked where it matters.
    #[inline]
    pub(crate) fn lookup<'a>(&self, url: &[u8], context: impl FnOnce() -> Context<'a>) -> Option<VendorId> {
        match &self.own {
            None => locate(url, |target| self.if_suppressed(self.catalog.match_target(target)?)),
            Some(own) => own.withheld(&self.catalog, url, context()),
        }
    }

    /// Whether [`lookup`](Self::lookup) cares for its context.
    pub(crate) fn has_lists(&self) -> bool {
        self.own.as_ref().is_some_and(|own| own.has_lists())
    }

    /// What is done about an inline script.
    ///
    /// Time and memory are linear in the script. Nearly all scripts have neither a signature nor a URL of a withheld vendor,
    /// and are searched for these only.
    #[must_use]
    pub fn script(&self, text: &[u8]) -> Script {
        self.inline.judge(text, |url| self.said(url))
    }

    /// What there is to say of a URL, and whether anybody has something to say.
    fn said(&self, url: &[u8]) -> Said {
        let known = self.catalog.match_url(url);
        let (withheld, spoken_of) = match &self.own {
            None => (known.and_then(|vendor| self.if_suppressed(vendor)), false),
            Some(own) => (self.url(url), own.knows(url)),
        };
        match withheld {
            Some(vendor) => Said::Withhold(vendor),
            None if known.is_some() || spoken_of => Said::Keep,
            None => Said::Nothing,
        }
    }

    /// The vendor for whose sake a first-party cookie is not set.
    #[must_use]
    pub fn cookie(&self, name: &[u8]) -> Option<VendorId> {
        self.if_suppressed(self.catalog.match_cookie(name)?)
    }

    /// The vendor for whose sake an AMP component of this `type` is withheld.
    #[must_use]
    pub fn amp(&self, type_: &[u8]) -> Option<VendorId> {
        self.if_suppressed(self.catalog.match_amp(type_)?)
    }

    fn if_suppressed(&self, vendor: VendorId) -> Option<VendorId> {
        self.suppressed.get(vendor.index()).is_some_and(|suppressed| *suppressed).then_some(vendor)
    }

    /// Whether the tags of a vendor are withheld.
    pub(crate) fn suppresses(&self, vendor: VendorId) -> bool {
        self.if_suppressed(vendor).is_some()
    }

    /// The catalog that the rules were compiled from.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// A number that stands for everything that decides what is withheld, the same on every machine.
    ///
    /// Two filtered pages are only the same variant if theirs are the same. Its value may change with every version of
    /// this crate.
    #[must_use]
    pub fn fingerprint(&self) -> u32 {
        self.fingerprint
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rules")
            .field("catalog", &self.catalog)
            .field("fingerprint", &format_args!("{:08x}", self.fingerprint))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::catalog::Purpose;

    fn rules(policy: &Policy) -> Rules {
        let vendor = |id: &str, purpose| Vendor::new(id, id, purpose);
        let catalog = [
            vendor("pixel", Purpose::SocialPixel).with_url("social.test").and_then(|v| v.with_url("social.test/tr")),
            vendor("embed", Purpose::SocialEmbed).with_url("social.test/plugins"),
            vendor("stats", Purpose::Analytics).with_url("tags.test/js?id=G-").and_then(|v| v.with_cookie("_s")),
            vendor("ads", Purpose::Advertising).with_url("tags.test/js").and_then(|v| v.with_cookie("_s*")),
            vendor("cmp", Purpose::Consent).with_url("tags.test/js/cmp").and_then(|v| v.with_amp("cmp")),
            vendor("amp", Purpose::Advertising).with_amp("ads"),
        ];
        let catalog =
            catalog.into_iter().fold(Catalog::empty(), |catalog, vendor| catalog.with_vendor(vendor.unwrap()));
        Rules::new(catalog, policy).unwrap()
    }

    fn id(rules: &Rules, vendor: Option<VendorId>) -> Option<&str> {
        vendor.and_then(|vendor| rules.catalog().vendor(vendor)).map(Vendor::id)
    }

    #[test]
    fn a_kept_vendor_protects_its_more_specific_urls() {
        let rules = rules(&Policy::new());
        for (url, want) in [
            ("https://social.test/x", Some("pixel")),
            ("https://social.test/tr", Some("pixel")),
            ("https://www.social.test/plugins/like", None),
            ("https://tags.test/js?id=AW-1", Some("ads")),
            ("https://tags.test/js?id=G-1", None),
            ("https://tags.test/js/cmp", None),
            ("https://other.test/tr", None),
            ("/tr", None),
        ] {
            assert_eq!(id(&rules, rules.url(url.as_bytes())), want, "{url}");
        }
    }

    #[test]
    fn an_allowed_url_is_kept_whosever_it_is() {
        let policy = Policy::new().allow_url("social.test/tr?id=1").and_then(|p| p.allow_url("cdn.tags.test")).unwrap();
        let rules = rules(&policy);
        for (url, want) in [
            ("https://social.test/tr?id=1", None),
            ("https://social.test/tr?id=2", Some("pixel")),
            ("https://cdn.tags.test/js", None),
            ("https://tags.test/js", Some("ads")),
        ] {
            assert_eq!(id(&rules, rules.url(url.as_bytes())), want, "{url}");
            let script = format!("new Image().src = '{url}';");
            assert_eq!(id(&rules, rules.script(script.as_bytes()).vendor()), want, "{script}");
        }
        let rules = Rules::new(Catalog::builtin().clone(), &Policy::new().allow_url("facebook.com/tr?id=1").unwrap());
        let of = |script: &[u8]| rules.as_ref().unwrap().script(script);
        assert_eq!(
            of(b"new Image().src = 'https://www.facebook.com/tr?id=1&ev=Buy';"),
            Script::Keep,
            "by its signature too"
        );
        assert!(of(b"new Image().src = 'https://www.facebook.com/tr?id=2&ev=Buy';").vendor().is_some());
    }

    #[test]
    fn a_host_of_the_operators_own_is_the_vendors() {
        let host = |policy: Policy, host, id| policy.own_host(host, id).unwrap();
        let policy = host(Policy::new(), "metrics.shop.test", "ads");
        let policy = host(host(policy, "help.metrics.shop.test", "embed"), "cdn.social.test", "stats");
        let rules = rules(&policy.allow_url("metrics.shop.test/own/").unwrap());
        for (url, want) in [
            ("https://metrics.shop.test/x.js", Some("ads")),
            ("https://eu.METRICS.shop.test", Some("ads")),
            ("https://help.metrics.shop.test/x.js", None),
            ("https://metrics.shop.test/own/x.js", None),
            ("https://shop.test/x.js", None),
            // The operator's word counts before the catalog's.
            ("https://cdn.social.test/tr", None),
            ("https://social.test/tr", Some("pixel")),
            ("/x.js", None),
        ] {
            assert_eq!(id(&rules, rules.url(url.as_bytes())), want, "{url}");
        }
        let error = Rules::new(Catalog::empty(), &host(Policy::new(), "a.test", "nobody")).unwrap_err();
        assert_eq!(error.kind(), ConfigErrorKind::Policy);
        assert!(error.to_string().contains("\"a.test\"") && error.to_string().contains("\"nobody\""), "{error}");
        for bad in ["", "com", "a.test/x", "a.test?a=b", "https://a.test", "A.test", "*.a.test", "a.test:80"] {
            assert!(Policy::new().own_host(bad, "ads").is_err(), "{bad}");
        }
    }

    #[test]
    fn tags_on_the_sites_own_hosts_go_once_the_operator_says_so() {
        let urls = [
            ("/gtm.js?id=GTM-1", Some("google-tag-manager")),
            ("metrics/gtm.js?id=GTM-1", Some("google-tag-manager")),
            ("https://tags.shop.test/gtm.js?id=GTM-1", Some("google-tag-manager")),
            ("/m/gtag/js?id=AW-1", Some("google-ads")),
            ("/tr?id=123&ev=PageView", Some("meta-pixel")),
            ("https://shop.test/js/fbevents.js", Some("meta-pixel")),
            // Analytics are kept, unless the policy is strict.
            ("/m/gtag/js?id=G-1", None),
            ("/g/collect?v=2&tid=G-1", None),
            ("/tr", None),
            ("/app.js", None),
            // Rules that name a host know better than those that do not.
            ("https://cdn.cookielaw.org/x/fbevents.js", None),
            ("https://allowed.test/fbevents.js", None),
        ];
        let policy = Policy::new().allow_url("allowed.test").unwrap();
        let rules = |policy: &Policy| Rules::new(Catalog::builtin().clone(), policy).unwrap();
        let (off, on) = (rules(&policy), rules(&policy.clone().first_party(true)));
        for (url, want) in urls {
            assert_eq!(id(&on, on.url(url.as_bytes())), want, "{url}");
            assert_eq!(id(&off, off.url(url.as_bytes())), None, "{url}");
        }
        let strict = rules(&Policy::strict().first_party(true));
        assert_eq!(id(&strict, strict.url(b"/m/gtag/js?id=G-1")), Some("google-analytics"));
        let keep = rules(&Policy::new().first_party(true).vendor("meta-pixel", Action::Keep));
        assert_eq!(id(&keep, keep.url(b"/fbevents.js")), None);
    }

    #[test]
    fn cookies_and_amp_types_follow_the_policy() {
        let default = rules(&Policy::new());
        assert_eq!(id(&default, default.cookie(b"_s1")), Some("ads"));
        assert_eq!(id(&default, default.cookie(b"_s")), None);
        assert_eq!(id(&default, default.amp(b"ads")), Some("amp"));
        assert_eq!(id(&default, default.amp(b"cmp")), None);
        assert_eq!(id(&default, default.amp(b"x")), None);
        let strict = rules(&Policy::strict().vendor("amp", Action::Keep).vendor("cmp", Action::Suppress));
        assert_eq!(id(&strict, strict.cookie(b"_s")), Some("stats"));
        assert_eq!(id(&strict, strict.amp(b"ads")), None);
        assert_eq!(id(&strict, strict.amp(b"cmp")), None);
        assert_eq!(id(&strict, strict.url(b"//tags.test/js/cmp")), None);
    }

    #[test]
    fn an_override_for_a_vendor_that_does_not_exist_is_an_error() {
        let error = Rules::new(Catalog::empty(), &Policy::new().vendor("hotjarr", Action::Keep)).unwrap_err();
        assert_eq!(error.kind(), ConfigErrorKind::Policy);
        assert!(error.to_string().contains("\"hotjarr\""), "{error}");
    }

    /// Bytes in which what the rules look for comes up often, whole and in parts.
    fn near_misses() -> impl Strategy<Value = Vec<u8>> {
        let piece =
            prop::sample::select(vec!["_s", "ads", "cmp", "id=", "G-", "&", "#", "\t", "social.test", "'", "//"]);
        let piece = prop_oneof![piece.prop_map(|piece| piece.as_bytes().to_vec()), any::<u8>().prop_map(|b| vec![b])];
        prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2048))]

        #[test]
        fn any_bytes_are_what_the_rules_say_of_them(bytes in near_misses()) {
            let rules = rules(&Policy::new());
            let cookie = (bytes.starts_with(b"_s") && bytes != b"_s").then_some("ads");
            prop_assert_eq!(id(&rules, rules.cookie(&bytes)), cookie);
            prop_assert_eq!(id(&rules, rules.amp(&bytes)), (bytes == b"ads").then_some("amp"));

            let url = [b"https://tags.test/js?".as_slice(), &bytes].concat();
            // A browser drops these before it reads a URL, and does not send its fragment.
            let sent = bytes.split(|b| *b == b'#').next().unwrap().iter().filter(|b| !b"\t\n\r".contains(b));
            let sent = sent.copied().collect::<Vec<_>>();
            let kept = sent.split(|b| matches!(b, b'&' | b';')).any(|parameter| parameter.starts_with(b"id=G-"));
            prop_assert_eq!(id(&rules, rules.url(&url)), (!kept).then_some("ads"));

            let named = memchr::memmem::find(&bytes, b"social.test").is_some();
            prop_assert!(named || rules.script(&bytes) == Script::Keep);
        }
    }
}
