//! The one way to write a file: beside its place, which it takes at the end. What was there before
//! stays whole until then, and nothing half-written is ever left.

use std::fs::{File, Metadata, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tempfile::NamedTempFile;

use super::identity::{self, Identity, InUse};
use super::interrupt;

/// What a file is called until it is whole.
const FRONT: &str = ".msilog-";
const END: &str = ".part";

/// How a file is written.
#[derive(Debug, Clone, Copy, Default)]
pub struct How<'a> {
    /// Whether it may take the place of another.
    pub replace: bool,
    /// The file that it is a copy of: nobody may do more with the copy.
    pub copy_of: Option<&'a Path>,
}

/// A file that is being written.
#[derive(Debug)]
pub struct NewFile {
    name: PathBuf,
    /// What lies in its place until now.
    old: Option<Identity>,
    out: Out,
}

#[derive(Debug)]
enum Out {
    /// The other file, and the place that it takes.
    Beside(NamedTempFile, PathBuf, bool),
    /// A device or a pipe has no place to be taken.
    Straight(File),
}

impl NewFile {
    /// Begins a file that is none of those in use.
    ///
    /// # Errors
    /// Where it is one of them, is there and may not be replaced, or cannot be written.
    pub fn create(path: &Path, how: How<'_>, in_use: &InUse) -> Result<Self> {
        in_use.refuse(path)?;
        let failed = || {
            format!(
                "{}: cannot be written; choose another place",
                path.display()
            )
        };
        let new = |old, out| Self {
            name: path.to_owned(),
            old,
            out,
        };
        if is_device(path) {
            let file = File::options().append(true).open(path);
            return Ok(new(None, Out::Straight(file.with_context(failed)?)));
        }
        let there = path.metadata().ok();
        if there.as_ref().is_some_and(Metadata::is_dir) {
            bail!("{}: this is a folder; name a file", path.display());
        }
        if !how.replace && path.symlink_metadata().is_ok() {
            let path = path.display();
            bail!("{path}: is there already; name an empty folder, or replace it with --force");
        }
        // A link stays, and the file that it leads to is written.
        let place = identity::resolved(path);
        let beside = beside(&place).with_context(failed)?;
        if let Some(rights) = rights(how.copy_of, there.as_ref()) {
            beside
                .as_file()
                .set_permissions(rights)
                .with_context(failed)?;
        }
        interrupt::remove_at_end(Some(beside.path().to_owned()));
        let old = Identity::of_existing(&place);
        Ok(new(old, Out::Beside(beside, place, how.replace)))
    }

    /// What writes to it. It must be gone before the end.
    pub fn writer(&self) -> io::Result<impl Write + Send + use<>> {
        let file = match &self.out {
            Out::Beside(file, ..) => file.as_file(),
            Out::Straight(file) => file,
        };
        Ok(Named {
            file: file.try_clone()?,
            name: self.name.clone(),
        })
    }

    /// Refuses to go on where a file that was found, or the archive that it lies in, would be
    /// written over. `name` is what it is called in reports.
    pub fn spare(&self, name: &str) -> Result<()> {
        let Some(old) = &self.old else { return Ok(()) };
        let is_old = |path: &Path| Identity::of_existing(path).as_ref() == Some(old);
        if identity::files_of(name).any(is_old) {
            bail!(identity::overwrites(
                &self.name,
                "one of the files that are read"
            ));
        }
        Ok(())
    }

    /// The file is whole and takes its place.
    pub fn finish(self) -> Result<()> {
        let Out::Beside(file, place, replace) = self.out else {
            return Ok(());
        };
        let done = match replace {
            true => file.persist(&place).map(drop),
            false => file.persist_noclobber(&place).map(drop),
        };
        interrupt::remove_at_end(None);
        done.map_err(|error| error.error)
            .with_context(|| format!("{}: cannot be written", self.name.display()))
    }
}

/// Whether a path is a file that is not whole yet, or that a kill has left.
pub fn is_unfinished(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(FRONT) && name.ends_with(END)
}

/// What is written as it is: standard output under the name of a file, devices, pipes.
fn is_device(path: &Path) -> bool {
    let shown = path.to_string_lossy();
    let names: &[&str] = match cfg!(windows) {
        true => &[r"\\.\"],
        false => &["/dev/std", "/dev/fd/", "/proc/"],
    };
    let named = names.iter().any(|name| shown.starts_with(name))
        || cfg!(windows) && super::names::is_device(&shown);
    named
        || path
            .metadata()
            .is_ok_and(|data| !data.is_file() && !data.is_dir())
}

fn beside(place: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(FRONT).suffix(END);
    // As any new file has them, not those of a secret one.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(place.parent().unwrap_or(Path::new(".")))
}

/// Nobody may do more with a file than with the one that it replaces and the one that it is a copy
/// of; `None`: as any new file.
#[cfg(unix)]
fn rights(copy_of: Option<&Path>, there: Option<&Metadata>) -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt;
    let source = copy_of.and_then(|path| path.metadata().ok());
    let both = [source.as_ref(), there].into_iter().flatten();
    let modes = both.map(|data| data.permissions().mode() & 0o777);
    modes
        .reduce(|one, other| one & other)
        .map(Permissions::from_mode)
}

#[cfg(not(unix))]
fn rights(_: Option<&Path>, _: Option<&Metadata>) -> Option<Permissions> {
    None
}

/// Makes the folder of a copy, open to nobody who may not enter that of its source.
pub fn folder_for(copy: &Path, source: Option<&Path>) -> Result<()> {
    let Some(folder) = copy.parent() else {
        return Ok(());
    };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    if let Some(data) = source
        .and_then(Path::parent)
        .and_then(|at| identity::resolved(at).metadata().ok())
    {
        use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
        builder.mode(data.permissions().mode() & 0o777 | 0o700);
    }
    #[cfg(not(unix))]
    let _ = source;
    let made = builder.create(folder);
    made.with_context(|| format!("{}: the folder cannot be made", folder.display()))
}

/// Whether a disk is full: what comes next will not fit either.
pub fn is_full(error: &anyhow::Error) -> bool {
    use io::ErrorKind::{QuotaExceeded, StorageFull};
    let kinds = error
        .chain()
        .filter_map(|cause| cause.downcast_ref().map(io::Error::kind));
    kinds
        .into_iter()
        .any(|kind| matches!(kind, StorageFull | QuotaExceeded))
}

/// Tells in its errors which file cannot be written.
struct Named {
    file: File,
    name: PathBuf,
}

impl Named {
    fn tell<T>(&self, done: io::Result<T>) -> io::Result<T> {
        done.map_err(|error| {
            let name = self.name.display();
            io::Error::new(error.kind(), format!("{name}: cannot be written: {error}"))
        })
    }
}

impl Write for Named {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let done = self.file.write(bytes);
        self.tell(done)
    }

    fn flush(&mut self) -> io::Result<()> {
        let done = self.file.flush();
        self.tell(done)
    }
}
