//! Rule files: from TOML to rules, refusing what is not understood.

use std::collections::HashSet;

use super::applies::{Applies, VersionRange};
use super::articles::article;
use super::cases;
use super::condition::{Asks, Condition, Question, Test, keys, question};
use super::error::{RuleError, RuleProblem, nearest};
use super::example::{Example, Examples};
use super::gate;
use super::pattern::{LineText, Name, Pattern};
use super::placeholder::{self, Piece};
use super::read_value::Reader;
use super::value::{PackedRule, Value, Words};
use super::words::RuleWords;
use super::{Confidence, Rule, RuleStatus};

const RULE_KEYS: &[&str] = &[
    "id",
    "title",
    "status",
    "when",
    "applies",
    "fix",
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
pub(super) fn rules(text: &str, file: &str, rules: &mut Vec<Rule>) -> Vec<RuleError> {
    let mut reader = Reader::new(text, file);
    let (document, problems) = Value::read(text, 0);
    if problems.is_empty() {
        reader.document(&document, file, rules);
        return reader.mistakes;
    }
    // A reader of TOML gives up at some mistakes. So each rule is read by itself.
    for (start, section) in sections(text) {
        let (document, problems) = Value::read(section, start);
        if problems.is_empty() {
            reader.document(&document, file, rules);
        }
        for (at, problem) in problems {
            let hint = "rule files are TOML, one [[rule]] for each rule";
            reader.complain(at, RuleProblem::Syntax(problem.into()), hint);
        }
    }
    reader.mistakes
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

/// A rule of this file that was packed when msilog was built, without its examples; `None` where it
/// is not sound.
pub(super) fn packed(packed: &PackedRule<'static>, file: &str) -> Option<Rule> {
    let asked: Value<'static> = postcard::from_bytes(packed.asked).ok()?;
    let mut reader = Reader::new("", file);
    reader.packed = true;
    let words = RuleWords::packed(packed.words);
    let rule = reader.sound(|reader| reader.rule(&asked, file, Some(words)));
    // Giving back many small values takes longer than what they hold is worth: this happens once a
    // rule, and the texts in them are the program's own.
    std::mem::forget(asked);
    rule?
}

impl Reader<'_> {
    /// Adds the rules of a file.
    fn document(&mut self, document: &Value<'_>, file: &str, rules: &mut Vec<Rule>) {
        self.table("file", document, &["rule"]);
        let mut known: HashSet<String> = rules.iter().map(|rule| rule.id.clone()).collect();
        for value in self.list("rule", document) {
            let read = self.sound(|reader| reader.rule(value, file, None));
            if let Some(rule) = read.flatten() {
                if !known.insert(rule.id.clone()) {
                    let problem = RuleProblem::DuplicateId(rule.id.as_str().into());
                    self.complain(value.at, problem, "give this one another id");
                } else {
                    rules.push(rule);
                }
            }
            self.rule = None;
        }
    }

    /// One rule. Its words are read with the rest where they were not packed. All of it is read
    /// before anything is asked for, so that each mistake is told.
    fn rule(&mut self, value: &Value<'_>, file: &str, packed: Option<RuleWords>) -> Option<Rule> {
        let before = self.mistakes.len();
        self.rule = value.get("id").and_then(Value::text).map(Into::into);
        self.table("rule", value, RULE_KEYS)?;
        let id = self.id(value);
        let words = packed.unwrap_or_else(|| self.words(value).into());
        let status = self.word(value, "status", RuleStatus::ALL, RuleStatus::as_str);
        let [all, any, none] = self.when(value).unwrap_or_default();
        let applies = self.applies(value);
        let confidence = self.word(value, "confidence", CONFIDENCE, Confidence::as_str);
        let examples = self.examples(value).unwrap_or_default();
        self.without_consequences(before);
        Some(Rule {
            id,
            words,
            status: status?,
            confidence: confidence?,
            applies,
            file: file.to_owned(),
            offset: value.at,
            // A packed rule has its gate beside it, for it is asked before the rule is unpacked.
            gate: match self.packed {
                true => Vec::new(),
                false => gate::gate(value),
            },
            all,
            any,
            none,
            examples,
        })
    }

    /// A key that is missing since its name is mistyped is one mistake, not two.
    fn without_consequences(&mut self, before: usize) {
        let of_the_rule = self.mistakes.split_off(before);
        let known = |mistake: &RuleError| match &mistake.problem {
            RuleProblem::UnknownKey(word) => nearest(word, RULE_KEYS),
            _ => None,
        };
        let meant: Vec<&str> = of_the_rule.iter().filter_map(known).collect();
        let is_new = |mistake: &RuleError| !matches!(mistake.problem, RuleProblem::Missing(key) if meant.contains(&key));
        self.mistakes.extend(of_the_rule.into_iter().filter(is_new));
    }

    /// A text that the rule must have.
    fn text<'v>(&mut self, rule: &'v Value<'_>, key: &'static str) -> Option<&'v str> {
        let value = self.need(rule, key)?;
        let text = self.string(key, value)?;
        if text.trim().is_empty() {
            self.missing(rule, key);
            return None;
        }
        Some(text)
    }

    /// The text under a key that a rule need not have.
    fn optional<'v>(&mut self, rule: &'v Value<'_>, key: &'static str) -> Option<&'v str> {
        rule.get(key).and_then(|_| self.text(rule, key))
    }

    fn texts(&mut self, rule: &Value<'_>, key: &'static str) -> Vec<String> {
        let value = self.need(rule, key);
        value.map_or_else(Vec::new, |value| self.strings(key, value))
    }

    /// A word of a closed list, each of which `word` names.
    fn word<T: Copy, const N: usize>(
        &mut self,
        rule: &Value<'_>,
        key: &'static str,
        known: [T; N],
        word: fn(T) -> &'static str,
    ) -> Option<T> {
        let text = self.text(rule, key)?;
        let found = known.into_iter().find(|meaning| word(*meaning) == text);
        if found.is_none() {
            let hint = format!("known: {}", known.map(word).join(", "));
            self.bad_value(key, rule.get(key)?, text, &hint);
        }
        found
    }

    /// What the rule says.
    fn words(&mut self, rule: &Value<'_>) -> Words {
        let texts = ["title", "fix", "cause"]
            .into_iter()
            .filter_map(|key| rule.get(key));
        for value in texts.chain(self.list("steps", rule)) {
            self.places(value);
        }
        Words {
            title: self.text(rule, "title").unwrap_or_default().to_owned(),
            fix: self.optional(rule, "fix").unwrap_or_default().to_owned(),
            cause: self.text(rule, "cause").unwrap_or_default().to_owned(),
            steps: self.texts(rule, "steps"),
            articles: self.article_keys(rule),
            sources: self.texts(rule, "sources"),
        }
    }

    /// Complains of places in a text that no fact fills.
    fn places(&mut self, value: &Value<'_>) {
        let text = value.text().unwrap_or_default();
        if let Err(condition) = cases::split(text) {
            let hint = format!("a step may ask for {}, then a colon", cases::known());
            self.bad_value("steps", value, condition, &hint);
        }
        let facts = placeholder::remedy_facts();
        for piece in placeholder::pieces(text) {
            let Piece::Fact(name, _) = piece else {
                continue;
            };
            if facts.iter().any(|fact| fact.name == name) {
                continue;
            }
            let known: Vec<&str> = facts.iter().map(|fact| fact.name).collect();
            let hint = match nearest(name, &known) {
                Some(near) => format!("did you mean '{near}'?"),
                None => format!("known: {}", known.join(", ")),
            };
            let within = text.find(&format!("<{name}|")).unwrap_or(0);
            // Behind the quote mark of the text.
            let problem = RuleProblem::UnknownFact(name.into());
            self.complain(value.at + 1 + within, problem, hint);
        }
    }

    /// The conditions: all of the first, one of the second, none of the third.
    fn when(&mut self, rule: &Value<'_>) -> Option<[Vec<Condition>; 3]> {
        let lists = ["all", "any", "none"];
        let value = self.need(rule, "when")?;
        self.table("when", value, &lists)?;
        let read = self.sound(|reader| lists.map(|key| reader.conditions(key, value)));
        if matches!(&read, Some([all, any, _]) if all.is_empty() && any.is_empty()) {
            let hint = "give 'when.all' or 'when.any' a condition";
            self.complain(value.at, RuleProblem::Missing("when"), hint);
        }
        read
    }

    fn id(&mut self, rule: &Value<'_>) -> String {
        let id = self.text(rule, "id").unwrap_or_default();
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let kebab = id
            .split('-')
            .all(|word| !word.is_empty() && word.chars().all(fits));
        if let Some(value) = rule.get("id").filter(|_| !kebab && !id.is_empty()) {
            let hint = "use lower case letters, digits and single hyphens, such as 'disk-full'";
            self.bad_value("id", value, id, hint);
        }
        id.to_owned()
    }

    /// Checked keys of the list of articles; the key may be missing, for much has no article.
    fn article_keys(&mut self, rule: &Value<'_>) -> Vec<String> {
        let keys = self.list("articles", rule).iter();
        keys.filter_map(|value| self.article_key(value)).collect()
    }

    fn article_key(&mut self, value: &Value<'_>) -> Option<String> {
        let key = self.string("articles", value)?;
        if article(key).is_none() {
            let known: Vec<&str> = super::ARTICLES.iter().map(|article| article.kb).collect();
            let hint = match nearest(key, &known) {
                Some(near) => format!("did you mean '{near}'? Other pages belong under 'sources'"),
                None => "name a page that is not in the list under 'sources'".to_owned(),
            };
            self.complain(value.at, RuleProblem::UnknownArticle(key.into()), hint);
        }
        Some(key.to_owned())
    }

    fn applies(&mut self, rule: &Value<'_>) -> Applies {
        let Some(value) = rule.get("applies") else {
            return Applies::default();
        };
        self.table("applies", value, &["dotnet", "windows"]);
        let mut ranges = |key| {
            let listed = value.get(key);
            listed.map_or_else(Vec::new, |listed| self.versions(key, listed))
        };
        Applies {
            dotnet: ranges("dotnet"),
            windows: ranges("windows"),
        }
    }

    fn versions(&mut self, key: &str, value: &Value<'_>) -> Vec<VersionRange> {
        if key == "dotnet" {
            let hint =
                "write a family and versions, such as 'netfx 4.0', 'netfx <= 3.5' or 'sdk *'";
            self.made(key, value, VersionRange::dotnet, hint)
        } else {
            let hint = "write versions, such as '6.1', '<= 6.1', '6.0 - 6.1' or '>= 6.2'";
            self.made(key, value, VersionRange::windows, hint)
        }
    }

    /// One text or a list of them, each made into what is wanted, with a hint where it cannot be.
    fn made<T>(
        &mut self,
        key: &str,
        value: &Value<'_>,
        make: impl Fn(&str) -> Option<T>,
        hint: &str,
    ) -> Vec<T> {
        self.each(key, value, |reader, value| {
            let text = reader.string(key, value)?;
            let made = make(text);
            if made.is_none() {
                reader.bad_value(key, value, text, hint);
            }
            made
        })
    }

    fn conditions(&mut self, key: &str, when: &Value<'_>) -> Vec<Condition> {
        let conditions = self.list(key, when).iter();
        conditions.map(|value| self.condition(key, value)).collect()
    }

    fn condition(&mut self, key: &str, value: &Value<'_>) -> Condition {
        let fields = self.table(key, value, &keys());
        if fields.is_some_and(<[_]>::is_empty) {
            let hint = "an empty condition asks nothing; remove it";
            self.bad_value(key, value, "{}", hint);
        }
        let fields = fields.into_iter().flatten();
        let tests = fields.filter_map(|(key, _, value)| self.test(question(key)?, value));
        let mut tests: Vec<Test> = tests.collect();
        // Numbers and names are quick to compare, so they spare most searches through lines.
        tests.sort_by_key(Test::reads_lines);
        Condition {
            offset: value.at,
            tests,
        }
    }

    fn test(&mut self, question: &'static Question, value: &Value<'_>) -> Option<Test> {
        let asks = match question.key {
            key @ ("message" | "code" | "exit_code") => Asks::Numbers(self.integers(key, value)),
            key @ ("line" | "cause_line") => {
                let hint = "a text that every line has says nothing; write more of the line";
                let says_something = |text: &str| {
                    let letters = text.chars().filter(|c| !c.is_whitespace() && *c != '*');
                    letters.count() > 1
                };
                let make = |text: &str| says_something(text).then(|| LineText::new(text));
                Asks::Lines(self.made(key, value, make, hint))
            }
            key @ "pattern" => Asks::Pattern(Pattern::new(self.string(key, value)?, value.at)),
            key @ ("dotnet" | "windows") => Asks::Versions(self.versions(key, value)),
            key => Asks::Names(self.made(key, value, |name| Some(Name::new(name)), "")),
        };
        Some(Test { question, asks })
    }

    /// The examples; those of packed rules are not packed with them.
    fn examples(&mut self, rule: &Value<'_>) -> Option<Examples> {
        if self.packed {
            return None;
        }
        let lists = ["matches", "not"];
        let value = self.need(rule, "tests")?;
        self.table("tests", value, &lists)?;
        let [matches, not] = lists.map(|key| {
            let read: Option<Vec<Example>> = self.sound(|reader| {
                let examples = reader.list(key, value).iter();
                examples.map(|facts| Example::read(reader, facts)).collect()
            });
            if read.as_ref().is_some_and(Vec::is_empty) {
                let hint = "add facts that the rule must match and facts that it must not";
                self.complain(value.at, RuleProblem::NoExample(key), hint);
            }
            read.unwrap_or_default()
        });
        Some(Examples { matches, not })
    }
}
