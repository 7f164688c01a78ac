//! One number in all its forms: exit codes, Win32 errors, HRESULTs, NTSTATUS.
//!
//! The same failure is written as 1603, 0x643, 0x80070643 and -2147023293. An HRESULT of facility
//! 7 (`FACILITY_WIN32`) holds a Win32 error, and the exit codes of `msiexec` are Win32 errors, so
//! one meaning serves all four. The layout of an HRESULT is documented on Microsoft Learn,
//! "Structure of COM Error Codes".

use super::messages;
use super::table::{numbered, rows};

pub use super::numbers::{
    CodeSpace, Normalised, canonical, format_code, normalise, parse_number, unsigned,
};

const EXIT_TABLE: &str = include_str!("exit-codes.tsv");
const SYSTEM_TABLE: &str = include_str!("system-errors.tsv");
/// Codes of downloads, Windows Update and deployment tools, which few logs need.
const DEPLOYMENT_TABLE: &str = include_str!("deployment-errors.tsv");
const FACILITIES: &str = include_str!("facilities.tsv");
/// Symbols of numbers that no other list has.
const NAMES: &str = include_str!("error-names.tsv");
/// Second symbols of numbers that other lists have.
const ALIASES: &str = include_str!("error-aliases.tsv");
const FAMILIES: &str = include_str!("code-families.tsv");
const FIRST_STEPS: &str = include_str!("first-steps.tsv");
const PROGRAM_EXIT_CODES: &str = include_str!("program-exit-codes.tsv");
const WINGET_CAUSES: &str = include_str!("winget-causes.tsv");

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

/// A code of `WinGet`'s own that says why an installation failed, or how it ended otherwise.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize)]
pub struct WingetCause {
    /// The code, unsigned.
    pub number: u32,
    /// How the installation ended.
    pub ends: WingetEnd,
    /// Who found it out.
    pub by: WingetSource,
    /// Where this is written.
    pub source: &'static str,
}

/// How an installation ended of which `WinGet` gives a code of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WingetEnd {
    /// It failed.
    Failed,
    /// Somebody cancelled it.
    Cancelled,
    /// It worked, and a restart is left to do.
    Restart,
}

/// Whose knowledge a code of `WinGet`'s own is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WingetSource {
    /// It puts an exit code of the installer into words.
    Installer,
    /// `WinGet` decided, whatever an installer gave back.
    Winget,
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

/// What the numbers of a range belong to.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize)]
pub struct Family {
    /// The first number of the range.
    pub first: u32,
    /// The last one.
    pub last: u32,
    /// What they belong to, for a number that no list knows; empty where that says nothing.
    pub what: &'static str,
    /// Which log tells more; empty where none is known.
    pub log: &'static str,
    /// Where this is written.
    pub source: &'static str,
}

/// What there is to say of a number of which only the symbol is published.
const NAMED_ONLY: &str =
    "Microsoft publishes this name for the number; msilog has no meaning of its own for it.";

impl SystemError {
    /// An error of which only the symbol is published.
    fn named([number, name]: [&'static str; 2]) -> Option<Self> {
        let number = parse_number(number).and_then(unsigned)?;
        let kind = match number {
            0..=0xffff => SystemErrorKind::Win32,
            _ => SystemErrorKind::Hresult,
        };
        Some(Self {
            number,
            kind,
            name: Some(name),
            meaning: NAMED_ONLY,
            source: "Microsoft Learn, lists of error codes",
        })
    }

    /// Whether no more than its symbol is known.
    pub fn is_only_named(&self) -> bool {
        self.meaning == NAMED_ONLY
    }

    /// What it means in one sentence that may stand alone.
    fn in_words(&self) -> String {
        match self.name.filter(|_| self.is_only_named()) {
            Some(name) => {
                format!("Named {name} by Microsoft; msilog has no meaning of its own for it.")
            }
            None => self.meaning.to_owned(),
        }
    }
}

/// The exit code, given plain (1603) or as the HRESULT that holds it, signed or unsigned.
pub fn exit_code(number: i64) -> Option<ExitCode> {
    numbered(EXIT_TABLE, normalise(number).win32?)
}

/// What a number means as the exit code of a setup program that is not `msiexec`.
pub fn program_exit_code(number: i64) -> Option<ProgramExitCode> {
    numbered(PROGRAM_EXIT_CODES, unsigned(number)?)
}

/// Whether a number is one of `WinGet`'s own codes.
pub fn is_of_winget(number: u32) -> bool {
    number >> 16 == 0x8a15
}

/// What a code of `WinGet`'s own says of an installation, where it says more than that it failed.
pub fn winget_cause(number: u32) -> Option<WingetCause> {
    is_of_winget(number).then(|| numbered(WINGET_CAUSES, number))?
}

/// The system error, given plain or as an HRESULT, signed or unsigned. A Win32 error and the
/// HRESULT that holds it stand for each other where only one of them has a row.
pub fn system_error(number: i64) -> Option<SystemError> {
    let find =
        |number| numbered(SYSTEM_TABLE, number).or_else(|| numbered(DEPLOYMENT_TABLE, number));
    // A meaning in another form says more than the bare symbol of this one.
    forms(number).find_map(find).or_else(|| {
        let mut named = forms(number).filter_map(|number| numbered(NAMES, number));
        named.find_map(SystemError::named)
    })
}

/// The forms of a code in which a list may have it.
fn forms(number: i64) -> impl Iterator<Item = u32> {
    let Normalised { hresult, win32 } = normalise(number);
    [unsigned(number), win32, hresult].into_iter().flatten()
}

/// The first thing to do about a number by itself.
pub fn first_step(number: i64) -> Option<&'static str> {
    let find = |number| numbered(FIRST_STEPS, number);
    let row: Option<[&'static str; 3]> = forms(number).find_map(find);
    row.map(|[_, step, _]| step)
}

/// What a number belongs to: the narrowest range that it, or the Windows error in it, lies in.
pub fn family(number: i64) -> Option<Family> {
    let within = |number: u32| {
        let all = rows(FAMILIES)
            .filter(move |family: &Family| (family.first..=family.last).contains(&number));
        all.min_by_key(|family| family.last - family.first)
    };
    let Normalised { hresult, win32 } = normalise(number);
    win32.or(hresult).and_then(within)
}

/// Every symbol that a list knows, with its number: exit codes first, then the errors of Windows,
/// COM and .NET, then those of which only the symbol is known. Most exit codes are there twice.
pub fn symbols() -> impl Iterator<Item = (&'static str, u32)> {
    let exits = rows(EXIT_TABLE).map(|row: ExitCode| (row.name, row.number));
    let errors = [SYSTEM_TABLE, DEPLOYMENT_TABLE].into_iter().flat_map(rows);
    let errors = errors.filter_map(|row: SystemError| Some((row.name?, row.number)));
    let named = [NAMES, ALIASES].into_iter().flat_map(rows);
    let named = named.filter_map(|[number, name]: [&'static str; 2]| {
        Some((name, parse_number(number).and_then(unsigned)?))
    });
    exits.chain(errors).chain(named)
}

/// A number in words. `preferred` says which list it was printed from, which decides when lists
/// overlap (1603 is a message and an exit code); where that list does not know it the others are
/// asked, and where none does the shape of the number speaks. The words are never empty.
pub fn describe(number: i64, preferred: CodeSpace) -> Meaning {
    let message = || messages::message(u32::try_from(number).ok()?);
    let exit = || exit_code(number).map(|code| Meaning::new(Some(code.name), code.meaning));
    let in_words = |error: SystemError| Meaning::new(error.name, error.in_words());
    // A symbol alone is the last word, and explains no exit code that programs count as they like.
    let found = match preferred {
        // Messages are a list of their own; no other number explains them.
        CodeSpace::Msi => message().map(|known| Meaning::new(known.symbol, known.meaning)),
        CodeSpace::Exit => exit().or_else(|| {
            let (meant, named) = meant_or_named(system_error(number));
            meant
                .map(in_words)
                .or_else(|| program_meaning(number))
                .or_else(|| named.filter(|error| error.number > 0xffff).map(in_words))
        }),
        _ => {
            let (meant, named) = meant_or_named(system_error(number));
            meant
                .map(in_words)
                .or_else(exit)
                .or_else(|| named.map(in_words))
        }
    };
    found.unwrap_or_else(|| Meaning::new(None, by_shape(number, preferred)))
}

/// An error with a meaning, or one of which only the symbol is known.
fn meant_or_named(error: Option<SystemError>) -> (Option<SystemError>, Option<SystemError>) {
    match error {
        Some(error) if error.is_only_named() => (None, Some(error)),
        error => (error, None),
    }
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
    let known = family(hresult.into()).filter(|family| !family.what.is_empty());
    if let Some(family) = known {
        let what = family.what.trim_end_matches('.');
        return format!("{what}; msilog does not know the number 0x{hresult:08X}.");
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
    let known = describe(value, space);
    let only_name = known.name.filter(|_| known.meaning.starts_with("Named "));
    let words = only_name.map_or_else(|| as_clause(&known.meaning), str::to_owned);
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
