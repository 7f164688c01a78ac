//! Where lines end in encoded bytes.

use super::Encoding;
use super::narrow::is_printable;

/// Finds line ends of one encoding.
#[derive(Debug, Clone, Copy)]
pub struct LineEnds {
    /// Bytes that a line end takes.
    pub width: usize,
    /// Which of them is the line feed; the other one, where there is one, is zero.
    feed: usize,
}

impl LineEnds {
    pub fn of(encoding: Encoding) -> Self {
        let (width, feed) = match encoding {
            Encoding::Utf16Le => (2, 0),
            Encoding::Utf16Be => (2, 1),
            _ => (1, 0),
        };
        Self { width, feed }
    }

    /// The first line end.
    pub fn first(&self, data: &[u8]) -> Option<usize> {
        if self.width == 1 {
            return memchr::memchr(b'\n', data);
        }
        memchr::memchr_iter(b'\n', data).find_map(|at| self.end_at(data, at))
    }

    /// The last line end.
    pub fn last(&self, data: &[u8]) -> Option<usize> {
        if self.width == 1 {
            return memchr::memrchr(b'\n', data);
        }
        let mut before = memchr::memrchr_iter(b'\n', data);
        before.find_map(|at| self.end_at(data, at))
    }

    /// The last line end that is one in every reading. In UTF-16 which bytes make a letter depends on
    /// all lines before; behind a letter of ASCII a line ends either way, and the letters after it
    /// begin with the next byte (`seams.rs`).
    pub fn last_sure(&self, data: &[u8]) -> Option<usize> {
        if self.width == 1 {
            return self.last(data);
        }
        let mut before = memchr::memrchr_iter(b'\n', data);
        before.find_map(|at| {
            let end = self.end_at(data, at)?;
            let letter = data.get(end.checked_sub(2)?..end)?;
            let sure = letter.get(1 - self.feed) == Some(&0)
                && letter
                    .get(self.feed)
                    .is_some_and(|byte| is_printable(*byte) && *byte != b'\n');
            sure.then_some(end)
        })
    }

    /// The line end that the byte belongs to. In UTF-16 it may be half of another character: only
    /// even places count, and only with a zero beside it.
    fn end_at(&self, data: &[u8], at: usize) -> Option<usize> {
        let start = at.checked_sub(self.feed)?;
        let pair = data.get(start..start + 2)?;
        (start % 2 == 0 && pair.get(1 - self.feed) == Some(&0)).then_some(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_even_places_count_in_utf16() {
        let ends = LineEnds::of(Encoding::Utf16Le);
        // U+0A00 and then U+000A: the bytes `0A 00` stand at an odd place first.
        let text: Vec<u8> = [0x0a41u16, 0x4100, 0x000a, 0x0a00]
            .iter()
            .flat_map(|u| u.to_le_bytes())
            .collect();
        assert_eq!((ends.first(&text), ends.last(&text)), (Some(4), Some(4)));
        let odd = [0x41, 0x0a, 0x00, 0x41];
        assert_eq!((ends.first(&odd), ends.last(&odd)), (None, None));
        let ends = LineEnds::of(Encoding::Utf16Be);
        assert_eq!(ends.first(&[0, 0x41, 0, 0x0a]), Some(2));
    }
}
