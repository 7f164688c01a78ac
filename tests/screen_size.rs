//! The screen of one failure is enough: it fits a window, quotes the cause whole and breaks no
//! command, on every fixture and on every real log that is at hand.

mod common;

use std::path::PathBuf;

use msilog::report::{LogReport, SessionReport, text};

/// Rows of the window, and the narrowest that it is made for.
const ROWS: usize = 24;
const WIDTHS: [usize; 3] = [80, 100, 140];

/// Reports of failures, each under the name of its file.
fn failures(logs: impl Iterator<Item = PathBuf>) -> Vec<LogReport> {
    let reports = logs.filter_map(|path| {
        let name = path.file_name()?.to_str()?;
        let bytes = std::fs::read(&path).ok()?;
        msilog::analyse(name, bytes.as_slice(), &msilog::Options::default()).ok()
    });
    let failed = |report: &LogReport| failure(report).is_some();
    reports.filter(failed).collect()
}

fn failure(report: &LogReport) -> Option<&SessionReport> {
    report.principal().filter(|s| s.failure.is_some())
}

fn screen(report: &LogReport, width: usize) -> String {
    let mut written = Vec::new();
    text::write(&mut written, report, width).unwrap();
    let written = String::from_utf8(written).unwrap();
    let mut parts = written.split("\u{1b}[");
    let first = parts.next().unwrap_or("").to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').unwrap().1)
}

fn columns(line: &str) -> usize {
    msilog::report::layout::width(line)
}

/// Rows of a window that the screen takes: what is longer than one goes on in the next.
fn rows(screen: &str, width: usize) -> usize {
    let rows = screen.lines().map(|l| columns(l).div_ceil(width).max(1));
    rows.sum()
}

/// Letters and signs, without what separates words and lines.
fn joined<'a>(lines: impl IntoIterator<Item = &'a str>) -> String {
    lines.into_iter().flat_map(str::split_whitespace).collect()
}

/// Whether nearly all of the cause's line stands in the screen: all but what comes before the text
/// of the message, which is for programs.
fn quotes_the_cause(report: &LogReport, screen: &str) -> bool {
    let failure = failure(report).and_then(|s| s.failure.as_ref()).unwrap();
    let Some(cause) = &failure.cause else {
        return true;
    };
    let place = format!("line {}", cause.line);
    let lines = screen
        .lines()
        .skip_while(|l| !l.trim_start().starts_with(&place));
    let shown = joined(lines.map(|l| l.trim_start().strip_prefix(&place).unwrap_or(l)));
    let whole = msilog::report::layout::clean(&cause.text).into_owned();
    // The front that may be left out: an engine's or bundle's prefix, the product's name.
    let fronts = [
        ("]: ", 3),
        ("): ", 3),
        (" -- ", 4),
        ("> ", 2),
        ("]e", 7),
        ("]w", 7),
        ("]i", 7),
    ];
    let ends = fronts.iter().flat_map(|(front, length)| {
        let found = whole.match_indices(front);
        found.map(move |(at, _)| at + length)
    });
    let ends = ends.filter(|at| whole.is_char_boundary(*at));
    let starts = std::iter::once(0).chain(ends.filter(|at| *at < 200));
    let mut texts = starts.map(|at| joined([&whole[at..]]));
    texts.any(|text| !text.is_empty() && shown.starts_with(&text))
}

/// What is wrong with the screens of a failure.
fn faults(report: &LogReport) -> Vec<String> {
    let mut faults = Vec::new();
    for width in WIDTHS {
        let screen = screen(report, width);
        if !quotes_the_cause(report, &screen) {
            faults.push(format!(
                "{width} {}: no whole cause in\n{screen}",
                report.path
            ));
        }
        for line in screen.lines().filter(|l| columns(l) > width) {
            let number = |c: char| c.is_ascii_digit() || c == '.' || c == ' ';
            let alone = line.trim_start_matches(number);
            let commands = failure(report).and_then(|s| s.failure.as_ref()).unwrap();
            let mut commands = commands.remedies.iter().flat_map(|r| &r.commands);
            let own = alone.starts_with("http") || line.contains("msilog ");
            if !own && !commands.any(|c| msilog::report::layout::clean(c) == alone) {
                faults.push(format!("{width} {}: {line}", report.path));
            }
        }
    }
    faults
}

#[test]
fn the_cause_is_whole_and_nothing_is_too_wide() {
    let fixtures = common::fixtures().into_iter().map(|(_, log, _)| log);
    let faults: Vec<String> = failures(fixtures).iter().flat_map(faults).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Four of five failures of the collection fit; the share is printed.
#[test]
fn most_real_failures_fit_a_window() {
    let Some(folder) = common::real_logs("most_real_failures_fit_a_window") else {
        return;
    };
    let entries = std::fs::read_dir(folder.join("logs")).unwrap().flatten();
    let reports = failures(entries.map(|entry| entry.path()));
    let faults: Vec<String> = reports.iter().flat_map(faults).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let mut all: Vec<usize> = reports.iter().map(|r| rows(&screen(r, 80), 80)).collect();
    all.sort_unstable();
    let fit = all.iter().filter(|rows| **rows <= ROWS).count();
    let (count, median) = (all.len(), all[all.len() / 2]);
    println!("{fit} of {count} fit {ROWS} lines at 80 columns; median {median}");
    assert!(fit * 100 >= count * 80, "{fit} of {count}");
}
