//! The words of the lines that the installer takes from the Error table, in all languages.
//!
//! Which language a log uses follows its package, so one Windows writes logs in many. The words are
//! data (`knowledge/languages.tsv`); a language that is not in the table is told by the shape of the
//! line alone.

use std::sync::OnceLock;

const TABLE: &str = include_str!("../knowledge/languages.tsv");

/// A language of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Language(pub(super) u8);

/// The tag of a language, `de`, `zh-TW`.
#[must_use]
pub fn language_name(language: Language) -> &'static str {
    words()
        .rows
        .get(usize::from(language.0))
        .map_or("en", |row| row.code)
}

/// What a word at the start of a line announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineWord {
    ActionText,
    ActionStart,
    ActionEnded,
    Error,
    Warning,
    Info,
    DiskFull,
    Fatal,
    LoggingStarted,
    LoggingStopped,
}

struct Row {
    code: &'static str,
    value: &'static str,
}

struct Words {
    rows: Vec<Row>,
    /// Words before a time.
    actions: WordList,
    /// Words before a number; without English, which is dispatched by its first letter.
    messages: WordList,
    logging: Vec<(&'static str, LineWord)>,
    succeeded: Vec<&'static str>,
    failed: Vec<&'static str>,
    statuses: Vec<&'static str>,
}

/// Words, sorted, and where those with a first byte begin: a line is compared with the few that
/// begin like it.
#[derive(Default)]
struct WordList {
    words: Vec<(&'static str, LineWord, Language)>,
    from: Vec<usize>,
}

impl WordList {
    fn new(mut words: Vec<(&'static str, LineWord, Language)>) -> Self {
        words.sort_by_key(|(word, ..)| *word);
        let before = |byte: usize| words.partition_point(|(w, ..)| first_byte(w) < byte);
        let from = (0..=256).map(before).collect();
        Self { words, from }
    }

    /// The words that begin with the same byte as the text.
    fn alike(&self, text: &str) -> &[(&'static str, LineWord, Language)] {
        let byte = first_byte(text);
        match (self.from.get(byte), self.from.get(byte + 1)) {
            (Some(from), Some(to)) => self.words.get(*from..*to).unwrap_or(&[]),
            _ => &[],
        }
    }

    /// The longest word at the start of the line, and the rest.
    fn at_start<'a>(&self, line: &'a str) -> Option<(LineWord, Language, &'a str)> {
        let mut alike = self.alike(line).iter().rev();
        alike.find_map(|(word, kind, language)| Some((*kind, *language, line.strip_prefix(*word)?)))
    }
}

fn first_byte(text: &str) -> usize {
    text.bytes().next().map_or(0, usize::from)
}

fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(load)
}

fn load() -> Words {
    let mut w = Words {
        rows: Vec::new(),
        actions: WordList::default(),
        messages: WordList::default(),
        logging: Vec::new(),
        succeeded: Vec::new(),
        failed: Vec::new(),
        statuses: Vec::new(),
    };
    let (mut actions, mut messages) = (Vec::new(), Vec::new());
    let lines = TABLE
        .lines()
        .filter(|l| !l.starts_with('#') && !l.is_empty())
        .skip(1);
    for (index, line) in lines.enumerate() {
        let column: Vec<&'static str> = line.split('\t').collect();
        let get = |i: usize| column.get(i).copied().unwrap_or("");
        let language = Language(u8::try_from(index).unwrap_or(0));
        w.rows.push(Row {
            code: get(0),
            value: get(5),
        });
        let kinds = [
            LineWord::ActionText,
            LineWord::ActionStart,
            LineWord::ActionEnded,
        ];
        actions.extend((2..).zip(kinds).map(|(i, kind)| (get(i), kind, language)));
        let kinds = [
            LineWord::Error,
            LineWord::Warning,
            LineWord::Info,
            LineWord::DiskFull,
            LineWord::Fatal,
        ];
        messages.extend((6..).zip(kinds).map(|(i, kind)| (get(i), kind, language)));
        w.logging.push((get(11), LineWord::LoggingStarted));
        w.logging.push((get(12), LineWord::LoggingStopped));
        for (list, column) in [
            (&mut w.succeeded, 13),
            (&mut w.failed, 14),
            (&mut w.statuses, 15),
        ] {
            list.extend(get(column).split('|').filter(|s| !s.is_empty()));
        }
    }
    actions.retain(|(word, ..): &(&str, LineWord, Language)| !word.is_empty());
    w.actions = WordList::new(actions);
    // English is dispatched by its first letters; its words would also catch `Error: 5`.
    messages.retain(|(word, ..): &(&str, LineWord, Language)| {
        !matches!(*word, "" | "Error" | "Warning" | "Info")
    });
    w.messages = WordList::new(messages);
    w.logging.retain(|(word, _)| !word.is_empty());
    w
}

/// What the word before a time of day means.
pub fn action_word(before: &str) -> Option<(LineWord, Language)> {
    let word = before.trim_matches([' ', '\u{a0}', ':', '\u{200e}', '\u{200f}']);
    let mut alike = words().actions.alike(word).iter();
    let (_, kind, language) = alike.find(|(w, ..)| w.trim_end_matches(':') == word)?;
    Some((*kind, *language))
}

/// The word at the very start of a line that has no time in it, and the rest.
pub fn action_word_without_time(line: &str) -> Option<(LineWord, Language, &str)> {
    words().actions.at_start(line)
}

/// The word before a message number, and the rest.
pub fn message_word(line: &str) -> Option<(LineWord, Language, &str)> {
    words().messages.at_start(line)
}

/// `Logging started` in any language, without the frame.
pub fn logging_word(text: &str) -> Option<(LineWord, &str)> {
    words()
        .logging
        .iter()
        .find_map(|(word, kind)| Some((*kind, text.strip_prefix(*word)?)))
}

/// What stands between name and number of an ended action.
pub fn value_word(language: Language) -> &'static str {
    words()
        .rows
        .get(usize::from(language.0))
        .map_or("", |row| row.value)
}

/// Whether a text is the outcome of a run in some language: `Some(true)` for success.
#[must_use]
pub fn outcome_phrase(text: &str) -> Option<bool> {
    let text = text.trim_end_matches(['.', '。', ' ']);
    if words().failed.contains(&text) {
        Some(false)
    } else if words().succeeded.contains(&text) {
        Some(true)
    } else {
        None
    }
}

/// Whether a text ends with what stands before the exit code in the event log's text about the
/// outcome, without the colon.
pub fn ends_with_status(text: &str) -> bool {
    words().statuses.iter().any(|word| text.ends_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_every_language() {
        for (word, kind, _) in &words().actions.words {
            let (found, language) =
                action_word(&format!("{word} ")).unwrap_or_else(|| panic!("{word}"));
            // One word may serve two languages, never two kinds.
            assert_eq!(found, *kind, "{word} {language:?}");
        }
        assert_eq!(action_word("Schritt"), None);
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
