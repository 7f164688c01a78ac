//! One function for each way in, from bytes; each checks what must hold for any bytes.

use std::io::Read as _;
use std::sync::Arc;

use msilog::formats::msi::MsiLogBuilder;
use msilog::grammar;
use msilog::knowledge::rules::RuleSet;
use msilog::redact::Redactor;
use msilog::report::LogReport;
use msilog::report::explain::{Term, explain as explain_term};
use msilog::source::{Choice, expand};
use msilog::text::{Line, LineReader, Lines, PIECE, Piece, Pieces};
use msilog::{Options, analyse};

/// Bytes to lines: pieces of any size give the lines that a reader of the whole gives.
pub fn text(data: &[u8]) {
    let whole = lines_of(data, PIECE);
    let mut reader = LineReader::new(data, None);
    let mut count = 0;
    while let Some(batch) = reader.next_batch().expect("memory gives no errors") {
        for line in batch {
            count += 1;
            assert_eq!(line.number, count, "lines are counted one by one");
        }
    }
    assert_eq!(count as usize, whole.len());
    let size = usize::from(*data.first().unwrap_or(&0)) * 64 + 4096;
    assert_eq!(lines_of(data, size), whole, "pieces of {size} bytes");
}

fn lines_of(data: &[u8], size: usize) -> Vec<String> {
    let mut pieces = Pieces::new(data, None, size);
    let (mut piece, mut lines) = (Piece::default(), Lines::default());
    let mut found = Vec::new();
    while pieces.next(&mut piece).expect("memory gives no errors") {
        lines.decode(&mut piece, pieces.encoding());
        found.extend(lines.texts().map(str::to_owned));
    }
    found
}

/// What is around a log is taken off: no more than twice as much comes out, every line is from one of
/// the file, in order, and what comes out reads the same when it comes in drips.
pub fn envelope(data: &[u8]) {
    let mut opened = msilog::envelope::open(data, None).expect("memory gives no errors");
    let mut text = Vec::new();
    opened
        .read_to_end(&mut text)
        .expect("memory gives no errors");
    let Some(around) = opened.around() else {
        assert_eq!(text, data, "a plain log is handed on as it is");
        return;
    };
    assert_eq!(around.bytes, data.len() as u64, "all of it was read");
    // A byte of an old code page can be three in UTF-8.
    assert!(text.len() <= 6 * data.len() + 64, "{:?}", around.layers);
    let mut last = 0;
    let lines = 1..=text.iter().filter(|byte| **byte == b'\n').count() as u64;
    for line in lines.map(|line| opened.line(line)) {
        assert!(line >= last, "lines of the file are in order");
        last = line;
    }
    if let Some(lines) = opened.lines() {
        assert!(last <= lines, "line {last} of {lines}");
    }
}

/// A line to a record; what a body begins at is a place in the line.
pub fn grammar(data: &[u8]) {
    for line in String::from_utf8_lossy(data).lines() {
        let record = grammar::parse(line);
        let _ = format!("{record:?}");
        assert!(line.get(grammar::body_offset(line)..).is_some());
        let _ = msilog::formats::burn::parse(line).map(|record| format!("{record:?}"));
        let _ = grammar::message_of(line);
    }
}

/// Records to sessions.
pub fn session(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut builder = MsiLogBuilder::default();
    let mut last = 0;
    for (number, text) in (1..).zip(text.lines()) {
        builder.push(&Line { number, text }, &grammar::parse(text));
        last = number;
    }
    let log = builder.finish();
    for session in &log.sessions {
        let [from, to] = session.run.lines;
        assert!(from <= to && to <= last);
        assert!(
            session
                .run
                .parent
                .is_none_or(|parent| parent < log.sessions.len())
        );
    }
}

/// A whole log to its report, which is valid JSON and comes back the same.
pub fn report(data: &[u8]) {
    let report = analyse("fuzz.log", data, &Options::default()).expect("memory gives no errors");
    assert_eq!(report.bytes, data.len() as u64);
    let json = serde_json::to_string(&report).expect("reports are JSON");
    let back: LogReport = serde_json::from_str(&json).expect("what was written can be read");
    assert_eq!(back, report);
    for session in &report.sessions {
        let [first, last] = session.lines;
        assert!(
            first <= last && last <= report.lines,
            "{first} {last} {}",
            report.lines
        );
        for evidence in session.failure.iter().flat_map(|f| &f.evidence) {
            assert!(evidence.line >= 1 && evidence.line <= report.lines);
        }
    }
}

/// A file of rules: sound rules work, mistakes have a place.
pub fn rules(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (rules, mistakes) = RuleSet::read(&text, "fuzz.toml");
    for mistake in &mistakes {
        assert!(mistake.line >= 1 && mistake.column >= 1);
        let _ = mistake.to_string();
    }
    if rules.is_empty() {
        return;
    }
    let _ = rules.review(&text, &rules);
    let options = Options {
        rules: Some(Arc::new(rules)),
        ..Options::default()
    };
    let log =
        b"Action start 10:00:00: A.\nError 1310. x\nAction ended 10:00:01: A. Return value 3.\n";
    let _ = analyse("fuzz.log", &log[..], &options);
}

/// Any term has an explanation.
pub fn explain(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut parts = text.split('\n');
    let term = Term {
        text: parts.next().unwrap_or_default().to_owned(),
        arguments: parts.take(8).map(str::to_owned).collect(),
    };
    let explanation = explain_term(&term, RuleSet::built_in());
    assert!(!explanation.explanations.is_empty());
    serde_json::to_string(&explanation).expect("explanations are JSON");
}

/// A log without its secrets has as many lines as before.
pub fn redact(data: &[u8]) {
    let redacted = |data: &[u8]| {
        let mut redactor = Redactor::default();
        let mut out = Vec::new();
        redactor
            .learn_log(data, None)
            .expect("memory gives no errors");
        redactor
            .replace_log(data, None, &mut out)
            .expect("memory takes everything");
        out
    };
    let once = redacted(data);
    let lines = |data: &[u8]| lines_of(data, PIECE).len();
    assert_eq!(lines(&once), lines(data));
}

/// Any bytes as an archive: its logs come out or a notice does, and neither is without bounds.
pub fn archive(data: &[u8]) {
    let name = format!("msilog-fuzz-{}", std::process::id());
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, data).expect("the temporary folder takes files");
    let found = expand(vec![path.clone()], Choice::default()).expect("there is a thread left");
    for source in found.take(1000) {
        let Ok(source) = source else { continue };
        assert!(!source.name().is_empty());
        if let Ok(mut log) = source.open() {
            let mut buffer = [0; 4096];
            let reads = std::iter::from_fn(|| log.read(&mut buffer).ok().filter(|n| *n > 0));
            let _ = reads.take(1 << 14).count();
        }
    }
    let _ = std::fs::remove_file(path);
}
