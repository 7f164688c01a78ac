//! Tells the lines that change nothing but counts and clocks, which most lines of a verbose log
//! are, without taking them apart.
//!
//! What a session does with a record is the law ([`Session::record`](super::Session)); here stands
//! which records it lets pass. The quick ways look at a few bytes and know less than the grammar;
//! what they do not know goes the long way, and what that does not know is kept as it is.

use std::sync::LazyLock;

use super::note_noise;
use super::relevant::{self, OperationRole};
use crate::grammar::{self, Body, Operation, Prefix, Stamp};
use crate::knowledge::tell_tales;
use crate::text::near::find_near;

/// A line that changes nothing but counts and clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Routine<'a> {
    /// What kind of line.
    pub kind: Kind<'a>,
    /// It has the writer and the time of the engine line before.
    pub as_before: bool,
}

/// What kind of routine line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'a> {
    /// An engine line of no further meaning.
    Engine,
    /// A record dump that is noise.
    Note,
    /// A step of the script, by its operation: the last one before a failure counts.
    Step(&'a str),
    /// A line of the property dump.
    Property,
}

/// Who wrote the last engine line: most lines come from the same thread, in the same millisecond as the
/// line before.
#[derive(Debug, Clone, Copy, Default)]
pub struct Writer {
    /// `MSI (s) (C8:50) [01:49:43:906]: `
    head: [u8; 32],
    /// What stands before the time.
    bytes: [u8; 16],
    prefix: Option<Prefix>,
    stamp: Option<Stamp>,
    /// Counts the changes of the writer.
    turn: u32,
}

impl Writer {
    /// What stands before the time, without a time.
    #[must_use]
    pub fn prefix(&self) -> Option<Prefix> {
        self.prefix
    }

    /// A number that is another one when the writer is another one.
    #[must_use]
    pub fn turn(&self) -> u32 {
        self.turn
    }

    /// The time of the last engine line.
    #[must_use]
    pub fn stamp(&self) -> Option<Stamp> {
        self.stamp
    }

    /// Looks at a line; `None` where it may matter.
    #[inline]
    pub fn routine<'a>(&mut self, line: &'a str) -> Option<Routine<'a>> {
        match line.as_bytes().first()? {
            b'M' => self.engine(line),
            b'P' => property(line),
            _ => None,
        }
    }

    #[inline]
    fn engine<'a>(&mut self, line: &'a str) -> Option<Routine<'a>> {
        let head = line.as_bytes().first_chunk::<32>()?;
        let as_before = self.head == *head;
        if !as_before {
            self.begin(head, line)?;
        }
        let body = line.get(32..)?;
        let kind = match quick(body) {
            Quick::Routine(kind) => kind,
            Quick::Matters => return None,
            Quick::Unknown => slow(&grammar::engine_body(body))?,
        };
        Some(Routine { kind, as_before })
    }

    /// Takes another head in, where it is one.
    #[inline(never)]
    fn begin(&mut self, head: &[u8; 32], line: &str) -> Option<()> {
        self.head = [0; 32];
        let (bytes, time) = head.split_first_chunk::<16>()?;
        self.stamp = Stamp::read(*time.first_chunk()?);
        self.stamp?;
        if self.bytes != *bytes {
            self.change(bytes, line)?;
        }
        self.head = *head;
        Some(())
    }

    fn change(&mut self, bytes: &[u8; 16], line: &str) -> Option<()> {
        if bytes.get(7) != Some(&b' ') || bytes.get(15) != Some(&b' ') {
            return None;
        }
        let (prefix, _) = grammar::split_prefix(line)?;
        *self = Self {
            bytes: *bytes,
            prefix: Some(Prefix {
                time: None,
                ..prefix
            }),
            turn: self.turn.wrapping_add(1),
            ..*self
        };
        Some(())
    }
}

enum Quick<'a> {
    Routine(Kind<'a>),
    Matters,
    Unknown,
}

/// The first bytes of a line as one number: one comparison instead of eight.
const fn head(bytes: &[u8; 8]) -> u64 {
    u64::from_be_bytes(*bytes)
}

const OPERATION: u64 = head(b"Executin");
const NOTE: u64 = head(b"Note: 1:");
const CHANGE: u64 = head(b"PROPERTY");
const SKIPPING: u64 = head(b"Skipping");
const DOING: u64 = head(b"Doing ac");

/// Heads of lines that the grammar takes as a whole and of which neither a session nor a tell-tale
/// reads anything.
static QUIET: LazyLock<Quiet> = LazyLock::new(|| {
    let heads = grammar::PLAIN_HEADS.iter().chain([b"Skipping"]);
    let quiet =
        heads.filter(|head| relevant::engine_line(head).is_none() && !tell_tales::may_begin(head));
    Quiet::of(quiet.map(head))
});

/// A set of heads, looked up by one multiplication.
#[derive(Debug, Clone, Copy)]
struct Quiet {
    places: [u64; Self::PLACES],
}

impl Quiet {
    const PLACES: usize = 512;

    fn of(heads: impl Iterator<Item = u64>) -> Self {
        let mut set = Self {
            places: [0; Self::PLACES],
        };
        for head in heads {
            // One of two that share a place is left out: it goes the long way.
            if let Some(place) = set.places.get_mut(Self::place(head)) {
                *place = head;
            }
        }
        set
    }

    fn place(head: u64) -> usize {
        (head.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 55) as usize
    }

    fn contains(&self, head: u64) -> bool {
        self.places.get(Self::place(head)) == Some(&head)
    }
}

fn quick(body: &str) -> Quick<'_> {
    let Some(bytes) = body.as_bytes().first_chunk() else {
        return Quick::Unknown;
    };
    let known = match head(bytes) {
        OPERATION => body.strip_prefix("Executing op: ").and_then(step),
        NOTE => {
            let told = body
                .strip_prefix("Note: 1: ")
                .and_then(note_noise::is_routine);
            return match told {
                Some(true) => Quick::Routine(Kind::Note),
                Some(false) => Quick::Matters,
                None => Quick::Unknown,
            };
        }
        CHANGE => body.strip_prefix("PROPERTY CHANGE: ").and_then(change),
        DOING => return Quick::Matters,
        SKIPPING if !body.starts_with("Skipping action: ") => None,
        other => QUIET.contains(other).then_some(Kind::Engine),
    };
    known.map_or(Quick::Unknown, Quick::Routine)
}

/// The longest name of an operation that is looked at here.
const LONGEST_NAME: usize = 40;

/// Whether it is one of the operations that make up most of a script.
fn is_usual(operation: &str) -> bool {
    let Some(bytes) = operation.as_bytes().first_chunk() else {
        return false;
    };
    let begins = |name| operation.starts_with(name);
    match bytes {
        b"Componen" => begins("ComponentRegister(") || begins("ComponentUnregister("),
        b"RegAddVa" => begins("RegAddValue("),
        b"RegOpenK" => begins("RegOpenKey("),
        b"FileCopy" => begins("FileCopy("),
        b"FileRemo" => begins("FileRemove("),
        b"SetTarge" => begins("SetTargetFolder("),
        b"SetSourc" => begins("SetSourceFolder("),
        b"Unregist" => begins("UnregisterSharedComponentProvider("),
        b"Assembly" => begins("AssemblyPublish(") || begins("AssemblyCopy("),
        _ => false,
    }
}

fn step(operation: &str) -> Option<Kind<'_>> {
    if is_usual(operation) {
        return Some(Kind::Step(operation));
    }
    let bytes = operation.as_bytes();
    let name = bytes
        .iter()
        .take(LONGEST_NAME)
        .take_while(|b| b.is_ascii_alphanumeric())
        .count();
    (bytes.get(name) == Some(&b'(')).then_some(())?;
    operation_kind(operation.get(..name)?, operation)
}

/// Operations that only do the work.
fn operation_kind<'a>(name: &str, text: &'a str) -> Option<Kind<'a>> {
    match relevant::operation(name) {
        OperationRole::Progress => Some(Kind::Engine),
        OperationRole::Work if !name.is_empty() => Some(Kind::Step(text)),
        _ => None,
    }
}

fn change(text: &str) -> Option<Kind<'_>> {
    let (_, rest) = split_at(text, b' ')?;
    let (name, rest) = split_at(rest, b' ')?;
    let whole = text.ends_with("'.") && rest.starts_with("property. ");
    (whole && relevant::property(name).is_none()).then_some(Kind::Engine)
}

/// Like `split_once`, by a search that costs nothing to set up.
#[inline]
fn split_at(text: &str, byte: u8) -> Option<(&str, &str)> {
    let at = find_near(text.as_bytes(), byte)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

fn property(line: &str) -> Option<Routine<'_>> {
    let rest = line.strip_prefix("Property(")?;
    let rest = rest
        .strip_prefix("S): ")
        .or_else(|| rest.strip_prefix("C): "))
        .or_else(|| rest.strip_prefix("N): "))?;
    let (name, value) = split_at(rest, b' ')?;
    let value = value.strip_prefix('=')?;
    let tells = relevant::property(name).is_some()
        || relevant::holds_error(name, value.strip_prefix(' ').unwrap_or(value));
    (!tells).then_some(Routine {
        kind: Kind::Property,
        as_before: false,
    })
}

/// What the grammar says of a line that the quick ways do not know.
fn slow<'a>(body: &Body<'a>) -> Option<Kind<'a>> {
    match body {
        Body::Engine(text) => {
            let head = text.as_bytes().first_chunk();
            let matters = head.and_then(relevant::engine_line).is_some()
                || text.starts_with(relevant::ROLLBACK_FAILURE)
                || tell_tales::find(text).is_some();
            (!matters).then_some(Kind::Engine)
        }
        Body::SkippingAction(_) => Some(Kind::Engine),
        Body::Operation(Operation { name, text, .. }) => operation_kind(name, text),
        Body::Note(note) => {
            let tells = relevant::note_may_tell(note.number, note.text());
            (!tells && note_noise::passes(note)).then_some(Kind::Note)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(line: &str) -> Option<Kind<'_>> {
        Writer::default().routine(line).map(|routine| routine.kind)
    }

    #[test]
    fn what_matters_is_kept() {
        let engine = |body: &str| format!("MSI (s) (C8:50) [01:49:43:906]: {body}");
        for body in [
            "Doing action: InstallFiles",
            "Executing op: ActionStart(Name=X,,)",
            "Executing op: CustomActionSchedule(Action=X,ActionType=3073,)",
            "Note: 1: 1708 ",
            "Note: 1: 1310 2: 5 3: C:\\x.dll ",
            "Note: 1: 1402 2: UNKNOWN\\Products\\X 3: 2 ",
            "Note: 1: 1402 2: UNKNOWN\\X 3: 5 ",
            "Note: 1: 2228 2:  3: Error 4: SELECT `Message` FROM `Error` WHERE `Error` = 1920 ",
            "PROPERTY CHANGE: Adding ProductCode property. Its value is '{X}'.",
            "PROPERTY CHANGE: Adding Text property. Its value is 'one",
            "Product: X -- Installation failed.",
            "Failed to grab execution mutex. System error 258.",
            "MainEngineThread is returning 1603",
            "Product {00000000-0000-0000-0000-000000000001} is not managed.",
        ] {
            assert_eq!(kind(&engine(body)), None, "{body}");
        }
        for line in [
            "",
            "Action start 1:02:03: X.",
            "Property(S): ProductCode = {X}",
            "Property(S): SCRIPT_LOG = ERROR: no",
            "Product: X -- Error 1310. x",
            "Return value 3.",
            "MSI (s) (C8:50): Note: 1: 2205 2:  3: Error ",
        ] {
            assert_eq!(kind(line), None, "{line}");
        }
    }

    #[test]
    fn routine_is_told() {
        let engine = |body: &str| format!("MSI (s) (C8:50) [01:49:43:906]: {body}");
        for (body, wanted) in [
            ("Note: 1: 2205 2:  3: Error ", Kind::Note),
            ("Note: 1: 2262 2: X 3: -2147287038 ", Kind::Note),
            ("Note: 1: 1402 2: UNKNOWN\\X: 3 3: 2 ", Kind::Note),
            (
                "Note: 1: 2228 2:  3: Icon 4: SELECT `Name` FROM `Icon` ",
                Kind::Note,
            ),
            ("Skipping action: X (condition is false)", Kind::Engine),
            ("Component: a; Installed: Absent;", Kind::Engine),
            ("Nothing that anybody knows", Kind::Engine),
            (
                "PROPERTY CHANGE: Deleting A property. Its current value is 'b'.",
                Kind::Engine,
            ),
            ("Executing op: ProgressTotal(Total=1,Type=1,)", Kind::Engine),
            (
                "Executing op: FileCopy(SourceName=a,)",
                Kind::Step("FileCopy(SourceName=a,)"),
            ),
        ] {
            let line = engine(body);
            let mut writer = Writer::default();
            let found = writer.routine(&line).unwrap_or_else(|| panic!("{body}"));
            assert_eq!(found.kind, wanted, "{body}");
            assert_eq!(writer.stamp().map(Stamp::milliseconds), Some(6_583_906));
            let (prefix, _) = grammar::split_prefix(&line).unwrap();
            let known = writer.prefix().unwrap();
            assert_eq!(
                Prefix {
                    time: prefix.time,
                    ..known
                },
                prefix
            );
        }
        assert_eq!(kind("Property(S): ARPX = 1"), Some(Kind::Property));
    }

    #[test]
    fn no_two_heads_share_a_place() {
        assert!(grammar::PLAIN_HEADS.iter().all(|bytes| {
            let told = relevant::engine_line(bytes).is_some() || tell_tales::may_begin(bytes);
            told || QUIET.contains(head(bytes))
        }));
        assert!(!QUIET.contains(head(b"Failed t")) && !QUIET.contains(head(b"Doing ac")));
    }
}
