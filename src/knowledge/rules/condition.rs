//! Conditions: one or more questions about the facts, all of which must be answered with yes.

use crate::knowledge::codes::{canonical, unsigned};

use super::applies::VersionRange;
use super::facts::Facts;
use super::marks::{self, Marks};
use super::pattern::{LineText, Name, Pattern};

use Generality::{General, Outcome, Specific};

/// One condition of a rule.
#[derive(Clone, Debug, Default)]
pub(super) struct Condition {
    /// Place in the file, in bytes.
    pub offset: usize,
    pub tests: Vec<Test>,
}

/// A question and the answers that are wanted: one of them must fit.
#[derive(Clone, Debug)]
pub(super) struct Test {
    pub question: &'static Question,
    pub asks: Asks,
}

/// The wanted answers.
#[derive(Clone, Debug)]
pub(super) enum Asks {
    Numbers(Vec<i64>),
    Names(Vec<Name>),
    Lines(Vec<LineText>),
    Pattern(Pattern),
    Versions(Vec<VersionRange>),
}

/// What a rule can ask.
pub(super) struct Question {
    /// What rule files call it.
    pub key: &'static str,
    /// What it adds to a rule's specificity. A number that the installer printed, or a line, says
    /// far more than how the run was started and ended.
    weight: u32,
    /// How much it says of the failure at hand.
    says: Generality,
    /// The fact itself, where it is a name.
    pub name: Option<NameOf>,
}

type NameOf = for<'a> fn(&Facts<'a>) -> Option<&'a str>;

/// Its key alone: the address of a function is another one in each run, and what a stored report
/// depends on is told by how its rules look.
impl std::fmt::Debug for Question {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.key)
    }
}

/// Questions, each with its weight and how much it says; those with `of name` ask for the field of
/// [`Facts`] of that name.
macro_rules! questions {
    ($($key:ident $weight:literal $says:ident $(of $name:ident)?;)*) => {
        [$(Question {
            key: stringify!($key),
            weight: $weight,
            says: $says,
            name: questions!(@name $($name)?),
        }),*]
    };
    (@name) => { None };
    (@name $name:ident) => { Some(|facts| given(facts.$name)) };
}

/// All of them. Their places are the bits of a set of kinds.
pub(super) static QUESTIONS: [Question; 18] = questions! {
    message 4 Specific;
    code 4 Specific;
    exit_code 1 General;
    action 3 Specific of action;
    action_kind 1 General of action_kind;
    custom_action 5 Specific of custom_action;
    script_operation 2 Specific of script_operation;
    line 5 Specific;
    cause_line 5 Specific;
    pattern 5 Specific;
    product 3 Specific of product;
    manufacturer 2 Specific of manufacturer;
    package 3 Specific of package;
    operation 1 General of operation;
    kind 1 General of kind;
    outcome 1 Outcome of outcome;
    dotnet 2 Specific;
    windows 1 General;
};

/// A fact that is known: an empty one is not.
fn given<'a>(fact: impl Into<Option<&'a str>>) -> Option<&'a str> {
    fact.into().filter(|text| !text.is_empty())
}

/// The question that rule files call so.
pub(super) fn question(key: &str) -> Option<&'static Question> {
    QUESTIONS.iter().find(|question| question.key == key)
}

/// What rule files call the questions.
pub(super) fn keys() -> [&'static str; QUESTIONS.len()] {
    QUESTIONS.each_ref().map(|question| question.key)
}

/// The questions of a set of kinds.
fn of(kinds: u32) -> impl Iterator<Item = &'static Question> {
    let numbered = QUESTIONS.iter().enumerate();
    numbered.filter_map(move |(place, question)| (kinds >> place & 1 == 1).then_some(question))
}

/// The bit of a question.
pub(super) fn bit(key: &str) -> u32 {
    let place = QUESTIONS.iter().position(|question| question.key == key);
    place.map_or(0, |place| 1 << place)
}

/// The sum of the weights of a set of kinds, each once.
pub(super) fn weight(kinds: u32) -> u32 {
    of(kinds).map(|question| question.weight).sum()
}

/// How much a rule says of the failure at hand, the most first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Generality {
    /// It asks for something of this failure.
    Specific,
    /// It asks only for what nearly every failure has, such as the exit code.
    General,
    /// It asks only how the run ended.
    Outcome,
}

/// How much a rule says that asks for a set of kinds.
pub(super) fn generality(kinds: u32) -> Generality {
    let says = of(kinds).map(|question| question.says).min();
    says.unwrap_or(Generality::Outcome)
}

/// The kinds of facts that conditions ask for, a bit each, in the order of [`QUESTIONS`].
pub(super) fn kinds<'c>(conditions: impl IntoIterator<Item = &'c Condition>) -> u32 {
    let tests = conditions.into_iter().flat_map(|c| &c.tests);
    tests.fold(0, |kinds, test| kinds | bit(test.key()))
}

impl Test {
    pub fn key(&self) -> &'static str {
        self.question.key
    }

    /// What it asks for, in words: the choices, with `or` between them.
    pub fn shown(&self) -> String {
        match &self.asks {
            Asks::Numbers(numbers) => joined(numbers.iter().map(|number| shown_code(*number))),
            Asks::Names(names) => joined(names.iter().map(|name| &name.text)),
            Asks::Lines(texts) => joined(texts.iter().map(|text| format!("\"{}\"", text.text))),
            Asks::Pattern(pattern) => format!("/{}/", pattern.text),
            Asks::Versions(ranges) => joined(ranges.iter()),
        }
    }

    /// The numbers, names and versions that it asks for; none where it looks through lines.
    pub fn values(&self) -> Vec<String> {
        match &self.asks {
            Asks::Numbers(numbers) => numbers.iter().map(|code| shown_code(*code)).collect(),
            Asks::Names(names) => names.iter().map(|name| name.text.clone()).collect(),
            Asks::Versions(ranges) => ranges.iter().map(ToString::to_string).collect(),
            Asks::Lines(_) | Asks::Pattern(_) => Vec::new(),
        }
    }

    /// Whether the question is put to the text of lines.
    pub fn reads_lines(&self) -> bool {
        matches!(self.asks, Asks::Lines(_) | Asks::Pattern(_))
    }

    /// The fact that answers the question with yes, in words.
    fn evidence(&self, given: &Prepared<'_>) -> Option<String> {
        let called = |found: &str| format!("{} {found}", self.key().replace('_', " "));
        match &self.asks {
            Asks::Numbers(wanted) => {
                let mut numbers = given.numbers(self.key()).iter();
                let found = numbers.find(|number| has_code(wanted, **number))?;
                Some(called(&shown_code(*found)))
            }
            Asks::Names(wanted) => {
                let value = self.question.name?(given.facts)?;
                let fits = wanted.iter().any(|name| name.fits(value));
                fits.then(|| called(value))
            }
            Asks::Lines(wanted) => {
                let only_the_cause = self.key() == "cause_line";
                let count = if only_the_cause { 1 } else { usize::MAX };
                given.first_in(wanted, count)
            }
            Asks::Pattern(pattern) => {
                let mut lines = lines(given.facts);
                let found =
                    pattern.may_be_in(&given.marks) && lines.any(|line| pattern.is_in(line));
                found.then(|| format!("pattern \"{}\"", pattern.text))
            }
            Asks::Versions(ranges) => {
                let mut ranges = ranges.iter();
                let range = ranges.find(|range| range.holds(given.facts) == Some(true))?;
                Some(range.in_words())
            }
        }
    }
}

impl Condition {
    pub fn holds(&self, facts: &Prepared<'_>) -> bool {
        let mut tests = self.tests.iter();
        tests.all(|test| test.evidence(facts).is_some())
    }

    /// The condition in words.
    pub fn shown(&self) -> String {
        let tests = self.tests.iter();
        let tests = tests.map(|test| format!("{} {}", test.key().replace('_', " "), test.shown()));
        tests.collect::<Vec<_>>().join(" and ")
    }

    /// Whether it asks for the number of the cause itself, not of some evidence.
    pub fn first_message(&self, given: &Prepared<'_>) -> bool {
        let asks = |first: &i64| {
            let mut tests = self.tests.iter().filter(|test| test.key() == "message");
            tests.any(|test| matches!(&test.asks, Asks::Numbers(wanted) if wanted.contains(first)))
        };
        given.messages.first().is_some_and(asks)
    }

    /// The facts that met the condition, in words.
    pub fn describe(&self, facts: &Prepared<'_>) -> impl Iterator<Item = String> {
        let tests = self.tests.iter();
        tests.filter_map(|test| test.evidence(facts))
    }
}

/// Facts, with the lines in lower case, so that each rule need not do that again.
pub(super) struct Prepared<'a> {
    pub facts: &'a Facts<'a>,
    messages: Vec<i64>,
    /// The cause's line first.
    lowered_lines: Vec<String>,
    pub marks: Marks,
}

impl<'a> Prepared<'a> {
    pub fn new(facts: &'a Facts<'a>) -> Self {
        let lowered_lines: Vec<String> = lines(facts).map(str::to_lowercase).collect();
        Self {
            facts,
            messages: facts.messages.iter().copied().map(i64::from).collect(),
            marks: marks(facts, &lowered_lines),
            lowered_lines,
        }
    }

    /// The numbers that a question asks for.
    fn numbers(&self, key: &str) -> &[i64] {
        match key {
            "message" => &self.messages,
            "code" => self.facts.codes,
            _ => self.facts.exit_code.as_slice(),
        }
    }

    /// The first text that stands in one of the first lines.
    fn first_in(&self, wanted: &[LineText], count: usize) -> Option<String> {
        let lines = || self.lowered_lines.iter().take(count).map(String::as_str);
        let mut possible = wanted.iter().filter(|text| text.may_be_in(&self.marks));
        let found = possible.find(|text| text.is_in_one(lines()))?;
        Some(format!("a line with \"{}\"", found.text))
    }
}

/// The marks of all that the facts have.
fn marks(facts: &Facts<'_>, lowered_lines: &[String]) -> Marks {
    let mut marks = Marks::default();
    marks.extend(lowered_lines.iter().flat_map(|line| marks::of_line(line)));
    let messages = facts.messages.iter();
    let messages = messages.map(|number| ("message", i64::from(*number)));
    let codes = facts.codes.iter().map(|code| ("code", *code));
    let exit_code = facts.exit_code.map(|code| ("exit_code", code));
    let numbers = messages.chain(codes).chain(exit_code);
    marks.extend(numbers.map(|(key, number)| marks::of_number(key, number)));
    let named = QUESTIONS.iter();
    let named = named.filter_map(|question| Some((question.key, question.name?(facts)?)));
    for (key, name) in named.chain(facts.dotnet_family.map(|family| ("dotnet", family))) {
        let name = name.to_lowercase();
        marks.extend([marks::of_name(key, ""), marks::of_name(key, &name)]);
        marks.extend(marks::of_piece(key, &name));
    }
    if facts.dotnet_family.is_none() && facts.product.is_none() {
        marks.extend([marks::UNKNOWN_DOTNET]);
    }
    if facts.windows.is_some() {
        marks.extend([marks::of_name("windows", "")]);
    }
    marks
}

fn lines<'a>(facts: &'a Facts<'a>) -> impl Iterator<Item = &'a str> {
    let others = facts.lines.iter().chain(facts.engine_lines).copied();
    std::iter::once(facts.cause_line).chain(others)
}

fn joined(choices: impl Iterator<Item = impl std::fmt::Display>) -> String {
    let choices: Vec<String> = choices.map(|choice| choice.to_string()).collect();
    choices.join(" or ")
}

pub(super) fn has_code(wanted: &[i64], code: i64) -> bool {
    let code = canonical(code);
    wanted.iter().any(|wanted| canonical(*wanted) == code)
}

fn shown_code(code: i64) -> String {
    let code = unsigned(code).map_or(code, i64::from);
    if code > 0xFFFF {
        format!("0x{code:08X}")
    } else {
        code.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::{Generality, bit, generality, shown_code, weight};

    #[test]
    fn codes_are_shown_as_they_are_known() {
        assert_eq!(shown_code(-1073741819), "0xC0000005");
        assert_eq!(shown_code(5), "5");
    }

    #[test]
    fn every_kind_has_a_weight_and_general_ones_weigh_least() {
        assert!(weight(bit("message") | bit("code")) > weight(bit("message")));
        for key in [
            "exit_code",
            "operation",
            "kind",
            "outcome",
            "windows",
            "action_kind",
        ] {
            assert!(generality(bit(key)) > Generality::Specific, "{key}");
            assert_eq!(weight(bit(key)), 1, "{key}");
        }
        for key in ["message", "dotnet"] {
            assert_eq!(generality(bit(key)), Generality::Specific, "{key}");
        }
        assert_eq!(generality(bit("outcome")), Generality::Outcome);
        assert_eq!(generality(bit("exit_code")), Generality::General);
    }
}
