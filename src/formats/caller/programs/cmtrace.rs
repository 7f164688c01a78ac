//! The format of CMTrace, Configuration Manager's viewer, in which several programs write:
//! `<![LOG[text]LOG]!><time="…" date="…" component="…" …>`, and lines pasted from the viewer.

use super::{Record, configmgr, intune, toolkit};
use crate::formats::scan::between;
use crate::formats::stamp::{Stamp, month_first};

/// A line of this format, whoever wrote it.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// What it says.
    pub text: &'a str,
    /// The part of the program that says it.
    pub component: Option<&'a str>,
    /// When.
    pub stamp: Option<Stamp>,
}

/// Takes a line apart.
pub fn parse(line: &str) -> Option<Record<'_>> {
    let line = line.trim_start_matches([' ', '\u{feff}']);
    let inner = line.strip_prefix("<![LOG[")?;
    // A text of several lines has its attributes on the last of them.
    let (text, attributes) = inner.rsplit_once("]LOG]!>").unwrap_or((inner, ""));
    let attribute = |name: &str| between(attributes, name, "\"");
    let stamp = attribute("date=\"")
        .zip(attribute("time=\""))
        .and_then(|(date, time)| month_first(date, time));
    tell(Entry {
        text,
        component: attribute("component=\"").filter(|c| !c.is_empty()),
        stamp,
    })
}

/// `text<tab>component<tab>date and time<tab>2508 (0x09CC)`: the viewer's columns.
pub fn pasted(line: &str) -> Option<Record<'_>> {
    let (rest, thread) = line.trim_end().rsplit_once('\t')?;
    if !thread.ends_with(')') || !thread.contains(" (0x") {
        return None;
    }
    let (rest, _) = rest.rsplit_once('\t')?;
    let (text, component) = rest.rsplit_once('\t')?;
    tell(Entry {
        text: text.trim(),
        component: Some(component.trim()),
        stamp: None,
    })
}

fn tell(entry: Entry<'_>) -> Option<Record<'_>> {
    toolkit::entry(entry)
        .or_else(|| configmgr::entry(entry))
        .or_else(|| intune::entry(entry))
}
