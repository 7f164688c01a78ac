//! The three ways in which a rule looks at text: names, pieces of lines, regular expressions.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

/// A name, in which `*` stands for anything; upper and lower case are the same.
#[derive(Clone, Debug)]
pub(super) struct Name {
    /// As it was written.
    pub text: String,
    lowered: String,
}

impl Name {
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            lowered: text.to_lowercase(),
        }
    }

    /// The name, where it is one and not a shape of names.
    pub fn literal(&self) -> Option<&str> {
        (!self.lowered.contains('*')).then_some(self.lowered.as_str())
    }

    /// Whether the whole name fits.
    pub fn fits(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        let mut pieces = self.lowered.split('*');
        let Some(rest) = pieces.next().and_then(|first| name.strip_prefix(first)) else {
            return false;
        };
        let Some(last) = pieces.next_back() else {
            return rest.is_empty();
        };
        let Some(middle) = rest.strip_suffix(last) else {
            return false;
        };
        holds_in_order(middle, pieces)
    }
}

/// A piece of a line; `*` stands for anything between two pieces; case does not matter.
#[derive(Clone, Debug)]
pub(super) struct LineText {
    // Nothing is made ready of it: most texts are ruled out by their first letters.
    pub text: String,
}

impl LineText {
    pub fn new(text: &str) -> Self {
        let text = text.to_owned();
        Self { text }
    }

    /// `false` where none of the lines can hold the pieces: most rules are ruled out by this, and
    /// a search in every line costs a hundred times as much.
    pub fn may_be_in(&self, lines: &Trigrams) -> bool {
        lines.may_hold(&self.text)
    }

    /// Whether one of the lines, given in lower case, holds the pieces in order.
    pub fn is_in_one<'l>(&self, mut lowered_lines: impl Iterator<Item = &'l str>) -> bool {
        let lowered = self.text.to_lowercase();
        lowered_lines.any(|line| holds_in_order(line, lowered.split('*')))
    }
}

/// Which runs of three bytes some lines hold: a set that may say yes where it should say no.
#[derive(Clone, Debug)]
pub(super) struct Trigrams {
    bits: Vec<u64>,
}

impl Trigrams {
    /// Those of lines in lower case.
    pub fn of(lines: &[String]) -> Self {
        let mut bits = vec![0u64; 1 << 10];
        for trigram in lines.iter().flat_map(|line| trigrams(line)) {
            if let Some(word) = bits.get_mut(usize::from(trigram >> 6)) {
                *word |= 1 << (trigram & 63);
            }
        }
        Self { bits }
    }

    /// Whether the pieces of a text, `*` between them, may stand in a line; case does not matter.
    fn may_hold(&self, text: &str) -> bool {
        if !text.is_ascii() {
            let lowered = text.to_lowercase();
            return lowered
                .split('*')
                .flat_map(trigrams)
                .all(|run| self.has(run));
        }
        let runs = text
            .as_bytes()
            .windows(3)
            .filter(|run| !run.contains(&b'*'));
        runs.map(|run| trigram(run.iter().map(u8::to_ascii_lowercase)))
            .all(|run| self.has(run))
    }

    fn has(&self, trigram: u16) -> bool {
        let word = self.bits.get(usize::from(trigram >> 6));
        word.is_some_and(|word| word >> (trigram & 63) & 1 == 1)
    }
}

/// A number of 16 bits for each run of three bytes.
fn trigrams(text: &str) -> impl Iterator<Item = u16> {
    text.as_bytes()
        .windows(3)
        .map(|run| trigram(run.iter().copied()))
}

fn trigram(run: impl Iterator<Item = u8>) -> u16 {
    let number = run.fold(0u32, |n, b| n << 8 | u32::from(b));
    (number.wrapping_mul(0x9e37_79b1) >> 16) as u16
}

fn holds_in_order<'p>(text: &str, mut pieces: impl Iterator<Item = &'p str>) -> bool {
    let rest = pieces.try_fold(text, |rest, piece| {
        let start = rest.find(piece)?;
        rest.get(start + piece.len()..)
    });
    rest.is_some()
}

/// A regular expression, compiled when first needed; case does not matter.
#[derive(Clone)]
pub(super) struct Pattern {
    pub text: String,
    /// Place in the rule file, in bytes.
    pub offset: usize,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub fn new(text: &str, offset: usize) -> Self {
        Self {
            text: text.to_owned(),
            offset,
            compiled: OnceLock::new(),
        }
    }

    /// Says what is wrong with the pattern, if anything.
    pub fn problem(&self) -> Option<String> {
        let regex = match build(&self.text) {
            Ok(regex) => regex,
            Err(error) => return Some(error.to_string().replace('\n', " ")),
        };
        // The examples come next, and building it takes longer than all of them.
        let _ = self.compiled.set(Some(regex.clone()));
        // Not a proof, but these probes hold every kind of place at which nothing can match.
        let probes = ["", "a", " a1. ", "-"];
        let empty = probes
            .iter()
            .any(|probe| regex.find_iter(probe).any(|m| m.is_empty()));
        empty.then(|| "it can match nothing at all, so it would match every line".to_owned())
    }

    /// `false` where none of the lines can match, as the plain text in the pattern tells: compiling
    /// it costs more than all other questions of a rule together.
    pub fn may_be_in(&self, lines: &Trigrams) -> bool {
        plain_run(&self.text).is_none_or(|run| lines.may_hold(run))
    }

    /// Whether a line matches. A pattern that does not compile matches nothing.
    pub fn is_in(&self, line: &str) -> bool {
        let regex = self.compiled.get_or_init(|| build(&self.text).ok());
        regex.as_ref().is_some_and(|regex| regex.is_match(line))
    }
}

/// What the rule says, whether it was needed yet or not: two patterns that say the same look the
/// same at any time.
impl std::fmt::Debug for Pattern {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Pattern")
            .field("text", &self.text)
            .field("offset", &self.offset)
            .finish_non_exhaustive()
    }
}

/// The longest run of plain letters that every match holds, as far as it is seen without reading the
/// pattern: outside of groups and classes, and of a pattern without choices.
fn plain_run(pattern: &str) -> Option<&str> {
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

fn build(text: &str) -> Result<Regex, regex::Error> {
    // The limit keeps a user's file from taking the memory of the machine.
    RegexBuilder::new(text)
        .case_insensitive(true)
        .size_limit(1 << 20)
        .build()
}

#[cfg(test)]
mod tests {
    use super::{LineText, Name, Pattern, Trigrams};

    #[test]
    fn names_fit_as_a_whole() {
        assert!(Name::new("LodCtr_*").fits("lodctr_system"));
        assert!(Name::new("*.3643236F_*").fits("InstallAssembly.3643236F_FC70"));
        assert!(Name::new("StartServices").fits("STARTSERVICES"));
        assert!(!Name::new("StartServices").fits("StartServices2"));
        assert!(!Name::new("a*a").fits("a"));
        assert!(Name::new("*").fits(""));
    }

    #[test]
    fn pieces_of_lines_stand_in_order() {
        assert!(
            LineText::new("Couldn't find local patch ''")
                .is_in_one(["x: couldn't find local patch ''. y"].into_iter())
        );
        assert!(
            LineText::new("cached package * is missing")
                .is_in_one(["local cached package 'a' is missing."].into_iter())
        );
        assert!(!LineText::new("b*a").is_in_one(["a b"].into_iter()));
    }

    #[test]
    fn no_line_is_ruled_out_that_holds_the_pieces() {
        let lines = ["local cached package 'a' is missing.", "überall*", ""].map(str::to_owned);
        let trigrams = Trigrams::of(&lines);
        for text in ["Cached package * is missing", "ÜBERALL", "al", "*", ""] {
            assert!(LineText::new(text).may_be_in(&trigrams), "{text}");
        }
        for text in ["cached patch", "cached package * was missing"] {
            assert!(!LineText::new(text).may_be_in(&trigrams), "{text}");
        }
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
            assert_eq!(super::plain_run(pattern), run, "{pattern}");
        }
    }

    #[test]
    fn patterns_that_match_nothing_at_all_are_refused() {
        for text in ["x*", "", r"\b", "a|", "$"] {
            assert!(Pattern::new(text, 0).problem().is_some(), "{text}");
        }
        assert_eq!(Pattern::new(r"error \d+", 0).problem(), None);
        assert!(Pattern::new("(", 0).problem().is_some());
        assert!(Pattern::new(r"ERROR \d", 0).is_in("an error 5"));
    }
}
