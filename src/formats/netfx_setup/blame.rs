//! Why a .NET Framework setup program failed: the item that ended it, or what kept it from its items.
//!
//! A failed package says little here: the evidence names that package's own log, which holds the
//! deeper cause. What Windows Installer sent up to the setup is the exception.

#[cfg(test)]
#[path = "blame_tests.rs"]
mod tests;

use super::culprit::{self, Culprit};
use super::{ErrorKind, ErrorLine, KeptLine, SetupRun};
use crate::formats::codes::{code_of, nested, plain, same, system_error, wrapped};
use crate::run::{
    ActionKind, Cause, Code, CodeSpace, Confidence, Evidence, Failure, IgnoredFailure, Outcome,
    Propagation, Role,
};

/// Errors after the first that are shown.
const CHAIN: usize = 6;
/// What a package returns that has written the reason into its own log: 1603,
/// `ERROR_INSTALL_FAILURE`, and the codes that say nothing but that it failed.
const GENERIC: [u32; 5] = [0x8007_0643, 0x643, 0x8007_0001, 0x8000_4005, 0xffff_ffff];

/// Says why a setup failed, and which failures did not count. The first is `None` where it worked
/// and where the log does not say how it ended.
#[must_use]
pub fn diagnose(setup: &SetupRun) -> (Option<Failure>, Vec<IgnoredFailure>) {
    let failed = matches!(setup.outcome, Outcome::Failed | Outcome::Cancelled);
    let culprit = failed.then(|| culprit::find(setup));
    let failure = culprit.as_ref().map(|culprit| failure(setup, culprit));
    (failure, ignored(setup, culprit.as_ref()))
}

fn failure(setup: &SetupRun, culprit: &Culprit<'_>) -> Failure {
    let cause = cause(setup, culprit);
    let end = culprit.item.and_then(|item| item.end.as_ref());
    let end = end.filter(|end| end.failed).map(|end| end.line.line);
    let result = setup.result.as_ref().map(|result| result.line.line);
    let line = end.or(result).or(cause.as_ref().map(|cause| cause.line));
    Failure {
        action: culprit.item.map(|item| item.name.clone()),
        action_kind: match culprit.item {
            Some(_) => ActionKind::Package,
            None => ActionKind::None,
        },
        custom_action: None,
        script_operation: None,
        line: line.unwrap_or(setup.last_line),
        evidence: evidence(setup, culprit),
        propagation: propagation(culprit),
        signature: signature(setup, culprit),
        cause,
        remedies: Vec::new(),
        origin: None,
    }
}

fn cause(setup: &SetupRun, culprit: &Culprit<'_>) -> Option<Cause> {
    let end = setup.result.as_ref();
    let Some(error) = culprit.errors.first() else {
        // Without an error line, the result speaks for itself where it says more than "failed".
        let result = end.filter(|result| !GENERIC.contains(&result.code))?;
        let cancelled = setup.outcome == Outcome::Cancelled;
        return Some(Cause {
            line: result.line.line,
            text: result.line.text.clone(),
            code: code_of(result.code),
            nested_code: nested(result.code),
            confidence: Confidence::Medium,
            explanation: (!cancelled && !result.message.is_empty())
                .then(|| format!("The setup ended with: {}", result.message)),
        });
    };
    let (code, nested_code) = codes(setup, error);
    Some(Cause {
        line: error.line,
        text: error.text.clone(),
        code,
        nested_code,
        confidence: confidence(setup, error),
        explanation: explanation(setup, culprit, error),
    })
}

/// The code of the line, else that of the whole, and what is inside it.
fn codes(setup: &SetupRun, error: &ErrorLine) -> (Code, Option<Code>) {
    if let Some(number) = error.number {
        let inner = error.code.map(|code| match system_error(code) {
            Some(code) => plain(CodeSpace::Win32, Some(i64::from(code))),
            None => plain(CodeSpace::Hresult, Some(i64::from(code))),
        });
        return (plain(CodeSpace::Msi, Some(number)), inner);
    }
    let of_item = matches!(error.kind, ErrorKind::Item | ErrorKind::Returned);
    let end = setup.result.as_ref().map(|result| result.code);
    let Some(code) = error.code.or(end.filter(|_| of_item)) else {
        return (plain(CodeSpace::None, None), None);
    };
    let system = matches!(error.kind, ErrorKind::Event | ErrorKind::Check) && code <= 0xffff;
    if system {
        return (plain(CodeSpace::Win32, Some(i64::from(code))), None);
    }
    (code_of(code), nested(code))
}

fn confidence(setup: &SetupRun, error: &ErrorLine) -> Confidence {
    let end = setup.result.as_ref().map(|result| result.code);
    let agrees = error.code.zip(end).is_some_and(|(a, b)| same(a, b));
    match error.kind {
        ErrorKind::Blocked | ErrorKind::Installer => Confidence::High,
        ErrorKind::Check if agrees => Confidence::High,
        ErrorKind::Item | ErrorKind::Returned
            if error.code.is_some_and(|code| !GENERIC.contains(&code)) && agrees =>
        {
            Confidence::High
        }
        ErrorKind::Check | ErrorKind::Item | ErrorKind::Event => Confidence::Medium,
        ErrorKind::Returned => Confidence::Low,
    }
}

fn explanation(setup: &SetupRun, culprit: &Culprit<'_>, error: &ErrorLine) -> Option<String> {
    match error.kind {
        ErrorKind::Blocked if error.message.is_empty() => None,
        ErrorKind::Blocked => Some(format!(
            "The setup refuses to go on where this holds: {}",
            error.message
        )),
        ErrorKind::Check => Some(
            "A file could not be fetched, or is not the one that the setup expects.".to_owned(),
        ),
        ErrorKind::Item | ErrorKind::Returned => {
            let name = &culprit.item?.name;
            let end = setup.result.as_ref().map(|result| result.code);
            let shown = error.code.or(end).map(|code| match system_error(code) {
                Some(code) => format!("ended with {code}"),
                None => format!("ended with 0x{code:08x}"),
            });
            let shown = shown.unwrap_or_else(|| "failed".to_owned());
            Some(match setup.log_of(name) {
                Some(log) => format!("{name} {shown}. Its own log says more: {}", log.path),
                None => format!("{name} {shown}."),
            })
        }
        ErrorKind::Installer | ErrorKind::Event => {
            let words = (error.message != error.text).then(|| error.message.clone());
            words.filter(|words| !words.is_empty())
        }
    }
}

/// The lines that prove it, in the order of the log.
fn evidence(setup: &SetupRun, culprit: &Culprit<'_>) -> Vec<Evidence> {
    let mut all: Vec<Evidence> = Vec::new();
    let mut add = |line: u64, text: &str, role: Role| Evidence::add(&mut all, line, text, role);
    for (at, error) in culprit.errors.iter().take(CHAIN).enumerate() {
        let role = match (at, error.kind) {
            (0, ErrorKind::Blocked) => Role::RefusingCondition,
            (0, ErrorKind::Installer) => Role::PackageSays,
            (0, _) => Role::FirstError,
            (_, ErrorKind::Item | ErrorKind::Returned) => Role::PassedOn,
            _ => Role::LaterError,
        };
        let own = culprit.item.and_then(|item| setup.log_of(&item.name));
        match own.filter(|log| log.line.line == error.line) {
            Some(log) => add(error.line, &error.text, Role::OwnLog(log.path.clone())),
            None => add(error.line, &error.text, role),
        }
    }
    if let Some(item) = culprit.item {
        let mut show = |line: Option<&KeptLine>, role: Role| {
            if let Some(line) = line {
                add(line.line, &line.text, role);
            }
        };
        show(item.begin.as_ref(), Role::ItemBegins);
        if let Some(log) = setup.log_of(&item.name) {
            show(Some(&log.line), Role::OwnLog(log.path.clone()));
        }
        let end = item.end.as_ref().filter(|end| end.failed);
        show(end.map(|end| &end.line), Role::ItemResult);
        show(item.on_failure.as_ref(), Role::OnFailure);
    }
    if let Some(result) = &setup.result {
        add(result.line.line, &result.line.text, Role::SetupResult);
    }
    all.sort_by_key(|evidence| evidence.line);
    all
}

/// The operations that passed the code on, from the inside out.
fn propagation(culprit: &Culprit<'_>) -> Vec<Propagation> {
    let mut all: Vec<Propagation> = Vec::new();
    for error in culprit.errors.iter().skip(1) {
        let Some(operation) = &error.operation else {
            continue;
        };
        if all.iter().all(|known| known.action != *operation) {
            all.push(Propagation {
                line: error.line,
                action: operation.clone(),
            });
        }
    }
    all
}

/// `netfx-setup/x.msi/0x80070643`; where no item is to blame, the stage
/// stands in its place, and where the setup refuses, the words of the condition.
fn signature(setup: &SetupRun, culprit: &Culprit<'_>) -> String {
    let mut parts = vec!["netfx-setup".to_owned()];
    let first = culprit.errors.first();
    let stage = first.map(|error| match error.kind {
        ErrorKind::Blocked => "blocked",
        ErrorKind::Check => "fetch",
        _ => "engine",
    });
    if let Some(block) = first.filter(|error| error.kind == ErrorKind::Blocked) {
        parts.push("blocked".to_owned());
        parts.push(slug(&block.message));
        return parts.join("/");
    }
    let name = culprit.item.map(|item| item.name.as_str());
    parts.extend(name.or(stage).map(str::to_owned));
    let end = setup.result.as_ref().map(|result| result.code);
    match first.and_then(|error| error.number) {
        Some(number) => parts.push(format!("msi-{number}")),
        None => {
            let code = first.and_then(|error| error.code).or(end);
            parts.extend(code.map(|code| format!("0x{:08x}", wrapped(code))));
        }
    }
    parts.join("/")
}

/// The first words of a text, for a signature.
fn slug(text: &str) -> String {
    let words = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(8)
        .map(str::to_lowercase);
    words.collect::<Vec<_>>().join("-")
}

/// Failures that did not end the run.
fn ignored(setup: &SetupRun, culprit: Option<&Culprit<'_>>) -> Vec<IgnoredFailure> {
    let mut all: Vec<IgnoredFailure> = Vec::new();
    let blamed = culprit.and_then(|culprit| culprit.item);
    for item in setup.items.iter().filter(|item| item.failed()) {
        if blamed.is_some_and(|blamed| std::ptr::eq(blamed, item)) {
            continue;
        }
        let line = item.end.as_ref().map_or(0, |end| end.line.line);
        let undone = setup
            .errors
            .iter()
            .any(|error| error.line == line && error.rollback);
        let why = match culprit {
            _ if undone => "rollback",
            Some(_) if !item.optional() => "knock-on",
            _ => "not vital",
        };
        all.push(IgnoredFailure {
            line,
            action: item.name.clone(),
            why: why.to_owned(),
        });
    }
    all.sort_by_key(|ignored| ignored.line);
    all
}
