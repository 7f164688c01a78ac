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
    let slowest = session.slowest.iter_mut().map(|action| &mut action.line);
    let ignored = session.ignored_failures.iter_mut().map(|f| &mut f.line);
    let lines = session.lines.iter_mut().chain(slowest).chain(ignored);
    lines.for_each(&of);
    let Some(failure) = &mut session.failure else {
        return;
    };
    let cause = failure.cause.iter_mut().map(|cause| &mut cause.line);
    let evidence = failure.evidence.iter_mut().map(|e| &mut e.line);
    let passed_on = failure
        .propagation
        .iter_mut()
        .map(|action| &mut action.line);
    let lines = cause.chain(evidence).chain(passed_on);
    lines.chain([&mut failure.line]).for_each(of);
}
