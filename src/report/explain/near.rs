//! What somebody may have meant who asked for something unknown.

use std::cmp::Reverse;

use strsim::osa_distance;

use super::names;
use crate::knowledge::rules::{self, RuleSet};
use crate::knowledge::{actions, codes, custom_actions, guid, products};

/// Most terms that are offered where one is unknown.
const MAX_NEAR: usize = 5;

/// Terms longer than this are no slips of the keyboard, and comparing them would take long.
const MAX_LENGTH: usize = 64;

/// Terms that an unknown one may be meant for, the likeliest first: slips of the keyboard in
/// names, GUIDs and article numbers, then names and titles with the same words.
#[must_use]
pub fn near(term: &str, rules: &RuleSet) -> Vec<String> {
    let term = term.trim();
    if term.chars().count() > MAX_LENGTH {
        return Vec::new();
    }
    let mut found = articles(term);
    found.extend(guids(term));
    for name in slips(term, rules)
        .into_iter()
        .chain(same_words(term, rules))
    {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found.truncate(MAX_NEAR);
    found
}

/// Articles with one digit other, more or less.
fn articles(term: &str) -> Vec<String> {
    let number = names::article_number(term).unwrap_or_else(|| term.to_owned());
    if number.len() < 5 || !number.bytes().all(|b| b.is_ascii_digit()) {
        return Vec::new();
    }
    let known = rules::ARTICLES.iter().map(|article| article.kb);
    known
        .filter(|kb| kb.bytes().all(|b| b.is_ascii_digit()) && osa_distance(kb, &number) == 1)
        .map(|kb| format!("KB{kb}"))
        .collect()
}

/// GUIDs of the tables with one or two digits other.
fn guids(term: &str) -> Vec<String> {
    let readings: Vec<String> = names::readings(term).collect();
    let differing = |a: &str, b: &str| a.bytes().zip(b.bytes()).filter(|(a, b)| a != b).count();
    let near = |code: &&str| readings.iter().any(|own| differing(own, code) <= 2);
    let codes = products::all().map(|row| row.code);
    let mut found: Vec<String> = codes.filter(near).map(str::to_owned).collect();
    found.dedup();
    // Asked packed, answered packed.
    if guid::unpack(term).is_some() {
        found = found.iter().filter_map(|code| guid::pack(code)).collect();
    }
    found
}

/// Names that differ in a few letters.
fn slips(term: &str, rules: &RuleSet) -> Vec<String> {
    let lower = term.to_lowercase();
    let allowed = match lower.chars().count() {
        0..=3 => 0,
        4..=5 => 1,
        6..=11 => 2,
        _ => 3,
    };
    let own = actions::ALL.iter().map(|action| action.name);
    let custom = custom_actions::ALL.iter().map(|row| row.name);
    let ids = rules.ids();
    let mut found: Vec<(usize, &str)> = own
        .chain(custom.filter(|name| !name.contains('*')))
        .chain(ids)
        .chain(codes::symbols().map(|(name, _)| name))
        .filter(|name| name.len().abs_diff(lower.len()) <= allowed)
        .map(|name| (osa_distance(&name.to_lowercase(), &lower), name))
        .filter(|(distance, _)| *distance <= allowed && *distance > 0)
        .collect();
    found.sort();
    found.dedup();
    found.into_iter().map(|(_, name)| name.to_owned()).collect()
}

/// Names of actions, and ids and titles of rules, that hold the words of the term.
fn same_words(term: &str, rules: &RuleSet) -> Vec<String> {
    let lower = term.to_lowercase();
    let words: Vec<&str> = lower
        .split([' ', '-', '_'])
        .filter(|w| w.len() > 2 && w.bytes().any(|b| b.is_ascii_alphabetic()))
        .collect();
    let names = actions::ALL.iter().map(|action| (action.name, ""));
    let rules = rules
        .rules()
        .map(|rule| (rule.id.as_str(), rule.words().title.as_str()));
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
    found.into_iter().map(|(_, name)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offers(term: &str) -> Vec<String> {
        near(term, RuleSet::built_in())
    }

    #[test]
    fn slips_of_the_keyboard() {
        for (slip, meant) in [
            ("InstalFinalize", "InstallFinalize"),
            ("instalfiels", "InstallFiles"),
            ("file-acess-denied", "file-access-denied"),
            ("ERROR_ACESS_DENIED", "ERROR_ACCESS_DENIED"),
            ("KB976983", "KB976982"),
            ("97698", "KB976982"),
            (
                "{8E34682C-8118-31F1-BC4C-98CD9675E1C3}",
                "{8E34682C-8118-31F1-BC4C-98CD9675E1C2}",
            ),
            (
                "C28643E881181F13CBC489DC69571E2D",
                "C28643E881181F13CBC489DC69571E2C",
            ),
        ] {
            assert_eq!(
                offers(slip).first().map(String::as_str),
                Some(meant),
                "{slip}"
            );
        }
    }

    #[test]
    fn words_of_titles() {
        assert!(offers("file access").contains(&"file-access-denied".to_owned()));
    }

    #[test]
    fn nothing_is_near_what_is_far() {
        for far in [
            "",
            "zz",
            "qqqqqqqqqqqq",
            "12345678901234567890",
            "{00000000-1111-2222-3333-444444444444}",
        ] {
            assert_eq!(offers(far), Vec::<String>::new(), "{far}");
        }
        assert!(offers(&"install".repeat(1_000_000)).is_empty());
    }
}
