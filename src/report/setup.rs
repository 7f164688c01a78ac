//! What the reports of setup programs have in common: the product recognised, the remedies found.

use super::model::{SessionReport, SlowAction};
use crate::diagnosis::remedies::{self, RunFacts};
use crate::diagnosis::{CodeSpace, Failure, codes};
use crate::knowledge::codes as meanings;
use crate::knowledge::dotnet::{self, DotNet, Hints};
use crate::knowledge::rules::RuleSet;
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
        let run = RunFacts {
            kind,
            outcome: report.outcome,
            operation: report.operation,
            exit_code: report.exit_code,
            product: &report.product,
            dotnet: report.dotnet.as_ref(),
            windows: report.machine.windows.as_deref(),
            messages: Vec::new(),
            codes: Vec::new(),
            engine_lines: Vec::new(),
        };
        failure.remedies = remedies::find(&run, &failure, rules);
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
