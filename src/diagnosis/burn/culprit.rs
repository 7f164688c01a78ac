//! What ended a bundle.

use super::same;
use crate::session::burn::{Area, BurnSession, ErrorLine, KeptLine, Package, cancelled};

/// What ended a bundle.
#[derive(Debug, Clone)]
pub(super) enum Culprit<'a> {
    /// A package failed.
    Package {
        /// The package.
        package: &'a Package,
        /// Its own errors, the innermost first.
        errors: Vec<&'a ErrorLine>,
    },
    /// A chain of errors that belongs to no package, or to one that was not carried out.
    Chain(Vec<&'a ErrorLine>),
    /// A condition did not hold.
    Condition(Vec<&'a ErrorLine>),
    /// A newer version is installed.
    Downgrade(&'a KeptLine),
    /// The log holds nothing but the result.
    Unknown,
}

impl<'a> Culprit<'a> {
    /// The package, payload or container that it is about.
    pub fn name(&self) -> Option<&'a str> {
        match self {
            Self::Package { package, .. } => Some(&package.id),
            Self::Chain(errors) => errors.iter().find_map(|error| error.subject.as_deref()),
            Self::Condition(_) | Self::Downgrade(_) | Self::Unknown => None,
        }
    }

    /// Its errors, the innermost first.
    pub fn errors(&self) -> &[&'a ErrorLine] {
        match self {
            Self::Package { errors, .. } | Self::Chain(errors) | Self::Condition(errors) => errors,
            Self::Downgrade(_) | Self::Unknown => &[],
        }
    }

    /// The code that it ended with.
    pub fn code(&self) -> Option<u32> {
        match self {
            Self::Package { package, errors } => package
                .failure()
                .map(|failure| failure.code)
                .or_else(|| errors.iter().rev().find_map(|error| error.code)),
            other => other.errors().iter().rev().find_map(|error| error.code),
        }
    }

    /// The line where it ended.
    pub fn line(&self, session: &BurnSession) -> u64 {
        let of_package = match self {
            Self::Package { package, .. } => package.failure().map(|failure| failure.line),
            Self::Downgrade(line) => Some(line.line),
            _ => None,
        };
        let last_error = || self.errors().last().map(|error| error.line);
        let end = || session.last_result().map(|result| result.line);
        of_package
            .or_else(last_error)
            .or_else(end)
            .unwrap_or(session.last_line)
    }
}

/// Finds what ended a bundle that failed or was cancelled.
pub(super) fn find(session: &BurnSession) -> Culprit<'_> {
    let package = failing_package(session);
    if package.is_none() {
        let blocked = conditions(session);
        if !blocked.is_empty() {
            return Culprit::Condition(blocked);
        }
    }
    let chain = chain(session);
    match package {
        Some(package) if !outruns(session, &chain, package) => Culprit::Package {
            package,
            errors: errors_of(session, package),
        },
        _ if !chain.is_empty() => of_chain(session, chain),
        _ => match &session.downgrade {
            Some(line) => Culprit::Downgrade(line),
            None => Culprit::Unknown,
        },
    }
}

/// The first package that failed for good while the plan was carried out, and that the bundle does
/// not go on without.
fn failing_package(session: &BurnSession) -> Option<&Package> {
    let vital = session.packages.iter().filter(|p| p.not_vital.is_none());
    vital
        .filter_map(|package| package.failure().map(|failure| (failure, package)))
        .min_by_key(|(failure, _)| {
            // Where the user cancelled, what was running then ends as cancelled, too.
            (
                cancelled(failure.code) && !session_cancelled(session),
                failure.line,
            )
        })
        .map(|(_, package)| package)
}

fn session_cancelled(session: &BurnSession) -> bool {
    session
        .last_result()
        .is_some_and(|result| cancelled(result.code))
}

/// A failed download or check comes before the package's failure and gives the run its code.
fn outruns(session: &BurnSession, chain: &[&ErrorLine], package: &Package) -> bool {
    let (Some(first), Some(end), Some(failure)) =
        (chain.first(), session.last_result(), package.failure())
    else {
        return false;
    };
    let same_as_end = |code: Option<u32>| code.is_some_and(|code| same(code, end.code));
    first.line < failure.line && same_as_end(first.code) && !same_as_end(Some(failure.code))
}

/// The errors of a package's last attempt that has any.
fn errors_of<'a>(session: &'a BurnSession, package: &Package) -> Vec<&'a ErrorLine> {
    let own = |e: &&ErrorLine| {
        let about = e.subject.as_deref() == Some(package.id.as_str());
        about && matches!(e.area, Area::Execute | Area::Fetch)
    };
    let last = session.errors.iter().filter(own).map(|e| e.attempt).max();
    let own = session.errors.iter().filter(own);
    own.filter(|e| Some(e.attempt) == last).collect()
}

fn conditions(session: &BurnSession) -> Vec<&ErrorLine> {
    let errors = session.errors.iter();
    errors.filter(|e| e.area == Area::Condition).collect()
}

/// The chain that ends in the run's result, else the last one; none of a package that worked or
/// that the bundle goes on without.
fn chain(session: &BurnSession) -> Vec<&ErrorLine> {
    let counts = |e: &&ErrorLine| {
        let package = e.subject.as_deref().and_then(|id| session.package(id));
        let forgiven = |p: &Package| {
            p.not_vital.is_some() || p.applied.as_ref().is_some_and(|applied| !applied.failed())
        };
        e.area != Area::Rollback && !package.is_some_and(forgiven)
    };
    let end = session.last_result().map(|result| result.code);
    let errors: Vec<&ErrorLine> = session.errors.iter().filter(counts).collect();
    let ends_run = |e: &&&ErrorLine| e.code.zip(end).is_some_and(|(code, end)| same(code, end));
    let specific = |e: &&&ErrorLine| ends_run(e) && e.area != Area::Engine;
    let chosen = errors
        .iter()
        .rfind(specific)
        .or_else(|| errors.iter().rfind(ends_run))
        .or(errors.last());
    let Some(number) = chosen.map(|error| error.chain) else {
        return Vec::new();
    };
    errors.into_iter().filter(|e| e.chain == number).collect()
}

/// A chain of a package that the log does not show the end of is that package's.
fn of_chain<'a>(session: &'a BurnSession, chain: Vec<&'a ErrorLine>) -> Culprit<'a> {
    let first = chain.first().filter(|error| error.area == Area::Execute);
    let subject = first.and_then(|error| error.subject.as_deref());
    match subject.and_then(|id| session.package(id)) {
        Some(package) => Culprit::Package {
            package,
            errors: errors_of(session, package),
        },
        None => Culprit::Chain(chain),
    }
}
