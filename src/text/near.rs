//! Searches for one byte in the few dozen that a line has: a search that is made for long texts takes
//! longer to begin than this one takes in all.

use wide::u8x16;

/// Bytes that are looked at together.
const WIDTH: usize = 16;

/// Where the byte stands for the first time; best where it is near.
#[inline]
#[must_use]
pub fn find_near(bytes: &[u8], byte: u8) -> Option<usize> {
    let (chunks, rest) = bytes.as_chunks::<WIDTH>();
    for (number, chunk) in chunks.iter().enumerate() {
        let mask = mask(chunk, byte);
        if mask != 0 {
            return Some(number * WIDTH + mask.trailing_zeros() as usize);
        }
    }
    let at = rest.iter().position(|found| *found == byte)?;
    Some(chunks.len() * WIDTH + at)
}

/// All places where the byte stands, in order.
#[inline]
#[must_use]
pub fn places(bytes: &[u8], byte: u8) -> Places<'_> {
    let (chunks, rest) = bytes.as_chunks();
    Places {
        chunks: chunks.iter(),
        bytes,
        left: rest.len(),
        byte,
        mask: 0,
        start: 0,
        next: 0,
    }
}

/// The places of a byte.
#[derive(Debug, Clone)]
pub struct Places<'a> {
    chunks: std::slice::Iter<'a, [u8; WIDTH]>,
    bytes: &'a [u8],
    /// How many stand behind the chunks.
    left: usize,
    byte: u8,
    /// Those that are left of the bytes from `start` on.
    mask: u32,
    start: usize,
    /// Where the bytes after those begin.
    next: usize,
}

impl Iterator for Places<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.mask == 0 {
            self.start = self.next;
            self.mask = if let Some(chunk) = self.chunks.next() {
                mask(chunk, self.byte)
            } else if self.left == 0 {
                return None;
            } else {
                // Together with some that were looked at before, which are shifted out.
                let left = std::mem::take(&mut self.left);
                match self.bytes.last_chunk() {
                    Some(last) => mask(last, self.byte) >> (WIDTH - left),
                    None => short_mask(self.bytes, self.byte),
                }
            };
            self.next += WIDTH;
        }
        let at = self.start + self.mask.trailing_zeros() as usize;
        self.mask &= self.mask - 1;
        Some(at)
    }
}

/// A bit for every byte that is the one.
#[inline]
fn mask(chunk: &[u8; WIDTH], byte: u8) -> u32 {
    let alike = u8x16::new(*chunk).cmp_eq(u8x16::splat(byte));
    u32::from(alike.move_mask() as u16)
}

/// The same for fewer bytes.
fn short_mask(bytes: &[u8], byte: u8) -> u32 {
    let bits = bytes.iter().rev();
    bits.fold(0, |mask, found| mask << 1 | u32::from(*found == byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn they_are_where_a_plain_search_finds_them(
            text in proptest::collection::vec(prop_oneof![Just(b':'), Just(b'x'), Just(0xba), any::<u8>()], 0..80),
        ) {
            let plain: Vec<usize> = (0..text.len()).filter(|at| text[*at] == b':').collect();
            prop_assert_eq!(find_near(&text, b':'), plain.first().copied());
            prop_assert_eq!(places(&text, b':').collect::<Vec<_>>(), plain);
        }
    }
}
