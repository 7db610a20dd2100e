//! `gpc-proxy`: a reverse proxy that honours Global Privacy Control for the site behind it.
//!
//! ```text
//! args ──┐
//!        ├─> config ──> server (listen, connections, shutdown)
//! file ──┘                 └─> tower_gpc::Gpc ──> upstream (forward + hop + answer) ──> the site
//!   └──────> reload ────────────────^
//! ```
//!
//! `demo` runs this in front of a shop of its own; `measure` reads a folder of pages and needs no network; `audit` opens any
//! site as an outsider does.

mod answer;
mod args;
#[cfg(feature = "audit")]
mod audit;
mod body;
mod config;
mod demo;
mod forward;
mod gpc_table;
mod hangup;
mod hop;
mod measure;
mod origin;
mod output;
mod parties;
mod reload;
mod server;
mod stop;
mod table;
mod upstream;

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use tokio::net::TcpListener;
use tower_gpc::ConfigError;
use tower_gpc::middleware::ReloadLayer;
use tower_layer::Layer;
use tracing_subscriber::EnvFilter;

use crate::args::{Args, Command};
use crate::config::{Config, Invalid};
use crate::reload::Reload;
use crate::stop::Stop;
use crate::upstream::Upstream;

fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(code) => code,
        Err(failure) => {
            // Standard error may be closed; the exit code still tells.
            let _ = writeln!(io::stderr(), "gpc-proxy: {failure}");
            failure.exit_code()
        }
    }
}

fn run(args: Args) -> Result<ExitCode, Failure> {
    log_to_stderr(args.log.as_deref())?;
    let runtime = || tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match &args.command {
        #[cfg(feature = "audit")]
        Some(Command::Audit(options)) => return runtime()?.block_on(audit::run(options)),
        Some(Command::Measure(options)) => measure::run(options),
        Some(Command::Demo { listen }) => runtime()?.block_on(demo::run(*listen)),
        None => runtime()?.block_on(proxy(args)),
    }?;
    Ok(ExitCode::SUCCESS)
}

async fn proxy(args: Args) -> Result<(), Failure> {
    let config = Config::load(&args)?;
    let stop = Stop::new()?;
    let live = ReloadLayer::new(config.layer.clone());
    if args.config.is_some() {
        // Heard before the address is announced: whoever waits for that may send the signal next.
        tokio::spawn(Reload::new(args, live.clone(), config.lists.clone())?.run());
    }
    let listener = server::bind(config.listen).await?;
    announce(&listener, &config)?;
    server::serve(listener, live.layer(Upstream::new(&config)), config.grace, stop).await;
    Ok(())
}

/// Prints the bound address, the first and only line on standard output, for people and for scripts that chose port 0.
fn announce(listener: &TcpListener, config: &Config) -> io::Result<()> {
    let address = listener.local_addr()?;
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "gpc-proxy listening on http://{address}, upstream {}", config.upstream)?;
    stdout.flush()
}

fn log_to_stderr(filter: Option<&str>) -> Result<(), Failure> {
    let environment = std::env::var(EnvFilter::DEFAULT_ENV).ok();
    let filter = filter.or(environment.as_deref()).unwrap_or("info");
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| Invalid::new(format!("the log filter `{filter}` cannot be used: {error}")))?;
    let colours = io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(colours).init();
    Ok(())
}

/// Why the proxy did not run: the set-up is wrong, or the machine said no.
#[derive(Debug)]
enum Failure {
    Invalid(Invalid),
    Io(io::Error),
}

impl Failure {
    /// 2 is what clap exits with for wrong flags; a wrong file is the same kind of mistake.
    fn exit_code(&self) -> ExitCode {
        match self {
            Self::Invalid(_) => ExitCode::from(2),
            Self::Io(_) => ExitCode::FAILURE,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(invalid) => invalid.fmt(f),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Invalid(Invalid::new(error.to_string()))
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
