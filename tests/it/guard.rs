//! The guard as a script: that it is built from its parts, short enough, and follows the rules of the server to the letter.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use http::Request;
use http_body_util::BodyExt;
use tempfile::TempDir;
use tower::{Layer, ServiceExt};
use tower_gpc::catalog::Purpose;
use tower_gpc::html::{FilterOptions, TagFilter};
use tower_gpc::policy::{Action, Rules};
use tower_gpc::{Catalog, GpcLayer, Policy};

use crate::browser::with_browser;
use crate::npm;
use crate::pages::{builtin_rules, saved};

/// The scripts of `tests/node`, with their libraries; `None` if they cannot be had, which in CI is a failure.
fn scripts() -> Option<PathBuf> {
    match npm::install("node") {
        Ok(folder) => Some(folder),
        Err(reason) => {
            println!("skipped: the guard in Node: {reason}");
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "CI leaves nothing out");
            None
        }
    }
}

/// The script as a page gets it.
fn script(layer: &GpcLayer) -> Vec<u8> {
    let nothing =
        tower::service_fn(async |_: Request<String>| http::Response::builder().status(404).body(String::new()));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let request = Request::get("/.gpc/guard.js").body(String::new()).unwrap();
        let response = layer.layer(nothing).oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        response.into_body().collect().await.unwrap().to_bytes().to_vec()
    })
}

/// The same as a file, in a folder that goes with what is returned.
fn script_file(layer: &GpcLayer) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("guard.js");
    fs::write(&file, script(layer)).unwrap();
    (folder, file)
}

#[test]
fn the_short_script_is_what_its_parts_make() {
    let Some(scripts) = scripts() else { return };
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node/guard.mjs");
    let mut command = Command::new("node");
    command.arg(scripts.join("guard.mjs")).arg("--check").env("GUARD_FOLDER", format!("file://{}", project.display()));
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn it_is_shorter_than_twelve_kilobytes_on_the_wire() {
    let text = script(&GpcLayer::new());
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 11, 22);
    encoder.write_all(&text).unwrap();
    let coded = encoder.into_inner().len();
    println!("{} bytes, {coded} with brotli", text.len());
    assert!(coded < 12_000, "{coded}");
}

/// A page waits for what its browser compiles of the guard: by the log of the engine that Chromium and Node share, that is what
/// stands in `script/at_load`, and none of `script/when_called`.
#[test]
fn a_page_waits_for_a_third_of_it_to_be_compiled() {
    let Some(scripts) = scripts() else { return };
    let (folder, file) = script_file(&GpcLayer::new());
    let log = folder.path().join("v8.log");
    let status = Command::new("node")
        .args(["--log-function-events", "--no-logfile-per-isolate"])
        .arg(format!("--logfile={}", log.display()))
        .arg(scripts.join("guard-urls.mjs"))
        .arg(&file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    let log = fs::read_to_string(log).unwrap();
    let lines = || log.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let id = lines().find(|line| line[0] == "script-details" && line[2] == "guard.js").unwrap()[1].to_owned();
    // `function`, what was done, the script, its first byte, the byte behind it
    let compiled = lines().filter(|line| line[0] == "function" && line[1] == "interpreter" && line[2] == id);
    let spans = compiled.map(|line| line[3].parse::<usize>().unwrap()..line[4].parse().unwrap());
    let code = include_str!("../../src/site/guard/guard.min.js").len();
    // All but the function around all of it.
    let bytes: BTreeSet<usize> = spans.filter(|span| span.len() < code / 2).flatten().collect();
    println!("{} of {code} bytes", bytes.len());
    assert!(bytes.len() > code / 10, "the log is not understood");
    assert!(bytes.len() < code / 3, "{} of {code}", bytes.len());
}

/// What an extension has frozen stays as it is, and does not keep the guard from the rest.
#[test]
fn what_cannot_be_replaced_is_left() {
    let Some(scripts) = scripts() else { return };
    let (_folder, file) = script_file(&GpcLayer::new());
    let output = Command::new("node").arg(scripts.join("guard-frozen.mjs")).arg(&file).output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).trim(),
        "open image",
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// How long a page waits is a figure of a machine that nothing else runs on (CONTRIBUTING.md). Here it is only told.
#[test]
fn what_it_takes_of_a_page_can_be_told() {
    with_browser("chromium", "chromium", |browser| {
        let output = Command::new(browser.node)
            .arg(browser.scripts.join("guard-time.mjs"))
            .arg(browser.program)
            .arg(env!("CARGO_BIN_EXE_gpc-proxy"))
            .arg("10")
            .env_remove("RUST_LOG")
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        println!("{said}");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let least: Vec<f64> =
            said.lines().map(|line| line[12..].split_whitespace().next().unwrap().parse().unwrap()).collect();
        let &[nothing, page, file] = least.as_slice() else { panic!("{said}") };
        assert!(nothing > 0.0 && nothing < page && nothing < file, "{said}");
    });
}

/// URLs for every rule of the catalog, and all that the saved pages fetch.
fn urls() -> BTreeSet<String> {
    let mut urls = BTreeSet::new();
    for (_, vendor) in Catalog::builtin().vendors() {
        for rule in vendor.urls() {
            let path = rule.path().trim_end_matches('$').replace('*', "x/y");
            let path = if path.is_empty() { "/" } else { &path };
            for host in ["", "www.", "a.b."] {
                for more in ["", "more/x.js"] {
                    urls.insert(format!("https://{host}{}{path}{more}?{}1&z=1", rule.host(), rule.query()));
                    urls.insert(format!("https://{host}{}{path}{more}", rule.host()));
                }
            }
            // Hosts that only look like it.
            urls.insert(format!("https://x{}{path}", rule.host()));
            urls.insert(format!("https://{}.example{path}", rule.host()));
        }
    }
    for (_, page) in saved() {
        let mut filter = TagFilter::new(builtin_rules(), FilterOptions::default());
        filter.record();
        let mut out = std::collections::VecDeque::new();
        filter.push(page, &mut out);
        filter.finish(&mut out);
        let record = filter.take_record();
        urls.extend(record.findings().iter().map(|finding| String::from_utf8_lossy(&finding.text).trim().to_owned()));
    }
    // One URL a line, and what browsers and the catalog read differently is not the guard's: text outside of ASCII.
    urls.retain(|url| url.starts_with("http") && url.bytes().all(|byte| byte.is_ascii_graphic()));
    urls
}

fn agree(policy: Policy, catalog: Catalog, more: &[&str]) {
    let Some(scripts) = scripts() else { return };
    let layer = GpcLayer::new().catalog(catalog.clone()).unwrap().policy(policy.clone()).unwrap();
    let rules = Rules::new(catalog, &policy.purpose(Purpose::TagManager, Action::Keep)).unwrap();
    let (_folder, file) = script_file(&layer);
    let mut urls = urls();
    urls.extend(more.iter().map(ToString::to_string));
    let mut child = Command::new("node")
        .arg(scripts.join("guard-urls.mjs"))
        .arg(&file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let input = urls.iter().map(|url| format!("{url}\n")).collect::<String>();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let answers = String::from_utf8(output.stdout).unwrap();
    assert_eq!(answers.lines().count(), urls.len());
    let differ: Vec<_> = urls
        .iter()
        .zip(answers.lines())
        .filter(|(url, answer)| rules.url(url.as_bytes()).is_none() != (*answer == "1"))
        .collect();
    println!("{} URLs", urls.len());
    assert!(differ.is_empty(), "{} differ: {:#?}", differ.len(), &differ[..differ.len().min(20)]);
}

#[test]
fn it_withholds_what_the_server_does() {
    agree(Policy::new(), Catalog::builtin().clone(), &[]);
}

#[test]
fn it_follows_the_operators_word() {
    let policy = Policy::strict()
        .vendor("hotjar", Action::Keep)
        .allow_url("facebook.com/tr?id=42")
        .and_then(|policy| policy.allow_url("doubleclick.net/own/"))
        .and_then(|policy| policy.own_host("metrics.shop.example", "meta-pixel"))
        .and_then(|policy| policy.own_host("help.metrics.shop.example", "stripe"))
        .unwrap()
        .first_party(true);
    let more = [
        "https://www.facebook.com/tr?id=42",
        "https://www.facebook.com/tr?id=7",
        "https://ad.doubleclick.net/own/x",
        "https://metrics.shop.example/x",
        "https://help.metrics.shop.example/x",
        "https://www.shop.example/fbevents.js",
        "https://www.shop.example/m/gtag/js?id=AW-1",
        "https://www.shop.example/tr?id=123&ev=PageView",
        "https://www.shop.example/tr",
    ];
    agree(policy, Catalog::builtin().clone(), &more);
}
