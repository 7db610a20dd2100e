//! Where a reference and what was done differ.

use std::collections::{BTreeMap, HashMap};

use tower_gpc::catalog::VendorId;
use tower_gpc::html::Finding;

use super::reference::{Reference, TRACKERS};
use super::survey::Tally;

/// URLs by what the reference calls their hosts. Those of the page's own site are among them, and marked.
#[derive(Debug)]
pub(super) struct Comparison {
    reference: Reference,
    /// Of hosts that it calls trackers.
    pub(super) categories: BTreeMap<&'static str, Tally>,
    /// They are kept.
    pub(super) misses: HashMap<Group, Tally>,
    /// They are withheld, and it calls them something else, or nothing.
    pub(super) extras: HashMap<Group, Tally>,
}

/// URLs that differ in the same way.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Group {
    /// The host, and the path's first part.
    pub(super) place: String,
    pub(super) category: Option<String>,
    pub(super) vendor: Option<VendorId>,
    /// On the page's own site.
    pub(super) own: bool,
}

impl Comparison {
    pub(super) fn new(reference: Reference) -> Self {
        Self { reference, categories: BTreeMap::new(), misses: HashMap::new(), extras: HashMap::new() }
    }

    pub(super) fn add(&mut self, page: usize, host: &str, path: &str, finding: &Finding, own: bool) {
        let category = self.reference.category(host);
        let tracker = TRACKERS.into_iter().find(|tracker| category == Some(tracker));
        if let Some(tracker) = tracker {
            self.categories.entry(tracker).or_default().add(page, finding);
        }
        let groups = match (tracker, finding.withheld) {
            (Some(_), false) => &mut self.misses,
            (None, true) => &mut self.extras,
            _ => return,
        };
        let place = format!("{host}{}", path_start(path));
        let group = Group { place, category: category.map(str::to_owned), vendor: finding.vendor, own };
        groups.entry(group).or_default().add(page, finding);
    }
}

/// The first part of a path, with its slash where there is more.
fn path_start(path: &str) -> &str {
    let end = path.char_indices().skip(1).find(|(_, c)| *c == '/').map_or(path.len(), |(at, _)| at + 1);
    path.get(..end).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_have_the_first_part_of_the_path() {
        for (path, want) in
            [("/", "/"), ("/a", "/a"), ("/a/", "/a/"), ("/a/b/c", "/a/"), ("//a", "//"), ("/é/b", "/é/"), ("", "")]
        {
            assert_eq!(path_start(path), want, "{path}");
        }
    }
}
