//! What the store knows of the logs to read: told from path, size and time of the file, without
//! opening it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::Connection;

use super::StoreError;
use crate::report::LogReport;
use crate::source::Source;

/// A file that was written to so shortly before it was read may have been written to once more
/// within the same tick of its time stamp; the ticks of FAT are two seconds.
const TICK: Duration = Duration::from_secs(2);

/// Where a log lies, and the state of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The absolute path; the name of the source where that is no file.
    pub path: String,
    /// Size and time, where the source has both.
    stamp: Option<Stamp>,
}

/// Size and time of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    size: u64,
    /// Nanoseconds since 1970.
    modified: i64,
}

impl Place {
    /// The place of a source; `None` for standard input, which is never stored. What is no file,
    /// or has a name that is no Unicode, has a place and no stamp: it is always read.
    #[must_use]
    pub fn of(source: &Source) -> Option<Self> {
        let file = match source {
            Source::StandardInput => return None,
            Source::File { path, .. } => std::path::absolute(path)
                .ok()
                .and_then(|absolute| Some((absolute.to_str()?.to_owned(), Some(Stamp::of(path)?)))),
            _ => None,
        };
        // Two archives with one relative name are two.
        let name = || {
            let name = source.name();
            let path = std::path::absolute(&name);
            path.map_or(name, |path| path.display().to_string())
        };
        let (path, stamp) = file.unwrap_or_else(|| (name(), None));
        Some(Self { path, stamp })
    }

    /// Size in bytes, where it is known without reading.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.stamp.map(|stamp| stamp.size)
    }

    /// The time of a file, in nanoseconds since 1970, where it tells that the file is the one that
    /// was just read: nobody wrote to it meanwhile, nor may somebody do so without a new time.
    pub(super) fn settled(&self) -> Option<i64> {
        let stamp = self.stamp?;
        let now = nanoseconds(SystemTime::now())?;
        let tick = i64::try_from(TICK.as_nanos()).ok()?;
        let same = Stamp::of(Path::new(&self.path)) == Some(stamp);
        (same && stamp.modified < now - tick).then_some(stamp.modified)
    }
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        let data = path.metadata().ok()?;
        Some(Self {
            size: data.len(),
            modified: nanoseconds(data.modified().ok()?)?,
        })
    }
}

/// Nanoseconds since 1970; `None` for times that no file of today has.
fn nanoseconds(time: SystemTime) -> Option<i64> {
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_nanos()).ok()
}

/// The logs in a store whose reports may be used again. It is loaded once, so that threads need
/// not ask the file about logs that it does not know: about 150 bytes a log.
#[derive(Debug)]
pub struct Known {
    file: PathBuf,
    /// The state of each file, and the number of its report.
    logs: HashMap<Box<str>, (Stamp, i64)>,
}

/// The logs whose newest report has the right fingerprint.
const LOAD: &str = "SELECT logs.path, logs.size, logs.modified, logs.report
FROM logs JOIN reports ON reports.id = logs.report
WHERE logs.current = 1 AND logs.modified IS NOT NULL AND reports.fingerprint = ?";

impl Known {
    pub(super) fn load(
        file: &Path,
        connection: &Connection,
        fingerprint: &str,
    ) -> Result<Self, StoreError> {
        let failed = |source| StoreError::from_sqlite(file, source);
        let mut statement = connection.prepare(LOAD).map_err(failed)?;
        let rows = statement.query_map([fingerprint], |row| {
            let stamp = Stamp {
                size: row.get(1)?,
                modified: row.get(2)?,
            };
            Ok((row.get::<_, Box<str>>(0)?, (stamp, row.get(3)?)))
        });
        let logs = rows.and_then(Iterator::collect).map_err(failed)?;
        Ok(Self {
            file: file.to_owned(),
            logs,
        })
    }

    /// A reader of reports for one thread.
    #[must_use]
    pub fn reader(&self) -> Reader<'_> {
        Reader {
            known: self,
            connection: None,
        }
    }
}

/// A report that was taken from the store.
#[derive(Debug)]
pub struct Found {
    /// The report; its path is empty.
    pub report: LogReport,
    /// Its number in the store.
    pub number: i64,
}

/// Takes reports from the store; one for each thread, since a connection serves only one.
#[derive(Debug)]
pub struct Reader<'k> {
    known: &'k Known,
    connection: Option<Connection>,
}

impl Reader<'_> {
    /// The report of a log that has not changed. `None` where it has, or is not known, or the
    /// store cannot give the report: then the log is read, as if there were no store.
    pub fn find(&mut self, place: &Place) -> Option<Found> {
        let (stamp, number) = *self.known.logs.get(place.path.as_str())?;
        if place.stamp != Some(stamp) {
            return None;
        }
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(super::open::readable(&self.known.file).ok()?),
        };
        let mut statement = connection
            .prepare_cached("SELECT report FROM reports WHERE id = ?")
            .ok()?;
        let text: String = statement.query_row([number], |row| row.get(0)).ok()?;
        let report = serde_json::from_str(&text).ok()?;
        Some(Found { report, number })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(path: impl AsRef<Path>) -> Source {
        Source::File {
            path: path.as_ref().to_owned(),
            named: true,
        }
    }

    #[test]
    fn standard_input_has_no_place_and_files_an_absolute_one() {
        assert_eq!(Place::of(&Source::StandardInput), None);
        let place = Place::of(&named("Cargo.toml")).unwrap();
        assert!(Path::new(&place.path).is_absolute());
        assert!(place.size().is_some());
        let gone = Place::of(&named("gone.log")).unwrap();
        assert!(Path::new(&gone.path).is_absolute() && gone.path.ends_with("gone.log"));
        assert_eq!(gone.size(), None);
    }

    #[test]
    fn an_entry_of_an_archive_has_an_absolute_name_and_is_always_read() {
        let entry = Source::Memory {
            name: "all.zip!/pc1/setup.log".into(),
            kept: Vec::new().into(),
        };
        let place = Place::of(&entry).unwrap();
        assert!(Path::new(&place.path).is_absolute());
        assert!(place.path.ends_with("all.zip!/pc1/setup.log"));
        assert_eq!((place.size(), place.settled()), (None, None));
    }

    #[test]
    fn a_file_that_was_just_written_is_not_trusted() {
        let path = std::env::temp_dir().join(format!("msilog-settled-{}", std::process::id()));
        std::fs::write(&path, "x").unwrap();
        let file = std::fs::File::options().write(true).open(&path).unwrap();
        let place = || Place::of(&named(&path)).unwrap();
        assert_eq!(place().settled(), None);
        file.set_modified(SystemTime::now() - TICK * 2).unwrap();
        let before = place();
        assert!(before.settled().is_some());
        // Somebody writes while it is read.
        file.set_modified(SystemTime::now() - TICK * 3).unwrap();
        assert_eq!(before.settled(), None);
        std::fs::remove_file(path).unwrap();
    }
}
