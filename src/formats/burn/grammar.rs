//! The lines of a WiX Burn bundle's log: `[0AF0:1B2C][2026-07-07T12:02:17]i301: Applying …`.
//!
//! The kind of a line is told by its wording and not by its number: the wordings of Burn 3, 4 and 5
//! differ less than their numbers do, and people cut the numbers off when they paste.

use std::sync::LazyLock;

use serde::Deserialize;

use super::errors::{AREAS, Area};

use crate::formats::stamp::{Stamp, year_first};
use crate::formats::wording::{Found, Wordings};

pub(super) static WORDINGS: LazyLock<Wordings<Kind>> =
    LazyLock::new(|| Wordings::read(include_str!("wordings.tsv")));

/// One line of the log. All texts are borrowed from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// Process and thread; `None` where they were cut off. The bundle's user interface and its
    /// elevated half are two processes.
    pub thread: Option<(u32, u32)>,
    /// Local time of the machine; `None` where whoever pasted the line took it out.
    pub stamp: Option<Stamp>,
    /// The line is marked as an error.
    pub is_error: bool,
    /// The text after the number.
    pub text: &'a str,
    /// What it says; packages and payloads go by their ids in the bundle.
    pub found: Found<'a, Kind>,
}

/// What a line says; `wordings.tsv` has the words of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the table shows the words of each kind")]
pub enum Kind {
    /// The first line: the version of Windows and the bundle's own path.
    Start,
    CommandLine,
    /// A variable gets a value, or is listed at the end. Hidden ones are not shown.
    Variable,
    ConditionHolds,
    ConditionFails,
    /// What is on the machine already, or is planned for a package.
    Package,
    /// A newer version of the bundle or of one of its packages is installed.
    Downgrade,
    /// Detection or planning is over.
    Prepared,
    Plan,
    /// An older bundle of the same family will be removed.
    Replaces,
    ApplyBegin,
    Applying,
    Undoing,
    Applied,
    Undone,
    /// The program of a package has ended (Burn 4 and later).
    ProcessExited,
    Acquiring,
    /// A payload or container is there and is what it should be.
    Verified,
    /// Something could not be fetched or prepared, or somebody cancelled.
    Failed,
    RetryPackage,
    /// The user interface asked to fetch something once more.
    RetryFetch,
    /// A package failed and the bundle goes on without it.
    NotVital,
    /// What a package said of its failure, as the bundle's user interface passes it on.
    PackageSays,
    /// `Error 0x80070643: Failed to install MSI package.`
    Error,
    /// The bundle's registration: the last part of the key is the bundle's code.
    Registration,
    Provider,
    /// The bundle's own copy is removed from the package cache.
    Removing,
    ApplyComplete,
    Exit,
    /// Another step of the engine.
    Step,
    /// Anything else.
    #[default]
    Other,
}

/// Reads a line of a Burn log; `None` where it is none.
///
/// Blanks, quote marks and the marks of Markdown before the line are left out of account.
#[must_use]
pub fn parse(line: &str) -> Option<Record<'_>> {
    let line = undecorated(line);
    let (tail, (thread, stamp)) = match line.as_bytes() {
        [b'[', ..] => prefix(line)?,
        [b'i' | b'w' | b'e', digits @ ..] if digits.get(3) == Some(&b':') => (line, (None, None)),
        _ => return None,
    };
    let (text, is_error) = number(tail)?;
    Some(Record {
        thread,
        stamp,
        is_error,
        text,
        found: WORDINGS.find(text).unwrap_or_default(),
    })
}

/// A line of which somebody cut off all that stands before its text, and whether no other program
/// writes such a line.
#[must_use]
pub fn bare(line: &str) -> Option<(Record<'_>, bool)> {
    let text = undecorated(line);
    // Perhaps its process, thread and time are left, and its number is not.
    let (text, (thread, stamp)) = match text.starts_with('[') {
        true => prefix(text)?,
        false => (text, (None, None)),
    };
    let text = text.trim_start();
    let found = WORDINGS.find(text)?;
    let telling = match found.kind {
        // Nobody else speaks of containers so.
        Kind::Error => {
            let area = AREAS.find(found.value).map(|area| area.kind);
            area == Some(Area::Execute) || found.value.contains(" container")
        }
        Kind::Failed if text.contains(" container: ") => true,
        Kind::Start => text.contains(", Windows v") && text.contains(", path: "),
        Kind::Exit => text.contains(", restarting: "),
        Kind::Package => true,
        Kind::Applying | Kind::Undoing | Kind::Applied | Kind::Undone | Kind::NotVital => true,
        Kind::ProcessExited | Kind::RetryPackage | Kind::ApplyComplete | Kind::PackageSays => true,
        Kind::Plan | Kind::Prepared | Kind::Failed | Kind::Downgrade | Kind::Replaces => false,
        _ => return None,
    };
    let record = Record {
        thread,
        stamp,
        is_error: found.kind == Kind::Error,
        text,
        found,
    };
    Some((record, telling))
}

fn undecorated(line: &str) -> &str {
    let decoration = |c: char| matches!(c, ' ' | '\t' | '>' | '`' | '*' | '_' | '|' | '\u{feff}');
    line.trim_start_matches(decoration)
        .trim_end_matches(['\r', '\n', ' ', '`', '*'])
}

/// A number of one to eight hexadecimal digits, and the rest.
fn hexadecimal(input: &str) -> Option<(&str, u32)> {
    let (mut value, mut end) = (0, 0);
    for letter in input.chars().take(8) {
        let Some(digit) = letter.to_digit(16) else {
            break;
        };
        value = value << 4 | digit;
        end += 1;
    }
    Some((input.get(end..)?, value)).filter(|_| end > 0)
}

/// Process, thread and time.
type Prefix = (Option<(u32, u32)>, Option<Stamp>);

/// `[0AF0:1B2C][2026-07-07T12:02:17]`; a zone behind the time is not read. Every line has it, so it
/// is read letter by letter.
fn prefix(input: &str) -> Option<(&str, Prefix)> {
    let (tail, process) = hexadecimal(input.strip_prefix('[')?)?;
    let (tail, thread) = hexadecimal(tail.strip_prefix(':')?)?;
    let tail = tail.strip_prefix("][")?;
    let (time, tail) = tail.split_once(']')?;
    let stamp = year_first(time).map(|(stamp, _)| stamp);
    Some((tail, (Some((process, thread)), stamp)))
}

/// `i301: `, or a colon alone; whether it marks an error.
fn number(input: &str) -> Option<(&str, bool)> {
    let digits = input.strip_prefix(['i', 'w', 'e']);
    let (number, tail) = digits.unwrap_or(input).split_once(':')?;
    let is_number =
        |text: &str| text.bytes().all(|c| c.is_ascii_digit()) && text.parse::<u16>().is_ok();
    let fits = match digits {
        Some(_) => is_number(number),
        None => number.is_empty(),
    };
    let text = tail.trim_start_matches([' ', '\t']);
    fits.then_some((text, digits.is_some() && input.starts_with('e')))
}

#[cfg(test)]
#[path = "grammar_tests.rs"]
mod tests;
