//! One number in all its forms: exit codes, Win32 errors, HRESULTs, NTSTATUS.
//!
//! The same failure is written as 1603, 0x643, 0x80070643 and -2147023293. An HRESULT of facility
//! 7 (`FACILITY_WIN32`) holds a Win32 error, and the exit codes of `msiexec` are Win32 errors, so
//! one meaning serves all four. The layout of an HRESULT is documented on Microsoft Learn,
//! "Structure of COM Error Codes".

use super::messages;
use super::table::{numbered, rows};

pub use super::numbers::{CodeSpace, Normalised, format_code, normalise, parse_number, unsigned};

const EXIT_TABLE: &str = include_str!("exit-codes.tsv");
const SYSTEM_TABLE: &str = include_str!("system-errors.tsv");
/// Codes of downloads, Windows Update and deployment tools, which few logs need.
const DEPLOYMENT_TABLE: &str = include_str!("deployment-errors.tsv");
const FACILITIES: &str = include_str!("facilities.tsv");
const PROGRAM_EXIT_CODES: &str = include_str!("program-exit-codes.tsv");

/// The parts of an HRESULT.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize)]
pub struct HresultParts {
    /// Whether it is an error: the highest bit.
    pub failure: bool,
    /// Whether it was defined outside Microsoft: the customer bit.
    pub customer: bool,
    /// The facility: which part of the system it comes from.
    pub facility: u16,
    /// The facility's symbol, where it is known.
    pub facility_name: Option<&'static str>,
    /// The code within the facility.
    pub code: u16,
}

/// A number in words.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Meaning {
    /// Its symbol, such as `ERROR_ACCESS_DENIED`.
    pub name: Option<&'static str>,
    /// What it means; never empty.
    pub meaning: String,
}

impl Meaning {
    fn new(name: Option<&'static str>, meaning: impl Into<String>) -> Self {
        let meaning = meaning.into();
        Self { name, meaning }
    }
}

/// An exit code of `msiexec`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize)]
pub struct ExitCode {
    /// The code.
    pub number: u32,
    /// Its symbol.
    pub name: &'static str,
    /// What it says of the run: `success`, `failure`, `cancel`, `pause`, or `special` where it has a
    /// meaning of its own.
    pub class: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Where this is written.
    pub source: &'static str,
}

/// An exit code that a setup program or a deployment tool gives a meaning of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize)]
pub struct ProgramExitCode {
    /// The code, unsigned.
    pub number: u32,
    /// The program, as people call it.
    pub program: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Where this is written.
    pub source: &'static str,
}

/// Which list a system error stands in.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SystemErrorKind {
    /// Win32 errors.
    Win32,
    /// COM and .NET results.
    Hresult,
    /// Status codes of the kernel.
    Ntstatus,
    /// Codes that a process ends with when nobody handled its exception.
    Exception,
    /// Codes of driver installation.
    SetupApi,
}

/// An error of Windows, COM or .NET.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize)]
pub struct SystemError {
    /// The code, unsigned.
    pub number: u32,
    /// The list that it stands in.
    pub kind: SystemErrorKind,
    /// Its symbol, where it has one.
    pub name: Option<&'static str>,
    /// What it means.
    pub meaning: &'static str,
    /// Where this is written.
    pub source: &'static str,
}

/// The exit code, given plain (1603) or as the HRESULT that holds it, signed or unsigned.
pub fn exit_code(number: i64) -> Option<ExitCode> {
    numbered(EXIT_TABLE, normalise(number).win32?)
}

/// What a number means as the exit code of a setup program that is not `msiexec`.
pub fn program_exit_code(number: i64) -> Option<ProgramExitCode> {
    numbered(PROGRAM_EXIT_CODES, unsigned(number)?)
}

/// The system error, given plain or as an HRESULT, signed or unsigned. A Win32 error and the
/// HRESULT that holds it stand for each other where only one of them has a row.
pub fn system_error(number: i64) -> Option<SystemError> {
    let Normalised { hresult, win32 } = normalise(number);
    let mut forms = [unsigned(number), win32, hresult].into_iter().flatten();
    let find =
        |number| numbered(SYSTEM_TABLE, number).or_else(|| numbered(DEPLOYMENT_TABLE, number));
    forms.find_map(find)
}

/// Every symbol that a list knows, with its number: exit codes first, then the errors of Windows,
/// COM and .NET. Most exit codes are there twice.
pub fn symbols() -> impl Iterator<Item = (&'static str, u32)> {
    let exits = rows(EXIT_TABLE).map(|row: ExitCode| (row.name, row.number));
    let errors = [SYSTEM_TABLE, DEPLOYMENT_TABLE].into_iter().flat_map(rows);
    exits.chain(errors.filter_map(|row: SystemError| Some((row.name?, row.number))))
}

/// A number in words. `preferred` says which list it was printed from, which decides when lists
/// overlap (1603 is a message and an exit code); where that list does not know it the others are
/// asked, and where none does the shape of the number speaks. The words are never empty.
pub fn describe(number: i64, preferred: CodeSpace) -> Meaning {
    let message = || messages::message(u32::try_from(number).ok()?);
    let exit = || exit_code(number).map(|code| Meaning::new(Some(code.name), code.meaning));
    let system = || system_error(number).map(|error| Meaning::new(error.name, error.meaning));
    let found = match preferred {
        // Messages are a list of their own; no other number explains them.
        CodeSpace::Msi => message().map(|known| Meaning::new(known.symbol, known.meaning)),
        CodeSpace::Exit => exit().or_else(system).or_else(|| program_meaning(number)),
        _ => system().or_else(exit),
    };
    found.unwrap_or_else(|| Meaning::new(None, by_shape(number, preferred)))
}

fn program_meaning(number: i64) -> Option<Meaning> {
    let code = program_exit_code(number)?;
    let (program, meaning) = (code.program, code.meaning.trim_end_matches('.'));
    let meaning = format!("{meaning} (where it comes from {program}).");
    Some(Meaning::new(None, meaning))
}

/// Words for a number that no list knows.
fn by_shape(number: i64, preferred: CodeSpace) -> String {
    let plain = preferred != CodeSpace::Hresult && (0..=0xffff).contains(&number);
    let Normalised { hresult, win32 } = normalise(number);
    match (hresult, win32, preferred) {
        (_, Some(0), _) => "No error.".to_owned(),
        (_, Some(exit), CodeSpace::Exit) if plain || hresult.is_none() => {
            format!("Exit code {exit}; its meaning is up to the program that returned it.")
        }
        (_, Some(message), CodeSpace::Msi) if plain || hresult.is_none() => {
            format!("Message {message}, which is not in the list; the package may define it.")
        }
        (_, Some(win32), _) => format!("Windows error {win32}, which is not in the list."),
        (Some(hresult), None, _) => hresult_shape(hresult),
        (None, None, _) => "Not a code: it does not fit in 32 bits.".to_owned(),
    }
}

fn hresult_shape(hresult: u32) -> String {
    if hresult >> 28 == 0xc {
        return format!(
            "Unknown status 0x{hresult:08X} that a process ended with, most likely a crash."
        );
    }
    let parts = hresult_parts(hresult);
    let facility = match parts.facility_name {
        Some(name) => name.to_owned(),
        None => format!("facility {}", parts.facility),
    };
    let owner = if parts.customer {
        " of a program's own making"
    } else {
        ""
    };
    format!("Unknown code{owner}: {facility}, code {}.", parts.code)
}

/// The parts of an HRESULT.
pub fn hresult_parts(hresult: u32) -> HresultParts {
    let facility = u16::try_from(hresult >> 16 & 0x7ff).unwrap_or(0);
    HresultParts {
        failure: hresult >> 31 == 1,
        customer: hresult >> 29 & 1 == 1,
        facility,
        facility_name: facility_name(facility),
        code: u16::try_from(hresult & 0xffff).unwrap_or(0),
    }
}

fn facility_name(facility: u16) -> Option<&'static str> {
    numbered(FACILITIES, facility.into()).map(|[_, name, _]: [&str; 3]| name)
}

/// What a message means, with its arguments (`[2]`, `[3]` and so on) named and codes put into
/// words. Arguments that are empty or have no known role are left out.
pub fn explain_message(number: u32, arguments: &[&str]) -> Option<String> {
    let message = messages::message(number)?;
    let named = (2..=u8::MAX)
        .zip(arguments)
        .filter_map(|(place, argument)| {
            let argument = argument.trim();
            let role = message.role(place).filter(|_| !argument.is_empty())?;
            name_argument(role, argument)
        });
    let named: Vec<String> = named.collect();
    if named.is_empty() {
        return Some(message.meaning.to_owned());
    }
    let meaning = message.meaning.trim_end_matches('.');
    Some(format!("{meaning} ({}).", named.join("; ")))
}

/// `destination file: C:\x.dll`, `system error 5: access denied`.
fn name_argument(role: &str, argument: &str) -> Option<String> {
    let value = parse_number(argument);
    let (space, value) = match (messages::space(role), value) {
        (Some(_), Some(0)) => return None,
        (Some(space), Some(value)) => (space, value),
        // The raw record of 1706 holds a handle where the text has the product's name.
        (None, Some(_)) if role == "product" => return None,
        _ => return Some(format!("{role}: {argument}")),
    };
    let words = as_clause(&describe(value, space).meaning);
    Some(format!("{role} {}: {words}", format_code(value)))
}

/// A sentence made fit to stand inside another one.
fn as_clause(sentence: &str) -> String {
    let text = sentence.trim_end_matches('.');
    let mut letters = text.chars();
    let second = text.chars().nth(1);
    let second_is_lower = second.is_some_and(|c| c.is_lowercase() || c == ' ');
    match letters.next() {
        Some(first) if second_is_lower => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
#[path = "codes_tests.rs"]
mod tests;
