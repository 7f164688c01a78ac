//! Wilogutl's dialogs, fact for fact: what each of them tells of a log stands on the log's page, and in the
//! details of its report.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{root, run, stdout};
use serde_json::Value;

struct Fact {
    fixture: &'static str,
    dialog: &'static str,
    table: &'static str,
    cells: Vec<(&'static str, &'static str)>,
}

fn facts() -> Vec<Fact> {
    let rows = include_str!("wilogutl/facts.tsv").lines();
    let rows = rows.filter(|row| !row.starts_with('#')).skip(1);
    let fact = |row: &'static str| {
        let [fixture, dialog, table, cells] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{row}")
        };
        let cells = cells.split(" | ").map(|cell| cell.split_once('=').unwrap());
        Fact {
            fixture,
            dialog,
            table,
            cells: cells.collect(),
        }
    };
    rows.map(fact).collect()
}

fn log(fixture: &str) -> String {
    let path = root().join("fixtures").join(fixture).join("install.log");
    path.display().to_string()
}

/// The tables of a log's page.
fn tables(fixture: &str) -> Vec<Value> {
    let page = stdout(&run(&["--exit-zero", "--format", "html", &log(fixture)]));
    let start = "<script type=\"application/json\" id=\"data\">";
    let from = page.find(start).unwrap() + start.len();
    let to = from + page[from..].find("</script>").unwrap();
    let data: Value = serde_json::from_str(&page[from..to]).unwrap();
    data["tables"].as_array().unwrap().clone()
}

fn details(fixture: &str) -> Value {
    let text = stdout(&run(&["--format", "ndjson", "--details", &log(fixture)]));
    let report: Value = serde_json::from_str(&text).unwrap();
    report["details"].clone()
}

/// What a cell says.
fn said(cell: &Value) -> String {
    match cell {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn holds(table: &Value, fact: &Fact) -> bool {
    let columns: Vec<&str> = table["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| column.as_str().unwrap())
        .collect();
    let fits = |row: &Value| {
        fact.cells.iter().all(|(column, wanted)| {
            let at = columns.iter().position(|known| known == column);
            let cell = at.map(|at| said(&row[at])).unwrap_or_default();
            match wanted.strip_prefix('~') {
                Some(part) => cell.contains(part),
                None => cell == *wanted,
            }
        })
    };
    table["rows"].as_array().unwrap().iter().any(fits)
}

#[test]
fn every_fact_of_every_dialog_stands_on_the_page() {
    let facts = facts();
    let fixtures: BTreeSet<&str> = facts.iter().map(|fact| fact.fixture).collect();
    let mut missing = Vec::new();
    for fixture in fixtures {
        let tables = tables(fixture);
        for fact in facts.iter().filter(|fact| fact.fixture == fixture) {
            let table = tables.iter().find(|table| table["title"] == fact.table);
            if !table.is_some_and(|table| holds(table, fact)) {
                missing.push(format!("{fixture}: {}: {:?}", fact.dialog, fact.cells));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// The table itself is true: the line that it names tells the fact.
#[test]
fn the_lines_of_the_facts_are_those_of_the_logs() {
    for fact in facts() {
        let Some((_, line)) = fact.cells.iter().find(|(column, _)| *column == "Line") else {
            continue;
        };
        let bytes = std::fs::read(log(fact.fixture)).unwrap();
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|two| u16::from_le_bytes([two[0], two[1]]))
            .collect();
        let text = String::from_utf16(&units).unwrap();
        let line = text
            .lines()
            .nth(line.parse::<usize>().unwrap() - 1)
            .unwrap();
        let (column, name) = fact.cells[0];
        let name = name.trim_start_matches('~');
        // A patch has no name of its own, a property that changes a sentence.
        let name = name.split(" = ").next().unwrap();
        assert!(
            column == "What it is" || column == "Program" || line.contains(name),
            "{name}: {line}"
        );
    }
}

/// Each dialog is held against logs of several shapes, as far as logs have what it shows.
#[test]
fn each_dialog_is_tried_on_several_logs() {
    let mut tried: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for fact in facts() {
        tried.entry(fact.dialog).or_default().insert(fact.fixture);
    }
    for (dialog, logs) in tried {
        // Only a run inside another one has nested properties; few logs name files in use and restarts.
        let least = match dialog {
            "properties, nested" | "files in use" => 1,
            "restart" => 2,
            _ => 3,
        };
        assert!(logs.len() >= least, "{dialog}: {logs:?}");
    }
}

/// Nothing that the page shows is missing in the JSON, and the other way round.
#[test]
fn the_page_and_the_details_tell_the_same() {
    let lists: [(&str, &[&str]); 8] = [
        ("Properties", &["properties"]),
        ("Features", &["features"]),
        ("Components", &["components"]),
        ("Policies", &["policies"]),
        ("Privileges and elevation", &["privileges"]),
        ("Products and patches", &["products", "patches"]),
        ("Files in use", &["files_in_use"]),
        ("Reasons to restart", &["reboot_reasons"]),
    ];
    let fixtures: BTreeSet<&str> = facts().iter().map(|fact| fact.fixture).collect();
    for fixture in fixtures {
        let (tables, details) = (tables(fixture), details(fixture));
        for (title, names) in lists {
            let table = tables.iter().find(|table| table["title"] == title);
            let shown = table.map_or(0, |table| table["rows"].as_array().unwrap().len());
            let lists = names
                .iter()
                .map(|name| details[name].as_array().unwrap().len());
            assert_eq!(shown, lists.sum::<usize>(), "{fixture}: {title}");
        }
    }
}
