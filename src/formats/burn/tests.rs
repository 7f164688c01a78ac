//! Tests of the bundle's run, on lines of our own making.

use super::grammar::parse;
use super::*;
use crate::run::Outcome;

/// Reads a log line by line.
pub(super) fn read(log: &str) -> Bundle {
    let mut bundle = Bundle::default();
    let mut number = 0;
    for line in log.lines() {
        number += 1;
        match parse(line) {
            Some(record) => bundle.push(number, line, &record),
            None => bundle.push_foreign(number, line),
        }
    }
    bundle.finish(number);
    bundle
}

const INSTALL: &str = r"[0A00:0A01][2026-02-28T23:59:58]i001: Burn v3.14.1.8722, Windows v10.0 (Build 19045: Service Pack 0), path: C:\Temp\.cr\sample.exe
[0A00:0A01][2026-02-28T23:59:58]i009: Command Line: '-burn.clean.room=C:\sample.exe /install /quiet'
[0A00:0A01][2026-02-28T23:59:58]i000: Setting string variable 'WixBundleOriginalSource' to value 'C:\sample.exe'
[0A00:0A01][2026-02-28T23:59:58]i000: Setting string variable 'WixBundleName' to value 'Sample'
[0A00:0A01][2026-02-28T23:59:58]i101: Detected package: Main, state: Absent, cached: None
[0A00:0A01][2026-02-28T23:59:58]i199: Detect complete, result: 0x0
[0A00:0A01][2026-02-28T23:59:58]i200: Plan begin, 1 packages, action: Install
[0A00:0A01][2026-02-28T23:59:58]i000: Setting string variable 'WixBundleLog_Main' to value 'C:\Temp\sample_000_Main.log'
[0A00:0A01][2026-02-28T23:59:58]i201: Planned package: Main, state: Absent, default requested: Present, ba requested: Present, execute: Install, rollback: Uninstall, cache: Yes, uncache: No, dependency: Register
[0A00:0A01][2026-02-28T23:59:58]i300: Apply begin
[0B00:0B01][2026-02-28T23:59:59]i370: Session begin, registration key: SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\{0000000a-0000-0000-0000-00000000000b}, options: 0x7, disable resume: No
[0B00:0B01][2026-02-28T23:59:59]i301: Applying execute package: Main, action: Install, path: C:\main.msi, arguments: ''
";

/// The copy in a folder of its own is gone afterwards; its command line tells what was started.
#[test]
fn a_bundle_is_the_program_that_was_started() {
    let start = r"[0A00:0A01][2026-02-28T23:59:58]i001: Burn v3.14.1.8722, Windows v10.0 (Build 19045: Service Pack 0), path: C:\Temp\.cr\sample.exe";
    for (command, wanted) in [
        (r"'/quiet'", r"C:\Temp\.cr\sample.exe"),
        (r"'-burn.clean.room=C:\sample.exe'", r"C:\sample.exe"),
        (r"'-burn.clean.room=C:\sample.exe /quiet'", r"C:\sample.exe"),
        (
            r#"'"-burn.clean.room=C:\My files\sample.exe" -burn.filehandle.self=612'"#,
            r"C:\My files\sample.exe",
        ),
        (
            r#"'-burn.clean.room="C:\My files\sample.exe" /quiet'"#,
            r"C:\My files\sample.exe",
        ),
    ] {
        let line = format!("[0A00:0A01][2026-02-28T23:59:58]i009: Command Line: {command}");
        let session = read(&format!("{start}\n{line}\n"));
        assert_eq!(
            session.run.product.package.as_deref(),
            Some(wanted),
            "{command}"
        );
    }
}

#[test]
fn facts_of_bundle_machine_and_package() {
    let end = "[0A00:0A01][2026-03-01T00:00:09]i319: Applied execute package: Main, result: 0xbc2, restart: Required
[0A00:0A01][2026-03-01T00:00:09]i399: Apply complete, result: 0x0, restart: Required, ba requested restart:  No
[0A00:0A01][2026-03-01T00:00:09]i500: Shutting down, exit code: 0xbc2
[0A00:0A01][2026-03-01T00:00:10]i410: Variable: WixBundleVersion = 1.2.3.4
[0A00:0A01][2026-03-01T00:00:10]i007: Exit code: 0xbc2, restarting: No
";
    let session = read(&format!("{INSTALL}{end}"));
    assert_eq!(session.run.outcome, Outcome::SucceededReboot);
    assert_eq!(
        (session.run.exit_code, session.exit.is_some()),
        (Some(3010), true)
    );
    assert_eq!(session.exit.as_ref().unwrap().line, 15);
    assert_eq!(session.run.operation, Operation::Install);
    assert_eq!(session.run.started.as_deref(), Some("2026-02-28T23:59:58"));
    assert_eq!(session.run.duration_ms, Some(12_000));
    assert_eq!(session.run.machine.windows.as_deref(), Some("10.0.19045"));
    let product = &session.run.product;
    assert_eq!(product.name.as_deref(), Some("Sample"));
    assert_eq!(product.version.as_deref(), Some("1.2.3.4"));
    let code = "{0000000A-0000-0000-0000-00000000000B}";
    assert_eq!(product.code.as_deref(), Some(code));
    assert_eq!(product.package.as_deref(), Some(r"C:\sample.exe"));
    let package = session.package("Main").unwrap();
    assert_eq!(
        package.log_path.as_deref(),
        Some(r"C:\Temp\sample_000_Main.log")
    );
    assert_eq!(package.log.as_ref().unwrap().line, 8);
    assert_eq!(package.duration_ms, Some(10_000));
    let steps = session.into_run().slowest;
    let step = steps.first().unwrap();
    assert_eq!(
        (step.ms, step.action.as_str(), step.line),
        (10_000, "Main", 12)
    );
}

#[test]
fn the_end_decides_and_without_one_the_last_failure() {
    let outcome = |log: &str| read(log).run.outcome;
    assert_eq!(
        outcome("i500: Shutting down, exit code: 0x642"),
        Outcome::Cancelled
    );
    assert_eq!(
        outcome("i500: Shutting down, exit code: 0x80070643"),
        Outcome::Failed
    );
    assert_eq!(
        outcome("i500: Shutting down, exit code: 0x669"),
        Outcome::SucceededReboot
    );
    assert_eq!(outcome(INSTALL), Outcome::Incomplete);
    assert_eq!(outcome("i300: Apply begin"), Outcome::Incomplete);
    let failed = "i319: Applied execute package: Main, result: 0x80070643, restart: None";
    assert_eq!(outcome(failed), Outcome::Failed);
    let cancelled = "i319: Applied execute package: Main, result: 0x80070642, restart: None";
    assert_eq!(outcome(cancelled), Outcome::Cancelled);
    let hidden = "i399: Apply complete, result: 0x80070643, restart: None
i500: Shutting down, exit code: 0x0";
    assert_eq!(outcome(hidden), Outcome::Failed);
    assert_eq!(
        outcome("> e000: Error 0x80070005: Failed to execute EXE package."),
        Outcome::Failed
    );
}

#[test]
fn a_second_plan_takes_the_place_of_the_first() {
    let again = "[0A00:0A01][2026-03-01T00:00:09]i319: Applied execute package: Main, result: 0x80070643, restart: None
[0A00:0A01][2026-03-01T00:00:09]i399: Apply complete, result: 0x80070643, restart: None, ba requested restart:  No
[0A00:0A01][2026-03-01T00:01:00]i300: Apply begin
[0B00:0B01][2026-03-01T00:01:00]i301: Applying execute package: Main, action: Install, path: C:\\main.msi, arguments: ''
[0A00:0A01][2026-03-01T00:01:09]i319: Applied execute package: Main, result: 0x0, restart: None
[0A00:0A01][2026-03-01T00:01:09]i399: Apply complete, result: 0x0, restart: None, ba requested restart:  No
";
    let session = read(&format!("{INSTALL}{again}"));
    assert_eq!(session.run.outcome, Outcome::Succeeded);
    assert_eq!(session.package("Main").unwrap().failure(), None);
}

#[test]
fn errors_of_parallel_threads_go_to_what_they_are_about() {
    let log = "[0A00:0A01][t]i300: Apply begin
[0A00:0A05][t]i338: Acquiring package: Later, payload: Later, download from: https://example.com/later
[0B00:0B01][t]i301: Applying execute package: Main, action: Install, path: C:\\main.msi, arguments: ''
[0B00:0B05][t]e000: Error 0x80091007: Hash mismatch for path: C:\\later
[0B00:0B01][t]e000: Error 0x80070005: Something odd.
[0A00:0A01][t]e000: Error 0x80070005: Failed to configure per-machine MSI package.
[0A00:0A01][t]i319: Applied execute package: Main, result: 0x80070005, restart: None
[0B00:0B01][t]i301: Applying rollback package: Main, action: Uninstall, path: (null), arguments: ''
[0B00:0B01][t]e000: Error 0x80070002: Failed to uninstall MSI package.
";
    let session = read(log);
    let areas: Vec<_> = session
        .problems
        .iter()
        .map(|e| (e.about.area, e.about.subject.as_deref()))
        .collect();
    let main = Some("Main");
    assert_eq!(
        areas,
        [
            (Area::Fetch, Some("Later")),
            (Area::Execute, main),
            (Area::Execute, main),
            (Area::Rollback, main),
        ]
    );
}

#[test]
fn what_is_fetched_after_a_retry_is_forgotten() {
    let log = "i338: Acquiring package: Main, payload: main.cab, copy from: C:\\main.cab
e000: Error 0x80091007: Failed to verify hash of payload: main.cab
e314: Failed to cache payload: main.cab from working path: C:\\x, error: 0x80091007.
e349: Application requested retry of payload: main.cab, encountered error: 0x80091007. Retrying...
i338: Acquiring package: Main, payload: main.cab, download from: https://example.com/main.cab
i305: Verified acquired payload: main.cab at path: C:\\x, moving to: C:\\y.
";
    let session = read(log);
    assert_eq!(session.problems, []);
    assert_eq!(session.run.outcome, Outcome::Incomplete);
}

#[test]
fn memory_is_bounded_and_long_lines_are_cut() {
    let mut builder = Bundle::default();
    let long = format!("e000: Error 0x80070005: {}", "\u{e4}".repeat(40_000));
    for number in 1..=1000 {
        let record = parse(&long).unwrap();
        builder.push(number, &long, &record);
    }
    builder.finish(1000);
    let session = builder;
    assert_eq!(session.problems.len(), 200);
    assert_eq!(session.problems.last().unwrap().at.line, 1000);
    assert_eq!(session.problems.first().unwrap().at.line, 1);
    assert!(
        session
            .problems
            .iter()
            .all(|error| error.at.text.len() <= crate::formats::lines::LONGEST)
    );
}

#[test]
fn another_first_line_after_the_end_is_another_run() {
    let mut builder = Bundle::default();
    let start = "i001: Burn v3.14.1, Windows v10.0 (Build 1: Service Pack 0), path: C:\\a.exe";
    let start = parse(start).unwrap();
    assert!(!builder.is_over(&start));
    let end = parse("i007: Exit code: 0x0, restarting: No").unwrap();
    builder.push(1, "", &end);
    assert!(builder.is_over(&start));
    assert!(!builder.is_over(&end));
}

/// What a bundle keeps as XML is its own and no other format sees it; messages in it are found all the
/// same.
#[test]
fn the_manifest_behind_a_record_is_the_bundles_own() {
    let mut format = BurnFormat::default();
    let mut take = |number, text| format.take_own(&Line { number, text });
    assert!(!take(1, "<Page>"));
    assert!(take(
        2,
        "[0A00:0A01][2026-02-28T23:59:58]i000: Kept: <Workflow>"
    ));
    assert!(take(3, "  <Page>"));
    assert!(take(4, "  </Page> of Sample -- Error 1310. Error writing"));
    for other in ["<span class=\"err\">", "<BR>", "<![LOG[x", "Page", ""] {
        assert!(!take(5, other), "{other}");
    }
    assert!(!take(6, "<Page>"), "another line stands between");
    let said = format.bundle.said.iter();
    let said: Vec<_> = said.map(|said| (said.at.line, said.number)).collect();
    assert_eq!(said, [(4, Some(1310))]);
}
