//! Prints the ratios that are promised, from one run: `cargo bench --bench ratios --features full`, of one part of it with
//! `-- filter`, `-- request` or `-- lookup` behind.
//!
//! What is compared takes turns, so that a noisy machine disturbs all of it alike, and the best turn of each counts. A
//! ratio that is missed is said and fails nothing. As a test it has one round on a page of ours, and its figures mean
//! nothing: they are those of an unoptimised build.
#![expect(clippy::unwrap_used, reason = "a bench that cannot be set up has nothing to say")]

mod support {
    pub(crate) mod added;
    #[cfg(all(feature = "br", feature = "gzip", feature = "zstd"))]
    pub(crate) mod body;
    pub(crate) mod ours;
    pub(crate) mod pages;
    pub(crate) mod peer;
    pub(crate) mod poll;
    #[cfg(all(feature = "br", feature = "gzip", feature = "zstd"))]
    pub(crate) mod recode;
    pub(crate) mod request;
    pub(crate) mod rounds;
    pub(crate) mod run;
    pub(crate) mod saved;
    pub(crate) mod tally;
    pub(crate) mod urls;
}

use std::collections::VecDeque;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderValue, header};
use tower::Layer;
use tower_gpc::html::{FilterOptions, TagFilter};
use tower_gpc::policy::Rules;
use tower_gpc::{Catalog, GpcLayer, Policy};
use tower_http::set_header::SetResponseHeaderLayer;

use support::pages::CHUNK;
use support::peer::LolHtml;
#[cfg(all(feature = "br", feature = "gzip", feature = "zstd"))]
use support::recode;
use support::rounds::{Work, best};
use support::tally::Tally;
use support::{added, ours, pages, request, run, saved, urls};

/// What is promised of a ratio.
enum Promise {
    AtLeast(f64),
    AtMost(f64),
    Nothing,
}

fn main() {
    let quick = run::quick();
    let rounds = if quick { 1 } else { 25 };
    println!("{:40} {:>14} {:>8}  {:>9}", "what", "figure", "ratio", "promised");
    let real = saved::pages(quick);
    if !real.is_empty() && !quick && wanted("filter") {
        filter("saved pages", rounds, &real);
        filter_each("saved pages", rounds, &real);
        if let Some(median) = median_with_trackers(&real) {
            filter("the median page with trackers", rounds * 20, &[median]);
        }
    }
    if wanted("filter") {
        filter("shop page, 10 trackers", rounds, &[pages::shop(10)]);
        building(rounds);
    }
    #[cfg(all(feature = "br", feature = "gzip", feature = "zstd"))]
    if wanted("codings") {
        if !real.is_empty() && !quick {
            codings("saved pages", rounds.min(9), &real);
        }
        if let Some(median) = median_with_trackers(&real) {
            codings("the median page with trackers", rounds * 4, &[median]);
        }
        codings("shop page, 10 trackers", rounds * 4, &[pages::shop(10)]);
    }
    if wanted("request") {
        requests(rounds * 4);
    }
    if wanted("lookup") {
        lookups(rounds, if quick { 500 } else { 50_000 });
        loading(rounds, if quick { 500 } else { 50_000 });
    }
}

/// Whether a part of a bench is to run: all are, unless some are named.
fn wanted(part: &str) -> bool {
    let mut named = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).peekable();
    named.peek().is_none() || named.any(|argument| argument == part)
}

fn row(what: &str, figure: &str, ratio: f64, promise: &Promise) {
    let (promised, kept) = match promise {
        Promise::AtLeast(floor) => (format!(">= {floor}"), ratio >= *floor),
        Promise::AtMost(most) => (format!("<= {most}"), ratio <= *most),
        Promise::Nothing => (String::new(), true),
    };
    let verdict = match promise {
        Promise::Nothing => "",
        _ if kept => "PASS",
        _ => "short of it",
    };
    println!("{what:40} {figure:>14} {ratio:>7.2}x  {promised:>9}  {verdict}");
}

fn filter(what: &str, rounds: usize, pages: &[Bytes]) {
    let (rules, lol, mut out) = (ours::rules(), LolHtml::new(), VecDeque::new());
    let len: usize = pages.iter().map(Bytes::len).sum();
    println!("-- filter, {what}: {} pages, {len} bytes", pages.len());
    for (what, inline) in [("tags and inline scripts", true), ("tags only", false)] {
        let ours = pages.iter().map(|page| ours::filter(&rules, page, CHUNK, inline, &mut out)).sum::<Tally>();
        let theirs = pages.iter().map(|page| lol.filter(&rules, page, inline)).sum::<Tally>();
        println!("   {what}: tower-gpc {ours}; lol_html {theirs}");
    }
    let turns = turns(rounds, pages, &rules, &lol);
    compare(len, turns);
}

/// The same, page by page: each has turns of its own, so that the processor knows its branches, as it does those of a
/// site's pages, which are much alike; and a disturbance spoils one page's turn, not that of all.
fn filter_each(what: &str, rounds: usize, pages: &[Bytes]) {
    let (rules, lol) = (ours::rules(), LolHtml::new());
    let len: usize = pages.iter().map(Bytes::len).sum();
    println!("-- filter, {what}: the sums of each page's best turns");
    let mut sums = [0.0; 5];
    for page in pages {
        let turns = turns(rounds, std::slice::from_ref(page), &rules, &lol);
        sums.iter_mut().zip(turns).for_each(|(sum, turn)| *sum += turn);
    }
    compare(len, sums);
}

/// The best turns of both filters, with and without inline scripts, and that of a copy.
fn turns(rounds: usize, pages: &[Bytes], rules: &Arc<Rules>, lol: &LolHtml) -> [f64; 5] {
    let (mut out, mut other) = (VecDeque::new(), VecDeque::new());
    best(
        rounds,
        [
            Work::new(|| fresh(pages, |page| ours::filter(rules, page, CHUNK, true, &mut out))),
            Work::new(|| fresh(pages, |page| ours::filter(rules, page, CHUNK, false, &mut other))),
            Work::new(|| fresh(pages, |page| lol.filter(rules, page, true))),
            Work::new(|| fresh(pages, |page| lol.filter(rules, page, false))),
            Work::new(|| fresh(pages, |page| page.to_vec())),
        ],
    )
}

fn compare(len: usize, [ours, our_tags, theirs, their_tags, copy]: [f64; 5]) {
    let speed = |seconds: f64| format!("{:.0} MB/s", len as f64 / seconds / 1e6);
    row("tower-gpc, tags and inline scripts", &speed(ours), 1.0, &Promise::Nothing);
    row("  : lol_html, the same", &speed(theirs), theirs / ours, &Promise::AtLeast(2.0));
    row("tower-gpc, tags only", &speed(our_tags), 1.0, &Promise::Nothing);
    row("  : lol_html, the same", &speed(their_tags), their_tags / our_tags, &Promise::AtLeast(2.0));
    row("memcpy", &speed(copy), copy / ours, &Promise::Nothing);
}

/// How long some work takes on pages that were just written, each in its turn: a server has made or received a page right
/// before it is filtered, and does not fetch it from memory again.
fn fresh<T>(pages: &[Bytes], mut work: impl FnMut(&Bytes) -> T) -> Duration {
    let turn = |page: &Bytes| {
        let page = Bytes::copy_from_slice(page);
        let start = Instant::now();
        let done = black_box(work(&page));
        let taken = start.elapsed();
        drop(done);
        taken
    };
    pages.iter().map(turn).sum()
}

/// Of the pages from which something is withheld, the one that as many are longer than as are shorter.
fn median_with_trackers(pages: &[Bytes]) -> Option<Bytes> {
    let (rules, mut out) = (ours::rules(), VecDeque::new());
    let mut with: Vec<_> =
        pages.iter().filter(|page| ours::filter(&rules, page, CHUNK, true, &mut out).removed > 0).collect();
    with.sort_by_key(|page| page.len());
    with.get(with.len() / 2).map(|page| Bytes::clone(page))
}

#[cfg(all(feature = "br", feature = "gzip", feature = "zstd"))]
fn codings(what: &str, rounds: usize, pages: &[Bytes]) {
    println!("-- codings, {what}: decoded, filtered and encoded again, against the same codecs alone");
    let (inline, file) = (GpcLayer::new(), GpcLayer::new().guard_file(true));
    let len: usize = pages.iter().map(Bytes::len).sum();
    let speed = |seconds: f64| format!("{:.0} MB/s", len as f64 / seconds / 1e6);
    for (coding, promise) in [("gzip", Promise::AtMost(1.1)), ("br", Promise::Nothing), ("zstd", Promise::Nothing)] {
        let coded = |page: &Bytes| recode::encoded(page, coding);
        let without: Vec<_> = pages.iter().map(coded).collect();
        // The guard is text that has to be encoded, whoever puts it in.
        let with: Vec<_> = pages.iter().map(|page| coded(&recode::filtered(&inline, page))).collect();
        let size = |pages: &[Bytes]| pages.iter().map(Bytes::len).sum::<usize>() / pages.len();
        println!("   {coding}: {} bytes a page, {} with the guard in it", size(&without), size(&with));
        let layered = |layer: &GpcLayer| without.iter().map(|page| recode::layered(layer, page, coding)).sum();
        let alone = |pages: &[Bytes]| pages.iter().map(|page| recode::alone(page, coding)).sum();
        let [codecs, guard_file, longer, guard_inline] = best(
            rounds,
            [
                Work::new(|| alone(&without)),
                Work::new(|| layered(&file)),
                Work::new(|| alone(&with)),
                Work::new(|| layered(&inline)),
            ],
        );
        row(&format!("{coding}, the codecs alone"), &speed(codecs), 1.0, &Promise::Nothing);
        row("  : the layer, the guard as a file", &speed(guard_file), guard_file / codecs, &promise);
        row(
            &format!("{coding}, the codecs, the guard in the page"),
            &speed(longer),
            longer / codecs,
            &Promise::Nothing,
        );
        row("  : the layer, the same", &speed(guard_inline), guard_inline / longer, &promise);
    }
}

fn requests(rounds: usize) {
    println!("-- request path, 15 fields, cookie of 1 kB, not opted out, JSON");
    let (browser, carrying, opted_out) = (request::browser(), request::carrying(), request::opted_out());
    let value = HeaderValue::from_static("nosniff");
    let mut bare = request::json();
    let mut set = SetResponseHeaderLayer::overriding(header::X_CONTENT_TYPE_OPTIONS, value).layer(request::json());
    let mut gpc = GpcLayer::new().layer(request::json());
    let mut every = GpcLayer::new().readers(request::every_reader()).layer(request::json());
    let mut every_carrying = every.clone();
    let mut remembered = gpc.clone();
    let [bare, set, gpc, every, carrying, remembered] = best(
        rounds,
        [
            Work::new(|| request::turn(&mut bare, &browser)),
            Work::new(|| request::turn(&mut set, &browser)),
            Work::new(|| request::turn(&mut gpc, &browser)),
            Work::new(|| request::turn(&mut every, &browser)),
            Work::new(|| request::turn(&mut every_carrying, &carrying)),
            Work::new(|| request::turn(&mut remembered, &opted_out)),
        ],
    );
    let time = |seconds: f64| format!("{:.0} ns", seconds * 1e9);
    row("no layer", &time(bare), bare / set, &Promise::Nothing);
    row("SetResponseHeaderLayer", &time(set), 1.0, &Promise::Nothing);
    row("tower-gpc", &time(gpc), gpc / set, &Promise::AtMost(1.5));
    row("tower-gpc, every reader on", &time(every), every / set, &Promise::AtMost(2.0));
    row("  with GPP, OneTrust and US Privacy strings", &time(carrying), carrying / 1e-6, &Promise::AtMost(1.0));
    row("tower-gpc, opted out, remembered", &time(remembered), remembered / set, &Promise::Nothing);
}

fn building(rounds: usize) {
    const TIMES: usize = 10_000;
    println!("-- building a filter, against 100 ns");
    let rules = ours::rules();
    let build = || black_box(TagFilter::new(Arc::clone(black_box(&rules)), FilterOptions::default()));
    let [seconds] = best(rounds, [Work::all(|| (0..TIMES).for_each(|_| drop(build())))]);
    let nanoseconds = seconds * 1e9 / TIMES as f64;
    row("TagFilter::new", &format!("{nanoseconds:.0} ns"), nanoseconds / 100.0, &Promise::AtMost(1.0));
}

fn lookups(rounds: usize, added: usize) {
    const TIMES: usize = 1000;
    println!("-- looking a URL up");
    let (few, many) = (urls::rules(0), urls::rules(added));
    for (what, urls) in urls::URLS {
        let look = |rules: &Rules| {
            let find = |url: &&&str| rules.url(black_box(url.as_bytes())).is_some();
            (0..TIMES).map(|_| urls.iter().filter(find).count()).sum::<usize>()
        };
        let [few, many] = best(rounds, [Work::all(|| look(&few)), Work::all(|| look(&many))]);
        let time = |seconds: f64| format!("{:.1} ns", seconds * 1e9 / (TIMES * urls.len()) as f64);
        row(&format!("{what}, built-in vendors"), &time(few), 1.0, &Promise::Nothing);
        row(&format!("{what}, {added} more"), &time(many), many / few, &Promise::AtMost(2.0));
    }
}

fn loading(rounds: usize, rules: usize) {
    println!("-- loading {rules} more rules from TOML, against 100 ms");
    for per_vendor in [50, 1] {
        let text = added::text(rules, per_vendor);
        let load = || {
            let catalog = Catalog::builtin().clone().with_toml(&text, "bench.toml").unwrap();
            Rules::new(catalog, &Policy::default()).unwrap()
        };
        let turn = || {
            let start = Instant::now();
            let rules = black_box(load());
            let taken = start.elapsed();
            // To let go of them is not part of it.
            drop(rules);
            taken
        };
        let [seconds] = best(rounds.div_ceil(5), [Work::new(turn)]);
        let milliseconds = seconds * 1e3;
        let what = format!("{per_vendor} of each vendor");
        row(&what, &format!("{milliseconds:.0} ms"), milliseconds / 100.0, &Promise::AtMost(1.0));
    }
}
