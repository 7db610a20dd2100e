//! Real pages, where they are at hand.

use bytes::Bytes;

/// The saved pages beside the project; says so where there are none. A quick run takes three.
pub(crate) fn pages(quick: bool) -> Vec<Bytes> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/pages");
    let Ok(entries) = std::fs::read_dir(folder) else {
        println!("skipped: no folder with saved pages beside the project");
        return Vec::new();
    };
    let mut paths: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "html"))
        .collect();
    paths.sort();
    paths.truncate(if quick { 3 } else { usize::MAX });
    paths.iter().filter_map(|path| std::fs::read(path).ok()).map(Bytes::from).collect()
}
