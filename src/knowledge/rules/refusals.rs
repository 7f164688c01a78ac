//! Tests of what is said about a bad rule file.

use super::{RuleProblem, RuleSet};

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
    assert!(RuleSet::load("", "empty.toml").unwrap().rules().is_empty());
}
