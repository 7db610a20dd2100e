//! Inline scripts: what is done about each, and that what is left still parses and runs, in a real engine. That part
//! needs Node; without it, it is said to be skipped, which in CI is a failure.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use tower_gpc::policy::Script;

use crate::pages::{builtin_rules, saved, url_of};
use crate::{oracle, pages};

mod table;

use table::SCRIPTS;

/// The script, what becomes of it, and what is left of it: nothing if it is withheld.
fn judge(text: &str) -> (&'static str, Option<String>) {
    match builtin_rules().script(text.as_bytes()) {
        Script::Keep => ("keep", Some(text.to_owned())),
        Script::Calls(_) => ("calls", Some(text.to_owned())),
        Script::Withhold(_) => ("withhold", None),
        Script::Parts(parts) => {
            let mut left = text.to_owned();
            parts.cuts().iter().rev().for_each(|cut| left.replace_range(cut.range(), ""));
            (if parts.calls().is_some() { "parts+calls" } else { "parts" }, Some(left))
        }
        verdict => panic!("not known here: {verdict:?}"),
    }
}

/// A marked script as it stands on a page, and what of it should be left.
fn marked(script: &str) -> (String, String) {
    let mut left = String::new();
    for piece in script.split('⟦') {
        left.push_str(piece.split_once('⟧').map_or(piece, |(_, behind)| behind));
    }
    (script.replace(['⟦', '⟧'], ""), left)
}

#[test]
fn scripts_are_told_apart() {
    let mut wrong = String::new();
    for (want, script) in SCRIPTS {
        let (text, want_left) = marked(script);
        let (verdict, left) = judge(&text);
        if verdict != *want || left.as_ref().is_some_and(|left| *left != want_left) {
            writeln!(wrong, "{want} wanted, {verdict}: {text}\nleft: {left:?}\n").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Whether a snippet has a signature or none, what it loads tells whose it is.
#[test]
fn a_loader_is_a_vendors_by_any_of_its_urls() {
    let rules = builtin_rules();
    let (mut withheld, mut kept, mut wrong) = (0, 0, String::new());
    for rule in rules.catalog().vendors().flat_map(|(_, vendor)| vendor.urls()) {
        let url = url_of(rule);
        let of = rules.url(url.as_bytes());
        for loader in [
            format!(
                "(function(d,u){{var s=d.createElement('script');s.src=u;d.head.appendChild(s)}})(document,'{url}');"
            ),
            format!(
                "var s = document.createElement('script');\ns.async = true;\ns.src = \"{url}\";\ndocument.head.appendChild(s);"
            ),
            format!("new Image().src = '{}';", url.replace('/', "\\/")),
        ] {
            let verdict = rules.script(loader.as_bytes());
            if verdict != of.map_or(Script::Keep, Script::Withhold) {
                writeln!(wrong, "{loader}: {verdict:?}").unwrap();
            }
        }
        *(if of.is_some() { &mut withheld } else { &mut kept }) += 1;
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(withheld > 1500 && kept > 300, "{withheld} withheld, {kept} kept");
}

/// Runs the checks of `scripts.mjs` over scripts, one JSON string a line.
fn in_node<'a>(mode: &str, scripts: impl Iterator<Item = &'a str>) {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/node/scripts.mjs");
    let child = Command::new("node").args([file, mode]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => {
            println!("skipped: what is left of scripts is not run, Node is missing: {error}");
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "CI leaves nothing out");
            return;
        }
    };
    let input: String = scripts.map(|script| serde_json::to_string(script).unwrap() + "\n").collect();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().ok();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    print!("{said}");
}

#[test]
fn what_is_left_of_a_script_runs() {
    let left: Vec<_> = SCRIPTS.iter().filter_map(|(_, script)| judge(&marked(script).0).1).collect();
    in_node("run", left.iter().map(String::as_str));
}

/// The saved pages' scripts, each with what is left of it, one after the other.
#[test]
fn what_is_left_of_the_scripts_of_saved_pages_parses_as_they_did() {
    let mut pairs = Vec::new();
    for (_, page) in saved() {
        for (element, _) in oracle::elements(&page).into_iter().filter(|(element, _)| element.name == "script") {
            if let (_, Some(left)) = judge(&element.text)
                && left != element.text
            {
                pairs.extend([element.text.clone(), left]);
            }
        }
    }
    in_node("parse", pairs.iter().map(String::as_str));
}

#[test]
fn a_page_loses_the_statements_and_nothing_else_wherever_it_is_cut() {
    let rules = builtin_rules();
    for (_, script) in SCRIPTS.iter().filter(|(verdict, script)| verdict.starts_with("parts") && script.len() < 400) {
        let (text, left) = marked(script);
        let (page, want) = (format!("<p><script>{text}</script>"), format!("<p><script>{left}</script>"));
        for size in [1, 7, page.len()] {
            let got = pages::filter(&rules, &bytes::Bytes::from(page.clone()), size);
            assert_eq!(String::from_utf8(got).unwrap(), want, "in chunks of {size}");
        }
    }
}
