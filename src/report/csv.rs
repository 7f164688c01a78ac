//! CSV for spreadsheets and databases: a row for each session, or one for a log without any.
//!
//! The columns are stable: new ones are only ever added at the end. In this order:
//!
//! | column | content |
//! |---|---|
//! | `path`, `kind` | the log as given, and what it is |
//! | `session` | which session of the log, counted from 1; empty where it has none |
//! | `outcome`, `operation` | the words of the JSON output |
//! | `product`, `version`, `product_code`, `dotnet` | what was installed |
//! | `machine`, `windows` | where |
//! | `started`, `duration_ms` | local time of that machine; milliseconds |
//! | `exit_code`, `exit_name` | `1603`, `ERROR_INSTALL_FAILURE` |
//! | `action` | the innermost action that failed |
//! | `cause_line`, `cause_text` | the line that says why |
//! | `code_space`, `code`, `code_meaning`, `nested_code` | what it carries; HRESULTs as `0x…`, others decimal |
//! | `confidence`, `signature` | of the cause; the name of the cause |
//! | `rule`, `remedy_title`, `first_step` | the best remedy |
//!
//! The text is UTF-8 with a byte order mark: without one Excel reads it in the code page of the
//! machine, and other readers skip it. Lines end with CRLF as RFC 4180 says. A cell that a
//! spreadsheet would take for a formula begins with an apostrophe, except plain numbers and a lone
//! `-`; control characters are shown (`\u{1b}`); a cell ends at 32 000 characters, since a spreadsheet
//! takes no more.

use std::io::{self, Write};

use ::csv::{Terminator, WriterBuilder};
use serde::Serialize;

use super::layout::clean;
use super::model::{LogReport, SessionReport};
use crate::diagnosis::{Code, CodeSpace, Failure};

/// Names of the columns.
pub const COLUMNS: [&str; 27] = [
    "path",
    "kind",
    "session",
    "outcome",
    "operation",
    "product",
    "version",
    "product_code",
    "dotnet",
    "machine",
    "windows",
    "started",
    "duration_ms",
    "exit_code",
    "exit_name",
    "action",
    "cause_line",
    "cause_text",
    "code_space",
    "code",
    "code_meaning",
    "nested_code",
    "confidence",
    "signature",
    "rule",
    "remedy_title",
    "first_step",
];

/// Longest cell, in characters.
const LONGEST: usize = 32_000;

/// Writes rows as reports come.
#[derive(Debug, Default)]
pub struct Table {
    begun: bool,
}

impl Table {
    /// Writes the rows of a log.
    ///
    /// # Errors
    /// What the writer gives.
    pub fn log<W: Write>(&mut self, out: &mut W, report: &LogReport) -> io::Result<()> {
        self.begin(out)?;
        if report.sessions.is_empty() {
            return row(out, &cells(report, None));
        }
        (1..)
            .zip(&report.sessions)
            .try_for_each(|numbered| row(out, &cells(report, Some(numbered))))
    }

    /// Writes the header where no log came.
    ///
    /// # Errors
    /// What the writer gives.
    pub fn end<W: Write>(mut self, out: &mut W) -> io::Result<()> {
        self.begin(out)
    }

    fn begin<W: Write>(&mut self, out: &mut W) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        out.write_all("\u{feff}".as_bytes())?;
        row(out, &COLUMNS.map(str::to_owned))
    }
}

fn row<W: Write>(out: &mut W, cells: &[String]) -> io::Result<()> {
    let mut line = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    line.write_record(cells)?;
    let line = line.into_inner().map_err(|e| e.into_error())?;
    out.write_all(&line)
}

/// The cells of a row, in the order of [`COLUMNS`].
fn cells(report: &LogReport, session: Option<(usize, &SessionReport)>) -> Vec<String> {
    let mut cells = vec![Some(report.path.clone()), Some(word(&report.kind))];
    cells.push(session.map(|(number, _)| number.to_string()));
    if let Some((_, session)) = session {
        cells.extend(of_session(session));
        cells.extend(session.failure.iter().flat_map(of_failure));
    }
    cells.resize(COLUMNS.len(), None);
    cells
        .into_iter()
        .map(|cell| safe(&cell.unwrap_or_default()))
        .collect()
}

/// `outcome` to `exit_name`.
fn of_session(session: &SessionReport) -> [Option<String>; 12] {
    let product = &session.product;
    [
        Some(word(&session.outcome)),
        Some(word(&session.operation)),
        product.name.clone(),
        product.version.clone(),
        product.code.clone(),
        session.dotnet.as_ref().map(ToString::to_string),
        session.machine.name.clone(),
        session.machine.windows.clone(),
        session.started.clone(),
        session.duration_ms.map(|ms| ms.to_string()),
        session.exit_code.map(|code| code.to_string()),
        session.exit_name.clone(),
    ]
}

/// `action` to `first_step`.
fn of_failure(failure: &Failure) -> [Option<String>; 12] {
    let cause = failure.cause.as_ref();
    let code = cause
        .map(|cause| &cause.code)
        .filter(|code| code.value.is_some());
    let remedy = failure.remedies.first();
    [
        failure.action.clone(),
        cause.map(|cause| cause.line.to_string()),
        cause.map(|cause| cause.text.clone()),
        code.map(|code| word(&code.space)),
        code.and_then(number),
        code.and_then(|code| code.meaning.clone()),
        cause
            .and_then(|cause| cause.nested_code.as_ref())
            .and_then(number),
        cause.map(|cause| word(&cause.confidence)),
        Some(failure.signature.clone()),
        remedy.map(|remedy| remedy.rule.clone()),
        remedy.map(|remedy| remedy.title.clone()),
        remedy.and_then(|remedy| remedy.steps.first().cloned()),
    ]
}

fn number(code: &Code) -> Option<String> {
    let value = code.value?;
    Some(match code.space {
        CodeSpace::Hresult => format!("0x{value:08X}"),
        _ => value.to_string(),
    })
}

/// The word that JSON has for a choice.
fn word<T: Serialize>(choice: &T) -> String {
    match serde_json::to_value(choice) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
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
    use super::super::specimen;
    use super::*;
    use crate::report::Kind;

    fn read(reports: &[LogReport]) -> Vec<::csv::StringRecord> {
        let mut out = Vec::new();
        let mut table = Table::default();
        reports
            .iter()
            .for_each(|report| table.log(&mut out, report).unwrap());
        table.end(&mut out).unwrap();
        assert!(out.starts_with("\u{feff}path,kind,".as_bytes()));
        assert!(out.ends_with(b"\r\n"));
        let mut reader = ::csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(out.as_slice());
        reader.records().map(Result::unwrap).collect()
    }

    fn cell<'r>(record: &'r ::csv::StringRecord, name: &str) -> &'r str {
        let place = COLUMNS.iter().position(|column| *column == name).unwrap();
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
        assert_eq!(rows[0].iter().collect::<Vec<_>>(), COLUMNS);
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
