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
pub const PLAIN_HEADS: [[u8; 8]; 40] = [
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
    *b"File: c:",
    *b"File: D:",
    *b"SHELL32:",
    *b"SOFTWARE",
    *b"MSI_LUA:",
    *b"Set Last",
    *b"Grabbed ",
    *b"RESTART ",
    *b"Resettin",
    *b"Incremen",
    *b"Decremen",
    *b"No Syste",
    *b"Resolvin",
    *b"SRSetRes",
    *b"EEUI - D",
    *b"Entering",
    *b"Adding n",
    *b"File wil",
    *b"TRANSFOR",
    *b"MSCOREE ",
    *b"skipping",
    *b"Unlockin",
];

/// What a line of the engine says.
pub fn body(text: &str) -> Body<'_> {
    let head = text.as_bytes().first_chunk();
    let known = head.and_then(|head| known(head, text));
    if known.is_none() && head.is_some_and(|head| PLAIN_HEADS.contains(head)) {
        return Body::Engine(text);
    }
    known
        .or_else(|| localised(text))
        .unwrap_or(Body::Engine(text))
}

/// The kind is told by the first eight bytes: one comparison instead of many.
fn known<'a>(head: &[u8; 8], text: &'a str) -> Option<Body<'a>> {
    let rest = |mark: &str| text.strip_prefix(mark);
    Some(match head {
        b"Executin" => Body::Operation(Operation::parse(rest("Executing op: ")?)?),
        b"Note: 1:" => Body::Note(Note::parse(rest("Note: 1: ")?)?),
        b"Doing ac" => Body::DoingAction(rest("Doing action: ")?),
        b"Skipping" => {
            let action = rest("Skipping action: ")?;
            Body::SkippingAction(action.split_once(" (").map_or(action, |(name, _)| name))
        }
        b"PROPERTY" => Body::PropertyChange(PropertyChange::parse(rest("PROPERTY CHANGE: ")?)?),
        b"Product:" => event(rest("Product: ")?)?,
        b"Product " => {
            let (_, quoted) = rest("Product Code ")?.split_once('\'')?;
            Body::ProductCode(quoted.strip_suffix('\'').unwrap_or(quoted))
        }
        b"Property" => property(rest("Property(")?)?,
        b"MainEngi" => Body::ThreadReturning(number(rest("MainEngineThread is returning ")?)?),
        b"Back fro" => Body::BackFromServer(number(rest("Back from server. Return value: ")?)?),
        b"Invoking" => {
            let call = rest("Invoking remote custom action. DLL: ")?;
            let (dll, entry_point) = call.rsplit_once(", Entrypoint: ")?;
            Body::Invoking { dll, entry_point }
        }
        b"Hello, I" => Body::CustomActionServer(rest("Hello, I'm your ")?),
        b"******* " => run_engine(rest("******* ")?)?,
        b"Command " => Body::CommandLine(rest("Command Line: ")?),
        b"Original" => match rest("Original package ==> ") {
            Some(path) => Body::OriginalPackage(path),
            None => Body::OriginalPatch(rest("Original patch ==> ")?),
        },
        b"CustomAc" => custom_action_returned(text)?,
        _ => return None,
    })
}

fn number(text: &str) -> Option<i64> {
    leading_number(text).map(|(value, _)| value)
}

/// A line of the property dump, after `Property(`.
pub fn property(rest: &str) -> Option<Body<'_>> {
    let (side, name, value) = property::dump(rest)?;
    Some(Body::Property { side, name, value })
}

/// A message as it goes to the event log, after `Product: `.
pub fn event(rest: &str) -> Option<Body<'_>> {
    let (product, message) = product_message(rest)?;
    Some(Body::ProductMessage { product, message })
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
    event(rest.trim_start())
}

/// `Windows Installer installed the product. … status: 1603.` in any language: the last number,
/// right after a colon, is the exit code. Some Windows translate the installer's name, too.
pub fn outcome(text: &str) -> Option<Body<'_>> {
    let (label, status) = labelled_number(text)?;
    let told = INSTALLER.find(text.as_bytes()).is_some() || lists_product(label);
    told.then_some(Body::Outcome { status, text })
}

/// The end of the same text on a line of its own, which some Windows break before the facts: told by
/// the words before the number.
pub fn rest_of_outcome<'a>(text: &'a str, labelled: Option<(&str, i64)>) -> Option<Body<'a>> {
    let (label, status) = labelled?;
    // Without a stop between its groups it is no list: most lines of action data end here.
    let may_list = !label.is_ascii() || label.contains(". ");
    let told = super::language::ends_with_status(label) || (may_list && lists_product(label));
    told.then_some(Body::Outcome { status, text })
}

/// Whether a text lists a product as the event log does, in whatever language: name, version, its
/// language as a number, manufacturer, each after a label and a colon and before a stop.
fn lists_product(before_status: &str) -> bool {
    let mut colons = 0u32;
    let mut language_at = None;
    for (at, _) in before_status.match_indices([':', '：']) {
        let value = before_status.get(at..).unwrap_or("");
        let value = value.trim_start_matches([':', '：', ' ', '\u{a0}']);
        let rest = value.trim_start_matches(|c: char| c.is_ascii_digit());
        let mut after = rest.chars();
        let stop = after.next().is_some_and(is_stop);
        let alone = after.next().is_none_or(|c| !c.is_ascii_digit());
        // A language of Windows has at most five digits.
        let digits = value.len() - rest.len();
        if colons >= 2 && (1..=5).contains(&digits) && stop && alone {
            language_at = Some(colons);
        }
        colons += 1;
    }
    // The manufacturer comes after it.
    language_at.is_some_and(|at| at + 1 < colons)
}

/// What ends a sentence or a part of it.
fn is_stop(c: char) -> bool {
    matches!(c, '.' | '。' | '、' | '，' | ',' | '．' | ';' | '；')
}

/// `LABEL: NUMBER.` at the end of a text: what stands before the colon, and the number.
pub fn labelled_number(text: &str) -> Option<(&str, i64)> {
    // Most lines end otherwise, or have no colon there; the stops and colons of other writings have no
    // ASCII in them.
    let bytes = text.as_bytes();
    let not = |marks: &'static [u8]| move |byte: &u8| !marks.contains(byte);
    let last = bytes.iter().rposition(not(b". "))?;
    let head = bytes.get(..=last)?;
    let digits = head
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if digits == 0 && head.last().is_some_and(u8::is_ascii) {
        return None;
    }
    let before = head.iter().rev().skip(digits).find(|byte| not(b" ")(byte));
    if digits > 0 && before.is_none_or(|byte| *byte != b':' && byte.is_ascii()) {
        return None;
    }
    let tail = text.trim_end_matches(['.', '。', '．', '｡', ' ']);
    let words = tail.trim_end_matches(|c: char| c.is_ascii_digit());
    if words.len() == tail.len() {
        return None;
    }
    let label = words
        .trim_end_matches([' ', '\u{a0}'])
        .strip_suffix([':', '：'])?;
    Some((label, last_number(tail)?))
}
