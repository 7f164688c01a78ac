//! What can go wrong with a store.

/// Why a store cannot be opened, written or asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file holds something else.
    #[error(
        "{path}: this is no store of msilog, and it is left as it is. Name a new file with --store"
    )]
    NotAStore {
        /// Path as given.
        path: String,
    },
    /// A later version of the program made the store.
    #[error(
        "{path}: the store has version {found}, and this msilog knows versions up to {known}. Use a newer msilog, or name a new file with --store"
    )]
    TooNew {
        /// Path as given.
        path: String,
        /// Version of the file.
        found: i64,
        /// The newest that is known here.
        known: i64,
    },
    /// There is no such file, and it is not to be made.
    #[error("{path}: there is no such store. Make one with msilog --store {path} PATH...")]
    Missing {
        /// Path as given.
        path: String,
    },
    /// Something in the file is not as it was written.
    #[error(
        "{path}: the store is damaged ({reason}). Move it away together with its -wal and -shm files; the next scan reads all logs anew"
    )]
    Damaged {
        /// Path as given.
        path: String,
        /// What SQLite says.
        reason: rusqlite::Error,
    },
    /// Another program held the store for longer than anybody waits.
    #[error("{path}: another program keeps the store locked. Wait for it to end, then try again")]
    Busy {
        /// Path as given.
        path: String,
    },
    /// The query is wrong.
    #[error("{message}\n{excerpt}docs/store.md lists the tables and views with their columns")]
    Query {
        /// What SQLite says, with line and column where it tells them.
        message: String,
        /// The line of the query with a mark below it; empty where no position is known.
        excerpt: String,
    },
    /// The query would change something or is more than one statement.
    #[error("the query may only read: one SELECT (or WITH … SELECT) statement, nothing else")]
    NotASelect,
    /// The query took longer than anybody waits.
    #[error(
        "the query has not come to its end in {seconds} seconds. Ask for less, or give it more time with --timeout"
    )]
    Endless {
        /// How long it was given.
        seconds: u64,
    },
    /// The query asks for more than fits into memory.
    #[error(
        "the answer is too large: all of it may have 256 MiB, and one value 16. Ask for less, such as with LIMIT"
    )]
    LargeAnswer,
    /// Anything else.
    #[error(
        "{path}: the store cannot be used: {reason}. Is there room on the disk, and may you write to the file and its folder? A network folder will not do"
    )]
    Other {
        /// Path as given.
        path: String,
        /// What SQLite says.
        reason: rusqlite::Error,
    },
}

impl StoreError {
    /// What an error of SQLite means for the store at `path`.
    pub(super) fn from_sqlite(path: &std::path::Path, reason: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let path = path.display().to_string();
        match reason.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::NotAStore { path },
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged { path, reason },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
            _ => Self::Other { path, reason },
        }
    }
}
