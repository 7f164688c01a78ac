//! The lines that prove why a bundle failed, in the order of the log.

use super::BundleRun;
use super::culprit::Culprit;
use crate::formats::codes::system_error;
use crate::formats::{OWN_LOG, PASSED_ON};
use crate::run::Evidence;

/// Errors of one chain that are shown.
const CHAIN: usize = 8;

/// Collects the lines; `cause` is the line of the cause, which counts as evidence, too.
pub(super) fn collect(run: &BundleRun, culprit: &Culprit, cause: Option<u64>) -> Vec<Evidence> {
    let mut all: Vec<Evidence> = Vec::new();
    let mut add = |line: u64, text: &str, why: &str| Evidence::add(&mut all, line, text, why);
    let message = run.foreign.iter().find(|m| Some(m.line) == cause);
    if let Some(message) = message {
        add(message.line, &message.text, "what the package itself says");
    }
    for (at, error) in culprit.errors().iter().take(CHAIN).enumerate() {
        let why = match at {
            0 => "the first and innermost error",
            _ => PASSED_ON,
        };
        add(error.line, &error.text, why);
    }
    package_lines(culprit, &mut add);
    if let Culprit::Condition(_) = culprit
        && let Some(condition) = &run.false_condition
    {
        add(
            condition.line,
            &condition.text,
            "the condition that does not hold",
        );
    }
    let outdated = culprit.code().and_then(system_error) == Some(1638);
    if let Some(newer) = &run.downgrade
        && (outdated || matches!(culprit, Culprit::Downgrade(_)))
    {
        add(newer.line, &newer.text, "a newer version is installed");
    }
    result_lines(run, &mut add);
    all.sort_by_key(|evidence| evidence.line);
    all
}

fn package_lines(culprit: &Culprit, add: &mut impl FnMut(u64, &str, &str)) {
    let Culprit::Package { package, .. } = culprit else {
        return;
    };
    if let (Some(line), Some(path)) = (&package.log, &package.log_path) {
        let why = format!("{OWN_LOG}: {path}");
        add(line.line, &line.text, &why);
    }
    if let Some(line) = &package.applying {
        add(line.line, &line.text, "the failing package begins");
    }
    if let Some(line) = &package.process_exit {
        add(
            line.line,
            &line.text,
            "the exit code of the package's program",
        );
    }
    if let Some(line) = package.failure() {
        add(line.line, &line.text, "the package's result");
    }
}

fn result_lines(run: &BundleRun, add: &mut impl FnMut(u64, &str, &str)) {
    if let Some(line) = &run.early_failure {
        add(line.line, &line.text, "the bundle failed before it began");
    }
    if let Some(line) = run.apply.as_ref().filter(|result| result.failed()) {
        add(line.line, &line.text, "the result of the whole bundle");
    }
    if let Some(line) = &run.exit {
        add(line.line, &line.text, "the bundle's exit code");
    }
}
