//! New rules without a restart: on SIGHUP, and when a filter list changes on disk.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;
use tokio::time::timeout;
use tower_gpc::middleware::ReloadLayer;

use crate::args::Args;
use crate::config::Config;
use crate::hangup::Hangup;

/// How long the files must be left alone before they are read: an editor or a download writes more than once.
const QUIET: Duration = Duration::from_millis(200);

/// How often the quiet may be broken. Then the files are read all the same, and again after the next change.
const MOST_CHANGES: usize = 50;

/// Waits for reasons to reload, from [`Reload::new`] on.
pub(crate) struct Reload {
    args: Arc<Args>,
    live: ReloadLayer,
    lists: Vec<PathBuf>,
    changed: Arc<Notify>,
    watcher: Option<RecommendedWatcher>,
    hangup: Hangup,
}

impl Reload {
    pub(crate) fn new(args: Args, live: ReloadLayer, lists: Vec<PathBuf>) -> io::Result<Self> {
        let changed = Arc::new(Notify::new());
        let watcher = watch(&lists, &changed);
        Ok(Self { args: Arc::new(args), live, lists, changed, watcher, hangup: Hangup::new()? })
    }

    /// Reloads for ever. What cannot be loaded changes nothing: the old rules go on.
    pub(crate) async fn run(mut self) {
        loop {
            tokio::select! {
                () = self.changed.notified() => settle(&self.changed).await,
                () = self.hangup.heard() => {}
            }
            match load(&self.args).await {
                Ok(config) => self.take(config),
                Err(error) => tracing::error!(%error, "the reload failed: the old rules stay"),
            }
        }
    }

    fn take(&mut self, config: Config) {
        self.live.replace(config.layer);
        if config.lists != self.lists {
            self.lists = config.lists;
            // The new watcher before the old one goes, so that no change is missed.
            self.watcher = watch(&self.lists, &self.changed);
        }
        tracing::info!(lists = self.lists.len(), watched = self.watcher.is_some(), "reloaded");
    }
}

/// Reads the files apart from the threads that serve.
async fn load(args: &Arc<Args>) -> Result<Config, String> {
    let args = Arc::clone(args);
    let loaded = tokio::task::spawn_blocking(move || Config::load(&args));
    loaded.await.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
}

async fn settle(changed: &Notify) {
    for _ in 0..MOST_CHANGES {
        if timeout(QUIET, changed.notified()).await.is_err() {
            return;
        }
    }
}

/// Watches the folders of the lists, since a file that is replaced is another file. None without a list.
fn watch(lists: &[PathBuf], changed: &Arc<Notify>) -> Option<RecommendedWatcher> {
    if lists.is_empty() {
        return None;
    }
    let names: BTreeSet<_> = lists.iter().filter_map(|list| list.file_name().map(ToOwned::to_owned)).collect();
    let told = Arc::clone(changed);
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // Events that were lost may have been about a list, too.
        if event.is_ok_and(|event| event.kind.is_access() || !event.paths.iter().any(|path| concerns(path, &names))) {
            return;
        }
        told.notify_one();
    })
    .map_err(|error| tracing::error!(%error, "filter lists are not watched; SIGHUP reloads them"))
    .ok()?;
    let folders: BTreeSet<_> = lists.iter().map(|list| folder(list)).collect();
    for folder in folders {
        if let Err(error) = watcher.watch(folder, RecursiveMode::NonRecursive) {
            tracing::error!(%error, "filter lists are not watched; SIGHUP reloads them");
        }
    }
    Some(watcher)
}

fn folder(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whether a path is that of a list, or of the link by which an orchestrator exchanges a whole folder (`..data`).
fn concerns(path: &Path, names: &BTreeSet<std::ffi::OsString>) -> bool {
    path.file_name().is_some_and(|name| names.contains(name) || name.as_encoded_bytes().starts_with(b".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lists_and_exchanged_folders_concern_us() {
        let names = BTreeSet::from(["easy.txt".into()]);
        for (path, want) in [
            ("/lists/easy.txt", true),
            ("easy.txt", true),
            ("/lists/..data", true),
            ("/lists/easy.txt.swp", false),
            ("/lists/gpc.log", false),
            ("/", false),
        ] {
            assert_eq!(concerns(Path::new(path), &names), want, "{path}");
        }
        assert_eq!(folder(Path::new("easy.txt")), Path::new("."));
        assert_eq!(folder(Path::new("a/easy.txt")), Path::new("a"));
    }
}
