//! Every fixture against what its author says is true of it.

mod common;

use serde_json::Value;

/// Whether `actual` holds everything of `expected`; says where it does not.
fn differences(path: &str, expected: &Value, actual: &Value, out: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(want), Value::Object(_)) => {
            for (key, value) in want.iter().filter(|(key, _)| !key.starts_with('_')) {
                differences(&format!("{path}.{key}"), value, &actual[key], out);
            }
        }
        (Value::Array(want), Value::Array(got)) => {
            for (index, value) in want.iter().enumerate() {
                let found = got.get(index).unwrap_or(&Value::Null);
                differences(&format!("{path}[{index}]"), value, found, out);
            }
        }
        _ if expected == actual => {}
        _ => out.push(format!("{path}: expected {expected}, found {actual}")),
    }
}

fn checks(expected: &Value, report: &Value, out: &mut Vec<String>) {
    let checks = &expected["_checks"];
    let sessions = report["sessions"].as_array().cloned().unwrap_or_default();
    let failures: Vec<&Value> = sessions
        .iter()
        .map(|s| &s["failure"])
        .filter(|f| !f.is_null())
        .collect();
    for line in checks["evidence_lines"].as_array().into_iter().flatten() {
        let shown = failures.iter().any(|f| {
            &f["cause"]["line"] == line
                || f["evidence"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .any(|e| &e["line"] == line)
        });
        if !shown {
            out.push(format!("line {line} is not among the evidence"));
        }
    }
    let any = |key: &str, got: Vec<&Value>, out: &mut Vec<String>| {
        let Some(wanted) = checks[key].as_array() else {
            return;
        };
        if !got.iter().any(|value| wanted.contains(value)) {
            out.push(format!("{key}: expected one of {wanted:?}, found {got:?}"));
        }
    };
    any(
        "cause_lines",
        failures.iter().map(|f| &f["cause"]["line"]).collect(),
        out,
    );
    any(
        "fail_lines",
        failures.iter().map(|f| &f["line"]).collect(),
        out,
    );
    any("kind_any", vec![&report["kind"]], out);
    for word in checks["remedy_words"].as_array().into_iter().flatten() {
        let word = word.as_str().unwrap();
        let remedies: String = failures.iter().map(|f| f["remedies"].to_string()).collect();
        if !remedies.contains(word) {
            out.push(format!("no remedy speaks of {word}"));
        }
    }
}

#[test]
fn every_fixture_is_reported_as_its_author_says() {
    let mut problems = Vec::new();
    for (name, log, expected) in common::fixtures() {
        let bytes = std::fs::read(&log).unwrap();
        let report = serde_json::to_value(common::report(&bytes)).unwrap();
        let mut found = Vec::new();
        differences("", &expected, &report, &mut found);
        checks(&expected, &report, &mut found);
        problems.extend(found.into_iter().map(|problem| format!("{name}{problem}")));
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn every_encoding_of_a_fixture_gives_the_same_diagnosis() {
    for (name, log, _) in common::fixtures() {
        let bytes = std::fs::read(&log).unwrap();
        let text = common::decoded(&bytes);
        let wanted = common::report(&bytes);
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        let big: Vec<u8> = [0xfe, 0xff]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_be_bytes))
            .collect();
        for other in [text.clone().into_bytes(), marked, common::utf16(&text), big] {
            let got = common::report(&other);
            assert_eq!(got.sessions, wanted.sessions, "{name}");
            assert_eq!((got.lines, got.kind), (wanted.lines, wanted.kind), "{name}");
        }
        let unix = common::report(text.replace("\r\n", "\n").as_bytes());
        assert_eq!(unix.sessions, wanted.sessions, "{name} with LF");
    }
}
