//! Messages whose number is lost: a dialog shows only their sentence, and that is what people paste.

use std::sync::LazyLock;

use super::message::{Message, MessageKind};
use crate::knowledge::table;

#[derive(Debug, serde::Deserialize)]
struct Sentence {
    number: u32,
    start: &'static str,
    /// What stands somewhere behind it; may be empty.
    inside: &'static str,
    #[serde(rename = "source")]
    _source: &'static str,
}

static SENTENCES: LazyLock<Vec<Sentence>> =
    LazyLock::new(|| table::rows(include_str!("sentences.tsv")).collect());

/// How the sentences begin.
pub fn beginnings() -> impl Iterator<Item = &'static str> {
    SENTENCES.iter().map(|sentence| sentence.start)
}

/// The message that a line says without its number.
pub fn message(line: &str) -> Option<Message<'_>> {
    // All output of programs comes by here, and hardly any begins so.
    let may = matches!(
        line.as_bytes(),
        [b'A', b'n', ..]
            | [b'C', b'o', b'u', ..]
            | [b'E', b'r', b'r', ..]
            | [b'A', b' ', b'n', ..]
            | [b'F', b'a', b'i', ..]
            | [b'M', b'o', b'd', ..]
            | [b'S', b'e' | b'o', ..]
            | [b'T', b'h', b'e', ..]
            | [b'Y', b'o', b'u', ..]
    );
    let mut rows = may.then_some(&*SENTENCES)?.iter();
    let row = rows.find(|row| {
        let rest = line.strip_prefix(row.start);
        rest.is_some_and(|rest| rest.contains(row.inside))
    })?;
    Some(Message {
        kind: MessageKind::Error,
        number: Some(row.number),
        text: line,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(line: &str) -> Option<u32> {
        message(line)?.number
    }

    #[test]
    fn sentences_of_dialogs() {
        for (line, wanted) in [
            (
                "Service 'Example' (ExampleSvc) failed to start.  Verify that you have sufficient privileges to start system services.",
                1920,
            ),
            (
                "Error writing to file: D:\\Example\\a.dll.  Verify that you have access to that directory.",
                1310,
            ),
            (
                "There is a problem with this Windows Installer package. A program run as part of the setup did not finish as expected. Contact your support personnel or package vendor.",
                1722,
            ),
            ("The older version of Example cannot be removed.", 1714),
        ] {
            assert_eq!(number(line), Some(wanted), "{line}");
        }
    }

    #[test]
    fn what_others_write_too_is_no_message() {
        for line in [
            "Service 'Example' failed to start.",
            "The file 'a.txt' was not found",
            "Error writing to file: no room",
            "Module a failed to load",
            "Could not open key: a",
            "",
        ] {
            assert_eq!(number(line), None, "{line}");
        }
    }

    #[test]
    fn each_row_is_reached() {
        for row in SENTENCES.iter() {
            let line = format!("{}example {}", row.start, row.inside);
            assert_eq!(number(&line), Some(row.number), "{line}");
        }
    }
}
