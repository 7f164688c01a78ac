//! One model of a run for all kinds of logs: what was installed where, the steps that it took, how it
//! ended, why, and which other logs it names. Every format gives it, one diagnosis reads it, and a
//! report is made of it.

mod facts;
mod failure;
mod role;

pub use facts::{Kind, Machine, Operation, Outcome, Product};
pub use failure::{
    ActionKind, AppliesTo, ArticleReference, Cause, Code, CodeSpace, Confidence, CustomAction,
    Evidence, Failure, IgnoredFailure, Origin, Propagation, Remedy,
};
pub use role::Role;

/// One run of an installer: of the engine for one product, of a bundle, of a setup program, or one
/// call of an installer by another program.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Run {
    /// First and last line, counted from 1.
    pub lines: [u64; 2],
    /// Local time of the machine at the first time stamp, `2026-07-07T12:02:17`.
    pub started: Option<String>,
    /// As `started`, at the last time stamp.
    pub ended: Option<String>,
    /// From the first to the last time stamp, in milliseconds.
    pub duration_ms: Option<u64>,
    /// What it set out to do.
    pub operation: Operation,
    /// Index of the run that started this one.
    pub parent: Option<usize>,
    /// What was installed.
    pub product: Product,
    /// Where it ran.
    pub machine: Machine,
    /// Packages, patches and articles that the log names beside the product's own package.
    pub packages: Vec<String>,
    /// Packed product codes that stand in registry paths of the log.
    pub packed: Vec<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// Exit code; an HRESULT that wraps a system error is unwrapped (`0x80070643`: 1603).
    pub exit_code: Option<i64>,
    /// Why it failed, as far as the format tells: meanings and remedies come with the diagnosis.
    pub failure: Option<Failure>,
    /// Failures that did not stop it.
    pub ignored: Vec<IgnoredFailure>,
    /// Actions, packages or items that took longest, the longest first.
    pub steps: Vec<Step>,
    /// Logs of its packages and items that it names.
    pub logs: Vec<NamedLog>,
}

/// An action, package or item that took its time.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// Its name.
    pub name: String,
    /// Line of its begin.
    pub line: u64,
    /// How long it took, in milliseconds.
    pub ms: u64,
}

impl Step {
    /// The steps that took longest, the longest first.
    #[must_use]
    pub fn slowest(mut steps: Vec<Self>, count: usize) -> Vec<Self> {
        steps.sort_by_key(|step| std::cmp::Reverse(step.ms));
        steps.truncate(count);
        steps
    }
}

/// The log of a package or item, as the log of the program that runs it names it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NamedLog {
    /// The package or item.
    pub of: String,
    /// Its path.
    pub path: String,
    /// The line that names it.
    pub line: u64,
    /// Product code of the package, where it is told.
    pub product_code: Option<String>,
}
