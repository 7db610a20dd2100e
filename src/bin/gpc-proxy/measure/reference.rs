//! Other people's opinion on hosts: the entities of third-party-web.

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;

use crate::config::Invalid;

/// The categories whose tags are expected to be withheld, roughly.
pub(super) const TRACKERS: [&str; 4] = ["ad", "social", "marketing", "tag-manager"];

/// The category of each host.
#[derive(Debug, Default)]
pub(super) struct Reference {
    exact: HashMap<String, String>,
    /// A domain with all that is under it.
    under: HashMap<String, String>,
}

/// One company. Older files have one category, newer ones a list, of which the first is the main one.
#[derive(Deserialize)]
struct Entity {
    category: Option<String>,
    #[serde(default)]
    categories: Vec<String>,
    #[serde(default)]
    domains: Vec<String>,
}

impl Reference {
    pub(super) fn read(path: &Path) -> Result<Self, Invalid> {
        let name = path.display();
        let text = std::fs::read(path).map_err(|error| Invalid::new(format!("{name}: {error}")))?;
        Self::parse(&text)
            .map_err(|error| Invalid::new(format!("{name}: {error}; expected entities of third-party-web")))
    }

    fn parse(text: &[u8]) -> serde_json::Result<Self> {
        let mut reference = Self::default();
        for entity in serde_json::from_slice::<Vec<Entity>>(text)? {
            let Some(category) = entity.category.as_ref().or(entity.categories.first()) else { continue };
            for domain in &entity.domains {
                let domain = domain.to_ascii_lowercase();
                match domain.strip_prefix("*.") {
                    Some(domain) => reference.under.insert(domain.to_owned(), category.clone()),
                    None => reference.exact.insert(domain, category.clone()),
                };
            }
        }
        Ok(reference)
    }

    /// What a host is: by its own name first, then by the longest domain that it is under.
    pub(super) fn category(&self, host: &str) -> Option<&str> {
        let parents = std::iter::successors(Some(host), |here| here.split_once('.').map(|(_, parent)| parent));
        let mut under = parents.filter_map(|parent| self.under.get(parent));
        self.exact.get(host).or_else(|| under.next()).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_what_its_longest_entry_says() {
        let text = r#"[
            {"name": "A", "category": "ad", "domains": ["*.a.test", "exact.b.test"]},
            {"name": "B", "categories": ["cdn", "ad"], "domains": ["*.cdn.a.test", "A.A.test"], "homepage": "x"},
            {"name": "C", "domains": ["c.test"]}
        ]"#;
        let reference = Reference::parse(text.as_bytes()).unwrap();
        for (host, want) in [
            ("a.test", Some("ad")),
            ("x.y.a.test", Some("ad")),
            ("xa.test", None),
            ("x.cdn.a.test", Some("cdn")),
            ("a.a.test", Some("cdn")),
            ("exact.b.test", Some("ad")),
            ("x.exact.b.test", None),
            ("c.test", None),
            ("", None),
        ] {
            assert_eq!(reference.category(host), want, "{host}");
        }
        assert!(Reference::parse(b"{}").is_err());
    }
}
