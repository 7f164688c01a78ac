//! What a rule's author did not mean: conditions that no log can meet, and rules that others hide.

use super::applies::VersionRange;
use super::condition::{Asks, Condition, Test, has_code};
use super::error::{RuleError, RuleProblem};
use super::pattern::Name;
use super::read_value::Reader;
use super::{Rule, RuleSet, RuleStatus};

/// The words that reports use for what is one of a few things. Any other word never matches.
const WORDS: &[(&str, &str)] = &[
    ("kind", "msi burn netfx-setup wrapper"),
    (
        "outcome",
        "succeeded succeeded-reboot failed cancelled incomplete",
    ),
    (
        "operation",
        "install upgrade uninstall repair patch admin advertise unknown",
    ),
    (
        "action_kind",
        "standard custom-immediate custom-deferred custom-rollback custom-commit dialog package none",
    ),
];

/// The words that reports use for the facts that rule files call `key`; `None` where it can be
/// any text.
pub fn known_words(key: &str) -> Option<Vec<&'static str>> {
    let row = WORDS.iter().find(|(known, _)| *known == key);
    row.map(|(_, words)| words.split(' ').collect())
}

/// All that is doubtful about a rule. `namesake` is the rule that has its name among the others.
pub(super) fn review(
    rule: &Rule,
    text: &str,
    namesake: Option<&Rule>,
    among: &RuleSet,
) -> Vec<RuleError> {
    let mut reader = rule.reader(text);
    if let Some(other) = namesake.filter(|other| other.file != rule.file) {
        let problem = RuleProblem::DuplicateId(rule.id.as_str().into());
        let hint = format!("the one in {} takes its place", other.file);
        reader.complain(rule.offset, problem, hint);
    } else if reader.sound(|reader| never(rule, reader)).is_some() {
        shadow(rule, &mut reader, among);
    }
    reader.mistakes
}

/// The conditions that no log can meet.
fn never(rule: &Rule, reader: &mut Reader<'_>) {
    let strange = rule.conditions().filter_map(|condition| {
        let why = condition.tests.iter().find_map(unknown_word)?;
        Some((condition.offset, why))
    });
    // Each choice of `when.any` together with all of `when.all`; without choices those alone.
    let choices = rule.any.iter().map(|choice| (choice.offset, Some(choice)));
    let alone = rule.any.is_empty().then_some((rule.offset, None));
    let contradicted = choices.chain(alone).filter_map(|(at, choice)| {
        let why = contradiction(rule, choice)?;
        Some((at, why))
    });
    let found: Vec<(usize, String)> = strange.chain(contradicted).collect();
    let hint = "fix the condition, or take it out";
    for (at, why) in found {
        reader.complain(at, RuleProblem::NeverMatches(why.into()), hint);
    }
}

/// A word that reports never use where only a few are possible.
fn unknown_word(test: &Test) -> Option<String> {
    let Asks::Names(names) = &test.asks else {
        return None;
    };
    let words = known_words(test.key())?;
    let fits = |name: &&Name| !words.iter().any(|word| name.fits(word));
    let stranger = names.iter().find(fits)?;
    let (key, words) = (test.key(), words.join(", "));
    Some(format!("{key} is never '{}', but {words}", stranger.text))
}

/// Why a choice (or `when.all` alone) can never hold.
fn contradiction(rule: &Rule, choice: Option<&Condition>) -> Option<String> {
    let conditions = rule.all.iter().chain(choice);
    let tests: Vec<&Test> = conditions.flat_map(|c| &c.tests).collect();
    for (index, test) in tests.iter().enumerate() {
        let later = tests.iter().skip(index + 1);
        if let Some(other) = later.copied().find(|other| excludes(test, other)) {
            let (this, that) = (test.shown(), other.shown());
            return Some(format!("no {} is both {this} and {that}", test.key()));
        }
        if let Asks::Versions(ranges) = &test.asks
            && test.key() == "windows"
            && !rule.applies.windows.is_empty()
            && !overlap(ranges, &rule.applies.windows)
        {
            let windows = test.shown();
            return Some(format!(
                "Windows {windows} is none that the rule applies to"
            ));
        }
    }
    let ruled_out = |none: &&Condition| {
        let mut asked = none.tests.iter();
        asked.all(|asked| tests.iter().any(|test| implies(test, asked)))
    };
    let none = rule.none.iter().find(ruled_out)?;
    Some(format!("'when.none' rules it out: {}", none.shown()))
}

/// Whether two questions about a fact that a log gives once can not both be answered with yes.
fn excludes(test: &Test, other: &Test) -> bool {
    if test.key() != other.key() {
        return false;
    }
    match (&test.asks, &other.asks) {
        (Asks::Numbers(these), Asks::Numbers(those)) => {
            test.key() == "exit_code" && !these.iter().any(|code| has_code(those, *code))
        }
        (Asks::Names(these), Asks::Names(those)) => {
            let certain = these.iter().all(|name| name.literal().is_some());
            let both = |name: &str| those.iter().any(|other| other.fits(name));
            certain && !these.iter().filter_map(|name| name.literal()).any(both)
        }
        (Asks::Versions(these), Asks::Versions(those)) => {
            test.key() == "windows" && !overlap(these, those)
        }
        _ => false,
    }
}

fn overlap(these: &[VersionRange], those: &[VersionRange]) -> bool {
    let touches = |this: &VersionRange| those.iter().any(|that| this.overlaps(that));
    these.iter().any(touches)
}

/// Whether every fact that answers the first question with yes answers the second so too.
fn implies(test: &Test, other: &Test) -> bool {
    // The cause's line is one of the lines.
    let within = test.key() == "cause_line" && other.key() == "line";
    if test.key() != other.key() && !within {
        return false;
    }
    match (&test.asks, &other.asks) {
        (Asks::Numbers(these), Asks::Numbers(those)) => {
            these.iter().all(|number| has_code(those, *number))
        }
        (Asks::Names(these), Asks::Names(those)) => {
            let within = |name: &Name| {
                let all = |other: &Name| match name.literal() {
                    Some(literal) => other.fits(literal),
                    None => other.text == name.text,
                };
                those.iter().any(all)
            };
            these.iter().all(within)
        }
        (Asks::Lines(these), Asks::Lines(those)) => these.iter().all(|text| {
            let lowered = text.text.to_lowercase();
            those
                .iter()
                .any(|other| other.is_in_one([lowered.as_str()].into_iter()))
        }),
        (Asks::Pattern(this), Asks::Pattern(that)) => this.text == that.text,
        _ => false,
    }
}

/// That the rule is never shown, not even for the facts of its own examples.
fn shadow(rule: &Rule, reader: &mut Reader<'_>, among: &RuleSet) {
    if rule.status == RuleStatus::Retired || rule.examples.matches.is_empty() {
        return;
    }
    let mut first = None;
    for example in &rule.examples.matches {
        let shown: Vec<String> = example.with_facts(|facts| {
            let found = among.matches(facts);
            found.iter().map(|found| found.rule.id.clone()).collect()
        });
        if shown.contains(&rule.id) {
            return;
        }
        first.get_or_insert(shown);
    }
    let problem = RuleProblem::Shadowed(first.unwrap_or_default().join(", ").into());
    let hint = "ask for more facts, so that this rule is the more particular one, or replace a built-in rule by using its id";
    reader.complain(rule.offset, problem, hint);
}
