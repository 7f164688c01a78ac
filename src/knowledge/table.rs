//! Reads the embedded tables: tab separated, a header line, `#` comments.

/// The rows of a table after its header, each with its cells.
///
/// Rows with fewer than `columns` cells are left out; the tests of each table prove that it has
/// none.
pub(super) fn rows<const COLUMNS: usize>(
    text: &'static str,
) -> impl Iterator<Item = [&'static str; COLUMNS]> {
    lines(text)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .skip(1)
        .filter_map(cells)
}

/// The lines of a text. Tables are read at every start, and `memchr` finds ends faster than
/// [`str::lines`] does.
fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]);
    let mut start = 0;
    ends.filter_map(move |end| {
        let line = text.get(start..end);
        start = end + 1;
        line.map(|line| line.trim_end_matches('\r'))
    })
}

/// The cells of one line, if it has exactly the expected number.
fn cells<const COLUMNS: usize>(line: &'static str) -> Option<[&'static str; COLUMNS]> {
    let mut cells = [""; COLUMNS];
    let mut tabs = memchr::memchr_iter(b'\t', line.as_bytes());
    let mut start = 0;
    let (last, others) = cells.split_last_mut()?;
    for cell in others {
        let end = tabs.next()?;
        *cell = line.get(start..end)?;
        start = end + 1;
    }
    *last = line.get(start..)?;
    tabs.next().is_none().then_some(cells)
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
