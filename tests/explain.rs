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

/// The words of a command line, as a shell hands them over.
fn said_of(line: &str) -> (Value, Option<i32>) {
    let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
    let output = run(&[&["explain", "--format", "json"], words.as_slice()].concat());
    let value = serde_json::from_slice(&output.stdout).unwrap();
    (value, output.status.code())
}

#[test]
fn forms_that_people_type_need_no_quotes() {
    for (line, heading) in [
        ("error 0x80070643", "exit code 1603"),
        ("Installation failed with error code 1603", "exit code 1603"),
        ("MainEngineThread is returning 1603", "exit code 1603"),
        ("HRESULT 0x80070005 (E_ACCESSDENIED)", "HRESULT 0x80070005"),
        ("Fix it 50123", "article KB 976982"),
        (
            "{3C3901C5-3455-3E0A-A214-0B093A5070A6} - 1033",
            "product code",
        ),
        (
            r"Error 1310. Error writing to file: C:\a.dll. System error 5.",
            "message 1310",
        ),
        (
            "Windows Installer installed the product. Product Name: A. Product Version: 1. Product Language: 1033. Manufacturer: B. Installation success or error status: 1603.",
            "exit code 1603",
        ),
    ] {
        let (value, status) = said_of(line);
        assert_eq!(status, Some(0), "{line}: {value}");
        assert_eq!(value.as_array().unwrap().len(), 1, "{line}: {value}");
        let found = value[0]["explanations"][0]["heading"].as_str().unwrap();
        assert!(found.starts_with(heading), "{line}: {found}");
    }
}

#[test]
fn a_pasted_line_of_a_log_is_diagnosed() {
    for (line, rule) in [
        (
            r"Error 1310. Error writing to file: C:\a.dll.  System error 5.",
            "file-access-denied",
        ),
        (
            "MSI (s) (A0:B0) [12:00:00:000]: Product: Example -- Error 1714. The older version of Example cannot be removed.  Contact your technical support group.  System Error 1612.",
            "old-version-not-removable",
        ),
        (
            "MSI (s) (A0:B0) [12:00:00:000]: Note: 1: 1402 2: HKEY_LOCAL_MACHINE\\Software\\X 3: 5\r\nAction ended 12:00:00: WriteRegistryValues. Return value 3.",
            "registry-access-denied",
        ),
        (
            "[1234:5678][2024-01-01T10:00:00]e000: Error 0x80070643: Failed to install MSI package.",
            "burn-msi-package-failed",
        ),
    ] {
        let value = json(&[line]);
        let senses = value[0]["explanations"].as_array().unwrap();
        let own = senses.iter().find(|sense| sense["kind"] == "log-line");
        let own = own.unwrap_or_else(|| panic!("{line}: {value}"));
        let rules = own["rules"].as_array().unwrap();
        assert!(rules.iter().any(|id| id == rule), "{line}: {own}");
    }
    // A number with the word before it is no line of a log.
    let value = json(&["windows installer error 1935"]);
    let senses = value[0]["explanations"].as_array().unwrap();
    assert!(senses.iter().all(|sense| sense["kind"] != "log-line"));
}

#[test]
fn a_number_lists_the_rules_that_treat_it() {
    let value = json(&["0x80070643"]);
    let sense = &value[0]["explanations"][0];
    let treated = sense["treated_by"].as_array().unwrap();
    for rule in [
        "office-update-1603",
        "winre-update-2024",
        "defender-update-1603",
    ] {
        assert!(treated.iter().any(|id| id == rule), "{sense}");
    }
    let (text, _) = said(&["1603"]);
    let listed = text.lines().filter(|line| line.contains("netfx-"));
    assert!(listed.count() > 1, "{text}");
    assert!(
        text.contains("tells more") && text.contains("more: msilog rules list"),
        "{text}"
    );
}

#[test]
fn names_of_dotnet_products_tell_what_their_codes_do_not() {
    for (name, part) in [
        (
            "Microsoft .NET Runtime - 8.0.5 (x64)",
            ".NET 8.0.5 Runtime (x64)",
        ),
        ("Microsoft .NET Framework 2.0a:", ".NET Framework 2.0"),
        (
            "Microsoft .NET Standard Targeting Pack - 2.1.0 (x64)",
            ".NET Standard 2.1.0 Targeting Pack",
        ),
        (
            "Microsoft ASP.NET Core Hosting Bundle Options",
            "ASP.NET Core Hosting bundle options",
        ),
        (
            "Microsoft.NET.Workload.Mono.ToolChain.Current.Manifest (x64)",
            ".NET SDK workload",
        ),
        (
            "Microsoft .NET Framework 4.8 Targeting Pack",
            ".NET Framework 4.8 Targeting Pack",
        ),
        (
            "Microsoft .NET Framework 2.0 Service Pack 2 Language Pack - DEU",
            ".NET Framework language pack 2.0 SP2",
        ),
        (
            "dotnet-hosting-8.0.5-win.exe",
            "ASP.NET Core 8.0.5 Hosting bundle",
        ),
        (
            "{A7036CFB-B403-4598-85FF-D397ABB88173}",
            ".NET Standard 2.1",
        ),
        (
            "{BAAF5851-0759-422D-A1E9-90061B597188}",
            ".NET Framework 4.8 Targeting Pack",
        ),
        (
            "{26037618-FB6D-47BC-9F99-4C4323C4CEC6}",
            "change with every build",
        ),
        (
            "{00000000-1111-2222-3333-444444444444}",
            "new with every build",
        ),
    ] {
        let (text, _) = said(&[name]);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(part), "{name}: {text}");
    }
}
