//! Tests of the codes, apart since the module is long.

use super::*;
use crate::knowledge::table::{count, every_row_has_a_source};

#[test]
fn every_row_is_read_once() {
    let exits: Vec<ExitCode> = rows(EXIT_TABLE).collect();
    assert_eq!(exits.len(), count(EXIT_TABLE));
    assert!(exits.is_sorted_by(|a, b| a.number < b.number));
    for row in exits {
        assert_eq!(numbered(EXIT_TABLE, row.number), Some(row));
    }
    for text in [SYSTEM_TABLE, DEPLOYMENT_TABLE] {
        let systems: Vec<SystemError> = rows(text).collect();
        assert_eq!(systems.len(), count(text));
        assert!(systems.is_sorted_by(|a, b| a.number < b.number));
        for row in systems {
            assert_eq!(numbered(text, row.number), Some(row));
        }
    }
    let known = |row: &SystemError| numbered::<SystemError>(SYSTEM_TABLE, row.number).is_some();
    assert_eq!(rows(DEPLOYMENT_TABLE).find(known), None);
    let programs: Vec<ProgramExitCode> = rows(PROGRAM_EXIT_CODES).collect();
    assert_eq!(programs.len(), count(PROGRAM_EXIT_CODES));
    assert!(programs.is_sorted_by(|a, b| a.number < b.number));
    for text in [
        EXIT_TABLE,
        SYSTEM_TABLE,
        DEPLOYMENT_TABLE,
        PROGRAM_EXIT_CODES,
        FACILITIES,
        FAMILIES,
        FIRST_STEPS,
        WINGET_CAUSES,
    ] {
        assert!(every_row_has_a_source(text));
    }
}

/// Each of them has its row, is found, and has words of its own.
#[test]
fn codes_of_winget_that_say_why() {
    let all: Vec<WingetCause> = rows(WINGET_CAUSES).collect();
    assert_eq!(all.len(), count(WINGET_CAUSES));
    assert!(all.is_sorted_by(|a, b| a.number < b.number));
    for row in all {
        assert_eq!(winget_cause(row.number), Some(row));
        let known = system_error(row.number.into()).unwrap();
        assert!(!known.is_only_named(), "{row:?}");
    }
    let ends = |number| winget_cause(number).map(|cause| cause.ends);
    assert_eq!(ends(0x8a15_010c), Some(WingetEnd::Cancelled));
    assert_eq!(ends(0x8a15_0109), Some(WingetEnd::Restart));
    assert_eq!(ends(0x8a15_010a), Some(WingetEnd::Failed));
    // That an installer, a download or a source failed.
    for number in [
        0x8a15_0003,
        0x8a15_0006,
        0x8a15_0008,
        0x8a15_0030,
        0x8a15_0049,
        1618,
    ] {
        assert_eq!(ends(number), None, "{number:#x}");
    }
}

#[test]
fn every_name_is_of_a_number_that_has_no_meaning() {
    let names: Vec<[&str; 2]> = rows(NAMES).collect();
    assert_eq!(names.len(), count(NAMES));
    let number = |text| unsigned(parse_number(text).unwrap()).unwrap();
    assert!(names.is_sorted_by(|a, b| number(a[0]) < number(b[0])));
    for [text, name] in names {
        let number = i64::from(number(text));
        let error = system_error(number).unwrap();
        assert!(error.is_only_named(), "{text}");
        assert_eq!((error.name, error.number), (Some(name), number_of(text)));
        assert!(describe(number, CodeSpace::None).name.is_some(), "{text}");
    }
    for [text, name] in rows::<[&str; 2]>(ALIASES) {
        let known = symbols().find(|(symbol, _)| *symbol == name);
        assert_eq!(known, Some((name, number(text))));
    }
}

fn number_of(text: &str) -> u32 {
    unsigned(parse_number(text).unwrap()).unwrap()
}

#[test]
fn a_name_alone_explains_no_exit_code() {
    let plain = describe(9, CodeSpace::Win32);
    assert_eq!(plain.name, Some("ERROR_INVALID_BLOCK"));
    assert_eq!(
        plain.meaning,
        "Named ERROR_INVALID_BLOCK by Microsoft; msilog has no meaning of its own for it."
    );
    assert_eq!(describe(9, CodeSpace::Exit).name, None);
    assert_eq!(
        describe(0x8007_0009, CodeSpace::Hresult).name,
        Some("ERROR_INVALID_BLOCK")
    );
    let text = explain_message(1310, &["9", "C:\\x.dll"]).unwrap();
    assert!(
        text.contains("system error 9: ERROR_INVALID_BLOCK"),
        "{text}"
    );
}

#[test]
fn families_say_what_they_are_and_guess_nothing() {
    let families: Vec<Family> = rows(FAMILIES).collect();
    assert_eq!(families.len(), count(FAMILIES));
    for family in families {
        assert!(family.first <= family.last, "{family:?}");
    }
    for (number, part) in [
        (0xc800_0333_i64, "database in which Windows Update"),
        (0xc190_0999, "Windows Setup"),
        (0x80d0_0777, "Delivery Optimization"),
        (0x81f4_0123, "WiX"),
        (0x800f_0999, "servicing"),
        (0x800f_0299, "driver setup"),
        (0xc015_0099, "side-by-side"),
        (0xe012_3456, "exception of its own"),
        (0xe000_0333, "driver setup"),
        (0xc000_9999, "Windows kernel"),
    ] {
        for space in [CodeSpace::None, CodeSpace::Exit, CodeSpace::Hresult] {
            let words = describe(number, space).meaning;
            assert!(words.contains(part), "{number:X}: {words}");
            assert!(!words.contains("crash"), "{number:X}: {words}");
        }
    }
}

#[test]
fn steps_are_sorted_and_of_known_numbers() {
    let steps: Vec<[&str; 3]> = rows(FIRST_STEPS).collect();
    assert_eq!(steps.len(), count(FIRST_STEPS));
    assert!(steps.is_sorted_by(|a, b| number_of(a[0]) < number_of(b[0])));
    for [text, step, _] in steps {
        let number = i64::from(number_of(text));
        assert_eq!(first_step(number), Some(step), "{text}");
        let (meant, _) = meant_or_named(system_error(number));
        let known = meant.is_some() || exit_code(number).is_some();
        assert!(known, "{text}");
    }
    assert_eq!(first_step(0x8007_1a91), first_step(6801));
}

#[test]
fn meanings_play_no_cause_down() {
    let tables = [SYSTEM_TABLE, DEPLOYMENT_TABLE];
    for row in tables.into_iter().flat_map(rows::<SystemError>) {
        for word in [
            "only means",
            "normal",
            "usually handled",
            "elsewhere in the log",
            "harmless",
        ] {
            assert!(!row.meaning.contains(word), "{row:?}");
        }
    }
}

#[test]
fn codes_of_downloads_and_tools_have_a_meaning() {
    for (number, name) in [
        (0x8007_2ee7, "ERROR_WINHTTP_NAME_NOT_RESOLVED"),
        (12_002, "ERROR_WINHTTP_TIMEOUT"),
        (-2_145_124_318, "WU_E_ALL_UPDATES_FAILED"),
        (2_359_302, "WU_S_ALREADY_INSTALLED"),
        (
            -1_978_335_215,
            "APPINSTALLER_CLI_ERROR_INSTALLER_HASH_MISMATCH",
        ),
    ] {
        for space in [CodeSpace::None, CodeSpace::Exit, CodeSpace::Hresult] {
            assert_eq!(
                describe(number, space).name,
                Some(name),
                "{number} {space:?}"
            );
        }
    }
    assert!(
        describe(-2_016_410_844, CodeSpace::Exit)
            .meaning
            .contains("not detected")
    );
    assert!(
        describe(60_008, CodeSpace::Exit)
            .meaning
            .ends_with("(where it comes from PSAppDeployToolkit).")
    );
    // Only an exit code is one of a program; 1001 is an error of Windows before that.
    assert!(
        !describe(60_008, CodeSpace::Win32)
            .meaning
            .contains("Toolkit")
    );
    assert!(
        !describe(1001, CodeSpace::Exit)
            .meaning
            .contains("Visual Studio")
    );
}

#[test]
fn one_code_in_four_forms() {
    for text in ["1603", "0x80070643", "-2147023293", "0x643"] {
        let number = parse_number(text).unwrap();
        assert_eq!(
            normalise(number),
            Normalised {
                hresult: Some(0x8007_0643),
                win32: Some(1603)
            },
            "{text}"
        );
        assert_eq!(
            exit_code(number).unwrap().name,
            "ERROR_INSTALL_FAILURE",
            "{text}"
        );
        for space in [
            CodeSpace::Exit,
            CodeSpace::Win32,
            CodeSpace::Hresult,
            CodeSpace::None,
        ] {
            let meaning = describe(number, space);
            assert_eq!(
                meaning.name,
                Some("ERROR_INSTALL_FAILURE"),
                "{text} {space:?}"
            );
            assert!(meaning.meaning.contains("cause"), "{meaning:?}");
        }
    }
    assert!(describe(1603, CodeSpace::Msi).meaning.contains("held open"));
}

#[test]
fn numbers_are_read_as_people_write_them() {
    let wrapped = Some(0x8007_0643);
    for text in [
        "0x80070643",
        "0X80070643",
        "80070643h",
        "80070643",
        "0xFFFFFFFF80070643",
        " 2147944003 ",
    ] {
        assert_eq!(parse_number(text), wrapped, "{text}");
    }
    assert_eq!(parse_number("c0000005"), Some(0xc000_0005));
    assert_eq!(parse_number("-1"), Some(-1));
    for text in [
        "",
        "-",
        "0x",
        "h",
        "1.2",
        "5.",
        "abc",
        "--5",
        "99999999999",
        "0x1234567890",
        "+5",
        "é8007064",
        "0x+5",
    ] {
        assert_eq!(parse_number(text), None, "{text}");
    }
}

#[test]
fn wrapped_errors_have_the_meaning_of_what_they_wrap() {
    let denied = describe(0x8007_0005, CodeSpace::Hresult);
    assert_eq!(denied.name, Some("ERROR_ACCESS_DENIED"));
    // 0x800703E6 has no row of its own.
    let wrapped = describe(0x8007_03e6, CodeSpace::Hresult);
    assert_eq!(wrapped.name, Some("ERROR_NOACCESS"));
    assert_eq!(describe(-2_147_024_891, CodeSpace::Win32), denied);
    // Every number takes long without optimisation.
    for number in (1..0xffff_i64).step_by(7) {
        let plain = describe(number, CodeSpace::Win32);
        let wrapped = describe(number | 0x8007_0000, CodeSpace::Hresult);
        assert!(!plain.meaning.is_empty() && !wrapped.meaning.is_empty());
        assert_eq!(plain.name, wrapped.name, "{number}");
    }
}

#[test]
fn crashes_and_dotnet() {
    for number in [0xc000_0005, -1_073_741_819] {
        let crash = describe(number, CodeSpace::Exit);
        assert_eq!(crash.name, Some("STATUS_ACCESS_VIOLATION"));
    }
    assert_eq!(
        describe(0x8013_1047, CodeSpace::Hresult).name,
        Some("FUSION_E_INVALID_NAME")
    );
    let unknown = describe(0x8013_4321, CodeSpace::Hresult);
    assert_eq!(
        unknown.meaning,
        "An error of the .NET runtime; msilog does not know the number 0x80134321."
    );
}

#[test]
fn unknown_numbers_have_words() {
    let all = [
        CodeSpace::Msi,
        CodeSpace::Win32,
        CodeSpace::Hresult,
        CodeSpace::Exit,
        CodeSpace::None,
    ];
    for number in [
        i64::MIN,
        -1,
        0,
        7,
        65_535,
        70_000,
        0x8fff_0001,
        0xa000_0001,
        0xc123_4567,
        i64::MAX,
    ] {
        for space in all {
            assert!(
                !describe(number, space).meaning.is_empty(),
                "{number} {space:?}"
            );
        }
    }
    let exit = describe(54_321, CodeSpace::Exit).meaning;
    assert!(exit.starts_with("Exit code 54321;"), "{exit}");
    assert_eq!(
        describe(0, CodeSpace::Win32).meaning,
        "The operation worked."
    );
}

#[test]
fn unknown_messages_are_not_taken_for_other_codes() {
    let unknown = describe(5, CodeSpace::Msi);
    assert_eq!(unknown.name, None);
    assert!(unknown.meaning.starts_with("Message 5,"), "{unknown:?}");
}

#[test]
fn codes_are_printed_in_their_usual_form() {
    assert_eq!(format_code(-2_147_023_293), "0x80070643");
    assert_eq!(format_code(0x8007_0643), "0x80070643");
    assert_eq!(format_code(1603), "1603");
    assert_eq!([-1, 0xffff_ffff].map(format_code), ["-1", "-1"]);
    assert_eq!(format_code(i64::MIN), i64::MIN.to_string());
}

#[test]
fn parts_of_an_hresult() {
    let parts = hresult_parts(0x8007_0643);
    assert!(parts.failure && !parts.customer);
    assert_eq!(
        (parts.facility, parts.facility_name, parts.code),
        (7, Some("FACILITY_WIN32"), 1603)
    );
}

#[test]
fn arguments_are_put_into_words() {
    let text = explain_message(1310, &["5", "C:\\x.dll"]).unwrap();
    assert!(text.contains("destination file: C:\\x.dll"), "{text}");
    assert!(text.contains("system error 5: access denied"), "{text}");
    let text = explain_message(1935, &["{A}", "-2146234297", "IAssemblyCacheItem"]).unwrap();
    assert!(text.contains("HRESULT 0x80131047: assembly name"), "{text}");
    let text = explain_message(1714, &["Old", "1612"]).unwrap();
    assert!(
        text.contains("exit code 1612: the original package"),
        "{text}"
    );
    assert!(
        !explain_message(1706, &["-2147483647", "vc_red.msi"])
            .unwrap()
            .contains("2147483647")
    );
    assert_eq!(
        explain_message(1500, &[]).unwrap(),
        messages::message(1500).unwrap().meaning
    );
    assert_eq!(explain_message(99_999, &["5"]), None);
}
