//! Strings that we write, read by the reference library. It needs Node and npm; without them it is said to be skipped,
//! which in CI is a failure.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use tower_gpc::signal::Scope;
use tower_gpc::signal::gpp::{GppString, Mspa, UsSection, corrected};

use crate::gpp::{answer, known_answers};
use crate::npm;

/// The library and our script around it, installed below the target folder. `None` if it cannot be.
fn script() -> Option<&'static Path> {
    static SCRIPT: LazyLock<Option<PathBuf>> = LazyLock::new(install);
    SCRIPT.as_deref()
}

fn install() -> Option<PathBuf> {
    let node = Command::new("node").arg("--version").output();
    match (npm::install("node"), node) {
        (Ok(folder), Ok(_)) => Some(folder.join("gpp.mjs")),
        (npm, node) => {
            println!("skipped: the reference library cannot be installed: {npm:?} {node:?}");
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "CI leaves nothing out");
            None
        }
    }
}

fn run(script: &Path, mode: &str, input: &str) -> Output {
    let mut child = Command::new("node")
        .arg(script)
        .arg(mode)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().ok();
    output
}

fn scopes() -> impl Strategy<Value = Scope> {
    let parts = [Scope::SALE, Scope::SHARING, Scope::TARGETED_ADVERTISING, Scope::SENSITIVE].to_vec();
    prop::sample::subsequence(parts, 0..=4).prop_map(|parts| parts.into_iter().fold(Scope::NOTHING, Scope::union))
}

fn strings() -> impl Strategy<Value = String> {
    (
        prop::sample::subsequence(UsSection::ALL, 1..=UsSection::ALL.len()),
        [scopes(), scopes(), scopes()],
        any::<(bool, Option<bool>)>(),
        prop::sample::select(vec![Mspa::NotCovered, Mspa::OptOutOption, Mspa::ServiceProvider]),
    )
        .prop_map(|(sections, [opted_out, given, not_given], (gpc, processing), mspa)| {
            let string = GppString::new(sections)
                .opted_out(opted_out)
                .gpc(gpc)
                .mspa(mspa)
                .notice(given, true)
                .notice(not_given, false);
            processing.map_or(string.clone(), |given| string.processing_notice(given)).to_string()
        })
}

#[test]
fn the_reference_library_reads_what_we_write_as_we_do() {
    let Some(script) = script() else { return };
    let mut runner = TestRunner::deterministic();
    let every = UsSection::ALL.iter().map(|&section| GppString::new([section]).to_string());
    let drawn = (0..400).map(|_| strings().new_tree(&mut runner).unwrap().current());
    let known = known_answers();
    let corrections = known
        .iter()
        .filter_map(|answer| corrected(answer["gpp"].as_str().unwrap().as_bytes(), Scope::ALL_ADVERTISING, true));
    let input = every.chain(drawn).chain(corrections).fold(String::new(), |mut input, text| {
        writeln!(input, "{}", answer(&text)).unwrap();
        input
    });
    let output = run(script, "check", &input);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    print!("{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn the_known_answers_are_those_of_the_library_that_is_pinned() {
    let Some(script) = script() else { return };
    let checked_in: String = known_answers().iter().fold(String::new(), |mut all, answer| {
        writeln!(all, "{answer}").unwrap();
        all
    });
    let output = run(script, "check", &checked_in);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
