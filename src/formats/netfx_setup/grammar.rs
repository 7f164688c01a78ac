//! The lines of the setup programs of .NET Framework 4 and of their kin.
//!
//! Four writers share this room, since one installation leaves logs of all of them behind: the setup
//! engine itself (`Microsoft .NET Framework 4.5 Setup_….html`, also in the Visual C++ 2010
//! redistributable), the extractor around it (`dd_…_decompression_log.txt`), its helper
//! (`dd_SetupUtility.txt`) and the suite setup of Visual Studio 2010 (`dd_install_….txt`,
//! `dd_error_….txt`). Microsoft Learn names the files ("Troubleshoot blocked .NET Framework
//! installations", "How to get the Visual Studio setup logs"); the wordings are seen in real logs.
//!
//! The engine writes HTML. People paste what a browser shows of it, so the same wordings also come
//! as plain text without any time stamp.

use std::sync::LazyLock;

use serde::Deserialize;

use super::dates;
use super::words;
use crate::formats::scan::{Words, trimmed};
use crate::formats::stamp::Stamp;
use crate::formats::wording::{Found, Wordings};

pub(super) static WORDINGS: LazyLock<Wordings<Kind>> =
    LazyLock::new(|| Wordings::read(include_str!("wordings.tsv")));
pub(super) static FRAMES: LazyLock<Wordings<Kind>> =
    LazyLock::new(|| Wordings::read(include_str!("frames.tsv")));

/// One line of the log, or one line's worth of the text of an HTML log. All texts are borrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// When it was written; a pasted log has none.
    pub stamp: Option<Stamp>,
    /// Who wrote it, where the line says so: the component of a suite.
    pub component: Option<&'a str>,
    /// The text after time stamp and component.
    pub text: &'a str,
    /// What it says.
    pub found: Found<'a, Kind>,
}

impl Record<'_> {
    /// The line has a shape that other logs do not have.
    pub fn is_telling(&self) -> bool {
        match self.found.kind {
            Kind::FinalResult | Kind::PackageName | Kind::ItemEnded | Kind::EndOfErrors => true,
            Kind::Untrusted | Kind::UiExit | Kind::UiProduct => true,
            Kind::Started
            | Kind::Stopped
            | Kind::ExitCode
            | Kind::ErrorEvent
            | Kind::InstallReturn
            | Kind::Executable
            | Kind::ComponentFailed
            | Kind::ComponentSucceeded => self.stamp.is_some(),
            _ => false,
        }
    }
}

/// What a line says; `wordings.tsv` has the words of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The log begins; the extractor adds the date with the year in front.
    Started,
    Stopped,
    /// The end of a list of errors (`dd_error_….txt`).
    EndOfErrors,
    /// The suite setup copied itself and starts its copy, which goes on in the same log.
    Restarting,
    /// The component of a suite that is the suite's own product begins its work.
    MainComponent,
    Executable,
    CommandLine,
    Operation,
    PackageName,
    PackageVersion,
    Windows,
    WindowsDescription,
    /// An item is the next one to be worked on.
    ItemBegins,
    ItemLog,
    ItemEnded,
    /// An operation of the engine or a program gave a result.
    Returned,
    /// What the suite setup notes of a component's result.
    InstallReturn,
    /// A message of Windows Installer that an item sent up; the closing bracket may be lines away.
    InstallerMessage,
    /// What to do where the item fails: `Rollback`, `Stop`, `Ignore`.
    OnFailure,
    /// A condition under which the setup refuses is looked at; the text is what it would say.
    BlockIf,
    Blocks,
    Blocked,
    /// The conditions that stopped the setup follow, a line each.
    Blockers,
    /// A file could not be fetched, or is not what it should be.
    CheckFailed,
    /// A file does not bear the signature that it should.
    Untrusted,
    /// The outer interface ends with this code, and is about this product.
    UiExit,
    UiProduct,
    UiVersion,
    /// What the suite setup lists among its errors.
    ErrorEvent,
    ComponentFailed,
    ComponentSucceeded,
    RollingBack,
    FinalResult,
    ExitCode,
    /// How long it took; stands behind the result, perhaps in a line of its own.
    Elapsed,
    /// Another line that only these logs have.
    Known,
    /// Anything else.
    #[default]
    Other,
}

/// Reads a line; `None` where it is certainly none of these logs: it has no time stamp of their kind
/// and no wording of theirs.
pub fn parse(line: &str) -> Option<Record<'_>> {
    let line = stamped(line.trim());
    if !may_be(line) {
        return None;
    }
    let (stamp, tail) = match dates::split(line) {
        Some((stamp, tail)) => (Some(stamp), tail.trim_start()),
        None => (None, line),
    };
    // Only the suite setup writes years of two digits, and only it names the component.
    let suite = stamp.is_some_and(|stamp| stamp.date[2] < 100);
    let (component, text) = if suite { component(tail) } else { (None, tail) };
    let found = framed(text).or_else(|| WORDINGS.all(text).find(|found| fits(text, found)));
    (stamp.is_some() || found.is_some()).then_some(Record {
        stamp,
        component,
        text,
        found: found.unwrap_or_default(),
    })
}

/// Length of the stamp of the suite setup, `[05/15/15,13:13:58] `.
const STAMP: usize = 20;

/// Whether a line has the stamp of the suite setup.
pub fn is_suites(line: &str) -> bool {
    let digit = |b: u8| if b.is_ascii_digit() { b'0' } else { b };
    let head = line.as_bytes().first_chunk::<STAMP>();
    head.is_some_and(|head| head.map(digit) == *b"[00/00/00,00:00:00] ")
}

/// The stamp of the suite's line before: most lines are of the same second.
#[derive(Debug, Default)]
pub struct Before {
    bytes: [u8; STAMP],
    stamp: Option<Stamp>,
}

impl Before {
    /// After this line.
    pub fn of(line: &str) -> Self {
        Self {
            bytes: line.as_bytes().first_chunk().copied().unwrap_or_default(),
            stamp: dates::split(line).map(|(stamp, _)| stamp),
        }
    }

    /// The stamp and the text of a line of the suite that is of the same second and says nothing: most
    /// are so, told by a quick look.
    pub fn idle<'a>(&self, line: &'a str) -> Option<(Stamp, &'a str)> {
        let bytes = line.as_bytes().first_chunk()?;
        let stamp = self.stamp.filter(|_| *bytes == self.bytes)?;
        let (_, text) = component(trimmed(line.get(STAMP..)?));
        let [_, second] = records(line);
        let idle = second.is_empty() && framed(text).is_none() && WORDINGS.says_nothing(text);
        idle.then_some((stamp, text))
    }
}

/// What the wording alone does not tell: whether the line is what it looks like.
fn fits(text: &str, found: &Found<'_, Kind>) -> bool {
    match found.kind {
        Kind::ItemBegins | Kind::ItemLog => !words::path(found.name).is_empty(),
        Kind::ItemEnded => words::ended(found.value).is_some(),
        Kind::Returned => found.name.len() < 400,
        Kind::CommandLine => !found.value.is_empty(),
        Kind::Operation => {
            let is_word = |c: char| c.is_alphabetic() || c == ' ';
            !found.value.is_empty() && found.value.chars().all(is_word)
        }
        Kind::BlockIf => !found.value.trim_matches(['.', ' ']).is_empty(),
        Kind::Elapsed => words::elapsed(found.value).is_some(),
        Kind::CheckFailed => text.contains("ailed") && !text.contains("not failed"),
        _ => true,
    }
}

/// A quick look that spares most lines of other logs the rest: without a time stamp, only lines that
/// begin like one of the wordings are looked at, and of those none that other logs have, too.
fn may_be(line: &str) -> bool {
    match line.as_bytes() {
        [b'[' | b'"' | b'(' | b'*', ..] => true,
        [_, b':', b'\\', ..] => line.contains(" Signature could not be verified"),
        _ if RETURNING.find(line).is_some() || PRODUCT.find(line).is_some() => true,
        [b'E', next, ..] if *next != b'x' => false,
        [b'A', b'c', ..] => line.starts_with("Action:") || line.starts_with("Action R"),
        _ => WORDINGS.may_begin(line),
    }
}

const RETURNING: Words = Words::new("Process returning code ");
const PRODUCT: Words = Words::new("PROPERTY Product");

/// The line from its time stamp on, where a heading or a mangled byte order mark stands before it.
fn stamped(line: &str) -> &str {
    let at = line.bytes().take(24).position(|c| c == b'[');
    let rest = at.filter(|at| *at > 0).and_then(|at| line.get(at..));
    let is_suite = |rest: &&str| dates::split(rest).is_some_and(|(stamp, _)| stamp.date[2] < 100);
    rest.filter(is_suite).unwrap_or(line)
}

/// The records that stand on one line: a copy can lack the line breaks at the end of a list of errors
/// and before the result.
pub fn records(line: &str) -> [&str; 2] {
    const END: Words = Words::new("EndOfSession***");
    const RESULT: Words = Words::new("Final Result: ");
    let glued = END
        .find(line)
        .and_then(|at| line.split_at_checked(at + END.text.len()));
    if let Some((end, next)) = glued.filter(|(_, next)| !next.trim().is_empty()) {
        return [end, next];
    }
    let result = RESULT.find(line).filter(|at| *at > 0);
    match result.and_then(|at| line.split_at_checked(at)) {
        Some((before, result))
            if dates::split(before.trim()).is_none_or(|(_, t)| !t.trim().is_empty()) =>
        {
            [before, result]
        }
        _ => [line, ""],
    }
}

/// `=== Logging started: 2031/06/05 16:12:45 ===`
fn framed(text: &str) -> Option<Found<'_, Kind>> {
    let inner = text.strip_prefix("INFO:").map_or(text, str::trim_start);
    let framed = inner.strip_prefix(['=', '*'])?;
    FRAMES.find(framed.trim_start_matches(['=', '*', ' ']))
}

/// `Setup.exe: text`: a component's name is short and has no punctuation that a path or a sentence has.
fn component(text: &str) -> (Option<&str>, &str) {
    let alone = || Some((text.strip_suffix(':')?, ""));
    const BEHIND_NAME: Words = Words::new(": ");
    let is_mark = |b| matches!(b, b'\\' | b'"' | b'=' | b';' | b'[' | b'*');
    match BEHIND_NAME.split(text).or_else(alone) {
        Some((name, tail))
            if (1..=120).contains(&name.len())
                && !matches!(name, "InstallReturnValue" | "End_Session")
                && !name.bytes().any(is_mark) =>
        {
            (Some(name.trim_end()), trimmed(tail))
        }
        _ => (None, text),
    }
}

#[cfg(test)]
#[path = "grammar_tests.rs"]
mod tests;
