//! CSV for spreadsheets and databases: a row for each session, or one for a log without any.
//!
//! The columns are the first of [`flat::COLUMNS`](super::flat::COLUMNS), up to `first_step`.
//!
//! The text is UTF-8 with a byte order mark: without one Excel reads it in the code page of the
//! machine, and other readers skip it. Lines end with CRLF as RFC 4180 says. A cell that a
//! spreadsheet would take for a formula begins with an apostrophe, except plain numbers and a lone
//! `-`; control characters are shown (`\u{1b}`); a cell ends at 32 000 characters, since a spreadsheet
//! takes no more.

use std::io::{self, Write};

use super::flat::{COLUMNS, IN_CSV, Row};
use super::layout::clean;
use super::model::LogReport;
use super::writer::Writer;
use ::csv::{Terminator, WriterBuilder};

/// Names of the columns.
#[must_use]
pub fn columns() -> [&'static str; IN_CSV] {
    let mut names = [""; IN_CSV];
    let all = names.iter_mut().zip(&COLUMNS);
    all.for_each(|(name, column)| *name = column.name);
    names
}

/// Longest cell, in characters.
const LONGEST: usize = 32_000;

/// Writes rows as reports come.
#[derive(Debug)]
pub struct Table;

impl Writer for Table {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all("\u{feff}".as_bytes())?;
        write_row(out, columns())
    }

    fn log(&mut self, out: &mut dyn Write, log: &LogReport) -> io::Result<()> {
        Row::of(log).try_for_each(|row| {
            let cells = COLUMNS.iter().take(IN_CSV);
            let cells = cells.map(|column| row.value(column).map(|value| value.to_string()));
            write_row(out, cells.map(Option::unwrap_or_default))
        })
    }
}

/// Writes a row of cells, of which neither a spreadsheet nor a terminal takes anything for an order.
///
/// # Errors
/// What the writer gives.
pub fn write_row(
    out: &mut dyn Write,
    cells: impl IntoIterator<Item = impl AsRef<str>>,
) -> io::Result<()> {
    let mut line = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(out);
    line.write_record(cells.into_iter().map(|cell| safe(cell.as_ref())))?;
    line.flush()
}

/// A cell that neither a spreadsheet nor a terminal acts on.
fn safe(text: &str) -> String {
    let mut cell = String::with_capacity(text.len() + 1);
    if is_formula(text) {
        cell.push('\'');
    }
    for part in text.split_inclusive(['\t', '\n', '\r']) {
        let body = part.trim_end_matches(['\t', '\n', '\r']);
        cell.push_str(&clean(body));
        cell.push_str(part.get(body.len()..).unwrap_or_default());
    }
    match cell.char_indices().nth(LONGEST) {
        Some((end, _)) => cell.get(..end).unwrap_or_default().to_owned() + "…",
        None => cell,
    }
}

/// Whether a spreadsheet would calculate with it. The wide forms of the signs count in East Asia.
fn is_formula(text: &str) -> bool {
    let suspect = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    suspect && text != "-" && !is_number(text)
}

/// `-2147023293`, `+1.5`.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, part]
        .iter()
        .all(|half| !half.is_empty() && half.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Kind;
    use crate::report::tests::specimen;

    fn read(reports: &[LogReport]) -> Vec<::csv::StringRecord> {
        let out = specimen::written(&mut Table, reports, &[]);
        assert!(out.starts_with("\u{feff}path,kind,"));
        assert!(out.ends_with("\r\n"));
        let mut reader = ::csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(out.as_bytes());
        reader.records().map(Result::unwrap).collect()
    }

    fn cell<'r>(record: &'r ::csv::StringRecord, name: &str) -> &'r str {
        let place = columns().iter().position(|column| *column == name).unwrap();
        &record[place]
    }

    #[test]
    fn each_session_is_a_row_under_its_columns() {
        let none = LogReport {
            kind: Kind::Unrecognised,
            sessions: Vec::new(),
            ..specimen::success()
        };
        let rows = read(&[specimen::failure(), none]);
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[0].iter().collect::<Vec<_>>(), columns());
        for (name, wanted) in [
            ("path", "pc17/MSI4f2.LOG"),
            ("session", "1"),
            ("outcome", "failed"),
            ("version", "4.2.1"),
            ("duration_ms", "83403"),
            ("exit_code", "1603"),
            ("action", "InstallFiles"),
            ("cause_line", "471"),
            ("code_space", "msi"),
            ("code", "1310"),
            ("nested_code", "5"),
            ("confidence", "high"),
            ("signature", "msi-1310/InstallFiles/5"),
            ("rule", "file-access-denied"),
        ] {
            assert_eq!(cell(&rows[1], name), wanted, "{name}");
        }
        assert!(cell(&rows[1], "first_step").starts_with("Look at the rights"));
        assert_eq!(cell(&rows[2], "kind"), "unrecognised");
        assert_eq!(cell(&rows[2], "session"), "");
    }

    #[test]
    fn a_table_without_logs_has_its_header() {
        assert_eq!(read(&[]).len(), 1);
    }

    #[test]
    fn a_spreadsheet_calculates_nothing() {
        for formula in [
            "=1+1",
            "+cmd|' /C calc'!A0",
            "-1+1",
            "@SUM(A1)",
            "\t=1",
            "＝1",
        ] {
            assert_eq!(safe(formula), format!("'{formula}"));
        }
        for plain in ["-2147023293", "1603", "-", "-0.5", "a=b", ""] {
            assert_eq!(safe(plain), plain);
        }
        assert_eq!(safe("a\u{1b}[31m\nb"), "a\\u{1b}[31m\nb");
        assert_eq!(safe(&"ä".repeat(40_000)).chars().count(), LONGEST + 1);
    }
}
