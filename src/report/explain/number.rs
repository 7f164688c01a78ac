//! Numbers: the same one may be an exit code, a message, a system error or an article, and stands
//! in logs in up to four forms.

use super::{Kind, Sense, catalog, message, shape, treated};
use crate::knowledge::actions;
use crate::knowledge::codes::{self, SystemErrorKind};
use crate::knowledge::messages::{self, InstallerMessage};
use crate::knowledge::rules::{self, Facts, RuleSet};

/// What the words in front of a number say that it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// Nothing, or nothing that narrows it down.
    Any,
    /// An error, which people call both messages and exit codes.
    Error,
    /// A message.
    Message,
    /// An exit code.
    Exit,
    /// An error of Windows.
    System,
    /// What an action returned.
    ReturnValue,
    /// The type of a custom action.
    ActionType,
}

/// Everything that a number, or the symbol of one, means; empty where no list knows it.
pub fn explain(term: &str, rules: &RuleSet) -> Vec<Sense> {
    let (words, number) = words(term);
    let Some(value) = codes::parse_number(number).or_else(|| symbol(number)) else {
        return Vec::new();
    };
    let message = || message(term).map(|known| message::explain(known, &[], rules));
    let mut found: Vec<Sense> = Vec::new();
    match words {
        Words::ReturnValue => return return_value(value).into_iter().collect(),
        Words::ActionType => {
            let bits = u32::try_from(value).ok();
            return bits.map(action_type).into_iter().collect();
        }
        // Dialogs and people say "error 1603" of the exit code.
        Words::Error | Words::Message => {
            found.extend(exit(value, rules).filter(|_| words == Words::Error));
            found.extend(message().into_iter().flatten());
            // From here on the numbers are the package's own, whatever Windows uses them for.
            if !found.is_empty() || value >= 25_000 {
                return found;
            }
        }
        _ => {}
    }
    let exit = exit(value, rules).filter(|_| words != Words::System);
    let system = system(value, rules).filter(|_| words != Words::Exit || exit.is_none());
    // Most exit codes of Windows Installer are errors of Windows too.
    let told = exit.as_ref().map(|exit| exit.name.clone());
    let system = system.filter(|system| told.as_ref() != Some(&system.name));
    found.extend(exit);
    if words == Words::Any {
        found.extend(message().into_iter().flatten());
    }
    let only_named = codes::system_error(value).is_some_and(|error| error.is_only_named());
    // Programs count their exit codes as they like, and a symbol alone explains none.
    let named_exit = only_named && words == Words::Exit && value <= 0xffff;
    let program = program_exit(value, rules).filter(|_| matches!(words, Words::Any | Words::Exit));
    if only_named {
        found.extend(program);
        found.extend(in_hexadecimal(number, words, rules).filter(|_| found.is_empty()));
        found.extend(system.filter(|_| !named_exit));
    } else {
        found.extend(system);
        found.extend(program);
    }
    if words == Words::Any {
        let known = rules::article(number);
        let senses = known.map(|known| treated::article(catalog::article(known), known, rules));
        found.extend(senses);
    }
    if found.is_empty() {
        found = otherwise(value, number, words, rules);
    }
    found
}

/// What a number may be that no list has as it stands.
fn otherwise(value: i64, number: &str, words: Words, rules: &RuleSet) -> Vec<Sense> {
    let inside = shape::wrapped_ntstatus(value).and_then(|status| system(status, rules));
    let inside = inside.map(|sense| sense.fact("as asked", "an HRESULT that wraps this status"));
    let found = inside.or_else(|| in_hexadecimal(number, words, rules));
    if found.is_some() || words != Words::Exit {
        return found.into_iter().collect();
    }
    // "error code 2503" is said of messages, too.
    let known = u32::try_from(value).ok().and_then(messages::message);
    let known = known.map(|known| message::explain(known, &[], rules));
    known.unwrap_or_default()
}

/// The code that a number is when it is read in hexadecimal: Windows Update shows codes without
/// their `0x` ("Code 643").
fn in_hexadecimal(number: &str, words: Words, rules: &RuleSet) -> Option<Sense> {
    let likely = matches!(words, Words::Any | Words::Error) && (3..=4).contains(&number.len());
    let value = i64::from_str_radix(number, 16).ok().filter(|_| likely)?;
    let meant = codes::system_error(value).is_some_and(|error| !error.is_only_named());
    let system = || system(value, rules).filter(|_| meant);
    let note = format!("0x{number}: in decimal {number} has no meaning here");
    let sense = exit(value, rules).or_else(system)?;
    Some(sense.fact("read as", note))
}

/// The message whose number a term is: `1310`, `error 1310`.
pub fn message(term: &str) -> Option<InstallerMessage> {
    let (words, number) = words(term);
    // Messages are written in decimal only.
    if !is_decimal(number) || !matches!(words, Words::Any | Words::Error | Words::Message) {
        return None;
    }
    messages::message(number.parse().ok()?)
}

/// Whether a term is a number with words before it that say what it is.
pub fn is_phrase(term: &str) -> bool {
    phrase(term).is_some_and(|_| {
        let (_, number) = words(term);
        codes::parse_number(number).is_some() || symbol(number).is_some()
    })
}

/// Reads `MSI error 1935`, `exit code 1603`, `system error 5`, `return value 3`, `type 3073`.
pub fn words(term: &str) -> (Words, &str) {
    let (words, number) = phrase(term).unwrap_or((Words::Any, term));
    let number = number.trim_matches(['.', ':', ',', ';', '(', ')']);
    // Messages are written in decimal only: `error 0x80070643` is a code.
    let words = match words {
        Words::Error | Words::Message if !is_decimal(number) => Words::Any,
        words => words,
    };
    (words, number)
}

fn is_decimal(number: &str) -> bool {
    number.bytes().all(|b| b.is_ascii_digit())
}

fn phrase(term: &str) -> Option<(Words, &str)> {
    let (words, number) = term.rsplit_once(|c: char| c.is_whitespace() || c == '=')?;
    let words: Vec<String> = words
        .split_whitespace()
        .map(|word| word.trim_end_matches([':', '=']).to_lowercase())
        .filter(|word| !word.is_empty())
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let kind = match words.as_slice() {
        ["error"] | ["msi" | "installer", "error"] | ["windows", "installer", "error"] => {
            Words::Error
        }
        ["message" | "warning" | "info" | "note"]
        | ["msi" | "installer", "message"]
        | ["internal" | "debug", "error"]
        | ["windows", "installer", "message"] => Words::Message,
        ["exit" | "return" | "result" | "error" | "msi", "code"]
        | ["exit" | "status"]
        | ["exit", "status"] => Words::Exit,
        ["system" | "win32" | "windows"]
        | ["system" | "win32" | "windows", "error"]
        | ["system" | "win32" | "windows", "error", "code"]
        | ["hresult" | "ntstatus"] => Words::System,
        ["return", "value"] => Words::ReturnValue,
        ["type"] | ["action", "type"] | ["custom", "action", "type"] => Words::ActionType,
        ["code"] => Words::Any,
        // Some other phrase that happens to end in a number.
        _ => return None,
    };
    Some((kind, number))
}

/// Whether a word is the symbol of an error.
pub fn is_symbol(word: &str) -> bool {
    symbol(word).is_some()
}

/// The number behind a symbol of an error (`ERROR_ACCESS_DENIED`).
fn symbol(text: &str) -> Option<i64> {
    codes::symbols()
        .find(|(name, _)| name.eq_ignore_ascii_case(text))
        .map(|(_, number)| i64::from(number))
}

/// A number as an exit code.
pub fn exit(value: i64, rules: &RuleSet) -> Option<Sense> {
    let code = codes::exit_code(value)?;
    let facts = Facts {
        exit_code: Some(i64::from(code.number)),
        ..Facts::default()
    };
    let heading = format!("exit code {}, {}", code.number, code.name);
    let sense = Sense::new(Kind::Exit, heading, code.meaning)
        .valued(code.number)
        .named(Some(code.name));
    let sense = shape::taken_apart(sense, value).helped_by(&facts, rules);
    Some(treated::code(sense, code.number.into(), rules).fact("source", code.source))
}

/// A number as the exit code of a setup program.
fn program_exit(value: i64, rules: &RuleSet) -> Option<Sense> {
    let code = codes::program_exit_code(value)?;
    let heading = format!(
        "exit code {} of {}",
        codes::format_code(i64::from(code.number)),
        code.program
    );
    let sense = Sense::new(Kind::Exit, heading, code.meaning).valued(code.number);
    Some(treated::code(sense, code.number.into(), rules).fact("source", code.source))
}

/// A number as an error of Windows, COM or .NET.
pub fn system(value: i64, rules: &RuleSet) -> Option<Sense> {
    let error = codes::system_error(value)?;
    let number = i64::from(error.number);
    let (kind, word) = match error.kind {
        SystemErrorKind::Win32 => (Kind::Win32, "Windows error"),
        SystemErrorKind::Ntstatus => (Kind::Ntstatus, "NTSTATUS"),
        SystemErrorKind::Exception => (Kind::Ntstatus, "exception"),
        SystemErrorKind::SetupApi => (Kind::Hresult, "code of driver setup"),
        SystemErrorKind::Hresult => (Kind::Hresult, "HRESULT"),
    };
    let name = error.name.map(|name| format!(", {name}"));
    let code = match error.kind {
        // Windows Update has results of this form that are no failures.
        SystemErrorKind::Win32 => codes::format_code(number),
        _ => format!("0x{:08X}", error.number),
    };
    let heading = format!("{word} {code}{}", name.unwrap_or_default());
    let codes = [number];
    let facts = Facts {
        codes: &codes,
        ..Facts::default()
    };
    let sense = Sense::new(kind, heading, error.meaning)
        .valued(number)
        .named(error.name);
    let sense = shape::taken_apart(sense, number).helped_by(&facts, rules);
    Some(treated::code(sense, number, rules).fact("source", error.source))
}

/// What the values from 0 on mean that actions return.
const RETURN_VALUES: [&str; 6] = [
    "It was not run, because there was nothing for it to do; that is normal.",
    "It worked.",
    "The user, or a program in the user's place, ended it; of a dialog it may just mean that it was closed.",
    "It failed, or passes on the failure of an action inside it: the first one in the log is where it began.",
    "It is suspended; the installation goes on later, mostly after a restart.",
    "It worked, and the actions after it are left out.",
];

/// What the value means that an action returned, in plain words.
pub fn returned(value: i64) -> Option<&'static str> {
    RETURN_VALUES.get(usize::try_from(value).ok()?).copied()
}

/// What an action returned (Microsoft Learn: "Logging of Action Return Values").
fn return_value(value: i64) -> Option<Sense> {
    let text = returned(value)?;
    let heading = format!("return value {value} of an action");
    let source = "Logging of Action Return Values (Microsoft Learn)";
    let sense = Sense::new(Kind::ReturnValue, heading, text);
    Some(sense.valued(value).fact("source", source))
}

/// The type number of a custom action, taken apart.
fn action_type(bits: u32) -> Sense {
    let said = |part: &str| -> Vec<&str> {
        let parts = actions::custom_action_type(bits).filter(|row| row.part == part);
        parts.map(|row| row.text).collect()
    };
    let what = said("kind")
        .first()
        .copied()
        .unwrap_or("unknown, from none");
    let text = format!("Runs {}: {what}.", said("time").concat());
    Sense::new(Kind::ActionType, format!("custom action type {bits}"), text)
        .valued(bits)
        .fact("options", said("option").join(", "))
}
