//! The summary as text, for people.

use std::io::{self, Write};

use crate::table::Table;

use super::summary::{GroupRow, HostRow, ReferenceRows, Summary};

/// Writes all tables, each with at most `rows` rows (0: all).
pub(super) fn write(out: &mut impl Write, summary: &Summary, rows: usize) -> io::Result<()> {
    writeln!(out, "{} pages read", summary.pages)?;
    if summary.pages_without_own_host > 0 {
        writeln!(
            out,
            "{} of them do not say where they live; all hosts are third parties there",
            summary.pages_without_own_host
        )?;
    }
    if summary.over_limit > 0 {
        writeln!(out, "{} tags and inline scripts are too long to be held back, and pass unread", summary.over_limit)?;
    }
    kinds(out, summary)?;
    purposes(out, summary)?;
    vendors(out, summary, rows)?;
    hosts(out, "Kept hosts of third parties", &summary.kept_hosts, true, rows)?;
    hosts(out, "Hosts that no rule knows", &summary.unknown_hosts, false, rows)?;
    summary.reference.as_ref().map_or(Ok(()), |reference| compared(out, reference, rows))
}

fn title(out: &mut impl Write, title: &str) -> io::Result<()> {
    writeln!(out, "\n{title}\n")
}

fn kinds(out: &mut impl Write, summary: &Summary) -> io::Result<()> {
    title(out, "URLs by kind of tag: of the page's own site (its registrable domain), and of third parties")?;
    let mut table = Table::new(&["kind", "seen", "own", "own withheld", "third party", "withheld", "kept"]);
    for row in &summary.kinds {
        let counts = [row.seen, row.own, row.own_withheld, row.third_party, row.withheld, row.kept];
        table.row([row.kind.to_owned()].into_iter().chain(counts.map(|count| count.to_string())));
    }
    table.write(out, 0)?;
    title(out, "Inline scripts")?;
    let inline = &summary.inline_scripts;
    let mut table =
        Table::new(&["seen", "withheld", "statements cut", "kept, with a vendor's signature", "kept, without"]);
    let kept = [inline.kept_with_signature, inline.kept_without];
    let counts = [inline.seen, inline.withheld, inline.statements_withheld].into_iter().chain(kept);
    table.row(counts.map(|count| count.to_string()));
    table.write(out, 0)
}

fn purposes(out: &mut impl Write, summary: &Summary) -> io::Result<()> {
    title(out, "Tags and inline scripts by purpose")?;
    let mut table = Table::new(&["purpose", "vendors", "withheld", "kept"]);
    for row in &summary.purposes {
        let counts = [row.withheld, row.kept].map(|count| count.to_string());
        table.row([row.purpose.to_string(), row.vendors.to_string()].into_iter().chain(counts));
    }
    table.write(out, 0)
}

fn vendors(out: &mut impl Write, summary: &Summary, rows: usize) -> io::Result<()> {
    title(out, "Tags and inline scripts by vendor")?;
    let mut table = Table::new(&["vendor", "company", "purpose", "withheld", "kept", "pages"]);
    for row in &summary.vendors {
        let counts = [row.withheld.to_string(), row.kept.to_string(), row.pages.to_string()];
        table.row([row.vendor.clone(), row.company.clone(), row.purpose.to_string()].into_iter().chain(counts));
    }
    table.write(out, rows)
}

fn hosts(out: &mut impl Write, name: &str, hosts: &[HostRow], known: bool, rows: usize) -> io::Result<()> {
    title(out, name)?;
    let mut table = Table::new(if known {
        &["host", "URLs", "pages", "kind", "vendor", "purpose"]
    } else {
        &["host", "URLs", "pages", "kind", "example"]
    });
    for row in hosts {
        let mut cells = vec![row.host.clone(), row.urls.to_string(), row.pages.to_string(), row.kind.to_owned()];
        if known {
            cells.push(row.vendor.clone().unwrap_or_default());
            cells.push(row.purpose.map(|purpose| purpose.to_string()).unwrap_or_default());
        } else {
            cells.push(row.example.clone());
        }
        table.row(cells);
    }
    table.write(out, rows)
}

fn compared(out: &mut impl Write, reference: &ReferenceRows, rows: usize) -> io::Result<()> {
    title(out, "URLs of hosts that the reference calls trackers")?;
    let mut table = Table::new(&["category", "URLs", "withheld"]);
    for row in &reference.categories {
        table.row([row.category.to_owned(), row.urls.to_string(), row.withheld.to_string()]);
    }
    table.write(out, 0)?;
    match reference.recall {
        Some(recall) => {
            writeln!(out, "\nrecall: {} of {} withheld, {:.1} %", reference.withheld, reference.urls, recall * 100.0)?;
        }
        None => writeln!(out, "\nrecall: none to withhold")?,
    }
    groups(out, "Misses: the reference calls the host a tracker, and the URL is kept", &reference.misses, rows)?;
    groups(out, "Extras: withheld, and the reference does not call the host a tracker", &reference.extras, rows)
}

fn groups(out: &mut impl Write, name: &str, groups: &[GroupRow], rows: usize) -> io::Result<()> {
    title(out, name)?;
    let mut table = Table::new(&["host and path", "URLs", "pages", "kind", "reference", "vendor", "why"]);
    for row in groups {
        table.row([
            row.place.clone(),
            row.urls.to_string(),
            row.pages.to_string(),
            row.kind.to_owned(),
            row.category.clone().unwrap_or_else(|| "not there".to_owned()),
            row.vendor.clone().unwrap_or_default(),
            row.why.clone(),
        ]);
    }
    table.write(out, rows)
}
