//! What tells a session anything: properties, notes, operations of the script and lines of the
//! engine. The session and the quick way past routine lines both ask here, so that what the one
//! reads the other does not pass over.

use super::open_action::Scheduled;
use crate::formats::scan::Words;

/// A property that tells of the product, the machine or the operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Property {
    Action,
    Arm64,
    Build,
    ClientUiLevel,
    Code,
    Language,
    Machine,
    Manufacturer,
    Name,
    Patch,
    Privileged,
    ProductType,
    Reinstall,
    Remove,
    SideBySide,
    UiLevel,
    UpgradeCode,
    Upgrading,
    User,
    Version,
    Windows,
    X64,
}

/// The property of this name, where it tells anything.
#[must_use]
pub fn property(name: &str) -> Option<Property> {
    // Most names are told by their first letter and length.
    let capital = name.as_bytes().first().is_some_and(u8::is_ascii_uppercase);
    if !capital || !(4..=23).contains(&name.len()) {
        return None;
    }
    Some(match name {
        "ACTION" | "EXECUTEACTION" => Property::Action,
        "Arm64" => Property::Arm64,
        "CLIENTUILEVEL" => Property::ClientUiLevel,
        "ComputerName" => Property::Machine,
        "LogonUser" => Property::User,
        "Manufacturer" => Property::Manufacturer,
        "MsiNTProductType" => Property::ProductType,
        "MsiWin32AssemblySupport" => Property::SideBySide,
        "PATCH" => Property::Patch,
        "Privileged" => Property::Privileged,
        "ProductCode" => Property::Code,
        "ProductLanguage" => Property::Language,
        "ProductName" => Property::Name,
        "ProductVersion" => Property::Version,
        "REINSTALL" => Property::Reinstall,
        "REMOVE" => Property::Remove,
        "UILevel" => Property::UiLevel,
        "UPGRADINGPRODUCTCODE" => Property::Upgrading,
        "UpgradeCode" => Property::UpgradeCode,
        "VersionNT" => Property::Windows,
        "VersionNT64" | "Msix64" | "MsiAMD64" => Property::X64,
        "WindowsBuild" => Property::Build,
        _ => return None,
    })
}

/// Whether a property holds what a script of the package wrote when it failed: Advanced Installer,
/// InstallShield and packages of their own keep it so. Texts that only wait to be shown are named
/// otherwise.
#[must_use]
pub fn holds_error(name: &str, value: &str) -> bool {
    // Hardly any value begins like these.
    if !matches!(value.as_bytes().first(), Some(b'E' | b'S')) {
        return false;
    }
    let begins = ["ERROR: ", "Error: ", "ERROR 0x", "Error 0x", "Exception"];
    let exception = value.starts_with("System.") && value.contains("Exception: ");
    let name = name.to_ascii_uppercase();
    let named = ["LOG", "OUTPUT", "RESULT", "ERROR", "STATUS", "STDERR"];
    (exception || begins.iter().any(|begin| value.starts_with(begin)))
        && named.iter().any(|part| name.contains(part))
}

/// What a note tells beside the message that it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteFact {
    /// A key of the registry that could not be opened; the registration of a product lies below one.
    RegistryKey,
    /// The text of the outcome comes next, in whatever language: whether it worked.
    Outcome(bool),
    /// The number of the message that comes next.
    NextMessage,
    /// A path that the engine does not take. Good runs write it too, when a path is checked as if it
    /// were a name; where no action has begun, the path is the package's own.
    Path,
}

/// The numbers of notes that tell something.
pub const TELLING_NOTES: [u32; 11] = [
    1324, 1402, 1707, 1708, 1724, 1725, 1726, 1727, 1728, 1729, 2228,
];

/// What a note of this number tells.
#[must_use]
pub fn note(number: u32) -> Option<NoteFact> {
    Some(match number {
        1402 => NoteFact::RegistryKey,
        1707 | 1724 | 1726 | 1728 => NoteFact::Outcome(true),
        1708 | 1725 | 1727 | 1729 => NoteFact::Outcome(false),
        1324 => NoteFact::Path,
        2228 => NoteFact::NextMessage,
        _ => return None,
    })
}

/// The registration of a product lies below such a key.
pub const PRODUCTS: Words = Words::new("\\Products\\");
const ABOUT_ERRORS: Words = Words::new(" 3: Error ");

/// Whether a note tells what its number may tell, by a look at its text: most of these keys and
/// queries are of no use to a session.
#[must_use]
pub fn note_may_tell(number: u32, text: &str) -> bool {
    note(number).is_some_and(|fact| match fact {
        NoteFact::RegistryKey => PRODUCTS.find(text).is_some(),
        NoteFact::NextMessage => ABOUT_ERRORS.find(text).is_some(),
        NoteFact::Outcome(_) | NoteFact::Path => true,
    })
}

/// What an operation of the script is to a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationRole {
    /// A script begins.
    Header,
    /// A step begins.
    Step,
    /// The script ends.
    End,
    /// It names the product.
    Product,
    /// It names a patch.
    Patch,
    /// A custom action.
    CustomAction(Scheduled),
    /// It tells of progress, or of the interface, and does nothing.
    Progress,
    /// It does the work of its step; the last one before a failure counts.
    Work,
}

/// What an operation of this name is to a session.
#[must_use]
pub fn operation(name: &str) -> OperationRole {
    match name {
        "Header" => OperationRole::Header,
        "ActionStart" => OperationRole::Step,
        "End" => OperationRole::End,
        "ProductInfo" => OperationRole::Product,
        "PatchRegister" => OperationRole::Patch,
        "CustomActionSchedule" => OperationRole::CustomAction(Scheduled::Deferred),
        "CustomActionRollback" => OperationRole::CustomAction(Scheduled::Rollback),
        "CustomActionCommit" => OperationRole::CustomAction(Scheduled::Commit),
        "ProgressTotal" | "ProgressTick" | "DialogInfo" | "RollbackInfo" | "SetBaseline" => {
            OperationRole::Progress
        }
        _ => OperationRole::Work,
    }
}

/// A line of the engine that names a product, or a state of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineLine {
    /// It holds the product code.
    Code,
    /// Sources are looked for by product and by patch alike.
    Source,
    /// Patches are put in order.
    Sequence,
    /// The state of the product.
    State,
    /// Name of the package.
    Package,
    /// A patch and its file.
    Patch,
}

/// What a line of the engine names, told by its first eight bytes.
#[must_use]
pub fn engine_line(head: &[u8; 8]) -> Option<EngineLine> {
    Some(match head {
        b"Running " | b"APPCOMPA" | b"Determin" | b"Server n" => EngineLine::Code,
        b"SOURCEMG" | b"SOURCEDI" => EngineLine::Source,
        b"Sequence" => EngineLine::Sequence,
        b"Product " => EngineLine::State,
        b"Package " => EngineLine::Package,
        [b'{', ..] => EngineLine::Patch,
        _ => return None,
    })
}

/// How a line begins that tells of a failure while changes were undone.
pub const ROLLBACK_FAILURE: &str = "Error in rollback skipped";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_notes_that_tell_something() {
        let telling = (0..10_000).filter(|number| note(*number).is_some());
        assert!(telling.eq(TELLING_NOTES));
    }

    #[test]
    fn properties_that_hold_an_error() {
        for (name, value, error) in [
            ("SCRIPT_LOG", "ERROR: The account is locked.", true),
            (
                "StepResult",
                "System.IO.IOException: The disk is gone.",
                true,
            ),
            ("SQL_STATUS_ERROR", "Error 0x80004005: no login", true),
            ("SCRIPT_LOG", "Everything is fine. ERROR: none", false),
            ("NEEDS_FRAMEWORK", "Error: It needs the framework.", false),
            ("SCRIPT_LOG", "", false),
            ("ErrorDialog", "ErrorDlg", false),
        ] {
            assert_eq!(holds_error(name, value), error, "{name} {value}");
        }
    }
}
