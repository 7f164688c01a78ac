//! One log by its name: a file, standard input, an entry of an archive (`all.zip!/pc/x.log`), or a
//! folder or archive that holds a single one. It can be read more than once.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tempfile::SpooledTempFile;

use super::interrupt::Interruptible;
use crate::envelope;
use crate::source::{Choice, Source, expand};
use crate::text::Encoding;

/// So much of what can be read only once lies in memory; the rest in a file without a name.
const IN_MEMORY: usize = 16 << 20;

/// What can be read only once is kept up to this size.
const LONGEST: u64 = 4 << 30;

/// How many logs of a folder are named where one has to be chosen.
const NAMED: usize = 5;

/// A log to be read, and its encoding.
pub type Readable<'l> = (Box<dyn Read + Send + 'l>, Option<Encoding>);

/// A log that can be read again.
pub struct OneLog {
    /// Its name in reports.
    pub name: String,
    bytes: Bytes,
}

enum Bytes {
    File(PathBuf),
    Kept(SpooledTempFile),
}

impl OneLog {
    /// Finds the log of this name.
    ///
    /// # Errors
    /// Where there is none, or several, and where it cannot be read.
    pub fn find(path: &Path) -> Result<Self> {
        Self::of(find(path)?)
    }

    /// The log of a source.
    ///
    /// # Errors
    /// Where it can be read only once, and that fails.
    pub fn of(source: Source) -> Result<Self> {
        let name = source.name();
        let bytes = match source {
            Source::File { path, .. } if path.is_file() => Bytes::File(path),
            source => Bytes::Kept(keep(source).with_context(|| name.clone())?),
        };
        Ok(Self { name, bytes })
    }

    /// The lines that the numbers of a report count: those of the file, or those of the log inside
    /// where what is around it has no lines of its own. With the encoding that they are in.
    ///
    /// # Errors
    /// What the system gives.
    pub fn readable(&mut self, encoding: Option<Encoding>) -> Result<Readable<'_>> {
        let opened = envelope::open(self.open()?, encoding)?;
        let inside = opened.around().is_some() && opened.lines().is_none();
        drop(opened);
        if !inside {
            return Ok((self.open()?, encoding));
        }
        let opened = envelope::open(self.open()?, encoding)?;
        let encoding = opened.encoding;
        Ok((Box::new(opened), encoding))
    }

    /// Reads it from its beginning, as far as it is written now.
    ///
    /// # Errors
    /// What the system gives.
    pub fn open(&mut self) -> Result<Box<dyn Read + Send + '_>> {
        Ok(match &mut self.bytes {
            Bytes::File(path) => {
                let named = true;
                let path = path.clone();
                Box::new(Interruptible(Source::File { path, named }.open()?))
            }
            Bytes::Kept(kept) => {
                kept.seek(SeekFrom::Start(0))?;
                Box::new(Interruptible(kept))
            }
        })
    }
}

/// Keeps what can be read only once.
fn keep(source: Source) -> Result<SpooledTempFile> {
    let mut kept = SpooledTempFile::new(IN_MEMORY);
    let mut from = Interruptible(source.open()?).take(LONGEST + 1);
    if io::copy(&mut from, &mut kept)? > LONGEST {
        bail!("longer than 4 GiB: write it to a file of its own and name that");
    }
    kept.flush()?;
    Ok(kept)
}

fn find(path: &Path) -> Result<Source> {
    let shown = path.display().to_string();
    let entry = (!path.exists()).then(|| shown.split_once("!/")).flatten();
    let (root, choice) = match entry {
        None => (path.to_owned(), Choice::default()),
        Some((archive, inside)) => {
            let name = inside.rsplit('/').next().unwrap_or(inside);
            let choice = Choice::default().globs(&[globset::escape(name)])?;
            (PathBuf::from(archive), choice)
        }
    };
    let mut found = expand(vec![root], choice).context("the search for logs cannot begin")?;
    if entry.is_some() {
        let wanted = found.find(|source| source.as_ref().is_ok_and(|s| s.name() == shown));
        let missing = || format!("{shown}: there is no such log in the archive");
        return wanted.with_context(missing)?.map_err(Into::into);
    }
    let first = found.next();
    let first = first.with_context(|| format!("{shown}: there is no log"))??;
    let others = found.filter_map(Result::ok).map(|source| source.name());
    let others: Vec<String> = others.take(NAMED).collect();
    if !others.is_empty() {
        let named = [vec![first.name()], others].concat().join(", ");
        bail!("{shown}: several logs lie there ({named}, …); name one of them");
    }
    Ok(first)
}
