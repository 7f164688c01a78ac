use super::*;

fn headings(term: &str) -> Vec<String> {
    explain(term, RuleSet::built_in())
        .into_iter()
        .map(|sense| sense.heading)
        .collect()
}

fn all(term: &str) -> String {
    format!("{:?}", explain(term, RuleSet::built_in()))
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
            .all(|h| h.contains("of Windows"))
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
            .any(|h| h.starts_with("error 5 "))
    );
    let rule = RuleSet::built_in().rules().first().unwrap();
    assert_eq!(explain(&rule.id, RuleSet::built_in()), [super::rule(rule)]);
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
