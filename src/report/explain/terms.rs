//! Which words of a command line belong together.
//!
//! Most words are terms of their own. Together belong a number and the words before it that say
//! what it is (`exit code 1603`), and a message and its arguments. Arguments are what no term of
//! its own can be, so they are known by their look: a path, a file, a list or a sentence holds a
//! character that codes and names do not.

use super::names::readings;
use super::{is_known, loose, message, number};
use crate::knowledge::rules::RuleSet;
use crate::knowledge::{custom_actions, guid};

/// The longest phrase before a number: `windows installer error 1935`.
const MAX_WORDS: usize = 4;

/// One thing to explain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Term {
    /// The term.
    pub text: String,
    /// Arguments of the message that it names.
    pub arguments: Vec<String>,
}

impl From<&str> for Term {
    fn from(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            arguments: Vec::new(),
        }
    }
}

/// Splits the words of a command line into terms.
///
/// Where the first term is the number of a message and a later one looks like nothing but an
/// argument (it is unknown and holds a path separator, a dot, a comma, an equals sign or a
/// blank), all that follow the first are its arguments. `explain 1310 'C:\x.dll' 5` is one
/// message with two arguments; `explain 1603 1935 KB976982` are three terms.
#[must_use]
pub fn split(words: &[String], rules: &RuleSet) -> Vec<Term> {
    let phrases = phrases(words);
    let Some(((taken, first), rest)) = phrases.split_first() else {
        return Vec::new();
    };
    if is_one(words, first, rules) {
        return vec![Term::from(words.join(" ").as_str())];
    }
    let has_arguments = is_message(first) && rest.iter().any(|(_, text)| is_argument(text, rules));
    if has_arguments {
        return vec![Term {
            text: first.clone(),
            // As they were typed, phrases or not.
            arguments: words.iter().skip(*taken).cloned().collect(),
        }];
    }
    let texts = phrases.iter();
    texts.map(|(_, text)| Term::from(text.as_str())).collect()
}

/// Splits the words of a command line into terms where the arguments of a message are set apart
/// by `--`. They are those of the last term; where that is no message, or there is none, they are
/// terms like the others.
#[must_use]
pub fn split_with(words: &[String], arguments: &[String], rules: &RuleSet) -> Vec<Term> {
    if arguments.is_empty() {
        return split(words, rules);
    }
    let phrases = phrases(words);
    let texts = phrases.iter().map(|(_, text)| Term::from(text.as_str()));
    let mut terms: Vec<Term> = texts.collect();
    match terms.last_mut().filter(|last| is_message(&last.text)) {
        Some(last) => last.arguments = arguments.to_vec(),
        None => terms.extend(split(arguments, rules)),
    }
    terms
}

/// Words from which on a code inside them is one of a sentence.
const SENTENCE: usize = 4;

/// Whether the words are one term: a phrase or a sentence that was not quoted.
fn is_one(words: &[String], first: &str, rules: &RuleSet) -> bool {
    let text = words.join(" ");
    let symbol = words.last().filter(|_| words.len() > 1);
    let symbol = symbol.and_then(|word| word.strip_prefix('(')?.strip_suffix(')'));
    if symbol.is_some_and(number::is_symbol)
        || words.len() > SENTENCE && message::is_sentence(&text)
    {
        return true;
    }
    // What begins with a term of its own is a list of terms.
    if words.len() < 2 || is_known(first, rules) {
        return false;
    }
    let loosely = match words.len() < SENTENCE {
        true => loose::of_a_phrase(&text, rules),
        false => loose::senses(&text, rules),
    };
    !loosely.is_empty()
}

/// Puts together what a shell has taken apart although it is one name: `{GUID} - 1033`, a key of
/// the registry. A dash alone would be standard input.
#[must_use]
pub fn rejoined(words: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = words;
    while let [word, tail @ ..] = rest {
        let key = match tail {
            [dash, language, ..] if dash == "-" && guid::parse(word).is_some() => language
                .bytes()
                .all(|b| b.is_ascii_digit())
                .then(|| format!("{word} - {language}")),
            _ => None,
        };
        let taken = if key.is_some() { 2 } else { 0 };
        found.push(key.unwrap_or_else(|| word.clone()));
        rest = tail.get(taken..).unwrap_or_default();
    }
    found
}

fn is_message(text: &str) -> bool {
    number::message(super::trimmed(text)).is_some()
}

/// Puts together what is a phrase: how many words it is made of, and its text.
fn phrases(words: &[String]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut rest = words;
    while let Some(word) = rest.first() {
        let (taken, text) = (2..=MAX_WORDS)
            .rev()
            .filter_map(|count| Some((count, rest.get(..count)?.join(" "))))
            .find(|(_, text)| is_phrase(text))
            .unwrap_or_else(|| (1, word.clone()));
        found.push((taken, text));
        rest = rest.get(taken..).unwrap_or_default();
    }
    found
}

fn is_phrase(text: &str) -> bool {
    let article = text
        .strip_prefix("KB ")
        .or_else(|| text.strip_prefix("kb "))
        .is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()));
    article || number::is_phrase(text)
}

/// Whether a term can only be an argument.
fn is_argument(text: &str, rules: &RuleSet) -> bool {
    let looks = super::trimmed(text).contains(['\\', '/', '.', ',', '=', ' ', ':']);
    looks
        && custom_actions::split_module(text).is_none()
        && readings(text).next().is_none()
        && !is_known(text, rules)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(words: &[&str], arguments: &[&str]) -> Vec<String> {
        let owned = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        split_with(&owned(words), &owned(arguments), RuleSet::built_in())
            .into_iter()
            .map(|term| match term.arguments.as_slice() {
                [] => term.text,
                arguments => format!("{} <- {}", term.text, arguments.join(" | ")),
            })
            .collect()
    }

    #[test]
    fn words_of_their_own() {
        assert_eq!(terms(&[], &[]), [""; 0]);
        let three = ["1603", "1935", "KB976982"];
        assert_eq!(terms(&three, &[]), three);
        let more = [
            "1310",
            "InstallFiles",
            "file-access-denied",
            "ERROR_ACCESS_DENIED",
        ];
        assert_eq!(terms(&more, &[]), more);
        let unknown = [
            "1603",
            "InstalFinalize",
            "{00000000-1111-2222-3333-444444444444}",
        ];
        assert_eq!(terms(&unknown, &[]), unknown);
        let module = ["1310", "Own.3643236F_FC70_11D3_A536_0090278A1BB8"];
        assert_eq!(terms(&module, &[]), module);
        let path_first = [r"C:\x.dll", "1310"];
        assert_eq!(terms(&path_first, &[]), path_first);
    }

    #[test]
    fn phrases_need_no_quotes() {
        assert_eq!(
            terms(&["exit", "code", "1603", "return", "value", "3", "5"], &[]),
            ["exit code 1603", "return value 3", "5"]
        );
        assert_eq!(
            terms(
                &["windows", "installer", "error", "1935.", "KB", "976982"],
                &[]
            ),
            ["windows installer error 1935.", "KB 976982"]
        );
    }

    #[test]
    fn arguments_of_a_message() {
        assert_eq!(
            terms(&["1310", r"C:\x.dll", "5"], &[]),
            [r"1310 <- C:\x.dll | 5"]
        );
        assert_eq!(
            terms(&["1310", "5", r"C:\Two words\x"], &[]),
            [r"1310 <- 5 | C:\Two words\x"]
        );
        assert_eq!(
            terms(&["error", "1310", "x.dll", "system", "error", "5"], &[]),
            ["error 1310 <- x.dll | system | error | 5"]
        );
        // Only a message has arguments.
        assert_eq!(terms(&["0x643", "x.dll"], &[]), ["0x643", "x.dll"]);
    }

    #[test]
    fn arguments_set_apart() {
        assert_eq!(terms(&["1310"], &["5", "1603"]), ["1310 <- 5 | 1603"]);
        assert_eq!(terms(&["1603", "1310"], &["5"]), ["1603", "1310 <- 5"]);
        assert_eq!(terms(&["0x643"], &["5"]), ["0x643", "5"]);
        assert_eq!(terms(&[], &["-2147023293"]), ["-2147023293"]);
    }
}
