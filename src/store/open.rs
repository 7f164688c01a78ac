//! Opens a store: makes it where there is none, brings an older one up to date, refuses what is
//! none.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::StoreError;

/// What makes one version of the tables out of the one before; the first makes them from nothing.
const STEPS: &[&str] = &[include_str!("schema-1.sql")];

/// `PRAGMA application_id` of a store: the letters `msil`.
const APPLICATION: i64 = 0x6d73_696c;

/// How long a scan waits for another that writes to the same store: a batch takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// The version of the tables that this program writes (`PRAGMA user_version`).
#[must_use]
pub fn version() -> i64 {
    known(STEPS)
}

fn known(steps: &[&str]) -> i64 {
    i64::try_from(steps.len()).unwrap_or(i64::MAX)
}

/// Opens a store to write to it; makes it where there is none.
pub fn writable(path: &Path) -> Result<Connection, StoreError> {
    with_steps(path, STEPS)
}

fn with_steps(path: &Path, steps: &[&str]) -> Result<Connection, StoreError> {
    let failed = |source| StoreError::from_sqlite(path, source);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    private(path);
    let mut connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.busy_timeout(PATIENCE).map_err(failed)?;
    // Looked at before anything is written: a file of somebody else stays as it is.
    check(path, &connection, steps)?;
    write_ahead(&connection).map_err(failed)?;
    connection
        .execute_batch("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;")
        .map_err(failed)?;
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    // Another scan may have made the tables in between.
    let found = check(path, &transaction, steps)?;
    if found < known(steps) {
        let missing = steps.iter().skip(usize::try_from(found).unwrap_or(0));
        missing
            .map(|step| transaction.execute_batch(step))
            .chain([
                transaction.pragma_update(None, "application_id", APPLICATION),
                transaction.pragma_update(None, "user_version", known(steps)),
            ])
            .collect::<rusqlite::Result<()>>()
            .map_err(failed)?;
    }
    transaction.commit().map_err(failed)?;
    Ok(connection)
}

/// A new store is for nobody else's eyes: it holds names, paths and pieces of logs. SQLite gives the
/// files beside it the same rights. Where it cannot be made, SQLite says why.
fn private(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let mut new = std::fs::File::options();
        let _ = new.write(true).create_new(true).mode(0o600).open(path);
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// Opens a store that is only read.
pub fn readable(path: &Path) -> Result<Connection, StoreError> {
    let missing = || StoreError::Missing {
        path: path.display().to_string(),
    };
    if !path.exists() {
        return Err(missing());
    }
    let failed = |source| StoreError::from_sqlite(path, source);
    let open = |name: &OsStr, more: OpenFlags| {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
        let connection = Connection::open_with_flags(name, flags).map_err(failed)?;
        connection.busy_timeout(PATIENCE).map_err(failed)?;
        let found = check(path, &connection, STEPS)?;
        Ok((connection, found))
    };
    let (connection, found) = match open(path.as_os_str(), OpenFlags::empty()) {
        Err(StoreError::Other { .. }) if !has_rest(path) => {
            open(&unchanging(path), OpenFlags::SQLITE_OPEN_URI)?
        }
        other => other?,
    };
    connection
        .pragma_update(None, "query_only", true)
        .map_err(failed)?;
    (found > 0).then_some(connection).ok_or_else(missing)
}

/// Whether something of a store stands in the file for writes, since a scan was cut off.
fn has_rest(path: &Path) -> bool {
    let mut rest = path.as_os_str().to_owned();
    rest.push("-wal");
    std::fs::metadata(rest).is_ok_and(|data| data.len() > 0)
}

/// The address of a store that nobody writes to. In a folder where nothing may be written SQLite
/// cannot make the file by which readers and writers tell each other what they do, unless it is
/// told that there are no writers.
fn unchanging(path: &Path) -> OsString {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let path = path.as_os_str().as_encoded_bytes();
    let mut address = String::from("file:");
    if cfg!(windows) {
        // `C:\x` is `file:/C:/x`, and what lies on another machine is `file:////machine/x`.
        address.push_str(if path.starts_with(br"\\") { "//" } else { "/" });
    }
    for byte in path {
        match byte {
            b'\\' if cfg!(windows) => address.push('/'),
            b'/' | b'.' | b'-' | b'_' | b':' => address.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => address.push(char::from(*byte)),
            byte => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address.push_str("?immutable=1");
    address.into()
}

/// The version of the tables in a file; 0 where the file is empty.
fn check(path: &Path, connection: &Connection, steps: &[&str]) -> Result<i64, StoreError> {
    let (application, found, tables) =
        look(connection).map_err(|source| StoreError::from_sqlite(path, source))?;
    let fresh = application == 0 && found == 0 && tables == 0;
    let name = || path.display().to_string();
    if fresh {
        Ok(0)
    } else if application != APPLICATION || found < 1 {
        Err(StoreError::NotAStore { path: name() })
    } else if found > known(steps) {
        Err(StoreError::TooNew {
            path: name(),
            found,
            known: known(steps),
        })
    } else {
        Ok(found)
    }
}

/// Application, version and number of tables, all of one moment: another scan may be making the
/// tables just now.
fn look(connection: &Connection) -> rusqlite::Result<(i64, i64, i64)> {
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    connection.execute_batch("SAVEPOINT look")?;
    let found = number("PRAGMA application_id").and_then(|application| {
        let version = number("PRAGMA user_version")?;
        let tables = number("SELECT count(*) FROM sqlite_schema")?;
        Ok((application, version, tables))
    });
    connection.execute_batch("RELEASE look")?;
    found
}

/// Writes go to a file of their own first, so that readers need not wait. SQLite does not wait by
/// itself where two programs turn this on at once.
fn write_ahead(connection: &Connection) -> rusqlite::Result<()> {
    let started = Instant::now();
    loop {
        let done = connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()));
        let busy = done.as_ref().is_err_and(|error| {
            let code = error.sqlite_error_code();
            matches!(
                code,
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
            )
        });
        if !busy || started.elapsed() > PATIENCE {
            return done;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> std::path::PathBuf {
        let name = format!("msilog-store-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", path.display()));
        }
        path
    }

    #[test]
    fn an_older_store_is_brought_up_to_date_or_stays() {
        let path = scratch("older");
        let first = "CREATE TABLE a (x); INSERT INTO a VALUES (1);";
        drop(with_steps(&path, &[first]).unwrap());
        // A step that fails half-way leaves nothing behind.
        let broken = "ALTER TABLE a ADD COLUMN y; SELECT nonsense;";
        assert!(with_steps(&path, &[first, broken]).is_err());
        let connection = with_steps(&path, &[first]).unwrap();
        assert!(connection.prepare("SELECT y FROM a").is_err());
        drop(connection);
        let good = "ALTER TABLE a ADD COLUMN y DEFAULT 7;";
        let connection = with_steps(&path, &[first, good]).unwrap();
        let kept: (i64, i64) = connection
            .query_row("SELECT x, y FROM a", [], |r| Ok((r.get(0)?, r.get(1)?)))
            .unwrap();
        assert_eq!(kept, (1, 7));
        drop(connection);
        let newer = with_steps(&path, &[first]).unwrap_err();
        assert!(matches!(newer, StoreError::TooNew { found: 2, .. }));
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_database_of_another_program_stays_as_it_is() {
        let path = scratch("foreign");
        let other = Connection::open(&path).unwrap();
        other.execute_batch("CREATE TABLE theirs (x);").unwrap();
        drop(other);
        let before = std::fs::read(&path).unwrap();
        for opened in [writable(&path), readable(&path)] {
            assert!(matches!(opened, Err(StoreError::NotAStore { .. })));
        }
        assert_eq!(std::fs::read(&path).unwrap(), before);
        std::fs::remove_file(path).unwrap();
    }
}
