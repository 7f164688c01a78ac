//! The report of a setup program's log: the same data model, the setup in the product's place.

use super::model::{LogReport, SessionReport, SlowAction};
use crate::diagnosis::{
    self, ActionKind, Cause, CodeSpace, Failure, burn, codes, netfx_setup, remedies,
};
use crate::knowledge::codes as meanings;
use crate::knowledge::dotnet::{self, DotNet, Hints};
use crate::knowledge::messages;
use crate::knowledge::rules::{Facts, RuleSet};
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
}

fn session_report(
    session: &NetfxSession,
    path: &str,
    rules: Option<&RuleSet>,
    most_evidence: usize,
) -> SessionReport {
    let (failure, ignored) = netfx_setup::diagnose(session);
    let dotnet = recognise(session, path);
    let failure = failure.map(|mut failure| {
        explain(&mut failure);
        burn::shorten(&mut failure, most_evidence.max(1));
        failure.remedies = find_remedies(session, &failure, dotnet.as_ref(), rules);
        failure
    });
    SessionReport {
        lines: [session.first_line, session.last_line],
        started: session.started.clone(),
        ended: session.ended.clone(),
        duration_ms: session.duration_ms,
        operation: session.operation,
        parent: None,
        product: session.product.clone(),
        dotnet,
        machine: session.machine.clone(),
        outcome: session.outcome,
        exit_code: session.exit_code,
        exit_name: session
            .exit_code
            .and_then(meanings::exit_code)
            .map(|code| code.name.to_owned()),
        failure: failure.filter(|_| {
            !matches!(
                session.outcome,
                Outcome::Succeeded | Outcome::SucceededReboot
            )
        }),
        ignored_failures: ignored,
        slowest: session
            .slowest(SLOWEST)
            .into_iter()
            .map(|(ms, action, line)| SlowAction { action, ms, line })
            .collect(),
    }
}

/// Puts the meaning beside each code.
fn explain(failure: &mut Failure) {
    let Some(cause) = &mut failure.cause else {
        return;
    };
    if let Some(number) = message_number(cause) {
        cause.code = codes::message_code(number);
        cause.explanation = messages::explain(number, &[]).or(cause.explanation.take());
    }
    for code in std::iter::once(&mut cause.code).chain(cause.nested_code.as_mut()) {
        if let (Some(value), false) = (
            code.value,
            matches!(code.space, CodeSpace::None | CodeSpace::Msi),
        ) && code.meaning.is_none()
        {
            *code = codes::describe(value, code.space);
        }
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

fn recognise(session: &NetfxSession, path: &str) -> Option<DotNet> {
    let product = &session.product;
    let file_name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    dotnet::recognise(&Hints {
        product_code: product.code.as_deref(),
        upgrade_code: product.upgrade_code.as_deref(),
        patch_codes: &[],
        packed: &[],
        packages: &[product.package.as_deref().unwrap_or(""), file_name],
        product_name: product.name.as_deref(),
        product_version: product.version.as_deref(),
        manufacturer: product.manufacturer.as_deref(),
    })
}

fn find_remedies(
    session: &NetfxSession,
    failure: &Failure,
    dotnet: Option<&DotNet>,
    rules: Option<&RuleSet>,
) -> Vec<diagnosis::Remedy> {
    let values: Vec<i64> = failure
        .cause
        .iter()
        .flat_map(|c| [c.nested_code.as_ref().and_then(|n| n.value), c.code.value])
        .flatten()
        .collect();
    let lines: Vec<&str> = failure.evidence.iter().map(|e| e.text.as_str()).collect();
    let messages: Vec<u32> = failure.cause.iter().filter_map(message_number).collect();
    let product = &session.product;
    let facts = Facts {
        kind: "netfx-setup",
        outcome: remedies::outcome_word(session.outcome),
        operation: remedies::operation_word(session.operation),
        exit_code: session.exit_code,
        messages: &messages,
        codes: &values,
        action: failure.action.as_deref(),
        action_kind: if failure.action_kind == ActionKind::Package {
            "package"
        } else {
            "none"
        },
        cause_line: failure.cause.as_ref().map_or("", |c| c.text.as_str()),
        lines: &lines,
        product: product.name.as_deref(),
        manufacturer: product.manufacturer.as_deref(),
        package: product.package.as_deref(),
        dotnet_family: dotnet.map(|d| d.family.as_str()),
        dotnet_version: dotnet.map(|d| d.version.as_str()),
        dotnet_edition: dotnet.and_then(|d| d.edition.as_deref()),
        windows: session
            .machine
            .windows
            .as_deref()
            .and_then(remedies::windows),
        ..Facts::default()
    };
    remedies::for_facts(&facts, rules)
}
