//! Many logs on one screen: a row each, failures first, then what the failures have in common.
//!
//! Only what the rows need is kept of each report, so that memory grows with the number of logs
//! and not with what stands in them.

mod groups;
mod paths;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use paths::Shared;

use super::groups::{GroupBy, Groups};
use super::json::word;
use super::layout::{GAP, clean, cut, cut_end, in_columns, width as columns};
use super::model::{LogReport, SessionReport, Summary};
use super::text::kind_word;
use super::writer::{ScanEnd, Writer};
use super::{reason, words};
use crate::run::Outcome;

/// Most causes that are listed below the rows.
const MAX_CAUSES: usize = 20;
/// Up to so many logs each has a row; of more only those that failed, and of many not even those.
const FEW: usize = 40;
/// Most machines that are named.
const MAX_MACHINES: usize = 10;

/// What is kept of many logs.
#[derive(Debug)]
pub struct Overview {
    /// The first rows of each outcome; [`FEW`] of each are enough, for of more none is shown.
    rows: Vec<Row>,
    /// Rows of each outcome, those that were not kept included.
    counts: BTreeMap<u8, usize>,
    /// By signature.
    causes: BTreeMap<String, Cause>,
    groups: Option<Groups>,
    /// The groups were asked for, so they are shown for few logs too.
    grouped: bool,
    /// Columns of the screen.
    width: usize,
}

#[derive(Debug)]
struct Row {
    order: u8,
    outcome: &'static str,
    path: String,
    product: String,
    action: String,
    cause: String,
    code: String,
}

/// A cause that one or more logs share.
#[derive(Debug)]
struct Cause {
    logs: usize,
    words: String,
    rule: String,
}

impl Writer for Overview {
    fn log(&mut self, _: &mut dyn Write, report: &LogReport) -> io::Result<()> {
        self.add(report);
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write, end: &ScanEnd<'_>) -> io::Result<()> {
        match end.summary.logs {
            0 => Ok(()),
            _ => self.write(out, end.summary, self.width),
        }
    }
}

impl Overview {
    /// An overview with these groups, where there are any; they are shown for few logs too where
    /// `asked_for` says so, or an earlier scan is there to compare with.
    #[must_use]
    pub fn new(groups: Option<Groups>, asked_for: bool, width: usize) -> Self {
        Self {
            rows: Vec::new(),
            counts: BTreeMap::new(),
            causes: BTreeMap::new(),
            grouped: asked_for || groups.as_ref().is_some_and(Groups::has_earlier),
            groups,
            width,
        }
    }

    /// Takes a report into account.
    fn add(&mut self, report: &LogReport) {
        if let Some(groups) = &mut self.groups {
            groups.add(report);
        }
        let session = report.principal();
        let failure = session.and_then(|s| s.failure.as_ref());
        let (order, outcome) = standing(report);
        let text = |text: &str| clean(text).into_owned();
        let count = self.counts.entry(order).or_default();
        *count += 1;
        if *count > FEW {
            return;
        }
        self.rows.push(Row {
            order,
            outcome,
            path: text(&report.path),
            product: text(&session.and_then(words::product).unwrap_or_default()),
            action: text(failure.and_then(|f| f.action.as_deref()).unwrap_or("")),
            cause: text(&session.map(reason::in_short).unwrap_or_default()),
            code: session.map(code).unwrap_or_default(),
        });
        // A setup program whose package tells the cause in a log of its own is no second case.
        let failure = failure.filter(|failure| failure.origin.is_none());
        if let (Some(session), Some(failure)) = (session, failure) {
            let cause = self.causes.entry(text(&failure.signature));
            let remedy = failure.remedies.first();
            let cause = cause.or_insert_with(|| Cause {
                logs: 0,
                words: text(&reason::in_short(session)),
                rule: remedy.map(|r| text(&r.rule)).unwrap_or_default(),
            });
            cause.logs += 1;
        }
    }

    /// Writes rows, causes and counts.
    fn write(&self, out: &mut dyn Write, summary: &Summary, width: usize) -> io::Result<()> {
        let logs: usize = self.counts.values().sum();
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        rows.sort_by(|a, b| (a.order, &a.path).cmp(&(b.order, &b.path)));
        let first = rows.first().map(|row| row.path.as_str());
        let many = logs > FEW || self.grouped;
        match &self.groups {
            Some(groups) if many => {
                // What did not work, where that is not too much for a screen.
                let count: usize = self.counts.range(..3).map(|(_, count)| count).sum();
                rows.retain(|row| row.order < 3 && count <= FEW);
                if !rows.is_empty() {
                    write_rows(out, &rows, width)?;
                }
                self.write_groups(out, groups, width)?;
            }
            _ => {
                if logs <= FEW && !rows.is_empty() {
                    write_rows(out, &rows, width)?;
                }
                self.write_causes(out, width)?;
            }
        }
        writeln!(out, "{}", cut(&counts(summary), width))?;
        if let Some(first) = first {
            writeln!(out, "One in full: msilog {}", words::quoted(first))?;
        }
        Ok(())
    }

    fn write_groups(&self, out: &mut dyn Write, groups: &Groups, width: usize) -> io::Result<()> {
        let head = match groups.by() {
            GroupBy::Dotnet => ".NET".to_owned(),
            by => word(&by).unwrap_or_default(),
        };
        groups::write(out, &groups.report(), &head, width)?;
        let (machines, failed) = groups.machine_counts();
        if machines > 1 && groups.by() != GroupBy::Machine {
            groups::write_machines(out, &groups.worst(MAX_MACHINES), width)?;
            let (machines, failed) = (words::thousands(machines), words::thousands(failed));
            writeln!(out, "{failed} of {machines} machines had a failure")?;
        }
        Ok(())
    }

    /// The same cause on many machines is one line.
    fn write_causes(&self, out: &mut dyn Write, width: usize) -> io::Result<()> {
        let mut causes: Vec<(&String, &Cause)> = self.causes.iter().collect();
        causes.sort_by_key(|(signature, cause)| (std::cmp::Reverse(cause.logs), *signature));
        if causes.is_empty() {
            return Ok(());
        }
        let room = width.saturating_sub(7);
        let (half, rest) = (room * 3 / 8, room.saturating_sub(room * 3 / 8));
        let mut lines = vec![["logs".into(), "cause".into(), "signature, remedy".into()]];
        for (signature, cause) in causes.iter().take(MAX_CAUSES) {
            let words = cut_end(&cause.words, half.saturating_sub(usize::from(GAP)));
            let remedy = match cause.rule.as_str() {
                "" => cut(signature, rest),
                // The name of the rule is what the reader types next: it is cut last.
                rule => {
                    let most = rest.saturating_sub(columns(rule) + 2).max(12);
                    cut(&format!("{}, {rule}", cut(signature, most)), rest)
                }
            };
            lines.push([cause.logs.to_string(), words, remedy]);
        }
        write_table(out, lines)?;
        if causes.len() > MAX_CAUSES {
            writeln!(out, "… and {} more causes", causes.len() - MAX_CAUSES)?;
        }
        writeln!(out)
    }
}

fn write_rows(out: &mut dyn Write, rows: &[&Row], width: usize) -> io::Result<()> {
    let paths: Vec<&str> = rows.iter().map(|row| row.path.as_str()).collect();
    let shared = Shared::of(&paths);
    if let Some(note) = shared.note() {
        writeln!(out, "{}\n", cut(&note, width))?;
    }
    let names: Vec<&str> = paths.iter().map(|path| shared.without(path)).collect();
    let widest = |texts: &mut dyn Iterator<Item = &str>, head: &str| {
        texts.map(columns).max().unwrap_or(0).max(columns(head))
    };
    let gap = usize::from(GAP);
    let outcome = widest(&mut rows.iter().map(|r| r.outcome), "outcome") + gap;
    let code = widest(&mut rows.iter().map(|r| r.code.as_str()), "code") + gap;
    let log = widest(&mut names.iter().copied(), "log").min((width * 2 / 5).max(10)) + gap;
    let rest = width.saturating_sub(outcome + log + code);
    let product = widest(&mut rows.iter().map(|r| r.product.as_str()), "product");
    let action = widest(&mut rows.iter().map(|r| r.action.as_str()), "action");
    // What does not fit goes: first the action, which the signature below names too.
    let (product, action) = match rest {
        70.. => (product.min(rest * 3 / 10), action.min(rest * 3 / 10)),
        44.. => (product.min(rest * 2 / 5), 0),
        _ => (0, 0),
    };
    let kept = |used: usize| if used > 0 { used + gap } else { 0 };
    let cause = rest.saturating_sub(kept(product) + kept(action));
    let cells = |all: [&str; 6]| -> Vec<String> {
        let widths = [outcome - gap, log - gap, product, action, cause, code - gap];
        let cuts = [cut, cut, cut_end, cut, cut_end, cut];
        let cells = all.into_iter().zip(widths).zip(cuts);
        cells
            .filter(|((_, most), _)| *most > 0)
            .map(|((text, most), cut)| cut(text, most))
            .collect()
    };
    let head = ["outcome", "log", "product", "action", "cause", "code"];
    let lines = rows.iter().zip(names).map(|(row, name)| {
        let Row {
            product,
            action,
            cause,
            code,
            ..
        } = row;
        cells([row.outcome, name, product, action, cause, code])
    });
    write_table(out, std::iter::once(cells(head)).chain(lines))?;
    writeln!(out)
}

/// Writes lines of cells that have been cut already, the first being the head.
fn write_table<L: IntoIterator<Item = String>>(
    out: &mut dyn Write,
    lines: impl IntoIterator<Item = L>,
) -> io::Result<()> {
    for (index, line) in in_columns(lines).lines().enumerate() {
        let word = line.split("  ").next().unwrap_or(line);
        let (style, word) = match index {
            0 => (Style::new().dimmed(), line),
            _ => (style(word), word),
        };
        let rest = line.strip_prefix(word).unwrap_or("");
        writeln!(out, "{style}{word}{style:#}{rest}")?;
    }
    Ok(())
}

fn style(outcome: &str) -> Style {
    match outcome {
        "FAILED" => AnsiColor::Red.on_default().bold(),
        "cancelled" | "no end" | "no log" => AnsiColor::Yellow.on_default(),
        "ok" | "ok, restart" => AnsiColor::Green.on_default(),
        _ => Style::new(),
    }
}

/// Place among the rows, and the word for the outcome.
fn standing(report: &LogReport) -> (u8, &'static str) {
    match report.outcome() {
        Some(Outcome::Failed) => (0, "FAILED"),
        Some(Outcome::Cancelled) => (1, "cancelled"),
        Some(Outcome::Incomplete) => (2, "no end"),
        Some(Outcome::SucceededReboot) => (3, "ok, restart"),
        Some(Outcome::Succeeded) => (3, "ok"),
        None => (4, kind_word(report.kind)),
    }
}

/// The code of the cause, else of the whole run.
fn code(session: &SessionReport) -> String {
    let failure = session.failure.as_ref();
    let value = failure
        .and_then(|failure| words::codes(failure).find_map(|code| code.value))
        .or(session.exit_code)
        .filter(|value| *value != 0);
    value
        .map(crate::knowledge::codes::format_code)
        .unwrap_or_default()
}

fn counts(summary: &Summary) -> String {
    words::totals(
        summary.logs,
        &[
            (summary.failed, "failed"),
            (summary.cancelled, "cancelled"),
            (summary.incomplete, "without an end"),
            (summary.succeeded, "worked"),
            (summary.unrecognised, "no installer log"),
            (summary.errors, "not readable"),
        ],
    )
}
