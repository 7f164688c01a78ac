//! Builds a bundle's run from its records.

use std::collections::HashMap;

use super::errors::{Execution, area, thread};
use super::grammar::{Kind, Level, Phase, Record};
use super::{Area, BundleRun, ErrorLine, Package};
use crate::formats::codes::succeeded;
use crate::formats::lines::{KeptLine, ResultLine, clip, head, push_bounded};
use crate::formats::stamp::{self, Stamp};
use crate::run::Operation;

/// Error lines that are kept.
const ERRORS: usize = 200;
/// Messages of packages that are kept.
const FOREIGN: usize = 20;
/// Packages that are kept; the largest known bundles have about a thousand.
const PACKAGES: usize = 2_000;
/// Bytes of a message that tell what it is about.
const WORDS: usize = 1024;

/// Takes records in and gives the run out.
#[derive(Debug, Default)]
pub struct BundleBuilder {
    pub(super) run: BundleRun,
    pub(super) index: HashMap<String, usize>,
    pub(super) begun: HashMap<usize, Stamp>,
    pub(super) execution: Option<Execution>,
    pub(super) main_thread: Option<(u32, u32)>,
    /// What is fetched: the package, or the payload where it is none of a package; and the payload.
    pub(super) acquiring: Option<(String, String)>,
    pub(super) condition: Option<KeptLine>,
    pub(super) asked: Operation,
    pub(super) replaces: bool,
    pub(super) restart: bool,
    pub(super) first: Option<Stamp>,
    pub(super) last: Option<Stamp>,
    pub(super) progress: u64,
    pub(super) chain: u32,
    pub(super) chain_open: bool,
    pub(super) chain_broken: bool,
}

impl BundleBuilder {
    /// The record is the first one of another run: finish this one before it is taken in.
    #[must_use]
    pub fn is_over(&self, record: &Record) -> bool {
        let ended = self.run.exit.is_some() || self.run.apply.is_some();
        ended && matches!(record.kind, Kind::Start { .. })
    }

    /// Takes a record in. `text` is the line as it stands in the log.
    pub fn push(&mut self, number: u64, text: &str, record: &Record) {
        self.clock(number, record);
        match record.kind {
            Kind::Start { .. }
            | Kind::CommandLine(_)
            | Kind::Variable { .. }
            | Kind::Registration { .. }
            | Kind::RemovingBundle { .. }
            | Kind::Provider { .. } => self.fact(number, text, record.kind),
            Kind::Applying { .. }
            | Kind::Applied { .. }
            | Kind::ProcessExited { .. }
            | Kind::RetryPackage { .. }
            | Kind::NotVital { .. } => self.package_step(number, text, record),
            Kind::Acquiring { .. } | Kind::RetryAcquire | Kind::Verified { .. } => {
                self.fetching(record.kind);
            }
            Kind::Failure { .. }
            | Kind::AcquireFailed { .. }
            | Kind::PackageFailed { .. }
            | Kind::Cancelled { .. } => self.error(number, text, record),
            Kind::Other if record.level == Level::Error => self.error(number, text, record),
            Kind::Other => {}
            _ => self.step(number, text, record),
        }
        if !matches!(record.kind, Kind::Condition { .. }) {
            self.condition = None;
        }
    }

    /// Takes in a line that is none of Burn's but stands between its lines: messages of packages
    /// that somebody pasted with them.
    pub fn push_foreign(&mut self, number: u64, text: &str) {
        let trimmed = text.trim_start_matches([' ', '>', '\t']);
        let bytes = trimmed.as_bytes();
        let mut dashes = memchr::memchr_iter(b'-', bytes).filter_map(|at| bytes.get(at..));
        let named = dashes.any(|rest| {
            [&b"-- Error "[..], b"-- Disk full: "]
                .iter()
                .any(|words| rest.starts_with(words))
        });
        let numbered = trimmed
            .strip_prefix("Error ")
            .is_some_and(|t| t.starts_with(|c: char| c.is_ascii_digit()));
        if numbered || trimmed.starts_with("Disk full: ") || named {
            push_bounded(&mut self.run.foreign, KeptLine::new(number, text), FOREIGN);
        }
        self.run.last_line = number;
    }

    fn clock(&mut self, number: u64, record: &Record) {
        if self.run.first_line == 0 {
            self.run.first_line = number;
        }
        self.run.last_line = number;
        if let Some(stamp) = record.prefix.and_then(|prefix| prefix.stamp) {
            self.first = Some(self.first.map_or(stamp, |first| first.min(stamp)));
            self.last = Some(self.last.map_or(stamp, |last| last.max(stamp)));
        }
    }

    pub(super) fn package(&mut self, id: &str) -> Option<&mut Package> {
        let at = self.package_index(id)?;
        self.run.packages.get_mut(at)
    }

    fn package_index(&mut self, id: &str) -> Option<usize> {
        if let Some(at) = self.index.get(id) {
            return Some(*at);
        }
        let at = self.run.packages.len();
        if at >= PACKAGES {
            return None;
        }
        self.run.packages.push(Package {
            id: clip(id),
            ..Package::default()
        });
        self.index.insert(id.to_owned(), at);
        Some(at)
    }

    /// The run goes on to its next stage.
    fn step(&mut self, number: u64, text: &str, record: &Record) {
        match record.kind {
            Kind::Condition { holds: false } => self.condition = Some(KeptLine::new(number, text)),
            // The packages stand in the order in which the log first names them.
            Kind::Detected { package } | Kind::Planned { package } => {
                self.package_index(package);
            }
            Kind::Downgrade => {
                self.run
                    .downgrade
                    .get_or_insert_with(|| KeptLine::new(number, text));
            }
            Kind::Replaces => self.replaces = true,
            Kind::Prepared { result } => {
                let failed = !succeeded(result);
                self.run.early_failure = failed.then(|| ResultLine::new(number, text, result));
            }
            Kind::PlanBegin { action } => self.run.action = Some(clip(action)),
            Kind::ApplyBegin => self.apply_begin(number, record),
            Kind::ApplyComplete { result, restart } => {
                self.run.apply = Some(ResultLine::new(number, text, result));
                self.restart = matches!(restart, "Required" | "Initiated");
                self.execution = None;
            }
            Kind::Exit { code } => self.exit(ResultLine::new(number, text, code)),
            _ => {}
        }
        self.chain_open = false;
    }

    /// The two last lines say the same; the first of them is the one to show.
    fn exit(&mut self, exit: ResultLine) {
        let known = self.run.exit.take();
        self.run.exit = known.filter(|known| known.code == exit.code).or(Some(exit));
    }

    /// A plan is carried out from here on, perhaps for a second time after the user asked for it.
    fn apply_begin(&mut self, number: u64, record: &Record) {
        self.main_thread = thread(record.prefix);
        self.progress = number;
        self.run.apply = None;
        self.run.early_failure = None;
        for package in &mut self.run.packages {
            if package.applied.take().is_some() {
                package.attempt += 1;
            }
        }
    }

    fn package_step(&mut self, number: u64, text: &str, record: &Record) {
        self.chain_open = false;
        match record.kind {
            Kind::Applying {
                phase,
                package,
                action,
            } => self.applying(number, text, record, (phase, package, action)),
            Kind::Applied {
                phase,
                package,
                result,
            } => self.applied(
                record,
                phase,
                package,
                ResultLine::new(number, text, result),
            ),
            Kind::ProcessExited { package, code } => {
                if let Some(package) = self.package(package) {
                    package.process_exit = Some(ResultLine::new(number, text, code));
                }
            }
            Kind::RetryPackage { package, code } => {
                self.adopt(package);
                self.retry(package, ResultLine::new(number, text, code));
            }
            Kind::NotVital { package, code } => {
                if let Some(package) = self.package(package) {
                    package.not_vital = Some(ResultLine::new(number, text, code));
                }
            }
            _ => {}
        }
    }

    /// A package is tried once more; an excerpt may not show that it begins.
    fn retry(&mut self, id: &str, result: ResultLine) {
        let Some(at) = self.package_index(id) else {
            return;
        };
        self.execution.get_or_insert(Execution {
            package: at,
            phase: Phase::Execute,
            thread: None,
        });
        if let Some(package) = self.run.packages.get_mut(at) {
            package.attempt += 1;
            package.applied = None;
            package.retried = Some(result);
        }
        self.chain_broken = true;
    }

    fn applying(
        &mut self,
        number: u64,
        text: &str,
        record: &Record,
        (phase, id, action): (Phase, &str, &str),
    ) {
        let Some(at) = self.package_index(id) else {
            return;
        };
        self.execution = Some(Execution {
            package: at,
            phase,
            thread: thread(record.prefix),
        });
        if phase == Phase::Rollback {
            return;
        }
        self.progress = number;
        if let Some(stamp) = record.prefix.and_then(|prefix| prefix.stamp) {
            self.begun.insert(at, stamp);
        }
        if let Some(package) = self.run.packages.get_mut(at) {
            package.action = Some(clip(action));
            package.applying = Some(KeptLine::new(number, text));
        }
    }

    fn applied(&mut self, record: &Record, phase: Phase, id: &str, result: ResultLine) {
        self.main_thread = thread(record.prefix).or(self.main_thread);
        let Some(at) = self.package_index(id) else {
            return;
        };
        let end = record.prefix.and_then(|prefix| prefix.stamp);
        let duration = self
            .begun
            .get(&at)
            .zip(end)
            .and_then(|(begin, end)| stamp::duration(*begin, end));
        if phase == Phase::Execute {
            self.adopt(id);
            self.execution.get_or_insert(Execution {
                package: at,
                phase,
                thread: None,
            });
        }
        let Some(package) = self.run.packages.get_mut(at) else {
            return;
        };
        match phase {
            Phase::Rollback => package.rolled_back = Some(result),
            Phase::Execute => {
                package.duration_ms = duration.or(package.duration_ms);
                if !package.applied.as_ref().is_some_and(ResultLine::failed) {
                    package.applied = Some(result);
                }
            }
        }
    }

    /// Gives a package the errors that were written before the log named it: an excerpt can begin
    /// in the middle of them.
    fn adopt(&mut self, id: &str) {
        let attempt = self.package(id).map_or(0, |package| package.attempt);
        for error in self.run.errors.iter_mut().rev() {
            if error.subject.is_none() && error.area == Area::Execute {
                error.subject = Some(id.to_owned());
                error.attempt = attempt;
            }
        }
    }

    fn fetching(&mut self, kind: Kind) {
        self.chain_open = false;
        self.chain_broken |= !matches!(kind, Kind::Verified { .. });
        match kind {
            Kind::Acquiring { package, payload } => {
                let subject = package.or(payload).map(clip);
                self.acquiring = subject.zip(payload.or(package).map(clip));
            }
            // What was fetched in the end did not fail.
            Kind::Verified { payload } => {
                let fetched = self.acquiring.as_ref().filter(|(_, p)| p == payload);
                let package = fetched.map_or(payload, |(subject, _)| subject.as_str());
                let about = |e: &ErrorLine| {
                    let subject = e.subject.as_deref();
                    subject.is_some_and(|id| id == payload || id == package)
                };
                let errors = &mut self.run.errors;
                errors.retain(|e| e.area != Area::Fetch || !about(e));
            }
            _ => {}
        }
    }

    fn error(&mut self, number: u64, text: &str, record: &Record) {
        let (code, message, named) = match record.kind {
            Kind::Failure { code, text } => (Some(code), text, None),
            Kind::AcquireFailed { payload, code } => (Some(code), record.text, Some(payload)),
            Kind::PackageFailed { package, code } => (Some(code), record.text, Some(package)),
            Kind::Cancelled { code } => (Some(code), record.text, None),
            _ => (None, record.text, None),
        };
        let mut area = area(
            head(message, WORDS),
            code,
            record.prefix,
            self.execution,
            self.main_thread,
        );
        if code.is_none()
            && let Some(condition) = self.condition.take()
        {
            self.run.false_condition = Some(condition);
            area = Area::Condition;
        }
        self.continue_chain(code, area);
        let (subject, attempt) = self.subject(area, named);
        let error = ErrorLine {
            line: number,
            text: clip(text),
            message: clip(message),
            code,
            area,
            subject,
            attempt,
            chain: self.chain,
        };
        push_bounded(&mut self.run.errors, error, ERRORS);
    }

    /// A chain goes on while nothing else is said, and while the same code is passed on.
    fn continue_chain(&mut self, code: Option<u32>, area: Area) {
        let last = self.run.errors.last();
        let same = last.is_some_and(|last| {
            let (alike, passed_on) = (last.area == area, last.code == code);
            (alike && (self.chain_open || passed_on)) || (self.chain_open && passed_on)
        });
        let broken = std::mem::take(&mut self.chain_broken);
        if broken || !same {
            self.chain += 1;
        }
        self.chain_open = true;
    }

    fn subject(&mut self, area: Area, named: Option<&str>) -> (Option<String>, u32) {
        match area {
            Area::Execute | Area::Rollback => {
                let at = self.execution.map(|execution| execution.package);
                let package = at.and_then(|at| self.run.packages.get(at));
                (
                    package.map(|p| p.id.clone()),
                    package.map_or(0, |p| p.attempt),
                )
            }
            Area::Fetch => {
                let acquiring = self.acquiring.as_ref().map(|(subject, _)| subject.clone());
                (acquiring.or(named.map(clip)), 0)
            }
            _ => (named.map(clip), 0),
        }
    }
}
