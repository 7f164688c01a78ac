//! Reads names, numbers and results out of the words of a log.

use crate::formats::codes::code_in;
use crate::formats::lines::clip;
use crate::formats::scan::{after, digits_of, until};
use crate::formats::stamp::{DAY, clock};

/// A path without the marks around it.
pub fn path(text: &str) -> &str {
    text.trim_start_matches([':', ' '])
        .trim_end_matches("...")
        .trim()
}

/// A setup calls itself `Microsoft .NET Framework 4.5 Setup`; the product is without the last word.
pub fn product_name(name: &str) -> String {
    let name = name.strip_suffix(" Setup").unwrap_or(name);
    clip(&Vec::from_iter(name.split_whitespace()).join(" "))
}

/// A value behind a blank, an equals sign, a colon or in brackets.
pub fn value(text: &str) -> &str {
    text.trim_matches([' ', '=', ':', '[', ']', '\'', '"', '\t'])
}

/// The product that a component of a suite installs: without the letter and the processor that tell
/// its packages apart (`2.0a`, `3.0 SP2 x86`).
pub fn component_product(name: &str) -> &str {
    let ends = [" x86", " x64", " ia64", " IA64", " (x86)", " (x64)"];
    let name = ends
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(name);
    let without = name.strip_suffix(|c: char| c.is_ascii_lowercase());
    let without = without.filter(|rest| rest.ends_with(|c: char| c.is_ascii_digit()));
    without.unwrap_or(name)
}

/// How an item ended.
pub struct Ended<'a> {
    pub failed: bool,
    pub code: Option<u32>,
    pub log: Option<&'a str>,
}

/// `Installation failed. Msi Log: Setup_…-MSI_x.msi.txt`
pub fn ended(what: &str) -> Option<Ended<'_>> {
    let verb = until(what, ".");
    let failed = verb.contains("failed");
    let marks = ["Msi Log:", "MSI Log:", "MSI log:"];
    let log = marks.iter().find_map(|mark| after(what, mark));
    (failed || verb.contains("succeeded")).then(|| Ended {
        failed,
        code: after(what, " with ").and_then(code_in),
        log: log.map(str::trim).filter(|log| !log.is_empty()),
    })
}

/// The text behind a result, `, "Fatal error …" (Elapsed time: …`.
pub fn result_message(text: &str) -> &str {
    let text = text.trim_start_matches([',', ' ']).trim_start_matches('"');
    until(text, "\"").trim()
}

/// The time behind a result in milliseconds: `0 00:00:14`, days and a clock.
pub fn elapsed(text: &str) -> Option<u64> {
    let (days, tail) = text.split_once(' ')?;
    let days = days.parse::<u64>().ok().filter(|days| *days < 10_000)?;
    Some(days * DAY + clock(tail.trim_start())?.0)
}

/// `Error 1935.An error …`, in any language: the number stands behind the first word.
pub fn message_number(message: &str) -> Option<i64> {
    let from = message.find(|c: char| c.is_ascii_digit())?;
    let (word, tail) = message.split_at_checked(from).filter(|_| from <= 24)?;
    let (number, tail) = digits_of(tail, 6)?;
    let alone = word.split_whitespace().count() == 1;
    let stopped = tail.starts_with(['.', ':', '。']);
    let number = Some(number).filter(|n| (1000..100_000).contains(n) && alone && stopped);
    i64::try_from(number?).ok()
}
