//! A run while its lines come in. What a report can need is kept, with a bound on each.

use super::grammar::{Record, What};
use crate::formats::MOST_STEPS;
use crate::formats::blame::Problem;
use crate::formats::codes::{code_in, exit_code, number, outcome, succeeded};
use crate::formats::lines::{KeptLine, clip, push_bounded};
use crate::formats::scan::{Words, after, between, until};
use crate::formats::stamp::{Stamp, duration, set_times};
use crate::run::{Failure, NamedLog, Operation, Outcome, Run, SlowAction};
use crate::text::Line;

/// Most lines of a run that may prove something; the first and the last are kept.
const FOUND: usize = 20;
/// Most logs of packages of a run.
const LOGS: usize = 20;

/// A line that may prove something.
pub(super) type Found = Problem<What>;

/// A run while its lines come in.
#[derive(Debug, Default)]
pub(super) struct State {
    pub run: Run,
    /// The package that has its turn and what went wrong, without what a package said that worked
    /// in the end.
    pub found: Vec<Found>,
    /// Where this log was written.
    pub log: Option<String>,
    /// The result of the whole.
    pub result: Option<u32>,
    began: bool,
    undone: bool,
    first: Option<Stamp>,
    last: Option<Stamp>,
    /// The package whose time runs, its line and its begin.
    clock: Option<(String, u64, Stamp)>,
}

impl State {
    /// The record is the first one of another run.
    pub fn is_over(&self, record: &Record<'_>) -> bool {
        const STARTS: Words = Words::new("Name=OBootStrapper::Run Description=Begin ");
        self.began && (record.what == What::Began || STARTS.find(record.text).is_some())
    }

    pub fn take(&mut self, line: &Line<'_>, record: &Record<'_>) {
        let [first, last] = &mut self.run.lines;
        *first = if *first == 0 { line.number } else { *first };
        *last = line.number;
        self.first = self.first.or(record.stamp);
        self.last = record.stamp.or(self.last);
        self.time(line.number, record);
        match record.what {
            What::Began => self.began = true,
            What::Finished => {
                let code = after(record.text, "Return code: ").and_then(number);
                self.result = code.or(self.result);
                if code.is_some_and(|code| !succeeded(code)) {
                    self.keep(line, record);
                }
            }
            // What goes wrong while changes are undone is no cause.
            _ if self.undone => self.fact(record),
            What::RollingBack => {
                self.keep(line, record);
                self.undone = true;
            }
            what if what < What::RollingBack => self.keep(line, record),
            What::Answer if matches!(record.text, "4" | "5") => {
                self.found.pop_if(|last| last.about == What::Message);
            }
            What::Package if self.package() != Some(record.text) => {
                self.found.retain(|found| found.about < What::Package);
                self.keep(line, record);
            }
            What::PackageWorked => self.found.retain(|found| found.about == What::Cancelled),
            What::PackageLog => {
                let log = self.package().map(|package| NamedLog {
                    of: package.to_owned(),
                    path: clip(record.text),
                    line: line.number,
                    product_code: None,
                });
                if let Some(log) = log {
                    push_bounded(&mut self.run.logs, log, LOGS);
                    self.keep(line, record);
                }
            }
            _ => self.fact(record),
        }
    }

    /// The package that has its turn, or had it as the chain stopped.
    pub fn package(&self) -> Option<&str> {
        let package = self.found.iter().find(|found| found.about == What::Package);
        package.map(|package| package.message.as_str())
    }

    /// Stops the time of the package before, where the line says when.
    fn time(&mut self, line: u64, record: &Record<'_>) {
        let known = self.clock.as_ref().map(|(name, ..)| name.as_str());
        let (stamp, next) = match (record.stamp, record.what) {
            (Some(stamp), What::Package) if known != Some(record.text) => (stamp, true),
            (Some(stamp), What::PackageWorked | What::RollingBack | What::Finished) => {
                (stamp, false)
            }
            _ => return,
        };
        let steps = &mut self.run.slowest;
        if let Some((action, line, from)) = self.clock.take()
            && let Some(ms) = duration(from, stamp).filter(|ms| *ms > 0)
        {
            steps.push(SlowAction { action, ms, line });
        }
        if steps.len() > 2 * MOST_STEPS {
            *steps = SlowAction::slowest(std::mem::take(steps), MOST_STEPS);
        }
        self.clock = next.then(|| (clip(record.text), line, stamp));
    }

    fn keep(&mut self, line: &Line<'_>, record: &Record<'_>) {
        // Windows Installer says it, and then the setup says that it does not show it.
        let again = |last: &Found| last.about == What::Message && last.message == record.text;
        if self.found.last().is_some_and(again) {
            return;
        }
        let given = after(record.text, "Return code: ").or(after(record.text, "ErrorCode: "));
        let found = Found {
            at: KeptLine::new(line.number, line.text),
            message: clip(record.text),
            number: None,
            about: record.what,
            code: given.map_or_else(|| code_in(record.text), number),
        };
        push_bounded(&mut self.found, found, FOUND);
    }

    /// What the run is about.
    fn fact(&mut self, record: &Record<'_>) {
        let (product, machine) = (&mut self.run.product, &mut self.run.machine);
        let text = record.text;
        let told = match record.what {
            What::SetupLog => Some((&mut self.log, text.trim_end_matches('.'))),
            What::Version => Some((&mut product.version, text)),
            What::Windows => Some((&mut machine.windows, until(text, " "))),
            What::Chosen => Some((&mut product.name, text)),
            What::Offered if product.name.is_none() && !text.contains(' ') => {
                Some((&mut product.name, text))
            }
            What::Bits => match between(text, "on a ", "-bit operating system") {
                Some("64") => Some((&mut machine.arch, "x64")),
                Some("32") => Some((&mut machine.arch, "x86")),
                _ => None,
            },
            _ => None,
        };
        if let Some((place, text)) = told {
            *place = Some(clip(text));
        }
        let command = match record.what {
            What::CommandLine | What::Mode => text.to_ascii_lowercase(),
            _ => return,
        };
        self.run.operation = match self.run.operation {
            _ if command.contains(" /uninstall") => Operation::Uninstall,
            _ if command.contains(" /repair") => Operation::Repair,
            Operation::Unknown if command.starts_with("install") => Operation::Install,
            known => known,
        };
    }

    fn outcome(&self) -> Outcome {
        let any = |what: &[What]| self.found.iter().any(|f| what.contains(&f.about));
        match self.result {
            Some(code) if outcome(code) != Outcome::Failed => outcome(code),
            _ if any(&[What::Cancelled]) => Outcome::Cancelled,
            Some(_) => Outcome::Failed,
            None if any(&[What::ActionFailed, What::PackageError, What::RollingBack]) => {
                Outcome::Failed
            }
            None => Outcome::Incomplete,
        }
    }

    /// The run; `blame` says why it failed.
    pub fn into_run(mut self, blame: impl FnOnce(&Self) -> Failure) -> Run {
        let mut run = std::mem::take(&mut self.run);
        run.outcome = self.outcome();
        let failed = run.outcome.failed();
        run.failure = failed.then(|| blame(&self));
        run.slowest = SlowAction::slowest(run.slowest, MOST_STEPS);
        set_times(&mut run, self.first, self.last);
        run.exit_code = self.result.map(exit_code);
        run
    }
}
