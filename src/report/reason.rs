//! Why a run failed, in a sentence or two: what a colleague would say first.

use super::model::SessionReport;
use super::words;
use crate::diagnosis::{ActionKind, Cause, Code, CodeSpace, Failure, Remedy};
use crate::knowledge::rules::{self, RuleSet};
use crate::run::Outcome;

/// Most letters of the sentences together: four lines of a screen.
const ENOUGH: usize = 270;

/// What a general code such as 1603 means says nothing of the cause.
const GENERAL: [i64; 6] = [1, 1603, 1627, 0x8007_0643, 0x8007_065b, 0x8000_4005];

/// What Windows last said to a thread, long before: a variable or a token that is not there says nothing of a
/// file, nor a wait that ended of what was waited for.
const STALE: [i64; 3] = [203, 258, 1008];

/// The first sentence, which is enough, and what may follow it.
pub fn sentences(session: &SessionReport, failure: &Failure) -> (String, String) {
    let specific = failure.remedies.first().filter(|r| is_specific(r));
    let first = first(session, failure, specific);
    let mut rest = String::new();
    // Whether the sentence fits, and what may follow it does.
    let mut add = |text: String| {
        if first.len() + rest.len() + text.len() > ENOUGH {
            return false;
        }
        if !said_already(&text, &[&first, &rest]) {
            rest.push_str(if rest.is_empty() { "" } else { " " });
            rest.push_str(&text);
        }
        true
    };
    failure
        .cause
        .iter()
        .filter_map(windows_says)
        .for_each(|text| _ = add(text));
    place(failure, &first)
        .into_iter()
        .for_each(|text| _ = add(text));
    if let Some(remedy) = specific {
        let mut sentences = split(&rules::plain(&remedy.cause)).into_iter().take(2);
        _ = sentences.all(|text| is_filled(&text) && add(without_marks(&text)));
    }
    (first, rest)
}

/// All of them, for a report that is read by itself.
pub fn told(session: &SessionReport) -> String {
    let Some(failure) = &session.failure else {
        return match session.outcome {
            Outcome::Cancelled => "Somebody, or a program, cancelled it.".into(),
            _ => "The log holds no line that says why.".into(),
        };
    };
    let (first, rest) = sentences(session, failure);
    [first, rest].join(" ").trim_end().to_owned()
}

/// The same for a table: the first sentence without its full stop.
pub fn in_short(session: &SessionReport) -> String {
    let Some(failure) = &session.failure else {
        return String::new();
    };
    let specific = failure.remedies.first().filter(|r| is_specific(r));
    let known = specific.is_some() || failure.origin.is_some();
    let said = match &failure.cause {
        Some(cause) if !known && is_only_text(cause) => words::said(&cause.text).to_owned(),
        _ => first(session, failure, specific),
    };
    said.trim_end_matches('.').to_owned()
}

/// Whether nothing is known of a cause but what its line says.
fn is_only_text(cause: &Cause) -> bool {
    !is_exit(cause) && (cause.explanation.is_none() || is_general(&cause.code))
}

fn is_exit(cause: &Cause) -> bool {
    cause.code.space == CodeSpace::Exit
}

fn first(session: &SessionReport, failure: &Failure, specific: Option<&Remedy>) -> String {
    if let Some(origin) = &failure.origin {
        return ended(&words::origin(origin));
    }
    if session.outcome == Outcome::Cancelled && failure.cause.as_ref().is_none_or(is_cancelled) {
        return "The user, or a program in the user's place, cancelled the run.".into();
    }
    if let Some(remedy) = specific {
        return ended(&without_marks(&rules::plain(&remedy.title)));
    }
    let Some(cause) = &failure.cause else {
        return nothing_said(session, failure);
    };
    if cause.explanation.is_some() && !is_general(&cause.code) {
        return ended(&meaning(cause));
    }
    if session.outcome == Outcome::Incomplete {
        return "The log stops before the result; this line in it looks like trouble.".into();
    }
    match (failure.action.as_deref(), failure.action_kind) {
        (Some(action), kind) if is_custom(kind) && is_exit(cause) => {
            format!("The custom action {action} of the package failed and does not say why.")
        }
        (Some(action), kind) if is_custom(kind) => {
            format!("The custom action {action} of the package stops with this message.")
        }
        (Some(package), ActionKind::Package) => format!("The package {package} failed."),
        (Some(_), ActionKind::None) if is_general(&cause.code) => only_code(),
        (Some(action), _) => format!("{action} stops with this message."),
        (None, _) if is_exit(cause) && is_general(&cause.code) => only_code(),
        (None, _) => "The run stops with this message.".into(),
    }
}

fn only_code() -> String {
    "The installer failed; this log has only its exit code.".into()
}

/// Whether a code of the cause says that somebody cancelled.
fn is_cancelled(cause: &Cause) -> bool {
    const CODES: [i64; 4] = [1602, 1223, 0x8007_0642, 0x8007_04c7];
    let codes = cause.nested_code.iter().chain([&cause.code]);
    codes
        .filter_map(|code| code.value)
        .any(|value| CODES.contains(&value))
}

/// What to say where no line tells the cause.
fn nothing_said(session: &SessionReport, failure: &Failure) -> String {
    let meaning = session.exit_code.filter(|code| !GENERAL.contains(code));
    let meaning = meaning.and_then(words::exit_meaning);
    let action = failure.action.as_deref();
    match (meaning, action) {
        (Some(meaning), _) => ended(&meaning),
        (None, Some(action)) if is_custom(failure.action_kind) => {
            format!("The custom action {action} of the package failed; the log does not say why.")
        }
        (None, Some(action)) => format!("{action} failed; the log does not say why."),
        (None, None) => "The log does not say why.".into(),
    }
}

/// What the cause says, without the values that its line shows as well.
fn meaning(cause: &Cause) -> String {
    let general = cause.code.meaning.as_deref();
    let general = general.filter(|_| cause.code.space == CodeSpace::Msi);
    let told = cause.explanation.as_deref().unwrap_or(&cause.text);
    match general.filter(|general| told.starts_with(general.trim_end_matches('.'))) {
        Some(general) => general.to_owned(),
        None => told.to_owned(),
    }
}

/// The error of Windows behind a message, where it says something.
fn windows_says(cause: &Cause) -> Option<String> {
    let code = cause.nested_code.as_ref()?;
    let known = code.value.filter(|value| *value != 0)?;
    let meaning = code.meaning.as_deref()?;
    let system = matches!(code.space, CodeSpace::Win32 | CodeSpace::Hresult);
    if is_general(code)
        || STALE.contains(&known)
        || !system
        || code.name.is_none()
        || meaning.starts_with("Named ")
    {
        return None;
    }
    let shown = crate::knowledge::codes::format_code(known);
    Some(format!("Error {shown}: {}", ended(meaning)))
}

/// The custom action or package that the cause is in, where neither its line nor what was said names it.
fn place(failure: &Failure, said: &str) -> Option<String> {
    let name = failure.action.as_deref()?;
    let cause = failure.cause.as_ref()?;
    if cause.text.contains(name) || said.contains(name) {
        return None;
    }
    match failure.action_kind {
        kind if is_custom(kind) => Some(format!("It happens in the custom action {name}.")),
        ActionKind::Package => Some(format!("It happens in the package {name}.")),
        _ => None,
    }
}

fn is_custom(kind: ActionKind) -> bool {
    matches!(
        kind,
        ActionKind::CustomImmediate
            | ActionKind::CustomDeferred
            | ActionKind::CustomRollback
            | ActionKind::CustomCommit
    )
}

fn is_general(code: &Code) -> bool {
    code.value.is_some_and(|value| GENERAL.contains(&value))
}

/// Whether a remedy was found by more than what nearly every failure has, so that its title tells
/// the cause. Rules of the user are meant for the case.
pub fn is_specific(remedy: &Remedy) -> bool {
    let rule = RuleSet::built_in().get(&remedy.rule);
    rule.is_none_or(|rule| !rule.is_fallback())
}

/// Whether the words of a sentence stand in one of the texts already, but for one or two.
fn said_already(sentence: &str, texts: &[&str]) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric());
        let words = words.filter(|word| word.len() > 3);
        words.map(str::to_lowercase).collect()
    };
    let own = words(sentence);
    texts.iter().any(|text| {
        let known = words(text);
        let new = own.iter().filter(|word| !known.contains(word)).count();
        new * 4 <= own.len()
    })
}

/// A sentence with a full stop.
fn ended(text: &str) -> String {
    let text = text.trim();
    match text.ends_with(['.', '!', '?', '。']) {
        true => text.to_owned(),
        false => format!("{}.", text.trim_end_matches([':', ';', ','])),
    }
}

/// Whether what the log does not hold reads as words: `<the command>`, but not `<in the message>`.
fn is_filled(text: &str) -> bool {
    let reads = |place: &str| {
        ["the ", "The ", "a ", "an "]
            .iter()
            .any(|a| place.starts_with(a))
    };
    text.split('<').skip(1).all(reads)
}

/// A text with the names of what the log does not hold as plain words: `<the command>`.
fn without_marks(text: &str) -> String {
    let mut parts = text.split('<');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('>') {
            Some((name, rest)) if name.contains(' ') || name.starts_with(char::is_lowercase) => {
                plain.push_str(name);
                plain.push_str(rest);
            }
            _ => {
                plain.push('<');
                plain.push_str(part);
            }
        }
    }
    plain
}

/// The sentences of a text.
fn split(text: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut rest = text.trim();
    while let Some(end) = end_of_sentence(rest) {
        let (sentence, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        sentences.push(sentence.to_owned());
        rest = after.trim_start();
    }
    if !rest.is_empty() {
        sentences.push(ended(rest));
    }
    sentences
}

/// Where the first sentence ends: behind a full stop that a capital letter follows.
fn end_of_sentence(text: &str) -> Option<usize> {
    text.match_indices(". ").map(|(at, _)| at + 1).find(|end| {
        let after = text.get(*end..).unwrap_or_default().trim_start();
        after.starts_with(|c: char| c.is_uppercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_before_capitals() {
        assert_eq!(
            split("One, e.g. this. Two is .NET 4.8. And three"),
            ["One, e.g. this.", "Two is .NET 4.8.", "And three."]
        );
        assert!(split("").is_empty());
    }

    #[test]
    fn open_places_read_as_words() {
        assert_eq!(
            without_marks("ran <the command>, 3 < 4, <A> and <b"),
            "ran the command, 3 < 4, <A> and <b"
        );
    }

    #[test]
    fn nothing_is_said_twice() {
        let first = "A custom action needs a library that is missing.";
        assert!(said_already(
            "The library of a custom action is missing.",
            &[first]
        ));
        assert!(!said_already("The disk C: is full.", &[first]));
    }
}
