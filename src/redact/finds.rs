//! The places of a line that are to be replaced.

use std::collections::BTreeMap;

use super::keys;
use super::kind::Kind;

/// A place that is to be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Find {
    pub start: usize,
    pub end: usize,
    pub kind: Kind,
    /// Whether the value is to be looked for in other places too.
    pub learn: bool,
}

/// The places of one line; they do not overlap, and the first who names a place has it.
#[derive(Debug, Default)]
pub(super) struct Finds {
    places: BTreeMap<usize, Find>,
}

impl Finds {
    pub fn clear(&mut self) {
        self.places.clear();
    }

    pub fn iter(&self) -> impl Iterator<Item = &Find> {
        self.places.values()
    }

    /// Kinds and values.
    #[cfg(test)]
    pub fn values<'l>(&self, line: &'l str) -> Vec<(Kind, &'l str)> {
        let value = |find: &Find| (find.kind, line.get(find.start..find.end).unwrap());
        self.iter().map(value).collect()
    }

    /// Whether nothing of this stretch is taken.
    pub fn is_free(&self, start: usize, end: usize) -> bool {
        let before = self.places.range(..end).next_back();
        before.is_none_or(|(_, find)| find.end <= start)
    }

    /// Takes a stretch, unless it is empty, taken, or nobody's secret.
    pub fn add(&mut self, line: &str, start: usize, end: usize, kind: Kind, learn: bool) {
        let Some(value) = line.get(start..end) else {
            return;
        };
        if start >= end || is_harmless(value, kind) || !self.is_free(start, end) {
            return;
        }
        let find = Find {
            start,
            end,
            kind,
            learn,
        };
        self.places.insert(start, find);
    }
}

/// Values that tell nothing: the engine's own stars, references to properties, accounts of every
/// Windows, and stand-ins of an earlier run.
fn is_harmless(value: &str, kind: Kind) -> bool {
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
    digits && Kind::ALL.iter().any(|kind| kind.prefix() == front)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_has_the_place() {
        let line = "0123456789";
        let mut finds = Finds::default();
        finds.add(line, 3, 6, Kind::User, false);
        finds.add(line, 0, 4, Kind::Secret, false);
        finds.add(line, 5, 7, Kind::Secret, false);
        finds.add(line, 6, 8, Kind::Ip, false);
        let all: Vec<_> = finds.iter().map(|f| (f.start, f.end)).collect();
        assert_eq!(all, [(3, 6), (6, 8)]);
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
