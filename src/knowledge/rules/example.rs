//! Examples: facts that a rule must match and facts that it must not.

use std::collections::BTreeMap;

use super::Rule;
use super::applies::exact;
use super::condition::{Prepared, QUESTIONS};
use super::error::{RuleError, RuleProblem};
use super::facts::Facts;
use super::read_value::Reader;
use super::value::Value;

/// The examples of a rule.
#[derive(Clone, Debug, Default)]
pub(super) struct Examples {
    pub matches: Vec<Example>,
    pub not: Vec<Example>,
}

/// The facts of an example, which unlike [`Facts`] owns them.
#[derive(Clone, Debug, Default)]
pub(super) struct Example {
    /// Place in the file, in bytes.
    offset: usize,
    messages: Vec<u32>,
    codes: Vec<i64>,
    exit_code: Option<i64>,
    /// All that is one plain text, by its key.
    names: BTreeMap<String, String>,
    lines: Vec<String>,
    engine_lines: Vec<String>,
    windows: Option<(u32, u32, u32)>,
}

/// All keys of an example: a pattern is no fact, and where a line stands is one.
pub(super) fn keys() -> Vec<&'static str> {
    let facts = QUESTIONS.iter().map(|question| question.key);
    let facts = facts.filter(|key| *key != "pattern");
    facts.chain(["engine_line"]).collect()
}

impl Example {
    pub fn read(reader: &mut Reader<'_>, value: &Value<'_>) -> Self {
        let known = keys();
        let mut example = Self {
            offset: value.at,
            ..Self::default()
        };
        let fields = reader.table("tests", value, &known);
        let fields = fields.into_iter().flatten();
        for (key, _, value) in fields.filter(|(key, ..)| known.contains(&key.as_ref())) {
            match key.as_ref() {
                "message" => {
                    let numbers = reader.integers(key, value).into_iter();
                    example.messages = numbers.filter_map(|n| u32::try_from(n).ok()).collect();
                }
                "code" => example.codes = reader.integers(key, value),
                "exit_code" => example.exit_code = reader.integer(key, value),
                "line" => example.lines = reader.strings(key, value),
                "engine_line" => example.engine_lines = reader.strings(key, value),
                "windows" => example.windows = windows(reader, key, value),
                name => {
                    let text = reader.string(key, value).unwrap_or_default();
                    example.names.insert(name.to_owned(), text.to_owned());
                }
            }
        }
        example
    }

    fn name(&self, key: &str) -> Option<&str> {
        self.names.get(key).map(String::as_str)
    }

    /// Whether the rule matches these facts.
    fn is_matched_by(&self, rule: &Rule) -> bool {
        self.with_facts(|facts| rule.try_match(&Prepared::new(facts)).is_some())
    }

    /// What `ask` answers about these facts, which only live as long as it runs.
    pub fn with_facts<T>(&self, ask: impl FnOnce(&Facts<'_>) -> T) -> T {
        let lines: Vec<&str> = self.lines.iter().map(String::as_str).collect();
        let engine_lines: Vec<&str> = self.engine_lines.iter().map(String::as_str).collect();
        let dotnet = self.name("dotnet").unwrap_or_default();
        let (family, version) = dotnet.split_once(' ').unwrap_or((dotnet, ""));
        let text = |key| self.name(key).unwrap_or_default();
        let facts = Facts {
            kind: text("kind"),
            outcome: text("outcome"),
            operation: text("operation"),
            exit_code: self.exit_code,
            messages: &self.messages,
            codes: &self.codes,
            action: self.name("action"),
            action_kind: text("action_kind"),
            custom_action: self.name("custom_action"),
            script_operation: self.name("script_operation"),
            cause_line: text("cause_line"),
            lines: &lines,
            engine_lines: &engine_lines,
            product: self.name("product"),
            manufacturer: self.name("manufacturer"),
            package: self.name("package"),
            dotnet_family: self.name("dotnet").map(|_| family),
            dotnet_version: Some(version).filter(|text| !text.is_empty()),
            windows: self.windows,
        };
        ask(&facts)
    }
}

fn windows(reader: &mut Reader<'_>, key: &str, value: &Value<'_>) -> Option<(u32, u32, u32)> {
    let text = reader.string(key, value)?;
    match exact(text).as_deref() {
        Some([major, minor]) => return Some((*major, *minor, 0)),
        Some([major, minor, build]) => return Some((*major, *minor, *build)),
        _ => {}
    }
    let hint = "write major.minor or major.minor.build, such as 6.1";
    reader.bad_value(key, value, text, hint);
    None
}

/// An example and what its rule does with it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Trial {
    /// The list that it stands in, `matches` or `not`.
    pub list: &'static str,
    /// Its place in the list, from 1.
    pub number: usize,
    /// Place in the file, in bytes.
    pub(super) offset: usize,
    /// Whether the rule matches it.
    pub matched: bool,
}

impl Trial {
    /// Whether the rule does what the example says.
    pub fn holds(self) -> bool {
        self.matched == (self.list == "matches")
    }
}

/// Runs the examples of a rule, in their order.
pub(super) fn trials(rule: &Rule) -> impl Iterator<Item = Trial> {
    let Examples { matches, not } = &rule.examples;
    let lists = [("matches", matches), ("not", not)];
    lists.into_iter().flat_map(move |(list, examples)| {
        let numbered = (1..).zip(examples);
        numbered.map(move |(number, example)| Trial {
            list,
            number,
            offset: example.offset,
            matched: example.is_matched_by(rule),
        })
    })
}

const SLOW: &str = "it holds no fixed text of three characters, so it would have to be tried on every line of every failure";
const SLOW_HINT: &str = "give it a word that is in every such line, or ask for a message, a code or an action beside it";

/// Compiles the rule's patterns, runs its examples, and gives all that is wrong with them. `text`
/// is the file that it was read from.
pub(super) fn check(rule: &Rule, text: &str) -> Vec<RuleError> {
    let mut reader = rule.reader(text);
    for (condition, pattern) in rule.patterns() {
        let (problem, hint) = match pattern.problem() {
            Some(problem) => (problem, "fix the regular expression"),
            None if rule.is_slow(condition, pattern) => (SLOW.to_owned(), SLOW_HINT),
            None => continue,
        };
        let problem = RuleProblem::BadPattern(problem.into());
        reader.complain(pattern.offset, problem, hint);
    }
    for trial in trials(rule).filter(|trial| !trial.holds()) {
        let problem = RuleProblem::Example {
            list: trial.list,
            number: trial.number,
            behaviour: match trial.matched {
                true => "is matched by the rule",
                false => "is not matched by the rule",
            },
        };
        let hint = "change the rule's conditions or the example until they agree";
        reader.complain(trial.offset, problem, hint);
    }
    reader.mistakes
}
