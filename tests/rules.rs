//! Rules of the user: where they come from, what is said of broken ones, the guide to writing one.

mod common;

use std::path::{Path, PathBuf};
use std::process::Output;

use common::{program, root, run, scratch, stdout};
use serde_json::Value;

/// A rule for the fixture with the managed custom action.
const RULE: &str = r#"
[[rule]]
id = "ID"
title = "TITLE"
status = "stable"
when.all = [ { custom_action = "CheckLedgerSettings", line = "Input string was not" } ]
cause = "Cause."
steps = ["Step."]
sources = ["Ticket 1"]
confidence = "high"
tests.matches = [ { custom_action = "CheckLedgerSettings", line = "Input string was not in a correct format" } ]
tests.not = [ { custom_action = "CheckLedgerSettings" } ]
"#;

fn rule(id: &str, title: &str) -> String {
    RULE.replace("ID", id).replace("TITLE", title)
}

fn log() -> String {
    let path = root().join("fixtures/managed-custom-action/install.log");
    path.to_str().unwrap().to_owned()
}

fn write(path: PathBuf, text: &str) -> String {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The ids and titles of the remedies in a report.
fn remedies(output: &Output) -> Vec<(String, String)> {
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let sessions = report["sessions"].as_array().unwrap();
    let remedies = sessions
        .iter()
        .filter_map(|s| s["failure"]["remedies"].as_array());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    remedies
        .flatten()
        .map(|remedy| (text(&remedy["rule"]), text(&remedy["title"])))
        .collect()
}

#[test]
fn a_file_a_folder_the_variable_and_the_users_folder() {
    let folder = scratch("own-rules");
    let file = write(folder.join("one/a.toml"), &rule("own-a", "From a file"));
    write(folder.join("one/b.txt"), "not rules");
    let users = folder.join("config/msilog/rules");
    write(
        users.join("c.toml"),
        &rule("own-c", "From the folder of the user"),
    );
    let own = |output: Output| {
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        let mut found: Vec<String> = remedies(&output).into_iter().map(|(id, _)| id).collect();
        found.retain(|id| id.starts_with("own-"));
        found
    };
    let with = |variable: Option<&str>, arguments: &[&str]| {
        let mut program = program();
        // On Windows the folder stands in APPDATA.
        program
            .env("XDG_CONFIG_HOME", folder.join("config"))
            .env("APPDATA", folder.join("config"));
        match variable {
            Some(list) => program.env("MSILOG_RULES", list),
            None => program.env_remove("MSILOG_RULES"),
        };
        let output = program
            .args(["--format", "ndjson", &log()])
            .args(arguments)
            .output();
        own(output.unwrap())
    };
    let one = folder.join("one").to_str().unwrap().to_owned();
    assert_eq!(with(Some(""), &[]), [""; 0]);
    assert_eq!(with(Some(""), &["--rules", &file]), ["own-a"]);
    assert_eq!(with(Some(""), &["--rules", &one]), ["own-a"]);
    assert_eq!(with(Some(&file), &[]), ["own-a"]);
    assert_eq!(with(None, &[]), ["own-c"]);
    assert_eq!(with(None, &["--rules", &file]), ["own-c", "own-a"]);
}

#[test]
fn a_rule_takes_the_place_of_one_with_its_id() {
    let folder = scratch("own-rules-replace");
    let first = write(
        folder.join("1.toml"),
        &rule("managed-action-exception", "Ours"),
    );
    let second = write(
        folder.join("2.toml"),
        &rule("managed-action-exception", "Ours, later"),
    );
    let arguments = [
        "--format",
        "ndjson",
        "--rules",
        &first,
        "--rules",
        &second,
        &log(),
    ];
    let found = remedies(&run(&arguments));
    assert_eq!(
        found
            .iter()
            .filter(|(id, _)| id == "managed-action-exception")
            .collect::<Vec<_>>(),
        [&(
            "managed-action-exception".to_owned(),
            "Ours, later".to_owned()
        )]
    );
    let shown = run(&[
        "rules",
        "show",
        "managed-action-exception",
        "--rules",
        &first,
    ]);
    assert!(stdout(&shown).contains("Ours"), "{}", stdout(&shown));
    let explained = run(&["explain", "managed-action-exception", "--rules", &first]);
    assert!(
        stdout(&explained).contains("Ours"),
        "{}",
        stdout(&explained)
    );
    let retired = rule("managed-action-exception", "Away").replace("\"stable\"", "\"retired\"");
    // A retired rule matches nothing, so neither does its example.
    let retired = write(
        folder.join("3.toml"),
        &retired.replace(
            "{ custom_action = \"CheckLedgerSettings\" }",
            "{ message = 1 }",
        ),
    );
    let output = run(&["--format", "ndjson", "--rules", &retired, &log()]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(
        remedies(&output)
            .iter()
            .all(|(id, _)| id != "managed-action-exception")
    );
}

#[test]
fn a_broken_rule_is_named_and_the_others_work() {
    let folder = scratch("own-rules-broken");
    let broken = rule("own-broken", "Broken").replace("custom_action =", "custom_acton =");
    let slow = rule("own-slow", "Slow").replace(
        "custom_action = \"CheckLedgerSettings\", line = \"Input string was not\"",
        "pattern = '.+'",
    );
    let mixed = write(
        folder.join("mixed.toml"),
        &[broken, slow, rule("own-sound", "Sound")].concat(),
    );
    let no_toml = write(folder.join("no.toml"), "[[rule]\nid = 1");
    let binary = write(folder.join("log.toml"), "");
    // UTF-16 is read; the letters of an older code page are not.
    std::fs::write(&binary, b"# caf\xe9 A").unwrap();
    let missing = folder.join("missing.toml").to_str().unwrap().to_owned();
    let named = [
        "--rules", &mixed, "--rules", &no_toml, "--rules", &binary, "--rules", &missing,
    ];
    let output = program()
        .args(["--format", "ndjson", &log()])
        .args(named)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        remedies(&output)[0],
        ("own-sound".to_owned(), "Sound".to_owned())
    );
    let said = stderr(&output);
    for part in [
        "mixed.toml:6:16: rule own-broken: unknown key 'custom_acton'; did you mean 'custom_action'?",
        "mixed.toml:18:26: rule own-slow: the pattern cannot be used",
        "no.toml:1:",
        "log.toml: the rules cannot be read: it is not UTF-8",
        "missing.toml: the rules cannot be read",
    ] {
        assert!(said.contains(part), "{part} in\n{said}");
    }
    assert_eq!(run(&["rules", "check", &mixed]).status.code(), Some(2));
    assert_eq!(run(&["rules", "test", &mixed]).status.code(), Some(2));
    let listed = program()
        .args(["rules", "list", "--rules", &mixed])
        .output()
        .unwrap();
    assert_eq!(listed.status.code(), Some(2));
    assert!(stdout(&listed).contains("own-sound"));
}

#[test]
fn check_doubts_what_is_never_shown() {
    let folder = scratch("own-rules-doubt");
    let never =
        rule("own-never", "Never").replace("line = \"Input", "outcome = \"faild\", line = \"Input");
    let file = write(folder.join("never.toml"), &never);
    let output = run(&["rules", "check", &file]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains(
            "never.toml:6:14: rule own-never: this can never match: outcome is never 'faild'"
        ),
        "{}",
        stderr(&output)
    );
    // Of two files with one id the first is never used.
    let first = write(folder.join("1.toml"), &rule("own-twice", "First"));
    let second = write(
        folder.join("2.toml"),
        &rule("own-twice", "Second")
            .replace("line = \"Input string was not\"", "line = \"Input string\""),
    );
    let output = run(&["rules", "check", &first, &second]);
    assert_eq!(output.status.code(), Some(2), "{}", stdout(&output));
    assert!(
        stderr(&output).contains("another rule has the id 'own-twice'"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn the_built_in_files_are_clean_and_listed() {
    let rules = root().join("src/knowledge/rules");
    let output = run(&["rules", "check", rules.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let output = run(&["rules", "test", rules.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let listed: Value =
        serde_json::from_slice(&run(&["rules", "list", "--format", "json"]).stdout).unwrap();
    let listed = listed.as_array().unwrap();
    for rule in listed {
        for list in ["steps", "sources", "conditions"] {
            assert!(!rule[list].as_array().unwrap().is_empty(), "{rule}");
        }
    }
    let shown = run(&["rules", "show", "disk-full", "--format", "json"]);
    let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert!(listed.contains(&shown));
    let page = std::fs::read_to_string(root().join("docs/remedies.md")).unwrap();
    let printed = stdout(&run(&["rules", "list", "--format", "markdown"]));
    assert!(printed == page.replace("\r\n", "\n"));
    let near = run(&["rules", "show", "disk-ful"]);
    assert_eq!(near.status.code(), Some(2));
    assert!(
        stderr(&near).contains("did you mean 'disk-full'?"),
        "{}",
        stderr(&near)
    );
}

/// The guide's rule is what the guide says it is.
#[test]
fn the_guide_holds() {
    let guide = std::fs::read_to_string(root().join("docs/your-own-rules.md")).unwrap();
    let rule = guide
        .split("```toml")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let file = write(scratch("guide").join("ledger.toml"), rule);
    let checked = run(&["rules", "check", &file]);
    assert_eq!(checked.status.code(), Some(0), "{}", stderr(&checked));
    assert!(stdout(&checked).contains("1 rules, all examples hold"));
    let tested = stdout(&run(&["rules", "test", &file]));
    assert_eq!(
        tested
            .lines()
            .filter(|line| line.starts_with("ok "))
            .count(),
        2,
        "{tested}"
    );
    let found = remedies(&run(&["--format", "ndjson", "--rules", &file, &log()]));
    assert_eq!(found[0].0, "ledger-settings-format");
    assert!(found.len() > 1, "{found:?}");
    let schema: Value = serde_json::from_slice(&run(&["rules", "schema"]).stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(!validator.is_valid(&serde_json::json!({ "rule": [{}] })));
    assert!(Path::new(&file).exists());
}
