//! What a term means that a reader found in a log, a dialog or an article: codes in all their
//! forms, messages, return values, GUIDs, actions, articles and rules.

mod number;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;

use crate::knowledge::dotnet::{self, Hints};
use crate::knowledge::products::{self, CodeKind};
use crate::knowledge::rules::{self, Article, Rule, RuleSet};
use crate::knowledge::{actions, custom_actions, guid};

/// Most names that are offered where a term is unknown.
const MAX_NEAR: usize = 5;

/// One of the things that a term means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sense {
    /// What it is, `exit code 1603, ERROR_INSTALL_FAILURE`.
    pub heading: String,
    /// What is known of it, in words.
    pub text: String,
    /// More, each with a label.
    pub facts: Vec<(&'static str, String)>,
}

impl Sense {
    fn new(heading: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            heading: heading.into(),
            text: text.into(),
            facts: Vec::new(),
        }
    }

    fn fact(mut self, label: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        if !text.is_empty() {
            self.facts.push((label, text));
        }
        self
    }
}

/// Everything that a term means; empty where it is unknown.
///
/// A term is one word (`1603`, `0x80070643`, `KB976982`, `InstallFiles`, a GUID plain or packed,
/// the id of a rule, `ERROR_ACCESS_DENIED`) or a number with what it is (`error 1935`,
/// `exit code 1603`, `system error 5`, `return value 3`, `type 3073`).
#[must_use]
pub fn explain(term: &str, rules: &RuleSet) -> Vec<Sense> {
    let term = term.trim().trim_matches(['"', '\'', '.', ',', ':']);
    let found = number::explain(term, rules);
    if !found.is_empty() {
        return found;
    }
    let mut found = Vec::new();
    found.extend(article_named(term).map(article));
    found.extend(code(term));
    found.extend(action(term));
    found.extend(rules.get(&term.to_lowercase()).map(rule));
    found
}

/// Names of actions and rules that an unknown term may be meant for, the likeliest first.
#[must_use]
pub fn near(term: &str, rules: &RuleSet) -> Vec<String> {
    let term = term.trim().to_lowercase();
    let words: Vec<&str> = term
        .split([' ', '-', '_'])
        .filter(|w| w.len() > 2)
        .collect();
    let names = actions::all().iter().map(|action| (action.name, ""));
    let rules = rules
        .rules()
        .iter()
        .map(|rule| (rule.id.as_str(), rule.title.as_str()));
    let hits = |(name, title): &(&str, &str)| {
        let (name, title) = (name.to_lowercase(), title.to_lowercase());
        words
            .iter()
            .filter(|word| name.contains(**word) || title.contains(**word))
            .count()
    };
    let mut found: Vec<(usize, &str)> = names
        .chain(rules)
        .map(|both| (hits(&both), both.0))
        .filter(|(hits, _)| *hits > 0)
        .collect();
    found.sort_by_key(|(hits, name)| (Reverse(*hits), name.len()));
    found
        .into_iter()
        .take(MAX_NEAR)
        .map(|(_, name)| name.to_owned())
        .collect()
}

/// The article that `KB976982`, `kb 976982`, or the short key of a page names.
fn article_named(term: &str) -> Option<&'static Article> {
    let lower = term.to_lowercase();
    let number = lower.strip_prefix("kb").map(str::trim_start);
    number
        .and_then(rules::article)
        .or_else(|| rules::article(&lower))
}

/// An article with its state today.
#[must_use]
pub fn article(article: &Article) -> Sense {
    let number = article.kb.bytes().all(|b| b.is_ascii_digit());
    let kb = if number { "KB " } else { "" };
    Sense::new(format!("article {kb}{}", article.kb), article.title)
        .fact("state", state(article))
        .fact("address", article.url)
        .fact("note", article.note)
        .fact("checked", article.checked)
}

/// `retired; instead: …`
fn state(article: &Article) -> String {
    let instead = article.replaced_by.map(|by| format!("; instead: {by}"));
    format!("{}{}", article.status.as_str(), instead.unwrap_or_default())
}

/// A rule in full.
#[must_use]
pub fn rule(rule: &Rule) -> Sense {
    let mut sense = Sense::new(
        format!("rule {}: {}", rule.id, rule.title),
        rule.cause.clone(),
    );
    for (number, step) in (1..).zip(&rule.steps) {
        sense = sense.fact(
            if number == 1 { "do" } else { "" },
            format!("{number}. {step}"),
        );
    }
    for known in rule.articles.iter().filter_map(|key| rules::article(key)) {
        let state = format!("{} ({})", known.title, state(known));
        sense = sense.fact("read", state).fact("", known.url);
    }
    let join = |list: Vec<String>| list.join(", ");
    sense
        .fact(
            "for .NET",
            join(
                rule.applies
                    .dotnet
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
            ),
        )
        .fact(
            "Windows",
            join(
                rule.applies
                    .windows
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
            ),
        )
        .fact("sure", rule.confidence.as_str())
        .fact("status", rule.status.as_str())
        .fact("source", rule.sources.join("; "))
        .fact("file", rule.file.clone())
}

/// A product, upgrade or other code, plain or packed.
fn code(term: &str) -> Option<Sense> {
    let plain = guid::parse(term).or_else(|| guid::unpack(term))?;
    let packed = guid::pack(&plain).unwrap_or_default();
    let row = products::find(&plain);
    let kind = match row.map(|row| row.kind) {
        Some(CodeKind::Product) => "product code",
        Some(CodeKind::Upgrade) => "upgrade code",
        Some(CodeKind::Bundle) => "id of a setup program",
        None => "GUID",
    };
    let product = Hints {
        product_code: Some(&plain),
        ..Hints::default()
    };
    let upgrade = Hints {
        upgrade_code: Some(&plain),
        ..Hints::default()
    };
    let known = dotnet::recognise(&product).or_else(|| dotnet::recognise(&upgrade));
    let text = match &known {
        Some(known) => format!("{known}."),
        None => {
            "No product that msilog knows; in the registry the packed form names it.".to_owned()
        }
    };
    let source = row.filter(|_| known.is_some());
    Some(
        Sense::new(format!("{kind} {plain}"), text)
            .fact("packed", packed)
            .fact("package", source.and_then(|row| row.package).unwrap_or(""))
            .fact("source", source.map_or("", |row| row.source)),
    )
}

/// An action by its name; the case of letters does not matter here.
fn action(term: &str) -> Option<Sense> {
    let own = actions::all()
        .iter()
        .find(|action| action.name.eq_ignore_ascii_case(term));
    if let Some(action) = own {
        let place = action
            .number
            .map(|number| format!("{number}, sequence {}", action.sequence));
        return Some(
            Sense::new(
                format!("action {} of Windows Installer", action.name),
                action.failure_usually_means,
            )
            .fact("place", place.unwrap_or_else(|| action.sequence.to_owned()))
            .fact("source", action.source),
        );
    }
    let known = custom_actions::known_custom_action(term)?;
    let sense = Sense::new(
        format!("custom action {term}, of {}", known.origin),
        known.does,
    );
    Some(sense.fact("source", known.source))
}
