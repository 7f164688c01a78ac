//! What was learned so far: which value has which stand-in, and which names are looked for in
//! every sentence.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::data::DATA;
use super::keys;
use super::kind::{Kind, fold};

/// Values that are longer are not looked for elsewhere; nobody repeats them by hand. In bytes.
const MAX_VALUE: usize = 4096;

/// Most values that are remembered, so that memory stays bounded: those beyond are replaced with a
/// stand-in without a number of their own.
const MAX_VALUES: usize = 200_000;

/// Stand-ins by value, and the words that are looked for.
#[derive(Debug, Default, Clone)]
pub(super) struct Names {
    stand_ins: HashMap<(Option<Kind>, String), (Kind, usize)>,
    counts: HashMap<Kind, usize>,
    /// Names by their first word, in lower case.
    words: HashMap<String, Vec<Name>>,
    /// Lengths of first words in letters, as bits: most words are passed over with it.
    lengths: u64,
    /// Names in writing without blanks between words; they are found anywhere.
    anywhere: Vec<(String, Kind)>,
    /// What was learned, in its order.
    learned: Vec<(Kind, String)>,
    /// Versions that look like addresses.
    versions: HashSet<String>,
}

/// A name that is looked for.
#[derive(Debug, Clone)]
struct Name {
    /// In lower case.
    text: String,
    /// Where its first word begins in it, in bytes.
    lead: usize,
    kind: Kind,
}

impl Names {
    /// The kind and number of a value; the same value always gets the same.
    pub fn number(&mut self, kind: Kind, value: &str) -> (Kind, usize) {
        let key = (
            (!kind.is_name()).then_some(kind),
            if kind == Kind::Secret || kind == Kind::Key {
                value.to_owned()
            } else {
                fold(value).into_owned()
            },
        );
        if let Some(known) = self.stand_ins.get(&key) {
            return *known;
        }
        if self.stand_ins.len() >= MAX_VALUES || value.len() > MAX_VALUE {
            return (kind, 0);
        }
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        let given = (kind, *count);
        self.stand_ins.insert(key, given);
        given
    }

    /// Makes a second name for the same thing: `fs01` for `fs01.example.org`.
    fn alias(&mut self, value: &str, given: (Kind, usize)) {
        if self.stand_ins.len() < MAX_VALUES {
            let key = (None, fold(value).into_owned());
            self.stand_ins.entry(key).or_insert(given);
        }
    }

    /// Takes note that this is a version and no address.
    pub fn learn_version(&mut self, value: &str) {
        if is_four_numbers(value) && self.versions.len() < MAX_VALUES {
            self.versions.insert(value.to_owned());
        }
    }

    /// Whether this was learned to be a version.
    pub fn is_version(&self, value: &str) -> bool {
        self.versions.contains(value)
    }

    /// Learns what another one has learned, in its order.
    pub fn absorb(&mut self, other: &Self) {
        for (kind, value) in &other.learned {
            self.learn(*kind, value);
        }
        for version in &other.versions {
            self.learn_version(version);
        }
    }

    /// How many values of a kind there are.
    pub fn count(&self, kind: Kind) -> usize {
        self.counts.get(&kind).copied().unwrap_or(0)
    }

    /// Takes note of a value, so that it is known wherever it stands.
    pub fn learn(&mut self, kind: Kind, value: &str) {
        let value = value.trim();
        if value.is_empty() || value.len() > MAX_VALUE {
            return;
        }
        let before = self.stand_ins.len();
        let given = self.number(kind, value);
        if given.1 > 0 {
            self.look_for(given.0, value);
        }
        if self.stand_ins.len() > before {
            self.learned.push((kind, value.to_owned()));
        }
        if matches!(kind, Kind::Machine | Kind::Server)
            && let Some((host, domain)) = value.split_once('.')
            && host.chars().any(char::is_alphabetic)
        {
            self.alias(host, given);
            self.look_for(given.0, host);
            if domain.contains('.') && domain.chars().any(char::is_alphabetic) {
                self.learn(Kind::Domain, domain);
            }
        }
    }

    /// Lets a value be found in every sentence, where that does more good than harm.
    fn look_for(&mut self, kind: Kind, value: &str) {
        let value = value.trim_matches(|c: char| kind.is_name() && !c.is_alphanumeric());
        let text = fold(value).into_owned();
        if text.chars().any(is_unspaced) {
            let known = self.anywhere.iter().any(|(name, _)| *name == text);
            if !known && text.chars().count() > 1 && self.anywhere.len() < 1000 {
                self.anywhere.push((text, kind));
            }
            return;
        }
        if !is_telling(kind, &text) {
            return;
        }
        let Some(lead) = text.find(char::is_alphanumeric) else {
            return;
        };
        let tail = text.get(lead..).unwrap_or("");
        let first: String = tail.chars().take_while(|c| c.is_alphanumeric()).collect();
        self.lengths |= bit(first.chars().count());
        let names = self.words.entry(first).or_default();
        if !names.iter().any(|name| name.text == text) {
            names.push(Name { text, lead, kind });
            // The longest is tried first.
            names.sort_by_key(|name| std::cmp::Reverse(name.text.len()));
        }
    }

    /// Calls `found` for every learned name, from left to right; they do not overlap.
    pub fn find(&self, text: &str, mut found: impl FnMut(Range<usize>, Kind)) {
        if self.words.is_empty() && (self.anywhere.is_empty() || text.is_ascii()) {
            return;
        }
        let folded = Folded::of(text);
        let mut done = 0;
        let mut hits = Vec::new();
        for (start, word) in words(&folded.text) {
            if start < done || self.lengths & bit(word.chars().count()) == 0 {
                continue;
            }
            let Some(names) = self.words.get(word) else {
                continue;
            };
            for name in names {
                if let Some((from, to)) = name.at(&folded.text, start, done) {
                    done = to;
                    hits.push((from, to, name.kind));
                    break;
                }
            }
        }
        if !text.is_ascii() {
            self.find_anywhere(&folded.text, &mut hits);
        }
        for (start, end, kind) in hits {
            found(folded.original(start)..folded.original(end), kind);
        }
    }

    fn find_anywhere(&self, text: &str, hits: &mut Vec<(usize, usize, Kind)>) {
        for (name, kind) in &self.anywhere {
            for (start, _) in text.match_indices(name.as_str()) {
                let end = start + name.len();
                if hits.iter().all(|hit| hit.1 <= start || end <= hit.0) {
                    hits.push((start, end, *kind));
                }
            }
        }
        hits.sort_unstable_by_key(|hit| hit.0);
    }

    /// The kind of a name that was learned, whatever its case.
    pub fn kind_of(&self, value: &str) -> Option<Kind> {
        let key = (None, fold(value).into_owned());
        self.stand_ins.get(&key).map(|given| given.0)
    }
}

impl Name {
    /// Where it lies in a text whose word at `start` is its first one; not before `from`.
    fn at(&self, text: &str, start: usize, from: usize) -> Option<(usize, usize)> {
        let begin = start
            .checked_sub(self.lead)
            .filter(|begin| *begin >= from)?;
        let rest = text.get(begin..)?;
        if !rest.starts_with(self.text.as_str()) {
            return None;
        }
        let end = begin + self.text.len();
        let inner = self.text.ends_with(char::is_alphanumeric);
        let next = text.get(end..)?.chars().next();
        let whole = !inner || !next.is_some_and(char::is_alphanumeric);
        whole.then_some((begin, end))
    }
}

fn is_four_numbers(value: &str) -> bool {
    value.split('.').count() == 4 && value.bytes().all(|b| b == b'.' || b.is_ascii_digit())
}

/// Whether a value stands for itself in a sentence.
fn is_telling(kind: Kind, folded: &str) -> bool {
    let letters = folded.chars().count();
    let digits = folded.chars().filter(char::is_ascii_digit).count();
    let alphanumeric = folded.chars().filter(|c| c.is_alphanumeric()).count();
    if DATA.ordinary.contains(folded) || keys::is_well_known(folded) {
        return false;
    }
    match kind {
        Kind::Company => false,
        // A password such as `winter` is a word as well; one that nobody would write in a sentence
        // is not. Nothing but digits may be any number of the log.
        Kind::Secret | Kind::Key => {
            let mixed = digits > 0 || alphanumeric < letters;
            alphanumeric >= 4 && digits < letters && (letters >= 10 || (letters >= 6 && mixed))
        }
        _ => alphanumeric >= 3 && digits < alphanumeric,
    }
}

/// Writing without blanks between words: Chinese, Japanese, Korean with its endings, Thai.
fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c), 0x0E00..=0x0E7F | 0x2E80..=0xA4CF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF)
}

fn bit(length: usize) -> u64 {
    1 << length.min(63)
}

/// The words of a text with their places in bytes.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let all = text.split(|c: char| !c.is_alphanumeric());
    all.filter(|word| !word.is_empty())
        .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

/// A text in lower case, and where its letters were. Lower case may take more or fewer bytes.
struct Folded {
    text: String,
    /// Places in `text` and in the original where they begin to differ by another amount.
    shifts: Vec<(usize, usize)>,
}

impl Folded {
    fn of(text: &str) -> Self {
        if text.is_ascii() {
            return Self {
                text: text.to_ascii_lowercase(),
                shifts: Vec::new(),
            };
        }
        let mut folded = String::with_capacity(text.len());
        let mut shifts = Vec::new();
        for (at, c) in text.char_indices() {
            let before = folded.len();
            folded.extend(c.to_lowercase());
            if folded.len() - before != c.len_utf8() {
                shifts.push((folded.len(), at + c.len_utf8()));
            }
        }
        Self {
            text: folded,
            shifts,
        }
    }

    /// The place in the original.
    fn original(&self, at: usize) -> usize {
        let behind = self.shifts.partition_point(|shift| shift.0 <= at);
        let shift = behind.checked_sub(1).and_then(|last| self.shifts.get(last));
        shift.map_or(at, |(folded, original)| original + (at - folded))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(names: &Names, text: &str) -> Vec<String> {
        let mut all = Vec::new();
        names.find(text, |hit, _| all.push(text[hit].to_owned()));
        all
    }

    #[test]
    fn names_are_whole_words_in_any_case() {
        let mut names = Names::default();
        for name in ["Müller", "John Smith", "a.b+c", "test", "ab"] {
            names.learn(Kind::User, name);
        }
        assert_eq!(hits(&names, "für MÜLLER, Müllerin"), ["MÜLLER"]);
        assert_eq!(hits(&names, "İ john smith."), ["john smith"]);
        assert_eq!(hits(&names, "John Smithers"), [""; 0]);
        assert_eq!(hits(&names, "x A.B+C y a.b"), ["A.B+C"]);
        assert_eq!(hits(&names, "the latest test of ab"), [""; 0]);
    }

    #[test]
    fn names_without_blanks_around_are_found() {
        let mut names = Names::default();
        names.learn(Kind::User, "山田");
        assert_eq!(hits(&names, "ユーザー山田が"), ["山田"]);
    }

    #[test]
    fn a_value_has_one_stand_in() {
        let mut names = Names::default();
        assert_eq!(names.number(Kind::Machine, "PC7"), (Kind::Machine, 1));
        assert_eq!(names.number(Kind::Server, "pc7"), (Kind::Machine, 1));
        assert_eq!(names.number(Kind::Server, "pc8"), (Kind::Server, 1));
        assert_eq!(names.number(Kind::Ip, "pc7"), (Kind::Ip, 1));
        names.learn(Kind::Server, "fs01.corp.example.org");
        assert_eq!(names.number(Kind::Machine, "FS01"), (Kind::Server, 2));
    }
}
