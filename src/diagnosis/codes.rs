//! The numbers of a cause, in the number space that they belong to.
//!
//! Message numbers, system errors, HRESULTs and exit codes overlap: 1603 is a message about a file
//! in use and the exit code of every failed installation. The place decides.

use super::failed_step::{FailedStep, without_module};
use super::output;
use super::rank::Chosen;
use crate::formats::msi::{Session, Statement, StatementKind};
use crate::grammar::{self, Body};
use crate::knowledge::{codes, messages, tell_tales};
use crate::run::{Cause, Code, CodeSpace, Failure};

/// Describes the chosen line: codes, meaning, confidence.
pub fn cause(session: &Session, step: &FailedStep<'_>, chosen: &Chosen<'_>) -> Cause {
    let statement = chosen.statement;
    let number = statement.number;
    let arguments = number
        .map(|n| arguments(step, statement, n))
        .unwrap_or_default();
    let borrowed: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (code, nested_code) = match number {
        Some(number) => (
            message_code(number),
            nested(number, &borrowed, statement, step),
        ),
        None => other_codes(session, step, statement),
    };
    let explanation = match statement.kind {
        StatementKind::TellTale(row) => tell_tales::get(row).map(|r| sentence(r.why)),
        StatementKind::Exit(_) => code.meaning.clone(),
        StatementKind::Output => output_sentence(statement.body()),
        _ if number.is_some_and(|n| n >= OWN_MESSAGES) => message_sentence(&statement.text)
            .or_else(|| number.and_then(|n| codes::explain_message(n, &borrowed))),
        _ => number.and_then(|n| codes::explain_message(n, &borrowed)),
    };
    Cause {
        line: statement.line,
        text: statement.text.clone(),
        code,
        nested_code,
        confidence: chosen.confidence,
        piece: false,
        explanation,
    }
}

/// From here on messages are those of packages and of the tools that they are made with: what they
/// say is in their text, and the number is the same for many faults.
const OWN_MESSAGES: u32 = 25_000;

/// The text of a message, without its number.
fn message_sentence(line: &str) -> Option<String> {
    let text = match grammar::parse(line).body {
        Body::Message(message) | Body::ProductMessage { message, .. } => message.text,
        _ => return None,
    };
    let text = text.trim();
    // Some packages leave the text out, or have only the arguments.
    (words(text) > 2).then(|| text.to_owned())
}

/// What output says where codes and names stand around it: `NAME:  Error 0x…: text`, and what a
/// property holds.
fn output_sentence(text: &str) -> Option<String> {
    if let Body::Property { value, .. } = grammar::parse(text).body {
        return Some(value.trim().to_owned());
    }
    if let Some(inner) = text.trim_start().strip_prefix("---> ") {
        return Some(inner.trim_end().to_owned());
    }
    let (_, said) = output::error_code(output::wix_line(text)?.1)?;
    // It says that a program failed; what its exit code means says more.
    if said.starts_with("Command line returned") {
        return None;
    }
    let said = said.trim_end_matches([':', ',', '.', ' ']);
    (words(said) > 1).then(|| sentence(said))
}

/// How many words of a language there are.
fn words(text: &str) -> usize {
    let words = text.split_whitespace();
    let spoken = |word: &&str| word.contains(char::is_alphabetic);
    // Languages without blanks between words.
    words
        .filter(spoken)
        .map(|word| word.chars().filter(|c| *c > '\u{2e80}').count().max(1))
        .sum()
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|c| c.to_uppercase().to_string())
        .unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// A number of the installer's Error table, with its meaning.
pub fn message_code(number: u32) -> Code {
    Code {
        space: CodeSpace::Msi,
        value: Some(i64::from(number)),
        name: None,
        meaning: messages::message(number).map(|m| m.meaning.to_owned()),
    }
}

/// A code of the system or of a process, with its meaning.
pub fn describe(value: i64, space: CodeSpace) -> Code {
    let wanted = match space {
        CodeSpace::None => CodeSpace::Win32,
        known => known,
    };
    let value = match space {
        CodeSpace::Hresult => value & 0xffff_ffff,
        _ => value,
    };
    let meaning = codes::describe(value, wanted);
    Code {
        space,
        value: Some(value),
        name: meaning.name.map(str::to_owned),
        meaning: Some(meaning.meaning),
    }
}

/// A number that may be a plain system error or an HRESULT, told apart by its size.
pub fn system_code(value: i64) -> Code {
    match value {
        0..=0xffff => describe(value, CodeSpace::Win32),
        _ => describe(value, CodeSpace::Hresult),
    }
}

/// The arguments of a message: from the note that the engine wrote beside it, which has them raw,
/// else none.
fn arguments(step: &FailedStep<'_>, statement: &Statement, number: u32) -> Vec<String> {
    let same = |s: &&&Statement| s.kind == StatementKind::Note && s.number == Some(number);
    let before = step
        .statements
        .iter()
        .filter(|s| s.line <= statement.line + 4)
        .rfind(same);
    let note = before.copied().unwrap_or(statement).note();
    note.map(|n| n.arguments().map(str::to_owned).collect())
        .unwrap_or_default()
}

/// What the arguments of the cause's message are, and their values.
pub fn cause_arguments(step: &FailedStep<'_>, failure: &Failure) -> Vec<(&'static str, String)> {
    let cause = failure.cause.as_ref();
    let cause = cause.filter(|cause| cause.code.space == CodeSpace::Msi);
    let said = cause.and_then(|cause| {
        let number = u32::try_from(cause.code.value?).ok()?;
        let mut statements = step.statements.iter();
        Some((number, statements.find(|s| s.line == cause.line)?))
    });
    let Some((number, statement)) = said else {
        return Vec::new();
    };
    let arguments = (2u8..).zip(arguments(step, statement, number));
    let named =
        arguments.filter_map(|(place, value)| Some((messages::role(number, place)?, value)));
    named.collect()
}

/// The system error, HRESULT or exit code that a message carries.
fn nested(
    number: u32,
    arguments: &[&str],
    statement: &Statement,
    step: &FailedStep<'_>,
) -> Option<Code> {
    for (index, argument) in (2u8..).zip(arguments) {
        let Some(value) = codes::parse_number(argument) else {
            continue;
        };
        let found = match messages::role(number, index) {
            Some("exit code") => describe(value, CodeSpace::Exit),
            Some("system error" | "HRESULT" | "error" | "WinVerifyTrust result") => {
                system_code(value)
            }
            _ => continue,
        };
        return Some(found).filter(|c| c.value != Some(0));
    }
    let body = statement.body();
    let carries = messages::carries(number, "system error");
    let value = number_in_text(body).or_else(|| number_of_sentence(body).filter(|_| carries));
    if number == 1714 || number == 1713 {
        return value.map(|v| describe(v, CodeSpace::Exit));
    }
    if let Some(value) = value {
        return Some(system_code(value)).filter(|_| value != 0);
    }
    // Messages about a custom action carry no code; what the action returned stands beside them.
    match (number, step.returned()) {
        (1721..=1723, Some(code)) => Some(returned_code(code, number == 1722)),
        _ => None,
    }
}

/// `System error 5`, `HRESULT: 0x80131047`, `System Error 1612`, `Error: 3` in the text of a
/// message.
pub fn number_in_text(text: &str) -> Option<i64> {
    const MARKS: [&str; 13] = [
        "ystem error",
        "ystem Error",
        "HRESULT",
        "ystemfehler",
        "rreur système",
        "rror de sistema",
        "rrore di sistema",
        "LastError",
        "システム エラー",
        "系统错误",
        "系統錯誤",
        " Error:",
        "rror code",
    ];
    let marked = MARKS.iter().find_map(|mark| {
        let (_, rest) = text.split_once(mark)?;
        let rest = rest.trim_start_matches(|c: char| {
            matches!(c, ' ' | ':' | '=' | '.' | '\u{a0}') || c == '：'
        });
        let end = rest
            .find(|c: char| !(c.is_ascii_hexdigit() || matches!(c, 'x' | 'X' | '-')))
            .unwrap_or(rest.len());
        codes::parse_number(rest.get(..end)?)
    });
    marked.or_else(|| signed_hresult(text))
}

/// `… Системная ошибка 5. …`: a sentence of a few words and a number, which is the system error in a
/// message that carries one, whatever its language. The first sentence has the message's own number.
fn number_of_sentence(text: &str) -> Option<i64> {
    let mut sentences = text.split(['.', '。']).skip(1);
    sentences.find_map(|sentence| {
        let (words, number) = sentence.trim().rsplit_once([' ', '\u{a0}'])?;
        let plain = |word: &str| {
            let word = word.trim_end_matches(':');
            !word.is_empty() && word.chars().all(char::is_alphabetic)
        };
        let short = words.split_whitespace().count() <= LONGEST_LABEL;
        let digits = number.len() <= 5 && number.bytes().all(|byte| byte.is_ascii_digit());
        let fits = short && digits && words.split_whitespace().all(plain);
        number.parse().ok().filter(|_| fits)
    })
}

/// Words that say "system error" in any language.
const LONGEST_LABEL: usize = 4;

/// A signed HRESULT anywhere in a text: `(-2147023174   Name   )`.
fn signed_hresult(text: &str) -> Option<i64> {
    let (_, rest) = text.split_once("-214")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    (digits.len() == 7).then(|| format!("-214{digits}").parse().ok())?
}

/// A process's own exit code, an installer exit code, or an HRESULT, told apart by size and place.
fn returned_code(code: i64, program: bool) -> Code {
    if program && (0..1600).contains(&code) {
        return Code {
            space: CodeSpace::Exit,
            value: Some(code),
            name: None,
            meaning: Some(
                "exit code of the program itself: what it means is the program's own affair".into(),
            ),
        };
    }
    match code {
        1600..=1660 | 3010 | 3017 => describe(code, CodeSpace::Exit),
        _ => system_code(code),
    }
}

/// Codes of a line that is no message of the installer.
fn other_codes(
    session: &Session,
    step: &FailedStep<'_>,
    statement: &Statement,
) -> (Code, Option<Code>) {
    match statement.kind {
        StatementKind::Returned(code) => (returned_code(code, false), None),
        StatementKind::Exit(code) => (describe(code, CodeSpace::Exit), None),
        StatementKind::TellTale(_) => {
            let exit = session.run.exit_code;
            let code = exit.map(|code| describe(code, CodeSpace::Exit));
            let text = statement.body();
            let nested = number_in_text(text)
                .or_else(|| trailing(text))
                .or_else(|| hex_code(text));
            let nested = nested.filter(|nested| Some(*nested) != exit);
            (code.unwrap_or_default(), nested.map(system_code))
        }
        StatementKind::Output => output_codes(step, statement.body()),
        _ => (Code::default(), None),
    }
}

fn trailing(text: &str) -> Option<i64> {
    let (_, last) = text.rsplit_once("rror: ")?;
    codes::parse_number(last.trim().trim_end_matches('.'))
}

fn output_codes(step: &FailedStep<'_>, text: &str) -> (Code, Option<Code>) {
    let inner = output::wix_line(text).map_or(text, |(_, rest)| rest);
    if let Some((code, message)) = output::error_code(inner) {
        let own = i64::from(code);
        if message.contains("Command line returned") && code >> 16 == 0x8007 {
            let exit = returned_code(own & 0xffff, true);
            return (exit, None);
        }
        let nested = (code >> 16 == 0x8007).then(|| describe(own & 0xffff, CodeSpace::Win32));
        return (describe(own, CodeSpace::Hresult), nested);
    }
    let said = number_in_text(text).filter(|value| *value != 0);
    let said = said.or_else(|| hex_code(text)).map(system_code);
    let returned = step.returned().filter(|code| *code != 1603);
    let nested = said.or_else(|| Some(returned_code(returned?, false)));
    (Code::default(), nested)
}

/// The first `0x80…` or `hr=80…` of a text.
pub fn hex_code(text: &str) -> Option<i64> {
    if let Some(digits) = text.split_once("hr=8").and_then(|(_, rest)| rest.get(..7)) {
        return i64::from_str_radix(&format!("8{digits}"), 16).ok();
    }
    text.split("0x").skip(1).find_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_hexdigit());
        let digits = rest.get(..end.unwrap_or(rest.len()))?;
        let failure = digits.len() == 8 && digits.starts_with(['8', 'C', 'c', 'e']);
        failure.then(|| i64::from_str_radix(digits, 16).ok())?
    })
}

/// Short and stable: the same cause on another machine has the same signature.
pub fn signature(session: &Session, failure: &Failure, said: Option<&Statement>) -> String {
    let action = failure.action.as_deref().map_or("-", without_module);
    let Some(cause) = &failure.cause else {
        return match session.run.exit_code {
            Some(code) => format!("exit-{code}/{action}"),
            None => format!("unknown/{action}"),
        };
    };
    let part = |code: &Code| -> Option<String> {
        let value = code.value?;
        Some(match code.space {
            CodeSpace::Msi => format!("msi-{value}"),
            CodeSpace::Hresult => format!("0x{value:08x}"),
            CodeSpace::Exit => format!("exit-{value}"),
            CodeSpace::Win32 => value.to_string(),
            CodeSpace::None => return None,
        })
    };
    let Some(first) = part(&cause.code) else {
        let who = if failure.custom_action.is_some() {
            "custom-action"
        } else {
            "message"
        };
        let said = slug(said.map_or("", Statement::body));
        return format!("{who}/{action}/{said}");
    };
    let nested = cause.nested_code.as_ref();
    match nested.and_then(|code| Some((code.space, code.value?))) {
        Some((CodeSpace::Hresult, value)) => format!("{first}/{action}/0x{value:08x}"),
        Some((_, value)) => format!("{first}/{action}/{value}"),
        None => format!("{first}/{action}"),
    }
}

/// The first words of a text, without those that differ from machine to machine: paths, numbers,
/// names in quotes.
fn slug(text: &str) -> String {
    let text = text.split_once(":  ").map_or(text, |(_, said)| said);
    let plain = |word: &&str| {
        !word.contains(|c: char| c.is_ascii_digit() || matches!(c, '\\' | '/' | '"' | '\'' | '{'))
    };
    let words = text.split_whitespace().filter(plain).map(|word| {
        let letters: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
        letters.to_lowercase()
    });
    let kept: Vec<String> = words.filter(|word| !word.is_empty()).take(6).collect();
    let joined = kept.join("-");
    joined.chars().take(60).collect()
}

#[cfg(test)]
mod tests;
