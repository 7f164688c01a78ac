//! A page of Markdown for each rule, and an index of them by symptom, number and product, so that a
//! ticket or a scan can point to one.

use std::collections::BTreeMap;

use super::rules::{RuleDocument, escaped, in_full};
use crate::knowledge::rules::{Rule, RuleSet, RuleStatus};

/// What a rule can ask for that is a number of a list, with what the list is called.
const NUMBERS: [(&str, &str); 3] = [
    ("message", "message"),
    ("code", "code"),
    ("exit_code", "exit code"),
];

/// What a rule can ask for that tells the product.
const PRODUCTS: [&str; 4] = ["product", "manufacturer", "package", "dotnet"];

/// The pages, each with the name of its file; the index comes first.
#[must_use]
pub fn pages(rules: &RuleSet) -> Vec<(String, String)> {
    let in_use = || rules.rules().filter(|r| r.status != RuleStatus::Retired);
    let mut pages = vec![("README.md".to_owned(), index(in_use()))];
    pages.extend(in_use().map(|rule| {
        let text = in_full(&RuleDocument::from(rule), 1);
        let text = text.trim_start();
        (
            format!("{}.md", rule.id),
            format!("{text}\n[All remedies](README.md)\n"),
        )
    }));
    pages
}

fn index<'r>(rules: impl Iterator<Item = &'r Rule> + Clone) -> String {
    let mut page = String::from(HEAD);
    page += "\n## By symptom\n";
    let mut file = "";
    for rule in rules.clone() {
        if rule.file != file {
            file = &rule.file;
            let theme = file.trim_end_matches(".toml").replace('-', " ");
            page += &format!("\n### {}\n\n", escaped(&theme));
        }
        page += &format!("- {}\n", link(rule));
    }
    page += "\n## By number\n\n| number | remedies |\n|---|---|\n";
    let mut numbers: BTreeMap<(u64, String), Vec<&Rule>> = BTreeMap::new();
    for (rule, (key, list)) in rules
        .clone()
        .flat_map(|rule| NUMBERS.map(|list| (rule, list)))
    {
        for value in rule.asked_for(key) {
            // Hexadecimal ones are the large ones.
            let hex = value
                .strip_prefix("0x")
                .map(|hex| u64::from_str_radix(hex, 16));
            let place = hex
                .map_or_else(|| value.parse().ok(), Result::ok)
                .unwrap_or(0);
            numbers
                .entry((place, format!("{list} {value}")))
                .or_default()
                .push(rule);
        }
    }
    page.extend(
        numbers
            .iter()
            .map(|((_, number), rules)| row(number, rules)),
    );
    page += "\n## By product\n\n| product | remedies |\n|---|---|\n";
    let mut products: BTreeMap<String, Vec<&Rule>> = BTreeMap::new();
    for (rule, key) in rules.flat_map(|rule| PRODUCTS.map(|key| (rule, key))) {
        for value in rule.asked_for(key) {
            let of = products.entry(value).or_default();
            if of.last().is_none_or(|last| last.id != rule.id) {
                of.push(rule);
            }
        }
    }
    page.extend(products.iter().map(|(product, rules)| row(product, rules)));
    page
}

const HEAD: &str = "\
# Remedies

A page for each rule of msilog, made from the data; a test holds them current. All on one page: [remedies.md](../remedies.md).
";

fn row(what: &str, rules: &[&Rule]) -> String {
    let links: Vec<String> = rules.iter().map(|rule| link(rule)).collect();
    format!("| {} | {} |\n", escaped(what), links.join("; "))
}

fn link(rule: &Rule) -> String {
    let words = rule.words().filled(&|_| None);
    format!("[{}]({}.md)", escaped(&words.title), rule.id)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::pages;
    use crate::knowledge::rules::RuleSet;

    /// `UPDATE_REFERENCE=1 cargo test --lib the_reference` writes the pages anew.
    #[test]
    fn the_reference_pages_are_current() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/remedies");
        let pages = pages(RuleSet::built_in());
        if std::env::var_os("UPDATE_REFERENCE").is_some() {
            let _ = std::fs::remove_dir_all(&folder);
            std::fs::create_dir_all(&folder).unwrap();
            for (name, page) in &pages {
                std::fs::write(folder.join(name), page).unwrap();
            }
        }
        let advice = "out of date: UPDATE_REFERENCE=1 cargo test --lib the_reference";
        for (name, page) in &pages {
            let kept = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
            assert!(
                kept.replace("\r\n", "\n") == *page,
                "docs/remedies/{name}: {advice}"
            );
        }
        let count = std::fs::read_dir(&folder).unwrap().count();
        assert_eq!(count, pages.len(), "docs/remedies: {advice}");
    }

    #[test]
    fn the_index_leads_to_rules_by_number() {
        let pages = pages(RuleSet::built_in());
        let (name, index) = &pages[0];
        assert_eq!(name, "README.md");
        let row = index
            .lines()
            .find(|line| line.starts_with("| message 1310 |"));
        assert!(row.unwrap().contains("(file-access-denied.md)"));
    }
}
