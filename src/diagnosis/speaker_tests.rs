//! Who says why: the custom action, the engine, the program that called it, a dialog.

use super::Confidence;
use super::tests::failure as said;
use crate::engine::{Options, analyse};
use crate::report::LogReport;

fn report(log: &str) -> LogReport {
    analyse("test.log", log.as_bytes(), &Options::default()).unwrap()
}

fn engine(body: &str) -> String {
    format!("MSI (s) (7C:A4) [10:00:00:000]: {body}\n")
}

const HEAD: &str = "=== Verbose logging started: 1/13/2026  10:00:00  Build type: SHIP UNICODE 5.00.10011.00  Calling process: C:\\Windows\\msiexec.exe ===\n";
const END: &str = "=== Verbose logging stopped: 1/13/2026  10:00:09 ===\n";

#[test]
fn what_a_custom_action_says_of_an_action_that_never_began_is_its_own() {
    let log = format!(
        "{HEAD}Action start 10:00:00: INSTALL.\n{}Action start 10:00:01: SetUpSites.\n\
         MSI (s) (7C!A4) [10:00:01:000]: Doing action: OpenTransaction\n\
         Error 26031. The transaction was not opened.  (-2147418113 )\n\
         CustomAction SetUpSites returned actual error code 1603 (note this may not be 100% accurate if translation happened inside sandbox)\n\
         Action ended 10:00:02: SetUpSites. Return value 3.\n\
         Action ended 10:00:02: INSTALL. Return value 3.\n{}{END}",
        engine("Doing action: SetUpSites"),
        engine("MainEngineThread is returning 1603"),
    );
    let failure = said(&log);
    assert_eq!(failure.action.as_deref(), Some("SetUpSites"));
    assert_eq!(failure.cause.unwrap().line, 6);
    // An action of the sequence that has not begun yet speaks for itself.
    let next = log.replace("(7C!A4)", "(7C:A4)");
    let cause = said(&next).cause.unwrap();
    assert_ne!(cause.line, 6);
}

#[test]
fn the_engine_s_own_reason_before_an_action_that_says_nothing() {
    let reason =
        engine("SECREPAIR: CryptAcquireContext: Could not create the default key container");
    let log = |told: &str| {
        format!(
            "{HEAD}{told}Action start 10:00:01: INSTALL.\nAction ended 10:00:02: INSTALL. Return value 3.\n{}{END}",
            engine("MainEngineThread is returning 1603"),
        )
    };
    let failure = said(&log(&reason));
    let cause = failure.cause.unwrap();
    assert_eq!((cause.line, cause.confidence), (2, Confidence::Low));
    let first = failure.remedies.first().unwrap();
    assert_eq!(first.rule, "secure-repair-without-keys");
    assert!(said(&log("")).cause.is_none());
}

#[test]
fn a_custom_action_that_failed_is_more_than_the_code_that_its_caller_shows() {
    let called = "Installation failed with exit code -1978335226\n2026-02-03 15:20:54.747 [CLI ] ShellExecute installer failed: 1603\n";
    let returned = "CustomAction CheckInput returned actual error code 1603 (note this may not be 100% accurate if translation happened inside sandbox)\n";
    let both = report(&format!("{called}{returned}"));
    let failure = both.principal().unwrap().failure.as_ref().unwrap();
    assert_eq!(failure.action.as_deref(), Some("CheckInput"));
    assert_eq!(failure.cause.as_ref().unwrap().line, 3);
    let alone = report(called);
    let failure = alone.principal().unwrap().failure.as_ref().unwrap();
    assert_eq!(failure.cause.as_ref().unwrap().line, 2);
}

#[test]
fn a_tool_s_error_goes_before_what_it_notes() {
    let log = "DRVTOOL: INFO:   Could not open file C:\\Example\\a.inf. (Error code 0x3: The system cannot find the path specified.)\n\
               DRVTOOL: ERROR:  PnP Install failed. (Error code 0x3EE: The volume was altered.)\n\
               CustomAction InstallDriver returned actual error code 1603 (note this may not be 100% accurate if translation happened inside sandbox)\n\
               Action ended 10:00:02: InstallFinalize. Return value 3.\n";
    let failure = said(log);
    assert_eq!(failure.cause.unwrap().line, 2);
    assert_eq!(
        failure.remedies.first().unwrap().rule,
        "driver-store-copy-damaged"
    );
}

#[test]
fn a_dialog_s_sentence_without_its_number_is_that_message() {
    let sentence = "Service 'Example' (ExampleSvc) failed to start.  Verify that you have sufficient privileges to start system services.";
    for log in [
        sentence.to_owned(),
        format!("Product: Example Tool -- {sentence}"),
        format!("1. \"{sentence}\""),
    ] {
        let report = report(&log);
        let failure = report.principal().unwrap().failure.as_ref().unwrap();
        let number = failure.cause.as_ref().unwrap().code.value;
        assert_eq!(number, Some(1920), "{log}");
    }
}

#[test]
fn a_custom_action_without_a_name_has_failed_too() {
    let returned = "CustomAction  returned actual error code 1603 (note this may not be 100% accurate if translation happened inside sandbox)\n";
    let report = report(returned);
    let failure = report.principal().unwrap().failure.as_ref().unwrap();
    assert_eq!(failure.cause.as_ref().unwrap().line, 1);
    assert!(!failure.remedies.is_empty());
}

#[test]
fn what_a_toolkit_says_without_its_clock() {
    let log = "[Install] :: Another MSI installation is already in progress and needs to be completed before proceeding with this installation.\n\
               [Finalization] :: [Example_1.0] install completed in [617.6] seconds with exit code [60001].\n";
    let report = report(log);
    let failure = report.principal().unwrap().failure.as_ref().unwrap();
    assert_eq!(failure.cause.as_ref().unwrap().line, 1);
    assert_eq!(
        failure.remedies.first().unwrap().rule,
        "another-installation-running"
    );
}

#[test]
fn what_setups_say_that_call_an_installer() {
    let summary = "Product                   : Example Services\n\
                   Log File                  : C:\\Logs\\example.msp.log\n\
                   Error Number              : 1635\n";
    let app = "2026-01-13 19:41:27.575 [CORE] Deployment operation #2: Windows cannot install package Example_1.0_x64__a because this package depends on a framework that could not be found.\n";
    let policy = "The assignment of application Example Tool from policy Tools succeeded.\n\
                  The install of application Example Tool from policy Tools failed.  The error was : %%1612\n";
    let guess = "WARNING: Generic MSI Error. This is a local environment error - it could mean a pending reboot is necessary.\n\
                 ERROR: Running [\"C:\\a\\example.exe\" /quiet] was not successful. Exit code was '1603'.\n";
    let dialog = "This installation package could not be opened. Verify that the package exists and that you can access it.\n";
    for (log, line, rule) in [
        (summary, 3, "patch-package-unreadable"),
        (app, 1, "appx-framework-missing"),
        (policy, 2, "source-missing"),
        (guess, 2, "wrapper-knows-only-the-code"),
        (dialog, 1, "package-not-readable"),
    ] {
        let report = report(log);
        let failure = report.principal().unwrap().failure.as_ref().unwrap();
        assert_eq!(failure.cause.as_ref().unwrap().line, line, "{log}");
        assert_eq!(failure.remedies.first().unwrap().rule, rule, "{log}");
    }
}
