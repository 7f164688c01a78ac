//! The run of a WiX Burn bundle, from the records of its log.
//!
//! A bundle has no actions but packages: it plans them, fetches them, carries them out one by one
//! and undoes them where one fails. What a report can need is kept, the rest is dropped, so memory
//! does not grow with the log.

mod blame;
mod builder;
mod culprit;
mod errors;
mod finish;
mod grammar;
#[cfg(test)]
mod tests;

pub use grammar::{Kind, Record, parse};

use std::collections::HashMap;

use super::lines::{KeptLine, ResultLine, Room, Runs};
use super::stamp::Stamp;
use super::{Format, LogRuns, Shape, Told};
use crate::run::{Operation, Run};
use crate::text::Line;
use errors::{About, Area, Execution};

type Problem = super::blame::Problem<About>;

/// A package of the bundle.
#[derive(Debug, Clone, Default)]
struct Package {
    /// Its id in the bundle.
    id: String,
    /// What was done when it was its turn.
    action: Option<String>,
    /// The line that names the package's own log, where it writes one.
    log: Option<KeptLine>,
    /// Path of the package's own log.
    log_path: Option<String>,
    /// Where it began.
    applying: Option<KeptLine>,
    /// When.
    begun: Option<Stamp>,
    /// Where it ended; the failure where it was applied several times and failed once.
    applied: Option<ResultLine>,
    /// Where it was undone.
    undone: Option<ResultLine>,
    /// Exit code of its program (Burn 4 and later).
    process_exit: Option<ResultLine>,
    /// Where the user interface asked to try it once more.
    retried: Option<ResultLine>,
    /// Where the bundle said that it goes on without it.
    not_vital: Option<ResultLine>,
    /// How often it was begun anew.
    attempt: u32,
    /// From begin to end, in milliseconds.
    duration_ms: Option<u64>,
}

impl Package {
    /// The line that says that it failed, where it did not work later on.
    fn failure(&self) -> Option<&ResultLine> {
        let last = self.applied.as_ref().or(self.retried.as_ref());
        last.filter(|result| result.failed())
    }
}

/// What a package said of its failure.
#[derive(Debug, Clone)]
struct Said {
    /// The line.
    at: KeptLine,
    /// The words.
    words: String,
    /// Number of the message of Windows Installer.
    number: Option<i64>,
    /// Id of the package, where the line names it.
    package: Option<String>,
    /// The bundle's user interface passed it on; else it stands between the lines of the bundle.
    passed_on: bool,
}

/// One run of a bundle, while its lines come in and when they are over.
#[derive(Debug, Default)]
struct Bundle {
    /// What all kinds of logs have. The product's code is the one under which Windows lists the
    /// bundle; its package is the bundle's own path, as the user started it.
    run: Run,
    /// Path of the log itself.
    log_path: Option<String>,
    /// What it set out to do, as the log words it: `Install`, `Modify`, `Layout`, …
    action: Option<String>,
    /// What the command line asks for.
    asked: Operation,
    /// An older bundle gives way to it.
    replaces: bool,
    /// It needs a restart.
    restart: bool,
    /// The packages, in the order in which the log first names them.
    packages: Vec<Package>,
    /// Where they stand, by their ids.
    index: HashMap<String, usize, foldhash::fast::RandomState>,
    /// What went wrong, in the order of the log; with very many, the first and the last.
    problems: Vec<Problem>,
    /// The last condition, where it did not hold.
    condition: Option<KeptLine>,
    /// The condition that did not hold before the bundle was blocked.
    false_condition: Option<KeptLine>,
    /// The line that says that a newer bundle is installed.
    downgrade: Option<KeptLine>,
    /// Failed detection or planning.
    early_failure: Option<ResultLine>,
    /// `Apply complete`.
    apply: Option<ResultLine>,
    /// The exit code's line.
    exit: Option<ResultLine>,
    /// What packages said of their failures.
    said: Vec<Said>,
    /// What is carried out.
    execution: Option<Execution>,
    main_thread: Option<(u32, u32)>,
    /// What is fetched: the package, or the payload where it is none of a package; and the payload.
    acquiring: Option<(String, String)>,
    first: Option<Stamp>,
    last: Option<Stamp>,
    /// The last line on which the plan or a package began.
    progress: u64,
    chain: u32,
    chain_open: bool,
    chain_broken: bool,
    room: Room,
}

impl Bundle {
    /// The package with this id.
    fn package(&self, id: &str) -> Option<&Package> {
        self.packages.get(*self.index.get(id)?)
    }

    /// What the run as a whole ended with: the result of carrying out the plan where that failed,
    /// else the exit code, else a failed detection or planning.
    fn last_result(&self) -> Option<&ResultLine> {
        let apply = self.apply.as_ref();
        apply
            .filter(|result| result.failed())
            .or(self.exit.as_ref())
            .or(apply)
            .or(self.early_failure.as_ref())
    }
}

/// The log of a bundle.
#[derive(Debug, Default)]
pub struct BurnFormat {
    bundle: Bundle,
    over: Runs<Bundle>,
    records: u64,
    /// Its lines have what Burn puts before the words.
    framed: bool,
    before: grammar::Before,
    /// The last line that was its own.
    own: u64,
}

impl BurnFormat {
    fn take(&mut self, line: &Line<'_>, record: &grammar::Record<'_>) {
        if self.bundle.is_over(record) && self.over.can_take(&self.bundle.room) {
            let mut over = std::mem::take(&mut self.bundle);
            over.finish(line.number - 1);
            self.over.all.push(over);
            // The times of a run are those of its own lines.
            self.before = grammar::Before::default();
        }
        self.bundle.push(line.number, line.text, record);
    }
}

impl Format for BurnFormat {
    fn take_own(&mut self, line: &Line<'_>) -> bool {
        if line.text.starts_with('[') && grammar::is_idle(&self.before, line.text) {
            self.records += 1;
            self.bundle.pass(line.number);
        } else if may_be(line.text)
            && let Some(record) = grammar::parse_after(&mut self.before, line.text)
        {
            self.framed = true;
            self.records += 1;
            self.take(line, &record);
        } else if self.records > 0 && self.own + 1 == line.number && goes_on(line.text) {
            self.bundle.push_foreign(line.number, line.text);
        } else {
            return false;
        }
        self.own = line.number;
        true
    }

    /// Messages of packages stand between the lines of a bundle where somebody pasted them together,
    /// and its own lines may have lost what stood before their words.
    fn take_shared(&mut self, line: &Line<'_>, told: Told) {
        if !told.by_engine
            && told.shape != Shape::Frame
            && let Some((record, telling)) = grammar::bare(line.text)
            && (telling || !self.framed)
        {
            self.records += u64::from(telling);
            self.take(line, &record);
        } else if matches!(told.shape, Shape::Message | Shape::Event | Shape::Text) {
            self.bundle.push_foreign(line.number, line.text);
        }
    }

    /// Its lines are of no other log, so that they win where others are as many.
    fn claim(&self) -> u64 {
        self.records + u64::from(self.records > 0)
    }

    fn finish(mut self: Box<Self>, lines: u64) -> LogRuns {
        self.bundle.finish(lines);
        let (all, notices) = self.over.finish(self.bundle, "bundles");
        LogRuns {
            complete: all.last().is_some_and(|bundle| bundle.exit.is_some()),
            written_as: all.iter().find_map(|bundle| bundle.log_path.clone()),
            notices,
            runs: all.into_iter().map(Bundle::into_run).collect(),
            verbose: true,
            named_after_product: true,
        }
    }
}

/// Behind a record of a bundle its manifest and what its interface keeps stand as XML, hundreds of lines
/// that are no other program's: names of HTML are written small, or in capitals throughout.
fn goes_on(line: &str) -> bool {
    match grammar::without_blanks(line).as_bytes() {
        [b'<', b'/', b'A'..=b'Z', next, ..] | [b'<', b'A'..=b'Z', next, ..] => {
            next.is_ascii_lowercase()
        }
        _ => false,
    }
}

/// Burn lines begin with `[PID:TID]` or `e000:`, perhaps quoted or indented; engine lines, which
/// are most of all, are told by their first letter.
fn may_be(line: &str) -> bool {
    match line.as_bytes() {
        // Other programs write a clock there, and most of those a date before it.
        [b'[', id @ ..] => {
            let mut id = id.iter().take("00000AF0:".len());
            id.find(|byte| matches!(byte, b':' | b'/' | b'-' | b',')) == Some(&b':')
        }
        [first, ..] => b" \t>`-*ewi".contains(first),
        [] => false,
    }
}
