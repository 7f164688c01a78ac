//! A zip file whose end is missing, as an upload that broke off leaves it: its directory is gone,
//! but each entry has a header of its own, and what is complete can be read in the order of the
//! file.
//!
//! It reads the headers of `zip.rs`, which hands over to it where the directory is gone: two ways into one format.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::DeflateDecoder;

use super::zip::{Header, method_name};
use super::{Archive, Finder, Halt, Problem, skip};

/// A bit of the flags: encrypted (APPNOTE, section 4.4.4).
const ENCRYPTED: u16 = 1;
/// A bit of the flags: sizes and checksum follow the entry.
const SIZES_FOLLOW: u16 = 8;

/// Finds the logs as far as the file goes; always ends with an error.
pub fn read(finder: &mut Finder, archive: &Archive) -> Result<(), Halt> {
    let mut reader = BufReader::new(archive.place.open()?);
    // Up to where the directory begins, or nothing is left.
    while reader.fill_buf()?.starts_with(b"PK\x03\x04") {
        entry(finder, archive, &mut reader)?;
    }
    Err(no_directory())
}

fn no_directory() -> Halt {
    io::Error::other("its directory is missing or altered").into()
}

fn entry(finder: &mut Finder, archive: &Archive, reader: &mut impl BufRead) -> Result<(), Halt> {
    let header = Header::read(reader)?;
    let mut raw = vec![0; header.name_length.into()];
    reader.read_exact(&mut raw)?;
    skip(reader, header.extra_length.into())?;
    let wanted = finder.judge(archive, &String::from_utf8_lossy(&raw))?;
    if header.flags & ENCRYPTED != 0 {
        return Err(Problem::Encrypted.into());
    }
    let packed = u64::from(header.packed);
    let is_open_ended = header.flags & SIZES_FOLLOW != 0;
    match (header.method, is_open_ended, wanted) {
        (_, false, None) => skip(reader, packed)?,
        (0, false, Some(wanted)) => finder.take_exactly(wanted, reader, packed)?,
        (8, false, Some(wanted)) => {
            let mut entry = reader.take(packed);
            let meter = finder.budget.meter();
            let done = finder.take(wanted, meter.after(DeflateDecoder::new(&mut entry)));
            let left = entry.limit();
            done?;
            skip(reader, left)?;
        }
        (8, true, wanted) => {
            let meter = finder.budget.meter();
            let mut entry = meter.after(DeflateDecoder::new(&mut *reader));
            match wanted {
                Some(wanted) => finder.take(wanted, &mut entry)?,
                None => _ = io::copy(&mut entry, &mut io::sink())?,
            }
            // Checksum and sizes behind it, with a mark or without (APPNOTE, section 4.3.9).
            let has_mark = reader.fill_buf()?.starts_with(b"PK\x07\x08");
            skip(reader, if has_mark { 16 } else { 12 })?;
        }
        (0, true, _) => return Err(no_directory()),
        (method, ..) => return Err(Problem::UnknownMethod(method_name(method)).into()),
    }
    Ok(())
}
