//! Texts of the event log as people copy them: behind the columns of a list, behind the name of a
//! field, and the outcome in any language.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::Body;
use super::engine::{event, outcome};
use super::scan::leading_number;

static PRODUCT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("Product: "));

/// What an event says, where something of the event log's own stands before it in the line.
pub fn entry(line: &str) -> Option<Body<'_>> {
    if let Some(at) = PRODUCT.find(line.as_bytes()) {
        let (before, text) = line.split_at_checked(at)?;
        let rest = text.strip_prefix("Product: ")?;
        return is_field(before).then(|| update(rest).or_else(|| event(rest)))?;
    }
    // Name, version, language and maker stand before the status, each behind a colon.
    let plain = memchr::memchr_iter(b':', line.as_bytes()).take(5).count();
    if plain < 5 && line.is_ascii() {
        return None;
    }
    let colons = line.matches(": ").chain(line.matches('：')).take(5).count();
    if colons < 5 {
        return None;
    }
    outcome(line)
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
