//! .NET products by the names of their packages, logs and products.

use std::cmp::Reverse;
use std::sync::LazyLock;

use super::dotnet_guid;
use super::numbers::version_numbers;
use super::pattern::{self, Captures};
use super::products::{DotNet, MatchedBy};
use super::table::{Unread, by_first_cell, rows};

const PACKAGES: &str = include_str!("package-names.tsv");
const PRODUCTS: &str = include_str!("product-names.tsv");
const BUILDS: &str = include_str!("netfx-builds.tsv");

#[derive(serde::Deserialize)]
struct Row {
    pattern: &'static str,
    family: &'static str,
    version: &'static str,
    edition: Option<&'static str>,
    /// For people, and for the tests that read the table.
    _source: &'static str,
}

/// Rows by their patterns: a text is held to those that may begin as it does.
struct Table {
    rows: Vec<(&'static str, Unread)>,
    /// Numbers of the rows by the letter with which they begin, in the order of the table; zero where
    /// anything may stand there.
    by_letter: Vec<(u8, usize)>,
}

impl Table {
    fn of(text: &'static str) -> Self {
        let rows = by_first_cell(text);
        let letters = rows
            .iter()
            .map(|(pattern, _)| pattern::first_letter(pattern));
        let mut by_letter: Vec<(u8, usize)> = letters.zip(0..).collect();
        by_letter.sort_unstable();
        Self { rows, by_letter }
    }

    /// The rows that begin with this letter, with their numbers.
    fn beginning(&self, letter: u8) -> impl Iterator<Item = (usize, &(&'static str, Unread))> {
        let from = self.by_letter.partition_point(|(known, _)| *known < letter);
        let behind = self.by_letter.get(from..).unwrap_or_default();
        let same = behind.iter().take_while(move |(known, _)| *known == letter);
        same.filter_map(|(_, number)| Some((*number, self.rows.get(*number)?)))
    }
}

/// What the name or path of a package, setup program or log tells. `package_version` is the
/// version that the package itself has.
pub(super) fn package(path: &str, package_version: Option<&str>) -> Option<DotNet> {
    static ROWS: LazyLock<Table> = LazyLock::new(|| Table::of(PACKAGES));
    let name = path.rsplit(['\\', '/']).next().unwrap_or(path).trim();
    let is_path = |pattern: &str| memchr::memchr(b'\\', pattern.as_bytes()).is_some();
    let text = |pattern: &str| if is_path(pattern) { path } else { name };
    let begins = [name, path].map(pattern::first_letter_of);
    find(
        &ROWS,
        MatchedBy::PackageName,
        package_version,
        &begins,
        text,
    )
}

/// What a product name tells.
pub(super) fn product(name: &str, package_version: Option<&str>) -> Option<DotNet> {
    static ROWS: LazyLock<Table> = LazyLock::new(|| Table::of(PRODUCTS));
    // Lists of components put a colon behind the name.
    let name = name.trim().trim_end_matches(':').trim_end();
    let begins = [pattern::first_letter_of(name)];
    find(
        &ROWS,
        MatchedBy::ProductName,
        package_version,
        &begins,
        |_| name,
    )
}

/// What the most particular row tells whose pattern fits the text that it is for; the texts begin with
/// these letters.
fn find<'t>(
    table: &Table,
    matched_by: MatchedBy,
    package_version: Option<&str>,
    begins: &[u8],
    text: impl Fn(&str) -> &'t str,
) -> Option<DotNet> {
    let captures = |pattern| pattern::captures(pattern, text(pattern));
    // Zero: where anything may stand.
    let mut letters: Vec<u8> = begins.iter().copied().chain([0]).collect();
    letters.sort_unstable();
    letters.dedup();
    let rows = letters.iter().flat_map(|letter| table.beginning(*letter));
    let fitting = rows.filter(|(_, (pattern, _))| captures(pattern).is_some());
    // The first of those that are alike.
    let (_, (_, row)) =
        fitting.min_by_key(|(number, (p, _))| (Reverse(pattern::literal_length(p)), *number))?;
    let row: Row = row.read()?;
    let captures = captures(row.pattern)?;
    // A name that does not decide has no family.
    if row.family.is_empty() {
        return None;
    }
    let version = version(&row, captures, package_version);
    let family = if row.family == "core" {
        core_family(&version)
    } else {
        row.family
    };
    let year = captures.year.unwrap_or_default();
    let edition = row.edition.map(|edition| edition.replace("{year}", year));
    let arch = captures.arch.map(|arch| arch.replace("amd64", "x64"));
    Some(DotNet {
        family: family.to_owned(),
        version,
        edition,
        arch,
        matched_by,
    })
}

/// The version that a row's version cell stands for; empty where nothing tells it.
fn version(row: &Row, captures: Captures<'_>, package_version: Option<&str>) -> String {
    let (rule, otherwise) = row.version.split_once('|').unwrap_or((row.version, ""));
    let told = match rule {
        "{version}" => captures.version.map(str::to_owned),
        "{build}" => captures
            .version
            .or(package_version)
            .and_then(framework_release)
            .map(str::to_owned),
        "{plain}" => package_version.map(|version| plain(row, version)),
        fixed => Some(fixed.to_owned()),
    };
    told.unwrap_or_else(|| otherwise.to_owned())
}

/// The package's version as it stands; packages of the runtime pack theirs.
fn plain(row: &Row, version: &str) -> String {
    let unpacked = Some(version)
        .filter(|_| row.family == "core")
        .and_then(dotnet_guid::unpack_version);
    unpacked.unwrap_or_else(|| version.to_owned())
}

/// .NET Core was renamed to .NET with version 5.
fn core_family(version: &str) -> &'static str {
    let major = version_numbers(version).map_or(5, |[major]| major);
    if major < 5 { "netcore" } else { "dotnet" }
}

/// The .NET Framework release of a package version such as `4.5.50709` or `4.6.00081`.
fn framework_release(version: &str) -> Option<&'static str> {
    let wanted: [u32; 3] = version_numbers(version)?;
    let mut known = rows(BUILDS);
    known.find_map(|[build, release, _]: [&str; 3]| {
        (version_numbers(build)? == wanted).then_some(release)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::table::{count, every_row_has_a_source};

    #[test]
    fn every_row_is_read_once() {
        for text in [PACKAGES, PRODUCTS] {
            let rows: Vec<Row> = rows(text).collect();
            assert_eq!(rows.len(), count(text));
            assert!(every_row_has_a_source(text));
            for row in &rows {
                let same = rows
                    .iter()
                    .filter(|other| other.pattern.eq_ignore_ascii_case(row.pattern));
                assert_eq!(same.count(), 1, "{}", row.pattern);
            }
        }
        assert_eq!(
            rows(BUILDS)
                .filter(|[build, ..]: &[&str; 3]| version_numbers::<3>(build).is_some())
                .count(),
            count(BUILDS)
        );
        assert!(every_row_has_a_source(BUILDS));
    }

    #[test]
    fn every_pattern_fits_a_name_made_from_it() {
        for text in [PACKAGES, PRODUCTS] {
            for row in rows::<Row>(text) {
                let name = row
                    .pattern
                    .replace("{version}", "8.0.3")
                    .replace("{arch}", "x64")
                    .replace("{year}", "2010");
                let name = name.replace("{digits}", "123456").replace('*', "z");
                assert!(
                    pattern::captures(row.pattern, &name).is_some(),
                    "{}",
                    row.pattern
                );
            }
        }
    }

    #[test]
    fn builds() {
        assert_eq!(framework_release("4.6.00081"), Some("4.6"));
        assert_eq!(framework_release("2.2.30729"), Some("2.0 SP2"));
        assert_eq!(framework_release("9.9.9"), None);
    }
}
