//! The actions that Windows Installer itself knows, and the type numbers of custom actions.

use std::sync::LazyLock;

use super::table::{find, rows, sorted};

const TABLE: &str = include_str!("standard-actions.tsv");
const TYPES: &str = include_str!("custom-action-types.tsv");

/// All of the installer's own actions, sorted by name.
pub static ALL: LazyLock<Vec<StandardAction>> =
    LazyLock::new(|| sorted(TABLE, |row: &StandardAction| row.name));

/// One of the installer's own actions.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize)]
pub struct StandardAction {
    /// Its name.
    pub name: &'static str,
    /// The sequences it belongs to: `UI`, `execute`, `UI+execute`, `any`, `top level`, `engine`.
    pub sequence: &'static str,
    /// Its place in the suggested sequence.
    pub number: Option<u32>,
    /// What it does and what usually is wrong when it fails.
    pub failure_usually_means: &'static str,
    /// Where this is written.
    pub source: &'static str,
}

/// The installer's own action of this name. The three dialogs that end a run (`ExitDialog`,
/// `FatalError`, `UserExit`) are among them.
pub fn standard_action(name: &str) -> Option<&'static StandardAction> {
    find(&ALL, name, |row| row.name)
}

/// Whether Windows Installer itself runs the action of this name; dialogs do not count.
pub fn is_standard(name: &str) -> bool {
    standard_action(name).is_some_and(|action| action.sequence != "UI exit")
}

/// Whether this is a dialog that tells how a run ended. It runs after the end, so nothing in it is
/// the cause of that.
pub fn ends_run(name: &str) -> bool {
    end_dialog(name).is_some()
}

/// How a run ended, by the dialog that is shown at its end.
pub fn end_dialog(name: &str) -> Option<DialogEnd> {
    let mut rows = END_DIALOGS.iter();
    rows.find(|row| row.name == name).map(|row| row.ends)
}

/// How a run ended for which a dialog is shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DialogEnd {
    /// It worked.
    Worked,
    /// It failed.
    Failed,
    /// The user cancelled it.
    Cancelled,
}

/// Such a dialog: the installer's own, or that of an authoring tool under a name of its own.
#[derive(serde::Deserialize)]
struct EndDialog {
    name: &'static str,
    ends: DialogEnd,
    #[serde(rename = "source")]
    _source: &'static str,
}

static END_DIALOGS: LazyLock<Vec<EndDialog>> =
    LazyLock::new(|| rows(include_str!("end-dialogs.tsv")).collect());

/// One thing that the type number of a custom action may say.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize)]
pub struct TypePart {
    /// `kind` (what it runs and where that comes from), `time` (when it runs), or `option`.
    pub part: &'static str,
    /// The bits that say it.
    mask: u32,
    /// What those bits must be.
    value: u32,
    /// What it is, in words.
    pub text: &'static str,
    /// Where this is written.
    pub source: &'static str,
}

/// Takes the `Type` column of the CustomAction table apart. A number of no documented type has no
/// `kind`.
pub fn custom_action_type(bits: u32) -> impl Iterator<Item = TypePart> {
    rows(TYPES).filter(move |row: &TypePart| bits & row.mask == row.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::table::{count, every_row_has_a_source};

    #[test]
    fn every_row_is_read_once() {
        assert_eq!(ALL.len(), count(TABLE));
        assert!(ALL.is_sorted_by(|a, b| a.name < b.name));
        assert!(every_row_has_a_source(TABLE));
    }

    #[test]
    fn names() {
        assert!(is_standard("InstallFiles") && is_standard("INSTALL") && is_standard("Rollback"));
        assert!(!is_standard("installfiles") && !is_standard("FatalError") && !is_standard(""));
        assert_eq!(standard_action("InstallFiles").unwrap().number, Some(4000));
        assert!(standard_action("FatalError").is_some());
    }

    #[test]
    fn the_dialogs_at_the_end_are_known_to_both_tables() {
        let own = ALL.iter().filter(|action| action.sequence == "UI exit");
        let names: Vec<&str> = own.map(|action| action.name).collect();
        assert_eq!(names, ["ExitDialog", "FatalError", "UserExit"]);
        assert!(names.iter().all(|name| ends_run(name)));
        assert!(ends_run("FatalErrorForm") && !ends_run("InstallFiles"));
        let ends = ["ExitDialog", "SetupCompleteError", "UserExitForm"].map(end_dialog);
        use DialogEnd::{Cancelled, Failed, Worked};
        assert_eq!(ends, [Worked, Failed, Cancelled].map(Some));
    }

    #[test]
    fn types_are_taken_apart() {
        assert_eq!(rows::<TypePart>(TYPES).count(), count(TYPES));
        assert!(every_row_has_a_source(TYPES));
        let says = |bits: u32, part: &str| {
            let parts = custom_action_type(bits).filter(|row| row.part == part);
            let texts: Vec<&str> = parts.map(|row| row.text).collect();
            texts.join("; ")
        };
        for bits in (0..=0xffff).step_by(0x100) {
            let times = custom_action_type(bits).filter(|row| row.part == "time");
            assert_eq!(times.count(), 1, "{bits}");
        }
        assert_eq!(says(3073, "kind"), "dll, from binary");
        assert_eq!(says(3073, "time"), "from the script");
        assert_eq!(says(3073, "option"), "runs as the system");
        assert_eq!(says(3329, "time"), "when the script is undone");
        assert_eq!(says(3585, "time"), "after the script has worked");
        assert_eq!(says(257, "time"), "while the script is written");
        assert_eq!(says(210, "kind"), "exe, from installedfile");
        assert_eq!(
            says(210, "option"),
            "its failure does not count; the installer does not wait for it"
        );
        assert!(says(11265, "option").contains("kept out of the log"));
        assert_eq!(says(19, "kind"), "message, from none");
        assert_eq!(says(u32::MAX, "kind"), "");
    }
}
