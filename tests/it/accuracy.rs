//! `gpc-proxy measure` on the saved pages against a reference: every difference is explained in `tests/data/accuracy.toml`.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;

/// The table as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    miss: Vec<Row>,
    extra: Vec<Row>,
}

/// An explanation of all groups at a place.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    place: String,
    why: String,
    /// It should be withheld, whatever the catalog says.
    #[serde(default)]
    missed: bool,
}

impl Row {
    fn explains(&self, place: &str) -> bool {
        match self.place.strip_prefix("*.") {
            None => place.starts_with(&self.place),
            Some(domain) => {
                let (host, path) = place.split_at(place.find('/').unwrap_or(place.len()));
                let (domain, start) = domain.split_at(domain.find('/').unwrap());
                let under = host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
                under && path.starts_with(start)
            }
        }
    }
}

fn table() -> Table {
    toml::from_str(include_str!("../data/accuracy.toml")).unwrap()
}

/// What the command finds; none, said aloud, without the pages and the reference beside the project.
fn measured() -> Option<Value> {
    let shared = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let (pages, reference) = (shared.join("pages"), shared.join("data/third-party-web.json"));
    if !pages.exists() || !reference.exists() {
        println!("skipped: no saved pages and reference beside the project");
        return None;
    }
    let output = measure(&pages, &["--format", "json", "--reference", reference.to_str().unwrap()]);
    Some(serde_json::from_slice(&output).unwrap())
}

fn measure(pages: &Path, flags: &[&str]) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gpc-proxy"));
    let output = command.arg("measure").arg(pages).args(flags).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Finds each group's row, the longest that fits, and wants every row to be needed.
fn explain<'a>(groups: &'a Value, rows: &'a [Row]) -> Vec<(&'a Value, &'a Row)> {
    let pairs: Vec<_> = groups
        .as_array()
        .unwrap()
        .iter()
        .map(|group| {
            let place = group["place"].as_str().unwrap();
            let row = rows.iter().filter(|row| row.explains(place)).max_by_key(|row| row.place.len());
            (group, row.unwrap_or_else(|| panic!("no row explains {group}")))
        })
        .collect();
    for row in rows {
        assert!(!row.why.trim().is_empty(), "{} says nothing", row.place);
        assert!(pairs.iter().any(|(_, used)| std::ptr::eq(*used, row)), "the row of {} is stale", row.place);
    }
    pairs
}

#[test]
fn every_difference_to_the_reference_is_explained() {
    let Some(found) = measured() else { return };
    let (table, reference) = (table(), &found["reference"]);
    explain(&reference["extras"], &table.extra);
    let mut missed = 0;
    for (group, row) in explain(&reference["misses"], &table.miss) {
        // On purpose is only what the catalog knows, under a purpose that the policy keeps.
        if row.missed || group["vendor"].is_null() {
            missed += group["urls"].as_u64().unwrap();
            println!("missed: {group}");
        }
    }
    let withheld = reference["withheld"].as_u64().unwrap();
    let (raw, all) = (reference["recall"].as_f64().unwrap(), reference["urls"].as_u64().unwrap());
    let recall = withheld as f64 / (withheld + missed) as f64;
    println!("raw recall: {withheld} of {all}, {:.1} %", raw * 100.0);
    println!("without what is kept on purpose: {withheld} of {}, {:.1} %", withheld + missed, recall * 100.0);
    assert!(recall >= 0.97, "{recall}");
    let head = include_str!("../data/accuracy.toml");
    let counts =
        [format!("{withheld} of {}", thousands(all)), format!("{withheld} of {}", thousands(withheld + missed))];
    for count in counts {
        assert!(head.contains(&format!("({count})")), "the head of the table should say: {count}");
    }
}

fn thousands(count: u64) -> String {
    if count < 1000 { count.to_string() } else { format!("{},{:03}", count / 1000, count % 1000) }
}

#[test]
fn rows_explain_hosts_and_all_that_is_under_a_domain() {
    for (row, place, want) in [
        ("a.test/", "a.test/x", true),
        ("a.test/x", "a.test/", false),
        ("*.a.test/", "a.test/", true),
        ("*.a.test/", "b.a.test/x/", true),
        ("*.a.test/", "ba.test/", false),
        ("*.a.test/x/", "b.a.test/y/", false),
    ] {
        let row = Row { place: row.into(), why: String::new(), missed: false };
        assert_eq!(row.explains(place), want, "{} {place}", row.place);
    }
}

#[test]
fn the_text_fits_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let long = format!("<script src=//{}.example/{}></script>", "x".repeat(200), "y".repeat(500));
    std::fs::write(folder.path().join("a.html"), long).unwrap();
    let text = String::from_utf8(measure(folder.path(), &[])).unwrap();
    assert!(text.contains("Hosts that no rule knows"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
}
