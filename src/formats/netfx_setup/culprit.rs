//! Which item is to blame, and the errors that led to it, the cause first.

use super::{ErrorKind, Item, Problem, Setup};

/// What ended the setup.
#[derive(Debug)]
pub(super) struct Culprit<'a> {
    /// The item that failed, where one did.
    pub item: Option<&'a Item>,
    /// The cause, and the errors that followed it.
    pub errors: Vec<&'a Problem>,
}

/// Finds what ended the setup.
pub(super) fn find(setup: &Setup) -> Culprit<'_> {
    let matters = |e: &&Problem| {
        let optional = setup.item(e.about.item).is_some_and(Item::optional);
        !e.about.rollback && !optional
    };
    let mut errors: Vec<&Problem> = setup.problems.iter().filter(matters).collect();
    if errors.iter().any(|e| e.about.kind == ErrorKind::Blocked) {
        errors.retain(|e| e.about.kind == ErrorKind::Blocked);
        return Culprit { item: None, errors };
    }
    let mut items = setup.items.iter();
    let failed = items.position(|item| item.failed && !item.optional());
    // In an excerpt, the item may be named only after its errors.
    let failed = failed.or_else(|| errors.iter().find_map(|error| error.about.item));
    errors.retain(|error| failed.is_none() || error.about.item == failed);
    let best = (0..errors.len()).min_by_key(|at| errors.get(*at).map(|error| rank(error)));
    Culprit {
        item: setup.item(failed),
        errors: errors.split_off(best.unwrap_or(0)),
    }
}

/// What tells most comes first: what the installer says, then what could not be fetched or what the
/// log itself lists, then mere codes.
fn rank(error: &Problem) -> u8 {
    match error.about.kind {
        ErrorKind::Blocked | ErrorKind::Installer => 0,
        ErrorKind::Check | ErrorKind::Event if error.code.is_some() => 1,
        ErrorKind::Check | ErrorKind::Event => 2,
        ErrorKind::Item | ErrorKind::Returned => 3,
    }
}
