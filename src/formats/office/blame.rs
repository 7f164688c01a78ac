//! Why a run failed: what tells most of what went wrong in the turn of the last package.

use super::builder::{Found, State};
use super::grammar::What;
use crate::formats::blame::{self, Proof, message_codes};
use crate::formats::codes::{cancelled, code, shown};
use crate::formats::scan::{after, between};
use crate::grammar::message_of;
use crate::knowledge::actions::is_standard;
use crate::run::{ActionKind, Cause, Code, CodeSpace, Confidence, Evidence, Failure, Role};

/// Says why a run failed.
pub(super) fn failure(state: &State) -> Failure {
    let all = &state.found;
    let first = |what| all.iter().find(|found| found.about == what);
    let action = first(What::ActionFailed);
    let (name, action_kind) = match (state.package(), action.map(|action| &*action.message)) {
        (Some(package), _) => (Some(package), ActionKind::Package),
        (None, Some(name)) if is_standard(name) => (Some(name), ActionKind::Standard),
        (None, name) => (name, ActionKind::None),
    };
    let causes = all.iter().filter(|found| found.about <= What::Finished);
    let cause = causes.min_by_key(|found| (found.about, found.at.line));
    let cause = cause.map(|found| {
        let (confidence, words) = (confidence(state, found), explanation(state, found));
        blame::cause(&found.at, codes(state, found), confidence, words)
    });
    let end = action.or(first(What::PackageError)).or(all.last());
    let line = end.map_or(0, |found| found.at.line);
    let mut failure = Failure {
        action_kind,
        evidence: evidence(state, cause.as_ref().map_or(0, |cause| cause.line)),
        ..blame::failure(name, line, signature(name, cause.as_ref()))
    };
    failure.cause = cause;
    failure
}

/// `wrapper/office/WordsMUI.xx-yy/msi-1935`
fn signature(name: Option<&str>, cause: Option<&Cause>) -> String {
    let value = cause.and_then(|cause| cause.code.value);
    let number = value.filter(|_| cause.is_some_and(|c| c.code.space == CodeSpace::Msi));
    let code = value.filter(|_| number.is_none());
    let code = code.and_then(|value| u32::try_from(value).ok()).map(shown);
    let parts = [
        Some("wrapper/office"),
        name.or(Some("setup")),
        code.as_deref(),
    ];
    blame::signature(&parts, number, None)
}

fn confidence(state: &State, found: &Found) -> Confidence {
    let gave_up = |p: &Found| matches!(p.about, What::ActionFailed | What::PackageError);
    match found.about {
        What::Message if state.found.iter().any(gave_up) => Confidence::High,
        What::Finished if found.code.is_some_and(cancelled) => Confidence::Medium,
        What::SetupError | What::PackageError | What::Finished => Confidence::Low,
        _ => Confidence::Medium,
    }
}

/// The code of a found, and the one inside it.
fn codes(state: &State, found: &Found) -> (Code, Option<Code>) {
    if found.about != What::Message {
        let user = state.result.filter(|_| found.about == What::Cancelled);
        return blame::codes(found.code.or(user.filter(|code| cancelled(*code))));
    }
    match message_of(&found.message).and_then(|message| message.number) {
        Some(number) => {
            let behind = |mark| code(after(&found.message, mark)?);
            let inner = behind("HRESULT").or_else(|| behind("System error"));
            message_codes(i64::from(number), inner)
        }
        None => blame::codes(None),
    }
}

fn explanation(state: &State, found: &Found) -> Option<String> {
    match found.about {
        What::Unfetched => {
            let file = between(&found.message, "resource \"", "\"").unwrap_or("a file");
            Some(format!(
                "The setup could not copy {file} from the installation source to its cache on this disk."
            ))
        }
        What::PackageError => {
            let name = state.package()?;
            Some(format!("{name} ended with {}.", shown(found.code?)))
        }
        What::Finished => after(&found.message, "Exception caught: ")
            .map(|name| format!("The setup gave up: {}", name.trim_end_matches('.'))),
        _ => None,
    }
}

/// The lines that prove it, in the order of the log.
fn evidence(state: &State, cause: u64) -> Vec<Evidence> {
    let mut proof = Proof::default();
    let mut failed = false;
    for found in &state.found {
        let first = found.at.line == cause;
        let role = match found.about {
            What::Package => Role::PackageBegins,
            What::PackageLog => Role::OwnLog(found.message.clone()),
            _ if found.at.line < cause => continue,
            What::ActionFailed if !failed => Role::Failed,
            What::ActionFailed => Role::PassedOn,
            What::PackageError => Role::PackageResult,
            What::RollingBack => Role::OnFailure,
            What::Finished => Role::SetupResult,
            What::Cancelled => Role::TellTale("somebody cancelled".to_owned()),
            What::Message if first => Role::PackageSays,
            _ if first => Role::FirstError,
            _ => Role::LaterError,
        };
        failed |= found.about == What::ActionFailed;
        proof.add(Some(&found.at), role);
    }
    proof.finish()
}
