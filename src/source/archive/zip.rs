//! zip: a directory at the end, entries that can be reached one by one. Those that are logs are
//! unpacked by the thread that reads them.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;

use deflate64::Deflate64Decoder;
use flate2::Crc;
use flate2::read::DeflateDecoder;
use zip::read::{Config, ZipFileEntry};
use zip::unstable::read::ZipIterable;

use super::super::{Packed, Source, SourceError, Unpack};
use super::limits::is_bomb;
use super::zstd::Zstd;
use super::{Archive, Finder, Halt, Place, Problem, Wanted};
use super::{array, ensure, explain, u16_of, u32_of, zip_cut};

/// What the directory says of an entry.
#[derive(Debug, Clone, Copy)]
struct Facts {
    /// Where its own header begins.
    header: u64,
    packed: u64,
    size: u64,
    crc: u32,
}

impl Unpack for Facts {
    fn unpack(&self, file: File, name: &str) -> Result<Box<dyn Read + Send>, SourceError> {
        let entry = self.entry(BufReader::new(file));
        entry.map_err(|error| explain(name, error))
    }
}

impl Facts {
    fn entry<R: Read + Seek + Send + 'static>(
        self,
        mut reader: R,
    ) -> io::Result<Box<dyn Read + Send>> {
        reader.seek(SeekFrom::Start(self.header))?;
        let header = Header::read(&mut reader)?;
        let behind = u64::from(header.name_length) + u64::from(header.extra_length);
        // Not relative: a reader that is buffered must not be asked where it stands.
        let length = Header::LENGTH as u64 + behind;
        reader.seek(SeekFrom::Start(self.header + length))?;
        let unpacked = decoder(header.method, reader.take(self.packed))?;
        Ok(Box::new(Checked {
            inner: unpacked,
            left: self.size,
            crc: Crc::new(),
            wanted: self.crc,
        }))
    }
}

/// A decoder for one of the methods that occur in practice.
fn decoder<R: Read + Send + 'static>(
    method: u16,
    packed: R,
) -> Result<Box<dyn Read + Send>, Problem> {
    Ok(match method {
        0 => Box::new(packed),
        8 => Box::new(DeflateDecoder::new(packed)),
        9 => Box::new(Deflate64Decoder::new(packed)),
        93 => Box::new(Zstd::new(BufReader::new(packed))),
        _ => return Err(Problem::UnknownMethod(method_name(method))),
    })
}

/// The name of a method (PKWARE's APPNOTE, section 4.4.5).
pub fn method_name(method: u16) -> String {
    let name = match method {
        1 => "shrink",
        6 => "implode",
        12 => "bzip2",
        14 => "LZMA",
        95 => "xz",
        98 => "PPMd",
        99 => "AES",
        _ => return format!("method {method}"),
    };
    name.to_owned()
}

/// The header before an entry (APPNOTE, section 4.3.7).
pub struct Header {
    pub flags: u16,
    pub method: u16,
    pub packed: u32,
    pub name_length: u16,
    pub extra_length: u16,
}

impl Header {
    const LENGTH: usize = 30;

    pub fn read(reader: &mut impl Read) -> io::Result<Self> {
        let bytes: [u8; Self::LENGTH] = array(reader)?;
        let mut rest = bytes.as_slice();
        let mark = array(&mut rest)?;
        ensure(mark == *b"PK\x03\x04", "an entry has no header")?;
        let _version = u16_of(&mut rest)?;
        let (flags, method) = (u16_of(&mut rest)?, u16_of(&mut rest)?);
        let [_time, _sum, packed, _size] = [(); 4].map(|()| u32_of(&mut rest));
        Ok(Self {
            flags,
            method,
            packed: packed?,
            name_length: u16_of(&mut rest)?,
            extra_length: u16_of(&mut rest)?,
        })
    }
}

const LONGER: &str = "the archive is damaged: an entry is longer than it should be";
const ALTERED: &str = "the archive is damaged: the checksum of an entry does not hold";

/// An entry that must be as long as the directory says, with the checksum that it says.
struct Checked<R> {
    inner: R,
    left: u64,
    crc: Crc,
    wanted: u32,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let left = self.left.checked_sub(read as u64);
        self.left = left.ok_or_else(|| io::Error::other(LONGER))?;
        self.crc.update(buffer.get(..read).unwrap_or_default());
        let goes_on = read > 0 || buffer.is_empty();
        let holds = self.left == 0 && self.crc.sum() == self.wanted;
        ensure(goes_on || holds, ALTERED)?;
        Ok(read)
    }
}

/// Finds the logs in a zip file.
pub fn read(finder: &mut Finder, archive: &Archive) -> Result<(), Halt> {
    let mut found = Vec::new();
    let mut encrypted = None;
    let reader = BufReader::new(archive.place.open()?);
    let directory = ZipIterable::try_new(reader, Config::default());
    let listed = directory.map_err(io::Error::from).map_err(Halt::from);
    let listed =
        listed.and_then(|directory| list(finder, archive, directory, &mut found, &mut encrypted));
    if let (Err(Halt::Fault(error)), true) = (&listed, found.is_empty() && encrypted.is_none())
        && error.get_ref().is_none_or(|error| !error.is::<Problem>())
    {
        // Without its end it has no directory; the entries may be there all the same.
        return zip_cut::read(finder, archive);
    }
    let overlap = keep_apart(&mut found);
    // In the order of a folder: name by name from the top.
    found.sort_by(|(a, _), (b, _)| a.name.split('/').cmp(b.name.split('/')));
    for (wanted, facts) in found {
        one(finder, &archive.place, wanted, facts)?;
    }
    if let Some(name) = encrypted {
        finder.out.put(Err(Problem::Encrypted.of(name)))?;
    }
    overlap?;
    listed
}

/// Leaves one of those entries that lie in the same bytes: there is no honest reason for it, and a
/// few bytes could be unpacked any number of times.
fn keep_apart(found: &mut Vec<(Wanted, Facts)>) -> io::Result<()> {
    let all = found.len();
    found.sort_by_key(|(_, facts)| facts.header);
    let mut end = 0;
    found.retain(|(_, facts)| {
        let apart = facts.header >= end;
        if apart {
            let length = facts.packed.saturating_add(Header::LENGTH as u64);
            end = facts.header.saturating_add(length);
        }
        apart
    });
    ensure(found.len() == all, "entries overlap")
}

/// Lists what is to be read, and the first entry that is encrypted.
fn list<R: Read + Seek>(
    finder: &mut Finder,
    archive: &Archive,
    mut directory: ZipIterable<R>,
    found: &mut Vec<(Wanted, Facts)>,
    encrypted: &mut Option<String>,
) -> Result<(), Halt> {
    for entry in directory.files().map_err(io::Error::from)? {
        let entry = entry.map_err(io::Error::from)?;
        let bytes = entry.name_raw();
        let raw = entry.name().unwrap_or(String::from_utf8_lossy(bytes));
        let Some(wanted) = finder.judge(archive, &raw)?.filter(|_| !entry.is_dir()) else {
            continue;
        };
        if entry.encrypted() {
            encrypted.get_or_insert(wanted.name);
            continue;
        }
        found.push((wanted, facts(&entry)));
    }
    Ok(())
}

fn facts(entry: &ZipFileEntry<'_>) -> Facts {
    Facts {
        header: entry.header_start(),
        packed: entry.compressed_size(),
        size: entry.size(),
        crc: entry.crc32(),
    }
}

fn one(finder: &mut Finder, place: &Place, wanted: Wanted, facts: Facts) -> Result<(), Halt> {
    let name = wanted.name.clone();
    // The others of the archive can be read all the same.
    if is_bomb(facts.packed, facts.size) {
        return Ok(finder.out.put(Err(Problem::Bomb.of(name)))?);
    }
    finder.budget.bytes(facts.size)?;
    if let (Place::File(path), false) = (place, wanted.is_archive) {
        let path = Arc::clone(path);
        return Ok(finder.out.put(Ok(Source::Packed(Packed {
            name,
            named: false,
            size: Some(facts.size),
            path,
            unpack: Box::new(facts),
        })))?);
    }
    let file = place.open();
    let entry = file.and_then(|file| facts.entry(BufReader::new(file)));
    let entry = entry.map_err(Halt::from);
    match entry.and_then(|entry| finder.take(wanted, entry)) {
        // The others can be reached all the same.
        Err(Halt::Fault(error)) => Ok(finder.out.put(Err(explain(&name, error)))?),
        done => done,
    }
}
