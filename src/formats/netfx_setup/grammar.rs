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

use super::stamp::{self, Date, Stamp};
use super::wording::kind;

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
    pub kind: Kind<'a>,
}

impl Record<'_> {
    /// The line has a shape that other logs do not have.
    #[must_use]
    pub fn is_telling(&self) -> bool {
        match self.kind {
            Kind::FinalResult { .. } | Kind::PackageName(_) | Kind::ItemEnded { .. } => true,
            Kind::Started(_)
            | Kind::Stopped
            | Kind::ExitCode(_)
            | Kind::ErrorEvent(_)
            | Kind::InstallReturn { .. }
            | Kind::Executable { .. }
            | Kind::ComponentEnded { .. } => self.stamp.is_some(),
            Kind::EndOfErrors => true,
            _ => false,
        }
    }
}

/// What an item of the setup is made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Technology {
    /// An MSI package.
    Msi,
    /// A patch of one.
    Patch,
    /// A program.
    Program,
}

/// What a line says. Codes are as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "the fields say what they are in the words of the log"
)]
pub enum Kind<'a> {
    /// The log begins; the extractor adds the date with the year in front.
    Started(Option<Date>),
    /// The log, or the run that it is about, ends.
    Stopped,
    /// The end of a list of errors (`dd_error_….txt`).
    EndOfErrors,
    /// The suite setup copied itself and starts its copy, which goes on in the same log.
    Restarting,
    /// The component of a suite that is the suite's own product begins its work.
    MainComponent,
    /// The program that writes the log.
    Executable {
        path: &'a str,
        version: Option<&'a str>,
    },
    /// A command line, of the setup or of what the extractor starts.
    CommandLine(&'a str),
    /// `Installing`, `Repairing`, `Uninstalling`, …
    Operation(&'a str),
    /// Name of the setup.
    PackageName(&'a str),
    /// Version of the setup.
    PackageVersion(&'a str),
    /// Version of Windows, `6.1.7601`.
    Windows(&'a str),
    /// Windows in words, with `x86` or `x64` in it.
    WindowsDescription(&'a str),
    /// An item is the next one to be worked on.
    ItemBegins { path: &'a str },
    /// Where the item writes its own log.
    ItemLog { path: &'a str },
    /// An item ended.
    ItemEnded {
        technology: Technology,
        path: &'a str,
        failed: bool,
        code: Option<u32>,
        log: Option<&'a str>,
    },
    /// An operation of the engine or a program gave a result.
    Returned { operation: &'a str, code: u32 },
    /// What the suite setup notes of a component's result.
    InstallReturn { component: &'a str, code: u32 },
    /// A message of Windows Installer that an item sent up; the closing bracket may be lines away.
    InstallerMessage(&'a str),
    /// What to do where the item fails: `Rollback`, `Stop`, `Ignore`.
    OnFailure(&'a str),
    /// A condition under which the setup refuses is looked at; the text is what it would say.
    BlockIf(&'a str),
    /// The result of such a condition.
    BlockIfEvaluated(bool),
    /// The setup refuses.
    Blocked(&'a str),
    /// A file could not be fetched, or is not what it should be.
    CheckFailed { code: Option<u32> },
    /// What the suite setup lists among its errors.
    ErrorEvent(&'a str),
    /// A component of the suite ended.
    ComponentEnded { component: &'a str, failed: bool },
    /// What was done is undone.
    RollingBack,
    /// The result of the whole setup.
    FinalResult {
        failed: bool,
        code: u32,
        message: &'a str,
    },
    /// The exit code.
    ExitCode(u32),
    /// How long it took, in milliseconds; stands behind the result, perhaps in a line of its own.
    Elapsed(u64),
    /// Anything else.
    Other,
}

/// Reads a line; `None` where it is certainly none of these logs: it has no time stamp of their kind
/// and no wording of theirs.
#[must_use]
pub fn parse(line: &str) -> Option<Record<'_>> {
    if !may_be(line) {
        return None;
    }
    let line = line.trim();
    let (stamp, tail) = match stamp::split(line) {
        Some((stamp, tail)) => (Some(stamp), tail.trim_start()),
        None => (None, line),
    };
    // Only the suite setup writes years of two digits, and only it names the component.
    let suite = stamp.is_some_and(|stamp| stamp.date.third < 100);
    let (component, text) = if suite { component(tail) } else { (None, tail) };
    let kind = kind(text);
    (stamp.is_some() || kind != Kind::Other).then_some(Record {
        stamp,
        component,
        text,
        kind,
    })
}

/// A quick look that spares most lines of other logs the rest: without a time stamp, only lines that
/// begin like one of the wordings are looked at.
fn may_be(line: &str) -> bool {
    match line.trim_start().as_bytes() {
        // `MSI (s) (C8:50) [01:49:43:906]: `, the lines of the engine of Windows Installer.
        [b'M', b'S', b'I', b' ', b'(', _, b')', ..] => false,
        [b'[' | b'"' | b'(' | b'*', ..] => true,
        [b'A', b'c', b't', b'i', b'o', b'n', next, after, ..] => {
            matches!((next, after), (b':', _) | (b' ', b'R'))
        }
        [first, second, ..] => matches!(
            (first, second),
            (b'B', b'I' | b'l')
                | (b'C', b'B' | b'o')
                | (b'D', b'o')
                | (b'E', b'x')
                | (b'F', b'a' | b'i')
                | (b'I', b'n')
                | (b'L', b'o')
                | (b'M', b'S' | b's')
                | (b'O', b'S' | b'p' | b'n')
                | (b'P', b'a' | b'e')
                | (b'R', b'e' | b'o')
                | (b'S', b'E' | b'e' | b'i' | b't' | b'u')
                | (b'U', b'R')
                | (b'V', b'e')
        ),
        _ => false,
    }
}

/// `Setup.exe: text`: a component's name is short and has no punctuation that a path or a sentence has.
fn component(text: &str) -> (Option<&str>, &str) {
    let named = text.split_once(": ").or_else(|| {
        let name = text.strip_suffix(':')?;
        Some((name, ""))
    });
    match named {
        Some((name, tail))
            if !name.is_empty()
                && name.len() <= 120
                && !matches!(name, "InstallReturnValue" | "End_Session")
                && !name.contains(['\\', '"', '=', ';', '[', '*']) =>
        {
            (Some(name.trim_end()), tail.trim())
        }
        _ => (None, text),
    }
}

#[cfg(test)]
#[path = "grammar_tests.rs"]
mod tests;
