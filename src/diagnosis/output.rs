//! The output of custom actions: which of its lines says what went wrong.
//!
//! Programs that custom actions start, WiX's logging and managed code each have their own way:
//! a child process speaks above the lines of WixQuietExec that wrap it, WiX writes the deepest
//! failure first, and .NET nests exceptions with the true one innermost.

mod around;
mod labels;
mod named;
mod words;

pub use around::Around;
pub use labels::{error_code, without_labels, wix_line};
pub use named::{action_named, action_of_function, action_of_method};
use words::{Says, wording};

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

/// Whether a line tells of a failure by its words.
pub fn is_error_like(text: &str) -> bool {
    matches!(wording(text), Some(Says::ErrorLike | Says::Doubtful))
}

/// WiX's functions that run a program and log what it writes.
fn runs_programs(name: &str) -> bool {
    name.contains("QuietExec") || name.contains("SilentExec")
}

/// Whether a line names an exception: `Namespace.SomethingException: message`, and perhaps its code;
/// scripts of other languages have `SomethingError: message`.
fn is_exception(text: &str) -> bool {
    let marks = ["Exception: ", "Exception : ", "Exception (0x"];
    let class = text.split_once("Error: ").map(|(class, _)| class);
    let script = class.is_some_and(|class| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b':');
        class.len() > 2
            && class.bytes().all(plain)
            && class.ends_with(|c: char| c.is_ascii_lowercase())
    });
    script || marks.iter().any(|mark| text.contains(mark))
}

/// Whether a line by itself can be no cause: what worked, what only passes a result on, what only
/// announces.
fn tells_nothing(text: &str) -> bool {
    text.is_empty()
        || is_frame(text)
        || is_tracing(text)
        || words::is_heading(text)
        || words::only_passes_on(text)
        || wording(text) == Some(Says::Worked)
}

/// `<Func Name='A'>` and `<EndFunc Name='A' Return='0' …>` of SQL Server's setup.
fn is_tracing(text: &str) -> bool {
    text.starts_with("<Func Name=") || text.starts_with("<EndFunc Name=")
}

/// What kind of line this is, by itself; `wrapped` tells that lines of WixQuietExec's own failure
/// follow it under the same name.
pub fn classify(text: &str, wrapped: bool) -> OutputKind {
    let said = without_labels(text);
    if let Some((name, rest)) = wix_line(text) {
        if let Some(kind) = with_code(name, rest) {
            return kind;
        }
        // What a COM object that was called has to say; the codes after it say only that it did.
        if rest.starts_with("ExceptionInfo: ") && !rest.contains("Description=''") {
            return OutputKind::Exception;
        }
        if runs_programs(name) && wrapped {
            let echo = rest.starts_with('"') || rest.starts_with("Entering ");
            return match echo || tells_nothing(said) {
                true => OutputKind::Chatter,
                false => OutputKind::Child,
            };
        }
    }
    by_itself(said)
}

/// What kind of line of WiX's logging this is, where it gives a code.
fn with_code(name: &str, rest: &str) -> Option<OutputKind> {
    let (code, _) = error_code(rest)?;
    Some(match () {
        () if code == 0 => OutputKind::Chatter,
        () if runs_programs(name) && wraps(rest) => OutputKind::QuietWrapper,
        () => OutputKind::ErrorCode,
    })
}

/// Whether it is a line of WixQuietExec's own failure.
fn is_quiet_wrapper(text: &str) -> bool {
    let kind = wix_line(text).and_then(|(name, rest)| with_code(name, rest));
    kind == Some(OutputKind::QuietWrapper)
}

/// Whether it is a line of a program that WixQuietExec ran.
pub fn is_childs(text: &str) -> bool {
    wix_line(text).is_some_and(|(name, _)| runs_programs(name))
        && classify(text, true) == OutputKind::Child
}

/// What kind of line this is, without what stands before it.
fn by_itself(said: &str) -> OutputKind {
    // On one line the call's own exception stands behind this.
    let thrown = said.strip_prefix("Exception thrown by custom action");
    let said = thrown.map_or(said, |rest| rest.trim_start_matches([':', ' ']));
    if tells_nothing(said) {
        return OutputKind::Chatter;
    }
    if is_exception(said) {
        return OutputKind::Exception;
    }
    if let Some((code, _)) = error_code(said) {
        return match code {
            0 => OutputKind::Chatter,
            _ => OutputKind::ErrorCode,
        };
    }
    if said.starts_with("Exception thrown by") {
        return OutputKind::Chatter;
    }
    match wording(said) {
        Some(Says::ErrorLike) if labels::informs(said) => OutputKind::Doubtful,
        Some(Says::ErrorLike) => OutputKind::ErrorLike,
        Some(Says::Doubtful) => OutputKind::Doubtful,
        None if words::passes_own_code(said) => OutputKind::Doubtful,
        _ => OutputKind::Chatter,
    }
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
        || text.starts_with("File \"") && text.contains("\", line ")
        || text.starts_with("Traceback (most recent")
        || is_position(text)
        || text.starts_with("SFXCA: Extracting")
        || text.starts_with("SFXCA: Binding")
        || text.starts_with("Calling custom action")
}

/// Where PowerShell says that an error is, in any language: `At C:\a.ps1:12 char:3`, and the code
/// below it, which begins with a `+`.
fn is_position(text: &str) -> bool {
    if text.starts_with("+ ") || text == "+" {
        return true;
    }
    let numbers = text.split(':').skip(1).filter(|part| {
        let part = part.trim_start();
        part.starts_with(|c: char| c.is_ascii_digit())
    });
    let script = text.contains(".ps1:") || text.contains(".psm1:");
    script && numbers.count() >= 2 && !text.ends_with('.')
        || LINE_WORDS.iter().any(|word| text.starts_with(word))
}

/// How that line begins where the script has no file, in some languages.
const LINE_WORDS: [&str; 8] = [
    "At line:",
    "In Zeile:",
    "Au caractère Ligne:",
    "En línea:",
    "In riga:",
    "No linha:",
    "строка:",
    "所在位置 行:",
];

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
                Exception,
            ),
            ("Exception thrown by a step:", false, Chatter),
            (
                "Exception thrown by a step: A.BException: c",
                false,
                Exception,
            ),
            ("System.Exception : c", false, Exception),
            ("Sample.GoneException (0x80004005): c", false, Exception),
            ("RuntimeError: no key", false, Exception),
            ("Setup Error: no key", false, ErrorLike),
            ("Traceback (most recent call last):", true, Chatter),
            ("  File \"C:\\a.py\", line 7, in failed", false, Chatter),
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
}
