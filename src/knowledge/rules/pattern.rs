//! The three ways in which a rule looks at text: names, pieces of lines, regular expressions.

use std::sync::OnceLock;

use regex_automata::meta::{Config, Regex};
use regex_syntax::ParserBuilder;

use super::marks::{Marks, plain_run};

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
    pub fn may_be_in(&self, lines: &Marks) -> bool {
        lines.may_hold(&self.text)
    }

    /// Whether one of the lines, given in lower case, holds the pieces in order.
    pub fn is_in_one<'l>(&self, mut lowered_lines: impl Iterator<Item = &'l str>) -> bool {
        let lowered = self.text.to_lowercase();
        lowered_lines.any(|line| holds_in_order(line, lowered.split('*')))
    }
}

fn holds_in_order<'p>(text: &str, mut pieces: impl Iterator<Item = &'p str>) -> bool {
    let rest = pieces.try_fold(text, |rest, piece| {
        let start = rest.find(piece)?;
        rest.get(start + piece.len()..)
    });
    rest.is_some()
}

/// What a compiled pattern may take, in bytes: a user's file must not take the memory of the machine.
const MOST_MEMORY: usize = 1 << 20;

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
        let (regex, least) = match build(&self.text) {
            Ok(built) => built,
            Err(problem) => return Some(problem.replace('\n', " ")),
        };
        // The examples come next, and building it takes longer than all of them.
        let _ = self.compiled.set(Some(regex));
        let empty = least == Some(0);
        empty.then(|| "it can match nothing at all, so it would match every line".to_owned())
    }

    #[cfg(test)]
    pub fn is_compiled(&self) -> bool {
        self.compiled.get().is_some()
    }

    /// Drops what was compiled until it is needed again: it takes a hundred times the memory of its text.
    pub fn forget(&mut self) {
        self.compiled = OnceLock::new();
    }

    /// `false` where none of the lines can match, as the plain text in the pattern tells: compiling
    /// it costs more than all other questions of a rule together.
    pub fn may_be_in(&self, lines: &Marks) -> bool {
        plain_run(&self.text).is_none_or(|run| lines.may_hold(run))
    }

    /// Whether a line matches. A pattern that does not compile matches nothing.
    pub fn is_in(&self, line: &str) -> bool {
        let regex = self
            .compiled
            .get_or_init(|| build(&self.text).ok().map(|(regex, _)| regex));
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

/// The regular expression, and the length of its shortest match in bytes. It is tried on a few lines
/// at the most, so it is one that is built fast: what makes a search fast in long texts is left out.
fn build(text: &str) -> Result<(Regex, Option<usize>), String> {
    let mut parser = ParserBuilder::new();
    let parsed = parser.case_insensitive(true).build().parse(text);
    let parsed = parsed.map_err(|error| error.to_string())?;
    let config = Config::new()
        .auto_prefilter(false)
        .hybrid(false)
        .dfa(false)
        .onepass(false)
        .nfa_size_limit(Some(MOST_MEMORY));
    let built = Regex::builder().configure(config).build_from_hir(&parsed);
    let regex = built.map_err(|error| match error.size_limit() {
        Some(limit) => format!("it takes more than {limit} bytes when it is compiled"),
        None => error.to_string(),
    })?;
    Ok((regex, parsed.properties().minimum_len()))
}

#[cfg(test)]
mod tests {
    use super::{LineText, Name, Pattern};

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
    fn patterns_that_match_nothing_at_all_are_refused() {
        for text in ["x*", "", r"\b", "a|", "$"] {
            assert!(Pattern::new(text, 0).problem().is_some(), "{text}");
        }
        assert_eq!(Pattern::new(r"error \d+", 0).problem(), None);
        assert!(Pattern::new("(", 0).problem().is_some());
        let large = Pattern::new(r"error (\w{90}){90}", 0).problem().unwrap();
        assert!(large.contains("more than 1048576 bytes"), "{large}");
        assert!(Pattern::new(r"ERROR \d", 0).is_in("an error 5"));
    }
}
