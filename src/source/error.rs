//! Why something cannot be read, and what to do about it.

use std::io;
use std::path::Path;

/// Why a source cannot be read.
#[derive(Debug)]
pub struct SourceError {
    /// Path as given, or the name of an entry in an archive.
    pub path: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What can be wrong with a source.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The path does not exist.
    #[error(
        "there is no such file or folder. Check the spelling; msiexec writes its logs to %TEMP%\\MSI*.LOG"
    )]
    NotFound,
    /// This user may not read it.
    #[error(
        "access denied. Run as a user who may read it, or copy the log to a folder of your own"
    )]
    Denied,
    /// Another program has it open and shares it with nobody.
    #[error("in use by another program. Wait for the installation to end, or copy the file first")]
    Locked,
    /// A folder holds nothing that looks like a log.
    #[error(
        "no log in this folder. msilog reads *.log and *.txt below it, also in archives; choose others with --glob"
    )]
    NoLogs,
    /// A link of a folder that leads out of it.
    #[error("a link that leads out of the folder is not followed. Add --follow if you trust it")]
    Outside,
    /// An archive holds nothing that looks like a log.
    #[error(
        "no log in this archive. msilog reads *.log and *.txt in it; choose others with --glob"
    )]
    NoLogsInArchive,
    /// The name of an archive, and the bytes of something else.
    #[error(
        "is no archive, although its name says so. Copy it again, or unpack it with the program that made it"
    )]
    NotAnArchive,
    /// An archive that is cut off or altered, and what is wrong with it.
    #[error(
        "the archive is damaged ({0}). What could be read of it is reported; copy it again from where it came"
    )]
    Damaged(String),
    /// Locked with a password.
    #[error("is encrypted: unpack it with the password first")]
    Encrypted,
    /// A method of compression that msilog does not know.
    #[error("is packed with a method that msilog does not know ({0}). Unpack it first")]
    UnknownMethod(String),
    /// It grows beyond measure.
    #[error(
        "unpacks to more than a hundred times its size, or takes as long as if it did, as files do that are made to do harm. It is read no further; unpack it first if you trust it"
    )]
    Bomb,
    /// More than one archive may hold: this.
    #[error("holds more than {0}; the rest of it is not read. Unpack it and name the folder")]
    TooMuch(&'static str),
    /// It, or what it is packed with, is too big to be kept in memory.
    #[error("needs more memory than msilog gives to what lies in an archive. Unpack it first")]
    TooBig,
    /// Archives in archives in archives.
    #[error("lies more than 4 archives deep. Unpack the outer ones first")]
    TooDeep,
    /// Anything else: what the system says.
    #[error("cannot be read: {0}")]
    Other(#[source] io::Error),
}

impl std::fmt::Display for SourceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path, self.problem)
    }
}

impl std::error::Error for SourceError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.problem.source()
    }
}

impl From<Problem> for io::Error {
    fn from(problem: Problem) -> Self {
        Self::other(problem)
    }
}

impl Problem {
    /// The problem of the source with this path.
    pub(super) fn of(self, path: impl Into<String>) -> SourceError {
        SourceError {
            path: path.into(),
            problem: self,
        }
    }
}

impl SourceError {
    pub(super) fn from_io(path: &Path, error: io::Error) -> Self {
        // 32: ERROR_SHARING_VIOLATION, 33: ERROR_LOCK_VIOLATION (Microsoft: System Error Codes).
        let problem = match (error.kind(), error.raw_os_error()) {
            (_, Some(32 | 33)) if cfg!(windows) => Problem::Locked,
            (io::ErrorKind::NotFound, _) => Problem::NotFound,
            (io::ErrorKind::PermissionDenied, _) => Problem::Denied,
            _ => Problem::Other(error),
        };
        problem.of(path.display().to_string())
    }
}
