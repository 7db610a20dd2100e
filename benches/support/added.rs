//! A catalog text of many vendors that are not built in.

use std::fmt::Write as _;

/// As many rules as a catalog text, so many of each vendor.
pub(crate) fn text(rules: usize, per_vendor: usize) -> String {
    let mut text = String::new();
    for vendor in 0..rules / per_vendor {
        let urls: Vec<_> = (0..per_vendor).map(|n| format!("\"t{n}.tracker{vendor}.example/px\"")).collect();
        let urls = urls.join(", ");
        let _ = writeln!(
            text,
            "[[vendor]]\nid = \"added-{vendor}\"\nname = \"Added\"\npurpose = \"advertising\"\nurls = [{urls}]"
        );
    }
    text
}
