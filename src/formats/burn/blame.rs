//! Why a bundle failed: the package that ended it, or what kept it from getting to its packages.
//!
//! Burn passes errors outwards, so the first line of the chain that ends in the bundle's own result
//! is the cause as far as this log knows. A failed MSI package says little here: the evidence names
//! that package's own log, which holds the deeper cause.

#[cfg(test)]
#[path = "blame_tests.rs"]
mod tests;

use super::culprit::{self, Culprit};
use super::{Area, Bundle, Problem, Said};
use crate::formats::blame::{self, Proof, codes, is_generic, message_codes, see_own_log};
use crate::formats::codes::{same, shown, system_error};
use crate::formats::lines::ResultLine;
use crate::run::{
    ActionKind, Cause, CodeSpace, Confidence, Evidence, Failure, IgnoredFailure, Propagation, Role,
};

/// Errors of one chain that are shown.
const CHAIN: usize = 8;

/// Says why a bundle failed, and which failures did not count. The first is `None` where it worked, and
/// where the log says neither how it ended nor of any error that was not got over.
pub(super) fn diagnose(bundle: &Bundle) -> (Option<Failure>, Vec<IgnoredFailure>) {
    let outcome = bundle.run.outcome;
    let culprit = (!outcome.worked()).then(|| culprit::find(bundle));
    let culprit = culprit.filter(|found| outcome.failed() || !found.errors.is_empty());
    let mut failure = culprit.as_ref().map(|culprit| failure(bundle, culprit));
    let cause = failure.as_mut().and_then(|failure| failure.cause.as_mut());
    if let Some(cause) = cause.filter(|_| !outcome.failed()) {
        // Work went on behind it, perhaps in vain: nobody says that anything failed.
        cause.confidence = Confidence::Low;
    }
    (failure, ignored(bundle, culprit.as_ref()))
}

fn failure(bundle: &Bundle, culprit: &Culprit) -> Failure {
    let message = message(bundle, culprit);
    let cause = cause(bundle, culprit, message);
    let apply = bundle.apply.as_ref().filter(|result| result.failed());
    // The plan as a whole passed the failure on.
    let propagation = apply.map(|result| Propagation {
        line: result.line,
        action: "Apply".to_owned(),
    });
    let signature = signature(bundle, culprit, cause.as_ref());
    let failure = blame::failure(culprit.name(), culprit.line(bundle), signature);
    Failure {
        // A container holds packages, and is none.
        action_kind: match culprit.in_container() {
            true => ActionKind::None,
            false => failure.action_kind,
        },
        evidence: evidence(bundle, culprit, message),
        propagation: propagation.into_iter().collect(),
        cause,
        ..failure
    }
}

/// A message of the package itself says more than any of the bundle's errors: one that somebody
/// pasted between the lines of the bundle, else one that the user interface passed on.
fn message<'a>(bundle: &'a Bundle, culprit: &Culprit) -> Option<&'a Said> {
    let said = || bundle.said.iter();
    if let Some(package) = culprit.package {
        let from = package.applying.as_ref().map_or(0, |line| line.line);
        let lines = from..=culprit.line(bundle);
        let fits = |said: &&Said| {
            let at = said.at.line;
            match &said.package {
                // The user interface is told of it as it ends, or later.
                Some(named) => *named == package.id && at >= from,
                None => lines.contains(&at),
            }
        };
        return said().filter(fits).min_by_key(|said| rank(said));
    }
    let Some(first) = culprit.errors.first() else {
        return said().rfind(|said| said.passed_on && culprit.newer.is_none());
    };
    let inside = |said: &&Said| said.at.line < first.at.line || said.passed_on;
    let executed = |_: &&Said| first.about.area == Area::Execute;
    let all = || said().filter(inside).filter(executed);
    all()
        .rfind(|said| !said.passed_on)
        .or(all().min_by_key(|said| rank(said)))
}

/// What tells most comes first. That a program of the package failed (1722) is next to nothing.
fn rank(said: &Said) -> (bool, bool, bool) {
    let without = said.passed_on && said.number.is_none();
    (said.passed_on, without, said.number == Some(1722))
}

fn cause(bundle: &Bundle, culprit: &Culprit, message: Option<&Said>) -> Option<Cause> {
    let high = Confidence::High;
    if let Some(said) = message {
        let without = || codes(None);
        let codes = said
            .number
            .map_or_else(without, |number| message_codes(number, None));
        let (confidence, words) = match said.passed_on {
            true => (Confidence::Medium, Some(said.words.clone())),
            false => (high, None),
        };
        return Some(blame::cause(&said.at, codes, confidence, words));
    }
    if let Some(newer) = culprit.newer {
        let words = "A newer version of this bundle is installed.".to_owned();
        return Some(blame::cause(newer, codes(None), high, Some(words)));
    }
    if let Some(error) = culprit.errors.first() {
        let code = error.code.or_else(|| culprit.code());
        let confidence = confidence(bundle, culprit, error);
        let words = explanation(culprit, code.unwrap_or(0));
        return Some(blame::cause(&error.at, codes(code), confidence, words));
    }
    let package = culprit.package?;
    let line = package.process_exit.as_ref().or(package.failure())?;
    let words = explanation(culprit, line.code);
    let codes = codes(Some(line.code));
    Some(blame::cause(line, codes, Confidence::Low, words))
}

fn confidence(bundle: &Bundle, culprit: &Culprit, error: &Problem) -> Confidence {
    let end = bundle.last_result().map(|result| result.code);
    let both = culprit.code().zip(end);
    let agrees = both.is_some_and(|(code, end)| same(code, end));
    match (agrees, error.about.area) {
        (_, Area::Condition) => Confidence::High,
        (false, Area::Engine) => Confidence::Low,
        (false, _) | (true, Area::Engine) => Confidence::Medium,
        (true, _) if error.code.is_none_or(is_generic) => Confidence::Medium,
        (true, _) => Confidence::High,
    }
}

/// What the cause means, as far as the bundle's log tells.
fn explanation(culprit: &Culprit, code: u32) -> Option<String> {
    if let Some(package) = culprit.package {
        let ended = format!("The package {} ended with {}.", package.id, shown(code));
        return Some(see_own_log(&ended, package.log_path.as_deref()));
    }
    let words = match culprit.area()? {
        Area::Condition => {
            "A condition that the bundle's author set does not hold on this machine."
        }
        Area::Elevate if system_error(code) == Some(1223) => {
            "The request for administrator permissions was declined."
        }
        Area::Elevate => {
            "The half of the bundle that needs administrator permissions could not be started or was lost."
        }
        Area::Fetch => {
            let name = culprit.name()?;
            let words = "could not be fetched, or is not the file that the bundle expects.";
            return Some(format!("{name} {words}"));
        }
        Area::Execute | Area::Rollback | Area::Engine => return None,
    };
    Some(words.to_owned())
}

/// The lines that prove why a bundle failed.
fn evidence(bundle: &Bundle, culprit: &Culprit, message: Option<&Said>) -> Vec<Evidence> {
    let mut proof = Proof::default();
    proof.add(message.map(|said| &said.at), Role::PackageSays);
    let roles = std::iter::repeat(Role::PassedOn);
    let roles = std::iter::once(Role::InnermostError).chain(roles);
    for (error, role) in culprit.errors.iter().take(CHAIN).zip(roles) {
        proof.add(Some(&error.at), role);
    }
    if let Some(package) = culprit.package {
        if let Some(path) = &package.log_path {
            proof.add(package.log.as_ref(), Role::OwnLog(path.clone()));
        }
        proof.add(package.applying.as_ref(), Role::PackageBegins);
        proof.add(package.process_exit.as_deref(), Role::ProgramExit);
        proof.add(package.failure().map(|line| &line.at), Role::PackageResult);
    }
    if culprit.area() == Some(Area::Condition) {
        proof.add(bundle.false_condition.as_ref(), Role::FalseCondition);
    }
    let outdated = culprit.code().and_then(system_error) == Some(1638);
    if outdated || culprit.newer.is_some() {
        proof.add(bundle.downgrade.as_ref(), Role::NewerVersion);
    }
    proof.add(bundle.early_failure.as_deref(), Role::FailedEarly);
    let apply = bundle.apply.as_ref().filter(|result| result.failed());
    proof.add(apply.map(|line| &line.at), Role::BundleResult);
    proof.add(bundle.exit.as_deref(), Role::BundleExit);
    proof.finish()
}

/// `burn/Package/0x80070643`; where no package is to blame, the stage stands in its place.
fn signature(bundle: &Bundle, culprit: &Culprit, cause: Option<&Cause>) -> String {
    let stage = culprit.area().map(|area| match area {
        Area::Execute | Area::Rollback => "package",
        Area::Fetch => "fetch",
        Area::Elevate => "elevate",
        Area::Condition => "condition",
        Area::Engine => "engine",
    });
    let stage = stage.or(culprit.newer.map(|_| "downgrade"));
    let message = cause.filter(|cause| cause.code.space == CodeSpace::Msi);
    let first = culprit.errors.first().and_then(|error| error.code);
    let end = || bundle.last_result().map(|result| result.code);
    let code = first.or_else(|| culprit.code()).or_else(end);
    let parts = [Some("burn"), culprit.name().or(stage)];
    blame::signature(&parts, message.and_then(|cause| cause.code.value), code)
}

/// Failures that did not end the run.
fn ignored(bundle: &Bundle, culprit: Option<&Culprit>) -> Vec<IgnoredFailure> {
    let name = culprit.and_then(Culprit::name);
    // Where the bundle worked all the same, its user interface went on without the package.
    let rest = culprit.map_or("not vital", |_| "knock-on");
    let mut all = Vec::new();
    for package in &bundle.packages {
        let mut add =
            |line: &ResultLine, why| all.push(blame::ignored(line.line, &package.id, why));
        if let Some(undone) = package.undone.as_ref().filter(|result| result.failed()) {
            add(undone, "rollback");
        }
        match (package.failure(), &package.retried, &package.not_vital) {
            _ if name == Some(package.id.as_str()) => {}
            (_, _, Some(skipped)) => add(skipped, "not vital"),
            (Some(failure), ..) => add(failure, rest),
            (None, Some(retried), None) => add(retried, "retried"),
            (None, None, None) => {}
        }
    }
    all.sort_by_key(|ignored| ignored.line);
    all
}
