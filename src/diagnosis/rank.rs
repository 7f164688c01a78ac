//! Which line is the cause.
//!
//! The installer's own error messages come first, then what a custom action itself says, then
//! what only wraps or follows. Within one cascade the first written line counts: WiX and .NET
//! print from the inside out.

use super::class::{Class, Proof, is_telling, message, note};
use super::failed_step::{FailedStep, without_module};
use super::output::{Around, OutputKind};
use crate::formats::msi::{OpenAction, Session, Statement, StatementKind, output};
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
    piece: bool,
) -> Option<Chosen<'a>> {
    let said = among(session, step, ranked, piece);
    let class = |chosen: &Chosen<'_>| {
        let same = |(s, _): &&Ranked<'_>| std::ptr::eq(*s, chosen.statement);
        ranked.iter().find(same).and_then(|(_, class)| *class)
    };
    if said.as_ref().and_then(class) <= Some(Class::Note)
        && let Some(left) = in_property(session)
    {
        return Some(left);
    }
    said.or_else(|| malformed(session))
        .or_else(|| exit_line(session))
        .or_else(|| told_outside(session))
        .or_else(|| survived(session))
        .or_else(|| other_half(step))
        .or_else(|| passed(session, ranked))
}

/// A log of the client alone says no more than where the cause is.
fn other_half<'a>(step: &FailedStep<'a>) -> Option<Chosen<'a>> {
    Some(Chosen {
        statement: step.context?.other_half.as_ref()?,
        confidence: Confidence::Low,
    })
}

/// A log that breaks off tells no result. What went on behind an error may be the work of another package or
/// of a dialog, and people cut their pieces behind the line that struck them: it is shown as a hint.
fn passed<'a>(session: &Session, ranked: &[Ranked<'a>]) -> Option<Chosen<'a>> {
    let unended = session.run.outcome == Outcome::Incomplete;
    let hint = |(statement, class): &&Ranked<'a>| match statement.kind {
        StatementKind::TellTale(_) => *class >= Some(Class::TellTale),
        _ => *class >= Some(Class::ErrorCode),
    };
    let hints = ranked.iter().filter(hint).filter(|_| unended);
    let best = hints.clone().map(|(_, class)| *class).max()?;
    let (statement, _) = hints.clone().find(|(_, class)| *class == best)?;
    Some(Chosen {
        statement,
        confidence: Confidence::Low,
    })
}

/// A package whose product code or version is none fails where it is to be registered, and the engine
/// says nothing there.
fn malformed(session: &Session) -> Option<Chosen<'_>> {
    let failed = session.run.outcome == Outcome::Failed;
    Some(Chosen {
        statement: session.malformed().filter(|_| failed)?,
        confidence: Confidence::Medium,
    })
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
    Some(Chosen {
        statement: session
            .exit
            .as_ref()
            .filter(|_| has_telling_code(session))?,
        confidence: Confidence::Medium,
    })
}

fn has_telling_code(session: &Session) -> bool {
    let code = session.run.exit_code;
    code.is_some_and(|code| !matches!(code, 0 | 1602 | 1603 | 1641 | 3010))
}

/// What the engine wrote outside the action that failed, where it accounts for the exit code.
fn told_outside(session: &Session) -> Option<Chosen<'_>> {
    let (run, mut told) = (&session.run, session.tell_tales.iter());
    let code = run.exit_code.filter(|_| run.outcome == Outcome::Failed)?;
    let statement = told.find(|s| {
        let StatementKind::TellTale(row) = s.kind else {
            return false;
        };
        let row = tell_tales::get(row).filter(|row| row.weight == Weight::Cause);
        row.is_some_and(|row| row.accounts_for(code))
    })?;
    Some(Chosen {
        statement,
        confidence: Confidence::Low,
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
    piece: bool,
) -> Option<Chosen<'a>> {
    // In a log without an end, a run that went on after a line has got over it.
    let unended = session.run.outcome == Outcome::Incomplete;
    let stands = |s: &Statement| !unended || s.line > session.went_on();
    let ranked = ranked.iter().filter(|(statement, _)| stands(statement));
    let best = ranked.clone().filter_map(|(_, class)| *class).max()?;
    // Nobody says that such a run failed at all, and good runs write notes like these.
    if unended && best <= Class::Note {
        return None;
    }
    let mut equals = ranked
        .filter(|(_, class)| *class == Some(best))
        .map(|(statement, _)| *statement);
    let (first, last) = (equals.clone().next()?, equals.clone().next_back()?);
    // Before any action the engine notes what it tries and what does not work; it ends at the last.
    let early = step.action.is_none() && last.kind == StatementKind::Note;
    // Of several different messages of the installer the last one ended the action; it is shown where
    // it was first written.
    let statement = match is_message(last) {
        true => equals.find(|s| same_message(s, last)).unwrap_or(last),
        false if early => last,
        false => first,
    };
    let proof = Proof {
        failed: session.run.outcome == Outcome::Failed,
        ended: step.ended || (step.action.is_none() && session.exit.is_some()),
        whole: !piece,
        action_whole: step.context.is_some_and(|context| context.line > 0),
        number: statement.number,
    };
    Some(Chosen {
        statement,
        confidence: best.confidence(&proof),
    })
}

/// A line with its class; `None` where it tells nothing of a failure.
pub type Ranked<'a> = (&'a Statement, Option<Class>);

/// All lines of the step with their class.
pub fn ranked<'a>(session: &Session, step: &FailedStep<'a>) -> Vec<Ranked<'a>> {
    let around = Around::of(&step.statements);
    let goes_on = step.context.is_some_and(OpenAction::goes_on_anyway);
    let cancelled = session.run.outcome == Outcome::Cancelled;
    let spoken = words_for_exit(session, step);
    let class = |s: &Statement| match s.kind {
        // The run would have gone on after whatever the custom action came to.
        StatementKind::Output | StatementKind::Returned(_) if goes_on => None,
        _ if spoken == Some(s.line) => Some(Class::ExitWords),
        StatementKind::Message(kind) | StatementKind::ProductMessage(kind) => {
            message(s, kind).filter(|class| !cancelled || *class != Class::Internal)
        }
        StatementKind::Note => note(s.number.unwrap_or(0)),
        StatementKind::Output => output_class(step, s, &around),
        StatementKind::Returned(_) => Some(Class::Returned),
        StatementKind::TellTale(row) => tell_tale(session.run.exit_code, row),
        StatementKind::Exit(_) => None,
    };
    step.statements.iter().map(|s| (*s, class(s))).collect()
}

/// The line of the sentence that the engine shows for its exit code, in the language of Windows, after
/// it has returned: it repeats the code. Outside any action nothing else speaks there.
fn words_for_exit(session: &Session, step: &FailedStep<'_>) -> Option<u64> {
    let speaks = step.action.is_none() && has_telling_code(session);
    let returned = session.exit.as_ref().filter(|_| speaks)?;
    let mut after = session.outside.iter().filter(|s| s.line > returned.line);
    let first = after.find(|s| matches!(s.kind, StatementKind::Output))?;
    Some(first.line)
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
    let row = tell_tales::get(row).filter(|r| r.weight > Weight::Package)?;
    match exit_code {
        Some(code) if !row.accounts_for(code) => None,
        Some(_) if row.weight == Weight::Cause => Some(Class::ExplainsExit),
        Some(_) if row.weight == Weight::Exit => Some(Class::ExitReason),
        _ if row.weight <= Weight::Exit => None,
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
        OutputKind::ErrorLike if !tied(step, statement) => Class::LooseOutput,
        OutputKind::ErrorLike => Class::Output,
        OutputKind::QuietWrapper => Class::Aside,
        OutputKind::Doubtful => Class::Doubtful,
        OutputKind::Chatter => return None,
    })
}

/// Whether anything ties a line to what failed: where it stands, or that only custom actions write such
/// lines. In a text that people wrote around them the others may be people's words.
fn tied(step: &FailedStep<'_>, statement: &Statement) -> bool {
    after_begin(step, statement) || output::is_own(statement.body())
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
