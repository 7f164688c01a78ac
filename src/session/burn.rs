//! The run of a WiX Burn bundle, from the records of its log.
//!
//! A bundle has no actions but packages: it plans them, fetches them, carries them out one by one
//! and undoes them where one fails. What a report can need is kept, the rest is dropped, so memory
//! does not grow with the log.

pub(in crate::session) mod builder;
mod errors;
mod facts;
mod outcome;
pub(in crate::session) mod stamps;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use tests::read;

pub use builder::BurnSessionBuilder;
pub use errors::{Area, ErrorLine};

use super::model::{Machine, Operation, Outcome, Product};

/// A line that is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptLine {
    /// Its number, counted from 1.
    pub line: u64,
    /// The line as it stands there.
    pub text: String,
}

/// A line that gives a result.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResultLine {
    /// Its number, counted from 1.
    pub line: u64,
    /// The line as it stands there.
    pub text: String,
    /// The result as written: an HRESULT or an exit code.
    pub code: u32,
}

impl ResultLine {
    /// The result says that it did not work.
    #[must_use]
    pub fn failed(&self) -> bool {
        !succeeded(self.code)
    }
}

/// A package of the bundle.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Package {
    /// Its id in the bundle.
    pub id: String,
    /// Its state before: `Present`, `Absent`, …
    pub state: Option<String>,
    /// What was planned: `Install`, `Uninstall`, `None`, …
    pub planned: Option<String>,
    /// What was done when it was its turn.
    pub action: Option<String>,
    /// The line that names the package's own log, where it writes one.
    pub log: Option<KeptLine>,
    /// Path of the package's own log.
    pub log_path: Option<String>,
    /// Path of the log that is written where the package is undone.
    pub rollback_log_path: Option<String>,
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
    /// The line that says that it failed, where it did not work later on.
    #[must_use]
    pub fn failure(&self) -> Option<&ResultLine> {
        let last = self.applied.as_ref().or(self.retried.as_ref());
        last.filter(|result| result.failed())
    }
}

/// One run of a bundle.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BurnSession {
    /// First line.
    pub first_line: u64,
    /// Last line.
    pub last_line: u64,
    /// Version of the engine, `3.11.1.2318`.
    pub engine: Option<String>,
    /// The bundle. Its code is the one under which Windows lists it; the package is the bundle's
    /// own path, as the user started it.
    pub product: Product,
    /// Key under which other bundles depend on this one.
    pub provider_key: Option<String>,
    /// Where it ran.
    pub machine: Machine,
    /// Path of the log itself.
    pub log_path: Option<String>,
    /// The command line.
    pub command_line: Option<String>,
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

impl BurnSession {
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

    /// Packages that took longest: milliseconds, id and line of the begin.
    #[must_use]
    pub fn slowest(&self, count: usize) -> Vec<(u64, String, u64)> {
        let timed = |p: &Package| Some((p.duration_ms?, p.id.clone(), p.applying.as_ref()?.line));
        let mut all: Vec<_> = self.packages.iter().filter_map(timed).collect();
        all.sort_by_key(|(ms, _, _)| std::cmp::Reverse(*ms));
        all.truncate(count);
        all
    }
}

/// The system error inside a code: `0x80070643` is 1603, and so is `0x643`. `None` for HRESULTs
/// of other origin. The layout of an HRESULT is in Microsoft's "Structure of COM Error Codes".
#[must_use]
pub fn system_error(code: u32) -> Option<u32> {
    match code {
        0..=0xffff => Some(code),
        0x8007_0000..=0x8007_ffff => Some(code & 0xffff),
        _ => None,
    }
}

/// The result says that it worked, a restart included (`ERROR_SUCCESS_REBOOT_REQUIRED` 3010,
/// `ERROR_SUCCESS_REBOOT_INITIATED` 1641).
#[must_use]
pub fn succeeded(code: u32) -> bool {
    code == 0 || needs_restart(code)
}

/// The result says that it worked and that a restart is needed or under way.
#[must_use]
pub fn needs_restart(code: u32) -> bool {
    matches!(system_error(code), Some(3010 | 1641))
}

/// The result says that somebody cancelled (`ERROR_INSTALL_USEREXIT` 1602, `ERROR_CANCELLED` 1223).
#[must_use]
pub fn cancelled(code: u32) -> bool {
    matches!(system_error(code), Some(1602 | 1223))
}
