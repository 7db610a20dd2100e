//! A browser's process, with a profile of its own that is gone when it ends.

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// Slow machines start slowly.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long it may take to put its profile away.
const GOODBYE: Duration = Duration::from_secs(10);

/// A running browser.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    _profile: TempDir,
}

/// How a browser is started.
pub(super) struct Start<'a> {
    pub(super) program: &'a Path,
    pub(super) arguments: Vec<String>,
    /// What stands before the address on the line that announces it.
    pub(super) announces: &'a str,
    pub(super) profile: TempDir,
}

impl Process {
    /// Starts it, and reads the address at which it takes commands.
    pub(super) async fn start(start: Start<'_>) -> io::Result<(Self, String)> {
        let Start { program, arguments, announces, profile } = start;
        let named = |error| io::Error::other(format!("{}: {error}", program.display()));
        let mut child = Command::new(program)
            .args(arguments)
            // What it keeps outside of its profile is not the user's either.
            .env("HOME", profile.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(named)?;
        let Some(stderr) = child.stderr.take() else { return Err(io::Error::other("no standard error")) };
        let address = match timeout(PATIENCE, address(stderr, announces)).await {
            Ok(found) => found.map_err(named)?,
            Err(_) => return Err(io::Error::other(format!("{} does not start", program.display()))),
        };
        Ok((Self { child, _profile: profile }, address))
    }

    /// Waits for its end, for which it was asked.
    pub(super) async fn end(mut self) {
        if timeout(GOODBYE, self.child.wait()).await.is_err() {
            // It is killed when this is dropped; that it hangs now matters to nobody.
            tracing::debug!("the browser does not end by itself");
        }
    }
}

async fn address(stderr: impl AsyncRead + Unpin + Send + 'static, announces: &str) -> io::Result<String> {
    let mut lines = BufReader::new(stderr).lines();
    let mut last = String::from("it says nothing");
    while let Some(line) = lines.next_line().await? {
        if let Some((_, address)) = line.split_once(announces) {
            let address = address.trim().to_owned();
            // A pipe that nobody reads would stop it.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Ok(address);
        }
        if !line.trim().is_empty() {
            last = line;
        }
    }
    Err(io::Error::other(format!("it ended at once: {last}")))
}

/// The first of the programs that is on the path.
pub(super) fn find(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|file| file.is_file())
}
