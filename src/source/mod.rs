//! Where logs come from: files, folders, standard input. Gives named byte streams in a stable
//! order, with errors as values, and knows nothing of what is in them.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// One thing to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Standard input, `-`.
    StandardInput,
    /// A file.
    File(PathBuf),
}

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
        "{path}: no log in this folder. msilog reads *.log and *.txt below it; name other files one by one"
    )]
    NoLogs {
        /// Path as given.
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
            | Self::Other { path, .. } => path,
        }
    }

    fn from_io(path: &Path, source: io::Error) -> Self {
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

impl Source {
    /// Its name in reports.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::StandardInput => "-".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// Size in bytes, where it is known beforehand.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        match self {
            Self::StandardInput => None,
            Self::File(path) => path.metadata().ok().map(|m| m.len()),
        }
    }

    /// Opens it for reading.
    ///
    /// # Errors
    /// [`SourceError`], with the path in it.
    pub fn open(&self) -> Result<Box<dyn Read + Send>, SourceError> {
        match self {
            Self::StandardInput => {
                widen_pipe();
                Ok(Box::new(io::stdin()))
            }
            Self::File(path) => {
                let file = File::open(path).map_err(|e| SourceError::from_io(path, e))?;
                Ok(Box::new(file))
            }
        }
    }
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

/// Turns what the user named into sources: files as they are, folders as the logs below them in
/// the order of their names.
#[must_use]
pub fn expand<P: AsRef<Path>>(paths: &[P]) -> Vec<Result<Source, SourceError>> {
    paths
        .iter()
        .flat_map(|path| expand_one(path.as_ref()))
        .collect()
}

fn expand_one(path: &Path) -> Vec<Result<Source, SourceError>> {
    if path.as_os_str() == "-" {
        return vec![Ok(Source::StandardInput)];
    }
    match path.metadata() {
        Ok(data) if data.is_dir() => folder(path),
        Ok(_) => vec![Ok(Source::File(path.to_owned()))],
        Err(error) => vec![Err(SourceError::from_io(path, error))],
    }
}

fn folder(path: &Path) -> Vec<Result<Source, SourceError>> {
    let hidden = |entry: &walkdir::DirEntry| {
        entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.')
    };
    let mut found = Vec::new();
    for entry in WalkDir::new(path)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|e| !hidden(e))
    {
        match entry {
            Ok(entry) if is_file(&entry) && looks_like_a_log(entry.path()) => {
                found.push(Ok(Source::File(entry.into_path())));
            }
            Ok(_) => {}
            Err(error) => {
                let at = error.path().unwrap_or(path).to_owned();
                let source = error
                    .into_io_error()
                    .unwrap_or_else(|| io::Error::other("a link that leads back"));
                found.push(Err(SourceError::from_io(&at, source)));
            }
        }
    }
    if found.is_empty() {
        found.push(Err(SourceError::NoLogs {
            path: path.display().to_string(),
        }));
    }
    found
}

/// Links to files count, links to folders do not: they may lead back.
fn is_file(entry: &walkdir::DirEntry) -> bool {
    entry.file_type().is_file() || (entry.path_is_symlink() && entry.path().is_file())
}

fn looks_like_a_log(path: &Path) -> bool {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
    extension.eq_ignore_ascii_case("log") || extension.eq_ignore_ascii_case("txt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_walked_in_order() {
        let root = std::env::temp_dir().join(format!("msilog-source-{}", std::process::id()));
        for file in ["b/2.LOG", "b/1.log", "a.txt", "c.png", ".hidden/x.log"] {
            let path = root.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, b"x").unwrap();
        }
        let names: Vec<String> = expand(&[&root])
            .into_iter()
            .map(|s| s.unwrap().name().replace('\\', "/"))
            .map(|n| {
                n.rsplit_once("msilog-source-")
                    .unwrap()
                    .1
                    .split_once('/')
                    .unwrap()
                    .1
                    .to_owned()
            })
            .collect();
        assert_eq!(names, ["a.txt", "b/1.log", "b/2.LOG"]);
        let none = expand(&[root.join("missing.log")]);
        assert!(matches!(none[0], Err(SourceError::NotFound { .. })));
        std::fs::remove_dir_all(root).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_to_files_and_not_in_circles() {
        let root = std::env::temp_dir().join(format!("msilog-links-{}", std::process::id()));
        std::fs::create_dir_all(&root).unwrap();
        std::fs::write(root.join("a.log"), b"x").unwrap();
        let link = |to: &str, name: &str| {
            let _ = std::os::unix::fs::symlink(to, root.join(name));
        };
        link("a.log", "b.log");
        link(".", "c.log");
        link("nowhere", "d.log");
        let found = expand(&[&root]);
        std::fs::remove_dir_all(&root).unwrap();
        let names: Vec<String> = found.into_iter().map(|s| s.unwrap().name()).collect();
        assert_eq!(names.len(), 2, "{names:?}");
        assert!(names[1].ends_with("b.log"));
    }

    #[test]
    fn a_dash_is_standard_input() {
        assert!(matches!(expand(&["-"])[0], Ok(Source::StandardInput)));
    }
}
