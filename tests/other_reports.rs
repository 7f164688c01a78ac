//! What other programs report of an installation that failed: bundles without the marks before their
//! lines, setup programs, tools that call the installer. All texts are of our own making, in the
//! shapes that such texts have.

use msilog::{Options, Report, analyse};

fn read(log: &str) -> Report {
    analyse("a.log", log.as_bytes(), &Options::default()).unwrap()
}

/// Of the last session: kind, outcome, exit code, failed step and line of the cause.
fn told(report: &Report) -> String {
    let kind = format!("{:?}", report.kind);
    let Some(session) = report.sessions.last() else {
        return kind;
    };
    let failure = session.failure.as_ref();
    let cause = failure.and_then(|failure| failure.cause.as_ref());
    let code = session.exit_code.map_or("-".to_owned(), |c| c.to_string());
    let step = failure.and_then(|failure| failure.action.as_deref());
    let line = cause.map_or(0, |cause| cause.line);
    let (outcome, step) = (session.outcome, step.unwrap_or("-"));
    format!("{kind} {outcome:?} {code} {step} {line}")
}

#[track_caller]
fn tells(log: &str, wanted: &str) {
    assert_eq!(told(&read(log)), wanted, "{log}");
}

#[test]
fn lines_of_a_bundle_without_the_marks_before_them() {
    let log = "Applying execute package: Runtime, action: Install, path: C:\\c\\runtime.exe, arguments: ''
Error 0x80070666: Process returned error: 0x666
Error 0x80070666: Failed to execute EXE package.
Error 0x80070666: Failed to configure per-machine EXE package.
Applied execute package: Runtime, result: 0x80070666, restart: None
";
    tells(log, "Burn Failed - Runtime 2");
    // Only the number before the words is gone.
    let log = "[0A00:0A01][2026-01-01T10:00:00] Applying execute package: Main, action: Install, path: C:\\m.msi
[0A00:0A01][2026-01-01T10:00:01] Error 0x80070643: Failed to install MSI package.
[0A00:0A01][2026-01-01T10:00:01] Applied execute package: Main, result: 0x80070643, restart: None
[0A00:0A01][2026-01-01T10:00:02] Apply complete, result: 0x80070643, restart: None, ba requested restart:  No
";
    tells(log, "Burn Failed 1603 Main 2");
    // The end alone; and a run that worked.
    let log = "> Apply complete, result: 0x80070642, restart: None, ba requested restart:  No
> Shutting down, exit code: 0x642
> Exit code: 0x642, restarting: No
";
    tells(log, "Burn Cancelled 1602 - 0");
    let log = "Detected package: Main, state: Absent, cached: None
Plan begin, 1 packages, action: Install
Planned package: Main, state: Absent, default requested: Present, ba requested: Present, execute: Install, rollback: Uninstall
Applying execute package: Main, action: Install, path: C:\\m.msi, arguments: ''
Applied execute package: Main, result: 0x0, restart: None
Apply complete, result: 0x0, restart: None, ba requested restart:  No
Exit code: 0x0, restarting: No
";
    tells(log, "Burn Succeeded 0 - 0");
}

#[test]
fn errors_of_a_bundle_among_other_words() {
    // A custom action that happens to write as a bundle does makes no bundle.
    tells(
        "Error 0x80070005: Failed to open the cache.\n",
        "Unrecognised",
    );
    tells("Exit code: 0x5\n", "Unrecognised");
}

#[test]
fn what_a_package_says_through_the_bundle_beats_its_code() {
    let says = "[0B00:0B01][2026-01-01T10:00:00]i000: MUX:  ExecuteError: Package (Tools) failed: Error Message Id: 1714 ErrorMessage: The older version of Tools cannot be removed. ";
    let result = "[0B00:0B01][2026-01-01T10:00:03]i000: MUX:  Set Result: Return Code=-2147023293 (0x80070643), Error Message=The older version of Tools cannot be removed. , Result Detail=, Vital=True, Package Action=Install, Package Id=Tools";
    let errors =
        "[0A00:0A01][2026-01-01T10:00:01]e000: Error 0x80070643: Failed to install MSI package.
[0A00:0A01][2026-01-01T10:00:01]e000: Error 0x80070643: Failed to execute MSI package.";
    let begin = "[0A00:0A01][2026-01-01T10:00:00]i301: Applying execute package: Tools, action: Install, path: C:\\t.msi, arguments: ''";
    let end = "[0B00:0B01][2026-01-01T10:00:03]i319: Applied execute package: Tools, result: 0x80070643, restart: None";
    let whole = [begin, says, errors, result, end].join("\n");
    tells(&whole, "Burn Failed - Tools 2");
    let cause = read(&whole).sessions[0]
        .failure
        .clone()
        .unwrap()
        .cause
        .unwrap();
    assert_eq!(cause.code.value, Some(1714));
    tells(&[says, errors].join("\n"), "Burn Failed - Tools 1");
    tells(says, "Burn Failed - Tools 1");
    tells(&[errors, result].join("\n"), "Burn Failed - Tools 3");
    // A result without words says nothing.
    let silent = "[0B00:0B01][2026-01-01T10:00:03]i000: MUX:  Set Result: Return Code=-2147023293 (0x80070643), Error Message=, Result Detail=, Vital=True, Package Action=Install, Package Id=Tools";
    tells(
        &[begin, errors, silent, end].join("\n"),
        "Burn Failed - Tools 2",
    );
    // Where the package worked in the end, nothing failed.
    let worked = "[0B00:0B01][2026-01-01T10:00:09]i319: Applied execute package: Tools, result: 0x0, restart: None
[0B00:0B01][2026-01-01T10:00:09]i399: Apply complete, result: 0x0, restart: None, ba requested restart:  No";
    tells(&[says, worked].join("\n"), "Burn Succeeded 0 - 0");
}
