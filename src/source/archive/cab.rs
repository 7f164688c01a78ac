//! Cabinets (.cab): files lie one after the other in folders, and a folder is a chain of blocks
//! that are packed together (Microsoft Cabinet Format; MS-MCI for MSZIP; MS-PATCH for LZX). Read
//! here block by block, so that a folder of many files is unpacked once.

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use flate2::{Decompress, FlushDecompress};
use lzxd::{Lzxd, WindowSize};

use super::limits::Meter;
use super::{Archive, Finder, Halt, Problem, array, ensure, skip, u16_of, u32_of};

/// What MSZIP looks back to, in bytes; also the most that a block holds.
const WINDOW: usize = 0x8000;
/// What a block costs besides what it holds, in bytes that are unpacked meanwhile: its header, and
/// for MSZIP what the decoder learns anew of the blocks before.
const BLOCK: u64 = WINDOW as u64 / 4;
/// Flags of the header: the names of neighbours follow, lengths of reserved areas follow.
const HAS_PREVIOUS: u16 = 1;
const HAS_NEXT: u16 = 2;
const HAS_RESERVE: u16 = 4;
/// From here on, the number of a file's folder says that it continues in another cabinet.
const CONTINUED: u16 = 0xFFFD;

/// Finds the logs in a cabinet.
pub fn read(finder: &mut Finder, archive: &Archive) -> Result<(), Halt> {
    let mut reader = BufReader::new(archive.place.open()?);
    let cabinet = Cabinet::read(&mut reader)?;
    let meter = finder.budget.meter();
    for files in cabinet.files.chunk_by(|a, b| a.folder == b.folder) {
        let number = files.first().map_or(0, |file| file.folder);
        if number >= CONTINUED {
            let what = "files that continue in another cabinet";
            return Err(Problem::UnknownMethod(what.to_owned()).into());
        }
        let Some(folder) = cabinet.folders.get(usize::from(number)) else {
            return Err(io::Error::other("a file lies in a folder that is not there").into());
        };
        // What is wrong with a folder only matters where something is read of it.
        let (mut unopened, mut opened) = (Some(&mut reader), None);
        let mut at = 0;
        for file in files {
            let Some(wanted) = finder.judge(archive, &file.name)? else {
                continue;
            };
            let Some(gap) = u64::from(file.offset).checked_sub(at) else {
                return Err(io::Error::other("two files overlap").into());
            };
            if let Some(reader) = unopened.take() {
                finder.budget.set_up(set_up(folder.method))?;
                let blocks = Blocks::open(reader, folder, cabinet.reserve, meter.clone())?;
                opened = Some(meter.after(blocks));
            }
            let Some(blocks) = &mut opened else { continue };
            skip(blocks, gap)?;
            finder.take_exactly(wanted, blocks, file.size.into())?;
            at = u64::from(file.offset) + u64::from(file.size);
        }
    }
    Ok(())
}

/// A text that ends with NUL; the longest path of Windows is far shorter than what is let through.
fn text(reader: &mut impl BufRead) -> io::Result<String> {
    let mut bytes = Vec::new();
    reader.take(1024).read_until(0, &mut bytes)?;
    ensure(bytes.pop() == Some(0), "a name has no end")?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

struct Folder {
    /// Where its first block begins.
    begin: u32,
    blocks: u16,
    method: u16,
}

struct File {
    size: u32,
    /// Where it begins in its folder, unpacked.
    offset: u32,
    folder: u16,
    name: String,
}

/// The directory of a cabinet.
struct Cabinet {
    folders: Vec<Folder>,
    /// By their place.
    files: Vec<File>,
    /// Bytes that are reserved before each block.
    reserve: u8,
}

impl Cabinet {
    fn read(reader: &mut (impl BufRead + Seek)) -> io::Result<Self> {
        reader.seek(SeekFrom::Start(16))?;
        let first_file = u32_of(reader)?;
        reader.seek(SeekFrom::Start(26))?;
        let (folders, files) = (u16_of(reader)?, u16_of(reader)?);
        let flags = u16_of(reader)?;
        let _set = u32_of(reader)?;
        let (mut of_header, mut of_folder, mut reserve) = (0, 0, 0);
        if flags & HAS_RESERVE != 0 {
            of_header = u16_of(reader)?;
            [of_folder, reserve] = array(reader)?;
        }
        skip(reader, of_header.into())?;
        for flag in [HAS_PREVIOUS, HAS_NEXT] {
            if flags & flag != 0 {
                let (_cabinet, _disk) = (text(reader)?, text(reader)?);
            }
        }
        let folder = |reader: &mut _| folder(reader, of_folder);
        let folders = (0..folders)
            .map(|_| folder(reader))
            .collect::<Result<_, _>>()?;
        reader.seek(SeekFrom::Start(first_file.into()))?;
        let mut files: Vec<File> = (0..files).map(|_| file(reader)).collect::<Result<_, _>>()?;
        files.sort_by_key(|file| (file.folder, file.offset));
        Ok(Self {
            folders,
            files,
            reserve,
        })
    }
}

fn folder(reader: &mut impl Read, reserve: u8) -> io::Result<Folder> {
    let folder = Folder {
        begin: u32_of(reader)?,
        blocks: u16_of(reader)?,
        method: u16_of(reader)?,
    };
    skip(reader, reserve.into())?;
    Ok(folder)
}

fn file(reader: &mut impl BufRead) -> io::Result<File> {
    let (size, offset) = (u32_of(reader)?, u32_of(reader)?);
    let folder = u16_of(reader)?;
    let _date_and_time = u32_of(reader)?;
    let _attributes = u16_of(reader)?;
    Ok(File {
        size,
        offset,
        folder,
        name: text(reader)?,
    })
}

/// How a folder is packed.
enum Method {
    Stored,
    Mszip(Box<Decompress>),
    Lzx(Box<Lzxd>),
}

impl Method {
    fn of(bits: u16) -> Result<Self, Problem> {
        Ok(match bits & 0xF {
            0 => Self::Stored,
            1 => Self::Mszip(Box::new(Decompress::new(false))),
            2 => return Err(Problem::UnknownMethod("Quantum".to_owned())),
            3 => Self::Lzx(Box::new(Lzxd::new(window(bits >> 8 & 0x1F)?))),
            other => return Err(Problem::UnknownMethod(format!("method {other}"))),
        })
    }
}

/// The window of LZX by its number of bits.
fn window(bits: u16) -> Result<WindowSize, Problem> {
    Ok(match bits {
        15 => WindowSize::KB32,
        16 => WindowSize::KB64,
        17 => WindowSize::KB128,
        18 => WindowSize::KB256,
        19 => WindowSize::KB512,
        20 => WindowSize::MB1,
        21 => WindowSize::MB2,
        _ => {
            let what = format!("LZX with a window of {bits} bits");
            return Err(Problem::UnknownMethod(what));
        }
    })
}

/// What memory a folder asks for that is packed in this way, in bytes: the window, or that of the
/// decoder alone.
fn set_up(method: u16) -> u64 {
    1 << (method >> 8 & 0x1F).clamp(16, 31)
}

/// What lies in a folder, unpacked.
struct Blocks<R> {
    reader: R,
    meter: Meter,
    left: u16,
    reserve: u8,
    method: Method,
    /// The last bytes, which the next block may repeat.
    window: Vec<u8>,
    /// The block that is read, and how far.
    block: io::Cursor<Vec<u8>>,
}

impl<R: Read + Seek> Blocks<R> {
    fn open(mut reader: R, folder: &Folder, reserve: u8, meter: Meter) -> io::Result<Self> {
        reader.seek(SeekFrom::Start(folder.begin.into()))?;
        Ok(Self {
            reader,
            meter,
            left: folder.blocks,
            reserve,
            method: Method::of(folder.method)?,
            window: Vec::new(),
            block: io::Cursor::default(),
        })
    }

    fn next(&mut self) -> io::Result<Vec<u8>> {
        let told = u32_of(&mut self.reader)?;
        let lengths = [u16_of(&mut self.reader)?, u16_of(&mut self.reader)?];
        let [packed, unpacked] = lengths.map(usize::from);
        ensure(unpacked <= WINDOW, "a block is longer than it may be")?;
        // The last block of a cabinet may be empty where it goes on in another.
        ensure(
            unpacked > 0,
            "a block is empty, or goes on in another cabinet",
        )?;
        self.meter.count(BLOCK)?;
        let mut bytes = vec![0; usize::from(self.reserve) + packed];
        self.reader.read_exact(&mut bytes)?;
        let found = checksum(&bytes) ^ (packed as u32 | (unpacked as u32) << 16);
        let holds = told == 0 || told == found;
        ensure(holds, "the checksum of a block does not hold")?;
        bytes.drain(..usize::from(self.reserve));
        let block = match &mut self.method {
            Method::Stored => bytes,
            Method::Mszip(decoder) => mszip(decoder, &bytes, &mut self.window)?,
            Method::Lzx(decoder) => decoder
                .decompress_next(&bytes, unpacked)
                .map_err(io::Error::other)?
                .to_vec(),
        };
        let fits = block.len() == unpacked;
        ensure(fits, "a block has not the length that it should")?;
        Ok(block)
    }
}

impl<R: Read + Seek> Read for Blocks<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.block.read(buffer)?;
            if read > 0 || buffer.is_empty() || self.left == 0 {
                return Ok(read);
            }
            self.left -= 1;
            self.block = io::Cursor::new(self.next()?);
        }
    }
}

/// Unpacks a block of MSZIP: a whole deflate stream of its own, but for what it repeats from the
/// blocks before. The decoder learns these as a stored piece at the beginning.
fn mszip(decoder: &mut Decompress, packed: &[u8], window: &mut Vec<u8>) -> io::Result<Vec<u8>> {
    let Some(packed) = packed.strip_prefix(b"CK") else {
        return Err(io::Error::other("a block has no mark"));
    };
    decoder.reset(false);
    if !window.is_empty() {
        let length = u16::try_from(window.len()).unwrap_or(WINDOW as u16);
        let mut stored = vec![0];
        stored.extend(length.to_le_bytes());
        stored.extend((!length).to_le_bytes());
        stored.extend_from_slice(window);
        let mut again = Vec::with_capacity(window.len());
        decoder
            .decompress_vec(&stored, &mut again, FlushDecompress::Sync)
            .map_err(io::Error::other)?;
    }
    let mut block = Vec::with_capacity(WINDOW);
    decoder
        .decompress_vec(packed, &mut block, FlushDecompress::Finish)
        .map_err(io::Error::other)?;
    window.extend_from_slice(&block);
    window.drain(..window.len().saturating_sub(WINDOW));
    Ok(block)
}

/// The checksum of a block: its words xored; the last bytes, where they are fewer than four, stand
/// the other way round.
fn checksum(bytes: &[u8]) -> u32 {
    let words = bytes.chunks(4).map(|word| match *word {
        [a, b, c, d] => u32::from_le_bytes([a, b, c, d]),
        [a, b, c] => u32::from_le_bytes([c, b, a, 0]),
        [a, b] => u32::from_le_bytes([b, a, 0, 0]),
        [a] => u32::from(a),
        _ => 0,
    });
    words.fold(0, |sum, word| sum ^ word)
}
