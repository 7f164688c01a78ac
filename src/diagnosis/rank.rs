//! Which line is the cause.
//!
//! The installer's own error messages come first, then what a custom action itself says, then
//! what only wraps or follows. Within one cascade the first written line counts: WiX and .NET
//! print from the inside out.

use super::leaf::Leaf;
use super::model::ActionKind;
use super::output::{self, OutputKind};
use crate::grammar::MessageKind;
use crate::knowledge::noise;
use crate::knowledge::tell_tales::{self, Weight};
use crate::session::{Session, Statement, StatementKind};

/// How well a line tells the cause; higher is better.
pub type Rank = u8;

/// From here on the line is a cause that an expert would bet on.
pub const CERTAIN: Rank = 80;

/// An exit code that tells the cause by itself.
const EXIT: Rank = 56;

/// The line that was chosen.
pub struct Chosen<'a> {
    /// The line.
    pub statement: &'a Statement,
    /// How well it tells the cause.
    pub rank: Rank,
}

/// Chooses the cause among what the leaf said.
pub fn choose<'a>(session: &'a Session, leaf: &Leaf<'a>) -> Option<Chosen<'a>> {
    among(session, leaf)
        .or_else(|| exit_line(session))
        .or_else(|| survived(session))
}

/// An exit code other than the two that say nothing (1603) or only who ended it (1602) tells the
/// cause by itself.
fn exit_line(session: &Session) -> Option<Chosen<'_>> {
    let telling = !matches!(session.exit_code?, 0 | 1602 | 1603 | 1641 | 3010);
    let statement = session.exit.as_ref().filter(|_| telling)?;
    Some(Chosen {
        statement,
        rank: EXIT,
    })
}

/// With nothing else to go by, an error that the run got over is a hint.
fn survived(session: &Session) -> Option<Chosen<'_>> {
    let telling = |s: &&Statement| is_telling(s) && is_message(s);
    let statement = session.survived.iter().rev().find(telling)?;
    Some(Chosen {
        statement,
        rank: 30,
    })
}

fn among<'a>(session: &Session, leaf: &Leaf<'a>) -> Option<Chosen<'a>> {
    let ranked = ranked(session, leaf);
    let best = ranked
        .iter()
        .map(|(_, rank)| *rank)
        .max()
        .filter(|rank| *rank > 0)?;
    let equals: Vec<&(&Statement, Rank)> =
        ranked.iter().filter(|(_, rank)| *rank == best).collect();
    let statement = match equals.last() {
        // Of several different messages of the installer the last one ended the action; it is
        // shown where it was first written.
        Some((last, _)) if is_message(last) => equals
            .iter()
            .map(|(s, _)| *s)
            .find(|s| same_message(s, last))
            .unwrap_or(last),
        _ => equals.first().map(|(s, _)| *s)?,
    };
    Some(Chosen {
        statement,
        rank: best,
    })
}

/// All lines of the leaf with their rank.
pub fn ranked<'a>(session: &Session, leaf: &Leaf<'a>) -> Vec<(&'a Statement, Rank)> {
    let wrapped = leaf.statements.iter().any(|s| {
        matches!(s.kind, StatementKind::Output)
            && output::classify(s.body(), true) == OutputKind::QuietWrapper
    });
    leaf.statements
        .iter()
        .map(|s| (*s, rank(session, leaf, s, wrapped)))
        .collect()
}

fn is_message(statement: &Statement) -> bool {
    matches!(
        statement.kind,
        StatementKind::Message(k) | StatementKind::ProductMessage(k) if k != MessageKind::Plain
    )
}

/// Whether two lines are copies of one message: the event log's, the dialog's and the raw one.
pub fn same_message(a: &Statement, b: &Statement) -> bool {
    let text = |s: &Statement| {
        let body = s.body();
        let tail = match s.kind {
            StatementKind::ProductMessage(_) => body.rsplit_once(" -- ").map_or(body, |(_, t)| t),
            _ => body,
        };
        tail.trim().to_owned()
    };
    a.number == b.number && text(a) == text(b)
}

/// Whether a line tells of a failure at all, wherever it stands.
pub fn is_telling(statement: &Statement) -> bool {
    match statement.kind {
        StatementKind::Message(kind) | StatementKind::ProductMessage(kind) => {
            message(statement, kind) >= CERTAIN || kind == MessageKind::Plain
        }
        StatementKind::Returned { code, ignored } => code != 0 && !ignored,
        StatementKind::Output => output::classify(statement.body(), false) >= OutputKind::ErrorLike,
        StatementKind::Exit(code) => code != 0,
        StatementKind::Note => note(statement) > 0,
        StatementKind::TellTale(row) => {
            tell_tales::get(row).is_some_and(|r| r.weight > Weight::Pointer)
        }
    }
}

fn rank(session: &Session, leaf: &Leaf<'_>, statement: &Statement, wrapped: bool) -> Rank {
    match statement.kind {
        StatementKind::Message(kind) | StatementKind::ProductMessage(kind) => {
            message(statement, kind)
        }
        StatementKind::Note => note(statement),
        StatementKind::Output => output_rank(leaf, statement, wrapped),
        StatementKind::Returned { ignored: true, .. } => 0,
        StatementKind::Returned { .. } => 50,
        StatementKind::TellTale(row) => tell_tale(session, row),
        StatementKind::Exit(_) => 0,
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

fn message(statement: &Statement, kind: MessageKind) -> Rank {
    let number = statement.number.unwrap_or(0);
    let base = match kind {
        MessageKind::DiskFull | MessageKind::Fatal => return 100,
        MessageKind::Plain => return 94,
        MessageKind::Error if is_wrapper(number) => 84,
        MessageKind::Error => 100,
        MessageKind::Internal => 82,
        MessageKind::Debug => 81,
        // Some packages log an error as information.
        MessageKind::Info | MessageKind::Warning
            if (1301..=1410).contains(&number) || (1901..=1945).contains(&number) =>
        {
            70
        }
        MessageKind::Info | MessageKind::Warning => return 0,
    };
    if is_consequence(number) {
        return 20;
    }
    let cosmetic =
        noise::line_level(statement.body()).is_some_and(|n| n.level == noise::Level::Harmless);
    if cosmetic && !matches!(kind, MessageKind::Error) {
        10
    } else {
        base
    }
}

fn note(statement: &Statement) -> Rank {
    match statement.number.unwrap_or(0) {
        0..=1100 => 0,
        number if is_consequence(number) => 0,
        number if is_wrapper(number) => 55,
        1101..=1410 | 1500..=1999 => 60,
        2203 => 52,
        _ => 45,
    }
}

fn tell_tale(session: &Session, row: usize) -> Rank {
    let Some(row) = tell_tales::get(row).filter(|r| r.weight > Weight::Pointer) else {
        return 0;
    };
    match session.exit_code {
        Some(code) if row.accounts_for(code) && row.weight == Weight::Cause => 74,
        Some(code) if row.accounts_for(code) => 58,
        Some(_) => 40,
        None => 57,
    }
}

fn output_rank(leaf: &Leaf<'_>, statement: &Statement, wrapped: bool) -> Rank {
    let kind = output::classify(statement.body(), wrapped);
    if leaf.kind == ActionKind::Standard {
        // No custom action runs here: the line is the text of a dialog or of a condition.
        let condition = leaf.action.as_deref() == Some("LaunchConditions")
            && !statement.body().trim().is_empty();
        return match kind {
            _ if condition => 93,
            OutputKind::Chatter => 0,
            OutputKind::Doubtful => 54,
            OutputKind::ErrorLike => 65,
            _ => 75,
        };
    }
    match kind {
        OutputKind::Exception => 95,
        OutputKind::Child if output::is_error_like(statement.body()) => 92,
        OutputKind::Child => 91,
        OutputKind::ErrorCode => 90,
        // A line in which the action speaks of itself sums up what went wrong before it.
        OutputKind::ErrorLike if names_action(leaf, statement.body()) => 86,
        // Below what the installer says itself where nothing ties the line to the action.
        OutputKind::ErrorLike if !after_begin(leaf, statement) => 83,
        OutputKind::ErrorLike => 85,
        OutputKind::QuietWrapper => 72,
        OutputKind::Doubtful => 56,
        OutputKind::Chatter => 0,
    }
}

/// Whether a line was written after the action began, as far as the log shows when that was.
fn after_begin(leaf: &Leaf<'_>, statement: &Statement) -> bool {
    let began = leaf.context().map(|context| context.line);
    began.is_some_and(|began| began > 0 && began <= statement.line)
}

/// Whether a line names the action, without the GUID that merge modules put behind its name.
fn names_action(leaf: &Leaf<'_>, text: &str) -> bool {
    let name = leaf
        .action
        .as_deref()
        .map_or("", super::codes::without_module);
    name.len() > 3 && text.contains(name)
}
