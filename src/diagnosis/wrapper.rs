//! Why a called installer failed, as far as its caller knows: the code, and where the rest stands.

use super::codes;
use super::model::{ActionKind, Cause, CodeSpace, Confidence, Evidence, Failure, IgnoredFailure};
use super::role::Role;
use crate::session::Outcome;
use crate::session::burn::system_error;
use crate::session::wrapper::{Role as Told, WrapperSession};

/// Exit codes that say what was wrong: another installation, a missing package, a refused one.
const TELLING: [i64; 12] = [
    1601, 1602, 1618, 1619, 1620, 1624, 1625, 1633, 1638, 1639, 1643, 1654,
];

/// The failure of a call, where it failed, and the tries that did not count.
#[must_use]
pub fn diagnose(session: &WrapperSession) -> (Option<Failure>, Vec<IgnoredFailure>) {
    let failed = matches!(session.outcome(), Outcome::Failed | Outcome::Cancelled);
    let ignored = session.retried.iter().map(|tried| IgnoredFailure {
        line: tried.line,
        action: action(session).unwrap_or_else(|| session.program.name().to_owned()),
        why: "retried".to_owned(),
    });
    (failed.then(|| failure(session)), ignored.collect())
}

fn failure(session: &WrapperSession) -> Failure {
    let cause = cause(session);
    Failure {
        action: action(session),
        action_kind: ActionKind::None,
        custom_action: None,
        script_operation: None,
        line: cause.as_ref().map_or(session.last_line, |cause| cause.line),
        evidence: evidence(session),
        propagation: Vec::new(),
        signature: signature(session),
        remedies: Vec::new(),
        origin: None,
        cause,
    }
}

/// The part of the caller, or of the package, else the program that was called.
fn action(session: &WrapperSession) -> Option<String> {
    let package = session.product.package.as_deref();
    let file = package.map(|path| path.rsplit(['/', '\\']).next().unwrap_or(path));
    session
        .step
        .clone()
        .or_else(|| session.called.clone())
        .or_else(|| file.map(str::to_owned))
}

fn cause(session: &WrapperSession) -> Option<Cause> {
    let result = session.result.as_ref()?;
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
        code: codes::describe(code, space),
        nested_code: nested.map(|inner| codes::describe(inner, CodeSpace::Exit)),
        confidence: if telling {
            Confidence::Medium
        } else {
            Confidence::Low
        },
        explanation: Some(explanation(session, inner.unwrap_or(code))),
    })
}

/// What the caller knows, and where the rest stands.
fn explanation(session: &WrapperSession, code: i64) -> String {
    let who = session.called.as_deref().unwrap_or("the installer");
    let shown = if code > 0xffff {
        format!("0x{code:08x}")
    } else {
        code.to_string()
    };
    let program = session.program.name();
    match session.logs.last() {
        Some((_, path, _)) => format!(
            "{program} called {who}, which ended with {shown}. The installer's own log says more: {path}"
        ),
        None => format!(
            "{program} called {who}, which ended with {shown}. {program} knows no more than this code."
        ),
    }
}

fn evidence(session: &WrapperSession) -> Vec<Evidence> {
    let cause = session.result.as_ref().map(|result| result.line);
    let mut all: Vec<Evidence> = Vec::new();
    for (line, kept) in &session.lines {
        let role = match line {
            Told::Package => Role::NamesPackage,
            Told::Call => Role::Call,
            Told::Log => Role::CalledLog,
            Told::Result | Told::Verdict if cause == Some(kept.line) => Role::GivenBack,
            Told::Result => Role::OtherCode,
            Told::Verdict => Role::Verdict,
        };
        all.push(Evidence {
            line: kept.line,
            text: kept.text.clone(),
            role,
        });
    }
    let told = |line: u64| all.iter().any(|evidence| evidence.line == line);
    if let Some(result) = session.result.as_ref().filter(|r| !told(r.line)) {
        all.push(Evidence {
            line: result.line,
            text: result.text.clone(),
            role: Role::GivenBack,
        });
    }
    all.sort_by_key(|evidence| evidence.line);
    all.dedup_by_key(|evidence| evidence.line);
    all
}

/// `wrapper/chocolatey/sample-tool/1603`; an update goes by the number of its article.
fn signature(session: &WrapperSession) -> String {
    let mut parts = vec!["wrapper".to_owned(), session.program.word().to_owned()];
    parts.extend(session.subject());
    parts.extend(session.result.as_ref().map(|result| {
        system_error(result.code)
            .map_or_else(|| format!("0x{:08x}", result.code), |code| code.to_string())
    }));
    parts.join("/")
}
