//! Wordings of a program's lines as data: what a line says, and where names and codes stand in it.
//!
//! A table has a row for each wording: what it means, a tab, the wording. Within it, `{name}` and
//! `{value}` keep what stands there, `{code}` is a number as programs write it, `{hex}` are
//! hexadecimal digits, `{-code}` is a number below zero, `{=0x8A150101}` a code that the words stand for, `{}` is anything up to the words that follow, `{*}` and `{value*}` as much as
//! can be before them. `{$}` is the end, perhaps behind points, and `{{` a brace. `{name:, | at }` ends before the first of these marks, or with the line. A wording that
//! begins with braces may stand anywhere in a line. The first row that fits counts.

use aho_corasick::packed::Searcher;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error;

use super::codes::{code, hexadecimal, number};
use super::scan::Words;
use crate::run::Operation;

/// What a line says; what its wording does not have is empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Found<'a, K> {
    /// What it means.
    pub kind: K,
    /// The name in it.
    pub name: &'a str,
    /// Another text in it.
    pub value: &'a str,
    /// The code in it.
    pub code: Option<u32>,
}

/// A table of wordings.
#[derive(Debug)]
pub struct Wordings<K> {
    /// Its rows, in order.
    pub(super) rows: Vec<Row<K>>,
    /// For each first byte of a text its list, of those that follow.
    by_first: Vec<u8>,
    /// The rows that a text can have, so that most are not even tried: first those that begin with
    /// anything, then the same and those with a first byte.
    lists: Vec<List>,
    /// How wordings begin that do not stand anywhere.
    begins: Vec<[u8; 2]>,
    /// One search for the words of all wordings that may stand anywhere spares one search for each;
    /// processors without the instructions for it have none.
    anywhere: Option<Searcher>,
}

/// Some rows, in the order of the table.
#[derive(Debug, Clone, Default)]
struct List {
    /// With how each begins: a text is held to all of them.
    rows: Vec<(Begin, usize)>,
    /// How those begin that do not stand anywhere: most texts begin otherwise.
    begins: Vec<Begin>,
}

impl List {
    fn push<K>(&mut self, at: usize, row: &Row<K>) {
        self.rows.push((row.begin, at));
        if !row.anywhere {
            self.begins.push(row.begin);
        }
    }

    /// Whether a row begins with these letters.
    fn may_begin(&self, begin: u128) -> bool {
        self.begins.iter().any(|row| is_alike(begin, *row))
    }
}

/// How a wording begins, up to sixteen letters, and which bits of them count.
type Begin = (u128, u128);

/// The first letters of a text.
fn first_letters(text: &str) -> Begin {
    let bytes = text.as_bytes();
    if let Some(bytes) = bytes.first_chunk() {
        return (u128::from_le_bytes(*bytes), u128::MAX);
    }
    let both = (0u128, 0u128);
    bytes.iter().rev().fold(both, |(letters, bits), byte| {
        (letters << 8 | u128::from(*byte), bits << 8 | 0xff)
    })
}

/// The words that must be looked for to find one of all these: what holds another of them is found
/// with that one. A search for many takes no more than 64.
fn least(mut words: Vec<&'static str>) -> Vec<&'static str> {
    words.sort_unstable_by_key(|word| (word.len(), *word));
    words.dedup();
    let mut kept: Vec<&'static str> = Vec::new();
    for word in words {
        if !kept.iter().any(|shorter| word.contains(shorter)) {
            kept.push(word);
        }
    }
    kept
}

/// Whether a text with these first letters begins as a row does.
fn is_alike(begin: u128, (letters, bits): Begin) -> bool {
    (begin ^ letters) & bits == 0
}

#[derive(Debug)]
pub(super) struct Row<K> {
    kind: K,
    anywhere: bool,
    /// How it begins.
    begin: Begin,
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Words(Words),
    /// Perhaps as much as can be, or up to one of these.
    Slot(Slot, bool, Vec<Words>),
    Code,
    /// A code that is written as a number below zero.
    Negative,
    /// The code that the words stand for.
    Given(u32),
    Hexadecimal,
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Anything,
    Name,
    Value,
}

impl<K: Copy + Deserialize<'static>> Wordings<K> {
    /// Reads a table; its first line names the columns.
    #[must_use]
    pub fn read(table: &'static str) -> Self {
        Self::of(read_rows(table).collect())
    }

    /// Reads several tables as one. What a row means bears the mark of its table then; of a table only
    /// the rows up to the last one that `counts` are read.
    #[must_use]
    pub fn joined<M: Copy>(
        tables: impl Iterator<Item = (M, &'static str)>,
        counts: impl Fn(M, &K) -> bool,
    ) -> Wordings<(M, K)> {
        let mut all = Vec::new();
        for (mark, table) in tables {
            let mut rows: Vec<Row<K>> = read_rows(table).collect();
            let last = rows.iter().rposition(|row| counts(mark, &row.kind));
            rows.truncate(last.map_or(0, |last| last + 1));
            all.extend(rows.into_iter().map(|row| Row {
                kind: (mark, row.kind),
                anywhere: row.anywhere,
                begin: row.begin,
                parts: row.parts,
            }));
        }
        Wordings::of(all)
    }
}

impl<K: Copy> Wordings<K> {
    fn of(rows: Vec<Row<K>>) -> Self {
        let words = rows.iter().filter(|row| row.anywhere);
        let words = words.filter_map(|row| row.parts.iter().find_map(Part::words));
        let words = least(words.collect());
        let begin = |row: &Row<K>| row.parts.first().and_then(Part::words).map(str::as_bytes);
        let mut begins: Vec<_> = rows
            .iter()
            .filter_map(|row| begin(row)?.first_chunk().copied())
            .collect();
        begins.sort_unstable();
        let mut by_first = vec![0; 256];
        let mut lists = vec![List::default()];
        for (at, row) in rows.iter().enumerate() {
            let Some(byte) = begin(row).and_then(<[u8]>::first) else {
                lists.iter_mut().for_each(|list| list.push(at, row));
                continue;
            };
            let Some(place) = by_first.get_mut(usize::from(*byte)) else {
                continue;
            };
            if *place == 0 {
                *place = u8::try_from(lists.len()).unwrap_or(0);
                lists.extend(lists.first().cloned());
            }
            if let Some(list) = lists.get_mut(usize::from(*place)) {
                list.push(at, row);
            }
        }
        Self {
            by_first,
            lists,
            anywhere: Searcher::new(words),
            begins,
            rows,
        }
    }

    /// What the text says.
    #[must_use]
    pub fn find<'a>(&self, text: &'a str) -> Option<Found<'a, K>> {
        self.all(text).next()
    }

    /// All that the text may say, in the order of the table.
    pub fn all<'a>(&self, text: &'a str) -> impl Iterator<Item = Found<'a, K>> {
        // Looked for when the first row that may stand anywhere has its turn.
        let mut marked = None;
        let mut marked = move || *marked.get_or_insert_with(|| self.is_marked(text));
        let (list, begin) = self.list(text);
        let list = list.filter(|list| list.may_begin(begin) || marked());
        let rows = list.into_iter().flat_map(|list| &list.rows);
        rows.filter(move |(row, _)| is_alike(begin, *row))
            .filter_map(|(_, at)| self.rows.get(*at))
            .filter(move |row| !row.anywhere || marked())
            .filter_map(|row| row.read(text))
    }

    /// Whether a quick look tells that the text says nothing.
    #[must_use]
    pub fn says_nothing(&self, text: &str) -> bool {
        let (list, begin) = self.list(text);
        !list.is_some_and(|list| list.may_begin(begin)) && !self.is_marked(text)
    }

    /// The rows that a text can have, and its first letters.
    fn list(&self, text: &str) -> (Option<&List>, u128) {
        let first = text.as_bytes().first().map_or(0, |byte| usize::from(*byte));
        let list = self.by_first.get(first);
        let list = list.and_then(|list| self.lists.get(usize::from(*list)));
        (list, first_letters(text).0)
    }

    /// Whether words stand in the text that may stand anywhere.
    fn is_marked(&self, text: &str) -> bool {
        let found = |search: &Searcher| search.find(text).is_some();
        self.anywhere.as_ref().is_none_or(found)
    }

    /// The words of all wordings that may stand anywhere are looked for in one search.
    #[cfg(all(test, target_arch = "x86_64"))]
    pub fn looks_for_all_at_once(&self) -> bool {
        self.anywhere.is_some()
    }

    /// Some wording begins with the same two bytes: a quick look before a closer one.
    #[must_use]
    pub fn may_begin(&self, text: &str) -> bool {
        let begin = text.as_bytes().first_chunk();
        begin.is_some_and(|two| self.begins.binary_search(two).is_ok())
    }
}

fn read_rows<K: Deserialize<'static>>(table: &'static str) -> impl Iterator<Item = Row<K>> {
    let lines = table.lines().filter(|line| !line.starts_with('#')).skip(1);
    lines.filter_map(row)
}

fn row<K: Deserialize<'static>>(line: &'static str) -> Option<Row<K>> {
    let (kind, mut wording) = line.split_once('\t')?;
    let kind = IntoDeserializer::<Error>::into_deserializer(kind);
    let mut parts = Vec::new();
    while let Some((words, tail)) = wording.split_once('{') {
        if !words.is_empty() {
            parts.push(Part::Words(Words::new(words)));
        }
        if let Some(tail) = tail.strip_prefix('{') {
            parts.push(Part::Words(Words::new("{")));
            wording = tail;
            continue;
        }
        let (slot, tail) = tail.split_once('}')?;
        parts.push(part(slot)?);
        wording = tail;
    }
    if !wording.is_empty() {
        parts.push(Part::Words(Words::new(wording)));
    }
    Some(Row {
        kind: K::deserialize(kind).ok()?,
        anywhere: !matches!(parts.first(), Some(Part::Words(_)))
            && parts.iter().any(|part| part.words().is_some()),
        begin: parts
            .first()
            .and_then(Part::words)
            .map_or((0, 0), first_letters),
        parts,
    })
}

fn part(text: &'static str) -> Option<Part> {
    if let Some(given) = text.strip_prefix('=') {
        return number(given).map(Part::Given);
    }
    let (slot, ends) = text.split_once(':').unwrap_or((text, ""));
    let (slot, most) = slot
        .strip_suffix('*')
        .map_or((slot, false), |slot| (slot, true));
    let slot = match slot {
        "" => Slot::Anything,
        "name" => Slot::Name,
        "value" => Slot::Value,
        "code" => return Some(Part::Code),
        "-code" => return Some(Part::Negative),
        "hex" => return Some(Part::Hexadecimal),
        "$" => return Some(Part::End),
        _ => return None,
    };
    let ends = ends.split('|').filter(|end| !end.is_empty());
    Some(Part::Slot(slot, most, ends.map(Words::new).collect()))
}

impl Part {
    fn words(&self) -> Option<&'static str> {
        match self {
            Self::Words(words) => Some(words.text),
            _ => None,
        }
    }
}

impl<K: Copy> Row<K> {
    fn read<'a>(&self, text: &'a str) -> Option<Found<'a, K>> {
        let mut found = Found {
            kind: self.kind,
            name: "",
            value: "",
            code: None,
        };
        let mut rest = text;
        // The braces before, which end where the next words begin.
        let mut open = None;
        for part in &self.parts {
            match part {
                Part::Words(words) => {
                    let at = match open {
                        None => rest.starts_with(words.text).then_some(0),
                        Some((_, true)) => rest.rfind(words.text),
                        Some(_) => words.find(rest),
                    }?;
                    found.keep(open.take(), rest.get(..at)?);
                    rest = rest.get(at + words.text.len()..)?;
                }
                Part::Code => found.code = Some(code(rest)?),
                Part::Negative if rest.trim_start().starts_with('-') => {
                    found.code = Some(code(rest)?);
                }
                Part::Negative => return None,
                Part::Given(code) => found.code = Some(*code),
                Part::End if rest.trim_end_matches('.').is_empty() => {}
                Part::End => return None,
                Part::Hexadecimal => {
                    let (code, tail) = hexadecimal(rest)?;
                    found.code = Some(code);
                    rest = tail;
                }
                Part::Slot(slot, most, ends) if ends.is_empty() => open = Some((*slot, *most)),
                Part::Slot(slot, _, ends) => {
                    let end = ends.iter().filter_map(|end| end.find(rest)).min();
                    let (inside, tail) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
                    found.keep(Some((*slot, false)), inside);
                    rest = tail;
                }
            }
        }
        found.keep(open, rest);
        Some(found)
    }
}

impl<'a, K> Found<'a, K> {
    fn keep(&mut self, slot: Option<(Slot, bool)>, text: &'a str) {
        match slot {
            Some((Slot::Name, _)) => self.name = text.trim(),
            Some((Slot::Value, _)) => self.value = text.trim(),
            _ => {}
        }
    }
}

/// What a word asks for or tells of: `install`, `Uninstalling`.
#[must_use]
pub fn operation(word: &str) -> Option<Operation> {
    Some(match word.to_ascii_lowercase().as_str() {
        "install" | "installing" => Operation::Install,
        "upgrade" => Operation::Upgrade,
        "uninstall" | "uninstalling" | "unsafeuninstall" => Operation::Uninstall,
        "repair" | "repairing" => Operation::Repair,
        "patch" | "patching" | "uninstalling patch" => Operation::Patch,
        _ => return None,
    })
}

/// What the last switch of a command line asks for that asks for anything.
#[must_use]
pub fn asked(line: &str) -> Option<Operation> {
    let switches = line.split_whitespace().rev();
    let mut switches = switches.filter_map(|word| word.strip_prefix(['/', '-']));
    switches.find_map(operation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Says {
        Stopped,
        Pump,
        Leaks,
    }

    const TABLE: &str = "means\twording
# A comment.
stopped\tPump {name:, | at } stopped{*}: {code}
pump\tPump {name}
leaks\t{name} leaks 0x{hex}!
x\tPump";

    #[test]
    fn the_first_row_that_fits_counts() {
        let table: Wordings<Says> = Wordings::read(TABLE);
        let read = |text| {
            let found = table.find(text)?;
            Some((found.kind, found.name, found.code))
        };
        let stopped = "Pump A, at 1: later: 0x10.";
        assert_eq!(
            read(stopped),
            Some((Says::Pump, "A, at 1: later: 0x10.", None))
        );
        let stopped = "Pump A at stopped: later: 0x10.";
        assert_eq!(
            read(stopped),
            Some((Says::Pump, "A at stopped: later: 0x10.", None))
        );
        let leak = Some((Says::Leaks, "The valve", Some(0x1f)));
        assert_eq!(read("The valve leaks 0x1F!"), leak);
        assert_eq!(read("The valve leaks 0x!"), None);
        assert_eq!(read(""), None);
        assert_eq!(table.all("Pump A leaks 0x2!").count(), 2);
        let nothing = ["A pump", "", "Pum"].map(|text| table.says_nothing(text));
        assert_eq!(nothing, [true; 3]);
        let perhaps = ["Pump A", "A leaks 0x"].map(|text| table.says_nothing(text));
        assert_eq!(perhaps, [false; 2]);
        let begins = ["Puma", "The", "P"].map(|text| table.may_begin(text));
        assert_eq!(begins, [true, false, false]);
    }

    #[test]
    fn names_end_at_the_first_of_their_marks_and_codes_stand_behind_the_last() {
        let table = "means\twording\nstopped\tPump {name:, | at }{}stopped{*}: {code}";
        let table: Wordings<Says> = Wordings::read(table);
        let found = table.find("Pump A at home, stopped: 5: 0x10.").unwrap();
        assert_eq!((found.kind, found.name), (Says::Stopped, "A"));
        assert_eq!(found.code, Some(16));
    }

    #[test]
    fn codes_below_zero_and_codes_that_words_stand_for() {
        let table = "means\twording
stopped\tPump stopped: {-code}
leaks\tPump leaks.{=0x8A150101}
pump\tPump {name}";
        let table: Wordings<Says> = Wordings::read(table);
        let read = |text| table.find(text).map(|found| (found.kind, found.code));
        let below = Some((Says::Stopped, Some(0x8007_0643)));
        assert_eq!(read("Pump stopped: -2147023293"), below);
        assert_eq!(read("Pump stopped: 1603"), Some((Says::Pump, None)));
        assert_eq!(read("Pump leaks."), Some((Says::Leaks, Some(0x8a15_0101))));
    }

    #[test]
    fn one_search_looks_for_the_words_of_all() {
        assert_eq!(
            least(vec!["exit code: ", "rror", "xit code", "rror", "code: "]),
            ["rror", "code: ", "xit code"]
        );
    }

    #[test]
    fn rows_of_unknown_meaning_are_left_out() {
        assert_eq!(Wordings::<Says>::read(TABLE).rows.len(), 3);
    }
}
