//! What the reports of setup programs have in common: the product recognised, the remedies found.

use super::model::{SessionReport, SlowAction};
use crate::diagnosis::{self, ActionKind, CodeSpace, Failure, codes, remedies};
use crate::knowledge::codes as meanings;
use crate::knowledge::dotnet::{self, DotNet, Hints};
use crate::knowledge::rules::{Facts, RuleSet};
use crate::session::{Outcome, Product};

/// How many slow packages or items are named.
pub const SLOWEST: usize = 10;

/// What the system calls an exit code.
pub fn exit_name(code: Option<i64>) -> Option<String> {
    code.and_then(meanings::exit_code)
        .map(|code| code.name.to_owned())
}

/// Milliseconds, name and line of what took long.
pub fn slow(slowest: Vec<(u64, String, u64)>) -> Vec<SlowAction> {
    let slowest = slowest.into_iter();
    slowest
        .map(|(ms, action, line)| SlowAction { action, ms, line })
        .collect()
}

/// Puts a failure with its remedies into the report of a run, unless the run worked all the same.
pub fn add_failure(
    kind: &str,
    report: &mut SessionReport,
    failure: Option<Failure>,
    rules: Option<&RuleSet>,
    most_evidence: usize,
) {
    let worked = matches!(
        report.outcome,
        Outcome::Succeeded | Outcome::SucceededReboot
    );
    report.failure = failure.filter(|_| !worked).map(|mut failure| {
        explain(&mut failure);
        failure.shorten(most_evidence);
        failure.remedies = find_remedies(kind, report, &failure, rules);
        failure
    });
}

/// The .NET product that is installed, where it is one.
pub fn recognise(product: &Product, path: &str) -> Option<DotNet> {
    let file_name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    dotnet::recognise(&Hints {
        product_code: product.code.as_deref(),
        upgrade_code: product.upgrade_code.as_deref(),
        patch_codes: &[],
        packed: &[],
        packages: &[product.package.as_deref().unwrap_or(""), file_name],
        product_name: product.name.as_deref(),
        product_version: product.version.as_deref(),
        manufacturer: product.manufacturer.as_deref(),
    })
}

/// Puts the meaning beside each code.
fn explain(failure: &mut Failure) {
    let Some(cause) = &mut failure.cause else {
        return;
    };
    for code in std::iter::once(&mut cause.code).chain(cause.nested_code.as_mut()) {
        if let (Some(value), false) = (code.value, code.space == CodeSpace::None)
            && code.meaning.is_none()
        {
            *code = codes::describe(value, code.space);
        }
    }
}

/// The remedies of a failure in the log of a setup program.
fn find_remedies(
    kind: &str,
    session: &SessionReport,
    failure: &Failure,
    rules: Option<&RuleSet>,
) -> Vec<diagnosis::Remedy> {
    let cause = failure.cause.as_ref();
    let all = cause.map(|cause| [cause.nested_code.as_ref(), Some(&cause.code)]);
    let all = all.into_iter().flatten().flatten();
    let of = |space: fn(CodeSpace) -> bool| {
        let fitting = all.clone().filter(move |code| space(code.space));
        fitting.filter_map(|code| code.value).collect::<Vec<i64>>()
    };
    let values = of(|space| space != CodeSpace::Msi);
    let messages = of(|space| space == CodeSpace::Msi);
    let messages: Vec<u32> = messages
        .into_iter()
        .filter_map(|n| u32::try_from(n).ok())
        .collect();
    let lines: Vec<&str> = failure.evidence.iter().map(|e| e.text.as_str()).collect();
    let product = &session.product;
    let dotnet = session.dotnet.as_ref();
    let facts = Facts {
        kind,
        outcome: remedies::outcome_word(session.outcome),
        operation: remedies::operation_word(session.operation),
        exit_code: session.exit_code,
        messages: &messages,
        codes: &values,
        action: failure.action.as_deref(),
        action_kind: match failure.action_kind {
            ActionKind::Package => "package",
            _ => "none",
        },
        cause_line: cause.map_or("", |cause| cause.text.as_str()),
        lines: &lines,
        product: product.name.as_deref(),
        manufacturer: product.manufacturer.as_deref(),
        package: product.package.as_deref(),
        dotnet_family: dotnet.map(|d| d.family.as_str()),
        dotnet_version: dotnet.map(|d| d.version.as_str()),
        dotnet_edition: dotnet.and_then(|d| d.edition.as_deref()),
        windows: session
            .machine
            .windows
            .as_deref()
            .and_then(remedies::windows),
        ..Facts::default()
    };
    remedies::for_facts(&facts, rules)
}
