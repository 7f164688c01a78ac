//! The .NET and Windows versions that a remedy is written for.

use std::cmp::Ordering;
use std::fmt;

use super::facts::Facts;

/// What a remedy is written for; an empty list means anything.
#[derive(Clone, Debug, Default)]
pub struct Applies {
    /// .NET families and versions.
    pub dotnet: Vec<DotnetRange>,
    /// Windows versions.
    pub windows: Vec<WindowsRange>,
}

/// A .NET family and a range of its versions: `netfx 4.0`, `netfx <= 3.5`, `sdk *`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DotnetRange {
    text: String,
    family: String,
    versions: VersionRange,
}

/// A range of Windows versions: `5.1`, `<= 6.1`, `6.0 - 6.1`, `>= 10.0.17763`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WindowsRange {
    text: String,
    versions: VersionRange,
}

impl DotnetRange {
    /// Reads a family and a range; `None` when it is neither.
    pub fn parse(text: &str) -> Option<Self> {
        let (family, versions) = text.trim().split_once(' ')?;
        let versions = VersionRange::parse(versions)?;
        Some(Self {
            text: text.to_owned(),
            family: family.to_lowercase(),
            versions,
        })
    }

    /// Whether the facts are in the range; `None` when they do not say.
    pub(super) fn holds(&self, facts: &Facts<'_>) -> Option<bool> {
        let Some(family) = facts.dotnet_family else {
            // A product that is known and not known as .NET is something else.
            return facts.product.map(|_| false);
        };
        if !family.eq_ignore_ascii_case(&self.family) {
            return Some(false);
        }
        if self.versions == VersionRange::default() {
            return Some(true);
        }
        facts
            .dotnet_version
            .map(|version| self.versions.contains(&numbers(version)))
    }
}

impl WindowsRange {
    /// Reads a range; `None` when it is none.
    pub fn parse(text: &str) -> Option<Self> {
        Some(Self {
            text: text.to_owned(),
            versions: VersionRange::parse(text)?,
        })
    }

    /// Whether there is a version in both ranges.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.versions.overlaps(&other.versions)
    }

    /// Whether the facts are in the range; `None` when they do not say.
    pub(super) fn holds(&self, facts: &Facts<'_>) -> Option<bool> {
        let (major, minor, build) = facts.windows?;
        Some(self.versions.contains(&[major, minor, build]))
    }
}

impl fmt::Display for DotnetRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for WindowsRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Versions by their leading numbers. A bound speaks only of as many numbers as it has, so
/// `<= 3.5` holds 3.5.1 and `4.0` holds 4.0.30319.
///
/// A bound that is missing is met by every version.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct VersionRange {
    low: Option<Vec<u32>>,
    high: Option<Vec<u32>>,
}

impl VersionRange {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let mut range = Self::default();
        if text == "*" {
            return Some(range);
        }
        if let Some(low) = text.strip_prefix(">=") {
            range.low = Some(exact(low)?);
        } else if let Some(high) = text.strip_prefix("<=") {
            range.high = Some(exact(high)?);
        } else {
            let (low, high) = text.split_once(" - ").unwrap_or((text, text));
            range.low = Some(exact(low)?);
            range.high = Some(exact(high)?);
        }
        Some(range)
    }

    fn overlaps(&self, other: &Self) -> bool {
        let below = |low: &Option<Vec<u32>>, high: &Option<Vec<u32>>| match (low, high) {
            // A bound speaks only of as many numbers as it has.
            (Some(low), Some(high)) => compare(low, high) != Ordering::Greater,
            _ => true,
        };
        below(&self.low, &other.high) && below(&other.low, &self.high)
    }

    fn contains(&self, version: &[u32]) -> bool {
        let (low, high) = (self.low.as_ref(), self.high.as_ref());
        low.is_none_or(|low| compare(version, low) != Ordering::Less)
            && high.is_none_or(|high| compare(version, high) != Ordering::Greater)
    }
}

/// Compares the numbers that the bound has; missing ones of the version are zero.
fn compare(version: &[u32], bound: &[u32]) -> Ordering {
    let version = version.iter().copied().chain(std::iter::repeat(0));
    version.take(bound.len()).cmp(bound.iter().copied())
}

/// The numbers of a bound, which has nothing else in it.
fn exact(text: &str) -> Option<Vec<u32>> {
    text.trim()
        .split('.')
        .map(|part| part.parse().ok())
        .collect()
}

/// The leading numbers of a version as products write it (`2.0 SP2` is 2, 0).
fn numbers(text: &str) -> Vec<u32> {
    let end = text
        .find(|c: char| c != '.' && !c.is_ascii_digit())
        .unwrap_or(text.len());
    let leading = text.get(..end).unwrap_or_default();
    leading
        .split('.')
        .map_while(|part| part.parse().ok())
        .collect()
}

/// What could be said about a rule's [`Applies`]: what holds, and what could not be checked.
#[derive(Default)]
pub(super) struct Known {
    holds: Vec<String>,
    unknown: Vec<String>,
}

impl Known {
    pub fn is_certain(&self) -> bool {
        self.unknown.is_empty()
    }

    /// In words, for the explanation of a match.
    pub fn describe(&self) -> Vec<String> {
        let holds = self.holds.iter().map(|text| format!("written for {text}"));
        let unknown = self.unknown.iter();
        holds
            .chain(unknown.map(|text| format!("written for {text}, which could not be checked")))
            .collect()
    }
}

impl Applies {
    /// Checks the facts against both lists; `None` when one of them says no.
    pub(super) fn judge(&self, facts: &Facts<'_>) -> Option<Known> {
        let mut known = Known::default();
        let dotnet = self
            .dotnet
            .iter()
            .map(|range| (range.holds(facts), format!(".NET ({range})")));
        note(dotnet, &mut known)?;
        let windows = self
            .windows
            .iter()
            .map(|range| (range.holds(facts), format!("Windows {range}")));
        note(windows, &mut known)?;
        Some(known)
    }
}

/// Notes the first entry that holds, or else the first that could not be checked.
fn note(entries: impl Iterator<Item = (Option<bool>, String)>, known: &mut Known) -> Option<()> {
    let mut unknown = None;
    let mut empty = true;
    for (holds, text) in entries {
        empty = false;
        match holds {
            Some(true) => {
                known.holds.push(text);
                return Some(());
            }
            None if unknown.is_none() => unknown = Some(text),
            _ => {}
        }
    }
    match unknown {
        Some(text) => known.unknown.push(text),
        None if !empty => return None,
        None => {}
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::Facts;
    use super::{DotnetRange, WindowsRange};

    fn windows(range: &str, version: (u32, u32, u32)) -> Option<bool> {
        let facts = Facts {
            windows: Some(version),
            ..Facts::default()
        };
        WindowsRange::parse(range).unwrap().holds(&facts)
    }

    #[test]
    fn windows_ranges() {
        assert_eq!(windows("<= 6.1", (6, 1, 7601)), Some(true));
        assert_eq!(windows("6.0 - 6.1", (5, 2, 3790)), Some(false));
        assert_eq!(windows(">= 6.2", (10, 0, 19045)), Some(true));
        assert_eq!(windows("5.1", (5, 1, 2600)), Some(true));
        assert_eq!(windows(">= 10.0.22000", (10, 0, 19045)), Some(false));
        assert_eq!(WindowsRange::parse("7"), WindowsRange::parse("7"));
        assert_eq!(WindowsRange::parse("Vista"), None);
    }

    #[test]
    fn dotnet_ranges() {
        let facts = |version| Facts {
            dotnet_family: Some("netfx"),
            dotnet_version: version,
            ..Facts::default()
        };
        let old = DotnetRange::parse("netfx <= 3.5").unwrap();
        assert_eq!(old.holds(&facts(Some("2.0 SP2"))), Some(true));
        assert_eq!(old.holds(&facts(Some("4.0"))), Some(false));
        assert_eq!(old.holds(&facts(None)), None);
        assert_eq!(
            DotnetRange::parse("netfx *").unwrap().holds(&facts(None)),
            Some(true)
        );
        assert_eq!(
            DotnetRange::parse("sdk *").unwrap().holds(&facts(None)),
            Some(false)
        );
        assert_eq!(old.holds(&Facts::default()), None);
        let other = Facts {
            product: Some("Example"),
            ..Facts::default()
        };
        assert_eq!(old.holds(&other), Some(false));
        assert_eq!(DotnetRange::parse("netfx"), None);
    }
}
