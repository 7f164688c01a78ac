//! What was odd about a log, in words, with what to do about it.

use crate::knowledge::file_kinds;
use crate::report::{LogReport, file_name};
use crate::run::{Kind, Outcome};

/// What was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Totals {
    /// Bytes of the file.
    pub bytes: u64,
    pub lines: u64,
    /// Lines that were too long and were cut.
    pub long_lines: u64,
    /// Some lines are not in the encoding of the rest.
    pub mixed: bool,
    /// Places where bytes are missing or too many.
    pub shifts: u64,
}

/// Says what a file is that is no log, by its first bytes, and what to do with it. What is odd about
/// its text is not: it has none.
pub fn foreign(report: &mut LogReport, head: &[u8]) {
    if report.kind != Kind::Unrecognised {
        return;
    }
    let name = file_name(&report.path);
    if let Some(kind) = file_kinds::find(head, name) {
        let (what, advice) = (kind.what, kind.advice(name));
        report.notices = vec![format!("this is {what}, no log: {advice}")];
    }
}

/// Adds the notices to a report.
pub fn add(report: &mut LogReport, totals: &Totals) {
    let mut say = |text: String| report.notices.push(text);
    match report.kind {
        Kind::Unrecognised if report.bytes == 0 => say("the file is empty".into()),
        Kind::Unrecognised => say("no installer log: it holds no line of Windows Installer or of a bundle. Capture one with msiexec /i PACKAGE /l*vx LOG".into()),
        _ => {}
    }
    if totals.long_lines > 0 {
        say(format!("{} very long lines were cut", totals.long_lines));
    }
    if totals.mixed {
        say("some lines are not in the encoding of the rest; if letters look wrong, name it with --encoding".into());
    }
    if totals.shifts > 0 {
        let places = match totals.shifts {
            1 => "one place".to_owned(),
            n => format!("{n} places"),
        };
        say(format!(
            "in {places} bytes were lost or added; the log was read on from there, and the line there may be spoilt"
        ));
    }
    let failed = report.sessions.iter().any(|s| s.outcome == Outcome::Failed);
    let mut failures = report.sessions.iter().flat_map(|s| &s.failure);
    let explained = failures.any(|failure| failure.cause.is_some());
    if failed && !explained && report.kind == Kind::Msi {
        say("the log holds no line that says why it failed".into());
    }
}
