//! PSAppDeployToolkit, versions 3 and 4: in the format of CMTrace or in its own,
//! `[date time] [phase] [function] [severity] :: text`.

use super::cmtrace::Entry;
use super::{Event, Program, Record, exit, judged, operation, package};
use crate::formats::codes::code;
use crate::formats::scan::between;
use crate::formats::stamp::{Stamp, month_first, year_first};

/// Functions that call programs or tell how the whole ended, of versions 3 and 4.
const FUNCTIONS: [&str; 9] = [
    "Execute-MSI",
    "Execute-MSP",
    "Execute-Process",
    "Exit-Script",
    "PSAppDeployToolkit",
    "Start-ADTMsiProcess",
    "Start-ADTMspProcess",
    "Start-ADTProcess",
    "Close-ADTSession",
];

/// Takes a line in the format of CMTrace apart: `[phase] :: text`, the phase may be missing.
pub fn entry(entry: Entry<'_>) -> Option<Record<'_>> {
    let text = match entry
        .text
        .strip_prefix('[')
        .and_then(|t| t.split_once("] :: "))
    {
        Some((phase, text)) if is_phase(phase) => text,
        _ => {
            let known = |step| FUNCTIONS.contains(&step);
            entry.component.is_some_and(known).then_some(entry.text)?
        }
    };
    Some(record(entry.stamp, entry.component, text))
}

/// Takes a line in the toolkit's own format apart.
pub fn plain(line: &str) -> Option<Record<'_>> {
    let (head, text) = line.trim_start().strip_prefix('[')?.split_once("] :: ")?;
    let mut fields = head.split("] [");
    let (date, phase, step) = (fields.next()?, fields.next()?, fields.next()?);
    let severity = fields.next();
    if fields.next().is_some() || severity.is_some_and(|s| s.contains(' ')) || !is_phase(phase) {
        return None;
    }
    // Version 3 writes month, day, year.
    let stamp = match year_first(date) {
        Some((stamp, _)) => stamp,
        None => date
            .split_once(' ')
            .and_then(|(date, time)| month_first(date, time))?,
    };
    Some(record(Some(stamp), Some(step), text))
}

/// `Installation`, `Pre-Install`: words, no path.
fn is_phase(phase: &str) -> bool {
    !phase.is_empty()
        && phase.len() < 40
        && phase
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | ' ' | '_'))
}

fn record<'a>(stamp: Option<Stamp>, step: Option<&'a str>, text: &'a str) -> Record<'a> {
    Record {
        program: Program::AppDeployToolkit,
        stamp,
        step,
        event: event(text).unwrap_or(Event::Other),
        weak: false,
    }
}

fn event(text: &str) -> Option<Event<'_>> {
    if let Some(value) = text.split_once("exit code [").map(|(_, value)| value) {
        return result(text, code(value)?);
    }
    if let Some(action) = between(text, "Executing MSI action [", "]") {
        return operation(action).map(Event::Task);
    }
    for start in ["Executing [", "Executed ["] {
        if let Some((command, _)) = text.strip_prefix(start).and_then(|t| t.rsplit_once(']')) {
            return Some(Event::Command(command));
        }
    }
    for start in ["Arguments [", "Parameters ["] {
        if let Some((arguments, _)) = text.strip_prefix(start).and_then(|t| t.rsplit_once(']')) {
            return Some(Event::Arguments(arguments));
        }
    }
    let (name, rest) = text.strip_prefix('[')?.split_once("] ")?;
    rest.trim_end_matches('.')
        .ends_with(" started")
        .then_some(package(name))
}

/// `Execution failed with exit code [N].` is the program's, `NAME Installation completed with exit
/// code [N].` the toolkit's.
fn result(text: &str, code: u32) -> Option<Event<'_>> {
    if text.starts_with("Execution ") {
        return Some(exit(code));
    }
    let (before, _) = text.split_once(" completed ")?;
    let name = match before.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        None => before.rsplit_once(' ')?.0,
    };
    Some(judged(
        Some(name),
        matches!(code, 0 | 1641 | 3010),
        Some(code),
    ))
}
