//! zip: a directory at the end, entries that can be reached one by one. Those that are logs are
//! unpacked by the thread that reads them.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use deflate64::Deflate64Decoder;
use flate2::Crc;
use flate2::read::DeflateDecoder;
use zip::ZipArchive;

use super::super::{Source, SourceError};
use super::limits::{Stop, is_bomb};
use super::zstd::Zstd;
use super::{Finder, Halt, Place, Wanted, explain, zip_cut};

/// An entry of a zip file on disk.
#[derive(Debug)]
pub struct ZipEntry {
    pub(in super::super) name: String,
    path: Arc<Path>,
    facts: Facts,
}

impl ZipEntry {
    /// Size in bytes as the directory tells it.
    pub(in super::super) fn size(&self) -> u64 {
        self.facts.size
    }

    /// Opens the file anew and unpacks the entry.
    pub(in super::super) fn open(self) -> Result<Box<dyn Read + Send>, SourceError> {
        let file = File::open(&self.path).map_err(|e| SourceError::from_io(&self.path, e))?;
        let opened = self.facts.open(BufReader::new(file));
        opened.map_err(|error| explain(&self.name, &error))
    }
}

/// What the directory says of an entry.
#[derive(Debug, Clone, Copy)]
struct Facts {
    /// Where its own header begins.
    header: u64,
    packed: u64,
    size: u64,
    crc: u32,
}

impl Facts {
    fn open<R: Read + Seek + Send + 'static>(
        self,
        mut reader: R,
    ) -> io::Result<Box<dyn Read + Send>> {
        reader.seek(SeekFrom::Start(self.header))?;
        let header = Header::read(&mut reader)?;
        let behind = u64::from(header.name_length) + u64::from(header.extra_length);
        // Not relative: a reader that is buffered must not be asked where it stands.
        reader.seek(SeekFrom::Start(self.header + Header::LENGTH + behind))?;
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
fn decoder<R: Read + Send + 'static>(method: u16, packed: R) -> Result<Box<dyn Read + Send>, Stop> {
    Ok(match method {
        0 => Box::new(packed),
        8 => Box::new(DeflateDecoder::new(packed)),
        9 => Box::new(Deflate64Decoder::new(packed)),
        93 => Box::new(Zstd::new(BufReader::new(packed))),
        _ => return Err(Stop::Method(method_name(method))),
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
    const LENGTH: u64 = 30;

    pub fn read(mut reader: impl Read) -> io::Result<Self> {
        let mut bytes = [0; Self::LENGTH as usize];
        reader.read_exact(&mut bytes)?;
        let [
            b'P',
            b'K',
            3,
            4,
            _,
            _,
            f0,
            f1,
            m0,
            m1,
            _,
            _,
            _,
            _,
            rest @ ..,
        ] = bytes
        else {
            return Err(io::Error::other("an entry has no header"));
        };
        let [_, _, _, _, p0, p1, p2, p3, _, _, _, _, n0, n1, e0, e1] = rest;
        Ok(Self {
            flags: u16::from_le_bytes([f0, f1]),
            method: u16::from_le_bytes([m0, m1]),
            packed: u32::from_le_bytes([p0, p1, p2, p3]),
            name_length: u16::from_le_bytes([n0, n1]),
            extra_length: u16::from_le_bytes([e0, e1]),
        })
    }
}

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
        let Some(left) = self.left.checked_sub(read as u64) else {
            return Err(io::Error::other(
                "the archive is damaged: an entry is longer than it should be",
            ));
        };
        self.left = left;
        self.crc.update(buffer.get(..read).unwrap_or_default());
        let is_end = read == 0 && !buffer.is_empty();
        if is_end && (left > 0 || self.crc.sum() != self.wanted) {
            return Err(io::Error::other(
                "the archive is damaged: the checksum of an entry does not hold",
            ));
        }
        Ok(read)
    }
}

/// Finds the logs in a zip file.
pub fn read(finder: &mut Finder, place: &Place, name: &str, depth: u32) -> Result<(), Halt> {
    let Ok(archive) = ZipArchive::new(BufReader::new(place.open()?)) else {
        // Without its end it has no directory; the entries may be there all the same.
        return zip_cut::read(finder, place.open()?, name, depth);
    };
    let mut found = Vec::new();
    let mut encrypted = None;
    let listed = list(finder, &archive, name, &mut found, &mut encrypted);
    // In the order of a folder: name by name from the top.
    found.sort_by(|(a, _), (b, _)| a.name.split('/').cmp(b.name.split('/')));
    for (wanted, facts) in found {
        one(finder, place, wanted, facts, depth)?;
    }
    if let Some(path) = encrypted {
        finder.put(Err(SourceError::Encrypted { path }))?;
    }
    listed
}

/// Lists what is to be read, and the first entry that is encrypted.
fn list<R: Read + Seek>(
    finder: &mut Finder,
    archive: &ZipArchive<R>,
    name: &str,
    found: &mut Vec<(Wanted, Facts)>,
    encrypted: &mut Option<String>,
) -> Result<(), Halt> {
    let directory = archive.metadata();
    for index in 0..directory.len() {
        let entry = directory.entry(index).map_err(io::Error::other)?;
        let bytes = entry.name_raw();
        let raw = entry.name().unwrap_or(String::from_utf8_lossy(bytes));
        let Some(wanted) = finder.judge(name, &raw)?.filter(|_| !entry.is_dir()) else {
            continue;
        };
        if entry.encrypted() {
            encrypted.get_or_insert(wanted.name);
            continue;
        }
        let facts = Facts {
            header: entry.header_start(),
            packed: entry.compressed_size(),
            size: entry.size(),
            crc: entry.crc32(),
        };
        found.push((wanted, facts));
    }
    Ok(())
}

fn one(
    finder: &mut Finder,
    place: &Place,
    wanted: Wanted,
    facts: Facts,
    depth: u32,
) -> Result<(), Halt> {
    if is_bomb(facts.packed, facts.size) {
        let path = wanted.name;
        return finder.put(Err(SourceError::Bomb { path }));
    }
    finder.budget.bytes(facts.size)?;
    if let (Place::File(path), false) = (place, wanted.is_archive) {
        return finder.put(Ok(Source::Zip(ZipEntry {
            name: wanted.name,
            path: Arc::clone(path),
            facts,
        })));
    }
    let entry = wanted.name.clone();
    let taken = facts
        .open(BufReader::new(place.open()?))
        .map_err(Halt::from)
        .and_then(|reader| finder.take(wanted, reader, depth));
    match taken {
        // The others can be reached all the same.
        Err(Halt::Fault(error)) => finder.put(Err(explain(&entry, &error))),
        done => done,
    }
}
