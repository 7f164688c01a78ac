//! What reaches a terminal does nothing to it, in every command and format; what goes to a pipe is
//! as it was.
#![cfg(target_os = "linux")]

mod common;

use std::path::Path;
use std::process::{Command, Stdio};

use common::stores::{scan, text};
use common::{run, scratch, stdout};

/// Runs the program on a terminal of its own and gives what reached that; `None` (and a word about
/// it) where there is no `script` to make one.
fn on_terminal(arguments: &[&str]) -> Option<String> {
    let quoted = |word: &str| format!("'{}'", word.replace('\'', r"'\''"));
    let words = [env!("CARGO_BIN_EXE_msilog")]
        .into_iter()
        .chain(arguments.iter().copied());
    let line: Vec<String> = words.map(quoted).collect();
    let output = Command::new("script")
        .args(["-qec", &line.join(" "), "/dev/null"])
        .env("MSILOG_RULES", "")
        .env("SHELL", "/bin/sh")
        .env("TERM", "xterm")
        .env_remove("NO_COLOR")
        .stdin(Stdio::null())
        .output();
    match output {
        Ok(output) => Some(String::from_utf8_lossy(&output.stdout).into_owned()),
        Err(error) => {
            eprintln!("skipped: no terminal can be made here: {error}");
            None
        }
    }
}

/// What a terminal would act on, beside line ends and colours.
fn dangers(shown: &str) -> Vec<String> {
    let mut plain = String::new();
    let mut rest = shown;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        let end = after.find(|c: char| !c.is_ascii_digit() && c != ';');
        let end = end.filter(|end| after[*end..].starts_with('m'));
        let Some(end) = end else {
            plain.push_str("\u{1b}[");
            rest = after;
            continue;
        };
        rest = &after[end + 1..];
    }
    plain.push_str(rest);
    let text = plain.replace("\r\n", "\n");
    let acts = |c: &char| {
        let marks = "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}";
        *c != '\n' && *c != '\t' && (c.is_control() || marks.contains(*c))
    };
    text.chars()
        .filter(acts)
        .map(|c| c.escape_unicode().to_string())
        .collect()
}

/// A failure whose product is named to do harm.
fn harmful(folder: &Path) -> std::path::PathBuf {
    let name = "=cmd|'/C calc'!A0\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}gpj.exe\u{2066}";
    let log = format!(
        "=== Verbose logging started: 7/7/2026  12:02:17  Build type: SHIP UNICODE 5.00.7601.00  Calling process: C:\\Windows\\system32\\msiexec.exe ===\r\n\
         MSI (s) (C8:50) [01:49:43:906]: Product: {name} -- Error 1310. Error writing to file: C:\\{name}.  System error 5.\r\n\
         Action ended 1:49:43: InstallFiles. Return value 3.\r\n\
         Property(S): ProductName = {name}\r\n\
         MSI (s) (C8:50) [01:49:43:906]: MainEngineThread is returning 1603\r\n"
    );
    let path = folder.join("harm\u{202e}gol\u{9b}.log");
    std::fs::write(&path, log).unwrap();
    path
}

#[test]
fn reports_are_clean_in_every_format() {
    let folder = scratch("terminal-reports");
    let log = harmful(&folder);
    for format in [
        "text", "json", "ndjson", "csv", "markdown", "html", "sarif", "junit",
    ] {
        let asked = ["--progress", "never", "--format", format, text(&log)];
        let Some(shown) = on_terminal(&asked) else {
            return;
        };
        assert!(shown.contains("1310"), "{format}: {shown}");
        assert_eq!(dangers(&shown), [""; 0], "{format}: {shown:?}");
        if matches!(format, "json" | "sarif") {
            serde_json::from_str::<serde_json::Value>(&shown).unwrap();
        }
    }
    // A pipe gets what the log says.
    let piped = stdout(&run(&["--format", "ndjson", text(&log)]));
    assert!(
        piped.contains('\u{9b}') && piped.contains('\u{202e}'),
        "{piped}"
    );
}

#[test]
fn answers_of_a_store_are_clean() {
    let folder = scratch("terminal-query");
    let (log, store) = (harmful(&folder), folder.join("reports.db"));
    scan(&store, &[text(&log)]);
    for format in ["text", "json", "csv"] {
        let asked = [
            "query",
            "--store",
            text(&store),
            "products",
            "--format",
            format,
        ];
        let Some(shown) = on_terminal(&asked) else {
            return;
        };
        assert!(shown.contains("calc"), "{format}: {shown}");
        assert_eq!(dangers(&shown), [""; 0], "{format}: {shown:?}");
        if format == "csv" {
            assert!(shown.contains("'=cmd|"), "{shown}");
        }
    }
}

#[test]
fn redacted_logs_are_clean() {
    let folder = scratch("terminal-redact");
    let log = harmful(&folder);
    let Some(shown) = on_terminal(&["redact", text(&log)]) else {
        return;
    };
    assert!(shown.contains("MainEngineThread"), "{shown}");
    assert_eq!(dangers(&shown), [""; 0], "{shown:?}");
    let piped = stdout(&run(&["redact", text(&log)]));
    assert!(
        piped.contains("\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}"),
        "{piped:?}"
    );
}

#[test]
fn rules_and_explanations_are_clean() {
    let folder = scratch("terminal-rules");
    let rules = folder.join("own.toml");
    let rule = r#"
[[rule]]
id = "own"
title = "Own \u009b2J\u202e\u001b]0;x\u0007"
status = "stable"
confidence = "high"
cause = "Own."
steps = ["Mend it."]
sources = ["https://example.com"]
when.all = [{ message = 1722, action = "Own" }]
tests.matches = [{ message = 1722, action = "Own" }]
tests.not = [{ message = 1722, action = "Other" }]
"#;
    std::fs::write(&rules, rule).unwrap();
    let rules = text(&rules);
    for asked in [
        &["rules", "list"][..],
        &["rules", "list", "--format", "json"],
        &["rules", "list", "--format", "markdown"],
        &["rules", "show", "own"],
        &["rules", "show", "own", "--format", "json"],
        &["explain", "own"],
        &["explain", "own", "--format", "json"],
        &["explain", "--format", "ndjson", "x\u{9b}y"],
    ] {
        let asked = [asked, &["--rules", rules]].concat();
        let Some(shown) = on_terminal(&asked) else {
            return;
        };
        assert_eq!(dangers(&shown), [""; 0], "{asked:?}: {shown:?}");
    }
}

#[test]
fn complaints_are_clean() {
    let harm = "x\u{9b}2J\u{202e}y\u{1b}]0;z\u{7}";
    for asked in [
        &["--format", harm][..],
        &[harm],
        &[harm, "--no-such-option"],
        &["--jobs", harm],
        &["query", harm],
        &["rules", "show", harm],
        &["man", harm],
        &["--newer-than", harm, "a.log"],
    ] {
        let asked: Vec<String> = asked.iter().map(|word| (*word).to_owned()).collect();
        let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
        let Some(shown) = on_terminal(&asked) else {
            return;
        };
        assert!(
            shown.contains("x\\u{9b}2J") || shown.contains("no-such-option"),
            "{shown:?}"
        );
        assert_eq!(dangers(&shown), [""; 0], "{asked:?}: {shown:?}");
        let piped = String::from_utf8(run(&asked).stderr).unwrap();
        assert_eq!(dangers(&piped), [""; 0], "{asked:?}: {piped:?}");
    }
}

#[test]
fn what_is_no_text_goes_to_no_terminal() {
    let folder = scratch("terminal-binary");
    let log = harmful(&folder);
    let log = log.to_str().unwrap();
    let Some(shown) = on_terminal(&["--format", "parquet", log]) else {
        return;
    };
    assert!(shown.contains("-o logs.parquet"), "{shown}");
    assert!(!shown.contains("PAR1"), "{shown}");
    let piped = run(&["--format", "parquet", log]);
    assert!(piped.stdout.starts_with(b"PAR1") && piped.stdout.ends_with(b"PAR1"));
}
