//! The fuzzer's targets as plain tests: over the fixtures, what is made of them, and every input that
//! once made one fail.

mod common;

#[path = "../fuzz/src/targets.rs"]
mod targets;

use std::path::Path;

/// A target and the folder of inputs that once made it fail.
type Target = (&'static str, fn(&[u8]));

const TARGETS: &[Target] = &[
    ("text", targets::text),
    ("grammar", targets::grammar),
    ("session", targets::session),
    ("report", targets::report),
    ("rules", targets::rules),
    ("explain", targets::explain),
    ("redact", targets::redact),
    ("archive", targets::archive),
];

/// The files of a folder, if it is there, in the order of their names.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let files = paths.into_iter().filter(|path| path.is_file());
    files
        .map(|path| (path.display().to_string(), std::fs::read(&path).unwrap()))
        .collect()
}

#[test]
fn what_once_failed_does_not_again() {
    let folder = common::root().join("fuzz/regressions");
    for (name, target) in TARGETS {
        for (file, bytes) in files(&folder.join(name)) {
            println!("{file}");
            target(&bytes);
        }
    }
}

#[test]
fn every_fixture_passes_every_target() {
    for (name, log, _) in common::fixtures() {
        println!("{name}");
        let bytes = std::fs::read(&log).unwrap();
        let text = common::decoded(&bytes);
        targets::text(&bytes);
        targets::report(&bytes);
        targets::redact(&bytes);
        targets::archive(&bytes);
        targets::grammar(text.as_bytes());
        targets::session(text.as_bytes());
    }
    for (file, bytes) in files(&common::root().join("src/knowledge/rules")) {
        println!("{file}");
        targets::rules(&bytes);
    }
    for term in [
        "1603",
        "{8E34682C-8118-31F1-BC4C-98CD9675E1C2}",
        "1310\n5\nC:\\x",
        "",
        "\u{0}",
    ] {
        targets::explain(term.as_bytes());
    }
}
