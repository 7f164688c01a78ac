//! What ended a bundle.

use super::{Area, BundleRun, ErrorLine, KeptLine, Package};
use crate::formats::codes::{cancelled, same};

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
    pub fn line(&self, run: &BundleRun) -> u64 {
        let of_package = match self {
            Self::Package { package, .. } => package.failure().map(|failure| failure.line),
            Self::Downgrade(line) => Some(line.line),
            _ => None,
        };
        let last_error = || self.errors().last().map(|error| error.line);
        let end = || run.last_result().map(|result| result.line);
        of_package
            .or_else(last_error)
            .or_else(end)
            .unwrap_or(run.last_line)
    }
}

/// Finds what ended a bundle that failed or was cancelled.
pub(super) fn find(run: &BundleRun) -> Culprit<'_> {
    let package = failing_package(run);
    if package.is_none() {
        let blocked = conditions(run);
        if !blocked.is_empty() {
            return Culprit::Condition(blocked);
        }
    }
    let chain = chain(run);
    match package {
        Some(package) if !outruns(run, &chain, package) => Culprit::Package {
            package,
            errors: errors_of(run, package),
        },
        _ if !chain.is_empty() => of_chain(run, chain),
        _ => match &run.downgrade {
            Some(line) => Culprit::Downgrade(line),
            None => Culprit::Unknown,
        },
    }
}

/// The first package that failed for good while the plan was carried out, and that the bundle does
/// not go on without.
fn failing_package(run: &BundleRun) -> Option<&Package> {
    let vital = run.packages.iter().filter(|p| p.not_vital.is_none());
    vital
        .filter_map(|package| package.failure().map(|failure| (failure, package)))
        .min_by_key(|(failure, _)| {
            // Where the user cancelled, what was running then ends as cancelled, too.
            (cancelled(failure.code) && !was_cancelled(run), failure.line)
        })
        .map(|(_, package)| package)
}

fn was_cancelled(run: &BundleRun) -> bool {
    run.last_result()
        .is_some_and(|result| cancelled(result.code))
}

/// A failed download or check comes before the package's failure and gives the run its code.
fn outruns(run: &BundleRun, chain: &[&ErrorLine], package: &Package) -> bool {
    let (Some(first), Some(end), Some(failure)) =
        (chain.first(), run.last_result(), package.failure())
    else {
        return false;
    };
    let same_as_end = |code: Option<u32>| code.is_some_and(|code| same(code, end.code));
    first.line < failure.line && same_as_end(first.code) && !same_as_end(Some(failure.code))
}

/// The errors of a package's last attempt that has any.
fn errors_of<'a>(run: &'a BundleRun, package: &Package) -> Vec<&'a ErrorLine> {
    let own = |e: &&ErrorLine| {
        let about = e.subject.as_deref() == Some(package.id.as_str());
        about && matches!(e.area, Area::Execute | Area::Fetch)
    };
    let last = run.errors.iter().filter(own).map(|e| e.attempt).max();
    let own = run.errors.iter().filter(own);
    own.filter(|e| Some(e.attempt) == last).collect()
}

fn conditions(run: &BundleRun) -> Vec<&ErrorLine> {
    let errors = run.errors.iter();
    errors.filter(|e| e.area == Area::Condition).collect()
}

/// The chain that ends in the run's result, else the last one; none of a package that worked or
/// that the bundle goes on without.
fn chain(run: &BundleRun) -> Vec<&ErrorLine> {
    let counts = |e: &&ErrorLine| {
        let package = e.subject.as_deref().and_then(|id| run.package(id));
        let forgiven = |p: &Package| {
            p.not_vital.is_some() || p.applied.as_ref().is_some_and(|applied| !applied.failed())
        };
        e.area != Area::Rollback && !package.is_some_and(forgiven)
    };
    let end = run.last_result().map(|result| result.code);
    let errors: Vec<&ErrorLine> = run.errors.iter().filter(counts).collect();
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
fn of_chain<'a>(run: &'a BundleRun, chain: Vec<&'a ErrorLine>) -> Culprit<'a> {
    let first = chain.first().filter(|error| error.area == Area::Execute);
    let subject = first.and_then(|error| error.subject.as_deref());
    match subject.and_then(|id| run.package(id)) {
        Some(package) => Culprit::Package {
            package,
            errors: errors_of(run, package),
        },
        None => Culprit::Chain(chain),
    }
}
