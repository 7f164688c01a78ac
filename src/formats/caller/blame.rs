//! Why a called installer failed, as far as its caller knows: the code, and where the rest stands.

use super::{Call, ToldBy};
use crate::formats::codes::{plain, shown, system_error};
use crate::run::{
    ActionKind, Cause, CodeSpace, Confidence, Evidence, Failure, IgnoredFailure, Outcome, Role,
};

/// Exit codes that say what was wrong: another installation, a missing package, a refused one.
const TELLING: [i64; 12] = [
    1601, 1602, 1618, 1619, 1620, 1624, 1625, 1633, 1638, 1639, 1643, 1654,
];

/// The failure of a call, where it failed, and the tries that did not count.
#[must_use]
pub fn diagnose(call: &Call) -> (Option<Failure>, Vec<IgnoredFailure>) {
    let failed = matches!(call.outcome(), Outcome::Failed | Outcome::Cancelled);
    let ignored = call.retried.iter().map(|tried| IgnoredFailure {
        line: tried.line,
        action: action(call).unwrap_or_else(|| call.program.name().to_owned()),
        why: "retried".to_owned(),
    });
    (failed.then(|| failure(call)), ignored.collect())
}

fn failure(call: &Call) -> Failure {
    let cause = cause(call);
    Failure {
        action: action(call),
        action_kind: ActionKind::None,
        custom_action: None,
        script_operation: None,
        line: cause.as_ref().map_or(call.last_line, |cause| cause.line),
        evidence: evidence(call),
        propagation: Vec::new(),
        signature: signature(call),
        remedies: Vec::new(),
        origin: None,
        cause,
    }
}

/// The part of the caller, or of the package, else the program that was called.
fn action(call: &Call) -> Option<String> {
    call.step
        .clone()
        .or_else(|| call.called.clone())
        .or_else(|| call.file().map(str::to_owned))
}

fn cause(call: &Call) -> Option<Cause> {
    let result = call.result.as_ref()?;
    let code = i64::from(result.code);
    let inner = system_error(result.code).map(i64::from);
    let (space, nested) = match inner {
        Some(_) if result.code <= 0xffff => (CodeSpace::Exit, None),
        Some(inner) => (CodeSpace::Hresult, Some(inner)),
        None => (CodeSpace::Hresult, None),
    };
    let telling = inner.is_some_and(|code| TELLING.contains(&code));
    Some(Cause {
        line: result.line,
        text: result.text.clone(),
        code: plain(space, Some(code)),
        nested_code: nested.map(|inner| plain(CodeSpace::Exit, Some(inner))),
        confidence: if telling {
            Confidence::Medium
        } else {
            Confidence::Low
        },
        explanation: Some(explanation(call, inner.unwrap_or(code))),
    })
}

/// What the caller knows, and where the rest stands.
fn explanation(call: &Call, code: i64) -> String {
    let who = call.called.as_deref().unwrap_or("the installer");
    let shown = if code > 0xffff {
        format!("0x{code:08x}")
    } else {
        code.to_string()
    };
    let program = call.program.name();
    match call.logs.last() {
        Some(log) => format!(
            "{program} called {who}, which ended with {shown}. The installer's own log says more: {}",
            log.path
        ),
        None => format!(
            "{program} called {who}, which ended with {shown}. {program} knows no more than this code."
        ),
    }
}

fn evidence(call: &Call) -> Vec<Evidence> {
    let cause = call.result.as_ref().map(|result| result.line);
    let mut all: Vec<Evidence> = Vec::new();
    for (told, kept) in &call.lines {
        let role = match told {
            ToldBy::Package => Role::NamesPackage,
            ToldBy::Call => Role::Call,
            ToldBy::Log => Role::CalledLog,
            ToldBy::Result | ToldBy::Verdict if cause == Some(kept.line) => Role::GivenBack,
            ToldBy::Result => Role::OtherCode,
            ToldBy::Verdict => Role::Verdict,
        };
        all.push(Evidence {
            line: kept.line,
            text: kept.text.clone(),
            role,
        });
    }
    let told = |line: u64| all.iter().any(|evidence| evidence.line == line);
    if let Some(result) = call.result.as_ref().filter(|r| !told(r.line)) {
        Evidence::add(&mut all, result.line, &result.text, Role::GivenBack);
    }
    all.sort_by_key(|evidence| evidence.line);
    all.dedup_by_key(|evidence| evidence.line);
    all
}

/// `wrapper/chocolatey/sample-tool/1603`; an update goes by the number of its article.
fn signature(call: &Call) -> String {
    let mut parts = vec!["wrapper".to_owned(), call.program.word().to_owned()];
    parts.extend(call.subject());
    parts.extend(call.result.as_ref().map(|result| shown(result.code)));
    parts.join("/")
}
