//! Examples: facts that a rule must match and facts that it must not.

use super::Rule;
use super::condition::Prepared;
use super::error::{Mistakes, RuleProblem};
use super::facts::Facts;
use super::read_value::Place;
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
    numbers: Numbers,
    names: Vec<(&'static str, String)>,
    lines: Vec<String>,
    engine_lines: Vec<String>,
    windows: Option<(u32, u32, u32)>,
}

#[derive(Clone, Debug, Default)]
struct Numbers {
    messages: Vec<u32>,
    codes: Vec<i64>,
    exit_code: Option<i64>,
}

/// The keys of an example that are plain names.
const NAMES: &[&str] = &[
    "action",
    "action_kind",
    "custom_action",
    "script_operation",
    "cause_line",
    "product",
    "manufacturer",
    "package",
    "operation",
    "kind",
    "outcome",
    "dotnet",
];
const OTHERS: &[&str] = &[
    "message",
    "code",
    "exit_code",
    "line",
    "engine_line",
    "windows",
];

/// All keys of an example.
pub(super) fn keys() -> Vec<&'static str> {
    [NAMES, OTHERS].concat()
}

impl Example {
    pub fn read(place: Place<'_>, value: &Value<'_>) -> Result<Self, Mistakes> {
        let table = place.table("tests", value)?;
        let mut mistakes = Mistakes::default();
        mistakes.keep(place.only_keys(table, &keys()));
        let mut example = Self {
            offset: value.at,
            ..Self::default()
        };
        for (key, _, value) in &table.fields {
            if let Some(name) = NAMES.iter().find(|name| **name == *key) {
                let text = mistakes.keep(place.string(key, value)).unwrap_or_default();
                example.names.push((name, text.to_owned()));
            } else if OTHERS.contains(&key.as_ref()) {
                mistakes.keep(example.read_other(place, key, value));
            }
        }
        mistakes.or(example)
    }

    fn read_other(
        &mut self,
        place: Place<'_>,
        key: &str,
        value: &Value<'_>,
    ) -> Result<(), Mistakes> {
        match key {
            "message" => {
                let numbers = place.integers(key, value)?.into_iter();
                self.numbers.messages = numbers.filter_map(|n| u32::try_from(n).ok()).collect();
            }
            "code" => self.numbers.codes = place.integers(key, value)?,
            "exit_code" => self.numbers.exit_code = Some(place.integer(key, value)?),
            "line" => self.lines = place.strings(key, value)?,
            "engine_line" => self.engine_lines = place.strings(key, value)?,
            _ => {
                let text = place.string(key, value)?;
                let hint = "write major.minor or major.minor.build, such as 6.1";
                let version =
                    version(text).ok_or_else(|| place.bad_value(key, value, text, hint))?;
                self.windows = Some(version);
            }
        }
        Ok(())
    }

    fn name(&self, key: &str) -> Option<&str> {
        self.names
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, text)| text.as_str())
    }

    /// Whether the rule matches these facts.
    fn is_matched_by(&self, rule: &Rule) -> bool {
        self.with_facts(|facts| rule.try_match(&Prepared::new(facts)).is_some())
    }

    /// What `ask` answers about these facts, which only live as long as it runs.
    pub fn with_facts<T>(&self, ask: impl FnOnce(&Facts<'_>) -> T) -> T {
        let lines: Vec<&str> = self.lines.iter().map(String::as_str).collect();
        let engine_lines: Vec<&str> = self.engine_lines.iter().map(String::as_str).collect();
        let dotnet = self
            .name("dotnet")
            .map(|text| text.split_once(' ').unwrap_or((text, "")));
        let text = |key| self.name(key).unwrap_or_default();
        let facts = Facts {
            kind: text("kind"),
            outcome: text("outcome"),
            operation: text("operation"),
            exit_code: self.numbers.exit_code,
            messages: &self.numbers.messages,
            codes: &self.numbers.codes,
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
            dotnet_family: dotnet.map(|(family, _)| family),
            dotnet_version: dotnet
                .map(|(_, version)| version)
                .filter(|text| !text.is_empty()),
            dotnet_edition: None,
            windows: self.windows,
        };
        ask(&facts)
    }
}

fn version(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split('.').map(|part| part.parse().ok());
    let version = (
        parts.next()??,
        parts.next()??,
        parts.next().unwrap_or(Some(0))?,
    );
    parts.next().is_none().then_some(version)
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
    let lists = [
        ("matches", &rule.examples.matches),
        ("not", &rule.examples.not),
    ];
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

/// Compiles the rule's patterns and runs its examples. `text` is the file that it was read from.
pub(super) fn check(rule: &Rule, text: &str) -> Result<(), Mistakes> {
    let place = rule.place(text);
    let mut mistakes = Mistakes::default();
    mistakes
        .0
        .extend(rule.patterns().filter_map(|(condition, pattern)| {
            let (problem, hint) = match pattern.problem() {
                Some(problem) => (problem, "mend the regular expression"),
                None if rule.is_slow(condition, pattern) => (SLOW.to_owned(), SLOW_HINT),
                None => return None,
            };
            let problem = RuleProblem::BadPattern(problem.into());
            Some(place.error(pattern.offset, problem, hint))
        }));
    let hint = "change the rule's conditions or the example until they agree";
    let wrong = trials(rule).filter(|trial| !trial.holds());
    mistakes.0.extend(wrong.map(|trial| {
        let problem = RuleProblem::Example {
            list: trial.list,
            number: trial.number,
            behaviour: if trial.matched {
                "is matched by the rule"
            } else {
                "is not matched by the rule"
            },
        };
        place.error(trial.offset, problem, hint)
    }));
    mistakes.or(())
}
