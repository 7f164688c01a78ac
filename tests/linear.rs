//! Work grows with the size of a log and no faster, whatever a line repeats and whichever format it
//! pretends to be. What is counted are the instructions of the processor, by `valgrind`; where that is
//! not installed the test says that it was skipped.
#![cfg(target_os = "linux")]

mod common;

use common::scratch;

/// Long enough for a square to show against what each byte costs; within the longest line.
const SIZE: usize = 16 << 10;

/// Four times as long a line takes four times the work and a square sixteen times.
const MOST: u64 = 7;

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

#[test]
fn work_grows_as_lines_do() {
    let root = scratch("linear");
    let path = root.join("a.log");
    let of = |head: &str, first: &str, size: usize| {
        let lines = UNITS.map(|unit| line(head, unit, size));
        std::fs::write(&path, format!("{first}{}", lines.concat())).unwrap();
        common::instructions(&[
            "--jobs",
            "1",
            "--exit-zero",
            "--quiet",
            path.to_str().unwrap(),
        ])
    };
    if of("", FIRST[0], 0).is_none() {
        println!("skipped: valgrind is not installed");
        return;
    }
    let mut wrong = Vec::new();
    for (head, first) in HEADS.iter().zip(FIRST) {
        let [none, short, long] = [0, SIZE, 4 * SIZE].map(|size| of(head, first, size).unwrap());
        let (short, long) = (short.saturating_sub(none), long.saturating_sub(none));
        println!("{head}: {short} and {long} instructions");
        if long > MOST * short.max(1) {
            wrong.push(format!("{head}: {short} and {long}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
