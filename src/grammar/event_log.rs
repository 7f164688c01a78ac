//! Texts of the event log as people copy them: behind the columns of a list, behind the name of a
//! field, and the outcome in any language.

use super::Body;
use super::engine::{event, outcome};
use super::scan::leading_number;
use crate::text::near::places;

/// Name, version, language and maker stand before the status, each behind a label and a colon.
const LABELS: usize = 5;

/// What stands before the name of the product, in the language of Windows.
const PRODUCT: [&str; 7] = [
    "Product",
    "Produkt",
    "Produit",
    "Producto",
    "Prodotto",
    "Produto",
    "Продукт",
];

/// What stands before the kind of an event, in a line of its own.
const KINDS: [&str; 2] = ["Event Type:", "Level:"];

/// How the viewer says that it has no words of its own for the event.
const FRAMES: [&str; 3] = [
    "The description for Event ID ",
    "If the event originated on another computer, ",
    "The following information was included with the event",
];

/// How the viewer's own lines begin.
pub fn beginnings() -> impl Iterator<Item = &'static str> {
    KINDS.into_iter().chain(FRAMES)
}

/// What an event says, where something of the event log's own stands before it in the line; whether
/// it ends in a number behind a colon is known.
pub fn entry(line: &str, ends_in_status: bool) -> Option<Body<'_>> {
    // A look for what each of the two kinds of texts must have.
    if !ends_in_status && line.is_ascii() && !may_name_product(line) {
        return None;
    }
    let bytes = line.as_bytes();
    let mut labels = 0;
    for at in places(bytes, b':') {
        if bytes.get(at + 1) != Some(&b' ') {
            continue;
        }
        labels += 1;
        let ends = bytes.get(at.wrapping_sub(1));
        if !ends.is_some_and(|byte| matches!(byte, b't' | b'o') || !byte.is_ascii()) {
            continue;
        }
        let (label, text) = (line.get(..at)?, line.get(at + 2..)?);
        if let Some(before) = PRODUCT.iter().find_map(|word| label.strip_suffix(word)) {
            return is_field(before).then(|| update(text).or_else(|| event(text)))?;
        }
    }
    if labels < LABELS && !line.is_ascii() {
        labels += line.matches('：').take(LABELS).count();
    }
    (labels >= LABELS).then(|| outcome(line))?
}

/// Whether a word for the product may stand in a line of ASCII.
pub fn may_name_product(line: &str) -> bool {
    let bytes = line.as_bytes();
    places(bytes, b'P').any(|at| bytes.get(at..).is_some_and(is_product))
}

/// Whether a text begins as the words for the product do that are of ASCII.
fn is_product(text: &[u8]) -> bool {
    text.starts_with(b"Prod")
}

/// What the viewer of the event log writes around a text: `Event Type: Error` and that it has no words
/// of its own for the event.
pub fn is_frame(line: &str) -> bool {
    let rest = KINDS.iter().find_map(|kind| line.strip_prefix(kind));
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The first look passes over no word for the product.
    #[test]
    fn words_for_the_product_are_seen() {
        for word in PRODUCT {
            assert!(is_product(word.as_bytes()) || !word.is_ascii(), "{word}");
        }
    }
}
