//! What every output format is: a writer that takes reports as they come.

use std::io::{self, Write};

#[cfg(feature = "formats")]
use super::groups::Groups;
use super::model::ReadError;
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
    /// More is told of each than most readers need.
    pub verbose: bool,
    /// Each log that did not work has a page of its own.
    pub pages: bool,
    /// The groups to put failures into.
    pub groups: Option<Groups>,
    /// The groups were asked for, so they are shown for few logs too.
    pub groups_asked_for: bool,
}
