//! Archives, read in place: nothing is unpacked to disk. An archive is told by its first bytes. An
//! entry is named `archive!/path`, and those whose names are those of logs are read, in archives
//! within archives too.
//!
//! Entries of a zip file can be reached one by one: they are unpacked by those who read them. The
//! other formats only read from their beginning: whoever walks them unpacks each entry into memory
//! and hands it on, packed where it is long (`kept.rs`). What all that may cost is in `limits.rs`.
//!
//! A walk meets archives and an archive is walked like a folder: the circle of the two is the nesting itself.

mod cab;
mod kept;
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
use std::path::Path;
use std::sync::Arc;

use super::walk::{Gone, Out};
use super::{Choice, Problem, Source, SourceError};
pub use kept::Kept;
use limits::{Budget, DEPTH};

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

/// Name of the first entry of a document of Office.
const DOCUMENT: &[u8] = b"[Content_Types].xml";

/// The format by the first bytes, as each format's own description gives them.
fn format(head: &[u8]) -> Option<Format> {
    match head {
        // Documents of Office are packed like archives and hold no logs.
        head if head.starts_with(b"PK\x03\x04") && head.get(30..49) == Some(DOCUMENT) => None,
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
pub fn file(path: &Path, named: bool, choice: &Choice, out: &mut Out) -> Result<(), Gone> {
    let shown = path.display().to_string();
    search(Place::File(path.into()), shown, named, choice, out)
}

/// Finds the logs in an archive in memory.
pub fn memory(name: String, bytes: Vec<u8>, choice: &Choice, out: &mut Out) -> Result<(), Gone> {
    search(
        Place::Memory(Bytes(Arc::new(bytes))),
        name,
        true,
        choice,
        out,
    )
}

fn search(
    place: Place,
    name: String,
    named: bool,
    choice: &Choice,
    out: &mut Out,
) -> Result<(), Gone> {
    let before = out.count;
    let mut finder = Finder {
        choice,
        out,
        named,
        budget: Budget::new(place.size().unwrap_or(0)),
        over: false,
    };
    finder.archive(&Archive {
        place,
        name: &name,
        depth: 1,
    })?;
    if named && out.count == before {
        out.put(Err(Problem::NoLogsInArchive.of(name)))?;
    }
    Ok(())
}

/// An archive that is read.
struct Archive<'a> {
    place: Place,
    /// Its name in reports.
    name: &'a str,
    /// In how many archives it lies, itself included.
    depth: u32,
}

/// Where the bytes of an archive are.
#[derive(Debug, Clone)]
enum Place {
    File(Arc<Path>),
    Memory(Bytes),
}

/// Bytes that are shared, without a copy of them being made.
#[derive(Debug, Clone)]
struct Bytes(Arc<Vec<u8>>);

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Bytes that can be read at any place.
trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

impl Place {
    fn open(&self) -> io::Result<Box<dyn ReadSeek>> {
        Ok(match self {
            Self::File(path) => Box::new(File::open(path)?),
            Self::Memory(bytes) => Box::new(Cursor::new(bytes.clone())),
        })
    }

    fn size(&self) -> io::Result<u64> {
        match self {
            Self::File(path) => path.metadata().map(|data| data.len()),
            Self::Memory(bytes) => Ok(bytes.0.len() as u64),
        }
    }
}

/// Why an archive is left before its end.
enum Halt {
    /// Nobody wants more.
    Gone,
    /// Damage, or a [`Problem`] that msilog itself sees.
    Fault(io::Error),
}

impl From<Gone> for Halt {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

impl<E: Into<io::Error>> From<E> for Halt {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

/// Says what went wrong while an archive or an entry was read.
fn explain(name: &str, error: io::Error) -> SourceError {
    let problem = error.downcast().unwrap_or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Problem::NotFound,
        io::ErrorKind::PermissionDenied => Problem::Denied,
        io::ErrorKind::UnexpectedEof => Problem::Damaged("it ends too early".to_owned()),
        _ => Problem::Damaged(error.to_string()),
    });
    problem.of(name)
}

/// Goes on only where what an archive says of itself holds.
fn ensure(holds: bool, otherwise: &str) -> io::Result<()> {
    match holds {
        true => Ok(()),
        false => Err(io::Error::other(otherwise)),
    }
}

/// The next bytes, as many as are asked for.
fn array<const N: usize>(reader: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn u16_of(reader: &mut impl Read) -> io::Result<u16> {
    array(reader).map(u16::from_le_bytes)
}

fn u32_of(reader: &mut impl Read) -> io::Result<u32> {
    array(reader).map(u32::from_le_bytes)
}

fn u64_of(reader: &mut impl Read) -> io::Result<u64> {
    array(reader).map(u64::from_le_bytes)
}

/// Passes over so many bytes.
fn skip(reader: &mut impl Read, bytes: u64) -> io::Result<()> {
    if io::copy(&mut reader.take(bytes), &mut io::sink())? < bytes {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(())
}

/// An entry that is to be read.
struct Wanted {
    /// Its full name.
    name: String,
    is_archive: bool,
    /// The depth of the archive that it lies in.
    depth: u32,
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
    /// Reads an archive; what is wrong with it is said, once.
    fn archive(&mut self, archive: &Archive) -> Result<(), Gone> {
        let error = match self.open(archive) {
            Ok(()) => return Ok(()),
            Err(Halt::Gone) => return Err(Gone),
            Err(Halt::Fault(error)) => explain(archive.name, error),
        };
        let is_over = matches!(error.problem, Problem::TooMuch(_) | Problem::Bomb);
        if is_over && std::mem::replace(&mut self.over, true) {
            return Ok(());
        }
        self.out.put(Err(error))
    }

    fn open(&mut self, archive: &Archive) -> Result<(), Halt> {
        if archive.depth > DEPTH {
            return Err(Problem::TooDeep.into());
        }
        let head = head(archive.place.open()?)?;
        match format(&head) {
            Some(Format::Zip) => zip::read(self, archive),
            Some(Format::Cab) => cab::read(self, archive),
            Some(Format::SevenZip) => sevenz::read(self, archive),
            Some(Format::Tar) => tar::read(self, archive, archive.place.open()?),
            Some(format @ (Format::Gzip | Format::Zstd)) => packed::read(self, archive, format),
            // A setup program's own cabinets share the name with those of Windows.
            None if !self.named && head.starts_with(b"ISc(") => Ok(()),
            None => Err(Problem::NotAnArchive.into()),
        }
    }

    /// Whether and as what an entry is read.
    fn judge(&mut self, archive: &Archive, raw: &str) -> Result<Option<Wanted>, Halt> {
        self.budget.entry()?;
        let Some(path) = name::clean(raw).filter(|path| !name::is_hidden(path)) else {
            return Ok(None);
        };
        let is_archive = name::is_archive(&path);
        let wanted = is_archive || self.choice.wants(Path::new(&path));
        Ok(wanted.then(|| archive.entry(&path, is_archive)))
    }

    /// Reads an entry into memory and hands it on; what is left of it is read too, so that the
    /// next one follows.
    fn take(&mut self, wanted: Wanted, mut reader: impl Read) -> Result<(), Halt> {
        if wanted.is_archive {
            return self.take_archive(&wanted, reader);
        }
        let name = wanted.name;
        let (kept, read) = Kept::read(&mut reader, self.budget.kept());
        // What stands before the damage is a log that was cut off.
        let is_damage = |error: &io::Error| error.get_ref().is_none_or(|e| !e.is::<Problem>());
        match kept {
            None => {
                io::copy(&mut reader, &mut io::sink())?;
                self.out.put(Err(Problem::TooBig.of(name)))?;
            }
            Some(kept)
                if read
                    .as_ref()
                    .err()
                    .is_none_or(|e| kept.length > 0 && is_damage(e)) =>
            {
                self.out.put(Ok(Source::Memory { name, kept }))?;
            }
            Some(_) => {}
        }
        Ok(read?)
    }

    /// Reads an archive in an archive into memory and searches it.
    fn take_archive(&mut self, wanted: &Wanted, mut reader: impl Read) -> Result<(), Halt> {
        // In steps of a size: memory that grows by doubling is twice what is needed.
        const STEP: u64 = 1 << 20;
        let mut bytes = Vec::new();
        while bytes.len() as u64 <= self.budget.memory {
            bytes.reserve_exact(STEP as usize);
            if reader.by_ref().take(STEP).read_to_end(&mut bytes)? < STEP as usize {
                break;
            }
        }
        let length = bytes.len() as u64;
        let Some(left) = self.budget.memory.checked_sub(length) else {
            drop(bytes);
            io::copy(&mut reader, &mut io::sink())?;
            return Ok(self.out.put(Err(Problem::TooBig.of(&wanted.name)))?);
        };
        self.budget.memory = left;
        self.archive(&Archive {
            place: Place::Memory(Bytes(Arc::new(bytes))),
            name: &wanted.name,
            depth: wanted.depth + 1,
        })?;
        self.budget.memory += length;
        Ok(())
    }

    /// The same for an entry that has so many bytes; the end of the file looks like its end.
    fn take_exactly(&mut self, wanted: Wanted, reader: impl Read, size: u64) -> Result<(), Halt> {
        let mut entry = reader.take(size);
        self.take(wanted, &mut entry)?;
        if entry.limit() > 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        Ok(())
    }
}

impl Archive<'_> {
    fn entry(&self, path: &str, is_archive: bool) -> Wanted {
        Wanted {
            name: format!("{}!/{path}", self.name),
            is_archive,
            depth: self.depth,
        }
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
