//! Steps that are for some machines or runs only: `if windows <= 6.1 and arch x64: Install …`.
//!
//! Where the log tells that it is another machine the step is left out; where the log does not tell,
//! the step stays, behind its condition in words.

use std::borrow::Cow;

use super::applies::VersionRange;

/// What a case may ask for, and the words that it may ask for; versions have ranges.
const CASES: [(&str, &[&str]); 5] = [
    ("windows", &[]),
    ("arch", &["x86", "x64", "arm64"]),
    ("rights", &["elevated", "standard"]),
    ("ui", &["silent", "shown"]),
    ("kind", &["msi", "burn", "netfx-setup", "wrapper"]),
];

/// What a step asks for, key and value, and the step itself.
type Case<'s> = (Vec<(&'s str, &'s str)>, &'s str);

/// The conditions of a step and what is to be done, where it begins with `if`; the error is the
/// condition that nothing can answer.
pub(super) fn split(step: &str) -> Result<Case<'_>, &str> {
    let Some(rest) = step.strip_prefix("if ") else {
        return Ok((Vec::new(), step));
    };
    let (conditions, text) = rest.split_once(": ").ok_or(rest)?;
    let conditions = conditions.split(" and ").map(|condition| {
        let (key, value) = condition.split_once(' ').ok_or(condition)?;
        let words = CASES.iter().find(|(known, _)| *known == key);
        let valid = words.is_some_and(|(_, words)| match words.is_empty() {
            true => VersionRange::windows(value).is_some(),
            false => words.contains(&value),
        });
        valid.then_some((key, value)).ok_or(condition)
    });
    Ok((conditions.collect::<Result<_, _>>()?, text))
}

/// The step as it is shown; `None` where it is for another machine or run.
pub(super) fn kept<'s>(
    step: &'s str,
    known: &dyn Fn(&str) -> Option<String>,
) -> Option<Cow<'s, str>> {
    let Ok((conditions, text)) = split(step) else {
        return Some(step.into());
    };
    let mut open = Vec::new();
    for (key, value) in conditions {
        match known(key) {
            Some(is) if !holds(key, value, &is) => return None,
            Some(_) => {}
            None => open.push(in_words(key, value)),
        }
    }
    if open.is_empty() {
        return Some(text.into());
    }
    Some(format!("If {}: {text}", open.join(" and ")).into())
}

/// A condition that the log does not answer, for people.
fn in_words(key: &str, value: &str) -> String {
    match (key, value) {
        ("rights", "standard") => "it did not run elevated".to_owned(),
        ("rights", _) => "it ran elevated".to_owned(),
        ("ui", "silent") => "it runs without dialogs".to_owned(),
        ("ui", _) => "it runs with dialogs".to_owned(),
        ("windows", range) => format!("this is Windows {range}"),
        (_, value) => format!("this is {value}"),
    }
}

fn holds(key: &str, value: &str, is: &str) -> bool {
    match key {
        "windows" => VersionRange::windows(value).is_some_and(|range| range.includes(is)),
        _ => value == is,
    }
}

/// What a step may ask for, in words.
pub(super) fn known() -> String {
    let cases = CASES.map(|(key, words)| match words.is_empty() {
        true => format!("{key} RANGE"),
        false => format!("{key} {}", words.join("|")),
    });
    cases.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_for_other_machines_are_left_out() {
        let step = "if windows <= 6.1 and arch x64: Install it.";
        let on = |windows: Option<&str>, arch: Option<&str>| {
            let (windows, arch) = (windows.map(str::to_owned), arch.map(str::to_owned));
            let known = move |key: &str| match key {
                "windows" => windows.clone(),
                "arch" => arch.clone(),
                _ => None,
            };
            kept(step, &known)
        };
        assert_eq!(
            on(Some("6.1.7601"), Some("x64")).as_deref(),
            Some("Install it.")
        );
        assert_eq!(on(Some("10.0.19045"), Some("x64")), None);
        assert_eq!(on(Some("10.0.19045"), None), None);
        assert_eq!(
            on(None, Some("x64")).as_deref(),
            Some("If this is Windows <= 6.1: Install it.")
        );
        assert_eq!(
            kept("Install it.", &|_| None).as_deref(),
            Some("Install it.")
        );
        let asked = "if rights standard: Run it from an elevated prompt.";
        assert_eq!(kept(asked, &|_| Some("elevated".to_owned())), None);
        assert_eq!(
            kept(asked, &|_| None).as_deref(),
            Some("If it did not run elevated: Run it from an elevated prompt.")
        );
    }

    #[test]
    fn what_nothing_answers_is_told() {
        assert_eq!(split("if colour blue: x"), Err("colour blue"));
        assert_eq!(split("if windows seven: x"), Err("windows seven"));
        assert_eq!(split("if ui silent"), Err("ui silent"));
        assert!(split("if rights elevated: x").is_ok());
    }
}
