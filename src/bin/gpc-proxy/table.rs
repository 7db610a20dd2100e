//! Text tables that fit a terminal.

use std::io::{self, Write};

/// No line is longer.
const WIDTH: usize = 100;

/// The width that no column is cut below.
const NARROWEST: usize = 12;

/// Rows with a head. Columns of numbers stand right; where the lines would be too long, the widest column is cut.
#[derive(Debug)]
pub(crate) struct Table {
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(head: &[&'static str]) -> Self {
        Self { head: head.to_vec(), rows: Vec::new() }
    }

    /// Adds a row, with a cell for each column of the head.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(|cell| clean(&cell)).collect());
    }

    /// Writes at most `limit` rows (0: all), and says how many are left out.
    pub(crate) fn write(&self, out: &mut impl Write, limit: usize) -> io::Result<()> {
        if self.rows.is_empty() {
            return writeln!(out, "  none");
        }
        let shown = if limit == 0 { self.rows.len() } else { limit.min(self.rows.len()) };
        let rows = || self.rows.iter().take(shown);
        let columns: Vec<Column> =
            self.head.iter().enumerate().map(|(at, head)| Column::new(head, at, rows())).collect();
        let columns = fitted(columns);
        line(out, &columns, self.head.iter().copied())?;
        for row in rows() {
            line(out, &columns, row.iter().map(String::as_str))?;
        }
        match self.rows.len() - shown {
            0 => Ok(()),
            more => writeln!(out, "  … and {more} more; --rows 0 shows all"),
        }
    }
}

#[derive(Debug)]
struct Column {
    width: usize,
    right: bool,
}

impl Column {
    fn new<'a>(head: &str, at: usize, rows: impl Iterator<Item = &'a Vec<String>>) -> Self {
        let mut column = Self { width: head.chars().count(), right: true };
        for cell in rows.filter_map(|row| row.get(at)) {
            column.width = column.width.max(cell.chars().count());
            column.right &=
                cell.starts_with(|c: char| c.is_ascii_digit()) && !cell.contains(|c: char| c.is_alphabetic());
        }
        column
    }
}

/// Narrows the widest columns until a line fits, which all but absurd tables do.
fn fitted(mut columns: Vec<Column>) -> Vec<Column> {
    loop {
        let total: usize = columns.iter().map(|column| column.width + 2).sum();
        let widest = columns.iter_mut().max_by_key(|column| column.width);
        match widest.filter(|column| total > WIDTH && column.width > NARROWEST) {
            Some(column) => column.width -= (total - WIDTH).min(column.width - NARROWEST).div_ceil(2).max(1),
            None => return columns,
        }
    }
}

fn line<'a>(out: &mut impl Write, columns: &[Column], cells: impl Iterator<Item = &'a str>) -> io::Result<()> {
    let mut text = String::new();
    for (column, cell) in columns.iter().zip(cells) {
        let Column { width, right } = *column;
        let cell = cut(cell, width);
        text.push_str(&if right { format!("  {cell:>width$}") } else { format!("  {cell:width$}") });
    }
    writeln!(out, "{}", text.trim_end())
}

fn cut(cell: &str, width: usize) -> String {
    if cell.chars().count() <= width {
        return cell.to_owned();
    }
    cell.chars().take(width - 1).chain(['…']).collect()
}

/// Pages may put anything into a host; a terminal gets no control characters from them.
fn clean(cell: &str) -> String {
    cell.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(table: &Table, limit: usize) -> String {
        let mut out = Vec::new();
        table.write(&mut out, limit).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_stand_right_and_words_left() {
        let mut table = Table::new(&["host", "urls"]);
        table.row(["a.test".to_owned(), "5".to_owned()]);
        table.row(["b".to_owned(), "12".to_owned()]);
        table.row(["c\u{1b}[2J".to_owned(), "1".to_owned()]);
        assert_eq!(text(&table, 0), "  host    urls\n  a.test     5\n  b         12\n  c\u{fffd}[2J      1\n");
        assert_eq!(text(&Table::new(&["host"]), 0), "  none\n");
        assert_eq!(text(&table, 1), "  host    urls\n  a.test     5\n  … and 2 more; --rows 0 shows all\n");
    }

    #[test]
    fn no_line_is_longer_than_a_terminal() {
        let mut table = Table::new(&["a", "b", "c", "d"]);
        table.row(["é".repeat(300), "2".to_owned(), "x".repeat(90), "y".repeat(30)]);
        for line in text(&table, 0).lines() {
            assert!(line.chars().count() <= WIDTH, "{line}");
        }
    }
}
