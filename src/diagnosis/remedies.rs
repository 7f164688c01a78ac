//! What the knowledge says of a failure: facts go to the rules, matches come back as remedies.

use super::leaf::Leaf;
use super::model::{ActionKind, AppliesTo, ArticleReference, CodeSpace, Failure, Remedy};
use crate::knowledge::dotnet::DotNet;
use crate::knowledge::rules::{self, Facts, Match, Rule, RuleSet};
use crate::session::{Operation, Outcome, Session, Statement, StatementKind};

/// The remedies of a failure, best first.
pub fn find(
    session: &Session,
    leaf: &Leaf<'_>,
    failure: &Failure,
    dotnet: Option<&DotNet>,
    rules: Option<&RuleSet>,
) -> Vec<Remedy> {
    let messages = messages(leaf, failure);
    let codes = codes(leaf, failure);
    let lines: Vec<&str> = failure.evidence.iter().map(|e| e.text.as_str()).collect();
    let engine: Vec<&str> = session
        .tell_tales
        .iter()
        .chain(session.outside.iter())
        .map(|s| s.text.as_str())
        .collect();
    let product = &session.facts.product;
    let facts = Facts {
        kind: "msi",
        outcome: outcome_word(session.outcome),
        operation: operation_word(session.facts.operation),
        exit_code: session.exit_code,
        messages: &messages,
        codes: &codes,
        action: failure.action.as_deref(),
        action_kind: kind_word(failure.action_kind),
        custom_action: failure
            .custom_action
            .as_ref()
            .and_then(|c| c.entry_point.as_deref().or(c.exe.as_deref())),
        script_operation: failure
            .script_operation
            .as_deref()
            .and_then(|o| o.split('(').next()),
        cause_line: failure.cause.as_ref().map_or("", |c| c.text.as_str()),
        lines: &lines,
        engine_lines: &engine,
        product: product.name.as_deref(),
        manufacturer: product.manufacturer.as_deref(),
        package: product.package.as_deref(),
        dotnet_family: dotnet.map(|d| d.family.as_str()),
        dotnet_version: dotnet.map(|d| d.version.as_str()),
        dotnet_edition: dotnet.and_then(|d| d.edition.as_deref()),
        windows: session.facts.machine.windows.as_deref().and_then(windows),
    };
    for_facts(&facts, rules)
}

/// The remedies for facts that another kind of log gave.
pub fn for_facts(facts: &Facts<'_>, rules: Option<&RuleSet>) -> Vec<Remedy> {
    // The built-in rules are read only now, when something has failed.
    let rules = match rules {
        Some(rules) => rules,
        None => RuleSet::built_in(),
    };
    rules.matches(facts).iter().map(remedy).collect()
}

fn remedy(found: &Match<'_>) -> Remedy {
    let rule = found.rule;
    Remedy {
        rule: rule.id.clone(),
        title: rule.words().title.clone(),
        why_it_matched: found.why.clone(),
        cause: rule.words().cause.clone(),
        steps: rule.words().steps.clone(),
        articles: articles(rule),
        applies: AppliesTo {
            dotnet: rule
                .applies
                .dotnet
                .iter()
                .map(ToString::to_string)
                .collect(),
            windows: rule
                .applies
                .windows
                .iter()
                .map(ToString::to_string)
                .collect(),
        },
        confidence: found.confidence,
    }
}

/// The articles of a rule; those about this problem before the pages that list all codes.
fn articles(rule: &Rule) -> Vec<ArticleReference> {
    let mut all: Vec<ArticleReference> = rule
        .words()
        .articles
        .iter()
        .filter_map(|key| rules::article(key))
        .map(reference)
        .collect();
    all.sort_by_key(|article| !article.kb.starts_with(|c: char| c.is_ascii_digit()));
    all
}

fn reference(article: &rules::Article) -> ArticleReference {
    ArticleReference {
        kb: article.kb.to_owned(),
        title: article.title.to_owned(),
        url: article.url.to_owned(),
        status: article.status.as_str().to_owned(),
        replaced_by: article.replaced_by.map(str::to_owned),
    }
}

/// Message numbers of the cause and of what stands beside it, the cause's first.
fn messages(leaf: &Leaf<'_>, failure: &Failure) -> Vec<u32> {
    let cause = failure
        .cause
        .as_ref()
        .filter(|c| c.code.space == CodeSpace::Msi);
    let first = cause.and_then(|c| u32::try_from(c.code.value?).ok());
    let shown = |line: u64| failure.evidence.iter().any(|e| e.line == line);
    // Notes are raw: only those that repeat the cause speak of it.
    let said = |s: &&&Statement| s.kind != StatementKind::Note || s.number == first;
    let others = leaf
        .statements
        .iter()
        .filter(|s| shown(s.line))
        .filter(said)
        .filter_map(|s| s.number);
    let mut all: Vec<u32> = Vec::new();
    for number in first.into_iter().chain(others) {
        if !all.contains(&number) {
            all.push(number);
        }
    }
    all
}

/// Codes beside the cause as plain positive numbers; an HRESULT of the system also as its own
/// number.
fn codes(leaf: &Leaf<'_>, failure: &Failure) -> Vec<i64> {
    let cause = failure.cause.as_ref();
    let own = cause.and_then(|c| Some(c.code.value?).filter(|_| c.code.space != CodeSpace::Msi));
    let nested = cause.and_then(|c| c.nested_code.as_ref()?.value);
    let returned = leaf.statements.iter().filter_map(|s| match s.kind {
        StatementKind::Returned {
            code,
            ignored: false,
        } => Some(code),
        _ => None,
    });
    let mut all: Vec<i64> = Vec::new();
    for code in nested.into_iter().chain(own).chain(returned) {
        let unsigned = code & 0xffff_ffff;
        let plain = (unsigned >> 16 == 0x8007).then_some(unsigned & 0xffff);
        for value in std::iter::once(unsigned).chain(plain) {
            if !all.contains(&value) {
                all.push(value);
            }
        }
    }
    all
}

/// `6.1.7601` as numbers.
pub fn windows(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split('.').map(|p| p.parse::<u32>().ok());
    Some((
        parts.next()??,
        parts.next()??,
        parts.next().flatten().unwrap_or(0),
    ))
}

pub fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Succeeded => "succeeded",
        Outcome::SucceededReboot => "succeeded-reboot",
        Outcome::Failed => "failed",
        Outcome::Cancelled => "cancelled",
        Outcome::Incomplete => "incomplete",
    }
}

pub fn operation_word(operation: Operation) -> &'static str {
    match operation {
        Operation::Install => "install",
        Operation::Upgrade => "upgrade",
        Operation::Uninstall => "uninstall",
        Operation::Repair => "repair",
        Operation::Patch => "patch",
        Operation::Admin => "admin",
        Operation::Advertise => "advertise",
        Operation::Unknown => "unknown",
    }
}

fn kind_word(kind: ActionKind) -> &'static str {
    match kind {
        ActionKind::Standard => "standard",
        ActionKind::CustomImmediate => "custom-immediate",
        ActionKind::CustomDeferred => "custom-deferred",
        ActionKind::CustomRollback => "custom-rollback",
        ActionKind::CustomCommit => "custom-commit",
        ActionKind::Dialog => "dialog",
        ActionKind::Package => "package",
        ActionKind::None => "none",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words that rules may ask for are those that facts are told in.
    #[test]
    fn rules_know_the_words_of_facts() {
        let outcomes = [
            Outcome::Succeeded,
            Outcome::SucceededReboot,
            Outcome::Failed,
            Outcome::Cancelled,
            Outcome::Incomplete,
        ];
        assert_eq!(
            rules::known_words("outcome"),
            Some(&outcomes.map(outcome_word)[..])
        );
        let operations = [
            Operation::Install,
            Operation::Upgrade,
            Operation::Uninstall,
            Operation::Repair,
            Operation::Patch,
            Operation::Admin,
            Operation::Advertise,
            Operation::Unknown,
        ];
        assert_eq!(
            rules::known_words("operation"),
            Some(&operations.map(operation_word)[..])
        );
        let kinds = [
            ActionKind::Standard,
            ActionKind::CustomImmediate,
            ActionKind::CustomDeferred,
            ActionKind::CustomRollback,
            ActionKind::CustomCommit,
            ActionKind::Dialog,
            ActionKind::Package,
            ActionKind::None,
        ];
        assert_eq!(
            rules::known_words("action_kind"),
            Some(&kinds.map(kind_word)[..])
        );
        assert_eq!(rules::known_words("action"), None);
    }
}
