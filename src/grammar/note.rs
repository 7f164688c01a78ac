//! `Note: 1: 1402 2: UNKNOWN\URL 3: 2`: a record of the engine, printed raw.

use crate::text::near::places;

/// A record dump: the first field is the message number, the others are its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note<'a> {
    /// The message number.
    pub number: u32,
    fields: &'a str,
}

impl<'a> Note<'a> {
    /// Parses what stands after `Note: 1: ` (or after `1: ` in a dump without the word).
    pub fn parse(text: &'a str) -> Option<Self> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > 9 {
            return None;
        }
        let (number, fields) = text.split_at_checked(digits)?;
        if !(fields.is_empty() || fields.starts_with(' ')) {
            return None;
        }
        Some(Self {
            number: number.parse().ok()?,
            fields,
        })
    }

    /// All arguments as they stand there.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.fields
    }

    /// The arguments, from field 2 on. A field ends where the next number in order stands, not at
    /// any colon, since values hold colons and digits themselves.
    pub fn arguments(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let mut rest = strip_mark(self.fields, 2);
        let mut next = 3;
        std::iter::from_fn(move || {
            let current = rest?;
            let (field, tail) = split_at_mark(current, next);
            rest = tail;
            next += 1;
            Some(field.trim_end())
        })
    }

    /// Argument `index`, counted as in the message templates: `[2]` is the first.
    #[must_use]
    pub fn argument(&self, index: usize) -> Option<&'a str> {
        self.arguments()
            .nth(index.checked_sub(2)?)
            .filter(|text| !text.is_empty())
    }
}

/// The text after ` k: ` at the front.
fn strip_mark(text: &str, k: u32) -> Option<&str> {
    let text = text.trim_start_matches(' ');
    // Nearly all have one digit.
    if let ([digit, b':', ..], 1..=9) = (text.as_bytes(), k)
        && u32::from(*digit) == u32::from(b'0') + k
    {
        let rest = text.get(2..)?;
        return Some(rest.strip_prefix(' ').unwrap_or(rest));
    }
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = text.get(..text.len() - rest.len())?;
    let rest = rest.strip_prefix(':')?;
    (digits.parse() == Ok(k)).then(|| rest.strip_prefix(' ').unwrap_or(rest))
}

/// Splits at the first ` k: `.
fn split_at_mark(text: &str, k: u32) -> (&str, Option<&str>) {
    // An empty field leaves its own blank only, so the mark may stand right at the front.
    if let Some(rest) = strip_mark(text, k) {
        return ("", Some(rest));
    }
    let bytes = text.as_bytes();
    // A mark ends with a colon, and values hold fewer colons than blanks.
    for colon in places(bytes, b':') {
        let before = bytes.get(..colon).unwrap_or(&[]);
        // Most colons are those of paths.
        if !before.last().is_some_and(u8::is_ascii_digit) {
            continue;
        }
        let start = before.iter().rposition(|b| !b.is_ascii_digit());
        let Some((start, b' ')) = start.and_then(|at| Some((at, *bytes.get(at)?))) else {
            continue;
        };
        if let Some(rest) = text.get(start..).and_then(|mark| strip_mark(mark, k)) {
            return (text.get(..start).unwrap_or(""), Some(rest));
        }
    }
    (text, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(text: &str) -> Vec<&str> {
        Note::parse(text).unwrap().arguments().collect()
    }

    #[test]
    fn fields_are_split_in_order() {
        assert_eq!(arguments("2205 2:  3: Error "), ["", "Error"]);
        assert_eq!(
            arguments("1402 2: HKEY_X\\a: 3 3: 2 "),
            ["HKEY_X\\a: 3", "2"]
        );
        assert_eq!(arguments("1310 2: 0 3: C:\\a.dll "), ["0", "C:\\a.dll"]);
        assert_eq!(
            arguments("2228 2:  3: Error 4: SELECT `Message` FROM `Error` WHERE `Error` = 1920 ")
                [2],
            "SELECT `Message` FROM `Error` WHERE `Error` = 1920"
        );
        assert_eq!(arguments("1708 "), [""; 0]);
        assert_eq!(
            arguments("1706 2: -2147483647 3: a.msi"),
            ["-2147483647", "a.msi"]
        );
    }

    #[test]
    fn arguments_count_from_two() {
        let note = Note::parse("1714 2: Old Product 3: 1612").unwrap();
        assert_eq!(note.argument(2), Some("Old Product"));
        assert_eq!(note.argument(3), Some("1612"));
        assert_eq!(note.argument(9), None);
        assert_eq!(Note::parse("x"), None);
        assert_eq!(Note::parse("12abc"), None);
    }
}
