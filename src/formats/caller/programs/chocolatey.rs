//! Chocolatey: `chocolatey.log` (log4net: date, process, level) and the same text as it is printed.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::{Event, Program, Record, judged};
use crate::formats::codes::code;
use crate::formats::scan::{between, digits_of};
use crate::formats::stamp::{Stamp, year_first};

const WORDS_OF_FAILURE: &str = "not successful. Exit code was ";

/// Looks for them: many a line of other programs is asked for these.
static NOT_SUCCESSFUL: LazyLock<Finder<'static>> =
    LazyLock::new(|| Finder::new(WORDS_OF_FAILURE.as_bytes()));

/// Takes a line apart.
pub fn parse(line: &str) -> Option<Record<'_>> {
    let (stamp, text) = match prefix(line) {
        Some((stamp, text)) => (Some(stamp), text),
        None => (None, line),
    };
    let text = text.trim();
    let (event, weak) = event(text)?;
    Some(Record {
        program: Program::Chocolatey,
        stamp,
        step: None,
        event,
        weak,
    })
}

/// `2026-07-05 11:56:47,012 7424 [DEBUG] - `
fn prefix(line: &str) -> Option<(Stamp, &str)> {
    let (stamp, rest) = year_first(line)?;
    let (_, rest) = digits_of(rest.trim_start(), 9)?;
    let (level, text) = rest.trim_start().strip_prefix('[')?.split_once("] - ")?;
    let known = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
    known.contains(&level.trim_end()).then_some((stamp, text))
}

fn event(text: &str) -> Option<(Event<'_>, bool)> {
    strong(text)
        .map(|event| (event, false))
        .or_else(|| weak(text).map(|event| (event, true)))
}

fn strong(text: &str) -> Option<Event<'_>> {
    if let Some(at) = NOT_SUCCESSFUL.find(text.as_bytes())
        && let Some((before, after)) = text.split_at_checked(at)
        && let Some(after) = after.strip_prefix(WORDS_OF_FAILURE)
    {
        let command = before
            .split_once("Running ")
            .map(|(_, c)| c.trim_end().trim_end_matches("was").trim_end());
        let code = code(after)?;
        return Some(Event::Exit { code, command });
    }
    if let Some(command) = text
        .strip_prefix("Elevating permissions and running ")
        .or_else(|| text.strip_prefix("Elevating Permissions and running "))
    {
        let command = command
            .split_once(". This may take")
            .map_or(command, |(c, _)| c);
        return Some(Event::Command(command));
    }
    if let Some((command, after)) = text
        .strip_prefix("Command [")
        .and_then(|tail| tail.rsplit_once("] exited with '"))
    {
        let command = Some(command);
        let code = code(after)?;
        return Some(Event::Exit { code, command });
    }
    let helper = text.strip_prefix("Running ")?;
    if let Some(package) = between(
        helper,
        "'ChocolateyScriptRunner' for ",
        " with packageScript",
    ) {
        let (name, version) = package.rsplit_once(" v")?;
        return Some(Event::Package {
            name,
            version: Some(version),
            verb: None,
        });
    }
    let calls = [
        "Install-ChocolateyInstallPackage ",
        "Install-ChocolateyPackage ",
        "Uninstall-ChocolateyPackage ",
        "Start-ChocolateyProcessAsAdmin ",
    ];
    calls
        .iter()
        .find_map(|call| helper.strip_prefix(call))
        .map(Event::Arguments)
}

fn weak(text: &str) -> Option<Event<'_>> {
    if let Some(rest) = text.strip_prefix("The ") {
        return verdict(rest);
    }
    if let Some((name, after)) = text
        .strip_prefix("- ")
        .and_then(|rest| rest.split_once(" (exited "))
    {
        return Some(judged(Some(name), false, Some(code(after)?)));
    }
    heading(text)
}

/// `install of X was NOT successful.`
fn verdict(rest: &str) -> Option<Event<'_>> {
    let (verb, rest) = rest.split_once(" of ")?;
    if !matches!(verb, "install" | "upgrade" | "uninstall") {
        return None;
    }
    let (name, works) = match rest.split_once(" was NOT successful") {
        Some((name, _)) => (name, false),
        None => (rest.split_once(" was successful")?.0, true),
    };
    Some(judged(
        Some(name).filter(|name| !name.contains(' ')),
        works,
        None,
    ))
}

/// `putty.install v0.70 [Approved]`, `tool v1.0 (forced)`
fn heading(text: &str) -> Option<Event<'_>> {
    let (name, rest) = text.split_once(" v")?;
    let (version, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let named = name.len() > 1
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
    let versioned = version.starts_with(|c: char| c.is_ascii_digit()) && version.contains('.');
    let ended = rest.is_empty() || rest.starts_with(['[', '(', '-']);
    (named && versioned && ended && name != "Chocolatey").then_some(Event::Package {
        name,
        version: Some(version),
        verb: None,
    })
}
