//! Scripts for Node with pinned libraries, installed below the target folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

/// Copies the files of `tests/<name>`, and of the folders in it, there and fetches what their lock file names; once, whoever
/// asks, since two at the same time are in each other's way.
///
/// # Errors
///
/// Says why there is no such folder: no npm, or none that could fetch.
pub(crate) fn install(name: &'static str) -> Result<PathBuf, String> {
    static INSTALLED: Mutex<BTreeMap<&str, Result<PathBuf, String>>> = Mutex::new(BTreeMap::new());
    let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
    installed.entry(name).or_insert_with(|| fetch(name)).clone()
}

fn fetch(name: &str) -> Result<PathBuf, String> {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    copy(&from, &folder);
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
    let npm = Command::new("npm").args(arguments).current_dir(&folder).output();
    let npm = npm.map_err(|error| format!("npm: {error}"))?;
    if npm.status.success() { Ok(folder) } else { Err(format!("npm: {}", String::from_utf8_lossy(&npm.stderr))) }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap() {
            kind if kind.is_file() => drop(fs::copy(entry.path(), target).unwrap()),
            // What was installed here by hand stays here.
            kind if kind.is_dir() && entry.file_name() != "node_modules" => copy(&entry.path(), &target),
            _ => {}
        }
    }
}
