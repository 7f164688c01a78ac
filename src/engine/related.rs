//! Logs that belong together: a bundle and the logs of its packages, a setup program and those of
//! its items, one try and the next.
//!
//! A log names the logs of its packages by path; on the machine where logs are collected the paths
//! are others and the names may have been changed a little (a machine's name in front, blanks
//! become dashes). So names are compared by their letters and digits, from the end.

use super::weight::weight;
use crate::diagnosis::{Origin, Remedy};
use crate::report::file_name;
use crate::report::{How, LogReport, Related, Relation, SessionReport};
use crate::run::Kind;

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

/// Most bytes of them.
const BYTES: usize = 8 << 20;

/// Most logs of the same run that one names: all would be the square of a number that can be large.
const MOST_NEIGHBOURS: usize = 8;

/// Holds the reports of a folder back until those are known that belong to them.
#[derive(Debug, Default)]
pub struct Gatherer {
    held: Vec<LogReport>,
    /// Of all but the last one.
    bytes: usize,
    folder: String,
}

impl Gatherer {
    /// Takes the next report; gives those that need wait no longer, in their order.
    pub fn push(&mut self, report: LogReport) -> Vec<LogReport> {
        let folder = folder(&report.path);
        // The last one is weighed when another comes: a log alone never is.
        self.bytes += self.held.last().map_or(0, weight);
        let room = self.held.len() < WINDOW && self.bytes <= BYTES;
        let done = if folder == self.folder && room {
            Vec::new()
        } else {
            self.folder = folder.to_owned();
            self.end()
        };
        self.held.push(report);
        done
    }

    /// Gives the reports that are still held.
    pub fn end(&mut self) -> Vec<LogReport> {
        let mut reports = std::mem::take(&mut self.held);
        self.bytes = 0;
        tie(&mut reports);
        reports
    }
}

fn folder(path: &str) -> &str {
    path.rfind(['/', '\\'])
        .and_then(|at| path.get(..at))
        .unwrap_or("")
}

/// The letters and digits of a name, in lower case.
fn letters(name: &str) -> String {
    let kept = name.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

/// What a report is to say of another log: the place of the report, that of the entry which names
/// the log already, and the entry.
type Tie = (usize, Option<usize>, Related);

/// Ties the logs of one folder.
pub fn tie(reports: &mut [LogReport]) {
    if reports.len() < 2 {
        return;
    }
    let names: Vec<String> = reports
        .iter()
        .map(|r| letters(file_name(&r.path)))
        .collect();
    let all = reports.iter().enumerate();
    let setups: Vec<usize> = all
        .filter_map(|(at, r)| is_setup(r).then_some(at))
        .collect();
    for find in [packages, same_runs, tries] {
        for (at, known, tie) in find(reports, &names) {
            let Some(report) = reports.get_mut(at) else {
                continue;
            };
            match known.and_then(|known| report.related.get_mut(known)) {
                Some(known) => *known = tie,
                None => report.related.push(tie),
            }
        }
    }
    // Innermost first, so that a setup of setups gets the cause of the package in the end.
    for setup in setups.iter().rev().chain(&setups) {
        adopt(reports, *setup);
    }
}

fn is_setup(report: &LogReport) -> bool {
    matches!(report.kind, Kind::Burn | Kind::NetfxSetup | Kind::Wrapper)
}

/// Finds the logs of setup programs' packages among the others.
fn packages(reports: &[LogReport], names: &[String]) -> Vec<Tie> {
    let mut ties = Vec::new();
    for (setup, report) in reports.iter().enumerate().filter(|(_, r)| is_setup(r)) {
        let front = front(report);
        let others = || {
            let all = reports.iter().enumerate().zip(names);
            all.filter(|((at, _), _)| *at != setup)
        };
        for (place, related) in report.related.iter().enumerate() {
            if related.relation != Relation::PackageLog || related.path.is_some() {
                continue;
            }
            let named = related.named.as_deref();
            let named = named.map(|path| letters(file_name(path)));
            let by_name = named.filter(|name| !name.is_empty()).and_then(|named| {
                let exact = front.as_ref().map(|front| format!("{front}{named}"));
                let fits = |name: &String| match &exact {
                    Some(exact) => name == exact,
                    None => name.ends_with(&named),
                };
                let mut fitting = others().filter(|(_, name)| fits(name));
                let (first, _) = fitting.next()?;
                // Two that fit are none.
                fitting.next().is_none().then_some((first, How::LogPath))
            });
            let found = by_name.or_else(|| {
                let code = related.product_code.as_deref()?;
                let (first, _) =
                    others().find(|((_, other), _)| ran_within(other, code, report))?;
                Some((first, How::ProductCode))
            });
            let Some(((at, other), how)) = found else {
                continue;
            };
            let mut tie = related.clone();
            tie.path = Some(other.path.clone());
            tie.how = Some(how);
            ties.push((setup, Some(place), tie));
            let mut back = Related::found(Relation::SetupLog, &report.path, how);
            back.package.clone_from(&related.package);
            ties.push((at, None, back));
        }
    }
    ties
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
    let Some(run) = setup.principal().filter(|_| other.kind == Kind::Msi) else {
        return false;
    };
    other.sessions.iter().any(|session| {
        let known = session.product.code.as_ref();
        let same = known.is_some_and(|known| known.eq_ignore_ascii_case(code));
        // Stamps of the same form and the same machine: they compare as texts.
        same && match (&session.started, &run.started, &run.ended) {
            (Some(at), Some(from), Some(to)) => from <= at && at <= to,
            _ => false,
        }
    })
}

/// The front of a name that Burn gives to the logs of packages, `NAME_001_PACKAGE.log`, by its
/// letters and digits: what stands up to the number; `None` where the name has another form.
fn run_of(path: &str) -> Option<String> {
    let name = file_name(path);
    let parts: Vec<&str> = name.split(['_', '-', ' ']).collect();
    let at = parts.windows(2).position(|pair| {
        let [stamp, number] = pair else { return false };
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let lengths = stamp.len() == 14 && (1..=3).contains(&number.len());
        lengths && digits(stamp) && digits(number)
    })?;
    Some(letters(&parts.get(..=at)?.concat()))
}

/// Ties the logs of packages whose names say that they are of one run, where the log of the run
/// itself is not there or does not name them.
fn same_runs(reports: &[LogReport], names: &[String]) -> Vec<Tie> {
    let runs: Vec<Option<String>> = reports.iter().map(|report| run_of(&report.path)).collect();
    let all = || reports.iter().zip(&runs).enumerate();
    let mut ties = Vec::new();
    for (index, (report, run)) in all() {
        let mut relations = report.related.iter().map(|related| related.relation);
        let Some(own) = run.as_ref() else { continue };
        if relations.any(|relation| relation == Relation::SetupLog) {
            continue;
        }
        // The log of the run has the same name without number and package.
        let own = format!("{own}log");
        let setup = names.iter().position(|name| *name == own);
        let setup = setup.and_then(|at| Some((at, reports.get(at)?)));
        if let Some((at, setup)) = setup.filter(|(_, setup)| is_setup(setup)) {
            let tie = |relation, path| Related::found(relation, path, How::FileName);
            ties.push((at, None, tie(Relation::PackageLog, &report.path)));
            ties.push((index, None, tie(Relation::SetupLog, &setup.path)));
            continue;
        }
        let same = all().filter(|(other, (_, known))| *other != index && *known == run);
        ties.extend(same.take(MOST_NEIGHBOURS).map(|(_, (other, _))| {
            let tie = Related::found(Relation::SameRun, &other.path, How::FileName);
            (index, None, tie)
        }));
    }
    ties
}

/// Ties a run that did not work to the next one for the same product on the same machine.
fn tries(reports: &[LogReport], _names: &[String]) -> Vec<Tie> {
    let all = reports.iter().enumerate();
    let runs = all.filter_map(|(at, report)| {
        let session = report.principal()?;
        let key = try_key(report.kind, session)?;
        let failed = session.outcome.failed();
        Some((key, session.started.as_deref()?, at, failed, &report.path))
    });
    let mut runs: Vec<_> = runs.collect();
    runs.sort();
    let mut ties = Vec::new();
    for pair in runs.windows(2) {
        if let [
            (key, start, earlier, true, first),
            (next_key, next_start, later, _, second),
        ] = pair
            && key == next_key
            && start != next_start
        {
            let tie = |relation, path| Related::found(relation, path, How::ProductCode);
            ties.push((*earlier, None, tie(Relation::LaterTry, second)));
            ties.push((*later, None, tie(Relation::EarlierTry, first)));
        }
    }
    ties
}

/// What two tries have in common.
fn try_key(kind: Kind, session: &SessionReport) -> Option<String> {
    let product = &session.product;
    let what = product.code.as_ref().or(product.name.as_ref())?;
    let machine = session.machine.name.as_deref().unwrap_or("");
    Some(format!("{kind:?} {} {machine}", what.to_lowercase()))
}

/// Gives the failure of a setup program the cause that the log of its package tells, where one does.
fn adopt(reports: &mut [LogReport], setup: usize) -> Option<()> {
    let report = reports.get(setup)?;
    let mut sessions = report.sessions.iter();
    let session = sessions.position(|session| session.failure.is_some())?;
    let failure = report.sessions.get(session)?.failure.as_ref()?;
    let culprit = failure.action.as_ref();
    let mut logs = report.related.iter();
    let (origin, remedies) = logs.find_map(|related| {
        // Where the setup program says which package failed, only that one's log counts.
        let meant = match (culprit, &related.package) {
            (Some(culprit), Some(package)) => culprit.eq_ignore_ascii_case(package),
            _ => true,
        };
        let path = related.path.as_ref().filter(|_| meant)?;
        let is_log = related.relation == Relation::PackageLog;
        let mut found = reports.iter().filter(|other| is_log && other.path == *path);
        origin(found.next()?)
    })?;
    let failure = reports.get_mut(setup)?.sessions.get_mut(session)?;
    let failure = failure.failure.as_mut()?;
    if !remedies.is_empty() {
        failure.remedies = remedies;
    }
    failure.origin = Some(origin);
    Some(())
}

/// The failure that a log tells, for the log of the program that started it.
fn origin(report: &LogReport) -> Option<(Origin, Vec<Remedy>)> {
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
