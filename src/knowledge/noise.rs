//! Lines that look bad and are not, and lines that say more than they seem to.
//!
//! Windows Installer writes notes with error numbers when it probes for optional tables, keys and
//! files. Rows are grouped by number, or by first letter for lines without one, so that a look-up
//! tries a handful of short patterns only.

use std::cmp::Reverse;
use std::sync::LazyLock;

use super::pattern;
use super::table::sorted;

const TABLE: &str = include_str!("noise.tsv");

/// All rows, grouped by class and number, the most particular first.
pub static ALL: LazyLock<Vec<Noise>> = LazyLock::new(|| {
    let rank = |row: &Noise| Reverse(pattern::literal_length(row.pattern));
    sorted(TABLE, |row: &Noise| (row.class, row.number, rank(row)))
});

/// How much a line matters.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Part of good runs.
    Harmless,
    /// Worth knowing, never the cause by itself.
    Minor,
    /// Part of the text that tells the outcome.
    Outcome,
    /// Shows where to look.
    Pointer,
    /// A failure that the package lets pass.
    Ignored,
    /// Follows a failure.
    Consequence,
}

/// What class of lines a row speaks of.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LineClass {
    /// Any other line of the engine.
    Engine,
    /// `Info N.`
    Info,
    /// `DEBUG: Error N:` and `Internal Error N.`
    Internal,
    /// `Note: 1: N`
    Note,
    /// `Warning N.`
    Warning,
}

/// What is known of a kind of line.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize)]
pub struct Noise {
    /// The class of lines.
    pub class: LineClass,
    /// The message number; 0 for engine lines without one.
    pub number: u32,
    /// What the line, or the fields of the note, look like; `*` is anything.
    pub pattern: &'static str,
    /// How much it matters.
    pub level: Level,
    /// Why.
    pub reason: &'static str,
    /// When it matters more than that.
    pub harmful_when: &'static str,
    /// Where this is written.
    pub source: &'static str,
}

/// What is known of a note by its number and arguments, from field 2 on. Fields that are missing
/// count as empty.
pub fn note_level(number: u32, arguments: &[&str]) -> Option<&'static Noise> {
    group(LineClass::Note, number)
        .iter()
        .find(|row| fields_match(row.pattern, arguments))
}

/// Numbers of notes of which every row says that they are passed over, and one fits whatever the
/// arguments are, or whatever the first of them is: then the second is here. Sorted.
#[must_use]
pub fn always_passed_over() -> Vec<(u32, Option<&'static str>)> {
    let notes = || ALL.iter().filter(|row| row.class == LineClass::Note);
    let quiet = |row: &&Noise| !notes().any(|n| n.number == row.number && n.level == Level::Minor);
    let second = |row: &Noise| {
        let (first, rest) = row.pattern.split_once(" | ").unwrap_or((row.pattern, "*"));
        let anything = rest.split(" | ").all(|field| field.trim() == "*");
        let literal = !rest.contains(['*', '{', '|']);
        let second = (!anything).then_some(rest.trim());
        (first.trim() == "*" && (anything || literal)).then_some((row.number, second))
    };
    let mut numbers: Vec<_> = notes().filter(quiet).filter_map(second).collect();
    numbers.sort_unstable();
    numbers.dedup_by_key(|(number, _)| *number);
    numbers
}

/// What is known of a line that is no note by its text after the engine's prefix.
pub fn line_level(text: &str) -> Option<&'static Noise> {
    let text = text.trim_end();
    if let Some((class, number, rest)) = numbered(text) {
        return group(class, number)
            .iter()
            .find(|row| pattern::matches(row.pattern, rest));
    }
    let first = text.bytes().next()?;
    let engine = group(LineClass::Engine, 0);
    let mut fitting = engine
        .iter()
        .filter(|row| row.pattern.bytes().next() == Some(first));
    fitting.find(|row| pattern::matches(row.pattern, text))
}

fn group(class: LineClass, number: u32) -> &'static [Noise] {
    let from = ALL.partition_point(|row| (row.class, row.number) < (class, number));
    let rest = ALL.get(from..).unwrap_or_default();
    let length = rest.partition_point(|row| (row.class, row.number) == (class, number));
    rest.get(..length).unwrap_or_default()
}

fn fields_match(pattern: &str, arguments: &[&str]) -> bool {
    let mut arguments = arguments.iter();
    let (mut from, whole) = (0, Some(pattern.len()));
    let mut ends = memchr::memchr_iter(b'|', pattern.as_bytes()).chain(whole);
    ends.all(|end| {
        let field = pattern.get(from..end).unwrap_or("");
        from = end + 1;
        let argument = arguments.next().copied().unwrap_or_default();
        pattern::matches(field.trim(), argument.trim())
    })
}

/// The class, number and rest of `DEBUG: Error 2826:  …`, `Info 1603. …` and the like.
fn numbered(text: &str) -> Option<(LineClass, u32, &str)> {
    const MARKS: [(&str, LineClass); 4] = [
        ("DEBUG: Error ", LineClass::Internal),
        ("Internal Error ", LineClass::Internal),
        ("Info ", LineClass::Info),
        ("Warning ", LineClass::Warning),
    ];
    MARKS.iter().find_map(|(mark, class)| {
        let rest = text.strip_prefix(mark)?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = rest.split_at_checked(digits)?;
        Some((
            *class,
            number.parse().ok()?,
            rest.trim_start_matches(['.', ':', ' ']),
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::Note;
    use crate::knowledge::table::{count, every_row_has_a_source};

    #[test]
    fn every_row_is_read_once() {
        assert_eq!(ALL.len(), count(TABLE));
        assert!(every_row_has_a_source(TABLE));
        for row in ALL.iter() {
            let same = ALL
                .iter()
                .filter(|r| (r.class, r.number, r.pattern) == (row.class, row.number, row.pattern));
            assert_eq!(same.count(), 1, "{row:?}");
            assert_eq!(row.number == 0, row.class == LineClass::Engine, "{row:?}");
            assert!(row.reason.ends_with('.'), "{row:?}");
            // Fields are told by the stroke alone.
            let strokes = row.pattern.matches('|').count();
            assert_eq!(row.pattern.matches(" | ").count(), strokes, "{row:?}");
        }
    }

    fn note(number: u32, arguments: &[&str]) -> Option<Level> {
        note_level(number, arguments).map(|row| row.level)
    }

    #[test]
    fn notes() {
        assert_eq!(note(1402, &["UNKNOWN\\URL", "2"]), Some(Level::Harmless));
        assert_eq!(
            note(1402, &["HKEY_LOCAL_MACHINE\\Software\\A", "5", ""]),
            None
        );
        assert_eq!(note(2205, &["", "Error", ""]), Some(Level::Harmless));
        assert_eq!(
            note(2262, &["Error", "-2147287038", ""]),
            Some(Level::Harmless)
        );
        assert_eq!(note(2262, &["Error", "-2147287035"]), None);
        assert_eq!(
            note(2235, &["", "Condition", "SELECT `Condition` FROM `A`"]),
            None
        );
        assert_eq!(
            note(2235, &["", "ExtendedType", "SELECT"]),
            Some(Level::Harmless)
        );
        assert_eq!(
            note(2711, &["ODBCDriverManager64", "", ""]),
            Some(Level::Harmless)
        );
        assert_eq!(note(2711, &["Main"]), Some(Level::Minor));
        assert_eq!(note(2727, &["", "", ""]), Some(Level::Harmless));
        assert_eq!(note(2727, &["INSTALLDIR"]), None);
        assert_eq!(note(1708, &[]), Some(Level::Outcome));
        assert_eq!(
            note(
                2228,
                &[
                    "",
                    "Error",
                    "SELECT `Message` FROM `Error` WHERE `Error` = 1706"
                ]
            ),
            Some(Level::Pointer)
        );
        assert_eq!(note(1303, &["C:\\x"]), None);
    }

    #[test]
    fn lines() {
        let level = |text: &str| match text.strip_prefix("Note: 1: ") {
            Some(rest) => {
                let known = Note::parse(rest)?;
                note(known.number, &known.arguments().collect::<Vec<_>>())
            }
            None => line_level(text).map(|row| row.level),
        };
        assert_eq!(
            level("DEBUG: Error 2826:  Control A on dialog B extends"),
            Some(Level::Harmless)
        );
        assert_eq!(level("Internal Error 2898. Tahoma"), Some(Level::Harmless));
        assert_eq!(level("DEBUG: Error 2203:  Database: a.msi"), None);
        assert_eq!(
            level("Info 1603. The file a is being held in use"),
            Some(Level::Minor)
        );
        assert_eq!(
            level(
                "CustomAction A returned actual error code 1603 but will be translated to success due to continue marking"
            ),
            Some(Level::Ignored)
        );
        assert_eq!(
            level("SECREPAIR: Hash Database: C:\\x"),
            Some(Level::Harmless)
        );
        assert_eq!(
            level("SECREPAIR: Error determining package source type"),
            Some(Level::Pointer)
        );
        assert_eq!(
            level("SECREPAIR: Failed to open the file:C:\\a"),
            Some(Level::Harmless)
        );
        assert_eq!(
            level("Note: 1: 1402 2: UNKNOWN\\URL 3: 2 "),
            Some(Level::Harmless)
        );
        assert_eq!(level("Note: 1: 2205 2:  3: Error "), Some(Level::Harmless));
        assert_eq!(level("Error 1310. Error writing"), None);
        assert_eq!(level(""), None);
    }
}
