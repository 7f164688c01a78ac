//! Classes of lines by how well they tell a cause, as far as a line alone says it.

use super::output::{self, OutputKind};
use crate::formats::msi::{Statement, StatementKind};
use crate::grammar::MessageKind;
use crate::knowledge::tell_tales::{self, Weight};
use crate::knowledge::{messages, noise};
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
    /// The sentence that the engine shows for the exit code: what the code says, in words.
    ExitWords,
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
    /// A line of the engine that is the cause because it ended with a code that is such a line's own;
    /// good runs write it, too.
    ExitReason,
    /// A line of the engine that is the cause where the exit code is its own.
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

/// What the log shows beside a line that is taken for the cause.
#[derive(Debug, Clone, Copy)]
pub struct Proof {
    /// The run failed, and was not cancelled.
    pub failed: bool,
    /// The engine itself ended the action with a failure, or itself without one.
    pub ended: bool,
    /// The log has a beginning or an end: it is not a piece that somebody chose.
    pub whole: bool,
    /// The action stands in the log from its beginning on.
    pub action_whole: bool,
    /// Number of the message.
    pub number: Option<u32>,
}

/// Messages of the installer's own table, as opposed to those that packages and their toolkits add:
/// the installer ends an action with one of these.
const OWN_MESSAGES: std::ops::RangeInclusive<u32> = 1101..=1999;

impl Class {
    /// How sure a line of this class is the cause. «High» is a promise: only the classes below have
    /// it, each of which was right in every log of the collection of labelled logs (counted on 164
    /// causes in logs of Windows Installer), and in which the engine itself speaks of this run:
    ///
    /// | class | right | wrong | high where |
    /// |---|---|---|---|
    /// | `Message` of the installer's own table | 42 | 0 | the engine ended the action, and the action or the log is whole |
    /// | `Plain` (launch conditions) | 4 | 0 | the engine ended the action, and the log is no piece |
    /// | `ExplainsExit` | 2 | 0 | the engine returned that code, and the log is no piece |
    ///
    /// Right in all, but not the engine's word, or one that only passes on what something inside has
    /// said better, so never «high»: `WrapperMessage` 18, `ProgramError` 9, `ErrorCode` 7, `Internal` 6,
    /// `Exception` 4. Wrong somewhere: `LooseOutput` 3 of 11, `Output` 1 of 2.
    pub fn confidence(self, proof: &Proof) -> Confidence {
        let own = proof.number.is_none_or(|n| OWN_MESSAGES.contains(&n));
        let sure = match self {
            Self::Message => own && (proof.whole || proof.action_whole),
            Self::Plain | Self::ExplainsExit => proof.whole,
            _ => false,
        };
        if sure && proof.failed && proof.ended {
            Confidence::High
        } else if self >= Self::ExitWords {
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
            tell_tales::get(row).is_some_and(|r| r.weight > Weight::Exit)
        }
    }
}

/// Messages that only repeat that something inside them failed.
fn is_wrapper(number: u32) -> bool {
    matches!(number, 1713 | 1714 | 1721..=1723)
}

/// The class of a message.
pub fn message(statement: &Statement, kind: MessageKind) -> Option<Class> {
    let number = statement.number.unwrap_or(0);
    Some(match kind {
        MessageKind::DiskFull | MessageKind::Fatal => Class::Message,
        MessageKind::Plain => match noise::line_level(statement.body()) {
            Some(known) if known.level == noise::Level::Consequence => Class::Consequence,
            _ => Class::Plain,
        },
        // The engine shows its exit code so.
        _ if matches!(number, 1625 | 1640) => Class::ExitWords,
        MessageKind::Info | MessageKind::Warning => match number {
            1301..=1410 | 1901..=1945 => Class::Information,
            _ => return None,
        },
        _ if messages::follows_failure(number) => Class::Consequence,
        MessageKind::Error if is_wrapper(number) => Class::WrapperMessage,
        MessageKind::Error => Class::Message,
        MessageKind::Internal | MessageKind::Debug => {
            // Troubles of dialogs, which are about their looks; 2896 and the like are dealt with above.
            if matches!(number, 2800..=2899) {
                return None;
            }
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
        number if messages::follows_failure(number) => None,
        number if is_wrapper(number) => Some(Class::WrapperNote),
        1101..=1410 | 1500..=1999 => Some(Class::MessageNote),
        _ => Some(Class::Note),
    }
}
