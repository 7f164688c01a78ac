//! What every output format is: a writer that takes reports as they come.
//!
//! A new format is a module with a [`Writer`] and a row in [`FORMATS`].

use std::io::{self, Write};

#[cfg(feature = "formats")]
use super::groups::Groups;
use super::json::ReadError;
use super::{LogReport, Summary};

/// What is known when all logs were read.
#[derive(Debug, Clone, Copy)]
pub struct ScanEnd<'s> {
    /// The logs that could not be read.
    pub errors: &'s [ReadError],
    /// How many logs there were, and how they ended.
    pub summary: &'s Summary,
}

/// Writes the reports of a scan in one format.
pub trait Writer {
    /// Writes what stands before the reports; called once, before the first.
    ///
    /// # Errors
    /// Where the output cannot be written.
    fn begin(&mut self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// Takes the next report.
    ///
    /// # Errors
    /// Where the output cannot be written.
    fn log(&mut self, out: &mut dyn Write, report: &LogReport) -> io::Result<()>;

    /// Writes what stands behind the reports; called once, after the last.
    ///
    /// # Errors
    /// Where the output cannot be written.
    fn end(&mut self, _out: &mut dyn Write, _end: &ScanEnd<'_>) -> io::Result<()> {
        Ok(())
    }
}

/// What a writer may want to know before the first report.
#[cfg(feature = "formats")]
#[derive(Debug)]
pub struct Settings {
    /// Columns of the screen.
    pub width: usize,
    /// Every log is shown in full, not in a row of a table.
    pub in_full: bool,
    /// The groups to put failures into.
    pub groups: Option<Groups>,
    /// The groups were asked for, so they are shown for few logs too.
    pub groups_asked_for: bool,
}

/// An output format.
#[cfg(feature = "formats")]
#[derive(Debug)]
pub struct OutputFormat {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Makes its writer.
    pub writer: fn(Settings) -> Box<dyn Writer + Send>,
}

#[cfg(feature = "formats")]
const fn format(
    name: &'static str,
    about: &'static str,
    writer: fn(Settings) -> Box<dyn Writer + Send>,
) -> OutputFormat {
    OutputFormat {
        name,
        about,
        writer,
    }
}

/// All output formats.
#[cfg(feature = "formats")]
pub static FORMATS: [OutputFormat; 8] = [
    format("text", "For people", |settings| match settings.in_full {
        true => Box::new(super::text::InFull {
            width: settings.width,
        }),
        false => Box::new(super::table::Overview::new(
            settings.groups,
            settings.groups_asked_for,
            settings.width,
        )),
    }),
    format("json", "One JSON document", |settings| {
        Box::new(super::json::Document::new(settings.groups))
    }),
    format("ndjson", "One JSON report a line", |_| {
        Box::new(super::json::Lines)
    }),
    format("csv", "One row a session, for spreadsheets", |_| {
        Box::new(super::csv::Table)
    }),
    format(
        "markdown",
        "What failed, why and what to do, for a ticket",
        |_| Box::new(super::markdown::Page::default()),
    ),
    format(
        "sarif",
        "SARIF 2.1.0, for programs that gather findings",
        |_| Box::new(super::sarif::Run::default()),
    ),
    format("junit", "JUnit XML, for build servers", |_| {
        Box::new(super::junit::Suites)
    }),
    format(
        "html",
        "One page that stands alone, to mail or print",
        |_| Box::new(super::html::Page::default()),
    ),
];
