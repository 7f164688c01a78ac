//! Simpler readings of a term that nothing is known of as it stands: people paste addresses, the
//! names that dialogs give to errors, folders of the package cache, and sentences with a code in
//! them.

use super::{Sense, names, number};
use crate::knowledge::codes;
use crate::knowledge::guid;
use crate::knowledge::rules::{ARTICLES, RuleSet};
use crate::knowledge::table::rows;

/// Names of something else: what Microsoft called its fixes, and keywords of dialogs.
const ALIASES: &str = include_str!("../../knowledge/term-aliases.tsv");

/// Words that stand before an exit code in a sentence, without signs and blanks.
const BEFORE_EXIT: [&str; 14] = [
    "errorcode",
    "errorcodeof",
    "errorlevel",
    "errorstatus",
    "exitcode",
    "exitcodeof",
    "exited",
    "exitstatus",
    "result",
    "returncode",
    "returned",
    "returning",
    "status",
    "withcode",
];

/// Words that stand before an error of Windows.
const BEFORE_SYSTEM: [&str; 7] = [
    "getlasterror",
    "gle",
    "lasterror",
    "systemerror",
    "win32error",
    "windowserror",
    "winerror",
];

/// Words that stand before a number of any kind.
const BEFORE_ANY: [&str; 7] = [
    "code",
    "error",
    "errorcodes",
    "errornumber",
    "hr",
    "hresult",
    "scode",
];

/// A simpler term that may be meant.
struct Reading {
    term: String,
    /// What is to be said of it.
    note: &'static str,
}

impl Reading {
    fn new(term: impl Into<String>) -> Self {
        Self {
            term: term.into(),
            note: "",
        }
    }

    fn senses(&self, rules: &RuleSet) -> Vec<Sense> {
        let found = super::senses(super::trimmed(&self.term), rules).into_iter();
        let told = |sense: Sense| {
            sense
                .fact("read as", &self.term)
                .fact("about it", self.note)
        };
        found.map(told).collect()
    }
}

/// What is known of the simpler readings of a term; empty where nothing is.
pub fn senses(text: &str, rules: &RuleSet) -> Vec<Sense> {
    let found = of_a_phrase(text, rules);
    if !found.is_empty() {
        return found;
    }
    first_known(codes_inside(text), rules)
}

/// What is known of a term that means one thing as a whole, however many words it has.
pub fn of_a_phrase(text: &str, rules: &RuleSet) -> Vec<Sense> {
    for readings in [aliases(text), keyword(text)] {
        let found = readings.iter().flat_map(|reading| reading.senses(rules));
        let found: Vec<Sense> = found.collect();
        if !found.is_empty() {
            return found;
        }
    }
    let single = address(text)
        .or_else(|| code_with_a_tail(text))
        .map(Reading::new);
    let found = first_known(single, rules);
    if !found.is_empty() {
        return found;
    }
    if let Some(product) = names::product_named(text) {
        return vec![product];
    }
    let rest = in_brackets(text)
        .into_iter()
        .chain(told(text))
        .chain(without_prefix(text));
    first_known(rest, rules)
}

/// The article or GUID that a term names in more words than it needs.
pub fn simplest(text: &str) -> Option<String> {
    address(text).or_else(|| code_with_a_tail(text))
}

fn first_known(readings: impl IntoIterator<Item = Reading>, rules: &RuleSet) -> Vec<Sense> {
    let known = readings.into_iter().map(|reading| reading.senses(rules));
    known
        .into_iter()
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

/// A word without the signs and blanks in it, in lower case.
fn bare(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// `Fix it 50123` and the like.
fn aliases(text: &str) -> Vec<Reading> {
    let wanted = bare(text);
    let row = rows(ALIASES).find(|[term, ..]: &[&str; 4]| *term == wanted);
    let Some([_, means, note, _]) = row else {
        return Vec::new();
    };
    let terms = means.split(' ').map(str::to_owned);
    terms.map(|term| Reading { term, note }).collect()
}

/// The keywords that Windows Update looks for help with: `WindowsUpdate_80070643`, often with
/// others beside it.
fn keyword(text: &str) -> Vec<Reading> {
    const START: &str = "windowsupdate_";
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let ends = words.filter_map(|word| {
        let start = word.get(..START.len())?;
        start
            .eq_ignore_ascii_case(START)
            .then(|| word.get(START.len()..))?
    });
    let codes =
        ends.filter(|end| end.len() == 8 && codes::parse_number(&format!("0x{end}")).is_some());
    codes
        .map(|code| Reading::new(format!("0x{}", code.to_uppercase())))
        .collect()
}

/// The article that a web address leads to.
fn address(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let at = lower.find("://").map(|at| at + 3).or_else(|| {
        let is_host = lower.starts_with("www.") || lower.starts_with("support.microsoft.com");
        is_host.then_some(0)
    })?;
    let address = lower.get(at..)?.trim_end_matches('/');
    let of = |url: &str| url.split_once("://").map(|(_, rest)| rest.to_lowercase());
    let known = ARTICLES
        .iter()
        .find(|article| of(article.url).is_some_and(|own| own.trim_end_matches('/') == address));
    if let Some(article) = known {
        return Some(article.kb.to_owned());
    }
    let mut before = "";
    for part in address.split(|c: char| !c.is_ascii_alphanumeric()) {
        let digits = part.strip_prefix("kb").unwrap_or(part);
        let is_number =
            (5..=8).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        let says_so = digits.len() < part.len() || matches!(before, "kb" | "help" | "kbid" | "id");
        if is_number && says_so {
            return Some(format!("KB{digits}"));
        }
        before = part;
    }
    None
}

/// A GUID with something behind it: `{…}v4.0.30319` is a folder of the package cache, `{…} - 1033`
/// a key of the registry.
fn code_with_a_tail(text: &str) -> Option<String> {
    let text = text.trim();
    let code = guid::parse(text.get(..38)?).filter(|_| text.starts_with('{'))?;
    let tail = text.get(38..)?.trim();
    let is_tail = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ' | '+');
    (!tail.is_empty() && tail.len() <= 32 && tail.chars().all(is_tail)).then_some(code)
}

/// `HRESULT 0x80070005 (E_ACCESSDENIED)`: what stands before the brackets, then what is in them.
fn in_brackets(text: &str) -> Vec<Reading> {
    let split = text
        .strip_suffix(')')
        .and_then(|text| text.rsplit_once('('));
    let Some((before, inside)) = split else {
        return Vec::new();
    };
    let both = [before.trim(), inside.trim()].into_iter();
    both.filter(|part| !part.is_empty())
        .map(Reading::new)
        .collect()
}

/// The number of a sentence that says what it is: `MainEngineThread is returning 1603`,
/// `GetLastError 5`, `hr=0x80070643`. The last one counts.
fn told(text: &str) -> Option<Reading> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, '=' | ':' | ','))
        .filter(|word| !word.is_empty())
        .collect();
    let mut found = None;
    for pair in words.windows(2).enumerate() {
        let (index, [before, number]) = pair else {
            continue;
        };
        let number = number.trim_matches(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        if codes::parse_number(number).is_none() {
            continue;
        }
        let one = bare(before);
        let earlier = index.checked_sub(1).and_then(|index| words.get(index));
        let two = earlier.map(|word| bare(word) + &one).unwrap_or_default();
        found = phrase(&one, &two, number).or(found);
    }
    found.map(Reading::new)
}

/// A number with the words that say what it is, as they are understood.
fn phrase(one: &str, two: &str, number: &str) -> Option<String> {
    let stands = |list: &[&str]| list.contains(&one) || list.contains(&two);
    let is_decimal = number.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if stands(&BEFORE_SYSTEM) {
        return Some(format!("system error {number}"));
    }
    if !is_decimal && (stands(&BEFORE_EXIT) || stands(&BEFORE_ANY)) {
        return Some(number.to_owned());
    }
    if stands(&BEFORE_EXIT) {
        return Some(format!("exit code {number}"));
    }
    stands(&BEFORE_ANY).then(|| format!("error {number}"))
}

/// `Code 64C`: Windows Update shows codes in hexadecimal without `0x`.
fn without_prefix(text: &str) -> Option<Reading> {
    let (before, digits) = text.rsplit_once(char::is_whitespace)?;
    let says_so = matches!(bare(before).as_str(), "code" | "error" | "errorcode");
    let fits = (3..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    (says_so && fits).then(|| Reading::new(format!("0x{digits}")))
}

/// Codes in hexadecimal and symbols anywhere in a text, as many as a sentence holds.
fn codes_inside(text: &str) -> impl Iterator<Item = Reading> {
    const MOST: usize = 8;
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let is_code = |word: &&str| {
        let lower = word.to_ascii_lowercase();
        let prefixed = lower.starts_with("0x") && word.len() >= 5;
        let bare = word.len() == 8 && lower.starts_with(['8', 'c', 'e']) && lower.contains("00");
        (prefixed || bare) && codes::parse_number(word).is_some()
            || word.len() > 5 && word.contains('_') && number::is_symbol(word)
    };
    words.filter(is_code).take(MOST).map(Reading::new)
}

#[cfg(test)]
#[path = "loose_tests.rs"]
mod tests;
