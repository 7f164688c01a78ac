//! Logs that belong together: a bundle and the logs of its packages, a setup program and those of
//! its items, one try and the next.
//!
//! A log names the logs of its packages by path; on the machine where logs are collected the paths
//! are others and the names may have been changed a little (a machine's name in front, blanks
//! become dashes). So names are compared by their letters and digits, from the end.

use std::collections::VecDeque;

use crate::diagnosis::Origin;
use crate::report::{How, LogReport, Related, Relation, SessionReport};
use crate::run::{Kind, Outcome};

impl Related {
    fn found(relation: Relation, path: &str, how: How) -> Self {
        Self {
            relation,
            package: None,
            product_code: None,
            named: None,
            line: None,
            path: Some(path.to_owned()),
            how: Some(how),
        }
    }
}

/// Most reports that wait for others of their folder.
const WINDOW: usize = 256;

/// Most logs of the same run that one names: all would be the square of a number that can be large.
const MOST_NEIGHBOURS: usize = 8;

/// Holds the reports of a folder back until those are known that belong to them.
#[derive(Debug, Default)]
pub struct Gatherer {
    held: VecDeque<LogReport>,
    folder: String,
}

impl Gatherer {
    /// Takes the next report; gives those that need wait no longer, in their order.
    pub fn push(&mut self, report: LogReport) -> Vec<LogReport> {
        let folder = folder(&report.path);
        let done = if folder == self.folder && self.held.len() < WINDOW {
            Vec::new()
        } else {
            self.folder = folder.to_owned();
            self.end()
        };
        self.held.push_back(report);
        done
    }

    /// Gives the reports that are still held.
    pub fn end(&mut self) -> Vec<LogReport> {
        let mut reports: Vec<LogReport> = std::mem::take(&mut self.held).into();
        tie(&mut reports);
        reports
    }
}

fn folder(path: &str) -> &str {
    path.rfind(['/', '\\'])
        .and_then(|at| path.get(..at))
        .unwrap_or("")
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The letters and digits of a name, in lower case.
fn letters(name: &str) -> String {
    let kept = name.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

/// Ties the logs of one folder.
pub fn tie(reports: &mut [LogReport]) {
    if reports.len() < 2 {
        return;
    }
    let names: Vec<String> = reports
        .iter()
        .map(|r| letters(file_name(&r.path)))
        .collect();
    let setups: Vec<usize> = (0..reports.len())
        .filter(|index| reports.get(*index).is_some_and(is_setup))
        .collect();
    for setup in &setups {
        tie_packages(reports, &names, *setup);
    }
    tie_same_runs(reports, &names);
    tie_tries(reports);
    // Innermost first, so that a setup of setups gets the cause of the package in the end.
    for setup in setups.iter().rev().chain(&setups) {
        adopt(reports, *setup);
    }
}

fn is_setup(report: &LogReport) -> bool {
    matches!(report.kind, Kind::Burn | Kind::NetfxSetup | Kind::Wrapper)
}

/// Finds the logs of a setup program's packages among the others.
fn tie_packages(reports: &mut [LogReport], names: &[String], setup: usize) {
    let Some(report) = reports.get(setup) else {
        return;
    };
    let front = front(report);
    let mut ties: Vec<(usize, usize, How)> = Vec::new();
    for (index, related) in report.related.iter().enumerate() {
        if related.relation != Relation::PackageLog || related.path.is_some() {
            continue;
        }
        let named = related
            .named
            .as_deref()
            .map(|path| letters(file_name(path)));
        let by_name = named.filter(|name| !name.is_empty()).and_then(|named| {
            let exact = front.as_ref().map(|front| format!("{front}{named}"));
            let fits = |name: &String| match &exact {
                Some(exact) => name == exact,
                None => name.ends_with(&named),
            };
            let mut fitting =
                (0..names.len()).filter(|i| *i != setup && names.get(*i).is_some_and(fits));
            let first = fitting.next()?;
            // Two that fit are none.
            fitting.next().is_none().then_some((first, How::LogPath))
        });
        let found = by_name.or_else(|| {
            let code = related.product_code.as_deref()?;
            let at = (0..reports.len()).find(|i| {
                reports
                    .get(*i)
                    .is_some_and(|other| *i != setup && ran_within(other, code, report))
            })?;
            Some((at, How::ProductCode))
        });
        ties.extend(found.map(|(at, how)| (index, at, how)));
    }
    for (index, at, how) in ties {
        join(reports, setup, index, at, how);
    }
}

/// What stands before the name that the log was written under in the name that it has now; `None`
/// where that name is not known.
fn front(report: &LogReport) -> Option<String> {
    let written = letters(file_name(report.written_as.as_deref()?));
    let now = letters(file_name(&report.path));
    now.strip_suffix(&written).map(str::to_owned)
}

/// Whether a log is about this product, at the time of the setup program's run.
fn ran_within(other: &LogReport, code: &str, setup: &LogReport) -> bool {
    let run = setup.principal();
    let (from, to) = (
        run.and_then(|s| s.started.as_deref()),
        run.and_then(|s| s.ended.as_deref()),
    );
    other.kind == Kind::Msi
        && other.sessions.iter().any(|session| {
            let same = session
                .product
                .code
                .as_deref()
                .is_some_and(|known| known.eq_ignore_ascii_case(code));
            // Stamps of the same form and the same machine: they compare as texts.
            let within = match (session.started.as_deref(), from, to) {
                (Some(at), Some(from), Some(to)) => from <= at && at <= to,
                _ => false,
            };
            same && within
        })
}

fn join(reports: &mut [LogReport], setup: usize, index: usize, at: usize, how: How) {
    let (Some(parent), Some(child)) = (
        reports.get(setup).map(|r| r.path.clone()),
        reports.get(at).map(|r| r.path.clone()),
    ) else {
        return;
    };
    let mut package = None;
    if let Some(related) = reports
        .get_mut(setup)
        .and_then(|r| r.related.get_mut(index))
    {
        related.path = Some(child);
        related.how = Some(how);
        package = related.package.clone();
    }
    if let Some(report) = reports.get_mut(at) {
        let mut back = Related::found(Relation::SetupLog, &parent, how);
        back.package = package;
        report.related.push(back);
    }
}

/// The front of a name that Burn gives to the logs of packages, `NAME_001_PACKAGE.log`, by its
/// letters and digits: what stands up to the number; `None` where the name has another form.
fn run_of(path: &str) -> Option<String> {
    let name = file_name(path);
    let parts: Vec<&str> = name.split(['_', '-', ' ']).collect();
    let at = parts.windows(2).position(|pair| {
        let [stamp, number] = pair else { return false };
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        stamp.len() == 14
            && digits(stamp)
            && !number.is_empty()
            && number.len() <= 3
            && digits(number)
    })?;
    Some(letters(&parts.get(..=at)?.concat()))
}

/// Ties the logs of packages whose names say that they are of one run, where the log of the run
/// itself is not there or does not name them.
fn tie_same_runs(reports: &mut [LogReport], names: &[String]) {
    let runs: Vec<Option<String>> = reports.iter().map(|report| run_of(&report.path)).collect();
    for index in 0..reports.len() {
        let Some(Some(run)) = runs.get(index) else {
            continue;
        };
        let has_setup = |report: &LogReport| {
            let relations = report.related.iter();
            relations.clone().any(|r| r.relation == Relation::SetupLog)
        };
        if reports.get(index).is_none_or(has_setup) {
            continue;
        }
        // The log of the run has the same name without number and package.
        let own = format!("{run}log");
        let setup = names.iter().position(|name| *name == own);
        if let Some(setup) = setup.filter(|at| reports.get(*at).is_some_and(is_setup)) {
            let (Some(parent), Some(child)) = (
                reports.get(setup).map(|r| r.path.clone()),
                reports.get(index).map(|r| r.path.clone()),
            ) else {
                continue;
            };
            if let Some(report) = reports.get_mut(setup) {
                report
                    .related
                    .push(Related::found(Relation::PackageLog, &child, How::FileName));
            }
            if let Some(report) = reports.get_mut(index) {
                report
                    .related
                    .push(Related::found(Relation::SetupLog, &parent, How::FileName));
            }
            continue;
        }
        let others = (0..reports.len()).filter(|other| *other != index);
        let same = others.filter(|other| runs.get(*other).is_some_and(|r| r.as_ref() == Some(run)));
        let paths: Vec<String> = same
            .take(MOST_NEIGHBOURS)
            .filter_map(|other| reports.get(other).map(|r| r.path.clone()))
            .collect();
        if let Some(report) = reports.get_mut(index) {
            let ties = paths
                .iter()
                .map(|path| Related::found(Relation::SameRun, path, How::FileName));
            report.related.extend(ties);
        }
    }
}

/// Ties a run that did not work to the next one for the same product on the same machine.
fn tie_tries(reports: &mut [LogReport]) {
    let mut runs: Vec<(String, String, usize, bool)> = Vec::new();
    for (index, report) in reports.iter().enumerate() {
        let Some(session) = report.principal() else {
            continue;
        };
        let (Some(started), Some(key)) = (&session.started, try_key(report.kind, session)) else {
            continue;
        };
        let failed = matches!(session.outcome, Outcome::Failed | Outcome::Cancelled);
        runs.push((key, started.clone(), index, failed));
    }
    runs.sort();
    for pair in runs.windows(2) {
        let [
            (key, start, earlier, failed),
            (next_key, next_start, later, _),
        ] = pair
        else {
            continue;
        };
        if key != next_key || start == next_start || !failed {
            continue;
        }
        let path = |at: usize| reports.get(at).map(|r| r.path.clone());
        let (Some(first), Some(second)) = (path(*earlier), path(*later)) else {
            continue;
        };
        if let Some(report) = reports.get_mut(*earlier) {
            let tie = Related::found(Relation::LaterTry, &second, How::ProductCode);
            report.related.push(tie);
        }
        if let Some(report) = reports.get_mut(*later) {
            let tie = Related::found(Relation::EarlierTry, &first, How::ProductCode);
            report.related.push(tie);
        }
    }
}

/// What two tries have in common.
fn try_key(kind: Kind, session: &SessionReport) -> Option<String> {
    let product = &session.product;
    let what = product.code.as_ref().or(product.name.as_ref())?;
    let machine = session.machine.name.as_deref().unwrap_or("");
    Some(format!("{kind:?} {} {machine}", what.to_lowercase()))
}

/// Gives the failure of a setup program the cause that the log of its package tells.
fn adopt(reports: &mut [LogReport], setup: usize) {
    let Some(report) = reports.get(setup) else {
        return;
    };
    let Some(session) = report.sessions.iter().position(|s| s.failure.is_some()) else {
        return;
    };
    let culprit = report
        .sessions
        .get(session)
        .and_then(|s| s.failure.as_ref()?.action.clone());
    let logs = report.related.iter();
    let mut logs = logs.filter(|r| r.relation == Relation::PackageLog && r.path.is_some());
    let found = logs.find_map(|related| {
        // Where the setup program says which package failed, only that one's log counts.
        let meant = match (&culprit, &related.package) {
            (Some(culprit), Some(package)) => culprit.eq_ignore_ascii_case(package),
            _ => true,
        };
        let other = reports
            .iter()
            .find(|r| Some(&r.path) == related.path.as_ref())?;
        meant.then(|| origin(other)).flatten()
    });
    let Some((origin, remedies)) = found else {
        return;
    };
    let failure = reports
        .get_mut(setup)
        .and_then(|r| r.sessions.get_mut(session)?.failure.as_mut());
    if let Some(failure) = failure {
        if !remedies.is_empty() {
            failure.remedies = remedies;
        }
        failure.origin = Some(origin);
    }
}

/// The failure that a log tells, for the log of the program that started it.
fn origin(report: &LogReport) -> Option<(Origin, Vec<crate::diagnosis::Remedy>)> {
    let session = report.principal()?;
    let failure = session.failure.as_ref()?;
    if let Some(origin) = &failure.origin {
        return Some((origin.clone(), failure.remedies.clone()));
    }
    let cause = failure.cause.as_ref();
    let origin = Origin {
        path: report.path.clone(),
        action: failure.action.clone(),
        line: cause.map(|c| c.line),
        text: cause.map(|c| c.text.clone()),
        explanation: cause.and_then(|c| c.explanation.clone()),
        signature: failure.signature.clone(),
    };
    Some((origin, failure.remedies.clone()))
}

#[cfg(test)]
mod tests;
