//! What the error lines of a bundle are about.
//!
//! Burn writes an error from the inside out: the first line of a chain says what went wrong, each
//! further one who passed it on. Packages are fetched while others are carried out, so chains of
//! several threads stand between each other.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::formats::wording::Wordings;

pub(super) static AREAS: LazyLock<Wordings<Area>> =
    LazyLock::new(|| Wordings::read(include_str!("areas.tsv")));

/// What an error line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
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

/// What an error line belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
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
    /// `Execute`, or `Rollback` where it is undone.
    pub area: Area,
    pub thread: Option<(u32, u32)>,
}

/// `E_WIXSTDBA_CONDITION_FAILED`, in the source of the WiX toolset: a condition that the author set
/// does not hold.
const CONDITION: u32 = 0x81f4_0001;

/// What an error line is about, by its words and its thread.
pub(super) fn area(
    message: &str,
    code: Option<u32>,
    thread: Option<(u32, u32)>,
    execution: Option<Execution>,
    main: Option<(u32, u32)>,
) -> Area {
    let words = match code {
        Some(CONDITION) => Some(Area::Condition),
        _ => AREAS.find(message).map(|found| found.kind),
    };
    let Some(execution) = execution else {
        return words.unwrap_or(Area::Engine);
    };
    match words {
        Some(Area::Condition) => Area::Condition,
        _ if thread.is_some() && thread == execution.thread => execution.area,
        Some(Area::Execute) => execution.area,
        None if thread.is_none() || thread == main => execution.area,
        other => other.unwrap_or(Area::Engine),
    }
}
