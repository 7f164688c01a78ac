//! Messages of the installer: `Error 1310. …`, `Internal Error 2235. …`, and their copies.

use super::scan::leading_number;
use super::{language, sentence};

/// What kind of message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    /// `Error N.`
    Error,
    /// `Warning N.`
    Warning,
    /// `Info N.`
    Info,
    /// `Internal Error N.`, or the sentence that stands for it in dialogs.
    Internal,
    /// `DEBUG: Error N:`, the raw text of an internal error; always English.
    Debug,
    /// `Disk full: …`
    DiskFull,
    /// `Fatal error: …`
    Fatal,
    /// A text without a number, after the name of a product.
    Plain,
}

/// A message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message<'a> {
    /// What kind.
    pub kind: MessageKind,
    /// Its number in the Error table.
    pub number: Option<u32>,
    /// Its text, after the number.
    pub text: &'a str,
}

/// The number and text of `N. text` or `N: text` (ideographic stops too).
fn numbered(kind: MessageKind, rest: &str) -> Option<Message<'_>> {
    let (number, text) = leading_number(rest.trim_start_matches([' ', ':']))?;
    let text = text.trim_start_matches(['.', '。', ':']).trim_start();
    Some(Message {
        kind,
        number: Some(u32::try_from(number).ok()?),
        text,
    })
}

/// Parses a message in any language of the table.
#[must_use]
pub fn message_of(line: &str) -> Option<Message<'_>> {
    // All output of programs comes by here: a word is looked for where its first letter stands.
    let words: &[(&str, MessageKind)] = match line.as_bytes().first()? {
        b'E' => &[("Error ", MessageKind::Error)],
        b'I' => &[
            ("Internal Error ", MessageKind::Internal),
            ("Info ", MessageKind::Info),
        ],
        b'D' => &[("DEBUG: Error ", MessageKind::Debug)],
        b'W' => &[("Warning ", MessageKind::Warning)],
        // No language has a digit there.
        b'0'..=b'9' => return None,
        _ => &[],
    };
    for (word, kind) in words {
        if let Some(rest) = line.strip_prefix(word) {
            if !rest.starts_with(|c: char| c.is_ascii_digit()) {
                return sentence::message(line);
            }
            let counts = |m: &Message<'_>| *kind != MessageKind::Error || is_message_number(m);
            return numbered(*kind, rest).filter(counts);
        }
    }
    generic_internal(line)
        .or_else(|| sentence::message(line))
        .or_else(|| localised(line))
}

/// `Error 0x80070057: …` of a custom action is no message of the installer.
fn is_message_number(message: &Message<'_>) -> bool {
    message.number.is_some_and(|n| (1..100_000).contains(&n))
}

fn localised(line: &str) -> Option<Message<'_>> {
    let (kind, _, rest) = language::message_word(line)?;
    if matches!(kind, MessageKind::DiskFull | MessageKind::Fatal) {
        return Some(Message {
            kind,
            number: None,
            text: rest.trim_start(),
        });
    }
    let digits = rest.trim_start_matches([' ', ':']);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) || digits.starts_with("0x") {
        return None;
    }
    numbered(kind, rest).filter(is_message_number)
}

/// The sentence that dialogs show for an internal error: `… The error code is 2738. The arguments
/// are: …`. Packages word its beginning anew.
#[must_use]
pub fn generic_internal(line: &str) -> Option<Message<'_>> {
    let rest = line.strip_prefix("The installer ")?;
    let usual = rest.starts_with("has encountered an unexpected error");
    let anew = || rest.contains("error") && rest.contains(". The arguments are: ");
    if !(usual || anew()) {
        return None;
    }
    let (_, code) = rest.split_once("error code is ")?;
    let (number, tail) = leading_number(code)?;
    let text = tail
        .split_once("arguments are: ")
        .map_or("", |(_, arguments)| arguments);
    Some(Message {
        kind: MessageKind::Internal,
        number: u32::try_from(number).ok(),
        text,
    })
}

/// The message after `Product: NAME -- `; a text without a number is a plain one. What word
/// processors and web pages make of the two dashes counts only where a message follows.
pub fn product_message(text: &str) -> Option<(&str, Message<'_>)> {
    // The name may hold the separator itself: a known message start decides, else the first one.
    let plain = |text| Message {
        kind: MessageKind::Plain,
        number: None,
        text,
    };
    let mut first = None;
    for (at, separator) in text.match_indices(" -- ") {
        let (name, tail) = (text.get(..at)?, text.get(at + separator.len()..)?);
        if let Some(message) = message_of(tail) {
            return Some((name, message));
        }
        first.get_or_insert((name, plain(tail)));
    }
    first.or_else(|| {
        let mut parts = TYPOGRAPHIC.iter().filter_map(|dash| text.split_once(dash));
        parts.find_map(|(name, tail)| {
            let (name, tail) = (name.trim_end(), tail.trim_start());
            let outcome = || language::outcome_phrase(tail).map(|_| plain(tail));
            Some((name, message_of(tail).or_else(outcome)?))
        })
    })
}

/// What becomes of two dashes.
const TYPOGRAPHIC: [&str; 4] = [" — ", " – ", "—", " - "];

#[cfg(test)]
mod tests {
    use super::*;

    fn number(line: &str) -> Option<(MessageKind, Option<u32>)> {
        message_of(line).map(|m| (m.kind, m.number))
    }

    #[test]
    fn messages_in_many_shapes() {
        assert_eq!(
            number("Error 1310. Error writing"),
            Some((MessageKind::Error, Some(1310)))
        );
        assert_eq!(
            number("Error 1935.An error"),
            Some((MessageKind::Error, Some(1935)))
        );
        assert_eq!(
            number("Info 2898.For X"),
            Some((MessageKind::Info, Some(2898)))
        );
        assert_eq!(
            number("DEBUG: Error 2203:  Database"),
            Some((MessageKind::Debug, Some(2203)))
        );
        assert_eq!(
            number("Internal Error 2235. , x"),
            Some((MessageKind::Internal, Some(2235)))
        );
        assert_eq!(
            number("Fehler 1714. Die"),
            Some((MessageKind::Error, Some(1714)))
        );
        assert_eq!(
            number("エラー 1714。古い"),
            Some((MessageKind::Error, Some(1714)))
        );
        assert_eq!(
            number("Hiba: 1714. A"),
            Some((MessageKind::Error, Some(1714)))
        );
        assert_eq!(
            number("Disk full: Out of disk space"),
            Some((MessageKind::DiskFull, None))
        );
        assert_eq!(
            number(
                "The installer has encountered an unexpected error installing this package. This may indicate a problem with this package. The error code is 2738. The arguments are: a, , "
            ),
            Some((MessageKind::Internal, Some(2738)))
        );
        assert_eq!(
            number(
                "The installer met an unexpected error with this package. The error code is 2771. The arguments are: A, , "
            ),
            Some((MessageKind::Internal, Some(2771)))
        );
    }

    #[test]
    fn look_alikes_are_no_messages() {
        for line in [
            "Error 0x80070057: failed",
            "Error in rollback skipped.",
            "Errors: 5",
            "Error: 5",
            "Info: 3",
            "The installer stopped. The error code is 5.",
        ] {
            assert_eq!(number(line), None, "{line}");
        }
    }

    #[test]
    fn product_names_may_hold_the_separator() {
        let (name, m) = product_message("A -- B -- Error 1920. Service").unwrap();
        assert_eq!((name, m.number), ("A -- B", Some(1920)));
        let (name, m) = product_message("A -- Installation failed.").unwrap();
        assert_eq!((name, m.text), ("A", "Installation failed."));
        for text in [
            "A — Error 1935. Text",
            "A–B – Error 1935. Text",
            "A—Error 1935. Text",
        ] {
            let (name, m) = product_message(text).unwrap();
            assert!(name == "A" || name == "A–B", "{name}");
            assert_eq!((m.number, m.text), (Some(1935), "Text"));
        }
        assert!(product_message("A – Installation failed.").is_some());
        assert_eq!(product_message("A — B"), None);
    }
}
