//! Where the records of an installer's log begin.

use crate::grammar::{self, Body, MessageKind};

/// Whether a line begins as only those of an installer's log do.
pub fn begins(line: &str) -> bool {
    let line = grammar::without_name(line);
    is_bundle(line) || !matches!(grammar::parse_plain(line).body, Body::Text(_) | Body::Blank)
}

/// Whether a text begins with one of the shapes that nothing but a log of an installer has: a prefix
/// of the engine, the frame of an action, a property of the dump, a bundle's prefix.
pub fn is_sure(text: &str) -> bool {
    let text = grammar::without_name(text);
    match text.as_bytes().first() {
        Some(b'M') => is_engine(text),
        Some(b'[') => is_bundle(text),
        Some(b'=') => text.strip_prefix("=== ").is_some_and(is_frame),
        Some(b'P') => {
            text.starts_with("Property(") && text.get(10..13).is_some_and(|tail| tail == "): ")
        }
        Some(b'C') => text
            .strip_prefix("CustomAction ")
            .and_then(|rest| rest.split_once(' '))
            .is_some_and(|(_, rest)| rest.starts_with("returned actual error code ")),
        Some(b'a'..=b'z' | b'A'..=b'Z' | 0x80..) => grammar::begins_action(text),
        _ => false,
    }
}

/// Whether a text that begins with this byte can be [sure](is_sure): most letters of a line cannot, and
/// are passed over where a record is looked for within one.
pub fn may_be_sure(byte: u8) -> bool {
    matches!(byte, b'[' | b'=' | b'A'..=b'Z') || grammar::may_begin_action(byte)
}

/// `=== Logging started: `, and what the engine says in such a frame where it lost lines.
fn is_frame(text: &str) -> bool {
    let lost = |rest: &str| {
        rest.get(3..)
            .is_some_and(|rest| rest.starts_with(" Failed"))
    };
    ["Verbose logging ", "Logging "]
        .iter()
        .any(|start| text.starts_with(start))
        || text.strip_prefix("MSI ").is_some_and(lost)
}

/// `MSI (s) (`
fn is_engine(text: &str) -> bool {
    let Some((letters, rest)) = text
        .strip_prefix("MSI")
        .and_then(|rest| rest.trim_start_matches(' ').strip_prefix('('))
        .and_then(|rest| rest.split_once(')'))
    else {
        return false;
    };
    let letters_are_short = (1..=3).contains(&letters.len());
    letters_are_short && rest.trim_start_matches(' ').starts_with(['(', ':'])
}

/// `[0AF0:1B2C][2026-`
fn is_bundle(text: &str) -> bool {
    let ids = text
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]["));
    let Some(((process, thread), rest)) =
        ids.and_then(|(ids, rest)| Some((ids.split_once(':')?, rest)))
    else {
        return false;
    };
    let id =
        |text: &str| (1..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit());
    id(process) && id(thread) && rest.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a line of the log may begin here, in the middle of a line of the file; `before` is what
/// stands in front of it since the last such place.
pub fn may_begin(before: &str, text: &str) -> bool {
    if before.trim().is_empty() {
        return false;
    }
    // What follows the prefix of the engine or the name of a product is the text of that line.
    let end = before.trim_end();
    let prefixed = grammar::split_prefix(before).is_some_and(|(_, body)| body.trim().is_empty());
    // So does what follows the name of a message type, or stands in quote marks.
    let quoted = before.ends_with(['\'', '"', '(']) || end.ends_with("--->") || is_block_mark(end);
    let both_named = is_named(before) && is_named(text);
    let named = end.ends_with(':') && !end.contains(' ') && !both_named;
    if prefixed
        || quoted
        || named
        || end.ends_with("--")
        || end.ends_with("Internal")
        || end.ends_with("DEBUG:")
    {
        return false;
    }
    if is_sure(text) || (both_named && (is_named(end) || !end.ends_with(':'))) {
        return true;
    }
    let apart = before.ends_with(char::is_whitespace);
    let sentence = end.ends_with(|c: char| c.is_ascii_digit() || ".。)]'\"}=".contains(c));
    // Two blanks are the end of a line and an empty one, or the end of a text and that of its line.
    let empty_line = before.ends_with("  ");
    apart
        && (is_output(text)
            || is_stamped(text)
            || ((sentence || empty_line) && is_message(text, empty_line)))
}

/// `*******`, which stands before each line of a block; ten of them are a hidden value.
fn is_block_mark(end: &str) -> bool {
    end.strip_suffix("*******")
        .is_some_and(|rest| !rest.ends_with('*'))
}

/// Whether a text begins with the name of a message type, as a setup program that shows messages
/// itself writes it before each.
fn is_named(text: &str) -> bool {
    text.starts_with("Initialize:") || grammar::without_name(text).len() < text.len()
}

/// `Error 1722. `, in any language; a number below 1000 is that of a package's own message.
fn is_message(text: &str, own: bool) -> bool {
    let Some(message) = grammar::message_of(text) else {
        // A number alone is the end of a sentence: `… could not be cancelled. Error: 1168`.
        let said = text.strip_prefix("Error: ");
        return said.is_some_and(|said| said.starts_with(char::is_alphabetic));
    };
    // A sentence that is known without its number stands in the middle of its message, too.
    if message.text.len() == text.len() {
        return false;
    }
    let numbered = match message.kind {
        MessageKind::DiskFull => return true,
        MessageKind::Internal if text.starts_with("The ") => return true,
        _ => message.number.is_some_and(|n| own || n >= 1000),
    };
    // `Error 5 was returned by …` is in the midst of a sentence.
    let behind = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let behind = behind.trim_start_matches(|c: char| c.is_ascii_digit());
    numbered && behind.starts_with(['.', ':', '。'])
}

/// What custom actions write, and what stands for a dialog.
pub fn is_output(text: &str) -> bool {
    const STARTS: [&str; 13] = [
        "******* ",
        "SFXCA: ",
        "Calling custom action ",
        "Exception thrown by custom action",
        "   at ",
        // What the engine says in place of a dialog.
        "This installation is forbidden by system policy",
        "This installation package could not be opened",
        "This installation package is not supported by",
        "Another program is being installed",
        "Another version of this product is already installed",
        "The installation source for this product is not available",
        "The system administrator has set policies to prevent",
        "Are you sure you want to cancel?",
    ];
    if STARTS.iter().any(|start| text.starts_with(start)) {
        return true;
    }
    // `System.FormatException: …`
    let word = text.split(' ').next().unwrap_or("");
    if word.ends_with("Exception:") && word.contains('.') {
        return true;
    }
    let name = text
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'))
        .count();
    let rest = text.get(name..).unwrap_or("");
    let levels = ["INFO", "ERROR", "WARNING"];
    let capital = text.starts_with(|c: char| c.is_ascii_uppercase() || c == '_');
    (name >= 3 && capital && rest.starts_with(":  "))
        || (rest.trim_start().starts_with(": [")
            && levels.iter().any(|level| text.starts_with(level)))
}

/// `2026-01-02 10:11:12.345 [`, `01/02/26 10:11:12 `: a line of the program that called the
/// installer, or of one that it called.
fn is_stamped(text: &str) -> bool {
    let shape = |b: u8| if b.is_ascii_digit() { b'0' } else { b };
    let head = text.as_bytes().first_chunk::<18>();
    if head.is_some_and(|head| head.map(shape) == *b"00/00/00 00:00:00 ") {
        return true;
    }
    let head = text.as_bytes().first_chunk::<19>();
    head.is_some_and(|head| head.map(shape) == *b"0000-00-00 00:00:00")
        && text.get(19..).is_some_and(|rest| {
            rest.trim_start_matches(|c: char| matches!(c, '.' | ',' | ' ') || c.is_ascii_digit())
                .starts_with('[')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sure_shapes() {
        for sure in [
            "MSI (s) (C8:50) [01:49:43:906]: x",
            "MSI (c) (00!00): x",
            "Info: MSI (c) (00!00): x",
            "操作 10:11:12: X。",
            "=== Logging started: 1",
            "Action start 10:11:12: X.",
            "Action ended 10:11:12: X. Return value 3.",
            "Aktion gestartet um 10:11:12: X.",
            "Property(S): A = 1",
            "CustomAction X returned actual error code 1603 (note",
            "[0AF0:1B2C][2026-07-07T12:02:17]i301: x",
        ] {
            assert!(is_sure(sure), "{sure}");
            assert!(may_be_sure(sure.as_bytes()[0]), "{sure}");
        }
        for other in ["MSI is", "Action: x", "Property of", "[a:b] c", "Error 5"] {
            assert!(!is_sure(other), "{other}");
        }
    }

    #[test]
    fn places_in_the_middle_of_a_line() {
        assert!(may_begin("Property(S): A = 1", "Property(S): B = 2"));
        assert!(may_begin("Return value 3. ", "Error 1722. There"));
        assert!(!may_begin("Product: A -- ", "Error 1722. There"));
        assert!(!may_begin(
            "MSI (s) (C8:50) [01:49:43:906]: ",
            "Error 1722. There"
        ));
        assert!(!may_begin("DEBUG: ", "Error 2203: x"));
        assert!(may_begin("x ", "SFXCA: y"));
        assert!(may_begin("x ", "2026-01-02 10:11:12.345 [CLI ] y"));
        assert!(!may_begin("x ", "File: y"));
    }
}
