//! Two runs side by side: the first point where they part, and what differed before it. Times, codes,
//! names of temporary files and process numbers differ between any two runs and are left aside.

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::{Details, Property, TimedAction, TimedKind};
use crate::knowledge::table::rows;
use crate::report::{LogReport, SessionReport};

/// Most actions of a run that are compared.
const MOST_ACTIONS: usize = 20_000;
/// Most differences of a list.
const MOST: usize = 500;

/// A run as it is compared.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// Its report.
    pub report: &'a LogReport,
    /// What else its log tells.
    pub details: &'a Details,
}

/// What two runs have apart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Comparison {
    /// Both are about one product, as far as the logs tell.
    pub same_product: bool,
    /// How many actions both did alike, up to where they part.
    pub alike: usize,
    /// The first point where they part; `None` where they do not.
    pub parting: Option<Parting>,
    /// What differed before that, what tells most first.
    pub before: Vec<Difference>,
    /// What differed only after it.
    pub after: Vec<Difference>,
    /// Actions that only the first run did, and only the second one.
    pub only: [Vec<Step>; 2],
    /// The actions of both runs side by side, in their order; `None` where one has nothing like it there.
    pub actions: Vec<[Option<Step>; 2]>,
}

/// Where two runs part.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Parting {
    /// The last action that both did alike.
    pub last_alike: Option<String>,
    /// What the first run did then, and the second one; `None` where its log is over.
    pub then: [Option<Step>; 2],
    /// Both did the same action, with another result.
    pub same_action: bool,
}

/// An action of one of the runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Step {
    /// Its name.
    pub name: String,
    /// Its line.
    pub line: u64,
    /// What it returned.
    pub return_value: Option<i64>,
    /// It is on the failing path.
    pub failed: bool,
    /// How many actions are around it.
    pub depth: usize,
    /// How long it took, in milliseconds.
    pub ms: Option<u64>,
}

/// A fact that differs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// What it is of: `run`, `machine`, `product`, `property`, `feature`.
    pub of: &'static str,
    /// Its name.
    pub name: String,
    /// What the first run has, and the second one; `None` where it has nothing.
    pub values: [Option<String>; 2],
    /// Where that stands; `None` where the log does not tell it in one line.
    pub lines: [Option<u64>; 2],
}

#[derive(Debug, serde::Deserialize)]
struct Noise {
    property: &'static str,
    #[serde(rename = "source")]
    _source: &'static str,
}

static NOISE: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let rows = rows::<Noise>(include_str!("compare-noise.tsv"));
    rows.map(|row| row.property).collect()
});

/// Compares two runs: that which the first log is judged by with that of the second.
#[must_use]
pub fn compare(sides: [Side<'_>; 2]) -> Comparison {
    let sessions = sides.map(|side| side.report.principal());
    let [Some(good), Some(bad)] = sessions else {
        return Comparison::default();
    };
    let steps = sides.map(steps);
    let mut comparison = Comparison {
        same_product: same_product(good, bad),
        ..Comparison::default()
    };
    align(&mut comparison, &steps);
    let parted = comparison.parting.as_ref().map(|parting| {
        let [good, bad] = &parting.then;
        [good, bad].map(|step| step.as_ref().map_or(u64::MAX, |step| step.line))
    });
    let parted = parted.unwrap_or([u64::MAX; 2]);
    comparison.before = facts(good, bad);
    properties(&mut comparison, sides, parted);
    features(&mut comparison, sides);
    for list in [&mut comparison.before, &mut comparison.after] {
        list.truncate(MOST);
    }
    for list in &mut comparison.only {
        list.truncate(MOST);
    }
    comparison
}

fn same_product(good: &SessionReport, bad: &SessionReport) -> bool {
    let (a, b) = (&good.product, &bad.product);
    let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
    let unknown = a.code.is_none() && a.name.is_none() || b.code.is_none() && b.name.is_none();
    unknown
        || same(&a.code, &b.code)
        || same(&a.upgrade_code, &b.upgrade_code)
        || same(&a.name, &b.name)
}

/// The actions of the runs of a log; operations of the script differ with what is installed already.
fn steps(side: Side<'_>) -> Vec<&TimedAction> {
    let all = side.details.actions.iter();
    let kept = all
        .filter(|action| !matches!(action.kind, TimedKind::Session | TimedKind::ScriptOperation));
    kept.take(MOST_ACTIONS).collect()
}

fn step(action: &TimedAction) -> Step {
    Step {
        name: action.name.clone(),
        line: action.line,
        return_value: action.return_value,
        failed: action.failed,
        depth: action.depth,
        ms: action.ms,
    }
}

/// What makes two actions the same one.
fn key<'a>(action: &&'a TimedAction) -> (&'a str, bool) {
    (&action.name, action.rollback)
}

fn align(comparison: &mut Comparison, [good, bad]: &[Vec<&TimedAction>; 2]) {
    let good_keys: Vec<_> = good.iter().map(key).collect();
    let bad_keys: Vec<_> = bad.iter().map(key).collect();
    let mut last_alike = None;
    for operation in capture_diff_slices(Algorithm::Myers, &good_keys, &bad_keys) {
        let (old, new) = (operation.old_range(), operation.new_range());
        let (old, new) = (
            good.get(old).unwrap_or_default(),
            bad.get(new).unwrap_or_default(),
        );
        for at in 0..old.len().max(new.len()) {
            let there = |all: &[&TimedAction]| all.get(at).map(|action| step(action));
            comparison.actions.push([there(old), there(new)]);
        }
        if let DiffOp::Equal { .. } = operation {
            for (a, b) in old.iter().zip(new) {
                if comparison.parting.is_some() {
                    break;
                }
                // An action around the failing one failed with it: that one is the point.
                let result = |action: &TimedAction| action.return_value.filter(|value| *value > 1);
                let leaf =
                    |action: &TimedAction| !is_around(action, good) && !is_around(action, bad);
                if result(a) != result(b) && (leaf(a) || leaf(b)) {
                    comparison.parting = Some(Parting {
                        last_alike: last_alike.map(|action: &TimedAction| action.name.clone()),
                        then: [Some(step(a)), Some(step(b))],
                        same_action: true,
                    });
                    break;
                }
                comparison.alike += 1;
                last_alike = Some(*a);
            }
            continue;
        }
        let [only_good, only_bad] = &mut comparison.only;
        only_good.extend(old.iter().map(|action| step(action)));
        only_bad.extend(new.iter().map(|action| step(action)));
        if comparison.parting.is_none() {
            // Where one has nothing here, what it did next tells more.
            let next = |all: &[&TimedAction], at: usize| all.get(at).map(|action| step(action));
            comparison.parting = Some(Parting {
                last_alike: last_alike.map(|action: &TimedAction| action.name.clone()),
                then: [
                    next(good, operation.old_range().start),
                    next(bad, operation.new_range().start),
                ],
                same_action: false,
            });
        }
    }
}

/// Whether other actions ran inside this one.
fn is_around(action: &TimedAction, all: &[&TimedAction]) -> bool {
    let end = action.end_line.unwrap_or(u64::MAX);
    all.iter().any(|other| {
        other.line > action.line
            && other.line < end
            && other.depth > action.depth
            && other.session == action.session
    })
}

/// Facts of the two runs that the reports have, what tells most first.
fn facts(good: &SessionReport, bad: &SessionReport) -> Vec<Difference> {
    let word = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let rows: Vec<(&'static str, &str, [Option<String>; 2])> = vec![
        (
            "run",
            "operation",
            [good, bad].map(|s| Some(named(&s.operation))),
        ),
        (
            "machine",
            "elevated",
            [good, bad].map(|s| s.machine.elevated.map(word)),
        ),
        (
            "machine",
            "Windows",
            [good, bad].map(|s| s.machine.windows.clone()),
        ),
        (
            "machine",
            "processor",
            [good, bad].map(|s| s.machine.arch.clone()),
        ),
        (
            "machine",
            "name",
            [good, bad].map(|s| s.machine.name.clone()),
        ),
        (
            "machine",
            "user",
            [good, bad].map(|s| s.machine.user.clone()),
        ),
        (
            "product",
            "name",
            [good, bad].map(|s| s.product.name.clone()),
        ),
        (
            "product",
            "version",
            [good, bad].map(|s| s.product.version.clone()),
        ),
        (
            "product",
            "code",
            [good, bad].map(|s| s.product.code.clone()),
        ),
        (
            "product",
            "package",
            [good, bad].map(|s| s.product.package.clone()),
        ),
        (
            "run",
            "user interface level",
            [good, bad].map(|s| s.machine.ui_level.map(|l| l.to_string())),
        ),
    ];
    let differs = |(_, _, values): &(&str, &str, [Option<String>; 2])| {
        let [a, b] = values;
        // What one log does not tell, or tells in less detail, is no difference.
        let told = a.as_deref().zip(b.as_deref());
        told.is_some_and(|(a, b)| !a.starts_with(b) && !b.starts_with(a))
    };
    let kept = rows.into_iter().filter(differs);
    kept.map(|(of, name, values)| Difference {
        of,
        name: name.to_owned(),
        values,
        lines: [None; 2],
    })
    .collect()
}

/// The word of the report's own field.
fn named(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

/// A property at the end of a run, or the last that it was set to, and where.
fn told(property: &Property) -> Option<(String, u64)> {
    let last = [&property.server, &property.client, &property.nested]
        .into_iter()
        .flatten()
        .next();
    match last {
        Some(value) => Some((value.value.clone(), value.line)),
        None => {
            let change = property.changes.last()?;
            Some((change.value.clone()?, change.line))
        }
    }
}

/// The first line in which a property got what it has.
fn first_line(property: &Property) -> Option<u64> {
    property.changes.first().map(|change| change.line)
}

fn properties(comparison: &mut Comparison, sides: [Side<'_>; 2], parted: [u64; 2]) {
    let maps = sides.map(|side| {
        let all = side.details.properties.iter();
        let all = all.filter(|property| !NOISE.contains(property.name.as_str()));
        let mut map: BTreeMap<&str, &Property> = BTreeMap::new();
        for property in all {
            map.entry(&property.name).or_insert(property);
        }
        map
    });
    let [good, bad] = &maps;
    // A log without the dump at its end tells a few properties only: what is not there is unknown.
    let [dumped_good, dumped_bad] = maps.each_ref().map(|map| {
        map.values()
            .any(|p| p.server.is_some() || p.client.is_some())
    });
    let names: std::collections::BTreeSet<&str> = good.keys().chain(bad.keys()).copied().collect();
    for name in names {
        let both = [good.get(name), bad.get(name)];
        let values = both.map(|property| property.and_then(|property| told(property)));
        let [a, b] = &values;
        let same = match (a, b) {
            (Some((a, _)), Some((b, _))) => steady(a) == steady(b),
            (None, None) => true,
            (None, Some(_)) => !dumped_good,
            (Some(_), None) => !dumped_bad,
        };
        if same {
            continue;
        }
        let changed = both.map(|property| property.and_then(|property| first_line(property)));
        let lines = [0, 1].map(|side: usize| {
            let at = changed.get(side).copied().flatten();
            at.or_else(|| {
                values
                    .get(side)
                    .and_then(|value| value.as_ref().map(|(_, line)| *line))
            })
        });
        let before = changed
            .iter()
            .zip(parted)
            .any(|(line, parted)| line.is_some_and(|line| line < parted));
        let difference = Difference {
            of: "property",
            name: name.to_owned(),
            values: values.map(|value| value.map(|(value, _)| value)),
            lines,
        };
        match before {
            true => comparison.before.push(difference),
            false => comparison.after.push(difference),
        }
    }
}

fn features(comparison: &mut Comparison, sides: [Side<'_>; 2]) {
    let maps = sides.map(|side| {
        let all = side.details.features.iter();
        let state = |f: &super::Feature| f.action.clone().or_else(|| f.request.clone());
        all.map(|feature| (feature.name.as_str(), (state(feature), feature.line)))
            .collect::<BTreeMap<_, _>>()
    });
    let [good, bad] = &maps;
    for (name, (state, line)) in good {
        if let Some((other, there)) = bad.get(name).filter(|(other, _)| other != state) {
            comparison.before.push(Difference {
                of: "feature",
                name: (*name).to_owned(),
                values: [state.clone(), other.clone()],
                lines: [Some(*line), Some(*there)],
            });
        }
    }
}

/// A value without what differs between any two runs: codes, numbers, names of temporary files.
fn steady(value: &str) -> String {
    static CHANGING: LazyLock<Option<regex::Regex>> = LazyLock::new(|| {
        regex::Regex::new(
            r"(?i)\{[0-9a-f-]{36}\}|[0-9a-f]{8}-[0-9a-f-]{27}|\\te?mp\\[^\\;]*|msi[0-9a-f]{2,8}\.tmp|[0-9a-f]{6,}|\d+",
        )
        .ok()
    });
    match CHANGING.as_ref() {
        Some(changing) if value.len() > 3 => changing.replace_all(value, "#").into_owned(),
        _ => value.to_owned(),
    }
}
