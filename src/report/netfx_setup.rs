//! The report of a setup program's log: the same data model, the setup in the product's place.

use super::model::{LogReport, SessionReport};
use super::related::Related;
use super::setup;
use crate::diagnosis::{Cause, CodeSpace, Failure, codes, netfx_setup};
use crate::knowledge::messages;
use crate::knowledge::rules::RuleSet;
use crate::session::netfx_setup::NetfxSession;

/// Fills the runs of a setup program in.
pub fn fill(
    report: &mut LogReport,
    sessions: &[NetfxSession],
    rules: Option<&RuleSet>,
    most_evidence: usize,
) {
    report.verbose = true;
    report.complete = sessions.last().is_some_and(|s| s.complete);
    report.sessions = sessions
        .iter()
        .map(|s| session_report(s, &report.path, rules, most_evidence))
        .collect();
    report.related = sessions.iter().flat_map(logs_of).collect();
}

/// The logs that the items write.
fn logs_of(session: &NetfxSession) -> impl Iterator<Item = Related> {
    let named = |log: &crate::session::netfx_setup::ItemLog| {
        Related::named(&log.item, &log.path, log.line.line)
    };
    session.logs.iter().map(named)
}

fn session_report(
    session: &NetfxSession,
    path: &str,
    rules: Option<&RuleSet>,
    most_evidence: usize,
) -> SessionReport {
    let (mut failure, ignored) = netfx_setup::diagnose(session);
    if let Some(failure) = &mut failure {
        name_message(failure);
    }
    let mut filled = SessionReport {
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
    setup::add_failure("netfx-setup", &mut filled, failure, rules, most_evidence);
    filled
}

/// Says what the installer's message means that is the cause.
fn name_message(failure: &mut Failure) {
    if let Some(cause) = &mut failure.cause
        && let Some(number) = message_number(cause)
    {
        cause.code = codes::message_code(number);
        cause.explanation = messages::explain(number, &[]).or(cause.explanation.take());
    }
}

/// The number of the installer's message that is the cause.
fn message_number(cause: &Cause) -> Option<u32> {
    let value = cause
        .code
        .value
        .filter(|_| cause.code.space == CodeSpace::Msi)?;
    u32::try_from(value).ok()
}
