//! Line numbers of the file for a log that stood inside something.

use crate::envelope::Opened;
use crate::report::{LogReport, SessionReport};

/// Says of a report in which line of the file everything stands, and what was around the log.
pub(super) fn of_file(report: &mut LogReport, opened: &Opened<'_>) {
    let Some(around) = opened.around() else {
        return;
    };
    report.encoding = around.encoding.name();
    report.bytes = around.bytes;
    let lines = opened.lines();
    report.lines = lines.unwrap_or(report.lines);
    let numbered = if lines.is_some() {
        "file"
    } else {
        "log inside"
    };
    let of = |line: &mut u64| *line = opened.line(*line);
    report
        .related
        .iter_mut()
        .flat_map(|r| &mut r.line)
        .for_each(of);
    report
        .sessions
        .iter_mut()
        .for_each(|session| session_lines(session, of));
    report.notices.push(format!(
        "the log was wrapped ({}) and was read without that; line numbers are those of the {numbered}",
        around.layers.join(", ")
    ));
}

fn session_lines(session: &mut SessionReport, of: impl Fn(&mut u64)) {
    session.lines.iter_mut().for_each(&of);
    session
        .slowest
        .iter_mut()
        .for_each(|action| of(&mut action.line));
    session
        .ignored_failures
        .iter_mut()
        .for_each(|failure| of(&mut failure.line));
    let Some(failure) = &mut session.failure else {
        return;
    };
    of(&mut failure.line);
    failure
        .cause
        .iter_mut()
        .for_each(|cause| of(&mut cause.line));
    failure
        .evidence
        .iter_mut()
        .for_each(|evidence| of(&mut evidence.line));
    failure
        .propagation
        .iter_mut()
        .for_each(|action| of(&mut action.line));
}
