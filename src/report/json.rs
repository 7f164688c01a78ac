//! JSON and JSON Lines: the contract that scripts rely on.
//!
//! Reports are written as they come, so that a document over a million logs takes no more memory
//! than one over two.

use std::io::{self, Write};

use serde::Serialize;

#[cfg(feature = "text")]
use super::groups::Groups;
pub use super::model::ReadError;
use super::model::{LogReport, SCHEMA};
use super::writer::{ScanEnd, Writer};
use crate::diagnosis::{Code, CodeSpace};

/// One document over many logs:
/// `{"schema": "msilog/1", "logs": […], "errors": […], "summary": {…}, "groups": {…}}`.
#[derive(Debug, Default)]
pub struct Document {
    logs: usize,
    #[cfg(feature = "text")]
    groups: Option<Groups>,
}

impl Document {
    /// A document with these groups, where there are any.
    #[cfg(feature = "text")]
    #[must_use]
    pub fn new(groups: Option<Groups>) -> Self {
        Self { logs: 0, groups }
    }
}

impl Writer for Document {
    fn log(&mut self, out: &mut dyn Write, report: &LogReport) -> io::Result<()> {
        #[cfg(feature = "text")]
        if let Some(groups) = &mut self.groups {
            groups.add(report);
        }
        if self.logs == 0 {
            write!(out, "{{\n  \"schema\": \"{SCHEMA}\",\n  \"logs\": [\n    ")?;
        } else {
            out.write_all(b",\n    ")?;
        }
        self.logs += 1;
        out.write_all(indented(report, "    ")?.as_bytes())
    }

    fn end(&mut self, out: &mut dyn Write, end: &ScanEnd<'_>) -> io::Result<()> {
        match self.logs {
            0 => write!(out, "{{\n  \"schema\": \"{SCHEMA}\",\n  \"logs\": [],\n")?,
            _ => out.write_all(b"\n  ],\n")?,
        }
        let errors = indented(end.errors, "  ")?;
        let summary = indented(end.summary, "  ")?;
        write!(out, "  \"errors\": {errors},\n  \"summary\": {summary}")?;
        #[cfg(feature = "text")]
        if let Some(groups) = &self.groups {
            let groups = groups.document();
            write!(out, ",\n  \"groups\": {}", indented(&groups, "  ")?)?;
        }
        out.write_all(b"\n}\n")
    }
}

/// One report a line.
#[derive(Debug)]
pub struct Lines;

impl Writer for Lines {
    fn log(&mut self, out: &mut dyn Write, report: &LogReport) -> io::Result<()> {
        line(out, report)
    }
}

/// The word that JSON has for a choice.
pub(crate) fn word(choice: &impl Serialize) -> Option<String> {
    match serde_json::to_value(choice) {
        Ok(serde_json::Value::String(word)) => Some(word),
        _ => None,
    }
}

/// A code as tables have it: HRESULTs as `0x…`, others decimal.
pub(crate) fn code_number(code: &Code) -> Option<String> {
    let value = code.value?;
    Some(match code.space {
        CodeSpace::Hresult => format!("0x{value:08X}"),
        _ => value.to_string(),
    })
}

/// Pretty JSON inside an outer one. No line end stands inside a JSON string, so every one in the
/// text may be moved.
fn indented<T: Serialize + ?Sized>(value: &T, by: &str) -> io::Result<String> {
    Ok(serde_json::to_string_pretty(value)?.replace('\n', &format!("\n{by}")))
}

/// Writes one report as one line.
///
/// # Errors
/// What the writer gives.
pub fn line(out: &mut dyn Write, report: &LogReport) -> io::Result<()> {
    serde_json::to_writer(&mut *out, report)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Summary;
    use crate::report::tests::specimen;

    fn document(logs: &[LogReport], errors: &[ReadError]) -> serde_json::Value {
        let mut out = Vec::new();
        let mut document = Document::default();
        logs.iter()
            .for_each(|log| document.log(&mut out, log).unwrap());
        let summary = &Summary::default();
        document
            .end(&mut out, &ScanEnd { errors, summary })
            .unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn a_document_holds_what_went_in() {
        let logs = [specimen::failure(), specimen::success()];
        let errors = [ReadError {
            path: "a\nb".into(),
            message: "gone\n".into(),
        }];
        let value = document(&logs, &errors);
        assert_eq!(value["schema"], SCHEMA);
        assert_eq!(value["errors"][0]["path"], "a\nb");
        assert_eq!(value["summary"]["failed"], 0);
        let back: Vec<LogReport> = serde_json::from_value(value["logs"].clone()).unwrap();
        assert_eq!(back, logs);
        assert_eq!(document(&[], &[])["logs"], serde_json::json!([]));
    }

    #[test]
    fn a_line_is_one_line() {
        let mut report = specimen::failure();
        report.path = "two\nlines".into();
        let mut out = Vec::new();
        line(&mut out, &report).unwrap();
        assert_eq!(out.iter().filter(|b| **b == b'\n').count(), 1);
        assert_eq!(serde_json::from_slice::<LogReport>(&out).unwrap(), report);
    }
}
