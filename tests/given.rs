//! What people give the program beside logs: lists and files that Windows PowerShell 5.1 wrote, files
//! that are no logs, misspelt commands; and the help that they get.

mod common;

use std::path::Path;

use common::{root, run, scratch, stdout, utf16};

fn stderr(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A text as the editors and shells of Windows write it.
fn written(text: &str) -> Vec<Vec<u8>> {
    let text = text.replace('\n', "\r\n");
    let marked = utf16(&text);
    vec![
        text.clone().into_bytes(),
        [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        marked.split_at(2).1.to_vec(),
        marked,
    ]
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn lists_of_names_are_read_in_every_encoding() {
    let list = scratch("given-lists").join("list.txt");
    let fixtures = root().join("fixtures");
    let names = ["service-1920", "clean-success"].map(|name| {
        let log = fixtures.join(name).join("install.log");
        path(&log).to_owned()
    });
    for bytes in written(&(names.join("\n") + "\n")) {
        std::fs::write(&list, bytes).unwrap();
        let output = run(&["--files-from", path(&list), "--format", "oneline"]);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        assert_eq!(stdout(&output).lines().count(), 2);
    }
}

#[test]
fn an_earlier_scan_is_read_in_every_encoding() {
    let folder = scratch("given-baseline");
    let log = root().join("fixtures/service-1920/install.log");
    let scan = stdout(&run(&["--format", "ndjson", path(&log)]));
    for bytes in written(&scan) {
        let before = folder.join("before.ndjson");
        std::fs::write(&before, bytes).unwrap();
        let output = run(&[
            "--baseline",
            path(&before),
            "--group-by",
            "cause",
            path(&log),
        ]);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        assert_eq!(stderr(&output), "");
    }
}

#[test]
fn rules_are_read_in_every_encoding() {
    let folder = scratch("given-rules");
    let rule = std::fs::read_to_string(root().join("docs/your-own-rules.md")).unwrap();
    let (_, rule) = rule.split_once("```toml\n").unwrap();
    let (rule, _) = rule.split_once("```").unwrap();
    let file = folder.join("own.toml");
    let mut said = Vec::new();
    for bytes in written(rule) {
        std::fs::write(&file, bytes).unwrap();
        let output = run(&["rules", "check", path(&file)]);
        said.push((output.status.code(), stdout(&output), stderr(&output)));
    }
    assert_eq!(said[0].0, Some(0), "{said:?}");
    assert!(said.iter().all(|one| *one == said[0]), "{said:?}");
}

#[test]
fn files_that_are_no_logs_are_named_with_what_to_do() {
    let folder = scratch("given-files");
    let mut zip = vec![b'P', b'K', 3, 4];
    zip.resize(30, 0);
    zip.extend(b"[Content_Types].xml and more of it");
    let rows: [(&str, &[u8], &str); 8] = [
        (
            "a.msi",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0",
            "msiexec /i \"a.msi\" /l*vx",
        ),
        ("setup.exe", b"MZ\x90\0\x03\0", "\"setup.exe\" /log"),
        ("a.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "plain text"),
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0", "msilog explain"),
        ("a.evtx", b"ElfFile\0\0\0\0\0", "wevtutil qe \"a.evtx\""),
        ("a.docx", &zip, "plain text"),
        ("a.etl", b"\0\x10\0\0\x28\0\0\0", "tracerpt"),
        ("a.pcap", b"\xd4\xc3\xb2\xa1\x02\0\x04\0", "network"),
    ];
    for (name, bytes, advice) in rows {
        let file = folder.join(name);
        std::fs::write(&file, bytes).unwrap();
        let output = run(&["--format", "json", path(&file)]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        let document: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
        let log = &document["logs"][0];
        assert_eq!(log["kind"], "unrecognised", "{name}");
        let notices = log["notices"].as_array().unwrap();
        let said = notices[0].as_str().unwrap();
        assert!(
            said.contains(advice) && notices.len() == 1,
            "{name}: {notices:?}"
        );
        let shown = stdout(&run(&[path(&file)]));
        assert!(
            shown.contains("NO LOG") && shown.contains("no log: "),
            "{shown}"
        );
    }
}

#[test]
fn a_log_that_begins_like_a_program_is_a_log() {
    let folder = scratch("given-log");
    let file = folder.join("a.log");
    let log =
        "MZ\nAction start 10:00:00: A.\nError 1310. x\nAction ended 10:00:00: A. Return value 3.\n";
    std::fs::write(&file, log).unwrap();
    assert_eq!(run(&[path(&file)]).status.code(), Some(1));
}

#[test]
fn a_command_that_is_misspelt_is_told() {
    for (typed, wanted) in [
        (&["explian", "1603"][..], "msilog explain 1603"),
        (&["Explain", "1603"], "msilog explain 1603"),
        (&["rediact", "a.log"], "msilog redact a.log"),
        (
            &["-q", "explain", "1603"],
            "before its options: msilog explain 1603",
        ),
        (&["folow", "a.log"], "msilog follow a.log"),
    ] {
        let output = run(typed);
        assert_eq!(output.status.code(), Some(2), "{typed:?}");
        assert!(
            stderr(&output).contains(wanted),
            "{typed:?}: {}",
            stderr(&output)
        );
    }
    let said = stderr(&run(&["instal.log"]));
    assert!(!said.contains("command"), "{said}");
    // What is there is read.
    let log = root().join("fixtures/service-1920/install.log");
    assert!(stdout(&run(&["explian", path(&log)])).contains("1920"));
}

#[test]
fn help_comes_in_groups_with_examples_and_the_manual_has_its_sections() {
    let help = stdout(&run(&["--help"]));
    let place = |text: &str| help.find(text).unwrap_or_else(|| panic!("{text}: {help}"));
    assert!(place("Which logs:") < place("--glob"));
    assert!(place("What is reported:") < place("--format"));
    assert!(place("How it runs:") < place("--jobs"));
    assert!(place("Examples:") < place("Exit status:"));
    for command in ["explain", "show", "follow", "redact", "rules", "query"] {
        let help = stdout(&run(&[command, "--help"]));
        assert!(help.contains(&format!("  msilog {command}")), "{help}");
        let page = stdout(&run(&["man", command]));
        assert!(page.contains(".SH EXAMPLES"), "{page}");
    }
    let page = stdout(&run(&["man"]));
    for section in ["EXAMPLES", "ENVIRONMENT", "FILES"] {
        assert!(page.contains(&format!(".SH {section}")), "{page}");
    }
    assert!(page.contains("MSILOG_RULES") && page.contains("%APPDATA%"));
}
