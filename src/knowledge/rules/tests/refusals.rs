//! Tests of what is said about a bad rule file.

use crate::knowledge::rules::{RuleProblem, RuleSet};

/// A rule file with one sound rule, in which a test can break one thing.
pub(super) const SOUND: &str = r#"
[[rule]]
id = "example"
title = "An example"
status = "stable"
when.all = [ { message = [1310], code = [5] } ]
applies = { windows = [">= 6.0"] }
cause = "Cause."
steps = ["Step."]
articles = ["834484"]
sources = ["A page"]
confidence = "high"
tests.matches = [ { message = 1310, code = 5 } ]
tests.not = [ { message = 1310 } ]
"#;

/// What is said when a piece of the sound file is replaced: the problem and the whole text.
fn refusal(from: &str, to: &str) -> (RuleProblem, String) {
    assert!(SOUND.contains(from), "{from}");
    let error = RuleSet::load(&SOUND.replacen(from, to, 1), "mine.toml").unwrap_err();
    let text = error.to_string();
    (error.problem, text)
}

#[test]
fn a_bad_file_is_refused_with_place_rule_and_hint() {
    let (problem, text) = refusal("code = [5]", "cdoe = [5]");
    assert_eq!(problem, RuleProblem::UnknownKey("cdoe".into()));
    assert_eq!(
        text,
        "mine.toml:6:34: rule example: unknown key 'cdoe'; did you mean 'code'?"
    );
    let (_, text) = refusal("steps", "stepps");
    assert!(
        text.contains("mine.toml:9:1") && text.contains("did you mean 'steps'?"),
        "{text}"
    );
    let (problem, text) = refusal("\"834484\"", "\"834485\"");
    assert_eq!(problem, RuleProblem::UnknownArticle("834485".into()));
    assert!(text.contains("did you mean '834484'?"), "{text}");
    let (problem, text) = refusal("= \"high\"", "= \"sure\"");
    assert!(matches!(problem, RuleProblem::BadValue { .. }));
    assert!(text.contains("low"), "{text}");
    let (problem, text) = refusal("\"Cause.\"", "\"Cause of <prodct-code|this>.\"");
    assert_eq!(problem, RuleProblem::UnknownFact("prodct-code".into()));
    assert!(
        text.contains("mine.toml:8:19") && text.contains("did you mean 'product-code'?"),
        "{text}"
    );
    let (_, text) = refusal("[\"Step.\"]", "[\"if colour blue: Step.\"]");
    assert!(
        text.contains("'colour blue' is not a valid value of 'steps'"),
        "{text}"
    );
    assert!(matches!(
        refusal("cause = \"Cause.\"", "").0,
        RuleProblem::Missing("cause")
    ));
    assert!(matches!(
        refusal("\"An example\"", "7").0,
        RuleProblem::WrongType { .. }
    ));
    assert!(matches!(
        refusal("\">= 6.0\"", "\"Vista\"").0,
        RuleProblem::BadValue { .. }
    ));
    assert!(matches!(
        refusal("\"example\"", "\"An Example\"").0,
        RuleProblem::BadValue { .. }
    ));
    let (problem, text) = refusal("[[rule]]", "[[rule]");
    assert!(matches!(problem, RuleProblem::Syntax(_)));
    assert!(text.starts_with("mine.toml:2:"), "{text}");
}

#[test]
fn a_rule_without_examples_that_behave_is_refused() {
    let none = refusal("tests.matches = [ { message = 1310, code = 5 } ]", "").0;
    assert_eq!(none, RuleProblem::NoExample("matches"));
    assert_eq!(
        refusal("tests.not = [ { message = 1310 } ]", "").0,
        RuleProblem::NoExample("not")
    );
    let (problem, text) = refusal(
        "tests.not = [ { message = 1310 } ]",
        "tests.not = [ { code = 5, message = 1310 } ]",
    );
    assert!(matches!(
        problem,
        RuleProblem::Example {
            list: "not",
            number: 1,
            ..
        }
    ));
    assert!(
        text.starts_with("mine.toml:14:15: rule example: example 1 under 'tests.not'"),
        "{text}"
    );
    let wrong = refusal(
        "{ message = 1310, code = 5 }",
        "{ message = 1310, code = 6 }",
    )
    .0;
    assert!(matches!(
        wrong,
        RuleProblem::Example {
            list: "matches",
            ..
        }
    ));
}

#[test]
fn conditions_that_say_nothing_are_refused() {
    let condition = "{ message = [1310], code = [5] }";
    assert!(matches!(
        refusal(condition, "{ pattern = 'x*' }").0,
        RuleProblem::BadPattern(_)
    ));
    assert!(matches!(
        refusal(condition, "{ pattern = '(' }").0,
        RuleProblem::BadPattern(_)
    ));
    assert!(matches!(
        refusal(condition, "{ line = ' * ' }").0,
        RuleProblem::BadValue { .. }
    ));
    assert!(matches!(
        refusal(condition, "{ code = [] }").0,
        RuleProblem::BadValue { .. }
    ));
    assert!(matches!(
        refusal(condition, "{ }").0,
        RuleProblem::BadValue { .. }
    ));
    assert!(matches!(
        refusal(&format!("[ {condition} ]"), "[]").0,
        RuleProblem::Missing("when")
    ));
    let twice = [SOUND, SOUND].concat();
    let error = RuleSet::load(&twice, "mine.toml").unwrap_err();
    assert!(
        matches!(error.problem, RuleProblem::DuplicateId(_)),
        "{error}"
    );
    assert!(RuleSet::load("", "empty.toml").unwrap().is_empty());
}

#[test]
fn every_mistake_is_told_and_sound_rules_work() {
    let broken = SOUND
        .replace("code = [5]", "cdoe = [5]")
        .replace("\"high\"", "\"sure\"")
        .replace("834484", "834485")
        .replace("title", "titel");
    let text = [SOUND, &broken.replace("\"example\"", "\"broken\"")].concat();
    let (rules, mistakes) = RuleSet::read(&text, "mine.toml");
    assert_eq!(rules.len(), 1);
    let places: Vec<String> = mistakes
        .iter()
        .map(|mistake| format!("{} {}", mistake.line, mistake.problem))
        .collect();
    assert_eq!(
        places,
        [
            "18 unknown key 'titel'",
            "20 unknown key 'cdoe'",
            "24 unknown article '834485'",
            "26 'sure' is not a valid value of 'confidence'",
        ]
    );
}

#[test]
fn a_rule_that_is_no_toml_leaves_the_others() {
    for broken in ["cause = \"Cause", "cause = Cause.", "cause \"Cause.\""] {
        let bad = SOUND.replace("cause = \"Cause.\"", broken);
        let good = SOUND.replace("\"example\"", "\"other\"");
        for text in [
            [&bad, good.as_str()].concat(),
            [good.as_str(), &bad].concat(),
        ] {
            let (rules, mistakes) = RuleSet::read(&text, "mine.toml");
            let ids: Vec<&str> = rules.ids().collect();
            assert_eq!(ids, ["other"], "{broken} {mistakes:?}");
            let syntax = |m: &crate::knowledge::rules::RuleError| {
                matches!(m.problem, RuleProblem::Syntax(_))
            };
            assert!(
                !mistakes.is_empty() && mistakes.iter().all(syntax),
                "{broken}"
            );
        }
    }
}

#[test]
fn patterns_without_fixed_text_need_company() {
    let condition = "{ message = [1310], code = [5] }";
    let (problem, text) = refusal(condition, "{ pattern = '[a-z]+ \\d+' }");
    assert!(matches!(problem, RuleProblem::BadPattern(_)), "{text}");
    assert!(text.contains("every line"), "{text}");
    let beside = SOUND.replace(
        condition,
        "{ message = [1310], code = [5], pattern = '\\d+' }",
    );
    let beside = beside.replace("code = 5 }", "code = 5, line = \"at 7\" }");
    RuleSet::load(&beside, "mine.toml").unwrap();
}

/// What the review says of the sound file with a piece replaced.
fn doubts(replacements: &[(&str, &str)]) -> Vec<String> {
    let text = replacements
        .iter()
        .fold(SOUND.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        });
    let (rules, mistakes) = RuleSet::read(&text, "mine.toml");
    assert_eq!(mistakes, []);
    let among = RuleSet::built_in().with(rules.clone());
    let found = rules.review(&text, &among);
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn conditions_that_no_log_meets_are_doubted() {
    let condition = "{ message = [1310], code = [5] }";
    let word = (
        condition,
        "{ message = [1310], code = [5], outcome = \"faild\" }",
    );
    let example = ("code = 5 }", "code = 5, outcome = \"faild\" }");
    let found = doubts(&[word, example]);
    assert!(
        matches!(found.as_slice(), [one] if one.starts_with("mine.toml:6:14: rule example: this can never match: outcome is never 'faild', but succeeded")),
        "{found:?}"
    );
    for (choice, why) in [
        (
            "{ exit_code = [1618] }",
            "no exit_code is both 1603 and 1618",
        ),
        (
            "{ windows = \"5.1\" }",
            "Windows 5.1 is none that the rule applies to",
        ),
        ("{ action = \"Other\" }", "no action is both Mine and Other"),
        (
            "{ line = \"skipped by us\" }",
            "'when.none' rules it out: line \"skipped\"",
        ),
    ] {
        let any = format!(
            "[ {{ message = [1310], code = [5], exit_code = [1603], action = \"Mine\" }} ]\nwhen.any = [ {{ code = [5] }}, {choice} ]\nwhen.none = [ {{ line = \"skipped\" }} ]"
        );
        let found = doubts(&[
            (&format!("[ {condition} ]"), &any),
            (
                "code = 5 }",
                "code = 5, exit_code = 1603, action = \"Mine\" }",
            ),
        ]);
        assert!(
            matches!(found.as_slice(), [one] if one.contains(why)),
            "{why}: {found:?}"
        );
    }
}

#[test]
fn a_rule_behind_others_is_doubted() {
    let found = doubts(&[
        ("{ message = [1310], code = [5] }", "{ exit_code = [1603] }"),
        (
            "{ message = 1310, code = 5 }",
            "{ exit_code = 1603, message = 1310, code = 5, dotnet = \"netfx 4.0\" }",
        ),
    ]);
    assert!(
        matches!(found.as_slice(), [one] if one.starts_with("mine.toml:2:1: rule example: never shown: file-access-denied")),
        "{found:?}"
    );
    assert_eq!(doubts(&[]), [""; 0]);
}

/// TOML as JSON, which JSON Schema speaks of.
fn as_json(text: &str) -> serde_json::Value {
    let table: toml::Table = toml::from_str(text).unwrap();
    serde_json::to_value(table).unwrap()
}

#[test]
fn the_schema_accepts_the_built_in_files_and_refuses_what_is_refused() {
    let schema: serde_json::Value =
        serde_json::from_str(crate::knowledge::rules::RULE_SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/knowledge/rules");
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files: Vec<_> = entries
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    assert!(files.len() >= 10);
    for file in files {
        let document = as_json(&std::fs::read_to_string(&file).unwrap());
        let error = validator.iter_errors(&document).next();
        assert!(error.is_none(), "{}: {}", file.display(), error.unwrap());
    }
    assert!(validator.is_valid(&as_json(SOUND)));
    for (from, to) in [
        ("code = [5]", "cdoe = [5]"),
        ("steps", "stepps"),
        ("= \"high\"", "= \"sure\""),
        ("cause = \"Cause.\"", ""),
        ("\"An example\"", "7"),
        ("\"example\"", "\"An Example\""),
        ("tests.not = [ { message = 1310 } ]", ""),
        ("tests.not = [ { message = 1310 } ]", "tests.not = []"),
        ("{ message = [1310], code = [5] }", "{ }"),
        ("code = 5 }", "code = 5, outcome = \"faild\" }"),
    ] {
        assert!(SOUND.contains(from), "{from}");
        assert!(
            !validator.is_valid(&as_json(&SOUND.replacen(from, to, 1))),
            "{from} {to}"
        );
    }
}

#[test]
fn the_schema_knows_every_key_and_word() {
    let schema: serde_json::Value =
        serde_json::from_str(crate::knowledge::rules::RULE_SCHEMA).unwrap();
    let keys = |of: &str| -> Vec<String> {
        let properties = schema["$defs"][of]["properties"].as_object().unwrap();
        properties.keys().cloned().collect()
    };
    let sorted = |mut list: Vec<&str>| {
        list.sort_unstable();
        list.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        keys("condition"),
        sorted(crate::knowledge::rules::condition::keys().to_vec())
    );
    assert_eq!(
        keys("example"),
        sorted(crate::knowledge::rules::example::keys())
    );
    for key in crate::knowledge::rules::condition::keys() {
        let words = schema["$defs"]["example"]["properties"][key]["enum"].as_array();
        let words = words.map(|list| {
            list.iter()
                .map(|word| word.as_str().unwrap())
                .collect::<Vec<_>>()
        });
        assert_eq!(words, crate::knowledge::rules::known_words(key), "{key}");
    }
}
