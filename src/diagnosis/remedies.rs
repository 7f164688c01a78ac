//! What the knowledge says of a failure: facts go to the rules, matches come back as remedies.

use super::asked::{Asked, Said, word};
use super::failed_step::FailedStep;
use super::filling::Filling;
use crate::formats::msi::{Session, Statement, StatementKind};
use crate::knowledge::rules::{self, Facts, Match, Rule, RuleSet};
use crate::run::{AppliesTo, ArticleReference, CodeSpace, Failure, Remedy};

/// The remedies of a failure, best first.
pub fn find(
    asked: &Asked<'_>,
    said: &Said<'_>,
    failure: &Failure,
    rules: Option<&RuleSet>,
) -> Vec<Remedy> {
    let (run, dotnet) = (asked.run, asked.dotnet);
    let cause = failure.cause.as_ref();
    let codes = cause.map(|cause| [cause.nested_code.as_ref(), Some(&cause.code)]);
    let codes = codes.into_iter().flatten().flatten();
    let of_cause = |messages: bool| {
        let fitting = codes.clone();
        let fitting = fitting.filter(move |code| (code.space == CodeSpace::Msi) == messages);
        fitting.filter_map(|code| code.value)
    };
    let numbers = of_cause(true).filter_map(|number| u32::try_from(number).ok());
    let messages: Vec<u32> = numbers.chain(said.messages.iter().copied()).collect();
    let codes: Vec<i64> = of_cause(false).chain(said.codes.iter().copied()).collect();
    let lines: Vec<&str> = failure.evidence.iter().map(|e| e.text.as_str()).collect();
    let custom = failure.custom_action.as_ref();
    let operation = failure.script_operation.as_deref();
    // Lines of a log that tell of all of it: the property that tells a client from a server of the
    // same version, and the head of a verbose log where its end is there, too.
    let product_type = run.machine.server.map(|server| match server {
        true => "MsiNTProductType = 3",
        false => "MsiNTProductType = 1",
    });
    let header = asked.whole.then_some("=== Verbose logging started");
    let engine_lines = said.engine_lines.iter().copied();
    let engine_lines = engine_lines.chain(product_type).chain(header);
    let engine_lines: Vec<&str> = engine_lines.collect();
    let facts = Facts {
        kind: &word(&asked.kind),
        outcome: &word(&run.outcome),
        operation: &word(&run.operation),
        exit_code: run.exit_code,
        messages: &messages,
        codes: &codes,
        action: failure.action.as_deref(),
        action_kind: &word(&failure.action_kind),
        custom_action: custom.and_then(|c| c.entry_point.as_deref().or(c.exe.as_deref())),
        script_operation: operation.and_then(|o| o.split('(').next()),
        cause_line: cause.map_or("", |c| c.text.as_str()),
        lines: &lines,
        engine_lines: &engine_lines,
        product: run.product.name.as_deref(),
        manufacturer: run.product.manufacturer.as_deref(),
        package: run.product.package.as_deref(),
        dotnet_family: dotnet.map(|d| d.family.as_str()),
        dotnet_version: dotnet.map(|d| d.version.as_str()),
        windows: run.machine.windows.as_deref().and_then(version),
    };
    // The built-in rules are read only now, when something has failed.
    let rules = rules.unwrap_or_else(|| RuleSet::built_in());
    let filling = Filling::new(asked, said, failure);
    let known = |name: &str| filling.value(name);
    let found = rules.matches(&facts);
    found.iter().map(|found| remedy(found, &known)).collect()
}

/// What a run of Windows Installer said beside the cause.
pub fn said<'a>(session: &'a Session, step: &FailedStep<'_>, failure: &Failure) -> Said<'a> {
    let engine = session.tell_tales.iter().chain(session.outside.iter());
    let returned = step.statements.iter().filter_map(|s| match s.kind {
        StatementKind::Returned(code) => Some(code),
        _ => None,
    });
    Said {
        messages: messages(step, failure),
        codes: returned.collect(),
        engine_lines: engine.map(|s| s.text.as_str()).collect(),
        arguments: super::codes::cause_arguments(step, failure),
    }
}

/// Numbers of the messages that are shown.
fn messages(step: &FailedStep<'_>, failure: &Failure) -> Vec<u32> {
    let cause = failure.cause.as_ref().map(|cause| &cause.code);
    let cause = cause.filter(|code| code.space == CodeSpace::Msi);
    let first = cause.and_then(|code| u32::try_from(code.value?).ok());
    let shown = |line: u64| failure.evidence.iter().any(|e| e.line == line);
    // Notes are raw: only those that repeat the cause speak of it.
    let said = |s: &&Statement| s.kind != StatementKind::Note || s.number == first;
    let statements = step.statements.iter().copied();
    let statements = statements.filter(|s| shown(s.line)).filter(said);
    statements.filter_map(|s| s.number).collect()
}

/// `6.1.7601` as numbers.
fn version(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split('.').map(|p| p.parse::<u32>().ok());
    let (major, minor) = (parts.next()??, parts.next()??);
    Some((major, minor, parts.next().flatten().unwrap_or(0)))
}

/// A remedy, with what the log knows filled in.
fn remedy(found: &Match<'_>, known: &dyn Fn(&str) -> Option<String>) -> Remedy {
    let rule = found.rule;
    let words = rule.words().filled(known);
    let commands = words.steps.iter().flat_map(|step| rules::commands(step));
    Remedy {
        rule: rule.id.clone(),
        title: words.title,
        fix: Some(words.fix).filter(|fix| !fix.is_empty()),
        why_it_matched: found.why.clone(),
        cause: words.cause,
        commands: commands.map(str::to_owned).collect(),
        steps: words.steps,
        articles: articles(rule),
        applies: rule.into(),
        confidence: found.confidence,
    }
}

impl From<&Rule> for AppliesTo {
    fn from(rule: &Rule) -> Self {
        Self {
            dotnet: strings(&rule.applies.dotnet),
            windows: strings(&rule.applies.windows),
        }
    }
}

fn strings(all: &[impl ToString]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}

/// The articles of a rule; those about this problem before the pages that list all codes.
fn articles(rule: &Rule) -> Vec<ArticleReference> {
    let mut all: Vec<ArticleReference> = rule
        .words()
        .articles
        .iter()
        .filter_map(|key| rules::article(key))
        .map(ArticleReference::from)
        .collect();
    all.sort_by_key(|article| !article.kb.starts_with(|c: char| c.is_ascii_digit()));
    all
}

impl From<&rules::Article> for ArticleReference {
    fn from(article: &rules::Article) -> Self {
        Self {
            kb: article.kb.to_owned(),
            title: article.title.to_owned(),
            url: article.url.to_owned(),
            status: article.status.to_owned(),
            replaced_by: article.replaced_by.map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{ActionKind, Operation, Outcome};

    /// The words that rules may ask for are those that facts are told in.
    #[test]
    fn rules_know_the_words_of_facts() {
        fn known<const N: usize>(question: &str, all: [impl serde::Serialize; N]) {
            let words = all.each_ref().map(word);
            assert_eq!(
                rules::known_words(question),
                Some(words.iter().map(String::as_str).collect())
            );
        }
        known(
            "outcome",
            [
                Outcome::Succeeded,
                Outcome::SucceededReboot,
                Outcome::Failed,
                Outcome::Cancelled,
                Outcome::Incomplete,
            ],
        );
        known(
            "operation",
            [
                Operation::Install,
                Operation::Upgrade,
                Operation::Uninstall,
                Operation::Repair,
                Operation::Patch,
                Operation::Admin,
                Operation::Advertise,
                Operation::Unknown,
            ],
        );
        known(
            "action_kind",
            [
                ActionKind::Standard,
                ActionKind::CustomImmediate,
                ActionKind::CustomDeferred,
                ActionKind::CustomRollback,
                ActionKind::CustomCommit,
                ActionKind::Dialog,
                ActionKind::Package,
                ActionKind::None,
            ],
        );
        assert_eq!(rules::known_words("action"), None);
    }

    #[test]
    fn versions_of_windows() {
        assert_eq!(version("6.1.7601"), Some((6, 1, 7601)));
        assert_eq!(version("10.0"), Some((10, 0, 0)));
        assert_eq!(version("10"), None);
    }

    const SAID: &str = "\
Action start 10:00:00: InstallFiles.
MSI (s) (7C:A4) [10:00:01:000]: Note: 1: 1310 2: 5 3: C:\\Example\\a.dll
Error 1310. Error writing to file: C:\\Example\\a.dll.  System error 5.
MSI (s) (7C:A4) [10:00:01:000]: Note: 1: 1321 2: C:\\Example\\b.dll 3: 5
Internal Error 2235. Example
CustomAction InstallFiles returned actual error code 7 (note this may not be 100% accurate if translation happened inside sandbox)
Action ended 10:00:02: InstallFiles. Return value 3.
Action ended 10:00:02: INSTALL. Return value 3.
MSI (s) (7C:A4) [10:00:03:000]: MainEngineThread is returning 1603
";

    #[test]
    fn facts_of_a_run() {
        let log = crate::diagnosis::tests::read(SAID.lines());
        let settings = super::super::Settings {
            cut_off: false,
            rules: None,
            max_evidence: 12,
            file_name: "",
        };
        let mut failure = super::super::diagnose(&log, 0, &settings).failure.unwrap();
        let session = &log.sessions[0];
        let step = super::super::failed_step::find(&log, session);
        let run = said(session, &step, &failure);
        assert_eq!((run.messages, run.codes), (vec![1310, 1310, 2235], vec![7]));
        // The cause's own numbers count, too; only what is shown counts beside it.
        let first = failure.remedies.first().unwrap();
        assert_eq!(first.rule, "file-access-denied");
        assert!(first.why_it_matched.contains("message 1310"));
        assert!(first.why_it_matched.contains("code 5"));
        failure.evidence.retain(|e| e.line == 3);
        let run = said(session, &step, &failure);
        assert_eq!(run.messages, [1310]);
    }

    #[test]
    fn remedies_hold_what_their_rule_says() {
        for rule in RuleSet::built_in().rules() {
            let matched = Match {
                rule,
                confidence: rules::Confidence::Low,
                why: String::new(),
            };
            let found = remedy(&matched, &|_| None);
            assert_eq!(found.articles.len(), rule.words().articles.len());
            assert_eq!(found.applies.dotnet.len(), rule.applies.dotnet.len());
            for (shown, range) in found.applies.windows.iter().zip(&rule.applies.windows) {
                assert_eq!(*shown, range.to_string());
            }
            let numbered = |a: &ArticleReference| a.kb.starts_with(|c: char| c.is_ascii_digit());
            assert!(found.articles.is_sorted_by_key(|a| !numbered(a)));
        }
    }
}
