//! Marks the failing path: the action that failed, what it ran last, and all that is around it.

use crate::run::details::{TimedAction, TimedKind};
use crate::run::{Failure, Run};

/// Marks the failing path of each run.
pub fn mark(actions: &mut [TimedAction], runs: &[Run]) {
    for (session, run) in runs.iter().enumerate() {
        if let Some(failure) = &run.failure {
            mark_one(actions, session, failure);
        }
    }
}

fn mark_one(actions: &mut [TimedAction], session: usize, failure: &Failure) {
    let passed_on = |line: u64| failure.propagation.iter().any(|p| p.line == line);
    let is_end = |action: &TimedAction| {
        let failed = action
            .return_value
            .is_some_and(|value| matches!(value, 2 | 3));
        let line = action.end_line.unwrap_or(0);
        action.session == session && failed && (line == failure.line || passed_on(line))
    };
    // The steps of the script that stand in an end like this one have ended there, too.
    let mut places: Vec<usize> = Vec::new();
    let ends = actions.iter().enumerate();
    places.extend(ends.filter(|(_, action)| is_end(action)).map(|(at, _)| at));
    places.extend(leaf(actions, session, failure));
    if places.is_empty() {
        let root = |a: &TimedAction| a.session == session && a.kind == TimedKind::Session;
        places.extend(actions.iter().position(root));
    }
    for place in places {
        let mut next = Some(place);
        // A parent stands before its children: this ends.
        while let Some(action) = next.and_then(|at| actions.get_mut(at)) {
            if std::mem::replace(&mut action.failed, true) {
                break;
            }
            next = action.parent;
        }
    }
}

/// The action that failed, and of a step of the script the operation that it stopped in.
fn leaf(actions: &[TimedAction], session: usize, failure: &Failure) -> Option<usize> {
    let name = failure.action.as_deref()?;
    let told = failure.cause.as_ref().map_or(0, |cause| cause.line);
    let last = told.max(failure.line);
    let is_leaf = |action: &TimedAction| {
        let named = action.name == name && action.session == session && !action.rollback;
        named && action.line <= last && action.kind != TimedKind::ScriptOperation
    };
    let leaf = actions.iter().rposition(is_leaf)?;
    let operation = |action: &TimedAction| {
        action.parent == Some(leaf)
            && action.kind == TimedKind::ScriptOperation
            && (told == 0 || action.line <= told)
    };
    let step = actions
        .get(leaf)
        .is_some_and(|action| action.kind == TimedKind::ScriptStep);
    let operation = actions.iter().rposition(operation).filter(|_| step);
    Some(operation.unwrap_or(leaf))
}
