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
    /// The line.
    pub at: KeptLine,
    /// The result as written: an HRESULT or an exit code.
    pub code: u32,
}

/// So that a result is shown as any other line.
impl std::ops::Deref for ResultLine {
    type Target = KeptLine;

    fn deref(&self) -> &KeptLine {
        &self.at
    }
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
        let at = KeptLine::new(line, text);
        Self { at, code }
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

/// As much of a name as is kept.
#[must_use]
pub fn name(text: &str) -> &str {
    head(text, 256)
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

/// Keeps the texts of one run and counts their bytes. What comes when much is kept already is cut
/// short, since a log can have thousands of steps, each with several lines.
#[derive(Debug, Default)]
pub struct Room {
    used: usize,
}

impl Room {
    /// Bytes of texts that are kept whole.
    const WHOLE: usize = 2 << 20;
    /// Longest text beyond them.
    const SHORT: usize = 128;
    /// What a kept thing takes beside its text.
    const AROUND: usize = 64;

    /// Keeps a text.
    pub fn clip(&mut self, text: &str) -> String {
        let whole = self.used < Self::WHOLE;
        let text = head(text, if whole { LONGEST } else { Self::SHORT });
        self.used += text.len() + Self::AROUND;
        text.to_owned()
    }

    /// Keeps a name. Names of files are shorter; what is longer is none.
    pub fn name(&mut self, text: &str) -> String {
        self.clip(name(text))
    }

    /// Keeps a line.
    pub fn line(&mut self, line: u64, text: &str) -> KeptLine {
        let text = self.clip(text);
        KeptLine { line, text }
    }

    /// Keeps a line that gives a result.
    pub fn result(&mut self, line: u64, text: &str, code: u32) -> ResultLine {
        let at = self.line(line, text);
        ResultLine { at, code }
    }
}

/// Runs that are over: so many that they are bounded.
#[derive(Debug, Default)]
pub struct Runs<T> {
    /// The runs.
    pub all: Vec<T>,
    bytes: usize,
    crowded: u64,
}

impl<T> Runs<T> {
    /// Most runs that are kept apart.
    const MOST: usize = 100;
    /// Most bytes of them.
    const MOST_BYTES: usize = 3 << 20;

    /// Whether there is one more run to be had, whose texts are kept in this room. If not, what
    /// follows counts as part of it.
    pub fn can_take(&mut self, room: &Room) -> bool {
        let fits = self.all.len() < Self::MOST && self.bytes + room.used <= Self::MOST_BYTES;
        self.bytes += if fits { room.used } else { 0 };
        self.crowded += u64::from(!fits);
        fits
    }

    /// All runs with the last one, and in words where they were not kept apart.
    #[must_use]
    pub fn finish(mut self, last: T, of: &str) -> (Vec<T>, Vec<String>) {
        self.all.push(last);
        let count = self.crowded + 1;
        let notice = format!("too many runs of {of}: the last {count} are shown as one");
        let notices = (self.crowded > 0).then_some(notice);
        (self.all, notices.into_iter().collect())
    }
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
