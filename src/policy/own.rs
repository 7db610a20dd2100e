//! What the operator said about URLs: those to be allowed, the hosts of a vendor, whether tags on the site's own hosts are
//! looked for, and filter lists.

use super::context::Context;
use super::{Action, Policy};
use crate::catalog::{
    Catalog, Location, Matcher, PathMatcher, Purpose, Target, UrlRule, Vendor, VendorId, locate, relative,
};
use crate::error::{ConfigError, ConfigErrorKind};
use crate::lists::{self, FilterList};

/// The operator's word about URLs, compiled. There is none where nothing is said of them, so that a lookup pays nothing.
pub(super) struct Own {
    allowed: Matcher,
    hosts: Matcher,
    first_party: Option<PathMatcher>,
    lists: Box<[FilterList]>,
    /// The vendor of each list, and whether it is suppressed.
    listed: Box<[(VendorId, bool)]>,
    /// Whether the vendor of each place is one to be suppressed, left to the lists, or to be protected from them.
    words: Box<[Word]>,
}

/// What catalog and policy have to say of a vendor's URLs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Suppress,
    /// Kept, unless a list knows better.
    Keep,
    /// Kept on purpose.
    Protect,
}

impl Own {
    /// `catalog` has the lists' vendors already.
    pub(super) fn new(catalog: &Catalog, policy: &Policy, lists: &[FilterList]) -> Result<Option<Self>, ConfigError> {
        if policy.allow_urls.is_empty() && policy.host.is_empty() && !policy.first_party && lists.is_empty() {
            return Ok(None);
        }
        let mut hosts = Vec::with_capacity(policy.host.len());
        for (host, id) in &policy.host {
            let Some(vendor) = catalog.find(id) else {
                let message = format!("policy for host {:?}: no vendor {id:?} in the catalog", host.as_str());
                return Err(ConfigError::new(ConfigErrorKind::Policy, message));
            };
            hosts.push((&host.0, vendor.0));
        }
        let paths =
            || catalog.vendors().flat_map(|(id, vendor)| vendor.first_party().iter().map(move |rule| (rule, id.0)));
        let words: Box<[Word]> = catalog.vendors().map(|(_, vendor)| Word::of(vendor, policy)).collect();
        let listed = lists.iter().filter_map(|list| catalog.find(list.id()));
        Ok(Some(Self {
            allowed: Matcher::new(policy.allow_urls.iter().map(|rule| (rule, 0))),
            hosts: Matcher::new(hosts.into_iter()),
            first_party: policy.first_party.then(|| PathMatcher::new(paths())),
            lists: lists.into(),
            listed: listed.map(|id| (id, words.get(id.index()) == Some(&Word::Suppress))).collect(),
            words,
        }))
    }

    /// The vendor for whose sake a URL is withheld.
    ///
    /// An allowed URL is kept first of all. Then its vendor decides: that of the operator's host, of the catalog's rule, or,
    /// where none of these knows the host, of its path. Where there is no vendor, or one that is kept for want of anything
    /// against it, the lists do.
    pub(super) fn withheld(&self, catalog: &Catalog, url: &[u8], context: Context<'_>) -> Option<VendorId> {
        // An absolute URL is answered with what there is to say of it, if that is nothing.
        locate(url, |target| Some(self.of_host(catalog, target, context))).unwrap_or_else(|| {
            if self.first_party.is_none() && (self.lists.is_empty() || context.page.is_none()) {
                return None;
            }
            relative(url, |location| {
                let vendor = self.by_path(location);
                self.settle(vendor, || Some(location.on(context.page?)), context)
            })
        })
    }

    /// Whether the operator spoke of this URL, or of its host.
    pub(super) fn knows(&self, url: &[u8]) -> bool {
        locate(url, |target| self.allowed.find(target).or_else(|| self.hosts.find(target))).is_some()
    }

    pub(super) fn has_lists(&self) -> bool {
        !self.lists.is_empty()
    }

    fn of_host(&self, catalog: &Catalog, target: Target<'_>, context: Context<'_>) -> Option<VendorId> {
        if !self.allowed.is_empty() && self.allowed.find(target).is_some() {
            return None;
        }
        let known = self.hosts.find(target).map(VendorId).or_else(|| catalog.match_target(target));
        let paths = || self.first_party.as_ref().and_then(|_| self.by_path(&target.location()));
        let url = || Some(target.location().on(&String::from_utf8_lossy(target.host)));
        self.settle(known.or_else(paths), url, context)
    }

    fn by_path(&self, location: &Location<'_>) -> Option<VendorId> {
        self.first_party.as_ref()?.find(location).map(VendorId)
    }

    fn settle(
        &self,
        vendor: Option<VendorId>,
        url: impl FnOnce() -> Option<String>,
        context: Context<'_>,
    ) -> Option<VendorId> {
        match vendor.and_then(|vendor| self.words.get(vendor.index())) {
            Some(Word::Suppress) => vendor,
            Some(Word::Protect) => None,
            Some(Word::Keep) | None if self.lists.is_empty() => None,
            Some(Word::Keep) | None => {
                let (page, kind) = (context.page, context.kind.name());
                let blocks = |place: usize| self.listed.get(place).is_some_and(|(_, suppressed)| *suppressed);
                self.listed.get(lists::find(&self.lists, &url()?, page, kind, blocks)?).map(|(vendor, _)| *vendor)
            }
        }
    }
}

impl Word {
    fn of(vendor: &Vendor, policy: &Policy) -> Self {
        match (policy.action(vendor), vendor.purpose()) {
            (Action::Suppress | Action::Restrict, _) => Self::Suppress,
            (Action::Keep, _) if policy.names(vendor) => Self::Protect,
            // Whether analytics are a sale hangs on a contract, and a file on a shared network is whosever it is: of both
            // a list may know more.
            (Action::Keep, Purpose::Analytics | Purpose::Cdn) => Self::Keep,
            (Action::Keep, _) => Self::Protect,
        }
    }
}

/// A host of the operator's own, which stands for its subdomains too.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Host(UrlRule);

impl Host {
    pub(super) fn parse(text: &str) -> Result<Self, ConfigError> {
        let rule = UrlRule::parse(text)?;
        if !rule.path().is_empty() || !rule.query().is_empty() {
            let message = format!("host {text:?}: expected a host alone, without path and query");
            return Err(ConfigError::new(ConfigErrorKind::Catalog, message));
        }
        Ok(Self(rule))
    }

    pub(super) fn as_str(&self) -> &str {
        self.0.host()
    }
}

impl<'de> serde::Deserialize<'de> for Host {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[cfg(feature = "lists")]
mod tests {
    use super::super::context::Resource;
    use super::super::rules::Rules;
    use super::*;

    fn vendor(id: &str, purpose: Purpose) -> Vendor {
        Vendor::new(id, id, purpose).with_url(&format!("{id}.test")).unwrap()
    }

    fn rules(policy: &Policy, lists: &[(&str, Purpose, &str)]) -> Rules {
        let catalog = Catalog::empty()
            .with_vendor(vendor("ads", Purpose::Advertising).with_first_party("/ads.js").unwrap())
            .with_vendor(vendor("stats", Purpose::Analytics).with_first_party("/stats.js").unwrap())
            .with_vendor(vendor("cdn", Purpose::Cdn))
            .with_vendor(vendor("pay", Purpose::Payment))
            .with_vendor(vendor("embed", Purpose::SocialEmbed))
            .with_vendor(vendor("cmp", Purpose::Consent));
        let lists: Vec<_> =
            lists.iter().map(|(id, purpose, text)| FilterList::parse(id, id, *purpose, text).unwrap()).collect();
        Rules::with_lists(catalog, policy, &lists).unwrap()
    }

    fn ask<'a>(rules: &'a Rules, url: &str, page: Option<&str>, kind: Resource) -> Option<&'a str> {
        let found = rules.lookup(url.as_bytes(), || Context { page, kind });
        found.and_then(|id| rules.catalog().vendor(id)).map(Vendor::id)
    }

    const EVERYTHING: &str = "||ads.test^\n||stats.test^\n||cdn.test/t.js\n||pay.test^\n||embed.test^\n||cmp.test^\n\
                              ||new.test^\n@@||new.test/own/\n/collect.gif?\n||img.test^$image\n/stats.js|\n";

    #[test]
    fn a_list_withholds_what_the_catalog_does_not_keep_on_purpose() {
        let lists = [("mine", Purpose::Advertising, EVERYTHING)];
        let default = rules(&Policy::new(), &lists);
        let keep = rules(&Policy::new().vendor("stats", Action::Keep).vendor("mine", Action::Suppress), &lists);
        let off = rules(&Policy::new().vendor("mine", Action::Keep), &lists);
        for (url, want, kept) in [
            ("https://ads.test/x", Some("ads"), Some("ads")),
            ("https://stats.test/x", Some("mine"), None),
            ("https://cdn.test/t.js", Some("mine"), Some("mine")),
            ("https://cdn.test/jquery.js", None, None),
            ("https://pay.test/x", None, None),
            ("https://embed.test/x", None, None),
            ("https://cmp.test/x", None, None),
            (" HTTPS:\\\\NEW.test:443/x", Some("mine"), Some("mine")),
            ("https://new.test/own/x", None, None),
            ("//other.test/a/collect.gif?x=1", Some("mine"), Some("mine")),
            ("/a/collect.gif?x=1", Some("mine"), Some("mine")),
            ("collect.gif?x=1", Some("mine"), Some("mine")),
            ("https://other.test/x", None, None),
            ("https://img.test/x", None, None),
            ("data:text/html,https://new.test/x", None, None),
            ("", None, None),
        ] {
            let script = |rules| ask(rules, url, Some("shop.test"), Resource::Script);
            assert_eq!(script(&default), want, "{url}");
            assert_eq!(script(&keep), kept, "{url}, with a vendor that is kept on purpose");
            assert_eq!(script(&off), want.filter(|id| *id == "ads"), "{url}, with a list that is kept");
        }
        assert_eq!(ask(&default, "https://img.test/x", None, Resource::Image), Some("mine"));
        assert_eq!(ask(&default, "/a/collect.gif?x=1", None, Resource::Image), None, "nobody knows the host");
    }

    #[test]
    fn what_the_operator_says_counts_before_lists() {
        let policy = Policy::new().first_party(true).allow_url("new.test").unwrap();
        let policy = policy.own_host("x.new2.test", "pay").unwrap();
        let rules =
            rules(&policy, &[("mine", Purpose::Advertising, "||new.test^\n||new2.test^\n/ads.js\n/stats.js\n")]);
        for (url, want) in [
            ("https://new.test/x", None),
            ("https://new2.test/x", Some("mine")),
            ("https://x.new2.test/x", None),
            ("/m/ads.js", Some("ads")),
            ("/m/stats.js", Some("mine")),
        ] {
            assert_eq!(ask(&rules, url, Some("shop.test"), Resource::Script), want, "{url}");
        }
    }

    #[test]
    fn a_list_is_a_vendor_with_an_id_of_its_own() {
        let lists = [("a", Purpose::Analytics, "||a.test^\n"), ("b", Purpose::Advertising, "||a.test^\n||b.test^\n")];
        let default = rules(&Policy::new(), &lists);
        assert_eq!(default.catalog().find("a").map(VendorId::index), Some(6));
        assert_eq!(ask(&default, "https://a.test/", None, Resource::Other), Some("b"), "analytics are kept");
        assert_eq!(ask(&rules(&Policy::strict(), &lists), "https://a.test/", None, Resource::Other), Some("a"));
        let list = |id| FilterList::parse(id, "Mine", Purpose::Advertising, "||a.test^").unwrap();
        let catalog = || Catalog::empty().with_vendor(vendor("ads", Purpose::Advertising));
        let error = Rules::with_lists(catalog(), &Policy::new(), &[list("ads")]).unwrap_err();
        assert!(error.to_string().contains("\"ads\""), "{error}");
        assert!(Rules::with_lists(catalog(), &Policy::new(), &[list("x"), list("x")]).is_err());
        assert!(Rules::with_lists(catalog(), &Policy::new().vendor("x", Action::Keep), &[list("x")]).is_ok());
    }

    #[test]
    fn the_fingerprint_tells_lists_apart() {
        let list = |id, purpose, text| rules(&Policy::new(), &[(id, purpose, text)]).fingerprint();
        let prints = [
            rules(&Policy::new(), &[]).fingerprint(),
            list("x", Purpose::Advertising, "||a.test^"),
            list("x", Purpose::Advertising, "||b.test^"),
            list("x", Purpose::Analytics, "||a.test^"),
            list("y", Purpose::Advertising, "||a.test^"),
            // Kept either way, but protected from the list.
            rules(&Policy::new().vendor("stats", Action::Keep), &[("x", Purpose::Advertising, "||a.test^")])
                .fingerprint(),
        ];
        for (i, a) in prints.iter().enumerate() {
            assert!(prints.iter().enumerate().all(|(j, b)| i == j || a != b), "{i}");
        }
        assert_eq!(list("x", Purpose::Advertising, "||a.test^"), prints[1]);
    }
}
