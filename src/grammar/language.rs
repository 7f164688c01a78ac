//! The words of the lines that the installer takes from the Error table, in all languages.
//!
//! Which language a log uses follows its package, so one Windows writes logs in many. The words are
//! data (`knowledge/languages.tsv`); a language that is not in the table is told by the shape of the
//! line alone.

use std::sync::LazyLock;

use super::MessageKind;
use crate::knowledge::pattern::first_letters;
use crate::knowledge::table;

const TABLE: &str = include_str!("../knowledge/languages.tsv");

/// A language of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Language(pub(super) u8);

/// The tag of a language, `de`, `zh-TW`.
#[must_use]
pub fn language_name(language: Language) -> &'static str {
    row(language).map_or("en", |(tag, _)| tag)
}

/// Tag of a language, and what stands between name and number of an ended action.
fn row(language: Language) -> Option<&'static (&'static str, &'static str)> {
    WORDS.rows.get(usize::from(language.0))
}

/// What a word before the time of an action announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionWord {
    Text,
    Start,
    Ended,
}

#[derive(Default)]
struct Words {
    /// Tag, and what stands between name and number of an ended action.
    rows: Vec<(&'static str, &'static str)>,
    /// Words before a time.
    actions: WordList<ActionWord>,
    /// Words before a number; without English, which is dispatched by its first letter.
    messages: WordList<MessageKind>,
    /// Whether it is the start.
    logging: Vec<(&'static str, bool)>,
    succeeded: Vec<&'static str>,
    failed: Vec<&'static str>,
    statuses: Vec<&'static str>,
}

/// Words, sorted, and where those with a first byte begin: a line is compared with the few that
/// begin like it.
struct WordList<K> {
    words: Vec<(&'static str, K, Language)>,
    /// How each of them begins, as [`first_letters`] has it.
    heads: Vec<(u64, u64)>,
    from: Vec<usize>,
}

impl<K> Default for WordList<K> {
    fn default() -> Self {
        Self {
            words: Vec::new(),
            heads: Vec::new(),
            from: Vec::new(),
        }
    }
}

impl<K: Copy> WordList<K> {
    fn sort(&mut self, counts: impl Fn(&str) -> bool) {
        self.words.retain(|(word, ..)| counts(word));
        self.words.sort_by_key(|(word, ..)| *word);
        let heads = self.words.iter().map(|(word, ..)| first_letters(word));
        self.heads = heads.collect();
        let before = |byte: usize| self.words.partition_point(|(w, ..)| first_byte(w) < byte);
        self.from = (0..=256).map(before).collect();
    }

    /// Where those stand that begin with the same byte.
    fn of_byte(&self, text: &str) -> std::ops::Range<usize> {
        let byte = first_byte(text);
        let range = self.from.get(byte).zip(self.from.get(byte + 1));
        range.map_or(0..0, |(from, to)| *from..*to)
    }

    /// The words that may stand at the start of the text: those whose first letters do.
    fn alike(&self, text: &str) -> impl DoubleEndedIterator<Item = &(&'static str, K, Language)> {
        let alike = self.of_byte(text);
        let heads = self.heads.get(alike.clone()).unwrap_or_default();
        let words = self.words.get(alike).unwrap_or_default();
        let (letters, _) = first_letters(text);
        let both = words.iter().zip(heads);
        both.filter_map(move |(word, (head, bits))| ((letters ^ head) & bits == 0).then_some(word))
    }

    /// The longest word at the start of the line, and the rest.
    fn at_start<'a>(&self, line: &'a str) -> Option<(K, Language, &'a str)> {
        let mut alike = self.alike(line).rev();
        alike.find_map(|(word, kind, language)| Some((*kind, *language, line.strip_prefix(*word)?)))
    }
}

fn first_byte(text: &str) -> usize {
    text.bytes().next().map_or(0, usize::from)
}

static WORDS: LazyLock<Words> = LazyLock::new(load);

fn load() -> Words {
    let mut w = Words::default();
    for (language, row) in (0..)
        .map(Language)
        .zip(table::rows::<Vec<&'static str>>(TABLE))
    {
        let get = |column: usize| row.get(column).copied().unwrap_or("");
        w.rows.push((get(0), get(5)));
        w.actions.words.extend([
            (get(2), ActionWord::Text, language),
            (get(3), ActionWord::Start, language),
            (get(4), ActionWord::Ended, language),
        ]);
        w.messages.words.extend([
            (get(6), MessageKind::Error, language),
            (get(7), MessageKind::Warning, language),
            (get(8), MessageKind::Info, language),
            (get(9), MessageKind::DiskFull, language),
            (get(10), MessageKind::Fatal, language),
        ]);
        w.logging.extend([(get(11), true), (get(12), false)]);
        let split = |column| get(column).split('|').filter(|word| !word.is_empty());
        w.succeeded.extend(split(13));
        w.failed.extend(split(14));
        w.statuses.extend(split(15));
    }
    w.actions.sort(|word| !word.is_empty());
    // English is dispatched by its first letters; its words would also catch `Error: 5`.
    w.messages
        .sort(|word| !matches!(word, "" | "Error" | "Warning" | "Info"));
    w.logging.retain(|(word, _)| !word.is_empty());
    w
}

/// The words with which lines of actions and messages begin.
pub fn beginnings() -> impl Iterator<Item = &'static str> {
    let actions = WORDS.actions.words.iter().map(|(word, ..)| *word);
    actions.chain(WORDS.messages.words.iter().map(|(word, ..)| *word))
}

/// What the word before a time of day means.
pub fn action_word(before: &str) -> Option<(ActionWord, Language)> {
    let word = before.trim_matches([' ', '\u{a0}', ':', '\u{200e}', '\u{200f}']);
    let is_it = |known: &str| known.trim_end_matches(':') == word;
    let actions = &WORDS.actions;
    let mut same = actions.words.get(actions.of_byte(word))?.iter();
    let (_, kind, language) = same.find(|(known, ..)| is_it(known))?;
    Some((*kind, *language))
}

/// The word at the very start of a line that has no time in it, and the rest.
pub fn action_word_without_time(line: &str) -> Option<(ActionWord, Language, &str)> {
    WORDS.actions.at_start(line)
}

/// Whether the word of an action begins with this byte in some language.
pub fn may_begin_action(byte: u8) -> bool {
    let from = |byte: usize| WORDS.actions.from.get(byte);
    from(byte.into()) != from(usize::from(byte) + 1)
}

/// The word before a message number, and the rest.
pub fn message_word(line: &str) -> Option<(MessageKind, Language, &str)> {
    WORDS.messages.at_start(line)
}

/// `Logging started` (true) or `stopped` in any language, without the frame.
pub fn logging_word(text: &str) -> Option<(bool, &str)> {
    WORDS
        .logging
        .iter()
        .find_map(|(word, started)| Some((*started, text.strip_prefix(*word)?)))
}

/// What stands between name and number of an ended action.
pub fn value_word(language: Language) -> &'static str {
    row(language).map_or("", |(_, value)| value)
}

/// Whether a text is the outcome of a run in some language: `Some(true)` for success.
#[must_use]
pub fn outcome_phrase(text: &str) -> Option<bool> {
    let text = text.trim_end_matches(['.', '。', ' ']);
    if WORDS.failed.contains(&text) {
        Some(false)
    } else if WORDS.succeeded.contains(&text) {
        Some(true)
    } else {
        None
    }
}

/// Whether a text ends with what stands before the exit code in the event log's text about the
/// outcome, without the colon.
pub fn ends_with_status(text: &str) -> bool {
    WORDS.statuses.iter().any(|word| text.ends_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_every_language() {
        for (word, kind, _) in &WORDS.actions.words {
            let (found, language) =
                action_word(&format!("{word} ")).unwrap_or_else(|| panic!("{word}"));
            // One word may serve two languages, never two kinds.
            assert_eq!(found, *kind, "{word} {language:?}");
        }
        assert_eq!(action_word("Schritt"), None);
        // Lines that begin with another sign are not asked.
        let words = WORDS.actions.words.iter();
        for (word, ..) in words {
            assert!(word.starts_with(|c: char| c.is_alphabetic()), "{word}");
        }
    }

    #[test]
    fn outcomes() {
        assert_eq!(outcome_phrase("Installation failed."), Some(false));
        assert_eq!(
            outcome_phrase("インストールは正常に終了しました。"),
            Some(true)
        );
        assert_eq!(
            outcome_phrase("インストールを正しく完了しました。"),
            Some(true)
        );
        assert_eq!(outcome_phrase("Error 1310."), None);
    }

    #[test]
    fn the_table_is_whole() {
        for line in TABLE.lines().filter(|l| !l.starts_with('#')) {
            assert_eq!(line.split('\t').count(), 17, "{line}");
        }
    }
}
