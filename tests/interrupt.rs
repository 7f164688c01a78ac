//! Ctrl-C: what was read so far is written whole, and standard error says that it is not all.
#![cfg(unix)]
mod common;

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::Duration;

use common::stores::{counts, is_sound, number, plain, scan, text, tree};
use common::{program, scratch, stdout};
use serde_json::Value;

/// Runs a scan whose output nobody reads on, so that it cannot come to its end; asks it to end; and
/// gives what it wrote, what it said and its exit status.
fn interrupted(arguments: &[&str]) -> (String, String, Option<i32>) {
    let mut child = program()
        .args(["--format", "ndjson"])
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::with_capacity(64, child.stdout.take().unwrap());
    let mut written = String::new();
    output.read_line(&mut written).unwrap();
    let asked = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(asked.unwrap().success());
    // The handler runs on a thread of its own.
    std::thread::sleep(Duration::from_millis(500));
    output.read_to_string(&mut written).unwrap();
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    (written, said, ended.status.code())
}

fn is_whole(written: &str) -> usize {
    assert!(written.ends_with('\n'));
    for line in written.lines() {
        serde_json::from_str::<Value>(line).unwrap();
    }
    written.lines().count()
}

#[test]
fn what_is_known_is_written_and_the_rest_is_told() {
    let folder = scratch("interrupt");
    let logs = folder.join("logs");
    let count = tree(&logs, 12, true);
    let (written, said, status) = interrupted(&[text(&logs)]);
    let read = is_whole(&written);
    assert!(0 < read && read < count, "{read} of {count}");
    assert!(
        said.contains(&format!("stopped by Ctrl-C: only {read} logs were read")),
        "{said}"
    );
    assert_eq!(status, Some(2));
    assert!(plain(&logs).starts_with(&written), "in the order of names");
}

#[test]
fn a_store_keeps_what_was_read_and_the_next_scan_goes_on() {
    let folder = scratch("interrupt-store");
    let (logs, store) = (folder.join("logs"), folder.join("reports.db"));
    let count = tree(&logs, 12, true) as i64;
    let (written, said, status) = interrupted(&["--store", text(&store), text(&logs)]);
    let read = is_whole(&written);
    assert!(said.contains("stopped by Ctrl-C"), "{said}");
    assert_eq!(status, Some(2));
    is_sound(&store);
    let kept = number(&store, "SELECT count(*) FROM logs");
    assert!(read as i64 <= kept && kept < count, "{read}, {kept}");
    let last = scan(&store, &[text(&logs)]);
    assert!(
        stdout(&last) == plain(&logs),
        "another report than without a store"
    );
    assert_eq!(
        counts(&last),
        format!("{}, from the store {kept}", count - kept)
    );
    is_sound(&store);
}
