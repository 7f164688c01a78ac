//! What each line of a log is: the cause, what proves it, what only follows, noise, a step of the
//! script, and so on. For views of a whole log; the diagnosis does not need it.
//!
//! Lines are shown to an [`Annotator`] in the order of the log. It keeps what the report says of
//! lines and whether changes are being undone, so its memory does not grow with the log.
//!
//! ```
//! use msilog::annotate::{Annotator, Class, Line};
//! use msilog::{Options, analyse};
//!
//! let log = "\
//! Action start 10:00:00: InstallFiles.\n\
//! Error 1310. Error writing to file: C:\\Program Files\\Example\\a.dll.  System error 5.\n\
//! Action ended 10:00:02: InstallFiles. Return value 3.\n";
//! let report = analyse("example.log", log.as_bytes(), &Options::default())?;
//! let mut annotator = Annotator::new(&report);
//! let lines = (1..).zip(log.lines()).map(|(number, text)| Line { number, text });
//! let classes: Vec<Class> = lines.map(|line| annotator.line(&line).class).collect();
//! assert_eq!(classes, [Class::Action, Class::Cause, Class::FailingLine]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod class;
mod line;
mod told;

use std::borrow::Cow;

pub use crate::text::Line;
pub use class::Class;

use crate::grammar::Side;
use crate::report::LogReport;
use crate::run::Kind;
use line::Reader;
use told::Told;

/// What a line is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// Its class.
    pub class: Class,
    /// More about it: what a code means, what it proves, why it does not matter.
    pub note: Option<Cow<'static, str>>,
}

impl Annotation {
    fn of(class: Class) -> Self {
        Self { class, note: None }
    }

    fn noted(class: Class, note: impl Into<Cow<'static, str>>) -> Self {
        let note = note.into();
        Self {
            class,
            note: (!note.is_empty()).then_some(note),
        }
    }
}

/// Who wrote a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Writer {
    /// The process that asked for the installation.
    Client,
    /// The Windows Installer service.
    Server,
    /// A run inside another one.
    Nested,
}

impl Writer {
    /// A word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
            Self::Nested => "nested",
        }
    }
}

/// Says what the lines of a log are.
#[derive(Debug)]
pub struct Annotator {
    told: Told,
    reader: Reader,
}

impl Annotator {
    /// For the log of this report.
    #[must_use]
    pub fn new(report: &LogReport) -> Self {
        Self {
            told: Told::of(report),
            reader: Reader::new(report.kind == Kind::Burn, exit_codes(report)),
        }
    }

    /// What the next line is: its number is that of the report, its text as it stands in the file.
    pub fn line(&mut self, line: &Line<'_>) -> Annotation {
        let read = self.reader.line(line.text);
        let Some(told) = self.told.get(line.number) else {
            return read;
        };
        // A line that only passes on is explained best by what the report says; its own meaning
        // stays where the report has no words for it.
        Annotation {
            note: told.note.or(read.note),
            ..told
        }
    }

    /// Who wrote the last line, where it says so.
    #[must_use]
    pub fn writer(&self) -> Option<Writer> {
        match self.reader.side? {
            Side::Client => Some(Writer::Client),
            Side::Server => Some(Writer::Server),
            Side::Nested => Some(Writer::Nested),
            Side::Other(_) => None,
        }
    }
}

/// What the sessions ended with, which decides whether some lines tell anything.
fn exit_codes(report: &LogReport) -> Vec<i64> {
    let codes = report.sessions.iter().filter(|s| s.failure.is_some());
    let mut codes: Vec<i64> = codes.filter_map(|session| session.exit_code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

#[cfg(test)]
mod tests;
