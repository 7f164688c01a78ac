//! The places of a line that are to be replaced.

use std::collections::BTreeMap;
use std::ops::Range;

use super::keys;
use super::kind::Kind;
use super::work;

/// A value that is to be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Find<'l> {
    pub value: &'l str,
    pub kind: Kind,
    /// Whether the value is to be looked for in other places too.
    pub learn: bool,
}

/// The values of one line; they do not overlap, and the first who names a place has it.
#[derive(Debug)]
pub(super) struct Finds<'l> {
    pub line: &'l str,
    /// By their places.
    places: BTreeMap<usize, Find<'l>>,
}

impl<'l> Finds<'l> {
    pub fn of(line: &'l str) -> Self {
        Self {
            line,
            places: BTreeMap::new(),
        }
    }

    /// The values with their places.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &Find<'l>)> {
        self.places.iter().map(|(place, find)| (*place, find))
    }

    /// Where a part of the line stands in it. A text of any other origin stands nowhere.
    pub fn place(&self, part: &str) -> Option<Range<usize>> {
        let start = (part.as_ptr() as usize).checked_sub(self.line.as_ptr() as usize)?;
        let end = start.checked_add(part.len())?;
        (end <= self.line.len()).then_some(start..end)
    }

    /// What stands before a part of the line.
    pub fn before(&self, part: &str) -> &'l str {
        let place = self.place(part);
        place
            .and_then(|place| self.line.get(..place.start))
            .unwrap_or("")
    }

    /// What stands behind a part of the line.
    pub fn behind(&self, part: &str) -> &'l str {
        let place = self.place(part);
        place
            .and_then(|place| self.line.get(place.end..))
            .unwrap_or("")
    }

    /// Whether a place lies in what is to be replaced.
    pub fn is_taken(&self, at: usize) -> bool {
        let before = self.places.range(..=at).next_back();
        before.is_some_and(|(start, find)| at < start + find.value.len())
    }

    /// Takes a domain, with the machine before it.
    pub fn add_host(&mut self, domain: &'l str) {
        let before = self.before(domain);
        let front = before.strip_suffix('.').map_or("", |front| {
            let rest =
                front.trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_'));
            before.get(rest.len()..).unwrap_or("")
        });
        let place = self.place(domain);
        let host = place.and_then(|place| self.line.get(place.start - front.len()..place.end));
        match host.filter(|_| front.len() > 1) {
            Some(host) => self.add(host, Kind::Server, false),
            None => self.add(domain, Kind::Domain, false),
        }
    }

    /// Takes a part of the line, unless it is empty, taken, or nobody's secret.
    pub fn add(&mut self, value: &'l str, kind: Kind, learn: bool) {
        let Some(place) = self.place(value).filter(|place| !place.is_empty()) else {
            return;
        };
        let before = self.places.range(..place.end).next_back();
        let is_free = before.is_none_or(|(at, find)| at + find.value.len() <= place.start);
        if is_free && !is_harmless(value, kind) {
            self.places.insert(place.start, Find { value, kind, learn });
        }
    }
}

/// Values that tell nothing: the engine's own stars, references to properties, accounts of every
/// Windows, and stand-ins of an earlier run.
fn is_harmless(value: &str, kind: Kind) -> bool {
    work::steps(value.len().min(64));
    if value.chars().all(|c| matches!(c, '*' | ' ')) || is_reference(value) || is_stand_in(value) {
        return true;
    }
    kind.is_name() && (keys::is_well_known(value) || value.chars().all(|c| !c.is_alphanumeric()))
}

/// `[PROPERTY]`, `%VARIABLE%`, `$(variable)`.
fn is_reference(value: &str) -> bool {
    let inner = [("[", "]"), ("%", "%"), ("$(", ")"), ("{", "}")]
        .into_iter()
        .find_map(|(open, close)| value.strip_prefix(open)?.strip_suffix(close));
    inner.is_some_and(|name| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_uppercase() || c == '_' || c == '.')
    })
}

fn is_stand_in(value: &str) -> bool {
    let Some((front, number)) = value.rsplit_once('-') else {
        return false;
    };
    let digits = (1..=6).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    digits && Kind::all().any(|kind| kind.prefix() == front)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_has_the_place() {
        let line = "0123456789";
        let mut finds = Finds::of(line);
        finds.add(&line[3..6], Kind::User, false);
        finds.add(&line[0..4], Kind::Secret, false);
        finds.add(&line[5..7], Kind::Secret, false);
        finds.add(&line[6..8], Kind::Ip, false);
        assert_eq!(finds.values(), [(Kind::User, "345"), (Kind::Ip, "67")]);
    }

    #[test]
    fn only_parts_of_the_line_have_a_place() {
        let line = "0123456789";
        let finds = Finds::of(&line[2..6]);
        assert_eq!(finds.place(&line[3..5]), Some(1..3));
        assert_eq!(
            (finds.before(&line[3..5]), finds.behind(&line[3..5])),
            ("2", "5")
        );
        let copy = String::from("34");
        for other in [&line[..3], &line[4..], copy.as_str()] {
            assert_eq!(finds.place(other), None);
        }
    }

    #[test]
    fn stars_and_references_stay() {
        for value in ["**********", "[PASSWORD]", "%TEMP%", "user-12"] {
            assert!(is_harmless(value, Kind::Secret), "{value}");
        }
        assert!(is_harmless("SYSTEM", Kind::User));
        assert!(!is_harmless("x-1", Kind::User));
    }
}
