//! What the tests of all tables ask.

/// How many rows the text of a table has, read without splitting them.
pub(crate) fn count(text: &str) -> usize {
    let lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.count() - 1
}

/// Whether every row names its source in the last column.
pub(crate) fn every_row_has_a_source(text: &str) -> bool {
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
