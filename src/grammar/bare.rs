//! Lines of the engine whose prefix is lost: people and programs cut it off.
//!
//! Only beginnings that no other program has are read (`bare.tsv`). Whether such a line is the
//! engine's, or a child quotes its own log, is the session's to say: it knows whether the others of
//! its log have their prefixes.

use std::sync::LazyLock;

use super::{Body, engine};
use crate::knowledge::table;

/// A beginning.
#[derive(Debug, Clone, Copy, serde::Deserialize)]
struct Start {
    start: &'static str,
    /// What stands somewhere behind it; may be empty.
    inside: &'static str,
    #[serde(rename = "source")]
    _source: &'static str,
}

impl Start {
    fn first(&self) -> Option<u8> {
        self.start.bytes().next()
    }
}

/// All beginnings, by their first byte.
struct Starts {
    rows: Vec<Start>,
    /// The bytes that one begins with, as bits: most lines begin with another.
    first: [u128; 2],
}

static STARTS: LazyLock<Starts> = LazyLock::new(|| {
    let mut rows: Vec<Start> = table::rows(include_str!("bare.tsv")).collect();
    rows.sort_by_key(Start::first);
    let mut first = [0; 2];
    for byte in rows.iter().filter_map(Start::first) {
        if let Some(half) = first.get_mut(usize::from(byte >> 7)) {
            *half |= 1u128 << (byte & 127);
        }
    }
    Starts { rows, first }
});

/// How those lines begin.
pub fn beginnings() -> impl Iterator<Item = &'static str> {
    STARTS.rows.iter().map(|row| row.start)
}

/// What a line of the engine says whose prefix is lost.
pub fn body(line: &str) -> Option<Body<'_>> {
    let byte = line.bytes().next()?;
    let bits = STARTS.first.get(usize::from(byte >> 7))?;
    if bits >> (byte & 127) & 1 == 0 {
        return None;
    }
    let first = Some(byte);
    let rows = &STARTS.rows;
    let from = rows.partition_point(|row| row.first() < first);
    let mut alike = rows
        .get(from..)?
        .iter()
        .take_while(|row| row.first() == first);
    alike.find(|row| {
        let rest = line.strip_prefix(row.start);
        rest.is_some_and(|rest| rest.contains(row.inside))
    })?;
    Some(engine::body(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_the_engine_writes_is_read() {
        for (line, wanted) in [
            ("Doing action: X", Body::DoingAction("X")),
            (
                "MainEngineThread is returning 1603",
                Body::ThreadReturning(1603),
            ),
            ("Back from server. Return value: 0", Body::BackFromServer(0)),
            (
                "Original package ==> C:\\a.msi",
                Body::OriginalPackage("C:\\a.msi"),
            ),
            (
                "SOURCEMGMT: Failed to resolve source",
                Body::Engine("SOURCEMGMT: Failed to resolve source"),
            ),
        ] {
            assert_eq!(body(line), Some(wanted), "{line}");
        }
        let event = body("Produkt: Beispiel -- Fehler 1310. Text");
        assert!(matches!(
            event,
            Some(Body::ProductMessage {
                product: "Beispiel",
                ..
            })
        ));
    }

    #[test]
    fn what_others_write_too_is_not() {
        for line in [
            "",
            "Running the tool",
            "Command Line: setup.exe /quiet",
            "Feature: none",
            "Failed to connect to server.",
            "Product Code of all",
            "Name: a -- b",
        ] {
            assert_eq!(body(line), None, "{line}");
        }
    }

    #[test]
    fn each_row_is_read() {
        let rows = include_str!("bare.tsv")
            .lines()
            .filter(|line| !line.starts_with('#'));
        assert_eq!(STARTS.rows.len(), rows.count() - 1);
        assert!(STARTS.rows.iter().all(|row| !row.start.is_empty()));
    }
}
