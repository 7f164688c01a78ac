//! What a whole log tells beside its report: every action with its time, properties and where they
//! were set, features, components, policies, products, files in use. A second pass over a log, on
//! request only, so that reports cost nothing more for it.

mod builder;
#[cfg(feature = "cli")]
pub mod compare;
mod failing;
mod kept;
#[cfg(feature = "cli")]
pub mod parting;
mod place;
mod properties;
mod remarks;
mod states;
mod tree;

use std::io::{self, Read};

pub use crate::run::details::*;

use crate::engine::{AnalyseError, Options};
use crate::envelope;
use crate::report::LogReport;
use crate::run::{Kind, Outcome, Run};
use crate::text::LineReader;
use builder::Builder;

/// Reads a log again for what its report does not keep. `report` is the report of the same bytes;
/// sessions and line numbers are those of it.
///
/// # Errors
/// Where the source cannot be read or the encoding is unknown.
pub fn read<R: Read + Send>(
    path: &str,
    reader: R,
    report: &LogReport,
    options: &Options,
) -> Result<Details, AnalyseError> {
    let encoding = options.encoding()?;
    if report.kind != Kind::Msi {
        return Ok(of_steps(report));
    }
    let unreadable = |source: io::Error| AnalyseError::Read {
        path: path.to_owned(),
        offset: 0,
        source,
    };
    let mut opened = envelope::open(reader, encoding).map_err(unreadable)?;
    let encoding = opened.encoding;
    let mut builder = Builder::new(&report.sessions);
    // Where something is around the log, its lines stand elsewhere in the file.
    let mut held: Vec<(u64, String)> = Vec::new();
    let around = opened.around().is_some();
    let mut lines = LineReader::new(&mut opened, encoding);
    while let Some(batch) = lines.next_batch().map_err(unreadable)? {
        for line in batch {
            match around {
                true if held.len() < MOST_HELD => held.push((line.number, line.text.to_owned())),
                true => {}
                false => builder.push(line.number, line.text),
            }
        }
    }
    drop(lines);
    for (number, text) in held {
        builder.push(opened.line(number), &text);
    }
    Ok(builder.finish())
}

/// Most lines of a log that stood inside something else.
const MOST_HELD: usize = 500_000;

/// What other logs than those of Windows Installer tell of their steps: runs, and the packages or
/// items that took longest.
fn of_steps(report: &LogReport) -> Details {
    let mut details = Details::default();
    for (session, run) in report.sessions.iter().enumerate() {
        let root = details.actions.len();
        let failed = run.failure.is_some();
        let name = run
            .product
            .name
            .as_deref()
            .or(run.product.package.as_deref());
        details.actions.push(TimedAction {
            session,
            kind: TimedKind::Session,
            line: run.lines[0],
            end_line: (run.outcome != Outcome::Incomplete).then_some(run.lines[1]),
            started: run.started.as_deref().and_then(time_of).map(str::to_owned),
            ms: run.duration_ms,
            failed,
            ..TimedAction::named(name.unwrap_or_default())
        });
        let mut steps: Vec<_> = run.slowest.iter().collect();
        steps.sort_by_key(|step| step.line);
        details
            .actions
            .extend(steps.into_iter().map(|step| TimedAction {
                session,
                parent: Some(root),
                depth: 1,
                kind: TimedKind::Package,
                line: step.line,
                ms: Some(step.ms),
                failed: failed && is_failing(run, &step.action),
                ..TimedAction::named(&step.action)
            }));
    }
    details
}

fn is_failing(run: &Run, step: &str) -> bool {
    let failure = run.failure.as_ref();
    failure.and_then(|failure| failure.action.as_deref()) == Some(step)
}

/// The time of day in `2026-07-07T12:02:17`.
fn time_of(when: &str) -> Option<&str> {
    when.split_once('T').map(|(_, time)| time)
}

#[cfg(test)]
mod tests;
