//! Tests of the whole: the built-in rules and the order in which they match.

mod coverage;
mod refusals;
mod remedies;

use std::collections::BTreeSet;
use std::path::Path;

use super::value::File;
use super::{ARTICLES, Facts, MANY, MAX_MATCHES, PACKED, Rule, RuleSet, article};
use super::{Confidence, Prepared, RuleStatus, example, read};
use refusals::SOUND;

#[test]
fn built_in_rules_load_and_their_examples_behave() {
    let mut rules: Vec<Rule> = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/knowledge/rules");
    let files: Vec<File<'_>> = postcard::from_bytes(PACKED).unwrap();
    for file in files {
        let before = rules.len();
        let text = std::fs::read_to_string(folder.join(file.name)).unwrap();
        let mistakes = read::rules(&text, file.name, &mut rules);
        assert!(mistakes.is_empty(), "{}", mistakes[0]);
        for rule in &mut rules[before..] {
            assert_eq!(example::check(rule, &text), []);
            rule.examples = example::Examples::default();
            rule.gate = Vec::new();
        }
    }
    let packed: Vec<&Rule> = RuleSet::built_in().rules().collect();
    assert_eq!(format!("{rules:?}"), format!("{packed:?}"));
    assert!(rules.len() >= 180, "{}", rules.len());
}

#[test]
fn every_built_in_rule_can_match_and_is_shown() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/knowledge/rules");
    let files: Vec<File<'_>> = postcard::from_bytes(PACKED).unwrap();
    let mut doubts = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(folder.join(file.name)).unwrap();
        let (rules, mistakes) = RuleSet::read(&text, file.name);
        assert!(mistakes.is_empty(), "{}", mistakes[0]);
        doubts.extend(rules.review(&text, RuleSet::built_in()));
    }
    let doubts: Vec<String> = doubts.iter().map(ToString::to_string).collect();
    assert!(doubts.is_empty(), "{}", doubts.join("\n"));
}

/// A log needs few of many rules, and a compiled pattern takes a hundred times the memory of its text.
#[test]
fn patterns_are_dropped_when_their_examples_were_tried_and_compiled_again_for_a_log() {
    let one = |number: usize| {
        let asked = format!(r"pattern = 'module{number} .*\d+'");
        SOUND
            .replace("\"example\"", &format!("\"example-{number}\""))
            .replace("message = [1310], code = [5]", &asked)
            .replace(
                "message = 1310, code = 5",
                &format!("line = 'Module{number} is 7'"),
            )
    };
    for count in [1, 2 * MANY] {
        let text: String = (0..count).map(one).collect();
        let rules = RuleSet::load(&text, "mine.toml").unwrap();
        let compiled = |rules: &RuleSet| {
            let patterns = rules.rules().flat_map(Rule::patterns);
            patterns
                .filter(|(_, pattern)| pattern.is_compiled())
                .count()
        };
        assert_eq!((rules.len(), compiled(&rules)), (count, 0));
        let line = "in MODULE0 there are 12";
        let facts = Facts {
            lines: &[line],
            ..Facts::default()
        };
        let found = rules.matches(&facts);
        assert_eq!(
            found.iter().map(|m| m.rule.id.as_str()).collect::<Vec<_>>(),
            ["example-0"]
        );
        assert_eq!(compiled(&rules), 1);
    }
    // One that is wrong is found all the same, among many.
    let text: String = (0..=MANY).map(one).collect();
    let wrong = text.replace("Module77 is 7", "Module77 is x");
    let (rules, mistakes) = RuleSet::read(&wrong, "mine.toml");
    assert_eq!((rules.len(), mistakes.len()), (MANY, 1), "{mistakes:?}");
    assert_eq!(mistakes[0].rule.as_deref(), Some("example-77"));
}

#[test]
fn no_gate_is_shut_to_what_its_rule_matches() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/knowledge/rules");
    let files: Vec<File<'_>> = postcard::from_bytes(PACKED).unwrap();
    // As a user's rules they have their examples.
    let mut open = RuleSet::default();
    for file in files {
        let text = std::fs::read_to_string(folder.join(file.name)).unwrap();
        open = open.with(RuleSet::load(&text, file.name).unwrap());
    }
    // A user's rule is let in by the same gate as one that comes with the program.
    for (slot, rule) in RuleSet::built_in().slots.iter().zip(open.rules()) {
        let super::Slot::Packed { packed, .. } = slot else {
            panic!("{} is packed", rule.id);
        };
        assert!(packed.gate == rule.gate, "{}", rule.id);
    }
    let (mut asked, mut let_in) = (0, 0);
    let examples = open.rules().map(|rule| &rule.examples);
    for example in examples.flat_map(|all| all.matches.iter().chain(&all.not)) {
        example.with_facts(|facts| {
            let facts = &Prepared::new(facts);
            for (slot, rule) in RuleSet::built_in().slots.iter().zip(open.rules()) {
                let may = slot.may_match(&facts.marks);
                let matches = rule.status != RuleStatus::Retired && rule.try_match(facts).is_some();
                assert!(may || !matches, "{}: {:?}", rule.id, facts.facts);
                asked += 1;
                let_in += usize::from(may);
            }
        });
    }
    // What a gate is for.
    assert!(let_in * 20 < asked, "{let_in} of {asked}");
}

#[test]
fn ids_are_unique_and_articles_exist_and_are_used() {
    let rules = RuleSet::built_in();
    let ids: BTreeSet<&str> = rules.ids().collect();
    assert_eq!(ids.len(), rules.len());
    assert!(rules.rules().map(|rule| rule.id.as_str()).eq(rules.ids()));
    let used: BTreeSet<&str> = rules
        .rules()
        .flat_map(|rule| &rule.words().articles)
        .map(String::as_str)
        .collect();
    for kb in &used {
        assert!(article(kb).is_some(), "{kb}");
    }
    // An article that no rule uses is either forgotten or kept as a stage on the way to another.
    let kept = ["908077", "923100", "939160"];
    for entry in ARTICLES.iter() {
        assert!(
            used.contains(entry.kb) || kept.contains(&entry.kb),
            "{} is not used",
            entry.kb
        );
    }
}

#[test]
fn rules_read_well() {
    for rule in RuleSet::built_in().rules() {
        assert!(
            rule.words().title.len() <= 90,
            "{}: title of {} bytes",
            rule.id,
            rule.words().title.len()
        );
        assert!(rule.words().cause.ends_with(['.', ')']), "{}", rule.id);
        for step in &rule.words().steps {
            assert!(!step.contains("''"), "{}: {step}", rule.id);
        }
        let practice = rule
            .words()
            .sources
            .iter()
            .any(|source| source.starts_with("practice"));
        assert!(
            !(practice && rule.words().sources.len() == 1) || rule.confidence < Confidence::High,
            "{}",
            rule.id
        );
    }
}

/// The ids that the built-in rules give for some facts.
fn ids(facts: &Facts<'_>) -> Vec<&'static str> {
    let found = RuleSet::built_in().matches(facts);
    assert!(found.len() <= MAX_MATCHES);
    assert!(found.iter().all(|found| !found.why.is_empty()));
    found.iter().map(|found| found.rule.id.as_str()).collect()
}

fn first(facts: &Facts<'_>) -> &'static str {
    ids(facts).first().copied().unwrap_or("nothing")
}

fn netfx(version: &'static str, windows: (u32, u32, u32)) -> Facts<'static> {
    Facts {
        exit_code: Some(1603),
        dotnet_family: Some("netfx"),
        dotnet_version: Some(version),
        windows: Some(windows),
        ..Facts::default()
    }
}

#[test]
fn methods_of_kb_976982_in_their_order() {
    let windows_7 = (6, 1, 7601);
    let patched = |version, windows| Facts {
        operation: "patch",
        ..netfx(version, windows)
    };
    let damaged = Facts {
        messages: &[1612],
        engine_lines: &["Couldn't find local patch ''. Looking for it at its source."],
        ..patched("4.0", windows_7)
    };
    assert_eq!(
        ids(&damaged),
        ["patch-registration-damaged", "netfx4-repair-vista-7"]
    );
    assert_eq!(
        ids(&patched("4.0", (5, 1, 2600)))[..2],
        ["netfx-update-not-installed", "netfx4-repair-xp"]
    );
    assert_eq!(first(&netfx("4.0", windows_7)), "netfx4-repair-vista-7");
    assert_eq!(
        first(&netfx("4.8", (10, 0, 19045))),
        "netfx4-part-of-windows"
    );
    assert_eq!(
        first(&netfx("2.0 SP2", (5, 1, 2600))),
        "netfx-old-clean-and-reinstall-xp"
    );
    assert_eq!(
        first(&netfx("3.5", windows_7)),
        "netfx-old-clean-and-reinstall-vista-7"
    );
    assert_eq!(
        first(&netfx("3.5", (6, 3, 9600))),
        "netfx35-part-of-windows"
    );
    // Windows that the article does not list: not without a word.
    assert_eq!(
        first(&netfx("2.0 SP2", (5, 2, 3790))),
        "netfx-repair-server-2003"
    );
    let other = Facts {
        exit_code: Some(1603),
        product: Some("Example"),
        ..Facts::default()
    };
    assert_eq!(first(&other), "msi-1603-verbose-log");
}

#[test]
fn expected_first_rules() {
    let message = |messages, codes| Facts {
        exit_code: Some(1603),
        messages,
        codes,
        ..Facts::default()
    };
    assert_eq!(first(&message(&[1310], &[5])), "file-access-denied");
    assert_eq!(first(&message(&[1310], &[32])), "file-in-use");
    assert_eq!(first(&message(&[1310], &[0x8007_0070])), "disk-full");
    assert_eq!(
        first(&message(&[1714], &[1612])),
        "old-version-not-removable"
    );
    assert_eq!(
        first(&message(&[1714], &[1603])),
        "old-version-removal-failed"
    );
    assert_eq!(
        first(&message(&[1935], &[0x8007_0BC9])),
        "assembly-restart-due"
    );
    assert_eq!(first(&message(&[1935], &[-2147319761])), "assembly-mscoree");
    assert_eq!(
        first(&message(&[1935], &[0x8007_3712])),
        "component-store-damaged"
    );
    assert_eq!(first(&message(&[1920], &[1069])), "service-logon-failed");
    assert_eq!(first(&message(&[1920], &[1053])), "service-start-failed");
    assert_eq!(
        first(&message(&[1721], &[193])),
        "custom-action-wrong-architecture"
    );
    assert_eq!(first(&message(&[1722], &[1])), "exe-returned-failure");
    assert_eq!(
        first(&message(&[2738], &[])),
        "script-engine-not-registered"
    );
    assert_eq!(first(&message(&[1730], &[])), "not-elevated");
    let exit = |code| Facts {
        exit_code: Some(code),
        ..Facts::default()
    };
    assert_eq!(first(&exit(1602)), "cancelled");
    assert_eq!(first(&exit(1618)), "another-installation-running");
    assert_eq!(first(&exit(0x8007_0643)), "msi-1603-verbose-log");
    assert_eq!(first(&exit(0)), "nothing");
}

#[test]
fn the_text_of_a_launch_condition_decides() {
    let condition = |line| {
        first(&Facts {
            action: Some("LaunchConditions"),
            exit_code: Some(1603),
            cause_line: line,
            ..Facts::default()
        })
    };
    assert_eq!(
        condition("Product: A -- Needs .NET Framework 4.8."),
        "launch-condition-dotnet"
    );
    assert_eq!(
        condition("Product: A -- Requires Windows 10."),
        "launch-condition-windows"
    );
    assert_eq!(
        condition("Product: A -- A newer version of A is already installed."),
        "newer-version-installed"
    );
    assert_eq!(
        condition("Product: A -- Buy a licence first."),
        "launch-condition"
    );
}

#[test]
fn specific_before_general_and_fallbacks_only_alone() {
    let set = RuleSet::built_in();
    let specificity = |id: &str| set.get(id).unwrap().specificity();
    assert!(specificity("patch-registration-damaged") > specificity("old-version-removal-failed"));
    assert!(specificity("old-version-removal-failed") > specificity("msi-1603-verbose-log"));
    assert!(set.get("msi-1603-verbose-log").unwrap().is_fallback());
    assert!(!set.get("source-missing").unwrap().is_fallback());
    let facts = Facts {
        exit_code: Some(1603),
        messages: &[1606],
        ..Facts::default()
    };
    assert_eq!(ids(&facts), ["shell-folder-unreachable"]);
}

#[test]
fn what_cannot_be_checked_lowers_confidence() {
    let known = Facts {
        messages: &[1635],
        ..netfx("4.0", (6, 1, 7601))
    };
    let unknown = Facts {
        windows: None,
        ..known.clone()
    };
    let confidence = |facts: &Facts<'_>| {
        let found = RuleSet::built_in().matches(facts);
        let found = found
            .iter()
            .find(|found| found.rule.id == "netfx-update-source-lost")
            .unwrap();
        (found.confidence, found.why.contains("could not be checked"))
    };
    assert_eq!(confidence(&known), (Confidence::Medium, false));
    assert_eq!(confidence(&unknown), (Confidence::Low, true));
}

#[test]
fn a_users_rule_wins_and_a_retired_one_never_matches() {
    let mine = SOUND.replace("\"example\"", "\"disk-full\"");
    let set = RuleSet::built_in().with(RuleSet::load(&mine, "mine.toml").unwrap());
    assert_eq!(set.len(), RuleSet::built_in().len());
    assert_eq!(set.get("disk-full").unwrap().words().title, "An example");
    assert_eq!(set.get("disk-full").unwrap().file, "mine.toml");
    let facts = Facts {
        messages: &[1310],
        codes: &[5],
        ..Facts::default()
    };
    assert_eq!(RuleSet::load(SOUND, "a").unwrap().matches(&facts).len(), 1);
    let retired = SOUND.replace("\"stable\"", "\"retired\"");
    assert!(
        RuleSet::load(&retired, "a")
            .unwrap()
            .matches(&facts)
            .is_empty()
    );
}
