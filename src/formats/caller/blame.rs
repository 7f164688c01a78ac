//! Why a called installer failed, as far as its caller knows: the code, and where the rest stands.

use super::Call;
use super::failures::{is_message, is_own, says_why};
use crate::formats::blame::{self, message_codes};
use crate::formats::codes::{code_in, code_of, nested, plain, shown, system_error};
use crate::knowledge::codes::describe;
use crate::run::{
    ActionKind, Cause, CodeSpace, Confidence, Evidence, Failure, IgnoredFailure, Role,
};

/// Exit codes that say what was wrong: another installation, a missing package, a refused one.
const TELLING: [u32; 12] = [
    1601, 1602, 1618, 1619, 1620, 1624, 1625, 1633, 1638, 1639, 1643, 1654,
];

/// The failure of a call, where it failed, and the tries that did not count.
#[must_use]
pub fn diagnose(call: &Call) -> (Option<Failure>, Vec<IgnoredFailure>) {
    let name = action(call).unwrap_or_else(|| call.program.sheet().name);
    let retried = call.retried.iter();
    let ignored = retried.map(|line| blame::ignored(*line, name, "retried"));
    let ignored = ignored.collect();
    (call.failed().then(|| failure(call)), ignored)
}

fn failure(call: &Call) -> Failure {
    let cause = cause(call);
    let line = cause.as_ref().map_or(call.run.lines[1], |cause| cause.line);
    Failure {
        action_kind: ActionKind::None,
        evidence: evidence(call),
        cause,
        ..blame::failure(action(call), line, signature(call))
    }
}

/// The part of the caller, or of the package, else the program that was called.
fn action(call: &Call) -> Option<&str> {
    let called = call.step.as_deref().or(call.called.as_deref());
    called.or_else(|| call.file())
}

fn cause(call: &Call) -> Option<Cause> {
    let result = call.result.as_ref();
    let result = result.filter(|result| !is_own(call.program, result.code));
    let result = call.telling().filter(|told| says_why(told.code)).or(result);
    let said = call.said.as_ref();
    // The caller's words tell more than the code, where they tell anything.
    if let Some(said) = said.filter(|said| !said.sums || result.is_none()) {
        let without = || (plain(CodeSpace::None, None), None);
        // SQL Server gives the number of the message where others have the exit code.
        let given = || {
            result
                .map(|result| result.code)
                .filter(|code| is_message(*code))
        };
        let number = said.number.or_else(|| given().map(i64::from));
        let inner = code_in(&said.at.text).filter(|_| said.at.text.contains("HRESULT"));
        let codes = number.map_or_else(without, |number| message_codes(number, inner));
        return Some(blame::cause(&said.at, codes, Confidence::Medium, None));
    }
    let result = result?;
    let inner = nested(result.code).and_then(|code| code.value);
    let inner = inner.map(|code| plain(CodeSpace::Exit, Some(code)));
    let confidence = match is_telling(result.code) || says_why(result.code) {
        true => Confidence::Medium,
        false => Confidence::Low,
    };
    let codes = (code_of(result.code), inner);
    let words = Some(explanation(call, result.code));
    Some(blame::cause(result, codes, confidence, words))
}

/// The installer's own code says what was wrong.
#[must_use]
pub fn is_telling(code: u32) -> bool {
    system_error(code).is_some_and(|code| TELLING.contains(&code))
}

/// What the caller knows, and where the rest stands.
fn explanation(call: &Call, code: u32) -> String {
    let who = call.called.as_deref().unwrap_or("the installer");
    let program = call.program.sheet().name;
    let ended = match says_why(code) {
        true => by_winget(call, code),
        false => format!("{program} called {who}, which ended with {}.", shown(code)),
    };
    match call.run.logs.last() {
        Some(log) => format!("{ended} The installer's own log says more: {}", log.path),
        None if says_why(code) => ended,
        None => format!("{ended} {program} knows no more than this code."),
    }
}

/// What `WinGet` says by a code of its own.
fn by_winget(call: &Call, code: u32) -> String {
    let meaning = describe(code.into(), CodeSpace::Hresult).meaning;
    let said = format!("WinGet ended with {}: {meaning}", shown(code));
    match call.result.as_ref().map(|result| result.code) {
        Some(given) if given != code => format!(
            "{said} That is what the installer's exit code {} means by the package's manifest.",
            shown(given)
        ),
        _ => said,
    }
}

fn evidence(call: &Call) -> Vec<Evidence> {
    let mut all = call.lines.clone();
    for result in call.why.iter().chain(&call.result) {
        for line in all.iter_mut().filter(|line| line.line == result.line) {
            if matches!(line.role, Role::OtherCode | Role::Verdict) {
                line.role = Role::GivenBack;
            }
        }
        Evidence::add(&mut all, result.line, &result.text, Role::GivenBack);
    }
    all.sort_by_key(|line| line.line);
    all
}

/// `wrapper/chocolatey/sample-tool/1603`; an update goes by the number of its article, a call without
/// a product by the file of the package.
fn signature(call: &Call) -> String {
    let mut parts = vec!["wrapper".to_owned(), call.program.sheet().word.to_owned()];
    let product = call.article().or(call.run.product.name.as_deref());
    let subject = product.or(call.file()).or(call.called.as_deref());
    parts.extend(subject.map(str::to_owned));
    parts.extend(call.telling().map(|result| shown(result.code)));
    parts.join("/")
}
