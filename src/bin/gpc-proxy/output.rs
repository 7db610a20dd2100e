//! Reports on standard output: tables for people, JSON for machines.

use std::io::{self, BufWriter, StdoutLock, Write};

use clap::ValueEnum;
use serde::Serialize;

/// For whom a report is.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    /// Tables for people
    Text,
    /// Everything, for machines
    Json,
}

/// Prints a report; `text` writes it for people.
pub(crate) fn print<R: Serialize>(
    format: Format,
    report: &R,
    text: impl FnOnce(&mut BufWriter<StdoutLock<'static>>, &R) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match format {
        Format::Text => text(&mut out, report),
        Format::Json => serde_json::to_writer_pretty(&mut out, report).map_err(io::Error::from),
    };
    match written.and_then(|()| writeln!(out)).and_then(|()| out.flush()) {
        // Whoever reads has seen enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
