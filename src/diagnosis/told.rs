//! Completes the failure that a format has told: what its codes mean, which lines prove most, and
//! what the knowledge says of it.

use super::model::{ActionKind, CodeSpace, Evidence, Failure};
use super::{Settings, codes, remedies};
use crate::formats::{OWN_LOG, PASSED_ON};
use crate::knowledge::dotnet::DotNet;
use crate::knowledge::messages;
use crate::knowledge::rules::Facts;
use crate::run::{Kind, Run};

/// Completes the failure of a run.
pub fn complete(
    kind: Kind,
    run: &Run,
    mut failure: Failure,
    dotnet: Option<&DotNet>,
    settings: &Settings<'_>,
) -> Failure {
    explain(&mut failure);
    shorten(&mut failure, settings.max_evidence.max(1));
    failure.remedies = find_remedies(kind, run, &failure, dotnet, settings);
    failure
}

/// Puts the meaning beside each code.
fn explain(failure: &mut Failure) {
    let Some(cause) = &mut failure.cause else {
        return;
    };
    if let (CodeSpace::Msi, Some(value)) = (cause.code.space, cause.code.value)
        && let Ok(number) = u32::try_from(value)
    {
        cause.code = codes::message_code(number);
        cause.explanation = messages::explain(number, &[]).or(cause.explanation.take());
    }
    for code in std::iter::once(&mut cause.code).chain(cause.nested_code.as_mut()) {
        if let (Some(value), None) = (code.value, &code.meaning) {
            *code = codes::describe(value, code.space);
        }
    }
}

/// Leaves out what proves least, until no more than so many lines are shown. The cause, the line
/// where it ended and the one that names the package's own log go last.
fn shorten(failure: &mut Failure, most: usize) {
    let cause = failure.cause.as_ref().map(|cause| cause.line);
    let end = failure.line;
    let weight = |evidence: &Evidence| match evidence.why.as_str() {
        _ if Some(evidence.line) == cause => 6,
        _ if evidence.line == end => 5,
        why if why.starts_with(OWN_LOG) || why.starts_with("names the installer's own log") => 4,
        "the installer is called" => 3,
        PASSED_ON | "another code of the same call" | "what the caller makes of it" => 1,
        _ => 2,
    };
    while failure.evidence.len() > most {
        let evidence = failure.evidence.iter().enumerate().rev();
        let Some((least, _)) = evidence.min_by_key(|(_, e)| weight(e)) else {
            return;
        };
        failure.evidence.remove(least);
    }
}

/// The remedies of a failure in the log of a program that runs installers.
fn find_remedies(
    kind: Kind,
    run: &Run,
    failure: &Failure,
    dotnet: Option<&DotNet>,
    settings: &Settings<'_>,
) -> Vec<super::Remedy> {
    let cause = failure.cause.as_ref();
    let all = cause.map(|cause| [cause.nested_code.as_ref(), Some(&cause.code)]);
    let all = all.into_iter().flatten().flatten();
    let (messages, values): (Vec<_>, Vec<_>) = all
        .filter_map(|code| Some((code.space, code.value?)))
        .partition(|(space, _)| *space == CodeSpace::Msi);
    let messages: Vec<u32> = messages
        .into_iter()
        .filter_map(|(_, number)| u32::try_from(number).ok())
        .collect();
    let values: Vec<i64> = values.into_iter().map(|(_, value)| value).collect();
    let lines: Vec<&str> = failure.evidence.iter().map(|e| e.text.as_str()).collect();
    let product = &run.product;
    let facts = Facts {
        kind: kind.word(),
        outcome: remedies::outcome_word(run.outcome),
        operation: remedies::operation_word(run.operation),
        exit_code: run.exit_code,
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
        windows: run.machine.windows.as_deref().and_then(remedies::windows),
        ..Facts::default()
    };
    remedies::for_facts(&facts, settings.rules)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::codes::plain;
    use crate::run::Cause;

    #[test]
    fn what_proves_least_is_left_out_first() {
        let mut failure = Failure {
            action: None,
            action_kind: ActionKind::Package,
            custom_action: None,
            script_operation: None,
            line: 9,
            cause: Some(Cause {
                line: 6,
                text: String::new(),
                code: plain(CodeSpace::None, None),
                nested_code: None,
                confidence: crate::run::Confidence::Low,
                explanation: None,
            }),
            evidence: Vec::new(),
            propagation: Vec::new(),
            signature: String::new(),
            remedies: Vec::new(),
            origin: None,
        };
        let own = format!("{OWN_LOG}: x.log");
        let whys = [&own, "begins", "first", PASSED_ON, PASSED_ON, "result"];
        for (line, why) in [1, 5, 6, 7, 8, 9].into_iter().zip(whys) {
            Evidence::add(&mut failure.evidence, line, "", why);
        }
        let lines = |failure: &Failure| failure.evidence.iter().map(|e| e.line).collect::<Vec<_>>();
        shorten(&mut failure, 4);
        assert_eq!(lines(&failure), [1, 5, 6, 9]);
        shorten(&mut failure, 1);
        assert_eq!(lines(&failure), [6]);
    }
}
