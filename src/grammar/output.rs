//! Lines that are surely nothing but text, told by a few letters: what programs write into a log is
//! long, and would be held to the words of all languages line by line.

use std::sync::LazyLock;

use super::{bare, event_log, language, sentence};

/// How lines begin that are more than text, beside those of the tables.
const BEGINNINGS: [&str; 15] = [
    "=== ",
    "******* ",
    "Product: ",
    "Property(",
    "Windows Installer ",
    "CustomAction ",
    "Action ",
    "Error ",
    "Internal Error ",
    "Info ",
    "DEBUG: Error ",
    "Warning ",
    "The installer ",
    "MSI ",
    "SI (",
];

/// The first letters of all that is more than text.
static FIRST: LazyLock<First> = LazyLock::new(|| First::of(beginnings()));

fn beginnings() -> impl Iterator<Item = &'static str> {
    let words = language::beginnings().chain(sentence::beginnings());
    let words = words.chain(bare::beginnings());
    words.chain(event_log::beginnings()).chain(BEGINNINGS)
}

/// Letters that are looked at, of long words and of short ones.
const LONG: usize = 8;
const SHORT: usize = 3;

#[derive(Default)]
struct First {
    long: Bits,
    short: Bits,
    /// First letters of all words, as bits: hardly any clock or mark begins so.
    begin: [u64; 4],
    /// Those of words that are shorter still.
    alone: [u64; 4],
}

impl First {
    fn of<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let mut first = Self::default();
        for word in words.map(str::as_bytes) {
            set(&mut first.begin, word.first());
            if let Some(letters) = word.first_chunk::<LONG>() {
                first.long.add(u64::from_le_bytes(*letters));
            } else if let Some(letters) = word.first_chunk() {
                first.short.add(short(*letters));
            } else {
                set(&mut first.alone, word.first());
            }
        }
        first
    }

    /// Whether some word begins so; some other letters fall together with those of words.
    fn may_begin(&self, letters: [u8; LONG]) -> bool {
        let [a, b, c, ..] = letters;
        has(&self.begin, a)
            && (self.long.may_have(u64::from_le_bytes(letters))
                || self.short.may_have(short([a, b, c]))
                || has(&self.alone, a))
    }
}

fn set(bits: &mut [u64; 4], byte: Option<&u8>) {
    if let Some((byte, bits)) = byte.and_then(|b| Some((b, bits.get_mut(usize::from(b >> 6))?))) {
        *bits |= 1 << (byte & 63);
    }
}

fn has(bits: &[u64; 4], byte: u8) -> bool {
    bits.get(usize::from(byte >> 6))
        .is_none_or(|bits| bits >> (byte & 63) & 1 != 0)
}

fn short([a, b, c]: [u8; SHORT]) -> u64 {
    u64::from_le_bytes([a, b, c, 0, 0, 0, 0, 0])
}

/// A set of numbers that now and then takes another one for its own.
struct Bits([u64; 128]);

impl Default for Bits {
    fn default() -> Self {
        Self([0; 128])
    }
}

impl Bits {
    fn place(number: u64) -> (usize, u64) {
        let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 51;
        ((mixed >> 6) as usize, 1 << (mixed & 63))
    }

    fn add(&mut self, number: u64) {
        let (place, bit) = Self::place(number);
        if let Some(bits) = self.0.get_mut(place) {
            *bits |= bit;
        }
    }

    fn may_have(&self, number: u64) -> bool {
        let (place, bit) = Self::place(number);
        self.0.get(place).is_none_or(|bits| bits & bit != 0)
    }
}

/// Whether a line is surely nothing but text.
pub fn is_output(line: &str) -> bool {
    let bytes = line.as_bytes();
    let Some(letters) = bytes.first_chunk::<LONG>() else {
        return false;
    };
    // Blanks and colons before a word are passed over, and what is told by its shape ends in a number.
    let plain = letters.first().is_some_and(u8::is_ascii_graphic) && letters.first() != Some(&b':');
    let last = bytes.iter().rfind(|byte| !matches!(byte, b'.' | b' '));
    plain
        && !FIRST.may_begin(*letters)
        && !last.is_none_or(u8::is_ascii_digit)
        && line.is_ascii()
        && !event_log::may_name_product(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::{Body, plain};

    fn words() -> Vec<&'static str> {
        beginnings().collect()
    }

    #[test]
    fn no_word_is_passed_over() {
        assert!(words().iter().all(|word| !word.is_empty()));
        for word in words() {
            assert!(!is_output(&format!("{word} something")), "{word}");
        }
    }

    #[test]
    fn what_programs_write_is_told() {
        let lines = [
            "WixQuietExec:  the port is taken",
            "[05/04/2026, 10:11:12] Setup.exe: looking for a component",
            "InstallShield 10:11:12: Extracting the file a.ini to C:\\Temp",
            "<span class=\"time\">10:11:12</span>",
            "ExecSecureObjects:  Entering the function",
        ];
        let told = lines.iter().filter(|line| is_output(line)).count();
        assert_eq!(told, lines.len());
    }

    /// In the logs of all fixtures nothing is taken for text that is more.
    #[test]
    fn no_line_of_a_fixture_is_passed_over() {
        let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
        let mut told = 0;
        for folder in std::fs::read_dir(fixtures).unwrap() {
            let Ok(bytes) = std::fs::read(folder.unwrap().path().join("install.log")) else {
                continue;
            };
            let encoding = crate::text::sniff(&bytes).0;
            let mut text = String::with_capacity(bytes.len() * 3);
            let _ = encoding.decoder().decode_to_string(&bytes, &mut text, true);
            for line in text.lines().filter(|line| is_output(line)) {
                told += 1;
                assert_eq!(plain::in_full(line), Body::Text(line));
            }
        }
        assert!(told > 100, "{told}");
    }

    proptest::proptest! {
        /// The quick way says what the long way says.
        #[test]
        fn what_is_told_is_text(
            before in "[ >:\u{a0}*]{0,2}",
            word in proptest::sample::select(words()),
            cut in 0usize..40,
            tail in "[ :.a-z]{0,3}(10:11:12)?[ :.]{0,2}[A-Za-zä]{0,8}(Product: | -- |: |Message)?[a-z. ]{0,9}(: 3|1603|\\.)?",
        ) {
            let word: String = word.chars().take(cut).collect();
            let line = format!("{before}{word}{tail}");
            if is_output(&line) {
                proptest::prop_assert_eq!(plain::in_full(&line), Body::Text(&line));
            }
        }
    }
}
