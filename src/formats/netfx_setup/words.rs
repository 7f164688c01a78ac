//! Reads names and numbers out of the words of a log.

use super::grammar::Technology;
use crate::formats::lines::clip;

/// A setup calls itself `Microsoft .NET Framework 4.5 Setup`; the product is without the last word.
pub(super) fn product_name(name: &str) -> String {
    let name = name.strip_suffix(" Setup").unwrap_or(name);
    let words: Vec<&str> = name.split_whitespace().collect();
    clip(&words.join(" "))
}

/// What an item is made with, by the ending of its file.
pub(super) fn technology(name: &str) -> Option<Technology> {
    let (_, ending) = name.rsplit_once('.')?;
    match ending.to_ascii_lowercase().as_str() {
        "msi" => Some(Technology::Msi),
        "msp" => Some(Technology::Patch),
        "exe" | "msu" => Some(Technology::Program),
        _ => None,
    }
}

/// `Error 1935.An error …`, in any language: the number stands behind the first word.
pub(super) fn message_number(message: &str) -> Option<i64> {
    let from = message
        .find(|c: char| c.is_ascii_digit())
        .filter(|at| *at <= 24)?;
    let tail = message.get(from..)?;
    let end = tail
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(tail.len());
    let digits = tail.get(..end).filter(|d| matches!(d.len(), 4 | 5))?;
    let word = message.get(..from)?.trim();
    let alone = !word.contains(char::is_whitespace) && !word.is_empty();
    let stopped = tail
        .get(end..)
        .is_some_and(|t| t.starts_with(['.', ':', '。']));
    (alone && stopped).then(|| digits.parse().ok()).flatten()
}
