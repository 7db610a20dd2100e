//! Whom the page asks for something, and whose cookies there are, before the signal and with it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use reqwest::Url;
use serde::Serialize;
use tower_gpc::catalog::{Purpose, VendorId};
use tower_gpc::policy::Rules;

use super::visit::{Asked, Cookie, Visit};
use crate::parties::owner;

/// What one party was asked for.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Party {
    /// None where no rule knows the host.
    pub(super) purpose: Option<Purpose>,
    pub(super) vendor: Option<String>,
    pub(super) company: Option<String>,
    pub(super) hosts: BTreeSet<String>,
    /// URLs without the signal, each counted once; without a browser, inline scripts too.
    pub(super) before: usize,
    /// The same with the signal.
    pub(super) after: usize,
    /// Whether asking it is sale or sharing, by the policy's word.
    pub(super) sale_or_sharing: bool,
}

/// One cookie of a third party, or of a vendor on the site's own domain.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct CookieRow {
    pub(super) name: String,
    pub(super) domain: String,
    pub(super) third_party: bool,
    pub(super) purpose: Option<Purpose>,
    pub(super) vendor: Option<String>,
    pub(super) before: bool,
    pub(super) after: bool,
    pub(super) sale_or_sharing: bool,
}

impl CookieRow {
    /// Whether it was set although the signal was there. One that was there before is only kept.
    pub(super) fn is_set_against_the_signal(&self) -> bool {
        self.sale_or_sharing && self.after && !self.before
    }
}

/// What makes one row: a vendor, else a host. Part of a vendor may be allowed, and is a row of its own.
type Key = (bool, Result<usize, String>);

/// Tells whose a URL or a cookie is.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    pub(super) rules: &'a Rules,
    /// The registrable domain of the page.
    pub(super) site: &'a str,
}

impl Judge<'_> {
    /// All third parties: first whom it is sale or sharing to ask, then by purpose and by how often.
    pub(super) fn parties(&self, before: &Visit, after: &Visit) -> Vec<Party> {
        let mut parties: BTreeMap<Key, Party> = BTreeMap::new();
        for (visit, later) in [(before, false), (after, true)] {
            let mut seen = HashSet::new();
            for asked in &visit.asked {
                // Firefox may report a picture twice; scripts are as many as there are.
                if matches!(asked, Asked::Url(url) if !seen.insert(url)) {
                    continue;
                }
                if let Some((key, party)) = self.party(asked) {
                    let known = parties.entry(key).or_insert(party);
                    known.hosts.extend(host(asked));
                    *(if later { &mut known.after } else { &mut known.before }) += 1;
                }
            }
        }
        let mut parties: Vec<Party> = parties.into_values().collect();
        parties.sort_by(|one, other| {
            let key = |party: &Party| (!party.sale_or_sharing, party.purpose.is_none(), party.purpose);
            let often = |party: &Party| party.before + party.after;
            key(one).cmp(&key(other)).then(often(other).cmp(&often(one)))
        });
        parties
    }

    fn party(&self, asked: &Asked) -> Option<(Key, Party)> {
        let (vendor, sale_or_sharing) = match asked {
            Asked::Script(id) => {
                let vendor = self.rules.catalog().find(id)?;
                (Some(vendor), self.is_sale_or_sharing(vendor))
            }
            Asked::Url(url) => {
                let url = on_the_web(url);
                let withheld = self.rules.url(url.as_bytes()).filter(|vendor| self.is_sale_or_sharing(*vendor));
                (withheld.or_else(|| self.rules.catalog().match_url(url.as_bytes())), withheld.is_some())
            }
        };
        let host = host(asked);
        let is_own = host.as_deref().is_some_and(|host| owner(host) == self.site);
        if is_own && !sale_or_sharing {
            return None;
        }
        let whose = match vendor {
            Some(vendor) => Ok(vendor.index()),
            None => Err(host?),
        };
        let vendor = vendor.and_then(|vendor| self.rules.catalog().vendor(vendor));
        let party = Party {
            purpose: vendor.map(|vendor| vendor.purpose()),
            vendor: vendor.map(|vendor| vendor.id().to_owned()),
            company: vendor.map(|vendor| vendor.company().to_owned()),
            hosts: BTreeSet::new(),
            before: 0,
            after: 0,
            sale_or_sharing,
        };
        Some(((sale_or_sharing, whose), party))
    }

    /// A tag manager is told nothing by itself that is sold; what it loads is seen for itself.
    fn is_sale_or_sharing(&self, vendor: VendorId) -> bool {
        self.rules.catalog().vendor(vendor).is_some_and(|vendor| vendor.purpose() != Purpose::TagManager)
    }

    /// Cookies worth showing: of third parties, and those that the catalog knows.
    pub(super) fn cookies(&self, before: &Visit, after: &Visit) -> Vec<CookieRow> {
        let mut rows: BTreeMap<(String, String), CookieRow> = BTreeMap::new();
        for (visit, later) in [(before, false), (after, true)] {
            for cookie in &visit.cookies {
                if let Some(row) = self.cookie(cookie) {
                    let known = rows.entry((cookie.domain.clone(), cookie.name.clone())).or_insert(row);
                    *(if later { &mut known.after } else { &mut known.before }) = true;
                }
            }
        }
        let mut rows: Vec<CookieRow> = rows.into_values().collect();
        rows.sort_by_key(|row| (!row.sale_or_sharing, row.purpose.is_none(), row.purpose));
        rows
    }

    fn cookie(&self, cookie: &Cookie) -> Option<CookieRow> {
        let third_party = owner(&cookie.domain) != self.site;
        let catalog = self.rules.catalog();
        let url = format!("https://{}/", cookie.domain);
        let (vendor, withheld) = if third_party {
            (catalog.match_url(url.as_bytes()), self.rules.url(url.as_bytes()))
        } else {
            (catalog.match_cookie(cookie.name.as_bytes()), self.rules.cookie(cookie.name.as_bytes()))
        };
        let vendor = vendor.and_then(|vendor| catalog.vendor(vendor));
        (third_party || vendor.is_some()).then(|| CookieRow {
            name: cookie.name.clone(),
            domain: cookie.domain.clone(),
            third_party,
            purpose: vendor.map(|vendor| vendor.purpose()),
            vendor: vendor.map(|vendor| vendor.id().to_owned()),
            before: false,
            after: false,
            sale_or_sharing: withheld.is_some_and(|vendor| self.is_sale_or_sharing(vendor)),
        })
    }
}

fn host(asked: &Asked) -> Option<String> {
    match asked {
        Asked::Url(url) => Url::parse(url).ok()?.host_str().map(str::to_owned),
        Asked::Script(_) => None,
    }
}

/// Rules are for what is on the web; a socket's host is the same.
fn on_the_web(url: &str) -> String {
    match url.strip_prefix("ws") {
        Some(rest) => format!("http{rest}"),
        None => url.to_owned(),
    }
}
