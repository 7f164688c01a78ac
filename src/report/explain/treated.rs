//! What leads on from a number or an article: the first thing to do, the rules that treat it, and
//! the log that tells more.

use std::collections::HashMap;

use super::Sense;
use crate::knowledge::codes::{self, canonical};
use crate::knowledge::rules::{ARTICLES, Article, Rule, RuleSet, RuleStatus};

/// Most rules that are listed; a reader in a hurry reads no more.
const MAX_RULES: usize = 20;

/// Numbers below this are too common in titles ("64-bit", "Windows 10") to be taken for codes.
const LEAST_IN_TITLES: i64 = 1000;

/// What rules are asked for.
struct Asked<'a> {
    /// The questions of rules that the number may be the answer to.
    questions: &'a [&'a str],
    /// The numbers, in the one form of [`canonical`].
    numbers: Vec<i64>,
    /// Keys of the articles.
    articles: Vec<&'a str>,
}

/// Adds what leads on from a code.
pub fn code(sense: Sense, value: i64, rules: &RuleSet) -> Sense {
    let number = canonical(value);
    let about = ARTICLES
        .iter()
        .filter(|article| numbers_of(article.title).any(|n| n == number));
    let asked = Asked {
        questions: &["exit code", "code"],
        numbers: vec![number],
        articles: about.map(|article| article.kb).collect(),
    };
    let family = codes::family(value);
    listed(
        sense.fact("do first", codes::first_step(value).unwrap_or("")),
        &asked,
        rules,
    )
    .fact("tells more", family.map_or("", |family| family.log))
}

/// Adds what leads on from the number of a message.
pub fn message(sense: Sense, number: u32, rules: &RuleSet) -> Sense {
    let asked = Asked {
        questions: &["message"],
        numbers: vec![number.into()],
        articles: Vec::new(),
    };
    listed(sense, &asked, rules)
}

/// Adds the rules that cite an article or treat the numbers in its title.
pub fn article(sense: Sense, article: &Article, rules: &RuleSet) -> Sense {
    let asked = Asked {
        questions: &["exit code", "code"],
        numbers: numbers_of(article.title).collect(),
        articles: vec![article.kb],
    };
    listed(sense, &asked, rules)
}

/// Adds the rules, each with its title.
fn listed(mut sense: Sense, asked: &Asked<'_>, rules: &RuleSet) -> Sense {
    let mut found = treating(asked, rules);
    sense.treated_by = found.iter().map(|rule| rule.id.clone()).collect();
    // Those that help by themselves were just named.
    found.retain(|rule| !sense.rules.contains(&rule.id));
    let more = found.len().saturating_sub(MAX_RULES);
    for (index, rule) in found.iter().take(MAX_RULES).enumerate() {
        let title = rule.words().filled(&|_| None).title;
        let label = if index == 0 { "treated by" } else { "" };
        sense = sense.fact(label, format!("{}: {title}", rule.id));
    }
    match more {
        0 => sense,
        more => sense.fact("", format!("and {more} more: msilog rules list")),
    }
}

/// How near a rule is to what is asked for, the nearest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Nearness {
    /// Its title names the number.
    Named,
    /// It cites the article.
    Cites,
    /// It asks for the number among other facts.
    Asks,
}

/// The rules that treat what is asked for, the nearest first, and by turns from each file, so that
/// every kind of product has its place.
fn treating<'r>(asked: &Asked<'_>, rules: &'r RuleSet) -> Vec<&'r Rule> {
    let in_use = rules
        .rules()
        .filter(|rule| rule.status != RuleStatus::Retired);
    let mut turns: HashMap<(Nearness, &str), usize> = HashMap::new();
    let mut found: Vec<(Nearness, usize, &Rule)> = Vec::new();
    for rule in in_use {
        let Some(nearness) = nearness(rule, asked) else {
            continue;
        };
        let turn = turns.entry((nearness, rule.file.as_str())).or_default();
        found.push((nearness, *turn, rule));
        *turn += 1;
    }
    found.sort_by_key(|(nearness, turn, _)| (*nearness, *turn));
    found.into_iter().map(|(_, _, rule)| rule).collect()
}

fn nearness(rule: &Rule, asked: &Asked<'_>) -> Option<Nearness> {
    let words = rule.words();
    let is_code = asked.questions.contains(&"code");
    if is_code && numbers_of(&words.title).any(|number| asked.numbers.contains(&number)) {
        return Some(Nearness::Named);
    }
    let mut cited = words.articles.iter();
    if cited.any(|key| asked.articles.contains(&key.as_str())) {
        return Some(Nearness::Cites);
    }
    asks(rule, asked).then_some(Nearness::Asks)
}

/// Whether a rule asks for a number.
fn asks(rule: &Rule, asked: &Asked<'_>) -> bool {
    let wanted = rule.asks().filter(|(list, _)| *list != "none");
    let mut wanted = wanted.map(|(_, question)| question);
    wanted.any(|question| question.split(" and ").any(|one| asks_for(one, asked)))
}

/// Whether a question as rules show it (`exit code 1602 or 1603`) asks for a number.
fn asks_for(question: &str, asked: &Asked<'_>) -> bool {
    let mut choices = asked.questions.iter().filter_map(|name| {
        let choices = question.strip_prefix(name)?.strip_prefix(' ')?;
        Some(
            choices
                .split(" or ")
                .filter_map(codes::parse_number)
                .map(canonical),
        )
    });
    choices.any(|mut choices| choices.any(|number| asked.numbers.contains(&number)))
}

/// The codes that a title names: `0x80070643`, `1603`.
fn numbers_of(title: &str) -> impl Iterator<Item = i64> {
    let words = title.split(|c: char| !c.is_ascii_alphanumeric());
    let numbers = words.filter_map(codes::parse_number).map(canonical);
    numbers.filter(|number| *number >= LEAST_IN_TITLES)
}
