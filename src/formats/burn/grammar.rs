//! The lines of a WiX Burn bundle's log: `[0AF0:1B2C][2026-07-07T12:02:17]i301: Applying …`.
//!
//! A sister of the grammar of Windows Installer logs, since the two have no line in common. The
//! kind of a line is told by its wording and not by its number: the wordings of Burn 3, 4 and 5
//! differ less than their numbers do, and people cut the numbers off when they paste.

use nom::bytes::complete::{take_till, take_while_m_n};
use nom::character::complete::{char, one_of, space0, u16 as short};
use nom::combinator::{map_res, opt};
use nom::sequence::{delimited, terminated};
use nom::{IResult, Parser};

use super::wording::kind;
use crate::formats::stamp::{Stamp, year_first};

/// How grave a line is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Level {
    /// `i`, or no letter.
    #[default]
    Information,
    /// `w`
    Warning,
    /// `e`
    Error,
}

/// Who wrote a line, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefix {
    /// Process id. The bundle's user interface and its elevated half are two processes.
    pub process: u32,
    /// Thread id.
    pub thread: u32,
    /// Local time of the machine; `None` where whoever pasted the line took it out.
    pub stamp: Option<Stamp>,
}

/// What a step on a package is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The plan is carried out.
    Execute,
    /// What was done is undone.
    Rollback,
}

/// One line of the log. All texts are borrowed from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// Process, thread and time; `None` where they were cut off.
    pub prefix: Option<Prefix>,
    /// How grave it is.
    pub level: Level,
    /// Number of the message, `301`.
    pub id: Option<u16>,
    /// The text after the number.
    pub text: &'a str,
    /// What it says.
    pub kind: Kind<'a>,
}

/// What a line says. Codes are as written; packages and payloads go by their ids in the bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "the fields say what they are in the words of the log"
)]
pub enum Kind<'a> {
    /// The first line: the version of Windows (`10.0`, `19045`) and the bundle's own path.
    Start {
        windows: Option<&'a str>,
        build: Option<&'a str>,
        arch: Option<&'a str>,
        path: &'a str,
    },
    /// The command line, without its quotes.
    CommandLine(&'a str),
    /// A variable gets a value, or is listed at the end. Hidden ones are not shown.
    Variable { name: &'a str, value: &'a str },
    /// Whether a condition holds.
    Condition { holds: bool },
    /// What is on the machine already.
    Detected { package: &'a str },
    /// A newer version of the bundle or of one of its packages is installed.
    Downgrade,
    /// Detection or planning is over.
    Prepared { result: u32 },
    /// A plan is made for `Install`, `Uninstall`, `Repair`, `Modify`, …
    PlanBegin { action: &'a str },
    /// What is planned for a package.
    Planned { package: &'a str },
    /// An older bundle of the same family will be removed.
    Replaces,
    /// The plan is carried out from here.
    ApplyBegin,
    /// A package begins.
    Applying {
        phase: Phase,
        package: &'a str,
        action: &'a str,
    },
    /// A package ends.
    Applied {
        phase: Phase,
        package: &'a str,
        result: u32,
    },
    /// The program of a package has ended (Burn 4 and later).
    ProcessExited { package: &'a str, code: u32 },
    /// A package, payload or container is fetched.
    Acquiring {
        package: Option<&'a str>,
        payload: Option<&'a str>,
    },
    /// A payload or container is there and is what it should be.
    Verified { payload: &'a str },
    /// A payload or container could not be fetched, or is not what it should be.
    AcquireFailed { payload: &'a str, code: u32 },
    /// A package could not be examined or prepared.
    PackageFailed { package: &'a str, code: u32 },
    /// The user interface asked to try a package once more.
    RetryPackage { package: &'a str, code: u32 },
    /// The user interface asked to fetch something once more.
    RetryAcquire,
    /// A package failed and the bundle goes on without it.
    NotVital { package: &'a str, code: u32 },
    /// Somebody cancelled.
    Cancelled { code: u32 },
    /// `Error 0x80070643: Failed to install MSI package.`
    Failure { code: u32, text: &'a str },
    /// The bundle's registration: the last part of the key is the bundle's code.
    Registration { key: &'a str },
    /// The bundle registers itself under a version.
    Provider { version: &'a str },
    /// The bundle's own copy is removed from the package cache.
    RemovingBundle { code: &'a str },
    /// All is done or undone.
    ApplyComplete { result: u32, restart: &'a str },
    /// The exit code of the bundle.
    Exit { code: u32 },
    /// Another step of the engine.
    Step,
    /// Anything else.
    Other,
}

/// Reads a line of a Burn log; `None` where it is none.
///
/// Blanks, quote marks and the marks of Markdown before the line are left out of account.
#[must_use]
pub fn parse(line: &str) -> Option<Record<'_>> {
    let line = bare(line);
    let (tail, prefix) = match line.as_bytes() {
        [b'[', ..] => prefix(line)
            .ok()
            .map(|(tail, prefix)| (tail, Some(prefix)))?,
        [
            b'i' | b'w' | b'e',
            b'0'..=b'9',
            b'0'..=b'9',
            b'0'..=b'9',
            b':',
            ..,
        ] => (line, None),
        _ => return None,
    };
    let (text, (level, id)) = number(tail).ok()?;
    Some(Record {
        prefix,
        level,
        id,
        text,
        kind: kind(text),
    })
}

/// Reads a line whose front, up to and with the number, was cut off; only wordings that no other
/// log has are taken for a line of Burn.
#[must_use]
pub fn parse_without_prefix(line: &str) -> Option<Record<'_>> {
    let text = bare(line);
    let kind = kind(text);
    let level = match kind {
        Kind::Failure { .. } | Kind::AcquireFailed { .. } => Level::Error,
        Kind::NotVital { .. } | Kind::RetryPackage { .. } | Kind::RetryAcquire => Level::Warning,
        Kind::Applying { .. }
        | Kind::Applied { .. }
        | Kind::ApplyComplete { .. }
        | Kind::Condition { .. }
        | Kind::Planned { .. }
        | Kind::Detected { .. }
        | Kind::PlanBegin { .. } => Level::Information,
        _ => return None,
    };
    Some(Record {
        prefix: None,
        level,
        id: None,
        text,
        kind,
    })
}

/// Without what a quotation puts around a line.
fn bare(line: &str) -> &str {
    let decoration = |c: char| matches!(c, ' ' | '\t' | '>' | '`' | '*' | '_' | '|' | '\u{feff}');
    line.trim_start_matches(decoration)
        .trim_end_matches(['\r', '\n', ' ', '`', '*'])
}

pub(super) fn hexadecimal(input: &str) -> IResult<&str, u32> {
    let digits = take_while_m_n(1, 8, |c: char| c.is_ascii_hexdigit());
    map_res(digits, |digits| u32::from_str_radix(digits, 16)).parse(input)
}

/// `[0AF0:1B2C][2026-07-07T12:02:17]`; a zone behind the time is not read.
fn prefix(input: &str) -> IResult<&str, Prefix> {
    let ids = (terminated(hexadecimal, char(':')), hexadecimal);
    let (tail, (process, thread)) = delimited(char('['), ids, char(']')).parse(input)?;
    let (tail, time) = delimited(char('['), take_till(|c| c == ']'), char(']')).parse(tail)?;
    let prefix = Prefix {
        process,
        thread,
        stamp: year_first(time).map(|(stamp, _)| stamp),
    };
    Ok((tail, prefix))
}

/// `i301: `, or a colon alone.
fn number(input: &str) -> IResult<&str, (Level, Option<u16>)> {
    let (tail, number) = opt((one_of("iwe"), short)).parse(input)?;
    let (tail, _) = (char(':'), space0).parse(tail)?;
    let level = match number {
        Some(('e', _)) => Level::Error,
        Some(('w', _)) => Level::Warning,
        _ => Level::Information,
    };
    Ok((tail, (level, number.map(|(_, id)| id))))
}

#[cfg(test)]
#[path = "grammar_tests.rs"]
mod tests;
