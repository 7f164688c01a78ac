//! Logs in all that people and programs put around them.

use super::*;

const LOG: &str = "=== Verbose logging started: 1/2/2026  10:00:00  Build type: SHIP UNICODE 5.00.10011.00  Calling process: C:\\a.exe ===\n\
MSI (s) (C8:50) [01:49:43:906]: Original package ==> C:\\Users\\x\\a \"b\".msi\n\
Action start 1:49:43: InstallFiles.\n\
Error 1310. Error writing to file: C:\\Program Files\\Example\\a.dll.  System error 5.\n\
Action ended 1:49:44: InstallFiles. Return value 3.\n\
Property(S): ProductName = Example & Sons\n\
MSI (s) (C8:50) [01:49:45:906]: MainEngineThread is returning 1603\n";

/// What comes out, and the line of the file that each line is from.
fn inside(bytes: &[u8]) -> (String, Vec<u64>, Option<Around>) {
    let mut opened = open(bytes, None).unwrap();
    let mut text = Vec::new();
    opened.read_to_end(&mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    let lines = (1..=text.lines().count() as u64)
        .map(|n| opened.line(n))
        .collect();
    (text, lines, opened.around())
}

#[test]
fn a_plain_log_is_handed_on_as_it_is() {
    for log in [
        LOG.to_owned(),
        LOG.repeat(10_000),
        String::new(),
        "hello\n".into(),
    ] {
        let (text, _, around) = inside(log.as_bytes());
        assert!(text == log);
        assert_eq!(around, None);
    }
}

#[test]
fn lines_of_the_file_are_told() {
    let quoted: String = LOG.lines().map(|line| format!("> {line}\n")).collect();
    let (text, lines, around) = inside(quoted.as_bytes());
    assert_eq!(text, LOG);
    assert_eq!(lines, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(around.unwrap().layers, ["quote marks"]);
    let (text, lines, _) = inside(LOG.replace('\n', " ").as_bytes());
    assert_eq!(text, LOG);
    assert_eq!(lines, [1; 7]);
}

#[test]
fn layers_within_layers() {
    let one = LOG.replace('\n', " ");
    let (text, _, around) = inside(format!("> 2026-01-02 10:00:00 [INFO] {one}\n").as_bytes());
    assert_eq!(text, format!("2026-01-02 10:00:00 [INFO]\n{LOG}"));
    assert_eq!(around.unwrap().layers.len(), 2);
}

#[test]
fn a_long_log_on_one_line_is_read_whole() {
    let one = LOG.repeat(2000).replace('\n', " ");
    let (text, _, _) = inside(one.as_bytes());
    assert!(text == LOG.repeat(2000));
}

#[test]
fn strings_and_codes() {
    let escaped = LOG
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\r\\n");
    for json in [
        format!("\"{escaped}\""),
        format!("{{\"log\": \"{escaped}\", \"code\": 1603}}\n"),
    ] {
        let (text, lines, around) = inside(json.as_bytes());
        assert!(text.contains(LOG), "{text}");
        assert!(lines.iter().all(|line| *line == 1));
        assert_eq!(around.unwrap().layers, ["a JSON string"]);
    }
    let printable: String = LOG
        .replace('=', "=3D")
        .lines()
        .map(|line| {
            let (head, tail) = line.split_at(line.len().min(30));
            format!("{head}=\n{tail}\n")
        })
        .collect();
    let (text, lines, _) = inside(printable.as_bytes());
    assert_eq!(text, LOG);
    assert_eq!(lines, [1, 3, 5, 7, 9, 11, 13]);
}

#[test]
fn records_of_a_bundle_on_one_line() {
    let line =
        "[0B00:0B01][2026-01-02T10:00:00]e000: Error 0x80070057: Failed to execute MSI package.";
    let (text, ..) = inside(format!("execute it. {line} {line}\n").as_bytes());
    assert_eq!(text, format!("execute it.\n{line}\n{line}\n"));
    let plain = format!("{line}\n{line}\n");
    assert_eq!(inside(plain.as_bytes()).2, None);
}

#[test]
fn quote_marks_around_a_message() {
    let message = "Error 1310. Error writing to file: C:\\Example\\a.dll.";
    for (open, close) in [
        ("1. \"", "\""),
        ("- “", "”"),
        ("„", "“"),
        ("The dialog says : \"", "\""),
        ("Dialog: `\"", "\"`"),
    ] {
        let (text, ..) = inside(format!("{open}{message}{close}\n").as_bytes());
        assert_eq!(text, format!("{message}\n"));
    }
}

#[test]
fn words_longer_than_a_line_tell_no_width() {
    let path = "C:\\Example\\a-very-long-folder-name-that-fills-a-line-of-its-own\\another-one\\Example.exe,";
    let record = "[24B0:0C84][2026-03-02T11:32:53]e054: Failed to resolve source for file:";
    let end = "[24B0:0C84][2026-03-02T11:32:53]e000: Error 0x80070002: Failed while caching,";
    let log =
        format!("{record}\n{path}\nerror: 0x80070002.\n{end}\naborting execution.\n").repeat(3);
    let (text, ..) = inside(log.as_bytes());
    let wanted = format!("{record} {path} error: 0x80070002.\n{end} aborting execution.\n");
    assert_eq!(text, wanted.repeat(3));
}
