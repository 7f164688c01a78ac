//! Archives, read in place: nothing is unpacked to disk. An archive is told by its first bytes. An
//! entry is named `archive!/path`, and those whose names are those of logs are read, in archives
//! within archives too.
//!
//! Entries of a zip file can be reached one by one: they are unpacked by those who read them. The
//! other formats only read from their beginning: whoever walks them unpacks each entry into memory
//! and hands it on, at most 64 MiB of it.

mod cab;
mod limits;
mod name;
mod packed;
mod sevenz;
mod sevenz_check;
mod tar;
mod zip;
mod zip_cut;
mod zstd;

use std::fs::File;
use std::io::{self, Cursor, Read, Seek};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use super::walk::{Go, Out};
use super::{Choice, Source, SourceError};
use limits::{Budget, DEPTH, IN_MEMORY, Stop, explain, is_stop};

pub use packed::Packed;
pub use zip::ZipEntry;

/// What an archive is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Zip,
    Cab,
    SevenZip,
    Gzip,
    Zstd,
    Tar,
}

/// As many first bytes as tell every format.
const HEAD: u64 = 512;

/// The format by the first bytes, as each format's own description gives them.
fn format(head: &[u8]) -> Option<Format> {
    match head {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] | [b'P', b'K', 7, 8, ..] => {
            Some(Format::Zip)
        }
        [b'M', b'S', b'C', b'F', 0, 0, 0, 0, ..] => Some(Format::Cab),
        [b'7', b'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => Some(Format::SevenZip),
        [0x1F, 0x8B, 8, ..] => Some(Format::Gzip),
        // The second is a frame to be skipped; other frames follow it.
        [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Some(Format::Zstd),
        _ => tar::is_one(head).then_some(Format::Tar),
    }
}

fn head(mut reader: impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    reader.by_ref().take(HEAD).read_to_end(&mut head)?;
    Ok(head)
}

/// Whether a file is an archive by its first bytes, or says so by its name.
pub fn is_one(path: &Path) -> bool {
    let head = File::open(path).and_then(head);
    is_called_one(path) || head.is_ok_and(|head| format(&head).is_some())
}

/// Whether a file is called like an archive.
pub fn is_called_one(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name::is_archive(&name.to_string_lossy())
}

/// Finds the logs in an archive on disk.
pub fn file(path: &Path, named: bool, choice: &Choice, out: &mut Out) -> Go {
    let before = out.count;
    let mut finder = Finder {
        choice,
        out,
        named,
        budget: Budget::default(),
        over: false,
    };
    let shown = path.display().to_string();
    finder.archive(&Place::File(path.into()), &shown, 1)?;
    if named && out.count == before {
        out.put(Err(SourceError::NoLogsInArchive { path: shown }))?;
    }
    Go::Continue(())
}

/// Where the bytes of an archive are.
#[derive(Debug, Clone)]
enum Place {
    File(Arc<Path>),
    Memory(Arc<[u8]>),
}

/// Bytes that can be read at any place.
trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

impl Place {
    fn open(&self) -> io::Result<Box<dyn ReadSeek>> {
        Ok(match self {
            Self::File(path) => Box::new(File::open(path)?),
            Self::Memory(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
        })
    }

    fn size(&self) -> io::Result<u64> {
        match self {
            Self::File(path) => path.metadata().map(|data| data.len()),
            Self::Memory(bytes) => Ok(bytes.len() as u64),
        }
    }
}

/// Why an archive is left before its end.
enum Halt {
    /// Nobody wants more.
    Nobody,
    /// Damage, or a [`Stop`].
    Fault(io::Error),
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Self {
        Self::Fault(error)
    }
}

impl From<Stop> for Halt {
    fn from(stop: Stop) -> Self {
        Self::Fault(stop.into())
    }
}

/// An entry that is to be read.
struct Wanted {
    /// Its full name.
    name: String,
    is_archive: bool,
}

/// The search through one archive on disk and all that lies in it.
struct Finder<'a> {
    choice: &'a Choice,
    out: &'a mut Out,
    /// Whether the archive was named itself.
    named: bool,
    budget: Budget,
    /// A limit of the whole was reached, and said so.
    over: bool,
}

impl Finder<'_> {
    fn put(&mut self, found: Result<Source, SourceError>) -> Result<(), Halt> {
        match self.out.put(found) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Halt::Nobody),
        }
    }

    /// Reads an archive that lies `depth` deep; what is wrong with it is said, once.
    fn archive(&mut self, place: &Place, name: &str, depth: u32) -> Go {
        let error = match self.open(place, name, depth) {
            Ok(()) => return Go::Continue(()),
            Err(Halt::Nobody) => return Go::Break(()),
            Err(Halt::Fault(error)) => error,
        };
        let error = explain(name, &error);
        if matches!(error, SourceError::TooMuch { .. }) && std::mem::replace(&mut self.over, true) {
            return Go::Continue(());
        }
        self.out.put(Err(error))
    }

    fn open(&mut self, place: &Place, name: &str, depth: u32) -> Result<(), Halt> {
        let path = name.to_owned();
        if depth > DEPTH {
            return self.put(Err(SourceError::TooDeep { path }));
        }
        let head = head(place.open()?)?;
        match format(&head) {
            Some(Format::Zip) => zip::read(self, place, name, depth),
            Some(Format::Cab) => cab::read(self, place, name, depth),
            Some(Format::SevenZip) => sevenz::read(self, place, name, depth),
            Some(Format::Tar) => tar::read(self, place.open()?, name, depth),
            Some(format @ (Format::Gzip | Format::Zstd)) => {
                packed::read(self, place, format, name, depth)
            }
            // A setup program's own cabinets share the name with those of Windows.
            None if !self.named && head.starts_with(b"ISc(") => Ok(()),
            None => self.put(Err(SourceError::NotAnArchive { path })),
        }
    }

    /// Whether and as what an entry is read.
    fn judge(&mut self, archive: &str, raw: &str) -> Result<Option<Wanted>, Halt> {
        self.budget.entry()?;
        let Some(path) = name::clean(raw).filter(|path| !name::is_hidden(path)) else {
            return Ok(None);
        };
        let is_archive = name::is_archive(&path);
        let wanted = is_archive || self.choice.wants(Path::new(&path));
        Ok(wanted.then(|| Wanted {
            name: format!("{archive}!/{path}"),
            is_archive,
        }))
    }

    /// Reads an entry into memory and hands it on; what is left of it is read too, so that the
    /// next one follows.
    fn take(&mut self, wanted: Wanted, mut reader: impl Read, depth: u32) -> Result<(), Halt> {
        let mut bytes = Vec::new();
        let read = reader.by_ref().take(IN_MEMORY + 1).read_to_end(&mut bytes);
        if bytes.len() as u64 > IN_MEMORY {
            drop(bytes);
            io::copy(&mut reader, &mut io::sink())?;
            return self.put(Err(SourceError::TooBig { path: wanted.name }));
        }
        // What stands before the damage is a log that was cut off.
        let is_usable = match &read {
            Ok(_) => true,
            Err(error) => !wanted.is_archive && !bytes.is_empty() && !is_stop(error),
        };
        if is_usable && wanted.is_archive {
            let inner = self.archive(&Place::Memory(bytes.into()), &wanted.name, depth + 1);
            if inner.is_break() {
                return Err(Halt::Nobody);
            }
        } else if is_usable {
            let name = wanted.name;
            self.put(Ok(Source::Memory { name, bytes }))?;
        }
        read?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_their_first_bytes() {
        assert_eq!(format(b"PK\x03\x04rest"), Some(Format::Zip));
        assert_eq!(format(b"MSCF\0\0\0\0"), Some(Format::Cab));
        assert_eq!(format(&[0x1F, 0x8B, 8, 0]), Some(Format::Gzip));
        assert_eq!(format(&[0x28, 0xB5, 0x2F, 0xFD]), Some(Format::Zstd));
        for log in [&b""[..], b"PK", b"=== Verbose logging started", &[0; 512]] {
            assert_eq!(format(log), None);
        }
    }
}
