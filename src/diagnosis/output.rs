//! The output of custom actions: which of its lines says what went wrong.
//!
//! Programs that custom actions start, WiX's logging and managed code each have their own way:
//! a child process speaks above the lines of WixQuietExec that wrap it, WiX writes the deepest
//! failure first, and .NET nests exceptions with the true one innermost.

/// What kind of line of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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

/// Words that only a line which tells of a failure holds, in lower case.
const STRONG_WORDS: [&str; 20] = [
    "error",
    "fail",
    "denied",
    "cannot",
    "can't",
    "can not",
    "could not",
    "couldn't",
    "unable to",
    "exception",
    "refused",
    "aborted",
    "fatal",
    "forbidden",
    "not recognized",
    "without sufficient",
    "insufficient",
    "not permitted",
    "terminated",
    "crash",
];

/// Words that such a line often holds, and others too.
const WEAK_WORDS: [&str; 16] = [
    "not found",
    "does not exist",
    "doesn't exist",
    "invalid",
    "missing",
    "not supported",
    "unsupported",
    "must be",
    "requires",
    "timed out",
    "prevent",
    "blocked",
    "rejected",
    "not allowed",
    "already",
    "not valid",
];

/// Words that take an error word back.
const HARMLESS_WORDS: [&str; 8] = [
    "continuing",
    "no error",
    "0 error",
    "error: 0",
    "errors: 0",
    "error code: 0x0,",
    "ignored",
    "succeeded",
];

/// Whether a line tells of a failure by its words, and how surely.
fn wording(text: &str) -> Option<OutputKind> {
    let lower = text.to_ascii_lowercase();
    let holds = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    if holds(&HARMLESS_WORDS) {
        None
    } else if holds(&STRONG_WORDS) {
        Some(OutputKind::ErrorLike)
    } else {
        holds(&WEAK_WORDS).then_some(OutputKind::Doubtful)
    }
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
    let name = name
        .strip_prefix("Wix4")
        .or_else(|| name.strip_prefix("Wix5"))
        .unwrap_or(name);
    name.contains("QuietExec") || name.contains("SilentExec")
}

/// `Error 0x80070005: …`: the code and what follows.
pub fn error_code(text: &str) -> Option<(u32, &str)> {
    let rest = text.strip_prefix("Error 0x")?;
    let (digits, message) = rest.split_once(':').unwrap_or((rest, ""));
    Some((u32::from_str_radix(digits.trim(), 16).ok()?, message.trim()))
}

/// Whether a line names an exception: `Namespace.SomethingException: message`.
pub fn exception(text: &str) -> Option<&str> {
    let at = text
        .find("Exception: ")
        .or_else(|| text.find("Exception : "))?;
    let before = text.get(..at)?;
    let start = before
        .rfind(|c: char| c.is_whitespace() || matches!(c, '(' | '>'))
        .map_or(0, |i| i + 1);
    text.get(start..)
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
    if exception(trimmed).is_some() && !trimmed.starts_with("Exception thrown by custom action") {
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
    fn lines_of_a_program_stand_above_their_wrapper() {
        assert_eq!(
            classify("WixQuietExec:  The file does not exist.", true),
            OutputKind::Child
        );
        assert_eq!(
            classify("WixQuietExec:  \"C:\\x.exe\" -a", true),
            OutputKind::Chatter
        );
        assert_eq!(
            classify(
                "WixQuietExec:  Error 0x80070001: Command line returned an error.",
                true
            ),
            OutputKind::QuietWrapper
        );
        assert_eq!(
            classify(
                "WixQuietExec:  Error 0x80070057: Failed to get command line data",
                true
            ),
            OutputKind::ErrorCode
        );
        assert_eq!(
            classify(
                "CreateUser:  Error 0x800706ba: failed to create user",
                false
            ),
            OutputKind::ErrorCode
        );
    }

    #[test]
    fn exceptions() {
        let line = "System.Reflection.TargetInvocationException: Thrown. ---> System.UnauthorizedAccessException: Denied.";
        assert_eq!(classify(line, false), OutputKind::Exception);
        assert_eq!(
            classify("   at System.IO.File.Open(String path)", false),
            OutputKind::Chatter
        );
        assert_eq!(
            classify("   bei System.IO.File.Open(String path)", false),
            OutputKind::Chatter
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
        assert!(is_error_like("Access is denied."));
        assert!(!is_error_like("failed with error 0x80070002 - continuing"));
        assert!(!is_error_like("Setup is fine"));
    }
}
