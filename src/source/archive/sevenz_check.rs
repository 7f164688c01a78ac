//! The directory of a 7z file, looked through before the decoder gets it: the decoder makes room for
//! whatever the directory claims, and a program cannot go on when there is no such room. Only what
//! adds up, and is of a size that honest archives have, is let through.
//!
//! The shape is that of 7-Zip's 7zFormat.txt; what no writer writes any more is refused.

/// Most files, streams and blocks.
const MOST: usize = 100_000;
/// Most bytes that a directory may unpack to.
const DIRECTORY: u64 = 16 << 20;
/// Most bytes that one thing may claim to unpack to: sums of them stay far from overflowing.
const UNPACKED: u64 = 1 << 40;
/// Most coders of one block, and streams of one coder (7zFormat.txt, "Folder").
const CODERS: usize = 32;

/// What a directory is.
#[derive(Debug, PartialEq, Eq)]
pub enum Directory {
    /// Files, as they are, and what memory the decoders of each block ask for, in bytes.
    Plain(Vec<u64>),
    /// It is packed itself: a plain directory with one file, which is the packed one; and what memory
    /// it asks for.
    Packed(Vec<u8>, u64),
}

/// Looks through a directory; `room` is how many bytes of packed streams stand before it. Nothing
/// where it does not add up.
pub fn check(directory: &[u8], room: u64) -> Option<Directory> {
    let mut reader = Reader(directory);
    match reader.byte()? {
        // The decoder makes one buffer for an unpacked directory.
        0x17 => {
            let streams = reader.streams(room)?;
            let block = streams.blocks.first()?;
            let (plain, memory) = (block.unpacked <= DIRECTORY, block.memory);
            let [_, body @ ..] = directory else {
                return None;
            };
            let [body @ .., 0] = body.get(..body.len() - reader.0.len())? else {
                return None;
            };
            let mut whole = vec![1, 4];
            whole.extend(body);
            if !streams.divided {
                whole.extend([8, 0]);
            }
            whole.extend([0, 5, 1, 0, 0]);
            (plain && streams.count == 1).then_some(Directory::Packed(whole, memory))
        }
        1 => {
            let streams = reader.part(4, |reader| reader.streams(room))?;
            let count = streams.as_ref().map_or(0, |streams| streams.count);
            reader.part(5, |reader| reader.files(count))?;
            reader.expect(0)?;
            let blocks = streams.into_iter().flat_map(|streams| streams.blocks);
            Some(Directory::Plain(blocks.map(|block| block.memory).collect()))
        }
        _ => None,
    }
}

/// What is known of a block ("Folder").
#[derive(Debug, Default)]
struct Block {
    packed_streams: usize,
    outputs: usize,
    /// The output that nothing else reads.
    last: usize,
    unpacked: u64,
    /// What its decoders ask for, in bytes.
    memory: u64,
    has_sum: bool,
    parts: usize,
}

/// What is known of all blocks.
struct Streams {
    blocks: Vec<Block>,
    /// Files with something in them.
    count: usize,
    /// Whether it says how blocks are divided.
    divided: bool,
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }

    fn byte(&mut self) -> Option<u8> {
        self.bytes(1)?.first().copied()
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.byte()? == byte).then_some(())
    }

    /// A part that may be there, with its mark before it; nothing where it does not add up.
    fn part<T>(
        &mut self,
        mark: u8,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.0 {
            [first, rest @ ..] if *first == mark => {
                self.0 = rest;
                read(self).map(Some)
            }
            _ => Some(None),
        }
    }

    /// A number of one to nine bytes: ones at the top of the first say how many follow.
    fn number(&mut self) -> Option<u64> {
        let first = self.byte()?;
        let more = first.leading_ones() as usize;
        let low = self.bytes(more)?.iter().rev();
        let low = low.fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        let high = u64::from(first) & (0x7F_u64 >> more);
        Some(if more < 8 {
            high << (8 * more) | low
        } else {
            low
        })
    }

    fn count(&mut self, most: usize) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count <= most).then_some(count)
    }

    fn size(&mut self) -> Option<u64> {
        self.number().filter(|size| *size <= UNPACKED)
    }

    fn bits(&mut self, count: usize) -> Option<Vec<bool>> {
        let bytes = self.bytes(count.div_ceil(8))?;
        let bits = |&byte: &u8| (0..8).map(move |at| byte << at & 0x80 != 0);
        Some(bytes.iter().flat_map(bits).take(count).collect())
    }

    fn all_or_bits(&mut self, count: usize) -> Option<Vec<bool>> {
        match self.byte()? {
            0 => self.bits(count),
            _ => Some(vec![true; count]),
        }
    }

    /// Checksums: which there are, and four bytes of each.
    fn sums(&mut self, count: usize) -> Option<Vec<bool>> {
        let told = self.all_or_bits(count)?;
        self.bytes(4 * told.iter().filter(|told| **told).count())?;
        Some(told)
    }

    fn streams(&mut self, room: u64) -> Option<Streams> {
        let packed = self.part(6, |reader| reader.pack_info(room))?.unwrap_or(0);
        let mut blocks = self.part(7, Self::blocks)?.unwrap_or_default();
        let needed: usize = blocks.iter().map(|block| block.packed_streams).sum();
        let divided = self.part(8, |reader| reader.parts(&mut blocks))?.is_some();
        self.expect(0)?;
        let count = blocks.iter().map(|block| block.parts).sum();
        (needed == packed && count <= MOST).then_some(Streams {
            blocks,
            count,
            divided,
        })
    }

    /// How many packed streams there are; they lie before the directory.
    fn pack_info(&mut self, room: u64) -> Option<usize> {
        let mut end = self.number()?;
        let count = self.count(MOST)?;
        self.expect(9)?;
        for _ in 0..count {
            end = end.checked_add(self.number()?)?;
        }
        self.part(10, |reader| reader.sums(count))?;
        self.expect(0)?;
        (end <= room).then_some(count)
    }

    fn blocks(&mut self) -> Option<Vec<Block>> {
        self.expect(11)?;
        let count = self.count(MOST.min(self.0.len()))?;
        self.expect(0)?;
        let mut blocks = Vec::new();
        for _ in 0..count {
            blocks.push(self.block()?);
        }
        self.expect(12)?;
        for block in &mut blocks {
            for output in 0..block.outputs {
                let size = self.size()?;
                if output == block.last {
                    block.unpacked = size;
                }
            }
        }
        let told = self.part(10, |reader| reader.sums(count))?;
        for (block, told) in blocks.iter_mut().zip(told.unwrap_or_default()) {
            block.has_sum = told;
        }
        self.expect(0)?;
        Some(blocks)
    }

    /// Coders, which of them read from which, and what they read from the file: a tree.
    fn block(&mut self) -> Option<Block> {
        let outputs = self.count(CODERS)?;
        let (mut inputs, mut memory) = (0, 0);
        for _ in 0..outputs {
            let (read, asked) = self.coder()?;
            inputs += read;
            memory += asked;
        }
        let (mut fed, mut read) = (vec![false; inputs], vec![false; outputs]);
        for _ in 1..outputs {
            self.tie(&mut fed)?;
            self.tie(&mut read)?;
        }
        let packed_streams = (inputs + 1).checked_sub(outputs).filter(|n| *n > 0)?;
        if packed_streams > 1 {
            for _ in 0..packed_streams {
                self.tie(&mut fed)?;
            }
        }
        Some(Block {
            packed_streams,
            outputs,
            last: read.iter().position(|read| !read)?,
            memory,
            parts: 1,
            ..Block::default()
        })
    }

    /// Ties the next of some ends, which must not have been tied before.
    fn tie(&mut self, ends: &mut [bool]) -> Option<()> {
        let end = ends.get_mut(self.count(ends.len())?)?;
        (!std::mem::replace(end, true)).then_some(())
    }

    /// How many streams a coder reads, and what memory it asks for; it writes one stream.
    fn coder(&mut self) -> Option<(usize, u64)> {
        let shape = self.byte()?;
        let method = self.bytes(usize::from(shape & 15))?;
        let mut inputs = 1;
        if shape & 0x10 != 0 {
            inputs = self.count(CODERS)?;
            if self.number()? != 1 {
                return None;
            }
        }
        let mut properties = &[][..];
        if shape & 0x20 != 0 {
            let length = self.count(self.0.len())?;
            properties = self.bytes(length)?;
        }
        let is_sound = shape & 0x80 == 0 && inputs > 0;
        is_sound.then_some((inputs, memory(method, properties)?))
    }

    /// How the blocks are divided into files ("SubStreams Info").
    fn parts(&mut self, blocks: &mut [Block]) -> Option<()> {
        self.part(13, |reader| {
            let mut blocks = blocks.iter_mut();
            blocks.try_for_each(|block| {
                block.parts = reader.count(MOST)?;
                Some(())
            })
        })?;
        if blocks.iter().map(|block| block.parts).sum::<usize>() > MOST {
            return None;
        }
        self.part(9, |reader| {
            let mut sizes = blocks.iter().flat_map(|block| 1..block.parts);
            sizes.try_for_each(|_| reader.size().map(drop))
        })?;
        self.part(10, |reader| {
            let untold = blocks.iter().filter(|b| b.parts != 1 || !b.has_sum);
            reader.sums(untold.map(|block| block.parts).sum())
        })?;
        self.expect(0)
    }

    /// The files, of which `filled` have something in them.
    fn files(&mut self, filled: usize) -> Option<()> {
        let count = self.count(MOST)?;
        let mut empty = Vec::new();
        loop {
            let kind = self.byte()?;
            if kind == 0 {
                break;
            }
            let length = self.count(self.0.len())?;
            let mut reader = Reader(self.bytes(length)?);
            match kind {
                14 => empty = reader.bits(count)?,
                15 | 16 => drop(reader.bits(empty.iter().filter(|e| **e).count())?),
                17 => reader.names(count)?,
                18..=20 => reader.each(count, 8)?,
                21 => reader.each(count, 4)?,
                24 => return None,
                _ => reader.0 = &[],
            }
            if !reader.0.is_empty() {
                return None;
            }
        }
        let have = count - empty.iter().filter(|empty| **empty).count();
        (have == filled).then_some(())
    }

    /// Names in UTF-16LE, each with a zero behind it.
    fn names(&mut self, count: usize) -> Option<()> {
        let [0, names @ ..] = std::mem::take(&mut self.0) else {
            return None;
        };
        let (units, rest) = names.as_chunks::<2>();
        let zeros = units.iter().filter(|unit| **unit == [0, 0]).count();
        let is_ended = units.last().is_none_or(|unit| *unit == [0, 0]);
        (rest.is_empty() && is_ended && zeros == count).then_some(())
    }

    /// A value of so many bytes for some of the files.
    fn each(&mut self, count: usize, bytes: usize) -> Option<()> {
        let told = self.all_or_bits(count)?;
        self.expect(0)?;
        let told = told.iter().filter(|told| **told).count();
        self.bytes(told * bytes).map(drop)
    }
}

/// What memory a method asks for by its properties, in bytes; nothing where they are too short.
fn memory(method: &[u8], properties: &[u8]) -> Option<u64> {
    let size = |bytes: &[u8]| bytes.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b));
    match (method, properties) {
        // LZMA and PPMd: a byte of settings and the size.
        ([3, 1, 1] | [3, 4, 1], [_, told @ ..]) if told.len() >= 4 => Some(size(told.get(..4)?)),
        // LZMA2: half steps of powers of two.
        ([0x21], [bits, ..]) if *bits < 40 => Some((2 | u64::from(bits & 1)) << (bits / 2 + 11)),
        ([3, 1, 1] | [3, 4, 1] | [0x21], _) => None,
        // BZip2: blocks of 900,000 bytes, of which a decoder keeps four bytes each.
        ([4, 2, 2], _) => Some(4 << 20),
        // The others keep a window, or nothing but their buffers.
        _ => Some(64 << 10),
    }
}

#[cfg(test)]
#[path = "sevenz_check_tests.rs"]
mod tests;
