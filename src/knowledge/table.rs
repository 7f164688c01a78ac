//! Reads the embedded tables: tab separated, a header line, `#` comments.

/// The rows of a table after its header, each with its cells.
///
/// Rows with fewer than `columns` cells are left out; the tests of each table prove that it has
/// none.
pub(super) fn rows<const COLUMNS: usize>(
    text: &'static str,
) -> impl Iterator<Item = [&'static str; COLUMNS]> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .skip(1)
        .filter_map(cells)
}

/// The cells of one line, if it has exactly the expected number.
fn cells<const COLUMNS: usize>(line: &'static str) -> Option<[&'static str; COLUMNS]> {
    let mut cells = [""; COLUMNS];
    let mut parts = line.split('\t');
    for cell in &mut cells {
        *cell = parts.next()?;
    }
    parts.next().is_none().then_some(cells)
}

/// A cell that may be empty.
pub(super) fn optional(cell: &'static str) -> Option<&'static str> {
    Some(cell).filter(|text| !text.is_empty())
}

/// How many rows the text of a table has, read without splitting them: for tests.
#[cfg(test)]
pub(super) fn count(text: &str) -> usize {
    let lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.count() - 1
}

/// Whether every row names its source in the last column: for tests.
#[cfg(test)]
pub(super) fn every_row_has_a_source(text: &str) -> bool {
    let mut lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    let header = lines.next().unwrap_or("");
    header.ends_with("\tsource")
        && lines.all(|line| {
            line.rsplit('\t')
                .next()
                .is_some_and(|source| source.len() > 5)
        })
}
