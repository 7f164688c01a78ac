//! Classes of lines by how well they tell a cause, as far as a line alone says it.

use super::output::{self, OutputKind};
use crate::formats::msi::{Statement, StatementKind};
use crate::grammar::MessageKind;
use crate::knowledge::noise;
use crate::knowledge::tell_tales::{self, Weight};
use crate::run::Confidence;

/// How well a line tells the cause, from a hint to the installer's own word. Where an action said
/// several things, the strongest class is the cause. `rank/tests.rs` holds a log for each class in
/// which it wins against the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// A message that follows a failure: restoring files, asking whether to cancel, the outcome.
    /// It is shown, and is a cause only where the log holds nothing else.
    Consequence,
    /// What a custom action returned: that it failed, not why.
    Returned,
    /// A note whose number belongs to no message that ends an installation: the engine's database
    /// writes many of them in good runs, too.
    Note,
    /// A note that something failed inside. It has a number of the Error table, so it ties the
    /// failure to an action; from here on the confidence is medium.
    WrapperNote,
    /// Words like «not found», which good runs write too.
    Doubtful,
    /// A line of the engine that may be the cause, where the exit code does not speak against it.
    TellTale,
    /// A note of a message that ends installations, where the log lacks the message itself.
    MessageNote,
    /// Words of failure that are not tied to it: in an action that runs no custom action they are
    /// the text of a dialog, and what wraps a program tells no more than that the program failed.
    Aside,
    /// An error's number, but logged as information: some packages do that.
    Information,
    /// A line of the engine that is the cause where the exit code is its own; from here on the
    /// confidence is high.
    ExplainsExit,
    /// An internal error: the engine itself says so, but authors often know and ignore it.
    Internal,
    /// Output that tells of a failure, though nothing ties it to the action that failed.
    LooseOutput,
    /// A message that only repeats that something inside failed; what that something said is better.
    WrapperMessage,
    /// Output of the custom action that tells of a failure, or the text of a launch condition.
    Output,
    /// Output in which the action speaks of itself: it sums up what went wrong before.
    OwnSummary,
    /// `NAME:  Error 0x…: …`: words and a code.
    ErrorCode,
    /// Anything that a program wrote whose failure is passed on: nearer than the code it returned.
    Program,
    /// What such a program wrote that tells of a failure by its words.
    ProgramError,
    /// A text without a number that the engine shows in the name of the product: the author's words.
    Plain,
    /// An exception: the failure's own account of itself.
    Exception,
    /// An error message of the installer: with it the engine ended the action.
    Message,
}

impl Class {
    /// High only where an expert would bet on it: the engine says that this action ended the run,
    /// and the line is the action's own account.
    pub fn confidence(self, ended: bool) -> Confidence {
        if self >= Self::ExplainsExit && ended {
            Confidence::High
        } else if self >= Self::WrapperNote {
            Confidence::Medium
        } else {
            Confidence::Low
        }
    }
}

/// Whether a line tells of a failure at all, wherever it stands.
pub fn is_telling(statement: &Statement) -> bool {
    match statement.kind {
        StatementKind::Message(kind) | StatementKind::ProductMessage(kind) => {
            message(statement, kind) >= Some(Class::Internal)
        }
        StatementKind::Returned(code) | StatementKind::Exit(code) => code != 0,
        StatementKind::Output => output::classify(statement.body(), false) >= OutputKind::ErrorLike,
        StatementKind::Note => note(statement.number.unwrap_or(0)).is_some(),
        StatementKind::TellTale(row) => {
            tell_tales::get(row).is_some_and(|r| r.weight > Weight::Pointer)
        }
    }
}

/// Messages that only repeat that something inside them failed.
fn is_wrapper(number: u32) -> bool {
    matches!(number, 1713 | 1714 | 1721..=1723)
}

/// Messages that follow a failure: restoring files, asking whether to cancel, outcome texts,
/// dialogs that tell of the failure.
fn is_consequence(number: u32) -> bool {
    matches!(number, 1602 | 1607 | 1704 | 1705 | 1707..=1710 | 1712 | 1715..=1717 | 1724..=1729 | 2867 | 2869 | 2896)
}

/// The class of a message.
pub fn message(statement: &Statement, kind: MessageKind) -> Option<Class> {
    let number = statement.number.unwrap_or(0);
    Some(match kind {
        MessageKind::DiskFull | MessageKind::Fatal => Class::Message,
        MessageKind::Plain => Class::Plain,
        MessageKind::Info | MessageKind::Warning => match number {
            1301..=1410 | 1901..=1945 => Class::Information,
            _ => return None,
        },
        _ if is_consequence(number) => Class::Consequence,
        MessageKind::Error if is_wrapper(number) => Class::WrapperMessage,
        MessageKind::Error => Class::Message,
        MessageKind::Internal | MessageKind::Debug => {
            let known = noise::line_level(statement.body());
            if known.is_some_and(|known| known.level == noise::Level::Harmless) {
                return None;
            }
            Class::Internal
        }
    })
}

/// The class of a note of this number.
pub fn note(number: u32) -> Option<Class> {
    match number {
        0..=1100 => None,
        number if is_consequence(number) => None,
        number if is_wrapper(number) => Some(Class::WrapperNote),
        1101..=1410 | 1500..=1999 => Some(Class::MessageNote),
        _ => Some(Class::Note),
    }
}
