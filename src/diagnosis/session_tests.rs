//! How a run ended, where a log says it in few words or not to its end, and what the engine says
//! before an early end.

use super::tests::failure;
use super::{Code, Confidence};
use crate::engine::{Options, analyse};
use crate::report::LogReport;
use crate::run::Outcome;

fn report(log: &str) -> LogReport {
    analyse("test.log", log.as_bytes(), &Options::default()).unwrap()
}

/// Outcome and exit code of the only session, and whether it was cut off.
fn ended(log: &str) -> (Outcome, Option<i64>, bool) {
    let report = report(log);
    let session = report.principal().unwrap();
    (session.outcome, session.exit_code, session.cut_off)
}

fn engine(body: &str) -> String {
    format!("MSI (s) (7C:A4) [10:00:00:000]: {body}\n")
}

const HEAD: &str = "=== Verbose logging started: 1/13/2026  10:00:00  Build type: SHIP UNICODE 5.00.10011.00  Calling process: C:\\Windows\\msiexec.exe ===\n";
const END: &str = "=== Verbose logging stopped: 1/13/2026  10:00:09 ===\n";

#[test]
fn the_dialog_at_the_end_tells_the_outcome_where_nothing_else_does() {
    for (dialog, outcome) in [
        ("FatalError", Outcome::Failed),
        ("UserExit", Outcome::Cancelled),
        ("ExitDialog", Outcome::Succeeded),
        ("WelcomeDlg", Outcome::Incomplete),
    ] {
        let log = engine(&format!("Doing action: {dialog}"));
        assert_eq!(ended(&log).0, outcome, "{dialog}");
    }
    // A code is more than a dialog.
    let log = engine("Doing action: ExitDialog") + &engine("MainEngineThread is returning 1603");
    assert_eq!(ended(&log).0, Outcome::Failed);
}

/// What went on behind it may be a dialog, or work that had begun before.
#[test]
fn an_error_that_is_not_known_to_be_got_over_is_a_hint() {
    let lines = |last: &str| {
        let told = engine("SECREPAIR: Crypt Provider not initialized. Error:-2146892987");
        format!("{told}{}{last}", engine("Resetting cached policy values"))
    };
    let log = lines("Action start 10:00:01: FindFiles.\n");
    let cause = failure(&log).cause.unwrap();
    assert_eq!((cause.line, cause.confidence), (1, Confidence::Low));
    assert_eq!(ended(&log), (Outcome::Incomplete, None, false));
    // What ended well is told.
    let good =
        lines("Action start 10:00:01: INSTALL.\nAction ended 10:00:02: INSTALL. Return value 1.\n");
    assert!(report(&good).sessions[0].failure.is_none());
}

#[test]
fn a_log_that_is_cut_off_after_its_cause_has_failed() {
    let begin = "Action start 10:00:00: INSTALL.\nAction start 10:00:00: CopyFiles.\n";
    for last in [
        "Error 1311. Source file not found: C:\\Example\\a.cab.  Verify that the file exists.",
        "MSI (s) (7C:A4) [10:00:00:000]: Product: Example -- Error 1923. Service 'Example' (Example) could not be installed.",
        "エラー 1311。ソース ファイルが見つかりません。",
        "Disk full: Out of disk space -- Volume: 'C:'; required space: 9 KB; available space: 1 KB",
        "CustomAction CopyFiles returned actual error code 1603 (note this may not be 100% accurate if translation happened inside sandbox)",
        "Action ended 10:00:01: CopyFiles. Return value 3.",
    ] {
        for log in [format!("{begin}{last}\n"), format!("{last}\n")] {
            assert_eq!(ended(&log), (Outcome::Failed, None, true), "{log}");
            let report = report(&log);
            let told = report.notices.iter().any(|n| n.contains("cut off"));
            assert!(told, "{log} {:?}", report.notices);
        }
    }
    let whole = format!("{HEAD}{begin}Error 1311. Source file not found: C:\\Example\\a.cab.\n");
    let notices = report(&whole).notices;
    assert!(
        notices.iter().any(|n| n.starts_with("log cut off")),
        "{notices:?}"
    );
}

#[test]
fn an_error_that_the_run_may_have_got_over_is_no_failure() {
    let error = "Error 1304. Error writing to file: C:\\Example\\a.dll.\n";
    for rest in [
        // Another action begins, another step of the script, another operation.
        "Action start 10:00:01: WriteIniValues.\n".to_owned(),
        engine("Doing action: WriteIniValues"),
        engine("Executing op: ActionStart(Name=WriteIniValues,,)"),
        engine("Executing op: IniWriteRemoveValue(Section=a,Key=b,Value=c,Mode=0)"),
        "Action ended 10:00:01: CopyFiles. Return value 1.\n".to_owned(),
    ] {
        for begin in ["Action start 10:00:00: CopyFiles.\n", ""] {
            let log = format!("{begin}{error}{rest}");
            assert_eq!(ended(&log).0, Outcome::Incomplete, "{log}");
        }
    }
    // Questions, what waits, internal errors and what only follows.
    for line in [
        "Error 1500. Another installation is in progress.",
        "Error 1704. An installation for Example is currently suspended.",
        "Info 1304. Error writing to file: C:\\Example\\a.dll.",
        "DEBUG: Error 2203:  Database: C:\\Example\\a.msi. Cannot open database file.",
        "MSI (s) (7C:A4) [10:00:00:000]: Product: Example -- Asennus onnistui muuten.",
    ] {
        assert_eq!(ended(line).0, Outcome::Incomplete, "{line}");
    }
}

#[test]
fn a_header_without_a_run_is_no_session() {
    let run = format!(
        "{HEAD}{}{}{}{END}",
        engine("******* RunEngine:"),
        "Action start 10:00:00: INSTALL.\nAction ended 10:00:08: INSTALL. Return value 1.\n",
        engine("MainEngineThread is returning 0"),
    );
    let stub = format!("{HEAD}{}", engine("Cloaking enabled."));
    for (log, sessions) in [
        (format!("{run}{stub}{END}"), 1),
        (format!("{run}{stub}"), 1),
        (format!("{stub}{END}{run}"), 1),
        (format!("{run}{stub}{END}{run}"), 2),
        // Nothing else is there.
        (stub.clone(), 1),
    ] {
        let report = report(&log);
        assert_eq!(report.sessions.len(), sessions, "{log}");
    }
    assert!(report(&format!("{run}{stub}")).complete);
}

#[test]
fn a_later_try_that_worked_is_the_headline() {
    let run = |code: i64, product: &str| {
        let say = |body: &str| engine(body);
        HEAD.to_owned()
            + &say("******* RunEngine:")
            + &say(&format!(
                "Product Code from property table before transforms: '{product}'"
            ))
            + "Action start 10:00:00: INSTALL.\n"
            + &format!(
                "Action ended 10:00:08: INSTALL. Return value {}.\n",
                if code == 0 { 1 } else { 3 }
            )
            + &say(&format!("MainEngineThread is returning {code}"))
            + END
    };
    let (a, b) = (
        "{11111111-2222-3333-4444-555555555555}",
        "{99999999-2222-3333-4444-555555555555}",
    );
    let outcome = |log: String| report(&log).outcome();
    assert_eq!(outcome(run(1603, a) + &run(0, a)), Some(Outcome::Succeeded));
    assert_eq!(outcome(run(1603, a) + &run(0, b)), Some(Outcome::Failed));
    assert_eq!(outcome(run(0, a) + &run(1603, a)), Some(Outcome::Failed));
    let removed = run(0, a).replace("Action start", "Property(S): REMOVE = ALL\nAction start");
    assert_eq!(outcome(run(1603, a) + &removed), Some(Outcome::Failed));
    #[cfg(feature = "text")]
    {
        let log = report(&(run(1603, a) + &run(0, a)));
        let headline = crate::report::words::headline_of(&log, log.principal().unwrap());
        assert!(
            headline.ends_with("; an earlier try in this log failed"),
            "{headline}"
        );
    }
}

#[test]
fn the_final_line_of_any_language_gives_the_exit_code() {
    for line in [
        "Program instalacyjny zainstalował produkt. Nazwa produktu: Przykład. Wersja produktu: 1.2.3. Język produktu: 1045. Producent: Firma. Stan powodzenia: 1603.",
        "Установщик выполнил удаление. Продукт: Пример. Версия: 1.0.0. Язык: 1049. Изготовитель: https://example.org. Удаление завершено с состоянием: 1603.",
        "インストーラーは製品を削除しました。製品名: 例、製品バージョン: 1.0、製品の言語: 1041、製造元: 会社、削除の成功またはエラーの状態: 1603。",
        "安装程序已安装产品。产品名称: 例子。产品版本: 1.0.2。产品语言: 2052。制造商: 公司。安装成功或错误状态: 1603。",
        "安裝程式已安裝產品。產品名稱：例子。產品版本：1.0。產品語言：1028。製造商：公司。安裝狀態：1603。",
    ] {
        for log in [engine(line), format!("{line}\n")] {
            let log = format!("{}{log}", engine("Note: 1: 1708 "));
            assert_eq!(ended(&log).1, Some(1603), "{log}");
        }
    }
    // No list of a product: other lines end in a number after a colon, too.
    for line in [
        "Copied: 3. Failed: 2. Skipped: 0. Left: 12.",
        "Product: Example. Version: 1.2. Language: English. Maker: A. Status: 5.",
        "Time: 10:00:00. Port: 80",
    ] {
        let log = format!("{}{}", engine("Doing action: INSTALL"), engine(line));
        assert_eq!(ended(&log).1, None, "{line}");
    }
}

#[test]
fn what_the_engine_says_before_it_refuses_beats_the_sentence_for_its_code() {
    let said = |body: &str| {
        format!(
            "{HEAD}{}{}{}The administrator of this machine does not allow it. Forbidden!\nC:\\Example\\a.msi\n{END}",
            engine("******* RunEngine:"),
            engine(body),
            engine("MainEngineThread is returning 1625"),
        )
    };
    for body in [
        "MSI_LUA: Elevation prompt disabled for silent installs",
        "MSI_LUA: Installation UI level is silent but Credential prompt required as the user is running repair",
        "Rejecting product '{11111111-2222-3333-4444-555555555555}': Non-assigned apps are disabled for non-admin users.",
    ] {
        let cause = failure(&said(body)).cause.unwrap();
        assert_eq!(cause.line, 3, "{body}");
    }
    // With nothing else the sentence is as near as the log gets, and never sure.
    let cause = failure(&said("Resetting cached policy values"))
        .cause
        .unwrap();
    assert_eq!((cause.line, cause.confidence), (5, Confidence::Medium));
    // The same words stand in good runs.
    let good = engine("MSI_LUA: Elevation prompt disabled for silent installs");
    assert!(report(&good).sessions[0].failure.is_none());
    // Nor are the same words as a message ever sure, and a policy that stands in the log is nearer.
    let words = "Action start 10:00:00: INSTALL.\nError 1625. This installation is forbidden by system policy.\nAction ended 10:00:01: INSTALL. Return value 3.\n";
    let cause = failure(&format!("{HEAD}{words}")).cause.unwrap();
    assert_eq!((cause.line, cause.confidence), (3, Confidence::Medium));
    for body in [
        "Machine policy value 'DisableMsi' is 1",
        "Machine policy value 'DisableUserInstalls' is 1",
    ] {
        assert_eq!(failure(&said(body)).cause.unwrap().line, 3, "{body}");
        assert!(
            report(&engine(body)).sessions[0].failure.is_none(),
            "{body}"
        );
    }
    // A message may be all that tells the code.
    let log = engine("Rejecting product '{A}': Non-assigned apps are disabled.")
        + "Info 1625.This installation is forbidden by system policy.\n";
    assert_eq!(
        (ended(&log).1, failure(&log).cause.unwrap().line),
        (Some(1625), 1)
    );
}

#[test]
fn the_last_note_before_an_early_end_is_the_cause() {
    let log = |notes: &str, code: i64| {
        format!(
            "{HEAD}{}{notes}{}{END}",
            engine("******* RunEngine:"),
            engine(&format!("MainEngineThread is returning {code}")),
        )
    };
    let path = engine("Note: 1: 1402 2: HKEY_CURRENT_USER\\A 3: 5 ")
        + &engine("Note: 1: 1324 2: .. 3: 1 ");
    let cause = failure(&log(&path, 2)).cause.unwrap();
    assert_eq!((cause.line, cause.code.value), (4, Some(1324)));
    // In the middle of a run the same note is about a name.
    let later = format!(
        "{HEAD}{}Action start 10:00:00: INSTALL.\n{}Action ended 10:00:01: INSTALL. Return value 3.\n",
        engine("******* RunEngine:"),
        engine("Note: 1: 1324 2: a\\b 3: 1 "),
    );
    assert!(failure(&later).cause.is_none());
}

#[test]
fn an_action_after_which_the_run_goes_on_is_no_cause() {
    let step = engine("Executing op: ActionStart(Name=Clean,,)");
    let call = |bits: u32| {
        engine(&format!(
            "Executing op: CustomActionSchedule(Action=Clean,ActionType={bits},Source=BinaryData,Target=Clean,)"
        ))
    };
    let said = "Clean:  Error 0x80070002: the folder could not be removed\n";
    let returned = "CustomAction Clean returned actual error code 1603 (note this may not be 100% accurate if translation happened inside sandbox)\n";
    for said in [said, returned] {
        let log = format!("{step}{}{said}", call(1025 + 64));
        let session = &report(&log).sessions[0];
        assert_eq!(session.outcome, Outcome::Incomplete, "{said}");
        assert!(session.failure.is_none(), "{said}");
        let counts = format!("{step}{}{said}", call(1025));
        assert!(report(&counts).sessions[0].failure.is_some(), "{said}");
    }
}

#[test]
fn what_dialogs_say_after_the_end_is_no_cause() {
    let begin = "Action start 10:00:00: INSTALL.\nAction start 10:00:00: Custom.\nError 1920. Service 'Example' (Example) failed to start.\nAction ended 10:00:01: Custom. Return value 3.\n";
    for dialog in [
        "FatalError",
        "UserExit",
        "ExitDialog",
        "SetupCompleteError",
        "FatalErrorForm",
    ] {
        let after = format!(
            "Action start 10:00:02: {dialog}.\nDEBUG: Error 2826:  Control Line on dialog {dialog} extends beyond the boundaries\nInternal Error 2731. {dialog}\nError 1001. It went wrong in {dialog}.\nAction ended 10:00:09: {dialog}. Return value 2.\n"
        );
        let log = format!("{begin}{after}Action ended 10:00:10: INSTALL. Return value 3.\n");
        assert_eq!(failure(&log).cause.unwrap().line, 3, "{dialog}");
        let alone = format!("{after}Action ended 10:00:10: INSTALL. Return value 3.\n");
        assert!(failure(&alone).cause.is_none(), "{dialog}");
    }
    // A run that was cancelled has no cause among internal errors.
    let cancelled = "Action start 10:00:00: Setup.\nDEBUG: Error 2731:  Selection manager\nInternal Error 2803. Setup\nAction ended 10:00:01: Setup. Return value 2.\nAction ended 10:00:02: INSTALL. Return value 2.\n";
    assert_eq!(ended(cancelled).0, Outcome::Cancelled);
    assert!(failure(cancelled).cause.is_none());
}

#[test]
fn a_package_whose_codes_are_none_cannot_be_registered() {
    let run = |product: &str, more: &str, version: &str| {
        format!(
            "{HEAD}{}Action start 10:00:00: INSTALL.\nAction start 10:00:01: PublishProduct.\n{more}Action ended 10:00:01: PublishProduct. Return value 1.\nAction start 10:00:02: InstallFinalize.\n{}{}{}Action ended 10:00:03: InstallFinalize. Return value 3.\nAction ended 10:00:04: INSTALL. Return value 3.\nProperty(S): ProductVersion = {version}\n{}{END}",
            engine("******* RunEngine:"),
            engine(&format!(
                "Executing op: ProductInfo({product},ProductName=Example,PackageName=a.msi,Language=1033)"
            )),
            engine("Executing op: ActionStart(Name=ProcessComponents,,)"),
            engine("Executing op: ComponentRegister(ComponentId={A},KeyPath=C:\\a)"),
            engine("MainEngineThread is returning 1603"),
        )
    };
    let sound = "ProductKey={11111111-2222-3333-4444-555555555555},Version=16777216";
    let short = "ProductKey={11111111-2222-3333-4444-55555555555},Version=16777216";
    let marked = "ProductKey={11111111-2222-3333-4444-555555555555},Version=-2145714176";
    let invalid = engine("MSI_DBG: Invalid descriptor format");
    let line = |log: &str| failure(log).cause.map(|cause| cause.line);
    assert_eq!(line(&run(sound, "", "1.0")), None);
    assert_eq!(line(&run(short, "", "1.0")), Some(7));
    assert_eq!(line(&run(short, &invalid, "1.0")), Some(5));
    assert_eq!(line(&run(marked, "", "v1.0-beta")), Some(7));
    assert_eq!(
        line(&run(marked, "", "200.1")),
        None,
        "a version from 128 on"
    );
    // A word of the engine is nearer.
    let error = run(short, "", "1.0").replace(
        "Action ended 10:00:03",
        "Error 1406. Could not write value a to key b.\nAction ended 10:00:03",
    );
    assert_eq!(line(&error), Some(10));
}

#[test]
fn a_crash_of_the_installer_itself() {
    let log = engine("Internal Exception during install operation: 0xc0000005 at 0x00007FF8.")
        + &engine("Internal MSI error. Installer terminated prematurely.")
        + &engine("MainEngineThread is returning 1603");
    let cause = failure(&log).cause.unwrap();
    let nested = cause.nested_code.and_then(|code: Code| code.value);
    assert_eq!((cause.line, nested), (1, Some(0xc000_0005)));
    let log = format!(
        "Out of memory.  Shut down other applications before retrying.\n{}",
        engine("MainEngineThread is returning 1603")
    );
    assert_eq!(failure(&log).cause.unwrap().line, 1);
}

#[test]
fn exit_codes_that_only_others_tell() {
    let error = "Error 1923. Service 'Example' (Example) could not be installed.\n";
    let line = "Product: Example - Update 'Fix 1' could not be installed. Error code 1603. Windows Installer can create logs.";
    let log = format!("{error}{line}\n");
    assert_eq!(ended(&log), (Outcome::Failed, Some(1603), false));
    // The engine's own word stays.
    let log = format!("{}{line}\n", engine("MainEngineThread is returning 1618"));
    assert_eq!(ended(&log).1, Some(1618));
}

#[test]
fn the_end_of_an_action_alone_gives_the_action() {
    let failure = failure("Action ended 10:00:00: InstallDrivers. Return value 3.\n");
    assert_eq!(failure.action.as_deref(), Some("InstallDrivers"));
    assert!(failure.cause.is_none());
}

#[test]
fn a_plain_log_is_ended_by_its_last_line_and_complained_of_in_failures_only() {
    let log = |value: u32| {
        format!(
            "=== Logging started: 1/13/2026  10:00:00 ===\nAction start 10:00:00: INSTALL.\nAction ended 10:00:01: INSTALL. Return value {value}.\n=== Logging stopped: 1/13/2026  10:00:02 ===\n"
        )
    };
    let plain = |report: &LogReport| {
        report
            .notices
            .iter()
            .any(|n| n.starts_with("not a verbose log"))
    };
    let (good, bad) = (report(&log(1)), report(&log(3)));
    assert!(good.complete && bad.complete && !plain(&good) && plain(&bad));
}

#[test]
fn the_code_of_a_source_that_is_looked_for() {
    let log = engine("SOURCEDIR product ==> {11111111-2222-3333-4444-555555555555}")
        + "Error 1316. The specified account already exists.\n";
    let code = report(&log).sessions[0].product.code.clone();
    assert_eq!(
        code.as_deref(),
        Some("{11111111-2222-3333-4444-555555555555}")
    );
    let folder = engine("SOURCEDIR ==> C:\\Cache\\{11111111-2222-3333-4444-555555555555}v1\\");
    assert_eq!(report(&folder).sessions[0].product.code, None);
}

#[test]
fn a_log_of_the_client_alone_says_where_the_cause_is() {
    let client = "Action start 10:00:00: ExecuteAction.\nAction ended 10:00:09: ExecuteAction. Return value 3.\nAction ended 10:00:09: INSTALL. Return value 3.\n";
    let cause = failure(client).cause.unwrap();
    assert_eq!((cause.line, cause.confidence), (2, Confidence::Low));
    let server = engine("******* RunEngine:");
    assert!(failure(&format!("{server}{client}")).cause.is_none());
    let word = client.replace(
        "Action ended 10:00:09: E",
        "Error 1310. Error writing to file: a.\nAction ended 10:00:09: E",
    );
    assert_eq!(failure(&word).cause.unwrap().line, 2);
}

/// Nobody is told to make a verbose log where the whole of one says no more.
#[test]
fn a_verbose_log_is_asked_for_only_where_this_is_none() {
    let lines = engine("Doing action: INSTALL")
        + "Action start 10:00:01: INSTALL.\nAction start 10:00:01: InstallFinalize.\n\
           Action ended 10:00:02: InstallFinalize. Return value 3.\nAction ended 10:00:02: INSTALL. Return value 3.\n"
        + &engine("MainEngineThread is returning 1603");
    let first = |log: &str| {
        let report = report(log);
        let failure = report.principal().unwrap().failure.clone().unwrap();
        failure.remedies[0].rule.clone()
    };
    assert_eq!(
        first(&format!("{HEAD}{lines}{END}")),
        "msi-1603-system-rights"
    );
    for less in [format!("{HEAD}{lines}"), format!("{lines}{END}"), lines] {
        assert_eq!(first(&less), "msi-1603-verbose-log", "{less}");
    }
}

#[test]
fn a_service_that_returns_before_its_engine_begins_is_at_fault_itself() {
    let client = |body: &str| format!("MSI (c) (10:14) [10:00:00:000]: {body}\n");
    let handed_over = [
        HEAD.to_owned(),
        client("Resetting cached policy values"),
        client("Incrementing counter to disable shutdown. Counter after increment: 0"),
        engine("Running installation inside multi-package transaction C:\\Example\\setup.msi"),
        engine("Grabbed execution mutex."),
    ]
    .concat();
    let returned = [
        engine("MainEngineThread is returning 1603"),
        client("MainEngineThread is returning 1603"),
        END.to_owned(),
    ]
    .concat();

    let cause = failure(&format!("{handed_over}{returned}")).cause.unwrap();
    assert_eq!(cause.line, 6);

    // Whoever looked at the package first may have found what is wrong with it.
    let worked = engine("Resetting cached policy values").repeat(6);
    let cause = failure(&format!("{handed_over}{worked}{returned}")).cause;
    assert!(cause.is_none_or(|cause| cause.confidence == Confidence::Low));
}
