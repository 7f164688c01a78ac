//! Articles and rules in full.

use super::{Kind, Sense};
use crate::knowledge::rules::{self, Article, Rule, VersionRange};

/// An article with its state today.
#[must_use]
pub fn article(article: &Article) -> Sense {
    let number = article.kb.bytes().all(|b| b.is_ascii_digit());
    let kb = if number { "KB " } else { "" };
    let heading = format!("article {kb}{}", article.kb);
    Sense::new(Kind::Article, heading, article.title)
        .named(Some(article.kb))
        .fact("state", state(article))
        .fact("address", article.url)
        .fact("note", article.note)
        .fact("checked", article.checked)
}

/// `retired; instead: …`
fn state(article: &Article) -> String {
    let instead = article.replaced_by.map(|by| format!("; instead: {by}"));
    format!("{}{}", article.status, instead.unwrap_or_default())
}

/// A rule in full.
#[must_use]
pub fn rule(rule: &Rule) -> Sense {
    let words = rule.words().filled(&|_| None);
    let heading = format!("rule {}: {}", rule.id, words.title);
    let mut sense = Sense::new(Kind::Rule, heading, words.cause.clone()).named(Some(&rule.id));
    for (number, step) in (1..).zip(&words.steps) {
        let label = if number == 1 { "do" } else { "" };
        sense = sense.fact(label, format!("{number}. {}", rules::plain(step)));
    }
    for known in words.articles.iter().filter_map(|key| rules::article(key)) {
        let state = format!("{} ({})", known.title, state(known));
        sense = sense.fact("read", state).fact("", known.url);
    }
    let joined = |ranges: &[VersionRange]| {
        let ranges: Vec<String> = ranges.iter().map(ToString::to_string).collect();
        ranges.join(", ")
    };
    sense
        .fact("for .NET", joined(&rule.applies.dotnet))
        .fact("Windows", joined(&rule.applies.windows))
        .fact("confidence", rule.confidence.as_str())
        .fact("status", rule.status.as_str())
        .fact("source", words.sources.join("; "))
        .fact("file", rule.file.clone())
}

/// A step as plain text: a command is told by what it says. The words of the screen are not part of
/// every build of the library, so this one is its own.
pub fn plain(step: &str) -> String {
    step.replace('`', "")
}
