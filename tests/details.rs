//! `--details` through the real program: what else a log tells, in its report.

mod common;

use std::fs;

use common::{fixtures, root, run, run_with_input, scratch, stdout};
use serde_json::Value;

fn fixture(name: &str) -> String {
    let path = root().join("fixtures").join(name).join("install.log");
    path.display().to_string()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(json).collect()
}

const FAILED: &str = "netfx4-client-patch-registration-1603";

#[test]
fn details_are_there_where_they_are_asked_for_and_only_there() {
    let log = fixture(FAILED);
    let with = json(&stdout(&run(&["--format", "json", "--details", &log])));
    let without = json(&stdout(&run(&["--format", "json", &log])));
    assert!(without["logs"][0].get("details").is_none());
    let details = &with["logs"][0]["details"];
    // The same as the command for times gives.
    let actions = json(&stdout(&run(&["timeline", "--format", "json", &log])));
    assert_eq!(details["actions"], actions);
    let failed: Vec<&str> = actions
        .as_array()
        .unwrap()
        .iter()
        .filter(|action| action["failed"] == true)
        .map(|action| action["name"].as_str().unwrap())
        .collect();
    assert!(failed.contains(&"InstallFiles"), "{failed:?}");
    for list in ["properties", "features", "components", "products"] {
        assert!(!details[list].as_array().unwrap().is_empty(), "{list}");
    }
    let mut with = with;
    with["logs"][0].as_object_mut().unwrap().remove("details");
    assert_eq!(with, without);
}

/// From a file, a pipe, an entry of an archive and a folder: the same details.
#[test]
fn a_log_has_the_same_details_wherever_it_lies() {
    let folder = scratch("details");
    let log = fs::read(fixture(FAILED)).unwrap();
    fs::create_dir(folder.join("pc7")).unwrap();
    fs::write(folder.join("pc7/setup.log"), &log).unwrap();
    fs::write(
        folder.join("other.log"),
        fs::read(fixture("clean-success")).unwrap(),
    )
    .unwrap();
    let archive = folder.join("all.zip");
    let mut zip = zip::ZipWriter::new(fs::File::create(&archive).unwrap());
    for name in ["pc1/setup.log", "pc2/setup.log"] {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(name, options).unwrap();
        std::io::Write::write_all(&mut zip, &log).unwrap();
    }
    zip.finish().unwrap();
    let wanted = lines(&stdout(&run(&[
        "--format",
        "ndjson",
        "--details",
        &fixture(FAILED),
    ])));
    let wanted = &wanted[0]["details"];
    assert!(wanted["actions"].as_array().unwrap().len() > 10);

    let piped = run_with_input(&["--format", "ndjson", "--details"], &log);
    assert_eq!(piped.status.code(), Some(1));
    assert_eq!(&lines(&stdout(&piped))[0]["details"], wanted);

    let folder = folder.display().to_string();
    let all = lines(&stdout(&run(&["--format", "ndjson", "--details", &folder])));
    assert_eq!(all.len(), 4);
    for report in &all {
        let path = report["path"].as_str().unwrap();
        let same = &report["details"] == wanted;
        assert_eq!(same, path.ends_with("setup.log"), "{path}");
        assert!(report["details"]["actions"].is_array(), "{path}");
    }
    // Entries that are chosen by their place below the folder are found again.
    for choice in [["--max-depth", "3"], ["--glob", "**/pc2/*.log"]] {
        let chosen = [
            "--format",
            "ndjson",
            "--details",
            choice[0],
            choice[1],
            &folder,
        ];
        let chosen = run(&chosen);
        assert!(
            String::from_utf8_lossy(&chosen.stderr).is_empty(),
            "{chosen:?}"
        );
        let entry = |report: &&Value| report["path"].as_str().unwrap().ends_with("pc2/setup.log");
        let chosen = lines(&stdout(&chosen));
        let chosen: Vec<&Value> = chosen.iter().filter(entry).collect();
        assert_eq!(
            (chosen.len(), &chosen[0]["details"]),
            (1, wanted),
            "{choice:?}"
        );
    }
    // Beside others standard input is kept, too.
    let both = run_with_input(
        &[
            "--format",
            "ndjson",
            "--details",
            "-",
            &fixture("clean-success"),
        ],
        &log,
    );
    let both = lines(&stdout(&both));
    assert_eq!(&both[0]["details"], wanted);
    assert!(both[1]["details"]["actions"].is_array());
}

#[test]
fn details_hold_no_name_where_names_are_replaced() {
    let folder = scratch("details-redacted");
    let log = folder.join("a.log");
    let text = "=== Verbose logging started: 3/2/2031  10:00:00  Build type: SHIP UNICODE 5.00.10011.00  Calling process: a ===\r\n\
        MSI (s) (A4:10) [10:00:00:010]: Command Line: TARGETDIR=C:\\Users\\wanda.zimmer\\App DBPASSWORD=Rosenblatt9 \r\n\
        MSI (s) (A4:10) [10:00:00:140]: Doing action: InstallFiles\r\n\
        Action start 10:00:00: InstallFiles.\r\n\
        MSI (s) (A4:10) [10:00:00:200]: PROPERTY CHANGE: Adding OWNERDIR property. Its value is 'C:\\Users\\wanda.zimmer'.\r\n\
        Error 1310. Error writing to file: C:\\Users\\wanda.zimmer\\a.dll.  System error 5.\r\n\
        Action ended 10:00:02: InstallFiles. Return value 3.\r\n\
        Property(S): LogonUser = wanda.zimmer\r\nProperty(S): ComputerName = KONTOR-77\r\n\
        Property(S): DBPASSWORD = Rosenblatt9\r\n";
    fs::write(&log, text).unwrap();
    let log = log.display().to_string();
    let ask = |arguments: &[&str]| {
        let all = [&["--format", "ndjson", "--details"], arguments].concat();
        stdout(&run(&all))
    };
    let plain = ask(&[&log]);
    let piped = run_with_input(
        &["--format", "ndjson", "--details", "--redact"],
        text.as_bytes(),
    );
    for redacted in [ask(&["--redact", &log]), stdout(&piped)] {
        for name in ["wanda", "KONTOR-77", "Rosenblatt9"] {
            assert!(plain.contains(name), "{name}");
            assert!(!redacted.contains(name), "{name}: {redacted}");
        }
        let details = &lines(&redacted)[0]["details"];
        let user = details["properties"]
            .as_array()
            .unwrap()
            .iter()
            .find(|property| property["name"] == "LogonUser")
            .unwrap();
        assert_eq!(user["server"]["value"], "user-1");
        assert_eq!(details["actions"][1]["name"], "InstallFiles");
    }
}

/// A format without room for details says so, and what to do.
#[test]
fn other_formats_refuse_details() {
    for format in [
        "text", "csv", "markdown", "sarif", "junit", "html", "oneline", "github",
    ] {
        let output = run(&["--details", "--format", format, &fixture(FAILED)]);
        assert_eq!(output.status.code(), Some(2), "{format}");
        assert!(output.stdout.is_empty(), "{format}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            said.contains("--format json") && said.contains(format),
            "{said}"
        );
    }
}

#[test]
fn reports_with_details_are_valid_by_the_schema() {
    let schema = json(msilog::report::JSON_SCHEMA);
    let validator = jsonschema::validator_for(&schema).unwrap();
    let logs = root().join("fixtures").display().to_string();
    let text = stdout(&run(&[
        "--format",
        "ndjson",
        "--details",
        "--glob",
        "install.log",
        &logs,
    ]));
    let all = lines(&text);
    assert!(all.len() >= fixtures().len());
    for report in &all {
        let problems: Vec<String> = validator
            .iter_errors(report)
            .map(|e| e.to_string())
            .collect();
        assert!(problems.is_empty(), "{}: {problems:?}", report["path"]);
        assert!(
            report["details"]["properties"].is_array(),
            "{}",
            report["path"]
        );
    }
    let mut wrong = all[0].clone();
    wrong["details"]["actions"] = "none".into();
    assert!(!validator.is_valid(&wrong), "the schema knows details");
}
