//! Text between marks, and digits.

/// Words that are looked for in many lines: they stand where their rarest letter does, and nothing is
/// built for a search, which costs more than the search itself.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// The words.
    pub text: &'static str,
    rarest: usize,
}

impl Words {
    /// The words, with the place of the letter that fewest lines have.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        let (mut left, mut at) = (text.as_bytes(), 0);
        let (mut rarest, mut least) = (0, u8::MAX);
        while let [byte, rest @ ..] = left {
            if commonness(*byte) < least {
                (rarest, least) = (at, commonness(*byte));
            }
            (left, at) = (rest, at + 1);
        }
        Self { text, rarest }
    }

    /// Where they stand in a text for the first time.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<usize> {
        let (words, text) = (self.text.as_bytes(), text.as_bytes());
        let Some(byte) = words.get(self.rarest) else {
            return Some(0);
        };
        let mut places = memchr::memchr_iter(*byte, text.get(self.rarest..)?);
        places.find(|at| text.get(*at..).is_some_and(|text| text.starts_with(words)))
    }

    /// What stands before and behind them.
    #[must_use]
    pub fn split<'a>(&self, text: &'a str) -> Option<(&'a str, &'a str)> {
        let at = self.find(text)?;
        Some((text.get(..at)?, text.get(at + self.text.len()..)?))
    }
}

/// How common a letter is in a log, roughly.
const fn commonness(byte: u8) -> u8 {
    match byte {
        b'q' | b'z' | b'j' | b'x' | b'*' | b'~' | b'(' | b'[' | b'=' | b'&' | b'%' | b'?' => 0,
        b'A'..=b'Z' | b',' | b'k' | b'v' | b'w' | b'b' | b'\'' => 1,
        b'f' | b'g' | b'h' | b'y' | b'p' | b'm' | b'u' => 2,
        b'a' | b'e' | b'i' | b'n' | b'o' | b's' | b't' | b'r' => 4,
        b' ' => 5,
        _ => 3,
    }
}

/// A text without blanks around it, which most have not.
#[must_use]
pub fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// What stands behind a mark.
#[must_use]
pub fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.split_once(mark).map(|(_, tail)| tail)
}

/// What stands before a mark, or all where there is none.
#[must_use]
pub fn until<'a>(text: &'a str, mark: &str) -> &'a str {
    text.split_once(mark).map_or(text, |(head, _)| head)
}

/// What stands between two marks.
#[must_use]
pub fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    let (_, tail) = text.split_once(from)?;
    tail.split_once(to).map(|(inner, _)| inner)
}

/// The number that a text begins with, of so many digits at the most, and the rest.
#[must_use]
pub fn digits_of(text: &str, most: usize) -> Option<(u64, &str)> {
    let (mut value, mut end) = (0u64, 0);
    for digit in text.bytes().take(most).take_while(u8::is_ascii_digit) {
        value = value
            .checked_mul(10)?
            .checked_add(u64::from(digit - b'0'))?;
        end += 1;
    }
    Some((value, text.get(end..)?)).filter(|_| end > 0)
}

/// The last part of a path; copies of a log can lack the strokes but not the drive's colon.
#[must_use]
pub fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\', ':']).next().unwrap_or(path)
}

/// The processor that a text names among its words.
#[must_use]
pub fn arch(text: &str) -> Option<String> {
    let words = text.split([' ', '-']);
    let is_word = |arch: &&str| words.clone().any(|word| word.eq_ignore_ascii_case(arch));
    let known = ["arm64", "x64", "x86"].into_iter().find(is_word);
    known.map(str::to_owned)
}

/// A text without the marks around it.
#[must_use]
pub fn unquoted(text: &str) -> &str {
    let text = text.strip_prefix('\'').unwrap_or(text);
    text.strip_suffix('\'').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_where_a_plain_search_finds_them() {
        const ALL: [Words; 7] = [
            Words::new(": "),
            Words::new("aab"),
            Words::new(", state: "),
            Words::new("eturn"),
            Words::new("Ö "),
            Words::new("x"),
            Words::new(""),
        ];
        for words in ALL {
            for text in [
                "",
                ":",
                "a: b: c",
                "aaab, state: , state: ",
                "returned return",
                "ÖÖ ÄÖ x",
                "eturx",
            ] {
                assert_eq!(words.find(text), text.find(words.text), "{words:?} {text}");
                assert_eq!(
                    words.split(text),
                    text.split_once(words.text),
                    "{words:?} {text}"
                );
            }
        }
    }
}
