//! Many records on one line: cut at the starts of records.

use memchr::memmem;

use super::records;
use super::{LONGEST, Out};
use crate::grammar::{self, Body};

/// So many bytes tell that a text comes again.
const FEWEST: usize = 12;

/// Cuts a line, or the part of one that goes on; what may be the begin of the next record of a part
/// is left. Gives how many bytes were taken.
pub fn split(line: &str, whole: bool, out: &mut Out<'_>) -> usize {
    let mut start = 0;
    for at in starts(line) {
        if let Some(record) = line.get(start..at) {
            give(record.trim_end(), out);
            start = at;
        }
    }
    let rest = line.get(start..).unwrap_or("");
    if whole || rest.len() > LONGEST {
        give(rest.trim_end(), out);
        start = line.len();
    }
    start
}

/// A message to the event log is followed by the message itself, which may begin like nothing else:
/// there the text of the first comes again.
fn give(record: &str, out: &mut Out<'_>) {
    let at = repeated(record).unwrap_or(record.len());
    let (first, again) = record.split_at_checked(at).unwrap_or((record, ""));
    out.line(first.trim_end());
    if !again.is_empty() {
        out.line(again);
    }
}

/// Where the text behind `Product: NAME -- ` comes again.
fn repeated(record: &str) -> Option<usize> {
    let Body::ProductMessage { .. } = grammar::parse_plain(record).body else {
        return None;
    };
    let text = record.find(" -- ")? + 4;
    let said = record.get(text..)?.as_bytes();
    let (mark, rest) = said.split_at_checked(FEWEST)?;
    let again = memmem::find(rest, mark)? + FEWEST;
    let (first, second) = record.get(text..)?.split_at_checked(again)?;
    second.starts_with(first.trim_end()).then_some(text + again)
}

/// Where records begin behind the first one.
pub fn starts(line: &str) -> impl Iterator<Item = usize> {
    let mut last = 0;
    let places = line
        .char_indices()
        .zip(std::iter::once(' ').chain(line.chars()));
    places.filter_map(move |((at, letter), before)| {
        let may = matches!(letter, '[' | '=' | '*') || letter == ' ' || letter.is_alphanumeric();
        // In the midst of a word only a shape begins that nothing else has.
        let within = letter.is_alphanumeric() && before.is_alphanumeric();
        if at == 0 || !may || (within && !matches!(letter, 'M' | 'P')) {
            return None;
        }
        let begins = records::may_begin(line.get(last..at)?, line.get(at..)?);
        begins.then(|| last = at)?;
        Some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::super::places::Places;
    use super::*;

    fn cut(line: &str) -> Vec<String> {
        let mut places = Places::default();
        let mut out = Out {
            text: Vec::new(),
            places: &mut places,
        };
        assert_eq!(split(line, true, &mut out), line.len());
        let text = String::from_utf8(out.text).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn records_are_told_apart() {
        let line = "CustomAction A returned actual error code 1603 (note this) Property(S): B = 1Property(S): \
                    C = 2 MSI (s) (A0:18) [10:14:12:753]: Product: D -- Error 1722. E. Error 1722. E. MSI (s) \
                    (A0:18) [10:14:12:753]: MainEngineThread is returning 1603";
        assert_eq!(
            cut(line),
            [
                "CustomAction A returned actual error code 1603 (note this)",
                "Property(S): B = 1",
                "Property(S): C = 2",
                "MSI (s) (A0:18) [10:14:12:753]: Product: D -- Error 1722. E.",
                "Error 1722. E.",
                "MSI (s) (A0:18) [10:14:12:753]: MainEngineThread is returning 1603",
            ]
        );
        assert_eq!(cut("plain text"), ["plain text"]);
    }
}
