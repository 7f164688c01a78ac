//! Tests of the calls, on lines of our own making.

use super::kept::MOST_CALLS;
use super::programs::parse;
use super::*;
use crate::run::Operation;

/// Reads a log line by line.
fn read(log: &str) -> (Vec<Call>, u64) {
    let mut builder = CallerFormat::default();
    for (number, line) in (1..).zip(log.lines()) {
        if let Some(record) = parse(line, builder.next.program) {
            builder.push(number, line, &record);
        }
    }
    builder.close();
    builder.kept.finish()
}

fn toolkit(text: &str) -> String {
    format!("[03-01-2026 10:00:00.000] [Installation] [Execute-Process] :: {text}\n")
}

#[test]
fn a_printed_run_of_chocolatey() {
    let log = r#"Chocolatey v2.2.2
Installing the following packages:
sample.tool
sample.tool v1.4 [Approved]
ERROR: Running ["C:\Windows\System32\msiexec.exe" /i "C:\lib\sample.msi" /quiet] was not successful. Exit code was '1603'. See log for possible error messages.
The install of sample.tool was NOT successful.
other v2.0 [Approved]
 The install of other was successful."#;
    let (calls, _) = read(log);
    assert_eq!(calls.len(), 1, "{calls:#?}");
    let call = &calls[0];
    assert_eq!(call.outcome(), Outcome::Failed);
    assert_eq!(call.exit_code(), Some(1603));
    assert_eq!(call.run.product.name.as_deref(), Some("sample.tool"));
    assert_eq!(call.run.product.version.as_deref(), Some("1.4"));
    assert_eq!(
        call.run.product.package.as_deref(),
        Some(r"C:\lib\sample.msi")
    );
    assert_eq!(call.run.operation, Operation::Install);
    assert!(call.run.logs.is_empty());
}

#[test]
fn two_printed_runs_of_winget_have_their_own_logs() {
    let log = r"(1/2) Found Sample One [Maker.One] Version 1.0
Starting package install...
Installer failed with exit code: 1619
Installer log is available at: C:\Temp\one.log

(2/2) Found Sample Two [Maker.Two] Version 2.0
Installer failed with exit code: 1602
Installer log is available at: C:\Temp\two.log";
    let (calls, _) = read(log);
    let told: Vec<_> = calls
        .iter()
        .map(|c| {
            (
                c.run.product.name.as_deref(),
                c.exit_code(),
                c.outcome(),
                c.run.logs[0].path.as_str(),
                c.run.logs[0].line,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                Some("Sample One"),
                Some(1619),
                Outcome::Failed,
                r"C:\Temp\one.log",
                4
            ),
            (
                Some("Sample Two"),
                Some(1602),
                Outcome::Cancelled,
                r"C:\Temp\two.log",
                8
            ),
        ]
    );
}

#[test]
fn a_call_that_works_later_is_one_call() {
    let log = [
        toolkit("Executing [msiexec.exe /i C:\\a.msi /qn]..."),
        toolkit("Execution failed with exit code [1618]."),
        toolkit("Executing [msiexec.exe /i C:\\a.msi /qn]..."),
        toolkit("Execution completed successfully with exit code [3010]. A reboot is required."),
    ]
    .concat();
    let (calls, _) = read(&log);
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].outcome(), Outcome::SucceededReboot);
    assert_eq!(calls[0].retried, [2]);
    assert_eq!(calls[0].run.lines, [1, 4]);
}

#[test]
fn the_toolkits_own_end_changes_no_call() {
    let log = [
        toolkit("Executing [msiexec.exe /x {A} /qn]..."),
        toolkit("Execution completed successfully with exit code [0]."),
        toolkit("Sample_1.0 Installation completed with exit code [60001]."),
    ]
    .concat();
    let (calls, _) = read(&log);
    assert_eq!(calls[0].outcome(), Outcome::Succeeded);
    assert_eq!(calls[0].run.operation, Operation::Uninstall);
    let log = toolkit("Executing [msiexec.exe /i a.msi]...");
    assert_eq!(read(&log).0[0].outcome(), Outcome::Incomplete);
}

#[test]
fn configuration_manager_judges_by_its_table() {
    let line = |text: &str| {
        format!(
            r#"<![LOG[    {text}]LOG]!><time="10:00:00.000-60" date="03-01-2026" component="AppEnforce" context="" type="1" thread="1" file="a.cpp:1">"#
        ) + "\n"
    };
    let start = line(
        r#"+++ Starting Install enforcement for App DT "Sample - Windows Installer" ApplicationDeliveryType - X"#,
    );
    let called = line(
        r#"Executing Command line: "C:\Windows\system32\msiexec.exe" /i "sample.msi" /q with user context"#,
    );
    let failed = line("Process 4012 terminated with exitcode: 1603")
        + &line("Unmatched exit code (1603) is considered an execution failure.");
    let (calls, _) = read(&format!("{start}{called}{failed}"));
    assert_eq!(calls[0].outcome(), Outcome::Failed);
    assert_eq!(calls[0].result.as_ref().unwrap().line, 3);
    assert_eq!(
        calls[0].run.product.name.as_deref(),
        Some("Sample - Windows Installer")
    );
    assert_eq!(
        calls[0].from.map(Stamp::iso).as_deref(),
        Some("2026-03-01T10:00:00")
    );
    let fine = line("Process 4012 terminated with exitcode: 1707")
        + &line("Matched exit code 1707 to a Success entry in exit codes table.");
    let (calls, _) = read(&format!("{start}{called}{fine}"));
    assert_eq!(calls[0].outcome(), Outcome::Succeeded);
}

#[test]
fn updates_are_told_apart_by_their_ids() {
    let line = |component: &str, text: &str| {
        format!("2013-09-17\t03:00:11:204\t 984\t1f0c\t{component}\t{text}\n")
    };
    let log = [
        line("Agent", "** START **  Agent: Installing updates [CallerId = AutomaticUpdates]"),
        line("Agent", "  *   Title = Update one (KB9900001)"),
        line("Agent", "  *   UpdateId = {00000000-0000-4A00-8000-000000000001}.101"),
        line("Agent", "  *   Title = Update two (KB9900002)"),
        line("Agent", "  *   UpdateId = {00000000-0000-4A00-8000-000000000002}.101"),
        line("Handler", ":: START ::  Handler: MSI Install"),
        line("Handler", "  : WARNING: First failure for update {00000000-0000-4A00-8000-000000000002}.101, transaction error = 0x80070643, MSI result = 0x00000643, MSI action = CA_Sample"),
        line("Handler", "  : WARNING: Exit code = 0x8024200B"),
        line("Report", "REPORT EVENT: {X}\tInstallation Successful: Windows successfully installed the following update: Update one (KB9900001)"),
    ]
    .concat();
    let (calls, _) = read(&log);
    assert_eq!(calls.len(), 2, "{calls:#?}");
    let failed = calls.iter().find(|c| c.failed()).unwrap();
    assert_eq!(failed.article(), Some("KB9900002"));
    assert_eq!(failed.exit_code(), Some(1603));
    assert_eq!(failed.step.as_deref(), Some("CA_Sample"));
    let other = calls.iter().find(|c| !c.failed()).unwrap();
    assert_eq!(other.article(), Some("KB9900001"));
    assert_eq!(other.outcome(), Outcome::Succeeded);
}

#[test]
fn failed_calls_are_kept_before_others() {
    let call = |n: usize, code: u32| {
        toolkit(&format!("Executing [msiexec.exe /i C:\\{n}.msi]..."))
            + &toolkit(&format!("Execution ended with exit code [{code}]."))
    };
    let log: String = (0..1200)
        .map(|n| call(n, if n == 3 { 1603 } else { 0 }))
        .collect();
    let (calls, dropped) = read(&log);
    assert_eq!((calls.len(), dropped), (MOST_CALLS, 200));
    assert_eq!(calls.iter().filter(|c| c.failed()).count(), 1);
    assert!(calls.is_sorted_by_key(|c| c.run.lines[0]));
}
