//! Catalog and policy, compiled together: what is withheld from an opted-out browser.

use std::fmt;

use super::fingerprint::fingerprint;
use super::inline::Scanner;
use super::{Action, Policy, Script};
use crate::catalog::{Catalog, Matcher, Vendor, VendorId, locate};
use crate::error::{ConfigError, ConfigErrorKind};

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
    allowed: Matcher,
    inline: Scanner,
    fingerprint: u32,
}

impl Rules {
    /// Compiles a catalog and a policy.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the policy names a vendor that is not in the catalog.
    pub fn new(catalog: Catalog, policy: &Policy) -> Result<Self, ConfigError> {
        if let Some(id) = policy.vendor.keys().find(|id| catalog.find(id).is_none()) {
            let message = format!("policy for vendor {id:?}: no such vendor in the catalog");
            return Err(ConfigError::new(ConfigErrorKind::Policy, message));
        }
        catalog.compile();
        let suppress = |vendor: &Vendor| policy.action(vendor) == Action::Suppress;
        Ok(Self {
            suppressed: catalog.vendors().map(|(_, vendor)| suppress(vendor)).collect(),
            allowed: Matcher::new(policy.allow_urls.iter().map(|rule| (rule, 0))),
            inline: Scanner::new(&catalog, suppress)?,
            fingerprint: fingerprint(&catalog, policy),
            catalog,
        })
    }

    /// The vendor for whose sake a URL is withheld.
    ///
    /// `url` is read as by [`Catalog::match_url`]. An allowed URL is kept first of all. Then the most specific rule says
    /// whose URL it is, so that a vendor to be kept protects `host/widget` where another one's `host` is withheld.
    #[must_use]
    pub fn url(&self, url: &[u8]) -> Option<VendorId> {
        locate(url, |target| {
            if !self.allowed.is_empty() && self.allowed.find(target).is_some() {
                return None;
            }
            self.if_suppressed(self.catalog.match_target(target)?)
        })
    }

    /// What is done about an inline script.
    ///
    /// Time and memory are linear in the script. Nearly all scripts have no signature of a withheld vendor, and are
    /// searched for that only.
    #[must_use]
    pub fn script(&self, text: &[u8]) -> Script {
        self.inline.judge(text)
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
        }
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

    proptest! {
        #[test]
        fn no_bytes_are_trouble(bytes: Vec<u8>) {
            let rules = rules(&Policy::new());
            let url = [b"https://tags.test/js?".as_slice(), &bytes].concat();
            prop_assert!(rules.url(&url).is_some() || memchr::memmem::find(&bytes, b"id=G-").is_some());
            prop_assert_eq!(rules.script(&bytes), Script::Keep);
            prop_assert_eq!((rules.cookie(&bytes), rules.amp(&bytes)), (None, None));
        }
    }
}
