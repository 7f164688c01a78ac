//! 7z: a directory at the end, entries in blocks that only read from their beginning.

use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};

use flate2::Crc;
use sevenz_rust2::{Archive, BlockDecoder, Error, Password};

use super::limits::{Budget, TOO_MANY};
use super::sevenz_check::{self, Directory};
use super::{Finder, Halt, Problem, array, ensure, u32_of, u64_of};

/// Length of the header at the beginning (7-Zip's 7zFormat.txt, "SignatureHeader").
const HEADER: u64 = 32;
/// Most bytes of a directory: far more than that of [`TOO_MANY`] entries.
const DIRECTORY: u64 = 16 << 20;

/// Finds the logs in a 7z file.
pub fn read(finder: &mut Finder, packed: &super::Archive) -> Result<(), Halt> {
    let size = packed.place.size()?;
    let mut reader = BufReader::new(packed.place.open()?);
    let set_up = check(&mut reader, size, &finder.budget)?;
    reader.seek(SeekFrom::Start(0))?;
    let none = Password::empty();
    let archive = Archive::read(&mut reader, &none).map_err(fault)?;
    let meter = finder.budget.meter();
    for block in 0..archive.blocks.len() {
        let mut halted = Ok(());
        // What was not looked through is not set up.
        let memory = set_up.get(block).copied().unwrap_or(u64::MAX);
        finder.budget.set_up(memory)?;
        finder.budget.memory -= memory;
        let decoder = BlockDecoder::new(1, block, &archive, &none, &mut reader);
        let done = decoder.for_each_entries(&mut |entry, reader| {
            let mut reader = meter.after(reader);
            halted = finder.judge(packed, entry.name()).and_then(|wanted| {
                match wanted.filter(|_| !entry.is_directory()) {
                    Some(wanted) => finder.take(wanted, &mut reader),
                    None => Ok(_ = io::copy(&mut reader, &mut io::sink())?),
                }
            });
            Ok(halted.is_ok())
        });
        finder.budget.memory += memory;
        halted?;
        done.map_err(fault)?;
    }
    Ok(())
}

/// Checks the header at the beginning and the directory before anything is believed that they say;
/// what memory each block asks for.
fn check(reader: &mut (impl Read + Seek), size: u64, budget: &Budget) -> io::Result<Vec<u64>> {
    let altered = "the directory's checksum does not hold";
    let _mark_and_version = u64_of(reader)?;
    let crc = u32_of(reader)?;
    let told: [u8; 20] = array(reader)?;
    ensure(sum(&told) == crc, altered)?;
    let mut rest = told.as_slice();
    let [offset, length] = [u64_of(&mut rest)?, u64_of(&mut rest)?];
    let crc = u32_of(&mut rest)?;
    let begin = HEADER.saturating_add(offset);
    if begin.saturating_add(length) > size {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    reader.seek(SeekFrom::Start(begin))?;
    if length > DIRECTORY {
        return Err(TOO_MANY.into());
    }
    let mut directory = Vec::new();
    reader.by_ref().take(length).read_to_end(&mut directory)?;
    ensure(sum(&directory) == crc, altered)?;
    look_through(reader, &directory, offset, budget)
}

/// Looks through a directory, unpacked where it is packed, before the decoder believes it.
fn look_through(
    reader: &mut (impl Read + Seek),
    directory: &[u8],
    room: u64,
    budget: &Budget,
) -> io::Result<Vec<u64>> {
    let hostile = || io::Error::other("its directory does not add up");
    let (whole, memory) = match sevenz_check::check(directory, room).ok_or_else(hostile)? {
        Directory::Plain(set_up) => return Ok(set_up),
        Directory::Packed(whole, memory) => (whole, memory),
    };
    budget.set_up(memory)?;
    let unpacked = unpacked(reader, &whole)?;
    match sevenz_check::check(&unpacked, room) {
        Some(Directory::Plain(set_up)) => Ok(set_up),
        _ => Err(hostile()),
    }
}

/// The one file of a directory that was looked through.
fn unpacked(reader: &mut (impl Read + Seek), directory: &[u8]) -> io::Result<Vec<u8>> {
    let (offset, length) = (0u64, directory.len() as u64);
    let mut told = [offset.to_le_bytes(), length.to_le_bytes()].concat();
    told.extend(sum(directory).to_le_bytes());
    let mut file = b"7z\xBC\xAF\x27\x1C\0\x04".to_vec();
    file.extend(sum(&told).to_le_bytes());
    file.extend(told);
    file.extend(directory);
    let none = Password::empty();
    let archive = Archive::read(&mut Cursor::new(file), &none).map_err(fault)?;
    let mut bytes = Vec::new();
    let decoder = BlockDecoder::new(1, 0, &archive, &none, reader);
    let mut read = Ok(0);
    let done = decoder.for_each_entries(&mut |_, content| {
        read = content.take(DIRECTORY).read_to_end(&mut bytes);
        Ok(false)
    });
    read?;
    done.map_err(fault)?;
    Ok(bytes)
}

fn sum(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

fn fault(error: Error) -> io::Error {
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => Problem::Encrypted.into(),
        Error::UnsupportedCompressionMethod(method) if method.contains("AES") => {
            Problem::Encrypted.into()
        }
        Error::UnsupportedCompressionMethod(method) => Problem::UnknownMethod(method).into(),
        Error::Io(error, _) => error,
        error => io::Error::other(error),
    }
}
