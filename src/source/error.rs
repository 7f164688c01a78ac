//! Why something cannot be read, and what to do about it.

use std::io;
use std::path::Path;

/// Why a source cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The path does not exist.
    #[error(
        "{path}: there is no such file or folder. Check the spelling; msiexec writes its logs to %TEMP%\\MSI*.LOG"
    )]
    NotFound {
        /// Path as given.
        path: String,
    },
    /// This user may not read it.
    #[error(
        "{path}: access denied. Run as a user who may read it, or copy the log to a folder of your own"
    )]
    Denied {
        /// Path as given.
        path: String,
    },
    /// Another program has it open and shares it with nobody.
    #[error(
        "{path}: in use by another program. Wait for the installation to end, or copy the file first"
    )]
    Locked {
        /// Path as given.
        path: String,
    },
    /// A folder holds nothing that looks like a log.
    #[error(
        "{path}: no log in this folder. msilog reads *.log and *.txt below it, also in archives; choose others with --glob"
    )]
    NoLogs {
        /// Path as given.
        path: String,
    },
    /// An archive holds nothing that looks like a log.
    #[error(
        "{path}: no log in this archive. msilog reads *.log and *.txt in it; choose others with --glob"
    )]
    NoLogsInArchive {
        /// Path of the archive.
        path: String,
    },
    /// The name of an archive, and the bytes of something else.
    #[error(
        "{path}: is no archive, although its name says so. Copy it again, or unpack it with the program that made it"
    )]
    NotAnArchive {
        /// Path of the file.
        path: String,
    },
    /// An archive that is cut off or altered.
    #[error(
        "{path}: the archive is damaged ({detail}). What could be read of it is reported; copy it again from where it came"
    )]
    Damaged {
        /// Path of the archive, or of the entry in it.
        path: String,
        /// What is wrong.
        detail: String,
    },
    /// Locked with a password.
    #[error("{path}: is encrypted: unpack it with the password first")]
    Encrypted {
        /// Path of the archive, or of its first entry that is encrypted.
        path: String,
    },
    /// A method of compression that msilog does not know.
    #[error(
        "{path}: is packed with a method that msilog does not know ({method}). Unpack it first"
    )]
    UnknownMethod {
        /// Path of the archive, or of its first such entry.
        path: String,
        /// The method.
        method: String,
    },
    /// It grows beyond measure.
    #[error(
        "{path}: unpacks to more than a thousand times its size, as files do that are made to do harm, and is not read. Unpack it first if you trust it"
    )]
    Bomb {
        /// Path of the archive, or of the entry in it.
        path: String,
    },
    /// More than one archive may hold.
    #[error(
        "{path}: holds more than {limit}; the rest of it is not read. Unpack it and name the folder"
    )]
    TooMuch {
        /// Path of the archive.
        path: String,
        /// What it may hold at the most.
        limit: &'static str,
    },
    /// An entry that only reads from its beginning, and is too big to be kept in memory.
    #[error(
        "{path}: is bigger than 64 MiB, and this kind of archive is read entry by entry. Unpack it first"
    )]
    TooBig {
        /// Path of the entry.
        path: String,
    },
    /// Archives in archives in archives.
    #[error("{path}: lies more than 4 archives deep. Unpack the outer ones first")]
    TooDeep {
        /// Path of the innermost archive.
        path: String,
    },
    /// Anything else.
    #[error("{path}: cannot be read: {source}")]
    Other {
        /// Path as given.
        path: String,
        /// What the system says.
        source: io::Error,
    },
}

impl SourceError {
    /// The path that it is about.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::NotFound { path }
            | Self::Denied { path }
            | Self::Locked { path }
            | Self::NoLogs { path }
            | Self::NoLogsInArchive { path }
            | Self::NotAnArchive { path }
            | Self::Damaged { path, .. }
            | Self::Encrypted { path }
            | Self::UnknownMethod { path, .. }
            | Self::Bomb { path }
            | Self::TooMuch { path, .. }
            | Self::TooBig { path }
            | Self::TooDeep { path }
            | Self::Other { path, .. } => path,
        }
    }

    pub(super) fn from_io(path: &Path, source: io::Error) -> Self {
        let path = path.display().to_string();
        // 32: ERROR_SHARING_VIOLATION, 33: ERROR_LOCK_VIOLATION (Microsoft: System Error Codes).
        match (source.kind(), source.raw_os_error()) {
            (_, Some(32 | 33)) if cfg!(windows) => Self::Locked { path },
            (io::ErrorKind::NotFound, _) => Self::NotFound { path },
            (io::ErrorKind::PermissionDenied, _) => Self::Denied { path },
            _ => Self::Other { path, source },
        }
    }
}
