//! The runs of a .NET Framework setup program, from the records of its log.
//!
//! The setup has items (packages, patches, programs) that it carries out one by one; the suite
//! setup of Visual Studio calls them components. What a report can need is kept, the rest is
//! dropped, so memory does not grow with the log.

mod blame;
mod builder;
mod culprit;
mod dates;
mod finish;
mod grammar;
mod html;
mod stamp;
#[cfg(test)]
mod tests;
mod wording;
mod words;

use super::lines::KeptLine;
use super::{Format, LogRuns, MOST_STEPS, Shape, Told};
use crate::run::{Kind, Machine, NamedLog, Operation, Outcome, Product, Run, Step};
use crate::text::Line;
use builder::SetupBuilder;
use grammar::Technology;

/// What kind of thing an error line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// A message of Windows Installer that the item sent up.
    Installer,
    /// A condition under which the setup refuses.
    Blocked,
    /// A file could not be fetched, or is not what it should be.
    Check,
    /// The item ended badly.
    Item,
    /// An operation returned an error code.
    Returned,
    /// The log lists it among its errors.
    Event,
}

/// An error line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorLine {
    /// Its number, counted from 1.
    pub line: u64,
    /// The line; of an HTML log, its text.
    pub text: String,
    /// What it says without time stamp and component.
    pub message: String,
    /// What it is.
    pub kind: ErrorKind,
    /// Name of the operation that returned it.
    pub operation: Option<String>,
    /// Index of the item that it belongs to.
    pub item: Option<usize>,
    /// The code on it, as written.
    pub code: Option<u32>,
    /// Number of the Windows Installer message.
    pub number: Option<i64>,
    /// It was written while changes were undone.
    pub rollback: bool,
}

/// How an item ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemEnd {
    /// The line.
    pub line: KeptLine,
    /// It did not work.
    pub failed: bool,
}

/// An item of the setup.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// The file name of its package or program; of a suite's component, its name.
    pub name: String,
    /// What it is made with.
    pub technology: Option<Technology>,
    /// Where it began.
    pub begin: Option<KeptLine>,
    /// Where it ended; the failure where it was tried several times.
    pub end: Option<ItemEnd>,
    /// What the setup does where it fails: `Rollback`, `Stop`, `Ignore`.
    pub on_failure: Option<KeptLine>,
    /// From begin to end, in milliseconds.
    pub duration_ms: Option<u64>,
}

impl Item {
    /// It failed.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.end.as_ref().is_some_and(|end| end.failed)
    }

    /// Its failure does not matter.
    #[must_use]
    pub fn optional(&self) -> bool {
        let ends =
            |line: &KeptLine| line.text.contains("to Ignore") || line.text.contains("to Continue");
        self.on_failure.as_ref().is_some_and(ends)
    }
}

/// An item's own log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemLog {
    /// Name of the item.
    pub item: String,
    /// Path of its log as written, often without a folder.
    pub path: String,
    /// The line that names it.
    pub line: KeptLine,
}

/// The result of the whole setup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinalLine {
    /// The line.
    pub line: KeptLine,
    /// The code as written.
    pub code: u32,
    /// The text beside the code.
    pub message: String,
}

/// One run of a setup program.
#[derive(Debug, Clone, Default)]
pub struct SetupRun {
    /// First line.
    pub first_line: u64,
    /// Last line.
    pub last_line: u64,
    /// What the setup is for.
    pub product: Product,
    /// Where it ran.
    pub machine: Machine,
    /// The command line.
    pub command_line: Option<String>,
    /// What it set out to do.
    pub operation: Operation,
    /// Local time of the first time stamp, `2026-07-07T12:02:17`; `None` where it is in doubt which
    /// number is the month.
    pub started: Option<String>,
    /// As `started`, of the last time stamp.
    pub ended: Option<String>,
    /// From the first to the last time stamp, or as the log says, in milliseconds.
    pub duration_ms: Option<u64>,
    /// The items, in the order of the log.
    pub items: Vec<Item>,
    /// Logs of the items.
    pub logs: Vec<ItemLog>,
    /// What went wrong, in the order of the log.
    pub errors: Vec<ErrorLine>,
    /// The line with the result.
    pub result: Option<FinalLine>,
    /// The exit code; HRESULTs that wrap a system error are unwrapped (`0x80070643`: 1603).
    pub exit_code: Option<i64>,
    /// How it ended.
    pub outcome: Outcome,
    /// The log's own end is there.
    pub complete: bool,
}

impl SetupRun {
    /// The log of an item, the last one where it wrote several.
    #[must_use]
    pub fn log_of(&self, item: &str) -> Option<&ItemLog> {
        self.logs.iter().rfind(|log| log.item == item)
    }

    fn into_run(self) -> Run {
        let (failure, ignored) = blame::diagnose(&self);
        let steps = self.items.iter().filter_map(|item| {
            Some(Step {
                name: item.name.clone(),
                line: item.begin.as_ref()?.line,
                ms: item.duration_ms.filter(|ms| *ms > 0)?,
            })
        });
        let logs = self.logs.iter().map(|log| NamedLog {
            of: log.item.clone(),
            path: log.path.clone(),
            line: log.line.line,
            product_code: None,
        });
        Run {
            lines: [self.first_line, self.last_line],
            steps: Step::slowest(steps.collect(), MOST_STEPS),
            logs: logs.collect(),
            started: self.started,
            ended: self.ended,
            duration_ms: self.duration_ms,
            operation: self.operation,
            packages: self.product.package.clone().into_iter().collect(),
            product: self.product,
            machine: self.machine,
            outcome: self.outcome,
            exit_code: self.exit_code,
            failure,
            ignored,
            ..Run::default()
        }
    }
}

/// The log of a setup program.
#[derive(Debug, Default)]
pub struct SetupFormat {
    builder: SetupBuilder,
}

impl Format for SetupFormat {
    fn kind(&self) -> Kind {
        Kind::NetfxSetup
    }

    fn take_shared(&mut self, line: &Line<'_>, told: Told) {
        if !told.by_engine && told.shape != Shape::Frame {
            self.builder.push(line.number, line.text);
        }
    }

    fn claim(&self) -> u64 {
        self.builder.records()
    }

    fn finish(self: Box<Self>, lines: u64) -> LogRuns {
        let runs = self.builder.finish(lines);
        LogRuns {
            complete: runs.last().is_some_and(|run| run.complete),
            runs: runs.into_iter().map(SetupRun::into_run).collect(),
            verbose: true,
            named_after_product: true,
            ..LogRuns::default()
        }
    }
}
