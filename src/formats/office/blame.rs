//! Why a run failed: what tells most of what went wrong in the turn of the last package.

use super::builder::{Found, State};
use super::grammar::What;
use crate::formats::codes::{cancelled, code, code_of, nested, plain, shown, system_error};
use crate::formats::scan::{after, between};
use crate::grammar::message_of;
use crate::knowledge::actions::is_standard;
use crate::run::{ActionKind, Cause, Code, CodeSpace, Confidence, Evidence, Failure, Role};

/// Says why a run failed.
pub(super) fn failure(state: &State) -> Failure {
    let all = &state.found;
    let first = |what| all.iter().find(|found| found.what == what);
    let action = first(What::ActionFailed);
    let (name, action_kind) = match (state.package(), action.map(|action| &*action.text)) {
        (Some(package), _) => (Some(package), ActionKind::Package),
        (None, Some(name)) if is_standard(name) => (Some(name), ActionKind::Standard),
        (None, name) => (name, ActionKind::None),
    };
    let causes = all.iter().filter(|found| found.what <= What::Finished);
    let cause = causes.min_by_key(|found| (found.what, found.line.line));
    let cause = cause.map(|found| cause_of(state, found));
    let end = action.or(first(What::PackageError)).or(all.last());
    let mut signature = format!("wrapper/office/{}", name.unwrap_or("setup"));
    let code = cause.as_ref().map(|cause| &cause.code);
    if let Some(value) = code.and_then(|code| u32::try_from(code.value?).ok()) {
        signature += &match code {
            Some(code) if code.space == CodeSpace::Msi => format!("/msi-{value}"),
            _ => format!("/{}", shown(value)),
        };
    }
    Failure {
        action: name.map(str::to_owned),
        action_kind,
        custom_action: None,
        script_operation: None,
        line: end.map_or(0, |found| found.line.line),
        evidence: evidence(state, cause.as_ref().map_or(0, |cause| cause.line)),
        propagation: Vec::new(),
        signature,
        remedies: Vec::new(),
        origin: None,
        cause,
    }
}

fn cause_of(state: &State, found: &Found) -> Cause {
    let gave_up = |p: &Found| matches!(p.what, What::ActionFailed | What::PackageError);
    let (code, nested_code) = codes(state, found);
    Cause {
        line: found.line.line,
        text: found.line.text.clone(),
        code,
        nested_code,
        confidence: match found.what {
            What::Message if state.found.iter().any(gave_up) => Confidence::High,
            What::Finished if found.code.is_some_and(cancelled) => Confidence::Medium,
            What::SetupError | What::PackageError | What::Finished => Confidence::Low,
            _ => Confidence::Medium,
        },
        explanation: explanation(state, found),
    }
}

/// The code of a found, and the one inside it.
fn codes(state: &State, found: &Found) -> (Code, Option<Code>) {
    let number = message_of(&found.text).and_then(|message| message.number);
    if let (What::Message, Some(number)) = (found.what, number) {
        let marks = ["HRESULT", "System error"];
        let inner = marks
            .iter()
            .find_map(|mark| code(after(&found.text, mark)?));
        let inner = inner.map(|inner| match system_error(inner) {
            Some(inner) => plain(CodeSpace::Win32, Some(i64::from(inner))),
            None => plain(CodeSpace::Hresult, Some(i64::from(inner))),
        });
        return (plain(CodeSpace::Msi, Some(i64::from(number))), inner);
    }
    let user = (found.what == What::Cancelled).then_some(state.result);
    match found
        .code
        .or(user.flatten().filter(|code| cancelled(*code)))
    {
        Some(code) if found.what != What::Message => (code_of(code), nested(code)),
        _ => (plain(CodeSpace::None, None), None),
    }
}

fn explanation(state: &State, found: &Found) -> Option<String> {
    match found.what {
        What::Unfetched => {
            let file = between(&found.text, "resource \"", "\"").unwrap_or("a file");
            Some(format!(
                "The setup could not copy {file} from the installation source to its cache on this disk."
            ))
        }
        What::PackageError => {
            let name = state.package()?;
            Some(format!("{name} ended with {}.", shown(found.code?)))
        }
        What::Finished => after(&found.text, "Exception caught: ")
            .map(|name| format!("The setup gave up: {}", name.trim_end_matches('.'))),
        _ => None,
    }
}

/// The lines that prove it, in the order of the log.
fn evidence(state: &State, cause: u64) -> Vec<Evidence> {
    let mut all = Vec::new();
    let mut failed = false;
    for found in &state.found {
        let first = found.line.line == cause;
        let role = match found.what {
            What::Package => Role::PackageBegins,
            What::PackageLog => Role::OwnLog(found.text.clone()),
            _ if found.line.line < cause => continue,
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
        failed |= found.what == What::ActionFailed;
        Evidence::add(&mut all, found.line.line, &found.line.text, role);
    }
    all
}
