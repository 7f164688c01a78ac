//! Many logs in a few groups: the same cause on many machines, the products, the machines.
//!
//! Of each report only what the groups need is kept, so memory grows with the number of groups and
//! machines and not with the logs. A group has an id that stays the same from scan to scan, so that
//! two scans can be compared.

mod baseline;
mod machine;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::model::{Kind, LogReport, SessionReport};
use super::{reason, words};
use crate::diagnosis::{ActionKind, Failure};
use crate::knowledge::rules;

pub use baseline::BaselineError;
use machine::Machines;

/// Most groups and machines that are told apart; what comes later is counted in one.
const MOST: usize = 100_000;

/// The id of the group for what is too much.
const REST: &str = "(others)";

/// Most machines that a group names.
const MOST_NAMES: usize = 20;

/// Most machines that a document names.
const MOST_MACHINES: usize = 100;

/// What failures are grouped by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum GroupBy {
    /// The same cause, on whatever machine
    #[default]
    Cause,
    /// The best remedy: which step fixes most
    Remedy,
    /// The product
    Product,
    /// The .NET product
    Dotnet,
    /// The machine, as the log or the folder names it
    Machine,
    /// The action that failed
    Action,
    /// The code of the cause
    Code,
}

/// What happened to a group since an earlier scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It was not there.
    New,
    /// It is not there any more.
    Gone,
    /// It was there and is.
    Still,
}

/// Failures that have something in common.
#[derive(Debug, Clone, Default, PartialEq)]
struct Group {
    title: String,
    logs: usize,
    machines: BTreeSet<u32>,
    first: Option<String>,
    last: Option<String>,
    remedy: Option<Remedy>,
    example: String,
}

/// A remedy in one line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Remedy {
    /// The id of the rule.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// What to do in a few words; null where only the steps say it.
    pub fix: Option<String>,
    /// The first thing to do.
    pub first_step: String,
}

/// A group as it is reported.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GroupReport {
    /// What the failures have in common, in a form that stays the same from scan to scan.
    pub id: String,
    /// The same in plain words.
    pub title: String,
    /// Logs that failed so.
    pub logs: usize,
    /// Their part of all that failed, 0 to 1.
    pub share: f64,
    /// Machines that it happened on, as far as they are known.
    pub machines: usize,
    /// The first of them, by name.
    pub machine_names: Vec<String>,
    /// Earliest start, local time of that machine.
    pub first: Option<String>,
    /// Latest start.
    pub last: Option<String>,
    /// What to do.
    pub remedy: Option<Remedy>,
    /// A log that shows it.
    pub example: String,
    /// Since the earlier scan; null where none was named.
    pub change: Option<Change>,
    /// Logs in the earlier scan; null where none was named.
    pub logs_before: Option<usize>,
    /// Machines that it happened on now and not before.
    pub new_machines: Option<usize>,
    /// Machines that it happened on before and not now.
    pub mended_machines: Option<usize>,
}

/// A machine as it is reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MachineReport {
    /// Its name.
    pub machine: String,
    /// Its logs that failed.
    pub failed: usize,
    /// What failed there most often, in plain words.
    pub most_often: String,
    /// How often that is.
    pub times: usize,
}

/// The groups of a scan as JSON.
#[derive(Debug, Clone, Serialize)]
pub struct Document {
    /// What they are grouped by.
    pub by: GroupBy,
    /// The groups, the largest first.
    pub groups: Vec<GroupReport>,
    /// The machines with the most failures.
    pub machines: Vec<MachineReport>,
}

/// The groups of a scan, while it goes on.
#[derive(Debug, Default)]
pub struct Groups {
    by: GroupBy,
    groups: BTreeMap<String, Group>,
    machines: Machines,
    /// By machine and group.
    failures: BTreeMap<(u32, u32), usize>,
    /// Number of each group in `failures`, by its title.
    titles: BTreeMap<String, u32>,
    failed: usize,
    logs: usize,
    /// Those of the earlier scan that they are compared with.
    before: Option<Box<Groups>>,
}

impl Groups {
    /// No groups yet. `roots` are the folders and archives that are scanned: where a log does not
    /// tell its machine, the folder below them does.
    #[must_use]
    pub fn new(by: GroupBy, roots: &[String]) -> Self {
        Self {
            by,
            machines: Machines::new(roots),
            ..Self::default()
        }
    }

    /// Compares them with those of an earlier scan.
    #[must_use]
    pub fn since(self, before: Self) -> Self {
        Self {
            before: Some(Box::new(before)),
            ..self
        }
    }

    /// Whether they are compared with an earlier scan.
    #[must_use]
    pub fn has_earlier(&self) -> bool {
        self.before.is_some()
    }

    /// What they are grouped by.
    #[must_use]
    pub fn by(&self) -> GroupBy {
        self.by
    }

    /// Logs that were counted, and how many of them failed.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        (self.logs, self.failed)
    }

    /// Machines that are known, and how many of them had a failure.
    #[must_use]
    pub fn machine_counts(&self) -> (usize, usize) {
        let failed: BTreeSet<u32> = self.failures.keys().map(|(machine, _)| *machine).collect();
        (self.machines.len(), failed.len())
    }

    /// Takes a report into account.
    pub fn add(&mut self, report: &LogReport) {
        if report.kind == Kind::Unrecognised {
            return;
        }
        self.logs += 1;
        let machine = self.machines.of(report);
        let Some((session, failure)) = failed(report) else {
            return;
        };
        self.failed += 1;
        let name = machine.and_then(|m| self.machines.name(m));
        let (mut id, mut title) = key(self.by, session, failure, name);
        if self.groups.len() >= MOST && !self.groups.contains_key(&id) {
            (id, title) = (REST.to_owned(), "others".to_owned());
        }
        let group = self.groups.entry(id).or_insert_with(|| Group {
            title,
            example: report.path.clone(),
            ..Group::default()
        });
        group.logs += 1;
        if let Some(machine) = machine {
            group.machines.insert(machine);
            let next = u32::try_from(self.titles.len()).unwrap_or(u32::MAX);
            let cause = reason::in_short(session);
            let cause = *self.titles.entry(cause).or_insert(next);
            *self.failures.entry((machine, cause)).or_default() += 1;
        }
        if let Some(started) = &session.started {
            let earlier = group.first.take().filter(|first| first <= started);
            group.first = earlier.or_else(|| Some(started.clone()));
            // Nothing is less than any time.
            group.last = group.last.take().max(Some(started.clone()));
        }
        if group.remedy.is_none() {
            group.remedy = failure.remedies.first().map(|remedy| Remedy {
                rule: remedy.rule.clone(),
                title: remedy.title.clone(),
                fix: remedy.fix.clone(),
                first_step: remedy
                    .steps
                    .first()
                    .map(|s| rules::plain(s))
                    .unwrap_or_default(),
            });
        }
    }

    /// The groups, the largest first; those that are gone since the earlier scan at the end.
    #[must_use]
    pub fn report(&self) -> Vec<GroupReport> {
        let mut found: Vec<GroupReport> = self
            .groups
            .iter()
            .map(|(id, group)| self.group_report(id, group))
            .collect();
        if let Some(before) = &self.before {
            for group in &mut found {
                self.compare(group, before);
            }
            found.extend(self.gone(before));
        }
        found.sort_by(|a, b| (b.logs, b.logs_before, &a.id).cmp(&(a.logs, a.logs_before, &b.id)));
        found
    }

    /// All of it for programs.
    #[must_use]
    pub fn document(&self) -> Document {
        Document {
            by: self.by,
            groups: self.report(),
            machines: self.worst(MOST_MACHINES),
        }
    }

    fn group_report(&self, id: &str, group: &Group) -> GroupReport {
        let names = group.machines.iter().filter_map(|m| self.machines.name(*m));
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.sort();
        names.truncate(MOST_NAMES);
        #[expect(
            clippy::cast_precision_loss,
            reason = "a share needs no more than 50 bits"
        )]
        let share = group.logs as f64 / self.failed.max(1) as f64;
        GroupReport {
            id: id.to_owned(),
            title: group.title.clone(),
            logs: group.logs,
            share: (share * 10_000.0).round() / 10_000.0,
            machines: group.machines.len(),
            machine_names: names,
            first: group.first.clone(),
            last: group.last.clone(),
            remedy: group.remedy.clone(),
            example: group.example.clone(),
            ..GroupReport::default()
        }
    }

    fn compare(&self, report: &mut GroupReport, before: &Self) {
        let now = self.machine_names(&report.id);
        let then = before.machine_names(&report.id);
        let group = before.groups.get(&report.id);
        let change = group.map_or(Change::New, |_| Change::Still);
        report.change = Some(change);
        report.logs_before = Some(group.map_or(0, |group| group.logs));
        report.new_machines = Some(now.difference(&then).count());
        report.mended_machines = Some(then.difference(&now).count());
    }

    /// The groups of the earlier scan that are no longer there.
    fn gone(&self, before: &Self) -> Vec<GroupReport> {
        let groups = before.groups.iter();
        let gone = groups.filter(|(id, _)| !self.groups.contains_key(*id));
        gone.map(|(id, group)| GroupReport {
            logs: 0,
            share: 0.0,
            machines: 0,
            machine_names: Vec::new(),
            change: Some(Change::Gone),
            logs_before: Some(group.logs),
            new_machines: Some(0),
            mended_machines: Some(group.machines.len()),
            ..before.group_report(id, group)
        })
        .collect()
    }

    fn machine_names(&self, id: &str) -> BTreeSet<&str> {
        let machines = self.groups.get(id).map(|group| &group.machines);
        let machines = machines.into_iter().flatten();
        machines.filter_map(|m| self.machines.name(*m)).collect()
    }

    /// The machines with the most failures, the worst first.
    #[must_use]
    pub fn worst(&self, most: usize) -> Vec<MachineReport> {
        let titles = self.titles.iter().map(|(title, number)| (number, title));
        let titles: BTreeMap<&u32, &String> = titles.collect();
        let mut found: BTreeMap<u32, (usize, usize, u32)> = BTreeMap::new();
        for ((machine, cause), times) in &self.failures {
            let entry = found.entry(*machine).or_insert((0, 0, *cause));
            entry.0 += times;
            if *times > entry.1 {
                (entry.1, entry.2) = (*times, *cause);
            }
        }
        let report = |(machine, (failed, times, cause))| {
            Some(MachineReport {
                machine: self.machines.name(machine)?.to_owned(),
                failed,
                most_often: (*titles.get(&cause)?).to_owned(),
                times,
            })
        };
        let mut reports: Vec<MachineReport> = found.into_iter().filter_map(report).collect();
        reports.sort_by(|a, b| (b.failed, &a.machine).cmp(&(a.failed, &b.machine)));
        reports.truncate(most);
        reports
    }
}

/// The session that failed and why; `None` where nothing did, or where the log of a package tells
/// the same case.
fn failed(report: &LogReport) -> Option<(&SessionReport, &Failure)> {
    let session = report.principal()?;
    let failure = session.failure.as_ref()?;
    let ended = session.outcome.failed();
    (ended && failure.origin.is_none()).then_some((session, failure))
}

/// The id of the group that a failure belongs to, and what the group is in plain words.
fn key(
    by: GroupBy,
    session: &SessionReport,
    failure: &Failure,
    machine: Option<&str>,
) -> (String, String) {
    let same = |text: Option<String>, none: &str| {
        let text = text.unwrap_or_else(|| none.to_owned());
        (text.clone(), text)
    };
    match by {
        GroupBy::Cause => {
            let cause = reason::in_short(session);
            // What an action of the package, or a package, did wrong is told by its name.
            let own = !matches!(failure.action_kind, ActionKind::Standard | ActionKind::None);
            let action = failure.action.as_deref().filter(|_| own);
            let title = action.map(|action| format!("{cause} ({action})"));
            (failure.signature.clone(), title.unwrap_or(cause))
        }
        GroupBy::Remedy => match failure.remedies.first() {
            Some(remedy) => (remedy.rule.clone(), remedy.title.clone()),
            None => same(None, "no remedy is known"),
        },
        GroupBy::Product => same(words::product(session), "no product is named"),
        GroupBy::Dotnet => {
            let dotnet = session.dotnet.as_ref().map(|dotnet| {
                let mut plain = dotnet.clone();
                plain.arch = None;
                plain.to_string()
            });
            same(dotnet, "not .NET")
        }
        GroupBy::Machine => same(machine.map(str::to_owned), "no machine is named"),
        GroupBy::Action => same(failure.action.clone(), "no action is named"),
        GroupBy::Code => {
            let mut codes = words::codes(failure);
            match codes.find_map(|code| Some((code.value?, code))) {
                Some((value, code)) => {
                    let shown = crate::knowledge::codes::format_code(value);
                    let meaning = code.meaning.clone();
                    let meaning = meaning.map(|meaning| format!("{shown}: {meaning}"));
                    (shown.clone(), meaning.unwrap_or(shown))
                }
                None => {
                    let exit = session.exit_code.map(|code| format!("exit code {code}"));
                    same(exit, "no code is named")
                }
            }
        }
    }
}
