//! Conditions: one or more questions about the facts, all of which must be answered with yes.

use std::sync::LazyLock;

use super::applies::{DotnetRange, WindowsRange};
use super::facts::Facts;
use super::pattern::{LineText, Name, Pattern, Trigrams};

/// One condition of a rule.
#[derive(Clone, Debug, Default)]
pub(super) struct Condition {
    /// Place in the file, in bytes.
    pub offset: usize,
    pub tests: Vec<Test>,
}

/// One question. A list is answered with yes when one of its members fits.
#[derive(Clone, Debug)]
pub(super) enum Test {
    Message(Vec<i64>),
    Code(Vec<i64>),
    ExitCode(Vec<i64>),
    Name(&'static Question, Vec<Name>),
    Line(Vec<LineText>),
    CauseLine(Vec<LineText>),
    Pattern(Pattern),
    Dotnet(Vec<DotnetRange>),
    Windows(Vec<WindowsRange>),
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

/// By its key alone: the fingerprint of a rule must not hold the address of a function, which is
/// another one in each run.
impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key)
    }
}

type NameOf = for<'a> fn(&Facts<'a>) -> Option<&'a str>;

/// All of them. Their places are the bits of a set of kinds.
pub(super) static QUESTIONS: [Question; 18] = [
    ask("message", 4, Generality::Specific, None),
    ask("code", 4, Generality::Specific, None),
    ask("exit_code", 1, Generality::General, None),
    ask(
        "action",
        3,
        Generality::Specific,
        Some(|facts| facts.action),
    ),
    ask(
        "action_kind",
        1,
        Generality::General,
        Some(|facts| given(facts.action_kind)),
    ),
    ask(
        "custom_action",
        5,
        Generality::Specific,
        Some(|facts| facts.custom_action),
    ),
    ask(
        "script_operation",
        2,
        Generality::Specific,
        Some(|facts| facts.script_operation),
    ),
    ask("line", 5, Generality::Specific, None),
    ask("cause_line", 5, Generality::Specific, None),
    ask("pattern", 5, Generality::Specific, None),
    ask(
        "product",
        3,
        Generality::Specific,
        Some(|facts| facts.product),
    ),
    ask(
        "manufacturer",
        2,
        Generality::Specific,
        Some(|facts| facts.manufacturer),
    ),
    ask(
        "package",
        3,
        Generality::Specific,
        Some(|facts| facts.package),
    ),
    ask(
        "operation",
        1,
        Generality::General,
        Some(|facts| given(facts.operation)),
    ),
    ask(
        "kind",
        1,
        Generality::General,
        Some(|facts| given(facts.kind)),
    ),
    ask(
        "outcome",
        1,
        Generality::Outcome,
        Some(|facts| given(facts.outcome)),
    ),
    ask("dotnet", 2, Generality::Specific, None),
    ask("windows", 1, Generality::General, None),
];

const fn ask(key: &'static str, weight: u32, says: Generality, name: Option<NameOf>) -> Question {
    Question {
        key,
        weight,
        says,
        name,
    }
}

fn given(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// What rule files call the questions.
pub(super) static KEYS: LazyLock<Vec<&str>> =
    LazyLock::new(|| QUESTIONS.iter().map(|question| question.key).collect());

/// The questions of a set of kinds.
fn of(kinds: u32) -> impl Iterator<Item = &'static Question> {
    let numbered = QUESTIONS.iter().enumerate();
    numbered.filter_map(move |(place, question)| (kinds >> place & 1 == 1).then_some(question))
}

/// The bit of a question.
fn bit(key: &str) -> u32 {
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

/// A set of kinds without patterns.
pub(super) fn without_pattern(kinds: u32) -> u32 {
    kinds & !bit("pattern")
}

/// The kinds of several conditions together.
pub(super) fn union(conditions: &[Condition]) -> u32 {
    conditions
        .iter()
        .fold(0, |kinds, condition| kinds | condition.kinds())
}

impl Test {
    pub fn key(&self) -> &'static str {
        match self {
            Self::Message(_) => "message",
            Self::Code(_) => "code",
            Self::ExitCode(_) => "exit_code",
            Self::Name(question, _) => question.key,
            Self::Line(_) => "line",
            Self::CauseLine(_) => "cause_line",
            Self::Pattern(_) => "pattern",
            Self::Dotnet(_) => "dotnet",
            Self::Windows(_) => "windows",
        }
    }

    /// What it asks for, in words: the choices, with `or` between them.
    pub fn shown(&self) -> String {
        match self {
            Self::Message(numbers) => joined(numbers.iter()),
            Self::Code(codes) | Self::ExitCode(codes) => {
                joined(codes.iter().map(|code| shown_code(*code)))
            }
            Self::Name(_, names) => joined(names.iter().map(|name| &name.text)),
            Self::Line(texts) | Self::CauseLine(texts) => {
                joined(texts.iter().map(|text| format!("\"{}\"", text.text)))
            }
            Self::Pattern(pattern) => format!("/{}/", pattern.text),
            Self::Dotnet(ranges) => joined(ranges.iter()),
            Self::Windows(ranges) => joined(ranges.iter()),
        }
    }

    /// Whether the question is put to the text of lines.
    pub fn reads_lines(&self) -> bool {
        matches!(self, Self::Line(_) | Self::CauseLine(_) | Self::Pattern(_))
    }

    fn holds(&self, given: &Prepared<'_>) -> bool {
        self.evidence(given).is_some()
    }

    /// The fact that answers the question with yes, in words.
    fn evidence(&self, given: &Prepared<'_>) -> Option<String> {
        let facts = given.facts;
        match self {
            Self::Message(wanted) => {
                let found = facts
                    .messages
                    .iter()
                    .find(|m| wanted.contains(&i64::from(**m)))?;
                Some(format!("message {found}"))
            }
            Self::Code(wanted) => {
                let found = facts.codes.iter().find(|code| has_code(wanted, **code))?;
                Some(format!("code {}", shown_code(*found)))
            }
            Self::ExitCode(wanted) => {
                let code = facts.exit_code.filter(|code| has_code(wanted, *code))?;
                Some(format!("exit code {}", shown_code(code)))
            }
            Self::Name(question, wanted) => {
                let value = question.name?(facts)?;
                let words = question.key.replace('_', " ");
                wanted
                    .iter()
                    .any(|name| name.fits(value))
                    .then(|| format!("{words} {value}"))
            }
            Self::Line(wanted) => given.first_in(wanted, &given.lowered_lines),
            Self::CauseLine(wanted) => given.first_in(wanted, given.lowered_lines.get(..1)?),
            Self::Pattern(pattern) => lines(given.facts)
                .any(|line| pattern.is_in(line))
                .then(|| format!("pattern \"{}\"", pattern.text)),
            Self::Dotnet(ranges) => {
                let range = ranges
                    .iter()
                    .find(|range| range.holds(facts) == Some(true))?;
                Some(format!(".NET ({range})"))
            }
            Self::Windows(ranges) => {
                let range = ranges
                    .iter()
                    .find(|range| range.holds(facts) == Some(true))?;
                Some(format!("Windows {range}"))
            }
        }
    }
}

impl Condition {
    pub fn holds(&self, facts: &Prepared<'_>) -> bool {
        self.tests.iter().all(|test| test.holds(facts))
    }

    /// The condition in words.
    pub fn shown(&self) -> String {
        let tests = self.tests.iter();
        let tests = tests.map(|test| format!("{} {}", test.key().replace('_', " "), test.shown()));
        tests.collect::<Vec<_>>().join(" and ")
    }

    /// The kinds of facts that the condition asks for, a bit each, in the order of [`QUESTIONS`].
    pub fn kinds(&self) -> u32 {
        let bits = self.tests.iter().map(|test| bit(test.key()));
        bits.fold(0, |kinds, bit| kinds | bit)
    }

    /// Whether it asks for the number of the cause itself, not of some evidence.
    pub fn first_message(&self, given: &Prepared<'_>) -> bool {
        let Some(first) = given.facts.messages.first() else {
            return false;
        };
        let asks = |test: &Test| matches!(test, Test::Message(wanted) if wanted.contains(&i64::from(*first)));
        self.tests.iter().any(asks)
    }

    /// The facts that met the condition, in words.
    pub fn describe(&self, facts: &Prepared<'_>) -> Vec<String> {
        self.tests
            .iter()
            .filter_map(|test| test.evidence(facts))
            .collect()
    }
}

/// Facts, with the lines in lower case, so that each rule need not do that again.
pub(super) struct Prepared<'a> {
    pub facts: &'a Facts<'a>,
    /// The cause's line first.
    lowered_lines: Vec<String>,
    trigrams: Trigrams,
}

impl<'a> Prepared<'a> {
    pub fn new(facts: &'a Facts<'a>) -> Self {
        let lowered_lines: Vec<String> = lines(facts).map(str::to_lowercase).collect();
        Self {
            facts,
            trigrams: Trigrams::of(&lowered_lines),
            lowered_lines,
        }
    }

    fn first_in(&self, wanted: &[LineText], lines: &[String]) -> Option<String> {
        let mut possible = wanted.iter().filter(|text| text.may_be_in(&self.trigrams));
        let found = possible.find(|text| lines.iter().any(|line| text.is_in(line)))?;
        Some(format!("a line with \"{}\"", found.text))
    }
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

/// One form for the forms of a code: a negative HRESULT is its unsigned self, and an HRESULT that
/// only holds a Win32 error is that error (0x80070005 is 5).
fn canonical(code: i64) -> i64 {
    let unsigned = i32::try_from(code).map_or(code, |code| i64::from(code.cast_unsigned()));
    if unsigned & !0xFFFF == 0x8007_0000 {
        unsigned & 0xFFFF
    } else {
        unsigned
    }
}

fn shown_code(code: i64) -> String {
    let code = i32::try_from(code).map_or(code, |code| i64::from(code.cast_unsigned()));
    if code > 0xFFFF {
        format!("0x{code:08X}")
    } else {
        code.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::{Generality, bit, canonical, generality, shown_code, weight};

    #[test]
    fn forms_of_a_code_are_one() {
        assert_eq!(canonical(-2147024891), 5);
        assert_eq!(canonical(0x8007_0005), 5);
        assert_eq!(canonical(0x8013_1047), 0x8013_1047);
        assert_eq!(canonical(-1073741819), 0xC000_0005);
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
