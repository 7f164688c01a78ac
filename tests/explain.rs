//! `msilog explain` as people and scripts meet it.

mod common;

use common::{run, run_with_input, stdout};
use serde_json::Value;

/// What is said of terms, and the exit status.
fn said(terms: &[&str]) -> (String, Option<i32>) {
    let output = run(&[&["explain"], terms].concat());
    (stdout(&output), output.status.code())
}

fn json(arguments: &[&str]) -> Value {
    let output = run(&[&["explain", "--format", "json"], arguments].concat());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn known_terms_are_explained() {
    for (term, part) in [
        ("1603", "ERROR_INSTALL_FAILURE"),
        ("0x643", "ERROR_INSTALL_FAILURE"),
        ("0x80070643", "ERROR_INSTALL_FAILURE"),
        ("-2147023293", "ERROR_INSTALL_FAILURE"),
        ("1935", "assembly"),
        ("0x80131047", "assembly"),
        ("2738", "VBScript"),
        (
            "{8E34682C-8118-31F1-BC4C-98CD9675E1C2}",
            ".NET Framework 4.0 Extended",
        ),
        (
            "C28643E881181F13CBC489DC69571E2C",
            ".NET Framework 4.0 Extended",
        ),
        ("KB976982", "two methods"),
        ("CA_ServiceModelReg", "WCF"),
        ("InstallFinalize", "Runs the planned changes"),
        ("3010", "restart"),
        ("return value 3", "failed"),
        ("file-access-denied", "icacls"),
        ("0x80070643 ", "facility 7, FACILITY_WIN32; code 1603"),
    ] {
        let (text, status) = said(&[term]);
        assert_eq!(status, Some(0), "{term}");
        assert!(
            text.to_lowercase().contains(&part.to_lowercase()),
            "{term}: {text}"
        );
    }
}

#[test]
fn what_is_unknown_is_said_to_be() {
    for term in [
        "{00000000-1111-2222-3333-444444444444}",
        "no such thing",
        "99999999999",
        "0x80139999",
    ] {
        let (text, status) = said(&[term]);
        assert_eq!(status, Some(2), "{term}");
        assert!(text.starts_with("unknown"), "{term}: {text}");
    }
    assert!(said(&["InstalFinalize"]).0.contains("InstallFinalize"));
    // One unknown term costs the others nothing.
    let (text, status) = said(&["1603", "nonsense", "1935"]);
    assert_eq!(status, Some(2));
    assert!(text.contains("ERROR_INSTALL_FAILURE") && text.contains("message 1935"));
}

#[test]
fn a_message_with_its_arguments() {
    let value = json(&["1310", r"C:\x.dll", "5"]);
    assert_eq!(value.as_array().unwrap().len(), 1);
    assert_eq!(value[0]["arguments"], serde_json::json!([r"C:\x.dll", "5"]));
    let sense = &value[0]["explanations"][0];
    assert_eq!(
        (&sense["kind"], &sense["value"]),
        (&"msi".into(), &1310.into())
    );
    let arguments = sense["arguments"].as_array().unwrap();
    assert!(
        arguments
            .iter()
            .any(|a| a["value"] == r"C:\x.dll" && a["meaning"].is_null())
    );
    let denied = |a: &Value| {
        a["meaning"]
            .as_str()
            .is_some_and(|text| text.contains("denied"))
    };
    assert!(
        arguments.iter().any(|a| a["value"] == "5" && denied(a)),
        "{value}"
    );
    assert_eq!(sense["rules"][0], "file-access-denied");
    // Set apart, codes may stand alone.
    let apart = json(&["1935", "--", "{GUID}", "0x80131047", "IAssemblyCacheItem"]);
    assert_eq!(apart[0]["arguments"].as_array().unwrap().len(), 3);
}

#[test]
fn terms_come_from_standard_input_too() {
    let input = "\u{feff}1603\r\n\r\n  KB976982  \nerror 1935\n";
    for arguments in [
        &["explain", "--format", "ndjson"][..],
        &["explain", "--format", "ndjson", "-"],
    ] {
        let output = run_with_input(arguments, input.as_bytes());
        assert_eq!(output.status.code(), Some(0));
        let lines: Vec<Value> = stdout(&output)
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let terms: Vec<&str> = lines
            .iter()
            .map(|line| line["term"].as_str().unwrap())
            .collect();
        assert_eq!(terms, ["1603", "KB976982", "error 1935"]);
        assert!(lines.iter().all(|line| line["known"] == true));
    }
    let nothing = run_with_input(&["explain"], b"\n\n");
    assert_eq!(nothing.status.code(), Some(2));
}

#[test]
fn strange_input_is_survived() {
    let mut input = vec![b'x'; 10 << 20];
    input.extend(b"\n\xff\xfe\x00\n5\n");
    let output = run_with_input(&["explain", "--format", "json"], &input);
    assert_eq!(output.status.code(), Some(2));
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    let known: Vec<bool> = value
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["known"].as_bool().unwrap())
        .collect();
    assert_eq!(known, [false, false, true]);
    assert!(output.stdout.len() < 100_000);
    assert_eq!(
        run(&["explain", "--format", "json", ""]).status.code(),
        Some(2)
    );
}

#[test]
fn a_packages_own_number_is_no_windows_error() {
    for number in ["25541", "27001", "30000", "error 26352"] {
        let value = json(&[number]);
        for sense in value[0]["explanations"].as_array().unwrap() {
            assert_eq!(sense["kind"], "msi", "{number}: {sense}");
        }
    }
}
