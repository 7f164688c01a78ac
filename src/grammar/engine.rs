//! What stands after the prefix of an engine line.

use std::sync::LazyLock;

use memchr::memmem;

use super::message::product_message;
use super::property::{self, PropertyChange};
use super::scan::{last_number, leading_number};
use super::{Body, Note, Operation};

/// Built once: building a searcher costs more than one search of a line.
static DASHES: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(b" -- "));
static INSTALLER: LazyLock<memmem::Finder<'static>> =
    LazyLock::new(|| memmem::Finder::new(b"Windows Installer"));

/// How the many lines of costing and set-up begin that are read whole or not at all.
pub const PLAIN_HEADS: [[u8; 8]; 18] = [
    *b"Componen",
    *b"Feature:",
    *b"File: C:",
    *b"Source f",
    *b"Dir (sou",
    *b"Dir (tar",
    *b"Machine ",
    *b"User pol",
    *b"SOURCEMG",
    *b"SECREPAI",
    *b"Creating",
    *b"Closing ",
    *b"Disallow",
    *b"Verifyin",
    *b"Font cre",
    *b"WIN64DUA",
    *b"Running ",
    *b"APPCOMPA",
];

/// The kind is told by the first eight bytes: one comparison instead of many.
pub fn body(text: &str) -> Body<'_> {
    let head = text.as_bytes().first_chunk::<8>();
    let known = match head {
        Some(b"Executin") => text
            .strip_prefix("Executing op: ")
            .and_then(Operation::parse)
            .map(Body::Operation),
        Some(b"Note: 1:") => text
            .strip_prefix("Note: 1: ")
            .and_then(Note::parse)
            .map(Body::Note),
        Some(b"Doing ac") => text.strip_prefix("Doing action: ").map(Body::DoingAction),
        Some(b"Skipping") => skipping(text),
        Some(b"PROPERTY") => text
            .strip_prefix("PROPERTY CHANGE: ")
            .and_then(PropertyChange::parse)
            .map(Body::PropertyChange),
        Some(b"Product:") => text
            .strip_prefix("Product: ")
            .and_then(product_message)
            .map(|(product, message)| Body::ProductMessage { product, message }),
        Some(b"Product ") => product_code(text),
        Some(b"Property") => text
            .strip_prefix("Property(")
            .and_then(property::dump)
            .map(property_body),
        Some(b"MainEngi") => text
            .strip_prefix("MainEngineThread is returning ")
            .and_then(number)
            .map(Body::ThreadReturning),
        Some(b"Back fro") => text
            .strip_prefix("Back from server. Return value: ")
            .and_then(number)
            .map(Body::BackFromServer),
        Some(b"Invoking") => invoking(text),
        Some(b"Hello, I") => text
            .strip_prefix("Hello, I'm your ")
            .map(Body::CustomActionServer),
        Some(b"******* ") => text.strip_prefix("******* ").and_then(run_engine),
        Some(b"Command ") => text.strip_prefix("Command Line: ").map(Body::CommandLine),
        Some(b"Original") => original(text),
        Some(b"CustomAc") => custom_action_returned(text),
        Some(head) if PLAIN_HEADS.contains(head) => return Body::Engine(text),
        _ => None,
    };
    known
        .or_else(|| localised(text))
        .unwrap_or(Body::Engine(text))
}

fn number(text: &str) -> Option<i64> {
    leading_number(text).map(|(value, _)| value)
}

pub fn property_body<'a>((side, name, value): (char, &'a str, &'a str)) -> Body<'a> {
    Body::Property { side, name, value }
}

fn skipping(text: &str) -> Option<Body<'_>> {
    let rest = text.strip_prefix("Skipping action: ")?;
    Some(Body::SkippingAction(
        rest.split_once(" (").map_or(rest, |(name, _)| name),
    ))
}

fn product_code(text: &str) -> Option<Body<'_>> {
    let rest = text.strip_prefix("Product Code ")?;
    let (_, quoted) = rest.split_once('\'')?;
    Some(Body::ProductCode(
        quoted.strip_suffix('\'').unwrap_or(quoted),
    ))
}

fn invoking(text: &str) -> Option<Body<'_>> {
    let rest = text.strip_prefix("Invoking remote custom action. DLL: ")?;
    let (dll, entry_point) = rest.rsplit_once(", Entrypoint: ")?;
    Some(Body::Invoking { dll, entry_point })
}

/// The block at the start of an engine run.
pub fn run_engine(rest: &str) -> Option<Body<'_>> {
    if rest.trim_end() == "RunEngine:" {
        return Some(Body::RunEngine);
    }
    let (key, value) = rest
        .split_once(": ")
        .or_else(|| Some((rest.strip_suffix(':')?, "")))?;
    Some(Body::RunEngineField(key, value))
}

/// `CustomAction NAME returned actual error code N …`; the name may be empty or missing.
pub fn custom_action_returned(line: &str) -> Option<Body<'_>> {
    let rest = line.strip_prefix("CustomAction ")?;
    let (name, tail) = match rest.strip_prefix("returned actual error code ") {
        Some(tail) => ("", tail),
        None => rest.split_once(" returned actual error code ")?,
    };
    let (code, tail) = leading_number(tail)?;
    let ignored = tail.contains("translated to success");
    Some(Body::CustomActionReturned {
        name: name.trim(),
        code,
        ignored,
    })
}

fn original(text: &str) -> Option<Body<'_>> {
    if let Some(path) = text.strip_prefix("Original package ==> ") {
        return Some(Body::OriginalPackage(path));
    }
    text.strip_prefix("Original patch ==> ")
        .map(Body::OriginalPatch)
}

/// Event log texts inside engine lines follow the language of Windows: told by what does not change.
fn localised(text: &str) -> Option<Body<'_>> {
    if let Some(outcome) = outcome(text) {
        return Some(outcome);
    }
    let at = DASHES.find(text.as_bytes())?;
    let (label, rest) = text.split_once([':', '：'])?;
    if label.len() >= at || label.trim_end().contains(' ') || label.len() > 40 {
        return None;
    }
    let (product, message) = product_message(rest.trim_start())?;
    Some(Body::ProductMessage { product, message })
}

/// `Windows Installer installed the product. … status: 1603.` in any language: the last number,
/// right after a colon, is the exit code.
pub fn outcome(text: &str) -> Option<Body<'_>> {
    INSTALLER.find(text.as_bytes())?;
    let (_, status) = labelled_number(text)?;
    Some(Body::Outcome { status, text })
}

/// The end of the same text on a line of its own, which some Windows break before the facts: told by
/// the words before the number.
pub fn rest_of_outcome(text: &str) -> Option<Body<'_>> {
    let (label, status) = labelled_number(text)?;
    super::language::ends_with_status(label).then_some(Body::Outcome { status, text })
}

/// `LABEL: NUMBER.` at the end of a text: what stands before the colon, and the number.
fn labelled_number(text: &str) -> Option<(&str, i64)> {
    let tail = text.trim_end_matches(['.', '。', ' ']);
    let words = tail.trim_end_matches(|c: char| c.is_ascii_digit());
    if words.len() == tail.len() {
        return None;
    }
    let label = words
        .trim_end_matches([' ', '\u{a0}'])
        .strip_suffix([':', '：'])?;
    Some((label, last_number(tail)?))
}
