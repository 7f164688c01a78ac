//! Every fixture against what its author says is true of it, and the checker against made-up
//! expectations that are false.

mod common;

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// What a comparison of an expectation with a report found.
type Problems = Vec<String>;

/// Holds a report, and the log that it is of, to an expectation.
fn problems(expected: &Value, report: &Value, log: &str) -> Problems {
    let mut found = Problems::new();
    let mut wanted = expected.clone();
    let checks = wanted.as_object_mut().and_then(|all| all.remove("_checks"));
    differences("", &wanted, report, &mut found);
    let seen = Seen::new(report, log);
    match checks {
        None => {}
        Some(Value::Object(checks)) => {
            for (key, wanted) in &checks {
                let problem = seen.check(key, wanted).err();
                found.extend(problem.map(|problem| format!(" {key}: {problem}")));
            }
        }
        Some(other) => found.push(format!(" _checks: {other} is no object")),
    }
    found
}

/// Whether `actual` holds everything of `expected`; says where it does not. A list that is shorter is
/// compared as far as it goes, but an empty one says that there is nothing.
fn differences(path: &str, expected: &Value, actual: &Value, out: &mut Problems) {
    match (expected, actual) {
        (Value::Object(want), Value::Object(got)) => {
            for (key, value) in want {
                match got.get(key) {
                    Some(found) => differences(&format!("{path}.{key}"), value, found, out),
                    None => out.push(format!("{path}.{key}: no report has such a field")),
                }
            }
        }
        (Value::Array(want), Value::Array(got)) if !want.is_empty() => {
            for (index, value) in want.iter().enumerate() {
                let found = got.get(index).unwrap_or(&Value::Null);
                differences(&format!("{path}[{index}]"), value, found, out);
            }
        }
        _ if expected == actual => {}
        _ => out.push(format!("{path}: expected {expected}, found {actual}")),
    }
}

/// A report and its log, as the checks look at them.
struct Seen<'a> {
    report: &'a Value,
    sessions: Vec<&'a Value>,
    failures: Vec<&'a Value>,
    lines: Vec<&'a str>,
}

impl<'a> Seen<'a> {
    fn new(report: &'a Value, log: &'a str) -> Self {
        let sessions: Vec<_> = items(&report["sessions"]).collect();
        let failures = sessions.iter().map(|s| &s["failure"]);
        let failures = failures.filter(|f| !f.is_null()).collect();
        Self {
            report,
            sessions,
            failures,
            lines: log.lines().collect(),
        }
    }

    /// One check of `_checks`; fixtures/README.md says what each means.
    fn check(&self, key: &str, wanted: &Value) -> Result<(), String> {
        let causes = || self.failures.iter().map(|f| &f["cause"]);
        let ignored = || {
            let sessions = self.sessions.iter();
            sessions.flat_map(|s| items(&s["ignored_failures"]))
        };
        let first = self.sessions.first().copied().unwrap_or(&Value::Null);
        match key {
            "cause_lines" => one_of(wanted, causes().map(|c| &c["line"])),
            "fail_lines" => one_of(wanted, self.failures.iter().map(|f| &f["line"])),
            "kind_any" => one_of(wanted, std::iter::once(&self.report["kind"])),
            "evidence_lines" => {
                let evidence = self.failures.iter().flat_map(|f| items(&f["evidence"]));
                all_among(wanted, causes().chain(evidence).map(|e| &e["line"]))
            }
            "ignored_actions" => all_among(wanted, ignored().map(|i| &i["action"])),
            "ignored_lines" => all_among(wanted, ignored().map(|i| &i["line"])),
            "nested_lines" => {
                let nested = self.sessions.iter().filter(|s| !s["parent"].is_null());
                one_of(&json!([wanted]), nested.map(|s| &s["lines"]))
            }
            "slowest_action" => one_of(&json!([wanted]), [&first["slowest"][0]["action"]]),
            "duration_ms_between" => {
                let between = list(wanted)?.iter().map(Value::as_u64);
                let [Some(least), Some(most)] = between.collect::<Vec<_>>()[..] else {
                    return Err(format!("{wanted} is not two numbers"));
                };
                let took = first["duration_ms"].as_u64();
                let within = took.is_some_and(|ms| (least..=most).contains(&ms));
                within.then_some(()).ok_or(format!("found {took:?}"))
            }
            "confidence_at_most" => {
                let level = |c: &Value| ["low", "medium", "high"].iter().position(|l| c == l);
                let most = level(wanted).ok_or(format!("{wanted} is no confidence"))?;
                let surer = causes()
                    .map(|c| &c["confidence"])
                    .find(|c| level(c) > Some(most));
                surer.map_or(Ok(()), |found| Err(format!("found {found}")))
            }
            "words_in_cause" => any_holds(wanted, causes().map(|c| &c["text"])),
            "remedy_words" => any_holds(
                wanted,
                self.failures.iter().flat_map(|f| items(&f["remedies"])),
            ),
            "line_holds" => self.line_holds(wanted),
            "words" | "notes" | "ignored" if wanted.is_string() => Ok(()),
            "words" | "notes" | "ignored" => Err("is for people, so it is a text".into()),
            _ => Err("no such check".into()),
        }
    }

    /// Each number of a line with a text that stands in it.
    fn line_holds(&self, wanted: &Value) -> Result<(), String> {
        let wanted = wanted.as_object().filter(|all| !all.is_empty());
        for (number, text) in wanted.ok_or("is no object of lines")? {
            let at = number.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
            let line = at
                .and_then(|at| self.lines.get(at))
                .ok_or(format!("no line {number}"))?;
            let text = text
                .as_str()
                .filter(|text| !text.is_empty())
                .ok_or("no text")?;
            if !line.contains(text) {
                return Err(format!(
                    "line {number} is {line:?} and does not hold {text:?}"
                ));
            }
        }
        Ok(())
    }
}

/// The items of a list; none where there is no list.
fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

/// What a check asks for: a list with something in it.
fn list(wanted: &Value) -> Result<&Vec<Value>, String> {
    let list = wanted.as_array().filter(|list| !list.is_empty());
    list.ok_or(format!("{wanted} is no list, or an empty one"))
}

fn one_of<'a>(wanted: &Value, found: impl IntoIterator<Item = &'a Value>) -> Result<(), String> {
    let found: Vec<_> = found.into_iter().collect();
    let hit = list(wanted)?.iter().any(|value| found.contains(&value));
    hit.then_some(())
        .ok_or(format!("expected one of {wanted}, found {found:?}"))
}

fn all_among<'a>(wanted: &Value, found: impl Iterator<Item = &'a Value>) -> Result<(), String> {
    let found: Vec<_> = found.collect();
    match list(wanted)?.iter().find(|value| !found.contains(value)) {
        None => Ok(()),
        Some(missing) => Err(format!("{missing} is not among {found:?}")),
    }
}

/// Whether one and the same value holds all the words.
fn any_holds<'a>(words: &Value, found: impl Iterator<Item = &'a Value>) -> Result<(), String> {
    let words: Option<Vec<&str>> = list(words)?.iter().map(Value::as_str).collect();
    let words = words.ok_or("words are texts")?;
    let found: Vec<String> = found
        .map(|value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        })
        .collect();
    let hit = found
        .iter()
        .any(|text| words.iter().all(|word| text.contains(word)));
    hit.then_some(())
        .ok_or(format!("{words:?} do not stand in one of {found:?}"))
}

#[test]
fn every_fixture_is_reported_as_its_author_says() {
    let mut all = Vec::new();
    for (name, log, expected) in common::fixtures() {
        let bytes = std::fs::read(&log).unwrap();
        let report = serde_json::to_value(common::report(&bytes)).unwrap();
        let found = problems(&expected, &report, &common::decoded(&bytes));
        all.extend(found.into_iter().map(|problem| format!("{name}{problem}")));
    }
    assert!(all.is_empty(), "\n{}", all.join("\n"));
}

/// The table of fixtures/README.md names each folder once, and each of its rows has a folder.
#[test]
fn every_fixture_stands_in_the_table() {
    let text = std::fs::read_to_string(common::root().join("fixtures/README.md")).unwrap();
    let (_, table) = text
        .split_once("| folder | shows |")
        .expect("the table of the folders");
    let rows = table
        .lines()
        .filter_map(|row| row.strip_prefix("| `")?.split_once("` | "));
    let rows: Vec<&str> = rows.map(|(name, _)| name).collect();
    let folders: BTreeSet<String> = common::fixtures()
        .into_iter()
        .map(|(name, ..)| name)
        .collect();
    let named: BTreeSet<String> = rows.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(named, folders);
    assert_eq!(rows.len(), folders.len(), "a folder stands there twice");
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

/// A report as far as the checks look at it.
fn made_up() -> Value {
    json!({
        "kind": "msi",
        "sessions": [
            {
                "parent": null,
                "lines": [1, 9],
                "duration_ms": 500,
                "failure": {
                    "line": 7,
                    "cause": { "line": 3, "text": "Error 1310. No access.", "confidence": "high" },
                    "evidence": [{ "line": 4 }],
                    "remedies": [{ "title": "Give rights" }, { "title": "Free space" }],
                },
                "ignored_failures": [{ "line": 5, "action": "StopTask" }],
                "slowest": [{ "action": "InstallFiles" }, { "action": "StartServices" }],
            },
            { "parent": 0, "lines": [2, 6], "failure": null, "ignored_failures": [] },
        ],
    })
}

const LOG: &str = "one\r\ntwo\r\nthree";

fn asked(expected: Value) -> Problems {
    problems(&expected, &made_up(), LOG)
}

#[test]
fn a_true_expectation_has_no_problem() {
    let found = asked(json!({
        "kind": "msi",
        "sessions": [{ "parent": null, "failure": { "cause": { "line": 3 } } }, { "ignored_failures": [] }],
        "_checks": {
            "cause_lines": [1, 3], "fail_lines": [7], "kind_any": ["burn", "msi"],
            "evidence_lines": [3, 4], "ignored_actions": ["StopTask"], "ignored_lines": [5],
            "nested_lines": [2, 6], "slowest_action": "InstallFiles", "duration_ms_between": [400, 500],
            "confidence_at_most": "high", "words_in_cause": ["1310", "access"], "remedy_words": ["Give", "rights"],
            "line_holds": { "2": "wo", "3": "three" }, "words": "a", "notes": "b", "ignored": "c",
        },
    }));
    assert_eq!(found, Problems::new());
}

#[test]
fn a_false_check_is_a_problem() {
    for (key, wanted) in [
        ("cause_lines", json!([4])),
        ("fail_lines", json!([3])),
        ("kind_any", json!(["burn"])),
        ("evidence_lines", json!([3, 5])),
        ("ignored_actions", json!(["StopTask", "InstallFiles"])),
        ("ignored_lines", json!([5, 7])),
        ("nested_lines", json!([1, 9])),
        ("slowest_action", json!("StartServices")),
        ("duration_ms_between", json!([501, 600])),
        ("confidence_at_most", json!("medium")),
        ("words_in_cause", json!(["1310", "space"])),
        ("remedy_words", json!(["rights", "space"])),
        ("line_holds", json!({ "2": "three" })),
        ("line_holds", json!({ "4": "" })),
        // Asked for in a way that could never fail.
        ("line_holds", json!({})),
        ("line_holds", json!({ "2": "" })),
        ("line_holds", json!({ "0": "one" })),
        ("cause_lines", json!([])),
        ("evidence_lines", json!(3)),
        ("remedy_words", json!([])),
        ("duration_ms_between", json!([400])),
        ("confidence_at_most", json!("certain")),
        ("notes", json!([1])),
        ("cause_line", json!([3])),
    ] {
        let found = asked(json!({ "_checks": { key: wanted } }));
        assert_eq!(found.len(), 1, "{key}: {wanted}: {found:?}");
    }
}

#[test]
fn a_false_value_is_a_problem() {
    for expected in [
        json!({ "kind": "burn" }),
        json!({ "kinds": "msi" }),
        json!({ "kinds": null }),
        json!({ "_check": {} }),
        json!({ "_checks": [] }),
        json!({ "sessions": [{ "failure": null }] }),
        json!({ "sessions": [{ "failure": { "cause": { "lines": 3 } } }] }),
        json!({ "sessions": [{ "ignored_failures": [] }] }),
        json!({ "sessions": [{}, { "parent": 1 }] }),
        json!({ "sessions": [{}, {}, {}] }),
    ] {
        let found = asked(expected.clone());
        assert_eq!(found.len(), 1, "{expected}: {found:?}");
    }
}
