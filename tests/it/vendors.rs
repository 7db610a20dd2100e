//! The vendor test site in real browsers: what fires without the signal, and that nothing that is withheld does with it.
//!
//! `tests/browser/vendors` visits and tells what was requested; whose that is, and whether it may be, the catalog says here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;
use tower_gpc::catalog::Purpose;
use tower_gpc::policy::{Action, Rules};
use tower_gpc::{Catalog, Policy};

use crate::browser::{Browser, with_browser};
use crate::pages::{FOLDER, builtin_rules, saved};

#[derive(Deserialize)]
struct Told {
    kept: Vec<String>,
    managed: Vec<String>,
    vendors: Vec<Vendor>,
    visits: Vec<Visit>,
}

#[derive(Deserialize)]
struct Vendor {
    id: String,
    host: String,
}

#[derive(Deserialize)]
struct Visit {
    path: String,
    gpc: bool,
    requests: Vec<Asked>,
    errors: Vec<String>,
    said: Said,
}

#[derive(Deserialize)]
struct Asked {
    url: String,
}

#[derive(Deserialize)]
struct Said {
    gpc: Option<bool>,
    status: usize,
    navigated: Option<String>,
    usp: String,
}

impl Visit {
    fn hosts(&self) -> BTreeSet<&str> {
        self.requests.iter().filter_map(|asked| asked.url.split('/').nth(2)).collect()
    }
}

#[test]
fn no_withheld_vendor_is_asked_for_anything_in_chromium() {
    with_browser("chromium", "chromium", check);
}

#[test]
fn no_withheld_vendor_is_asked_for_anything_in_firefox() {
    with_browser("firefox", "firefox-esr", check);
}

fn check(browser: &Browser<'_>) {
    let told = visit(browser);
    // The rules of pages that the guard runs on.
    let policy = Policy::new().purpose(Purpose::TagManager, Action::Keep);
    let rules = Rules::new(Catalog::builtin().clone(), &policy).unwrap();
    let visits = |gpc| told.visits.iter().filter(move |visit| visit.gpc == gpc);
    let find = |gpc, path: &str| visits(gpc).find(|visit| visit.path == path).unwrap_or_else(|| panic!("{path}"));

    // Without the signal everything fires, or what follows would prove nothing.
    let firing: BTreeSet<&str> = told
        .vendors
        .iter()
        .filter(|vendor| find(false, &format!("/vendor/{}", vendor.id)).hosts().contains(&*vendor.host))
        .filter(|vendor| is_withheld(&rules, &told, vendor))
        .map(|vendor| &*vendor.id)
        .collect();
    println!("{} of {} vendors that are withheld fire without the signal", firing.len(), told.vendors.len());
    assert!(firing.len() >= 60, "{firing:?}");
    let managed: BTreeSet<&str> = ["/manager", "/writer"].iter().flat_map(|path| find(false, path).hosts()).collect();
    let silent: Vec<_> = told.managed.iter().filter(|host| !managed.contains(&***host)).collect();
    assert!(silent.is_empty(), "ways that make no request without the signal: {silent:?}");

    let mut leaks = Vec::new();
    for visit in visits(true) {
        assert_eq!(visit.said.gpc, Some(true), "{}", visit.path);
        // Saved pages are visited for their errors. What their style sheets fetch is not read.
        if visit.path.starts_with("/saved/") {
            continue;
        }
        assert_eq!(visit.said.status, 1, "{}", visit.path);
        let withheld =
            visit.requests.iter().filter(|asked| rules.url(asked.url.replace("wss:", "https:").as_bytes()).is_some());
        leaks.extend(withheld.map(|asked| format!("{}: {}", visit.path, asked.url)));
    }
    assert!(leaks.is_empty(), "{leaks:#?}");
    assert!(find(false, "/plain").said.status == 0 && find(false, "/plain").said.usp == "undefined");
    assert_eq!(find(true, "/plain").said.usp, "function");

    // What is kept arrives, through the guard's own hooks and through a Content Security Policy.
    for host in &told.kept {
        assert!(find(true, "/manager").hosts().contains(&**host), "{host}");
    }
    for path in ["/manager?policy=nonce", "/external?policy=own-file"] {
        assert!(find(true, path).hosts().contains("www.googletagmanager.com"), "{path}");
    }
    // Where no script of ours may run, the tag manager goes.
    assert!(!find(true, "/external?policy=refused").hosts().contains("www.googletagmanager.com"));
    assert!(find(false, "/external?policy=refused").hosts().contains("www.googletagmanager.com"));

    // Where a link is only followed once a conversion was counted, it is followed.
    assert_eq!(find(true, "/vendor/google-ads").said.navigated.as_deref(), Some("yes"));

    let mut added: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for visit in visits(true) {
        let before: BTreeSet<String> = find(false, &visit.path).errors.iter().map(|error| plain(error)).collect();
        let new = visit.errors.iter().filter(|error| !before.contains(&plain(error)));
        added.entry(&visit.path).or_default().extend(new.map(String::as_str));
    }
    for (path, error, _reason) in KNOWN {
        let errors = added.get_mut(path).into_iter();
        errors.for_each(|errors| errors.retain(|found| !found.contains(error)));
    }
    added.retain(|_, errors| !errors.is_empty());
    assert!(added.is_empty(), "errors that were not there before: {added:#?}");
}

/// Errors on saved pages that are new, and why they are let be.
const KNOWN: [(&str, &str, &str); 2] = [
    (
        "/saved/breitbart.html",
        "isc_js_bc is not defined",
        "saved with `& amp;` for `&`, the script did not even parse; without the vendor's statement in it, it does",
    ),
    (
        "/saved/videos-2.html",
        "gravity is not defined",
        "the site chose this name for the vendor's queue, and only the loader, which is gone, says so",
    ),
];

/// Whether any of what a vendor's page asks for is withheld: some of the site's vendors are kept by default.
fn is_withheld(rules: &Rules, told: &Told, vendor: &Vendor) -> bool {
    let page = told.visits.iter().find(|visit| !visit.gpc && visit.path == format!("/vendor/{}", vendor.id));
    page.is_some_and(|page| page.requests.iter().any(|asked| rules.url(asked.url.as_bytes()).is_some()))
}

/// An error without what differs from visit to visit.
fn plain(error: &str) -> String {
    let error = error.split("blob:").next().unwrap_or_default();
    error.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// The twenty saved pages with most withheld, by name.
fn pages() -> Vec<String> {
    const WANTED: usize = 20;
    let rules = builtin_rules();
    let mut counted: Vec<(u64, String)> = saved()
        .into_iter()
        .map(|(name, page)| {
            let mut filter = tower_gpc::html::TagFilter::new(rules.clone(), tower_gpc::html::FilterOptions::default());
            let mut out = std::collections::VecDeque::new();
            filter.push(page, &mut out);
            filter.finish(&mut out);
            (filter.report().total(), name)
        })
        .collect();
    counted.sort_by(|one, other| other.cmp(one));
    counted.into_iter().take(WANTED).map(|(_, name)| name).collect()
}

fn visit(browser: &Browser<'_>) -> Told {
    let mut command = Command::new(browser.node);
    command.arg(browser.scripts.join("vendors/run.mjs")).arg(browser.kind).arg(browser.program);
    command.arg(env!("CARGO_BIN_EXE_gpc-proxy"));
    let pages = pages();
    if !pages.is_empty() {
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER)).args(pages);
    }
    let output = command.stdin(Stdio::null()).env_remove("RUST_LOG").output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {errors}"))
}
