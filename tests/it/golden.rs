//! Pages of our own, with what must become of them, at every cut.

use std::fs;
use std::path::Path;

use bytes::Bytes;

use crate::pages::{builtin_rules, filter_chunks};

#[test]
fn golden_pages_come_out_as_written_down_wherever_they_are_cut() {
    let rules = builtin_rules();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    for name in ["shop", "news", "amp", "legacy"] {
        let page = Bytes::from(fs::read(folder.join(format!("{name}.html"))).unwrap());
        let want = fs::read(folder.join(format!("{name}.filtered.html"))).unwrap();
        for cut in 0..=page.len() {
            let got = filter_chunks(&rules, [page.slice(..cut), page.slice(cut..)]);
            assert!(got == want, "{name} cut at {cut}:\n{}", String::from_utf8_lossy(&got));
        }
        let bytes = (0..page.len()).map(|n| page.slice(n..=n));
        assert!(filter_chunks(&rules, bytes) == want, "{name} byte by byte");
        // Three pieces, at places spread over the page.
        for first in (0..page.len()).step_by(97) {
            for second in (first..page.len()).step_by(131) {
                let pieces = [page.slice(..first), page.slice(first..second), page.slice(second..)];
                assert!(filter_chunks(&rules, pieces) == want, "{name} cut at {first} and {second}");
            }
        }
    }
}
