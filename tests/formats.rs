//! Every format through the real program, read by what would read it.

mod common;

use std::path::PathBuf;
use std::process::{Command, Stdio};

use common::{fixtures, program, root, run, run_with_input, scratch, stdout};
use msilog::report::csv::columns;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::{Value, json};

const FORMATS: [&str; 5] = ["csv", "markdown", "sarif", "junit", "html"];

/// All fixtures in one format, from the folder of the project.
fn all(format: &str, more: &[&str]) -> String {
    let output = program()
        .current_dir(root())
        .args(["--format", format, "fixtures"])
        .args(more)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.code().is_some());
    stdout(&output)
}

/// The reports that the others are held against.
fn reports() -> Vec<Value> {
    let document: Value = serde_json::from_str(&all("json", &[])).unwrap();
    document["logs"].as_array().unwrap().clone()
}

fn sessions(reports: &[Value]) -> impl Iterator<Item = (&Value, &Value)> {
    reports.iter().flat_map(|log| {
        let sessions = log["sessions"].as_array().unwrap();
        sessions.iter().map(move |session| (log, session))
    })
}

#[test]
fn csv_has_a_row_for_each_session() {
    let text = all("csv", &[]);
    let reports = reports();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(
        reader.headers().unwrap().iter().collect::<Vec<_>>(),
        columns()
    );
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let with = sessions(&reports).count();
    let without = reports
        .iter()
        .filter(|log| log["sessions"].as_array().unwrap().is_empty())
        .count();
    assert_eq!(rows.len(), with + without);
    let place = |name: &str| columns().iter().position(|c| *c == name).unwrap();
    let signatures: Vec<&str> = rows
        .iter()
        .map(|row| &row[place("signature")])
        .filter(|signature| !signature.is_empty())
        .collect();
    let wanted: Vec<&str> = sessions(&reports)
        .filter_map(|(_, session)| session["failure"]["signature"].as_str())
        .collect();
    assert_eq!(signatures, wanted);
}

/// What SARIF 2.1.0 asks of the parts that are used here, in our own words; stricter where the
/// standard leaves open what may stand beside them, so that a misspelt name is found.
fn sarif_schema() -> Value {
    let object = |required: &[&str], properties: Value| {
        json!({"type": "object", "required": required, "properties": properties,
            "additionalProperties": false})
    };
    let list = |items: Value| json!({"type": "array", "items": items});
    let text = json!({"type": "string", "minLength": 1});
    let uri = json!({"type": "string", "minLength": 1, "pattern": "^[A-Za-z0-9%._~!/:-]+$"});
    let message = object(&["text"], json!({"text": text, "markdown": text}));
    let physical = object(
        &["artifactLocation"],
        json!({
            "artifactLocation": object(&["uri"], json!({"uri": uri})),
            "region": object(&["startLine"], json!({"startLine": {"type": "integer", "minimum": 1}})),
        }),
    );
    let location = object(
        &["physicalLocation"],
        json!({"physicalLocation": physical, "message": message, "id": {"type": "integer", "minimum": 0}}),
    );
    let level = json!({"enum": ["none", "note", "warning", "error"]});
    let rule = object(
        &["id"],
        json!({"id": text, "shortDescription": message, "fullDescription": message,
            "help": message, "helpUri": {"type": "string", "pattern": "^https?://"}}),
    );
    let result = object(
        &["message", "ruleId", "level", "locations"],
        json!({"ruleId": text, "level": level, "message": message, "locations": list(location.clone()),
            "relatedLocations": list(location.clone()),
            "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}}}),
    );
    let notification = object(
        &["message"],
        json!({"level": level, "message": message, "locations": list(location)}),
    );
    let invocation = object(
        &["executionSuccessful"],
        json!({"executionSuccessful": {"type": "boolean"}, "toolExecutionNotifications": list(notification)}),
    );
    let driver = object(
        &["name"],
        json!({"name": text, "version": text, "semanticVersion": text, "rules": list(rule)}),
    );
    let run = object(
        &["tool", "results"],
        json!({"tool": object(&["driver"], json!({"driver": driver})), "results": list(result),
            "invocations": list(invocation),
            "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]}}),
    );
    object(
        &["version", "runs"],
        json!({"$schema": text, "version": {"const": "2.1.0"}, "runs": list(run)}),
    )
}

#[test]
fn sarif_keeps_to_the_standard() {
    let validator = jsonschema::validator_for(&sarif_schema()).unwrap();
    let missing = run(&["--format", "sarif", "no such file.log"]);
    for text in [all("sarif", &[]), stdout(&missing)] {
        let document: Value = serde_json::from_str(&text).unwrap();
        let problems: Vec<String> = validator
            .iter_errors(&document)
            .map(|e| format!("{}: {e}", e.instance_path()))
            .collect();
        assert!(problems.is_empty(), "{problems:#?}");
    }
    assert!(!validator.is_valid(&json!({"version": "2.1.0", "runs": [{}]})));
}

#[test]
fn sarif_has_a_result_for_each_failure_and_a_rule_for_each_result() {
    let document: Value = serde_json::from_str(&all("sarif", &[])).unwrap();
    let run = &document["runs"][0];
    let results = run["results"].as_array().unwrap();
    let reports = reports();
    let failures = sessions(&reports).filter(|(_, session)| !session["failure"].is_null());
    assert_eq!(results.len(), failures.count());
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: Vec<&Value> = rules.iter().map(|rule| &rule["id"]).collect();
    for result in results {
        let named = ids.iter().filter(|id| **id == &result["ruleId"]).count();
        assert_eq!(named, 1, "{}", result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert!(root().join(place.as_str().unwrap()).is_file(), "{place}");
    }
}

#[test]
fn junit_is_well_formed_and_counts_right() {
    let text = all("junit", &[]);
    let document = roxmltree::Document::parse(&text).unwrap();
    let reports = reports();
    let suites: Vec<_> = document
        .descendants()
        .filter(|node| node.has_tag_name("testsuite"))
        .collect();
    assert_eq!(suites.len(), reports.len());
    for (suite, log) in suites.iter().zip(&reports) {
        assert_eq!(suite.attribute("name"), log["path"].as_str());
        let count = |name: &str| {
            let found = suite.descendants().filter(|node| node.has_tag_name(name));
            Some(found.count().to_string())
        };
        for (attribute, element) in [
            ("tests", "testcase"),
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ] {
            let said = suite.attribute(attribute).map(str::to_owned);
            assert_eq!(said, count(element), "{} {attribute}", log["path"]);
        }
    }
    let folder = scratch("junit");
    let file = folder.join("all.xml");
    std::fs::write(&file, &text).unwrap();
    match Command::new("xmllint").arg("--noout").arg(&file).output() {
        Ok(output) => assert!(output.status.success(), "{output:?}"),
        Err(_) => eprintln!("xmllint: skipped, it is not here"),
    }
}

#[test]
fn markdown_has_no_html_and_a_section_for_each_failed_log() {
    use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag};
    let text = all("markdown", &[]);
    let mut sections = 0;
    for event in Parser::new_ext(&text, Options::all()) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => panic!("{html}"),
            Event::Start(Tag::Heading {
                level: HeadingLevel::H2,
                ..
            }) => sections += 1,
            Event::Start(Tag::Image { .. } | Tag::Table(_) | Tag::BlockQuote(_)) => {
                panic!("{event:?}")
            }
            _ => {}
        }
    }
    // The totals are a section too.
    let document: Value = serde_json::from_str(&all("json", &[])).unwrap();
    let summary = &document["summary"];
    let failed = summary["failed"].as_u64().unwrap() + summary["cancelled"].as_u64().unwrap();
    assert!(sections > failed, "{sections} of {failed}");
    let open = summary["incomplete"].as_u64().unwrap();
    assert!(sections <= failed + open + 1, "{sections}");
}

#[test]
fn html_is_well_formed_and_fetches_nothing() {
    let text = all("html", &[]);
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        ..Default::default()
    };
    let document = roxmltree::Document::parse_with_options(&text, options).unwrap();
    for node in document.descendants().filter(|node| node.is_element()) {
        let name = node.tag_name().name();
        assert!(!["link", "img", "iframe", "object"].contains(&name));
        assert_eq!(node.attribute("src"), None);
        if let Some(address) = node.attribute("href") {
            assert!(name == "a" && address.starts_with("http"), "{address}");
        }
    }
    assert!(!text.contains("url(") && !text.contains("@import"));
    // The only script is the page's own, at its end; its policy knows it by its hash.
    assert_eq!(text.matches("<script").count(), 1);
    assert!(text.contains("default-src 'none'; script-src 'sha256-"));
}

#[test]
fn the_switches_go_with_every_format() {
    let folder = scratch("formats");
    for format in FORMATS {
        assert_eq!(all(format, &["-q"]), "", "{format}");
        let file: PathBuf = folder.join(format);
        let file = file.to_str().unwrap();
        assert_eq!(all(format, &["-o", file]), "");
        let whole = all(format, &[]);
        assert_eq!(std::fs::read_to_string(file).unwrap(), whole, "{format}");
        let failed = all(format, &["--only-failed"]);
        let shorter = failed.len() < whole.len();
        // SARIF tells of failures alone.
        assert!(
            shorter || (format == "sarif" && failed == whole),
            "{format}"
        );
        assert!(!failed.contains("clean-success"), "{format}");
    }
}

#[test]
fn standard_input_and_nothing_to_read() {
    for format in FORMATS {
        let text = stdout(&run_with_input(&["--format", format, "-"], b"no log\r\n"));
        assert!(!text.is_empty(), "{format}");
        let missing = run(&["--format", format, "no-such.log"]);
        assert_eq!(missing.status.code(), Some(2), "{format}");
        let named = stdout(&missing).contains("no-such.log");
        assert_eq!(named, format != "csv", "{format}");
    }
}

/// A cell as CSV has it.
fn plain(field: &Field) -> String {
    match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Long(number) => number.to_string(),
        Field::TimestampMicros(time) => {
            let seconds = jiff::Timestamp::from_microsecond(*time).unwrap();
            seconds.to_string().trim_end_matches('Z').to_owned()
        }
        other => other.to_string(),
    }
}

#[test]
fn parquet_has_the_rows_of_csv_and_those_of_errors() {
    let file = scratch("parquet").join("all.parquet");
    let path = file.to_str().unwrap();
    let told = all("parquet", &["no-such.log", "-o", path]);
    assert_eq!(told, "");
    let reader = SerializedFileReader::new(std::fs::File::open(&file).unwrap()).unwrap();
    let rows: Vec<_> = reader
        .get_row_iter(None)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let (errors, rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| {
        let mut cells = row.get_column_iter();
        cells.any(|(name, cell)| name == "error" && *cell != Field::Null)
    });
    assert_eq!(errors.len(), 1);
    let text = all("csv", &[]);
    let mut csv = csv::Reader::from_reader(text.as_bytes());
    let wanted: Vec<Vec<String>> = csv
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect();
    let found: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let cells = row.get_column_iter().take(columns().len());
            cells.map(|(_, cell)| plain(cell)).collect()
        })
        .collect();
    assert_eq!(found, wanted);
}

/// The ticket of a fixture; `INSTA_UPDATE=always` accepts a change of wording.
#[test]
fn the_ticket_of_a_failure() {
    let (_, log, _) = fixtures()
        .into_iter()
        .find(|(name, ..)| name == "folder-access-denied-1303")
        .unwrap();
    let relative = log.strip_prefix(root()).unwrap().to_str().unwrap();
    let output = program()
        .current_dir(root())
        .args(["--format", "markdown", &relative.replace('\\', "/")])
        .output()
        .unwrap();
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("ticket", stdout(&output));
    });
}

#[test]
fn oneline_has_a_line_of_seven_columns_for_each_log() {
    let text = all("oneline", &[]);
    let reports = reports();
    assert_eq!(text.lines().count(), reports.len());
    for (line, log) in text.lines().zip(&reports) {
        let columns: Vec<&str> = line.split(" | ").collect();
        assert_eq!(columns.len(), 7, "{line}");
        assert!(
            columns[2].starts_with(log["path"].as_str().unwrap()),
            "{line}"
        );
    }
    let failed = text.lines().filter(|line| line.starts_with("failed | "));
    assert!(failed.clone().count() > 20);
    assert!(
        failed.clone().all(|line| !line.contains(" | - | - | ")),
        "{text}"
    );
}

#[test]
fn github_has_a_command_for_each_log_that_failed() {
    let text = all("github", &[]);
    let oneline = all("oneline", &[]);
    let errors = text
        .lines()
        .filter(|line| line.starts_with("::error file="));
    let failed = oneline.lines().filter(|line| line.starts_with("failed | "));
    assert_eq!(errors.count(), failed.count());
    for line in text.lines() {
        let command = line
            .strip_prefix("::")
            .and_then(|rest| rest.split_once("::"));
        let (properties, message) = command.unwrap_or_else(|| panic!("{line}"));
        let (_, properties) = properties.split_once(' ').unwrap();
        for property in properties.split(',') {
            let (name, value) = property.split_once('=').unwrap();
            assert!(["file", "line", "title"].contains(&name), "{line}");
            assert!(!value.is_empty() && !value.contains(':'), "{line}");
        }
        assert!(!message.is_empty(), "{line}");
    }
}
