//! Lines of the engine that tell why a run ended, where no message of the installer does.

use std::cmp::Reverse;
use std::sync::LazyLock;

use super::pattern::first_letters;
use super::table::sorted;

const TABLE: &str = include_str!("tell-tales.tsv");

/// All rows, by the first byte of their pattern, longest first.
static ROWS: LazyLock<Vec<TellTale>> = LazyLock::new(|| {
    let rank = |row: &TellTale| (row.first(), Reverse(row.parts().0.len()));
    sorted(TABLE, rank)
});

/// What each of them begins with, and what stands behind that: every unknown line is held to them.
static PARTS: LazyLock<Parts> = LazyLock::new(|| {
    let rows: Vec<_> = ROWS.iter().map(TellTale::parts).collect();
    let first = |byte| rows.partition_point(|(start, _)| start.bytes().next() < byte);
    Parts {
        from: (0..=u8::MAX).map(|byte| first(Some(byte))).collect(),
        heads: rows.iter().map(|(start, _)| first_letters(start)).collect(),
        rows,
    }
});

struct Parts {
    rows: Vec<(&'static str, &'static str)>,
    /// How they begin, as [`first_letters`] has it.
    heads: Vec<(u64, u64)>,
    /// Where those with this first byte begin.
    from: Vec<usize>,
}

/// How much a line says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// It only stands beside a cause.
    Pointer,
    /// It shows that the package itself is made wrong; it is the cause where nothing else is said.
    Package,
    /// It is the cause where the exit code is one that it explains; with other codes, or none, it only
    /// stands beside a cause, since good runs write it too.
    Exit,
    /// It may be the cause.
    Likely,
    /// It is the cause where the exit code fits.
    Cause,
}

/// A line worth keeping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
pub struct TellTale {
    /// What the line starts with, and after a `*` what stands somewhere behind that.
    pub pattern: &'static str,
    /// How much it says by itself.
    pub weight: Weight,
    /// Exit codes that it accounts for, separated by commas; `-` for any.
    pub explains: &'static str,
    /// What it says, in plain words.
    pub why: &'static str,
    /// Where this is written.
    pub source: &'static str,
}

impl TellTale {
    /// What the line starts with, and what stands somewhere behind that; may be empty.
    fn parts(&self) -> (&'static str, &'static str) {
        self.pattern.split_once('*').unwrap_or((self.pattern, ""))
    }

    fn first(&self) -> Option<u8> {
        self.pattern.bytes().next()
    }

    /// Whether it accounts for an exit code.
    #[must_use]
    pub fn accounts_for(&self, exit_code: i64) -> bool {
        let mut codes = self.explains.split(',');
        codes.any(|code| code == "-" || code.parse() == Ok(exit_code))
    }
}

/// The row of an engine line, where it has one.
#[must_use]
pub fn find(text: &str) -> Option<usize> {
    let first = usize::from(text.bytes().next()?);
    let from = *PARTS.from.get(first)?;
    let to = PARTS.from.get(first + 1).copied();
    let alike = from..to.unwrap_or(PARTS.rows.len());
    let heads = PARTS.heads.get(alike.clone())?;
    let (letters, _) = first_letters(text);
    let fits = |((start, inside), (head, bits)): (&(&str, &str), &(u64, u64))| {
        let rest = Some(text).filter(|_| (letters ^ head) & bits == 0);
        let rest = rest.and_then(|text| text.strip_prefix(*start));
        rest.is_some_and(|rest| rest.contains(*inside))
    };
    let mut same = PARTS.rows.get(alike)?.iter().zip(heads);
    Some(from + same.position(fits)?)
}

/// Whether some row speaks of lines that begin so.
#[must_use]
pub fn may_begin(head: &[u8; 8]) -> bool {
    ROWS.iter().any(|row| {
        let start = row.pattern.bytes().take_while(|byte| *byte != b'*');
        start.zip(head).all(|(wanted, byte)| wanted == *byte)
    })
}

/// A row by its index.
#[must_use]
pub fn get(index: usize) -> Option<&'static TellTale> {
    ROWS.get(index)
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
        for (index, row) in ROWS.iter().enumerate() {
            let (start, inside) = row.parts();
            let line = format!("{start} x {inside}");
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
