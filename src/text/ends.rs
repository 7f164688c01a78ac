//! Where lines end in encoded bytes.

use memchr::memmem;

use super::Encoding;

/// Finds line ends of one encoding.
#[derive(Debug, Clone)]
pub struct LineEnds {
    /// Bytes that a line end takes.
    pub width: usize,
    forward: memmem::Finder<'static>,
    backward: memmem::FinderRev<'static>,
}

impl LineEnds {
    pub fn of(encoding: Encoding) -> Self {
        let needle: &'static [u8] = match encoding {
            Encoding::Utf16Le => &[0x0a, 0],
            Encoding::Utf16Be => &[0, 0x0a],
            _ => &[0x0a],
        };
        Self {
            width: needle.len(),
            forward: memmem::Finder::new(needle),
            backward: memmem::FinderRev::new(needle),
        }
    }

    /// The first line end. In UTF-16 the two bytes may also lie across two characters, so only
    /// even places count.
    pub fn first(&self, data: &[u8]) -> Option<usize> {
        if self.width == 1 {
            return memchr::memchr(b'\n', data);
        }
        let mut from = 0;
        loop {
            let at = from + self.forward.find(data.get(from..)?)?;
            if at % 2 == 0 {
                return Some(at);
            }
            from = at + 1;
        }
    }

    /// The last line end.
    pub fn last(&self, data: &[u8]) -> Option<usize> {
        if self.width == 1 {
            return memchr::memrchr(b'\n', data);
        }
        let mut to = data.len();
        loop {
            let at = self.backward.rfind(data.get(..to)?)?;
            if at % 2 == 0 {
                return Some(at);
            }
            to = at + 1;
        }
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
