//! Logs that belong together: a bundle and the logs of its packages, a setup program and those of
//! its items, one try and the next.
//!
//! A log names the logs of its packages by path; on the machine where logs are collected the paths
//! are others and the names may have been changed a little (a machine's name in front, blanks
//! become dashes). So names are compared by their letters and digits, from the end.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::model::{Kind, LogReport, SessionReport};
use crate::diagnosis::Origin;
use crate::knowledge::guid;
use crate::session::Outcome;

/// What another log is to this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// The log of a package that this program installed.
    PackageLog,
    /// The log of the program that installed this package.
    SetupLog,
    /// The log of another package of the same run.
    SameRun,
    /// An earlier run for the same product, which did not work.
    EarlierTry,
    /// A later run for the same product.
    LaterTry,
}

/// How it was found that two logs belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// One log names the path of the other.
    LogPath,
    /// The names of the files.
    FileName,
    /// The product code, at the time of the run.
    ProductCode,
}

/// A log that belongs to this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Related {
    /// What it is to this one.
    pub relation: Relation,
    /// The package or item that it is about, as the setup program calls it.
    pub package: Option<String>,
    /// Product code of the package, where the setup program tells it.
    pub product_code: Option<String>,
    /// Its path as this log names it.
    pub named: Option<String>,
    /// The line that names it.
    pub line: Option<u64>,
    /// Path of its report in this scan; null where it was not among the logs.
    pub path: Option<String>,
    /// How the tie was found; null where the log was not among the logs.
    pub how: Option<How>,
}

impl Related {
    /// A log that this one names.
    pub fn named(package: &str, path: &str, line: u64) -> Self {
        Self {
            relation: Relation::PackageLog,
            package: Some(package.to_owned()),
            product_code: None,
            named: Some(path.to_owned()),
            line: Some(line),
            path: None,
            how: None,
        }
    }

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

/// The product code in the path of a package in Burn's cache.
pub fn cached_code(text: &str) -> Option<String> {
    guid::find_plain(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::specimen;

    fn log(path: &str, kind: Kind) -> LogReport {
        LogReport {
            path: path.to_owned(),
            kind,
            ..specimen::failure()
        }
    }

    fn bundle(path: &str, written_as: &str, named: &[(&str, &str)]) -> LogReport {
        let mut report = log(path, Kind::Burn);
        report.written_as = Some(written_as.to_owned());
        let logs = named
            .iter()
            .map(|(package, path)| Related::named(package, path, 7));
        report.related = logs.collect();
        let failure = report.sessions[0].failure.as_mut().unwrap();
        failure.action = Some("PackageB".to_owned());
        failure.signature = "burn".to_owned();
        failure.remedies.clear();
        report
    }

    #[test]
    fn a_bundle_gets_the_cause_that_the_log_of_its_package_tells() {
        let mut package = log("d/pc17 Setup-2020-001-packageb.log", Kind::Msi);
        package.sessions[0].failure.as_mut().unwrap().signature = "msi".to_owned();
        let mut reports = [
            bundle(
                "d/pc17 Setup-2020.log",
                r"C:\Temp\Setup_2020.log",
                &[
                    ("PackageA", r"C:\Temp\Setup_2020_000_PackageA.log"),
                    ("PackageB", r"C:\Temp\Setup_2020_001_PackageB.log"),
                ],
            ),
            log("d/pc18 Setup-2020-001-packageb.log", Kind::Msi),
            log("d/pc17 Setup-2020-000-packagea.log", Kind::Msi),
            package,
        ];
        tie(&mut reports);
        let paths: Vec<Option<&str>> = reports[0]
            .related
            .iter()
            .map(|r| r.path.as_deref())
            .collect();
        assert_eq!(
            paths,
            [
                Some("d/pc17 Setup-2020-000-packagea.log"),
                Some("d/pc17 Setup-2020-001-packageb.log")
            ]
        );
        assert_eq!(reports[0].related[1].how, Some(How::LogPath));
        let failure = reports[0].sessions[0].failure.as_ref().unwrap();
        let origin = failure.origin.as_ref().unwrap();
        assert_eq!((origin.signature.as_str(), origin.line), ("msi", Some(471)));
        assert!(!failure.remedies.is_empty());
        let back = &reports[3].related[0];
        assert_eq!(
            (back.relation, back.package.as_deref(), back.path.as_deref()),
            (
                Relation::SetupLog,
                Some("PackageB"),
                Some("d/pc17 Setup-2020.log")
            )
        );
        assert!(reports[1].related.is_empty(), "another machine");
    }

    #[test]
    fn names_that_fit_twice_fit_not_at_all() {
        let mut first = bundle("a.log", "", &[("P", r"C:\x\P.log")]);
        first.written_as = None;
        let mut reports = [first, log("1-P.log", Kind::Msi), log("2-P.log", Kind::Msi)];
        tie(&mut reports);
        assert_eq!(reports[0].related[0].path, None);
        assert!(
            reports[0].sessions[0]
                .failure
                .as_ref()
                .unwrap()
                .origin
                .is_none()
        );
    }

    #[test]
    fn the_product_code_ties_within_the_time_of_the_run() {
        let code = "{8E34682C-8118-31F1-BC4C-98CD9675E1C2}";
        let at = |path: &str, started: &str| {
            let mut report = log(path, Kind::Msi);
            report.sessions[0].product.code = Some(code.to_owned());
            report.sessions[0].started = Some(started.to_owned());
            report
        };
        let mut setup = bundle("setup.log", "", &[("PackageB", "")]);
        setup.related[0].product_code = Some(code.to_lowercase());
        setup.sessions[0].started = Some("2026-07-07T12:00:00".into());
        setup.sessions[0].ended = Some("2026-07-07T12:05:00".into());
        let mut reports = [
            setup,
            at("early.log", "2026-07-07T11:59:59"),
            at("right.log", "2026-07-07T12:01:00"),
        ];
        tie(&mut reports);
        let tie = &reports[0].related[0];
        assert_eq!(
            (tie.path.as_deref(), tie.how),
            (Some("right.log"), Some(How::ProductCode))
        );
        // Both failed, one after the other: two tries.
        assert_eq!(reports[1].related[0].relation, Relation::LaterTry);
        assert!(
            reports[2]
                .related
                .iter()
                .any(|r| r.relation == Relation::EarlierTry)
        );
    }

    #[test]
    fn logs_of_one_run_are_tied_by_their_names() {
        let name = |rest: &str| log(&format!("d/Setup_20240101101010{rest}.log"), Kind::Msi);
        let mut reports = [
            name("_000_A"),
            name("_001_B"),
            log("d/Setup_20240101101011_000_A.log", Kind::Msi),
        ];
        tie(&mut reports);
        let same = |report: &LogReport| {
            let ties = report
                .related
                .iter()
                .filter(|r| r.relation == Relation::SameRun);
            ties.filter_map(|r| r.path.clone()).collect::<Vec<_>>()
        };
        assert_eq!(same(&reports[0]), ["d/Setup_20240101101010_001_B.log"]);
        assert!(same(&reports[2]).is_empty());
        let mut with_setup = [
            log("d/Setup_20240101101010.log", Kind::Burn),
            name("_000_A"),
        ];
        tie(&mut with_setup);
        assert_eq!(with_setup[1].related[0].relation, Relation::SetupLog);
        assert_eq!(with_setup[1].related[0].how, Some(How::FileName));
    }

    #[test]
    fn reports_wait_for_their_folder_and_keep_their_order() {
        let mut gatherer = Gatherer::default();
        let paths =
            |reports: Vec<LogReport>| reports.into_iter().map(|r| r.path).collect::<Vec<_>>();
        assert_eq!(paths(gatherer.push(log("a/1.log", Kind::Msi))), [""; 0]);
        assert_eq!(paths(gatherer.push(log("a/2.log", Kind::Msi))), [""; 0]);
        assert_eq!(
            paths(gatherer.push(log("b/1.log", Kind::Msi))),
            ["a/1.log", "a/2.log"]
        );
        for number in 2..=WINDOW {
            assert!(
                gatherer
                    .push(log(&format!("b/{number}.log"), Kind::Msi))
                    .is_empty()
            );
        }
        assert_eq!(gatherer.push(log("b/x.log", Kind::Msi)).len(), WINDOW);
        assert_eq!(paths(gatherer.end()), ["b/x.log"]);
    }
}
