//! What is kept of a log, all within bounds: what does not fit is counted.

use crate::formats::lines::{self, head};
use crate::run::details::{Details, TimedAction, TimedKind};

/// Most actions, steps and operations that are kept.
const MOST_ACTIONS: usize = 50_000;
/// So many operations are kept whatever they took; of more, those that took long.
const MOST_OPERATIONS: usize = 20_000;
/// An operation that took so many milliseconds is worth to be seen.
const LONG: u64 = 100;
/// Longest text beside an action, in bytes.
const SHORT: usize = 200;

/// What is kept.
#[derive(Debug, Default)]
pub struct Kept {
    /// All of it.
    pub details: Details,
    operations: usize,
}

/// As much of a name as is kept.
pub fn name(text: &str) -> &str {
    lines::name(text)
}

/// As much of a text as stands beside an action.
pub fn short(text: &str) -> String {
    head(text, SHORT).to_owned()
}

impl TimedAction {
    /// An action of which nothing else is known.
    pub(super) fn named(text: &str) -> Self {
        Self {
            name: name(text).to_owned(),
            ..Self::default()
        }
    }
}

impl Kept {
    /// Keeps an action where there is room; gives its place.
    pub fn action(&mut self, action: TimedAction) -> Option<usize> {
        let operation = action.kind == TimedKind::ScriptOperation;
        let all = &mut self.details.actions;
        if all.len() >= MOST_ACTIONS {
            let left_out = &mut self.details.left_out;
            match operation {
                true => left_out.operations += 1,
                false => left_out.actions += 1,
            }
            return None;
        }
        self.operations += usize::from(operation);
        all.push(action);
        Some(all.len() - 1)
    }

    /// The action at a place.
    pub fn get(&mut self, index: usize) -> Option<&mut TimedAction> {
        self.details.actions.get_mut(index)
    }

    /// Of very many operations the quick ones give way, so that there is room for actions.
    pub fn operation_ended(&mut self, index: usize) {
        let all = &mut self.details.actions;
        let quick = |action: &mut TimedAction| action.ms.unwrap_or(0) < LONG;
        if self.operations > MOST_OPERATIONS
            && index + 1 == all.len()
            && all.pop_if(quick).is_some()
        {
            self.operations -= 1;
            self.details.left_out.operations += 1;
        }
    }

    /// Keeps an item of a list that is bounded; whether there was room.
    pub fn item<T>(list: &mut Vec<T>, most: usize, left_out: &mut u64, item: T) -> bool {
        let room = list.len() < most;
        match room {
            true => list.push(item),
            false => *left_out += 1,
        }
        room
    }
}
