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
    /// A message of Windows Installer, as the event log has it, among other words.
    Quoted,
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
    parse_after(&mut Before::default(), line)
}

/// Like [`parse`], after a line of the same log.
pub fn parse_after<'a>(before: &mut Before, line: &'a str) -> Option<Record<'a>> {
    let line = undecorated(line);
    let (tail, (thread, stamp)) = match line.as_bytes() {
        [b'[', ..] => before.prefix(line)?,
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

/// Whether a line is one of the same process, thread and second as the line before and says nothing:
/// most lines of a bundle are so, told by a quick look.
#[must_use]
pub fn is_idle(before: &Before, line: &str) -> bool {
    let Some((bytes, rest)) = line.as_bytes().split_first_chunk() else {
        return false;
    };
    let [b'i' | b'w', number @ .., b':', b' '] = rest.first_chunk::<6>().unwrap_or(&[0; 6]) else {
        return false;
    };
    let text = line.get(bytes.len() + 6..).map_or("", without_blanks);
    *bytes == before.bytes
        && number.iter().all(u8::is_ascii_digit)
        && !begins_message(text)
        && WORDINGS.says_nothing(text)
}

/// Whether a message of Windows Installer begins here.
pub(super) fn begins_message(text: &str) -> bool {
    let number = text.strip_prefix("Error ");
    number.is_some_and(|text| text.starts_with(|c: char| c.is_ascii_digit()))
        || text.starts_with("Disk full: ")
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
        // Nobody else speaks of containers and of conditions so.
        Kind::Error => {
            let area = AREAS.find(found.value).map(|area| area.kind);
            let own = matches!(area, Some(Area::Execute | Area::Condition));
            own || found.value.contains(" container")
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
    // Nearly all lines of a bundle are so, and end with a letter.
    if let [b'[', .., last] = line.as_bytes()
        && !matches!(last, b'\r' | b'\n' | b' ' | b'`' | b'*')
    {
        return line;
    }
    let decoration = |c: char| matches!(c, ' ' | '\t' | '>' | '`' | '*' | '_' | '|' | '\u{feff}');
    line.trim_start_matches(decoration)
        .trim_end_matches(['\r', '\n', ' ', '`', '*'])
}

/// A number of one to eight hexadecimal digits, and the rest.
fn hexadecimal(input: &str) -> Option<(&str, u32)> {
    let (mut value, mut end) = (0, 0);
    for letter in input.bytes().take(8) {
        let digit = match letter {
            b'0'..=b'9' => letter - b'0',
            b'A'..=b'F' => letter - b'A' + 10,
            b'a'..=b'f' => letter - b'a' + 10,
            _ => break,
        };
        value = value << 4 | u32::from(digit);
        end += 1;
    }
    Some((input.get(end..)?, value)).filter(|_| end > 0)
}

/// What stood before the line before: most lines come from the same thread in the same second.
#[derive(Debug, Default)]
pub struct Before {
    bytes: [u8; 32],
    prefix: Prefix,
}

impl Before {
    fn prefix<'a>(&mut self, line: &'a str) -> Option<(&'a str, Prefix)> {
        let Some((bytes, _)) = line.as_bytes().split_first_chunk() else {
            return prefix(line);
        };
        if *bytes == self.bytes {
            return Some((line.get(bytes.len()..)?, self.prefix));
        }
        let (tail, prefix) = prefix(line)?;
        if line.len() - tail.len() == bytes.len() {
            (self.bytes, self.prefix) = (*bytes, prefix);
        }
        Some((tail, prefix))
    }
}

/// Process, thread and time.
type Prefix = (Option<(u32, u32)>, Option<Stamp>);

/// `[0AF0:1B2C][2026-07-07T12:02:17]`; a zone behind the time is not read. Every line has it, so it
/// is read letter by letter.
fn prefix(input: &str) -> Option<(&str, Prefix)> {
    let ((process, thread), tail) = match usual_thread(input.as_bytes()) {
        Some(thread) => (thread, input.get(THREAD..)?),
        None => {
            let (tail, process) = hexadecimal(input.strip_prefix('[')?)?;
            let (tail, thread) = hexadecimal(tail.strip_prefix(':')?)?;
            ((process, thread), tail.strip_prefix("][")?)
        }
    };
    let end = memchr::memchr(b']', tail.as_bytes())?;
    let (time, tail) = (tail.get(..end)?, tail.get(end + 1..)?);
    let stamp = year_first(time).map(|(stamp, _)| stamp);
    Some((tail, (Some((process, thread)), stamp)))
}

/// Length of `[0AF0:1B2C][`.
const THREAD: usize = "[0AF0:1B2C][".len();

/// `[0AF0:1B2C][`, at fixed places.
fn usual_thread(line: &[u8]) -> Option<(u32, u32)> {
    let [b'[', p3, p2, p1, p0, b':', t3, t2, t1, t0, b']', b'['] = line.first_chunk::<THREAD>()?
    else {
        return None;
    };
    let number = |digits: [&u8; 4]| {
        let digits = digits.map(|digit| char::from(*digit).to_digit(16));
        let [Some(d3), Some(d2), Some(d1), Some(d0)] = digits else {
            return None;
        };
        Some(d3 << 12 | d2 << 8 | d1 << 4 | d0)
    };
    Some((number([p3, p2, p1, p0])?, number([t3, t2, t1, t0])?))
}

/// `i301: `, or a colon alone; whether it marks an error.
fn number(input: &str) -> Option<(&str, bool)> {
    // All versions of Burn write three digits.
    if let Some([kind @ (b'i' | b'w' | b'e'), digits @ .., b':']) =
        input.as_bytes().first_chunk::<5>()
        && digits.iter().all(u8::is_ascii_digit)
    {
        return Some((without_blanks(input.get(5..)?), *kind == b'e'));
    }
    let digits = input.strip_prefix(['i', 'w', 'e']);
    let (number, tail) = digits.unwrap_or(input).split_once(':')?;
    let is_number =
        |text: &str| text.bytes().all(|c| c.is_ascii_digit()) && text.parse::<u16>().is_ok();
    let fits = match digits {
        Some(_) => is_number(number),
        None => number.is_empty(),
    };
    fits.then_some((
        without_blanks(tail),
        digits.is_some() && input.starts_with('e'),
    ))
}

/// A text without the blanks and tabs before it.
pub(super) fn without_blanks(text: &str) -> &str {
    let blanks = text.bytes().take_while(|b| matches!(b, b' ' | b'\t'));
    text.get(blanks.count()..).unwrap_or(text)
}

#[cfg(test)]
#[path = "grammar_tests.rs"]
mod tests;
