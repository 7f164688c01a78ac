//! Questions to a store: ready ones, SQL, every form of the answer, and the tables as documented.

mod common;

use std::collections::BTreeSet;

use common::stores::{fixture, number, scan, text, tree};
use common::{fixtures, root, run, scratch, stdout};
use rusqlite::Connection;
use serde_json::Value;

#[test]
fn questions_are_answered_in_every_form() {
    let folder = scratch("store-query");
    let (logs, store) = (folder.join("logs"), folder.join("reports.db"));
    tree(&logs, 2, true);
    scan(&store, &[text(&logs)]);
    let list = stdout(&run(&["query"]));
    let ask = |more: &[&str]| {
        let output = run(&[&["query", "--store", text(&store)], more].concat());
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{more:?}: {error}");
        stdout(&output)
    };
    let rows = |more: &[&str]| -> Vec<Value> {
        let text = ask(&[more, &["--format", "json"]].concat());
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("{more:?}: {e}: {text}"))
    };
    let causes = rows(&["causes"]);
    let signature = causes[0]["signature"].as_str().unwrap().to_owned();
    assert_eq!(ask(&[]), list);
    for question in [
        "causes", "machines", "products", "remedies", "changes", "logs",
    ] {
        assert!(list.contains(question));
        let asked = match question {
            "logs" => vec![question, &signature],
            _ => vec![question],
        };
        let rows = rows(&asked);
        assert_eq!(rows.is_empty(), question == "changes", "{question}");
        let csv = ask(&[&asked[..], &["--format", "csv"]].concat());
        // A header, and every row one record; quoted line ends do not count.
        let records = csv.split("\r\n").filter(|line| !line.is_empty()).count();
        assert_eq!(records, rows.len() + 1, "{question}");
        let table = ask(&asked);
        let lines = if rows.is_empty() { 1 } else { rows.len() + 2 };
        assert_eq!(table.lines().count(), lines, "{table}");
    }
    let failures = |rows: &[Value]| -> i64 {
        rows.iter()
            .map(|row| row["failures"].as_i64().unwrap())
            .sum()
    };
    let failed = "SELECT count(*) FROM newest WHERE signature IS NOT NULL";
    let failed = number(&store, failed);
    for question in ["causes", "machines", "products", "remedies"] {
        assert_eq!(failures(&rows(&[question])), failed, "{question}");
    }
    let logs = rows(&["logs", &signature]).len() as i64;
    let of_one = causes.iter().filter(|row| row["signature"] == *signature);
    let of_one: i64 = of_one.map(|row| row["failures"].as_i64().unwrap()).sum();
    assert_eq!(logs, of_one);
    let start: String = signature.chars().take(12).collect();
    assert!(rows(&["logs", &format!("{start}…")]).len() as i64 >= logs);
    assert!(rows(&["logs", "none"]).is_empty());
    let one = rows(&["--sql", "SELECT count(*) AS logs FROM logs -- all of them"]);
    assert_eq!(one[0]["logs"], fixtures().len() * 2);
}

#[test]
fn a_query_only_reads_and_mistakes_are_shown() {
    let folder = scratch("store-sql");
    let store = folder.join("reports.db");
    scan(&store, &[text(&fixture("disk-full"))]);
    let other = folder.join("other.db");
    let refused = |sql: &str| {
        let output = run(&["query", "--store", text(&store), "--sql", sql]);
        assert_eq!(output.status.code(), Some(2), "{sql}: {}", stdout(&output));
        assert_eq!(stdout(&output), "", "{sql}");
        String::from_utf8(output.stderr).unwrap()
    };
    for sql in [
        "DELETE FROM logs",
        "DELETE FROM logs RETURNING path",
        "UPDATE logs SET size = 0",
        "DROP TABLE logs",
        "SELECT 1; DELETE FROM logs",
        &format!("VACUUM INTO '{}'", other.display()),
        &format!("ATTACH '{}' AS other", other.display()),
        "PRAGMA query_only = 0",
        "",
    ] {
        let error = refused(sql);
        assert!(error.starts_with("msilog: "), "{error}");
    }
    assert!(!other.exists());
    assert_eq!(number(&store, "SELECT count(*) FROM logs"), 1);
    let error = refused("SELECT path\nFROM lgs");
    assert!(error.contains("line 2, column 6"), "{error}");
    assert!(error.contains("    FROM lgs\n         ^\n"), "{error}");
    let error = refused("SELECT path FRM logs WHERE");
    assert!(error.contains("line 1, column"), "{error}");
    let nowhere = run(&["--store", text(&folder.join("no/folder.db")), "x.log"]);
    let error = String::from_utf8_lossy(&nowhere.stderr).into_owned();
    assert_eq!(nowhere.status.code(), Some(2));
    assert!(
        error.contains("no/folder.db: the store cannot be used"),
        "{error}"
    );
    let wrong = run(&["query", "--store", text(&store), "cause"]);
    let error = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(error.contains("causes, machines"), "{error}");
    let bare = run(&["query", "--store", text(&store), "logs"]);
    assert_eq!(bare.status.code(), Some(2));
}

/// docs/store.md names every table, view and column, and nothing that is not there.
#[test]
fn the_tables_are_those_of_the_documentation() {
    let folder = scratch("store-schema");
    let store = folder.join("reports.db");
    scan(&store, &[text(&fixture("disk-full"))]);
    let connection = Connection::open(&store).unwrap();
    let mut statement = connection
        .prepare(
            "SELECT sqlite_schema.name, columns.name FROM sqlite_schema
            JOIN pragma_table_info(sqlite_schema.name) AS columns
            WHERE sqlite_schema.type IN ('table', 'view')",
        )
        .unwrap();
    let real: BTreeSet<(String, String)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let page = std::fs::read_to_string(root().join("docs/store.md")).unwrap();
    let mut told = BTreeSet::new();
    let mut table = String::new();
    for line in page.lines() {
        if let Some(name) = line.strip_prefix("### `") {
            table = name.split('`').next().unwrap().to_owned();
        } else if let Some(row) = line.strip_prefix("| `") {
            let column = row.split('`').next().unwrap();
            assert!(told.insert((table.clone(), column.to_owned())), "{line}");
        }
    }
    assert_eq!(told, real);
    let version: i64 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    assert_eq!(version, msilog::store::version());
    assert!(page.contains(&format!("`PRAGMA user_version` is {version}")));
}

/// Both ways to CSV give a spreadsheet nothing to calculate: `query` let formulas through once.
#[test]
fn no_csv_holds_a_formula() {
    let folder = scratch("csv-formulas");
    let (logs, store) = (folder.join("logs"), folder.join("reports.db"));
    tree(&logs, 1, true);
    scan(&store, &[text(&logs)]);
    let cells = |csv: &str| -> Vec<String> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
        let records = reader.records().map(Result::unwrap);
        records
            .flat_map(|record| record.iter().map(str::to_owned).collect::<Vec<_>>())
            .collect()
    };
    let sql = "SELECT '=1+1' AS \"=a\", '+1+1' AS b, '-1+1' AS c, '@A1' AS d, char(9) || '=1' AS e,
        char(13) || '=1' AS f, -5 AS g, '-' AS h";
    let asked = [
        "query",
        "--store",
        text(&store),
        "--format",
        "csv",
        "--sql",
        sql,
    ];
    let wanted = [
        "'=a", "b", "c", "d", "e", "f", "g", "h", "'=1+1", "'+1+1", "'-1+1", "'@A1", "'\t=1",
        "'\r=1", "-5", "-",
    ];
    assert_eq!(cells(&stdout(&run(&asked))), wanted);
    // The name of a log is the text that anybody can choose.
    let log = logs.join("=1+1.log");
    std::fs::write(&log, "no log at all").unwrap();
    let output = common::program()
        .current_dir(&logs)
        .args(["--format", "csv", "=1+1.log"])
        .output()
        .unwrap();
    let found = cells(&stdout(&output));
    assert!(found.contains(&"'=1+1.log".to_owned()), "{found:?}");
}
