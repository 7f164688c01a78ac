//! Examples: facts that a rule must match and facts that it must not.

use super::condition::{Prepared, Test};
use super::error::{RuleError, RuleProblem};
use super::facts::Facts;
use super::read_value::Place;
use super::value::Value;
use super::{Condition, Rule};

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

impl Example {
    pub fn read(place: Place<'_>, value: &Value<'_>) -> Result<Self, RuleError> {
        let table = place.table("tests", value)?;
        place.only_keys(table, &[NAMES, OTHERS].concat())?;
        let mut example = Self {
            offset: value.at,
            ..Self::default()
        };
        for (key, _, value) in &table.fields {
            if let Some(name) = NAMES.iter().find(|name| **name == *key) {
                example
                    .names
                    .push((name, place.string(key, value)?.to_owned()));
            } else {
                example.read_other(place, key, value)?;
            }
        }
        Ok(example)
    }

    fn read_other(
        &mut self,
        place: Place<'_>,
        key: &str,
        value: &Value<'_>,
    ) -> Result<(), RuleError> {
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

/// Compiles the rule's patterns and runs its examples. `text` is the file that it was read from.
pub(super) fn check(rule: &Rule, text: &str) -> Result<(), RuleError> {
    let place = Place {
        text,
        file: &rule.file,
        rule: Some(&rule.id),
        examples: true,
    };
    for test in [&rule.all, &rule.any, &rule.none]
        .into_iter()
        .flatten()
        .flat_map(tests)
    {
        let Test::Pattern(pattern) = test else {
            continue;
        };
        if let Some(problem) = pattern.problem() {
            let problem = RuleProblem::BadPattern(problem.into());
            return Err(place.error(pattern.offset, problem, "mend the regular expression"));
        }
    }
    let hint = "change the rule's conditions or the example until they agree";
    let lists = [
        ("matches", &rule.examples.matches, true),
        ("not", &rule.examples.not, false),
    ];
    for (list, examples, wanted) in lists {
        let wrong = examples
            .iter()
            .position(|example| example.is_matched_by(rule) != wanted);
        let Some((number, example)) = wrong.and_then(|at| Some((at + 1, examples.get(at)?))) else {
            continue;
        };
        let behaviour = if wanted {
            "is not matched by the rule"
        } else {
            "is matched by the rule"
        };
        let problem = RuleProblem::Example {
            list,
            number,
            behaviour,
        };
        return Err(place.error(example.offset, problem, hint));
    }
    Ok(())
}

fn tests(condition: &Condition) -> &[Test] {
    &condition.tests
}
