//! The fuzzer's targets as plain tests: over the fixtures, what is made of them, and every input that
//! once made one fail.

mod common;

#[path = "../fuzz/src/targets.rs"]
mod targets;

use std::path::Path;

use proptest::prelude::*;

/// A target and the folder of inputs that once made it fail.
type Target = (&'static str, fn(&[u8]));

const TARGETS: &[Target] = &[
    ("text", targets::text),
    ("envelope", targets::envelope),
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
        targets::envelope(&bytes);
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

/// Pieces of logs and of what stands around them.
const FRAGMENTS: [&str; 24] = [
    "MSI (s) (C8:50) [01:49:43:906]: ",
    "Action ended 10:11:12: InstallFiles. Return value 3.",
    "Error 1310. Error writing to file",
    "Property(S): A = 1",
    "=== Verbose logging started: 1/2/2026",
    "> ",
    "&gt; ",
    "<br>",
    "<p class=\"a\">",
    "<![LOG[",
    "]LOG]!>",
    "\",\"",
    "{\"message\":\"",
    "\\r\\n",
    "\\u00e9",
    "=3D",
    "=\n",
    "* `",
    "TVNJIChzKSAoQzg6NTApIFswMTo0OTo0Mzo5MDZdOiBhYmNkZWZnaGlqa2xtbm9wcXJzdHV2",
    "2026-01-02 10:11:12.345 [INFO] ",
    "11:49:23 AM: ",
    "[0AF0:1B2C][2026-07-07T12:02:17]i301: ",
    "é\u{a0}©",
    "plain words of no meaning that go on for a while until the line is full ",
];

proptest! {
    #[test]
    fn whatever_stands_around_a_log(
        pieces in prop::collection::vec((0..FRAGMENTS.len(), 0..4usize), 1..200)
    ) {
        let ends = ["", "\n", " ", "\r\n"];
        let text: String = pieces
            .iter()
            .flat_map(|(fragment, end)| [FRAGMENTS[*fragment], ends[*end]])
            .collect();
        targets::envelope(text.as_bytes());
        targets::report(text.as_bytes());
        let wide: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        targets::envelope(&wide);
    }
}
