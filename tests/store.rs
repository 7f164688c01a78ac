//! Scans that keep their reports: what is read again and what is not, ends in the middle, several
//! scans at once, broken files.

mod common;

use std::process::Stdio;
use std::time::{Duration, SystemTime};

use common::stores::{counts, fixture, is_sound, number, plain, scan, text, tree, write};
use common::{fixtures, program, root, run, run_with_input, scratch, stdout};
use rusqlite::Connection;
use serde_json::Value;

#[test]
fn a_scan_says_the_same_with_a_store_and_without() {
    let folder = scratch("store-same");
    let (logs, store) = (folder.join("logs"), folder.join("reports.db"));
    // Some contents stand under many names, some under one.
    let count = tree(&logs.join("own"), 5, true) + tree(&logs.join("copies"), 5, false);
    assert!(count > 200);
    let wanted = plain(&logs);
    let first = scan(&store, &[text(&logs)]);
    assert_eq!(stdout(&first), wanted);
    assert_eq!(counts(&first), format!("{count}, from the store 0"));
    for jobs in ["1", "2", "7"] {
        let again = scan(&store, &["--jobs", jobs, text(&logs)]);
        assert_eq!(stdout(&again), wanted, "--jobs {jobs}");
        assert_eq!(counts(&again), format!("0, from the store {count}"));
    }
    for format in ["text", "json"] {
        for more in [&[][..], &["--only-failed"]] {
            let form = [&["--format", format, text(&logs)], more].concat();
            let with = [&form[..], &["--store", text(&store)]].concat();
            let (without, with) = (run(&form), run(&with));
            assert_eq!(stdout(&with), stdout(&without), "{form:?}");
            assert_eq!(with.status.code(), without.status.code());
        }
    }
    is_sound(&store);
    let contents = number(&store, "SELECT count(DISTINCT hash) FROM logs");
    assert!(contents < count as i64);
    assert_eq!(number(&store, "SELECT count(*) FROM logs"), count as i64);
}

#[test]
fn a_log_that_has_not_changed_is_not_opened() {
    let folder = scratch("store-unopened");
    let (logs, store) = (folder.join("logs"), folder.join("reports.db"));
    let count = tree(&logs, 1, true);
    let before = stdout(&scan(&store, &[text(&logs)]));
    // Other bytes, the same size and time: nobody who opens it would say the same.
    let one = logs.join("day 0").join("disk-full-0 ünï.log");
    let data = one.metadata().unwrap();
    std::fs::write(&one, vec![b'x'; data.len() as usize]).unwrap();
    let file = std::fs::File::options().write(true).open(&one).unwrap();
    file.set_modified(data.modified().unwrap()).unwrap();
    assert_eq!(stdout(&scan(&store, &[text(&logs)])), before);
    // With another time it is read.
    file.set_modified(data.modified().unwrap() - Duration::from_secs(60))
        .unwrap();
    let after = scan(&store, &[text(&logs)]);
    assert_eq!(counts(&after), format!("1, from the store {}", count - 1));
    assert_eq!(stdout(&after), plain(&logs));
    assert_ne!(stdout(&after), before);
}

#[test]
fn a_log_that_was_just_written_is_read_again() {
    let folder = scratch("store-fresh");
    let (log, store) = (folder.join("a.log"), folder.join("reports.db"));
    std::fs::copy(&fixtures()[0].1, &log).unwrap();
    let file = std::fs::File::options().write(true).open(&log).unwrap();
    file.set_modified(SystemTime::now()).unwrap();
    for _ in 0..2 {
        let output = scan(&store, &[text(&log)]);
        assert_eq!(counts(&output), "1, from the store 0");
    }
    assert_eq!(number(&store, "SELECT count(*) FROM logs"), 1);
    assert_eq!(number(&store, "SELECT count(*) FROM reports"), 1);
}

#[test]
fn reports_made_otherwise_are_not_used() {
    let folder = scratch("store-options");
    let (logs, store) = (folder.join("logs"), folder.join("reports.db"));
    let count = tree(&logs, 1, false);
    let rules = folder.join("own.toml");
    let mine = std::fs::read_to_string(root().join("docs/your-own-rules.md")).unwrap();
    let start = mine.find("```toml\n").unwrap() + "```toml\n".len();
    let example = mine[start..].split("```").next().unwrap();
    std::fs::write(&rules, example).unwrap();
    for options in [
        &[][..],
        &["--max-evidence", "1"],
        &["--encoding", "shift_jis"],
        &["--rules", text(&rules)],
        &[],
    ] {
        let arguments = [options, &[text(&logs)]].concat();
        let without = run(&[&["--exit-zero", "--format", "ndjson", "-v"], &arguments[..]].concat());
        let first = scan(&store, &arguments);
        assert_eq!(
            counts(&first),
            format!("{count}, from the store 0"),
            "{options:?}"
        );
        let second = scan(&store, &arguments);
        assert_eq!(
            counts(&second),
            format!("0, from the store {count}"),
            "{options:?}"
        );
        assert_eq!(stdout(&first), stdout(&without), "{options:?}");
        assert_eq!(stdout(&second), stdout(&without), "{options:?}");
        is_sound(&store);
    }
}

#[test]
fn logs_change_and_go() {
    let folder = scratch("store-changes");
    let (logs, store) = (folder.join("logs"), folder.join("reports.db"));
    tree(&logs, 1, false);
    scan(&store, &[text(&logs)]);
    let at = |name: &str| logs.join("day 0").join(format!("{name}-0 ünï.log"));
    let worked = std::fs::read(at("clean-success")).unwrap();
    write(&at("disk-full"), &worked, 1);
    std::fs::remove_file(at("service-1920")).unwrap();
    write(&at("brand-new"), &worked, 1);
    let second = scan(&store, &[text(&logs)]);
    assert_eq!(stdout(&second), plain(&logs));
    assert!(counts(&second).starts_with("2, "));
    is_sound(&store);
    let seen = "SELECT count(*) FROM logs WHERE last_scan = 1 AND last_seen IS NOT NULL";
    // The one that is gone, and the old content of the one that changed.
    assert_eq!(number(&store, seen), 2);
    let answer = run(&[
        "query",
        "--store",
        text(&store),
        "changes",
        "--format",
        "json",
    ]);
    let rows: Vec<Value> = serde_json::from_str(&stdout(&answer)).unwrap();
    let told: Vec<(&str, &Value, &Value)> = rows
        .iter()
        .map(|r| {
            (
                r["change"].as_str().unwrap(),
                &r["outcome_before"],
                &r["outcome"],
            )
        })
        .collect();
    let (failed, succeeded) = (Value::from("failed"), Value::from("succeeded"));
    assert_eq!(
        told,
        [
            ("changed", &failed, &succeeded),
            ("gone", &failed, &Value::Null),
            ("new", &Value::Null, &succeeded)
        ]
    );
    // The content that it had before comes back.
    std::fs::copy(fixture("disk-full"), at("disk-full")).unwrap();
    scan(&store, &[text(&logs)]);
    is_sound(&store);
}

#[test]
fn standard_input_is_analysed_and_not_stored() {
    let folder = scratch("store-stdin");
    let store = folder.join("reports.db");
    let bytes = std::fs::read(fixture("disk-full")).unwrap();
    let output = run_with_input(&["--store", text(&store), "-"], &bytes);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(number(&store, "SELECT count(*) FROM logs"), 0);
}

/// Ends the program in the middle, again and again: what was committed stays, and the next scan
/// goes on from there.
#[cfg(unix)]
#[test]
fn a_scan_that_is_killed_is_taken_up_again() {
    let folder = scratch("store-killed");
    let (logs, store) = (folder.join("logs"), folder.join("reports.db"));
    let count = tree(&logs, if cfg!(debug_assertions) { 4 } else { 16 }, true) as i64;
    let started = std::time::Instant::now();
    let wanted = plain(&logs);
    let whole = started.elapsed();
    let mut kept = 0;
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..10 {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let part = whole.mul_f64((random % 1000) as f64 / 1500.0);
        let mut child = program()
            .args(["--exit-zero", "--format", "ndjson", "--store", text(&store)])
            .arg(&logs)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(part);
        // SIGKILL, which no program can catch.
        let _ = child.kill();
        child.wait().unwrap();
        if !store.exists() || store.metadata().unwrap().len() == 0 {
            continue;
        }
        let made = number(
            &store,
            "SELECT count(*) FROM sqlite_schema WHERE name = 'logs'",
        );
        if made == 0 {
            continue;
        }
        is_sound(&store);
        let now = number(&store, "SELECT count(*) FROM logs");
        assert!(now >= kept && now <= count, "{kept}, then {now}");
        kept = now;
    }
    let last = scan(&store, &[text(&logs)]);
    assert_eq!(stdout(&last), wanted);
    let read = count - kept;
    let (read, kept) = (with_comma(read), with_comma(kept));
    assert_eq!(counts(&last), format!("{read}, from the store {kept}"));
    is_sound(&store);
    assert_eq!(number(&store, "SELECT count(*) FROM logs"), count);
}

/// A named pipe that nobody writes to holds the scan up behind all logs; then it is killed.
#[cfg(unix)]
#[test]
fn a_kill_costs_one_batch_at_most() {
    let folder = scratch("store-batch");
    let (logs, store) = (folder.join("logs"), folder.join("reports.db"));
    let pipe = folder.join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let count = tree(&logs, 4, true) as i64;
    let mut child = program()
        .args(["--exit-zero", "-q", "--jobs", "2", "--store", text(&store)])
        .args([&logs, &pipe])
        .spawn()
        .unwrap();
    let kept = || {
        let there = "SELECT count(*) FROM sqlite_schema WHERE name = 'logs'";
        match store.exists() && number(&store, there) > 0 {
            true => number(&store, "SELECT count(*) FROM logs"),
            false => 0,
        }
    };
    let started = std::time::Instant::now();
    while kept() <= count - 64 {
        assert!(started.elapsed() < Duration::from_secs(120), "{}", kept());
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    is_sound(&store);
    let kept = kept();
    let last = scan(&store, &[text(&logs)]);
    assert_eq!(stdout(&last), plain(&logs));
    assert_eq!(
        counts(&last),
        format!("{}, from the store {kept}", count - kept)
    );
    is_sound(&store);
    let ended = "SELECT count(*) FROM scans WHERE ended IS NOT NULL";
    assert_eq!(
        (
            number(&store, ended),
            number(&store, "SELECT max(id) FROM scans")
        ),
        (1, 2)
    );
}

#[cfg(unix)]
fn with_comma(number: i64) -> String {
    match number {
        0..1000 => number.to_string(),
        _ => format!("{},{:03}", number / 1000, number % 1000),
    }
}

#[test]
fn two_scans_at_once() {
    let folder = scratch("store-twice");
    let (logs, store) = (folder.join("logs"), folder.join("reports.db"));
    let count = tree(&logs, 8, true);
    let wanted = plain(&logs);
    let children: Vec<_> = (0..3)
        .map(|_| {
            program()
                .args(["--exit-zero", "--format", "ndjson", "--store", text(&store)])
                .arg(&logs)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    // Both are drained at once: one that waits for its reader would hide a race.
    let threads: Vec<_> = children
        .into_iter()
        .map(|child| std::thread::spawn(|| child.wait_with_output().unwrap()))
        .collect();
    for thread in threads {
        let output = thread.join().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), error.as_str()), (Some(0), ""));
        assert_eq!(stdout(&output), wanted);
    }
    is_sound(&store);
    assert_eq!(number(&store, "SELECT count(*) FROM logs"), count as i64);
    let again = scan(&store, &[text(&logs)]);
    assert_eq!(counts(&again), format!("0, from the store {count}"));
}

#[test]
fn a_file_that_is_no_store_is_left_alone() {
    let folder = scratch("store-foreign");
    let log = text(&fixture("disk-full")).to_owned();
    let foreign = folder.join("letter.txt");
    std::fs::write(
        &foreign,
        "Dear Sir or Madam, this is no database.\n".repeat(50),
    )
    .unwrap();
    let before = std::fs::read(&foreign).unwrap();
    for arguments in [
        &["--store", text(&foreign), &log][..],
        &["query", "--store", text(&foreign), "causes"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.contains("no store of msilog"), "{error}");
    }
    assert_eq!(std::fs::read(&foreign).unwrap(), before);
    // One that a later version made.
    let store = folder.join("later.db");
    scan(&store, &[&log]);
    let connection = Connection::open(&store).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let output = scan(&store, &[&log]);
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        error.contains("version 99") && error.contains("newer msilog"),
        "{error}"
    );
    // One that is not there.
    let missing = run(&["query", "--store", text(&folder.join("none.db")), "causes"]);
    let error = String::from_utf8_lossy(&missing.stderr).into_owned();
    assert_eq!(missing.status.code(), Some(2));
    assert!(error.contains("no such store"), "{error}");
    assert!(!folder.join("none.db").exists());
}

#[test]
fn a_damaged_store_costs_no_report() {
    let folder = scratch("store-damaged");
    let (logs, store) = (folder.join("logs"), folder.join("reports.db"));
    tree(&logs, 1, true);
    let wanted = plain(&logs);
    scan(&store, &[text(&logs)]);
    let whole = std::fs::read(&store).unwrap();
    for (from, length) in [(4096, 4096), (whole.len() / 2, 9000), (100, 200)] {
        let mut bytes = whole.clone();
        bytes[from..from + length].fill(0xa5);
        std::fs::write(&store, &bytes).unwrap();
        for end in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", store.display()));
        }
        let output = scan(&store, &[text(&logs)]);
        let error = String::from_utf8_lossy(&output.stderr);
        // Either it is refused with advice, or all reports are there.
        match output.status.code() {
            Some(2) => assert!(error.contains("store"), "{error}"),
            _ => assert_eq!(stdout(&output), wanted),
        }
        assert!(!error.contains("panicked"), "{error}");
    }
}
