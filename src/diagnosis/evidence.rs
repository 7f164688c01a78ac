//! The lines that prove a diagnosis, each with its reason.

use super::class::Class;
use super::failed_step::FailedStep;
use super::output;
use super::rank::{self, Ranked};
use crate::formats::msi::{Session, Statement, StatementKind};
use crate::knowledge::tell_tales;
use crate::run::Evidence;
use crate::run::Outcome;
use crate::run::Role;

/// How much a line proves: by its role, then by how well it tells the cause.
type Weight = (u8, Option<Class>);

/// Gathers the evidence, in the order of the log; the most telling lines where there are too many.
pub fn gather(
    session: &Session,
    step: &FailedStep<'_>,
    ranked: &[Ranked<'_>],
    cause: Option<&Statement>,
    most: usize,
) -> Vec<Evidence> {
    let mut all: Vec<(Weight, Evidence)> = Vec::new();
    let mut add = |weight: Weight, line: u64, text: &str, role: Role| {
        if all.iter().all(|(_, known)| known.line != line) {
            let text = text.to_owned();
            all.push((weight, Evidence { line, text, role }));
        }
    };
    if let Some(cause) = cause {
        add(
            (Role::Cause.weight(), None),
            cause.line,
            &cause.text,
            Role::Cause,
        );
    }
    for &(statement, class) in ranked {
        let Some(mut role) = role(statement, class, cause) else {
            continue;
        };
        // What tells of no failure by itself goes early.
        let highest = class.map_or(1, |_| u8::MAX);
        let weight = (role.weight().min(highest), class);
        // Nobody said that an action ran at all.
        if step.action.is_none() && statement.kind == StatementKind::Output {
            role = Role::AlsoWritten;
        }
        add(weight, statement.line, &statement.text, role);
    }
    let operation = step.operation().map(|(line, text)| {
        let text = format!("Executing op: {text}");
        (line, text, Role::ScriptStep)
    });
    let told = session.tell_tales.iter().filter_map(|s| {
        let role = beside(session, s, cause)?;
        Some((s.line, s.text.clone(), role))
    });
    let end = step.end.map(|text| {
        let role = match session.run.outcome {
            Outcome::Cancelled => Role::Cancelled,
            _ => Role::Failed,
        };
        (step.line, text.to_owned(), role)
    });
    for (line, text, role) in operation.into_iter().chain(told).chain(end) {
        add((role.weight(), None), line, &text, role);
    }
    all.sort_by_key(|(weight, e)| (std::cmp::Reverse(*weight), e.line));
    all.truncate(most.max(1));
    let mut kept: Vec<Evidence> = all.into_iter().map(|(_, e)| e).collect();
    kept.sort_by_key(|e| e.line);
    kept
}

/// Tell-tales that stand outside the failing action count where they fit the exit code or the
/// message.
fn beside(session: &Session, statement: &Statement, cause: Option<&Statement>) -> Option<Role> {
    let StatementKind::TellTale(row) = statement.kind else {
        return None;
    };
    let message = cause.and_then(|c| c.number).map(i64::from);
    let codes = [session.run.exit_code, message];
    let row = tell_tales::get(row)?;
    let fits = codes.iter().flatten().any(|code| row.accounts_for(*code));
    fits.then(|| Role::TellTale(row.why.to_owned()))
}

/// Why a line of the failed step is shown; `None` where it is not.
fn role(statement: &Statement, class: Option<Class>, cause: Option<&Statement>) -> Option<Role> {
    let copy = cause.is_some_and(|c| rank::same_message(statement, c) || same_number(statement, c));
    let role = match statement.kind {
        StatementKind::Note if copy => Role::RawMessage,
        _ if copy && class.is_some() => Role::MessageAgain,
        StatementKind::Returned(_) => Role::Returned,
        StatementKind::Message(_) | StatementKind::ProductMessage(_) => {
            class.map(|_| Role::AlsoSaid)?
        }
        StatementKind::TellTale(row) => Role::TellTale(tell_tales::get(row)?.why.to_owned()),
        StatementKind::Output if class >= Some(Class::Output) => Role::ActionOutput,
        StatementKind::Output if class.is_some() => Role::OtherOutput,
        // A line that a program wrote, even where its words alone do not tell of a failure.
        StatementKind::Output if output::is_childs(statement.body()) => Role::ActionOutput,
        StatementKind::Note => class.map(|_| Role::Noted)?,
        _ => return None,
    };
    Some(role)
}

fn same_number(a: &Statement, b: &Statement) -> bool {
    a.number.is_some() && a.number == b.number
}

#[cfg(test)]
mod tests;
