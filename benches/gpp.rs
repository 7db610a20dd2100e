//! Reading a GPP string, beside the crate `iab_gpp`: `cargo bench --bench gpp`.
//!
//! The peer takes a string apart into owned sections and decodes each; `fields` here reads every field of every section
//! as well, and `statement` only what a request needs. The ratios at the end are taken in turns, the best turn of each,
//! so that a noisy machine disturbs all alike; of `statement` at least 5 is promised. As a test it has one short round, and its
//! figures mean nothing: they are those of an unoptimised build.
#![expect(clippy::unwrap_used, reason = "a bench that cannot be set up has nothing to say")]

mod support {
    pub(crate) mod rounds;
    pub(crate) mod run;
}

use std::hint::black_box;

use criterion::Criterion;
use iab_gpp::v1::GPPString;
use tower_gpc::signal::gpp::{self, Gpp};
use tower_gpc::signal::{Scope, UsPrivacyString};

use support::rounds::{Work, best};
use support::run;

const STRINGS: [(&str, &str); 3] = [
    ("usca", "DBABBg~BUUAAACA.YA"),
    ("usnat, usca, usco", "DBACrzA~BVQVAAAAAgA.YA~BAQAAABA.YA~BAQAAEA.YA"),
    ("uspv1", "DBABTA~1YYN"),
];

/// Opt-outs that the peer cannot read, and what they say.
const LOST: [(&str, Scope); 4] = [
    // California beside Maryland, whose id is too new for it: the whole string is rejected.
    ("DBACBiY~BUUAAACA.YA~BQBQ.YA", Scope::ALL_ADVERTISING),
    ("DBABUYA~BQBQ.AAA", Scope::SALE.union(Scope::TARGETED_ADVERTISING)),
    // A section that the header lists and the string does not hold.
    ("DBABrw~BVQVAAAAAgA.YA", Scope::ALL_ADVERTISING),
    // The alphabet that the specification shows.
    ("DBABBg~BUV/////.YA", Scope::ALL_ADVERTISING),
];

const TIMES: usize = 1000;

fn main() {
    for (text, scope) in LOST {
        assert!(decode(text).is_none(), "{text}: the peer reads it now");
        assert_eq!(gpp::read(text.as_bytes(), None).scope().without(Scope::SENSITIVE), scope, "{text}");
    }
    println!("{} strings are lost to the peer and read here", LOST.len());
    let mut criterion = Criterion::default().configure_from_args();
    for (what, text) in STRINGS {
        let mut group = criterion.benchmark_group(format!("gpp/{what}"));
        group.bench_function("statement", |bencher| bencher.iter(|| statement(text)));
        group.bench_function("fields", |bencher| bencher.iter(|| fields(text)));
        group.bench_function("iab_gpp", |bencher| bencher.iter(|| decode(text).unwrap()));
        group.finish();
    }
    let mut group = criterion.benchmark_group("gpp/other");
    group.bench_function("percent-encoded", |bencher| {
        bencher.iter(|| statement("DBACrzA%7EBVQVAAAAAgA.YA%7EBAQAAABA.YA%7EBAQAAEA.YA"))
    });
    group.bench_function("correct", |bencher| {
        bencher.iter(|| gpp::corrected(black_box(b"DBABBg~BUoAAABA.QA"), Scope::ALL_ADVERTISING, true).unwrap())
    });
    group.bench_function("us privacy", |bencher| bencher.iter(|| UsPrivacyString::parse(black_box(b"1YYN"))));
    group.finish();
    criterion.final_summary();
    ratios(if run::quick() { 1 } else { 200 });
}

fn ratios(rounds: usize) {
    println!("{:24} {:>10} {:>10} {:>10} {:>10} {:>10}", "ns", "statement", "fields", "iab_gpp", "ratio", "ratio");
    for (what, text) in STRINGS {
        let [statement, fields, peer] = best(
            rounds,
            [
                Work::all(|| repeat(|| statement(text))),
                Work::all(|| repeat(|| fields(text))),
                Work::all(|| repeat(|| decode(text))),
            ],
        );
        let ns = |seconds: f64| seconds * 1e9 / TIMES as f64;
        println!(
            "{what:24} {:>10.1} {:>10.1} {:>10.1} {:>9.1}x {:>9.1}x  {}",
            ns(statement),
            ns(fields),
            ns(peer),
            peer / statement,
            peer / fields,
            if peer / statement >= 5.0 { "PASS" } else { "short of it" }
        );
    }
}

fn repeat<T>(work: impl Fn() -> T) {
    for _ in 0..TIMES {
        black_box(work());
    }
}

fn statement(text: &str) -> Scope {
    gpp::read(black_box(text.as_bytes()), None).scope()
}

/// The sum of all values: every field is read.
fn fields(text: &str) -> u32 {
    let gpp = Gpp::parse(black_box(text.as_bytes())).unwrap();
    gpp.sections().flat_map(|section| section.fields()).flat_map(|(_, values)| values).map(u32::from).sum()
}

/// All sections, or nothing.
fn decode(text: &str) -> Option<usize> {
    let gpp: GPPString = black_box(text).parse().ok()?;
    gpp.decode_all_sections().into_iter().try_fold(0, |count, section| section.ok().map(|_| count + 1))
}
