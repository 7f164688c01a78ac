//! What a diagnosis says: the failure, its cause, the lines that prove it and what to do about it.
//!
//! These types are also the `failure` part of the JSON contract: a renamed field breaks other people's scripts.

use super::role::Role;
use serde::{Deserialize, Serialize};

pub use crate::knowledge::{CodeSpace, Confidence};

/// What kind of thing the failing action is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ActionKind {
    /// One of Windows Installer's own actions.
    Standard,
    /// A custom action that runs while the script is still being written.
    CustomImmediate,
    /// A custom action that runs from the script.
    CustomDeferred,
    /// A custom action that runs only when the script is undone.
    CustomRollback,
    /// A custom action that runs after everything else has worked.
    CustomCommit,
    /// A dialog of the user interface.
    Dialog,
    /// A package of a bundle.
    Package,
    /// No action was running, or the log does not say.
    #[default]
    None,
}

/// A code with its meaning beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Code {
    /// Where the number comes from.
    pub space: CodeSpace,
    /// The number; HRESULTs as unsigned 32 bit value.
    pub value: Option<i64>,
    /// Its symbolic name, where it has one.
    pub name: Option<String>,
    /// What it means, in plain words.
    pub meaning: Option<String>,
}

/// The first cause of a failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Cause {
    /// Line of the log, counted from 1.
    pub line: u64,
    /// The line as it stands there.
    pub text: String,
    /// The message number or other code on it.
    pub code: Code,
    /// The system error or HRESULT that the message carries.
    pub nested_code: Option<Code>,
    /// How sure this is the cause.
    pub confidence: Confidence,
    /// The text is a piece of a log, without the log's beginning and end: what is not in it may tell more.
    #[serde(default)]
    pub piece: bool,
    /// What the line says, in plain words with its arguments filled in.
    pub explanation: Option<String>,
}

/// A line that proves the diagnosis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Evidence {
    /// Line of the log, counted from 1.
    pub line: u64,
    /// The line as it stands there.
    pub text: String,
    /// Why it is shown.
    #[serde(rename = "why")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub role: Role,
}

impl Evidence {
    /// Adds a line to the evidence, once.
    pub(crate) fn add(all: &mut Vec<Self>, line: u64, text: &str, role: Role) {
        if all.iter().all(|known| known.line != line) {
            let text = text.to_owned();
            all.push(Self { line, text, role });
        }
    }
}

/// An action around the failing one that passed the failure on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Propagation {
    /// Line of its end.
    pub line: u64,
    /// Its name.
    pub action: String,
}

/// What is known of the custom action that failed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CustomAction {
    /// The `Type` number of the package's CustomAction table, where the log shows it.
    #[serde(rename = "type")]
    pub kind: Option<u32>,
    /// The library that holds it (often a temporary copy).
    pub dll: Option<String>,
    /// The function that was called.
    pub entry_point: Option<String>,
    /// The method of a managed action, `Assembly!Namespace.Class.Method`.
    pub method: Option<String>,
    /// The program that was started.
    pub exe: Option<String>,
    /// The process that hosted it, as the log names it.
    pub process: Option<String>,
    /// The code that the action itself returned.
    pub actual_code: Option<i64>,
    /// The package says that a failure of this action does not matter.
    pub ignored: bool,
}

/// A reference to an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ArticleReference {
    /// Number in the Microsoft Knowledge Base, or another short key.
    pub kb: String,
    /// What it is about.
    pub title: String,
    /// Where it is.
    pub url: String,
    /// `live`, `retired`, `replaced` or `archived`.
    pub status: String,
    /// What took its place.
    pub replaced_by: Option<String>,
}

/// What a remedy was written for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AppliesTo {
    /// .NET versions; empty: any.
    pub dotnet: Vec<String>,
    /// Windows versions; empty: any.
    pub windows: Vec<String>,
}

/// A remedy: what to do about the cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Remedy {
    /// Stable id of the rule.
    pub rule: String,
    /// The rule in one line.
    pub title: String,
    /// What to do in a few words; null where only the steps say it.
    #[serde(default)]
    pub fix: Option<String>,
    /// Which facts of the log it matched.
    pub why_it_matched: String,
    /// What is wrong, in plain words.
    pub cause: String,
    /// What to do, in order. Commands stand between backticks.
    pub steps: Vec<String>,
    /// The commands of the steps, as they are typed.
    #[serde(default)]
    pub commands: Vec<String>,
    /// Where to read more, with the state of each article today.
    pub articles: Vec<ArticleReference>,
    /// What it was written for.
    pub applies: AppliesTo,
    /// How sure it is that this helps.
    pub confidence: Confidence,
}

/// Why an installation failed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Failure {
    /// The innermost action that failed, as its author named it.
    pub action: Option<String>,
    /// What kind of action that is.
    pub action_kind: ActionKind,
    /// More on it where it is a custom action.
    pub custom_action: Option<CustomAction>,
    /// The script operation that was running (`FileCopy(…)`), where one was.
    pub script_operation: Option<String>,
    /// Where the engine says that it failed.
    pub line: u64,
    /// The first cause; `None` where the log holds no line that says why.
    pub cause: Option<Cause>,
    /// The lines that prove it, in the order of the log.
    pub evidence: Vec<Evidence>,
    /// The actions that passed the failure on, from the inside out.
    pub propagation: Vec<Propagation>,
    /// Short and stable: the same cause on another machine has the same signature.
    pub signature: String,
    /// What to do, best first.
    pub remedies: Vec<Remedy>,
    /// The failure in another log of this scan that this one only reports: a bundle fails because
    /// a package did. The remedies are for that one then.
    #[serde(default)]
    pub origin: Option<Origin>,
}

impl Failure {
    /// Leaves out what proves least, the last first, until no more than so many lines are shown.
    /// The cause and the line where it ended go last.
    pub(crate) fn shorten(&mut self, most: usize) {
        let (end, cause) = (self.line, self.cause.as_ref().map(|cause| cause.line));
        let weight = |e: &Evidence| (Some(e.line) == cause, e.line == end, e.role.weight());
        while self.evidence.len() > most.max(1) {
            let evidence = self.evidence.iter().enumerate().rev();
            let Some((least, _)) = evidence.min_by_key(|(_, e)| weight(e)) else {
                return;
            };
            self.evidence.remove(least);
        }
    }
}

/// A failure in another log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Origin {
    /// Path of that log's report.
    pub path: String,
    /// The action that failed there.
    pub action: Option<String>,
    /// Line of the cause there, counted from 1.
    pub line: Option<u64>,
    /// The line as it stands there.
    pub text: Option<String>,
    /// What it says, in plain words.
    pub explanation: Option<String>,
    /// Signature of the failure there.
    pub signature: String,
}

/// A failure that did not stop the installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct IgnoredFailure {
    /// Line of its end.
    pub line: u64,
    /// The action that failed.
    pub action: String,
    /// Why it does not count: `continue flag`, `rollback`, `knock-on`, …
    pub why: String,
}
