//! The error lines of a bundle, each given to what it is about.
//!
//! Burn writes an error from the inside out: the first line of a chain says what went wrong, each
//! further one who passed it on. Packages are fetched while others are carried out, so chains of
//! several threads stand between each other.

use super::grammar::{Phase, Prefix};

/// What an error line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// A package was carried out.
    Execute,
    /// A package was undone.
    Rollback,
    /// Something was fetched or checked.
    Fetch,
    /// The elevated half was started or spoken to.
    Elevate,
    /// A condition of the bundle's author did not hold.
    Condition,
    /// The bundle itself.
    Engine,
}

/// An error line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorLine {
    /// Its number, counted from 1.
    pub line: u64,
    /// The line as it stands there.
    pub text: String,
    /// Its text without prefix, number and code.
    pub message: String,
    /// Its code.
    pub code: Option<u32>,
    /// What it is about.
    pub area: Area,
    /// Id of the package, payload or container that it is about.
    pub subject: Option<String>,
    /// The package's attempt that it belongs to.
    pub attempt: u32,
    /// Lines with the same number pass one and the same failure on.
    pub chain: u32,
}

/// The package that is carried out, or was last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Execution {
    pub package: usize,
    pub phase: Phase,
    pub thread: Option<(u32, u32)>,
}

/// Process and thread of a line.
pub(super) fn thread(prefix: Option<Prefix>) -> Option<(u32, u32)> {
    prefix.map(|prefix| (prefix.process, prefix.thread))
}

/// `E_WIXSTDBA_CONDITION_FAILED`, in the source of the WiX toolset: a condition that the author set
/// does not hold.
const CONDITION: u32 = 0x81f4_0001;

/// What an error's words are about, where they leave no doubt.
pub(super) fn area_of_words(message: &str) -> Option<Area> {
    let has = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if has(&["ondition evaluated to false", "global condition"]) {
        return Some(Area::Condition);
    }
    if has(&[
        "elevate",
        "elevation",
        "connect to pipe",
        "to pump messages",
    ]) {
        return Some(Area::Elevate);
    }
    if has(&[
        "MSI package",
        "EXE package",
        "MSU package",
        "MSP package",
        "BUNDLE package",
        "related bundle",
        "Process returned error",
    ]) {
        return Some(Area::Execute);
    }
    let fetching = [
        "cache",
        "caching",
        "payload",
        "container",
        "acquire",
        "ownload",
        "URL",
        "BITS",
        "Hash mismatch",
        "hash",
        "certificate",
        "signature",
        "extract",
        "for source",
        "resolve source",
    ];
    has(&fetching).then_some(Area::Fetch)
}

/// What an error line is about, by its words and its thread.
pub(super) fn area(
    message: &str,
    code: Option<u32>,
    prefix: Option<Prefix>,
    execution: Option<Execution>,
    main: Option<(u32, u32)>,
) -> Area {
    let thread = thread(prefix);
    let words = match code {
        Some(CONDITION) => Some(Area::Condition),
        _ => area_of_words(message),
    };
    let Some(execution) = execution else {
        return words.unwrap_or(Area::Engine);
    };
    let phase = match execution.phase {
        Phase::Execute => Area::Execute,
        Phase::Rollback => Area::Rollback,
    };
    if thread.is_some() && thread == execution.thread && words != Some(Area::Condition) {
        return phase;
    }
    match words {
        Some(Area::Execute) => phase,
        None if thread.is_none() || thread == main => phase,
        other => other.unwrap_or(Area::Engine),
    }
}
