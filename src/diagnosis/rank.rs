//! Which line is the cause.
//!
//! The installer's own error messages come first, then what a custom action itself says, then
//! what only wraps or follows. Within one cascade the first written line counts: WiX and .NET
//! print from the inside out.

use super::class::{Class, is_telling, message, note};
use super::failed_step::{FailedStep, without_module};
use super::output::{Around, OutputKind};
use crate::formats::msi::{Session, Statement, StatementKind};
use crate::grammar::MessageKind;
use crate::knowledge::tell_tales::{self, Weight};
use crate::run::Outcome;
use crate::run::{ActionKind, Confidence};

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
    let said = among(session, step, ranked);
    let class = |chosen: &Chosen<'_>| {
        let same = |(s, _): &&Ranked<'_>| std::ptr::eq(*s, chosen.statement);
        ranked.iter().find(same).and_then(|(_, class)| *class)
    };
    if said.as_ref().and_then(class) <= Some(Class::Note)
        && let Some(left) = in_property(session)
    {
        return Some(left);
    }
    said.or_else(|| exit_line(session))
        .or_else(|| survived(session))
}

/// What a script left in a property when it failed: it may be an old failure, or one that was got
/// over.
fn in_property(session: &Session) -> Option<Chosen<'_>> {
    let failed = session.run.outcome == Outcome::Failed;
    Some(Chosen {
        statement: session.in_properties.iter().next().filter(|_| failed)?,
        confidence: Confidence::Low,
    })
}

/// An exit code other than the two that say nothing (1603) or only who ended it (1602) tells the
/// cause by itself.
fn exit_line(session: &Session) -> Option<Chosen<'_>> {
    let telling = !matches!(session.run.exit_code?, 0 | 1602 | 1603 | 1641 | 3010);
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
    let ended = session.run.outcome != Outcome::Incomplete
        && (session.run.exit_code.is_some() || step.ended);
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
    let around = Around::of(&step.statements);
    let class = |s: &Statement| match s.kind {
        StatementKind::Message(kind) | StatementKind::ProductMessage(kind) => message(s, kind),
        StatementKind::Note => note(s.number.unwrap_or(0)),
        StatementKind::Output => output_class(step, s, &around),
        StatementKind::Returned(_) => Some(Class::Returned),
        StatementKind::TellTale(row) => tell_tale(session.run.exit_code, row),
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

fn tell_tale(exit_code: Option<i64>, row: usize) -> Option<Class> {
    let row = tell_tales::get(row).filter(|r| r.weight > Weight::Pointer)?;
    match exit_code {
        Some(code) if !row.accounts_for(code) => None,
        Some(_) if row.weight == Weight::Cause => Some(Class::ExplainsExit),
        _ => Some(Class::TellTale),
    }
}

fn output_class(step: &FailedStep<'_>, statement: &Statement, around: &Around) -> Option<Class> {
    let text = statement.body();
    let kind = around.classify(statement);
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
        OutputKind::Child if around.program_failed(statement) => Class::ProgramError,
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
    let name = step.action.as_deref().map_or("", without_module);
    name.len() > 3 && text.contains(name)
}

#[cfg(test)]
mod tests;
