//! The search for vendors' signatures in inline scripts.

use std::collections::HashMap;
use std::ops::Range;

use foldhash::fast::FixedState;

use super::named;
use super::needles::Needles;
use super::verdict::{Hit, Script, judge};
use crate::catalog::{Catalog, Purpose, Signature, Vendor, VendorId};
use crate::error::ConfigError;

/// A longer script is searched for signatures alone: what has many URLs and is no loader is long, such as the state of an app.
const LOADER: usize = 32 * 1024;

/// What rules say of a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Nothing,
    Keep,
    Withhold(VendorId),
}

/// All signatures that matter under a policy.
#[derive(Debug)]
pub(super) struct Scanner {
    /// Of suppressed vendors, and of consent managers: one search finds both.
    signatures: Signatures,
    /// The globals by which suppressed vendors are called, and no other vendor is.
    globals: HashMap<Box<[u8]>, VendorId, FixedState>,
}

impl Scanner {
    pub(super) fn new(catalog: &Catalog, suppress: impl Fn(&Vendor) -> bool) -> Result<Self, ConfigError> {
        let (mut suppressed, mut consent) = (Vec::new(), Vec::new());
        let (mut globals, mut shared) = (HashMap::default(), Vec::new());
        for (id, vendor) in catalog.vendors() {
            let signatures = vendor.inline().iter().map(|signature| (signature.clone(), id));
            let names = vendor.inline().iter().filter_map(Signature::global).map(Box::from);
            if suppress(vendor) {
                suppressed.extend(signatures);
                globals.extend(names.map(|name| (name, id)));
                continue;
            }
            shared.extend(names);
            if vendor.purpose() == Purpose::Consent {
                consent.extend(signatures);
            }
        }
        globals.retain(|name, _| !shared.contains(name));
        Ok(Self { signatures: Signatures::new(suppressed, consent)?, globals })
    }

    /// What is done about `script`. `said` is what the rules say of a URL.
    pub(super) fn judge(&self, script: &[u8], said: impl Fn(&[u8]) -> Said) -> Script {
        let (mut hits, consent) = self.signatures.find(script);
        if script.len() <= LOADER {
            by_urls(script, said, &mut hits);
        }
        if hits.is_empty() {
            return Script::Keep;
        }
        sort(&mut hits);
        judge(script, &hits, &consent, self)
    }

    /// The suppressed vendor that is called by this global.
    pub(super) fn global(&self, name: &[u8]) -> Option<VendorId> {
        self.globals.get(name).copied()
    }
}

/// Signatures and how to find them all at once: by their needles, and then by a closer look.
#[derive(Debug)]
struct Signatures {
    /// Those of suppressed vendors first.
    signatures: Vec<Known>,
    suppressed: usize,
    needles: Needles,
}

/// A signature, and what a hit of it is.
#[derive(Debug)]
struct Known {
    signature: Signature,
    vendor: VendorId,
    url: bool,
    quoted: bool,
}

impl Signatures {
    fn new(
        mut signatures: Vec<(Signature, VendorId)>,
        consent: Vec<(Signature, VendorId)>,
    ) -> Result<Self, ConfigError> {
        let suppressed = signatures.len();
        signatures.extend(consent);
        let needles = Needles::new(signatures.iter().map(|(signature, _)| signature.needle()))?;
        let known = |(signature, vendor): (Signature, VendorId)| {
            let (url, quoted) = (signature.is_url(), signature.is_quoted());
            Known { signature, vendor, url, quoted }
        };
        Ok(Self { signatures: signatures.into_iter().map(known).collect(), suppressed, needles })
    }

    /// The signatures that `script` has of suppressed vendors, and those of consent managers, in order.
    fn find(&self, script: &[u8]) -> (Vec<Hit>, Vec<Hit>) {
        let (mut hits, mut consent) = (Vec::new(), Vec::new());
        self.needles.find(script, |place, at| {
            let found = self.signatures.get(place).and_then(|&Known { ref signature, vendor, url, quoted }| {
                let start = signature.start_at(script, at)?;
                // What stands before a host in its signature is not the string that the host is in.
                Some(Hit { at: if url { at } else { start }, vendor, url, quoted })
            });
            let list = if place < self.suppressed { &mut hits } else { &mut consent };
            list.extend(found);
        });
        sort(&mut consent);
        (hits, consent)
    }
}

/// Adds the URLs that are withheld, and takes away what a signature found within one of which more is known.
fn by_urls(script: &[u8], said: impl Fn(&[u8]) -> Said, hits: &mut Vec<Hit>) {
    let mut known: Vec<(Range<usize>, Option<VendorId>)> = Vec::new();
    named::urls(script, |place, url| match said(url) {
        Said::Nothing => {}
        Said::Keep => known.push((place, None)),
        Said::Withhold(vendor) => known.push((place, Some(vendor))),
    });
    let within = |at: usize| {
        let last = known.partition_point(|(place, _)| place.start <= at).checked_sub(1);
        last.and_then(|last| known.get(last)).is_some_and(|(place, _)| place.contains(&at))
    };
    hits.retain(|hit| !(hit.url && within(hit.at)));
    hits.extend(
        known.iter().filter_map(|&(ref place, vendor)| {
            Some(Hit { at: place.start, vendor: vendor?, url: true, quoted: false })
        }),
    );
}

fn sort(hits: &mut Vec<Hit>) {
    hits.sort_unstable();
    hits.dedup();
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::catalog::naive_is_in;

    fn scanner(vendors: &[(&str, Purpose, &[&str])]) -> (Catalog, Scanner) {
        let catalog = vendors.iter().fold(Catalog::empty(), |catalog, (id, purpose, signatures)| {
            let vendor = signatures.iter().try_fold(Vendor::new(*id, *id, *purpose), |vendor, s| vendor.with_inline(s));
            catalog.with_vendor(vendor.unwrap())
        });
        let scanner = Scanner::new(&catalog, |vendor| vendor.purpose() == Purpose::Advertising).unwrap();
        (catalog, scanner)
    }

    fn found(scanner: &Scanner, script: &str) -> Vec<(usize, VendorId)> {
        scanner.signatures.find(script.as_bytes()).0.iter().map(|hit| (hit.at, hit.vendor)).collect()
    }

    #[test]
    fn the_signatures_of_suppressed_vendors_are_found_all_of_them() {
        let (_, scanner) = scanner(&[
            ("ads", Purpose::Advertising, &["ads('init'", "ads('track'", "cdn.ads.test/"]),
            ("more", Purpose::Advertising, &["adsmore", "moreads.test/x?id=", "ads('more'"]),
            ("stats", Purpose::Analytics, &["stats('init'"]),
            ("cmp", Purpose::Consent, &["OptanonWrapper", "cmp("]),
        ]);
        let (ads, more) = (VendorId(0), VendorId(1));
        for (script, want) in [
            ("ads('init')", &[(0, ads)][..]),
            ("x();ads ( `track` )", &[(4, ads)]),
            ("ads('other')", &[]),
            ("bads('init')", &[]),
            ("ads('init');ads('more');adsmore", &[(0, ads), (12, more), (24, more)]),
            ("t.src='//cdn.ads.test/x'", &[(9, ads)]),
            ("t.src='//cdn.ads.tests/x'", &[]),
            ("{\"u\":\"https:\\/\\/moreads.test\\/x?id=1\"}", &[(16, more)]),
            ("stats('init')", &[]),
            ("function OptanonWrapper(){}", &[]),
            ("", &[]),
        ] {
            assert_eq!(found(&scanner, script), want, "{script}");
        }
    }

    #[test]
    fn a_global_is_a_vendors_if_no_vendor_that_is_kept_has_it_too() {
        let (_, scanner) = scanner(&[
            ("ads", Purpose::Advertising, &["ads('init'", "shared('ads'", "window.adsq", "cdn.ads.test/", "new ADS("]),
            ("stats", Purpose::Analytics, &["shared('stats'"]),
        ]);
        for (name, want) in [("ads", true), ("adsq", true), ("ADS", true), ("shared", false), ("cdn", false)] {
            assert_eq!(scanner.global(name.as_bytes()).is_some(), want, "{name}");
        }
    }

    #[test]
    fn the_builtin_signatures_are_found_in_themselves() {
        let catalog = Catalog::builtin();
        let scanner = Scanner::new(catalog, |vendor| vendor.purpose() != Purpose::Consent).unwrap();
        for (id, vendor) in catalog.vendors() {
            for signature in vendor.inline() {
                let hits = found(&scanner, &format!("\nvar a = 1; {signature}"));
                let want = vendor.purpose() != Purpose::Consent;
                assert_eq!(hits.iter().any(|(_, vendor)| *vendor == id), want, "{signature} of {}", vendor.id());
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1024))]

        #[test]
        fn a_signature_is_found_if_the_plain_comparison_finds_it(
            texts in prop::collection::vec(r"([ab'(./]|abb|abaabab|bbaabba){1,6}", 0..12),
            script in r#"([ab'"(./ ]|abb|abaabab|bbaabba|abbabbb){0,16}"#,
        ) {
            let texts: Vec<Signature> = texts.iter().filter_map(|text| Signature::parse(text).ok()).collect();
            let numbered = texts.iter().cloned().zip((0..).map(VendorId)).collect();
            let (hits, _) = Signatures::new(numbered, Vec::new()).unwrap().find(script.as_bytes());
            for (text, id) in texts.iter().zip((0..).map(VendorId)) {
                let want = naive_is_in(text.as_str(), script.as_bytes());
                prop_assert_eq!(hits.iter().any(|hit| hit.vendor == id), want, "{} in {}", text, script);
            }
        }
    }
}
