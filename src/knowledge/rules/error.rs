//! What can be wrong with a rule file, said so that its author can correct it.

use thiserror::Error;

/// An error in a rule file: where, in which rule, what, and what to do.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{file}:{line}:{column}: {}{problem}; {hint}", rule_prefix(.rule.as_deref()))]
pub struct RuleError {
    /// The file's name as given to [`load`](super::RuleSet::load).
    pub file: Box<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The id of the rule, when it could be read.
    pub rule: Option<Box<str>>,
    /// What is wrong.
    pub problem: RuleProblem,
    /// What to do about it.
    pub hint: Box<str>,
}

/// What is wrong with a rule.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum RuleProblem {
    /// The text is not TOML.
    #[error("not valid TOML: {0}")]
    Syntax(Box<str>),
    /// A key that rules do not have.
    #[error("unknown key '{0}'")]
    UnknownKey(Box<str>),
    /// A key that every rule needs.
    #[error("the key '{0}' is missing or empty")]
    Missing(&'static str),
    /// A value of the wrong kind.
    #[error("'{key}' is {found}, not {wanted}")]
    WrongType {
        /// The key.
        key: Box<str>,
        /// What stands there.
        found: Box<str>,
        /// What should stand there.
        wanted: &'static str,
    },
    /// A value that means nothing here.
    #[error("'{value}' is not a valid value of '{key}'")]
    BadValue {
        /// The key.
        key: Box<str>,
        /// What stands there.
        value: Box<str>,
    },
    /// An article that the list of articles does not have.
    #[error("unknown article '{0}'")]
    UnknownArticle(Box<str>),
    /// A fact that no log fills in.
    #[error("unknown fact '{0}'")]
    UnknownFact(Box<str>),
    /// Two rules with one id.
    #[error("another rule has the id '{0}'")]
    DuplicateId(Box<str>),
    /// A regular expression that does not compile or matches the empty string.
    #[error("the pattern cannot be used: {0}")]
    BadPattern(Box<str>),
    /// A rule without examples of both kinds.
    #[error("no example under 'tests.{0}'")]
    NoExample(&'static str),
    /// An example under `tests.matches` that the rule does not match, or one under `tests.not`
    /// that it does.
    #[error("example {number} under 'tests.{list}' {behaviour}")]
    Example {
        /// `matches` or `not`.
        list: &'static str,
        /// Place in its list, from 1.
        number: usize,
        /// What the rule did.
        behaviour: &'static str,
    },
    /// A file that cannot be read as text.
    #[error("the file cannot be read: {0}")]
    Unreadable(Box<str>),
    /// Something that no log can give, so that the rule, or one of its choices, never matches.
    #[error("this can never match: {0}")]
    NeverMatches(Box<str>),
    /// Other rules that come first wherever this one matches, so that it is never shown.
    #[error("never shown: {} come first", .0)]
    Shadowed(Box<str>),
}

fn rule_prefix(rule: Option<&str>) -> String {
    rule.map(|id| format!("rule {id}: ")).unwrap_or_default()
}

/// Line and column, both from 1, of a byte offset.
pub(super) fn line_and_column(text: &str, offset: usize) -> (u32, u32) {
    let before = text.get(..offset).unwrap_or(text);
    let from_one = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
    // A file may have thousands of mistakes.
    let line = memchr::memchr_iter(b'\n', before.as_bytes()).count();
    let column = before.chars().rev().take_while(|c| *c != '\n').count();
    (from_one(line), from_one(column))
}

/// The known word that a mistyped one most likely means.
pub(super) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let close = known
        .iter()
        .map(|candidate| (strsim::levenshtein(word, candidate), *candidate));
    let (steps, best) = close.min_by_key(|(steps, _)| *steps)?;
    (steps <= 1 + best.len() / 3).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::{line_and_column, nearest};

    #[test]
    fn places_count_from_one_and_in_characters() {
        assert_eq!(line_and_column("ab\ncd", 0), (1, 1));
        assert_eq!(line_and_column("ab\ncd", 4), (2, 2));
        assert_eq!(line_and_column("ü = x", 5), (1, 5));
        assert_eq!(line_and_column("ab", 99), (1, 3));
    }

    #[test]
    fn a_slip_of_the_keys_is_recognised() {
        assert_eq!(nearest("mesage", &["message", "line"]), Some("message"));
        assert_eq!(nearest("lines", &["message", "line"]), Some("line"));
        assert_eq!(nearest("zebra", &["message", "line"]), None);
    }
}
