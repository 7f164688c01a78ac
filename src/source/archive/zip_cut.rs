//! A zip file whose end is missing, as an upload that broke off leaves it: its directory is gone,
//! but each entry has a header of its own, and what is complete can be read in the order of the
//! file.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::DeflateDecoder;

use super::limits::Stop;
use super::zip::{Header, method_name};
use super::{Finder, Halt};

/// A bit of the flags: encrypted (APPNOTE, section 4.4.4).
const ENCRYPTED: u16 = 1;
/// A bit of the flags: sizes and checksum follow the entry.
const SIZES_FOLLOW: u16 = 8;

/// Finds the logs as far as the file goes; always ends with an error.
pub fn read(finder: &mut Finder, reader: impl Read, name: &str, depth: u32) -> Result<(), Halt> {
    let mut reader = BufReader::new(reader);
    loop {
        let begin = reader.fill_buf()?;
        // Where the directory begins, or nothing is left.
        if !begin.starts_with(b"PK\x03\x04") {
            return Err(io::Error::other("its directory is missing or altered").into());
        }
        entry(finder, &mut reader, name, depth)?;
    }
}

fn entry(
    finder: &mut Finder,
    reader: &mut impl BufRead,
    name: &str,
    depth: u32,
) -> Result<(), Halt> {
    let header = Header::read(&mut *reader)?;
    let mut raw = vec![0; header.name_length.into()];
    reader.read_exact(&mut raw)?;
    skip(reader, header.extra_length.into())?;
    let wanted = finder.judge(name, &String::from_utf8_lossy(&raw))?;
    if header.flags & ENCRYPTED != 0 {
        return Err(Stop::Encrypted.into());
    }
    let packed = u64::from(header.packed);
    let is_open_ended = header.flags & SIZES_FOLLOW != 0;
    match (header.method, is_open_ended, wanted) {
        (_, false, None) => skip(reader, packed)?,
        (0, false, Some(wanted)) => {
            let mut entry = reader.take(packed);
            finder.take(wanted, &mut entry, depth)?;
            if entry.limit() > 0 {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
            }
        }
        (8, false, Some(wanted)) => {
            let mut entry = reader.take(packed);
            let meter = finder.budget.meter(packed);
            let done = finder.take(wanted, meter.after(DeflateDecoder::new(&mut entry)), depth);
            let left = entry.limit();
            done?;
            skip(reader, left)?;
        }
        (8, true, wanted) => {
            let meter = finder.budget.meter(0);
            let mut entry = meter.after(DeflateDecoder::new(Counted(&mut *reader, meter.clone())));
            match wanted {
                Some(wanted) => finder.take(wanted, &mut entry, depth)?,
                None => _ = io::copy(&mut entry, &mut io::sink())?,
            }
            skip_sizes(reader)?;
        }
        (0, true, _) => {
            return Err(io::Error::other("its directory is missing or altered").into());
        }
        (method, ..) => return Err(Stop::Method(method_name(method)).into()),
    }
    Ok(())
}

fn skip(reader: &mut impl BufRead, bytes: u64) -> io::Result<()> {
    if io::copy(&mut reader.take(bytes), &mut io::sink())? < bytes {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(())
}

/// Checksum and sizes behind an entry, with a mark or without (APPNOTE, section 4.3.9).
fn skip_sizes(reader: &mut impl BufRead) -> io::Result<()> {
    let has_mark = reader.fill_buf()?.starts_with(b"PK\x07\x08");
    skip(reader, if has_mark { 16 } else { 12 })
}

/// A buffered reader that tells the meter what is taken from it.
struct Counted<'r, R>(&'r mut R, super::limits::Meter);

impl<R: BufRead> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        self.1.packed(read as u64);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.0.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        self.1.packed(bytes as u64);
        self.0.consume(bytes);
    }
}
