//! Tests of the lines, all of our own making.

use super::*;

fn parse(line: &str) -> Option<Record<'_>> {
    super::parse(line, Program::default())
}
use crate::formats::stamp::Stamp;

/// What a line says, its name and its code.
fn said(line: &str) -> (Event, &str, Option<u32>) {
    let said = parse(line).unwrap_or_else(|| panic!("{line}")).said;
    (said.kind.event, said.name, said.code)
}

#[test]
fn other_text_is_none_of_these() {
    for line in [
        "",
        "2026-03-01 10:00:00,123 42 [INFO ] - Server started",
        "2026-03-01 10:00:00.123 [main] Exit code = 1603",
        "2026-03-01\t10:00:00:123\t12\tabc\tOrders\tTitle = Dune",
        "[INFO] [main] [worker] :: not a date",
        "<![LOG[Starting up]LOG]!><time=\"10:00:00.000\" date=\"03-01-2026\" component=\"Backup\">",
        "ERROR: exit code 1603",
        "The install of the pump was delayed.",
        "MSI (s) (C8:50) [01:49:43:906]: Product: Sample -- Installation failed.",
        "[0A00:0A01][2026-02-28T23:59:58]i399: Apply complete, result: 0x80070643",
        "0123-é5-67 89",
        "é",
    ] {
        assert_eq!(parse(line), None, "{line}");
    }
}

#[test]
fn the_server_of_configuration_manager() {
    let text = "ERROR: Failed to install Sample runtime. Return code: 1603.";
    let line = format!(
        "10-31-2025 10:14:32.487    CONFIGURATION_MANAGER_UPDATE    4242 (0x1092)    {text}"
    );
    assert_eq!(said(&line), (Event::Exit, "Sample runtime", Some(1603)));
    let stamp = Stamp {
        date: [2025, 10, 31],
        time: 36_872_487,
    };
    assert_eq!(parse(&line).unwrap().stamp, Some(stamp));
    assert_eq!(
        parse(&line.replace("CONFIGURATION_MANAGER_UPDATE", "BACKUP")),
        None
    );
}

#[test]
fn the_shapes_of_the_toolkit() {
    let exit = (Event::Exit, "", Some(1603));
    let text = "Execution failed with exit code [1603].";
    let old = format!("[11-01-2026 10:14:32.487] [Installation] [Execute-MSI] :: {text}");
    let new = format!(
        "[2026-11-01T10:14:32.4870000+00:00] [Install] [Start-ADTProcess] [Error] :: {text}"
    );
    let traced = format!(
        "<![LOG[[Install] :: {text}]LOG]!><time=\"10:14:32.487+60\" date=\"11-1-2026\" component=\"Start-ADTProcess\" type=\"3\">"
    );
    let pasted =
        format!("[Installation] :: {text}\tExecute-Process\t11/01/2026 10:14:32\t2508 (0x09CC)");
    let stamp = Stamp {
        date: [2026, 11, 1],
        time: 36_872_487,
    };
    for (line, when) in [
        (&old, Some(stamp)),
        (&new, Some(stamp)),
        (&traced, Some(stamp)),
        (&pasted, None),
    ] {
        let record = parse(line).unwrap();
        assert_eq!((said(line), record.stamp), (exit, when), "{line}");
        assert_eq!(record.program, Program::AppDeployToolkit);
    }
}

#[test]
fn codes_are_read_as_they_are_written() {
    for (line, code) in [
        ("Installer failed with exit code: 1603", 1603),
        ("Installer failed with exit code: 3762504530", 3_762_504_530),
        (
            "2026-09-14 02:44:09.178 <E> [CLI ] ShellExecute installer failed: -2147023293",
            0x8007_0643,
        ),
        (
            "2022/01/02 10:00:00.1234567 1 2   Handler         Command line install completed. Return code = 0x80070643, Result = Failed",
            0x8007_0643,
        ),
        (
            "[ERROR] Running msiexec with /i \"C:\\a.msi\" was not successful. Exit code was '1603'.",
            1603,
        ),
    ] {
        assert_eq!(said(line), (Event::Exit, "", Some(code)), "{line}");
    }
}

#[test]
fn intune_tells_the_app_and_the_code() {
    let line = |text: &str| {
        format!(
            "<![LOG[{text}]LOG]!><time=\"1:02:03.4\" date=\"3-1-2026\" component=\"AppWorkload\" type=\"1\">"
        )
    };
    let app = line(
        "[Win32App][ActionProcessor] ExecManager: processing targeted app (name='Sample', id='x') with intent=3",
    );
    assert_eq!(said(&app), (Event::Package, "Sample", None));
    let exit = line("[Win32App] lpExitCode 1603");
    assert_eq!(said(&exit), (Event::Exit, "", Some(1603)));
    let verdict = line("[Win32App] Admin did NOT set mapping for lpExitCode: 1603 of app: x");
    assert_eq!(said(&verdict), (Event::Judged, "", Some(1603)));
}

#[test]
fn winget_in_other_languages() {
    for line in [
        "O instalador falhou com o código de saída: 1638",
        "Installation fehlgeschlagen mit Exitcode: 1638",
        "Échec du programme d’installation avec le code de sortie : 1638",
        "Programma di installazione non riuscito con codice di uscita: '1638'",
        "インストーラーが終了コードで失敗しました: 1638",
        "安装程序失败，退出代码为: 1638",
    ] {
        let record = parse(line).unwrap_or_else(|| panic!("{line}"));
        assert_eq!(record.program, Program::Winget, "{line}");
        assert_eq!(record.said.code, Some(1638), "{line}");
    }
    let package = "(3/3) Encontrado Sample Tool [Maker.Tool] Versão 2.0";
    assert_eq!(said(package), (Event::Package, "Sample Tool", None));
}

/// Whatever the package did, Chocolatey calls a restart off behind it.
#[test]
fn what_a_caller_does_for_itself_is_no_call() {
    let line = |text: &str| format!("2026-03-01 10:00:00,123 42 [DEBUG] - {text}");
    let own = line("Command ['\"C:\\Windows\\System32\\shutdown.exe\" /a'] exited with '1116'");
    assert_eq!(parse(&own), None);
    let other = line("Command ['\"C:\\a\\setup.exe\" /S'] exited with '1603'");
    assert_eq!(said(&other), (Event::Exit, "", Some(1603)));
    let lock = line("sample not installed. An error occurred during installation:");
    assert_eq!(said(&lock), (Event::Broken, "sample", None));
}

#[test]
fn lines_that_forums_show_without_their_frame() {
    let intune = "[Win32App] lpExitCode 3221225794";
    assert_eq!(said(intune), (Event::Exit, "", Some(3_221_225_794)));
    let client = "CcmSetup failed with error code 0x80190194";
    assert_eq!(said(client), (Event::Exit, "", Some(0x8019_0194)));
}
