//! The facts of a whole log that a report holds only where they are asked for, as they are shown and written
//! to JSON.
//!
//! Fields are only ever added. What a log does not tell is `None` or not in its list.

use serde::{Deserialize, Serialize};

/// Everything that a log tells beside the rest of its report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Details {
    /// Sessions, actions, steps of the script and their operations, in the order in which they began.
    /// A parent stands before its children.
    pub actions: Vec<TimedAction>,
    /// Properties in the order in which they were first told, each session's for themselves.
    pub properties: Vec<Property>,
    /// Features and what was to be done with them.
    pub features: Vec<Feature>,
    /// Components and what was to be done with them.
    pub components: Vec<Component>,
    /// Policies of machine and user that the engine asked for.
    pub policies: Vec<Policy>,
    /// Lines about elevation, accounts and rights.
    pub privileges: Vec<Remark>,
    /// Products that the log names by their codes: this one, packages, older ones that were found.
    pub products: Vec<FoundProduct>,
    /// Patches that the log names.
    pub patches: Vec<FoundPatch>,
    /// Files in use, and who uses them.
    pub files_in_use: Vec<FileInUse>,
    /// Lines that say why the machine has to restart.
    pub reboot_reasons: Vec<Remark>,
    /// How much of each did not fit.
    pub left_out: LeftOut,
}

/// What a step of a run is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum TimedKind {
    /// A whole session; the product's name is its name.
    Session,
    /// One of Windows Installer's own actions.
    #[default]
    Standard,
    /// A custom action that runs while the script is still being written.
    CustomImmediate,
    /// A custom action that the script runs.
    CustomDeferred,
    /// A custom action that runs only when the script is undone.
    CustomRollback,
    /// A custom action that runs after the script has worked.
    CustomCommit,
    /// A dialog: its time is that of a person who reads it.
    Dialog,
    /// What the script does for one of the actions that wrote it.
    ScriptStep,
    /// One operation of the script.
    ScriptOperation,
    /// A package of a bundle, an item of a setup program.
    Package,
}

/// A session, an action, a step or an operation of the script.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TimedAction {
    /// Index of the session in the report.
    pub session: usize,
    /// Index of what it ran in, in this list.
    pub parent: Option<usize>,
    /// How many are around it.
    pub depth: usize,
    /// Its name; that of the operation (`FileCopy`) for an operation.
    pub name: String,
    /// What it is.
    pub kind: TimedKind,
    /// The client's engine ran it.
    pub client: bool,
    /// What was told of it: the title of an action, the places of an operation.
    pub text: Option<String>,
    /// Line where it began.
    pub line: u64,
    /// Line where it ended; `None` where the log ends before it does, or does not tell.
    pub end_line: Option<u64>,
    /// Time of day when it began, `12:02:17.403`.
    pub started: Option<String>,
    /// The same in milliseconds after the first time that its outermost session tells.
    pub at_ms: Option<u64>,
    /// How long it took, in milliseconds; up to the log's last line where that cuts it off. `None`
    /// where the log has no times.
    pub ms: Option<u64>,
    /// What it returned: 0 not run, 1 worked, 2 cancelled, 3 failed.
    pub return_value: Option<i64>,
    /// What the custom action itself returned, where the log says so.
    pub returned_code: Option<i64>,
    /// It is on the failing path: the action that failed, or one around it that passed that on.
    pub failed: bool,
    /// It undoes what was done before.
    pub rollback: bool,
}

/// A property of a session.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Property {
    /// Index of the session in the report.
    pub session: usize,
    /// Its name.
    pub name: String,
    /// Its value at the end of the client's run.
    pub client: Option<FinalValue>,
    /// Its value at the end of the service's run.
    pub server: Option<FinalValue>,
    /// Its value at the end of a run inside another one.
    pub nested: Option<FinalValue>,
    /// Where it was set, in the order of the log.
    pub changes: Vec<PropertyChange>,
}

/// What the dump at the end of a run says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FinalValue {
    /// The value.
    pub value: String,
    /// Its line.
    pub line: u64,
}

/// How a property got a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ChangeKind {
    /// The command line of the run has it.
    CommandLine,
    /// A transform is named for it.
    Transform,
    /// It was not there before.
    #[default]
    Added,
    /// It had another value.
    Modified,
    /// It was taken away.
    Deleted,
}

/// One change of a property.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PropertyChange {
    /// Its line.
    pub line: u64,
    /// What happened to it.
    pub how: ChangeKind,
    /// Its value from then on; `None` where it was deleted.
    pub value: Option<String>,
    /// The action that was running, the custom action that set it.
    pub action: Option<String>,
    /// That is a custom action.
    pub by_custom_action: bool,
    /// The client's engine did it.
    pub client: bool,
}

/// A feature, and what was to be done with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Feature {
    /// Index of the session in the report.
    pub session: usize,
    /// Its name.
    pub name: String,
    /// Its line.
    pub line: u64,
    /// What it was before: `Absent`, `Local`, `Source`, `Advertise`.
    pub installed: Option<String>,
    /// What was asked for.
    pub request: Option<String>,
    /// What was to be done.
    pub action: Option<String>,
}

/// A component, and what was to be done with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Component {
    /// Index of the session in the report.
    pub session: usize,
    /// Its name.
    pub name: String,
    /// Its line.
    pub line: u64,
    /// What it was before.
    pub installed: Option<String>,
    /// What was asked for.
    pub request: Option<String>,
    /// What was to be done.
    pub action: Option<String>,
    /// What the product itself has of it; newer engines say so.
    pub client_state: Option<String>,
}

/// For whom a policy holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PolicyScope {
    /// Everybody on the machine.
    #[default]
    Machine,
    /// The user.
    User,
}

/// A policy that the engine asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Policy {
    /// Index of the session in the report.
    pub session: usize,
    /// For whom it holds.
    pub scope: PolicyScope,
    /// Its name.
    pub name: String,
    /// Its value; 0 where it is not set.
    pub value: String,
    /// The line that told it first.
    pub line: u64,
}

/// A line that is worth to be shown for itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Remark {
    /// Index of the session in the report.
    pub session: usize,
    /// Its number.
    pub line: u64,
    /// What it says, without the engine's prefix.
    pub text: String,
}

/// How a log names a product.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProductRole {
    /// The product that is installed.
    #[default]
    Itself,
    /// The package that holds it (`PackageCode`).
    Package,
    /// The line of products that it belongs to (`UpgradeCode`).
    Family,
    /// An older one, found by `FindRelatedProducts`.
    Related,
    /// One that is removed for this one.
    Removed,
    /// Any other.
    Named,
}

/// A product that a log names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FoundProduct {
    /// Index of the session in the report.
    pub session: usize,
    /// The line that named it first.
    pub line: u64,
    /// Its code, in braces, upper case.
    pub code: String,
    /// What it is to this one.
    pub role: ProductRole,
    /// What the line says of it.
    pub text: String,
}

/// A patch that a log names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FoundPatch {
    /// Index of the session in the report.
    pub session: usize,
    /// The line that named it first.
    pub line: u64,
    /// Its code, where the line has it.
    pub code: Option<String>,
    /// What the line says of it.
    pub text: String,
}

/// A file that is in use, or who uses it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FileInUse {
    /// Index of the session in the report.
    pub session: usize,
    /// The line.
    pub line: u64,
    /// The file.
    pub file: Option<String>,
    /// The program that holds it.
    pub process: Option<String>,
    /// Its number.
    pub process_id: Option<u32>,
    /// What the line says, without the engine's prefix.
    pub text: String,
}

/// How much did not fit into the lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct LeftOut {
    /// Actions and steps.
    pub actions: u64,
    /// Operations of the script; quick ones are left out first.
    pub operations: u64,
    /// Properties.
    pub properties: u64,
    /// Changes of properties.
    pub changes: u64,
    /// Features and components.
    pub states: u64,
    /// Policies and other lines.
    pub remarks: u64,
}
