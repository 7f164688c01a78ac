//! Files that are no logs and are given in the place of one: programs, packages, pictures, documents.

use std::sync::LazyLock;

use super::table::rows;

const TABLE: &str = include_str!("file-kinds.tsv");

static ROWS: LazyLock<Vec<FileKind>> = LazyLock::new(|| rows(TABLE).collect());

/// So many first bytes tell every kind.
pub const HEAD: usize = 64;

/// A kind of files.
#[derive(Debug, serde::Deserialize)]
pub struct FileKind {
    offset: Option<u32>,
    bytes: &'static str,
    ending: &'static str,
    /// What it is, with its article.
    pub what: &'static str,
    advice: &'static str,
    #[serde(rename = "source")]
    _source: &'static str,
}

impl FileKind {
    /// What to do with the file of this name.
    #[must_use]
    pub fn advice(&self, name: &str) -> String {
        self.advice.replace("{file}", name)
    }

    fn fits(&self, head: &[u8], name: &str) -> bool {
        let end = name.len().saturating_sub(self.ending.len());
        let called = name.get(end..);
        let called = called.is_some_and(|end| end.eq_ignore_ascii_case(self.ending));
        let offset = self.offset.map_or(0, |offset| offset as usize);
        let wanted = (0..self.bytes.len()).step_by(2).map(|at| {
            let digits = self.bytes.get(at..at + 2)?;
            u8::from_str_radix(digits, 16).ok()
        });
        let mut there = head.iter().skip(offset);
        called && wanted.into_iter().all(|byte| byte.as_ref() == there.next())
    }
}

/// The kind of a file by its first bytes and its name; `None` where it may well be a text.
#[must_use]
pub fn find(head: &[u8], name: &str) -> Option<&'static FileKind> {
    ROWS.iter().find(|kind| kind.fits(head, name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::table::{count, every_row_has_a_source};

    #[test]
    fn every_row_can_be_found() {
        assert_eq!(ROWS.len(), count(TABLE));
        assert!(every_row_has_a_source(TABLE));
        for row in ROWS.iter() {
            assert!(row.bytes.len() % 2 == 0 && !(row.bytes.is_empty() && row.ending.is_empty()));
            let offset = row.offset.map_or(0, |offset| offset as usize);
            let mut head = vec![0; offset];
            head.extend(
                (0..row.bytes.len())
                    .step_by(2)
                    .map(|at| u8::from_str_radix(&row.bytes[at..at + 2], 16).unwrap()),
            );
            assert!(head.len() <= HEAD, "{}", row.what);
            let found = find(&head, &format!("x{}", row.ending)).unwrap();
            assert_eq!(found.what, row.what);
            assert!(row.what.starts_with("a ") || row.what.starts_with("an "));
        }
    }

    #[test]
    fn texts_and_short_files_are_none() {
        for head in [
            &b"=== Verbose logging started"[..],
            b"",
            b"M",
            b"\xff\xfeM\0Z\0",
            b"B",
        ] {
            assert!(find(head, "a.log").is_none(), "{head:?}");
        }
        let msi = find(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "C:\\x\\Sample.MSI").unwrap();
        assert!(
            msi.advice("Sample.MSI")
                .contains("msiexec /i \"Sample.MSI\" /l*vx")
        );
    }
}
