//! Where logs come from: files, folders, archives, standard input. Gives named byte streams in a
//! stable order, with errors as values, and knows nothing of what is in them.

#[cfg(feature = "archives")]
mod archive;
mod choice;
mod error;
mod walk;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[cfg(feature = "archives")]
pub use archive::Kept;
pub use choice::Choice;
pub use error::{Problem, SourceError};
pub use walk::{Sources, expand};

#[cfg(feature = "archives")]
pub use walk::{total_size, unpack, unpack_here};

/// One thing to read.
#[derive(Debug)]
pub enum Source {
    /// Standard input, `-`.
    StandardInput,
    /// A file.
    File {
        /// Where it lies.
        path: PathBuf,
        /// Whether it was named itself, not found in a folder.
        named: bool,
    },
    /// An entry of an archive that had to be unpacked on the way.
    #[cfg(feature = "archives")]
    Memory {
        /// Its name in reports: `archive!/path`.
        name: String,
        /// What is in it.
        kept: Kept,
    },
    /// What is still packed and is unpacked as it is read.
    Packed(Packed),
}

/// An entry of a zip file, or the log in a gzip or zstd file, not yet unpacked.
#[derive(Debug)]
pub struct Packed {
    name: String,
    named: bool,
    size: Option<u64>,
    /// The file that it lies in.
    path: Arc<Path>,
    unpack: Box<dyn Unpack>,
}

/// How to read what lies in a file; `name` is its name in reports.
trait Unpack: std::fmt::Debug + Send {
    fn unpack(&self, file: File, name: &str) -> Result<Box<dyn Read + Send>, SourceError>;
}

impl Source {
    /// Its name in reports.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::StandardInput => "-".to_owned(),
            Self::File { path, .. } => path.display().to_string(),
            #[cfg(feature = "archives")]
            Self::Memory { name, .. } => name.clone(),
            Self::Packed(packed) => packed.name.clone(),
        }
    }

    /// Size in bytes, where it is known beforehand.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        match self {
            Self::StandardInput => None,
            Self::File { path, .. } => path.metadata().ok().map(|m| m.len()),
            #[cfg(feature = "archives")]
            Self::Memory { kept, .. } => Some(kept.length),
            Self::Packed(packed) => packed.size,
        }
    }

    /// Whether the user named it himself: then it ought to be a log. What was found in a folder or
    /// an archive may be anything.
    #[must_use]
    pub fn is_named(&self) -> bool {
        match self {
            Self::StandardInput => true,
            Self::File { named, .. } | Self::Packed(Packed { named, .. }) => *named,
            #[cfg(feature = "archives")]
            Self::Memory { .. } => false,
        }
    }

    /// Opens it for reading.
    ///
    /// # Errors
    /// [`SourceError`], with the path in it.
    pub fn open(self) -> Result<Box<dyn Read + Send>, SourceError> {
        match self {
            Self::StandardInput => {
                widen_pipe();
                Ok(Box::new(io::stdin()))
            }
            Self::File { path, .. } => as_it_is_now(&path),
            #[cfg(feature = "archives")]
            Self::Memory { kept, .. } => Ok(kept.open()),
            Self::Packed(packed) => packed.unpack.unpack(file(&packed.path)?, &packed.name),
        }
    }
}

/// What a file may give that says it is empty, as those of the system do that are made as they are
/// read.
const UNTOLD: u64 = 64 << 20;

/// A file as far as it is written now: a log that somebody writes to faster than it is read would
/// have no end.
fn as_it_is_now(path: &Path) -> Result<Box<dyn Read + Send>, SourceError> {
    let file = file(path)?;
    Ok(match file.metadata() {
        Ok(data) if data.is_file() && data.len() == 0 => Box::new(file.take(UNTOLD)),
        Ok(data) if data.is_file() => Box::new(file.take(data.len())),
        // Pipes and devices have no length.
        _ => Box::new(file),
    })
}

fn file(path: &Path) -> Result<File, SourceError> {
    File::open(path).map_err(|error| SourceError::from_io(path, error))
}

/// A pipe holds 64 KiB on Linux unless somebody asks for more; with more the two programs wait
/// less for each other.
fn widen_pipe() {
    #[cfg(target_os = "linux")]
    {
        const WIDE: usize = 1 << 20;
        // What is no pipe, or may not grow, stays as it is.
        let _ = rustix::pipe::fcntl_setpipe_size(io::stdin(), WIDE);
    }
}
