//! Names of Windows versions.

use std::sync::LazyLock;

use super::table::sorted;

const TABLE: &str = include_str!("windows.tsv");

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| sorted(TABLE, Row::version));

#[derive(serde::Deserialize)]
struct Row {
    major: u32,
    minor: u32,
    build: u32,
    client: &'static str,
    server: &'static str,
    /// For people, and for the tests that read the table.
    _source: &'static str,
}

impl Row {
    fn version(&self) -> (u32, u32, u32) {
        (self.major, self.minor, self.build)
    }
}

/// The plain name of a Windows version: `Windows 7 SP1`, `Windows Server 2022`, or both where
/// `server` is not known and both share the build. A build that is not listed has the name of the
/// listed one before it, which is how previews and monthly builds count.
pub fn windows_name(major: u32, minor: u32, build: u32, server: Option<bool>) -> Option<String> {
    let end = ROWS.partition_point(|row| row.version() <= (major, minor, build));
    let row = ROWS.get(end.checked_sub(1)?)?;
    if (row.major, row.minor) != (major, minor) {
        return None;
    }
    let wanted = match server {
        Some(true) => row.server,
        Some(false) => row.client,
        None => "",
    };
    let known = [row.client, row.server];
    let both: Vec<&str> = known.into_iter().filter(|name| !name.is_empty()).collect();
    Some(if wanted.is_empty() {
        both.join(" / ")
    } else {
        wanted.to_owned()
    })
}

/// The version of Windows that the title of an update names, as far as the name tells it: `6.1` of
/// «… on Windows 7 for x64-based Systems», `10.0` of «… for Windows 10 Version 22H2». `None` where it
/// names several.
pub fn windows_in_title(title: &str) -> Option<String> {
    let (mut rest, mut found) = (title.to_owned(), None);
    let names = ROWS
        .iter()
        .flat_map(|row| [(row.client, row), (row.server, row)]);
    let mut names: Vec<(&str, &Row)> = names
        .filter_map(|(name, row)| Some((short(name).filter(|name| !name.is_empty())?, row)))
        .collect();
    // Server 2008 R2 before Server 2008, Windows 8.1 before 8.
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    for (name, row) in names {
        let version = (row.major, row.minor);
        while let Some(at) = rest.find(name) {
            let end = at + name.len();
            let apart = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
            let before = rest.get(..at).and_then(|before| before.chars().next_back());
            let after = rest.get(end..).and_then(|after| after.chars().next());
            if apart(before) && apart(after) {
                if found.is_some_and(|other| other != version) {
                    return None;
                }
                found = Some(version);
            }
            rest.replace_range(at..end, " ");
        }
    }
    found.map(|(major, minor)| format!("{major}.{minor}"))
}

/// A name of Windows as titles have it, without release and service pack: `Windows 7`, `Vista`,
/// `Server 2008 R2`.
fn short(name: &'static str) -> Option<&'static str> {
    let short = name.strip_prefix("Windows ").unwrap_or(name);
    let end = [" SP", " x64"]
        .iter()
        .filter_map(|mark| short.find(mark))
        .min();
    let short = end.and_then(|end| short.get(..end)).unwrap_or(short);
    // A number alone is not enough of a name.
    match short.split_once(' ') {
        Some((number @ ("10" | "11"), _)) => name.get(.."Windows ".len() + number.len()),
        _ if short.starts_with(|c: char| c.is_ascii_digit()) => {
            name.get(.."Windows ".len() + short.len())
        }
        _ => Some(short),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::table::{count, every_row_has_a_source};

    #[test]
    fn every_row_is_read_once() {
        assert_eq!(ROWS.len(), count(TABLE));
        assert!(ROWS.is_sorted_by(|a, b| a.version() < b.version()));
        assert!(every_row_has_a_source(TABLE));
        assert!(
            ROWS.iter()
                .all(|row| !(row.client.is_empty() && row.server.is_empty()))
        );
    }

    #[test]
    fn titles() {
        let of = |title| windows_in_title(title);
        for (title, version) in [
            (
                "Update for .NET Framework 4 on Windows 7 for x64-based Systems (KB9900001)",
                "6.1",
            ),
            (
                "Update for .NET Framework 4.8 for Windows Server 2008 R2 for x64",
                "6.1",
            ),
            (
                "Update for .NET Framework 3.0 on Vista and Server 2008 x86",
                "6.0",
            ),
            (
                "Update for .NET Framework 4.6 on Windows 8.1 (KB9900002)",
                "6.3",
            ),
            (
                "Cumulative Update for .NET Framework 3.5 and 4.8 for Windows 10 Version 22H2 for x64",
                "10.0",
            ),
            ("Update for Windows Server 2012.", "6.2"),
        ] {
            assert_eq!(of(title).as_deref(), Some(version), "{title}");
        }
        for title in [
            "Update for .NET Framework 4 on XP, Server 2003, Vista, Windows 7, Server 2008 R2 (KB9900003)",
            "Update for .NET Framework 4.7 (KB9900004)",
            "Update for XPS viewers",
        ] {
            assert_eq!(of(title), None, "{title}");
        }
    }

    #[test]
    fn names() {
        let name = |major, minor, build, server| windows_name(major, minor, build, server).unwrap();
        assert_eq!(
            name(6, 1, 7601, None),
            "Windows 7 SP1 / Windows Server 2008 R2 SP1"
        );
        assert_eq!(name(10, 0, 19045, Some(false)), "Windows 10 22H2");
        assert_eq!(name(10, 0, 20348, Some(true)), "Windows Server 2022");
        assert_eq!(name(10, 0, 19046, None), "Windows 10 22H2");
        assert_eq!(name(5, 1, 2600, Some(false)), "Windows XP");
        // The version of a DLL tells no more than that.
        assert_eq!(name(10, 0, 19041, Some(false)), "Windows 10 2004 to 22H2");
        assert_eq!(
            name(10, 0, 26100, None),
            "Windows 11 24H2 to 25H2 / Windows Server 2025"
        );
        assert_eq!(name(10, 0, 28000, None), "Windows 11 26H1");
        assert_eq!(windows_name(4, 0, 1381, None), None);
        assert_eq!(windows_name(6, 9, 1, None), None);
    }
}
