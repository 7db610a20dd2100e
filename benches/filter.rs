//! The tag filter beside lol_html doing the same work, and beside copying, in bytes per second.
#![expect(clippy::unwrap_used, reason = "a bench that cannot be set up has nothing to say")]

mod support {
    pub(crate) mod ours;
    pub(crate) mod pages;
    pub(crate) mod peer;
    pub(crate) mod run;
    pub(crate) mod saved;
    pub(crate) mod tally;
}

use std::collections::VecDeque;
use std::hint::black_box;
use std::sync::Arc;

use bytes::Bytes;
use criterion::{Criterion, Throughput};
use tower_gpc::html::{FilterOptions, TagFilter};

use support::pages::CHUNK;
use support::peer::LolHtml;
use support::tally::Tally;
use support::{ours, pages, run, saved};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let real = saved::pages(run::quick());
    if !real.is_empty() {
        filters(&mut criterion, "filter/saved pages", &real);
    }
    for trackers in [0, 10, 50] {
        filters(&mut criterion, &format!("filter/shop page, {trackers} trackers"), &[pages::shop(trackers)]);
    }
    building(&mut criterion);
    criterion.final_summary();
}

fn filters(criterion: &mut Criterion, name: &str, pages: &[Bytes]) {
    let (rules, lol, mut out) = (ours::rules(), LolHtml::new(), VecDeque::new());
    let len: usize = pages.iter().map(Bytes::len).sum();
    println!("{name}: {len} bytes in");
    println!(
        "  tower-gpc: {}",
        pages.iter().map(|page| ours::filter(&rules, page, CHUNK, true, &mut out)).sum::<Tally>()
    );
    for (what, inline) in [("tags only", false), ("with inline scripts", true)] {
        println!("  lol_html, {what}: {}", pages.iter().map(|page| lol.filter(&rules, page, inline)).sum::<Tally>());
    }

    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Bytes(len as u64)).sample_size(20);
    group.bench_function("tower-gpc", |bencher| {
        bencher.iter(|| pages.iter().map(|page| ours::filter(&rules, page, CHUNK, true, &mut out)).sum::<Tally>());
    });
    group.bench_function("tower-gpc, tags only", |bencher| {
        bencher.iter(|| pages.iter().map(|page| ours::filter(&rules, page, CHUNK, false, &mut out)).sum::<Tally>());
    });
    for (what, inline) in [("lol_html, tags only", false), ("lol_html", true)] {
        group.bench_function(what, |bencher| {
            bencher.iter(|| pages.iter().map(|page| lol.filter(&rules, page, inline)).sum::<Tally>());
        });
    }
    group.bench_function("memcpy", |bencher| {
        bencher.iter(|| pages.iter().map(|page| black_box(page.to_vec()).len()).sum::<usize>());
    });
    group.finish();
}

fn building(criterion: &mut Criterion) {
    let rules = ours::rules();
    criterion.bench_function("filter/building one", |bencher| {
        bencher.iter(|| TagFilter::new(Arc::clone(black_box(&rules)), FilterOptions::default()));
    });
}
