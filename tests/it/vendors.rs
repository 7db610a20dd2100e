//! The vendor test site in real browsers: what fires without the signal, and that nothing that is withheld does with it.
//!
//! `tests/browser/vendors` visits and tells what was requested; whose that is, and whether it may be, the catalog says here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::{Value, json};
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
    restricted: Restricted,
    loaded: Loaded,
    /// Names that have stubs, and that browsers have anyway.
    taken: Vec<String>,
    /// A host that no rule knows, which a style sheet of the restricted page asks.
    unknown: String,
}

/// What vendors find in their queues that are told to restrict.
#[derive(Deserialize)]
struct Restricted {
    told: BTreeMap<String, Value>,
    requests: Vec<Asked>,
}

/// A page with a tag manager that loads the guard: when that comes, and when it is lost.
#[derive(Deserialize)]
struct Loaded {
    came: Loading,
    lost: Loading,
}

#[derive(Deserialize)]
struct Loading {
    /// How often the guard was asked for.
    files: usize,
    /// Whether it ran.
    ran: bool,
    requests: Vec<Asked>,
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
    speakers: Vec<String>,
    scripted: Option<Scripted>,
}

/// What a page's own script says of what it did.
#[derive(Deserialize)]
struct Scripted {
    /// The same with the signal and without it.
    seen: Value,
    /// True with the signal.
    holds: BTreeMap<String, bool>,
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
        .filter(|vendor| is_withheld(&rules, find(false, "/all"), vendor))
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
    assert_eq!(find(false, "/plain").said.status, 0);
    privacy_apis(visits(true), visits(false));
    scripted(&rules, visits(true), visits(false));

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

    // The guard does not look before it puts a stub where nothing is.
    assert!(told.taken.is_empty(), "{:?}", told.taken);

    loading(&told, &rules);
    restricted(&told.restricted);
    // The second line is a Content Security Policy, for what no script sees.
    assert!(find(true, "/restricted").hosts().contains(&*told.unknown));
    assert!(!told.restricted.requests.iter().any(|asked| asked.url.contains(&told.unknown)));

    let mut added: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for visit in visits(true) {
        // A vendor's own page has none of its own.
        let before = visits(false).filter(|other| other.path == visit.path).flat_map(|other| &other.errors);
        let before: BTreeSet<String> = before.map(|error| plain(error)).collect();
        let new = visit.errors.iter().filter(|error| !before.contains(&plain(error)));
        added.entry(&visit.path).or_default().extend(new.map(String::as_str));
    }
    added.retain(|_, errors| !errors.is_empty());
    assert!(added.is_empty(), "errors that were not there before: {added:#?}");
}

/// The layer answers where the page has no consent platform, and one that is there, however it came, is not spoken over.
fn privacy_apis<'a>(visits: impl Iterator<Item = &'a Visit>, without: impl Iterator<Item = &'a Visit>) {
    let on_platforms = |visit: &&Visit| visit.path.starts_with("/platform/");
    let (with, without): (Vec<_>, Vec<_>) =
        (visits.filter(on_platforms).collect(), without.filter(on_platforms).collect());
    assert!(with.len() >= 12 && without.len() == with.len(), "{}", with.len());
    for Visit { path, said, .. } in with {
        assert!(path.ends_with(&format!("/{}", said.speakers.join("/"))), "{path}: {:?}", said.speakers);
    }
    for Visit { path, said, .. } in without {
        let (path, speakers) = (path.replace("layer", "nobody"), said.speakers.join("/"));
        assert!(path.ends_with(&format!("/{speakers}")), "{path}: {speakers} without the signal");
    }
}

/// Pages that write, parse, frame and request find what they would without the guard, and what of it is withheld would have been
/// asked for.
fn scripted<'a>(rules: &Rules, visits: impl Iterator<Item = &'a Visit>, without: impl Iterator<Item = &'a Visit>) {
    let without: BTreeMap<&str, &Visit> = without.map(|visit| (&*visit.path, visit)).collect();
    let mut wrong = Vec::new();
    let mut count = 0;
    for Visit { path, said, .. } in visits {
        let Some(Scripted { seen, holds }) = &said.scripted else { continue };
        count += 1;
        let before = without[&**path];
        let same = &before.said.scripted.as_ref().unwrap().seen;
        if seen != same || seen.get("failed").is_some() {
            wrong.push(format!("{path}: {seen:#} with the signal, {same:#} without it"));
        }
        wrong.extend(holds.iter().filter(|(_, holds)| !**holds).map(|(name, _)| format!("{path}: not {name}")));
        let asks = before.requests.iter().any(|asked| rules.url(asked.url.as_bytes()).is_some());
        if !asks && !["/scripted/layers", "/scripted/hydrated"].contains(&&**path) {
            wrong.push(format!("{path} asks for nothing that is withheld"));
        }
    }
    assert!(count >= 12, "{count} pages");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A guard that is a file does what the other does, and where it is lost, the page asks nobody else for anything.
fn loading(told: &Told, rules: &Rules) {
    let Loaded { came, lost } = &told.loaded;
    // Documents within the page have it, too.
    assert!(came.files > 0 && lost.files > 0, "{} {}", came.files, lost.files);
    assert!(came.ran && !lost.ran, "{} {}", came.ran, lost.ran);
    let hosts = |loading: &Loading| -> BTreeSet<String> {
        loading.requests.iter().filter_map(|asked| asked.url.split('/').nth(2)).map(str::to_owned).collect()
    };
    let (came_hosts, lost_hosts) = (hosts(came), hosts(lost));
    assert!(told.kept.iter().all(|host| came_hosts.contains(host)), "{came_hosts:?}");
    let withheld =
        came.requests.iter().find(|asked| rules.url(asked.url.replace("wss:", "https:").as_bytes()).is_some());
    assert_eq!(withheld.map(|asked| &asked.url), None);
    // What browsers ask for on their own account is not the page's.
    let vendors = told.vendors.iter().map(|vendor| &vendor.host);
    let asked: Vec<_> =
        vendors.chain(&told.kept).chain(&told.managed).filter(|host| lost_hosts.contains(*host)).collect();
    assert!(asked.is_empty() && !lost_hosts.contains("www.googletagmanager.com"), "{lost_hosts:?}");
}

/// A vendor that is bound by contract stays, and is told to restrict before anything else (R25).
fn restricted(Restricted { told, requests }: &Restricted) {
    let limited = json!({"opt_out_type": "LDP"});
    let denied = json!({"ad_storage": "denied", "ad_user_data": "denied", "ad_personalization": "denied"});
    let features =
        json!({"allow_google_signals": false, "allow_ad_personalization_signals": false, "ads_data_redaction": true});
    let want = [
        (
            "fbq",
            json!([
                ["dataProcessingOptions", ["LDU"], 0, 0],
                ["init", "1"],
                ["track", "PageView"],
                ["dataProcessingOptions", ["LDU"], 0, 0],
                ["track", "Pushed"],
            ]),
        ),
        ("pintrk", json!([["set", limited], ["load", "26"], ["page"], ["set", {"opt_out_type": "LDP", "np": "x"}]])),
        ("rdt", json!([["init", "t2_1", {"email": "x", "dpm": "LDU"}], ["track", "PageVisit"]])),
        (
            "twq",
            json!([
                ["config", "o1", {"restricted_data_use": "restrict_optimization"}],
                ["event", "tw-o1-o2", {"value": 1, "restricted_data_use": "restrict_optimization"}],
            ]),
        ),
        (
            "uetq",
            json!([
                "consent", "default", {"ad_storage": "denied"}, "pageLoad", "consent", "update", {"ad_storage": "denied"},
            ]),
        ),
        ("ttq", json!([["disableCookie"], ["revokeConsent"], ["load", "C1"], ["page"]])),
        (
            "gtag",
            json!([
                ["consent", "default", denied],
                ["set", features],
                ["set", "restricted_data_processing", true],
                ["config", "AW-1"],
                ["event", "conversion", {"send_to": "AW-1/x"}],
            ]),
        ),
        ("googletag", json!([{"restrictDataProcessing": true}])),
    ];
    for (name, want) in want {
        assert_eq!(told.get(name), Some(&want), "{name}: {:#}", told[name]);
    }
    let asked: BTreeSet<&str> = requests.iter().filter_map(|asked| asked.url.split('/').nth(2)).collect();
    for host in ["connect.facebook.net", "s.pinimg.com", "bat.bing.com", "securepubads.g.doubleclick.net"] {
        assert!(asked.contains(host), "{host}: {asked:?}");
    }
    // An image in the page takes no orders.
    assert!(!asked.contains("www.facebook.com"), "{asked:?}");
}

/// Whether any of what a page asks a vendor for is withheld: some of the site's vendors are kept by default.
fn is_withheld(rules: &Rules, page: &Visit, vendor: &Vendor) -> bool {
    let asked = page.requests.iter().filter(|asked| asked.url.split('/').nth(2) == Some(&*vendor.host));
    asked.into_iter().any(|asked| rules.url(asked.url.as_bytes()).is_some())
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
