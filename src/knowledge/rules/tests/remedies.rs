//! Every entry of the table of remedies leads to a rule that is shown, and the rule says what the
//! entry says. The ties between the two are data; the table itself need not be there.

use std::collections::BTreeSet;
use std::path::Path;

use crate::knowledge::rules::example::Example;
use crate::knowledge::rules::read_value::Reader;
use crate::knowledge::rules::value::{Node, Value};
use crate::knowledge::rules::{Facts, Rule, RuleSet, article};

const FILE: &str = "remedies-ties.toml";
const TIES: &str = include_str!("../../remedies-ties.toml");

/// What answers an entry of the table.
#[derive(Default)]
struct Tie {
    entry: String,
    about: String,
    rule: Option<String>,
    never_cited: Option<String>,
    facts: Vec<Example>,
    says: Vec<String>,
}

fn ties() -> Vec<Tie> {
    let (document, mistakes) = Value::read(TIES, 0);
    assert!(mistakes.is_empty(), "{mistakes:?}");
    let Node::Table(lists) = &document.node else {
        panic!("{FILE} is no table");
    };
    let [(_, _, list)] = lists.as_slice() else {
        panic!("{FILE} holds more than ties");
    };
    items(list).iter().map(tie).collect()
}

fn tie(value: &Value<'_>) -> Tie {
    let mut reader = Reader::new(TIES, FILE);
    let mut tie = Tie::default();
    let Node::Table(fields) = &value.node else {
        panic!("{FILE}: {value:?} is no table");
    };
    for (key, _, value) in fields {
        let text = || value.text().unwrap().to_owned();
        match key.as_ref() {
            "entry" => tie.entry = text(),
            "about" => tie.about = text(),
            "rule" => tie.rule = Some(text()),
            "never_cited" => tie.never_cited = Some(text()),
            "says" => tie.says = reader.strings(key, value),
            "facts" => {
                let facts = items(value).iter();
                tie.facts = facts
                    .map(|facts| Example::read(&mut reader, facts))
                    .collect();
            }
            _ => panic!("{FILE}: {key}"),
        }
    }
    assert!(reader.mistakes.is_empty(), "{:?}", reader.mistakes);
    tie
}

fn items<'v, 't>(value: &'v Value<'t>) -> &'v [Value<'t>] {
    match &value.node {
        Node::List(values) => values,
        other => panic!("{FILE}: {other:?} is no list"),
    }
}

/// The ids of the rules that are shown for some facts.
fn shown(facts: &Example) -> Vec<String> {
    facts.with_facts(|facts| {
        let found = RuleSet::built_in().matches(facts);
        found.iter().map(|found| found.rule.id.clone()).collect()
    })
}

/// All that a reader of the rule sees.
fn words(rule: &Rule) -> String {
    let words = rule.words();
    let parts = [&words.title, &words.cause];
    let lists = [&words.steps, &words.articles, &words.sources];
    let all = parts.into_iter().chain(lists.into_iter().flatten());
    all.map(String::as_str).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_tie_leads_to_its_rule() {
    let mut wrong = Vec::new();
    for tie in ties() {
        assert!(!tie.about.is_empty(), "{}", tie.entry);
        let Some(id) = &tie.rule else {
            assert!(!tie.facts.is_empty() || tie.never_cited.is_some());
            let any = tie.facts.iter().map(shown).find(|ids| !ids.is_empty());
            wrong.extend(any.map(|ids| format!("{}: shows {ids:?}", tie.about)));
            continue;
        };
        assert!(!tie.facts.is_empty(), "{}", tie.about);
        for (at, facts) in tie.facts.iter().enumerate() {
            let ids = shown(facts);
            if !ids.contains(id) {
                wrong.push(format!("{}, facts {at}: {id} not in {ids:?}", tie.about));
            }
        }
        let rule = RuleSet::built_in().get(id);
        let words = rule.map(words).unwrap_or_default();
        let missing = tie.says.iter().filter(|text| !words.contains(*text));
        wrong.extend(missing.map(|text| format!("{}: {id} does not say {text}", tie.about)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn unconfirmed_articles_are_not_cited() {
    for kb in ties().into_iter().filter_map(|tie| tie.never_cited) {
        assert!(article(&kb).is_none(), "{kb}");
        for rule in RuleSet::built_in().rules() {
            assert!(!words(rule).contains(&kb), "{}: {kb}", rule.id);
        }
    }
}

#[test]
fn every_article_that_a_rule_names_is_listed() {
    for rule in RuleSet::built_in().rules() {
        for number in articles_in(&words(rule)) {
            assert!(article(number).is_some(), "{}: KB {number}", rule.id);
        }
    }
}

/// The numbers behind `KB` in a text.
fn articles_in(text: &str) -> impl Iterator<Item = &str> {
    text.split("KB").skip(1).filter_map(|rest| {
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        let end = rest.find(|c: char| !c.is_ascii_digit());
        let number = rest.get(..end.unwrap_or(rest.len()))?;
        (number.len() >= 6).then_some(number)
    })
}

#[test]
fn no_entry_of_the_table_is_without_a_tie() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/facts/remedies.tsv");
    let Ok(table) = std::fs::read_to_string(path) else {
        println!("skipped: the tables of facts are not here");
        return;
    };
    let signatures = table
        .lines()
        .skip(1)
        .filter_map(|row| row.split('\t').next());
    let there: BTreeSet<String> = signatures.clone().map(fnv1a).collect();
    let tied: BTreeSet<String> = ties().into_iter().map(|tie| tie.entry).collect();
    let untied: Vec<&str> = signatures.filter(|s| !tied.contains(&fnv1a(s))).collect();
    assert!(untied.is_empty(), "no tie: {untied:#?}");
    assert!(there.len() > 80);
    let gone: Vec<_> = tied.difference(&there).collect();
    assert!(gone.is_empty(), "ties to entries that are gone: {gone:?}");
}

/// The FNV-1a hash of a text in 16 hexadecimal digits.
fn fnv1a(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// A failed update of .NET, with the ids that are shown for it.
fn update(version: &str, windows: (u32, u32, u32), more: Facts<'_>) -> Vec<&'static str> {
    let facts = Facts {
        exit_code: Some(1603),
        operation: "patch",
        dotnet_family: Some("netfx"),
        dotnet_version: Some(version),
        windows: Some(windows),
        ..more
    };
    let found = RuleSet::built_in().matches(&facts);
    found.iter().map(|found| found.rule.id.as_str()).collect()
}

#[test]
fn facts_choose_between_the_methods_of_kb_976982() {
    let windows_7 = (6, 1, 7601);
    let lost_source = Facts {
        messages: &[1706],
        ..Facts::default()
    };
    assert_eq!(
        update("4.0", windows_7, lost_source),
        [
            "netfx-update-source-lost",
            "netfx-update-not-installed",
            "netfx4-repair-vista-7"
        ]
    );
    let failing = |action| Facts {
        action: Some(action),
        action_kind: "custom-deferred",
        ..Facts::default()
    };
    assert_eq!(
        update("4.0", windows_7, failing("CA_RegIIS_x86")),
        [
            "netfx-aspnet-regiis",
            "netfx4-repair-vista-7",
            "netfx-update-not-installed"
        ]
    );
    assert_eq!(
        update("2.0", (5, 1, 2600), failing("CA_Example"))[0],
        "netfx-old-clean-and-reinstall-xp"
    );
}

#[test]
fn windows_that_kb_976982_does_not_list() {
    let nothing = Facts::default;
    assert_eq!(
        update("4.8", (10, 0, 19045), nothing()),
        [
            "netfx-update-part-of-windows",
            "netfx4-part-of-windows",
            "netfx-repair-tool"
        ]
    );
    assert_eq!(
        update("2.0", (5, 2, 3790), nothing()),
        ["netfx-update-not-installed", "netfx-repair-server-2003"]
    );
    assert_eq!(
        update("1.1", (10, 0, 19045), nothing()),
        ["netfx1-not-on-windows-8"]
    );
}
