//! What a term means that a reader found in a log, a dialog or an article: codes in all their
//! forms, messages with their arguments, return values, GUIDs, actions, articles and rules.

mod catalog;
mod diagnosed;
mod loose;
mod message;
mod names;
mod near;
mod number;
mod sense;
mod shape;
mod terms;
#[cfg(test)]
mod tests;
mod treated;

use serde::Serialize;

use crate::knowledge::rules::RuleSet;

pub use catalog::{article, rule};
pub use near::near;
pub(crate) use number::returned as return_value;
pub use sense::{Argument, Hresult, Kind, Sense, WrappedError};
pub use terms::{Term, rejoined, split, split_with};

/// Everything that one term means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The term as it was asked for.
    pub term: String,
    /// What was asked for with it as arguments of a message.
    pub arguments: Vec<String>,
    /// Whether anything is known of it beyond what its shape tells.
    pub known: bool,
    /// What it means, one entry for each list that it stands in; never empty. Where `known` is
    /// false there is one entry, with what can be told from the shape.
    pub explanations: Vec<Sense>,
    /// Terms that may have been meant, where this one is unknown.
    pub suggestions: Vec<String>,
}

/// Everything that a term means.
///
/// A term is one word (`1603`, `0x80070643`, `KB976982`, `InstallFiles`, a GUID plain or packed,
/// the id of a rule, `ERROR_ACCESS_DENIED`), a number with what it is (`error 1935`, `exit code
/// 1603`, `system error 5`, `return value 3`, `type 3073`), a message of a log (`Note: 1: 1402
/// 2: UNKNOWN\Key 3: 5`), or the number of a message with its arguments beside it. Where nothing is
/// known of it as it stands, simpler readings are tried: an address with the number of an article,
/// a code inside a sentence, the name of a product.
#[must_use]
pub fn explain(term: &Term, rules: &RuleSet) -> Explanation {
    let text = trimmed(&term.text);
    let mut found = with_arguments(text, &term.arguments, rules);
    if found.is_empty() {
        found = loose::senses(text, rules);
    }
    let mut suggestions = Vec::new();
    let mut known = !found.is_empty();
    if !known {
        let simple = loose::simplest(text);
        let simple = simple.as_deref().unwrap_or(text);
        let sense = with_rules(shape::unknown(simple), rules);
        // A rule may treat a number that no list names.
        known = !sense.treated_by.is_empty();
        if !known {
            suggestions = near(simple, rules);
        }
        found.push(sense);
    }
    Explanation {
        term: term.text.clone(),
        arguments: term.arguments.clone(),
        known,
        explanations: found,
        suggestions,
    }
}

/// Adds the rules that treat a number.
fn with_rules(sense: Sense, rules: &RuleSet) -> Sense {
    match (sense.kind, sense.value) {
        (Kind::Msi, Some(value)) => match u32::try_from(value) {
            Ok(number) => treated::message(sense, number, rules),
            Err(_) => sense,
        },
        (Kind::Win32 | Kind::Hresult | Kind::Ntstatus | Kind::Exit, Some(value)) => {
            treated::code(sense, value, rules)
        }
        _ => sense,
    }
}

/// Whether anything is known of a term.
fn is_known(text: &str, rules: &RuleSet) -> bool {
    !senses(trimmed(text), rules).is_empty()
}

/// A term without what a sentence may have put around it.
fn trimmed(text: &str) -> &str {
    text.trim()
        .trim_matches(['"', '\'', '.', ',', ':', ';'])
        .trim()
}

/// What is known of a term; empty where nothing is.
fn senses(text: &str, rules: &RuleSet) -> Vec<Sense> {
    let found = number::explain(text, rules);
    if !found.is_empty() {
        return found;
    }
    let mut found = Vec::new();
    let known = names::article_named(text);
    found.extend(known.map(|known| treated::article(article(known), known, rules)));
    found.extend(names::code(text));
    found.extend(names::action(text));
    found.extend(rules.get(&text.to_lowercase()).map(rule));
    if found.is_empty() {
        found.extend(message::line(text, rules));
    }
    found
}

/// A message with arguments; where the term is no message, the arguments change nothing.
fn with_arguments(text: &str, arguments: &[String], rules: &RuleSet) -> Vec<Sense> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match number::message(text).filter(|_| !arguments.is_empty()) {
        Some(known) => message::explain(known, &message::placed(known, &arguments), rules),
        None => senses(text, rules),
    }
}
