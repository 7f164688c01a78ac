//! The lines of a WiX Burn bundle's log: `[0AF0:1B2C][2026-07-07T12:02:17]i301: Applying …`.
//!
//! A sister of the grammar of Windows Installer logs, since the two have no line in common. The
//! kind of a line is told by its wording and not by its number: the wordings of Burn 3, 4 and 5
//! differ less than their numbers do, and people cut the numbers off when they paste.

#[cfg(test)]
mod tests;
mod wording;

use nom::bytes::complete::{take_till, take_while_m_n};
use nom::character::complete::{char, one_of, space0, u8 as byte, u16 as short};
use nom::combinator::{map_res, opt};
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser};

use wording::kind;

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

/// A time stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// Year.
    pub year: u16,
    /// Month, from 1.
    pub month: u8,
    /// Day, from 1.
    pub day: u8,
    /// Milliseconds since midnight.
    pub time: u32,
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
    /// The first line: versions of the engine (`3.11.1.2318`) and of Windows (`10.0`, `19045`).
    Start {
        engine: &'a str,
        windows: Option<&'a str>,
        build: Option<&'a str>,
        arch: Option<&'a str>,
        path: &'a str,
    },
    /// The command line, without its quotes.
    CommandLine(&'a str),
    /// A variable gets a value, or is listed at the end. Hidden ones have none.
    Variable {
        name: &'a str,
        value: Option<&'a str>,
    },
    /// A condition and whether it holds.
    Condition { condition: &'a str, holds: bool },
    /// What is on the machine already.
    Detected {
        package: &'a str,
        state: &'a str,
        cached: &'a str,
    },
    /// Another bundle of the same family is installed.
    RelatedBundle {
        code: &'a str,
        relation: &'a str,
        version: &'a str,
        operation: Option<&'a str>,
    },
    /// Another version of a package of the bundle is installed.
    RelatedPackage {
        code: &'a str,
        version: &'a str,
        operation: &'a str,
    },
    /// The bundle is blocked since a newer one is installed (Burn 4 and later).
    Downgrade,
    /// Detection is over.
    DetectComplete { result: u32 },
    /// A plan is made for `Install`, `Uninstall`, `Repair`, `Modify`, …
    PlanBegin { action: &'a str },
    /// What is planned for a package.
    Planned {
        package: &'a str,
        state: &'a str,
        execute: &'a str,
        rollback: &'a str,
    },
    /// What is planned for another bundle of the same family.
    PlannedBundle {
        code: &'a str,
        relation: &'a str,
        execute: &'a str,
    },
    /// The plan is made.
    PlanComplete { result: u32 },
    /// The plan is carried out from here.
    ApplyBegin,
    /// A package begins.
    Applying {
        phase: Phase,
        package: &'a str,
        action: &'a str,
        path: Option<&'a str>,
        arguments: Option<&'a str>,
    },
    /// A package ends.
    Applied {
        phase: Phase,
        package: &'a str,
        result: u32,
        restart: &'a str,
    },
    /// The program of a package has ended (Burn 4 and later).
    ProcessExited { package: &'a str, code: u32 },
    /// A package, payload or container is fetched.
    Acquiring {
        package: Option<&'a str>,
        payload: Option<&'a str>,
        source: &'a str,
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
    RetryAcquire { payload: &'a str, code: u32 },
    /// A package failed and the bundle goes on without it.
    NotVital { package: &'a str, code: u32 },
    /// Somebody cancelled.
    Cancelled { operation: &'a str, code: u32 },
    /// The elevated half is started; Windows asks for consent.
    Elevating,
    /// The elevated half is there.
    Elevated,
    /// `Error 0x80070643: Failed to install MSI package.`
    Failure { code: u32, text: &'a str },
    /// The bundle's registration: the last part of the key is the bundle's code.
    Registration { key: &'a str },
    /// The bundle registers itself under a key and a version.
    Provider { key: &'a str, version: &'a str },
    /// The bundle's own copy is removed from the package cache.
    RemovingBundle { code: &'a str },
    /// All is done or undone.
    ApplyComplete { result: u32, restart: &'a str },
    /// The exit code of the bundle.
    Exit { code: u32 },
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
        Kind::Applying { .. } | Kind::Applied { .. } | Kind::ApplyComplete { .. } => {
            Level::Information
        }
        Kind::Condition { .. }
        | Kind::Planned { .. }
        | Kind::Detected { .. }
        | Kind::PlanBegin { .. } => Level::Information,
        Kind::NotVital { .. } | Kind::RetryPackage { .. } | Kind::RetryAcquire { .. } => {
            Level::Warning
        }
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

fn hexadecimal(input: &str) -> IResult<&str, u32> {
    let digits = take_while_m_n(1, 8, |c: char| c.is_ascii_hexdigit());
    map_res(digits, |digits| u32::from_str_radix(digits, 16)).parse(input)
}

/// `[0AF0:1B2C][2026-07-07T12:02:17]`
fn prefix(input: &str) -> IResult<&str, Prefix> {
    let ids = (terminated(hexadecimal, char(':')), hexadecimal);
    let (tail, (process, thread)) = delimited(char('['), ids, char(']')).parse(input)?;
    let (tail, time) = delimited(char('['), take_till(|c| c == ']'), char(']')).parse(tail)?;
    let stamp = stamp(time).ok().map(|(_, stamp)| stamp);
    Ok((
        tail,
        Prefix {
            process,
            thread,
            stamp,
        },
    ))
}

/// `2026-07-07T12:02:17`, with or without a fraction of the second; a zone behind it is not read.
fn stamp(input: &str) -> IResult<&str, Stamp> {
    let mut date = (short, char('-'), byte, char('-'), byte);
    let time = (byte, char(':'), byte, char(':'), byte);
    let (tail, (year, _, month, _, day)) = date.parse(input)?;
    let (tail, (hour, _, minute, _, second)) = preceded(one_of("T "), time).parse(tail)?;
    let (tail, fraction) = opt(preceded(
        one_of(".,"),
        take_till(|c: char| !c.is_ascii_digit()),
    ))
    .parse(tail)?;
    let mut scale = 100;
    let mut millis = 0;
    for digit in fraction.unwrap_or("").bytes().take(3) {
        millis += u32::from(digit.wrapping_sub(b'0')) * scale;
        scale /= 10;
    }
    let seconds = (u32::from(hour) * 60 + u32::from(minute)) * 60 + u32::from(second);
    Ok((
        tail,
        Stamp {
            year,
            month,
            day,
            time: seconds * 1000 + millis,
        },
    ))
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
