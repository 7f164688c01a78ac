//! The lines that prove why a bundle failed, in the order of the log.

use super::culprit::Culprit;
use crate::diagnosis::model::{Evidence, Failure};
use crate::session::burn::{BurnSession, system_error};

/// Errors of one chain that are shown.
const CHAIN: usize = 8;
/// What is said of the errors after the first.
pub(in crate::diagnosis) const PASSED_ON: &str = "passes the error on";
/// What is said of the line that names the package's own log.
pub(in crate::diagnosis) const OWN_LOG: &str =
    "names the package's own log, which holds the deeper cause";

/// Leaves out what proves least, until no more than so many lines are shown. The cause, the line
/// where it ended and the one that names the package's own log go last.
pub fn shorten(failure: &mut Failure, most: usize) {
    let cause = failure.cause.as_ref().map(|cause| cause.line);
    let end = failure.line;
    let weight = |evidence: &Evidence| match evidence {
        e if Some(e.line) == cause => 4,
        e if e.line == end => 3,
        e if e.why.starts_with(OWN_LOG) => 2,
        e if e.why == PASSED_ON => 0,
        _ => 1,
    };
    while failure.evidence.len() > most.max(1) {
        let evidence = failure.evidence.iter().enumerate().rev();
        let Some((least, _)) = evidence.min_by_key(|(_, e)| weight(e)) else {
            return;
        };
        failure.evidence.remove(least);
    }
}

/// Collects the lines; `cause` is the line of the cause, which counts as evidence, too.
pub(super) fn collect(
    session: &BurnSession,
    culprit: &Culprit,
    cause: Option<u64>,
) -> Vec<Evidence> {
    let mut all: Vec<Evidence> = Vec::new();
    let mut add = |line: u64, text: &str, why: &str| Evidence::add(&mut all, line, text, why);
    let message = session.foreign.iter().find(|m| Some(m.line) == cause);
    if let Some(message) = message {
        add(message.line, &message.text, "what the package itself says");
    }
    for (at, error) in culprit.errors().iter().take(CHAIN).enumerate() {
        let why = match at {
            0 => "the first and innermost error",
            _ => PASSED_ON,
        };
        add(error.line, &error.text, why);
    }
    package_lines(culprit, &mut add);
    if let Culprit::Condition(_) = culprit
        && let Some(condition) = &session.false_condition
    {
        add(
            condition.line,
            &condition.text,
            "the condition that does not hold",
        );
    }
    let outdated = culprit.code().and_then(system_error) == Some(1638);
    if let Some(newer) = &session.downgrade
        && (outdated || matches!(culprit, Culprit::Downgrade(_)))
    {
        add(newer.line, &newer.text, "a newer version is installed");
    }
    result_lines(session, &mut add);
    all.sort_by_key(|evidence| evidence.line);
    all
}

fn package_lines(culprit: &Culprit, add: &mut impl FnMut(u64, &str, &str)) {
    let Culprit::Package { package, .. } = culprit else {
        return;
    };
    if let (Some(line), Some(path)) = (&package.log, &package.log_path) {
        let why = format!("{OWN_LOG}: {path}");
        add(line.line, &line.text, &why);
    }
    if let Some(line) = &package.applying {
        add(line.line, &line.text, "the failing package begins");
    }
    if let Some(line) = &package.process_exit {
        add(
            line.line,
            &line.text,
            "the exit code of the package's program",
        );
    }
    if let Some(line) = package.failure() {
        add(line.line, &line.text, "the package's result");
    }
}

fn result_lines(session: &BurnSession, add: &mut impl FnMut(u64, &str, &str)) {
    if let Some(line) = &session.early_failure {
        add(line.line, &line.text, "the bundle failed before it began");
    }
    if let Some(line) = session.apply.as_ref().filter(|result| result.failed()) {
        add(line.line, &line.text, "the result of the whole bundle");
    }
    if let Some(line) = &session.exit {
        add(line.line, &line.text, "the bundle's exit code");
    }
}
