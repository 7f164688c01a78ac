//! Short pieces of logs in the shapes that people paste, and what an expert says of each.

use super::{ActionKind, CodeSpace, Confidence, Failure};
use crate::engine::{Options, analyse};
use crate::formats::msi::{MsiLog, MsiLogBuilder};
use crate::grammar;
use crate::report::LogReport;
use crate::run::Outcome;
use crate::text::Line;

fn report(log: &str) -> LogReport {
    analyse("test.log", log.as_bytes(), &Options::default()).unwrap()
}

pub(super) fn failure(log: &str) -> Failure {
    report(log)
        .principal()
        .and_then(|s| s.failure.clone())
        .unwrap_or_else(|| panic!("no failure in\n{log}"))
}

fn cause_line(log: &str) -> u64 {
    failure(log)
        .cause
        .unwrap_or_else(|| panic!("no cause in\n{log}"))
        .line
}

fn outcome(log: &str) -> (Outcome, Option<i64>) {
    let report = report(log);
    let session = report.principal().expect("a session");
    (session.outcome, session.exit_code)
}

#[test]
fn the_step_of_the_script_is_to_blame_not_what_runs_it() {
    let log = "\
Action start 10:00:00: InstallFinalize.
MSI (s) (7C:A4) [10:00:01:000]: Executing op: ActionStart(Name=CreateFolders,Description=Creating folders,Template=Folder: [1])
MSI (s) (7C:A4) [10:00:01:001]: Executing op: FolderCreate(Folder=C:\\Example\\,Foreign=0,,)
MSI (s) (7C:A4) [10:00:01:002]: Executing op: ActionStart(Name=StartServices,Description=Starting services,Template=Service: [1])
MSI (s) (7C:A4) [10:00:01:003]: Executing op: ServiceControl(,Name=Example,Action=1,Wait=1,)
MSI (s) (7C:A4) [10:00:31:000]: Product: Example -- Error 1920. Service 'Example' (Example) failed to start.  Verify that you have sufficient privileges to start system services.

Error 1920. Service 'Example' (Example) failed to start.  Verify that you have sufficient privileges to start system services.
Action ended 10:00:31: InstallFinalize. Return value 3.
Action ended 10:00:32: INSTALL. Return value 3.
MSI (s) (7C:A4) [10:00:32:000]: MainEngineThread is returning 1603
";
    let failure = failure(log);
    assert_eq!(failure.action.as_deref(), Some("StartServices"));
    assert_eq!(failure.action_kind, ActionKind::Standard);
    assert_eq!(failure.line, 9);
    let cause = failure.cause.unwrap();
    assert_eq!(
        (cause.line, cause.code.value, cause.confidence),
        (6, Some(1920), Confidence::High)
    );
    let names: Vec<&str> = failure
        .propagation
        .iter()
        .map(|p| p.action.as_str())
        .collect();
    assert_eq!(names, ["InstallFinalize", "INSTALL"]);
    assert_eq!(failure.signature, "msi-1920/StartServices");
}

#[test]
fn a_failure_that_was_swallowed_is_not_the_cause() {
    let log = "\
Action start 10:00:00: INSTALL.
Action start 10:00:00: Outer.
Action start 10:00:00: Inner.
Error 1402. Could not open key: HKEY_LOCAL_MACHINE\\A.  System error 5.
Action ended 10:00:00: Inner. Return value 3.
Action ended 10:00:01: Outer. Return value 1.
Action start 10:00:02: LaunchConditions.
MSI (s) (7C:A4) [10:00:02:000]: Product: Example -- Example needs Windows 10.

Action ended 10:00:02: LaunchConditions. Return value 3.
Action ended 10:00:02: INSTALL. Return value 3.
";
    let failure = failure(log);
    assert_eq!(failure.action.as_deref(), Some("LaunchConditions"));
    assert_eq!(failure.cause.unwrap().line, 8);
}

#[test]
fn a_program_speaks_above_the_lines_that_wrap_it() {
    let log = "\
Action start 10:00:00: RunTool.
WixQuietExec64:  \"C:\\Example\\tool.exe\" /install
WixQuietExec64:  Reading settings
WixQuietExec64:  The licence file cannot be read.
WixQuietExec64:  Error 0x80070002: Command line returned an error.
WixQuietExec64:  Error 0x80070002: QuietExec64 Failed
WixQuietExec64:  Error 0x80070002: Failed in ExecCommon64 method
CustomAction RunTool returned actual error code 1603 (note this may not be 100% accurate if translation happened inside sandbox)
Action ended 10:00:01: RunTool. Return value 3.
";
    assert_eq!(cause_line(log), 4);
}

#[test]
fn the_innermost_exception_is_the_cause() {
    let log = "\
Action start 10:00:00: Configure.
SFXCA: Extracting custom action to temporary directory: C:\\Windows\\Installer\\MSI1.tmp-\\
Calling custom action Example!Example.Actions.Configure
Reading settings, no error so far
Exception thrown by custom action:
System.Reflection.TargetInvocationException: Exception has been thrown by the target of an invocation. ---> System.IO.FileNotFoundException: Could not find file 'C:\\Example\\a.xml'.
   at System.IO.FileStream.Init(String path)
CustomAction Configure returned actual error code 1603 (note this may not be 100% accurate if translation happened inside sandbox)
Action ended 10:00:01: Configure. Return value 3.
Action ended 10:00:01: INSTALL. Return value 3.
";
    let failure = failure(log);
    assert_eq!(failure.cause.unwrap().line, 6);
    assert_eq!(failure.action.as_deref(), Some("Configure"));
}

#[test]
fn rollback_and_outcome_lines_are_not_the_cause() {
    let log = "\
Action start 10:00:00: InstallFinalize.
MSI (s) (7C:A4) [10:00:01:000]: Executing op: ActionStart(Name=WriteRegistryValues,,)
MSI (s) (7C:A4) [10:00:01:002]: Note: 1: 1406 2: Version 3: HKEY_LOCAL_MACHINE\\Software\\Example 4: 5
Error 1406. Could not write value Version to key \\Software\\Example.  System error 5.
Action ended 10:00:02: InstallFinalize. Return value 3.
MSI (s) (7C:A4) [10:00:02:100]: Executing op: Header(Signature=1397708873,Version=500,Timestamp=1,LangId=1033,Platform=0,ScriptType=2,)
Action 10:00:02: Rollback. Rolling back action:
MSI (s) (7C:A4) [10:00:02:200]: Executing op: ActionStart(Name=InstallFiles,,)
Error 1306. Another application has exclusive access to the file 'C:\\Example\\a.dll'.
CustomAction UndoIt returned actual error code 1603 (note this may not be 100% accurate if translation happened inside sandbox)
Action ended 10:00:03: INSTALL. Return value 3.
MSI (s) (7C:A4) [10:00:03:000]: Note: 1: 1708
MSI (s) (7C:A4) [10:00:03:000]: Product: Example -- La instalación ha fallado de otra manera.

MSI (s) (7C:A4) [10:00:03:000]: MainEngineThread is returning 1603
";
    let failure = failure(log);
    assert_eq!(failure.action.as_deref(), Some("WriteRegistryValues"));
    let cause = failure.cause.unwrap();
    assert_eq!((cause.line, cause.code.value), (4, Some(1406)));
    let nested = cause.nested_code.unwrap();
    assert_eq!((nested.space, nested.value), (CodeSpace::Win32, Some(5)));
    let report = report(log);
    assert!(
        report.sessions[0]
            .ignored_failures
            .iter()
            .any(|f| f.why == "rollback")
    );
}

#[test]
fn runs_that_die_before_any_action_are_told_by_the_engine() {
    let line = |body: &str| format!("MSI (s) (7C:A4) [10:00:00:000]: {body}\n");
    for (body, code) in [
        ("Failed to grab execution mutex. System error 258.", 1618),
        (
            "Couldn't find local patch ''. Looking for it at its source.",
            1612,
        ),
        ("SOURCEMGMT: Failed to resolve source", 1612),
    ] {
        let head = "=== Verbose logging started: 1/13/2026  10:00:00  Build type: SHIP UNICODE 5.00.10011.00  Calling process: C:\\Windows\\msiexec.exe ===\n";
        let end = line(&format!("MainEngineThread is returning {code}"));
        let log = line("Resetting cached policy values") + &line(body) + &end;
        let piece = failure(&log).cause.unwrap();
        assert_eq!((piece.line, piece.piece), (2, true), "{body}");
        assert_eq!(piece.confidence, Confidence::Medium, "{body}");
        let whole = failure(&format!("{head}{log}")).cause.unwrap();
        assert_eq!((whole.line, whole.piece), (3, false), "{body}");
        assert_eq!(whole.confidence, Confidence::High, "{body}");
        assert_eq!(outcome(&log), (Outcome::Failed, Some(code)));
    }
    for code in [1605, 1619, 1625, 1633, 1638, 1639, 1642] {
        let log = line("Resetting cached policy values")
            + &line(&format!("MainEngineThread is returning {code}"));
        let failure = failure(&log);
        assert_eq!(failure.cause.unwrap().code.value, Some(code));
    }
}

#[test]
fn text_without_a_number_tells_the_cause_too() {
    let log = "\
MSI (c) (7C:A4) [10:00:00:000]: Resetting cached policy values
This installation package is not supported by this processor type. Contact your product vendor.
C:\\Packages\\example.msi
MSI (c) (7C:A4) [10:00:00:000]: MainEngineThread is returning 1633
=== Verbose logging stopped: 1/13/2026  10:00:00 ===
";
    assert_eq!(cause_line(log), 2);
}

#[test]
fn outcomes_by_code() {
    for (code, expected) in [
        (0, Outcome::Succeeded),
        (3010, Outcome::SucceededReboot),
        (1641, Outcome::SucceededReboot),
        (1602, Outcome::Cancelled),
        (1603, Outcome::Failed),
    ] {
        let log = format!("MSI (c) (7C:A4) [10:00:00:000]: MainEngineThread is returning {code}\n");
        assert_eq!(outcome(&log), (expected, Some(code)));
    }
    let client = "MSI (s) (7C:A4) [10:00:00:000]: MainEngineThread is returning 0\nMSI (c) (10:20) [10:00:00:000]: MainEngineThread is returning 3010\n";
    assert_eq!(outcome(client), (Outcome::SucceededReboot, Some(3010)));
}

#[test]
fn a_failed_removal_of_the_older_version_is_explained_from_inside() {
    let log = "\
MSI (s) (7C:A4) [10:00:00:000]: ******* RunEngine:
           ******* Product: C:\\Packages\\new.msi
MSI (s) (7C:A4) [10:00:00:100]: Doing action: INSTALL
Action start 10:00:00: INSTALL.
MSI (s) (7C:A4) [10:00:00:200]: Doing action: RemoveExistingProducts
Action start 10:00:00: RemoveExistingProducts.
MSI (s) (7C:B8) [10:00:01:000]: ******* RunEngine:
           ******* Product: {5B4F6A1E-0D8C-4C47-9B61-1F5B0E3D7A10}
MSI (s) (7C:B8) [10:00:01:100]: Doing action: INSTALL
Action start 10:00:01: INSTALL.
MSI (s) (7C:B8) [10:00:01:200]: Doing action: StopServices
Action start 10:00:01: StopServices.
Error 1921. Service 'Old' (Old) could not be stopped.  Verify that you have sufficient privileges to stop system services.
Action ended 10:00:02: StopServices. Return value 3.
Action ended 10:00:02: INSTALL. Return value 3.
MSI (s) (7C:B8) [10:00:02:100]: MainEngineThread is returning 1603
MSI (s) (7C:A4) [10:00:02:200]: Note: 1: 1714 2: Old 3: 1603
CustomAction  returned actual error code 1603 (note this may not be 100% accurate if translation happened inside sandbox)
Error 1714. The older version of Old cannot be removed.  Contact your technical support group.  System Error 1603.
Action ended 10:00:02: RemoveExistingProducts. Return value 3.
Action ended 10:00:02: INSTALL. Return value 3.
MSI (s) (7C:A4) [10:00:02:300]: MainEngineThread is returning 1603
";
    let report = report(log);
    assert_eq!(report.sessions.len(), 2);
    assert_eq!(report.sessions[1].parent, Some(0));
    let failure = failure(log);
    assert_eq!(failure.action.as_deref(), Some("StopServices"));
    assert_eq!(failure.cause.unwrap().line, 13);
    assert!(
        failure
            .propagation
            .iter()
            .any(|p| p.action == "RemoveExistingProducts")
    );
}

#[test]
fn an_unknown_language_is_read_by_its_shape() {
    let log = "\
MSI (s) (7C:A4) [10:00:00:000]: Doing action: LaunchConditions
Gníomh tosaithe 10:00:00: LaunchConditions.
MSI (s) (7C:A4) [10:00:00:000]: Product: Sampla -- Tá leagan níos nuaí ann.
Gníomh críochnaithe 10:00:00: LaunchConditions. Luach aischurtha 3.
Gníomh críochnaithe 10:00:00: INSTALL. Luach aischurtha 3.
";
    let failure = failure(log);
    assert_eq!(failure.action.as_deref(), Some("LaunchConditions"));
    assert_eq!(failure.cause.unwrap().line, 3);
}

#[test]
fn an_action_without_a_word_has_no_invented_cause() {
    let log = "\
Action start 10:00:00: Silent.
Action ended 10:00:00: Silent. Return value 3.
Action ended 10:00:00: INSTALL. Return value 3.
";
    let failure = failure(log);
    assert_eq!(failure.action.as_deref(), Some("Silent"));
    assert!(failure.cause.is_none());
}

#[test]
fn a_note_announces_the_number_of_a_message_that_has_none() {
    let log = "\
Action start 10:00:00: InstallFiles.
MSI (s) (7C:A4) [10:00:00:000]: Note: 1: 2205 2:  3: Error
MSI (s) (7C:A4) [10:00:00:000]: Note: 1: 2228 2:  3: Error 4: SELECT `Message` FROM `Error` WHERE `Error` = 1309
Kan bestand niet lezen: C:\\Example\\a.exe.
Action ended 10:00:01: InstallFiles. Return value 3.
";
    let cause = failure(log).cause.unwrap();
    assert_eq!((cause.line, cause.code.value), (4, Some(1309)));
}

#[test]
fn output_that_a_setup_program_passes_on_is_the_custom_actions() {
    let log = "\
Info: Action start 10:00:00: InstallFinalize.
Info: Calling custom action Example!Example.Actions.First
Info: System.Exception: an older trouble that was got over
Info: Calling custom action Example!Example.Actions.Unpack
Info: System.BadImageFormatException: The file 'Example' has an incorrect format.
   bei System.Reflection.RuntimeAssembly.Load(String assembly)
Info: CustomAction Unpack returned actual error code 1603 (note this may not be 100% accurate if translation happened inside sandbox)
Info: Action ended 10:00:01: InstallFinalize. Return value 3.
";
    let failure = failure(log);
    assert_eq!(failure.action.as_deref(), Some("Unpack"));
    assert_eq!(failure.action_kind, ActionKind::CustomDeferred);
    assert_eq!(failure.cause.unwrap().line, 5);
}

#[test]
fn an_action_that_speaks_of_itself_sums_up() {
    let log = "\
Helper: Redirection returned 1056: An instance of the service is already running.
Helper: Redirection returned 2: The system cannot find the file specified.
Helper: AddPrinter returned 2: The system cannot find the file specified.
CustomAction AddPrinter returned actual error code 1603 (note this may not be 100% accurate if translation happened inside sandbox)
Action ended 10:00:01: InstallExecute. Return value 3.
";
    assert_eq!(cause_line(log), 3);
}

#[test]
fn a_product_is_recognised_by_the_packed_code_in_a_registry_key() {
    let log = "=== Verbose logging started: 1/1/2026  10:00:00 ===\n\
MSI (s) (00:10) [10:00:00:000]: Note: 1: 1402 2: UNKNOWN\\Products\\C28643E881181F13CBC489DC69571E2C\\InstallProperties 3: 2 \n\
MSI (s) (00:10) [10:00:00:000]: MainEngineThread is returning 1605\n";
    let report = report(log);
    let dotnet = report.sessions[0].dotnet.as_ref().expect("recognised");
    assert_eq!(dotnet.version, "4.0");
    assert_eq!(dotnet.matched_by, crate::knowledge::MatchedBy::PackedGuid);
}

#[test]
fn a_message_without_its_action_still_names_it() {
    let named = |log: &str| failure(log).action;
    let program = "Product: Example -- Error 1722. There is a problem with this Windows Installer package. A program run as part of the setup did not finish as expected. Contact your support personnel or package vendor. Action InstallRuntime, location: C:\\Windows\\Installer\\MSI76D5.tmp, command: /quiet\n";
    assert_eq!(named(program).as_deref(), Some("InstallRuntime"));
    let script = "Product: Example -- Error 1720. There is a problem with this Windows Installer package. A script required for this install to complete could not be run. Contact your support personnel or package vendor.  Custom action CheckService script error -2147319779, :  Line 380, Column 5,\n";
    assert_eq!(named(script).as_deref(), Some("CheckService"));
}

#[test]
fn what_a_com_object_says_of_itself_is_the_cause() {
    let log = "\
MSI (s) (1C:BC) [14:17:52:456]: Invoking remote custom action. DLL: C:\\Windows\\Installer\\MSIEBC3.tmp, Entrypoint: ComPlusInstallExecute
ComPlusInstallExecute:  ExceptionInfo: Code='0', Source='System.EnterpriseServices', Description='No se puede cargar el archivo o ensamblado.', HelpFile='', HelpContext='0'
ComPlusInstallExecute:  Error 0x80020009: Failed to invoke RegistrationHelper.InstallAssembly() method
ComPlusInstallExecute:  Error 0x80020009: Failed to register .NET assembly
";
    assert_eq!(cause_line(log), 2);
}

#[test]
fn a_bundle_that_met_another_installation_is_told_to_wait() {
    let log = "\
[0C70:06C8][2026-01-19T13:10:33]i301: Applying execute package: Main, action: Install, path: C:\\ProgramData\\Package Cache\\{79865300-0FC0-4380-AAAF-EF52B1407B79}v1.6.1.0\\Example.msi, arguments: ''
[0C70:06C8][2026-01-19T13:10:33]e000: Error 0x80070652: Failed to install MSI package.
[0C70:06C8][2026-01-19T13:10:33]e000: Error 0x80070652: Failed to execute MSI package.
[31B0:2668][2026-01-19T13:10:33]i319: Applied execute package: Main, result: 0x80070652, restart: None
[31B0:2668][2026-01-19T13:10:34]i399: Apply complete, result: 0x80070652, restart: None, ba requested restart:  No
";
    let remedies = failure(log).remedies;
    let rules: Vec<&str> = remedies.iter().map(|r| r.rule.as_str()).collect();
    assert_eq!(rules, ["another-installation-running"]);
}

#[test]
fn output_of_the_rollback_is_not_the_cause_of_a_piece() {
    let log = "\
CustomAction InstallRuntime returned actual error code 1618 (note this may not be 100% accurate if translation happened inside sandbox)
MSI (s) (A0:44) [18:16:04:014]: Product: Example -- Error 1722. There is a problem with this Windows Installer package. A program run as part of the setup did not finish as expected. Contact your support personnel or package vendor.  Action InstallRuntime, location: C:\\Windows\\Installer\\MSI76D5.tmp, command: /quiet /norestart
WixRemoveInternetShortcuts:  Error 0x80070103: failed to read shortcut attributes from custom action data
CustomAction Wix4RollbackInternetShortcuts_A64 returned actual error code 1603 but will be translated to success due to continue marking
MSI (s) (A0:44) [18:16:23:673]: Product: Example -- Installation failed.
";
    assert_eq!(cause_line(log), 2);
    let first = failure(log).remedies.first().map(|r| r.rule.clone());
    assert_eq!(first.as_deref(), Some("exe-needs-the-installer-itself"));
}

fn slowest(log: &str) -> Vec<(String, u64, u64)> {
    let report = report(log);
    let slowest = report.sessions[0].slowest.iter();
    slowest.map(|s| (s.action.clone(), s.ms, s.line)).collect()
}

#[test]
fn a_step_of_the_script_counts_for_itself_and_not_for_what_runs_it() {
    let log = "\
MSI (s) (7C:A4) [10:00:00:000]: Doing action: InstallFiles
Action start 10:00:00: InstallFiles.
MSI (s) (7C:A4) [10:00:00:400]: Doing action: InstallFinalize
Action ended 10:00:00: InstallFiles. Return value 1.
Action start 10:00:00: InstallFinalize.
MSI (s) (7C:A4) [10:00:01:000]: Executing op: ActionStart(Name=InstallFiles,,)
MSI (s) (7C:A4) [10:00:01:000]: Executing op: FileCopy(SourceName=a.dll,)
MSI (s) (7C:A4) [10:00:04:000]: Executing op: FileCopy(SourceName=b.dll,)
MSI (s) (7C:A4) [10:00:06:000]: Executing op: ActionStart(Name=Prepare,,)
MSI (s) (7C:A4) [10:00:06:000]: Executing op: CustomActionSchedule(Action=Own,ActionType=3073,Source=BinaryData,)
MSI (s) (7C:A4) [10:00:16:000]: Executing op: End(Checksum=0,ProgressTotalHDWord=0,ProgressTotalLDWord=1)
MSI (s) (7C:A4) [10:00:18:400]: Unlocking Server
Action ended 10:00:18: InstallFinalize. Return value 1.
Action ended 10:00:18: INSTALL. Return value 1.
MSI (s) (7C:A4) [10:00:18:500]: MainEngineThread is returning 0
";
    let wanted = [
        ("Own", 10_000, 10),
        ("InstallFiles", 5_000, 6),
        ("InstallFinalize", 3_000, 3),
        ("InstallFiles", 400, 1),
    ];
    let wanted = wanted.map(|(name, ms, line)| (name.to_owned(), ms, line));
    assert_eq!(slowest(log), wanted);
}

#[test]
fn a_failed_step_is_timed_to_where_rollback_begins() {
    let log = "\
MSI (s) (7C:A4) [10:00:00:000]: Doing action: InstallFinalize
Action start 10:00:00: InstallFinalize.
MSI (s) (7C:A4) [10:00:01:000]: Executing op: ActionStart(Name=StartServices,,)
MSI (s) (7C:A4) [10:00:01:000]: Executing op: ServiceControl(,Name=Example,Action=1,Wait=1,)
Error 1920. Service 'Example' (Example) failed to start.  Verify that you have sufficient privileges to start system services.
MSI (s) (7C:A4) [10:00:31:000]: Executing op: Header(Signature=1397708873,Version=500,Timestamp=1347061101,LangId=1033,Platform=0,ScriptType=2,)
MSI (s) (7C:A4) [10:00:31:000]: Executing op: ActionStart(Name=StartServices,,)
MSI (s) (7C:A4) [10:00:36:000]: Executing op: End(Checksum=0,ProgressTotalHDWord=0,ProgressTotalLDWord=1)
Action ended 10:00:36: InstallFinalize. Return value 3.
Action ended 10:00:36: INSTALL. Return value 3.
MSI (s) (7C:A4) [10:00:36:000]: MainEngineThread is returning 1603
";
    let wanted = [("StartServices", 30_000, 3), ("InstallFinalize", 6_000, 1)];
    let wanted = wanted.map(|(name, ms, line)| (name.to_owned(), ms, line));
    assert_eq!(slowest(log), wanted);
}

#[test]
fn the_list_of_what_took_long_is_bounded() {
    let step = |n: u64| {
        let (minutes, seconds) = (n / 60, n % 60);
        format!(
            "MSI (s) (7C:A4) [10:{minutes:02}:{seconds:02}:000]: Executing op: ActionStart(Name=Step{n},,)\n"
        )
    };
    let log: String = (0..2000).map(step).collect();
    let found = slowest(&log);
    assert_eq!(found.len(), 16);
    assert_eq!(found[0], ("Step0".to_owned(), 1000, 1));
}

#[test]
fn a_nested_run_begins_where_its_thread_begins_to_speak() {
    let log = "\
=== Verbose logging started: 2026-11-20  10:00:00  Build type: SHIP UNICODE 5.00.10011.00  Calling process: C:\\Windows\\System32\\msiexec.exe ===
MSI (s) (7C:A4) [10:00:00:000]: Resetting cached policy values
MSI (s) (7C:A4) [10:00:00:000]: ******* RunEngine:
           ******* Product: C:\\packages\\outer.msi
MSI (s) (7C:A4) [10:00:01:000]: Doing action: RemoveExistingProducts
Action start 10:00:01: RemoveExistingProducts.
MSI (s) (7C:B8) [10:00:01:000]: Resetting cached policy values
MSI (s) (7C:B8) [10:00:01:000]: Machine policy value 'Debug' is 0
MSI (s) (7C:B8) [10:00:01:000]: ******* RunEngine:
           ******* Product: {1A123FB9-803F-4F7B-B3DC-C2394CE96434}
MSI (s) (7C:B8) [10:00:02:000]: MainEngineThread is returning 0
MSI (s) (7C:A4) [10:00:02:000]: Doing action: ProcessComponents
MSI (s) (7C:A4) [10:00:03:000]: MainEngineThread is returning 0
";
    let report = report(log);
    let lines: Vec<_> = report
        .sessions
        .iter()
        .map(|s| (s.lines, s.parent))
        .collect();
    assert_eq!(lines, [([1, 13], None), ([7, 11], Some(0))]);
}

/// The sessions of a log.
pub(super) fn read<'a>(lines: impl Iterator<Item = &'a str>) -> MsiLog {
    let mut builder = MsiLogBuilder::default();
    for (number, text) in (1..).zip(lines) {
        builder.push(&Line { number, text }, &grammar::parse(text));
    }
    builder.finish()
}

/// A log of one action that said something and failed.
pub(super) fn failed(action: &str, said: &[&str]) -> Failure {
    let mut log = format!("Action start 10:00:00: {action}.\n");
    said.iter().for_each(|line| log += &format!("{line}\n"));
    log += &format!(
        "Action ended 10:00:02: {action}. Return value 3.\n\
        Action ended 10:00:02: INSTALL. Return value 3.\n\
        MSI (s) (7C:A4) [10:00:03:000]: MainEngineThread is returning 1603\n"
    );
    failure(&log)
}

#[test]
fn a_run_that_worked_has_no_failure() {
    let log = "\
Action start 10:00:00: InstallFiles.
Error 1310. Error writing to file: C:\\Example\\a.dll.
Action ended 10:00:01: InstallFiles. Return value 1.
MSI (s) (7C:A4) [10:00:02:000]: MainEngineThread is returning 0
";
    assert_eq!(report(log).sessions[0].failure, None);
}
