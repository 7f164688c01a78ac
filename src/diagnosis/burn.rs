//! Why a bundle failed: the package that ended it, or what kept it from getting to its packages.
//!
//! Burn passes errors outwards, so the first line of the chain that ends in the bundle's own result
//! is the cause as far as this log knows. A failed MSI package says little here: the evidence names
//! that package's own log, which holds the deeper cause.

mod culprit;
mod evidence;
#[cfg(test)]
mod tests;

use super::model::{
    ActionKind, Cause, Code, CodeSpace, Confidence, Failure, IgnoredFailure, Propagation,
};
use crate::session::burn::{
    Area, BurnSession, ErrorLine, KeptLine, Package, ResultLine, system_error,
};
use crate::session::model::Outcome;
use culprit::Culprit;

/// What an MSI package returns that has written the reason into its own log: 1603,
/// `ERROR_INSTALL_FAILURE`. Also the two codes that say nothing but that it failed.
const GENERIC: [u32; 4] = [0x8007_0643, 0x643, 0x8007_0001, 0x8000_4005];

/// Says why a bundle failed, and which failures did not count. The first is `None` where it worked
/// and where the log does not say how it ended.
#[must_use]
pub fn diagnose(session: &BurnSession) -> (Option<Failure>, Vec<IgnoredFailure>) {
    let failed = matches!(session.outcome, Outcome::Failed | Outcome::Cancelled);
    let culprit = failed.then(|| culprit::find(session));
    let failure = culprit.as_ref().map(|culprit| failure(session, culprit));
    (failure, ignored(session, culprit.as_ref()))
}

fn failure(session: &BurnSession, culprit: &Culprit) -> Failure {
    let cause = cause(session, culprit);
    let cause_line = cause.as_ref().map(|cause| cause.line);
    Failure {
        action: culprit.name().map(str::to_owned),
        action_kind: match culprit.name() {
            Some(_) => ActionKind::Package,
            None => ActionKind::None,
        },
        custom_action: None,
        script_operation: None,
        line: culprit.line(session),
        evidence: evidence::collect(session, culprit, cause_line),
        propagation: propagation(session),
        signature: signature(session, culprit, cause.as_ref()),
        cause,
        remedies: Vec::new(),
        origin: None,
    }
}

/// A message of the package itself that somebody pasted with the lines of the bundle says more than
/// any of these.
fn message<'a>(session: &'a BurnSession, culprit: &Culprit) -> Option<&'a KeptLine> {
    let package = match culprit {
        Culprit::Package { package, .. } => *package,
        Culprit::Chain(errors) => {
            let first = errors.first()?;
            let inside = |m: &&KeptLine| first.area == Area::Execute && m.line < first.line;
            return session.foreign.iter().rfind(inside);
        }
        _ => return None,
    };
    let from = package.applying.as_ref().map_or(0, |line| line.line);
    let to = culprit.line(session);
    session
        .foreign
        .iter()
        .find(|m| (from..=to).contains(&m.line))
}

fn cause(session: &BurnSession, culprit: &Culprit) -> Option<Cause> {
    if let Some(message) = message(session, culprit) {
        return Some(cause_of_message(message));
    }
    if let Culprit::Downgrade(line) = culprit {
        return Some(Cause {
            line: line.line,
            text: line.text.clone(),
            code: plain(CodeSpace::None, None),
            nested_code: None,
            confidence: Confidence::High,
            explanation: Some("A newer version of this bundle is installed.".to_owned()),
        });
    }
    if let Some(error) = culprit.errors().first() {
        return Some(cause_of_error(session, culprit, error));
    }
    let Culprit::Package { package, .. } = culprit else {
        return None;
    };
    let line = package.process_exit.as_ref().or(package.failure())?;
    Some(Cause {
        line: line.line,
        text: line.text.clone(),
        code: code_of(line.code),
        nested_code: nested(line.code),
        confidence: Confidence::Low,
        explanation: explanation(culprit, line.code),
    })
}

/// `Error 1310. Error writing …` or `Disk full: …`
fn cause_of_message(message: &KeptLine) -> Cause {
    let number = message.text.split_once("Error ").and_then(|(_, tail)| {
        let digits = tail.split(|c: char| !c.is_ascii_digit()).next();
        digits.and_then(|digits| digits.parse::<i64>().ok())
    });
    let space = match number {
        Some(_) => CodeSpace::Msi,
        None => CodeSpace::None,
    };
    Cause {
        line: message.line,
        text: message.text.clone(),
        code: plain(space, number),
        nested_code: None,
        confidence: Confidence::High,
        explanation: None,
    }
}

fn cause_of_error(session: &BurnSession, culprit: &Culprit, error: &ErrorLine) -> Cause {
    let code = error.code.or_else(|| culprit.code());
    Cause {
        line: error.line,
        text: error.text.clone(),
        code: code.map_or_else(|| plain(CodeSpace::None, None), code_of),
        nested_code: code.and_then(nested),
        confidence: confidence(session, culprit, error),
        explanation: explanation(culprit, code.unwrap_or(0)),
    }
}

pub(super) fn plain(space: CodeSpace, value: Option<i64>) -> Code {
    Code {
        space,
        value,
        name: None,
        meaning: None,
    }
}

/// A code as written: small numbers are exit codes, the others HRESULTs.
pub(super) fn code_of(code: u32) -> Code {
    let space = if code <= 0xffff {
        CodeSpace::Exit
    } else {
        CodeSpace::Hresult
    };
    plain(space, Some(i64::from(code)))
}

/// The system error that an HRESULT wraps.
pub(super) fn nested(code: u32) -> Option<Code> {
    let inner = system_error(code).filter(|_| code > 0xffff)?;
    Some(plain(CodeSpace::Win32, Some(i64::from(inner))))
}

/// The HRESULT that wraps a system error; the same cause is now written one way, now the other.
pub(super) fn wrapped(code: u32) -> u32 {
    match code {
        1..=0xffff => 0x8007_0000 | code,
        other => other,
    }
}

/// Two codes mean the same, be they wrapped or not.
pub(super) fn same(a: u32, b: u32) -> bool {
    a == b || system_error(a).is_some_and(|a| system_error(b) == Some(a))
}

fn confidence(session: &BurnSession, culprit: &Culprit, error: &ErrorLine) -> Confidence {
    if error.area == Area::Condition {
        return Confidence::High;
    }
    let end = session.last_result().map(|result| result.code);
    let agrees = culprit
        .code()
        .zip(end)
        .is_some_and(|(code, end)| same(code, end));
    let generic = error.code.is_none_or(|code| GENERIC.contains(&code));
    match (agrees, error.area) {
        (true, Area::Engine) => Confidence::Medium,
        (true, _) if !generic => Confidence::High,
        (true, _) => Confidence::Medium,
        (false, Area::Engine) => Confidence::Low,
        (false, _) => Confidence::Medium,
    }
}

/// What the cause means, as far as the bundle's log tells.
fn explanation(culprit: &Culprit, code: u32) -> Option<String> {
    let shown = system_error(code).map_or_else(|| format!("0x{code:08x}"), |code| code.to_string());
    match culprit {
        Culprit::Package { package, .. } => Some(match package.log_path.as_deref() {
            Some(log) => format!(
                "The package {} ended with {shown}. Its own log says more: {log}",
                package.id
            ),
            None => format!("The package {} ended with {shown}.", package.id),
        }),
        Culprit::Condition(_) => {
            Some("A condition that the bundle's author set does not hold on this machine.".into())
        }
        Culprit::Chain(errors) => match errors.first().map(|error| error.area) {
            Some(Area::Elevate) if system_error(code) == Some(1223) => {
                Some("The request for administrator rights was declined.".into())
            }
            Some(Area::Elevate) => {
                Some("The half of the bundle that needs administrator rights could not be started or was lost.".into())
            }
            Some(Area::Fetch) => culprit
                .name()
                .map(|name| format!("{name} could not be fetched, or is not the file that the bundle expects.")),
            _ => None,
        },
        Culprit::Downgrade(_) | Culprit::Unknown => None,
    }
}

/// What passed the failure on: the plan as a whole.
fn propagation(session: &BurnSession) -> Vec<Propagation> {
    let apply = session.apply.as_ref().filter(|result| result.failed());
    apply
        .map(|result| Propagation {
            line: result.line,
            action: "Apply".to_owned(),
        })
        .into_iter()
        .collect()
}

/// `burn/Package/0x80070643`; where no package is to blame, the stage stands in its place.
fn signature(session: &BurnSession, culprit: &Culprit, cause: Option<&Cause>) -> String {
    let stage = match culprit {
        Culprit::Condition(_) => Some("condition"),
        Culprit::Downgrade(_) => Some("downgrade"),
        Culprit::Chain(errors) => errors.first().map(|error| match error.area {
            Area::Execute | Area::Rollback => "package",
            Area::Fetch => "fetch",
            Area::Elevate => "elevate",
            Area::Condition => "condition",
            Area::Engine => "engine",
        }),
        Culprit::Package { .. } | Culprit::Unknown => None,
    };
    let mut parts = vec!["burn".to_owned()];
    parts.extend(culprit.name().or(stage).map(str::to_owned));
    let end = || session.last_result().map(|result| result.code);
    match cause.map(|cause| (cause.code.space, cause.code.value)) {
        Some((CodeSpace::Msi, Some(number))) => parts.push(format!("msi-{number}")),
        _ => {
            let first = culprit.errors().first().and_then(|error| error.code);
            let code = first.or_else(|| culprit.code()).or_else(end);
            parts.extend(code.map(|code| format!("0x{:08x}", wrapped(code))));
        }
    }
    parts.join("/")
}

/// Failures that did not end the run.
fn ignored(session: &BurnSession, culprit: Option<&Culprit>) -> Vec<IgnoredFailure> {
    let name = culprit.and_then(Culprit::name);
    let mut all: Vec<IgnoredFailure> = session
        .packages
        .iter()
        .flat_map(|package| {
            let to_blame = name == Some(package.id.as_str());
            // Where the bundle worked all the same, its user interface went on without the package.
            let rest = culprit.map_or("not vital", |_| "knock-on");
            ignored_of(package, to_blame, rest)
        })
        .collect();
    all.sort_by_key(|ignored| ignored.line);
    all
}

fn ignored_of(package: &Package, to_blame: bool, rest: &str) -> Vec<IgnoredFailure> {
    let mut all = Vec::new();
    let mut add = |result: &ResultLine, why: &str| {
        all.push(IgnoredFailure {
            line: result.line,
            action: package.id.clone(),
            why: why.to_owned(),
        });
    };
    if let Some(undone) = package.rolled_back.as_ref().filter(|r| r.failed()) {
        add(undone, "rollback");
    }
    match (package.failure(), &package.retried, &package.not_vital) {
        _ if to_blame => {}
        (_, _, Some(skipped)) => add(skipped, "not vital"),
        (Some(failure), ..) => add(failure, rest),
        (None, Some(retried), None) => add(retried, "retried"),
        (None, None, None) => {}
    }
    all
}
