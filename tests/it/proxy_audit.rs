//! `gpc-proxy audit` over a site with every vendor of the catalog that has an inline snippet, as it is and with the layer in
//! front: by Chromium, by Firefox, and by its HTML alone.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tower_gpc::catalog::Purpose;
use tower_gpc::policy::Action;
use tower_gpc::{Catalog, Policy};

use crate::browser::{Browser, with_browser};
use crate::pages::url_of;

/// A page that goes on asking until it is left, and then once more: what it says last is not the next page's.
const LASTING: &str = "<script>(function(w){function beat(){w.navigator.sendBeacon('https://connect.facebook.net/beat?'+\
    Math.random())}w.setInterval(beat,20);w.addEventListener('pagehide',beat)})(window)</script>\n";

const MANAGER: &str = "<script>(function(w,d,s,l,i){w[l]=w[l]||[];w[l].push({'gtm.start':new Date().getTime(),event:'gtm.js'});\
    var f=d.getElementsByTagName(s)[0],j=d.createElement(s);j.async=true;j.src='https://www.googletagmanager.com/gtm.js?id='+i;\
    f.parentNode.insertBefore(j,f);})(window,document,'script','dataLayer','GTM-TEST');</script>\n";

/// The ids of the vendors on the page, and the page.
fn page() -> (Vec<String>, String) {
    let (mut vendors, mut tags) = (Vec::new(), String::new());
    let catalog = Catalog::builtin();
    for (id, vendor) in catalog.vendors().filter(|(_, vendor)| !vendor.inline().is_empty()) {
        // Part of a host may be another vendor's.
        let own = |url: &String| catalog.match_url(url.as_bytes()) == Some(id);
        // Where the snippet is known by a URL, that one.
        let known = vendor.inline().iter().map(|signature| format!("https://{}x.js", signature.as_str()));
        let Some(url) = known.chain(vendor.urls().iter().map(url_of)).find(own) else { continue };
        let globals = vendor.globals().iter().filter(|name| !name.contains('.'));
        let queue: String = globals.map(|name| format!("w.{name}=w.{name}||[];")).collect();
        tags += &format!(
            "<script>(function(w,d,u){{{queue}var s=d.createElement('script');s.async=true;s.src=u;\
             d.head.appendChild(s)}})(window,document,'{url}');</script>\n"
        );
        vendors.push(vendor.id().to_owned());
    }
    let head =
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>Boots</title><link rel=icon href='data:,'>";
    (
        vendors,
        format!("{head}\n{LASTING}{tags}{MANAGER}</head><body><h1>Boots</h1><div id=place></div></body></html>\n"),
    )
}

/// The site and the rest of the world, until this is dropped.
struct World {
    child: Child,
    proxy: String,
}

impl World {
    fn start(browser: &Browser<'_>, page: &Path) -> Self {
        let mut child = Command::new(browser.node)
            .arg(browser.scripts.join("vendors/audited.mjs"))
            .arg(env!("CARGO_BIN_EXE_gpc-proxy"))
            .arg(page)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port: u16 = line.trim().parse().unwrap_or_else(|_| panic!("no port: {line:?}"));
        Self { child, proxy: format!("http://127.0.0.1:{port}") }
    }

    fn audit(&self, url: &str, how: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gpc-proxy"));
        command.args(["audit", url, "--proxy", &self.proxy, "--insecure", "--wait", "2"]).args(how);
        command.env_remove("RUST_LOG").stdin(Stdio::null()).output().unwrap()
    }

    fn json(&self, url: &str, how: &[&str]) -> (Option<i32>, Value) {
        let output = self.audit(url, &[how, &["--format", "json"]].concat());
        let report = serde_json::from_slice(&output.stdout);
        let report = report.unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
        (output.status.code(), report)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // Its standard input ends, and it ends what it started.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// The vendors that are asked with the signal, or without it.
fn asked<'a>(report: &'a Value, when: &str) -> Vec<&'a str> {
    let parties = report["parties"].as_array().unwrap();
    let sold = parties.iter().filter(|party| party["sale-or-sharing"] == true && party[when].as_u64() > Some(0));
    sold.map(|party| party["vendor"].as_str().unwrap()).collect()
}

fn check(browser: &Browser<'_>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("page.html");
    let (vendors, page) = page();
    fs::write(&file, page).unwrap();
    let world = World::start(browser, &file);
    let by = ["--browser", browser.kind, "--program", browser.program.to_str().unwrap()];

    // Not by https: what has no good certificate, Chromium does not keep, and the reload would not be conditional.
    let (code, bare) = world.json("http://www.bare.example/moved", &by);
    assert_eq!((code, &bare["verdict"]), (Some(3), &"does-not".into()), "{:#}", bare["why"]);
    let (catalog, policy) = (Catalog::builtin(), Policy::new());
    let withheld = vendors.iter().filter(|id| {
        let vendor = catalog.find(id).and_then(|id| catalog.vendor(id)).unwrap();
        policy.action(vendor) == Action::Suppress && vendor.purpose() != Purpose::TagManager
    });
    let (before, after) = (asked(&bare, "before"), asked(&bare, "after"));
    let withheld: Vec<&str> = withheld.map(String::as_str).collect();
    println!("{} of {} vendors with a snippet are withheld; {} asked", withheld.len(), vendors.len(), before.len());
    assert!(withheld.len() > 400);
    for id in &withheld {
        assert!(before.contains(id) && after.contains(id), "{id}");
    }
    assert_eq!(bare["visits"][0]["signal"], false);
    assert_eq!((&bare["visits"][1]["signal"], &bare["visits"][1]["property"]), (&true.into(), &true.into()));
    assert_eq!(bare["visits"][1]["status"], 304, "a conditional reload");
    assert_eq!(
        (&bare["site"], &bare["visits"][0]["url"]),
        (&"bare.example".into(), &"http://www.bare.example/".into())
    );
    assert_eq!(bare["strings"][0]["verdict"], "not-opted-out");
    assert_eq!((&bare["support"]["gpc"], &bare["status-shown"]), (&Value::Null, &Value::Null));
    // It runs in the browser, so the manager's tags are seen.
    assert!(before.contains(&"mouseflow") || before.contains(&"hotjar"));

    let (code, boots) = world.json("https://www.boots.example/", &by);
    assert_eq!((code, &boots["verdict"]), (Some(0), &"honours".into()), "{:#}", boots["why"]);
    assert_eq!(asked(&boots, "after"), [""; 0]);
    assert_eq!(asked(&boots, "before"), before, "without the signal all is as it was");
    assert_eq!(boots["strings"][0]["after"], "1YYN");
    assert_eq!(boots["support"]["gpc"], true);
    assert_eq!(boots["support"]["problem"], Value::Null);
    assert_eq!(boots["status-shown"], "Opt-Out Request Honored");
    assert_eq!(boots["visits"][1]["status"], 200, "a page of the other variant is no 304");
    assert_eq!(boots["remarks"], Value::Array(Vec::new()));
    let manager = boots["parties"].as_array().unwrap().iter().find(|party| party["vendor"] == "google-tag-manager");
    assert!(manager.unwrap()["after"].as_u64() >= Some(1), "the manager itself stays, under the guard");

    let (code, gone) = world.json("https://www.boots.example/nothing", &by);
    assert_eq!((code, &gone["verdict"]), (Some(4), &"cannot-tell".into()));
    assert!(gone["why"][0].as_str().unwrap().contains("404"), "{:#}", gone["why"]);

    alone(&world, &before, &withheld);
}

/// The same by the HTML alone.
fn alone(world: &World, seen: &[&str], withheld: &[&str]) {
    let (code, bare) = world.json("https://www.bare.example/moved", &[]);
    assert_eq!((code, &bare["verdict"]), (Some(3), &"does-not".into()));
    let found = asked(&bare, "after");
    println!("{} vendors found in the HTML alone", found.len());
    assert!(found.iter().all(|id| seen.contains(id)), "{found:?}");
    // By what it loads a snippet is known, whether it has a signature or none.
    assert!(withheld.iter().all(|id| found.contains(id)), "{found:?}");
    assert_eq!((&bare["browser"], &bare["visits"][1]["status"]), (&Value::Null, &304.into()));

    // With a tag manager in the page, nobody can tell without running it.
    let (code, boots) = world.json("https://www.boots.example/", &[]);
    assert_eq!((code, &boots["verdict"]), (Some(4), &"cannot-tell".into()), "{:#}", boots["why"]);
    assert!(boots["why"][0].as_str().unwrap().contains("google-tag-manager"));
    assert_eq!(asked(&boots, "after"), [""; 0]);
    assert_eq!(boots["status-shown"], "Opt-Out Request Honored");
    let (code, plain) = world.json("https://www.bare.example/plain", &[]);
    assert_eq!((code, &plain["verdict"]), (Some(4), &"cannot-tell".into()), "{:#}", plain["why"]);

    // For people, the last line is the verdict.
    let output = world.audit("https://www.bare.example/", &["--rows", "3"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.lines().last().unwrap().starts_with("does not honour: with the signal, "), "{text}");
    assert!(text.contains("more; --rows 0 shows all") && text.contains("usprivacy"), "{text}");
    assert!(text.lines().take_while(|line| !line.starts_with("Remarks")).all(|line| line.chars().count() <= 100));
}

#[test]
fn an_audit_tells_a_site_that_honours_from_one_that_does_not_in_chromium() {
    with_browser("chromium", "chromium", check);
}

#[test]
fn an_audit_tells_a_site_that_honours_from_one_that_does_not_in_firefox() {
    with_browser("firefox", "firefox-esr", check);
}

#[test]
fn what_cannot_be_visited_is_told() {
    let audit = |url: &str, how: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gpc-proxy"));
        let output = command.args(["audit", url]).args(how).stdin(Stdio::null()).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(said).unwrap())
    };
    // Nobody listens there any more.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (code, said) = audit(&format!("http://127.0.0.1:{port}/"), &[]);
    assert_eq!(code, Some(4), "{said}");
    assert!(said.lines().last().unwrap().starts_with("cannot tell: the page could not be opened without the signal: "));
    let (code, said) = audit("http://127.0.0.1/", &["--browser", "chromium", "--program", "/no/such/program"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("gpc-proxy: /no/such/program: "), "{said}");
    let (code, said) = audit("http://127.0.0.1/", &["--config", "no-such-file.toml"]);
    assert_eq!(code, Some(2), "{said}");
}
