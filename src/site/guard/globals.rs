//! The globals of withheld vendors, for which the guard puts stubs.

use std::collections::BTreeSet;

use crate::policy::Rules;

/// Names that sites and their libraries have for themselves, too: a stub would be in their way.
const AMBIGUOUS: [&str; 20] = [
    "FB",
    "H",
    "LO",
    "OX",
    "RB",
    "Visitor",
    "Ya",
    "braze",
    "cj",
    "clearbit",
    "dataLayer",
    "ko",
    "mt",
    "reb2b",
    "sas",
    "tap",
    "trackingFunctions",
    "unify",
    "ramp",
    "smartech",
];

/// Names of libraries that are not to be had any more, from nobody: what calls them fails without us, too.
const RETIRED: [&str; 10] = [
    "ClickTale",
    "GA_googleAddAttr",
    "GA_googleAddSlot",
    "GA_googleFetchAds",
    "GA_googleFillSlot",
    "GS_googleAddAdSenseService",
    "GS_googleEnableAllServices",
    "Krux",
    "Meebo",
    "yieldbot",
];

/// The names, each once. One that a vendor has who is kept is left to that vendor.
pub(super) fn of(rules: &Rules) -> String {
    let (mut withheld, mut kept) = (BTreeSet::new(), BTreeSet::new());
    for (id, vendor) in rules.catalog().vendors() {
        let names = if rules.suppresses(id) { &mut withheld } else { &mut kept };
        names.extend(vendor.globals().iter().map(String::as_str));
    }
    let left_out = |name: &str| AMBIGUOUS.contains(&name) || RETIRED.contains(&name) || name == "gtag";
    let fits = |name: &&&str| is_name(name) && !left_out(name) && !kept.contains(*name);
    let mut names: Vec<&str> = withheld.iter().filter(fits).copied().collect();
    // Side by side with those of their length they are compressed best.
    names.sort_by_key(|name| name.len());
    names.join(" ")
}

/// A property of something else is not ours to define.
fn is_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Catalog, Policy};

    #[test]
    fn withheld_vendors_have_stubs_and_others_have_not() {
        let names = of(&Rules::new(Catalog::builtin().clone(), &Policy::default()).unwrap());
        let names: Vec<&str> = names.split(' ').collect();
        let wanted =
            ["fbq", "_fbq", "ttq", "twq", "uetq", "snaptr", "pintrk", "lintrk", "rdt", "_hsq", "hj", "clarity"];
        for name in wanted {
            assert!(names.contains(&name), "{name}");
        }
        for name in ["gtag", "dataLayer", "ga", "_gaq", "FB", "twttr", "OneTrust", "Stripe", "twttr.conversion"] {
            assert!(!names.contains(&name), "{name}");
        }
    }

    #[test]
    fn names_that_are_left_out_are_in_the_catalog() {
        let known: BTreeSet<&str> =
            Catalog::builtin().vendors().flat_map(|(_, vendor)| vendor.globals()).map(String::as_str).collect();
        for name in AMBIGUOUS.iter().chain(&RETIRED) {
            assert!(known.contains(*name), "{name}");
        }
    }
}
