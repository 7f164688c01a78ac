//! Kinds of logs, a folder each: its grammar, what it keeps of its lines, how it tells what went
//! wrong. Each gives the same model of a run ([`crate::run`]).
//!
//! A format does not know the others. What they share stands beside them: kept lines with their
//! bounds, time stamps, codes, marks in texts.

pub mod blame;
pub mod burn;
pub mod caller;
pub mod codes;
pub mod lines;
pub mod msi;
pub mod netfx_setup;
pub mod office;
pub mod scan;
pub mod stamp;
pub mod wording;

use crate::run::{Kind, Run};
use crate::text::Line;

/// How many packages or items that took longest are named.
const MOST_STEPS: usize = 10;
/// How many logs of packages or items are named.
const MOST_LOGS: usize = 1000;

/// Reads the lines of one kind of log.
pub trait Format: Send {
    /// Takes a line in that can only be of this kind of log; whether it is one. No other format sees
    /// it then.
    fn take_own(&mut self, _line: &Line<'_>) -> bool {
        false
    }

    /// Takes a line in that no format has for its own.
    fn take_shared(&mut self, line: &Line<'_>, told: Told);

    /// How sure it is that the log is of this kind: how many lines only such logs have.
    fn claim(&self) -> u64;

    /// How the installation ended of which another log tells more.
    fn ending(&self) -> Option<caller::Ending> {
        None
    }

    /// The runs, after the last of so many lines.
    fn finish(self: Box<Self>, lines: u64) -> LogRuns;
}

/// What the grammar of Windows Installer makes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// The engine's prefix stands before it.
    pub by_engine: bool,
    /// What it says.
    pub shape: Shape,
}

/// What the grammar of Windows Installer makes of the text of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Begin or end of an action, or a property of the dump at the end: no other program writes these.
    Frame,
    /// A message of the installer.
    Message,
    /// A message as it goes to the event log, with the product's name before it.
    Event,
    /// Nothing that it knows.
    Text,
    /// Another line of the installer.
    Other,
}

/// What a format made of a log.
#[derive(Debug, Clone, Default)]
pub struct LogRuns {
    /// The runs, in the order of the log.
    pub runs: Vec<Run>,
    /// It is as detailed as such logs can be.
    pub verbose: bool,
    /// The log's own end is there.
    pub complete: bool,
    /// Path under which the log was written, where it says so itself.
    pub written_as: Option<String>,
    /// What was odd, in words.
    pub notices: Vec<String>,
    /// The file's name may tell the product.
    pub named_after_product: bool,
}

/// All formats beside that of Windows Installer itself, and what a log is that one has the strongest
/// claim to; of equal claims the first one's counts.
#[must_use]
pub fn all() -> Vec<(Kind, Box<dyn Format>)> {
    vec![
        (Kind::Burn, Box::<burn::BurnFormat>::default()),
        (Kind::NetfxSetup, Box::<netfx_setup::SetupFormat>::default()),
        (Kind::Wrapper, Box::<caller::CallerFormat>::default()),
        (Kind::Wrapper, Box::<office::OfficeFormat>::default()),
    ]
}
