//! Many logs on one screen: a row each, failures first, what the failures have in common, and the
//! screen of the one that came most often.
//!
//! Only what the rows need is kept of each report, and one report whole, so that memory grows with
//! the number of logs and not with what stands in them.

mod groups;
mod paths;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use paths::{Shared, apart};

use super::groups::{GroupBy, Groups};
use super::json::word;
use super::layout::{GAP, clean, cut_end, in_columns, width as columns, wrap};
use super::model::{LogReport, SessionReport, Summary};
use super::text::{InFull, kind_word};
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
    /// The first log seen of the cause that came most often.
    example: Option<Example>,
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
}

/// A log that is shown in full.
#[derive(Debug)]
struct Example {
    signature: String,
    logs: usize,
    report: Box<LogReport>,
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
            example: None,
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
        self.count_cause(report);
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
    }

    /// Counts the cause of a failure, and keeps the report where no other cause came so often.
    fn count_cause(&mut self, report: &LogReport) {
        let Some(session) = report.principal() else {
            return;
        };
        // A setup program whose package tells the cause in a log of its own is no second case.
        let failure = session.failure.as_ref().filter(|f| f.origin.is_none());
        let Some(failure) = failure else {
            return;
        };
        let cause = self.causes.entry(clean(&failure.signature).into_owned());
        let cause = cause.or_insert_with(|| Cause {
            logs: 0,
            words: clean(&reason::in_short(session)).into_owned(),
        });
        cause.logs += 1;
        let logs = cause.logs;
        match &mut self.example {
            Some(example) if example.signature == failure.signature => example.logs = logs,
            Some(example) if example.logs >= logs => {}
            example => {
                *example = Some(Example {
                    signature: failure.signature.clone(),
                    logs,
                    report: Box::new(report.clone()),
                });
            }
        }
    }

    /// Writes rows, causes and counts.
    fn write(&self, out: &mut dyn Write, summary: &Summary, width: usize) -> io::Result<()> {
        let logs: usize = self.counts.values().sum();
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        rows.sort_by(|a, b| (a.order, &a.path).cmp(&(b.order, &b.path)));
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
        for line in wrap(&counts(summary), width) {
            writeln!(out, "{line}")?;
        }
        self.write_example(out, width)
    }

    /// The screen of the one failure, or of the one that came most often.
    fn write_example(&self, out: &mut dyn Write, width: usize) -> io::Result<()> {
        let Some(Example { logs, report, .. }) = &self.example else {
            return Ok(());
        };
        let said = match (self.causes.len(), *logs) {
            (1, 1) => "The failure:".to_owned(),
            (_, 1) => "One of the failures:".to_owned(),
            (_, logs) => format!("The cause that came most often ({logs} logs), in one of them:"),
        };
        writeln!(out, "\n{}\n", cut_end(&said, width))?;
        InFull::new(width, false).log(out, report)
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

    /// The same cause in many logs is one line; the rows tell those that came once.
    fn write_causes(&self, out: &mut dyn Write, width: usize) -> io::Result<()> {
        let mut causes: Vec<&Cause> = self.causes.values().filter(|c| c.logs > 1).collect();
        causes.sort_by(|a, b| (b.logs, &a.words).cmp(&(a.logs, &b.words)));
        if causes.is_empty() {
            return Ok(());
        }
        let room = width.saturating_sub(4 + usize::from(GAP));
        let lines = causes.iter().take(MAX_CAUSES).map(|cause| {
            let words = cut_end(&cause.words, room);
            [cause.logs.to_string(), words]
        });
        let head = ["logs".to_owned(), "cause that they share".to_owned()];
        write_table(out, std::iter::once(head).chain(lines))?;
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
        writeln!(out, "{}\n", cut_end(&note, width))?;
    }
    let names: Vec<&str> = paths.iter().map(|path| shared.without(path)).collect();
    let widest = |texts: &mut dyn Iterator<Item = &str>, head: &str| {
        texts.map(columns).max().unwrap_or(0).max(columns(head))
    };
    let gap = usize::from(GAP);
    let outcome = widest(&mut rows.iter().map(|r| r.outcome), "outcome") + gap;
    // Of a narrow screen the cause gets what there is: its code stands in the log's own screen.
    let code = match width {
        100.. => widest(&mut rows.iter().map(|r| r.code.as_str()), "code") + gap,
        _ => 0,
    };
    let names = apart(&names, (width * 2 / 5).max(10));
    let log = widest(&mut names.iter().map(String::as_str), "log") + gap;
    let rest = width.saturating_sub(outcome + log + code);
    let product = widest(&mut rows.iter().map(|r| r.product.as_str()), "product");
    let action = widest(&mut rows.iter().map(|r| r.action.as_str()), "action");
    // What does not fit goes: first the action, then the product.
    let (product, action) = match rest {
        110.. => (product.min(rest * 3 / 10), action.min(rest / 4)),
        76.. => (product.min(rest * 3 / 10), 0),
        _ => (0, 0),
    };
    let kept = |used: usize| if used > 0 { used + gap } else { 0 };
    let cause = rest.saturating_sub(kept(product) + kept(action));
    let cells = |all: [&str; 6]| -> Vec<String> {
        let code = code.saturating_sub(gap);
        let widths = [outcome - gap, log - gap, product, action, cause, code];
        let cells = all.into_iter().zip(widths);
        cells
            .filter(|(_, most)| *most > 0)
            .map(|(text, most)| cut_end(text, most))
            .collect()
    };
    let head = ["outcome", "log", "product", "action", "cause", "code"];
    let lines = rows.iter().zip(&names).map(|(row, name)| {
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
        "cancelled" | "no result" | "no log" => AnsiColor::Yellow.on_default(),
        "ok" | "ok, restart" => AnsiColor::Green.on_default(),
        _ => Style::new(),
    }
}

/// Place among the rows, and the word for the outcome.
fn standing(report: &LogReport) -> (u8, &'static str) {
    match report.outcome() {
        Some(Outcome::Failed) => (0, "FAILED"),
        Some(Outcome::Cancelled) => (1, "cancelled"),
        Some(Outcome::Incomplete) => (2, "no result"),
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
            (summary.incomplete, "without a result"),
            (summary.succeeded, "worked"),
            (summary.unrecognised, "no installer log"),
            (summary.errors, "not readable"),
        ],
    )
}
