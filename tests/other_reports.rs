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

#[test]
fn the_report_of_visual_studio_installer() {
    let report = r#"Package 'Sample.Tools.Exe,version=3.1.7,chip=x64' failed to install.
    Search URL
        https://aka.ms/VSSetupErrorReports?q=PackageId=Sample.Tools.Exe;PackageAction=Install;ReturnCode=1603
    Details
        Command executed: "C:\ProgramData\Sample\tools.exe" /quiet /log "C:\Users\p\AppData\Local\Temp\dd_setup_1_Sample.log"
        Return code: 1603
        Return code details: Fatal error during installation.
    Log
        C:\Users\p\AppData\Local\Temp\dd_setup_1_Sample.log
    Impacted workloads
        Sample (Sample.Workload,version=17.4)
"#;
    tells(report, "Wrapper Failed 1603 tools.exe 6");
    let session = read(report).sessions[0].clone();
    assert_eq!(session.product.name.as_deref(), Some("Sample.Tools.Exe"));
    // In other languages, with the message of the installer, whose number is not the exit code.
    let report = r"Das Paket „Sample.Msi,version=1.0“ konnte nicht installiert werden.
    Such-URL
        https://aka.ms/VSSetupErrorReports?q=PackageId=Sample.Msi;PackageAction=Install;ReturnCode=1714
    Details
        MSI: C:\ProgramData\Sample\sample.msi, Eigenschaften:  REBOOT=ReallySuppress
        Rückgabecode: 1603
        Details zum Rückgabecode: Schwerwiegender Fehler
        Meldungs-ID: 1714
        Meldungsdetails: Die ältere Version von Sample kann nicht entfernt werden.
    Protokoll
        C:\Users\p\AppData\Local\Temp\dd_setup_2_Sample.log
";
    tells(report, "Wrapper Failed 1603 sample.msi 9");
    let session = read(report).sessions[0].clone();
    let cause = session.failure.unwrap().cause.unwrap();
    assert_eq!(cause.code.value, Some(1714));
    // The address alone.
    let line = "https://aka.ms/VSSetupErrorReports?q=PackageId=Sample.Msi;PackageAction=Install;ReturnCode=1618";
    tells(line, "Wrapper Failed 1618 - 1");
    // Such words of no package.
    tells("Return code: 1603\nMessage ID: 1714\n", "Unrecognised");
}

#[test]
fn the_bootstrapper_of_setup_projects() {
    let checks = r"Property: [AdminUser] = true {boolean}
Running checks for package 'Sample Runtime', phase BuildList
Running checks for command 'Sample\rt.exe'
Result of running operator 'ValueEqualTo' on property 'InstallMode' and value 'HomeSite': true
";
    let failed = r"Result of checks for command 'Sample\rt.exe' is 'Install'
'Sample Runtime' RunCheck result: Install Needed
Running command 'C:\Temp\VSD1.tmp\Sample\rt.exe' with arguments '/q /norestart'
Process exited with code 1603
Status of package 'Sample Runtime' after install is 'InstallFailed'
Error: An error occurred attempting to install Sample Runtime.
";
    tells(&format!("{checks}{failed}"), "Wrapper Failed 1603 rt.exe 8");
    let changed = r"Verifying file hash
Error: Setup has detected that the file 'C:\Temp\VSD1.tmp\Sample\rt.exe' has either changed since it was initially published or may be corrupt.
";
    tells(&format!("{checks}{changed}"), "Wrapper Failed - - 6");
    let refused = "Result of checks for command 'Sample\\rt.exe' is 'Fail'\n";
    tells(&format!("{checks}{refused}"), "Wrapper Failed - - 5");
    let worked = failed
        .replace("1603", "0")
        .replace("InstallFailed", "InstallSucceeded");
    let worked = worked.replace(
        "Error: An error occurred attempting to install Sample Runtime.",
        "",
    );
    tells(&format!("{checks}{worked}"), "Wrapper Succeeded 0 - 0");
    // Nothing was to be done.
    let nothing = "'Sample Runtime' RunCheck result: No Install Needed\n";
    tells(&format!("{checks}{nothing}"), "Unrecognised");
}

#[test]
fn tools_show_the_command_and_its_code() {
    for (log, wanted) in [
        (
            "Mixlib::ShellOut::ShellCommandFailed: Expected process to exit with [0, 42, 127], but received '1603'\n",
            "Wrapper Failed 1603 - 1",
        ),
        (
            r#"fatal: [host1]: FAILED! => {"changed": true, "msg": "unexpected rc from install C:\\t\\a.msi: see rc, stdout, and stderr for more details", "rc": 1618, "reboot_required": false}"#,
            "Wrapper Failed 1618 - 1",
        ),
        (
            "  msg: 'unexpected rc from install C:\\t\\a.msi: see rc'\n  rc: 1638\n",
            "Wrapper Failed 1638 - 2",
        ),
        (
            r#"error MSB3073: The command "msiexec /i C:\t\a.msi /qn" exited with code 1603."#,
            "Wrapper Failed 1603 - 1",
        ),
        (
            "PowerShell DSC resource MSFT_PackageResource failed to execute Set-TargetResource functionality with error message: The return code 1619 was not expected. Configuration is likely not correct",
            "Wrapper Failed 1619 - 1",
        ),
        (
            r#"Windows update "Hotfix for Windows (KB1234567)" could not be installed because of error 2147942402 "The system cannot find the file specified." (Command line: ""wusa.exe" a.msu /quiet")"#,
            "Wrapper Failed 2 - 1",
        ),
        (
            "Error: Execution of 'C:\\Windows\\system32\\msiexec.exe /qn /norestart /i C:\\t\\a.msi' returned 1603: failed",
            "Wrapper Failed 1603 msiexec.exe 1",
        ),
        ("ERROR Exit code was 1620!", "Wrapper Failed 1620 - 1"),
        (
            "start /wait msiexec.exe /i a.msi /qn; exit code: [0]",
            "Wrapper Succeeded 0 - 0",
        ),
        (
            "x  MSI install failed with exit code 1603.",
            "Wrapper Failed 1603 - 1",
        ),
        (
            "The installer exited with code 1638",
            "Wrapper Failed 1638 - 1",
        ),
        ("msiexec.exe exited with code 0", "Wrapper Succeeded 0 - 0"),
        (
            "  Exit code (Decimal):           -2068578304\n  Exit message:                  The path D is malformed or not absolute.\n",
            "Wrapper Failed 2226388992 - 2",
        ),
        (
            "Bundle: Example Studio 2015 has been uninstalled with exit code: 1603.",
            "Wrapper Failed 1603 - 1",
        ),
        // Somebody tells a story.
        ("msiexec often returned 1603 last year.", "Unrecognised"),
        ("The file a.msi has a version code 12.", "Unrecognised"),
    ] {
        tells(log, wanted);
    }
}

#[test]
fn lines_of_the_client_of_configuration_manager() {
    let log = "MSI: Configuration Manager Client is not installed. ccmsetup 03-11-2026 16:26:12 3264 (0x0CC0)
Installation failed with error code 1603 ccmsetup 03-11-2026 16:26:12 3264 (0x0CC0)";
    tells(log, "Wrapper Failed 1603 ccmsetup 2");
    let log = "<![LOG[File C:\\Windows\\ccmsetup\\client.msi installation failed. Error text: ExitCode: 1603
Action: RegisterSample
]LOG]!><time=\"10:00:00.000+000\" date=\"03-11-2026\" component=\"ccmsetup\" context=\"\" type=\"3\" thread=\"32\" file=\"m.cpp:1\">";
    tells(log, "Wrapper Failed 1603 - 1");
    let log = "Backup failed with error code 5 backup 03-11-2026 16:26:12 3264 (0x0CC0)";
    tells(log, "Unrecognised");
}

#[test]
fn the_caller_gives_the_exit_code_that_a_piece_of_the_log_lacks() {
    let winget = "Installation failed with exit code -1978335226\n2026-02-03 15:20:54.747 [CLI ] ShellExecute installer failed: 2147944033\n";
    let line = "MSI (s) (D0:1C) [08:10:35:018]: Product: Sample -- Error 1311. Source file not found(cabinet): C:\\t\\a.cab.\n";
    tells(&format!("{winget}{line}"), "Msi Failed 1633 - 3");
    let own = "> Installation failed with exit code -1978335226\n> ";
    tells(&format!("{own}{line}"), "Msi Failed - - 2");
    let burn =
        "[0A00:0A01][2026-01-01T10:00:01]e000: Error 0x80070661: Failed to install MSI package.\n";
    tells(
        &format!("{winget}{burn}{burn}{burn}"),
        "Burn Failed 1633 - 3",
    );
    // WinGet's own code alone is neither exit code nor cause.
    tells(own, "Wrapper Failed - - 0");
    // What worked stays so.
    let end = "MSI (s) (D0:1C) [08:10:35:018]: Windows Installer installed the product. Product Name: Sample. Product Version: 1.0. Product Language: 1033. Manufacturer: Sample. Installation success or error status: 0.\nMSI (s) (D0:1C) [08:10:35:018]: MainEngineThread is returning 0\n";
    tells(&format!("{winget}{end}"), "Msi Succeeded 0 - 0");
}

#[test]
fn lists_of_errors_of_suite_setups() {
    let one = "[05/02/31,13:39:27] Microsoft .NET Framework 2.0a: [2] Error: Installation failed for component Microsoft .NET Framework 2.0a. MSI returned error code 1612\n";
    // A byte order mark that became a question mark, a heading, a list of before on the same line.
    for before in ["", "?", "Error log ", "***EndOfSession***"] {
        let log = format!("{before}{one}");
        tells(&log, "NetfxSetup Failed - Microsoft .NET Framework 2.0a 1");
        let dotnet = read(&log).sessions.last().unwrap().dotnet.clone().unwrap();
        assert_eq!(
            (dotnet.family.as_str(), dotnet.version.as_str()),
            ("netfx", "2.0")
        );
    }
    let optional = "[05/02/31,13:30:00] Samples (x64): [2] WARNING! Setup Failed for optional component Samples (x64). MSI returned error code 1603\n";
    let both = format!("{optional}{one}");
    tells(&both, "NetfxSetup Failed - Microsoft .NET Framework 2.0a 2");
    // Two lists are two runs.
    let two = format!("{optional}***EndOfSession***{one}***EndOfSession***\n");
    tells(&two, "NetfxSetup Failed - Microsoft .NET Framework 2.0a 2");
    assert_eq!(read(&two).sessions.len(), 2);
}

#[test]
fn the_end_of_a_setup_in_mid_line_and_files_that_are_not_trusted() {
    let log = "Action complete (Elapsed time: 0 00:00:14). Final Result: Installation failed with error code: (0x000013EC), \"A StopBlock was hit.\" (Elapsed time: 0 00:00:05).\n";
    tells(log, "NetfxSetup Failed 5100 - 1");
    let log = "C:\\p\\sample.mzz Signature could not be verified for sample.mzz
No FileHash provided. Cannot perform FileHash verification for sample.mzz
File sample.mzz (C:\\p\\sample.mzz), failed authentication. (Error = -2146762487). It is recommended that you delete this file and retry setup again.
";
    tells(log, "NetfxSetup Failed - - 3");
    tells(
        "The file is signed.\nIts Signature could not be verified by me.\n",
        "Unrecognised",
    );
}

#[test]
fn the_outer_interface_of_a_redistributable() {
    let log = "PROPERTY ProductName = Sample Runtime
PROPERTY ProductVersion = 9.0.1
Info 1903.Nothing.
Error 1935.An error occurred during the installation of assembly 'Sample'. HRESULT: 0x8007054F.
Process returning code 1603
";
    tells(log, "NetfxSetup Failed 1603 - 4");
    let product = read(log).sessions[0].product.clone();
    assert_eq!(product.name.as_deref(), Some("Sample Runtime"));
    tells(
        "PROPERTY ProductName = A\nProcess returning code 0\n",
        "NetfxSetup Succeeded 0 - 0",
    );
}

const OUTCOME: &str = "Windows Installer installed the product. Product Name: Sample Tool. Product Version: 1.2.3. Product Language: 1033. Manufacturer: Sample Inc. Installation success or error status: ";

#[test]
fn events_in_the_layouts_in_which_they_are_copied() {
    let viewer = "Log Name:      Application
Source:        MsiInstaller
Event ID:      11708
Level:         Error
Description:
Product: Sample Tool -- Installation failed.
";
    tells(viewer, "Msi Failed - - 0");
    let old = "Event Type:\tError
Event Source:\tMsiInstaller
Event ID:\t1024
Description:
Product: Sample - Update 'Fix for Sample' could not be installed. Error code 1642. Windows Installer can create logs.
";
    tells(old, "Msi Failed 1642 - 5");
    let unknown = "The description for Event ID 11708 from source MsiInstaller cannot be found. Either the component that raises this event is not installed on your local computer or the installation is corrupted.

The following information was included with the event:

Product: Sample Tool -- Installation operation failed.
";
    tells(unknown, "Msi Failed - - 0");
    let list = format!(
        "Error\t3/4/2031 10:11:12 AM\tMsiInstaller\t11722\tNone\tProduct: Sample Tool -- Error 1722. There is a problem with this Windows Installer package. Action DoIt, location: C:\\x\\, command: /q
Information\t3/4/2031 10:11:13 AM\tMsiInstaller\t1033\tNone\t{OUTCOME}1603.
"
    );
    tells(&list, "Msi Failed 1603 DoIt 1");
    let list = format!(
        "Event ID 11708: Product: Sample Tool -- Installation failed.\nEvent ID 1033: {OUTCOME}1638.\n"
    );
    assert!(told(&read(&list)).starts_with("Msi Failed 1638 "));
    let (first, second) = OUTCOME.split_once(" Product Language").unwrap();
    let shell =
        format!("Id      : 1033\nMessage : {first}\n          Product Language{second}1603.\n");
    tells(&shell, "Msi Failed 1603 - 0");
    let german = "Beschreibung:\nDas Produkt wurde durch Windows Installer installiert. Produktname: Muster. Produktversion: 1.2. Produktsprache: 1031. Hersteller: Muster. Erfolg- bzw. Fehlerstatus der Installation: 1603.\n";
    tells(german, "Msi Failed 1603 - 0");
    tells(&format!("{OUTCOME}0.\n"), "Msi Succeeded 0 - 0");
    // An editor made one dash of two.
    let dash = "Product: Sample Suite — Error 1935.\nAn error occurred during the installation of assembly. HRESULT: 0x80131047.\n";
    tells(dash, "Msi Failed - - 1");
    // As PowerShell writes events as JSON, on a Windows in Spanish.
    let json = "        \"Source\":  \"MsiInstaller\",\n        \"Message\":  \"Producto: Muestra -- Error 1921.No se puede detener el servicio \\u0027Muestra\\u0027 (MuestraSvc).\"\n";
    tells(json, "Msi Failed - - 2");
    tells("My note on Product: A -- it works.\n", "Unrecognised");
    tells("Nota sobre Producto: A -- funciona.\n", "Unrecognised");
}

#[test]
fn a_command_and_its_code_in_the_next_lines() {
    for (log, wanted) in [
        (
            "2031-03-04 10:11:12.123   Filename: C:\\Windows\\system32\\msiexec.exe
2031-03-04 10:11:12.123   Parameters: /i \"C:\\Temp\\sample.msi\" /qn
2031-03-04 10:11:20.123   Process exit code: 1603\n",
            "Wrapper Failed 1603 msiexec.exe 3",
        ),
        (
            "Execute: msiexec.exe /i \"C:\\Temp\\sample.msi\" /qn\nExit code: 1619\n",
            "Wrapper Failed 1619 msiexec.exe 2",
        ),
        (
            "10:11:12 Running: msiexec.exe /i sample.msi /quiet\n10:11:40 Step 1 returned error code 1603 (Fatal error)\n",
            "Wrapper Failed 1603 msiexec.exe 2",
        ),
        (
            "Execute: msiexec.exe /x a.msi /qn\nExit code: 0\n",
            "Wrapper Succeeded 0 - 0",
        ),
        (
            "[10:11:12 AM] Error: Command failed with exit code 1619: C:\\Windows\\System32\\msiexec.exe /i \"C:\\Temp\\sample.msi\" /passive\n",
            "Wrapper Failed 1619 msiexec.exe 1",
        ),
        (
            "Error: Command failed with exit code 1: npm run sample\n",
            "Unrecognised",
        ),
        (
            "Message               : Execution failed with exit code [1639].\nFullyQualifiedErrorId : ProcessExitCodeError,Start-ADTProcess\n",
            "Wrapper Failed 1639 - 1",
        ),
        (
            "Configuring package. Id = 'SampleRuntime'\nMSI log file set to: C:\\Temp\\sample.4.log\nDone configuring package. Id = 'SampleRuntime' ReturnCode = 1603\n",
            "Wrapper Failed 1603 - 3",
        ),
        // A line that tells how to call it is no call.
        (
            "Run msiexec /i sample.msi /l*v a.log and send the log.\n",
            "Unrecognised",
        ),
        (
            "Run msiexec /i sample.msi /qn.\nIf the exit code is 5, say so.\n",
            "Unrecognised",
        ),
        ("Exit code: 1603\n", "Unrecognised"),
    ] {
        tells(log, wanted);
    }
}

#[test]
fn the_words_of_a_caller_tell_more_than_its_code() {
    tells(
        "2031-03-04 10:11:12.123 [CORE] Deployment operation #1: Windows cannot install package Sample_1.0_x64__abc because this package depends on a framework that could not be found.
2031-03-04 10:11:12.223 [CLI ] MSIX installer failed: 2147958003\n",
        "Wrapper Failed 15603 - 1",
    );
    let log = "  Component name:                Sample Support Files
  Component error code:          1935
  Error description:             An error occurred during the installation of assembly 'Sample'. HRESULT: 0x80070002.\n";
    tells(log, "Wrapper Failed 1935 - 3");
    let report = read(log);
    let failure = report.sessions[0].failure.as_ref().unwrap();
    assert_eq!(failure.remedies[0].rule, "assembly-file-not-found");
}
