//! A catalog text is read or refused, never worse; and no URL, cookie name or script upsets a matcher.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tower_gpc::policy::{Rules, Script};
use tower_gpc::{Catalog, Policy};

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::new(Catalog::builtin().clone(), &Policy::default()).unwrap());

fuzz_target!(|data: &[u8]| {
    let url = RULES.url(data);
    if let Some(vendor) = url {
        assert!(RULES.catalog().vendor(vendor).is_some());
        // Letters of a host have no case.
        let end = data.len().min(data.iter().position(|byte| matches!(byte, b'?' | b'#')).unwrap_or(data.len()));
        assert!(!data[..end].is_empty());
    }
    let _ = RULES.cookie(data);
    if let Script::Parts(parts) = RULES.script(data) {
        let mut end = 0;
        for cut in parts.cuts() {
            assert!(end <= cut.range().start && cut.range().start < cut.range().end && cut.range().end <= data.len());
            end = cut.range().end;
        }
        assert!(end > 0);
    }
    if let Ok(text) = std::str::from_utf8(data)
        && let Err(error) = Catalog::empty().with_toml(text, "fuzz.toml")
    {
        assert!(error.to_string().contains("fuzz.toml"));
    }
});
