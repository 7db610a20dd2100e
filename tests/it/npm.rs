//! Scripts for Node with pinned libraries, installed below the target folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Copies the files of `tests/<name>` there and fetches what their lock file names.
///
/// # Errors
///
/// Says why there is no such folder: no npm, or none that could fetch.
pub(crate) fn install(name: &str) -> Result<PathBuf, String> {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    for file in fs::read_dir(from).unwrap().map(Result::unwrap) {
        if file.file_type().unwrap().is_file() {
            fs::copy(file.path(), folder.join(file.file_name())).unwrap();
        }
    }
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
    let npm = Command::new("npm").args(arguments).current_dir(&folder).output();
    let npm = npm.map_err(|error| format!("npm: {error}"))?;
    if npm.status.success() { Ok(folder) } else { Err(format!("npm: {}", String::from_utf8_lossy(&npm.stderr))) }
}
