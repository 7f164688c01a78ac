//! The lines that prove a diagnosis, each with its reason.

use super::leaf::Leaf;
use super::model::Evidence;
use super::output;
use super::rank::{self, Chosen};
use crate::knowledge::tell_tales;
use crate::session::{Outcome, Session, Statement, StatementKind};

/// Gathers the evidence, in the order of the log; the most telling lines where there are too many.
pub fn gather(
    session: &Session,
    leaf: &Leaf<'_>,
    chosen: Option<&Chosen<'_>>,
    most: usize,
) -> Vec<Evidence> {
    let mut all: Vec<(u8, Evidence)> = Vec::new();
    let mut add = |weight: u8, line: u64, text: &str, why: &str| {
        if line > 0 && !all.iter().any(|(_, e)| e.line == line) {
            all.push((
                weight,
                Evidence {
                    line,
                    text: text.to_owned(),
                    why: why.to_owned(),
                },
            ));
        }
    };
    if let Some(chosen) = chosen {
        add(
            255,
            chosen.statement.line,
            &chosen.statement.text,
            "the cause",
        );
    }
    for (statement, rank) in rank::ranked(session, leaf) {
        let (weight, mut why) = reason(statement, rank, chosen.map(|c| c.statement));
        // Nobody said that an action ran at all.
        if leaf.action.is_none() && statement.kind == StatementKind::Output {
            why = "also written here";
        }
        if weight > 0 {
            add(weight, statement.line, &statement.text, why);
        }
    }
    if let Some((line, text)) = leaf.operation {
        add(
            60,
            line,
            &format!("Executing op: {text}"),
            "the step of the script that was running",
        );
    }
    for statement in session
        .tell_tales
        .iter()
        .filter(|s| beside(session, s, chosen.map(|c| c.statement)))
    {
        add(40, statement.line, &statement.text, why_of(statement));
    }
    if let Some(text) = leaf.end {
        add(
            70,
            leaf.line,
            text,
            match session.outcome {
                Outcome::Cancelled => "here the engine says that the action was cancelled",
                _ => "here the engine says that the action failed",
            },
        );
    }
    all.sort_by_key(|(weight, e)| (std::cmp::Reverse(*weight), e.line));
    all.truncate(most.max(1));
    let mut kept: Vec<Evidence> = all.into_iter().map(|(_, e)| e).collect();
    kept.sort_by_key(|e| e.line);
    kept
}

/// Tell-tales that stand outside the failing action count where they fit the exit code or the
/// message.
fn beside(session: &Session, statement: &Statement, cause: Option<&Statement>) -> bool {
    let StatementKind::TellTale(row) = statement.kind else {
        return false;
    };
    let message = cause.and_then(|c| c.number).map(i64::from);
    let codes = [session.exit_code, message];
    tell_tales::get(row).is_some_and(|r| codes.iter().flatten().any(|code| r.accounts_for(*code)))
}

fn why_of(statement: &Statement) -> &'static str {
    match statement.kind {
        StatementKind::TellTale(row) => tell_tales::get(row).map_or("", |r| r.why),
        _ => "",
    }
}

fn reason(statement: &Statement, rank: u8, cause: Option<&Statement>) -> (u8, &'static str) {
    let copy = cause.is_some_and(|c| rank::same_message(statement, c) || same_number(statement, c));
    match statement.kind {
        StatementKind::Note if copy => (110, "the same message with its raw arguments"),
        _ if copy && rank > 0 => (30, "the same message again"),
        StatementKind::Returned { ignored: false, .. } => (100, "what the custom action returned"),
        StatementKind::Message(_) | StatementKind::ProductMessage(_) if rank >= 20 => {
            (rank, "also said while this action ran")
        }
        StatementKind::TellTale(_) => (50, why_of(statement)),
        StatementKind::Output if rank >= 85 => (rank, "output of the custom action"),
        StatementKind::Output if rank > 0 => (65, "output while this action ran"),
        StatementKind::Output if child_word(statement) => (35, "output of the custom action"),
        StatementKind::Note if rank >= 45 => (rank, "noted by the engine while this action ran"),
        _ => (0, ""),
    }
}

fn same_number(a: &Statement, b: &Statement) -> bool {
    a.number.is_some() && a.number == b.number
}

/// A line that a program wrote, even where its words alone do not tell of a failure.
fn child_word(statement: &Statement) -> bool {
    output::classify(statement.body(), true) == output::OutputKind::Child
}
