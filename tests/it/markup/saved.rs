//! Saved pages, as both kinds of browser see what is left of them.

use super::seen::missed;
use crate::pages::{builtin_rules, filter, saved};

#[test]
fn no_browser_fetches_what_is_withheld_from_saved_pages() {
    let rules = builtin_rules();
    for (name, page) in saved() {
        assert_eq!(missed(&rules, &filter(&rules, &page, 16 * 1024)), None, "{name}");
    }
}
