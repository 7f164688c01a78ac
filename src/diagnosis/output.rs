//! The output of custom actions: which of its lines says what went wrong.
//!
//! Programs that custom actions start, WiX's logging and managed code each have their own way:
//! a child process speaks above the lines of WixQuietExec that wrap it, WiX writes the deepest
//! failure first, and .NET nests exceptions with the true one innermost.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::knowledge::table;

/// What kind of line of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutputKind {
    /// Nothing that tells of a failure.
    Chatter,
    /// Words like «not found», which good runs write too.
    Doubtful,
    /// Words like «failed» or «denied».
    ErrorLike,
    /// `NAME:  Error 0x…: …` of WiX's own code around a program that it ran.
    QuietWrapper,
    /// `NAME:  Error 0x…: …`
    ErrorCode,
    /// A line of a program that a custom action ran, before the wrapper's lines.
    Child,
    /// An exception.
    Exception,
}

/// Words of a line, and how surely it tells of a failure by them.
#[derive(Deserialize)]
struct Words {
    words: &'static str,
    says: Option<OutputKind>,
    #[serde(rename = "source")]
    _source: &'static str,
}

static WORDS: LazyLock<Vec<Words>> =
    LazyLock::new(|| table::rows(include_str!("../knowledge/output-words.tsv")).collect());

/// Whether a line tells of a failure by its words, and how surely.
fn wording(text: &str) -> Option<OutputKind> {
    let lower = text.to_ascii_lowercase();
    WORDS.iter().find(|row| lower.contains(row.words))?.says
}

/// Whether a line tells of a failure by its words.
pub fn is_error_like(text: &str) -> bool {
    wording(text).is_some()
}

/// `NAME:  text` as WiX's logging writes it: the name and the text.
pub fn wix_line(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once(':')?;
    let plain = !name.is_empty()
        && name.len() < 80
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'));
    let rest = rest.strip_prefix(' ')?;
    (plain && !name.starts_with(|c: char| c.is_ascii_digit())).then(|| (name, rest.trim_start()))
}

/// WiX's functions that run a program and log what it writes.
fn runs_programs(name: &str) -> bool {
    name.contains("QuietExec") || name.contains("SilentExec")
}

/// `Error 0x80070005: …`: the code and what follows.
pub fn error_code(text: &str) -> Option<(u32, &str)> {
    let rest = text.strip_prefix("Error 0x")?;
    let (digits, message) = rest.split_once(':').unwrap_or((rest, ""));
    Some((u32::from_str_radix(digits.trim(), 16).ok()?, message.trim()))
}

/// Whether a line names an exception: `Namespace.SomethingException: message`.
fn is_exception(text: &str) -> bool {
    text.contains("Exception: ") || text.contains("Exception : ")
}

/// What kind of line this is, by itself; `wrapped` tells that lines of WixQuietExec's own failure
/// follow it under the same name.
pub fn classify(text: &str, wrapped: bool) -> OutputKind {
    let trimmed = text.trim();
    if trimmed.is_empty() || is_frame(trimmed) {
        return OutputKind::Chatter;
    }
    if let Some((name, rest)) = wix_line(text) {
        if error_code(rest).is_some() {
            return if runs_programs(name) && wraps(rest) {
                OutputKind::QuietWrapper
            } else {
                OutputKind::ErrorCode
            };
        }
        // What a COM object that was called has to say; the codes after it say only that it did.
        if rest.starts_with("ExceptionInfo: ") && !rest.contains("Description=''") {
            return OutputKind::Exception;
        }
        if runs_programs(name) && wrapped {
            let echo = rest.starts_with('"') || rest.starts_with("Entering ") || rest.is_empty();
            return if echo {
                OutputKind::Chatter
            } else {
                OutputKind::Child
            };
        }
    }
    if is_exception(trimmed) && !trimmed.starts_with("Exception thrown by custom action") {
        return OutputKind::Exception;
    }
    if error_code(trimmed).is_some() {
        return OutputKind::ErrorCode;
    }
    if trimmed.starts_with("Exception thrown by") {
        return OutputKind::Chatter;
    }
    wording(trimmed).unwrap_or(OutputKind::Chatter)
}

/// The lines by which WixQuietExec passes the program's exit code on.
fn wraps(rest: &str) -> bool {
    [
        "Command line returned an error",
        "QuietExec Failed",
        "QuietExec64 Failed",
        "Failed in ExecCommon",
        "CAQuietExec",
    ]
    .iter()
    .any(|end| rest.contains(end))
}

/// Stack frames and set-up lines of the managed host, in any language.
fn is_frame(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or("");
    let frame_words = [
        "at", "bei", "à", "в", "en", "in", "em", "场所", "在", "於", "場所", "위치:", "w", "v",
        "ved", "vid",
    ];
    (frame_words.contains(&first) && text.contains('(') && text.contains('.'))
        || text.starts_with("--- ")
        || text.starts_with("SFXCA: Extracting")
        || text.starts_with("SFXCA: Binding")
        || text.starts_with("Calling custom action")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_by_their_shape_and_words() {
        use OutputKind::{Chatter, Child, Doubtful, ErrorCode, ErrorLike, Exception, QuietWrapper};
        let long = format!("{}:  Error 0x80070005: no", "x".repeat(80));
        for (text, wrapped, kind) in [
            ("", false, Chatter),
            ("Setup is fine", false, Chatter),
            ("Access is denied.", false, ErrorLike),
            ("The file was not found.", false, Doubtful),
            ("Access was denied, not found, continuing", false, Chatter),
            // Frames of a stack, in any language, and lines of the managed host.
            ("   at System.IO.File.Open(String failed)", false, Chatter),
            ("   bei System.IO.File.Open(String failed)", false, Chatter),
            ("at last it failed", false, ErrorLike),
            ("at last (it failed)", false, ErrorLike),
            ("at last it failed.", false, ErrorLike),
            ("It failed (for good).", false, ErrorLike),
            ("--- End of inner exception stack trace ---", false, Chatter),
            ("SFXCA: Extracting Failed.dll", false, Chatter),
            ("SFXCA: Binding to CLR failed", false, Chatter),
            ("Calling custom action Failed!Failed", false, Chatter),
            (
                "Exception thrown by custom action: A.BException: c",
                false,
                Chatter,
            ),
            ("Exception thrown by a step:", false, Chatter),
            (
                "Exception thrown by a step: A.BException: c",
                false,
                Exception,
            ),
            ("System.Exception : c", false, Exception),
            (
                "Thrown. ---> System.UnauthorizedAccessException: Denied.",
                false,
                Exception,
            ),
            // Names of WiX's logging.
            ("CreateUser:  Error 0x800706ba: no", false, ErrorCode),
            ("My_own.Act1: Error 0x800706ba: no", true, ErrorCode),
            ("Error 0x800706ba: no", false, ErrorCode),
            ("Error 0x800706ba", false, ErrorCode),
            ("CreateUser:  Error 0xnone: no", false, ErrorLike),
            ("Create User:  Error 0x800706ba: no", false, ErrorLike),
            ("CreateUser:Error 0x800706ba: no", false, ErrorLike),
            ("1User:  Error 0x800706ba: no", false, ErrorLike),
            (":  Error 0x800706ba: no", false, ErrorLike),
            (&long, false, ErrorLike),
            (long.get(1..).unwrap(), false, ErrorCode),
            // A program above the lines that wrap it.
            ("WixQuietExec:  Reading", false, Chatter),
            ("WixQuietExec:  Reading", true, Child),
            ("Wix4SilentExec64:  Reading", true, Child),
            ("CreateUser:  Reading", true, Chatter),
            ("WixQuietExec:  \"C:\\x.exe\" -failed", true, Chatter),
            ("WixQuietExec:  Entering failed", true, Chatter),
            ("WixQuietExec:  ", true, Chatter),
            (
                "WixQuietExec:  Error 0x80070001: Command line returned an error.",
                true,
                QuietWrapper,
            ),
            (
                "CreateUser:  Error 0x80070001: Command line returned an error.",
                true,
                ErrorCode,
            ),
            (
                "WixQuietExec:  Error 0x80070057: Failed to get command line data",
                true,
                ErrorCode,
            ),
        ] {
            assert_eq!(classify(text, wrapped), kind, "«{text}» {wrapped}");
        }
        assert_eq!(
            error_code("Error 0x80070005:  no "),
            Some((0x8007_0005, "no"))
        );
    }

    #[test]
    fn a_com_object_that_explains_itself() {
        let line = |description: &str| {
            let line = format!(
                "ComPlusInstallExecute:  ExceptionInfo: Code='0', Source='S', Description='{description}', HelpFile=''"
            );
            classify(&line, false)
        };
        assert_eq!(line("Not there."), OutputKind::Exception);
        assert_ne!(line(""), OutputKind::Exception);
    }

    #[test]
    fn words() {
        let text = include_str!("../knowledge/output-words.tsv");
        assert_eq!(WORDS.len(), table::count(text));
        assert!(table::every_row_has_a_source(text));
        assert!(is_error_like("The file was not found."));
        assert!(!is_error_like("failed with error 0x80070002 - continuing"));
        assert!(!is_error_like("Setup is fine"));
    }
}
