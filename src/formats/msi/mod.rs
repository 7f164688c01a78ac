//! From records to sessions: one session is one run of the engine for one product, its client and
//! server halves together. Knows how the engine behaves, not why something failed.
//!
//! What a report can need is kept, the rest is dropped, so memory does not grow with the log.

mod actions;
mod builder;
mod clock;
pub mod digest;
mod facts;
mod open_action;
mod record;
mod relevant;
mod routine;
mod script;
mod statement;

pub use builder::{MsiLog, MsiLogBuilder};
pub use facts::PropertyFacts;
pub use open_action::{FailedAction, Invocation, OpenAction, Scheduled, is_top, runs_script};
pub use statement::{Statement, StatementKind, Statements};

use crate::run::Outcome;
use crate::run::{Run, Step};
use clock::Clock;

/// One run of the engine for one product.
#[derive(Debug, Clone, Default)]
pub struct Session {
    /// First line.
    pub first_line: u64,
    /// Last line.
    pub last_line: u64,
    /// Index of the session that started this one.
    pub parent: Option<usize>,
    /// Indices of the sessions that this one started.
    pub children: Vec<usize>,
    /// Product, machine and operation.
    pub facts: PropertyFacts,
    /// Exit code, as the engine gave it.
    pub exit_code: Option<i64>,
    /// The line of the exit code.
    pub exit: Option<Statement>,
    /// How it ended.
    pub outcome: Outcome,
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
    /// Actions and steps of the script that took long: milliseconds, name, line. The time of a step
    /// is not in that of the action that runs the script.
    pub slowest: Vec<(u64, String, u64)>,
    /// The log shows how it ended.
    pub complete: bool,
    clock: Clock,
    state: actions::State,
}

impl Session {
    /// What it has in common with the runs of other programs.
    #[must_use]
    pub fn run(&self) -> Run {
        let steps = self.slowest.iter().map(|(ms, name, line)| Step {
            name: name.clone(),
            line: *line,
            ms: *ms,
        });
        Run {
            lines: [self.first_line, self.last_line],
            started: self.started(),
            ended: self.ended(),
            duration_ms: self.duration_ms(),
            operation: self.facts.operation,
            parent: self.parent,
            product: self.facts.product.clone(),
            machine: self.facts.machine.clone(),
            packages: self.facts.packages.clone(),
            packed: self.facts.packed.clone(),
            outcome: self.outcome,
            exit_code: self.exit_code,
            steps: steps.collect(),
            ..Run::default()
        }
    }

    /// Start as local time of the machine; `None` where day and month could be swapped.
    #[must_use]
    pub fn started(&self) -> Option<String> {
        self.clock.started()
    }

    /// End as local time of the machine.
    #[must_use]
    pub fn ended(&self) -> Option<String> {
        self.clock.ended()
    }

    /// Milliseconds from the first to the last time stamp.
    #[must_use]
    pub fn duration_ms(&self) -> Option<u64> {
        self.clock.duration()
    }
}
