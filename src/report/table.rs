//! Many logs on one screen: a row each, failures first, then what the failures have in common.

use std::collections::BTreeMap;
use std::io::{self, Write};

use comfy_table::{ContentArrangement, Table, presets};

use super::layout::{clean, cut};
use super::model::{Kind, LogReport, SessionReport, Summary};
use super::text::kind_word;
use super::words;
use crate::session::Outcome;

/// Writes the table and the counts.
///
/// # Errors
/// What the writer gives.
pub fn write<W: Write>(
    out: &mut W,
    logs: &[LogReport],
    summary: &Summary,
    width: usize,
) -> io::Result<()> {
    let mut sorted: Vec<&LogReport> = logs.iter().collect();
    sorted.sort_by_key(|report| (order(report), report.path.as_str()));
    if !sorted.is_empty() {
        let mut table = new_table(width);
        table.set_header(["outcome", "log", "product", "action", "cause"]);
        for report in &sorted {
            table.add_row(row(report, width));
        }
        writeln!(out, "{table}")?;
    }
    causes(out, &sorted, width)?;
    counts(out, summary)?;
    if let Some(first) = sorted.first().filter(|r| order(r) == 0) {
        writeln!(out, "One in full: msilog \"{}\"", clean(&first.path))?;
    }
    Ok(())
}

fn new_table(width: usize) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width.clamp(40, 400)).unwrap_or(100));
    table
}

fn outcome(report: &LogReport) -> Option<Outcome> {
    report
        .principal()
        .filter(|_| report.kind != Kind::Unrecognised)
        .map(|s| s.outcome)
}

/// Failures first.
fn order(report: &LogReport) -> u8 {
    match outcome(report) {
        Some(Outcome::Failed) => 0,
        Some(Outcome::Cancelled) => 1,
        Some(Outcome::Incomplete) => 2,
        None => 3,
        Some(Outcome::SucceededReboot | Outcome::Succeeded) => 4,
    }
}

fn row(report: &LogReport, width: usize) -> [String; 5] {
    let word = match outcome(report) {
        Some(Outcome::Failed) => "FAILED".to_owned(),
        Some(Outcome::Cancelled) => "cancelled".to_owned(),
        Some(Outcome::Incomplete) => "no end".to_owned(),
        Some(Outcome::SucceededReboot) => "ok, restart".to_owned(),
        Some(Outcome::Succeeded) => "ok".to_owned(),
        None => kind_word(report.kind).to_owned(),
    };
    let session = report.principal();
    let product = session.map(product).unwrap_or_default();
    let action = session
        .and_then(|s| s.failure.as_ref()?.action.clone())
        .unwrap_or_default();
    let cause = session.map(words::short_cause).unwrap_or_default();
    let most = width / 3;
    let cell = |text: &str| cut(&clean(text), most.max(12));
    [
        word,
        clean(&report.path).into_owned(),
        cell(&product),
        cell(&action),
        cell(&cause),
    ]
}

fn product(session: &SessionReport) -> String {
    let product = &session.product;
    product
        .name
        .clone()
        .or_else(|| session.dotnet.as_ref().map(words::dotnet_name))
        .unwrap_or_default()
}

/// The same cause on many machines is one line.
fn causes<W: Write>(out: &mut W, logs: &[&LogReport], width: usize) -> io::Result<()> {
    let mut groups: BTreeMap<&str, (usize, &SessionReport)> = BTreeMap::new();
    for session in logs
        .iter()
        .filter(|r| order(r) < 3)
        .filter_map(|r| r.principal())
    {
        if let Some(failure) = &session.failure {
            groups.entry(&failure.signature).or_insert((0, session)).0 += 1;
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(signature, (count, _))| (std::cmp::Reverse(*count), *signature));
    if groups.is_empty() {
        return Ok(());
    }
    let mut table = new_table(width);
    table.set_header(["logs", "signature", "remedy"]);
    for (signature, (count, session)) in groups {
        let remedy = session.failure.as_ref().and_then(|f| f.remedies.first());
        let remedy = remedy.map_or_else(String::new, |r| {
            format!("{} (msilog rules show {})", r.title, r.rule)
        });
        table.add_row([
            count.to_string(),
            clean(signature).into_owned(),
            cut(&clean(&remedy), width / 2),
        ]);
    }
    writeln!(out, "\n{table}")
}

fn counts<W: Write>(out: &mut W, summary: &Summary) -> io::Result<()> {
    let parts = [
        (summary.failed, "failed"),
        (summary.cancelled, "cancelled"),
        (summary.succeeded, "worked"),
        (summary.incomplete, "without an end"),
        (summary.unrecognised, "no installer log"),
        (summary.errors, "not readable"),
    ];
    let said: Vec<String> = parts
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, word)| format!("{n} {word}"))
        .collect();
    writeln!(out, "\n{} logs: {}", summary.logs, said.join(", "))
}
