//! The files of a folder.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use tower_gpc::GpcLayer;
use tower_gpc::html::Syntax;

use super::site;
use super::survey::{Page, Survey};

/// How much of a file is read at once.
const CHUNK: usize = 64 * 1024;

/// All pages below a folder, in order, and what in it could not be looked into. Links to folders are not followed: they
/// may lead in circles.
pub(super) fn find(folder: &Path) -> io::Result<(Vec<PathBuf>, Vec<String>)> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", folder.display()));
    if fs::metadata(folder).map_err(named)?.is_file() {
        return Ok((vec![folder.to_owned()], Vec::new()));
    }
    let (mut found, mut failed) = (Vec::new(), Vec::new());
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if path == folder => return Err(named(error)),
            Err(error) => {
                failed.push(format!("{}: {error}", path.display()));
                continue;
            }
        };
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                open.push(entry.path());
            } else if syntax(&entry.path()).is_some() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok((found, failed))
}

/// What a page's syntax is by the ending of its name; none if it is no page.
fn syntax(path: &Path) -> Option<Syntax> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    match ending.as_str() {
        "html" | "htm" => Some(Syntax::Html),
        "xhtml" => Some(Syntax::Xml),
        _ => None,
    }
}

/// Reads one page into the survey, chunk by chunk, as the proxy would.
pub(super) fn read(path: &Path, folder: &Path, layer: &GpcLayer, survey: &mut Survey) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut filter = layer.filter(syntax(path).unwrap_or_default());
    filter.record();
    let mut start = Vec::new();
    let mut out = VecDeque::new();
    loop {
        let mut chunk = Vec::with_capacity(CHUNK);
        if file.by_ref().take(CHUNK as u64).read_to_end(&mut chunk)? == 0 {
            break;
        }
        if start.is_empty() {
            if chunk.starts_with(b"\xff\xfe") || chunk.starts_with(b"\xfe\xff") {
                return Err(io::Error::other("UTF-16, which the filter does not read"));
            }
            start.clone_from(&chunk);
        }
        filter.push(Bytes::from(chunk), &mut out);
        out.clear();
    }
    filter.finish(&mut out);
    let record = filter.take_record();
    let own = site::own_host(record.address(), &start, path.strip_prefix(folder).unwrap_or(path));
    survey.add(&Page { own, findings: record.findings(), report: filter.report() });
    Ok(())
}
