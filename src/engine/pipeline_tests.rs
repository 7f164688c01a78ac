//! However a log is cut and whoever works on it, the report is that of the plain way: one line
//! after the other, on one thread, each taken apart in full.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::super::analyse::Readers;
use super::super::notices::Totals;
use super::*;
use crate::engine::Options;
use crate::engine::in_order::Threads;
use crate::text::{Line, PIECE};

/// The plain way.
fn plainly(bytes: &[u8]) -> String {
    let mut pieces = Pieces::new(bytes, None, PIECE);
    let (mut piece, mut lines) = (Piece::default(), Lines::default());
    let (mut readers, mut totals) = (Readers::default(), Totals::default());
    while pieces.next(&mut piece).unwrap() {
        lines.decode(&mut piece, pieces.encoding());
        for text in lines.texts() {
            totals.lines += 1;
            let number = totals.lines;
            readers.push(&Line { number, text });
        }
        totals.long_lines += lines.long_lines;
        totals.mixed |= lines.mixed;
    }
    totals.bytes = pieces.bytes();
    readers.totals = totals;
    let report = readers.report("x.log", pieces.encoding(), &Options::default());
    serde_json::to_string_pretty(&report).unwrap()
}

/// In pieces of `size` bytes, on `threads` threads from the first piece on.
fn shared(bytes: &[u8], size: usize, threads: usize) -> String {
    let mut pieces = Pieces::new(bytes, None, size);
    let mut readers = Readers::default();
    let workers = Workers {
        threads,
        ahead: 3,
        bytes: 1 << 20,
        which: Threads::Idle,
    };
    share(&mut pieces, &mut readers, workers).unwrap();
    let report = readers.report("x.log", pieces.encoding(), &Options::default());
    serde_json::to_string_pretty(&report).unwrap()
}

fn logs_below(folder: &Path) -> Vec<PathBuf> {
    let logs = walkdir::WalkDir::new(folder).sort_by_file_name();
    let files = logs.into_iter().flatten().map(walkdir::DirEntry::into_path);
    files
        .filter(|path| path.is_file() && path.extension().is_some_and(|e| e != "json"))
        .collect()
}

/// Holds one log to it, in a few of the ways; `n` chooses which.
fn hold(bytes: &[u8], name: &Path, n: usize) {
    let plain = plainly(bytes);
    let sizes = [4096, 4098, 10_000, 1 << 16, PIECE, bytes.len() + 2];
    let pool = rayon::ThreadPoolBuilder::new().num_threads(8).build();
    pool.unwrap().install(|| {
        for (i, size) in sizes.into_iter().enumerate() {
            let threads = 1 + (n + 3 * i) % 8;
            let got = shared(bytes, size, threads);
            assert!(
                got == plain,
                "{}: pieces of {size}, {threads} threads",
                name.display()
            );
        }
    });
}

#[test]
fn every_size_and_number_of_threads_gives_the_same_report() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let logs = logs_below(&root.join("fixtures"));
    assert!(logs.len() >= 20);
    for (n, log) in logs.iter().enumerate() {
        let bytes = std::fs::read(log).unwrap();
        hold(&bytes, log, n);
        // Many runs in one file, with the seams at other places.
        hold(&bytes.repeat(3), log, n + 5);
    }
}

#[test]
fn real_logs_too() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let logs = logs_below(&root.join("../shared/corpus/logs"));
    if logs.is_empty() {
        let _ = writeln!(
            std::io::stderr(),
            "real_logs_too: skipped, the collection of real logs is not here"
        );
    }
    for (n, log) in logs.iter().enumerate() {
        hold(&std::fs::read(log).unwrap(), log, n);
    }
}

/// Lines that mean something next to one another, in any order.
fn line() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let prefix = (
        prop_oneof![Just('c'), Just('s'), Just('N')],
        0u8..3,
        prop_oneof![9 => Just(':'), 1 => Just('!')],
        0u32..86_400,
    );
    let body = proptest::sample::select(vec![
        "Doing action: InstallFinalize",
        "Executing op: ActionStart(Name=InstallFiles,,)",
        "Executing op: FileCopy(SourceName=a.dll,)",
        "Executing op: RegAddValue(Name=x,Value=y,)",
        "Executing op: End(Checksum=0,ProgressTotal=1)",
        "Executing op: Header(Signature=1397708873,Version=500,Timestamp=1347061101,LangId=1033,Platform=0,ScriptType=2,)",
        "Executing op: CustomActionSchedule(Action=Own,ActionType=3073,Source=BinaryData,)",
        "Note: 1: 2205 2:  3: Error ",
        "Note: 1: 2228 2:  3: Error 4: SELECT `Message` FROM `Error` WHERE `Error` = 1920 ",
        "Note: 1: 1708 ",
        "Note: 1: 1310 2: 5 3: C:\\a.dll ",
        "Note: 1: 1402 2: UNKNOWN\\Products\\1F0B2C3D4E5F60718293A4B5C6D7E8F9 3: 2 ",
        "PROPERTY CHANGE: Adding Own property. Its value is 'x'.",
        "PROPERTY CHANGE: Adding Own property. Its value is 'one",
        "PROPERTY CHANGE: Adding REMOVE property. Its value is 'ALL'.",
        "Skipping action: Own (condition is false)",
        "Component: a; Installed: Absent;   Request: Local;   Action: Local",
        "Failed to grab execution mutex. System error 258.",
        "******* RunEngine:",
        "MainEngineThread is returning 1603",
        "CustomAction Own returned actual error code 1603 (note this may not be 100% accurate if translation happened inside sandbox)",
        "Invoking remote custom action. DLL: C:\\x.tmp, Entrypoint: Run",
        "something else",
    ]);
    let engine = (prefix, body).prop_map(|((side, thread, mark, s), body)| {
        let (h, m, s) = (s / 3600, s / 60 % 60, s % 60);
        format!("MSI ({side}) (A0{mark}0{thread}) [{h:02}:{m:02}:{s:02}:000]: {body}")
    });
    let plain = proptest::sample::select(vec![
        "",
        "Action start 10:00:00: INSTALL.",
        "Action start 10:00:01: InstallFinalize.",
        "Action ended 10:00:02: InstallFinalize. Return value 3.",
        "Action ended 10:00:03: INSTALL. Return value 3.",
        "Action ended 10:00:03: INSTALL. Return value 1.",
        "Property(S): ProductCode = {5B4F6A1E-0D8C-4C47-9B61-1F5B0E3D7A10}",
        "Property(C): Own = x",
        "Property(S): Text = one",
        "two of a value",
        "サービスを開始できません。",
        "=== Verbose logging started: 16/11/2026  10:00:00 ===",
        "=== Verbose logging stopped: 16/11/2026  10:05:00 ===",
        "Error 1310. Error writing to file: C:\\a.dll.  System error 5.",
        "[0AF0:1B2C][2026-07-07T12:02:17]i301: Applying execute package: a, action: Install",
    ]);
    prop_oneof![3 => engine, 2 => plain.prop_map(str::to_owned)]
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(150))]

    #[test]
    fn any_order_of_lines_too(
        lines in proptest::collection::vec((line(), 1usize..4), 1..300),
        size in 4usize..6000,
        threads in 1usize..4,
        wide in proptest::prelude::any::<bool>(),
    ) {
        let text: String = lines.iter().map(|(l, n)| format!("{l}\r\n").repeat(*n)).collect();
        let bytes = if wide {
            let units = std::iter::once(0xfeffu16).chain(text.encode_utf16());
            units.flat_map(u16::to_le_bytes).collect()
        } else {
            text.into_bytes()
        };
        proptest::prop_assert_eq!(shared(&bytes, size, threads), plainly(&bytes));
    }
}
