//! Why an installation failed: the procedure of an expert, step by step.
//!
//! 1. `failed_step`: which action failed first, from the inside, leaving out what was swallowed.
//! 2. `rank`: which of the lines that it left is the cause, and which only repeat or follow it.
//! 3. `codes`: the numbers of that line, in the number space that they belong to.
//! 4. `evidence`: the lines that prove it.
//! 5. `remedies`: what the knowledge says of these facts.

mod asked;
mod class;
pub(crate) mod codes;
mod evidence;
mod failed_step;
mod filling;
mod output;
mod rank;
pub(crate) mod remedies;
mod told;

pub use crate::run::{
    ActionKind, AppliesTo, ArticleReference, Cause, Code, CodeSpace, Confidence, CustomAction,
    Evidence, Failure, IgnoredFailure, Origin, Propagation, Remedy, Role,
};

use asked::{Asked, Said};

use crate::formats::msi::{MsiLog, Session, StatementKind};
use crate::knowledge::dotnet::{self, DotNet, Hints};
use crate::knowledge::rules::RuleSet;
use crate::run::{Kind, Outcome, Run};

/// What a diagnosis needs beside the log.
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    /// The remedies; `None`: the built-in ones.
    pub rules: Option<&'a RuleSet>,
    /// Most lines of evidence.
    pub max_evidence: usize,
    /// Name of the log file, which may tell the product.
    pub file_name: &'a str,
    /// The log lacks its end.
    pub cut_off: bool,
}

/// What is to be said of one session.
#[derive(Debug, Clone, Default)]
pub struct Diagnosis {
    /// Why it failed, where it did.
    pub failure: Option<Failure>,
    /// Failures that did not stop it.
    pub ignored: Vec<IgnoredFailure>,
    /// The .NET product that it is about.
    pub dotnet: Option<DotNet>,
}

/// Completes what a format has told of a run: the .NET product, meanings and remedies.
#[must_use]
pub fn complete(kind: Kind, run: &mut Run, settings: &Settings<'_>) -> Diagnosis {
    let dotnet = recognise(run, settings.file_name);
    let failure = run.failure.take().map(|mut failure| {
        told::explain(&mut failure);
        // What stands in the rest of the log may tell more.
        if let Some(cause) = failure.cause.as_mut().filter(|_| settings.cut_off) {
            cause.confidence = cause.confidence.min(Confidence::Medium);
        }
        failure.shorten(settings.max_evidence);
        let asked = Asked {
            kind,
            run,
            dotnet: dotnet.as_ref(),
            whole: false,
        };
        let said = Said::default();
        failure.remedies = remedies::find(&asked, &said, &failure, settings.rules);
        failure
    });
    Diagnosis {
        failure,
        ignored: std::mem::take(&mut run.ignored_failures),
        dotnet,
    }
}

/// Diagnoses one session of a log.
#[must_use]
pub fn diagnose(log: &MsiLog, index: usize, settings: &Settings<'_>) -> Diagnosis {
    let Some(session) = log.sessions.get(index) else {
        return Diagnosis::default();
    };
    let run = &session.run;
    let dotnet = recognise(run, settings.file_name);
    let step = match session.run.outcome {
        Outcome::Succeeded | Outcome::SucceededReboot => None,
        _ => Some(failed_step::find(log, session)),
    };
    let ignored = failed_step::ignored(session, step.as_ref());
    let asked = Asked {
        kind: Kind::Msi,
        run,
        dotnet: dotnet.as_ref(),
        whole: log.verbose && log.headed && log.complete && log.gaps == 0,
    };
    let piece = !log.headed && !log.complete;
    let failure = step.and_then(|step| failure(session, &step, &asked, settings, piece));
    Diagnosis {
        failure,
        ignored,
        dotnet,
    }
}

fn failure(
    session: &Session,
    step: &failed_step::FailedStep<'_>,
    asked: &Asked<'_>,
    settings: &Settings<'_>,
    piece: bool,
) -> Option<Failure> {
    let ranked = rank::ranked(session, step);
    let chosen = rank::choose(session, step, &ranked, piece);
    let cause = chosen.as_ref().map(|chosen| chosen.statement);
    if chosen.is_none() && session.run.outcome == Outcome::Incomplete {
        return None;
    }
    let mut failure = Failure {
        action: step.action.clone(),
        action_kind: step.kind,
        custom_action: step.custom_action(),
        script_operation: step.operation().map(|(_, text)| text.to_owned()),
        line: step.line,
        cause: chosen.as_ref().map(|chosen| Cause {
            piece,
            ..codes::cause(session, step, chosen)
        }),
        evidence: evidence::gather(session, step, &ranked, cause, settings.max_evidence),
        propagation: step
            .chain
            .iter()
            .map(|(line, action)| Propagation {
                line: *line,
                action: action.clone(),
            })
            .collect(),
        signature: String::new(),
        remedies: Vec::new(),
        origin: None,
    };
    // A program of the package complains, and nobody says that anything failed.
    let complains = cause.is_some_and(|cause| cause.kind == StatementKind::Output);
    let unknown = session.run.outcome == Outcome::Incomplete && step.end.is_none();
    if let Some(cause) = failure.cause.as_mut().filter(|_| complains && unknown) {
        cause.confidence = cause.confidence.lowered();
    }
    failure.signature = codes::signature(session, &failure, cause);
    let said = remedies::said(session, step, &failure);
    failure.remedies = remedies::find(asked, &said, &failure, settings.rules);
    Some(failure)
}

/// The .NET product of a run, by everything that the log names.
fn recognise(run: &Run, file_name: &str) -> Option<DotNet> {
    let product = &run.product;
    let mut packages = texts(&run.packages);
    packages.push(file_name);
    dotnet::recognise(&Hints {
        product_code: product.code.as_deref(),
        upgrade_code: product.upgrade_code.as_deref(),
        patch_codes: &texts(&product.patches),
        packed: &texts(&run.packed),
        packages: &packages,
        product_name: product.name.as_deref(),
        product_version: product.version.as_deref(),
        manufacturer: product.manufacturer.as_deref(),
    })
}

fn texts(all: &[String]) -> Vec<&str> {
    all.iter().map(String::as_str).collect()
}

#[cfg(test)]
mod session_tests;
#[cfg(test)]
mod speaker_tests;
#[cfg(test)]
mod tests;
