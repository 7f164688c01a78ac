//! From records to sessions: one session is one run of the engine for one product, its client and
//! server halves together. Knows how the engine behaves, not why something failed.
//!
//! What a report can need is kept, the rest is dropped, so memory does not grow with the log.

mod actions;
mod builder;
pub mod clock;
pub mod digest;
mod facts;
mod note_noise;
mod open_action;
pub mod output;
mod record;
pub mod relevant;
mod routine;
mod script;
mod statement;

pub use builder::{MsiLog, MsiLogBuilder};
pub use open_action::{FailedAction, OpenAction, Scheduled, runs_script};
pub use statement::{Statement, StatementKind, Statements};

use crate::run::Run;
use clock::Clock;
use facts::PropertyFacts;

/// One run of the engine for one product.
#[derive(Debug, Clone, Default)]
pub struct Session {
    /// What it has in common with the runs of other programs.
    pub run: Run,
    /// Indices of the sessions that this one started.
    pub children: Vec<usize>,
    /// The line of the exit code.
    pub exit: Option<Statement>,
    /// What ended with 3 or 2, in the order of the log.
    pub failed_actions: Vec<FailedAction>,
    /// Failures of custom actions that the package ignores: line and name.
    pub ignored: Vec<(u64, String)>,
    /// Failures while changes were undone: line and text.
    pub rollback_failures: Vec<(u64, String)>,
    /// Tell-tale lines of the engine.
    pub tell_tales: Statements,
    /// Actions that were open when the log ended, outermost first.
    pub open: Vec<OpenAction>,
    /// What was said outside any action.
    pub outside: Statements,
    /// Errors of script actions that the script went on after.
    pub survived: Statements,
    /// Properties that hold what a script wrote when it failed.
    pub in_properties: Statements,
    /// The log shows how it ended.
    pub complete: bool,
    /// The line that shows that the package's own product code or version is none.
    malformed: Option<Statement>,
    /// It is only the version that looks so, by a mark that sound versions may have.
    marked_version: bool,
    facts: PropertyFacts,
    clock: Clock,
    state: actions::State,
}

impl Session {
    /// Line of the last sign that the run went on: it got over what was said before.
    #[must_use]
    pub fn went_on(&self) -> u64 {
        self.state.went_on
    }

    /// Whether the package's own product code or version is none, by the line that shows it.
    #[must_use]
    pub fn malformed(&self) -> Option<&Statement> {
        let number = |version: &str| version.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let version = self.run.product.version.as_deref();
        let sound = self.marked_version && version.is_none_or(number);
        self.malformed.as_ref().filter(|_| !sound)
    }
}
