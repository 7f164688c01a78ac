//! An action that is open, and what it has said so far.

use super::statement::{Statement, Statements};
use crate::run::CustomAction;

/// An action that has begun (or is about to) and has not ended.
#[derive(Debug, Clone, Default)]
pub struct OpenAction {
    /// Its name.
    pub name: String,
    /// Line where it began.
    pub line: u64,
    /// Milliseconds on the session's clock when it began.
    pub started: Option<u64>,
    /// The same when rollback put an end to it: the engine writes the end of the action long after.
    pub stopped: Option<u64>,
    /// Milliseconds that the steps of the script took which ran inside it.
    pub steps_took: u64,
    /// Its `Action start` line was seen (and not only `Doing action`).
    pub began: bool,
    /// A custom action asked the engine to run it.
    pub asked: bool,
    /// It runs from the script of `InstallFinalize` or `InstallExecute`.
    pub script: bool,
    /// The client's engine runs it.
    pub client: bool,
    /// It is a dialog that tells how the run ended: nothing that happens in it is the cause of that.
    pub after_end: bool,
    /// It is a dialog.
    pub dialog: bool,
    /// What it said.
    pub statements: Statements,
    /// The library call that is under way or was the last one.
    pub invocation: Option<CustomAction>,
    /// The last script operation and its line.
    pub operation: Option<(u64, String)>,
    /// `Type` of the custom action, where the script names it.
    pub custom_type: Option<u32>,
    /// Rolled back, committed or deferred: how the script schedules it.
    pub scheduled: Scheduled,
    /// The line in which the client says that what the service ran for it failed, where the log holds
    /// nothing of that.
    pub other_half: Option<Statement>,
    /// What the custom action returned: code, ignored, line.
    pub returned: Option<(i64, bool, u64)>,
}

impl OpenAction {
    /// Its custom action returned a failure that counts.
    #[must_use]
    pub fn returned_badly(&self) -> bool {
        matches!(self.returned, Some((code, false, _)) if code != 0) && !self.goes_on_anyway()
    }

    /// The package's type number for its custom action says that the run goes on, whatever comes of
    /// it (`msidbCustomActionTypeContinue`).
    #[must_use]
    pub fn goes_on_anyway(&self) -> bool {
        self.custom_type.is_some_and(|bits| bits & 64 != 0)
    }

    /// A step of the script runs an operation.
    pub(super) fn operate(&mut self, line: u64, operation: &str) {
        let (at, kept) = self.operation.get_or_insert_default();
        *at = line;
        kept.clear();
        kept.push_str(operation.get(..400).unwrap_or(operation));
    }
}

/// How the script runs a custom action.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scheduled {
    /// No custom action, or not from the script.
    #[default]
    None,
    /// Deferred.
    Deferred,
    /// Only in rollback.
    Rollback,
    /// After everything else has worked.
    Commit,
}

/// An action that ended with 3 (failed) or 2 (cancelled).
#[derive(Debug, Clone)]
pub struct FailedAction {
    /// The action, with what it said.
    pub action: OpenAction,
    /// The action of the script that was running inside it.
    pub inner: Option<OpenAction>,
    /// 3 or 2.
    pub value: i64,
    /// Line of its end.
    pub line: u64,
    /// That line as it stands there.
    pub text: String,
    /// Actions around it that ended with the same value: line and name, from the inside out.
    pub chain: Vec<(u64, String)>,
    /// An action around it ended well: the failure did not matter.
    pub swallowed: bool,
}

impl FailedAction {
    /// Whether the chain reached the top of a run.
    #[must_use]
    pub fn reached_top(&self) -> bool {
        is_top(&self.action.name) || self.chain.iter().any(|(_, name)| is_top(name))
    }
}

/// The actions that hold a whole run.
#[must_use]
pub fn is_top(name: &str) -> bool {
    matches!(
        name,
        "INSTALL" | "ADMIN" | "ADVERTISE" | "ExecuteAction" | "SEQUENCE"
    )
}

/// The actions that run the script.
#[must_use]
pub fn runs_script(name: &str) -> bool {
    matches!(
        name,
        "InstallFinalize" | "InstallExecute" | "InstallExecuteAgain"
    )
}
