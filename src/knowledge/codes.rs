//! One number in all its forms: exit codes, Win32 errors, HRESULTs, NTSTATUS.
//!
//! The same failure is written as 1603, 0x643, 0x80070643 and -2147023293. An HRESULT of facility
//! 7 (`FACILITY_WIN32`) holds a Win32 error, and the exit codes of `msiexec` are Win32 errors, so
//! one meaning serves all four. The layout of an HRESULT is documented on Microsoft Learn,
//! "Structure of COM Error Codes".

use std::sync::LazyLock;

use super::messages;
use super::table::{find, rows, sorted};

pub use super::numbers::{
    HresultParts, Normalised, format_code, hresult_parts, normalise, parse_number, unsigned,
};

const EXIT_TABLE: &str = include_str!("exit-codes.tsv");
const SYSTEM_TABLE: &str = include_str!("system-errors.tsv");
const DEPLOYMENT_TABLE: &str = include_str!("deployment-errors.tsv");
const PROGRAM_EXIT_CODES: &str = include_str!("program-exit-codes.tsv");

static EXIT_CODES: LazyLock<Vec<ExitCode>> =
    LazyLock::new(|| sorted(EXIT_TABLE, |row: &ExitCode| row.number));
static SYSTEM_ERRORS: LazyLock<Vec<SystemError>> =
    LazyLock::new(|| sorted(SYSTEM_TABLE, |row: &SystemError| row.number));
/// Those of downloads, Windows Update and deployment tools, which few logs need.
static DEPLOYMENT_ERRORS: LazyLock<Vec<SystemError>> =
    LazyLock::new(|| sorted(DEPLOYMENT_TABLE, |row: &SystemError| row.number));

/// The number space that a code belongs to: the same number means different things in each.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, PartialEq, serde::Deserialize, serde::Serialize,
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CodeSpace {
    /// A Windows Installer message number (`Error 1310`).
    Msi,
    /// A system error (`5`: access denied).
    Win32,
    /// An HRESULT or NTSTATUS (`0x80131047`).
    Hresult,
    /// The exit code of a process, or of the whole installation (`1603`).
    Exit,
    /// The status that a crashed process ends with, where it is told from an HRESULT. A diagnosis
    /// does not do so.
    #[cfg_attr(test, schemars(skip))]
    Ntstatus,
    /// No number stands there.
    #[default]
    None,
}

/// A number in words.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
pub struct Meaning {
    /// The list that the meaning was taken from.
    pub space: CodeSpace,
    /// The number in that list; an HRESULT or NTSTATUS as the unsigned 32-bit value.
    pub value: i64,
    /// Its symbol, such as `ERROR_ACCESS_DENIED`.
    pub name: Option<&'static str>,
    /// What it means; never empty.
    pub meaning: String,
}

impl Meaning {
    fn new(
        space: CodeSpace,
        value: impl Into<i64>,
        name: Option<&'static str>,
        meaning: impl Into<String>,
    ) -> Self {
        let (value, meaning) = (value.into(), meaning.into());
        Self {
            space,
            value,
            name,
            meaning,
        }
    }
}

/// What an exit code says of the run.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExitClass {
    /// It worked.
    Success,
    /// It failed.
    Failure,
    /// The user or a program cancelled.
    Cancel,
    /// It stopped half way on purpose.
    Pause,
    /// It has a meaning of its own.
    Special,
}

/// An exit code of `msiexec`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize)]
pub struct ExitCode {
    /// The code.
    pub number: u32,
    /// Its symbol.
    pub name: &'static str,
    /// What it says of the run.
    pub class: ExitClass,
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
pub fn exit_code(number: i64) -> Option<&'static ExitCode> {
    find(&EXIT_CODES, normalise(number).win32?, |row| row.number)
}

/// What a number means as the exit code of a setup program that is not `msiexec`.
pub fn program_exit_code(number: i64) -> Option<ProgramExitCode> {
    let wanted = unsigned(number)?;
    rows(PROGRAM_EXIT_CODES).find(|code: &ProgramExitCode| code.number == wanted)
}

/// The system error, given plain or as an HRESULT, signed or unsigned. A Win32 error and the
/// HRESULT that holds it stand for each other where only one of them has a row.
pub fn system_error(number: i64) -> Option<&'static SystemError> {
    let forms = normalise(number);
    let own = find_system_error(unsigned(number)?);
    own.or_else(|| find_system_error(forms.win32?))
        .or_else(|| find_system_error(forms.hresult?))
}

/// Every symbol that a list knows, with its number: exit codes first, then the errors of Windows,
/// COM and .NET. Most exit codes are there twice.
pub fn symbols() -> impl Iterator<Item = (&'static str, u32)> {
    let exits = EXIT_CODES.iter().map(|row| (row.name, row.number));
    let errors = SYSTEM_ERRORS
        .iter()
        .chain(DEPLOYMENT_ERRORS.iter())
        .filter_map(|row| Some((row.name?, row.number)));
    exits.chain(errors)
}

/// A number in words. `preferred` says which list it was printed from, which decides when lists
/// overlap (1603 is a message and an exit code); where that list does not know it the others are
/// asked, and where none does the shape of the number speaks. The words are never empty.
pub fn describe(number: i64, preferred: CodeSpace) -> Meaning {
    let found = match preferred {
        CodeSpace::Msi => message_meaning(number),
        CodeSpace::Exit => exit_meaning(number),
        CodeSpace::Win32 | CodeSpace::Hresult | CodeSpace::Ntstatus => {
            system_meaning(number, preferred)
        }
        CodeSpace::None => None,
    };
    // Messages are a list of their own; no other number explains them.
    let others = preferred != CodeSpace::Msi;
    found
        .or_else(|| system_meaning(number, preferred).filter(|_| others))
        .or_else(|| program_meaning(number).filter(|_| preferred == CodeSpace::Exit))
        .or_else(|| {
            exit_meaning(number)
                .filter(|_| others)
                .map(|found| respace(found, number, preferred))
        })
        .unwrap_or_else(|| by_shape(number, preferred))
}

fn message_meaning(number: i64) -> Option<Meaning> {
    let message = messages::message(u32::try_from(number).ok()?)?;
    Some(Meaning::new(
        CodeSpace::Msi,
        number,
        message.symbol,
        message.meaning,
    ))
}

fn exit_meaning(number: i64) -> Option<Meaning> {
    let code = exit_code(number)?;
    let name = Some(code.name);
    Some(Meaning::new(
        CodeSpace::Exit,
        code.number,
        name,
        code.meaning,
    ))
}

fn program_meaning(number: i64) -> Option<Meaning> {
    let code = program_exit_code(number)?;
    let (program, meaning) = (code.program, code.meaning.trim_end_matches('.'));
    let meaning = format!("{meaning} (where it comes from {program}).");
    Some(Meaning::new(CodeSpace::Exit, code.number, None, meaning))
}

/// An exit code that was asked for as a Win32 error or an HRESULT.
fn respace(found: Meaning, number: i64, preferred: CodeSpace) -> Meaning {
    let (space, value) = match (preferred, normalise(number).hresult) {
        (CodeSpace::Hresult, Some(hresult)) => (preferred, i64::from(hresult)),
        (CodeSpace::Win32, _) => (preferred, found.value),
        _ => return found,
    };
    Meaning {
        space,
        value,
        ..found
    }
}

fn system_meaning(number: i64, preferred: CodeSpace) -> Option<Meaning> {
    let error = system_error(number)?;
    let wanted = match preferred {
        CodeSpace::Win32 => normalise(number).win32,
        CodeSpace::Hresult => normalise(number).hresult,
        _ => None,
    };
    let (space, value) = match (error.kind, wanted, unsigned(number)?) {
        (SystemErrorKind::Ntstatus | SystemErrorKind::Exception, ..) => {
            (CodeSpace::Ntstatus, error.number)
        }
        (_, Some(wanted), _) => (preferred, wanted),
        (_, None, plain @ 0..=0xffff) => (CodeSpace::Win32, plain),
        (_, None, hresult) => (CodeSpace::Hresult, hresult),
    };
    Some(Meaning::new(space, value, error.name, error.meaning))
}

/// Words for a number that no list knows.
fn by_shape(number: i64, preferred: CodeSpace) -> Meaning {
    let plain = preferred != CodeSpace::Hresult && (0..=0xffff).contains(&number);
    let unlisted = |win32: u32| format!("Windows error {win32}, which is not in the list.");
    let Normalised { hresult, win32 } = normalise(number);
    let (space, value, meaning) = match (hresult, win32, preferred) {
        (_, Some(0), _) => (preferred, 0, "No error.".to_owned()),
        (Some(hresult), Some(win32), _) if !plain => {
            (CodeSpace::Hresult, i64::from(hresult), unlisted(win32))
        }
        (_, Some(win32), CodeSpace::Exit) => (
            preferred,
            i64::from(win32),
            format!("Exit code {win32}; its meaning is up to the program that returned it."),
        ),
        (_, Some(win32), CodeSpace::Msi) => (
            preferred,
            number,
            format!("Message {win32}, which is not in the list; the package may define it."),
        ),
        (_, Some(win32), _) => (CodeSpace::Win32, i64::from(win32), unlisted(win32)),
        (Some(hresult), None, _) => hresult_shape(hresult),
        (None, None, _) => (
            CodeSpace::None,
            number,
            "Not a code: it does not fit in 32 bits.".to_owned(),
        ),
    };
    Meaning::new(space, value, None, meaning)
}

fn hresult_shape(hresult: u32) -> (CodeSpace, i64, String) {
    let value = i64::from(hresult);
    if hresult >> 28 == 0xc {
        return (
            CodeSpace::Ntstatus,
            value,
            format!(
                "Unknown status 0x{hresult:08X} that a process ended with, most likely a crash."
            ),
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
    (
        CodeSpace::Hresult,
        value,
        format!("Unknown code{owner}: {facility}, code {}.", parts.code),
    )
}

fn find_system_error(number: u32) -> Option<&'static SystemError> {
    let tables = [&SYSTEM_ERRORS, &DEPLOYMENT_ERRORS].into_iter();
    tables
        .filter_map(|table| find(table, number, |row| row.number))
        .next()
}

#[cfg(test)]
#[path = "codes_tests.rs"]
mod tests;
