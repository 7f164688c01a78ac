//! The words that a name is made of: `SVC_AdminPass2` is `svc`, `admin`, `pass` and a number.

use super::data::{DATA, NamePattern};

/// Longer words are not taken apart: who writes so long a word has other ones in it by chance.
const MAX_WORD: usize = 32;

/// A name without its gaps.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Letters and digits in lower case.
    joined: String,
    /// Where words begin in it, and its end.
    borders: Vec<usize>,
    /// Those of them that stand at a gap.
    gaps: Vec<usize>,
}

impl Words {
    pub fn of(name: &str) -> Self {
        let name = without_module(name);
        let mut words = Self::default();
        let mut before = None;
        let mut letters = name.chars().peekable();
        while let Some(c) = letters.next() {
            if c.is_alphanumeric() {
                let next_small = letters.peek().is_some_and(|c| c.is_lowercase());
                match before {
                    None => words.border(true),
                    Some(before) if is_border(before, c, next_small) => words.border(false),
                    Some(_) => {}
                }
                words.joined.extend(c.to_lowercase());
            }
            before = c.is_alphanumeric().then_some(c);
        }
        words.border(true);
        if words.is_made_up() {
            words.borders.clone_from(&words.gaps);
        }
        words
    }

    fn border(&mut self, gap: bool) {
        let at = self.joined.len();
        if self.borders.last() != Some(&at) {
            self.borders.push(at);
        }
        if gap && self.gaps.last() != Some(&at) {
            self.gaps.push(at);
        }
    }

    /// Whether a tool made the name up: its words are many and small.
    fn is_made_up(&self) -> bool {
        let words = self.borders.len().saturating_sub(1);
        words >= 6 && self.joined.len() * 2 < words * 7
    }

    /// Whether an entry of the table says something about this name.
    pub fn fits(&self, entry: &NamePattern, head: bool) -> bool {
        let name = self.joined.as_str();
        let plain = name.trim_end_matches(|c: char| c.is_ascii_digit());
        if entry.not.iter().any(|part| name.contains(part.as_str())) {
            return false;
        }
        if entry.is.contains(name) || (!plain.is_empty() && entry.is.contains(plain)) {
            return true;
        }
        if head && self.is_about(plain) {
            return false;
        }
        entry.parts.iter().any(|part| name.contains(part.as_str()))
            || match head {
                true => entry.ends.iter().any(|end| self.has(end, |_| true)),
                false => entry.ends.iter().any(|end| plain.ends_with(end.as_str())),
            }
            || entry.words.iter().any(|word| self.has_short(word, plain))
    }

    /// Whether the last word says that the value is none itself.
    fn is_about(&self, plain: &str) -> bool {
        let mut borders = self.borders.iter().rev();
        let last = borders.find_map(|at| plain.get(*at..).filter(|word| !word.is_empty()));
        let last = last.unwrap_or("");
        if DATA.tails.contains(last) {
            return true;
        }
        let mut fronts = last.char_indices().map(|(at, _)| at).skip(3);
        last.len() <= MAX_WORD
            && fronts.any(|at| {
                last.get(at..)
                    .is_some_and(|end| end.len() >= 4 && DATA.tails.contains(end))
            })
    }

    /// Whether a word stands where words end, and begins where one begins or behind what is allowed.
    fn has(&self, word: &str, front: impl Fn(&str) -> bool) -> bool {
        self.joined.match_indices(word).any(|(at, _)| {
            let (start, end) = (self.border_at(at), at + word.len());
            let before = self.joined.get(start..at).unwrap_or("");
            self.border_at(end) == end && (before.is_empty() || front(before))
        })
    }

    /// Whether a short word stands on its own, among words that may stand around it.
    fn has_short(&self, word: &str, plain: &str) -> bool {
        let whole = |at: usize| self.border_at(at + word.len() - 1) <= at;
        let rest = |at: usize| plain.get(at + word.len()..).unwrap_or("");
        self.has(word, is_front)
            && self
                .joined
                .match_indices(word)
                .any(|(at, _)| whole(at) && is_front(rest(at)))
    }

    /// The last border that is not behind a place.
    fn border_at(&self, at: usize) -> usize {
        let behind = self.borders.partition_point(|border| *border <= at);
        let last = behind
            .checked_sub(1)
            .and_then(|last| self.borders.get(last));
        last.copied().unwrap_or(0)
    }
}

/// A name without the id of the merge module that it comes from: `NAME.0A1B2C3D_4E5F_…`.
fn without_module(name: &str) -> &str {
    let Some((front, id)) = name.rsplit_once('.') else {
        return name;
    };
    let is_part = |b: u8| b.is_ascii_hexdigit() || b == b'_';
    let module = id.len() == 36 && id.bytes().all(is_part);
    if module { front } else { name }
}

/// Whether a new word begins between two letters.
fn is_border(before: char, c: char, next_small: bool) -> bool {
    before.is_numeric() != c.is_numeric()
        || (before.is_lowercase() && c.is_uppercase())
        || (before.is_uppercase() && c.is_uppercase() && next_small)
}

/// Whether a text is made of words that may stand before another one.
fn is_front(text: &str) -> bool {
    text.is_empty()
        || (text.len() <= MAX_WORD
            && (1..=text.len()).any(|end| {
                let parts = text.split_at_checked(end);
                parts.is_some_and(|(front, rest)| DATA.fronts.contains(front) && is_front(rest))
            }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(name: &str) -> Vec<String> {
        let words = Words::of(name);
        let pairs = words.borders.iter().zip(words.borders.iter().skip(1));
        pairs
            .map(|(from, to)| words.joined[*from..*to].to_owned())
            .collect()
    }

    #[test]
    fn names_are_taken_apart() {
        for (name, wanted) in [
            ("SVC_AdminPass2", vec!["svc", "admin", "pass", "2"]),
            ("HTTPProxyUser", vec!["http", "proxy", "user"]),
            ("x-api-key", vec!["x", "api", "key"]),
            ("fil3A7PWD91C0B", vec!["fil3a7pwd91c0b"]),
            ("Übergabe", vec!["übergabe"]),
        ] {
            assert_eq!(words(name), wanted, "{name}");
        }
    }

    #[test]
    fn fronts_are_words_in_a_row() {
        assert!(is_front("sqlsvc") && is_front("adminuser") && is_front(""));
        assert!(!is_front("com") && !is_front("by") && !is_front("adminx"));
    }
}
