//! The screen for people: what failed, why, the lines that prove it, what to do now, how sure.
//!
//! Plain words first, codes second, and no more than a screen: 40 lines at 100 columns.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

pub use super::layout::clean;
use super::layout::{cut, width as columns, wrap};
use super::model::{Kind, LogReport, SessionReport};
use super::words;
use crate::diagnosis::{Failure, Remedy};
use crate::session::Outcome;

/// Lines that the screen of one log may take.
const SCREEN: usize = 40;
/// Width of the labels on the left.
const LABEL: usize = 8;
/// Narrowest layout that is made.
const NARROWEST: usize = 30;

const BAD: Style = AnsiColor::Red.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const DOUBT: Style = AnsiColor::Yellow.on_default().bold();
const HEAD: Style = AnsiColor::Cyan.on_default().bold();
const QUIET: Style = Style::new().dimmed();
const STRONG: Style = Style::new().bold();

/// Writes the report of one log.
///
/// # Errors
/// What the writer gives.
pub fn write<W: Write>(out: &mut W, report: &LogReport, width: usize) -> io::Result<()> {
    let mut screen = Screen {
        lines: Vec::new(),
        width: width.max(NARROWEST),
    };
    match report.principal() {
        None => screen.unrecognised(report),
        Some(session) => screen.session(report, session),
    }
    for line in &screen.lines {
        writeln!(out, "{line}")?;
    }
    writeln!(out)
}

struct Screen {
    lines: Vec<String>,
    width: usize,
}

impl Screen {
    fn blank(&mut self) {
        if self.lines.last().is_some_and(|l| !l.is_empty()) {
            self.lines.push(String::new());
        }
    }

    /// A labelled paragraph; the first line carries the label.
    fn labelled(&mut self, label: &str, style: Style, text: &str, most: usize) {
        let lines = wrap(&clean(text), self.width.saturating_sub(LABEL));
        let dropped = lines.len() > most;
        for (index, line) in lines.into_iter().take(most).enumerate() {
            let label = if index == 0 { label } else { "" };
            let more = if dropped && index + 1 == most {
                " …"
            } else {
                ""
            };
            let line = cut(&(line + more), self.width.saturating_sub(LABEL));
            self.lines
                .push(format!("{style}{label:<LABEL$}{style:#}{line}"));
        }
    }

    fn unrecognised(&mut self, report: &LogReport) {
        let path = clean(&report.path);
        self.labelled("NO LOG", DOUBT, &format!("{path} is no installer log"), 3);
        self.notices(report, 6);
    }

    fn session(&mut self, report: &LogReport, session: &SessionReport) {
        self.headline(report, session);
        if let Some(failure) = &session.failure {
            self.why(session, failure);
            let rest = SCREEN.saturating_sub(self.lines.len() + 2);
            let tail = self.tail(report, session, failure);
            let (proof, remedy) = self.share(failure, rest.saturating_sub(tail.len()));
            self.proof(failure, proof);
            self.remedies(failure, remedy);
            self.blank();
            self.lines.extend(tail);
        } else {
            self.quiet_end(report, session);
        }
    }

    fn headline(&mut self, report: &LogReport, session: &SessionReport) {
        let (label, style) = match session.outcome {
            Outcome::Failed => ("FAILED", BAD),
            Outcome::Cancelled => ("CANCEL", DOUBT),
            Outcome::Succeeded | Outcome::SucceededReboot => ("OK", GOOD),
            Outcome::Incomplete => ("NO END", DOUBT),
        };
        let mut head = format!(
            "{} {}",
            words::what(session),
            words::outcome(session.outcome)
        );
        if let Some(exit) = words::exit(session).filter(|_| session.outcome != Outcome::Succeeded) {
            head = format!("{head} with {exit}");
        }
        self.labelled(label, style, &head, 3);
        let mut where_from = vec![report.path.clone()];
        where_from.extend(session.dotnet.as_ref().map(words::dotnet_name));
        where_from.extend(words::machine(session));
        self.labelled("", QUIET, &where_from.join(", "), 2);
    }

    fn why(&mut self, session: &SessionReport, failure: &Failure) {
        self.blank();
        let action = failure.action.as_deref().unwrap_or("");
        let kind = words::action_kind(failure.action_kind);
        let during = match (action, kind) {
            ("", _) => String::new(),
            (name, "") => format!("In {name}."),
            (name, kind) => format!("In {name}, {kind}."),
        };
        match &failure.cause {
            Some(cause) => {
                let plain = cause
                    .explanation
                    .clone()
                    .or_else(|| words::code(&cause.code));
                let text = plain.unwrap_or_else(|| without_prefix(&cause.text).to_owned());
                self.labelled("Why", HEAD, &format!("{text} {during}"), 4);
                let codes = [Some(&cause.code), cause.nested_code.as_ref()];
                for code in codes
                    .into_iter()
                    .flatten()
                    .filter_map(|code| words::code_beside(code, &text))
                {
                    self.labelled("", QUIET, &code, 2);
                }
            }
            None if session.outcome == Outcome::Cancelled => {
                self.labelled(
                    "Why",
                    HEAD,
                    &format!("Somebody, or a program, cancelled it. {during}"),
                    3,
                );
            }
            None => self.labelled(
                "Why",
                HEAD,
                &format!("{} {during}", capital(words::confidence(failure))),
                3,
            ),
        }
        if failure.cause.is_some() {
            self.labelled("Sure", HEAD, words::confidence(failure), 2);
        }
    }

    /// How many lines proof and remedies may take.
    fn share(&self, failure: &Failure, rest: usize) -> (usize, usize) {
        let wanted = 2 + failure.evidence.len().min(5) * 2;
        let proof = wanted.min(rest / 2).max(3);
        (proof, rest.saturating_sub(proof))
    }

    /// Line numbers and lines, as a compiler shows them.
    fn proof(&mut self, failure: &Failure, most: usize) {
        let shown = best_evidence(failure, most.saturating_sub(1) / 2);
        if shown.is_empty() {
            return;
        }
        self.blank();
        let digits = shown
            .iter()
            .map(|(line, ..)| line.to_string().len())
            .max()
            .unwrap_or(1)
            .max(LABEL - 3);
        let room = self.width.saturating_sub(digits + 3);
        for (line, text, why, cause) in shown {
            let text = cut(&clean(without_prefix(text)), room);
            let (style, mark) = if cause { (BAD, '^') } else { (QUIET, '-') };
            self.lines
                .push(format!("{QUIET}{line:>digits$} |{QUIET:#} {text}"));
            let marks: String = std::iter::repeat_n(mark, columns(&text).clamp(1, 12)).collect();
            let note = cut(&format!("{marks} {}", clean(why)), room);
            self.lines.push(format!(
                "{QUIET}{:>digits$} |{QUIET:#} {style}{note}{style:#}",
                ""
            ));
        }
    }

    fn remedies(&mut self, failure: &Failure, most: usize) {
        let Some((best, others)) = failure.remedies.split_first() else {
            return;
        };
        self.blank();
        let room = most.saturating_sub(2 + others.len());
        self.labelled("Do now", HEAD, &best.title, 2);
        let articles = self.articles(best);
        let steps = self.steps(best, room.saturating_sub(articles.len()));
        self.lines.extend(steps);
        self.lines.extend(articles);
        for other in others {
            let text = cut(
                &format!(
                    "or: {} (msilog rules show {})",
                    clean(&other.title),
                    other.rule
                ),
                self.width - LABEL,
            );
            self.lines
                .push(format!("{:LABEL$}{QUIET}{text}{QUIET:#}", ""));
        }
    }

    /// The steps of a remedy within `most` lines; the last one says where the rest stands.
    fn steps(&self, remedy: &Remedy, most: usize) -> Vec<String> {
        let indent = LABEL + 3;
        let mut lines: Vec<String> = Vec::new();
        for (number, step) in (1..).zip(&remedy.steps) {
            let wrapped = wrap(&clean(step), self.width.saturating_sub(indent));
            if lines.len() + wrapped.len() > most.saturating_sub(1) && number <= remedy.steps.len()
            {
                let more = format!(
                    "… all {} steps: msilog rules show {}",
                    remedy.steps.len(),
                    remedy.rule
                );
                lines.push(format!(
                    "{:LABEL$}{QUIET}{}{QUIET:#}",
                    "",
                    cut(&more, self.width - LABEL)
                ));
                return lines;
            }
            for (index, line) in wrapped.into_iter().enumerate() {
                let mark = if index == 0 {
                    format!("{number}.")
                } else {
                    String::new()
                };
                lines.push(format!("{:LABEL$}{STRONG}{mark:<3}{STRONG:#}{line}", ""));
            }
        }
        lines
    }

    fn articles(&self, remedy: &Remedy) -> Vec<String> {
        remedy
            .articles
            .iter()
            .take(2)
            .map(|article| {
                let state = match (article.status.as_str(), &article.replaced_by) {
                    ("live", _) => String::new(),
                    (status, Some(by)) => format!(" ({status}; now {by})"),
                    (status, None) => format!(" ({status})"),
                };
                let kb = if article.kb.starts_with(|c: char| c.is_ascii_digit()) {
                    "KB "
                } else {
                    ""
                };
                let text = format!("{kb}{}{state} {}", article.kb, article.url);
                format!("{:LABEL$}{}", "", cut(&clean(&text), self.width - LABEL))
            })
            .collect()
    }

    /// What stands below the remedies: other sessions, notices, where to read more.
    fn tail(&self, report: &LogReport, session: &SessionReport, failure: &Failure) -> Vec<String> {
        let mut part = Self {
            lines: Vec::new(),
            width: self.width,
        };
        part.other_sessions(report, session, 3);
        part.notices(report, 2);
        let code = failure
            .cause
            .as_ref()
            .and_then(|c| c.code.value.or(c.nested_code.as_ref()?.value));
        let explain = code
            .map(|c| format!("msilog explain {c}; "))
            .unwrap_or_default();
        let more = format!(
            "{explain}the failure is at line {}; all of it: --format json",
            failure.line
        );
        part.labelled("More", HEAD, &more, 2);
        part.lines
    }

    fn quiet_end(&mut self, report: &LogReport, session: &SessionReport) {
        let ignored = session.ignored_failures.len();
        if ignored > 0 {
            let first = session
                .ignored_failures
                .first()
                .map_or("", |f| f.action.as_str());
            self.labelled(
                "",
                QUIET,
                &format!("{ignored} failures that did not matter, the first in {first}"),
                2,
            );
        }
        self.other_sessions(report, session, 8);
        self.notices(report, 4);
    }

    /// Every other outermost session in one line.
    fn other_sessions(&mut self, report: &LogReport, shown: &SessionReport, most: usize) {
        let others: Vec<&SessionReport> = report
            .outermost()
            .filter(|s| s.lines != shown.lines)
            .collect();
        for session in others.iter().take(most) {
            let text = format!(
                "lines {}-{}: {} {}",
                session.lines[0],
                session.lines[1],
                words::what(session),
                words::outcome(session.outcome)
            );
            self.labelled("Also", HEAD, &text, 1);
        }
        if others.len() > most {
            self.labelled(
                "",
                QUIET,
                &format!("… and {} more sessions in this file", others.len() - most),
                1,
            );
        }
    }

    fn notices(&mut self, report: &LogReport, most: usize) {
        for notice in report.notices.iter().take(most) {
            self.labelled("Note", DOUBT, notice, 2);
        }
    }
}

/// The evidence that fits: the cause first, then the order of the log, which is also the order in
/// which it is shown.
fn best_evidence(failure: &Failure, most: usize) -> Vec<(u64, &str, &str, bool)> {
    let cause = failure.cause.as_ref().map_or(0, |c| c.line);
    let rank = |line: u64, why: &str| match why {
        _ if line == cause => 0,
        why if why.starts_with("here the engine") => 1,
        why if why.contains("again") => 4,
        why if why.starts_with("the same") => 3,
        _ => 2,
    };
    let mut all: Vec<_> = failure.evidence.iter().collect();
    all.sort_by_key(|e| (rank(e.line, &e.why), e.line));
    all.truncate(most.clamp(1, 5));
    all.sort_by_key(|e| e.line);
    all.into_iter()
        .map(|e| (e.line, e.text.as_str(), e.why.as_str(), e.line == cause))
        .collect()
}

/// The engine's prefix says little to people; the line number finds it again.
fn without_prefix(text: &str) -> &str {
    text.get(crate::grammar::body_offset(text)..)
        .unwrap_or(text)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|c| c.to_uppercase().to_string())
        .unwrap_or_default()
        + letters.as_str()
        + "."
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
