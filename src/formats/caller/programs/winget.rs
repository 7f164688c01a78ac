//! WinGet: its log (`2026-07-23 20:37:17.459 [CLI ] …`, since 2025 with a level `<I>` before the
//! channel) and what it prints.

use super::{Event, Program, Record, exit, judged, operation, package};
use crate::formats::codes::code;
use crate::formats::scan::between;
use crate::formats::stamp::{Stamp, year_first};

/// Channels of the log, four letters each.
const CHANNELS: [&str; 9] = [
    "CLI ", "CORE", "REPO", "SQL ", "YAML", "FAIL", "TEST", "CONF", "WORK",
];

/// Takes a line of the log apart.
pub fn parse(line: &str) -> Option<Record<'_>> {
    let (stamp, text) = prefix(line)?;
    Some(record(
        Some(stamp),
        event(text).unwrap_or(Event::Other),
        false,
    ))
}

fn record(stamp: Option<Stamp>, event: Event<'_>, weak: bool) -> Record<'_> {
    Record {
        program: Program::Winget,
        stamp,
        step: None,
        event,
        weak,
    }
}

fn prefix(line: &str) -> Option<(Stamp, &str)> {
    let (stamp, rest) = year_first(line)?;
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix('<').and_then(|r| r.split_once("> ")) {
        Some((level, rest)) if level.len() == 1 => rest,
        Some(_) => return None,
        None => rest,
    };
    let (channel, text) = rest.strip_prefix('[')?.split_once(']')?;
    CHANNELS.contains(&channel).then_some((stamp, text.trim()))
}

fn event(text: &str) -> Option<Event<'_>> {
    if let Some(fields) = text.strip_prefix("Manifest fields: ") {
        return Some(Event::Package {
            name: between(fields, "Name [", "]")?,
            version: between(fields, "Version [", "]"),
            verb: None,
        });
    }
    if let Some((_, name)) = text
        .strip_prefix("Found one app. App id: ")
        .and_then(|rest| rest.split_once(" App name: "))
    {
        return Some(package(name));
    }
    if let Some(command) = text.strip_prefix("Starting: ") {
        return Some(Event::Command(command));
    }
    if let Some(arguments) = text.strip_prefix("Installer args: ") {
        return Some(Event::Arguments(arguments));
    }
    if let Some(word) = text.strip_prefix("Leaf command to execute: root:") {
        return operation(word).map(Event::Task);
    }
    ending(text).or_else(|| printed(text).map(|(event, _)| event))
}

fn ending(text: &str) -> Option<Event<'_>> {
    if text.starts_with("Leaf command succeeded: root:") || text.starts_with("Terminating context:")
    {
        return Some(judged(None, text.starts_with("Leaf"), None));
    }
    let (who, value) = text.split_once(" failed: ")?;
    let installer = who.ends_with("installer") || who.ends_with("uninstaller");
    let code = code(value)?;
    (installer || who.starts_with("Msi")).then_some(exit(code))
}

/// Takes a printed line apart.
pub fn console(line: &str) -> Option<Record<'_>> {
    let (event, weak) = printed(line.trim())?;
    Some(record(None, event, weak))
}

fn printed(text: &str) -> Option<(Event<'_>, bool)> {
    for start in [
        "Installer failed with exit code: ",
        "Uninstall failed with exit code: ",
    ] {
        if let Some(value) = text.strip_prefix(start) {
            return Some((exit(code(value)?), false));
        }
    }
    if let Some(path) = text.strip_prefix("Installer log is available at: ") {
        return Some((Event::LogPath(path), true));
    }
    if matches!(text, "Successfully installed" | "Successfully uninstalled") {
        let verdict = judged(None, true, None);
        return Some((verdict, true));
    }
    found(text).map(|event| (event, true))
}

/// `(1/4) Found Some Tool [Maker.Tool] Version 2.39.0`
fn found(text: &str) -> Option<Event<'_>> {
    let text = match text.strip_prefix('(').and_then(|t| t.split_once(") ")) {
        Some((_, rest)) => rest,
        None => text,
    };
    let (name, rest) = text.strip_prefix("Found ")?.split_once(" [")?;
    let (_, rest) = rest.split_once(']')?;
    let version = rest.strip_prefix(" Version ").map(str::trim);
    (version.is_some() || rest.is_empty()).then_some(Event::Package {
        name,
        version,
        verb: None,
    })
}
