//! The report as text, for people.

use std::io::{self, Write};

use super::evidence::Party;
use super::report::{Report, Verdict};
use crate::table::Table;

/// Writes all of it, each table with at most `rows` rows (0: all).
pub(super) fn write(out: &mut impl Write, report: &Report, rows: usize) -> io::Result<()> {
    let how = report.browser.as_deref().unwrap_or("its HTML alone");
    writeln!(out, "{}, site {}, by {how}", report.url, report.site)?;
    visits(out, report)?;
    parties(out, report, rows)?;
    cookies(out, report, rows)?;
    strings(out, report)?;
    title(out, "Statements")?;
    let support = &report.support;
    let support = match (support.gpc, &support.last_update) {
        (Some(gpc), Some(day)) => format!("gpc {gpc}, last update {day}"),
        (Some(gpc), None) => format!("gpc {gpc}"),
        (None, _) => "none".to_owned(),
    };
    let mut table = Table::new(&["what", "says"]);
    table.row(["support resource".to_owned(), support]);
    let shown = report.status_shown.as_ref().map_or_else(|| "nothing".to_owned(), |words| format!("{words:?}"));
    table.row(["status on the page".to_owned(), shown]);
    table.write(out, 0)?;
    for (name, lines) in [("Remarks", &report.remarks), ("What this cannot see", &report.limits)] {
        if !lines.is_empty() {
            title(out, name)?;
            lines.iter().try_for_each(|line| writeln!(out, "  - {line}"))?;
        }
    }
    let verdict = match report.verdict {
        Verdict::Honours => "honours",
        Verdict::DoesNot => "does not honour",
        Verdict::CannotTell => "cannot tell",
    };
    write!(out, "\n{verdict}: {}", report.why.join("; "))
}

fn title(out: &mut impl Write, title: &str) -> io::Result<()> {
    writeln!(out, "\n{title}\n")
}

fn visits(out: &mut impl Write, report: &Report) -> io::Result<()> {
    title(out, "Visits")?;
    let mut table = Table::new(&["signal", "Sec-GPC", "property", "status", "cache-control", "vary", "etag"]);
    for (seen, name) in report.visits.iter().zip(["off", "on"]) {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        table.row([
            name.to_owned(),
            if seen.signal { "1" } else { "" }.to_owned(),
            seen.property.map(|property| property.to_string()).unwrap_or_default(),
            seen.status.map(|status| status.to_string()).unwrap_or_else(|| "none".to_owned()),
            text(&seen.cache_control),
            text(&seen.vary),
            text(&seen.etag),
        ]);
    }
    table.write(out, 0)
}

fn parties(out: &mut impl Write, report: &Report, rows: usize) -> io::Result<()> {
    title(out, "Requests to third parties, without the signal and with it")?;
    let mut table = Table::new(&["purpose", "vendor", "hosts", "without", "with", "sale or sharing"]);
    for party in &report.parties {
        table.row([
            party.purpose.map_or_else(|| "not known".to_owned(), |purpose| purpose.to_string()),
            party.vendor.clone().unwrap_or_default(),
            hosts(party),
            party.before.to_string(),
            party.after.to_string(),
            if party.sale_or_sharing { "yes" } else { "" }.to_owned(),
        ]);
    }
    table.write(out, rows)
}

fn hosts(party: &Party) -> String {
    if party.hosts.is_empty() {
        return "(inline script)".to_owned();
    }
    party.hosts.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn cookies(out: &mut impl Write, report: &Report, rows: usize) -> io::Result<()> {
    title(out, "Cookies of third parties, and of vendors on the site's domain")?;
    let mut table = Table::new(&["purpose", "vendor", "cookie", "domain", "without", "with", "sale or sharing"]);
    let there = |there| if there { "there" } else { "" }.to_owned();
    for row in &report.cookies {
        table.row([
            row.purpose.map_or_else(|| "not known".to_owned(), |purpose| purpose.to_string()),
            row.vendor.clone().unwrap_or_default(),
            row.name.clone(),
            row.domain.clone(),
            there(row.before),
            there(row.after),
            if row.sale_or_sharing { "yes" } else { "" }.to_owned(),
        ]);
    }
    table.write(out, rows)
}

fn strings(out: &mut impl Write, report: &Report) -> io::Result<()> {
    title(out, "Privacy strings")?;
    let mut table = Table::new(&["string", "without", "with", "verdict"]);
    for row in &report.strings {
        table.row([
            row.name.clone(),
            row.before.clone().unwrap_or_default(),
            row.after.clone().unwrap_or_default(),
            row.verdict.map_or("says nothing", |verdict| verdict.words()).to_owned(),
        ]);
    }
    table.write(out, 0)
}
