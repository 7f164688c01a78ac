//! Scans with a store, for the tests of it.

use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, SystemTime};

use rusqlite::Connection;

use super::{fixtures, run, stdout};

/// A folder with `copies` of every fixture below it, each with a name and a content of its own
/// where `own`; written a day ago.
pub fn tree(folder: &Path, copies: usize, own: bool) -> usize {
    let mut count = 0;
    for (name, log, _) in fixtures() {
        let bytes = std::fs::read(log).unwrap();
        for copy in 0..copies {
            let path = folder
                .join(format!("day {}", copy % 5))
                .join(format!("{name}-{copy} ünï.log"));
            let mut bytes = bytes.clone();
            // An even number of bytes at the end changes nothing but the content.
            if own {
                bytes.extend(b"\r\n".repeat(2 * copy + 1));
            }
            write(&path, &bytes, 24);
            count += 1;
        }
    }
    count
}

pub fn write(path: &Path, bytes: &[u8], hours_ago: u64) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
    let time = SystemTime::now() - Duration::from_secs(hours_ago * 3600);
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_modified(time).unwrap();
}

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A scan with a store, as ndjson, and with the counts on standard error.
pub fn scan(store: &Path, more: &[&str]) -> Output {
    let first = ["--exit-zero", "--format", "ndjson", "-v", "--store"];
    run(&[&first[..], &[text(store)], more].concat())
}

pub fn counts(output: &Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    let line = error.lines().find_map(|l| l.strip_prefix("msilog: read "));
    line.unwrap_or_else(|| panic!("no counts: {error}"))
        .to_owned()
}

pub fn plain(logs: &Path) -> String {
    stdout(&run(&[
        "--exit-zero",
        "--format",
        "ndjson",
        "-v",
        text(logs),
    ]))
}

/// One number of a store, asked behind the program's back.
pub fn number(store: &Path, sql: &str) -> i64 {
    let connection = Connection::open(store).unwrap();
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

pub fn is_sound(store: &Path) {
    let connection = Connection::open(store).unwrap();
    let word: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(word, "ok");
    for nothing in [
        "SELECT count(*) FROM pragma_foreign_key_check",
        "SELECT count(*) FROM (SELECT path FROM logs WHERE current GROUP BY path HAVING count(*) > 1)",
        "SELECT count(*) FROM reports WHERE id NOT IN (SELECT report FROM logs)",
        "SELECT count(*) FROM reports
            WHERE json_array_length(report, '$.sessions') <>
                (SELECT count(*) FROM sessions WHERE sessions.report = reports.id)",
    ] {
        let found: i64 = connection.query_row(nothing, [], |row| row.get(0)).unwrap();
        assert_eq!(found, 0, "{nothing}");
    }
}

pub fn fixture(name: &str) -> PathBuf {
    let mut found = fixtures().into_iter().filter(|(n, ..)| n == name);
    found.next().unwrap().1
}
