//! One model of a run for all kinds of logs: what was installed where, the steps that it took, how it
//! ended, why, and which other logs it names. Every format gives it, one diagnosis reads it, and a
//! report is made of it.

pub mod details;
mod facts;
mod failure;
mod role;

pub use facts::{Kind, Machine, Operation, Outcome, Product};
pub use failure::{
    ActionKind, AppliesTo, ArticleReference, Cause, Code, CodeSpace, Confidence, CustomAction,
    Evidence, Failure, IgnoredFailure, Origin, Propagation, Remedy,
};
pub use role::Role;

use serde::{Deserialize, Serialize};

use crate::knowledge::dotnet::DotNet;

/// One run of an installer: of the engine for one product, of a bundle, of a setup program, or one
/// call of an installer by another program. Formats tell it, the diagnosis completes it, and in a
/// report it is a session.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(
    test,
    schemars(
        rename = "SessionReport",
        description = "One run of the engine for one product, client and server halves together."
    )
)]
#[non_exhaustive]
pub struct Run {
    /// First and last line.
    pub lines: [u64; 2],
    /// Local time of that machine, `2026-07-07T12:02:17`; `None` where the log does not give a date beyond doubt.
    pub started: Option<String>,
    /// As `started`.
    pub ended: Option<String>,
    /// From the first to the last time stamp, in milliseconds.
    pub duration_ms: Option<u64>,
    /// What it set out to do.
    pub operation: Operation,
    /// Index of the session that started this one.
    pub parent: Option<usize>,
    /// What was installed.
    pub product: Product,
    /// The .NET product that this is, where it is one.
    pub dotnet: Option<DotNet>,
    /// Where it ran.
    pub machine: Machine,
    /// How it ended.
    pub outcome: Outcome,
    /// The log ends in the failure, before the result: that it failed is told by its cause.
    #[serde(default)]
    pub cut_off: bool,
    /// Exit code (`1603`).
    // An HRESULT that wraps a system error is unwrapped (`0x80070643`: 1603).
    pub exit_code: Option<i64>,
    /// Its symbolic name.
    pub exit_name: Option<String>,
    /// Why it failed; `None` unless failed or cancelled, or cut off in a failure.
    pub failure: Option<Failure>,
    /// Failures that did not stop it.
    pub ignored_failures: Vec<IgnoredFailure>,
    /// What took longest, longest first. A step that `InstallFinalize` or `InstallExecute` runs from
    /// the script stands for itself and does not count again in the action around it.
    pub slowest: Vec<SlowAction>,
    /// Packages, patches and articles that the log names beside the product's own package. Like the
    /// two below, these are for the analysis alone and not in a report.
    #[serde(skip)]
    pub(crate) packages: Vec<String>,
    /// Packed product codes that stand in registry paths of the log.
    #[serde(skip)]
    pub(crate) packed: Vec<String>,
    /// Logs of its packages and items that it names.
    #[serde(skip)]
    pub(crate) logs: Vec<NamedLog>,
}

/// An action, a step of the script, a package or an item that took long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SlowAction {
    /// Its name.
    pub action: String,
    /// How long it took, in milliseconds; without the steps of the script that it ran.
    pub ms: u64,
    /// Line of its start.
    pub line: u64,
}

impl SlowAction {
    /// Those that took longest, the longest first.
    #[must_use]
    pub fn slowest(mut actions: Vec<Self>, count: usize) -> Vec<Self> {
        actions.sort_by_key(|action| std::cmp::Reverse(action.ms));
        actions.truncate(count);
        actions
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
