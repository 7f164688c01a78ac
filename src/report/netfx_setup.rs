//! The report of a setup program's log: the same data model, the setup in the product's place.

use super::model::{LogReport, SessionReport, SlowAction};
use super::related::Related;
use super::setup;
use crate::diagnosis::{Cause, CodeSpace, Failure, burn, codes, netfx_setup};
use crate::knowledge::codes as meanings;
use crate::knowledge::messages;
use crate::knowledge::rules::RuleSet;
use crate::session::Outcome;
use crate::session::netfx_setup::NetfxSession;

/// How many slow items are named.
const SLOWEST: usize = 10;

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
    let (failure, ignored) = netfx_setup::diagnose(session);
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
        exit_name: session
            .exit_code
            .and_then(meanings::exit_code)
            .map(|code| code.name.to_owned()),
        failure: None,
        ignored_failures: ignored,
        slowest: session
            .slowest(SLOWEST)
            .into_iter()
            .map(|(ms, action, line)| SlowAction { action, ms, line })
            .collect(),
    };
    let worked = matches!(
        session.outcome,
        Outcome::Succeeded | Outcome::SucceededReboot
    );
    filled.failure = failure.filter(|_| !worked).map(|mut failure| {
        explain(&mut failure);
        burn::shorten(&mut failure, most_evidence.max(1));
        failure.remedies = setup::find_remedies("netfx-setup", &filled, &failure, rules);
        failure
    });
    filled
}

/// Puts the meaning beside each code.
fn explain(failure: &mut Failure) {
    if let Some(cause) = &mut failure.cause
        && let Some(number) = message_number(cause)
    {
        cause.code = codes::message_code(number);
        cause.explanation = messages::explain(number, &[]).or(cause.explanation.take());
    }
    setup::explain(failure);
}

/// The number of the installer's message that is the cause.
fn message_number(cause: &Cause) -> Option<u32> {
    let value = cause
        .code
        .value
        .filter(|_| cause.code.space == CodeSpace::Msi)?;
    u32::try_from(value).ok()
}
