//! Rule files: from TOML to rules, refusing what is not understood.

use super::applies::{Applies, DotnetRange, WindowsRange};
use super::articles::article;
use super::condition::{Condition, KEYS, QUESTIONS, Test};
use super::error::{Mistakes, RuleError, RuleProblem, nearest};
use super::example::{Example, Examples};
use super::pattern::{LineText, Name, Pattern};
use super::read_value::Place;
use super::value::{File, PackedRule, Table, Value, Words};
use super::words::RuleWords;
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
const CONFIDENCE: [Confidence; 3] = [Confidence::High, Confidence::Medium, Confidence::Low];

/// Reads the rules of one file and adds those that are sound to `rules`, among which ids must be
/// unique. Gives all that is wrong with the others.
pub(super) fn rules(text: &str, file: &str, rules: &mut Vec<Rule>) -> Mistakes {
    let place = Place {
        text,
        file,
        rule: None,
        packed: false,
    };
    let mut mistakes = Mistakes::default();
    let (document, problems) = Table::read(text);
    if problems.is_empty() {
        document_rules(place, &document, rules, &mut mistakes);
        return mistakes;
    }
    // A reader of TOML gives up at some mistakes. So each rule is read by itself.
    for (start, section) in sections(text) {
        let (mut document, problems) = Table::read(section);
        if problems.is_empty() {
            document.move_by(start);
            document_rules(place, &document, rules, &mut mistakes);
        }
        mistakes.0.extend(problems.into_iter().map(|(at, problem)| {
            let problem = RuleProblem::Syntax(problem.into());
            let hint = "rule files are TOML, one [[rule]] for each rule";
            place.error(start + at, problem, hint)
        }));
    }
    mistakes
}

/// The text of each rule with its place, and what stands before the first.
fn sections(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    let mut at = 0;
    let starts = text.split_inclusive('\n').filter_map(move |line| {
        let here = at;
        at += line.len();
        line.trim_start().starts_with("[[rule").then_some(here)
    });
    let ends = starts.chain([text.len()]);
    ends.filter_map(move |end| {
        let section = (start, text.get(start..end)?);
        start = end;
        Some(section)
    })
}

/// Takes in a file that was packed when msilog was built. Its rules have no examples.
pub(super) fn packed(file: &File<'static>, rules: &mut Vec<Rule>) -> Result<(), Mistakes> {
    let place = Place {
        text: "",
        file: file.name,
        rule: None,
        packed: true,
    };
    for PackedRule { asked, words } in &file.rules {
        rules.push(rule(place, asked, Some(RuleWords::packed(words)))?);
    }
    Ok(())
}

/// Adds the rules of a file.
fn document_rules(
    place: Place<'_>,
    document: &Table<'_>,
    rules: &mut Vec<Rule>,
    mistakes: &mut Mistakes,
) {
    mistakes.keep(place.only_keys(document, &["rule"]));
    let Some(list) = document.get("rule") else {
        return;
    };
    let list = mistakes.keep(place.array("rule", list));
    for value in list.into_iter().flatten() {
        let Some(read) = mistakes.keep(rule(place, value, None)) else {
            continue;
        };
        if rules.iter().any(|known| known.id == read.id) {
            let place = Place {
                rule: Some(&read.id),
                ..place
            };
            let problem = RuleProblem::DuplicateId(read.id.as_str().into());
            let error = place.error(value.at, problem, "give this one another id");
            mistakes.0.push(error);
            continue;
        }
        rules.push(read);
    }
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

    fn strings(&self, key: &'static str) -> Result<Vec<String>, Mistakes> {
        self.place.strings(key, self.need(key)?)
    }

    /// A word of a closed list, each of which `word` names.
    fn word<T: Copy, const N: usize>(
        &self,
        key: &'static str,
        known: [T; N],
        word: fn(T) -> &'static str,
    ) -> Result<T, RuleError> {
        let text = self.string(key)?;
        let found = known.into_iter().find(|meaning| word(*meaning) == text);
        found.ok_or_else(|| {
            let hint = format!("known: {}", known.map(word).join(", "));
            match self.table.get(key) {
                Some(value) => self.place.bad_value(key, value, text, &hint),
                None => self.missing(key),
            }
        })
    }
}

/// One rule. Its words are read with the rest where they were not packed.
fn rule(place: Place<'_>, value: &Value<'_>, packed: Option<RuleWords>) -> Result<Rule, Mistakes> {
    let table = place.table("rule", value)?;
    let id = table.get("id").and_then(|id| place.string("id", id).ok());
    let place = Place { rule: id, ..place };
    let given = RuleTable {
        place,
        table,
        offset: value.at,
    };
    let mut mistakes = Mistakes::default();
    mistakes.keep(place.only_keys(table, RULE_KEYS));
    // All of these are read before any is asked for, so that each mistake is told.
    let id = mistakes.keep(checked_id(&given));
    let words = packed.or_else(|| mistakes.keep(words(&given)));
    let status = mistakes.keep(given.word("status", RuleStatus::ALL, RuleStatus::as_str));
    let when = mistakes.keep(when(&given));
    let applies = mistakes.keep(applies(&given));
    let confidence = mistakes.keep(given.word("confidence", CONFIDENCE, Confidence::as_str));
    let examples = mistakes.keep(examples(&given));
    let rule = (|| {
        let [all, any, none] = when?;
        Some(Rule {
            id: id?,
            words: words?,
            status: status?,
            confidence: confidence?,
            applies: applies?,
            file: place.file.to_owned(),
            offset: value.at,
            all,
            any,
            none,
            examples: examples?,
        })
    })();
    mistakes.0 = without_consequences(mistakes.0);
    match rule {
        Some(rule) => mistakes.or(rule),
        None => Err(mistakes),
    }
}

/// What the rule says.
fn words(given: &RuleTable<'_, '_, '_>) -> Result<RuleWords, Mistakes> {
    let mut mistakes = Mistakes::default();
    let title = mistakes.keep(given.string("title"));
    let cause = mistakes.keep(given.string("cause"));
    let steps = mistakes.keep(given.strings("steps"));
    let articles = mistakes.keep(article_keys(given));
    let sources = mistakes.keep(given.strings("sources"));
    let words = (|| {
        Some(Words {
            title: title?.to_owned(),
            cause: cause?.to_owned(),
            steps: steps?,
            articles: articles?,
            sources: sources?,
        })
    })();
    match words {
        Some(words) => mistakes.or(words.into()),
        None => Err(mistakes),
    }
}

/// A key that is missing since its name is mistyped is one mistake, not two.
fn without_consequences(mut mistakes: Vec<RuleError>) -> Vec<RuleError> {
    let meant = |mistake: &RuleError| match &mistake.problem {
        RuleProblem::UnknownKey(word) => nearest(word, RULE_KEYS),
        _ => None,
    };
    let meant: Vec<&str> = mistakes.iter().filter_map(meant).collect();
    mistakes.retain(
        |mistake| !matches!(mistake.problem, RuleProblem::Missing(key) if meant.contains(&key)),
    );
    mistakes
}

/// The conditions: all of the first, one of the second, none of the third.
fn when(given: &RuleTable<'_, '_, '_>) -> Result<[Vec<Condition>; 3], Mistakes> {
    let (place, value) = (given.place, given.need("when")?);
    let table = place.table("when", value)?;
    let mut mistakes = Mistakes::default();
    mistakes.keep(place.only_keys(table, &["all", "any", "none"]));
    let [all, any, none] = ["all", "any", "none"].map(|key| {
        let listed = table.get(key).map(|value| conditions(place, key, value));
        listed.map_or(Some(Vec::new()), |listed| mistakes.keep(listed))
    });
    let (Some(all), Some(any), Some(none)) = (all, any, none) else {
        return Err(mistakes);
    };
    if all.is_empty() && any.is_empty() {
        let hint = "give 'when.all' or 'when.any' a condition";
        let error = place.error(value.at, RuleProblem::Missing("when"), hint);
        mistakes.0.push(error);
    }
    mistakes.or([all, any, none])
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
fn article_keys(given: &RuleTable<'_, '_, '_>) -> Result<Vec<String>, Mistakes> {
    let Some(value) = given.table.get("articles") else {
        return Ok(Vec::new());
    };
    let place = given.place;
    let keys = place.array("articles", value)?.iter();
    Mistakes::gather(keys.map(|value| article_key(place, value)))
}

fn article_key(place: Place<'_>, value: &Value<'_>) -> Result<String, RuleError> {
    let key = place.string("articles", value)?;
    if article(key).is_some() {
        return Ok(key.to_owned());
    }
    let known: Vec<&str> = super::articles().iter().map(|article| article.kb).collect();
    let hint = match nearest(key, &known) {
        Some(near) => format!("did you mean '{near}'? Other pages belong under 'sources'"),
        None => "name a page that is not in the list under 'sources'".to_owned(),
    };
    Err(place.error(value.at, RuleProblem::UnknownArticle(key.into()), hint))
}

fn applies(given: &RuleTable<'_, '_, '_>) -> Result<Applies, Mistakes> {
    let Some(value) = given.table.get("applies") else {
        return Ok(Applies::default());
    };
    let place = given.place;
    let table = place.table("applies", value)?;
    let mut mistakes = Mistakes::default();
    mistakes.keep(place.only_keys(table, &["dotnet", "windows"]));
    let dotnet = table.get("dotnet").map(|value| dotnet_ranges(place, value));
    let windows = table
        .get("windows")
        .map(|value| windows_ranges(place, value));
    let applies = Applies {
        dotnet: dotnet
            .and_then(|ranges| mistakes.keep(ranges))
            .unwrap_or_default(),
        windows: windows
            .and_then(|ranges| mistakes.keep(ranges))
            .unwrap_or_default(),
    };
    mistakes.or(applies)
}

fn dotnet_ranges(place: Place<'_>, value: &Value<'_>) -> Result<Vec<DotnetRange>, Mistakes> {
    let hint = "write a family and versions, such as 'netfx 4.0', 'netfx <= 3.5' or 'sdk *'";
    texts(place, "dotnet", value, DotnetRange::parse, hint)
}

fn windows_ranges(place: Place<'_>, value: &Value<'_>) -> Result<Vec<WindowsRange>, Mistakes> {
    let hint = "write versions, such as '6.1', '<= 6.1', '6.0 - 6.1' or '>= 6.2'";
    texts(place, "windows", value, WindowsRange::parse, hint)
}

/// One text or a list of them, each made into what is wanted, with a hint where it cannot be.
fn texts<T>(
    place: Place<'_>,
    key: &str,
    value: &Value<'_>,
    make: impl Fn(&str) -> Option<T>,
    hint: &str,
) -> Result<Vec<T>, Mistakes> {
    place.each(key, value, |value| {
        let text = place.string(key, value)?;
        make(text).ok_or_else(|| place.bad_value(key, value, text, hint))
    })
}

fn conditions(place: Place<'_>, key: &str, value: &Value<'_>) -> Result<Vec<Condition>, Mistakes> {
    let values = place.array(key, value)?.iter();
    Mistakes::gather(values.map(|value| condition(place, key, value)))
}

fn condition(place: Place<'_>, key: &str, value: &Value<'_>) -> Result<Condition, Mistakes> {
    let table = place.table(key, value)?;
    let known = table.fields.iter();
    let known = known.filter(|(key, ..)| QUESTIONS.iter().any(|question| question.key == key));
    let tests = Mistakes::gather(known.map(|(key, _, value)| test(place, key, value)));
    let mut mistakes = Mistakes::default();
    mistakes.keep(place.only_keys(table, &KEYS));
    let tests = mistakes.keep(tests);
    if table.fields.is_empty() {
        let hint = "an empty condition asks nothing; remove it";
        let error = place.bad_value(key, value, "{}", hint);
        mistakes.0.push(error);
    }
    let mut tests = mistakes.or(tests)?.unwrap_or_default();
    // Numbers and names are quick to compare, so they spare most searches through lines.
    tests.sort_by_key(Test::reads_lines);
    Ok(Condition {
        offset: value.at,
        tests,
    })
}

fn test(place: Place<'_>, key: &str, value: &Value<'_>) -> Result<Test, Mistakes> {
    let line_texts = || {
        let hint = "a text that every line has says nothing; write more of the line";
        let says_something = |text: &str| {
            let letters = text.chars().filter(|c| !c.is_whitespace() && *c != '*');
            letters.count() > 1
        };
        let make = |text: &str| says_something(text).then(|| LineText::new(text));
        texts(place, key, value, make, hint)
    };
    let question = QUESTIONS.iter().find(|question| question.key == key);
    if let Some(question) = question.filter(|question| question.name.is_some()) {
        return Ok(Test::Name(
            question,
            texts(place, key, value, |name| Some(Name::new(name)), "")?,
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

fn examples(given: &RuleTable<'_, '_, '_>) -> Result<Examples, Mistakes> {
    if given.place.packed {
        return Ok(Examples::default());
    }
    let (place, value) = (given.place, given.need("tests")?);
    let table = place.table("tests", value)?;
    let mut mistakes = Mistakes::default();
    mistakes.keep(place.only_keys(table, &["matches", "not"]));
    let [matches, not] = ["matches", "not"].map(|key| {
        let listed = table.get(key).map(|value| {
            let values = place.array(key, value)?.iter();
            Mistakes::gather(values.map(|value| Example::read(place, value)))
        });
        let listed = listed.map_or(Some(Vec::new()), |listed| mistakes.keep(listed))?;
        if listed.is_empty() {
            let hint = "add facts that the rule must match and facts that it must not";
            let error = place.error(value.at, RuleProblem::NoExample(key), hint);
            mistakes.0.push(error);
        }
        Some(listed)
    });
    match (matches, not) {
        (Some(matches), Some(not)) => mistakes.or(Examples { matches, not }),
        _ => Err(mistakes),
    }
}
