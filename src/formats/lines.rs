//! Lines that are kept of a log, all bounded: a log may hold millions of them, each a megabyte long.

/// Longest text that is kept of one line, in bytes; no message of the installer comes near it.
pub const LONGEST: usize = 4096;

/// A line that is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptLine {
    /// Its number, counted from 1.
    pub line: u64,
    /// The line as it stands there.
    pub text: String,
}

/// A line that gives a result.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResultLine {
    /// Its number, counted from 1.
    pub line: u64,
    /// The line as it stands there.
    pub text: String,
    /// The result as written: an HRESULT or an exit code.
    pub code: u32,
}

impl KeptLine {
    /// Keeps a line, cut where it is very long.
    #[must_use]
    pub fn new(line: u64, text: &str) -> Self {
        let text = clip(text);
        Self { line, text }
    }
}

impl ResultLine {
    /// Keeps a line, cut where it is very long.
    #[must_use]
    pub fn new(line: u64, text: &str, code: u32) -> Self {
        let text = clip(text);
        Self { line, text, code }
    }

    /// The result says that it did not work.
    #[must_use]
    pub fn failed(&self) -> bool {
        !super::codes::succeeded(self.code)
    }
}

/// The first bytes of a text, up to a whole character.
#[must_use]
pub fn head(text: &str, bytes: usize) -> &str {
    let end = (bytes.saturating_sub(3)..=bytes)
        .rev()
        .find(|at| text.is_char_boundary(*at));
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// Text to keep, cut where it is very long.
#[must_use]
pub fn clip(text: &str) -> String {
    head(text, LONGEST).to_owned()
}

/// Appends to a list that keeps the first and the last of what it is given.
pub fn push_bounded<T>(list: &mut Vec<T>, item: T, limit: usize) {
    if list.len() >= limit {
        list.remove(limit / 2);
    }
    list.push(item);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_at_characters() {
        assert_eq!(clip("äöü"), "äöü");
        let long = clip(&"ä".repeat(5000));
        assert!(long.len() <= LONGEST && long.len() > LONGEST - 4);
    }

    #[test]
    fn the_middle_of_a_list_gives_way() {
        let mut list = Vec::new();
        (0..100).for_each(|n| push_bounded(&mut list, n, 4));
        assert_eq!(list, [0, 1, 98, 99]);
    }
}
