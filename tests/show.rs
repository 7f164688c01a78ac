//! `msilog show` through the real program.

mod common;

use std::io::Write as _;
use std::path::Path;

use common::{fixtures, root, run, run_with_input, scratch, stdout, utf16};

fn service() -> String {
    let log = root().join("fixtures/service-1920/install.log");
    log.to_str().unwrap().to_owned()
}

/// The numbers of the lines that were shown.
fn numbers(text: &str) -> Vec<u64> {
    let numbers = text
        .lines()
        .filter_map(|line| line.split_whitespace().next()?.parse().ok());
    numbers.collect()
}

#[test]
fn without_lines_it_shows_the_cause_and_the_failure_of_every_fixture() {
    for (name, log, _) in fixtures() {
        let bytes = std::fs::read(&log).unwrap();
        let report = common::report(&bytes);
        let output = run(&["show", log.to_str().unwrap()]);
        let text = stdout(&output);
        let failure = report.principal().and_then(|s| s.failure.as_ref());
        let Some(failure) = failure else { continue };
        let shown = numbers(&text);
        assert!(shown.contains(&failure.line), "{name}: {text}");
        assert!(shown.is_sorted(), "{name}");
        if let Some(cause) = &failure.cause {
            let line = shown.iter().position(|number| *number == cause.line);
            assert!(line.is_some(), "{name}: {text}");
            assert!(text.contains("^ cause"), "{name}: {text}");
        }
        assert_eq!(output.status.code(), Some(0), "{name}");
        assert!(!text.contains('\u{1b}'), "{name}");
    }
}

#[test]
fn lines_are_those_of_the_file() {
    let log = service();
    let all = std::fs::read(&log).unwrap();
    let all = common::decoded(&all);
    let text = stdout(&run(&[
        "show", &log, "--lines", "2-4,660-", "--around", "100", "-C", "1",
    ]));
    let wanted: Vec<u64> = (2..=4).chain(99..=101).chain(660..=668).collect();
    assert_eq!(numbers(&text), wanted);
    for number in [3, 100, 668] {
        let line = all.lines().nth(number - 1).unwrap().trim_end();
        let shown = text
            .lines()
            .find(|l| l.trim_start().starts_with(&format!("{number} ")));
        assert!(shown.unwrap().ends_with(line), "{number}");
    }
    // What was left out is marked.
    assert_eq!(text.lines().filter(|l| l.trim() == "...").count(), 2);
}

#[test]
fn lines_that_are_not_there_and_wrong_ranges_are_said() {
    let log = service();
    let output = run(&["show", &log, "--lines", "100000-"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("it has 668"));
    for wrong in ["0", "5-2", "x"] {
        assert_eq!(
            run(&["show", &log, "--lines", wrong]).status.code(),
            Some(2),
            "{wrong}"
        );
    }
    let folder = root().join("fixtures");
    let output = run(&["show", folder.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("name one of them"));
    assert_eq!(run(&["show", "nothing.log"]).status.code(), Some(2));
}

fn zip_with(path: &Path, name: &str, bytes: &[u8]) {
    let mut zip = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    for (name, bytes) in [("pc1/other.log", &b"x"[..]), (name, bytes)] {
        zip.start_file(name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
}

#[test]
fn standard_input_and_archives_show_the_same() {
    let log = service();
    let bytes = std::fs::read(&log).unwrap();
    let wanted = stdout(&run(&["show", &log]));
    assert_eq!(stdout(&run_with_input(&["show"], &bytes)), wanted);
    let zip = scratch("show-archives").join("all.zip");
    zip_with(&zip, "pc7/MSI [1].log", &bytes);
    let inside = format!("{}!/pc7/MSI [1].log", zip.display());
    assert_eq!(stdout(&run(&["show", &inside])), wanted);
    let missing = run(&["show", &format!("{}!/pc9/x.log", zip.display())]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("no such log"));
}

#[test]
fn a_log_in_wide_letters_shows_the_same() {
    let text = common::decoded(&std::fs::read(service()).unwrap());
    let wanted = stdout(&run_with_input(&["show"], text.as_bytes()));
    assert_eq!(stdout(&run_with_input(&["show"], &utf16(&text))), wanted);
}

#[test]
fn redacted_lines_hold_no_names() {
    let log = "MSI (s) (FC:D4) [10:00:00:000]: PROPERTY CHANGE: Adding LogonUser property. Its value is 'jorunn.vik'.\n\
        Action start 10:00:00: A.\n\
        Error 1310. Error writing to file: C:\\Users\\jorunn.vik\\a.dll.  System error 5.\n\
        MSI (s) (FC:D4) [10:00:00:000]: Note: 1: 1905 2: C:\\Users\\jorunn.vik\\b.dll 3: -2147024770 \n\
        Action ended 10:00:00: A. Return value 3.\n";
    let plain = stdout(&run_with_input(&["show", "--lines", "1-"], log.as_bytes()));
    assert!(plain.contains("jorunn"));
    let redacted = stdout(&run_with_input(
        &["show", "--redact", "--lines", "1-"],
        log.as_bytes(),
    ));
    assert!(!redacted.contains("jorunn"), "{redacted}");
    assert!(
        redacted.contains("user-1") && redacted.contains("^ cause"),
        "{redacted}"
    );
}

#[test]
fn nothing_in_a_log_reaches_the_terminal() {
    let log = "Action start 10:00:00: A\u{1b}[2J.\nError 1310. \u{1b}]0;x\u{7}\u{202e}.\nAction ended 10:00:00: A. Return value 3.\n";
    let text = stdout(&run_with_input(
        &["show", "--color", "always"],
        log.as_bytes(),
    ));
    assert!(
        text.contains("\\u{1b}[2J") && !text.contains("\u{1b}[2J"),
        "{text}"
    );
    assert!(!text.contains('\u{7}') && !text.contains('\u{202e}'));
}
