//! Where logs come from: files, folders, archives, standard input. Gives named byte streams in a
//! stable order, with errors as values, and knows nothing of what is in them.

#[cfg(feature = "archives")]
mod archive;
mod choice;
mod error;
mod walk;

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use choice::Choice;
pub use error::{Problem, SourceError};
pub use walk::{Sources, expand};

#[cfg(feature = "archives")]
pub use walk::{total_size, unpack};

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
    Memory {
        /// Its name in reports: `archive!/path`.
        name: String,
        /// What is in it.
        bytes: Vec<u8>,
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
            Self::Memory { name, .. } | Self::Packed(Packed { name, .. }) => name.clone(),
        }
    }

    /// Size in bytes, where it is known beforehand.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        match self {
            Self::StandardInput => None,
            Self::File { path, .. } => path.metadata().ok().map(|m| m.len()),
            Self::Memory { bytes, .. } => Some(bytes.len() as u64),
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
            Self::File { path, .. } => Ok(Box::new(file(&path)?)),
            Self::Memory { bytes, .. } => Ok(Box::new(Cursor::new(bytes))),
            Self::Packed(packed) => packed.unpack.unpack(file(&packed.path)?, &packed.name),
        }
    }
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
