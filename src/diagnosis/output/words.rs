//! Words of output, as data: what a line says by them, in any language of the table.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::knowledge::{codes, table, unsigned};

/// What words say of the line that they stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Says {
    /// It may tell of a failure.
    Doubtful,
    /// It tells of a failure.
    ErrorLike,
    /// Something worked.
    Worked,
    /// Something was looked for that need not be there.
    Absent,
    /// The same, and it never mattered.
    Idle,
    /// A number after it is a result.
    Status,
    /// It is a word of a sentence that passes a result on.
    Filler,
    /// It is a word of a line that announces what went wrong.
    Heading,
}

#[derive(Deserialize)]
struct Row {
    words: &'static str,
    says: Option<Says>,
    #[serde(rename = "source")]
    _source: &'static str,
}

impl Row {
    /// Something was only looked for.
    fn is_probe(&self) -> bool {
        matches!(self.says, Some(Says::Absent | Says::Idle))
    }
}

const TABLE: &str = include_str!("../../knowledge/output-words.tsv");

/// Which pairs of bytes a text holds, as a set that may say yes where it should say no: most words
/// are in no line, and a search for each costs more than the line has letters.
struct Pairs([u64; 16]);

impl Pairs {
    fn of(text: &str) -> Self {
        let mut bits = [0; 16];
        for (part, bit) in text.as_bytes().windows(2).filter_map(place) {
            if let Some(part) = bits.get_mut(part) {
                *part |= bit;
            }
        }
        Self(bits)
    }

    fn has(&self, (part, bit): (usize, u64)) -> bool {
        self.0.get(part).is_some_and(|part| part & bit != 0)
    }
}

/// Where two bytes stand in the set.
fn place(pair: &[u8]) -> Option<(usize, u64)> {
    let [first, second] = *<&[u8; 2]>::try_from(pair).ok()?;
    let place = usize::from(first) * 31 + usize::from(second);
    Some((place >> 6 & 15, 1 << (place & 63)))
}

/// A row that is looked for anywhere in a line.
struct Sought {
    row: Row,
    /// The first and the last two bytes of its words.
    ends: [Option<(usize, u64)>; 2],
}

impl Sought {
    fn of(row: Row) -> Self {
        let words = row.words.trim_start_matches('*').as_bytes();
        let ends = [words.first_chunk::<2>(), words.last_chunk::<2>()];
        let ends = ends.map(|pair| place(pair?));
        Self { row, ends }
    }

    fn may_be_in(&self, pairs: &Pairs) -> bool {
        self.ends.iter().flatten().all(|place| pairs.has(*place))
    }
}

/// The rows that are looked for in a line, in their order, and the single words of a sentence.
struct Words {
    rows: Vec<Sought>,
    single: HashMap<&'static str, Vec<Says>>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let single = |says: Option<Says>| {
        says.filter(|s| matches!(s, Says::Status | Says::Filler | Says::Heading))
    };
    let mut words = Words {
        rows: Vec::new(),
        single: HashMap::new(),
    };
    for row in table::rows::<Row>(TABLE) {
        match single(row.says) {
            Some(says) => words.single.entry(row.words).or_default().push(says),
            None => words.rows.push(Sought::of(row)),
        }
    }
    words
});

/// Whether a text holds these words, as words: not within one, and a number to its end.
fn holds(text: &str, words: &str) -> bool {
    let (anywhere, words) = match words.strip_prefix('*') {
        Some(words) => (true, words),
        None => (false, words),
    };
    let begins = words.starts_with(in_word) && !anywhere;
    let ends = words.ends_with(|c: char| c.is_ascii_digit());
    text.match_indices(words).any(|(at, _)| {
        let (before, after) = (text.get(..at), text.get(at + words.len()..));
        let within = before.is_some_and(|b| b.ends_with(in_word));
        let goes_on = after.is_some_and(|a| a.starts_with(in_word));
        !(begins && within || ends && goes_on)
    })
}

/// Letters and digits of writing that sets its words apart by blanks.
fn in_word(c: char) -> bool {
    c.is_alphanumeric() && c < '\u{2e80}'
}

/// What a line says by its words, and how surely; `None` also where words take others back.
pub fn wording(text: &str) -> Option<Says> {
    let lower = text.to_lowercase();
    match said_by(&lower)? {
        Says::ErrorLike | Says::Doubtful => match without_good_results(&lower) {
            Some(rest) => said_by(&rest),
            None => said_by(&lower),
        },
        says => Some(says),
    }
}

fn said_by(lower: &str) -> Option<Says> {
    first_row(lower, |row| !row.is_probe())
}

/// What the first of these rows says that the text holds.
fn first_row(lower: &str, counts: impl Fn(&Row) -> bool) -> Option<Says> {
    let pairs = Pairs::of(lower);
    let mut rows = WORDS.rows.iter().filter(|sought| counts(&sought.row));
    let found = rows.find(|sought| sought.may_be_in(&pairs) && holds(lower, sought.row.words));
    found?.row.says
}

/// Whether something was only looked for: [`Says::Absent`] or [`Says::Idle`].
pub fn looked_for(text: &str) -> Option<Says> {
    first_row(&text.to_lowercase(), Row::is_probe)
}

/// The words of a sentence, without the marks around them.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let apart = |c: char| {
        c.is_whitespace() || matches!(c, ':' | '=' | ',' | ';' | '(' | ')' | '[' | ']' | '<' | '>')
    };
    let bare = |word: &str| !word.is_empty();
    text.split(apart)
        .map(|word| word.trim_matches(['\'', '"', '.', '!', '*', '#', '。']))
        .filter(move |word| bare(word))
}

/// A date, or nothing but marks.
fn is_date(word: &str) -> bool {
    !word.contains(char::is_alphabetic) && codes::parse_number(word).is_none()
}

fn is_one(word: &str, of: &[Says]) -> bool {
    let says = WORDS.single.get(word);
    says.is_some_and(|says| says.iter().any(|s| of.contains(s)))
}

/// What is left of a text without its results of 0 (`error: 0`, `returned 0, GetLastError = 203`);
/// `None` where there is none, or another one.
fn without_good_results(lower: &str) -> Option<String> {
    let mut rest: Vec<&str> = Vec::new();
    let mut good = false;
    for word in tokens(lower) {
        let before = rest.last().copied().unwrap_or("");
        let code = codes::parse_number(word).filter(|_| is_one(before, &[Says::Status]));
        match code {
            None => rest.push(word),
            Some(0) => {
                good = true;
                rest.pop();
                while rest.last().is_some_and(|word| names_result(word)) {
                    rest.pop();
                }
            }
            // What is left there of an earlier call.
            Some(_) if good && before.contains("lasterror") => {
                rest.pop();
            }
            Some(_) => return None,
        }
    }
    good.then(|| rest.join(" "))
}

/// Words before `code` and `value`; what failed is no name of a result.
fn names_result(word: &str) -> bool {
    is_one(word, &[Says::Status]) && !word.starts_with("fail")
}

/// Codes that say no more than that it failed.
fn says_nothing(code: i64) -> bool {
    matches!(
        code & 0xffff_ffff,
        0 | 1 | 1602 | 1603 | 0xffff_ffff | 0x8007_0643 | 0x8007_0642 | 0x8000_4005
    ) || unsigned(code).is_some_and(|c| codes::is_of_winget(c) && codes::winget_cause(c).is_none())
}

/// The code of a sentence that has nothing but one to tell: `The setup ended with exit code 5100.`
fn code_passed_on(text: &str) -> Option<i64> {
    let lower = text.to_lowercase();
    let mut found = None;
    for word in tokens(&lower) {
        match codes::parse_number(word) {
            Some(code) if found.is_none_or(says_nothing) => found = Some(code),
            Some(_) => {}
            None if is_one(word, &[Says::Filler, Says::Status]) || is_date(word) => {}
            None => return None,
        }
    }
    found
}

/// `The setup ended with exit code 1603.`: it passes a result on and tells no cause.
pub fn only_passes_on(text: &str) -> bool {
    code_passed_on(text).is_some_and(says_nothing)
}

/// `The setup exited with code 5100.`: what that means is to be found out, but it is not nothing.
pub fn passes_own_code(text: &str) -> bool {
    let tells = |code| !says_nothing(code) && !matches!(code, 3010 | 1641);
    text.contains(char::is_alphabetic) && code_passed_on(text).is_some_and(tells)
}

/// `Errors:`, `*** Error ***`: it announces what comes, and says nothing itself.
pub fn is_heading(text: &str) -> bool {
    let trimmed = text.trim();
    let closed = trimmed.ends_with([':', '：', '*', '-', '=', ']']);
    let fence = |c: char| matches!(c, '*' | '-' | '=' | '_' | '#' | '~') || c.is_whitespace();
    let lower = trimmed.trim_matches(fence).to_lowercase();
    let mut words = tokens(&lower).filter(|word| !is_date(word));
    let (mut count, mut error) = (0, false);
    let all = words.all(|word| {
        count += 1;
        error |= wording(word) == Some(Says::ErrorLike);
        is_one(word, &[Says::Heading, Says::Filler, Says::Status])
    });
    all && error && (closed || count == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        let single: usize = WORDS.single.values().map(Vec::len).sum();
        assert_eq!(WORDS.rows.len() + single, table::count(TABLE));
        assert!(table::every_row_has_a_source(TABLE));
    }

    #[test]
    fn words_stand_for_themselves() {
        for (text, says) in [
            ("Access is denied.", Some(Says::ErrorLike)),
            ("Setting property 'HideErrorPage' to 'TRUE'.", None),
            ("ERROR_ACCESS_DENIED", Some(Says::ErrorLike)),
            ("AccessDenied", Some(Says::ErrorLike)),
            ("Error: 0x80070005 Access is denied.", Some(Says::ErrorLike)),
            ("It failed with error: 0x80070005", Some(Says::ErrorLike)),
            ("Ended with 10 errors.", Some(Says::ErrorLike)),
            ("Ended with 0 errors.", None),
            ("error: 0", None),
            ("Error code: 0x00000000", None),
            ("It returned 0, GetLastError = 203", None),
            ("GetLastError = 203", Some(Says::ErrorLike)),
            ("Failures: 0", None),
            ("Zugriff verweigert", Some(Says::ErrorLike)),
            ("[SC] OpenSCManager FEHLER 5:", Some(Says::ErrorLike)),
            ("Отказано в доступе.", Some(Says::ErrorLike)),
            ("アクセスが拒否されました。", Some(Says::ErrorLike)),
            ("拒绝访问。", Some(Says::ErrorLike)),
            ("Der Vorgang wurde erfolgreich beendet.", Some(Says::Worked)),
            (
                "Die Installation war nicht erfolgreich.",
                Some(Says::ErrorLike),
            ),
            ("The operation completed successfully.", Some(Says::Worked)),
            ("The update was unsuccessful.", Some(Says::ErrorLike)),
            (
                "It was successfully read but cannot be used.",
                Some(Says::ErrorLike),
            ),
            ("Error page successfully made.", Some(Says::Worked)),
            ("操作成功完成。", Some(Says::Worked)),
            (
                "Successfully processed 1 files; Failed processing 0 files",
                None,
            ),
            ("The file was not found.", Some(Says::Doubtful)),
        ] {
            assert_eq!(wording(text), says, "{text}");
        }
    }

    #[test]
    fn what_passes_a_result_on() {
        for text in [
            "Installation failed with exit code -1978335226",
            "ShellExecute installer failed: 1603",
            "Custom Action failed with code: '1603'",
            "Setup returned error code (0x80070643).",
            "ERROR  : [01/02/2026] Custom Action failed with code: '1603'",
            "The process exited with exit code: -1",
        ] {
            assert!(only_passes_on(text), "{text}");
        }
        assert!(passes_own_code("The setup exited with exit code: 5100."));
        for text in [
            "Setup returned 3010",
            "Setup returned 1603",
            "5100",
            "Port 5100 is free",
        ] {
            assert!(!passes_own_code(text), "{text}");
        }
        for text in [
            "Error Code: 0x80077374 (29556)",
            "The setup failed.",
            "Setup returned 1603: the port is taken",
        ] {
            assert!(!only_passes_on(text), "{text}");
        }
    }

    #[test]
    fn headings() {
        for text in [
            "Error::",
            "Errors:",
            "*** Error ***",
            "ERROR",
            "[ERROR]",
            "An error occurred:",
            "------- START OF ERROR REPORT -------",
            "=====ERROR DETAILS=====",
        ] {
            assert!(is_heading(text), "{text}");
        }
        for text in [
            "The setup failed.",
            "Error: no",
            "Error 5",
            "Details:",
            "12:",
            "",
            "--- ERROR: no port is free ---",
            "-----",
        ] {
            assert!(!is_heading(text), "{text}");
        }
    }

    #[test]
    fn what_is_only_looked_for() {
        assert_eq!(looked_for("OpenService FAILED 1060:"), Some(Says::Idle));
        assert_eq!(looked_for("It does not exist."), Some(Says::Absent));
        assert_eq!(looked_for("OpenService FAILED 5:"), None);
    }
}
