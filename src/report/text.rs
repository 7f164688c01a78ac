//! The screen for people: what failed, why, the lines that prove it, what to do now, how sure.
//!
//! Plain words first, codes second, and no more than a screen: 40 lines at 100 columns. Texts of a
//! log pass [`clean`] on their way here, so that nothing in a log can play tricks on a terminal.

mod proof;
mod remedy;

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::layout::{clean, cut_end, wrap};
use super::model::{Kind, LogReport, SessionReport};
use super::words;
use super::writer::Writer;
use crate::diagnosis::{Failure, IgnoredFailure};
use crate::run::Outcome;

/// Lines that the screen of one log may take, the empty one at its end included.
const SCREEN: usize = 40;
/// Width of the labels on the left.
const LABEL: usize = 8;
/// Narrowest layout that is made.
const NARROWEST: usize = 30;
/// Most ignored failures that are named.
const MAX_IGNORED: usize = 3;

const BAD: Style = AnsiColor::Red.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const DOUBT: Style = AnsiColor::Yellow.on_default().bold();
const HEAD: Style = AnsiColor::Cyan.on_default().bold();
const QUIET: Style = Style::new().dimmed();
const STRONG: Style = Style::new().bold();

/// Writes the report of one log, `width` columns wide.
///
/// # Errors
/// What the writer gives.
pub fn write(out: &mut dyn Write, report: &LogReport, width: usize) -> io::Result<()> {
    let screen = InFull { width, why: false };
    screen.write(out, report)
}

impl InFull {
    fn write(&self, out: &mut dyn Write, report: &LogReport) -> io::Result<()> {
        let mut screen = Screen::new(self.width);
        screen.why_remedies = self.why;
        match report.principal() {
            None => screen.unrecognised(report),
            Some(session) => screen.session(report, session),
        }
        for line in &screen.lines {
            writeln!(out, "{line}")?;
        }
        writeln!(out)
    }
}

/// Writes every report in full, one after the other.
#[derive(Debug)]
pub struct InFull {
    /// Columns of the screen.
    pub width: usize,
    /// Which facts each remedy fits is shown, too.
    pub why: bool,
}

impl Writer for InFull {
    fn log(&mut self, out: &mut dyn Write, report: &LogReport) -> io::Result<()> {
        self.write(out, report)
    }
}

struct Screen {
    lines: Vec<String>,
    width: usize,
    why_remedies: bool,
}

impl Screen {
    fn new(width: usize) -> Self {
        Self {
            lines: Vec::new(),
            width: width.max(NARROWEST),
            why_remedies: false,
        }
    }

    /// Columns beside the labels.
    fn room(&self) -> usize {
        self.width.saturating_sub(LABEL)
    }

    /// Adds lines below an empty one.
    fn block(&mut self, lines: Vec<String>) {
        if lines.is_empty() {
            return;
        }
        if self.lines.last().is_some_and(|l| !l.is_empty()) {
            self.lines.push(String::new());
        }
        self.lines.extend(lines);
    }

    /// A labelled paragraph of at most `most` lines; the first one carries the label.
    fn labelled(&mut self, label: &str, style: Style, text: &str, most: usize) {
        let lines = wrap(&clean(text), self.room());
        let dropped = lines.len() > most;
        for (index, line) in lines.into_iter().take(most).enumerate() {
            let label = if index == 0 { label } else { "" };
            let line = match dropped && index + 1 == most {
                true => cut_end(&format!("{line} …"), self.room()),
                false => line,
            };
            self.lines
                .push(format!("{style}{label:<LABEL$}{style:#}{line}"));
        }
    }

    fn unrecognised(&mut self, report: &LogReport) {
        let text = words::without_sessions(report);
        self.labelled("NO LOG", DOUBT, &text, 3);
        self.notices(report, 6);
    }

    fn session(&mut self, report: &LogReport, session: &SessionReport) {
        self.headline(report, session);
        let Some(failure) = &session.failure else {
            self.quiet_end(report, session);
            return;
        };
        let mut why = Self::new(self.width);
        why.why(session, failure);
        self.block(why.lines);
        let tail = self.tail(report, session, failure);
        // An empty line above each of the blocks to come, and one at the end of all.
        let rest = SCREEN.saturating_sub(self.lines.len() + tail.len() + 4);
        let remedies = |most| remedy::lines(failure, most, self.width, self.why_remedies);
        let wanted = remedies(usize::MAX).len();
        let proof_room = rest.saturating_sub(wanted).max(rest.min(proof::ENOUGH));
        let proof = proof::lines(failure, proof_room, self.width);
        let remedy = remedies(rest.saturating_sub(proof.len()));
        self.block(proof);
        self.block(remedy);
        self.block(tail);
    }

    fn headline(&mut self, report: &LogReport, session: &SessionReport) {
        let (label, style) = match session.outcome {
            Outcome::Failed => ("FAILED", BAD),
            Outcome::Cancelled => ("CANCEL", DOUBT),
            Outcome::Succeeded | Outcome::SucceededReboot => ("OK", GOOD),
            Outcome::Incomplete => ("NO END", DOUBT),
        };
        self.labelled(label, style, &words::headline_of(report, session), 3);
        let mut origin = vec![words::log_name(report).to_owned()];
        origin.extend(words::origin_of(session));
        self.labelled("", QUIET, &origin.join(", "), 3);
    }

    /// Why it failed, where, with which codes, and how sure that is.
    fn why(&mut self, session: &SessionReport, failure: &Failure) {
        if let Some(origin) = &failure.origin {
            self.labelled("Why", HEAD, &words::origin(origin), 4);
            let line = origin.line.map(|line| format!(", line {line}"));
            let line = line.unwrap_or_default();
            let place = format!("the reason stands in {}{line}", origin.path);
            self.labelled("Log", HEAD, &place, 2);
            self.place(failure);
            return;
        }
        let mut told = words::why(session);
        let most = if failure.cause.is_some() { 4 } else { 2 };
        self.labelled("Why", HEAD, &told, most);
        self.place(failure);
        if failure.cause.is_none() {
            return;
        }
        let mut codes: Vec<String> = Vec::new();
        for code in words::codes(failure) {
            let beside = words::code_beside(code, &told).filter(|code| !codes.contains(code));
            if let Some(code) = beside {
                told.push_str(&code);
                codes.push(code.trim_end_matches('.').to_owned());
            }
        }
        if !codes.is_empty() {
            self.labelled("Codes", HEAD, &codes.join("; "), 3);
        }
        self.labelled("Sure", HEAD, &words::confidence(failure), 2);
    }

    fn place(&mut self, failure: &Failure) {
        if let Some(place) = words::place(failure) {
            self.labelled("Where", HEAD, &place, 2);
        }
    }

    /// What stands below the remedies: other sessions, notices, where to read more.
    fn tail(&self, report: &LogReport, session: &SessionReport, failure: &Failure) -> Vec<String> {
        let mut part = Self::new(self.width);
        part.other_sessions(report, session, 3);
        part.notices(report, 2);
        let explain = words::to_explain(failure).map(|code| format!("msilog explain {code}; "));
        let (explain, line) = (explain.unwrap_or_default(), failure.line);
        let more =
            format!("{explain}the failure is at line {line} of the log; all of it: --format json");
        part.labelled("More", HEAD, &more, 2);
        part.lines
    }

    /// What there is to say where nothing failed.
    fn quiet_end(&mut self, report: &LogReport, session: &SessionReport) {
        let ignored = &session.ignored_failures;
        if !ignored.is_empty() {
            let named = ignored.iter().take(MAX_IGNORED).map(|failure| {
                let IgnoredFailure { action, line, why } = failure;
                format!("{action} at line {line} ({why})")
            });
            let named: Vec<String> = named.collect();
            let more = match ignored.len().saturating_sub(MAX_IGNORED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let text = format!("failed without harm: {}{more}", named.join(", "));
            self.labelled("", QUIET, &text, 3);
        }
        self.other_sessions(report, session, 8);
        self.notices(report, 4);
    }

    /// Every other outermost session in one line.
    fn other_sessions(&mut self, report: &LogReport, shown: &SessionReport, most: usize) {
        let others: Vec<&SessionReport> = report.others(shown).collect();
        for session in others.iter().take(most) {
            self.labelled("Also", HEAD, &words::other(session), 1);
        }
        if others.len() > most {
            let more = format!("… and {} more sessions in this file", others.len() - most);
            self.labelled("", QUIET, &more, 1);
        }
    }

    fn notices(&mut self, report: &LogReport, most: usize) {
        for notice in report.notices.iter().take(most) {
            self.labelled("Note", DOUBT, notice, 2);
        }
    }
}

/// Short word for the kind of a file.
pub(super) fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Msi => "msi",
        Kind::Burn => "bundle",
        Kind::NetfxSetup => ".NET setup",
        Kind::Wrapper => "wrapper",
        Kind::Unrecognised => "no log",
    }
}

#[cfg(test)]
mod tests;
