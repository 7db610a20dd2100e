//! What is counted while pages are read.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use tower_gpc::catalog::VendorId;
use tower_gpc::html::{Finding, Kind, Report};
use tower_gpc::policy::{Action, Rules};
use tower_gpc::{ConfigError, Policy};

use crate::parties::owner;

use super::compare::Comparison;
use super::reference::Reference;

/// Everything counted so far.
#[derive(Debug)]
pub(super) struct Survey {
    pub(super) rules: Arc<Rules>,
    /// Tells whose an inline script is that is kept: rules under which it would not be.
    everybody: Rules,
    pub(super) pages: usize,
    /// How many pages do not tell their host.
    pub(super) homeless: usize,
    pub(super) over_limit: u64,
    pub(super) kinds: BTreeMap<Kind, KindTally>,
    pub(super) inline: InlineTally,
    /// Of all but what a page fetches from its own site and keeps.
    pub(super) vendors: HashMap<VendorId, Tally>,
    /// Of third parties.
    pub(super) hosts: HashMap<(String, Option<VendorId>), Tally>,
    pub(super) comparison: Option<Comparison>,
}

/// One page that was read.
#[derive(Debug)]
pub(super) struct Page<'a> {
    pub(super) own: Option<String>,
    pub(super) findings: &'a [Finding],
    pub(super) report: &'a Report,
}

/// The URLs in one kind of tag.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct KindTally {
    pub(super) own: u64,
    pub(super) own_withheld: u64,
    pub(super) third_party: u64,
    pub(super) third_party_withheld: u64,
}

/// Inline scripts, by what was decided.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct InlineTally {
    pub(super) withheld: u64,
    /// Statements that were cut out of those that are kept.
    pub(super) statements: u64,
    /// A vendor's whose tags are kept.
    pub(super) kept_vendor: u64,
    pub(super) kept_other: u64,
}

/// How often something was withheld and kept, on how many pages, and where.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) withheld: u64,
    pub(super) kept: u64,
    pub(super) pages: usize,
    /// The number of the last of them.
    last_page: usize,
    /// The first that was met, in the kind of tag that comes first: a script tells more than its images.
    pub(super) example: Option<(Kind, String)>,
}

/// How much of a URL is shown as an example, in characters.
const EXAMPLE: usize = 200;

impl Tally {
    /// `page` counts from one, and never falls.
    pub(super) fn add(&mut self, page: usize, finding: &Finding) {
        *(if finding.withheld { &mut self.withheld } else { &mut self.kept }) += 1;
        if self.example.as_ref().is_none_or(|(kind, _)| finding.kind < *kind) {
            let text = String::from_utf8_lossy(&finding.text).trim().chars().take(EXAMPLE).collect();
            self.example = Some((finding.kind, text));
        }
        if self.last_page != page {
            self.last_page = page;
            self.pages += 1;
        }
    }
}

impl Survey {
    pub(super) fn new(rules: &Arc<Rules>, reference: Option<Reference>) -> Result<Self, ConfigError> {
        let catalog = rules.catalog().clone();
        let policy =
            catalog.vendors().fold(Policy::new(), |policy, (_, vendor)| policy.vendor(vendor.id(), Action::Suppress));
        Ok(Self {
            rules: Arc::clone(rules),
            everybody: Rules::new(catalog, &policy)?,
            pages: 0,
            homeless: 0,
            over_limit: 0,
            kinds: BTreeMap::new(),
            inline: InlineTally::default(),
            vendors: HashMap::new(),
            hosts: HashMap::new(),
            comparison: reference.map(Comparison::new),
        })
    }

    pub(super) fn add(&mut self, page: &Page<'_>) {
        self.pages += 1;
        self.homeless += usize::from(page.own.is_none());
        self.over_limit += u64::from(page.report.over_limit());
        let own = page.own.as_deref().map(owner);
        for finding in page.findings {
            match finding.kind {
                Kind::InlineScript => self.add_inline(finding),
                Kind::InlineStatement => {
                    self.inline.statements += 1;
                    self.add_vendor(finding.vendor, finding);
                }
                _ => self.add_url(finding, own),
            }
        }
    }

    fn add_inline(&mut self, finding: &Finding) {
        let vendor = finding.vendor.or_else(|| self.everybody.script(&finding.text).vendor());
        let tally = match (finding.withheld, vendor) {
            (true, _) => &mut self.inline.withheld,
            (false, Some(_)) => &mut self.inline.kept_vendor,
            (false, None) => &mut self.inline.kept_other,
        };
        *tally += 1;
        self.add_vendor(vendor, finding);
    }

    fn add_url(&mut self, finding: &Finding, own: Option<&str>) {
        let place = finding.place();
        // A component of AMP that only names a vendor has no URL of its own.
        let is_own = match &place {
            Some((host, _)) => own == Some(owner(host)),
            None => finding.vendor.is_none(),
        };
        let kind = self.kinds.entry(finding.kind).or_default();
        let withheld = u64::from(finding.withheld);
        if is_own {
            kind.own += 1;
            kind.own_withheld += withheld;
        } else {
            kind.third_party += 1;
            kind.third_party_withheld += withheld;
        }
        if !is_own || finding.withheld {
            self.add_vendor(finding.vendor, finding);
        }
        let Some((host, path)) = place else { return };
        if let Some(comparison) = &mut self.comparison {
            comparison.add(self.pages, &host, &path, finding, is_own);
        }
        if !is_own {
            self.hosts.entry((host, finding.vendor)).or_default().add(self.pages, finding);
        }
    }

    fn add_vendor(&mut self, vendor: Option<VendorId>, finding: &Finding) {
        if let Some(vendor) = vendor {
            self.vendors.entry(vendor).or_default().add(self.pages, finding);
        }
    }
}
