//! A scan of the library: the same reports as the program's, and an end when nobody wants more.

mod common;

use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use common::{program, root, scratch, stdout};
use msilog::engine::Scan;
use msilog::report::LogReport;
use serde_json::Value;

fn two() -> Scan {
    Scan {
        threads: Some(2),
        ..Scan::default()
    }
}

fn lines(reports: &[LogReport]) -> Vec<Value> {
    let value = |report| serde_json::to_value(report).unwrap();
    reports.iter().map(value).collect()
}

fn log() -> Vec<u8> {
    std::fs::read(root().join("fixtures/disk-full/install.log")).unwrap()
}

#[test]
fn a_scan_gives_what_the_program_gives() {
    let folder = root().join("fixtures");
    let output = program()
        .args(["--format", "ndjson"])
        .arg(&folder)
        .output()
        .unwrap();
    let text = stdout(&output);
    let wanted: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(wanted.len() > 20);
    for threads in [None, Some(1), Some(3)] {
        let scan = Scan {
            threads,
            ..Scan::default()
        };
        let mut taken = Vec::new();
        scan.run(vec![folder.clone()], |found| {
            taken.push(found.unwrap());
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(lines(&taken), wanted, "{threads:?}");
        let reports = scan.start(vec![folder.clone()]).unwrap();
        let reports: Vec<_> = reports.map(Result::unwrap).collect();
        assert_eq!(lines(&reports), wanted, "{threads:?}, one after the other");
    }
}

#[test]
fn errors_stand_among_the_reports() {
    let folder = scratch("library-scan-errors");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(&log().repeat(20)).unwrap();
    let packed = packed.finish().unwrap();
    let broken = folder.join("broken.log.gz");
    std::fs::write(&broken, &packed[..packed.len() / 2]).unwrap();
    std::fs::write(folder.join("notes.txt"), "hello").unwrap();
    let gone = folder.join("gone.log");
    let paths = vec![folder.clone(), gone];
    let found: Vec<_> = two().start(paths.clone()).unwrap().collect();
    let errors: Vec<_> = found.iter().filter_map(|one| one.as_ref().err()).collect();
    assert_eq!(errors.len(), 2, "{found:?}");
    assert!(
        errors[0].message.contains("cannot be read at byte"),
        "{errors:?}"
    );
    assert!(errors[1].message.contains("no such file"), "{errors:?}");
    assert_eq!(found.len(), 3, "the part of the broken one that was read");
    let scan = Scan {
        unrecognised: true,
        ..two()
    };
    assert_eq!(scan.start(paths).unwrap().count(), 4, "and the notes");
}

/// Hard links: many logs that take no room.
fn many(name: &str, count: usize) -> PathBuf {
    let folder = scratch(name);
    std::fs::write(folder.join("0.log"), log()).unwrap();
    for number in 1..count {
        std::fs::hard_link(folder.join("0.log"), folder.join(format!("{number}.log"))).unwrap();
    }
    folder
}

#[test]
fn a_scan_that_nobody_wants_any_more_ends() {
    let folder = many("library-scan-ends", 3000);
    let read_some = |folder: &Path| {
        let mut taken = 0;
        let flow = |_| {
            taken += 1;
            match taken {
                10 => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        };
        two().run(vec![folder.to_owned()], flow).unwrap();
        taken
    };
    assert_eq!(read_some(&folder), 10);
    let mut reports = two().start(vec![folder]).unwrap();
    assert!(reports.next().is_some());
    let begin = Instant::now();
    drop(reports);
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[test]
fn whoever_waits_may_look_after_something_else() {
    let mut reports = two().start(vec![root().join("fixtures")]).unwrap();
    let mut count = 0;
    loop {
        match reports.next_within(Duration::from_millis(1)) {
            None => {}
            Some(Some(_)) => count += 1,
            Some(None) => break,
        }
    }
    assert!(count > 20);
    assert!(reports.next().is_none(), "the end stays the end");
}
