//! The report of the log of a program that calls the installer: a session for each call.

use super::model::{LogReport, SessionReport};
use super::related::Related;
use super::setup;
use crate::diagnosis::{ActionKind, Cause, CodeSpace, Confidence, Evidence, Failure, codes};
use crate::knowledge::codes as meanings;
use crate::knowledge::rules::RuleSet;
use crate::session::wrapper::Call;
use crate::session::{Machine, Outcome, Product};

/// Fills a session in for each call.
pub fn fill(report: &mut LogReport, calls: &[Call], dropped: u64, rules: Option<&RuleSet>) {
    report.verbose = true;
    report.complete = true;
    report.sessions = calls
        .iter()
        .map(|call| session(call, &report.path, rules))
        .collect();
    report.related = calls.iter().filter_map(log_of).collect();
    if dropped > 0 {
        report.notices.push(format!(
            "too many calls: {dropped} that worked are not shown"
        ));
    }
    if calls.iter().any(|call| call.outcome() == Outcome::Failed) {
        let named = calls
            .iter()
            .rev()
            .find(|call| call.outcome() == Outcome::Failed);
        let log = named.and_then(|call| call.log.as_ref());
        report.notices.push(match log {
            Some(log) => format!(
                "this log knows only the exit code; the installer's own log says why: {}",
                log.text
            ),
            None => {
                "this log knows only the exit code; make the installer write its own with /l*vx LOG"
                    .to_owned()
            }
        });
    }
}

fn log_of(call: &Call) -> Option<Related> {
    let log = call.log.as_ref()?;
    Some(Related::named(&name(call), &log.text, log.line))
}

/// What was called: the package, else the file of the command.
fn name(call: &Call) -> String {
    let command = call.command.as_ref().and_then(|c| file_in(&c.text));
    let name = call.name.clone().or(command);
    name.unwrap_or_else(|| "installer".to_owned())
}

/// The package in a command line.
fn file_in(command: &str) -> Option<String> {
    let words = command.split(['"', ' ']);
    let mut files = words.filter(|word| {
        let lower = word.to_ascii_lowercase();
        [".msi", ".msp", ".msu", ".exe"]
            .iter()
            .any(|end| lower.ends_with(end))
            && !lower.ends_with("msiexec.exe")
    });
    let file = files.next()?;
    file.rsplit(['\\', '/']).next().map(str::to_owned)
}

fn session(call: &Call, path: &str, rules: Option<&RuleSet>) -> SessionReport {
    let product = Product {
        name: call.name.clone(),
        version: call.version.clone(),
        package: call.command.as_ref().and_then(|c| file_in(&c.text)),
        ..Product::default()
    };
    let mut session = SessionReport {
        lines: [call.first_line.max(1), call.line.line],
        started: None,
        ended: call.time.clone(),
        duration_ms: None,
        operation: call.operation(),
        parent: None,
        dotnet: setup::recognise(&product, path),
        product,
        machine: Machine::default(),
        outcome: call.outcome(),
        exit_code: Some(call.exit_code()),
        exit_name: meanings::exit_code(call.exit_code()).map(|code| code.name.to_owned()),
        failure: None,
        ignored_failures: Vec::new(),
        slowest: Vec::new(),
    };
    if matches!(session.outcome, Outcome::Failed | Outcome::Cancelled) {
        let mut failure = failure(call);
        failure.remedies = setup::find_remedies("wrapper", &session, &failure, rules);
        session.failure = Some(failure);
    }
    session
}

fn failure(call: &Call) -> Failure {
    let name = name(call);
    let code = match call.code {
        small @ 0..=0xffff => codes::describe(i64::from(small), CodeSpace::Exit),
        large => codes::system_code(i64::from(large)),
    };
    let mut evidence: Vec<Evidence> = [
        (call.command.as_ref(), "the command that was run"),
        (
            call.log.as_ref(),
            "the installer's own log, which holds the deeper cause",
        ),
        (Some(&call.line), "the cause"),
    ]
    .into_iter()
    .filter_map(|(line, why)| {
        let line = line?;
        Some(Evidence {
            line: line.line,
            text: line.text.clone(),
            why: why.to_owned(),
        })
    })
    .collect();
    evidence.sort_by_key(|line| line.line);
    evidence.dedup_by_key(|line| line.line);
    let shown = meanings::format_code(i64::from(call.code));
    Failure {
        action: Some(name.clone()),
        action_kind: ActionKind::Package,
        custom_action: None,
        script_operation: None,
        line: call.line.line,
        cause: Some(Cause {
            line: call.line.line,
            text: call.line.text.clone(),
            explanation: Some(format!(
                "{name} returned {shown}; why, only its own log says."
            )),
            code,
            nested_code: None,
            confidence: Confidence::Medium,
        }),
        evidence,
        propagation: Vec::new(),
        signature: format!("wrapper/{name}/{shown}"),
        remedies: Vec::new(),
        origin: None,
    }
}
