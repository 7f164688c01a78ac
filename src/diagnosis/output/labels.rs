//! What stands before the text of a line of output: the name of the function that wrote it, a level,
//! a clock.

use crate::formats::msi::output;

pub use crate::formats::msi::output::{error_code, wix_line};

/// What a line says, without what stands before it.
pub fn without_labels(text: &str) -> &str {
    let text = text.trim_start();
    let text = output::setup_project_line(text).map_or(text, |line| line.text);
    let text = without_front(output::without_clock(text));
    match wix_line(text) {
        // Two blanks set a name off; behind one the word may belong to the text.
        Some((name, rest)) if text.get(name.len()..).is_some_and(|t| t.starts_with(":  ")) => {
            without_colons(rest)
        }
        _ => text.trim(),
    }
}

/// `2026-05-04 10:14:12.893 [CLI ] text`: the text. A clock has more digits than a number of a text.
fn without_front(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_digit() || " -/:.,TZ".contains(c)));
    let Some((clock, rest)) = end.and_then(|end| text.split_at_checked(end)) else {
        return text;
    };
    if clock.matches(':').count() < 2 || clock.bytes().filter(u8::is_ascii_digit).count() < 6 {
        return text;
    }
    let source = rest.strip_prefix('[').and_then(|r| r.split_once(']'));
    source
        .filter(|(name, _)| name.len() < 16)
        .map_or(rest, |(_, rest)| rest.trim_start())
}

/// Scripts set their lines off by `:: `.
fn without_colons(text: &str) -> &str {
    text.trim_start_matches([':', ' ']).trim_end()
}

/// Whether a line says of itself that it only informs: `INFO : …`, `[Debug] …`, `DIFXAPP: INFO: …`.
pub fn informs(text: &str) -> bool {
    let named = text.split_once(": ");
    let named = named.filter(|(name, _)| name.bytes().all(|b| b.is_ascii_alphanumeric()));
    is_level(text) || named.is_some_and(|(_, rest)| is_level(rest.trim_start()))
}

/// Whether a text begins with the name of a level that is no failure.
fn is_level(text: &str) -> bool {
    let bare = text.trim_start_matches('[');
    let end = bare.find(|c: char| !c.is_ascii_alphabetic());
    let Some((word, rest)) = bare.split_at_checked(end.unwrap_or(bare.len())) else {
        return false;
    };
    let level = ["info", "information", "debug", "verbose", "trace"];
    rest.trim_start().starts_with([':', ']', '|'])
        && level.iter().any(|l| l.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_left_out() {
        for (line, text) in [
            ("WixQuietExec64:   :: It failed.", "It failed."),
            (
                "  CreateSite:  Error 0x80070002: no",
                "Error 0x80070002: no",
            ),
            ("Error: no", "Error: no"),
            ("InstallShield 10:11:12: It failed.", "It failed."),
            (
                "ERROR  : [05/04/2026 10:14:12:661] [CheckFX         ]: It failed.",
                "It failed.",
            ),
            ("2026-05-04 10:14:12.893 [CLI ] It failed.", "It failed."),
            ("10:11:12: It failed.", "It failed."),
            ("127.0.0.1:80 is taken", "127.0.0.1:80 is taken"),
            ("plain", "plain"),
        ] {
            assert_eq!(without_labels(line), text, "{line}");
        }
    }

    #[test]
    fn levels() {
        assert!(informs("INFO   : error page"));
        assert!(informs("[Debug] no error page"));
        assert!(!informs("Information is missing"));
        assert!(informs("DRVTOOL: INFO:   Could not open file a.inf"));
        assert!(!informs("DRVTOOL: ERROR:  Could not open file a.inf"));
        assert!(!informs("It failed: info: no"));
        assert!(!informs("ERROR: no"));
    }
}
