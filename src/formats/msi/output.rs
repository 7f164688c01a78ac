//! Lines that custom actions write: whose they are, and by which of them alone a text is known for a
//! log of Windows Installer.

use std::sync::LazyLock;

use aho_corasick::packed::Searcher;
use serde::Deserialize;

use crate::formats::scan::Words;
use crate::knowledge::pattern::first_letters;
use crate::knowledge::table;

const TABLE: &str = include_str!("../../knowledge/output-marks.tsv");

/// Where a mark stands in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Place {
    Start,
    Inside,
    /// Anywhere in a line behind the end of a session.
    Behind,
}

#[derive(Debug, Deserialize)]
struct Mark {
    place: Place,
    words: &'static str,
    /// How the words begin, as [`first_letters`] has it.
    #[serde(skip)]
    begin: (u64, u64),
    #[serde(rename = "source")]
    _source: &'static str,
}

static MARKS: LazyLock<Vec<Mark>> = LazyLock::new(|| {
    let rows = table::rows(TABLE).map(|mark: Mark| Mark {
        begin: first_letters(mark.words),
        ..mark
    });
    rows.collect()
});

/// One search for all that stand inside of a line.
static INSIDE: LazyLock<Option<Searcher>> = LazyLock::new(|| search(Place::Inside));

/// One search for all that tell of a failure behind the end of a session.
static BEHIND: LazyLock<Option<Searcher>> = LazyLock::new(|| search(Place::Behind));

fn search(place: Place) -> Option<Searcher> {
    let marks = MARKS.iter().filter(|mark| mark.place == place);
    Searcher::new(marks.map(|mark| mark.words))
}

/// Output that only custom actions of installer packages write.
#[must_use]
pub fn is_own(line: &str) -> bool {
    let text = line.trim_start();
    let (letters, _) = first_letters(text);
    let none_inside = INSIDE.as_ref().is_some_and(|any| any.find(text).is_none());
    let marked = MARKS.iter().any(|mark| match mark.place {
        Place::Start => {
            (letters ^ mark.begin.0) & mark.begin.1 == 0 && text.starts_with(mark.words)
        }
        Place::Inside => !none_inside && text.contains(mark.words),
        Place::Behind => false,
    });
    marked
        || without_clock(text).len() < text.len()
        || setup_project_line(text).is_some()
        || is_error_of_action(text)
}

/// Whether a line behind the end of a session says that the program that ran it has failed.
#[must_use]
pub fn tells_of_failure(line: &str) -> bool {
    BEHIND.as_ref().is_some_and(|any| any.find(line).is_some())
}

/// `CreateUser:  Error 0x80070005: …` as WiX's logging writes it. With a single blank the name must
/// look like one.
fn is_error_of_action(text: &str) -> bool {
    let Some((name, rest)) = wix_line(text) else {
        return false;
    };
    let set_off = text.get(name.len()..).is_some_and(|t| t.starts_with(":  "));
    let (mut large, mut small) = (0, 0);
    for c in name.chars() {
        large += u8::from(c.is_ascii_uppercase());
        small += u8::from(c.is_ascii_lowercase());
    }
    error_code(rest).is_some() && (set_off || (large > 1 && small > 1))
}

/// `NAME:  text` as WiX's logging writes it: the name and the text.
#[must_use]
pub fn wix_line(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.trim_start().split_once(':')?;
    let plain = !name.is_empty()
        && name.len() < 80
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'));
    let rest = rest.strip_prefix(' ')?;
    (plain && !name.starts_with(|c: char| c.is_ascii_digit())).then(|| (name, rest.trim_start()))
}

/// `Error 0x80070005: …`: the code and what follows.
#[must_use]
pub fn error_code(text: &str) -> Option<(u32, &str)> {
    let rest = text
        .strip_prefix("Error 0x")
        .or_else(|| text.strip_prefix("ERROR 0x"))?;
    let (digits, message) = match rest.find(|c: char| !c.is_ascii_hexdigit()) {
        Some(end) => rest.split_at_checked(end)?,
        None => (rest, ""),
    };
    let message = message.trim_start_matches([':', ' ', '.', '-']).trim_end();
    Some((u32::from_str_radix(digits, 16).ok()?, message))
}

/// A line of the custom actions of a Visual Studio setup project.
pub struct SetupProjectLine<'a> {
    /// Name of the function.
    pub function: &'a str,
    /// What it says.
    pub text: &'a str,
}

/// `ERROR  : [05/04/2026 10:14:12:661] [CheckFX            ]: text`
#[must_use]
pub fn setup_project_line(line: &str) -> Option<SetupProjectLine<'_>> {
    const BEHIND_LEVEL: Words = Words::new(" : [");
    let (level, rest) = BEHIND_LEVEL.split(line)?;
    let known = matches!(
        level.trim(),
        "INFO" | "DEBUG" | "WARNING" | "ERROR" | "TRACE"
    );
    let (stamp, rest) = rest.split_once("] [")?;
    let (function, text) = rest.split_once("]: ")?;
    let digits = stamp.starts_with(|c: char| c.is_ascii_digit());
    (known && digits && stamp.len() < 30).then(|| SetupProjectLine {
        function: function.trim(),
        text: text.trim(),
    })
}

/// `InstallShield 10:11:12: text`: the text.
#[must_use]
pub fn without_clock(line: &str) -> &str {
    let text = line.trim_start().strip_prefix("InstallShield ");
    let told = text.and_then(|rest| {
        let (clock, text) = rest.split_once(": ")?;
        let digits = clock.bytes().all(|b| b.is_ascii_digit() || b == b':');
        (digits && clock.contains(':')).then_some(text)
    });
    told.unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        assert_eq!(MARKS.len(), table::count(TABLE));
        assert!(INSIDE.is_some() && BEHIND.is_some());
        assert!(table::every_row_has_a_source(TABLE));
    }

    #[test]
    fn output_of_custom_actions_is_known_by_itself() {
        for line in [
            "     CreateSite:  Error 0x80070002: There is no such site.",
            "SetUpDrivers: Error 0x80070241: The driver was not started.",
            "Calling custom action Sample!Sample.Actions.SetUp",
            "Exception thrown by custom action:",
            "SFXCA: Extracting custom action to temporary directory",
            "WixQuietExec64:  The port is taken.",
            "Wix4QuietExec64_X64:  The port is taken.",
            "DDSet_Error: The file is in use.",
            "DIFXAPP: ERROR 0xE0000235 encountered while installing a driver",
            "InstallShield 10:11:12: Initializing...",
            "INFO   : [10/16/2026 20:23:41:467] [CheckFX             ]: Custom Action is starting...",
            "<Func Name='LaunchFunction'>",
            "   at Sample.Actions.SetUp(Session session)",
            "--> PowerShell Script Execution Result Code: 1",
            "2026-05-04 10:14:12,893 Sample: An exception occurred during the Install phase.",
            "   в CustomActions.CustomActions.FetchCertificate()",
        ] {
            assert!(is_own(line), "{line}");
        }
        for line in [
            "Error: 0x80070005 Access is denied.",
            "error: Error 0x80070005: no",
            "backup: Error 0x80070005: no",
            "Warning: the file was not found",
            "InstallShield is here: yes",
            "INFO : [main] [worker]: started",
            "   at Sample.Program.Main(String[] args)",
            "System.IO.FileNotFoundException: Could not find file 'C:\\a'.",
        ] {
            assert!(!is_own(line), "{line}");
        }
    }

    #[test]
    fn codes_and_what_follows() {
        for (text, found) in [
            ("Error 0x80070005:  no ", Some((0x8007_0005, "no"))),
            ("Error 0x80070005", Some((0x8007_0005, ""))),
            ("ERROR 0xE0000235 no", Some((0xe000_0235, "no"))),
            ("Error 0xnone: no", None),
        ] {
            assert_eq!(error_code(text), found, "{text}");
        }
    }
}
