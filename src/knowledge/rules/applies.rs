//! The .NET and Windows versions that a remedy is written for.

use std::cmp::Ordering;
use std::fmt;

use super::facts::Facts;

/// What a remedy is written for; an empty list means anything.
#[derive(Clone, Debug, Default)]
pub struct Applies {
    /// .NET families and versions.
    pub dotnet: Vec<VersionRange>,
    /// Windows versions.
    pub windows: Vec<VersionRange>,
}

/// A range of the versions of a .NET family (`netfx 4.0`, `netfx <= 3.5`, `sdk *`) or of Windows
/// (`5.1`, `<= 6.1`, `6.0 - 6.1`, `>= 10.0.17763`).
///
/// Versions are compared by their leading numbers. A bound speaks only of as many numbers as it
/// has, so `<= 3.5` holds 3.5.1 and `4.0` holds 4.0.30319. A bound that is missing is met by every
/// version.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VersionRange {
    text: String,
    /// Of .NET; a range without one is of Windows.
    family: Option<String>,
    /// Without numbers where a bound is missing.
    low: Vec<u32>,
    high: Vec<u32>,
}

impl VersionRange {
    /// Reads a .NET family and a range; `None` when it is neither.
    pub fn dotnet(text: &str) -> Option<Self> {
        let (family, versions) = text.trim().split_once(' ')?;
        Self::read(text, Some(family.to_lowercase()), versions)
    }

    /// Reads a range of Windows versions; `None` when it is none.
    pub fn windows(text: &str) -> Option<Self> {
        Self::read(text, None, text)
    }

    fn read(text: &str, family: Option<String>, versions: &str) -> Option<Self> {
        let versions = versions.trim();
        let (low, high) = if versions == "*" {
            (None, None)
        } else if let Some(low) = versions.strip_prefix(">=") {
            (Some(low), None)
        } else if let Some(high) = versions.strip_prefix("<=") {
            (None, Some(high))
        } else {
            let (low, high) = versions.split_once(" - ").unwrap_or((versions, versions));
            (Some(low), Some(high))
        };
        let bound = |text: Option<&str>| text.map_or(Some(Vec::new()), |text| exact(text.trim()));
        Some(Self {
            text: text.to_owned(),
            family,
            low: bound(low)?,
            high: bound(high)?,
        })
    }

    /// Whether the facts are in the range; `None` when they do not say.
    pub(super) fn holds(&self, facts: &Facts<'_>) -> Option<bool> {
        let Some(wanted) = &self.family else {
            let (major, minor, build) = facts.windows?;
            return Some(self.contains(&[major, minor, build]));
        };
        let Some(family) = facts.dotnet_family else {
            // A product that is known and not known as .NET is something else.
            return facts.product.map(|_| false);
        };
        if !family.eq_ignore_ascii_case(wanted) {
            return Some(false);
        }
        if self.low.is_empty() && self.high.is_empty() {
            return Some(true);
        }
        let version = facts.dotnet_version?;
        Some(self.contains(&numbers(version)))
    }

    /// Whether a version, written with dots, is in the range.
    pub(super) fn includes(&self, version: &str) -> bool {
        self.contains(&numbers(version))
    }

    fn contains(&self, version: &[u32]) -> bool {
        compare(version, &self.low).is_ge() && compare(version, &self.high).is_le()
    }

    /// Whether there is a version in both ranges.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        compare(&self.low, &other.high).is_le() && compare(&other.low, &self.high).is_le()
    }

    /// With what it is a range of: `.NET (netfx <= 3.5)`, `Windows 6.0 - 6.1`.
    pub(super) fn in_words(&self) -> String {
        match self.family {
            Some(_) => format!(".NET ({self})"),
            None => format!("Windows {self}"),
        }
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Compares the numbers that the bound has, so that one without any equals every version; missing
/// ones of the version are zero.
fn compare(version: &[u32], bound: &[u32]) -> Ordering {
    let version = version.iter().copied().chain(std::iter::repeat(0));
    version.take(bound.len()).cmp(bound.iter().copied())
}

/// The numbers of a bound, which has nothing else in it.
pub(super) fn exact(text: &str) -> Option<Vec<u32>> {
    let parts = text.split('.');
    parts.map(|part| part.parse().ok()).collect()
}

/// The leading numbers of a version as products write it (`2.0 SP2` is 2, 0).
fn numbers(text: &str) -> Vec<u32> {
    let mut leading = text.split(|c: char| c != '.' && !c.is_ascii_digit());
    let parts = leading.next().unwrap_or_default().split('.');
    parts.map_while(|part| part.parse().ok()).collect()
}

impl Applies {
    /// What could be said of the facts and both lists, in words, and whether all of it could be
    /// checked; `None` when one of the lists says no.
    pub(super) fn judge(&self, facts: &Facts<'_>) -> Option<(Vec<String>, bool)> {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for list in [&self.dotnet, &self.windows] {
            let find = |wanted| list.iter().find(|range| range.holds(facts) == wanted);
            if let Some(range) = find(Some(true)) {
                known.push(format!("written for {}", range.in_words()));
            } else if let Some(range) = find(None) {
                let range = range.in_words();
                unknown.push(format!("written for {range}, which could not be checked"));
            } else if !list.is_empty() {
                return None;
            }
        }
        let certain = unknown.is_empty();
        known.append(&mut unknown);
        Some((known, certain))
    }
}

#[cfg(test)]
mod tests {
    use super::Facts;
    use super::VersionRange;

    fn windows(range: &str, version: (u32, u32, u32)) -> Option<bool> {
        let facts = Facts {
            windows: Some(version),
            ..Facts::default()
        };
        VersionRange::windows(range).unwrap().holds(&facts)
    }

    #[test]
    fn windows_ranges() {
        assert_eq!(windows("<= 6.1", (6, 1, 7601)), Some(true));
        assert_eq!(windows("6.0 - 6.1", (5, 2, 3790)), Some(false));
        assert_eq!(windows(">= 6.2", (10, 0, 19045)), Some(true));
        assert_eq!(windows("5.1", (5, 1, 2600)), Some(true));
        assert_eq!(windows(">= 10.0.22000", (10, 0, 19045)), Some(false));
        assert_eq!(VersionRange::windows("7"), VersionRange::windows("7"));
        assert_eq!(VersionRange::windows("Vista"), None);
    }

    #[test]
    fn dotnet_ranges() {
        let facts = |version| Facts {
            dotnet_family: Some("netfx"),
            dotnet_version: version,
            ..Facts::default()
        };
        let old = VersionRange::dotnet("netfx <= 3.5").unwrap();
        assert_eq!(old.holds(&facts(Some("2.0 SP2"))), Some(true));
        assert_eq!(old.holds(&facts(Some("4.0"))), Some(false));
        assert_eq!(old.holds(&facts(None)), None);
        assert_eq!(
            VersionRange::dotnet("netfx *").unwrap().holds(&facts(None)),
            Some(true)
        );
        assert_eq!(
            VersionRange::dotnet("sdk *").unwrap().holds(&facts(None)),
            Some(false)
        );
        assert_eq!(old.holds(&Facts::default()), None);
        let other = Facts {
            product: Some("Example"),
            ..Facts::default()
        };
        assert_eq!(old.holds(&other), Some(false));
        assert_eq!(VersionRange::dotnet("netfx"), None);
    }
}
