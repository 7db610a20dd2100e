//! The search for vendors' signatures in inline scripts.

use super::needles::Needles;
use crate::catalog::{Catalog, Purpose, Signature, Vendor, VendorId};
use crate::error::ConfigError;

/// All signatures that matter under a policy.
#[derive(Debug)]
pub(super) struct Scanner {
    suppressed: Signatures,
    /// The vendor of each of `suppressed`.
    vendors: Vec<VendorId>,
    consent: Signatures,
}

impl Scanner {
    pub(super) fn new(catalog: &Catalog, suppress: impl Fn(&Vendor) -> bool) -> Result<Self, ConfigError> {
        let (mut suppressed, mut vendors, mut consent) = (Vec::new(), Vec::new(), Vec::new());
        for (id, vendor) in catalog.vendors() {
            if suppress(vendor) {
                suppressed.extend_from_slice(vendor.inline());
                vendors.resize(suppressed.len(), id);
            } else if vendor.purpose() == Purpose::Consent {
                consent.extend_from_slice(vendor.inline());
            }
        }
        Ok(Self { suppressed: Signatures::new(suppressed)?, vendors, consent: Signatures::new(consent)? })
    }

    /// The vendor for whose sake `script` is withheld.
    pub(super) fn find(&self, script: &[u8]) -> Option<VendorId> {
        let found = self.suppressed.find(script)?;
        // Few scripts get here, so those of consent managers are looked for last.
        if self.consent.find(script).is_some() {
            return None;
        }
        self.vendors.get(found).copied()
    }
}

/// Signatures and how to find them all at once: by their needles, and then by a closer look.
#[derive(Debug)]
struct Signatures {
    signatures: Vec<Signature>,
    needles: Needles,
}

impl Signatures {
    fn new(signatures: Vec<Signature>) -> Result<Self, ConfigError> {
        let needles = Needles::new(signatures.iter().map(Signature::needle))?;
        Ok(Self { signatures, needles })
    }

    /// The place of a signature that `script` has.
    fn find(&self, script: &[u8]) -> Option<usize> {
        self.needles
            .find(script, |place, at| self.signatures.get(place).is_some_and(|signature| signature.is_at(script, at)))
    }
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

    #[test]
    fn scripts_of_suppressed_vendors_are_found_and_those_of_consent_managers_are_not() {
        let (catalog, scanner) = scanner(&[
            ("ads", Purpose::Advertising, &["ads('init'", "ads('track'", "cdn.ads.test/"]),
            ("more", Purpose::Advertising, &["adsmore", "moreads.test/x?id=", "ads('more'"]),
            ("stats", Purpose::Analytics, &["stats('init'"]),
            ("cmp", Purpose::Consent, &["OptanonWrapper", "cmp("]),
        ]);
        for (script, want) in [
            ("ads('init')", Some("ads")),
            ("x();ads ( `track` )", Some("ads")),
            ("ads('other')", None),
            ("bads('init')", None),
            ("ads('other');ads('more')", Some("more")),
            ("adsmore", Some("more")),
            ("t.src='//cdn.ads.test/x'", Some("ads")),
            ("t.src='//cdn.ads.tests/x'", None),
            ("{\"u\":\"https:\\/\\/moreads.test\\/x?id=1\"}", Some("more")),
            ("stats('init')", None),
            ("function OptanonWrapper(){} ads('init')", None),
            ("ads('init');cmp (1)", None),
            ("ads('init');mycmp(1)", Some("ads")),
            ("", None),
        ] {
            let found = scanner.find(script.as_bytes()).and_then(|id| catalog.vendor(id)).map(Vendor::id);
            assert_eq!(found, want, "{script}");
        }
    }

    #[test]
    fn the_builtin_signatures_are_found_in_themselves() {
        let catalog = Catalog::builtin();
        let scanner = Scanner::new(catalog, |vendor| vendor.purpose() != Purpose::Consent).unwrap();
        for (_, vendor) in catalog.vendors() {
            for signature in vendor.inline() {
                let script = format!("\nvar a = 1; {signature}");
                let found = scanner.find(script.as_bytes());
                assert_eq!(found.is_some(), vendor.purpose() != Purpose::Consent, "{signature} of {}", vendor.id());
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1024))]

        #[test]
        fn a_script_is_withheld_if_the_plain_comparison_finds_a_signature(
            texts in prop::collection::vec(r"([ab'(./]|abb|abaabab|bbaabba){1,6}", 0..12),
            consent in prop::collection::vec(r"([ab'(./]|abb|abbabbb){2,6}", 0..2),
            script in r#"([ab'"(./ ]|abb|abaabab|bbaabba|abbabbb){0,16}"#,
        ) {
            let parse = |texts: Vec<String>| -> Vec<Signature> {
                texts.iter().filter_map(|text| Signature::parse(text).ok()).collect()
            };
            let (texts, consent) = (parse(texts), parse(consent));
            let plain = |texts: &[Signature]| texts.iter().any(|text| naive_is_in(text.as_str(), script.as_bytes()));
            let want = plain(&texts) && !plain(&consent);
            let vendors = (0..).map(VendorId).take(texts.len()).collect();
            let scanner = Scanner {
                vendors,
                suppressed: Signatures::new(texts.clone()).unwrap(),
                consent: Signatures::new(consent).unwrap(),
            };
            let found = scanner.find(script.as_bytes());
            prop_assert_eq!(found.is_some(), want);
            if let Some(id) = found {
                prop_assert!(naive_is_in(texts[id.index()].as_str(), script.as_bytes()));
            }
        }
    }
}
