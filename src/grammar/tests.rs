//! Whole lines to records.

use super::*;

fn ended(line: &str) -> Option<(&str, i64, Option<&'static str>)> {
    match parse(line).body {
        Body::ActionEnded(a, value) => Some((a.name, value, a.language.map(language_name))),
        _ => None,
    }
}

#[test]
fn ends_of_actions_in_many_languages() {
    for (line, name, value, language) in [
        (
            "Action ended 12:02:18: InstallFinalize. Return value 3.",
            "InstallFinalize",
            3,
            "en",
        ),
        (
            "Action ended 7:05:09: A.DEF_1. Return value 1631.",
            "A.DEF_1",
            1631,
            "en",
        ),
        (
            "Aktion beendet um 10:12:00: X. Rückgabewert 3.",
            "X",
            3,
            "de",
        ),
        (
            "Fin de l'action 10:12:00 : X. Valeur renvoyée : 3.",
            "X",
            3,
            "fr",
        ),
        (
            "Fin de l'action 10:12:00 : X. Valeur de retour 3.",
            "X",
            3,
            "fr",
        ),
        (
            "La acción terminó a las 10:12:00: X. Valor devuelto 3.",
            "X",
            3,
            "es",
        ),
        ("アクション終了 10:12:00: X。 戻り値 3。", "X", 3, "ja"),
        (
            "操作終了 16:40:01: LaunchConditions。 戻り値 3。",
            "LaunchConditions",
            3,
            "ja",
        ),
        (
            "操作结束 23:49:51: InstallFinalize。返回值 3。",
            "InstallFinalize",
            3,
            "zh-CN",
        ),
        (
            "動作結束 10:37:24:  InstallFinalize。傳回值 1。",
            "InstallFinalize",
            1,
            "zh-TW",
        ),
        (
            "動作結束 10:39:46: InstallFinalize. 傳回值 1。",
            "InstallFinalize",
            1,
            "zh-TW",
        ),
        (
            "Akce ukončena 10:12:00: X. Návratová hodnota: 3",
            "X",
            3,
            "cs",
        ),
        ("การกระทำสิ้นสุด 10:12:00: X ค่าที่ส่งกลับ 3", "X", 3, "th"),
        ("Aktion endete : X. Rückgabewert 3.", "X", 3, "de"),
        (
            "Művelet vége: 10:12:00: X. Visszatérési érték: 3.",
            "X",
            3,
            "hu",
        ),
    ] {
        assert_eq!(ended(line), Some((name, value, Some(language))), "{line}");
    }
    assert_eq!(
        ended("Gníomh críochnaithe 10:12:00: X. Luach 3."),
        Some(("X", 3, None))
    );
}

#[test]
fn starts_and_texts() {
    let start = |line| match parse(line).body {
        Body::ActionStart(a) => Some(a.name),
        _ => None,
    };
    assert_eq!(
        start("Action start 5:54:13: RemoveExistingProducts."),
        Some("RemoveExistingProducts")
    );
    assert_eq!(start("Aktion gestartet um 10:12:00: X."), Some("X"));
    assert_eq!(
        start("動作開始 10:37:24:  InstallFinalize。"),
        Some("InstallFinalize")
    );
    let text = |line| match parse(line).body {
        Body::ActionText(a, text) => Some((a.name, text)),
        _ => None,
    };
    assert_eq!(text("Action 23:28:27: INSTALL. "), Some(("INSTALL", "")));
    assert_eq!(
        text("Action 5:54:13: X. Removing applications"),
        Some(("X", "Removing applications"))
    );
    assert_eq!(text("Action 10:12:00 : X. Copie"), Some(("X", "Copie")));
}

#[test]
fn pasted_and_wrapped_lines_are_read() {
    assert_eq!(
        ended("> Action ended 12:02:18: X. Return value 3."),
        Some(("X", 3, Some("en")))
    );
    assert_eq!(
        ended("    Action ended 12:02:18: X. Return value 3."),
        Some(("X", 3, Some("en")))
    );
    assert_eq!(
        ended("Info: Action ended 12:02:18: X. Return value 3."),
        Some(("X", 3, Some("en")))
    );
    assert!(
        parse("   > MSI (s) (C8:50) [01:49:43:906]: Note: 1: 1708")
            .prefix
            .is_some()
    );
}

#[test]
fn engine_bodies() {
    let body = |text: &'static str| engine::body(text);
    assert_eq!(
        body("MainEngineThread is returning 1603"),
        Body::ThreadReturning(1603)
    );
    assert_eq!(
        body("Back from server. Return value: 1603"),
        Body::BackFromServer(1603)
    );
    assert_eq!(body("Doing action: INSTALL"), Body::DoingAction("INSTALL"));
    assert_eq!(
        body("Skipping action: X (condition is false)"),
        Body::SkippingAction("X")
    );
    assert_eq!(body("******* RunEngine:"), Body::RunEngine);
    assert!(matches!(
        body("Product Code from property table after transforms:  '{A}'"),
        Body::ProductCode("{A}")
    ));
    assert!(matches!(
        body(
            "Windows Installer installed the product. Product Name: A. Product Version: 1. Installation success or error status: 1603."
        ),
        Body::Outcome { status: 1603, .. }
    ));
    assert!(matches!(
        body("Windows Installer 已安裝該產品。產品名稱: A。安裝成功或錯誤狀態: 0。"),
        Body::Outcome { status: 0, .. }
    ));
    assert!(matches!(
        parse("  製品名: A、製品バージョン: 1、インストールの成功またはエラーの状態: 1603").body,
        Body::Outcome { status: 1603, .. }
    ));
    assert!(matches!(
        parse("  製品名: A、状態: 1603").body,
        Body::Text(_)
    ));
    assert!(matches!(
        body("產品: A -- 錯誤 1714。舊版"),
        Body::ProductMessage {
            product: "A",
            message: Message {
                number: Some(1714),
                ..
            }
        }
    ));
    assert!(matches!(
        body("Machine policy value 'Debug' is 0"),
        Body::Engine(_)
    ));
}

#[test]
fn custom_action_results() {
    let line = "CustomAction X.Y returned actual error code 1603 (note this may not be 100% accurate if translation happened inside sandbox)";
    assert_eq!(
        parse(line).body,
        Body::CustomActionReturned {
            name: "X.Y",
            code: 1603,
            ignored: false
        }
    );
    let line = "CustomAction  returned actual error code 1612 but will be translated to success due to continue marking";
    assert_eq!(
        parse(line).body,
        Body::CustomActionReturned {
            name: "",
            code: 1612,
            ignored: true
        }
    );
    let line = "CustomAction returned actual error code 1612 (note";
    assert_eq!(
        parse(line).body,
        Body::CustomActionReturned {
            name: "",
            code: 1612,
            ignored: false
        }
    );
}

#[test]
fn frames() {
    assert!(
        matches!(parse("=== Verbose logging started: 3/2/2016  7:58:08  Build type: SHIP ===").body, Body::VerboseStarted(w) if w.starts_with("3/2/2016"))
    );
    assert!(matches!(
        parse("=== 開啟記錄時間: 2016/10/4  09:20:15 ===").body,
        Body::LoggingStarted("2016/10/4  09:20:15")
    ));
    assert!(
        matches!(parse("=== Fin de l'écriture dans le journal : 1/2/2020  10:11:12 ===").body, Body::LoggingStopped(w) if w.starts_with("1/2/2020"))
    );
    assert!(matches!(
        parse("=== MSI (s) Failed to grab mutex for logging. Some log might be lost. === ").body,
        Body::LoggingLost
    ));
}

#[test]
fn other_text_stays_text() {
    for line in [
        "SFXCA: Binding to CLR version v4.0.30319",
        "   at System.IO.File.Open(String path)",
        "WixQuietExec:  Error 0x80070001: Command line returned an error.",
        "InstallFiles: File: a.exe,  Directory: C:\\x\\,  Size: 123",
        "05/15/15 13:16:08 DDSet_Status: x",
        "CA: 01:49:43: Something. User x has 3.",
    ] {
        assert!(
            matches!(parse(line).body, Body::Text(_)),
            "{line}: {:?}",
            parse(line).body
        );
    }
    assert_eq!(parse("").body, Body::Blank);
    assert_eq!(parse("  ").body, Body::Blank);
}

#[test]
fn stand_ins_of_times_in_action_lines() {
    for line in [
        "Action endedTime: X. Return value 3.",
        "Action ended Time: X. Return value 3.",
        "Action ended \\<DateTime>: X. Return value 3.",
        "Action ended [time]: X. Return value 3.",
        "Action ended : X. Return value 3.",
        "Action ended 3:04:05 PM: X. Return value 3.",
        "Aktion beendet um Time: X. Rückgabewert 3.",
    ] {
        let ended = ended(line).map(|(name, value, _)| (name, value));
        assert_eq!(ended, Some(("X", 3)), "{line}");
    }
    for line in [
        "Action start : X.",
        "Action startTime: X.",
        "Action start <Time>: X.",
    ] {
        let started = parse(line).body;
        assert!(
            matches!(started, Body::ActionStart(a) if a.name == "X"),
            "{line}"
        );
    }
    for line in ["Action started by: X.", "Action required: do it. Now"] {
        assert!(matches!(parse(line).body, Body::Text(_)), "{line}");
    }
}
