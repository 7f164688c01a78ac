//! What facts have, as marks: a number of 16 bits for each number, name and run of three bytes.
//!
//! Marks tell what a rule can not match, at hardly any cost: two things may have the same mark, so a
//! mark that is there proves nothing, but what asks for one that is not there does not hold. The build
//! script shares this file, for the gates of the built-in rules are made of marks.

use super::numbers::canonical;

/// A set of marks.
#[derive(Clone, Debug)]
pub struct Marks {
    bits: Vec<u64>,
}

impl Default for Marks {
    fn default() -> Self {
        let bits = vec![0; 1 << 10];
        Self { bits }
    }
}

impl Extend<u16> for Marks {
    fn extend<I: IntoIterator<Item = u16>>(&mut self, marks: I) {
        for mark in marks {
            if let Some(word) = self.bits.get_mut(usize::from(mark >> 6)) {
                *word |= 1 << (mark & 63);
            }
        }
    }
}

impl Marks {
    /// Whether something has this mark.
    pub fn has(&self, mark: u16) -> bool {
        let word = self.bits.get(usize::from(mark >> 6));
        word.is_some_and(|word| word >> (mark & 63) & 1 == 1)
    }

    /// Whether the pieces of a text, `*` between them, may stand in a line; case does not matter.
    pub fn may_hold(&self, text: &str) -> bool {
        if !text.is_ascii() {
            let lowered = text.to_lowercase();
            return lowered
                .split('*')
                .flat_map(of_line)
                .all(|run| self.has(run));
        }
        let runs = text.as_bytes().windows(3);
        let runs = runs.filter(|run| !run.contains(&b'*'));
        runs.map(|run| of_run(run.iter().map(u8::to_ascii_lowercase)))
            .all(|run| self.has(run))
    }
}

/// The marks of a line in lower case, or a piece of one.
pub fn of_line(lowered: &str) -> impl Iterator<Item = u16> {
    let runs = lowered.as_bytes().windows(3);
    runs.map(|run| of_run(run.iter().copied()))
}

fn of_run(run: impl Iterator<Item = u8>) -> u16 {
    let number = run.fold(0u32, |n, b| n << 8 | u32::from(b));
    (number.wrapping_mul(0x9e37_79b1) >> 16) as u16
}

/// The mark of a number that answers this question, the same for all forms of a code.
pub fn of_number(question: &str, number: i64) -> u16 {
    of_fact(question, &canonical(number).to_le_bytes())
}

/// The mark of a name in lower case that answers this question; an empty one stands for any.
pub fn of_name(question: &str, lowered: &str) -> u16 {
    of_fact(question, lowered.as_bytes())
}

/// The marks of a piece of a name in lower case.
pub fn of_piece(question: &str, lowered: &str) -> impl Iterator<Item = u16> {
    let runs = lowered.as_bytes().windows(3);
    runs.map(move |run| of_fact(question, run))
}

/// The mark of facts that do not tell whether they are about .NET.
pub const UNKNOWN_DOTNET: u16 = 0;

/// FNV-1a, the upper half over the lower.
fn of_fact(question: &str, fact: &[u8]) -> u16 {
    let bytes = question.bytes().chain([0]).chain(fact.iter().copied());
    let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    (hash ^ hash >> 16) as u16
}

/// The longest run of plain letters that every match of a regular expression holds, as far as it is
/// seen without reading it: outside of groups and classes, and of one without choices.
pub fn plain_run(pattern: &str) -> Option<&str> {
    let bytes = pattern.as_bytes();
    let (mut depth, mut start, mut best) = (0u32, 0, 0..0);
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let plain = depth == 0 && (byte.is_ascii_alphanumeric() || *byte == b' ');
        if !plain {
            // A sign of repetition belongs to the letter before it.
            let end = at - usize::from(matches!(byte, b'?' | b'*' | b'{') && at > start);
            if end - start.min(end) > best.len() {
                best = start..end;
            }
            match byte {
                b'\\' => at += 1,
                b'(' | b'[' => depth += 1,
                b')' | b']' => depth = depth.saturating_sub(1),
                b'{' => at += bytes.get(at..)?.iter().position(|b| *b == b'}')?,
                b'|' if depth == 0 => return None,
                _ => {}
            }
            start = at + 1;
        }
        at += 1;
    }
    if bytes.len() - start.min(bytes.len()) > best.len() {
        best = start..bytes.len();
    }
    pattern.get(best).filter(|run| run.len() >= 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_ruled_out_that_holds_the_pieces() {
        let lines = ["local cached package 'a' is missing.", "überall*", ""];
        let mut marks = Marks::default();
        marks.extend(lines.into_iter().flat_map(of_line));
        for text in ["Cached package * is missing", "ÜBERALL", "al", "*", ""] {
            assert!(marks.may_hold(text), "{text}");
        }
        for text in ["cached patch", "cached package * was missing"] {
            assert!(!marks.may_hold(text), "{text}");
        }
    }

    #[test]
    fn numbers_are_marked_by_what_they_are() {
        let access_denied = of_number("code", 5);
        assert_eq!(of_number("code", 0x8007_0005), access_denied);
        assert_eq!(of_number("code", -2_147_024_891), access_denied);
        assert_ne!(of_number("code", 6), access_denied);
        assert_ne!(of_number("exit_code", 5), access_denied);
    }

    #[test]
    fn plain_letters_of_patterns() {
        for (pattern, run) in [
            (r"error \d+ in the file", Some(" in the file")),
            ("FIPS.{0,80}(crypt|krypt)", Some("FIPS")),
            ("colou?r bad", Some("r bad")),
            ("abcd*", Some("abc")),
            ("one|two", None),
            ("(abcdef)", None),
            (r"[abc]def\.ghij", Some("ghij")),
            (r"\p{Greek}xyz", Some("xyz")),
            ("ab", None),
        ] {
            assert_eq!(plain_run(pattern), run, "{pattern}");
        }
    }
}
