//! JSON and JSON Lines: the contract that scripts rely on.

use std::io::{self, Write};

use serde::Serialize;

use super::model::{LogReport, SCHEMA, Summary};

/// A log that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadError {
    /// Path as given.
    pub path: String,
    /// What happened and what to do.
    pub message: String,
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    logs: &'a [&'a LogReport],
    errors: &'a [ReadError],
    summary: &'a Summary,
}

/// Writes one document over all logs.
///
/// # Errors
/// What the writer gives.
pub fn document<W: Write>(
    out: &mut W,
    logs: &[&LogReport],
    errors: &[ReadError],
    summary: &Summary,
) -> io::Result<()> {
    serde_json::to_writer_pretty(
        &mut *out,
        &Document {
            schema: SCHEMA,
            logs,
            errors,
            summary,
        },
    )?;
    out.write_all(b"\n")
}

/// Writes one report as one line.
///
/// # Errors
/// What the writer gives.
pub fn line<W: Write>(out: &mut W, report: &LogReport) -> io::Result<()> {
    serde_json::to_writer(&mut *out, report)?;
    out.write_all(b"\n")
}
