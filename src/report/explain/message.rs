//! Messages of the installer with their arguments.
//!
//! In a log an argument stands at its place in the record (`Note: 1: 1310 2: 5 3: C:\x.dll`); a
//! reader who types them follows the sentence of the dialog, where the file comes before the
//! error. So typed arguments go by what they are: codes to the places of codes, the rest to the
//! rest.

use super::number::{exit, system};
use super::{Argument, Kind, Sense, remedies};
use crate::grammar::{self, Note};
use crate::knowledge::codes::{self, CodeSpace};
use crate::knowledge::messages::{self, InstallerMessage, MessageKind};
use crate::knowledge::rules::{Facts, RuleSet};

/// The number of a message without arguments.
pub fn plain(number: u32, rules: &RuleSet) -> Option<Sense> {
    let message = messages::message(number)?;
    Some(sense(message, Vec::new(), &[], rules))
}

/// A message with its arguments in the order in which somebody typed them, and the codes among
/// them; empty where the number is no known message.
pub fn with_unordered(number: u32, arguments: &[&str], rules: &RuleSet) -> Vec<Sense> {
    messages::message(number)
        .map(|message| filled(message, &placed(message, arguments), rules))
        .unwrap_or_default()
}

/// A line of a log that is a message: a raw record, or the sentence with its number.
pub fn line(text: &str, rules: &RuleSet) -> Vec<Sense> {
    let record = text
        .split_once("Note: 1: ")
        .map(|(_, record)| record)
        .or_else(|| text.strip_prefix("1: "));
    if let Some(note) = record.and_then(Note::parse) {
        let arguments: Vec<(u8, &str)> = (2..).zip(note.arguments()).collect();
        let known = messages::message(note.number);
        return known
            .map(|message| filled(message, &arguments, rules))
            .unwrap_or_default();
    }
    let body = text.split_once(" -- ").map_or(text, |(_, body)| body);
    let Some(number) = grammar::message_of(body).and_then(|message| message.number) else {
        return Vec::new();
    };
    let Some(message) = messages::message(number) else {
        return Vec::new();
    };
    let code = code_in(body);
    let place = message
        .arguments
        .iter()
        .find(|(_, role)| space(role).is_some());
    let found: Vec<(u8, &str)> = place
        .zip(code)
        .map(|((place, _), code)| (*place, code))
        .into_iter()
        .collect();
    filled(message, &found, rules)
}

/// The code that the sentence of a message tells: `System error 5`, `HRESULT: 0x80131047`.
fn code_in(text: &str) -> Option<&str> {
    let marks = [
        "ystem error ",
        "ystem Error ",
        "ystem error: ",
        "HRESULT: ",
        "HRESULT ",
    ];
    let (_, tail) = marks.iter().find_map(|mark| text.split_once(mark))?;
    let end = tail.find(|c: char| !(c.is_ascii_hexdigit() || matches!(c, '-' | 'x' | 'X')));
    let code = end.and_then(|end| tail.get(..end)).unwrap_or(tail);
    codes::parse_number(code).is_some().then_some(code)
}

/// Gives each argument its place. Those that are in order stay there; otherwise numbers go to the
/// places of codes, and what remains to the other places in turn.
fn placed<'a>(message: &InstallerMessage, arguments: &[&'a str]) -> Vec<(u8, &'a str)> {
    let is_number = |text: &str| codes::parse_number(text.trim()).is_some();
    let wants_number = |place: u8| message.role(place).and_then(space).is_some();
    let in_order: Vec<(u8, &str)> = (2..).zip(arguments.iter().copied()).collect();
    let fits = |(place, text): &(u8, &str)| {
        text.trim().is_empty() || !wants_number(*place) || is_number(text)
    };
    if in_order.iter().all(fits) {
        return in_order;
    }
    let mut codes: Vec<u8> = Vec::new();
    let mut others: Vec<u8> = Vec::new();
    for (place, _) in &message.arguments {
        let list = if wants_number(*place) {
            &mut codes
        } else {
            &mut others
        };
        list.push(*place);
    }
    let last = message.arguments.last().map_or(1, |(place, _)| *place);
    let mut beyond = last.saturating_add(1)..;
    let (mut codes, mut others) = (codes.into_iter(), others.into_iter());
    let mut found: Vec<(u8, &str)> = Vec::new();
    for text in arguments {
        let own = if is_number(text) { codes.next() } else { None };
        let place = own.or_else(|| others.next()).or_else(|| beyond.next());
        found.extend(place.map(|place| (place, *text)));
    }
    found.sort_by_key(|(place, _)| *place);
    found
}

/// Which list an argument of this role is a number of.
fn space(role: &str) -> Option<CodeSpace> {
    match role {
        "system error" | "error" | "HRESULT" | "WinVerifyTrust result" => Some(CodeSpace::Win32),
        "exit code" => Some(CodeSpace::Exit),
        _ => None,
    }
}

/// The message, and after it each code among its arguments.
fn filled(message: &InstallerMessage, given: &[(u8, &str)], rules: &RuleSet) -> Vec<Sense> {
    let mut codes: Vec<(CodeSpace, i64)> = Vec::new();
    let mut arguments: Vec<Argument> = Vec::new();
    for (place, text) in given {
        let role = message.role(*place);
        let code = role
            .and_then(space)
            .zip(codes::parse_number(text.trim()))
            .filter(|(_, value)| *value != 0);
        codes.extend(code);
        arguments.push(Argument {
            index: *place,
            role,
            value: Some((*text).to_owned()),
            meaning: code.map(|(space, value)| in_words(space, value)),
        });
    }
    let numbers: Vec<i64> = codes.iter().map(|(_, value)| *value).collect();
    let mut found = vec![sense(message, arguments, &numbers, rules)];
    for (space, value) in codes {
        let known = match space {
            CodeSpace::Exit => exit(value, rules),
            _ => system(value, rules).or_else(|| exit(value, rules)),
        };
        found.extend(known.filter(|sense| !found.contains(sense)));
    }
    found
}

/// `ERROR_ACCESS_DENIED: Access denied.`
fn in_words(space: CodeSpace, value: i64) -> String {
    let meaning = codes::describe(value, space);
    match meaning.name {
        Some(name) => format!("{name}: {}", meaning.meaning),
        None => meaning.meaning,
    }
}

fn sense(
    message: &InstallerMessage,
    given: Vec<Argument>,
    codes: &[i64],
    rules: &RuleSet,
) -> Sense {
    let who = match (message.kind, message.extension) {
        (MessageKind::Extension, Some((extension, _))) => format!("of {extension}"),
        (MessageKind::Internal, _) => "of Windows Installer, for authors of packages".to_owned(),
        _ => "of Windows Installer".to_owned(),
    };
    let number = [message.number];
    let facts = Facts {
        messages: &number,
        codes,
        ..Facts::default()
    };
    let heading = format!("message {} {who}", message.number);
    let mut sense = Sense::new(Kind::Msi, heading, message.meaning)
        .valued(message.number)
        .named(message.extension.map(|(_, symbol)| symbol));
    for (index, argument) in given.iter().enumerate() {
        let label = if index == 0 { "holds" } else { "" };
        sense = sense.fact(label, argument_in_words(argument));
    }
    if given.is_empty() {
        let roles = message.arguments.iter();
        let roles: Vec<String> = roles
            .map(|(place, role)| format!("[{place}] {role}"))
            .collect();
        sense = sense.fact("holds", roles.join(", "));
    }
    sense.arguments = with_the_missing(message, given);
    sense
        .helped_by(remedies(&facts, rules))
        .fact("source", message.source)
}

/// `[2] system error: 5, ERROR_ACCESS_DENIED: Access denied.`
fn argument_in_words(argument: &Argument) -> String {
    let role = argument.role.unwrap_or("argument");
    let value = argument.value.as_deref().unwrap_or_default();
    match &argument.meaning {
        Some(meaning) => format!("[{}] {role}: {value}, {meaning}", argument.index),
        None => format!("[{}] {role}: {value}", argument.index),
    }
}

/// Adds the places that the message has and nothing was given for.
fn with_the_missing(message: &InstallerMessage, mut given: Vec<Argument>) -> Vec<Argument> {
    for (place, role) in &message.arguments {
        if !given.iter().any(|argument| argument.index == *place) {
            given.push(Argument {
                index: *place,
                role: Some(*role),
                value: None,
                meaning: None,
            });
        }
    }
    given.sort_by_key(|argument| argument.index);
    given
}
