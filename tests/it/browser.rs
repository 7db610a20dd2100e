//! What real browsers, which send the signal themselves, keep of the cookies that `gpc-proxy` sets.
//!
//! `tests/browser` visits and checks. Where a browser, Node or npm is missing, that is said; in CI it is a failure.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::npm;

#[test]
fn chromium_keeps_one_of_each_string_and_stays_opted_out() {
    with_browser("chromium", "chromium", run);
}

#[test]
fn firefox_keeps_one_of_each_string_and_stays_opted_out() {
    with_browser("firefox", "firefox-esr", run);
}

/// What a visit takes: the programs, and the folder of our scripts with their libraries.
pub(crate) struct Browser<'a> {
    pub(crate) kind: &'a str,
    pub(crate) program: &'a Path,
    pub(crate) node: &'a Path,
    pub(crate) scripts: &'a Path,
}

/// Visits with a browser, or says what is missing for it.
pub(crate) fn with_browser(kind: &str, program: &str, visit: impl FnOnce(&Browser<'_>)) {
    let Some(program) = on_the_path(program) else { return skip(kind, program) };
    match (on_the_path("node"), npm::install("browser")) {
        (Some(node), Ok(scripts)) => visit(&Browser { kind, program: &program, node: &node, scripts: &scripts }),
        (None, _) => skip(kind, "node"),
        (_, Err(reason)) => skip(kind, &reason),
    }
}

fn run(browser: &Browser<'_>) {
    let Browser { kind, program, node, scripts } = browser;
    let arguments =
        [scripts.join("run.mjs").as_path(), Path::new(kind), program, env!("CARGO_BIN_EXE_gpc-proxy").as_ref()]
            .map(Path::to_owned);
    // It gives up by itself, and ends what it started.
    let output = Command::new(node).args(arguments).stdin(Stdio::null()).env_remove("RUST_LOG").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}");
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
}

fn on_the_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

fn skip(kind: &str, missing: &str) {
    println!("skipped: visits with {kind}: no {missing}");
    assert_ne!(env::var("CI").as_deref(), Ok("true"), "CI leaves nothing out");
}
