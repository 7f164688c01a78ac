//! What ended a bundle.

use super::{Area, Bundle, Package, Problem};
use crate::formats::codes::{cancelled, same};
use crate::formats::lines::KeptLine;

/// What ended a bundle: a package, else a chain of errors that belongs to none, else a newer
/// version; else the log holds nothing but the result.
#[derive(Debug, Default)]
pub(super) struct Culprit<'a> {
    /// The package that failed.
    pub package: Option<&'a Package>,
    /// Its own errors, or those of the chain, the innermost first.
    pub errors: Vec<&'a Problem>,
    /// A newer version is installed.
    pub newer: Option<&'a KeptLine>,
}

impl<'a> Culprit<'a> {
    /// The package, payload or container that it is about.
    pub fn name(&self) -> Option<&'a str> {
        let mut subjects = self.errors.iter().map(|e| e.about.subject.as_deref());
        let package = self.package.map(|package| package.id.as_str());
        package.or_else(|| subjects.find_map(|subject| subject))
    }

    /// What its first error is about, where no package is to blame.
    pub fn area(&self) -> Option<Area> {
        let first = self.errors.first().filter(|_| self.package.is_none());
        first.map(|error| error.about.area)
    }

    /// Whether it is about a container of packages.
    pub fn in_container(&self) -> bool {
        let mut errors = self.errors.iter().filter(|_| self.package.is_none());
        errors.any(|error| error.message.contains("container"))
    }

    /// The code that it ended with.
    pub fn code(&self) -> Option<u32> {
        let failure = self.package.and_then(Package::failure);
        let codes = || self.errors.iter().rev().find_map(|error| error.code);
        failure.map(|failure| failure.code).or_else(codes)
    }

    /// The line where it ended.
    pub fn line(&self, bundle: &Bundle) -> u64 {
        let failure = self.package.and_then(Package::failure).map(|f| f.line);
        let newer = self.newer.map(|line| line.line);
        let last_error = self.errors.last().map(|error| error.at.line);
        let end = || bundle.last_result().map(|result| result.line);
        let line = failure.or(newer).or(last_error).or_else(end);
        line.unwrap_or(bundle.run.lines[1])
    }
}

/// Finds what ended a bundle that failed or was cancelled.
pub(super) fn find(bundle: &Bundle) -> Culprit<'_> {
    let package = failing_package(bundle);
    let problems = bundle.problems.iter();
    let conditions = Vec::from_iter(problems.filter(|e| e.about.area == Area::Condition));
    if package.is_none() && !conditions.is_empty() {
        return Culprit {
            errors: conditions,
            ..Culprit::default()
        };
    }
    let chain = chain(bundle);
    let package = match package {
        Some(package) if !outruns(bundle, &chain, package) => Some(package),
        // A chain of a package that the log does not show the end of is that package's.
        _ => {
            let first = chain.first().filter(|e| e.about.area == Area::Execute);
            let subject = first.and_then(|error| error.about.subject.as_deref());
            subject.and_then(|id| bundle.package(id))
        }
    };
    let newer = bundle.downgrade.as_ref();
    // An excerpt may hold nothing but what a package said.
    let said = bundle.said.iter().rev().find_map(|s| s.package.as_deref());
    let said = said.filter(|_| package.is_none() && chain.is_empty() && newer.is_none());
    let package = package.or(said.and_then(|id| bundle.package(id)));
    Culprit {
        package,
        newer: newer.filter(|_| package.is_none() && chain.is_empty()),
        errors: package.map_or(chain, |package| errors_of(bundle, package)),
    }
}

/// The first package that failed for good while the plan was carried out, and that the bundle does
/// not go on without.
fn failing_package(bundle: &Bundle) -> Option<&Package> {
    let end = bundle.last_result();
    let was_cancelled = end.is_some_and(|result| cancelled(result.code));
    let vital = bundle.packages.iter().filter(|p| p.not_vital.is_none());
    let failed = vital.filter_map(|package| Some((package.failure()?, package)));
    // Where the user cancelled, what was running then ends as cancelled, too.
    let key = |failure: u32, line| (cancelled(failure) && !was_cancelled, line);
    let first = failed.min_by_key(|(failure, _)| key(failure.code, failure.line));
    first.map(|(_, package)| package)
}

/// A failed download or check comes before the package's failure and gives the run its code.
fn outruns(bundle: &Bundle, chain: &[&Problem], package: &Package) -> bool {
    let (Some(first), Some(end), Some(failure)) =
        (chain.first(), bundle.last_result(), package.failure())
    else {
        return false;
    };
    let same_as_end = |code: u32| same(code, end.code);
    first.at.line < failure.line
        && first.code.is_some_and(same_as_end)
        && !same_as_end(failure.code)
}

/// The errors of a package's last attempt that has any.
fn errors_of<'a>(bundle: &'a Bundle, package: &Package) -> Vec<&'a Problem> {
    let own = |e: &&Problem| {
        let about = e.about.subject.as_deref() == Some(package.id.as_str());
        about && matches!(e.about.area, Area::Execute | Area::Fetch)
    };
    let own = || bundle.problems.iter().filter(own);
    let last = own().map(|e| e.about.attempt).max();
    own().filter(|e| Some(e.about.attempt) == last).collect()
}

/// The chain that ends in the run's result, else the last one; none of a package that worked or
/// that the bundle goes on without.
fn chain(bundle: &Bundle) -> Vec<&Problem> {
    let forgiven = |p: &Package| {
        p.not_vital.is_some() || p.applied.as_ref().is_some_and(|applied| !applied.failed())
    };
    let counts = |e: &&Problem| {
        let package = e.about.subject.as_deref().and_then(|id| bundle.package(id));
        e.about.area != Area::Rollback && !package.is_some_and(forgiven)
    };
    let end = bundle.last_result().map(|result| result.code);
    let mut errors: Vec<&Problem> = bundle.problems.iter().filter(counts).collect();
    let ends_run = |e: &&&Problem| e.code.zip(end).is_some_and(|(code, end)| same(code, end));
    let specific = |e: &&&Problem| ends_run(e) && e.about.area != Area::Engine;
    let chosen = errors.iter().rfind(specific);
    let chosen = chosen.or_else(|| errors.iter().rfind(ends_run));
    // What a failure stopped halfway says that it was cancelled.
    let stopped = |e: &&&Problem| e.code.is_some_and(cancelled);
    let own = errors.iter().rfind(|error| !stopped(error));
    let last = chosen.or(own).or(errors.last());
    let chain = last.map(|error| error.about.chain);
    errors.retain(|error| Some(error.about.chain) == chain);
    errors
}
