//! Messages of the installer with their arguments.
//!
//! In a log an argument stands at its place in the record (`Note: 1: 1310 2: 5 3: C:\x.dll`); a
//! reader who types them follows the sentence of the dialog, where the file comes before the
//! error. So typed arguments go by what they are: codes to the places of codes, the rest to the
//! rest.

use super::number::{exit, system};
use super::{Argument, Kind, Sense, treated};
use crate::grammar::{self, Note};
use crate::knowledge::codes::{self, CodeSpace};
use crate::knowledge::messages::{self, InstallerMessage, MessageKind};
use crate::knowledge::rules::{Facts, RuleSet};

/// A line of a log that is a message: a raw record, or the sentence with its number.
pub fn line(text: &str, rules: &RuleSet) -> Vec<Sense> {
    read_line(text)
        .map(|(message, given)| explain(message, &given, rules))
        .unwrap_or_default()
}

/// Whether a text is the sentence of a message with its number, or a raw record.
pub fn is_sentence(text: &str) -> bool {
    // Log lines write the word in upper case and a dot behind the number, people do not.
    let body = text.split_once(" -- ").map_or(text, |(_, body)| body);
    let as_written = grammar::message_of(body).is_some() && body.contains(". ");
    (as_written || text.contains("Note: 1: ")) && read_line(text).is_some()
}

fn read_line(text: &str) -> Option<(InstallerMessage, Vec<(u8, &str)>)> {
    let record = text
        .split_once("Note: 1: ")
        .map(|(_, record)| record)
        .or_else(|| text.strip_prefix("1: "));
    if let Some(note) = record.and_then(Note::parse) {
        let given = (2..=u8::MAX).zip(note.arguments()).collect();
        return Some((messages::message(note.number)?, given));
    }
    let body = text.split_once(" -- ").map_or(text, |(_, body)| body);
    let message = messages::message(grammar::message_of(body)?.number?)?;
    let place = places(message, true).next();
    let given = place.zip(code_in(body)).into_iter().collect();
    Some((message, given))
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
    is_number(code).then_some(code)
}

fn is_number(text: &str) -> bool {
    codes::parse_number(text.trim()).is_some()
}

/// The places of the arguments that are codes, or of those that are not.
fn places(message: InstallerMessage, of_codes: bool) -> impl Iterator<Item = u8> + use<> {
    let arguments = message.arguments();
    let wanted = move |role| messages::space(role).is_some() == of_codes;
    arguments.filter_map(move |(place, role)| wanted(role).then_some(place))
}

/// Gives each argument its place. Those that are in order stay there; otherwise numbers go to the
/// places of codes, and what remains to the other places in turn.
pub fn placed<'a>(message: InstallerMessage, arguments: &[&'a str]) -> Vec<(u8, &'a str)> {
    let in_order: Vec<(u8, &str)> = (2..=u8::MAX).zip(arguments.iter().copied()).collect();
    let fits = |(place, text): &(u8, &str)| {
        let wants_number = message.role(*place).and_then(messages::space).is_some();
        text.trim().is_empty() || !wants_number || is_number(text)
    };
    if in_order.iter().all(fits) {
        return in_order;
    }
    let last = message.arguments().last().map_or(1, |(place, _)| place);
    let beyond = last.saturating_add(1)..=u8::MAX;
    let mut codes = places(message, true);
    let mut others = places(message, false).chain(beyond);
    let mut found: Vec<(u8, &str)> = Vec::new();
    for text in arguments {
        let own = if is_number(text) { codes.next() } else { None };
        let place = own.or_else(|| others.next());
        found.extend(place.map(|place| (place, *text)));
    }
    found.sort_by_key(|(place, _)| *place);
    found
}

/// The message with its arguments, and after it each code among them.
pub fn explain(message: InstallerMessage, given: &[(u8, &str)], rules: &RuleSet) -> Vec<Sense> {
    let code = |place: u8, text: &str| {
        let space = message.role(place).and_then(messages::space)?;
        let value = codes::parse_number(text.trim()).filter(|value| *value != 0)?;
        Some((space, value))
    };
    let argument = |index, value: Option<&str>| Argument {
        index,
        role: message.role(index),
        value: value.map(str::to_owned),
        meaning: value
            .and_then(|text| code(index, text))
            .map(|(space, value)| in_words(space, value)),
    };
    let given_codes = given.iter().filter_map(|(place, text)| code(*place, text));
    let given_codes: Vec<(CodeSpace, i64)> = given_codes.collect();
    let arguments = given
        .iter()
        .map(|(place, text)| argument(*place, Some(text)));
    let mut arguments: Vec<Argument> = arguments.collect();

    let mut sense = heading(message);
    for (index, argument) in arguments.iter().enumerate() {
        let label = if index == 0 { "holds" } else { "" };
        sense = sense.fact(label, argument_in_words(argument));
    }
    if given.is_empty() {
        let roles = message.arguments();
        let roles: Vec<String> = roles
            .map(|(place, role)| format!("[{place}] {role}"))
            .collect();
        sense = sense.fact("holds", roles.join(", "));
    }
    let missing = message.arguments().map(|(place, _)| place);
    let missing = missing.filter(|place| !given.iter().any(|(given, _)| given == place));
    arguments.extend(missing.map(|place| argument(place, None)));
    arguments.sort_by_key(|argument| argument.index);
    sense.arguments = arguments;

    let numbers: Vec<i64> = given_codes.iter().map(|(_, value)| *value).collect();
    let facts = Facts {
        messages: &[message.number],
        codes: &numbers,
        ..Facts::default()
    };
    let sense = treated::message(sense.helped_by(&facts, rules), message.number, rules);
    let mut found = vec![sense.fact("source", message.source)];
    for (space, value) in given_codes {
        let known = match space {
            CodeSpace::Exit => exit(value, rules),
            _ => system(value, rules).or_else(|| exit(value, rules)),
        };
        found.extend(known.filter(|sense| !found.contains(sense)));
    }
    found
}

/// What the message is, whatever its arguments are.
fn heading(message: InstallerMessage) -> Sense {
    let who = match (message.kind, message.extension) {
        (MessageKind::Extension, Some(extension)) => format!("of {extension}"),
        (MessageKind::Internal, _) => "of Windows Installer, for authors of packages".to_owned(),
        _ => "of Windows Installer".to_owned(),
    };
    let heading = format!("message {} {who}", message.number);
    Sense::new(Kind::Msi, heading, message.meaning)
        .valued(message.number)
        .named(message.symbol)
}

/// `ERROR_ACCESS_DENIED: Access denied.`
fn in_words(space: CodeSpace, value: i64) -> String {
    let meaning = codes::describe(value, space);
    match meaning.name {
        Some(name) => format!("{name}: {}", meaning.meaning),
        None => meaning.meaning,
    }
}

/// `[2] system error: 5, ERROR_ACCESS_DENIED: Access denied.`
fn argument_in_words(argument: &Argument) -> String {
    let role = argument.role.unwrap_or("argument");
    let value = argument.value.as_deref().unwrap_or_default();
    let meaning = argument.meaning.as_ref();
    let meaning = meaning.map_or_else(String::new, |meaning| format!(", {meaning}"));
    format!("[{}] {role}: {value}{meaning}", argument.index)
}
