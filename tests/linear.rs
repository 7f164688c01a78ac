//! Work grows with the size of a log and no faster, whatever a line repeats and whichever format it
//! pretends to be. What is counted is how long the program is busy, at two sizes; what the clock says
//! does not count.
#![cfg(target_os = "linux")]

mod common;

use std::path::Path;
use std::process::{Command, Stdio};

use common::scratch;

/// Long enough for a square to show against what every run does; within the longest line.
const SIZE: usize = 48 << 10;

/// Four times as long a line takes four times as long and a square sixteen times.
const MOST: u64 = 8;

/// So many ticks are more than what grows by chance.
const LEAST: u64 = 25;

/// What a line may repeat.
const UNITS: [&str; 17] = [
    "<",
    "&",
    "<a",
    "&lt",
    "(",
    "[",
    "'",
    "\"",
    ":",
    ". ",
    "=",
    " ",
    "\\",
    "Error 1",
    "-- ",
    "MSI (s) (",
    "10:00:00 ",
];

/// What lines of each format begin with.
const HEADS: [&str; 9] = [
    "",
    "MSI (s) (A0:B0) [10:00:00:000]: ",
    "Action start 10:00:00: ",
    "Property(S): Name = ",
    "Error 1310. ",
    "[1A70:2B34][2025-03-19T10:17:55]e000: ",
    "[05-01-2023 10:11:12.345] [Installation] [Execute-Process] [Info] :: ",
    "[7/21/2019, 9:05:11] ",
    "<span class=\"msg\">",
];

/// A line before it, so that the log is one of the format.
const FIRST: [&str; 9] = [
    "MSI (s) (A0:B0) [10:00:00:000]: MainEngineThread is returning 1603\n",
    "MSI (s) (A0:B0) [10:00:00:000]: MainEngineThread is returning 1603\n",
    "MSI (s) (A0:B0) [10:00:00:000]: MainEngineThread is returning 1603\n",
    "MSI (s) (A0:B0) [10:00:00:000]: MainEngineThread is returning 1603\n",
    "Action ended 10:00:00: Name. Return value 3.\n",
    "[1A70:2B34][2025-03-19T10:17:55]i001: Burn v3.14.0.5722, Windows v10.0 (Build 19045: Service Pack 0), path: C:\\a.exe\n",
    "[05-01-2023 10:11:12.345] [Installation] [Execute-Process] [Error] :: Execution failed with exit code [1618].\n",
    "[7/21/2019, 9:05:12]Action: Performing actions on all Items...\n",
    "<html><body>\n<span class=\"err\">Final Result: Installation failed with error code: (0x80070643), \"x\"<BR>\n",
];

fn line(head: &str, unit: &str, size: usize) -> String {
    format!("{head}{}\n", unit.repeat(size / unit.len()))
}

/// How long the program is busy with a log, in ticks of the system; a process that has ended and was
/// not waited for still tells.
fn work(log: &Path) -> u64 {
    let mut child = Command::new(env!("CARGO_BIN_EXE_msilog"))
        .args([
            "--jobs",
            "1",
            "--exit-zero",
            "--quiet",
            "--format",
            "ndjson",
        ])
        .arg(log)
        .env("MSILOG_RULES", "")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let stat = format!("/proc/{}/stat", child.id());
    let ticks = loop {
        let told = std::fs::read_to_string(&stat).unwrap();
        let fields: Vec<&str> = told
            .rsplit(')')
            .next()
            .unwrap()
            .split_whitespace()
            .collect();
        if fields[0] == "Z" {
            break fields[11].parse().unwrap();
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    };
    child.wait().unwrap();
    ticks
}

#[test]
fn work_grows_as_lines_do() {
    let root = scratch("linear");
    let path = root.join("a.log");
    let mut wrong = Vec::new();
    for (head, first) in HEADS.iter().zip(FIRST) {
        for unit in UNITS {
            let of = |size| {
                std::fs::write(&path, format!("{first}{}", line(head, unit, size))).unwrap();
                work(&path)
            };
            let long = of(4 * SIZE);
            if long < LEAST {
                continue;
            }
            let short = of(SIZE);
            if long > MOST * short.max(1) {
                wrong.push(format!("{head}{unit}: {short} and {long}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
