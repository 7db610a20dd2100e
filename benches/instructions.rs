//! Counts the instructions that the filter takes for five fixed inputs, and holds them against those on record.
//!
//! `cargo bench --bench instructions --features full` fails if one takes over 5 % more than `instructions.tsv` says;
//! with `-- --record` behind, what is counted goes on record. Valgrind counts, so the figures are the same however busy
//! the machine is; another compiler or C library may move them a little. Each input is filtered twice and once, and the
//! difference counts: starting and loading the catalog is not part of it.
//!
//! As a test it filters each input once, and counts nothing.
#![expect(clippy::unwrap_used, reason = "a bench that cannot be set up has nothing to say")]

mod support {
    pub(crate) mod inputs;
    pub(crate) mod ours;
    pub(crate) mod pages;
    pub(crate) mod run;
    pub(crate) mod tally;
}

use std::collections::{BTreeMap, VecDeque};
use std::process::{Command, ExitCode};

use support::inputs::{INPUTS, Input};
use support::{ours, run};

const ON_RECORD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions.tsv");
/// What a count may be over the one on record.
const TOLERANCE: f64 = 1.05;
/// Asks this program to filter an input, by its name, so many times.
const FILTER: &str = "--filter";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, what, name, times, ..] = arguments.as_slice()
        && what == FILTER
    {
        let input = INPUTS.iter().find(|input| input.name == name).unwrap();
        filter(input, times.parse().unwrap());
        return ExitCode::SUCCESS;
    }
    if run::quick() {
        INPUTS.iter().for_each(|input| filter(input, 1));
        return ExitCode::SUCCESS;
    }
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("skipped: instructions are counted by valgrind, which is not here");
        return ExitCode::SUCCESS;
    }
    let counts: Vec<(&str, u64, usize)> =
        INPUTS.iter().map(|input| (input.name, count(input), (input.page)().len())).collect();
    if arguments.iter().any(|argument| argument == "--record") {
        let lines: String = counts.iter().map(|(name, count, _)| format!("{name}\t{count}\n")).collect();
        std::fs::write(ON_RECORD, lines).unwrap();
    }
    judge(&counts)
}

/// Filters a page as it comes.
fn filter(input: &Input, times: usize) {
    let (rules, page, mut out) = (ours::rules(), (input.page)(), VecDeque::with_capacity(1024));
    for _ in 0..times {
        ours::filter(&rules, &page, input.chunk, true, &mut out);
    }
}

/// The instructions of one more round.
fn count(input: &Input) -> u64 {
    let [one, two] = [1, 2].map(|times| collected(input, times));
    two - one
}

fn collected(input: &Input, times: usize) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe().unwrap())
        .args([FILTER, input.name, &times.to_string()])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let collected = said.lines().find_map(|line| line.split_once("Collected :"));
    collected.unwrap_or_else(|| panic!("no count in {said}")).1.trim().parse().unwrap()
}

fn judge(counts: &[(&str, u64, usize)]) -> ExitCode {
    let text = std::fs::read_to_string(ON_RECORD).unwrap_or_default();
    let on_record: BTreeMap<&str, u64> =
        text.lines().filter_map(|line| line.split_once('\t')).map(|(name, n)| (name, n.parse().unwrap())).collect();
    println!("{:20} {:>12} {:>12} {:>8} {:>10}", "input", "instructions", "on record", "ratio", "per byte");
    let mut slower = false;
    for &(name, count, len) in counts {
        let Some(&before) = on_record.get(name) else {
            println!("{name:20} {count:>12} is not on record: run with --record");
            slower = true;
            continue;
        };
        let ratio = count as f64 / before as f64;
        slower |= ratio > TOLERANCE;
        let verdict = match ratio {
            ratio if ratio > TOLERANCE => "slower",
            ratio if ratio < 1.0 / TOLERANCE => "faster: put it on record with --record",
            _ => "",
        };
        println!("{name:20} {count:>12} {before:>12} {ratio:>8.3} {:>10.2} {verdict}", count as f64 / len as f64);
    }
    if slower { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
