//! Tests of the runs of setup programs, on logs of our own making.

use super::*;
use crate::run::{Operation, Outcome};

/// The runs of a log.
pub(super) fn read(log: &str) -> Vec<Setup> {
    let mut format = SetupFormat::default();
    let mut lines = 0;
    for line in log.lines() {
        lines += 1;
        format.push(lines, line);
    }
    format.setups(lines).0
}

const FAILED: &str = r#"OS Version = 6.1.7601, SP = 1.0, Platform 2, Service Pack 1
OS Description = Windows 7 - x64 Ultimate Edition Service Pack 1
CommandLine = C:\1a2b\\Setup.exe /x86 /x64
Operation: Installing
Package Name = Pumpworks Runtime Setup
Package Version = 2.4.50709
Exe (C:\1a2b\Helper.exe) succeeded.
Exe Log File: dd_Helper.txt
MSI (C:\1a2b\Pump_x64.msi) Installation failed. Msi Log: Pumpworks Runtime Setup_20310923_161957206-MSI_Pump_x64.msi.txt
Final Result: Installation failed with error code: (0x80070643), "Fatal error during installation. " (Elapsed time: 0 00:00:14)."#;

#[test]
fn a_pasted_log() {
    let all = read(FAILED);
    let session = all.first().unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(
        session.run.product.name.as_deref(),
        Some("Pumpworks Runtime")
    );
    assert_eq!(session.run.product.version.as_deref(), Some("2.4.50709"));
    assert_eq!(session.run.machine.windows.as_deref(), Some("6.1.7601"));
    assert_eq!(session.run.machine.arch.as_deref(), Some("x64"));
    assert_eq!(session.run.operation, Operation::Install);
    assert_eq!(
        (session.run.outcome, session.run.exit_code),
        (Outcome::Failed, Some(1603))
    );
    assert_eq!(
        (session.run.duration_ms, &session.run.started),
        (Some(14_000), &None)
    );
    let logs: Vec<_> = session
        .logs
        .iter()
        .map(|(log, _)| (log.of.as_str(), log.path.as_str(), log.line))
        .collect();
    assert_eq!(
        logs,
        [
            ("Helper.exe", "dd_Helper.txt", 8),
            (
                "Pump_x64.msi",
                "Pumpworks Runtime Setup_20310923_161957206-MSI_Pump_x64.msi.txt",
                9
            ),
        ]
    );
    assert!(session.is_complete());
}

#[test]
fn runs_of_a_suite_are_told_apart_and_its_restart_is_none() {
    let log = "[05/15/31,12:14:37] Setup.exe: ========== Logging started ==========\n\
        [05/15/31,12:14:39] Setup.exe: CopyFiles() - Copied files; rerunning Setup...\n\
        [05/15/31,12:14:39] Setup.exe: SETUP EXIT CODE - 0\n\
        [05/15/31,12:14:39] Setup.exe: ========== Logging started ==========\n\
        [05/15/31,12:15:00] Pump Tools: ***ERRORLOG EVENT*** : download failed with 800c0005\n\
        [05/15/31,12:20:00] Setup.exe: SETUP EXIT CODE - 1603\n\
        [05/15/31,13:10:00] Setup.exe: ========== Logging started ==========\n\
        [05/15/31,13:20:00] Setup.exe: SETUP EXIT CODE - 3010\n";
    let all = read(log);
    let ends: Vec<_> = all
        .iter()
        .map(|s| (s.run.outcome, s.run.exit_code))
        .collect();
    assert_eq!(
        ends,
        [
            (Outcome::Failed, Some(1603)),
            (Outcome::SucceededReboot, Some(3010))
        ]
    );
    let first = all.first().unwrap();
    assert_eq!(first.run.started.as_deref(), Some("2031-05-15T12:14:37"));
    let error = first.problems.first().unwrap();
    assert_eq!(error.code, Some(0x800c_0005));
    assert_eq!(first.items.first().unwrap().name, "Pump Tools");
}

#[test]
fn an_extractor() {
    let log = "[5/6/2031, 16:12:45] === Logging started: 2031/06/05 16:12:45 ===\n\
        [5/6/2031, 16:12:45] Executable: C:\\t\\pump45.exe v4.5.512.34\n\
        [5/6/2031, 16:12:54] Executing command line: 'D:\\caea\\\\Setup.exe  /q /repair'\n\
        [5/6/2031, 16:15:54] Exiting with result code: 0x642\n\
        [5/6/2031, 16:15:54] === Logging stopped: 2031/06/05 16:15:54 ===\n";
    let all = read(log);
    let session = all.first().unwrap();
    assert_eq!(session.run.started.as_deref(), Some("2031-06-05T16:12:45"));
    assert_eq!(session.run.duration_ms, Some(189_000));
    assert_eq!(
        session.run.product.package.as_deref(),
        Some("C:\\t\\pump45.exe")
    );
    assert_eq!(
        (session.run.outcome, session.run.exit_code),
        (Outcome::Cancelled, Some(1602))
    );
    assert_eq!(session.run.operation, Operation::Repair);
}

#[test]
fn a_message_of_several_lines() {
    let log = "Returning IDOK. INSTALLMESSAGE_ERROR [Error 1935.An error occurred.\n\
        More of it. HRESULT: 0x80070005. ]\n\
        MSI returned 0x643\n";
    let all = read(log);
    let error = all.first().unwrap().problems.first().unwrap();
    assert_eq!((error.number, error.code), (Some(1935), Some(0x8007_0005)));
}

/// Once a line tells that a log is one of a suite's setup, no other format sees those with its stamp.
#[test]
fn lines_of_a_suite_are_its_own() {
    let mut format = SetupFormat::default();
    let text = "[05/15/31,13:13:58] Setup.exe: SETUP EXIT CODE - 1603";
    let line = |text| Line { number: 1, text };
    assert!(!format.take_own(&line(text)));
    let told = Told {
        by_engine: false,
        shape: Shape::Text,
    };
    format.take_shared(&line(text), told);
    assert!(format.take_own(&line(text)));
    assert_eq!(format.claim(), 2);
    // The quick look passes over nothing that tells.
    let before = Before::of(text);
    let idle = |text: &str| {
        before
            .idle(&format!("[05/15/31,13:13:58] {text}"))
            .is_some()
    };
    assert!(idle("Setup.exe: Enters the next step") && idle("Setup.exe: ") && idle(""));
    for telling in [
        "Setup.exe: SETUP EXIT CODE - 1603",
        "Setup.exe: ***ERRORLOG EVENT*** : x",
        "Setup.exe: ========== Logging started ==========",
        "Pump: call returned 0x5",
        "x Final Result: failed with error code: (0x5)",
        "Setup.exe: ***EndOfSession***x",
    ] {
        assert!(!idle(telling), "{telling}");
    }
    assert!(before.idle("[05/15/31,13:13:59] x").is_none());
    for other in ["[05/15/2031, 13:13:58] x", "[05/15/31,13:13:58]x", "x", ""] {
        assert!(!format.take_own(&line(other)), "{other}");
    }
}
