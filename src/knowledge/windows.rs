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
