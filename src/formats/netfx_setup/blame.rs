//! Why a .NET Framework setup program failed: the item that ended it, or what kept it from its items.
//!
//! A failed package says little here: the evidence names that package's own log, which holds the
//! deeper cause. What Windows Installer sent up to the setup is the exception.

#[cfg(test)]
#[path = "blame_tests.rs"]
mod tests;

use super::{ErrorKind, Item, Problem, Setup};
use crate::formats::blame::{self, Proof, codes, message_codes, see_own_log};
use crate::formats::codes::{plain, same, shown};
use crate::run::{
    Cause, Code, CodeSpace, Confidence, Evidence, Failure, IgnoredFailure, Outcome, Propagation,
    Role,
};

/// Errors after the first that are shown.
const CHAIN: usize = 6;

/// The code says nothing but that it failed.
fn is_generic(code: u32) -> bool {
    blame::is_generic(code) || code == u32::MAX
}

/// What ended the setup.
struct Culprit<'a> {
    /// The item that failed, where one did.
    item: Option<&'a Item>,
    /// The cause, and the errors that followed it.
    errors: Vec<&'a Problem>,
}

/// Finds what ended the setup.
fn find(setup: &Setup) -> Culprit<'_> {
    let matters = |e: &&Problem| {
        let optional = setup.item(e.about.item).is_some_and(Item::optional);
        !e.about.rollback && !optional
    };
    let mut errors: Vec<&Problem> = setup.problems.iter().filter(matters).collect();
    if errors.iter().any(|e| e.about.kind == ErrorKind::Blocked) {
        errors.retain(|e| e.about.kind == ErrorKind::Blocked);
        return Culprit { item: None, errors };
    }
    // The setup goes on without an optional component.
    let warns = |e: &&Problem| e.message.starts_with("WARNING");
    if !errors.iter().all(warns) {
        errors.retain(|e| !warns(e));
    }
    let mut items = setup.items.iter();
    let failed = items.position(|item| item.failed && !item.optional());
    // In an excerpt, the item may be named only after its errors.
    let failed = failed.or_else(|| errors.iter().find_map(|error| error.about.item));
    errors.retain(|error| failed.is_none() || error.about.item == failed);
    let best = (0..errors.len()).min_by_key(|at| errors.get(*at).map(|error| rank(error)));
    Culprit {
        item: setup.item(failed),
        errors: errors.split_off(best.unwrap_or(0)),
    }
}

/// What tells most comes first: what the installer says, then what could not be fetched or what the
/// log itself lists, then mere codes.
fn rank(error: &Problem) -> u8 {
    match error.about.kind {
        ErrorKind::Blocked | ErrorKind::Installer => 0,
        ErrorKind::Untrusted if error.code.is_some() => 1,
        ErrorKind::Untrusted => 2,
        ErrorKind::Check | ErrorKind::Event if error.code.is_some() => 1,
        ErrorKind::Check | ErrorKind::Event => 2,
        ErrorKind::Item | ErrorKind::Returned => 3,
    }
}

/// Says why a setup failed, and which failures did not count. The first is `None` where it worked
/// and where the log does not say how it ended.
pub(super) fn diagnose(setup: &Setup) -> (Option<Failure>, Vec<IgnoredFailure>) {
    let failed = setup.run.outcome.failed();
    let culprit = failed.then(|| find(setup));
    let failure = culprit.as_ref().map(|culprit| failure(setup, culprit));
    (failure, ignored(setup, culprit.as_ref()))
}

fn failure(setup: &Setup, culprit: &Culprit<'_>) -> Failure {
    let cause = cause(setup, culprit);
    let item = culprit.item;
    let failed = item.filter(|item| item.failed);
    let end = failed.and_then(|item| item.end.as_ref());
    let end = end.or(setup.result.as_deref()).map(|line| line.line);
    let line = end.or(cause.as_ref().map(|cause| cause.line));
    let line = line.unwrap_or(setup.run.lines[1]);
    let name = item.map(|item| item.name.as_str());
    Failure {
        evidence: evidence(setup, culprit),
        propagation: propagation(culprit),
        cause,
        ..blame::failure(name, line, signature(setup, culprit))
    }
}

fn cause(setup: &Setup, culprit: &Culprit<'_>) -> Option<Cause> {
    if let Some(error) = culprit.errors.first() {
        let (codes, confidence) = (codes_of(setup, error), confidence(setup, error));
        let words = explanation(setup, culprit, error);
        return Some(blame::cause(&error.at, codes, confidence, words));
    }
    // Without an error line, the result speaks for itself where it says more than "failed".
    let result = setup
        .result
        .as_ref()
        .filter(|result| !is_generic(result.code))?;
    let tells = setup.run.outcome != Outcome::Cancelled && !setup.message.is_empty();
    let words = tells.then(|| format!("The setup ended with: {}", setup.message));
    let codes = codes(Some(result.code));
    Some(blame::cause(result, codes, Confidence::Medium, words))
}

/// The code of the line, else that of the whole, and what is inside it.
fn codes_of(setup: &Setup, error: &Problem) -> (Code, Option<Code>) {
    if let Some(number) = error.number {
        return message_codes(number, error.code);
    }
    match error.about.kind {
        ErrorKind::Item | ErrorKind::Returned => codes(error.code.or(end(setup))),
        ErrorKind::Event | ErrorKind::Check | ErrorKind::Untrusted => match error.code {
            Some(code @ 0..=0xffff) => (plain(CodeSpace::Win32, Some(code.into())), None),
            code => codes(code),
        },
        ErrorKind::Blocked | ErrorKind::Installer => codes(error.code),
    }
}

/// The code that the setup ended with.
fn end(setup: &Setup) -> Option<u32> {
    setup.result.as_ref().map(|result| result.code)
}

fn confidence(setup: &Setup, error: &Problem) -> Confidence {
    let both = error.code.zip(end(setup));
    let agrees = both.filter(|(code, end)| same(*code, *end));
    match error.about.kind {
        ErrorKind::Blocked | ErrorKind::Installer => Confidence::High,
        ErrorKind::Check if agrees.is_some() => Confidence::High,
        ErrorKind::Item | ErrorKind::Returned if agrees.is_some_and(|(c, _)| !is_generic(c)) => {
            Confidence::High
        }
        ErrorKind::Check | ErrorKind::Untrusted => Confidence::Medium,
        ErrorKind::Item | ErrorKind::Event => Confidence::Medium,
        ErrorKind::Returned => Confidence::Low,
    }
}

fn explanation(setup: &Setup, culprit: &Culprit<'_>, error: &Problem) -> Option<String> {
    let message = Some(&error.message).filter(|message| !message.is_empty());
    match error.about.kind {
        ErrorKind::Blocked => {
            message.map(|words| format!("The setup refuses to go on where this holds: {words}"))
        }
        ErrorKind::Check | ErrorKind::Untrusted => Some(
            "A file could not be fetched, or is not the one that the setup expects.".to_owned(),
        ),
        ErrorKind::Item | ErrorKind::Returned => {
            let item = culprit.item?;
            let ended = match error.code.or(end(setup)) {
                Some(code) => format!("{} ended with {}.", item.name, shown(code)),
                None => format!("{} failed.", item.name),
            };
            let log = setup.log_of(item).map(|(log, _)| log.path.as_str());
            Some(see_own_log(&ended, log))
        }
        ErrorKind::Installer | ErrorKind::Event => message
            .filter(|message| **message != error.at.text)
            .cloned(),
    }
}

/// The lines that prove it.
fn evidence(setup: &Setup, culprit: &Culprit<'_>) -> Vec<Evidence> {
    let mut proof = Proof::default();
    let log = culprit.item.and_then(|item| setup.log_of(item));
    for (at, error) in culprit.errors.iter().take(CHAIN).enumerate() {
        let why = match (at, error.about.kind) {
            (0, ErrorKind::Blocked) => Role::RefusingCondition,
            (0, ErrorKind::Installer) => Role::PackageSays,
            (0, _) => Role::FirstError,
            (_, ErrorKind::Item | ErrorKind::Returned) => Role::PassedOn,
            _ => Role::LaterError,
        };
        match log.filter(|(log, _)| log.line == error.at.line) {
            Some((log, _)) => proof.add(Some(&error.at), Role::OwnLog(log.path.clone())),
            None => proof.add(Some(&error.at), why),
        }
    }
    if let Some(item) = culprit.item {
        proof.add(item.begin.as_ref(), Role::ItemBegins);
        if let Some((log, line)) = log {
            proof.add(Some(line), Role::OwnLog(log.path.clone()));
        }
        let end = item.end.as_ref().filter(|_| item.failed);
        proof.add(end, Role::ItemResult);
        proof.add(item.on_failure.as_ref(), Role::OnFailure);
    }
    proof.add(setup.result.as_deref(), Role::SetupResult);
    proof.finish()
}

/// The operations that passed the code on, from the inside out.
fn propagation(culprit: &Culprit<'_>) -> Vec<Propagation> {
    let mut all: Vec<Propagation> = Vec::new();
    for error in culprit.errors.iter().skip(1) {
        let operation = error.about.operation.as_ref();
        let is_new = |name: &&String| all.iter().all(|known| known.action != **name);
        if let Some(operation) = operation.filter(is_new) {
            all.push(Propagation {
                line: error.at.line,
                action: operation.clone(),
            });
        }
    }
    all
}

/// `netfx-setup/x.msi/0x80070643`; where no item is to blame, the stage
/// stands in its place, and where the setup refuses, the words of the condition.
fn signature(setup: &Setup, culprit: &Culprit<'_>) -> String {
    const FORMAT: Option<&str> = Some("netfx-setup");
    let first = culprit.errors.first();
    let stage = match first.map(|error| (error.about.kind, &error.message)) {
        Some((ErrorKind::Blocked, words)) => {
            return blame::signature(&[FORMAT, Some("blocked"), Some(&slug(words))], None, None);
        }
        Some((ErrorKind::Check | ErrorKind::Untrusted, _)) => Some("fetch"),
        other => other.map(|_| "engine"),
    };
    let name = culprit.item.map(|item| item.name.as_str());
    let code = first.and_then(|error| error.code).or(end(setup));
    blame::signature(
        &[FORMAT, name.or(stage)],
        first.and_then(|e| e.number),
        code,
    )
}

/// The first words of a text, for a signature.
fn slug(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty()).take(8);
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

/// Failures that did not end the run.
fn ignored(setup: &Setup, culprit: Option<&Culprit<'_>>) -> Vec<IgnoredFailure> {
    let blamed = culprit.and_then(|culprit| culprit.item);
    let is_blamed = |item: &Item| blamed.is_some_and(|blamed| std::ptr::eq(blamed, item));
    let failed = setup
        .items
        .iter()
        .filter(|item| item.failed && !is_blamed(item));
    let mut all: Vec<IgnoredFailure> = failed
        .map(|item| {
            let line = item.end.as_ref().map_or(0, |end| end.line);
            let undone = |e: &Problem| e.at.line == line && e.about.rollback;
            let why = match culprit {
                _ if setup.problems.iter().any(undone) => "rollback",
                Some(_) if !item.optional() => "knock-on",
                _ => "not vital",
            };
            blame::ignored(line, &item.name, why)
        })
        .collect();
    all.sort_by_key(|ignored| ignored.line);
    all
}
