//! What the operator said about URLs: those to be allowed, the hosts of a vendor, and whether tags on the site's own hosts
//! are looked for.

use super::Policy;
use crate::catalog::{Catalog, Matcher, PathMatcher, Target, UrlRule, VendorId, locate, relative};
use crate::error::{ConfigError, ConfigErrorKind};

/// The operator's word about URLs, compiled. There is none for a policy that says nothing of them, so that a lookup under
/// it pays nothing.
pub(super) struct Own {
    allowed: Matcher,
    hosts: Matcher,
    first_party: Option<PathMatcher>,
}

/// Whose a URL is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// Nobody is to be asked: the operator allows it.
    Allowed,
    Vendor(VendorId),
    Unknown,
}

impl Own {
    pub(super) fn new(catalog: &Catalog, policy: &Policy) -> Result<Option<Self>, ConfigError> {
        if policy.allow_urls.is_empty() && policy.host.is_empty() && !policy.first_party {
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
        Ok(Some(Self {
            allowed: Matcher::new(policy.allow_urls.iter().map(|rule| (rule, 0))),
            hosts: Matcher::new(hosts.into_iter()),
            first_party: policy.first_party.then(|| PathMatcher::new(paths())),
        }))
    }

    /// Finds whose a URL is: first what the operator allows, then the operator's hosts, then the catalog, and where none
    /// of these knows the host, the paths.
    pub(super) fn owner(&self, catalog: &Catalog, url: &[u8]) -> Owner {
        let absolute = locate(url, |target| Some(self.of_host(catalog, target)));
        absolute.unwrap_or_else(|| {
            let paths = self.first_party.as_ref();
            let vendor = paths.and_then(|paths| relative(url, |location| paths.find(location)));
            vendor.map_or(Owner::Unknown, |vendor| Owner::Vendor(VendorId(vendor)))
        })
    }

    fn of_host(&self, catalog: &Catalog, target: Target<'_>) -> Owner {
        if !self.allowed.is_empty() && self.allowed.find(target).is_some() {
            return Owner::Allowed;
        }
        let known = self.hosts.find(target).map(VendorId).or_else(|| catalog.match_target(target));
        let paths = || self.first_party.as_ref().and_then(|paths| paths.find(&target.location())).map(VendorId);
        known.or_else(paths).map_or(Owner::Unknown, Owner::Vendor)
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
