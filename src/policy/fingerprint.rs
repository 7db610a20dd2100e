//! A number that stands for everything that decides what is withheld.

use std::fmt::{self, Write as _};

use super::{Action, Policy};
use crate::catalog::{Catalog, Purpose, Vendor};
use crate::fnv;
use crate::lists::FilterList;

struct Fnv(u32);

/// Names catalog, policy and lists.
///
/// Vendors count in the order of the catalog, because of two with the same rule the later one wins. What is only shown
/// to people, such as names and notes, does not count. Neither does report-only mode, which withholds nothing, nor whose
/// opt-outs are honoured: the page that is withheld from is the same.
pub(super) fn fingerprint(catalog: &Catalog, policy: &Policy, lists: &[FilterList]) -> u32 {
    let mut hash = Fnv(fnv::START);
    hash.text(env!("CARGO_PKG_VERSION"));
    hash.list(policy.allow_urls.iter());
    hash.list(policy.host.iter().flat_map(|(host, vendor)| [host.as_str(), vendor]));
    hash.list(lists.iter().map(FilterList::print));
    hash.text(if policy.first_party { "first-party" } else { "" });
    for (_, vendor) in catalog.vendors() {
        hash.vendor(vendor, policy.action(vendor));
        if !lists.is_empty() {
            // What is kept on purpose is protected from lists.
            hash.text(if policy.names(vendor) { "named" } else { "" });
        }
        if policy.first_party {
            hash.list(vendor.first_party().iter());
        }
    }
    hash.0
}

impl fmt::Write for Fnv {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.bytes(text.as_bytes());
        Ok(())
    }
}

impl Fnv {
    fn vendor(&mut self, vendor: &Vendor, action: Action) {
        self.text(vendor.id());
        self.text(&action.to_string());
        // A consent manager's signatures protect scripts.
        self.text(if vendor.purpose() == Purpose::Consent { "consent" } else { "" });
        self.list(vendor.urls().iter());
        self.list(vendor.inline().iter());
        self.list(vendor.cookies().iter());
        self.list(vendor.amp().iter());
    }

    /// Hashes texts so that no two different lists look alike: no text has these bytes.
    fn list<T: fmt::Display>(&mut self, texts: impl Iterator<Item = T>) {
        for text in texts {
            // Hashing does not fail, and fifty thousand rules need no text of their own for it.
            let _ = write!(self, "{text}");
            self.bytes(&[0xfe]);
        }
        self.bytes(&[0xff]);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
        self.bytes(&[0xfe]);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0 = fnv::hash(self.0, bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint(catalog: &Catalog, policy: &Policy) -> u32 {
        super::fingerprint(catalog, policy, &[])
    }

    #[test]
    fn whatever_changes_what_is_withheld_changes_the_fingerprint() {
        let acme = || Vendor::new("acme", "Acme", Purpose::Advertising);
        let with = |vendor: Vendor| Catalog::empty().with_vendor(vendor);
        let keep = |policy: Policy| policy.vendor("acme", Action::Keep);
        let prints = [
            fingerprint(&Catalog::empty(), &Policy::new()),
            fingerprint(&Catalog::empty(), &Policy::new().allow_url("a.b").unwrap()),
            fingerprint(&with(acme()), &Policy::new()),
            fingerprint(&with(acme()), &Policy::new().first_party(true)),
            fingerprint(&with(acme().with_first_party("/a.js").unwrap()), &Policy::new().first_party(true)),
            fingerprint(&with(acme()), &Policy::new().own_host("h.test", "acme").unwrap()),
            fingerprint(&with(acme()), &Policy::new().own_host("i.test", "acme").unwrap()),
            fingerprint(&with(acme()), &keep(Policy::new())),
            fingerprint(&with(acme().with_url("a.b").unwrap()), &Policy::new()),
            fingerprint(&with(acme().with_url("a.b/c").unwrap()), &Policy::new()),
            fingerprint(&with(acme().with_url("a.b").and_then(|v| v.with_url("a.c")).unwrap()), &Policy::new()),
            fingerprint(&with(acme().with_inline("a.bcd").unwrap()), &Policy::new()),
            fingerprint(&with(acme().with_inline("acme").unwrap()), &Policy::new()),
            fingerprint(&with(acme().with_cookie("acme").unwrap()), &Policy::new()),
            fingerprint(&with(acme().with_amp("acme").unwrap()), &Policy::new()),
            fingerprint(&with(Vendor::new("acme", "Acme", Purpose::Consent)), &Policy::new()),
            fingerprint(&with(Vendor::new("acme2", "Acme", Purpose::Advertising)), &Policy::new()),
            fingerprint(&with(acme()).with_vendor(Vendor::new("b", "B", Purpose::Cdn)), &Policy::new()),
            fingerprint(&with(Vendor::new("b", "B", Purpose::Cdn)).with_vendor(acme()), &Policy::new()),
        ];
        for (i, a) in prints.iter().enumerate() {
            for (j, b) in prints.iter().enumerate() {
                assert!(i == j || a != b, "{i} and {j}");
            }
        }
    }

    #[test]
    fn what_is_only_shown_does_not_change_the_fingerprint() {
        let print = |name: &str, note: &str, policy: Policy| {
            let vendor = Vendor::new("acme", name, Purpose::Advertising).with_note(note).with_company(name);
            fingerprint(&Catalog::empty().with_vendor(vendor), &policy)
        };
        let want = print("A", "", Policy::new());
        assert_eq!(print("B", "why", Policy::new().report_only(true)), want);
        assert_eq!(print("A", "", Policy::new().only_where_required(true)), want);
        let quiet = Vendor::new("acme", "A", Purpose::Advertising).with_first_party("/a.js").unwrap();
        assert_eq!(fingerprint(&Catalog::empty().with_vendor(quiet), &Policy::new()), want, "a rule that is off");
        // Saying what is so already changes nothing.
        assert_eq!(print("A", "", Policy::new().vendor("acme", Action::Suppress)), want);
        assert_eq!(print("A", "", Policy::strict()), want);
    }
}
