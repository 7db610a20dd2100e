//! Pages of our own, with what must become of them, at every cut.

use std::collections::VecDeque;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;

use tower_gpc::html::{FilterOptions, Report, TagFilter};
use tower_gpc::policy::Rules;

use crate::markup::seen::missed;
use crate::oracle;
use crate::pages::builtin_rules;

fn filter(rules: &Arc<Rules>, chunks: impl IntoIterator<Item = Bytes>) -> (Vec<u8>, Report) {
    let mut filter = TagFilter::new(Arc::clone(rules), FilterOptions::default());
    let mut out = VecDeque::new();
    for chunk in chunks {
        filter.push(chunk, &mut out);
    }
    filter.finish(&mut out);
    (out.into_iter().flatten().collect(), filter.into_report())
}

/// All pages of the folder, each with what must become of it.
fn golden() -> Vec<(String, Bytes, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let names = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut pages: Vec<_> = names
        .filter_map(|name| name.strip_suffix(".html").filter(|name| !name.contains('.')).map(str::to_owned))
        .map(|name| {
            let page = Bytes::from(fs::read(folder.join(format!("{name}.html"))).unwrap());
            let want = fs::read(folder.join(format!("{name}.filtered.html"))).unwrap();
            (name, page, want)
        })
        .collect();
    pages.sort();
    assert!(pages.len() >= 7);
    pages
}

#[test]
fn golden_pages_come_out_as_written_down_wherever_they_are_cut() {
    let rules = builtin_rules();
    for (name, page, want) in golden() {
        let whole = filter(&rules, [page.clone()]);
        assert!(whole.0 == want, "{name}:\n{}", String::from_utf8_lossy(&whole.0));
        assert!(whole.1.total() > 0, "{name}");
        for cut in 0..=page.len() {
            assert!(filter(&rules, [page.slice(..cut), page.slice(cut..)]) == whole, "{name} cut at {cut}");
        }
        let bytes = (0..page.len()).map(|n| page.slice(n..=n));
        assert!(filter(&rules, bytes) == whole, "{name} byte by byte");
        // Three pieces, at places spread over the page; and close together, so that a tag is cut twice.
        let spread = (0..page.len())
            .step_by(97)
            .flat_map(|first| (first..page.len()).step_by(131).map(move |second| (first, second)));
        let close = (0..page.len()).step_by(3).flat_map(|first| [1, 7].map(|n| (first, first + n)));
        for (first, second) in spread.chain(close).filter(|&(_, second)| second < page.len()) {
            let pieces = [page.slice(..first), page.slice(first..second), page.slice(second..)];
            assert!(filter(&rules, pieces) == whole, "{name} cut at {first} and {second}");
        }
    }
}

#[test]
fn golden_pages_lose_what_an_independent_parser_says_and_nothing_else() {
    let rules = builtin_rules();
    for (name, page, _) in golden() {
        let (filtered, _) = filter(&rules, [page.clone()]);
        // The oracle knows neither AMP's configurations nor documents in attributes.
        if !["amp", "news"].contains(&name.as_str()) {
            oracle::compare(&rules, &page, &filtered).unwrap_or_else(|difference| panic!("{name}: {difference}"));
        }
        assert_eq!(missed(&rules, &filtered), None, "{name}");
    }
}
