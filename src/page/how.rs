//! How each run of a log was started: by whom, for whom, with which rights, what was asked for.

use serde_json::{Value, json};

use super::tables::{Table, text};
use crate::details::{ChangeKind, Details, Property};
use crate::report::json::word;
use crate::report::{LogReport, SessionReport};

/// The table; without rows where a log tells nothing of it.
pub(super) fn table(report: &LogReport, details: &Details) -> Table {
    let many = report.sessions.len() > 1;
    let mut columns = vec!["What", "Value"];
    columns.extend(many.then_some("Session"));
    let sessions = report.sessions.iter().enumerate();
    let rows = sessions.flat_map(|(at, session)| {
        let told = facts(session, details, at).into_iter();
        told.filter_map(move |(name, value)| {
            let mut row = vec![text(name), text(&value?)];
            row.extend(many.then(|| json!(at + 1)));
            Some(row)
        })
    });
    let rows: Vec<Vec<Value>> = rows.collect();
    Table {
        title: "How it was started",
        about: "By whom, for whom, with which rights, and what was asked for.",
        columns,
        rows,
    }
}

fn facts(
    session: &SessionReport,
    details: &Details,
    at: usize,
) -> [(&'static str, Option<String>); 11] {
    let machine = &session.machine;
    let properties: Vec<&Property> = details
        .properties
        .iter()
        .filter(|property| property.session == at)
        .collect();
    let value = |name: &str| {
        let named = properties.iter().find(|property| property.name == name)?;
        last(named)
    };
    let elevated = |elevated| if elevated { "yes" } else { "no" }.to_owned();
    [
        ("Operation", word(&session.operation)),
        ("For", for_whom(&properties, &value)),
        ("User", machine.user.clone()),
        ("Elevated", machine.elevated.map(elevated)),
        ("Interface", machine.ui_level.and_then(interface)),
        ("Command line", command_line(&properties)),
        ("Package", session.product.package.clone()),
        ("Transforms", value("TRANSFORMS")),
        ("Log", value("MsiLogFileLocation")),
        ("Computer", machine.name.clone()),
        ("Windows", machine.windows.clone()),
    ]
}

/// What a property was in the end, or the last that it was set to.
fn last(property: &Property) -> Option<String> {
    let ends = [&property.server, &property.client, &property.nested];
    let end = ends.into_iter().flatten().next();
    let set = || property.changes.last()?.value.clone();
    let value = end.map(|end| end.value.clone()).or_else(set);
    value.filter(|value| !value.is_empty())
}

/// Only the dump at the end tells that a property is not set.
fn for_whom(properties: &[&Property], value: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let dumped = |p: &&&Property| p.server.is_some() || p.client.is_some() || p.nested.is_some();
    let told = match value("ALLUSERS").as_deref() {
        Some("1") => "all users (ALLUSERS is 1)",
        Some("2") if value("MSIINSTALLPERUSER").as_deref() == Some("1") => {
            "this user (MSIINSTALLPERUSER is 1)"
        }
        Some(_) => return None,
        None => {
            properties.iter().find(dumped)?;
            "this user (ALLUSERS is not set)"
        }
    };
    Some(told.to_owned())
}

/// Microsoft Learn: the property UILevel.
fn interface(level: u32) -> Option<String> {
    let name = match level {
        2 => "none",
        3 => "basic",
        4 => "reduced",
        5 => "full",
        _ => return None,
    };
    Some(format!("{name} (UILevel {level})"))
}

/// The properties that the command line set, as they stand there.
fn command_line(properties: &[&Property]) -> Option<String> {
    let set = properties.iter().filter_map(|property| {
        let mut changes = property.changes.iter();
        let change = changes.find(|change| change.how == ChangeKind::CommandLine)?;
        let value = change.value.as_deref().unwrap_or_default();
        let quote = if value.contains(' ') { "\"" } else { "" };
        Some(format!("{}={quote}{value}{quote}", property.name))
    });
    let all: Vec<String> = set.collect();
    (!all.is_empty()).then(|| all.join(" "))
}
