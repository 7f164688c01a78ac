//! The report of a bundle's log: the same data model, the bundle in the product's place.

use super::model::{LogReport, SessionReport};
use super::related::{self, Related};
use super::setup;
use crate::diagnosis::burn;
use crate::knowledge::rules::RuleSet;
use crate::session::burn::BurnSession;

/// Fills the sessions of a bundle's log in.
pub fn fill(
    report: &mut LogReport,
    sessions: &[BurnSession],
    rules: Option<&RuleSet>,
    most_evidence: usize,
) {
    report.verbose = true;
    report.complete = sessions.last().is_some_and(|s| s.complete);
    report.written_as = sessions.iter().find_map(|s| s.log_path.clone());
    report.related = sessions.iter().flat_map(package_logs).collect();
    report.sessions = sessions
        .iter()
        .map(|s| session_report(s, &report.path, rules, most_evidence))
        .collect();
}

/// Most logs of packages that are named.
const MOST_LOGS: usize = 1000;

/// The logs that the packages of the bundle wrote.
fn package_logs(session: &BurnSession) -> impl Iterator<Item = Related> {
    let packages = session.packages.iter().filter_map(|package| {
        let line = package.log.as_ref().map_or(0, |log| log.line);
        let mut related = Related::named(&package.id, package.log_path.as_deref()?, line);
        related.product_code = package
            .applying
            .as_ref()
            .and_then(|begin| related::cached_code(&begin.text));
        Some(related)
    });
    packages.take(MOST_LOGS)
}

fn session_report(
    session: &BurnSession,
    path: &str,
    rules: Option<&RuleSet>,
    most_evidence: usize,
) -> SessionReport {
    let (failure, ignored) = burn::diagnose(session);
    let mut report = SessionReport {
        lines: [session.first_line, session.last_line],
        started: session.started.clone(),
        ended: session.ended.clone(),
        duration_ms: session.duration_ms,
        operation: session.operation,
        parent: None,
        product: session.product.clone(),
        dotnet: setup::recognise(&session.product, path),
        machine: session.machine.clone(),
        outcome: session.outcome,
        exit_code: session.exit_code,
        exit_name: setup::exit_name(session.exit_code),
        failure: None,
        ignored_failures: ignored,
        slowest: setup::slow(session.slowest(setup::SLOWEST)),
    };
    setup::add_failure("burn", &mut report, failure, rules, most_evidence);
    report
}
