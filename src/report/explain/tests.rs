use super::*;
use crate::knowledge::guid;

fn explained(text: &str) -> Explanation {
    explain(&Term::from(text), RuleSet::built_in())
}

/// The headings of what is known of a term.
fn headings(text: &str) -> Vec<String> {
    let explained = explained(text);
    let senses = explained.explanations.into_iter();
    let known = senses.filter(|_| explained.known);
    known.map(|sense| sense.heading).collect()
}

fn all(text: &str) -> String {
    format!("{:?}", explained(text))
}

#[test]
fn one_code_in_all_its_forms() {
    for term in [
        "1603",
        "0x643",
        "0x80070643",
        "-2147023293",
        "80070643",
        "exit code 1603",
    ] {
        let first = headings(term).into_iter().next();
        assert_eq!(
            first.as_deref(),
            Some("exit code 1603, ERROR_INSTALL_FAILURE"),
            "{term}"
        );
        assert!(
            all(term).contains("1603 = 0x643 = 0x80070643 = -2147023293"),
            "{term}"
        );
    }
}

#[test]
fn words_before_a_number_choose_the_sense() {
    for term in [
        "error 1935",
        "Error 1935.",
        "MSI error 1935",
        "message 1935",
    ] {
        assert_eq!(
            headings(term),
            ["message 1935 of Windows Installer"],
            "{term}"
        );
    }
    assert!(
        headings("1603")
            .iter()
            .any(|h| h.starts_with("message 1603"))
    );
    assert!(
        headings("system error 5")
            .iter()
            .all(|h| h.starts_with("Windows error"))
    );
    assert!(all("return value 3").contains("failed"));
    assert!(all("type 3073").contains("runs as the system"));
}

#[test]
fn names_and_ids() {
    assert_eq!(headings("KB976982"), ["article KB 976982"]);
    assert_eq!(headings("kb 976982"), ["article KB 976982"]);
    assert!(all("KB976982").contains("archived"));
    assert_eq!(
        headings("installfiles"),
        ["action InstallFiles of Windows Installer"]
    );
    assert!(
        headings("ERROR_ACCESS_DENIED")
            .iter()
            .any(|h| h.starts_with("Windows error 5"))
    );
    let rule = RuleSet::built_in().rules().next().unwrap();
    assert_eq!(explained(&rule.id).explanations, [super::rule(rule)]);
}

#[test]
fn codes_plain_and_packed() {
    let plain = "{F5B09CFD-F0B2-36AF-8DF4-1DF6B63FC7B4}";
    let packed = guid::pack(plain).unwrap();
    assert!(
        all(plain).contains(".NET Framework 4.0 Client Profile"),
        "{}",
        all(plain)
    );
    assert_eq!(headings(&packed), headings(plain));
}

#[test]
fn what_is_unknown_is_said_to_be() {
    assert!(headings("no such thing").is_empty());
    assert!(headings("").is_empty());
    assert!(headings("error").is_empty());
    let near = near("file access", RuleSet::built_in());
    assert!(
        near.iter().any(|name| name == "file-access-denied"),
        "{near:?}"
    );
}

#[test]
fn what_is_unknown_tells_its_shape_and_its_neighbours() {
    for (term, part) in [
        ("{00000000-1111-2222-3333-444444444444}", "unknown GUID"),
        ("0x80139999", "the .NET runtime"),
        ("0xC0009999", "kernel"),
        ("27001", "package itself"),
        ("return value 9", "Actions return 0 to 5"),
        ("99999999999", "does not fit in 32 bits"),
        ("{not-a-guid}", "Not a GUID"),
        ("KB1", "Not among the articles"),
    ] {
        let explained = explained(term);
        assert!(!explained.known, "{term}");
        assert_eq!(explained.explanations.len(), 1, "{term}");
        assert!(
            format!("{explained:?}").contains(part),
            "{term}: {explained:?}"
        );
    }
    for (term, near) in [
        ("InstalFinalize", "InstallFinalize"),
        ("file-acess-denied", "file-access-denied"),
        ("ERROR_ACCES_DENIED", "ERROR_ACCESS_DENIED"),
        (
            "{8E34682C-8118-31F1-BC4C-98CD9675E1C3}",
            "{8E34682C-8118-31F1-BC4C-98CD9675E1C2}",
        ),
    ] {
        let found = explained(term).suggestions;
        assert!(found.iter().any(|name| name == near), "{term}: {found:?}");
    }
}

#[test]
fn a_packages_own_message_is_no_windows_error() {
    for number in ["25541", "27001", "30000", "error 26352"] {
        for sense in explained(number).explanations {
            assert!(matches!(sense.kind, Kind::Msi), "{number}: {sense:?}");
        }
    }
}

#[test]
fn a_message_is_filled_with_its_arguments() {
    let term = Term {
        text: "1310".to_owned(),
        arguments: vec![r"C:\x.dll".to_owned(), "5".to_owned()],
    };
    let found = explain(&term, RuleSet::built_in());
    let sense = &found.explanations[0];
    assert!(found.known && sense.kind == Kind::Msi && sense.value == Some(1310));
    let argument = |value: &str| {
        let found = sense
            .arguments
            .iter()
            .find(|a| a.value.as_deref() == Some(value));
        found.unwrap_or_else(|| panic!("{sense:?}"))
    };
    assert!(
        argument("5").meaning.as_ref().unwrap().contains("denied"),
        "{sense:?}"
    );
    assert_ne!(argument("5").index, argument(r"C:\x.dll").index);
    assert_eq!(
        sense.rules.first().map(String::as_str),
        Some("file-access-denied")
    );
}
