//! The run of a WiX Burn bundle, from the records of its log.
//!
//! A bundle has no actions but packages: it plans them, fetches them, carries them out one by one
//! and undoes them where one fails. What a report can need is kept, the rest is dropped, so memory
//! does not grow with the log.

mod blame;
mod builder;
mod culprit;
mod errors;
mod evidence;
mod facts;
mod grammar;
mod outcome;
#[cfg(test)]
mod tests;
mod wording;

pub use grammar::{parse, parse_without_prefix};

use super::lines::{KeptLine, ResultLine};
use super::{Format, LogRuns, MOST_STEPS, Shape, Told};
use crate::knowledge::guid;
use crate::run::{Kind, Machine, NamedLog, Operation, Outcome, Product, Run, Step};
use crate::text::Line;
use builder::BundleBuilder;
use errors::{Area, ErrorLine};

/// A package of the bundle.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Package {
    /// Its id in the bundle.
    pub id: String,
    /// What was done when it was its turn.
    pub action: Option<String>,
    /// The line that names the package's own log, where it writes one.
    pub log: Option<KeptLine>,
    /// Path of the package's own log.
    pub log_path: Option<String>,
    /// Where it began.
    pub applying: Option<KeptLine>,
    /// Where it ended; the failure where it was applied several times and failed once.
    pub applied: Option<ResultLine>,
    /// Where it was undone.
    pub rolled_back: Option<ResultLine>,
    /// Exit code of its program (Burn 4 and later).
    pub process_exit: Option<ResultLine>,
    /// Where the user interface asked to try it once more.
    pub retried: Option<ResultLine>,
    /// Where the bundle said that it goes on without it.
    pub not_vital: Option<ResultLine>,
    /// How often it was begun anew.
    pub attempt: u32,
    /// From begin to end, in milliseconds.
    pub duration_ms: Option<u64>,
}

impl Package {
    /// About how many bytes it takes.
    fn size(&self) -> usize {
        let lines = [&self.log, &self.applying];
        let lines = lines.into_iter().flatten().map(|line| line.text.len());
        let results = [
            &self.applied,
            &self.rolled_back,
            &self.process_exit,
            &self.retried,
            &self.not_vital,
        ];
        let results = results.into_iter().flatten().map(|line| line.text.len());
        std::mem::size_of::<Self>() + lines.chain(results).sum::<usize>()
    }

    /// The line that says that it failed, where it did not work later on.
    #[must_use]
    pub fn failure(&self) -> Option<&ResultLine> {
        let last = self.applied.as_ref().or(self.retried.as_ref());
        last.filter(|result| result.failed())
    }
}

/// One run of a bundle.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BundleRun {
    /// First line.
    pub first_line: u64,
    /// Last line.
    pub last_line: u64,
    /// The bundle. Its code is the one under which Windows lists it; the package is the bundle's
    /// own path, as the user started it.
    pub product: Product,
    /// Where it ran.
    pub machine: Machine,
    /// Path of the log itself.
    pub log_path: Option<String>,
    /// What it set out to do, as the log words it: `Install`, `Modify`, `Layout`, …
    pub action: Option<String>,
    /// As `action`; `Unknown` where the log does not say or where it is none of the known ones.
    pub operation: Operation,
    /// Local time of the first time stamp, `2026-07-07T12:02:17`.
    pub started: Option<String>,
    /// Local time of the last time stamp.
    pub ended: Option<String>,
    /// From the first to the last time stamp, in milliseconds.
    pub duration_ms: Option<u64>,
    /// The packages, in the order in which the log first names them.
    pub packages: Vec<Package>,
    /// What went wrong, in the order of the log; with very many, the first and the last.
    pub errors: Vec<ErrorLine>,
    /// The condition that did not hold before the bundle was blocked.
    pub false_condition: Option<KeptLine>,
    /// The line that says that a newer bundle is installed.
    pub downgrade: Option<KeptLine>,
    /// Failed detection or planning.
    pub early_failure: Option<ResultLine>,
    /// `Apply complete`.
    pub apply: Option<ResultLine>,
    /// The exit code's line.
    pub exit: Option<ResultLine>,
    /// The exit code: of the program, else what carrying out the plan ended with. HRESULTs that
    /// wrap a system error are unwrapped (`0x80070643`: 1603).
    pub exit_code: Option<i64>,
    /// How it ended.
    pub outcome: Outcome,
    /// Messages of packages that stand between the lines of the bundle.
    pub foreign: Vec<KeptLine>,
    /// The log's own end is there.
    pub complete: bool,
}

impl BundleRun {
    /// The package with this id.
    #[must_use]
    pub fn package(&self, id: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.id == id)
    }

    /// What the run as a whole ended with: the result of carrying out the plan where that failed,
    /// else the exit code, else a failed detection or planning.
    #[must_use]
    pub fn last_result(&self) -> Option<&ResultLine> {
        let apply = self.apply.as_ref();
        let early = self.early_failure.as_ref();
        apply
            .filter(|r| r.failed())
            .or(self.exit.as_ref())
            .or(apply)
            .or(early)
    }
}

/// Most runs of a bundle that are kept of one file.
const MOST_RUNS: usize = 100;
/// Most bytes that are kept of the runs of one file; later runs give way to earlier ones.
const MOST_BYTES: usize = 8 << 20;
/// Most logs of packages that are named.
const MOST_LOGS: usize = 1000;

/// The log of a bundle.
#[derive(Debug, Default)]
pub struct BurnFormat {
    builder: BundleBuilder,
    over: Vec<BundleRun>,
    bytes: usize,
    records: u64,
    /// Runs beyond those that are kept apart.
    crowded: u64,
}

impl Format for BurnFormat {
    fn kind(&self) -> Kind {
        Kind::Burn
    }

    fn take_own(&mut self, line: &Line<'_>) -> bool {
        let Some(record) = Some(line.text).filter(|t| may_be(t)).and_then(parse) else {
            return false;
        };
        self.records += 1;
        if self.builder.is_over(&record) {
            if self.over.len() < MOST_RUNS && self.bytes < MOST_BYTES {
                let over = std::mem::take(&mut self.builder).finish(line.number - 1);
                self.bytes += over.size();
                self.over.push(over);
            } else {
                self.crowded += 1;
            }
        }
        self.builder.push(line.number, line.text, &record);
        true
    }

    /// Messages of packages stand between the lines of a bundle where somebody pasted them together.
    fn take_shared(&mut self, line: &Line<'_>, told: Told) {
        if matches!(told.shape, Shape::Message | Shape::Event | Shape::Text) {
            self.builder.push_foreign(line.number, line.text);
        }
    }

    fn claim(&self) -> u64 {
        self.records
    }

    fn finish(mut self: Box<Self>, lines: u64) -> LogRuns {
        self.over.push(self.builder.finish(lines));
        LogRuns {
            complete: self.over.last().is_some_and(|run| run.complete),
            written_as: self.over.iter().find_map(|run| run.log_path.clone()),
            notices: (self.crowded > 0)
                .then(|| {
                    format!(
                        "too many runs of bundles: the last {} are shown as one",
                        self.crowded + 1
                    )
                })
                .into_iter()
                .collect(),
            runs: self.over.into_iter().map(BundleRun::into_run).collect(),
            verbose: true,
            named_after_product: true,
        }
    }
}

/// Burn lines begin with `[PID:TID]` or `e000:`, perhaps quoted or indented; engine lines, which
/// are most of all, are told by their first letter.
fn may_be(line: &str) -> bool {
    matches!(
        line.as_bytes().first(),
        Some(b'[' | b' ' | b'\t' | b'>' | b'`' | b'-' | b'*' | b'e' | b'w' | b'i')
    )
}

impl BundleRun {
    fn into_run(self) -> Run {
        let (failure, ignored) = blame::diagnose(&self);
        let steps = self.packages.iter().filter_map(|package| {
            Some(Step {
                name: package.id.clone(),
                line: package.applying.as_ref()?.line,
                ms: package.duration_ms?,
            })
        });
        let logs = self.packages.iter().filter_map(|package| {
            Some(NamedLog {
                of: package.id.clone(),
                path: package.log_path.clone()?,
                line: package.log.as_ref().map_or(0, |log| log.line),
                // The path of a package in the cache holds its product code.
                product_code: package
                    .applying
                    .as_ref()
                    .and_then(|begin| guid::find_plain(&begin.text)),
            })
        });
        Run {
            lines: [self.first_line, self.last_line],
            steps: Step::slowest(steps.collect(), MOST_STEPS),
            logs: logs.take(MOST_LOGS).collect(),
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

    /// About how many bytes it takes.
    fn size(&self) -> usize {
        let errors = self.errors.iter().map(|e| e.text.len() + e.message.len());
        let foreign = self.foreign.iter().map(|line| line.text.len());
        errors.chain(foreign).sum::<usize>()
            + self.packages.iter().map(Package::size).sum::<usize>()
    }
}
