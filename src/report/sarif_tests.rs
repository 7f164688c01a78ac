//! SARIF against the parts of the standard that it uses.

use super::*;
use crate::report::json::ReadError;
use crate::report::tests::specimen;

fn run(reports: &[LogReport], errors: &[ReadError]) -> Value {
    serde_json::from_str(&specimen::written(&mut Run::default(), reports, errors)).unwrap()
}

#[test]
fn a_failure_is_a_result() {
    let document = run(&[specimen::failure(), specimen::success()], &[]);
    let run = &document["runs"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), 1);
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "file-access-denied");
    assert_eq!(result["level"], "error");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "pc17/MSI4f2.LOG");
    assert_eq!(place["region"]["startLine"], 471);
    assert_eq!(result["relatedLocations"].as_array().unwrap().len(), 12);
    assert_eq!(
        result["partialFingerprints"]["msilogSignature/v1"],
        "msi-1310/InstallFiles/5"
    );
    let rule = &run["tool"]["driver"]["rules"][0];
    assert_eq!(rule["id"], "file-access-denied");
    assert!(
        rule["help"]["markdown"]
            .as_str()
            .unwrap()
            .contains("1. Look")
    );
    let help = rule["help"]["markdown"].as_str().unwrap();
    assert!(
        help.contains("[What 1603 means](<https://learn.microsoft.com/"),
        "{help}"
    );
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn without_a_remedy_the_kind_of_the_cause_is_the_rule() {
    let mut report = specimen::failure();
    for session in &mut report.sessions {
        session.outcome = Outcome::Cancelled;
        session.failure.as_mut().unwrap().remedies.clear();
    }
    let document = run(&[report], &[]);
    let result = &document["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "msi-1310");
    assert_eq!(result["level"], "warning");
    let mut report = specimen::failure();
    report.sessions[0].failure = None;
    let document = run(&[report], &[]);
    let result = &document["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "unknown");
    let region = &result["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region["startLine"], 500);
}

#[test]
fn what_could_not_be_read_is_told() {
    let errors = [ReadError {
        path: "a b.log".into(),
        message: "gone {0} [x](y)".into(),
    }];
    let document = run(&[], &errors);
    let told = &document["runs"][0]["invocations"][0];
    assert_eq!(told["executionSuccessful"], false);
    let note = &told["toolExecutionNotifications"][0];
    assert_eq!(note["message"]["text"], "gone {{0}} [x\\](y)");
    assert_eq!(
        note["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "a%20b.log"
    );
}

#[test]
fn paths_become_uris() {
    for (path, wanted) in [
        ("a/b.log", "a/b.log"),
        (r"logs\pc 17\ä#.log", "logs/pc%2017/%C3%A4%23.log"),
        (r"C:\Windows\Temp\x.log", "file:///C:/Windows/Temp/x.log"),
        (r"\\server\share\x.log", "file://server/share/x.log"),
        (r"\\?\C:\x.log", "file:///C:/x.log"),
        (r"\\?\UNC\server\share\x", "file://server/share/x"),
        ("/var/log/x:y.log", "file:///var/log/x%3Ay.log"),
        ("a:b", "a%3Ab"),
        ("logs.zip!/in/MSI1.log", "logs.zip!/in/MSI1.log"),
        ("-", "stdin"),
        ("100%.log", "100%25.log"),
    ] {
        assert_eq!(uri(path), wanted);
    }
}
