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

/// The code that tells the most, the exit code and the outcome of each call.
fn told(log: &str) -> Vec<(Option<u32>, Option<i64>, Outcome)> {
    let (calls, _) = read(log);
    let told = calls.iter().map(|call| {
        let code = call.telling().map(|told| told.code);
        (code, call.exit_code(), call.outcome())
    });
    told.collect()
}

/// A run in the log of `WinGet`.
fn logged(installer: &str, winget: &str) -> String {
    let line = |text: &str| format!("2026-03-01 10:00:00.000 [CLI ] {text}\n");
    [
        line("Leaf command to execute: root:install"),
        line("Manifest fields: Name [Sample], Version [1.0]"),
        line(&format!("ShellExecute installer failed: {installer}")),
        line(&format!(
            "Terminating context: {winget} at InstallFlow.cpp:239"
        )),
    ]
    .concat()
}

#[test]
fn winget_says_why_by_codes_of_its_own() {
    let failed = Outcome::Failed;
    for (log, code, exit, end) in [
        // An installer's own code means nothing by itself.
        (logged("5", "0x8a150101"), 0x8a15_0101, 5, failed),
        (
            logged("8", "0x8a15010b"),
            0x8a15_010b,
            8,
            Outcome::SucceededReboot,
        ),
        (
            logged("1", "0x8a15010c"),
            0x8a15_010c,
            1,
            Outcome::Cancelled,
        ),
        (logged("3010", "0x8a15010a"), 0x8a15_010a, 3010, failed),
        // It tells as much, or WinGet no more than that it failed.
        (logged("1618", "0x8a150102"), 1618, 1618, failed),
        (logged("1603", "0x8a150006"), 1603, 1603, failed),
        // What failed is a dependency.
        (logged("1603", "0x8a150110"), 1603, 1603, failed),
        (
            "Installer failed with exit code: 0x8a150113 : Package not supported by the system."
                .to_owned(),
            0x8a15_0113,
            0x8a15_0113,
            failed,
        ),
    ] {
        assert_eq!(told(&log), [(Some(code), Some(exit), end)], "{log}");
    }
}

#[test]
fn winget_prints_what_an_exit_code_means() {
    let log = |sentence: &str, code: &str| {
        format!(
            "Found Sample [Maker.Sample] Version 1.0
Starting package install...
{sentence}
Installer failed with exit code: {code}"
        )
    };
    let running = "Application is currently running. Exit the application then try again.";
    let running_code = (Some(0x8a15_0101), Some(26), Outcome::Failed);
    assert_eq!(told(&log(running, "26")), [running_code]);
    let cancelled = (Some(0x8a15_010c), Some(2), Outcome::Cancelled);
    assert_eq!(
        told(&log("You cancelled the installation.", "2")),
        [cancelled]
    );
    // The next package has nothing of it, and a sentence alone is no call.
    let both = format!(
        "{}\n{}",
        log(running, "26"),
        log("", "1603").replace("Sample", "Other")
    );
    let other = (Some(1603), Some(1603), Outcome::Failed);
    assert_eq!(told(&both), [running_code, other]);
    assert_eq!(told(running), []);
}

#[test]
fn callers_of_winget_give_its_codes_as_numbers_below_zero() {
    let said = |code: u32, end| vec![(Some(code), Some(i64::from(code)), end)];
    let failed = Outcome::Failed;
    for (line, wanted) in [
        (
            "Installation failed with exit code -1978334972",
            said(0x8a15_0104, failed),
        ),
        (
            "winget exit code: -1978334964",
            said(0x8a15_010c, Outcome::Cancelled),
        ),
        (
            "Sample: winget returned -1978334967",
            said(0x8a15_0109, Outcome::SucceededReboot),
        ),
        (
            "[!] Sample failed, exit code 0x8A15010F",
            said(0x8a15_010f, failed),
        ),
        // The exit code of the installer.
        ("Installation failed with exit code -2147023293", {
            vec![(Some(0x8007_0643), Some(1603), failed)]
        }),
        // Only that it failed, and not WinGet's.
        (
            "Installation failed with exit code -1978335226",
            vec![(None, None, failed)],
        ),
        ("backup exit code: -1978335226", Vec::new()),
        ("backup exit code: 5", Vec::new()),
    ] {
        assert_eq!(told(line), wanted, "{line}");
    }
    // The line below has the installer's; the one above says that a dependency failed.
    let quoted = |code: &str| {
        format!(
            "> Installation failed with exit code {code}
> 2026-03-01 10:00:00.000 [CLI ] ShellExecute installer failed: 1603"
        )
    };
    let generic = (Some(1603), Some(1603), failed);
    assert_eq!(told(&quoted("-1978335226")), [generic]);
    assert_eq!(told(&quoted("-1978334960")), [generic]);
    let full = (Some(0x8a15_0105), Some(1603), failed);
    assert_eq!(told(&quoted("-1978334971")), [full]);
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
