//! Tests of the diagnosis, on lines of our own making.

use super::*;
use crate::formats::burn::tests::read;
use crate::run::ActionKind;
use crate::run::Outcome;

fn failure_of(log: &str) -> Failure {
    diagnose(&read(log)).0.unwrap()
}

fn cause_of(log: &str) -> Cause {
    failure_of(log).cause.unwrap()
}

const PACKAGE: &str = "[0A00:0A01][t]i000: Setting string variable 'WixBundleLog_Main' to value 'C:/main.log'
[0A00:0A01][t]i300: Apply begin
[0B00:0B01][t]i301: Applying execute package: First, action: Install, path: C:/first.msi, arguments: ''
[0A00:0A01][t]i319: Applied execute package: First, result: 0x0, restart: None
[0B00:0B01][t]i301: Applying execute package: Main, action: Install, path: C:/main.msi, arguments: ''
[0B00:0B01][t]e000: Error 0x80070643: Failed to install MSI package.
[0B00:0B01][t]e000: Error 0x80070643: Failed to execute MSI package.
[0A00:0A01][t]e000: Error 0x80070643: Failed to configure per-machine MSI package.
[0A00:0A01][t]i319: Applied execute package: Main, result: 0x80070643, restart: None
[0A00:0A01][t]e000: Error 0x80070643: Failed to execute MSI package.
[0B00:0B01][t]i301: Applying rollback package: First, action: Uninstall, path: (null), arguments: ''
[0B00:0B01][t]e000: Error 0x80070643: Failed to uninstall MSI package.
[0A00:0A01][t]i319: Applied rollback package: First, result: 0x80070643, restart: None
[0A00:0A01][t]i399: Apply complete, result: 0x80070643, restart: None, ba requested restart:  No
[0A00:0A01][t]i500: Shutting down, exit code: 0x643
";

#[test]
fn the_package_that_ended_the_bundle_and_its_innermost_error() {
    let (failure, ignored) = diagnose(&read(PACKAGE));
    let failure = failure.unwrap();
    assert_eq!(failure.action.as_deref(), Some("Main"));
    assert_eq!(failure.action_kind, ActionKind::Package);
    assert_eq!(failure.line, 9);
    assert_eq!(failure.signature, "burn/Main/0x80070643");
    let lines: Vec<u64> = failure.evidence.iter().map(|e| e.line).collect();
    assert_eq!(lines, [1, 5, 6, 7, 8, 9, 10, 14, 15]);
    let own_log = failure.evidence.first().unwrap();
    let why = own_log.role.to_string();
    assert!(why.contains("C:/main.log"), "{why}");
    let cause = failure.cause.unwrap();
    assert_eq!(cause.line, 6);
    assert_eq!(cause.confidence, Confidence::Medium);
    assert_eq!(cause.code.value, Some(0x8007_0643));
    assert_eq!(cause.nested_code.unwrap().value, Some(1603));
    let propagation: Vec<u64> = failure.propagation.iter().map(|p| p.line).collect();
    assert_eq!(propagation, [14]);
    let why: Vec<_> = ignored
        .iter()
        .map(|i| (i.line, i.action.as_str(), i.why.as_str()))
        .collect();
    assert_eq!(why, [(13, "First", "rollback")]);
}

#[test]
fn a_code_that_says_something_makes_the_cause_sure() {
    let cause = cause_of(&PACKAGE.replace("0643", "0652").replace("0x643", "0x652"));
    assert_eq!(cause.confidence, Confidence::High);
    let excerpt = "> e000: Error 0x80070666: Process returned error: 0x666
> e000: Error 0x80070666: Failed to execute EXE package.
> i319: Applied execute package: Runtime.exe, result: 0x80070666, restart: None";
    let failure = failure_of(excerpt);
    assert_eq!(failure.action.as_deref(), Some("Runtime.exe"));
    assert_eq!(failure.signature, "burn/Runtime.exe/0x80070666");
    let cause = failure.cause.unwrap();
    assert_eq!((cause.line, cause.confidence), (1, Confidence::Medium));
}

#[test]
fn an_excerpt_without_errors_still_names_package_or_result() {
    let failure =
        failure_of("i319: Applied execute package: Main, result: 0x80070643, restart: None");
    assert_eq!(failure.action.as_deref(), Some("Main"));
    assert_eq!(failure.cause.unwrap().confidence, Confidence::Low);
    let failure = failure_of("i399: Apply complete, result: 0x80070643, restart: None");
    assert_eq!((failure.action, failure.cause), (None, None));
    assert_eq!(failure.signature, "burn/0x80070643");
}

#[test]
fn the_last_attempt_counts() {
    let log = "e000: Error 0x80070652: Failed to install MSI package.
w348: Application requested retry of package: Main, encountered error: 0x80070652. Retrying...
e000: Error 0x80070643: Failed to install MSI package.
e000: Error 0x80070643: Failed to configure per-user MSI package.
i319: Applied execute package: Main, result: 0x80070643, restart: None";
    assert_eq!(cause_of(log).line, 3);
    let worked = "w348: Application requested retry of package: Main, encountered error: 0x80070652. Retrying...
i319: Applied execute package: Main, result: 0x0, restart: None
i399: Apply complete, result: 0x0, restart: None";
    let (failure, ignored) = diagnose(&read(worked));
    assert_eq!(failure, None);
    assert_eq!(ignored.first().unwrap().why, "retried");
}

#[test]
fn a_package_that_is_not_vital_is_not_to_blame() {
    let log =
        "i301: Applying execute package: Extra, action: Install, path: C:/e.exe, arguments: ''
e000: Error 0x80070001: Process returned error: 0x1
w350: Applied non-vital package: Extra, encountered error: 0x80070001. Continuing...
i319: Applied execute package: Extra, result: 0x0, restart: None
i301: Applying execute package: Main, action: Install, path: C:/m.exe, arguments: ''
e000: Error 0x80070005: Process returned error: 0x5
i319: Applied execute package: Main, result: 0x80070005, restart: None
i399: Apply complete, result: 0x80070005, restart: None";
    let (failure, ignored) = diagnose(&read(log));
    let failure = failure.unwrap();
    assert_eq!(failure.action.as_deref(), Some("Main"));
    assert_eq!(failure.cause.unwrap().line, 6);
    assert_eq!(ignored.first().unwrap().why, "not vital");
}

#[test]
fn a_failed_download_is_the_cause() {
    let log = "[0A00:0A01][t]i300: Apply begin
[0A00:0A05][t]i338: Acquiring package: Net, payload: net.exe, download from: https://example.com/net.exe
[0A00:0A05][t]e000: Error 0x80072ee7: Failed to send request to URL: https://example.com/net.exe
[0A00:0A05][t]e000: Error 0x80072ee7: Failed attempt to download URL: 'https://example.com/net.exe'
[0A00:0A05][t]e313: Failed to acquire payload: net.exe to working path: C:/net.exe, error: 0x80072ee7.
[0A00:0A01][t]e000: Error 0x80072ee7: Failed while caching, aborting execution.
[0A00:0A01][t]i399: Apply complete, result: 0x80072ee7, restart: None, ba requested restart:  No";
    let failure = failure_of(log);
    assert_eq!(failure.action.as_deref(), Some("Net"));
    assert_eq!(failure.signature, "burn/Net/0x80072ee7");
    let cause = failure.cause.unwrap();
    assert_eq!((cause.line, cause.confidence), (3, Confidence::High));
    assert_eq!(cause.nested_code.unwrap().value, Some(12_007));
}

#[test]
fn a_file_that_does_not_match_is_the_cause_of_the_last_attempt() {
    let attempt = "i338: Acquiring package: Net, payload: net.exe, copy from: C:/net.exe
e000: Error 0x80091007: Hash mismatch for path: C:/net.exe, expected: 00, actual: 11
e310: Failed to verify payload: net.exe at path: C:/net.exe, error: 0x80091007. Deleting file.
";
    let log = format!(
        "{attempt}e349: Application requested retry of payload: net.exe, encountered error: 0x80091007. Retrying...
{attempt}e000: Error 0x80091007: Failed while caching, aborting execution.
i399: Apply complete, result: 0x80091007, restart: None"
    );
    assert_eq!(cause_of(&log).line, 6);
}

#[test]
fn declined_elevation_is_a_cancelled_run() {
    let log = "i300: Apply begin
i010: Launching elevated engine process.
e000: Error 0x800704c7: Failed to launch elevated child process: C:/sample.exe
e000: Error 0x800704c7: Failed to elevate.
i399: Apply complete, result: 0x800704c7, restart: None
i500: Shutting down, exit code: 0x4c7";
    let session = read(log);
    assert_eq!(session.run.outcome, Outcome::Cancelled);
    let failure = diagnose(&session).0.unwrap();
    assert_eq!(
        (failure.action, failure.signature.as_str()),
        (None, "burn/elevate/0x800704c7")
    );
    let cause = failure.cause.unwrap();
    assert_eq!((cause.line, cause.confidence), (3, Confidence::High));
}

#[test]
fn the_author_s_own_words_are_the_cause_where_a_condition_blocks() {
    let log = "i052: Condition 'VersionNT >= v6.1' evaluates to true.
i052: Condition 'VersionNT >= v10.0' evaluates to false.
e000: This product needs Windows 10.
e000: Error 0x81f40001: Bundle condition evaluated to false: VersionNT >= v10.0
i199: Detect complete, result: 0x0
i500: Shutting down, exit code: 0x642";
    let session = read(log);
    assert_eq!(session.run.outcome, Outcome::Failed);
    let failure = diagnose(&session).0.unwrap();
    assert_eq!(failure.signature, "burn/condition/0x81f40001");
    assert_eq!(failure.evidence.first().unwrap().line, 2);
    let cause = failure.cause.unwrap();
    assert_eq!((cause.line, cause.confidence), (3, Confidence::High));
}

/// Work on another package shows that the bundle went on, and not that it got over the error.
#[test]
fn an_error_before_other_work_is_a_hint() {
    let log = |last: &str| {
        format!(
            "e000: Error 0x80072f8a: Failed attempt to download URL: 'https://example.com/a.msi' to: 'C:/a'
i301: Applying execute package: Other, action: Install, path: C:/b.msi, arguments: ''
i319: Applied execute package: Other, result: 0x0, restart: None
{last}"
        )
    };
    let session = read(&log(""));
    assert_eq!(session.run.outcome, Outcome::Incomplete);
    let cause = diagnose(&session).0.unwrap().cause.unwrap();
    assert_eq!((cause.line, cause.confidence), (1, Confidence::Low));
    let good = read(&log("i399: Apply complete, result: 0x0, restart: None"));
    assert!(diagnose(&good).0.is_none());
}

/// The package before has worked: what is lost then is the half that did the work.
#[test]
fn what_is_said_behind_a_package_that_worked_is_not_said_of_it() {
    let log = "[0001:0002][2026-01-27T15:59:30]i301: Applying execute package: One, action: Install, path: C:/a.msi, arguments: ''
[0001:0002][2026-01-27T15:59:40]i319: Applied execute package: One, result: 0x0, restart: None
[0001:0002][2026-01-27T15:59:40]e000: Error 0x80070006: Failed to write send message to pipe.";
    let session = read(log);
    assert_eq!(session.run.outcome, Outcome::Failed);
    let failure = diagnose(&session).0.unwrap();
    assert_eq!(failure.signature, "burn/elevate/0x80070006");
    assert_eq!(failure.cause.unwrap().line, 3);
}

#[test]
fn a_container_is_no_package() {
    let log = "e000: Error 0x80070570: Failed to extract payload: a.msi from container: WixAttachedContainer
e312: Failed to extract payloads from container: WixAttachedContainer to working path: C:/a, error: 0x80070570.
i399: Apply complete, result: 0x80070570, restart: None";
    let failure = failure_of(log);
    assert_eq!(
        (failure.action.as_deref(), failure.action_kind),
        (Some("WixAttachedContainer"), ActionKind::None)
    );
}

#[test]
fn a_newer_bundle_is_told() {
    let log = "i102: Detected related bundle: {0}, type: Upgrade, scope: PerMachine, version: 2.0.0.0, operation: Downgrade
e000: Error 0x80070666: Cannot install a product when a newer version is installed.
i500: Shutting down, exit code: 0x80070666";
    let failure = failure_of(log);
    assert_eq!(failure.cause.unwrap().line, 2);
    assert_eq!(failure.evidence.first().unwrap().line, 1);
    let newer = "w224: Plan skipped due to related bundle of plan type Downgrade:
i500: Shutting down, exit code: 0x666";
    assert_eq!(cause_of(newer).line, 1);
}

#[test]
fn what_a_package_said_itself_goes_first() {
    let log = "Disk full: Out of disk space -- Volume: 'C:'
[0B00:0B01][t]e000: Error 0x80070643: Failed to install MSI package.
[0A00:0A01][t]e000: Error 0x80070643: Failed to configure per-machine MSI package.";
    let cause = cause_of(log);
    assert_eq!((cause.line, cause.code.space), (1, CodeSpace::None));
    let numbered = log.replace("Disk full: Out of", "Product: Sample -- Error 1310. Out of");
    let failure = failure_of(&numbered);
    assert_eq!(failure.signature, "burn/package/msi-1310");
}

#[test]
fn closing_the_window_is_no_failure_of_anything() {
    let failure = failure_of(
        "i199: Detect complete, result: 0x0
i500: Shutting down, exit code: 0x642",
    );
    assert_eq!((failure.action, failure.cause), (None, None));
    assert_eq!(failure.signature, "burn/0x80070642");
}

#[test]
fn what_proves_least_is_left_out_first() {
    let mut failure = failure_of(PACKAGE);
    failure.shorten(4);
    let lines: Vec<u64> = failure.evidence.iter().map(|e| e.line).collect();
    assert_eq!(lines, [1, 5, 6, 9]);
    failure.shorten(0);
    assert_eq!(failure.evidence.first().unwrap().line, 6);
}

#[test]
fn one_failure_that_several_stages_pass_on_is_one_chain() {
    let log = "i300: Apply begin
e000: Error 0x80070020: Failed to cache bundle from path: C:/sample.exe
e000: Error 0x80070020: Failed to begin registration session.
e000: Error 0x80070020: Failed to register bundle.
i399: Apply complete, result: 0x80070020, restart: None";
    let failure = failure_of(log);
    assert_eq!(failure.cause.unwrap().line, 2);
    assert_eq!(failure.signature, "burn/fetch/0x80070020");
}

#[test]
fn a_failure_that_the_bundle_worked_in_spite_of_is_ignored() {
    let log = "i319: Applied execute package: Extra, result: 0x80070643, restart: None
i399: Apply complete, result: 0x0, restart: None";
    let (failure, ignored) = diagnose(&read(log));
    assert_eq!(failure, None);
    assert_eq!(ignored.first().unwrap().why, "not vital");
}

#[test]
fn what_was_stopped_by_a_failure_is_not_its_cause() {
    let log = "[0B00:0B01][t]e000: Error 0x80070057: Failed to enable logging for package: Main.msi to: C:/main.log
[0B00:0B01][t]e000: Error 0x80070057: Failed to execute MSI package.
[0A00:0A02][t]e000: Error 0x80070642: BA aborted verify of payload: Next.msi
";
    assert_eq!(cause_of(log).line, 1);
}
