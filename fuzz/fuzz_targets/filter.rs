//! The filter's output is the same wherever the page is cut, and nothing but withheld tags is lost.
//!
//! The input's first bytes say where it is cut and how much may be held; the rest is the page.

#![no_main]

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use tower_gpc::html::{FilterOptions, Report, Syntax, TagFilter};
use tower_gpc::policy::Rules;
use tower_gpc::{Catalog, Policy};

static RULES: LazyLock<Arc<Rules>> =
    LazyLock::new(|| Arc::new(Rules::new(Catalog::builtin().clone(), &Policy::default()).unwrap()));

fn run(options: FilterOptions, chunks: &[&[u8]]) -> (Vec<u8>, Report) {
    let mut filter = TagFilter::new(Arc::clone(&RULES), options);
    let mut out = VecDeque::new();
    for chunk in chunks {
        filter.push(Bytes::copy_from_slice(chunk), &mut out);
    }
    filter.finish(&mut out);
    (out.into_iter().flatten().collect(), filter.into_report())
}

fuzz_target!(|data: &[u8]| {
    let [mode, limit, first, second, page @ ..] = data else { return };
    let options = FilterOptions {
        syntax: if mode & 1 == 0 { Syntax::Html } else { Syntax::Xml },
        held_limit: 16 + usize::from(*limit) * 8,
        dry_run: mode & 2 != 0,
    };
    let (whole, report) = run(options, &[page]);
    assert!(whole.len() <= page.len());
    assert_eq!(report.bytes_in(), page.len() as u64);
    assert_eq!(report.bytes_out(), whole.len() as u64);
    if report.total() == 0 || options.dry_run {
        assert_eq!(whole, page);
    }

    let first = usize::from(*first).min(page.len());
    let second = first + usize::from(*second).min(page.len() - first);
    let cut = run(options, &[&page[..first], &page[first..second], &page[second..]]);
    assert_eq!(cut, (whole.clone(), report.clone()));
    if mode & 4 != 0 {
        let bytes: Vec<&[u8]> = page.chunks(1).collect();
        assert_eq!(run(options, &bytes), (whole, report));
    }
});
