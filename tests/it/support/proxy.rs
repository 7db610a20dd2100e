//! The real `gpc-proxy`, as a process.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{ExitStatus, Output, Stdio};

use tempfile::NamedTempFile;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

use super::soon;

/// A running proxy. It is killed when dropped.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    pub(crate) announcement: String,
    child: Child,
    stdout: BufReader<ChildStdout>,
    _config: Option<NamedTempFile>,
}

impl Proxy {
    /// Starts one before `upstream`.
    pub(crate) async fn before(upstream: &str) -> Self {
        Self::start(&["--upstream", upstream, "--listen", "127.0.0.1:0"], None).await
    }

    /// Starts one before `upstream`, with more options in a file.
    pub(crate) async fn with_config(upstream: &str, config: &str) -> Self {
        let file = config_file(config);
        let path = file.path().to_str().unwrap().to_owned();
        Self::start(&["--upstream", upstream, "--listen", "127.0.0.1:0", "--config", &path], Some(file)).await
    }

    /// Starts one before `upstream` with a file of options that stays the caller's, and gives its log.
    pub(crate) async fn with_log(upstream: &str, config: &Path) -> (Self, Log) {
        let config = config.to_str().unwrap();
        let args = ["--upstream", upstream, "--listen", "127.0.0.1:0", "--config", config];
        let mut child =
            command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let log = Log(BufReader::new(child.stderr.take().unwrap()));
        (Self::announced(child, None).await, log)
    }

    /// Starts the demo.
    pub(crate) async fn demo() -> Self {
        Self::start(&["demo", "--listen", "127.0.0.1:0"], None).await
    }

    async fn start(args: &[&str], config: Option<NamedTempFile>) -> Self {
        let child = command(args).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true).spawn().unwrap();
        Self::announced(child, config).await
    }

    async fn announced(mut child: Child, config: Option<NamedTempFile>) -> Self {
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut announcement = String::new();
        soon(stdout.read_line(&mut announcement)).await.unwrap();
        let address = announcement.split(&[' ', ','][..]).find_map(|word| word.strip_prefix("http://")).unwrap();
        Self { address: address.parse().unwrap(), announcement, child, stdout, _config: config }
    }

    /// Asks it to end, as a service manager does.
    pub(crate) async fn terminate(&self) {
        self.signal("-TERM").await;
    }

    /// Sends it a signal, by the name that `kill` has for it.
    pub(crate) async fn signal(&self, name: &str) {
        let id = self.child.id().expect("the proxy is running").to_string();
        assert!(Command::new("kill").args([name, &id]).status().await.unwrap().success());
    }

    pub(crate) async fn ended(&mut self) -> ExitStatus {
        soon(self.child.wait()).await.unwrap()
    }

    /// Reads what it prints after its first line, until a line holds `last`.
    pub(crate) async fn printed_until(&mut self, last: &str) -> String {
        let mut text = String::new();
        while !text.contains(last) {
            assert_ne!(soon(self.stdout.read_line(&mut text)).await.unwrap(), 0, "{text}");
        }
        text
    }

    /// Reads what is left on standard output once it has ended.
    pub(crate) async fn printed_to_the_end(&mut self) -> String {
        let mut text = String::new();
        soon(self.stdout.read_to_string(&mut text)).await.unwrap();
        text
    }
}

/// What a proxy logs.
pub(crate) struct Log(BufReader<ChildStderr>);

impl Log {
    /// Reads on until a line holds `word`, and gives that line.
    pub(crate) async fn until(&mut self, word: &str) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(soon(self.0.read_line(&mut line)).await.unwrap(), 0, "the log ends before {word:?}");
            if line.contains(word) {
                return line;
            }
        }
    }
}

/// Runs `gpc-proxy` with flags that it is expected to refuse.
pub(crate) async fn refused(args: &[&str]) -> Output {
    soon(command(args).kill_on_drop(true).output()).await.unwrap()
}

pub(crate) fn config_file(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gpc-proxy"));
    command.args(args).env_remove("RUST_LOG").stdin(Stdio::null());
    command
}
