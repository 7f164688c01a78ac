//! Rule files: from TOML to rules, refusing what is not understood.

use super::applies::{Applies, DotnetRange, WindowsRange};
use super::articles::article;
use super::condition::{Condition, Field, KEYS, Test};
use super::error::{RuleError, RuleProblem, nearest};
use super::example::{Example, Examples};
use super::pattern::{LineText, Name, Pattern};
use super::read_value::Place;
use super::value::{File, Table, Value};
use super::{Confidence, Rule, RuleStatus};

const RULE_KEYS: &[&str] = &[
    "id",
    "title",
    "status",
    "when",
    "applies",
    "cause",
    "steps",
    "articles",
    "sources",
    "confidence",
    "tests",
];
const FIELDS: &[Field] = &[
    Field::Action,
    Field::ActionKind,
    Field::CustomAction,
    Field::ScriptOperation,
    Field::Product,
    Field::Manufacturer,
    Field::Package,
    Field::Operation,
    Field::Kind,
    Field::Outcome,
];

/// Reads the rules of one file and adds them to `rules`, among which ids must be unique.
pub(super) fn rules(text: &str, file: &str, rules: &mut Vec<Rule>) -> Result<(), RuleError> {
    let place = Place {
        text,
        file,
        rule: None,
        examples: true,
    };
    let document = Table::read(text).map_err(|(at, problem)| {
        let problem = RuleProblem::Syntax(problem.into());
        let hint = "rule files are TOML, one [[rule]] for each rule";
        place.error(at, problem, hint)
    })?;
    document_rules(place, &document, rules)
}

/// Takes in a file that was packed when msilog was built. Its rules have no examples.
pub(super) fn packed(file: &File<'_>, rules: &mut Vec<Rule>) -> Result<(), RuleError> {
    let place = Place {
        text: "",
        file: file.name,
        rule: None,
        examples: false,
    };
    document_rules(place, &file.table, rules)
}

fn document_rules(
    place: Place<'_>,
    document: &Table<'_>,
    rules: &mut Vec<Rule>,
) -> Result<(), RuleError> {
    place.only_keys(document, &["rule"])?;
    let Some(list) = document.get("rule") else {
        return Ok(());
    };
    for value in place.array("rule", list)? {
        let read = rule(place, value)?;
        if rules.iter().any(|known| known.id == read.id) {
            let place = Place {
                rule: Some(&read.id),
                ..place
            };
            let problem = RuleProblem::DuplicateId(read.id.as_str().into());
            return Err(place.error(value.at, problem, "give this one another id"));
        }
        rules.push(read);
    }
    Ok(())
}

/// A rule's table and how to complain about it.
struct RuleTable<'s, 'v, 't> {
    place: Place<'s>,
    table: &'v Table<'t>,
    offset: usize,
}

impl<'v, 't> RuleTable<'_, 'v, 't> {
    fn missing(&self, key: &'static str) -> RuleError {
        self.place.error(
            self.offset,
            RuleProblem::Missing(key),
            format!("add '{key}' to the rule"),
        )
    }

    fn need(&self, key: &'static str) -> Result<&'v Value<'t>, RuleError> {
        self.table.get(key).ok_or_else(|| self.missing(key))
    }

    fn string(&self, key: &'static str) -> Result<&'v str, RuleError> {
        let text = self.place.string(key, self.need(key)?)?;
        if text.trim().is_empty() {
            Err(self.missing(key))
        } else {
            Ok(text)
        }
    }

    fn strings(&self, key: &'static str) -> Result<Vec<String>, RuleError> {
        self.place.strings(key, self.need(key)?)
    }

    /// A word of a closed list.
    fn word<T: Copy>(
        &self,
        key: &'static str,
        words: &[(&'static str, T)],
    ) -> Result<T, RuleError> {
        let text = self.string(key)?;
        let found = words.iter().find(|(word, _)| *word == text);
        found.map(|(_, meaning)| *meaning).ok_or_else(|| {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let hint = format!("known: {}", known.join(", "));
            match self.table.get(key) {
                Some(value) => self.place.bad_value(key, value, text, &hint),
                None => self.missing(key),
            }
        })
    }
}

fn rule(place: Place<'_>, value: &Value<'_>) -> Result<Rule, RuleError> {
    let table = place.table("rule", value)?;
    let id = table.get("id").and_then(|id| place.string("id", id).ok());
    let place = Place { rule: id, ..place };
    place.only_keys(table, RULE_KEYS)?;
    let given = RuleTable {
        place,
        table,
        offset: value.at,
    };
    let when = given.need("when")?;
    let when = (place.table("when", when)?, when.at);
    place.only_keys(when.0, &["all", "any", "none"])?;
    let conditions = |key| {
        when.0
            .get(key)
            .map_or(Ok(Vec::new()), |value| conditions(place, key, value))
    };
    let (all, any, none) = (conditions("all")?, conditions("any")?, conditions("none")?);
    if all.is_empty() && any.is_empty() {
        let hint = "give 'when.all' or 'when.any' a condition";
        return Err(place.error(when.1, RuleProblem::Missing("when"), hint));
    }
    Ok(Rule {
        id: checked_id(&given)?,
        title: given.string("title")?.to_owned(),
        status: given.word(
            "status",
            &[
                ("stable", RuleStatus::Stable),
                ("preview", RuleStatus::Preview),
                ("retired", RuleStatus::Retired),
            ],
        )?,
        cause: given.string("cause")?.to_owned(),
        steps: given.strings("steps")?,
        articles: article_keys(&given)?,
        sources: given.strings("sources")?,
        confidence: given.word(
            "confidence",
            &[
                ("high", Confidence::High),
                ("medium", Confidence::Medium),
                ("low", Confidence::Low),
            ],
        )?,
        applies: applies(&given)?,
        file: place.file.to_owned(),
        all,
        any,
        none,
        examples: examples(&given)?,
    })
}

fn checked_id(given: &RuleTable<'_, '_, '_>) -> Result<String, RuleError> {
    let id = given.string("id")?;
    let kebab = id.split('-').all(|word| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    });
    if kebab {
        return Ok(id.to_owned());
    }
    let hint = "use lower case letters, digits and single hyphens, such as 'disk-full'";
    Err(given.place.bad_value("id", given.need("id")?, id, hint))
}

/// Checked keys of the list of articles; the key may be missing, for much has no article.
fn article_keys(given: &RuleTable<'_, '_, '_>) -> Result<Vec<String>, RuleError> {
    let Some(value) = given.table.get("articles") else {
        return Ok(Vec::new());
    };
    let place = given.place;
    let mut keys = Vec::new();
    for value in place.array("articles", value)? {
        let key = place.string("articles", value)?;
        if article(key).is_none() {
            let known: Vec<&str> = super::articles().iter().map(|article| article.kb).collect();
            let hint = match nearest(key, &known) {
                Some(near) => format!("did you mean '{near}'? Other pages belong under 'sources'"),
                None => "name a page that is not in the list under 'sources'".to_owned(),
            };
            return Err(place.error(value.at, RuleProblem::UnknownArticle(key.into()), hint));
        }
        keys.push(key.to_owned());
    }
    Ok(keys)
}

fn applies(given: &RuleTable<'_, '_, '_>) -> Result<Applies, RuleError> {
    let Some(value) = given.table.get("applies") else {
        return Ok(Applies::default());
    };
    let place = given.place;
    let table = place.table("applies", value)?;
    place.only_keys(table, &["dotnet", "windows"])?;
    let mut applies = Applies::default();
    if let Some(value) = table.get("dotnet") {
        applies.dotnet = dotnet_ranges(place, value)?;
    }
    if let Some(value) = table.get("windows") {
        applies.windows = windows_ranges(place, value)?;
    }
    Ok(applies)
}

fn dotnet_ranges(place: Place<'_>, value: &Value<'_>) -> Result<Vec<DotnetRange>, RuleError> {
    let hint = "write a family and versions, such as 'netfx 4.0', 'netfx <= 3.5' or 'sdk *'";
    place.each("dotnet", value, |value| {
        let text = place.string("dotnet", value)?;
        DotnetRange::parse(text).ok_or_else(|| place.bad_value("dotnet", value, text, hint))
    })
}

fn windows_ranges(place: Place<'_>, value: &Value<'_>) -> Result<Vec<WindowsRange>, RuleError> {
    let hint = "write versions, such as '6.1', '<= 6.1', '6.0 - 6.1' or '>= 6.2'";
    place.each("windows", value, |value| {
        let text = place.string("windows", value)?;
        WindowsRange::parse(text).ok_or_else(|| place.bad_value("windows", value, text, hint))
    })
}

fn conditions(place: Place<'_>, key: &str, value: &Value<'_>) -> Result<Vec<Condition>, RuleError> {
    place
        .array(key, value)?
        .map(|value| condition(place, key, value))
        .collect()
}

fn condition(place: Place<'_>, key: &str, value: &Value<'_>) -> Result<Condition, RuleError> {
    let table = place.table(key, value)?;
    place.only_keys(table, KEYS)?;
    if table.fields.is_empty() {
        return Err(place.bad_value(
            key,
            value,
            "{}",
            "an empty condition asks nothing; remove it",
        ));
    }
    let tests = table.fields.iter();
    let tests = tests.map(|(key, _, value)| test(place, key, value));
    let mut tests: Vec<Test> = tests.collect::<Result<_, _>>()?;
    // Numbers and names are quick to compare, so they spare most searches through lines.
    tests.sort_by_key(Test::reads_lines);
    Ok(Condition { tests })
}

fn test(place: Place<'_>, key: &str, value: &Value<'_>) -> Result<Test, RuleError> {
    let line_texts = || {
        place.each(key, value, |value| {
            let text = place.string(key, value)?;
            let hint = "a text that every line has says nothing; write more of the line";
            let says_something = text
                .chars()
                .filter(|c| !c.is_whitespace() && *c != '*')
                .count()
                > 1;
            says_something
                .then(|| LineText::new(text))
                .ok_or_else(|| place.bad_value(key, value, text, hint))
        })
    };
    if let Some(field) = FIELDS.iter().find(|field| field.key() == key) {
        let names = place.strings(key, value)?;
        return Ok(Test::Name(
            *field,
            names.iter().map(|name| Name::new(name)).collect(),
        ));
    }
    Ok(match key {
        "message" => Test::Message(place.integers(key, value)?),
        "code" => Test::Code(place.integers(key, value)?),
        "exit_code" => Test::ExitCode(place.integers(key, value)?),
        "line" => Test::Line(line_texts()?),
        "cause_line" => Test::CauseLine(line_texts()?),
        "pattern" => Test::Pattern(Pattern::new(place.string(key, value)?, value.at)),
        "dotnet" => Test::Dotnet(dotnet_ranges(place, value)?),
        _ => Test::Windows(windows_ranges(place, value)?),
    })
}

fn examples(given: &RuleTable<'_, '_, '_>) -> Result<Examples, RuleError> {
    if !given.place.examples {
        return Ok(Examples::default());
    }
    let (place, value) = (given.place, given.need("tests")?);
    let table = place.table("tests", value)?;
    place.only_keys(table, &["matches", "not"])?;
    let list = |key: &'static str| {
        let listed = table.get(key).map_or(Ok(Vec::new()), |value| {
            place
                .array(key, value)?
                .map(|value| Example::read(place, value))
                .collect()
        })?;
        if listed.is_empty() {
            let hint = "add facts that the rule must match and facts that it must not";
            return Err(place.error(value.at, RuleProblem::NoExample(key), hint));
        }
        Ok(listed)
    };
    Ok(Examples {
        matches: list("matches")?,
        not: list("not")?,
    })
}
