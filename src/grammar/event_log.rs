//! Texts of the event log as people copy them: behind the columns of a list, behind the name of a
//! field, and the outcome in any language.

use super::Body;
use super::engine::{event, labelled_number, outcome};
use super::scan::leading_number;

/// Name, version, language and maker stand before the status, each behind a label and a colon.
const LABELS: usize = 5;

/// The name of the field that begins what an event says.
const PRODUCT: &[u8] = b"Product: ";

/// What an event says, where something of the event log's own stands before it in the line.
pub fn entry(line: &str) -> Option<Body<'_>> {
    // All output of programs comes by here: one search for what few lines have.
    let bytes = line.as_bytes();
    let product = |at: &usize| bytes.get(*at..).is_some_and(|b| b.starts_with(PRODUCT));
    if let Some(at) = memchr::memchr_iter(b'P', bytes).find(product) {
        let (before, text) = (line.get(..at)?, line.get(at + PRODUCT.len()..)?);
        return is_field(before).then(|| update(text).or_else(|| event(text)))?;
    }
    labelled_number(line)?;
    let labels = line.matches(": ").chain(line.matches('：'));
    (labels.take(LABELS).count() == LABELS).then(|| outcome(line))?
}

/// What the viewer of the event log writes around a text: `Event Type: Error` and that it has no words
/// of its own for the event.
pub fn is_frame(line: &str) -> bool {
    const FRAMES: [&str; 3] = [
        "The description for Event ID ",
        "If the event originated on another computer, ",
        "The following information was included with the event",
    ];
    let rest = line
        .strip_prefix("Event Type:")
        .or_else(|| line.strip_prefix("Level:"));
    rest.is_some_and(|word| word.split_whitespace().count() <= 1)
        || FRAMES.iter().any(|frame| line.starts_with(frame))
}

/// `NAME - Update 'X' could not be installed. Error code 1642.`, after `Product: `.
pub fn update(rest: &str) -> Option<Body<'_>> {
    let (_, what) = rest.split_once(" - Update '")?;
    let (_, code) = what
        .split_once(" could not be ")?
        .1
        .split_once("Error code ")?;
    let (status, _) = leading_number(code)?;
    Some(Body::Outcome { status, text: rest })
}

/// What stands before it is of the event log: its source, or the name of a field.
fn is_field(before: &str) -> bool {
    const FIELDS: [&str; 8] = [
        "Message",
        "message",
        "Description",
        "description",
        "Event ID",
        "EventID",
        "Beschreibung",
        "Nachricht",
    ];
    let marked = before.trim_end_matches([' ', '\t', '"', '\'']);
    before.contains("MsiInstaller")
        || FIELDS.iter().any(|field| marked.contains(field)) && marked.ends_with([':', '=', '>'])
}
