//! Scripts for Node with pinned libraries, installed below the target folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Copies the files of `tests/<name>`, and of the folders in it, there and fetches what their lock file names.
///
/// # Errors
///
/// Says why there is no such folder: no npm, or none that could fetch.
pub(crate) fn install(name: &str) -> Result<PathBuf, String> {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
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
