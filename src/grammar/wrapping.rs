//! Takes off what people and programs put around a line: indent, quote marks, list markers, the
//! names of the message types that a setup program writes in front.

use crate::text::near::places;

/// Message type names that setup programs with their own interface put before each message.
const WRAPPERS: [&str; 9] = [
    "Info: ",
    "ActionStart: ",
    "ActionData: ",
    "Error: ",
    "Warning: ",
    "FatalExit: ",
    "CommonData: ",
    "Progress: ",
    "User: ",
];

/// How far into a line the prefix may stand behind another program's stamp, in bytes.
const STAMP: usize = 80;

/// The line inside, where something stands around it.
pub fn unwrap(line: &str) -> Option<&str> {
    // Most lines begin with a letter or a digit, or with a bracket: no mark does.
    let first = line.as_bytes().first();
    let plain =
        first.is_some_and(|b| b.is_ascii_graphic() && !matches!(b, b'>' | b'&' | b'-' | b'*'));
    let mut inner = if plain { line } else { unquoted(line) };
    inner = without_name(inner);
    inner = numbered(inner).unwrap_or(inner);
    (inner.len() < line.len()).then_some(inner)
}

/// A line without indent, quote marks and the mark of a list.
fn unquoted(line: &str) -> &str {
    let mut inner = line.trim_start_matches([' ', '\t', '\u{feff}']);
    for mark in ["> ", "&gt; "] {
        while let Some(quoted) = inner.strip_prefix(mark) {
            inner = quoted;
        }
    }
    inner = inner.trim_start_matches('>');
    let listed = inner
        .strip_prefix("- ")
        .or_else(|| inner.strip_prefix("* "));
    listed.unwrap_or(inner).trim_start()
}

/// A line without the message type name that a setup program put in front.
#[must_use]
pub fn without_name(line: &str) -> &str {
    let first = line.as_bytes().first();
    if !matches!(
        first,
        Some(b'I' | b'A' | b'E' | b'W' | b'F' | b'C' | b'P' | b'U')
    ) {
        return line;
    }
    let body = WRAPPERS.iter().find_map(|name| line.strip_prefix(name));
    body.unwrap_or(line)
}

/// Whether the line carries the message type name under which setup programs pass output on.
pub fn is_named(line: &str) -> bool {
    line.starts_with("Info: ")
}

/// A line behind the mark of a search (`Line 4455: `, `4455:`) or the stamp of another program.
fn numbered(line: &str) -> Option<&str> {
    let rest = match line.as_bytes().first() {
        Some(b'L') => line.strip_prefix("Line ").unwrap_or(line),
        _ => line,
    };
    if rest.starts_with(|c: char| c.is_ascii_digit())
        && let Some(inner) = rest
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .strip_prefix(':')
    {
        let inner = inner.trim_start_matches([' ', '\t']);
        if ["MSI (", "Action ", "CustomAction ", "Property("]
            .iter()
            .any(|start| inner.starts_with(start))
        {
            return Some(inner);
        }
    }
    let head = line.as_bytes().get(..line.len().min(STAMP))?;
    // Parentheses are rarer than letters.
    let at = places(head, b'(').find_map(|at| {
        let start = at.checked_sub("MSI ".len())?;
        let tail = head.get(start..)?;
        (tail.starts_with(b"MSI (s) (") || tail.starts_with(b"MSI (c) (")).then_some(start)
    })?;
    line.get(at..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_is_taken_off() {
        assert_eq!(unwrap("    MSI (s)"), Some("MSI (s)"));
        assert_eq!(unwrap("> Action ended"), Some("Action ended"));
        assert_eq!(
            unwrap("Info: Action 10:11:12: X. "),
            Some("Action 10:11:12: X. ")
        );
        assert_eq!(unwrap("plain"), None);
        // The look at the first letter passes over none of them.
        for name in WRAPPERS {
            assert_eq!(without_name(&format!("{name}x")), "x");
        }
        assert_eq!(
            unwrap("\tLine 4455: Action ended 1:02:03: X."),
            Some("Action ended 1:02:03: X.")
        );
        assert_eq!(unwrap("812:MSI (s) (00:00)"), Some("MSI (s) (00:00)"));
        assert_eq!(
            unwrap("2026-01-02 10:11:12.345 MSI (s) (00:00)"),
            Some("MSI (s) (00:00)")
        );
        assert_eq!(unwrap("12: no"), None);
    }
}
