//! Which item is to blame, and the errors that led to it, the cause first.

use super::{ErrorKind, ErrorLine, Item, SetupRun};

/// What ended the setup.
#[derive(Debug)]
pub(super) struct Culprit<'a> {
    /// The item that failed, where one did.
    pub item: Option<&'a Item>,
    /// The cause, and the errors that followed it.
    pub errors: Vec<&'a ErrorLine>,
}

/// Finds what ended the setup.
pub(super) fn find(setup: &SetupRun) -> Culprit<'_> {
    let counts: Vec<&ErrorLine> = setup
        .errors
        .iter()
        .filter(|error| !error.rollback && !of_optional(setup, error))
        .collect();
    if let Some(at) = counts.iter().position(|e| e.kind == ErrorKind::Blocked) {
        let blocks = counts.into_iter().skip(at);
        return Culprit {
            item: None,
            errors: blocks.filter(|e| e.kind == ErrorKind::Blocked).collect(),
        };
    }
    let failed = setup
        .items
        .iter()
        .position(|item| item.failed() && !item.optional())
        .or_else(|| counts.iter().find_map(|error| error.item));
    let own: Vec<&ErrorLine> = match failed {
        Some(at) => counts
            .iter()
            .copied()
            .filter(|e| e.item == Some(at))
            .collect(),
        None => counts,
    };
    // In an excerpt, the item may be named only after its errors.
    Culprit {
        item: failed.and_then(|at| setup.items.get(at)),
        errors: from_cause(own),
    }
}

/// The errors from the one that tells most: what the installer says, then what could not be fetched
/// or what the log itself lists, then mere codes.
fn from_cause(errors: Vec<&ErrorLine>) -> Vec<&ErrorLine> {
    let rank = |error: &ErrorLine| match error.kind {
        ErrorKind::Blocked | ErrorKind::Installer => 0,
        ErrorKind::Check | ErrorKind::Event if error.code.is_some() => 1,
        ErrorKind::Check | ErrorKind::Event => 2,
        ErrorKind::Item | ErrorKind::Returned => 3,
    };
    let best = errors
        .iter()
        .enumerate()
        .min_by_key(|(at, error)| (rank(error), *at));
    let best = best.map_or(0, |(at, _)| at);
    errors.into_iter().skip(best).collect()
}

fn of_optional(setup: &SetupRun, error: &ErrorLine) -> bool {
    let item = error.item.and_then(|at| setup.items.get(at));
    item.is_some_and(Item::optional)
}
