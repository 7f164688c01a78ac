//! Intune management extension: Win32 apps, in the format of CMTrace.

use super::cmtrace::Entry;
use super::{Event, Program, Record, exit, judged, package};
use crate::formats::codes::code;
use crate::formats::scan::between;

/// Components of the extension that install apps.
const COMPONENTS: [&str; 4] = [
    "IntuneManagementExtension",
    "AppWorkload",
    "Win32App",
    "AgentExecutor",
];
/// Longer texts are policies with all that could be called.
const LONGEST: usize = 1000;

/// Takes a line apart.
pub fn entry(entry: Entry<'_>) -> Option<Record<'_>> {
    let known = entry
        .component
        .is_some_and(|component| COMPONENTS.contains(&component));
    if !known && !entry.text.starts_with("[Win32App]") {
        return None;
    }
    Some(Record {
        program: Program::Intune,
        stamp: entry.stamp,
        step: entry.text.starts_with("[Win32App]").then_some("Win32App"),
        event: event(entry.text).unwrap_or(Event::Other),
        weak: false,
    })
}

fn event(text: &str) -> Option<Event<'_>> {
    if let Some((before, rest)) = text.split_once("lpExitCode") {
        return result(before, rest);
    }
    if text.contains("processing targeted app") {
        return between(text, "(name='", "'").map(package);
    }
    if text.len() > LONGEST || text.contains('{') && text.contains("\":") {
        return None;
    }
    let at = text.to_ascii_lowercase().find("msiexec")?;
    let command = text.get(at..)?;
    let calls = command.contains(" /") || command.contains(" -");
    calls.then_some(Event::Command(command))
}

/// `lpExitCode 1603` is the program's; the other lines with this word judge it.
fn result<'a>(before: &str, rest: &str) -> Option<Event<'a>> {
    if rest.contains("defined as") {
        let works = ["Success", "Reboot"].iter().any(|word| rest.contains(word));
        return Some(judged(None, works, None));
    }
    let code = code(rest)?;
    if before.contains("mapping for") {
        return Some(judged(None, code == 0, Some(code)));
    }
    Some(exit(code))
}
