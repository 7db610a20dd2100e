//! Complianz: the categories, one cookie each.
//!
//! `cmplz_marketing` is `allow` or `deny`; on the main site of a WordPress network it is called `cmplz_rt_marketing`.

use super::platform::Pattern;
use super::purposes::Purposes;
use super::tally::Tally;
use crate::signal::statement::Statement;

pub(super) const COOKIES: &[Pattern] = &[Pattern::Prefix(PREFIX)];

pub(super) const PURPOSES: &[&str] = &["marketing"];

const PREFIX: &str = "cmplz_";

pub(super) fn read(name: &[u8], value: &[u8], purposes: &Purposes) -> Statement {
    let category = name.strip_prefix(PREFIX.as_bytes()).unwrap_or_default();
    let category = category.strip_prefix(b"rt_").unwrap_or(category);
    let mut tally = Tally::default();
    match value {
        b"allow" if purposes.contains(category) => tally.count(true),
        b"deny" if purposes.contains(category) => tally.count(false),
        _ => {}
    }
    tally.statement(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::cmp::Platform;
    use crate::signal::cmp::tests::{NOT, NOTHING, OUT, check, check_with};

    #[test]
    fn a_category_is_allowed_or_denied() {
        let table =
            [("deny", OUT), ("allow", NOT), ("Deny", NOTHING), ("denied", NOTHING), ("0", NOTHING), ("", NOTHING)];
        for cookie in ["cmplz_marketing", "cmplz_rt_marketing"] {
            check(Platform::Complianz, cookie, &table);
        }
        for cookie in [
            "cmplz_statistics",
            "cmplz_rt_preferences",
            "cmplz_",
            "cmplz_rt_",
            "cmplz_marketing2",
            "cmplz_banner-status",
        ] {
            check(Platform::Complianz, cookie, &[("deny", NOTHING), ("allow", NOTHING)]);
        }
    }

    #[test]
    fn categories_that_are_named_count() {
        let purposes = Purposes::new(Platform::Complianz, ["statistics", "marketing"]).unwrap();
        check_with(&purposes, "cmplz_statistics", &[("deny", OUT)]);
        check_with(&purposes, "cmplz_rt_marketing", &[("deny", OUT)]);
    }
}
