//! Lines without an engine prefix: action lines, messages, headers, dumps, output of custom actions.

use std::sync::LazyLock;

use super::engine::{custom_action_returned, event, property, run_engine};
use super::language::{self, ActionWord};
use super::message::message_of;
use super::scan::find_time;
use super::{Action, Body, Language};

/// How far into a line the time of an action line may stand, in bytes.
const TIME_WITHIN: usize = 96;

/// Tells the kind of an unprefixed line.
pub fn body(line: &str) -> Body<'_> {
    if super::output::is_output(line) {
        Body::Text(line)
    } else {
        in_full(line)
    }
}

/// The same, by all that is known of lines.
pub fn in_full(line: &str) -> Body<'_> {
    let known = match line.as_bytes().first() {
        None => return Body::Blank,
        Some(b'P') => dump_or_event(line),
        Some(b'W') if line.starts_with("Windows Installer ") => super::engine::outcome(line),
        Some(b'E' | b'L' | b'T' | b'I') if super::event_log::is_frame(line) => return Body::Blank,
        Some(b'=') => frame(line),
        Some(b'C') => custom_action_returned(line),
        Some(b'*') => line.strip_prefix("******* ").and_then(run_engine),
        Some(b' ') => run_engine_field(line),
        _ => None,
    };
    known
        .or_else(|| action(line))
        .or_else(|| message_of(line).map(Body::Message))
        .or_else(|| {
            let labelled = super::engine::labelled_number(line);
            super::engine::rest_of_outcome(line, labelled)
                .or_else(|| super::event_log::entry(line, labelled.is_some()))
        })
        .or_else(|| super::bare::body(line))
        .unwrap_or_else(|| {
            // A look at the first letter settles it for nearly all.
            if !line.starts_with(|c: char| c.is_ascii_graphic()) && line.trim().is_empty() {
                Body::Blank
            } else {
                Body::Text(line)
            }
        })
}

/// A property of the dump, or a message that was pasted from the event log.
fn dump_or_event(line: &str) -> Option<Body<'_>> {
    match line.strip_prefix("Product: ") {
        Some(rest) => super::event_log::update(rest).or_else(|| event(rest)),
        None => property(line.strip_prefix("Property(")?),
    }
}

/// `=== … ===`
fn frame(line: &str) -> Option<Body<'_>> {
    let text = line
        .strip_prefix("=== ")?
        .trim_end()
        .trim_end_matches('=')
        .trim_end();
    if let Some(rest) = text.strip_prefix("Verbose logging started: ") {
        return Some(Body::VerboseStarted(rest));
    }
    if let Some(rest) = text.strip_prefix("Verbose logging stopped: ") {
        return Some(Body::VerboseStopped(rest));
    }
    if text.contains("Failed to grab mutex for logging") {
        return Some(Body::LoggingLost);
    }
    let (started, rest) = language::logging_word(text)?;
    let when = rest.trim_start_matches([':', ' ', '\u{a0}']);
    Some(match started {
        true => Body::LoggingStarted(when),
        false => Body::LoggingStopped(when),
    })
}

/// `           ******* Product: …`, and the same after a paste that lost blanks.
fn run_engine_field(line: &str) -> Option<Body<'_>> {
    line.trim_start()
        .strip_prefix("******* ")
        .and_then(run_engine)
}

/// Whether a text begins like the line of an action in a known language: its word, a time, a colon.
#[must_use]
pub fn begins_action(text: &str) -> bool {
    let Some((_, _, rest)) = language::action_word_without_time(text) else {
        return false;
    };
    let rest = rest.trim_start_matches([' ', '\u{a0}', ':']);
    let timed = super::scan::time(rest).is_some_and(|(_, rest)| is_before_name(rest));
    timed || super::scan::after_stand_in(rest).is_some()
}

/// What the words mean with which an English log begins the lines of its actions.
static ENGLISH: LazyLock<[Option<(ActionWord, Language)>; 2]> =
    LazyLock::new(|| ["Action start", "Action ended"].map(language::action_word));

/// The word, the time and the name of an English line: by far most logs are English. It tells nothing
/// that the long way tells otherwise.
fn english(line: &str) -> Option<(ActionWord, Language, u32, &str)> {
    let rest = line.strip_prefix("Action ")?;
    let [start, ended] = *ENGLISH;
    let (word, rest) = match rest.strip_prefix("ended ") {
        Some(rest) => (ended?, rest),
        None => (start?, rest.strip_prefix("start ")?),
    };
    let (time, rest) = super::scan::time(rest)?;
    let name_on = rest.strip_prefix(": ")?;
    Some((word.0, word.1, time, name_on.trim_start_matches(' ')))
}

/// `Action ended T: NAME. Return value N.` in any language; in an unknown one by its shape.
fn action(line: &str) -> Option<Body<'_>> {
    if let Some((word, language, time, name_on)) = english(line) {
        return told(word, language, Some(time), name_on);
    }
    // No word of an action begins so; the clocks that programs write before their lines do.
    if line.starts_with(never_begins) {
        return None;
    }
    let (word, time, rest) = match find_time(line, TIME_WITHIN) {
        Some((before, time, rest)) if is_before_name(rest) => {
            (language::action_word(before), Some(time), rest)
        }
        _ if line.starts_with(|c: char| c.is_alphabetic()) => {
            // Some translators lost the time: the known word, a colon, the name.
            // Others put a word in its place, or wrote it with `AM`.
            let (word, language, rest) = language::action_word_without_time(line)?;
            let (time, rest) = match find_time(rest, TIME_WITHIN) {
                Some((" ", time, behind)) => (Some(time), without_half(behind)),
                _ => (None, super::scan::after_stand_in(rest).unwrap_or(rest)),
            };
            (Some((word, language)), time, rest)
        }
        _ => return None,
    };
    let name_on = rest
        .trim_start_matches([' ', '\u{a0}'])
        .strip_prefix(':')?
        .trim_start_matches(' ');
    match word {
        Some((word, language)) => told(word, language, time, name_on),
        None => shaped(line, rest, name_on, time),
    }
}

/// ASCII that is no letter and is not taken off a word either.
fn never_begins(letter: char) -> bool {
    letter.is_ascii() && !letter.is_ascii_alphabetic() && !matches!(letter, ' ' | ':')
}

/// What stands behind the time, by the word before it.
fn told(
    word: ActionWord,
    language: Language,
    time: Option<u32>,
    name_on: &str,
) -> Option<Body<'_>> {
    match word {
        ActionWord::Ended => ended(name_on, time, Some(language)),
        ActionWord::Start => {
            let name = name_on.trim_end().trim_end_matches(['.', '。']);
            Some(Body::ActionStart(named(name, time, Some(language))?))
        }
        ActionWord::Text => text(name_on, time, language),
    }
}

/// `AM` and `PM` of a clock that somebody wrote anew.
fn without_half(rest: &str) -> &str {
    let halves = [" AM", " PM", " am", " pm"];
    let mut halves = halves.iter().filter_map(|half| rest.strip_prefix(half));
    halves.next().unwrap_or(rest)
}

/// After the time comes the colon before the name, perhaps with a blank before it.
fn is_before_name(rest: &str) -> bool {
    rest.trim_start_matches([' ', '\u{a0}']).starts_with(':')
}

/// The letters of which nearly all names are.
const USUAL: [bool; 256] = {
    let (mut all, mut byte) = ([false; 256], 0u8);
    let mut left: &mut [bool] = &mut all;
    while let [usual, rest @ ..] = left {
        *usual = byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.';
        byte = byte.wrapping_add(1);
        left = rest;
    }
    all
};

fn named<'a>(name: &'a str, time: Option<u32>, language: Option<Language>) -> Option<Action<'a>> {
    let valid = |c: char| {
        c.is_alphanumeric()
            || matches!(
                c,
                '_' | '.' | '-' | '+' | '!' | '{' | '}' | '(' | ')' | ' ' | '\\'
            )
    };
    let usual = |byte: &u8| USUAL.get(usize::from(*byte)) == Some(&true);
    let valid = name.as_bytes().iter().all(usual) || name.chars().all(valid);
    (!name.is_empty() && name.len() < 256 && valid).then_some(Action {
        name,
        time,
        language,
    })
}

/// `NAME. Return value N.`: the number from the end, the words before it from the table or the shape.
fn ended<'a>(text: &'a str, time: Option<u32>, language: Option<Language>) -> Option<Body<'a>> {
    let tail = text.trim_end().trim_end_matches(['.', '。', ' ']);
    let digits = tail.bytes().rev().take_while(u8::is_ascii_digit).count();
    let before = tail.get(..tail.len() - digits)?;
    let value: i64 = tail.get(before.len()..)?.parse().ok()?;
    let word = language.map_or("", language::value_word);
    let name = match before.trim_end().strip_suffix(word.trim_end()) {
        _ if word.is_empty() => None,
        Some(name) => Some(name),
        None => before.rfind(word).and_then(|at| before.get(..at)),
    };
    let name = match name {
        Some(name) => name,
        None => before.rsplit_once(['.', '。'])?.0,
    };
    let name = name.trim_end_matches(['.', '。', ' ', '\u{a0}']);
    Some(Body::ActionEnded(named(name, time, language)?, value))
}

/// `NAME. TEXT`
fn text<'a>(rest: &'a str, time: Option<u32>, language: Language) -> Option<Body<'a>> {
    let (name, text) = match rest.find(['。']) {
        Some(at) => (rest.get(..at)?, rest.get(at..)?.trim_start_matches('。')),
        None => rest
            .split_once(". ")
            .or_else(|| Some((rest.trim_end().trim_end_matches('.'), "")))?,
    };
    Some(Body::ActionText(
        named(name.trim_end(), time, Some(language))?,
        text.trim(),
    ))
}

/// An unknown language: only the end of an action is told by shape, since it matters most and its
/// shape is the strictest: words, time, colon, name, stop, words, number.
fn shaped<'a>(line: &'a str, rest: &str, name_on: &'a str, time: Option<u32>) -> Option<Body<'a>> {
    let before = line
        .len()
        .checked_sub(rest.len())
        .and_then(|end| line.get(..end))?;
    // The time itself has two separators; a third one is that of a wrapper or of other output.
    if !line.starts_with(char::is_alphabetic)
        || before.matches(':').count() > 2
        || name_on.contains(": ")
    {
        return None;
    }
    let (name, tail) = name_on.split_once(['.', '。'])?;
    let words = tail
        .trim_end_matches(|c: char| !c.is_ascii_digit())
        .trim_end_matches(|c: char| c.is_ascii_digit());
    let single_word = !name.contains(' ') && name.is_ascii();
    if !single_word
        || words.trim().is_empty()
        || words.chars().any(|c| c.is_ascii_digit())
        || words.len() > 60
    {
        return None;
    }
    ended(name_on, time, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The short way for English lines tells what the way for all languages tells.
    #[test]
    fn english_lines_are_read_as_those_of_all_languages() {
        for line in [
            "Action start 1:02:03: A.",
            "Action ended 10:02:03: A. Return value 1.",
            "Action ended 10.02.03:  A.b. Return value 3.",
            "Action start 1:02:03: ",
        ] {
            let (word, language, time, name_on) = english(line).unwrap();
            let (before, found, rest) = find_time(line, TIME_WITHIN).unwrap();
            assert_eq!(
                language::action_word(before),
                Some((word, language)),
                "{line}"
            );
            assert_eq!(time, found, "{line}");
            assert_eq!(rest.trim_start_matches([':', ' ']), name_on, "{line}");
        }
        for line in [
            "Action 1:02:03: A. b",
            "Action start: A.",
            "Action started 1:02:03: A.",
        ] {
            assert!(english(line).is_none(), "{line}");
        }
    }
}
