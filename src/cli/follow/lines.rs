//! Bytes as they come -> whole lines. A letter or a line of which only a part is there waits for the
//! rest.

use encoding_rs::Decoder;

use crate::text::{Encoding, Line, MAX_LINE, sniff};

/// With fewer bytes the encoding cannot be told.
const ENOUGH: usize = 32;

/// Cuts what comes into lines.
#[derive(Default)]
pub struct Lines {
    encoding: Option<Encoding>,
    decoder: Option<Decoder>,
    /// Bytes of which the encoding is not known yet.
    head: Vec<u8>,
    /// The line that has no end yet.
    open: String,
    /// The line is too long: the rest of it is dropped.
    dropping: bool,
    count: u64,
    /// Bytes of the file up to the end of the last whole line.
    whole: u64,
    read: u64,
}

impl Lines {
    /// Lines in this encoding; `None`: the first bytes tell.
    pub fn new(encoding: Option<Encoding>) -> Self {
        Self {
            encoding,
            ..Self::default()
        }
    }

    /// Lines so far.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Bytes of the file up to the end of the last whole line.
    pub fn whole(&self) -> u64 {
        self.whole
    }

    /// Takes what came, and hands on each line that is whole.
    pub fn take(&mut self, bytes: &[u8], mut line: impl FnMut(&Line<'_>)) {
        self.places(bytes);
        let mut text = std::mem::take(&mut self.open);
        self.decode(bytes, &mut text);
        let mut rest = text.as_str();
        while let Some((whole, more)) = rest.split_once('\n') {
            rest = more;
            self.count += 1;
            if !std::mem::take(&mut self.dropping) {
                let text = whole.strip_suffix('\r').unwrap_or(whole);
                line(&Line {
                    number: self.count,
                    text,
                });
            }
        }
        self.dropping |= rest.len() > MAX_LINE;
        if !self.dropping {
            self.open = rest.to_owned();
        }
    }

    /// Takes note of where the last line ends; in wide letters the end is two bytes long.
    fn places(&mut self, bytes: &[u8]) {
        let end = memchr::memrchr(b'\n', bytes);
        if let Some(end) = end {
            let little = self.encoding == Some(Encoding::Utf16Le) || bytes.get(end + 1) == Some(&0);
            self.whole = self.read + end as u64 + 1 + u64::from(little);
        }
        self.read += bytes.len() as u64;
    }

    fn decode(&mut self, bytes: &[u8], text: &mut String) {
        if let Some(decoder) = &mut self.decoder {
            return decode(decoder, bytes, text);
        }
        self.head.extend_from_slice(bytes);
        let ended = self.head.contains(&b'\n');
        if self.head.len() < ENOUGH && !ended {
            return;
        }
        let head = std::mem::take(&mut self.head);
        let (found, mark) = sniff(&head);
        let encoding = *self.encoding.get_or_insert(found);
        let mark = if encoding.is_wide() == found.is_wide() {
            mark
        } else {
            0
        };
        let decoder = self.decoder.insert(encoding.decoder());
        decode(decoder, head.get(mark..).unwrap_or_default(), text);
    }
}

fn decode(decoder: &mut Decoder, bytes: &[u8], text: &mut String) {
    let most = decoder.max_utf8_buffer_length(bytes.len());
    text.reserve(most.unwrap_or(bytes.len()));
    // The text has room for all of it, so the result tells nothing new.
    let _ = decoder.decode_to_string(bytes, text, false);
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "=== Verbose logging started: 1 ===\r\nzwölf 戻り値 𝄞\r\n\r\nlast";

    fn wide(text: &str, mark: bool) -> Vec<u8> {
        let mark: &[u8] = if mark { &[0xff, 0xfe] } else { &[] };
        let letters = text.encode_utf16().flat_map(u16::to_le_bytes);
        mark.iter().copied().chain(letters).collect()
    }

    #[test]
    fn lines_come_whole_whatever_the_pieces_are() {
        let plain = TEXT.as_bytes().to_vec();
        let marked = [b"\xef\xbb\xbf", TEXT.as_bytes()].concat();
        for bytes in [plain, marked, wide(TEXT, true), wide(TEXT, false)] {
            for size in [1, 2, 3, 7, 64, 4096] {
                let (mut lines, mut all) = (Lines::default(), Vec::new());
                for piece in bytes.chunks(size) {
                    lines.take(piece, |line| all.push((line.number, line.text.to_owned())));
                }
                let wanted: Vec<_> = (1..).zip(TEXT.lines().map(str::to_owned)).take(3).collect();
                assert_eq!(all, wanted, "{size}");
                let last = if bytes.contains(&0) { 8 } else { 4 };
                let whole = (bytes.len() - last) as u64;
                assert!(lines.whole() == whole, "{} {whole} {size}", lines.whole());
            }
        }
    }

    #[test]
    fn an_endless_line_is_not_kept() {
        let mut lines = Lines::default();
        let mut seen = 0;
        for _ in 0..8 {
            lines.take(&vec![b'x'; MAX_LINE / 2], |_| seen += 1);
        }
        assert!(lines.open.len() <= MAX_LINE);
        lines.take(b"\nnext\n", |line| {
            assert_eq!((line.number, line.text), (2, "next"));
            seen += 1;
        });
        assert_eq!(seen, 1);
    }
}
