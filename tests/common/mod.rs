//! What the integration tests share.
#![allow(dead_code)]

pub mod stores;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use msilog::report::LogReport;
use msilog::{Options, analyse};

/// The fixtures: name of the folder, log, and what is expected of it.
pub fn fixtures() -> Vec<(String, PathBuf, serde_json::Value)> {
    let root = root().join("fixtures");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root).unwrap().flatten() {
        let folder = entry.path();
        if !folder.is_dir() {
            continue;
        }
        let name = entry.file_name().into_string().unwrap();
        let text = std::fs::read_to_string(folder.join("expected.json"));
        let text = text.unwrap_or_else(|e| panic!("{name}: expected.json: {e}"));
        let expected = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        let log = folder.join("install.log");
        assert!(log.is_file(), "{name}: no install.log");
        found.push((name, log, expected));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(found.len() >= 20, "the fixtures are there");
    found
}

/// The folder of the project.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The collection of real logs beside the project; `None` (and a word about it) where it is not.
pub fn real_logs(test: &str) -> Option<PathBuf> {
    let logs = root().join("../shared/corpus");
    if logs.join("logs").is_dir() {
        return Some(logs);
    }
    // Straight to standard error: the test harness keeps what the print macros write of tests that pass.
    let _ = writeln!(
        std::io::stderr(),
        "{test}: skipped, the collection of real logs is not here"
    );
    None
}

/// Analyses bytes in this process.
pub fn report(bytes: &[u8]) -> LogReport {
    analyse("test.log", bytes, &Options::default()).unwrap()
}

/// The built program.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_msilog"));
    command
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .env("MSILOG_RULES", "");
    command
}

/// Runs the program with arguments and no input.
pub fn run(arguments: &[&str]) -> Output {
    program()
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Runs the program with something on standard input.
pub fn run_with_input(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = program()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// Standard output as text.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// An empty folder of its own for a test.
pub fn scratch(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Bytes of a log as text, whatever its encoding.
pub fn decoded(bytes: &[u8]) -> String {
    let (encoding, mark) = msilog::text::sniff(bytes);
    let body = &bytes[mark..];
    match encoding {
        msilog::text::Encoding::Utf16Le => encoding_rs::UTF_16LE.decode(body).0.into_owned(),
        msilog::text::Encoding::Utf16Be => encoding_rs::UTF_16BE.decode(body).0.into_owned(),
        msilog::text::Encoding::Utf8 { .. } => String::from_utf8_lossy(body).into_owned(),
        msilog::text::Encoding::CodePage(page) => page.decode(body).0.into_owned(),
    }
}

/// Text as UTF-16LE with a byte order mark.
pub fn utf16(text: &str) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    bytes
}

/// How many instructions of the processor the program needs; `None` where nothing counts them. Work is
/// compared so, since what a clock says depends on the rest of the machine.
pub fn instructions(arguments: &[&str]) -> Option<u64> {
    let counted = std::process::Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env!("CARGO_BIN_EXE_msilog"))
        .args(arguments)
        .env("MSILOG_RULES", "")
        .output()
        .ok()?;
    let told = String::from_utf8_lossy(&counted.stderr);
    let (_, number) = told.rsplit_once("Collected : ")?;
    number.split_whitespace().next()?.parse().ok()
}
