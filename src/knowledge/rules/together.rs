//! Which of the rules that fit are shown, and in which order.

use std::cmp::Reverse;
use std::sync::LazyLock;

use super::condition::{self, Generality};
use super::{Confidence, MAX_MATCHES, Match};
use crate::knowledge::table;

const TABLE: &str = include_str!("../contradictions.tsv");

static CONTRADICTIONS: LazyLock<Vec<Contradiction>> =
    LazyLock::new(|| table::rows(TABLE).collect());

/// A rule, and those whose words deny what it says.
#[derive(serde::Deserialize)]
struct Contradiction {
    rule: &'static str,
    /// Their ids, with blanks between them.
    against: &'static str,
    /// For people, and for the tests that read the table.
    _why: &'static str,
}

/// What decides on the place of a match among others.
pub(super) struct Place {
    generality: Generality,
    /// It was chosen by what happened, not only by what product and Windows this is.
    of_the_failure: bool,
    /// Neither speaks the failure for it, nor is it known whether it is for this machine.
    guess: bool,
    score: u32,
}

impl Place {
    /// The place of a match that asks for these kinds of facts.
    pub fn new(kinds: u32, certain: bool, score: u32) -> Self {
        let products = ["dotnet", "product", "manufacturer", "package"];
        let products = products.map(condition::bit).into_iter();
        let others = products.fold(kinds, |kinds, bit| kinds & !bit);
        let of_the_failure = condition::generality(others) == Generality::Specific;
        Self {
            generality: condition::generality(kinds),
            of_the_failure,
            guess: !of_the_failure && !certain,
            score,
        }
    }
}

/// Those of the matches that are shown, the best first: general advice only where there is nothing
/// else, nothing that denies what a better one says, and beside what surely treats the failure no
/// guess by product and Windows alone (method 2 of KB 976982 is none).
pub(super) fn shown<'r>(mut found: Vec<(Place, Match<'r>)>) -> Vec<Match<'r>> {
    // A stable sort: what is equal keeps the order of the files.
    found.sort_by_key(|(place, found)| {
        let score = Reverse((place.score, found.confidence));
        (place.generality, place.guess, score)
    });
    let mut shown: Vec<Match<'r>> = Vec::new();
    let mut first = None;
    for (place, found) in found {
        let (best, sure) = *first.get_or_insert((
            place.generality,
            place.of_the_failure && found.confidence == Confidence::High,
        ));
        let of_the_product = !place.of_the_failure && found.confidence < Confidence::High;
        let general = place.generality != best || sure && of_the_product;
        if general || shown.iter().any(|better| contradict(better, &found)) {
            continue;
        }
        shown.push(found);
        if shown.len() == MAX_MATCHES {
            break;
        }
    }
    shown
}

fn contradict(one: &Match<'_>, other: &Match<'_>) -> bool {
    let (one, other) = (one.rule.id.as_str(), other.rule.id.as_str());
    let denies = |row: &Contradiction, one: &str, other: &str| {
        row.rule == one && row.against.split(' ').any(|id| id == other)
    };
    let mut rows = CONTRADICTIONS.iter();
    rows.any(|row| denies(row, one, other) || denies(row, other, one))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::rules::{Facts, RuleSet};

    fn ids(facts: &Facts<'_>) -> Vec<&'static str> {
        let found = RuleSet::built_in().matches(facts);
        found.iter().map(|found| found.rule.id.as_str()).collect()
    }

    #[test]
    fn every_contradiction_is_between_rules_that_there_are() {
        assert_eq!(CONTRADICTIONS.len(), table::count(TABLE));
        let known = |id: &str| RuleSet::built_in().get(id).is_some();
        for row in CONTRADICTIONS.iter() {
            assert!(known(row.rule), "{}", row.rule);
            for id in row.against.split(' ') {
                assert!(known(id) && id != row.rule, "{}: {id}", row.rule);
            }
            assert!(!row._why.is_empty());
        }
    }

    #[test]
    fn what_denies_a_better_rule_is_not_shown() {
        let on_xp = Facts {
            exit_code: Some(1603),
            operation: "patch",
            dotnet_family: Some("netfx"),
            dotnet_version: Some("4.8"),
            windows: Some((5, 1, 2600)),
            ..Facts::default()
        };
        assert_eq!(ids(&on_xp), ["netfx-not-for-this-windows"]);
        let winre = Facts {
            codes: &[0x8007_0643],
            cause_line: "0x80070643: 2025-04 (KB5057589), after KB5034441",
            windows: Some((10, 0, 19045)),
            ..Facts::default()
        };
        let found = ids(&winre);
        let treat = |id: &&&str| id.starts_with("winre-update");
        assert_eq!(found.iter().filter(treat).count(), 1, "{found:?}");
    }

    #[test]
    fn what_treats_the_number_of_the_cause_is_before_what_knows_another_line() {
        let facts = Facts {
            kind: "wrapper",
            exit_code: Some(1603),
            messages: &[1402],
            cause_line: "Could not open key: UNKNOWN\\Components\\0123456789ABCDEF0123456789ABCDEF",
            lines: &[
                "https://example.com/?q=PackageId=Example.Msi;PackageAction=Install;ReturnCode=1402",
            ],
            ..Facts::default()
        };
        let found = ids(&facts);
        assert!(
            found.first().is_some_and(|id| id.starts_with("registry-")),
            "{found:?}"
        );
        assert!(found.contains(&"setup-names-log-of-package"), "{found:?}");
    }

    #[test]
    fn a_sure_remedy_of_the_failure_stands_without_those_of_the_product() {
        let facts = Facts {
            exit_code: Some(1603),
            dotnet_family: Some("netfx"),
            dotnet_version: Some("4.7.2"),
            messages: &[1310],
            codes: &[112],
            ..Facts::default()
        };
        let found = ids(&facts);
        assert_eq!(found.first(), Some(&"disk-full"));
        assert!(!found.contains(&"netfx-repair-tool"), "{found:?}");
    }

    /// A rule of a user's file with these questions, for Windows 7 where `bound`.
    fn rule(id: &str, asks: &str, bound: bool) -> String {
        let applies = if bound {
            "applies = { windows = [\"6.1\"] }"
        } else {
            ""
        };
        format!(
            "[[rule]]\nid = \"{id}\"\ntitle = \"A\"\nstatus = \"stable\"\nwhen.all = [ {{ {asks} }} ]\n{applies}\n\
             cause = \"C.\"\nsteps = [\"S.\"]\nsources = [\"T\"]\nconfidence = \"high\"\n\
             tests.matches = [ {{ {asks} }} ]\ntests.not = [ {{ message = 1 }} ]\n"
        )
    }

    #[test]
    fn a_guess_is_never_first_and_never_high() {
        let guess = rule(
            "a-guess",
            "product = \"Example\", operation = \"patch\", exit_code = 1603",
            true,
        );
        let known = rule("b-known", "product = \"Example\", exit_code = 1603", false);
        let told = rule("c-told", "message = 1310", true);
        let rules = RuleSet::load(&[guess, known, told].concat(), "a.toml").unwrap();
        let facts = |windows, messages| Facts {
            exit_code: Some(1603),
            operation: "patch",
            product: Some("Example"),
            windows,
            messages,
            ..Facts::default()
        };
        let found = |facts: &Facts<'_>| {
            let found = rules.matches(facts);
            let found = found.iter().map(|f| (f.rule.id.clone(), f.confidence));
            found.collect::<Vec<_>>()
        };
        let on_7 = found(&facts(Some((6, 1, 7601)), &[]));
        assert_eq!(on_7[0], ("a-guess".to_owned(), Confidence::High));
        let unknown = found(&facts(None, &[]));
        assert_eq!(unknown[0], ("b-known".to_owned(), Confidence::High));
        assert_eq!(unknown[1], ("a-guess".to_owned(), Confidence::Medium));
        // What the failure itself speaks for is no guess, and still not sure.
        let told = found(&facts(None, &[1310]));
        assert_eq!(told[0], ("c-told".to_owned(), Confidence::Medium));
    }
}
