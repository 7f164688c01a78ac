use super::*;
use crate::engine::{Options, analyse};

/// Number and role of the lines that are shown.
fn shown(log: &str, max_evidence: usize) -> Vec<(u64, Role)> {
    let options = Options {
        max_evidence,
        ..Options::default()
    };
    let report = analyse("test.log", log.as_bytes(), &options).unwrap();
    let failure = report.principal().unwrap().failure.clone().unwrap();
    let evidence = failure.evidence.into_iter();
    evidence.map(|e| (e.line, e.role)).collect()
}

fn told(what: &str) -> Role {
    Role::TellTale(what.to_owned())
}

const EVERYTHING: &str = "\
MSI (s) (7C:A4) [10:00:00:000]: SHELL32::SHGetFolderPath failed with error: 5
MSI (s) (7C:A4) [10:00:00:000]: Failed to grab execution mutex. System error 258.
MSI (s) (7C:A4) [10:00:00:000]: RESTART MANAGER: Did detect that application with id
Action start 10:00:00: InstallFinalize.
MSI (s) (7C:A4) [10:00:01:000]: Executing op: CustomActionSchedule(Action=Example,ActionType=1025,Source=BinaryData,Target=Run,)
MSI (s) (7C:A4) [10:00:01:000]: Note: 1: 1321 2: C:\\Example\\a.dll 3: 5
Error 1321. The Installer has insufficient privileges to modify this file: C:\\Example\\a.dll.
MSI (s) (7C:A4) [10:00:01:000]: Product: Example -- Error 1321. The Installer has insufficient privileges to modify this file: C:\\Example\\a.dll.
Internal Error 2235. Example
Error 1704. An installation for Example is currently suspended.
Info 2898. Tahoma
MSI (s) (7C:A4) [10:00:01:000]: Note: 1: 1406 2: Version 3: HKLM\\Software\\Example 4: 5
MSI (s) (7C:A4) [10:00:01:000]: Error: cannot register 64 bit component
Helper: Access is denied.
Helper: The file was not found.
Helper: Reading settings.
WixQuietExec:  Reading settings
CustomAction Example returned actual error code 1603 (note this may not be 100% accurate if translation happened inside sandbox)
Action ended 10:00:02: InstallFinalize. Return value 3.
Action ended 10:00:02: INSTALL. Return value 3.
MSI (s) (7C:A4) [10:00:03:000]: MainEngineThread is returning 1603
";

/// Line and role of everything in that log that proves something, the most telling first: the
/// order in which lines stay.
fn order() -> Vec<(u64, Role)> {
    vec![
        (7, Role::Cause),
        (6, Role::RawMessage),
        (18, Role::Returned),
        (14, Role::ActionOutput),
        (9, Role::AlsoSaid),
        (10, Role::AlsoSaid),
        (19, Role::Failed),
        (15, Role::OtherOutput),
        (5, Role::ScriptStep),
        (12, Role::Noted),
        (1, told("a folder of the user's profile could not be read")),
        (3, told("this program holds files in use")),
        (
            13,
            told("the package holds 64-bit parts and this Windows is 32-bit"),
        ),
        (17, Role::ActionOutput),
        (8, Role::MessageAgain),
    ]
}

#[test]
fn what_proves_most_stays() {
    let order = order();
    for most in 0..=order.len() + 1 {
        let mut expected: Vec<(u64, Role)> = order.iter().take(most.max(1)).cloned().collect();
        expected.sort_by_key(|(line, _)| *line);
        assert_eq!(shown(EVERYTHING, most), expected, "{most}");
    }
}

#[test]
fn a_cancelled_action_and_lines_without_an_action() {
    let log = "\
Action start 10:00:00: InstallFiles.
Action ended 10:00:01: InstallFiles. Return value 2.
Action ended 10:00:01: INSTALL. Return value 2.
MSI (s) (7C:A4) [10:00:02:000]: MainEngineThread is returning 1602
";
    assert_eq!(shown(log, 9), [(2, Role::Cancelled)]);
    let log = "\
Helper: Access is denied.
Helper: The file was not found.
Error 1310. Error writing to file: C:\\Example\\a.dll.
MSI (s) (7C:A4) [10:00:02:000]: MainEngineThread is returning 1603
";
    assert_eq!(
        shown(log, 9),
        [
            (1, Role::AlsoWritten),
            (2, Role::AlsoWritten),
            (3, Role::Cause)
        ]
    );
}
