//! The runs of a .NET Framework setup program, from the records of its log.
//!
//! The setup has items (packages, patches, programs) that it carries out one by one; the suite
//! setup of Visual Studio calls them components. What a report can need is kept, the rest is
//! dropped, so memory does not grow with the log.

mod blame;
mod builder;
mod dates;
mod finish;
mod grammar;
mod html;
#[cfg(test)]
mod tests;
mod words;

use super::lines::{KeptLine, ResultLine, Room, Runs};
use super::stamp::Stamp;
use super::{Format, LogRuns, Shape, Told};
use crate::run::{NamedLog, Run};
use crate::text::Line;
use dates::Order;
use grammar::Before;
use html::{Fragments, is_markup};

/// A log that has none of its own wordings in so many lines is another one; it costs nothing more.
const UNKNOWN: u64 = 20_000;

type Problem = super::blame::Problem<About>;

/// What kind of thing an error line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ErrorKind {
    /// A message of Windows Installer that the item sent up.
    Installer,
    /// A condition under which the setup refuses.
    Blocked,
    /// A file could not be fetched, or is not what it should be.
    Check,
    /// A file does not bear the signature that it should, and the setup gives up.
    Untrusted,
    /// The item ended badly.
    Item,
    /// An operation returned an error code.
    Returned,
    /// The log lists it among its errors.
    Event,
}

/// What an error line belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct About {
    /// What it is.
    kind: ErrorKind,
    /// Name of the operation that returned it.
    operation: Option<String>,
    /// Index of the item that it belongs to.
    item: Option<usize>,
    /// It was written while changes were undone.
    rollback: bool,
}

/// An item of the setup.
#[derive(Debug, Clone, Default)]
struct Item {
    /// The file name of its package or program; of a suite's component, its name.
    name: String,
    /// Where it began.
    begin: Option<KeptLine>,
    /// Where it ended; the failure where it was tried several times.
    end: Option<KeptLine>,
    /// It failed.
    failed: bool,
    /// What the setup does where it fails: `Rollback`, `Stop`, `Ignore`.
    on_failure: Option<KeptLine>,
    /// From begin to end, in milliseconds.
    duration_ms: Option<u64>,
}

impl Item {
    /// Its failure does not matter.
    fn optional(&self) -> bool {
        let ends =
            |line: &KeptLine| line.text.contains("to Ignore") || line.text.contains("to Continue");
        self.on_failure.as_ref().is_some_and(ends)
    }
}

/// One run of a setup program, while its lines come in and when they are over.
#[derive(Debug, Default)]
struct Setup {
    /// What all kinds of logs have.
    run: Run,
    /// The command line.
    command_line: Option<String>,
    /// The items, in the order of the log.
    items: Vec<Item>,
    /// Logs of the items, with the lines that name them.
    logs: Vec<(NamedLog, KeptLine)>,
    /// What went wrong, in the order of the log.
    problems: Vec<Problem>,
    /// The line with the result of the whole setup.
    result: Option<ResultLine>,
    /// The text beside the result.
    message: String,
    first: Option<Stamp>,
    last: Option<Stamp>,
    /// Time that the log itself gives.
    elapsed: Option<u64>,
    /// It is a log of the setup's helper, which keeps no result.
    helper: bool,
    /// The list of errors came to its end.
    listed: bool,
    /// It has more than errors; a list of nothing but errors is one of a setup that failed.
    others: bool,
    /// The log of the run came to its end.
    stopped: bool,
    /// The item that is worked on.
    current: Option<usize>,
    begun: Option<Stamp>,
    block: Option<KeptLine>,
    /// The lines under a heading of conditions that stop the setup, while they come in.
    blockers: Option<Vec<KeptLine>>,
    rollback: bool,
    restarting: bool,
    /// Line on which a message of Windows Installer began that is not closed.
    open_message: Option<u64>,
    room: Room,
}

impl Setup {
    fn item(&self, at: Option<usize>) -> Option<&Item> {
        self.items.get(at?)
    }

    /// The log of an item, the last one where it wrote several.
    fn log_of(&self, item: &Item) -> Option<&(NamedLog, KeptLine)> {
        self.logs.iter().rfind(|(log, _)| log.of == item.name)
    }
}

/// The log of a setup program.
#[derive(Debug, Default)]
pub struct SetupFormat {
    setup: Setup,
    over: Runs<Setup>,
    order: Order,
    fragments: Fragments,
    markup: bool,
    /// It is the log of an outer interface, which shows the installer's messages as they are.
    outer: bool,
    records: u64,
    telling: u64,
    /// Lines before the first one that only these logs have.
    unknown: u64,
    before: Before,
}

impl Format for SetupFormat {
    /// A suite's setup puts a stamp of its own before each line, and no other log has one.
    fn take_own(&mut self, line: &Line<'_>) -> bool {
        if self.telling == 0 || self.markup {
            return false;
        }
        if let Some((stamp, text)) = self.before.idle(line.text) {
            self.records += 1;
            self.setup.pass(line.number, stamp, text);
            return true;
        }
        let own = grammar::is_suites(line.text);
        if own {
            self.text(line.number, line.text, false);
            self.before = Before::of(line.text);
        }
        own
    }

    fn take_shared(&mut self, line: &Line<'_>, told: Told) {
        if !told.by_engine && told.shape != Shape::Frame {
            self.push(line.number, line.text);
        }
        if self.outer && told.shape == Shape::Message {
            self.setup.installer_says(line.number, line.text);
        }
    }

    /// How many lines are such as these logs have; none where no line is one that only they have.
    fn claim(&self) -> u64 {
        if self.telling > 0 { self.records } else { 0 }
    }

    fn finish(self: Box<Self>, lines: u64) -> LogRuns {
        let (setups, notices) = self.setups(lines);
        LogRuns {
            complete: setups.last().is_some_and(Setup::is_complete),
            runs: setups.into_iter().map(Setup::into_run).collect(),
            notices,
            verbose: true,
            named_after_product: true,
            ..LogRuns::default()
        }
    }
}

impl SetupFormat {
    fn push(&mut self, number: u64, line: &str) {
        if self.telling == 0 {
            self.unknown += 1;
            if self.unknown > UNKNOWN {
                return;
            }
        }
        if !self.markup && !line.starts_with('<') {
            self.text(number, line, false);
            return;
        }
        if !self.markup && !is_markup(line) {
            return;
        }
        self.markup = true;
        let mut fragments = std::mem::take(&mut self.fragments);
        fragments.each(line, |text, error| self.text(number, text, error));
        self.fragments = fragments;
    }

    fn text(&mut self, number: u64, text: &str, error: bool) {
        let [first, second] = grammar::records(text);
        self.record(number, first, error);
        if !second.is_empty() {
            self.record(number, second, error);
        }
    }

    fn record(&mut self, number: u64, text: &str, error: bool) {
        let Some(record) = grammar::parse(text) else {
            self.setup.blocker(number, text);
            self.setup.continue_message(number, text);
            return;
        };
        self.records += 1;
        self.telling += u64::from(record.is_telling());
        self.outer |= record.found.kind == grammar::Kind::UiProduct;
        if self.setup.is_over(&record) && self.over.can_take(&self.setup.room) {
            self.over.all.push(std::mem::take(&mut self.setup));
        }
        if let Some(stamp) = record.stamp {
            self.order.see(stamp.date);
        }
        let known = record.known_date();
        let first = self.setup.first.or(record.stamp);
        if let (Some(known), Some(stamp)) = (known, first) {
            self.order.compare(stamp.date, known);
        }
        self.setup.take(number, text, &record, error);
    }

    /// The runs, after the last of so many lines, and what was odd.
    fn setups(self, lines: u64) -> (Vec<Setup>, Vec<String>) {
        let (mut all, notices) = self.over.finish(self.setup, "the setup");
        all.iter_mut().for_each(|setup| setup.finish(self.order));
        // What follows the last record that is known belongs to the last run.
        if let Some(setup) = all.last_mut() {
            setup.run.lines[1] = lines.max(setup.run.lines[1]);
        }
        (all, notices)
    }
}
