//! The client of Configuration Manager: applications (`AppEnforce.log`), packages (`execmgr.log`) and
//! software updates (`WUAHandler.log`).

use super::cmtrace::Entry;
use super::{Event, Program, Record, exit, judged, operation};
use crate::formats::codes::code;
use crate::formats::scan::between;

/// Components that call installers or judge what they gave back.
const COMPONENTS: [&str; 6] = [
    "AppEnforce",
    "AppDiscovery",
    "AppProvider",
    "execmgr",
    "WUAHandler",
    "UpdatesHandler",
];

/// Takes a line apart.
pub fn entry(entry: Entry<'_>) -> Option<Record<'_>> {
    let step = entry
        .component
        .filter(|component| COMPONENTS.contains(component))?;
    Some(Record {
        program: Program::ConfigurationManager,
        stamp: entry.stamp,
        step: Some(step),
        event: event(entry.text.trim()).unwrap_or(Event::Other),
        weak: false,
    })
}

fn event(text: &str) -> Option<Event<'_>> {
    if let Some(rest) = text.strip_prefix("+++ Starting ") {
        let (word, rest) = rest.split_once(" enforcement for App DT ")?;
        return Some(Event::Package {
            name: between(rest, "\"", "\"")?,
            version: None,
            verb: operation(word),
        });
    }
    if let Some(rest) = text.strip_prefix("Executing Command line: ") {
        let end = [" with user context", " with system context"];
        let command = end.iter().find_map(|end| rest.strip_suffix(end));
        return Some(Event::Command(command.unwrap_or(rest)));
    }
    if let Some((who, value)) = text.split_once(" terminated with exitcode: ") {
        let command = None;
        let code = code(value)?;
        return who
            .starts_with("Process ")
            .then_some(Event::Exit { code, command });
    }
    if let Some(value) = text.strip_prefix("Program exit code ") {
        return Some(exit(code(value)?));
    }
    verdict(text)
}

fn verdict(text: &str) -> Option<Event<'_>> {
    if let Some(value) = text.strip_prefix("Unmatched exit code ") {
        return Some(judged(None, false, Some(code(value)?)));
    }
    if let Some(rest) = text.strip_prefix("Matched exit code ") {
        let works = rest.contains("Success") || rest.contains("Reboot");
        return Some(judged(None, works, Some(code(rest)?)));
    }
    if let Some(rest) = text.strip_prefix("Script for Package:") {
        let (who, value) = rest.split_once(" with exit code ")?;
        let works = who.ends_with("succeeded");
        let name = who.split_once(',').map(|(package, _)| package.trim());
        return Some(judged(name, works, Some(code(value)?)));
    }
    let (who, value) = text.split_once(" finished installing (")?;
    let code = code(value)?;
    who.starts_with("Update ")
        .then(|| judged(between(who, "(", ")"), code == 0, Some(code)))
}
