//! Looks for all learned names at once, in one pass over a text however many there are.
//!
//! Names are whole words in any case. So that one automaton can tell whole words, a mark stands in the
//! text and in the names wherever a word begins or ends; lines hold no zeros, so a zero is the mark.
//! Names come to be known one after the other: automata are built of as many names as came together,
//! and those of few names are joined, so that there are never more than some dozen.

use std::collections::HashSet;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::kind::Kind;
use super::work;

/// Stands where a word begins or ends.
const MARK: char = '\0';

/// Most bytes of all names that are looked for; an automaton takes some ten times as many.
const MAX_BYTES: usize = 2 << 20;

/// The names that are looked for.
#[derive(Debug, Default, Clone)]
pub(super) struct Search {
    names: HashSet<String>,
    bytes: usize,
    waiting: Vec<Name>,
    /// From the largest to the smallest.
    levels: Vec<Level>,
}

/// A name as it is looked for.
#[derive(Debug, Clone)]
struct Name {
    marked: String,
    /// How many bytes at its end must stand there and are no part of it.
    tail: usize,
    kind: Kind,
}

/// Names that are looked for together.
#[derive(Debug, Clone)]
struct Level {
    automaton: AhoCorasick,
    names: Vec<Name>,
}

impl Search {
    /// Lets a name in lower case be found where `tail` follows it.
    pub fn add(&mut self, name: &str, tail: &str, kind: Kind) {
        let Marked { mut text, .. } = Marked::of(&format!("{name}{tail}"));
        // Between letters of writing without blanks a name may begin anywhere.
        if name.chars().any(is_unspaced) {
            text = text.trim_matches(MARK).to_owned();
        }
        if self.bytes + text.len() > MAX_BYTES || !self.names.insert(text.clone()) {
            return;
        }
        self.bytes += text.len();
        let tail = Marked::of(tail).text.trim_start_matches(MARK).len();
        self.waiting.push(Name {
            marked: text,
            tail,
            kind,
        });
    }

    /// Calls `found` for every name, from left to right, of those at one place the longest first.
    pub fn find(&mut self, text: &str, mut found: impl FnMut(Range<usize>, Kind)) {
        self.build();
        if self.levels.is_empty() {
            return;
        }
        let marked = Marked::of(text);
        let mut hits = Vec::new();
        for level in &self.levels {
            work::steps(marked.text.len());
            for hit in level.automaton.find_iter(&marked.text) {
                if let Some(name) = level.names.get(hit.pattern().as_usize()) {
                    let place =
                        marked.original(hit.start())..marked.original(hit.end() - name.tail);
                    hits.push((place, name.kind));
                }
            }
        }
        hits.sort_by_key(|(place, _)| (place.start, std::cmp::Reverse(place.end)));
        for (place, kind) in hits {
            found(place, kind);
        }
    }

    /// Puts the names that wait into automata.
    fn build(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let mut names = std::mem::take(&mut self.waiting);
        while self
            .levels
            .last()
            .is_some_and(|level| level.names.len() <= names.len() * 2)
        {
            names.extend(self.levels.pop().into_iter().flat_map(|level| level.names));
        }
        work::steps(names.iter().map(|name| name.marked.len()).sum());
        let patterns = names.iter().map(|name| &name.marked);
        let mut builder = AhoCorasick::builder();
        // The bytes are bounded, so that it can always be built.
        if let Ok(automaton) = builder
            .match_kind(MatchKind::LeftmostLongest)
            .build(patterns)
        {
            self.levels.push(Level { automaton, names });
        }
    }
}

/// Writing without blanks between words: Chinese, Japanese, Korean with its endings, Thai.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c), 0x0E00..=0x0E7F | 0x2E80..=0xA4CF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF)
}

/// A text in lower case with marks around its words.
struct Marked {
    text: String,
    /// Places in `text` and in the original where they begin to differ by another amount.
    shifts: Vec<(usize, usize)>,
}

impl Marked {
    fn of(original: &str) -> Self {
        let mut text = String::with_capacity(original.len() * 5 / 4);
        let mut shifts = Vec::new();
        let mut in_word = false;
        for (at, c) in original.char_indices() {
            let before = text.len();
            for small in c.to_lowercase() {
                if small.is_alphanumeric() != in_word {
                    in_word = !in_word;
                    text.push(MARK);
                    shifts.push((text.len(), at));
                }
                text.push(small);
            }
            if text.len() - before != c.len_utf8() {
                shifts.push((text.len(), at + c.len_utf8()));
            }
        }
        if in_word {
            text.push(MARK);
            shifts.push((text.len(), original.len()));
        }
        Self { text, shifts }
    }

    /// The place in the original.
    fn original(&self, at: usize) -> usize {
        let behind = self.shifts.partition_point(|shift| shift.0 <= at);
        let shift = behind.checked_sub(1).and_then(|last| self.shifts.get(last));
        shift.map_or(at, |(marked, original)| original + (at - marked))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(search: &mut Search, text: &str) -> Vec<String> {
        let mut all = Vec::new();
        search.find(text, |hit, _| all.push(text[hit].to_owned()));
        all
    }

    #[test]
    fn names_are_found_in_the_letters_that_they_are_written_in() {
        let mut search = Search::default();
        for name in ["i̇stanbul", "(x)", "a b", "山田", "c.d"] {
            search.add(name, "", Kind::User);
        }
        search.add("desk", "/", Kind::Machine);
        assert_eq!(hits(&mut search, "in İSTANBUL, ok"), ["İSTANBUL"]);
        assert_eq!(hits(&mut search, "f(X)y A B ab"), ["(X)", "A B"]);
        assert_eq!(
            hits(&mut search, "ユーザー山田が c.d c.de"),
            ["山田", "c.d"]
        );
        assert_eq!(hits(&mut search, "logs/desk/a desk desk.x"), ["desk"]);
    }

    #[test]
    fn names_that_come_later_are_found_with_those_before() {
        let mut search = Search::default();
        for number in 0..100 {
            search.add(&format!("name{number}"), "", Kind::User);
            let text = format!("name0 name{number} name{number}x");
            let wanted = hits(&mut search, &text);
            assert_eq!(
                wanted,
                ["name0".to_owned(), format!("name{number}")],
                "{text}"
            );
        }
        assert!(search.levels.len() < 10);
    }
}
