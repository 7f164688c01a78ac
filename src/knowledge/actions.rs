//! The actions that Windows Installer itself knows, and the type numbers of custom actions.

use std::sync::LazyLock;

use super::table::{find, sorted};

const TABLE: &str = include_str!("standard-actions.tsv");

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
    find(all(), name, |row| row.name)
}

/// Whether Windows Installer itself runs the action of this name; dialogs do not count.
pub fn is_standard(name: &str) -> bool {
    standard_action(name).is_some_and(|action| action.sequence != "UI exit")
}

/// All rows, sorted by name.
pub fn all() -> &'static [StandardAction] {
    static ROWS: LazyLock<Vec<StandardAction>> =
        LazyLock::new(|| sorted(TABLE, |row: &StandardAction| row.name));
    &ROWS
}

/// What a custom action runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CustomActionKind {
    /// A function of a DLL.
    Dll,
    /// A program.
    Exe,
    /// JScript.
    JScript,
    /// VBScript.
    VbScript,
    /// Shows an error and stops (type 19).
    Message,
    /// Sets a folder (type 35).
    Directory,
    /// Sets a property (type 51).
    Property,
    /// Installs another package within this one.
    NestedInstall,
    /// No documented type.
    Unknown,
}

/// Where the code of a custom action comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CustomActionLocation {
    /// The Binary table of the package.
    Binary,
    /// A file that the package installs.
    InstalledFile,
    /// A folder, with a command line.
    Directory,
    /// A property.
    Property,
    /// The custom action's own row.
    Inline,
    /// A package inside this one.
    EmbeddedPackage,
    /// A package beside this one.
    SourcePackage,
    /// A package that is advertised.
    AdvertisedPackage,
    /// It has no code.
    None,
}

/// When a custom action runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CustomActionTiming {
    /// At its place in the sequence.
    Immediate,
    /// From the script, between `InstallInitialize` and `InstallFinalize`.
    Deferred,
    /// When the script is undone.
    Rollback,
    /// After the script succeeded.
    Commit,
}

/// The `Type` column of the CustomAction table, taken apart.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CustomActionType {
    /// The whole number.
    pub bits: u32,
    /// What it runs.
    pub kind: CustomActionKind,
    /// Where the code comes from.
    pub location: CustomActionLocation,
    /// When it runs.
    pub timing: CustomActionTiming,
    /// Its failure does not stop the run (+64).
    pub ignore_failure: bool,
    /// The installer does not wait for it at this place (+128).
    pub asynchronous: bool,
    /// It runs with the rights of the system, not of the user (+2048).
    pub no_impersonate: bool,
    /// Its script runs as a 64-bit process (+4096).
    pub script_64_bit: bool,
    /// What is passed to it is kept out of the log (+8192).
    pub hidden_target: bool,
    /// It impersonates the user on a terminal server too (+16384).
    pub terminal_server_aware: bool,
    /// It runs when a patch is removed (+32768).
    pub patch_uninstall: bool,
}

/// Takes a custom action's type number apart, as documented on Microsoft Learn: "Summary List of
/// All Custom Action Types", "Custom Action In-Script Execution Options", "Custom Action Return
/// Processing Options", "Custom Action Hidden Target Option", "Custom Action Patch Uninstall
/// Option".
pub fn custom_action_type(bits: u32) -> CustomActionType {
    let (kind, location) = kind_and_location(bits & 0x3f);
    let has = |bit: u32| bits & bit != 0;
    let timing = match (has(0x400), has(0x100), has(0x200)) {
        (false, ..) => CustomActionTiming::Immediate,
        (true, true, _) => CustomActionTiming::Rollback,
        (true, false, true) => CustomActionTiming::Commit,
        (true, false, false) => CustomActionTiming::Deferred,
    };
    CustomActionType {
        bits,
        kind,
        location,
        timing,
        ignore_failure: has(0x40),
        asynchronous: has(0x80),
        no_impersonate: has(0x800),
        script_64_bit: has(0x1000),
        hidden_target: has(0x2000),
        terminal_server_aware: has(0x4000),
        patch_uninstall: has(0x8000),
    }
}

fn kind_and_location(basic: u32) -> (CustomActionKind, CustomActionLocation) {
    use CustomActionKind as Kind;
    use CustomActionLocation as Location;
    match basic {
        1 => (Kind::Dll, Location::Binary),
        2 => (Kind::Exe, Location::Binary),
        5 => (Kind::JScript, Location::Binary),
        6 => (Kind::VbScript, Location::Binary),
        7 => (Kind::NestedInstall, Location::EmbeddedPackage),
        17 => (Kind::Dll, Location::InstalledFile),
        18 => (Kind::Exe, Location::InstalledFile),
        19 => (Kind::Message, Location::None),
        21 => (Kind::JScript, Location::InstalledFile),
        22 => (Kind::VbScript, Location::InstalledFile),
        23 => (Kind::NestedInstall, Location::SourcePackage),
        34 => (Kind::Exe, Location::Directory),
        35 => (Kind::Directory, Location::None),
        37 => (Kind::JScript, Location::Inline),
        38 => (Kind::VbScript, Location::Inline),
        39 => (Kind::NestedInstall, Location::AdvertisedPackage),
        50 => (Kind::Exe, Location::Property),
        51 => (Kind::Property, Location::None),
        53 => (Kind::JScript, Location::Property),
        54 => (Kind::VbScript, Location::Property),
        _ => (Kind::Unknown, Location::None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::table::{count, every_row_has_a_source};

    #[test]
    fn every_row_is_read_once() {
        assert_eq!(all().len(), count(TABLE));
        assert!(all().is_sorted_by(|a, b| a.name < b.name));
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
    fn types_are_taken_apart() {
        let action = custom_action_type(3073);
        assert_eq!(
            (action.kind, action.location),
            (CustomActionKind::Dll, CustomActionLocation::Binary)
        );
        assert_eq!(action.timing, CustomActionTiming::Deferred);
        assert!(action.no_impersonate && !action.ignore_failure);
        assert_eq!(
            custom_action_type(3329).timing,
            CustomActionTiming::Rollback
        );
        assert_eq!(custom_action_type(3585).timing, CustomActionTiming::Commit);
        assert_eq!(
            custom_action_type(257).timing,
            CustomActionTiming::Immediate
        );
        let launch = custom_action_type(210);
        assert!(
            launch.ignore_failure && launch.asynchronous && launch.kind == CustomActionKind::Exe
        );
        assert!(custom_action_type(11265).hidden_target);
        assert_eq!(custom_action_type(19).kind, CustomActionKind::Message);
        assert_eq!(custom_action_type(u32::MAX).kind, CustomActionKind::Unknown);
    }
}
