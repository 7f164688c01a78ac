use super::*;
use crate::{Options, analyse};

/// The classes and notes of the lines of a log.
fn annotated(log: &str) -> Vec<(String, Annotation)> {
    let report = analyse("a.log", log.as_bytes(), &Options::default()).unwrap();
    let mut annotator = Annotator::new(&report);
    let lines = (1..).zip(log.lines());
    lines
        .map(|(number, text)| (text.to_owned(), annotator.line(&Line { number, text })))
        .collect()
}

/// The class of the line that holds a text, and its note.
#[track_caller]
fn of(lines: &[(String, Annotation)], text: &str) -> (Class, String) {
    let (_, found) = lines.iter().find(|(line, _)| line.contains(text)).unwrap();
    (found.class, found.note.clone().unwrap_or_default().into())
}

const FAILED: &str = r"=== Verbose logging started: 2026-01-02  10:00:00  Build type: SHIP UNICODE 5.00.10011.00  Calling process: C:\Windows\system32\msiexec.exe ===
MSI (c) (B8:B0) [10:00:00:100]: ******* RunEngine:
MSI (s) (FC:D4) [10:00:00:200]: Machine policy value 'Debug' is 0
MSI (s) (FC:D4) [10:00:00:210]: Note: 1: 1402 2: HKEY_CURRENT_USER\Software\Sample 3: 2 
MSI (s) (FC:D4) [10:00:00:300]: PROPERTY CHANGE: Adding ProductName property. Its value is 'Sample'.
Action start 10:00:00: INSTALL.
MSI (s) (FC:D4) [10:00:00:400]: Doing action: OptionalStep
Action start 10:00:00: OptionalStep.
CustomAction OptionalStep returned actual error code 1603 but will be translated to success due to continue marking
Action ended 10:00:00: OptionalStep. Return value 1.
MSI (s) (FC:D4) [10:00:01:000]: Doing action: InstallFinalize
Action start 10:00:01: InstallFinalize.
MSI (s) (FC:D4) [10:00:01:100]: Executing op: Header(Signature=1397708873,Version=500,Timestamp=1,LangId=1033,Platform=589824,ScriptType=1,ScriptMajorVersion=21,ScriptMinorVersion=4,ScriptAttributes=1)
MSI (s) (FC:D4) [10:00:01:200]: Executing op: ActionStart(Name=InstallFiles,Description=Copying new files,Template=File: [1])
MSI (s) (FC:D4) [10:00:01:300]: Executing op: FileCopy(SourceName=a.dll,DestName=a.dll,,,,,,,,,,,,,,,)
MSI (s) (FC:D4) [10:00:01:400]: Note: 1: 1310 2: 5 3: C:\Sample\a.dll 
Error 1310. Error writing to file: C:\Sample\a.dll.  System error 5.  Verify that you have access to that directory.
Action ended 10:00:02: InstallFinalize. Return value 3.
MSI (s) (FC:D4) [10:00:02:100]: Executing op: Header(Signature=1397708873,Version=500,Timestamp=1,LangId=1033,Platform=589824,ScriptType=2,ScriptMajorVersion=21,ScriptMinorVersion=4,ScriptAttributes=1)
MSI (s) (FC:D4) [10:00:02:200]: Executing op: FileRemove(,FileName=b.dll,,)
Action ended 10:00:03: INSTALL. Return value 3.
Property(S): ProductName = Sample
MSI (s) (FC:D4) [10:00:03:100]: Product: Sample -- Installation failed.
MSI (s) (FC:D4) [10:00:03:200]: MainEngineThread is returning 1603
=== Verbose logging stopped: 2026-01-02  10:00:03 ===
";

#[test]
fn the_lines_of_a_failed_run() {
    let lines = annotated(FAILED);
    let class = |text| of(&lines, text).0;
    let rows = [
        ("Verbose logging started", Class::Session),
        ("RunEngine", Class::Session),
        ("'Debug' is 0", Class::Noise),
        ("Note: 1: 1402", Class::Noise),
        ("PROPERTY CHANGE", Class::Property),
        ("start 10:00:00: INSTALL", Class::Phase),
        ("start 10:00:00: OptionalStep", Class::Action),
        ("returned actual error code 1603", Class::IgnoredFailure),
        ("ended 10:00:00: OptionalStep", Class::Action),
        ("start 10:00:01: InstallFinalize", Class::Phase),
        ("ScriptType=1", Class::Phase),
        ("ActionStart(Name=InstallFiles", Class::Script),
        ("FileCopy(", Class::Evidence),
        ("Error 1310.", Class::Cause),
        ("Note: 1: 1310", Class::Evidence),
        ("ended 10:00:02: InstallFinalize", Class::FailingLine),
        ("ScriptType=2", Class::Rollback),
        ("FileRemove(", Class::Rollback),
        ("ended 10:00:03: INSTALL", Class::KnockOn),
        ("Property(S)", Class::Property),
        ("Installation failed", Class::Outcome),
        ("MainEngineThread", Class::Outcome),
        ("Verbose logging stopped", Class::Session),
    ];
    for (text, wanted) in rows {
        assert_eq!(class(text), wanted, "{text}");
    }
}

#[test]
fn notes_say_why() {
    let lines = annotated(FAILED);
    let note = |text| of(&lines, text).1;
    assert!(note("'Debug' is 0").contains("policy"));
    assert!(note("Error 1310.").to_lowercase().contains("access"));
    assert!(note("Note: 1: 1310").contains("raw arguments"));
    assert!(note("MainEngineThread").ends_with('.'));
    assert_eq!(note("FileCopy("), "the step of the script that was running");
    assert!(note("INSTALL. Return value 3").contains("INSTALL only passes"));
}

#[test]
fn a_message_that_the_report_does_not_speak_of_is_explained() {
    let log = "Action start 10:00:00: A.\n\
        Warning 1946. Property 'P' for shortcut 'S.lnk' could not be set.\n\
        Warning 1909. Could not create shortcut S.lnk.\n\
        MSI (s) (FC:D4) [10:00:00:000]: Note: 1: 1905 2: C:\\a.dll 3: -2147024770 \n\
        Action ended 10:00:00: A. Return value 1.\n";
    let lines = annotated(log);
    assert_eq!(of(&lines, "Warning 1946").0, Class::Noise);
    let (class, note) = of(&lines, "Warning 1909");
    assert_eq!(class, Class::Warning);
    assert!(note.contains("shortcut"), "{note}");
    assert_eq!(of(&lines, "Note: 1: 1905").0, Class::Notable);
}

#[test]
fn what_good_runs_write_too_is_no_sign_there() {
    let line =
        "MSI (s) (FC:D4) [10:00:00:000]: MSI_LUA: Elevation prompt disabled for silent installs\n";
    let log =
        format!("{line}Action start 10:00:00: A.\nAction ended 10:00:00: A. Return value 1.\n");
    assert_eq!(of(&annotated(&log), "prompt disabled").0, Class::Plain);
}

#[test]
fn a_record_that_another_program_quotes_is_read() {
    let log = FAILED
        .lines()
        .map(|line| format!("2026-01-02T10:00:00 build | {line}\n"));
    let lines = annotated(&log.collect::<String>());
    assert_eq!(of(&lines, "Note: 1: 1402").0, Class::Noise);
    assert_eq!(of(&lines, "Error 1310.").0, Class::Cause);
}

#[test]
fn who_wrote_a_line() {
    let report = analyse("a.log", FAILED.as_bytes(), &Options::default()).unwrap();
    let mut annotator = Annotator::new(&report);
    let written = (1..).zip(FAILED.lines()).map(|(number, text)| {
        annotator.line(&Line { number, text });
        annotator.writer()
    });
    let written: Vec<_> = written.take(3).collect();
    assert_eq!(written, [None, Some(Writer::Client), Some(Writer::Server)]);
}

#[test]
fn the_lines_of_a_bundle() {
    let log = "[0AF0:1B2C][2026-01-02T10:00:00]i001: Burn v3.14.0, Windows v10.0 (Build 19045: Service Pack 0), path: C:\\s.exe\n\
        [0AF0:1B2C][2026-01-02T10:00:00]i000: Setting string variable 'WixBundleName' to value 'Sample'\n\
        [0AF0:1B2C][2026-01-02T10:00:01]i300: Apply begin\n\
        [0AF0:1B2C][2026-01-02T10:00:01]i301: Applying execute package: P, action: Install, path: C:\\p.msi, arguments: ''\n\
        [0AF0:1B2C][2026-01-02T10:00:02]e000: Error 0x80070643: Failed to install MSI package.\n\
        [0AF0:1B2C][2026-01-02T10:00:02]i399: Apply complete, result: 0x80070643, restart: None, ba requested restart:  No\n";
    let lines = annotated(log);
    let class = |text| of(&lines, text).0;
    assert_eq!(class("Burn v3"), Class::Session);
    assert_eq!(class("Setting string"), Class::Property);
    assert_eq!(class("Apply begin"), Class::Phase);
    assert!(matches!(
        class("Error 0x80070643"),
        Class::Cause | Class::FailingLine | Class::Evidence
    ));
}

#[test]
fn every_phase_has_its_source_and_is_an_action() {
    use crate::knowledge::{actions, table};
    let table = include_str!("phases.tsv");
    assert!(table::every_row_has_a_source(table));
    for row in table::rows::<[&str; 3]>(table) {
        assert!(actions::standard_action(row[0]).is_some(), "{}", row[0]);
    }
}
