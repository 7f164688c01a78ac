use super::super::{Explanation, Kind, Term, explain, rejoined, split};
use crate::knowledge::codes;
use crate::knowledge::rules::{RuleSet, RuleStatus};

fn explained(text: &str) -> Explanation {
    explain(&Term::from(text), RuleSet::built_in())
}

/// The heading of the first thing that a term means.
fn first(text: &str) -> String {
    let explained = explained(text);
    assert!(explained.known, "{text}: {explained:?}");
    explained.explanations[0].heading.clone()
}

/// Every form that people type or paste, and what it must lead to.
const FORMS: &[(&str, &str)] = &[
    ("error 0x80070643", "exit code 1603"),
    ("Error 643", "exit code 1603"),
    ("Code 643", "exit code 1603"),
    ("643", "exit code 1603"),
    ("Code 64C", "exit code 1612"),
    ("error code 2503", "message 2503"),
    ("error 1603", "exit code 1603"),
    ("WindowsUpdate_80070643", "exit code 1603"),
    (
        "\"WindowsUpdate_80070643\" \"WindowsUpdate_dt000\"",
        "exit code 1603",
    ),
    ("WindowsUpdate_dt000", "article KB 947821"),
    ("ErrorCode(s): 0x80070643", "exit code 1603"),
    ("hr=0x80070643", "exit code 1603"),
    ("hr = 0x80070643", "exit code 1603"),
    ("HRESULT 0x80070005 (E_ACCESSDENIED)", "HRESULT 0x80070005"),
    ("e_accessdenied", "HRESULT 0x80070005"),
    ("exitcode 1603", "exit code 1603"),
    ("ExitCode: 1603", "exit code 1603"),
    ("returned 1603", "exit code 1603"),
    ("MainEngineThread is returning 1603", "exit code 1603"),
    ("Installation failed with error code 1603", "exit code 1603"),
    ("the setup exited with code 1618.", "exit code 1618"),
    ("GetLastError 5", "Windows error 5"),
    ("GetLastError() = 32", "Windows error 32"),
    (
        "Windows Installer installed the product. Product Name: A. Product Version: 1. Product Language: 1033. Manufacturer: B. Installation success or error status: 1603.",
        "exit code 1603",
    ),
    (
        r"Error 1310. Error writing to file: C:\a.dll.  System error 5.",
        "message 1310",
    ),
    (
        r"MSI (s) (A0:B0) [12:00:00:000]: Note: 1: 1402 2: HKEY_LOCAL_MACHINE\Software\X 3: 5",
        "message 1402",
    ),
    (
        "Installation Failure: Windows failed to install the following update with error 0x80070643: KB5034441.",
        "exit code 1603",
    ),
    (
        "https://support.microsoft.com/help/976982/how-to",
        "article KB 976982",
    ),
    (
        "https://support.microsoft.com/en-us/topic/kb5028997-instructions-to-manually-resize-your-partition",
        "article KB 5028997",
    ),
    (
        "http://support.microsoft.com/kb/976982",
        "article KB 976982",
    ),
    (
        "http://support.microsoft.com/?kbid=976982",
        "article KB 976982",
    ),
    (
        "https://learn.microsoft.com/en-us/troubleshoot/kb/KB2545723",
        "article KB 2545723",
    ),
    (
        "{3C3901C5-3455-3E0A-A214-0B093A5070A6}v4.0.30319",
        "product code {3C3901C5-3455-3E0A-A214-0B093A5070A6}",
    ),
    (
        "{3C3901C5-3455-3E0A-A214-0B093A5070A6} - 1033",
        "product code {3C3901C5-3455-3E0A-A214-0B093A5070A6}",
    ),
    ("Fix it 50123", "article KB 976982"),
    ("Microsoft Fix it 50123", "article KB 976982"),
    (
        "Microsoft Windows Desktop Runtime - 8.0.5 (x64)",
        "name of a product",
    ),
];

#[test]
fn forms_that_people_type_or_paste() {
    for (text, heading) in FORMS {
        let found = first(text);
        assert!(found.starts_with(heading), "{text}: {found}");
    }
}

#[test]
fn quotes_are_not_needed() {
    for (text, heading) in FORMS {
        let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        let words: Vec<String> = words.into_iter().filter(|w| !w.is_empty()).collect();
        let terms = split(&rejoined(&words), RuleSet::built_in());
        // A shell takes quotes off, and raw records are put together by the program.
        if text.contains('"') || text.starts_with("MSI") {
            continue;
        }
        let found = explain(&terms[0], RuleSet::built_in());
        assert_eq!(terms.len(), 1, "{text}: {terms:?}");
        assert!(found.known, "{text}: {terms:?}");
        let found = &found.explanations[0].heading;
        assert!(found.starts_with(heading), "{text}: {found}");
    }
}

#[test]
fn numbers_lead_to_their_rules() {
    for (number, name) in [
        ("226", "ERROR_VIRUS_DELETED"),
        ("591", "ERROR_SYSTEM_PROCESS_TERMINATED"),
        ("1167", "ERROR_DEVICE_NOT_CONNECTED"),
        ("1190", "ERROR_SHUTDOWN_IS_SCHEDULED"),
        ("1316", "ERROR_USER_EXISTS"),
        ("1610", "ERROR_BAD_CONFIGURATION"),
        ("0x80071A91", "ERROR_RM_NOT_ACTIVE"),
        ("0x8007371B", "ERROR_SXS_TRANSACTION_CLOSURE_INCOMPLETE"),
        ("15603", "ERROR_INSTALL_RESOLVE_DEPENDENCY_FAILED"),
        ("0x80073CF3", "ERROR_INSTALL_RESOLVE_DEPENDENCY_FAILED"),
        ("0x800F0820", "CBS_E_CANCEL"),
        ("0x800F0823", "CBS_E_NEW_SERVICING_STACK_REQUIRED"),
        ("0x800F0825", "CBS_E_CANNOT_UNINSTALL"),
        ("0x800F0830", "CBS_E_IMAGE_UNSERVICEABLE"),
        ("0x800F0838", "CBS_E_MISSING_PREREQUISITE_BASELINES"),
        ("0x800F0905", "CBS_E_NO_ACTIVE_EDITION"),
        ("0x800F0920", "CBS_E_HANG_DETECTED"),
        ("0x800F0922", "CBS_E_INSTALLERS_FAILED"),
        ("0x800F0950", "CBS_E_INVALID_WINDOWS_UPDATE_COUNT"),
        ("0x800F0954", "CBS_E_INVALID_WINDOWS_UPDATE_COUNT_WSUS"),
        ("0x800F0993", "PSFX_E_REBASE_HYDRATION_CANDIDATES_MISSING"),
        ("0x800F0991", "PSFX_E_MISSING_PAYLOAD_FILE"),
        ("0x8024500C", "WU_E_REDIRECTOR_CONNECT_POLICY"),
        ("0x80240438", "WU_E_PT_ENDPOINT_UNREACHABLE"),
        ("0x80246017", "WU_E_DM_UNAUTHORIZED_LOCAL_USER"),
        ("0x800B0001", "TRUST_E_PROVIDER_UNKNOWN"),
        ("0x800B0004", "TRUST_E_SUBJECT_NOT_TRUSTED"),
        ("0x800B0100", "TRUST_E_NOSIGNATURE"),
        ("0x800B0101", "CERT_E_EXPIRED"),
        ("0x800B0109", "CERT_E_UNTRUSTEDROOT"),
        ("0x800B010A", "CERT_E_CHAINING"),
        ("0x800B010B", "TRUST_E_FAIL"),
        ("0x800B010E", "CERT_E_REVOCATION_FAILURE"),
        ("0x80092012", "CRYPT_E_NO_REVOCATION_CHECK"),
        ("0x80092013", "CRYPT_E_REVOCATION_OFFLINE"),
        ("0x80090016", "NTE_BAD_KEYSET"),
        ("0x80091007", "CRYPT_E_HASH_VALUE"),
        ("0x80096004", "TRUST_E_CERT_SIGNATURE"),
        ("0x80096005", "TRUST_E_TIME_STAMP"),
        ("0x80131506", "COR_E_EXECUTIONENGINE"),
        ("0x80131513", "COR_E_MISSINGMETHOD"),
        ("0x80131515", "COR_E_NOTSUPPORTED"),
        ("0x80131532", "COR_E_MISSINGMANIFESTRESOURCE"),
        ("0xE0434F4D", "EXCEPTION_COMPLUS"),
        ("0xE0434352", "EXCEPTION_COMPLUS"),
        ("0xC0150002", "STATUS_SXS_CANT_GEN_ACTCTX"),
        ("0xC0150004", "STATUS_SXS_ASSEMBLY_NOT_FOUND"),
        ("0xE000020B", "ERROR_NO_SUCH_DEVINST"),
        ("0xE0000247", "ERROR_DRIVER_STORE_ADD_FAILED"),
        ("0x40010004", "DBG_TERMINATE_PROCESS"),
        ("0x80041010", "WBEM_E_INVALID_CLASS"),
        ("0xC000041D", "STATUS_FATAL_USER_CALLBACK_EXCEPTION"),
        ("0xE000020D", "ERROR_INVALID_CLASS_INSTALLER"),
        ("0xE000024B", "ERROR_FILE_HASH_NOT_IN_CATALOG"),
    ] {
        let found = explained(number);
        let senses = found.explanations.iter();
        let mut names = senses.filter_map(|sense| sense.name.as_deref());
        assert!(names.any(|found| found == name), "{number}: {found:?}");
    }
    // Only its name is published.
    let plain = explained("643");
    let told = |part: &str| format!("{plain:?}").contains(part);
    assert!(told("ERROR_DS_VERSION_CHECK_FAILURE") && told("in decimal 643 has no meaning"));
}

/// The families of numbers that installers meet: each published one answers with its name.
#[test]
fn families_answer_with_names() {
    let families = [
        6700..=6838_i64,
        14001..=14109,
        15600..=15641,
        0x8004_1001..=0x8004_1099,
    ];
    let mut named = 0;
    let tables = [
        include_str!("../../knowledge/error-names.tsv"),
        include_str!("../../knowledge/system-errors.tsv"),
        include_str!("../../knowledge/deployment-errors.tsv"),
    ];
    for row in tables.iter().flat_map(|table| table.lines()) {
        let mut cells = row.split('\t');
        let number = cells.next().unwrap_or("");
        // Those with a meaning have a column for the kind of number before the name.
        let name = cells.find(|cell| cell.starts_with(|c: char| c.is_ascii_uppercase()));
        let name = name.unwrap_or("");
        let value = codes::parse_number(number).unwrap_or(-1);
        if !families.iter().any(|family| family.contains(&value)) {
            continue;
        }
        named += 1;
        let found = explained(number);
        let mut names = found.explanations.iter().filter_map(|s| s.name.as_deref());
        assert!(
            names.any(|found| name.contains(found)),
            "{number} {name}: {found:?}"
        );
    }
    assert!(named > 200, "{named}");
}

#[test]
fn no_rule_by_code_stays_unknown() {
    let rules = RuleSet::built_in();
    let in_use = rules
        .rules()
        .filter(|rule| rule.status != RuleStatus::Retired);
    for rule in in_use {
        let asked = rule.asks().filter(|(list, _)| *list != "none");
        for (_, question) in asked {
            for one in question.split(" and ") {
                let choices = one.strip_prefix("exit code ").or(one.strip_prefix("code "));
                let choices = choices.unwrap_or_default().split(" or ");
                for number in choices.filter(|text| codes::parse_number(text).is_some()) {
                    let found = explained(number);
                    let listed = found.explanations.iter().any(|sense| {
                        sense.treated_by.contains(&rule.id) || sense.rules.contains(&rule.id)
                    });
                    assert!(found.known && listed, "{}: {number}: {found:?}", rule.id);
                }
            }
        }
    }
}

#[test]
fn the_number_of_kb_976982_leads_to_all_its_homes() {
    for term in [
        "1603",
        "0x643",
        "0x80070643",
        "error 0x80070643",
        "KB976982",
        "Fix it 50123",
    ] {
        let found = explained(term);
        let shown: Vec<&str> = found
            .explanations
            .iter()
            .flat_map(|sense| &sense.facts)
            .map(|(_, text)| text.as_str())
            .collect();
        for rule in [
            "netfx-update-not-installed",
            "patch-registration-damaged",
            "office-update-1603",
            "winre-update-2024",
            "defender-update-1603",
            "security-essentials-update",
        ] {
            assert!(
                shown.iter().any(|text| text.contains(rule)),
                "{term}: {rule}"
            );
        }
    }
    let more = explained("1603").explanations.remove(0);
    let lists = more
        .facts
        .iter()
        .filter(|(label, _)| *label == "tells more");
    assert!(
        lists
            .map(|(_, text)| text)
            .any(|text| text.contains("/l*v"))
    );
}

#[test]
fn what_is_no_form_of_anything_stays_unknown() {
    for text in [
        "nonsense",
        "no such thing",
        "https://example.com/a/b",
        "https://support.microsoft.com/help/9999999",
        "WindowsUpdate_zzz",
        "{00000000-1111-2222-3333-444444444444}v1.0",
        "returned",
        "code",
        "(E_NO_SUCH_SYMBOL)",
        "snake_case_word",
        "\u{1F600}_\u{1F600} (\u{1F600})",
    ] {
        assert!(!explained(text).known, "{text}");
    }
    let address = explained("https://support.microsoft.com/help/9999999");
    assert_eq!(
        address.explanations[0].heading,
        "unknown article KB 9999999"
    );
    let code = explained("{00000000-1111-2222-3333-444444444444}v1.0");
    assert_eq!(code.explanations[0].kind, Kind::Guid);
}

#[test]
fn families_without_a_row_guess_nothing() {
    for (term, part) in [
        ("0xC8000333", "Windows Update keeps its data"),
        ("0xC1900333", "Windows Setup"),
        ("0x80D00333", "Delivery Optimization"),
        ("0x81F40333", "WiX"),
        ("0x800F0999", "Windows servicing"),
        ("0xC0150099", "side-by-side"),
        ("0xE0123456", "exception of its own"),
    ] {
        let found = explained(term);
        let text = format!("{found:?}");
        assert!(!found.known && text.contains(part), "{term}: {text}");
        assert!(!text.contains("crash"), "{term}: {text}");
    }
}
