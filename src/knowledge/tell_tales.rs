//! Lines of the engine that tell why a run ended, where no message of the installer does.

use std::sync::LazyLock;

use super::table;

const TABLE: &str = include_str!("tell-tales.tsv");

/// How much a line says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// It only stands beside a cause.
    Pointer,
    /// It may be the cause.
    Likely,
    /// It is the cause where the exit code fits.
    Cause,
}

/// A line worth keeping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TellTale {
    /// What the line starts with.
    pub pattern: &'static str,
    /// What stands somewhere after that; may be empty.
    pub inside: &'static str,
    /// How much it says by itself.
    pub weight: Weight,
    /// Exit codes that it accounts for, separated by commas; `-` for any.
    pub explains: &'static str,
    /// What it says, in plain words.
    pub why: &'static str,
}

impl TellTale {
    /// Whether it accounts for an exit code.
    #[must_use]
    pub fn accounts_for(&self, exit_code: i64) -> bool {
        self.explains == "-"
            || self
                .explains
                .split(',')
                .any(|code| code.parse() == Ok(exit_code))
    }
}

struct Rows {
    all: Vec<TellTale>,
    /// Rows by the first byte of their pattern, longest first.
    by_first: Vec<(u8, usize)>,
}

fn rows() -> &'static Rows {
    static ROWS: LazyLock<Rows> = LazyLock::new(|| {
        let all: Vec<TellTale> = table::rows(TABLE).map(row).collect();
        let first = |i: usize| {
            all.get(i)
                .and_then(|r| r.pattern.bytes().next())
                .unwrap_or(0)
        };
        let mut by_first: Vec<(u8, usize)> = (0..all.len()).map(|i| (first(i), i)).collect();
        by_first.sort_by_key(|(byte, i)| {
            (
                *byte,
                std::cmp::Reverse(all.get(*i).map_or(0, |r| r.pattern.len())),
            )
        });
        Rows { all, by_first }
    });
    &ROWS
}

type Row = (
    &'static str,
    Weight,
    &'static str,
    &'static str,
    &'static str,
);

fn row((pattern, weight, explains, why, _source): Row) -> TellTale {
    let (pattern, inside) = pattern.split_once('*').unwrap_or((pattern, ""));
    TellTale {
        pattern,
        inside,
        weight,
        explains,
        why,
    }
}

/// The row of an engine line, where it has one.
#[must_use]
pub fn find(text: &str) -> Option<usize> {
    let rows = rows();
    let first = *text.as_bytes().first()?;
    let from = rows.by_first.partition_point(|(byte, _)| *byte < first);
    let same = rows
        .by_first
        .get(from..)?
        .iter()
        .take_while(|(byte, _)| *byte == first);
    same.map(|(_, index)| *index).find(|index| {
        rows.all.get(*index).is_some_and(|row| {
            text.strip_prefix(row.pattern)
                .is_some_and(|rest| rest.contains(row.inside))
        })
    })
}

/// Whether some row speaks of lines that begin so.
#[must_use]
pub fn may_begin(head: &[u8; 8]) -> bool {
    rows().all.iter().any(|row| {
        let pattern = row.pattern.as_bytes();
        head.starts_with(pattern) || pattern.starts_with(head)
    })
}

/// A row by its index.
#[must_use]
pub fn get(index: usize) -> Option<&'static TellTale> {
    rows().all.get(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_whole_and_found_by_its_own_pattern() {
        assert!(
            TABLE
                .lines()
                .filter(|l| !l.starts_with('#'))
                .all(|l| l.split('\t').count() == 5)
        );
        for (index, row) in rows().all.iter().enumerate() {
            let line = format!("{} x {}", row.pattern, row.inside);
            assert_eq!(find(&line), Some(index), "{line}");
        }
        assert_eq!(find("Doing nothing special"), None);
    }

    #[test]
    fn exit_codes() {
        let row = get(find("Failed to grab execution mutex. System error 258.").unwrap()).unwrap();
        assert!(row.weight == Weight::Cause && row.accounts_for(1618) && !row.accounts_for(1603));
    }
}
