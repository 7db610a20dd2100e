//! Ways through a site in real browsers, for people who opted out by a header, a cookie, a form, or a property that only
//! scripts see: nothing leaks on the first visit, on a reload, from the cache, or on the way back; and axe-core has nothing
//! against our own pages.

use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::browser::{Browser, with_browser};

#[derive(Deserialize)]
struct Told {
    steps: Vec<Step>,
    findings: Vec<String>,
    choices: [u8; 2],
}

#[derive(Deserialize)]
struct Step {
    how: String,
    name: String,
    /// How many status elements the page shows.
    shown: usize,
    /// The trackers that were asked for something.
    hosts: Vec<String>,
}

#[test]
fn an_opt_out_lasts_on_every_way_through_a_site_in_chromium() {
    with_browser("chromium", "chromium", check);
}

#[test]
fn an_opt_out_lasts_on_every_way_through_a_site_in_firefox() {
    with_browser("firefox", "firefox-esr", check);
}

fn check(browser: &Browser<'_>) {
    let mut command = Command::new(browser.node);
    command.arg(browser.scripts.join("vendors/journeys.mjs")).arg(browser.kind).arg(browser.program);
    command.arg(env!("CARGO_BIN_EXE_gpc-proxy"));
    let output = command.stdin(Stdio::null()).env_remove("RUST_LOG").output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let told: Told = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {errors}"));
    assert_eq!(told.findings, Vec::<String>::new(), "axe-core");

    let steps = ["first visit", "reload", "cached page", "cached page again", "back", "forward", "new page"];
    for how in ["header", "cookie", "form", "property"] {
        // A service worker answers with what it kept, without asking.
        let worker = ["form", "property"].contains(&how).then_some("from a worker");
        // Nor is a page from before shown as it was left.
        let left = worker.map(|_| "left before");
        let lost = (how == "property").then_some("cookie lost");
        for name in steps.into_iter().chain(worker).chain(left).chain(lost) {
            let step = told.steps.iter().find(|step| step.how == how && step.name == name);
            let step = step.unwrap_or_else(|| panic!("{how}: {name} is missing"));
            assert!(step.hosts.is_empty(), "{how}: {name}: {:?}", step.hosts);
            assert_eq!(step.shown, 1, "{how}: {name}");
        }
    }
    assert_eq!(told.choices, [1, 0], "a limit stays when the signal comes, and goes with the cookie");
    // Without a signal, before the form, and after two steps back in, all of it fires: the above is no accident.
    for (how, name) in [
        ("nothing", "first visit"),
        ("nothing", "cached page"),
        ("form", "before"),
        ("form", "kept by a worker"),
        ("property", "kept by a worker"),
        ("form", "opted in again"),
    ] {
        let step = told.steps.iter().find(|step| step.how == how && step.name == name).unwrap();
        assert_eq!((step.hosts.len(), step.shown), (3, 0), "{how}: {name}");
    }
}
