//! What the command line says.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[cfg(feature = "audit")]
use crate::audit;
use crate::measure;
use crate::origin::Origin;

/// A reverse proxy that honours Global Privacy Control for the site behind it.
#[derive(Debug, Parser)]
#[command(name = "gpc-proxy", version, args_conflicts_with_subcommands = true, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    /// The site behind the proxy, such as http://127.0.0.1:3000
    #[arg(long, value_name = "URL")]
    pub(crate) upstream: Option<Origin>,

    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,

    /// TOML file with the options; flags override it
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// What to log, such as warn or info,gpc_proxy=debug [default: RUST_LOG, else info]
    #[arg(long, value_name = "FILTER", global = true)]
    pub(crate) log: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs a small built-in shop full of trackers, with the proxy in front, and prints what to try
    Demo {
        /// Address and port to listen on
        #[arg(long, value_name = "ADDR", default_value_t = crate::config::DEFAULT_LISTEN)]
        listen: SocketAddr,
    },
    /// Reads a folder of saved pages and prints what would be withheld, what is kept, and which hosts no rule knows
    Measure(measure::Options),
    /// Opens a page as a regulator does, without the signal and with it, and says whether the site honours it
    ///
    /// The exit code is 0 if it does, 3 if it does not, and 4 if that cannot be told.
    #[cfg(feature = "audit")]
    Audit(audit::Options),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Args, String> {
        Args::try_parse_from(line.split_whitespace()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_command_is_well_formed() {
        use clap::CommandFactory;
        Args::command().debug_assert();
    }

    #[test]
    fn flags_are_read() {
        let args = parse("gpc-proxy --upstream http://site:3000 --listen [::1]:0 --config a.toml --log warn").unwrap();
        assert!(args.command.is_none());
        assert_eq!(args.upstream.unwrap().to_string(), "http://site:3000");
        assert_eq!(args.listen.unwrap().to_string(), "[::1]:0");
        assert_eq!(args.config.unwrap().to_str(), Some("a.toml"));
        assert_eq!(args.log.as_deref(), Some("warn"));
    }

    #[test]
    fn the_demo_has_its_own_listen_address() {
        for (line, want) in [
            ("gpc-proxy demo", "127.0.0.1:8080"),
            ("gpc-proxy demo --listen 127.0.0.1:0", "127.0.0.1:0"),
            ("gpc-proxy demo --log debug", "127.0.0.1:8080"),
        ] {
            let Some(Command::Demo { listen }) = parse(line).unwrap().command else { panic!("{line}") };
            assert_eq!(listen.to_string(), want, "{line}");
        }
    }

    #[test]
    fn measure_takes_a_folder() {
        let line = "gpc-proxy measure pages --reference r.json --config a.toml --format json --rows 0";
        assert!(matches!(parse(line).unwrap().command, Some(Command::Measure(_))));
    }

    #[test]
    fn wrong_flags_are_told_what_was_expected() {
        for (line, want) in [
            ("gpc-proxy --upstream https://site", "TLS"),
            ("gpc-proxy --upstream site:3000", "http://"),
            ("gpc-proxy --upstream http://site --listen 8080", "invalid socket address"),
            ("gpc-proxy --upstraem http://site", "--upstream"),
            ("gpc-proxy --upstream http://site demo", "demo"),
            ("gpc-proxy measure", "<FOLDER>"),
            ("gpc-proxy measure pages --format xml", "json"),
            ("gpc-proxy", "Usage"),
        ] {
            let error = parse(line).unwrap_err();
            assert!(error.contains(want), "{line}: {error}");
        }
    }
}
