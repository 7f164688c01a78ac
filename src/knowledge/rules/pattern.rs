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
    pub text: String,
    lowered: String,
    /// A line that holds the pieces has these.
    trigrams: Vec<u16>,
}

impl LineText {
    pub fn new(text: &str) -> Self {
        let lowered = text.to_lowercase();
        let mut of_pieces = Vec::with_capacity(lowered.len());
        of_pieces.extend(lowered.split('*').flat_map(trigrams));
        Self {
            text: text.to_owned(),
            lowered,
            trigrams: of_pieces,
        }
    }

    /// `false` where none of the lines can hold the pieces: most rules are ruled out by this, and
    /// a search in every line costs a hundred times as much.
    pub fn may_be_in(&self, lines: &Trigrams) -> bool {
        self.trigrams.iter().all(|trigram| lines.has(*trigram))
    }

    /// Whether a line, given in lower case, holds the pieces in order.
    pub fn is_in(&self, lowered_line: &str) -> bool {
        holds_in_order(lowered_line, self.lowered.split('*'))
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

    fn has(&self, trigram: u16) -> bool {
        let word = self.bits.get(usize::from(trigram >> 6));
        word.is_some_and(|word| word >> (trigram & 63) & 1 == 1)
    }
}

/// A number of 16 bits for each run of three bytes.
fn trigrams(text: &str) -> impl Iterator<Item = u16> {
    text.as_bytes().windows(3).map(|run| {
        let number = run.iter().fold(0u32, |n, b| n << 8 | u32::from(*b));
        (number.wrapping_mul(0x9e37_79b1) >> 16) as u16
    })
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
        // Not a proof, but these probes hold every kind of place at which nothing can match.
        let probes = ["", "a", " a1. ", "-"];
        let empty = probes
            .iter()
            .any(|probe| regex.find_iter(probe).any(|m| m.is_empty()));
        empty.then(|| "it can match nothing at all, so it would match every line".to_owned())
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
                .is_in("x: couldn't find local patch ''. y")
        );
        assert!(
            LineText::new("cached package * is missing")
                .is_in("local cached package 'a' is missing.")
        );
        assert!(!LineText::new("b*a").is_in("a b"));
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
    fn patterns_that_match_nothing_at_all_are_refused() {
        for text in ["x*", "", r"\b", "a|", "$"] {
            assert!(Pattern::new(text, 0).problem().is_some(), "{text}");
        }
        assert_eq!(Pattern::new(r"error \d+", 0).problem(), None);
        assert!(Pattern::new("(", 0).problem().is_some());
        assert!(Pattern::new(r"ERROR \d", 0).is_in("an error 5"));
    }
}
