//! The filter's output is the same wherever the page is cut, nothing but withheld tags is lost, and no more than the
//! limit is held back.
//!
//! The input's first bytes say where it is cut and how much may be held; the rest is the page.

#![no_main]

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use tower_gpc::html::{FilterOptions, Kind, Report, Syntax, TagFilter};
use tower_gpc::policy::Rules;
use tower_gpc::{Catalog, Policy};

static RULES: LazyLock<Arc<Rules>> =
    LazyLock::new(|| Arc::new(Rules::new(Catalog::builtin().clone(), &Policy::default()).unwrap()));

/// The longest opening of a tag that may wait, whatever the limit is.
const OPENING: usize = 24;

#[derive(Debug, PartialEq)]
struct Filtered {
    page: Vec<u8>,
    report: Report,
}

fn run<'a>(options: FilterOptions, chunks: impl IntoIterator<Item = &'a [u8]>) -> Filtered {
    let mut filter = TagFilter::new(Arc::clone(&RULES), options);
    let mut out = VecDeque::new();
    let mut page = Vec::new();
    for chunk in chunks {
        filter.push(Bytes::copy_from_slice(chunk), &mut out);
        assert!(options.dry_run || out.iter().all(|piece| !piece.is_empty()));
        page.extend(out.drain(..).flatten());
        let report = filter.report();
        let waiting = report.bytes_in() - page.len() as u64;
        assert_eq!(report.bytes_out(), page.len() as u64);
        assert!(report.total() > 0 || waiting <= options.held_limit.max(OPENING) as u64, "{waiting} bytes wait");
    }
    filter.finish(&mut out);
    page.extend(out.into_iter().flatten());
    Filtered { page, report: filter.into_report() }
}

fuzz_target!(|data: &[u8]| {
    let [mode, limit, first, second, page @ ..] = data else { return };
    let options = FilterOptions {
        syntax: if mode & 1 == 0 { Syntax::Html } else { Syntax::Xml },
        held_limit: 16 + usize::from(*limit) * 8,
        inline_scripts: mode & 4 == 0,
        dry_run: false,
    };
    let whole = run(options, [page]);
    assert!(whole.page.len() <= page.len());
    assert_eq!(whole.report.bytes_in(), page.len() as u64);
    if whole.report.total() == 0 {
        assert_eq!(whole.page, page);
    }
    if !options.inline_scripts {
        assert!(whole.report.counts().all(|(_, kind, _)| kind != Kind::InlineScript));
    }

    let first = usize::from(*first).min(page.len());
    let second = first + usize::from(*second).min(page.len() - first);
    assert_eq!(run(options, [&page[..first], &page[first..second], &page[second..]]), whole);
    assert_eq!(run(options, page.chunks(1)), whole);

    // A dry run passes everything, and counts the same.
    let dry = FilterOptions { dry_run: true, ..options };
    for dry in [run(dry, [page]), run(dry, page.chunks(usize::from(mode >> 3) + 1))] {
        assert_eq!(dry.page, page);
        assert!(dry.report.counts().eq(whole.report.counts()));
        assert_eq!(dry.report.over_limit(), whole.report.over_limit());
    }
});
