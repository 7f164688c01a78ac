//! Details of a log as the page takes them: actions in short, and tables.

use serde::Serialize;
use serde_json::{Value, json};

use super::how;
use crate::details::{ChangeKind, Details, Property, PropertyChange, TimedAction, TimedKind};
use crate::report::LogReport;
use crate::report::layout::clean;

/// Most actions of a page; quick operations of the script give way first.
const MOST_ACTIONS: usize = 20_000;
/// Most of those.
const MOST_QUICK: usize = 5_000;
/// An operation that took so many milliseconds is worth to be seen.
const LONG: u64 = 100;

/// One action on the page.
#[derive(Serialize)]
pub(super) struct Action {
    parent: Option<usize>,
    depth: usize,
    name: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ms: Option<u64>,
    #[serde(skip_serializing_if = "is_false")]
    failed: bool,
    #[serde(skip_serializing_if = "is_false")]
    slowest: bool,
    #[serde(skip_serializing_if = "is_false")]
    unfinished: bool,
    #[serde(skip_serializing_if = "is_false")]
    rollback: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(value: &bool) -> bool {
    !value
}

/// A table of the page.
#[derive(Serialize)]
pub(super) struct Table {
    pub title: &'static str,
    /// What is in it, in a sentence.
    pub about: &'static str,
    pub columns: Vec<&'static str>,
    pub rows: Vec<Vec<Value>>,
}

impl Table {
    /// Says in each row which session it is of, where there are several.
    fn by_session(mut self, sessions: impl Iterator<Item = usize>, many: bool) -> Self {
        if many {
            let place = self.columns.len().saturating_sub(1);
            self.columns.insert(place, "Session");
            for (row, session) in self.rows.iter_mut().zip(sessions) {
                row.insert(place.min(row.len()), json!(session + 1));
            }
        }
        self
    }
}

/// What the page shows of details.
#[derive(Default)]
pub(super) struct Facts {
    pub actions: Vec<Action>,
    /// Actions that did not fit.
    pub left_out: u64,
    pub tables: Vec<Table>,
}

pub(super) fn of(report: &LogReport, details: &Details) -> Facts {
    let (actions, left_out) = actions(details);
    let many = report.sessions.len() > 1;
    let tables = [
        how::table(report, details),
        properties(details, many),
        states(
            "Features",
            "What was to be done with each feature.",
            details.features.iter().map(|f| {
                (
                    f.name.as_str(),
                    [&f.installed, &f.request, &f.action],
                    f.line,
                )
            }),
        )
        .by_session(details.features.iter().map(|f| f.session), many),
        components(details).by_session(details.components.iter().map(|c| c.session), many),
        policies(details).by_session(details.policies.iter().map(|p| p.session), many),
        remarks(
            "Privileges and elevation",
            "Who ran it, with which rights.",
            &details.privileges,
        )
        .by_session(details.privileges.iter().map(|r| r.session), many),
        products(details).by_session(
            details
                .products
                .iter()
                .map(|p| p.session)
                .chain(details.patches.iter().map(|p| p.session)),
            many,
        ),
        files(details).by_session(details.files_in_use.iter().map(|f| f.session), many),
        remarks(
            "Reasons to restart",
            "Why Windows has to restart.",
            &details.reboot_reasons,
        )
        .by_session(details.reboot_reasons.iter().map(|r| r.session), many),
    ];
    Facts {
        actions,
        left_out: left_out + details.left_out.actions + details.left_out.operations,
        tables: tables
            .into_iter()
            .filter(|table| !table.rows.is_empty())
            .collect(),
    }
}

fn kind(kind: TimedKind) -> &'static str {
    match kind {
        TimedKind::Session => "session",
        TimedKind::Standard => "",
        TimedKind::CustomImmediate => "custom",
        TimedKind::CustomDeferred => "custom, deferred",
        TimedKind::CustomRollback => "custom, rollback",
        TimedKind::CustomCommit => "custom, commit",
        TimedKind::Dialog => "dialog",
        TimedKind::ScriptStep => "script",
        TimedKind::ScriptOperation => "operation",
        TimedKind::Package => "package",
    }
}

/// The actions that fit, with their parents' new places, and how many do not.
fn actions(details: &Details) -> (Vec<Action>, u64) {
    let all = &details.actions;
    let quick = |a: &TimedAction| {
        a.kind == TimedKind::ScriptOperation && !a.failed && a.ms.unwrap_or(0) < LONG
    };
    let mut quick_ones = 0_usize;
    let counts = |a: &TimedAction| !matches!(a.kind, TimedKind::Session | TimedKind::Dialog);
    let parents: std::collections::HashSet<usize> = all.iter().filter_map(|a| a.parent).collect();
    // What holds others took their time.
    let leaves = all
        .iter()
        .enumerate()
        .filter(|(at, a)| counts(a) && !parents.contains(at));
    let slowest = leaves
        .max_by_key(|(_, a)| a.ms)
        .filter(|(_, a)| a.ms > Some(0));
    let slowest = slowest.map(|(at, _)| at);
    let mut places = vec![None; all.len()];
    let mut kept = Vec::new();
    for (at, action) in all.iter().enumerate() {
        let is_quick = quick(action);
        if kept.len() >= MOST_ACTIONS || (is_quick && quick_ones >= MOST_QUICK) {
            continue;
        }
        quick_ones += usize::from(is_quick);
        let parent = action
            .parent
            .and_then(|parent| places.get(parent).copied().flatten());
        if let Some(place) = places.get_mut(at) {
            *place = Some(kept.len());
        }
        kept.push(Action {
            parent,
            depth: action.depth,
            name: match action.name.as_str() {
                // A log that does not name its product.
                "" => "the run".to_owned(),
                name => clean(name).into_owned(),
            },
            kind: kind(action.kind),
            text: action.text.as_deref().map(|text| clean(text).into_owned()),
            line: action.line,
            at: action.at_ms,
            ms: action.ms,
            failed: action.failed,
            slowest: slowest == Some(at),
            unfinished: action.end_line.is_none() && action.kind != TimedKind::ScriptOperation,
            rollback: action.rollback,
        });
    }
    let left_out = (all.len() - kept.len()) as u64;
    (kept, left_out)
}

pub(super) fn text(text: &str) -> Value {
    Value::String(clean(text).into_owned())
}

fn optional(value: Option<&str>) -> Value {
    value.map_or(Value::Null, text)
}

fn properties(details: &Details, many: bool) -> Table {
    let nested = details.properties.iter().any(|p| p.nested.is_some());
    let mut columns = vec!["Property", "Client", "Service"];
    columns.extend(nested.then_some("Nested"));
    columns.extend(["Where it was set", "Line"]);
    let rows = details.properties.iter().map(|property| {
        let value = |value: &Option<crate::details::FinalValue>| {
            optional(value.as_ref().map(|v| v.value.as_str()))
        };
        let mut row = vec![
            text(&property.name),
            value(&property.client),
            value(&property.server),
        ];
        row.extend(nested.then(|| value(&property.nested)));
        row.push(changes(property));
        row.push(json!(first_line(property)));
        row
    });
    Table {
        title: "Properties",
        about: "Values at the end of the run, and where they were set on the way.",
        columns,
        rows: rows.collect(),
    }
    .by_session(details.properties.iter().map(|p| p.session), many)
}

fn first_line(property: &Property) -> Option<u64> {
    let changed = property.changes.first().map(|change| change.line);
    let values = [&property.client, &property.server, &property.nested];
    let mut told = values.into_iter().flatten().map(|value| value.line);
    changed.or_else(|| told.next())
}

/// One line a change.
fn changes(property: &Property) -> Value {
    let lines = property.changes.iter().map(|change| {
        let by = by(change);
        let value = change.value.as_deref().unwrap_or_default();
        let value = match change.how {
            ChangeKind::Deleted => "deleted".to_owned(),
            _ => format!("= {value}"),
        };
        format!("{by} {value} (line {})", change.line)
    });
    let lines: Vec<String> = lines.collect();
    let lines = lines.iter().map(|line| clean(line).into_owned());
    Value::String(lines.collect::<Vec<_>>().join("\n"))
}

fn by(change: &PropertyChange) -> String {
    let side = if change.client { "client" } else { "service" };
    match (change.how, &change.action) {
        (ChangeKind::CommandLine, _) => "command line".to_owned(),
        (ChangeKind::Transform, _) => "transform".to_owned(),
        (_, Some(action)) if change.by_custom_action => format!("custom action {action}, {side}"),
        (_, Some(action)) => format!("{action}, {side}"),
        _ => side.to_owned(),
    }
}

/// Name, what it was, what was asked for, what was to be done, line.
fn states<'d>(
    title: &'static str,
    about: &'static str,
    all: impl Iterator<Item = (&'d str, [&'d Option<String>; 3], u64)>,
) -> Table {
    let rows = all.map(|(name, states, line)| {
        let states = states.map(|state| optional(state.as_deref()));
        let mut row = vec![text(name)];
        row.extend(states);
        row.push(json!(line));
        row
    });
    Table {
        title,
        about,
        columns: vec!["Name", "Was", "Asked for", "Done", "Line"],
        rows: rows.collect(),
    }
}

/// As features, with what the product itself has of each where an engine says so.
fn components(details: &Details) -> Table {
    let all = &details.components;
    let mut table = states(
        "Components",
        "What was to be done with each component.",
        all.iter().map(|c| {
            (
                c.name.as_str(),
                [&c.installed, &c.request, &c.action],
                c.line,
            )
        }),
    );
    if all.iter().any(|component| component.client_state.is_some()) {
        table.columns.insert(4, "Product has");
        for (row, component) in table.rows.iter_mut().zip(all) {
            row.insert(4, optional(component.client_state.as_deref()));
        }
    }
    table
}

fn policies(details: &Details) -> Table {
    let rows = details.policies.iter().map(|policy| {
        let scope = serde_json::to_value(policy.scope).unwrap_or_default();
        vec![
            text(&policy.name),
            scope,
            text(&policy.value),
            json!(policy.line),
        ]
    });
    Table {
        title: "Policies",
        about: "Policies that Windows Installer asked for; 0 where one is not set.",
        columns: vec!["Policy", "For", "Value", "Line"],
        rows: rows.collect(),
    }
}

fn remarks(title: &'static str, about: &'static str, all: &[crate::details::Remark]) -> Table {
    let rows = all
        .iter()
        .map(|remark| vec![text(&remark.text), json!(remark.line)]);
    Table {
        title,
        about,
        columns: vec!["What the log says", "Line"],
        rows: rows.collect(),
    }
}

fn products(details: &Details) -> Table {
    let products = details.products.iter().map(|product| {
        let role = serde_json::to_value(product.role).unwrap_or_default();
        vec![
            text(&product.code),
            role,
            text(&product.text),
            json!(product.line),
        ]
    });
    let patches = details.patches.iter().map(|patch| {
        let code = optional(patch.code.as_deref());
        vec![code, json!("patch"), text(&patch.text), json!(patch.line)]
    });
    Table {
        title: "Products and patches",
        about: "Products and patches that the log names.",
        columns: vec!["Code", "What it is", "What the log says", "Line"],
        rows: products.chain(patches).collect(),
    }
}

fn files(details: &Details) -> Table {
    let rows = details.files_in_use.iter().map(|file| {
        let process = optional(file.process.as_deref());
        let id = json!(file.process_id);
        vec![
            optional(file.file.as_deref()),
            process,
            id,
            text(&file.text),
            json!(file.line),
        ]
    });
    Table {
        title: "Files in use",
        about: "Files that were in use, and who used them.",
        columns: vec!["File", "Program", "Process", "What the log says", "Line"],
        rows: rows.collect(),
    }
}
