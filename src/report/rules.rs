//! Rules as documents: JSON for programs, one Markdown page for people.

use serde::Serialize;

use crate::diagnosis::{AppliesTo, ArticleReference};
use crate::knowledge::rules::{self, Rule, RuleSet};

/// A rule for programs.
#[derive(Debug, Clone, Serialize)]
pub struct RuleDocument<'r> {
    /// Stable name.
    pub id: &'r str,
    /// The problem in a few words.
    pub title: String,
    /// `stable`, `preview` or `retired`.
    pub status: &'static str,
    /// `high`, `medium` or `low`.
    pub confidence: &'static str,
    /// What went wrong and why.
    pub cause: String,
    /// What to do, in order.
    pub steps: Vec<String>,
    /// What it asks for.
    pub conditions: Vec<Asked>,
    /// What it is written for.
    pub applies: AppliesTo,
    /// Articles that say so.
    pub articles: Vec<ArticleReference>,
    /// Where the knowledge comes from.
    pub sources: &'r [String],
    /// How particular the rule is: the higher, the more kinds of facts it asks for.
    pub specificity: u32,
    /// The file that it stands in.
    pub file: &'r str,
}

/// A condition of a rule.
#[derive(Debug, Clone, Serialize)]
pub struct Asked {
    /// Whether `all`, `any` or `none` of the conditions of its list must hold.
    pub list: &'static str,
    /// The condition in words. For people; may change.
    pub asks: String,
}

impl<'r> From<&'r Rule> for RuleDocument<'r> {
    fn from(rule: &'r Rule) -> Self {
        let words = rule.words();
        let open = words.filled(&|_| None);
        let conditions = rule.asks().map(|(list, asks)| Asked { list, asks });
        let articles = words.articles.iter();
        let articles = articles.filter_map(|key| rules::article(key));
        Self {
            id: &rule.id,
            title: open.title,
            status: rule.status.as_str(),
            confidence: rule.confidence.as_str(),
            cause: open.cause,
            steps: open.steps,
            conditions: conditions.collect(),
            applies: AppliesTo::from(rule),
            articles: articles.map(ArticleReference::from).collect(),
            sources: &words.sources,
            specificity: rule.specificity(),
            file: &rule.file,
        }
    }
}

/// All rules and articles on one page of Markdown.
#[must_use]
pub fn reference(rules: &RuleSet) -> String {
    let mut page = String::from(HEAD);
    let mut file = "";
    for rule in rules.rules() {
        if rule.file != file {
            file = &rule.file;
            let theme = file.trim_end_matches(".toml").replace('-', " ");
            page += &format!("\n## {}\n", escaped(&theme));
        }
        page += &in_full(&RuleDocument::from(rule), 3);
    }
    page +=
        "\n## Articles\n\n| article | title | state | instead | checked |\n|---|---|---|---|---|\n";
    page.extend(rules::ARTICLES.iter().map(|article| {
        let cells = [
            article.title,
            article.status,
            article.replaced_by.unwrap_or(""),
            article.checked,
        ];
        let cells = cells.map(escaped).join(" | ");
        format!("| [{}]({}) | {cells} |\n", article.kb, article.url)
    }));
    page += "\n## Facts that words may name\n\n`<name|words>` in a title, a cause or a step: the log fills it in, \
             and shows the words where it lacks the fact.\n\n| fact | what it is | read from | example |\n|---|---|---|---|\n";
    page.extend(rules::remedy_facts().iter().map(|fact| {
        let cells = [fact.meaning, fact.read_from, fact.example];
        format!("| `{}` | {} |\n", fact.name, cells.map(escaped).join(" | "))
    }));
    page
}

const HEAD: &str = "\
# What msilog knows: every remedy with its cause, steps and sources

Made from the data by `msilog rules list --format markdown`; a test holds it current. A rule is asked with the facts of one failure: \
the message and the codes of its cause, the action, the product, the few lines that prove it. *All* conditions under \"all\" must hold, \
one of those under \"any\", none of those under \"none\". The most particular rule is shown first, at most three of them.
";

/// A rule with all that it says, under a heading of this level.
pub(super) fn in_full(rule: &RuleDocument<'_>, level: usize) -> String {
    let level = "#".repeat(level);
    let (title, cause) = (escaped(&rule.title), escaped(&rule.cause));
    let mut page = format!("\n{level} `{}`\n\n**{title}**\n\n{cause}\n\n", rule.id);
    let conditions = rule.conditions.iter();
    page.extend(conditions.map(|Asked { list, asks }| format!("- {list}: {}\n", escaped(asks))));
    let applies = &rule.applies;
    for (what, versions) in [(".NET", &applies.dotnet), ("Windows", &applies.windows)] {
        if !versions.is_empty() {
            page += &format!("- only for {what} {}\n", escaped(&versions.join(", ")));
        }
    }
    page.push('\n');
    let steps = (1..).zip(&rule.steps);
    page.extend(steps.map(|(number, step)| format!("{number}. {}\n", step_of(step))));
    let articles = rule.articles.iter();
    let articles = articles.map(|a| format!("[{}]({}) ({})", a.kb, a.url, a.status));
    let articles: Vec<String> = articles.collect();
    if !articles.is_empty() {
        page += &format!("\nArticles: {}\n", articles.join(", "));
    }
    let (confidence, status) = (rule.confidence, rule.status);
    let sources = escaped(&rule.sources.join("; "));
    page + &format!("\nConfidence {confidence}, {status}. Sources: {sources}\n")
}

/// A step with its commands as code.
fn step_of(step: &str) -> String {
    let pieces = step.split('`').enumerate();
    let code = |(at, piece): (usize, &str)| match at % 2 {
        0 => escaped(piece),
        _ => format!("`{piece}`"),
    };
    pieces.map(code).collect()
}

/// Text in which nothing is taken for Markdown or HTML.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' => safe.extend(['\\', c]),
            '\n' | '\r' => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::{RuleDocument, escaped, reference};
    use crate::knowledge::rules::RuleSet;

    /// `UPDATE_REFERENCE=1 cargo test --lib the_reference` writes the page anew.
    #[test]
    fn the_reference_page_is_current() {
        let page = reference(RuleSet::built_in());
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/remedies.md");
        if std::env::var_os("UPDATE_REFERENCE").is_some() {
            std::fs::write(path, &page).unwrap();
        }
        let kept = std::fs::read_to_string(path).unwrap().replace("\r\n", "\n");
        assert!(
            kept == page,
            "docs/remedies.md is out of date: UPDATE_REFERENCE=1 cargo test --lib the_reference"
        );
        for rule in RuleSet::built_in().rules() {
            assert!(
                page.contains(&format!("\n### `{}`\n", rule.id)),
                "{}",
                rule.id
            );
        }
    }

    #[test]
    fn nothing_is_taken_for_markdown() {
        assert_eq!(escaped("a*b_c|d\n<e>"), "a\\*b\\_c\\|d \\<e\\>");
    }

    #[test]
    fn a_document_holds_what_the_rule_says() {
        let rule = RuleSet::built_in().get("file-access-denied").unwrap();
        let document = serde_json::to_value(RuleDocument::from(rule)).unwrap();
        assert_eq!(document["id"], "file-access-denied");
        assert_eq!(document["conditions"][0]["list"], "any");
        assert!(
            document["conditions"][0]["asks"]
                .as_str()
                .unwrap()
                .contains("1310")
        );
        assert_eq!(
            document["steps"].as_array().unwrap().len(),
            rule.words().steps.len()
        );
        assert_eq!(document["articles"][0]["kb"], "834484");
    }
}
