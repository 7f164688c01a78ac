use super::*;
use crate::diagnosis::tests::failed;

#[test]
fn numbers_in_the_texts_of_messages() {
    assert_eq!(
        number_in_text("Error writing to file: C:\\a.  System error 5.  Verify"),
        Some(5)
    );
    assert_eq!(
        number_in_text("cannot be removed.  System Error 1612."),
        Some(1612)
    );
    assert_eq!(
        number_in_text("failed to register.  HRESULT -2147024703.  Contact"),
        Some(-2_147_024_703)
    );
    assert_eq!(
        number_in_text("HRESULT: 0x80131047. assembly interface"),
        Some(0x8013_1047)
    );
    assert_eq!(
        number_in_text("Failed to create user.  (-2147023174   Name   )"),
        Some(-2_147_023_174)
    );
    assert_eq!(number_in_text("System error .  Verify"), None);
}

/// In any language: a sentence of a few words and a number, behind the message's own.
#[test]
fn the_system_error_is_a_sentence_of_its_own() {
    for (text, number) in [
        (
            "Ошибка 1402. Не удалось открыть раздел: UNKNOWN\\Components\\A.  Системная ошибка 5.  Убедитесь",
            Some(5),
        ),
        (
            "Błąd 1304. Błąd zapisu do pliku: C:\\a.  Błąd systemu: 112.  Sprawdź",
            Some(112),
        ),
        (
            "Fout 1402. Kan sleutel niet openen: A. Systeemfout 5. Controleer",
            Some(5),
        ),
        (
            "Ошибка 1402. Не удалось открыть раздел: UNKNOWN\\Components\\A 5.",
            None,
        ),
        ("Ошибка 1402. Файл C:\\a-2.6.1.1340.msi. Убедитесь", None),
    ] {
        assert_eq!(number_of_sentence(text), number, "{text}");
    }
}

#[test]
fn slugs_are_the_same_on_every_machine() {
    assert_eq!(
        slug("WixQuietExec:  The argument 'C:\\a\\b.ps1' to the -File parameter does not exist."),
        slug("WixQuietExec:  The argument 'D:\\z.ps1' to the -File parameter does not exist.")
    );
    assert_eq!(slug("Access is denied."), "access-is-denied");
}

#[test]
fn modules_are_left_out_of_signatures() {
    assert_eq!(
        without_module("A.DFEFC2FE_EEE6_424C_841B_D4E66F0C84A3"),
        "A"
    );
    assert_eq!(without_module("A.B"), "A.B");
}

/// Space, value and name.
fn shown(code: &Code) -> (CodeSpace, Option<i64>, Option<&str>) {
    (code.space, code.value, code.name.as_deref())
}

#[test]
fn codes_are_described_in_their_space() {
    use CodeSpace::{Exit, Hresult, Msi, Win32};
    for (value, space, name) in [
        (5, Win32, Some("ERROR_ACCESS_DENIED")),
        (1603, Exit, Some("ERROR_INSTALL_FAILURE")),
        (0x8007_0005, Hresult, Some("ERROR_ACCESS_DENIED")),
        (1603, Msi, None),
    ] {
        let code = describe(value, space);
        assert_eq!(shown(&code), (space, Some(value), name));
    }
    assert_eq!(
        describe(-2_147_024_891, Hresult),
        describe(0x8007_0005, Hresult)
    );
    assert_ne!(describe(1603, Msi).meaning, describe(1603, Exit).meaning);
    assert_eq!(describe(1310, Msi).meaning, message_code(1310).meaning);
    assert!(message_code(1310).meaning.is_some());
    assert!(
        describe(5100, Exit)
            .meaning
            .unwrap()
            .contains("where it comes from")
    );
}

#[test]
fn numbers_are_told_apart_by_their_size() {
    use CodeSpace::{Exit, Hresult, Win32};
    for (value, space, number) in [
        (0, Win32, 0),
        (0xffff, Win32, 0xffff),
        (0x1_0000, Hresult, 0x1_0000),
        (-1, Hresult, 0xffff_ffff),
    ] {
        let code = system_code(value);
        assert_eq!((code.space, code.value), (space, Some(number)));
    }
    for (value, program, space) in [
        (5, false, Win32),
        (5, true, Exit),
        (0, true, Exit),
        (-1, true, Hresult),
        (1599, true, Exit),
        (1599, false, Win32),
        (1600, false, Exit),
        (1660, false, Exit),
        (1661, false, Win32),
        (3010, false, Exit),
        (3017, false, Exit),
        (3018, true, Win32),
    ] {
        assert_eq!(
            returned_code(value, program).space,
            space,
            "{value} {program}"
        );
    }
    let own = |value| returned_code(value, true).meaning.unwrap_or_default();
    assert!(own(1599).contains("program's own affair"));
    assert!(!own(1600).contains("program's own affair"));
}

#[test]
fn numbers_in_output() {
    assert_eq!(hex_code("failed, hr=80070005"), Some(0x8007_0005));
    assert_eq!(hex_code("failed (0x80070005)"), Some(0x8007_0005));
    assert_eq!(hex_code("0x12 crashed with 0xC0000005"), Some(0xC000_0005));
    assert_eq!(hex_code("crashed with 0xc0000005"), Some(0xC000_0005));
    assert_eq!(hex_code("threw 0xe0434352 at"), Some(0xE043_4352));
    for text in ["at 0x12345678", "0x8007000", "0x800700055", "none"] {
        assert_eq!(hex_code(text), None, "{text}");
    }
    assert_eq!(signed_hresult("(-21470231 Name)"), None);
    assert_eq!(signed_hresult("-2147024891"), Some(-2_147_024_891));
    assert_eq!(trailing("could not be read. Error: 1603."), Some(1603));
    assert_eq!(trailing("could not be read: 1603."), None);
    for text in [
        "Systemfehler 5.",
        "Erreur système 5.",
        "Error de sistema: 5.",
        "Errore di sistema 5.",
        "LastError = 5",
        "システム エラー：5",
        "系统错误 5",
        "系統錯誤 5",
        "failed. Error: 5",
        "error code 0x5",
        "Error code: 5",
    ] {
        assert_eq!(number_in_text(text), Some(5), "{text}");
    }
}

#[test]
fn slugs_are_short() {
    assert_eq!(
        slug("Tool:  The file 'a' of 7 is {gone}/lost, \"so\" stop"),
        "the-file-of-is-stop"
    );
    assert_eq!(
        slug("One two three four five six seven"),
        "one-two-three-four-five-six"
    );
    assert_eq!(slug(&"x".repeat(100)).len(), 60);
    assert_eq!(slug("(The) * end."), "the-end");
}

#[test]
fn a_module_is_a_guid() {
    for name in [
        "A.GGGGC2FE_EEE6_424C_841B_D4E66F0C84A3",
        "A.DFEFC2FE_EEE6_424C_841B_D4E66F0C84A",
    ] {
        assert_eq!(without_module(name), name);
    }
}

const RETURNED_5: &str = "CustomAction Custom returned actual error code 5 (note this may not be 100% accurate if translation happened inside sandbox)";
const RETURNED_1603: &str = "CustomAction Custom returned actual error code 1603 (note this may not be 100% accurate if translation happened inside sandbox)";
const NOTE: &str =
    "MSI (s) (7C:A4) [10:00:01:000]: Note: 1: 1406 2: Version 3: HKLM\\Software 4: 5";
const SCRIPT: &str =
    "MSI (s) (7C:A4) [10:00:01:000]: Note: 1: 1406 2: Version 3: HKLM\\Software 4: 0";
const MESSAGE: &str = "Error 1406. Could not write value Version to key \\Software.";

type Said = (
    &'static [&'static str],
    &'static str,
    Option<(CodeSpace, i64)>,
);

/// What failed custom actions say, the signature, and space and value of the code inside.
const SAID: [Said; 23] = [
    (
        &[
            "MSI (s) (7C:A4) [10:00:01:000]: Note: 1: 1714 2: Example 3: 1612",
            "Error 1714. It cannot be removed.",
        ],
        "msi-1714/Custom/1612",
        Some((CodeSpace::Exit, 1612)),
    ),
    // The note beside a message holds its arguments, the message need not.
    (
        &[NOTE, MESSAGE],
        "msi-1406/Custom/5",
        Some((CodeSpace::Win32, 5)),
    ),
    (&[NOTE], "msi-1406/Custom/5", Some((CodeSpace::Win32, 5))),
    (
        &[MESSAGE, "a", "b", "c", NOTE],
        "msi-1406/Custom/5",
        Some((CodeSpace::Win32, 5)),
    ),
    (
        &[MESSAGE, "a", "b", "c", "d", NOTE],
        "msi-1406/Custom",
        None,
    ),
    (&[SCRIPT, MESSAGE], "msi-1406/Custom", None),
    (&[MESSAGE, RETURNED_5], "msi-1406/Custom", None),
    (
        &["Error 1310. Error writing to file: C:\\a.  System error 5."],
        "msi-1310/Custom/5",
        Some((CodeSpace::Win32, 5)),
    ),
    (
        &["Error 1310. Error writing to file: C:\\a.  System error 0."],
        "msi-1310/Custom",
        None,
    ),
    (
        &["Error 1935. An error occurred.  HRESULT: 0x80131047. assembly"],
        "msi-1935/Custom/0x80131047",
        Some((CodeSpace::Hresult, 0x8013_1047)),
    ),
    (
        &["Error 1714. The older version cannot be removed.  System Error 1612."],
        "msi-1714/Custom/1612",
        Some((CodeSpace::Exit, 1612)),
    ),
    (
        &["Error 1713. It cannot be installed.  System Error 1612."],
        "msi-1713/Custom/1612",
        Some((CodeSpace::Exit, 1612)),
    ),
    // What a custom action returned stands beside the messages about it.
    (
        &[RETURNED_5, "Error 1721. A program could not be run."],
        "msi-1721/Custom/5",
        Some((CodeSpace::Win32, 5)),
    ),
    (
        &[RETURNED_5, "Error 1722. A program failed."],
        "msi-1722/Custom/5",
        Some((CodeSpace::Exit, 5)),
    ),
    (&[RETURNED_5], "5/Custom", None),
    (
        &["MSI (s) (7C:A4) [10:00:01:000]: SHELL32::SHGetFolderPath failed with error: 5"],
        "exit-1603/Custom/5",
        Some((CodeSpace::Win32, 5)),
    ),
    (
        &["CreateUser:  Error 0x800706ba: no user was made"],
        "0x800706ba/Custom/1722",
        Some((CodeSpace::Win32, 1722)),
    ),
    (
        &["CreateUser:  Error 0x80131047: no user was made"],
        "0x80131047/Custom",
        None,
    ),
    (
        &["WixQuietExec:  Error 0x80070005: Command line returned an error."],
        "exit-5/Custom",
        None,
    ),
    (
        &["The setup failed, error code 5.", RETURNED_1603],
        "custom-action/Custom/the-setup-failed-error-code",
        Some((CodeSpace::Win32, 5)),
    ),
    (
        &["The setup failed, hr=80070005"],
        "custom-action/Custom/the-setup-failed",
        Some((CodeSpace::Hresult, 0x8007_0005)),
    ),
    (
        &["The licence failed, error code 0.", RETURNED_5],
        "custom-action/Custom/the-licence-failed-error-code",
        Some((CodeSpace::Win32, 5)),
    ),
    (
        &["The setup failed.", RETURNED_1603],
        "custom-action/Custom/the-setup-failed",
        None,
    ),
];

#[test]
fn codes_of_what_was_said() {
    for (said, signature, nested) in SAID {
        let failure = failed("Custom", said);
        assert_eq!(failure.signature, signature, "{said:?}");
        let found = failure.cause.and_then(|cause| cause.nested_code);
        let found = found.and_then(|code| Some((code.space, code.value?)));
        assert_eq!(found, nested, "{said:?}");
    }
    let plain = "MSI (s) (7C:A4) [10:00:01:000]: Product: Example -- The licence has run out.";
    let failure = failed("InstallFiles", &[plain]);
    assert_eq!(
        failure.signature,
        "message/InstallFiles/product-example-the-licence-has-run"
    );
    assert_eq!(failed("Custom", &[]).signature, "exit-1603/Custom");
}

#[test]
fn causes_are_explained() {
    let explained = |said: &str| {
        let cause = failed("Custom", &[said]).cause.unwrap();
        cause.explanation.unwrap_or_default()
    };
    assert_eq!(
        explained("MSI (s) (7C:A4) [10:00:01:000]: Failed to connect to server. Error: 0x80040154"),
        "The Windows Installer service could not be reached."
    );
    assert_eq!(
        explained("Error 1406. Could not write."),
        message_code(1406).meaning.unwrap()
    );
    assert!(explained(NOTE).contains("Version"), "{}", explained(NOTE));
    let log = "MSI (s) (7C:A4) [10:00:00:000]: MainEngineThread is returning 1625\n";
    let cause = crate::diagnosis::tests::failure(log).cause.unwrap();
    assert!(cause.explanation.is_some());
    assert_eq!(cause.explanation, cause.code.meaning);
}
