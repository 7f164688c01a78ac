//! What was learned so far: which value has which stand-in, and which names are looked for in
//! every sentence.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::data::DATA;
use super::keys;
use super::kind::{Kind, fold};
use super::search::{self, Search};

/// Values that are longer are not looked for elsewhere; nobody repeats them by hand. In bytes.
const MAX_VALUE: usize = 4096;

/// What ends a folder in a path; an archive is the folder of its entries.
const FOLDER_ENDS: [&str; 7] = ["/", "\\", "!", ".zip", ".7z", ".cab", ".tar"];

/// Most values that are remembered, so that memory stays bounded: those beyond are replaced with a
/// stand-in without a number of their own.
const MAX_VALUES: usize = 200_000;

/// Stand-ins by value, and the names that are looked for.
#[derive(Debug, Default, Clone)]
pub(super) struct Names {
    stand_ins: HashMap<(Option<Kind>, String), (Kind, usize)>,
    counts: HashMap<Kind, usize>,
    looked_for: Search,
    /// What was learned, in its order.
    learned: Vec<(Kind, String)>,
    /// Folders that are called as machines are.
    folders: Vec<String>,
    /// Versions that look like addresses.
    versions: HashSet<String>,
    /// Words of products, which sentences are about.
    products: HashSet<String>,
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

    /// Takes note of what a property says: versions look like addresses, and the name of a product is
    /// nobody's name.
    pub fn learn_fact(&mut self, property: &str, value: &str) {
        let end = property
            .len()
            .checked_sub("version".len())
            .and_then(|at| property.get(at..));
        if end.is_some_and(|end| end.eq_ignore_ascii_case("version")) {
            self.learn_version(value);
        }
        if matches!(
            property,
            "ProductName" | "Manufacturer" | "WixBundleName" | "WixBundleManufacturer"
        ) && self.products.len() < MAX_VALUES
            && value.len() < 256
        {
            let folded = fold(value);
            let words = folded.split(|c: char| !c.is_alphanumeric());
            let words = words.filter(|word| word.chars().count() > 2);
            self.products.extend(words.map(str::to_owned));
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
        for folder in &other.folders {
            self.learn_folder(folder);
        }
        self.products.extend(other.products.iter().cloned());
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
        self.look_for_parts(kind, value, given);
    }

    /// Lets the parts of a name be found, where each of them is a name as well: `Konstanze` of
    /// `Konstanze Wren`, the machine of `machine.example.org`.
    fn look_for_parts(&mut self, kind: Kind, value: &str, given: (Kind, usize)) {
        let mut parts = Vec::new();
        match kind {
            Kind::User => {
                let words: Vec<&str> = value.split([' ', '.']).collect();
                let dotted = value.contains('.');
                if words.len() > 1 && words.iter().all(|word| is_part_of_name(word, dotted)) {
                    parts = words;
                }
            }
            Kind::Mail => {
                let (local, _) = value.split_once('@').unwrap_or_default();
                if local.contains('.') {
                    self.learn(Kind::User, local);
                }
            }
            Kind::Machine | Kind::Server => {
                let (host, domain) = value.split_once('.').unwrap_or_default();
                if host.chars().any(char::is_alphabetic) {
                    parts.push(host);
                    if domain.contains('.') && domain.chars().any(char::is_alphabetic) {
                        self.learn(Kind::Domain, domain);
                    }
                }
            }
            Kind::Domain => parts.extend(value.split_once('.').map(|(front, _)| front)),
            _ => {}
        }
        for part in parts.into_iter().filter(|part| part.chars().count() >= 3) {
            self.alias(part, given);
            self.look_for(given.0, part);
        }
    }

    /// Lets a value be found in every sentence, where that does more good than harm.
    fn look_for(&mut self, kind: Kind, value: &str) {
        let value = value.trim_matches(|c: char| kind.is_name() && !c.is_alphanumeric());
        let text = fold(value).into_owned();
        if is_telling(kind, &text) {
            self.looked_for.add(&text, "", kind);
        }
    }

    /// Takes note of a folder that is called as its machine is. A word that may be any word is only
    /// replaced where it is a folder.
    pub fn learn_folder(&mut self, name: &str) {
        let text = fold(name).into_owned();
        if DATA.ordinary.contains(text.as_str()) || keys::is_well_known(&text) || is_number(&text) {
            return;
        }
        if self.folders.len() < MAX_VALUES {
            self.folders.push(name.to_owned());
        }
        let digit = name.bytes().any(|b| b.is_ascii_digit());
        let capitals = !name.bytes().any(|b| b.is_ascii_lowercase());
        if digit && (capitals || name.contains('-')) {
            return self.learn(Kind::Machine, name);
        }
        self.number(Kind::Machine, name);
        for end in FOLDER_ENDS {
            self.looked_for.add(&text, end, Kind::Machine);
        }
    }

    /// Calls `found` for every learned name; where two overlap, the first and longest comes first.
    pub fn find(&mut self, text: &str, mut found: impl FnMut(Range<usize>, Kind)) {
        let products = &self.products;
        self.looked_for.find(text, |place, kind| {
            let name = text.get(place.clone()).unwrap_or("");
            if products.is_empty() || !kind.is_name() || !products.contains(&*fold(name)) {
                found(place, kind);
            }
        });
    }

    /// The kind of a name that was learned, whatever its case.
    pub fn kind_of(&self, value: &str) -> Option<Kind> {
        let key = (None, fold(value).into_owned());
        self.stand_ins.get(&key).map(|given| given.0)
    }
}

/// Whether a word may be a part of somebody's name: Konstanze, and with a dot also konstanze.
fn is_part_of_name(word: &str, dotted: bool) -> bool {
    let mut letters = word.chars();
    let front = letters
        .next()
        .is_some_and(|c| c.is_uppercase() || (dotted && c.is_lowercase()));
    let all = word.chars().all(char::is_alphabetic) && letters.all(char::is_lowercase);
    front && all && word.chars().count() >= 3
}

fn is_number(text: &str) -> bool {
    !text.chars().any(char::is_alphabetic)
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
        _ if folded.chars().any(search::is_unspaced) => letters > 1,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(names: &mut Names, text: &str) -> Vec<String> {
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
        assert_eq!(hits(&mut names, "für MÜLLER, Müllerin"), ["MÜLLER"]);
        assert_eq!(hits(&mut names, "İ john smith."), ["john smith"]);
        assert_eq!(hits(&mut names, "John Smithers, Johnny"), ["John"]);
        assert_eq!(hits(&mut names, "x A.B+C y a.b"), ["A.B+C"]);
        assert_eq!(hits(&mut names, "the latest test of ab"), [""; 0]);
    }

    #[test]
    fn names_without_blanks_around_are_found() {
        let mut names = Names::default();
        names.learn(Kind::User, "山田");
        assert_eq!(hits(&mut names, "ユーザー山田が"), ["山田"]);
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
