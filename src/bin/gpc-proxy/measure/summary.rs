//! The counts as rows, most frequent first. This is also the JSON, whose fields only grow.

use std::cmp::Reverse;
use std::collections::HashMap;

use serde::Serialize;
use tower_gpc::catalog::{Purpose, Vendor, VendorId};

use super::compare::{Comparison, Group};
use super::survey::{InlineTally, Survey, Tally};

#[derive(Debug, Serialize)]
pub(super) struct Summary {
    pub(super) pages: usize,
    pub(super) pages_without_own_host: usize,
    /// Tags and inline scripts that were too long to be read.
    pub(super) over_limit: u64,
    pub(super) kinds: Vec<KindRow>,
    pub(super) inline_scripts: InlineRow,
    pub(super) purposes: Vec<PurposeRow>,
    pub(super) vendors: Vec<VendorRow>,
    pub(super) kept_hosts: Vec<HostRow>,
    pub(super) unknown_hosts: Vec<HostRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<ReferenceRows>,
}

/// The URLs in one kind of tag: of the page's own site, and of others.
#[derive(Debug, Serialize)]
pub(super) struct KindRow {
    pub(super) kind: &'static str,
    pub(super) seen: u64,
    pub(super) own: u64,
    pub(super) own_withheld: u64,
    pub(super) third_party: u64,
    pub(super) withheld: u64,
    pub(super) kept: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct InlineRow {
    pub(super) seen: u64,
    pub(super) withheld: u64,
    pub(super) statements_withheld: u64,
    pub(super) kept_with_signature: u64,
    pub(super) kept_without: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct PurposeRow {
    pub(super) purpose: Purpose,
    pub(super) vendors: usize,
    pub(super) withheld: u64,
    pub(super) kept: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct VendorRow {
    pub(super) vendor: String,
    pub(super) company: String,
    pub(super) purpose: Purpose,
    pub(super) withheld: u64,
    pub(super) kept: u64,
    pub(super) pages: usize,
}

#[derive(Debug, Serialize)]
pub(super) struct HostRow {
    pub(super) host: String,
    pub(super) urls: u64,
    pub(super) pages: usize,
    /// The kind of tag of the example.
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) vendor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) purpose: Option<Purpose>,
    pub(super) example: String,
}

/// What the reference calls trackers, and what was done.
#[derive(Debug, Serialize)]
pub(super) struct ReferenceRows {
    pub(super) urls: u64,
    pub(super) withheld: u64,
    /// Withheld of all, from 0 to 1; none where there is nothing to withhold.
    pub(super) recall: Option<f64>,
    pub(super) categories: Vec<CategoryRow>,
    pub(super) misses: Vec<GroupRow>,
    pub(super) extras: Vec<GroupRow>,
}

#[derive(Debug, Serialize)]
pub(super) struct CategoryRow {
    pub(super) category: &'static str,
    pub(super) urls: u64,
    pub(super) withheld: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct GroupRow {
    pub(super) place: String,
    pub(super) urls: u64,
    pub(super) pages: usize,
    pub(super) kind: &'static str,
    pub(super) category: Option<String>,
    pub(super) vendor: Option<String>,
    pub(super) purpose: Option<Purpose>,
    pub(super) why: String,
    pub(super) example: String,
}

impl Survey {
    pub(super) fn summary(&self) -> Summary {
        let (unknown, known): (Vec<_>, Vec<_>) = self.hosts.iter().partition(|((_, vendor), _)| vendor.is_none());
        Summary {
            pages: self.pages,
            pages_without_own_host: self.homeless,
            over_limit: self.over_limit,
            kinds: self.kinds(),
            inline_scripts: InlineRow::from(self.inline),
            purposes: self.purposes(),
            vendors: self.vendors(),
            kept_hosts: self.host_rows(known.into_iter().filter(|(_, tally)| tally.kept > 0), |tally| tally.kept),
            unknown_hosts: self.host_rows(unknown.into_iter(), |tally| tally.kept + tally.withheld),
            reference: self.comparison.as_ref().map(|comparison| self.reference_rows(comparison)),
        }
    }

    fn vendor(&self, id: Option<VendorId>) -> Option<&Vendor> {
        self.rules.catalog().vendor(id?)
    }

    fn kinds(&self) -> Vec<KindRow> {
        let mut rows: Vec<_> = self
            .kinds
            .iter()
            .map(|(kind, tally)| KindRow {
                kind: kind.as_str(),
                seen: tally.own + tally.third_party,
                own: tally.own,
                own_withheld: tally.own_withheld,
                third_party: tally.third_party,
                withheld: tally.third_party_withheld,
                kept: tally.third_party - tally.third_party_withheld,
            })
            .collect();
        rows.sort_by_key(|row| (Reverse(row.third_party), row.kind));
        rows
    }

    fn purposes(&self) -> Vec<PurposeRow> {
        let mut rows: HashMap<Purpose, PurposeRow> = HashMap::new();
        for (id, tally) in &self.vendors {
            let Some(purpose) = self.vendor(Some(*id)).map(Vendor::purpose) else { continue };
            let row = rows.entry(purpose).or_insert(PurposeRow { purpose, vendors: 0, withheld: 0, kept: 0 });
            row.vendors += 1;
            row.withheld += tally.withheld;
            row.kept += tally.kept;
        }
        let mut rows: Vec<_> = rows.into_values().collect();
        rows.sort_by_key(|row| (Reverse(row.withheld + row.kept), row.purpose));
        rows
    }

    fn vendors(&self) -> Vec<VendorRow> {
        let mut rows: Vec<_> = self
            .vendors
            .iter()
            .filter_map(|(id, tally)| {
                let vendor = self.vendor(Some(*id))?;
                Some(VendorRow {
                    vendor: vendor.id().to_owned(),
                    company: vendor.company().to_owned(),
                    purpose: vendor.purpose(),
                    withheld: tally.withheld,
                    kept: tally.kept,
                    pages: tally.pages,
                })
            })
            .collect();
        rows.sort_by(|a, b| (b.withheld + b.kept).cmp(&(a.withheld + a.kept)).then_with(|| a.vendor.cmp(&b.vendor)));
        rows
    }

    fn host_rows<'a>(
        &self,
        hosts: impl Iterator<Item = (&'a (String, Option<VendorId>), &'a Tally)>,
        count: impl Fn(&Tally) -> u64,
    ) -> Vec<HostRow> {
        let mut rows: Vec<_> = hosts
            .map(|((host, vendor), tally)| HostRow {
                host: host.clone(),
                urls: count(tally),
                pages: tally.pages,
                kind: tally.example_kind(),
                vendor: self.vendor(*vendor).map(|vendor| vendor.id().to_owned()),
                purpose: self.vendor(*vendor).map(Vendor::purpose),
                example: tally.example(),
            })
            .collect();
        rows.sort_by(|a, b| {
            let key = |row: &HostRow| (Reverse(row.urls), Reverse(row.pages));
            key(a).cmp(&key(b)).then_with(|| (&a.host, &a.vendor).cmp(&(&b.host, &b.vendor)))
        });
        rows
    }

    fn reference_rows(&self, comparison: &Comparison) -> ReferenceRows {
        let categories: Vec<_> = comparison
            .categories
            .iter()
            .map(|(category, tally)| CategoryRow {
                category,
                urls: tally.withheld + tally.kept,
                withheld: tally.withheld,
            })
            .collect();
        let urls = categories.iter().map(|row| row.urls).sum();
        let withheld = categories.iter().map(|row| row.withheld).sum();
        ReferenceRows {
            urls,
            withheld,
            recall: ratio(withheld, urls),
            categories,
            misses: self.group_rows(&comparison.misses),
            extras: self.group_rows(&comparison.extras),
        }
    }

    fn group_rows(&self, groups: &HashMap<Group, Tally>) -> Vec<GroupRow> {
        let mut groups: Vec<_> = groups.iter().collect();
        groups.sort_by_key(|(group, tally)| (Reverse(tally.kept + tally.withheld), *group));
        groups.into_iter().map(|(group, tally)| self.group_row(group, tally)).collect()
    }

    fn group_row(&self, group: &Group, tally: &Tally) -> GroupRow {
        let vendor = self.vendor(group.vendor);
        let whose = if group.own { ", own site" } else { "" };
        let why = match (vendor, tally.withheld > 0) {
            (Some(vendor), _) => vendor.purpose().to_string(),
            (None, false) => "no rule".to_owned(),
            (None, true) => "goes with its element".to_owned(),
        };
        GroupRow {
            place: group.place.clone(),
            urls: tally.kept + tally.withheld,
            pages: tally.pages,
            kind: tally.example_kind(),
            category: group.category.clone(),
            vendor: vendor.map(|vendor| vendor.id().to_owned()),
            purpose: vendor.map(Vendor::purpose),
            why: format!("{why}{whose}"),
            example: tally.example(),
        }
    }
}

impl Tally {
    fn example_kind(&self) -> &'static str {
        self.example.as_ref().map_or("", |(kind, _)| kind.as_str())
    }

    fn example(&self) -> String {
        self.example.as_ref().map(|(_, text)| text.clone()).unwrap_or_default()
    }
}

impl From<InlineTally> for InlineRow {
    fn from(tally: InlineTally) -> Self {
        Self {
            seen: tally.withheld + tally.kept_vendor + tally.kept_other,
            withheld: tally.withheld,
            statements_withheld: tally.statements,
            kept_with_signature: tally.kept_vendor,
            kept_without: tally.kept_other,
        }
    }
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    // Counts of tags are far below where this would lose digits.
    let float = |count: u64| u32::try_from(count).ok().map(f64::from);
    Some(float(part)? / float(whole).filter(|whole| *whole > 0.0)?)
}
