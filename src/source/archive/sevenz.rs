//! 7z: a directory at the end, entries in blocks that only read from their beginning.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::Crc;
use sevenz_rust2::{Archive, BlockDecoder, Error, Password};

use super::limits::Stop;
use super::{Finder, Halt, Place};

/// Length of the header at the beginning (7-Zip's 7zFormat.txt, "SignatureHeader").
const HEADER: u64 = 32;

/// Finds the logs in a 7z file.
pub fn read(finder: &mut Finder, place: &Place, name: &str, depth: u32) -> Result<(), Halt> {
    let size = place.size()?;
    let mut reader = BufReader::new(place.open()?);
    check(&mut reader, size)?;
    reader.seek(SeekFrom::Start(0))?;
    let none = Password::empty();
    let archive = Archive::read(&mut reader, &none).map_err(fault)?;
    let meter = finder.budget.meter(size);
    for block in 0..archive.blocks.len() {
        let mut halted = Ok(());
        let decoder = BlockDecoder::new(1, block, &archive, &none, &mut reader);
        let done = decoder.for_each_entries(&mut |entry, reader| {
            let mut reader = meter.after(reader);
            halted = finder.judge(name, entry.name()).and_then(|wanted| {
                match wanted.filter(|_| !entry.is_directory()) {
                    Some(wanted) => finder.take(wanted, &mut reader, depth),
                    None => Ok(_ = io::copy(&mut reader, &mut io::sink())?),
                }
            });
            Ok(halted.is_ok())
        });
        halted?;
        done.map_err(fault)?;
    }
    Ok(())
}

/// Checks the header at the beginning and the directory before anything is believed that they say.
fn check(reader: &mut (impl Read + Seek), size: u64) -> io::Result<()> {
    let damaged = || io::Error::other("the directory's checksum does not hold");
    let mut start = [0; HEADER as usize];
    reader.read_exact(&mut start)?;
    let [_, _, _, _, _, _, _, _, c0, c1, c2, c3, told @ ..] = start;
    let [offset, length, crc] = [0, 8, 16].map(|at| {
        let bytes = told.iter().skip(at).take(8).rev();
        bytes.fold(0u64, |sum, byte| sum << 8 | u64::from(*byte))
    });
    if sum(&told) != u32::from_le_bytes([c0, c1, c2, c3]) {
        return Err(damaged());
    }
    let begin = HEADER.saturating_add(offset);
    if begin.saturating_add(length) > size {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    reader.seek(SeekFrom::Start(begin))?;
    let mut directory = Vec::new();
    reader.take(length).read_to_end(&mut directory)?;
    if u64::from(sum(&directory)) != crc {
        return Err(damaged());
    }
    Ok(())
}

fn sum(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

fn fault(error: Error) -> io::Error {
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => Stop::Encrypted.into(),
        Error::UnsupportedCompressionMethod(method) if method.contains("AES") => {
            Stop::Encrypted.into()
        }
        Error::UnsupportedCompressionMethod(method) => Stop::Method(method).into(),
        Error::Io(error, _) => error,
        error => io::Error::other(error),
    }
}
