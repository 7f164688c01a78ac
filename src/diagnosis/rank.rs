//! Which line is the cause.
//!
//! The installer's own error messages come first, then what a custom action itself says, then
//! what only wraps or follows. Within one cascade the first written line counts: WiX and .NET
//! print from the inside out.

use super::failed_step::FailedStep;
use super::output::{self, OutputKind};
use crate::formats::msi::{Outcome, Session, Statement, StatementKind};
use crate::grammar::MessageKind;
use crate::knowledge::noise;
use crate::knowledge::tell_tales::{self, Weight};
use crate::run::{ActionKind, Confidence};

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
    fn confidence(self, ended: bool) -> Confidence {
        if self >= Self::ExplainsExit && ended {
            Confidence::High
        } else if self >= Self::WrapperNote {
            Confidence::Medium
        } else {
            Confidence::Low
        }
    }
}

/// The line that was chosen.
pub struct Chosen<'a> {
    /// The line.
    pub statement: &'a Statement,
    /// How sure it is the cause.
    pub confidence: Confidence,
}

/// Chooses the cause among what the failed step said.
pub fn choose<'a>(
    session: &'a Session,
    step: &FailedStep<'a>,
    ranked: &[Ranked<'a>],
) -> Option<Chosen<'a>> {
    among(session, step, ranked)
        .or_else(|| exit_line(session))
        .or_else(|| survived(session))
}

/// An exit code other than the two that say nothing (1603) or only who ended it (1602) tells the
/// cause by itself.
fn exit_line(session: &Session) -> Option<Chosen<'_>> {
    let telling = !matches!(session.exit_code?, 0 | 1602 | 1603 | 1641 | 3010);
    Some(Chosen {
        statement: session.exit.as_ref().filter(|_| telling)?,
        confidence: Confidence::Medium,
    })
}

/// With nothing else to go by, an error that the run got over is a hint.
fn survived(session: &Session) -> Option<Chosen<'_>> {
    let telling = |s: &&Statement| is_telling(s) && is_message(s);
    Some(Chosen {
        statement: session.survived.iter().rev().find(telling)?,
        confidence: Confidence::Low,
    })
}

fn among<'a>(
    session: &Session,
    step: &FailedStep<'a>,
    ranked: &[Ranked<'a>],
) -> Option<Chosen<'a>> {
    let best = ranked.iter().filter_map(|(_, class)| *class).max()?;
    let mut equals = ranked
        .iter()
        .filter(|(_, class)| *class == Some(best))
        .map(|(statement, _)| *statement);
    let (first, last) = (equals.clone().next()?, equals.clone().next_back()?);
    let ended =
        session.outcome != Outcome::Incomplete && (session.exit_code.is_some() || step.ended);
    Some(Chosen {
        // Of several different messages of the installer the last one ended the action; it is
        // shown where it was first written.
        statement: match is_message(last) {
            true => equals.find(|s| same_message(s, last)).unwrap_or(last),
            false => first,
        },
        confidence: best.confidence(ended),
    })
}

/// A line with its class; `None` where it tells nothing of a failure.
pub type Ranked<'a> = (&'a Statement, Option<Class>);

/// All lines of the step with their class.
pub fn ranked<'a>(session: &Session, step: &FailedStep<'a>) -> Vec<Ranked<'a>> {
    let wrapped = step.statements.iter().any(|s| {
        matches!(s.kind, StatementKind::Output)
            && output::classify(s.body(), true) == OutputKind::QuietWrapper
    });
    let class = |s: &Statement| match s.kind {
        StatementKind::Message(kind) | StatementKind::ProductMessage(kind) => message(s, kind),
        StatementKind::Note => note(s.number.unwrap_or(0)),
        StatementKind::Output => output_class(step, s, wrapped),
        StatementKind::Returned(_) => Some(Class::Returned),
        StatementKind::TellTale(row) => tell_tale(session.exit_code, row),
        StatementKind::Exit(_) => None,
    };
    step.statements.iter().map(|s| (*s, class(s))).collect()
}

fn is_message(statement: &Statement) -> bool {
    matches!(
        statement.kind,
        StatementKind::Message(k) | StatementKind::ProductMessage(k) if k != MessageKind::Plain
    )
}

/// Whether two lines are copies of one message: the event log's, the dialog's and the raw one.
pub fn same_message(a: &Statement, b: &Statement) -> bool {
    fn text(s: &Statement) -> &str {
        let copy = match s.kind {
            StatementKind::ProductMessage(_) => s.body().rsplit_once(" -- "),
            _ => None,
        };
        copy.map_or(s.body(), |(_, text)| text).trim()
    }
    a.number == b.number && text(a) == text(b)
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

fn message(statement: &Statement, kind: MessageKind) -> Option<Class> {
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

fn note(number: u32) -> Option<Class> {
    match number {
        0..=1100 => None,
        number if is_consequence(number) => None,
        number if is_wrapper(number) => Some(Class::WrapperNote),
        1101..=1410 | 1500..=1999 => Some(Class::MessageNote),
        _ => Some(Class::Note),
    }
}

fn tell_tale(exit_code: Option<i64>, row: usize) -> Option<Class> {
    let row = tell_tales::get(row).filter(|r| r.weight > Weight::Pointer)?;
    match exit_code {
        Some(code) if !row.accounts_for(code) => None,
        Some(_) if row.weight == Weight::Cause => Some(Class::ExplainsExit),
        _ => Some(Class::TellTale),
    }
}

fn output_class(step: &FailedStep<'_>, statement: &Statement, wrapped: bool) -> Option<Class> {
    let text = statement.body();
    let kind = output::classify(text, wrapped);
    if step.kind == ActionKind::Standard {
        // No custom action runs here: the line is the text of a dialog or of a condition.
        let condition = step.action.as_deref() == Some("LaunchConditions");
        return match kind {
            _ if condition => Some(Class::Output),
            OutputKind::Chatter => None,
            OutputKind::Doubtful => Some(Class::Doubtful),
            _ => Some(Class::Aside),
        };
    }
    Some(match kind {
        OutputKind::Exception => Class::Exception,
        OutputKind::Child if output::is_error_like(text) => Class::ProgramError,
        OutputKind::Child => Class::Program,
        OutputKind::ErrorCode => Class::ErrorCode,
        OutputKind::ErrorLike if names_action(step, text) => Class::OwnSummary,
        OutputKind::ErrorLike if !after_begin(step, statement) => Class::LooseOutput,
        OutputKind::ErrorLike => Class::Output,
        OutputKind::QuietWrapper => Class::Aside,
        OutputKind::Doubtful => Class::Doubtful,
        OutputKind::Chatter => return None,
    })
}

/// Whether a line was written after the action began, as far as the log shows when that was.
fn after_begin(step: &FailedStep<'_>, statement: &Statement) -> bool {
    let began = step.context.map_or(0, |context| context.line);
    began > 0 && began <= statement.line
}

/// Whether a line names the action, without the GUID that merge modules put behind its name.
fn names_action(step: &FailedStep<'_>, text: &str) -> bool {
    let name = step
        .action
        .as_deref()
        .map_or("", super::codes::without_module);
    name.len() > 3 && text.contains(name)
}

#[cfg(test)]
mod tests;
