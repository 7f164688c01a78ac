//! The report of the log of a .NET Framework setup program: the same data model, the setup in the
//! product's place.

use super::model::{LogReport, SessionReport};
use super::related::Related;
use super::setup;
use crate::diagnosis::netfx_setup::diagnose;
use crate::knowledge::codes;
use crate::knowledge::rules::RuleSet;
use crate::session::netfx_setup::SetupSession;

/// Fills the session of a setup program's log in.
pub fn fill(
    report: &mut LogReport,
    session: &SetupSession,
    rules: Option<&RuleSet>,
    most_evidence: usize,
) {
    report.verbose = true;
    report.complete = session.result.is_some();
    report.related = session.items.iter().filter_map(log_of).collect();
    let mut filled = SessionReport {
        lines: [session.first_line, session.last_line],
        started: session.started.clone(),
        ended: None,
        duration_ms: session.duration_ms(),
        operation: session.operation,
        parent: None,
        product: session.product.clone(),
        dotnet: setup::recognise(&session.product, &report.path),
        machine: session.machine.clone(),
        outcome: session.outcome(),
        exit_code: session.exit_code(),
        exit_name: session
            .exit_code()
            .and_then(codes::exit_code)
            .map(|code| code.name.to_owned()),
        failure: None,
        ignored_failures: Vec::new(),
        slowest: Vec::new(),
    };
    filled.failure = diagnose(session).map(|mut failure| {
        setup::explain(&mut failure);
        // The cause stands among the first or right before the end.
        let least = most_evidence.max(1);
        while failure.evidence.len() > least {
            failure.evidence.remove(least / 2);
        }
        failure.remedies = setup::find_remedies("netfx-setup", &filled, &failure, rules);
        failure
    });
    report.sessions.push(filled);
}

/// The log that an item wrote.
fn log_of(item: &crate::session::netfx_setup::SetupItem) -> Option<Related> {
    let log = item.log.as_ref()?;
    Some(Related::named(&item.name, &log.text, log.line))
}
