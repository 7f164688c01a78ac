//! The lines that prove why a bundle failed, in the order of the log.

use super::BundleRun;
use super::culprit::Culprit;
use crate::formats::codes::system_error;
use crate::run::{Evidence, Role};

/// Errors of one chain that are shown.
const CHAIN: usize = 8;

/// Collects the lines; `cause` is the line of the cause, which counts as evidence, too.
pub(super) fn collect(run: &BundleRun, culprit: &Culprit, cause: Option<u64>) -> Vec<Evidence> {
    let mut all: Vec<Evidence> = Vec::new();
    let mut add = |line: u64, text: &str, role: Role| Evidence::add(&mut all, line, text, role);
    let message = run.foreign.iter().find(|m| Some(m.line) == cause);
    if let Some(message) = message {
        add(message.line, &message.text, Role::PackageSays);
    }
    for (at, error) in culprit.errors().iter().take(CHAIN).enumerate() {
        let role = match at {
            0 => Role::InnermostError,
            _ => Role::PassedOn,
        };
        add(error.line, &error.text, role);
    }
    package_lines(culprit, &mut add);
    if let Culprit::Condition(_) = culprit
        && let Some(condition) = &run.false_condition
    {
        add(condition.line, &condition.text, Role::FalseCondition);
    }
    let outdated = culprit.code().and_then(system_error) == Some(1638);
    if let Some(newer) = &run.downgrade
        && (outdated || matches!(culprit, Culprit::Downgrade(_)))
    {
        add(newer.line, &newer.text, Role::NewerVersion);
    }
    result_lines(run, &mut add);
    all.sort_by_key(|evidence| evidence.line);
    all
}

fn package_lines(culprit: &Culprit, add: &mut impl FnMut(u64, &str, Role)) {
    let Culprit::Package { package, .. } = culprit else {
        return;
    };
    if let (Some(line), Some(path)) = (&package.log, &package.log_path) {
        add(line.line, &line.text, Role::OwnLog(path.clone()));
    }
    if let Some(line) = &package.applying {
        add(line.line, &line.text, Role::PackageBegins);
    }
    if let Some(line) = &package.process_exit {
        add(line.line, &line.text, Role::ProgramExit);
    }
    if let Some(line) = package.failure() {
        add(line.line, &line.text, Role::PackageResult);
    }
}

fn result_lines(run: &BundleRun, add: &mut impl FnMut(u64, &str, Role)) {
    if let Some(line) = &run.early_failure {
        add(line.line, &line.text, Role::FailedEarly);
    }
    if let Some(line) = run.apply.as_ref().filter(|result| result.failed()) {
        add(line.line, &line.text, Role::BundleResult);
    }
    if let Some(line) = &run.exit {
        add(line.line, &line.text, Role::BundleExit);
    }
}
