//! `WindowsUpdate.log`: date, time, process, thread, component, text; up to Windows 8.1 with tabs
//! (Microsoft KB 902093), later as `Get-WindowsUpdateLog` makes it from traces.

use super::{Event, Program, Record, exit, judged};
use crate::formats::codes::{code, hexadecimal};
use crate::formats::scan::digits_of;
use crate::formats::stamp::{Stamp, year_first};

/// Components that write to the log.
const COMPONENTS: [&str; 20] = [
    "Agent",
    "AU",
    "AUClnt",
    "CDM",
    "CltUI",
    "COMAPI",
    "ComApi",
    "DnldMgr",
    "DownloadManager",
    "EP",
    "Handler",
    "IdleTimer",
    "Misc",
    "PT",
    "ProtocolTalker",
    "Report",
    "Reporter",
    "Service",
    "Setup",
    "WUApp",
];

/// Takes a line apart.
pub fn parse(line: &str) -> Option<Record<'_>> {
    let (stamp, component, text) = prefix(line)?;
    Some(Record {
        program: Program::WindowsUpdate,
        stamp: Some(stamp),
        step: Some(component),
        event: event(component, text.trim()).unwrap_or(Event::Other),
        weak: false,
    })
}

fn prefix(line: &str) -> Option<(Stamp, &str, &str)> {
    let (stamp, rest) = year_first(line.trim_start_matches('\u{feff}'))?;
    let (_, rest) = digits_of(rest.trim_start(), 9)?;
    let (thread, rest) = rest.trim_start().split_once([' ', '\t'])?;
    if thread.len() > 8 || !thread.bytes().all(|c| c.is_ascii_hexdigit()) {
        return None;
    }
    let rest = rest.trim_start();
    let (component, text) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
    COMPONENTS
        .contains(&component)
        .then_some((stamp, component, text))
}

fn event<'a>(component: &str, text: &'a str) -> Option<Event<'a>> {
    if let Some(event) = reported(text) {
        return Some(event);
    }
    let frame = text.contains("START") || text.contains("END");
    if frame && text.contains("Installing updates") {
        return Some(if text.contains("START") {
            Event::UpdatesBegin
        } else {
            Event::UpdatesEnd
        });
    }
    // Lists are marked with stars, colons and crosses.
    let text = text.trim_start_matches(['*', ':', '#', ' ', '\t']);
    if let Some(title) = text.strip_prefix("Title = ") {
        return Some(Event::Title(title));
    }
    if let Some(id) = text.strip_prefix("UpdateId = ").or_else(|| bare_id(text)) {
        return Some(Event::UpdateId(id));
    }
    if let Some((_, value)) = text.split_once("Install failed, error = ") {
        return Some(ended(None, code(value)?));
    }
    match component {
        "Handler" => handler(text),
        _ => None,
    }
}

fn bare_id(text: &str) -> Option<&str> {
    let shape = text.starts_with('{') && text.get(37..38) == Some("}");
    shape.then_some(text)
}

fn handler(text: &str) -> Option<Event<'_>> {
    if let Some((_, name)) = text
        .split_once("Handler: ")
        .filter(|(before, _)| before.contains("START"))
    {
        return Some(Event::Handler(name.trim()));
    }
    if let Some(rest) = text
        .split_once("First failure for update ")
        .map(|(_, rest)| rest)
    {
        let (id, rest) = rest.split_once(',')?;
        let (_, value) = rest
            .split_once("MSI result = ")
            .or_else(|| rest.split_once("transaction error = "))?;
        let action = rest
            .split_once("MSI action = ")
            .map(|(_, name)| name.trim());
        return Some(Event::UpdateFailed {
            id,
            code: code(value)?,
            action: action.filter(|name| !name.is_empty()),
        });
    }
    if let Some((_, value)) = text.split_once("Return code = ") {
        return Some(exit(code(value)?));
    }
    if let Some(value) = text.strip_prefix("FAILED* [") {
        return Some(ended(None, hexadecimal(value)?));
    }
    let (_, value) = text.split_once("Exit code = ")?;
    Some(ended(None, code(value)?))
}

fn ended(name: Option<&str>, code: u32) -> Event<'_> {
    judged(name, code == 0, Some(code))
}

/// The events that the client reports to its server.
fn reported(text: &str) -> Option<Event<'_>> {
    if let Some((_, rest)) = text.split_once("failed to install the following update with error ") {
        let (value, title) = rest.split_once(": ")?;
        return Some(ended(Some(title.trim_end_matches('.')), code(value)?));
    }
    let (_, title) = text.split_once("successfully installed the following update: ")?;
    Some(judged(Some(title.trim_end_matches('.')), true, None))
}
