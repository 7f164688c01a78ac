//! Reads a log in pieces and hands out its lines, a batch at a time.

use std::io::{self, Read};

use memchr::memmem;

use super::Line;
use super::encoding::{Encoding, sniff};
use super::narrow::{decode_bytes, decode_wide, narrow_ascii};

/// Longest line that is kept, in bytes of the file. The rest of a longer one is dropped: no engine
/// line comes near it, and memory stays flat whatever is sent.
pub const MAX_LINE: usize = 256 * 1024;

/// Size of a piece in bytes: larger than the longest line, small enough for the second-level cache.
const PIECE: usize = 2 * MAX_LINE;

/// Size of a block in bytes: what goes the slow way together where one line is not ASCII.
const BLOCK: usize = 16 * 1024;

/// Finds line ends in the encoded bytes.
struct LineEnds {
    /// Bytes that a line end takes.
    width: usize,
    forward: memmem::Finder<'static>,
    backward: memmem::FinderRev<'static>,
}

impl LineEnds {
    fn of(encoding: Encoding) -> Self {
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
    fn first(&self, data: &[u8]) -> Option<usize> {
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
    fn last(&self, data: &[u8]) -> Option<usize> {
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

    /// Length of the next block of whole lines; `None` where no line ends.
    fn block(&self, data: &[u8]) -> Option<usize> {
        let head = data.get(..BLOCK).unwrap_or(data);
        let end = self.last(head).or_else(|| self.first(data))?;
        Some(end + self.width)
    }
}

/// Where a line lies in the text of its batch.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: u32,
    end: u32,
    /// Offset in the piece, in bytes.
    offset: u32,
}

/// Lines that were read together.
#[derive(Debug)]
pub struct Batch<'a> {
    text: &'a str,
    spans: &'a [Span],
    first_number: u64,
    base: u64,
}

impl<'a> Batch<'a> {
    /// The lines, in order.
    pub fn lines(&self) -> impl Iterator<Item = Line<'a>> + use<'a> {
        let (text, first, base) = (self.text, self.first_number, self.base);
        self.spans
            .iter()
            .zip(first..)
            .map(move |(span, number)| Line {
                number,
                offset: base + u64::from(span.offset),
                text: text
                    .get(span.start as usize..span.end as usize)
                    .unwrap_or(""),
            })
    }
}

/// Cuts a stream of bytes into lines of UTF-8.
pub struct LineReader<R> {
    source: R,
    encoding: Option<Encoding>,
    piece: Vec<u8>,
    filled: usize,
    text: Vec<u8>,
    spans: Vec<Span>,
    base: u64,
    lines: u64,
    ended: bool,
    inside_long_line: bool,
    long_lines: u64,
    undecodable: bool,
}

impl<R: Read> LineReader<R> {
    /// A reader over `source`. With no `encoding`, the first piece decides.
    pub fn new(source: R, encoding: Option<Encoding>) -> Self {
        Self {
            source,
            encoding,
            piece: Vec::new(),
            filled: 0,
            text: Vec::new(),
            spans: Vec::new(),
            base: 0,
            lines: 0,
            ended: false,
            inside_long_line: false,
            long_lines: 0,
            undecodable: false,
        }
    }

    /// The encoding, once the first batch was asked for.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.encoding.unwrap_or(Encoding::Utf8 {
            fallback: encoding_rs::WINDOWS_1252,
        })
    }

    /// Bytes read so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.base + self.filled as u64
    }

    /// Lines handed out so far.
    #[must_use]
    pub fn line_count(&self) -> u64 {
        self.lines
    }

    /// Lines that were longer than [`MAX_LINE`] and were cut.
    #[must_use]
    pub fn long_lines(&self) -> u64 {
        self.long_lines
    }

    /// The next lines, or `None` at the end.
    ///
    /// # Errors
    /// What the source gives; lines that were complete before it are handed out first.
    pub fn next_batch(&mut self) -> io::Result<Option<Batch<'_>>> {
        self.text.clear();
        self.spans.clear();
        let mut base = self.base;
        while self.spans.is_empty() {
            if self.ended && self.filled == 0 {
                return Ok(None);
            }
            let failed = self.fill().err();
            base = self.base;
            let used = self.cut();
            self.piece.copy_within(used..self.filled, 0);
            self.filled -= used;
            self.base += used as u64;
            if let (Some(error), true) = (failed, self.spans.is_empty()) {
                self.ended = true;
                self.filled = 0;
                return Err(error);
            }
        }
        let first_number = self.lines + 1;
        self.lines += self.spans.len() as u64;
        // The text holds only what narrow and decode wrote, so it is UTF-8; if it were not, empty
        // lines are better than a panic.
        let text = std::str::from_utf8(&self.text).unwrap_or("");
        Ok(Some(Batch {
            text,
            spans: &self.spans,
            first_number,
            base,
        }))
    }

    /// Fills the piece as far as the source gives.
    fn fill(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            self.piece.resize(PIECE, 0);
        }
        while !self.ended {
            let free = self.piece.get_mut(self.filled..).unwrap_or_default();
            if free.is_empty() {
                break;
            }
            match self.source.read(free) {
                Ok(0) => self.ended = true,
                Ok(n) => self.filled += n.min(free.len()),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        if self.base == 0 {
            self.start();
        }
        Ok(())
    }

    /// Looks at the first piece: encoding and byte order mark.
    fn start(&mut self) {
        let head = self.piece.get(..self.filled).unwrap_or(&[]);
        let (found, mark) = sniff(head);
        let encoding = *self.encoding.get_or_insert(found);
        let skip = if encoding.is_wide() == found.is_wide() {
            mark
        } else {
            0
        };
        if skip > 0 {
            self.piece.copy_within(skip..self.filled, 0);
            self.filled -= skip;
        }
        self.base = skip as u64;
    }

    /// Cuts the piece into lines; returns how many bytes were used up.
    fn cut(&mut self) -> usize {
        let encoding = self.encoding();
        let piece = std::mem::take(&mut self.piece);
        let data = piece.get(..self.filled).unwrap_or(&[]);
        let ends = LineEnds::of(encoding);
        let mut start = 0;
        // A block at a time: most are ASCII and go the fast way whole; one that is not costs only
        // itself the slow way.
        while let Some(length) = data.get(start..).and_then(|rest| ends.block(rest)) {
            let block = data.get(start..start + length).unwrap_or(&[]);
            if self.inside_long_line || !self.push_ascii_block(block, start, encoding) {
                self.push_lines(block, start, encoding, &ends);
            }
            start += length;
        }
        let rest = data.get(start..).unwrap_or(&[]);
        if self.ended {
            if !rest.is_empty() || self.inside_long_line {
                self.push(rest, start, encoding);
            }
            start = data.len();
        } else if start == 0 && rest.len() >= PIECE {
            start = self.start_long_line(rest, encoding);
        }
        self.piece = piece;
        start
    }

    /// Takes a block of whole lines in at once where it is plain ASCII; says whether it was.
    fn push_ascii_block(&mut self, block: &[u8], offset: usize, encoding: Encoding) -> bool {
        let first = self.text.len();
        if encoding.is_wide() {
            if !narrow_ascii(block, encoding == Encoding::Utf16Be, &mut self.text) {
                return false;
            }
        } else if block.is_ascii() && memchr::memchr(0, block).is_none() {
            self.text.extend_from_slice(block);
        } else {
            return false;
        }
        let unit = if encoding.is_wide() { 2 } else { 1 };
        let text = self.text.get(first..).unwrap_or(&[]);
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', text) {
            let cr = end > start && text.get(end - 1) == Some(&b'\r');
            self.spans.push(Span {
                start: (first + start) as u32,
                end: (first + end - usize::from(cr)) as u32,
                offset: (offset + start * unit) as u32,
            });
            start = end + 1;
        }
        true
    }

    /// Takes a block of whole lines in, line by line.
    fn push_lines(&mut self, block: &[u8], offset: usize, encoding: Encoding, ends: &LineEnds) {
        let mut start = 0;
        while let Some(end) = block.get(start..).and_then(|rest| ends.first(rest)) {
            self.push(
                block.get(start..start + end).unwrap_or(&[]),
                offset + start,
                encoding,
            );
            start += end + ends.width;
        }
    }

    /// A line that fills the whole piece: its head is kept, the rest is skipped to its end.
    fn start_long_line(&mut self, rest: &[u8], encoding: Encoding) -> usize {
        if !self.inside_long_line {
            self.long_lines += 1;
            self.push(rest, 0, encoding);
            self.inside_long_line = true;
        }
        rest.len() & !1
    }

    fn push(&mut self, bytes: &[u8], offset: usize, encoding: Encoding) {
        if std::mem::take(&mut self.inside_long_line) {
            return; // The end of a line whose head was handed out.
        }
        let bytes = match bytes.get(..MAX_LINE) {
            Some(head) if bytes.len() > MAX_LINE => head,
            _ => bytes,
        };
        let start = self.text.len();
        self.decode(bytes, encoding);
        if self.text.len() > start && self.text.last() == Some(&b'\r') {
            self.text.pop();
        }
        self.spans.push(Span {
            start: start as u32,
            end: self.text.len() as u32,
            offset: offset as u32,
        });
    }

    fn decode(&mut self, bytes: &[u8], encoding: Encoding) {
        let out = &mut self.text;
        match encoding {
            Encoding::Utf16Le | Encoding::Utf16Be => {
                let big = encoding == Encoding::Utf16Be;
                if !narrow_ascii(bytes, big, out) {
                    decode_wide(bytes, big, out);
                }
            }
            Encoding::Utf8 { fallback } => match std::str::from_utf8(bytes) {
                Ok(text) if memchr::memchr(0, bytes).is_none() => {
                    out.extend_from_slice(text.as_bytes());
                }
                _ => {
                    self.undecodable = true;
                    decode_bytes(bytes, fallback, out);
                }
            },
            Encoding::CodePage(page) if bytes.is_ascii() => {
                let _ = page;
                out.extend_from_slice(bytes);
            }
            Encoding::CodePage(page) => decode_bytes(bytes, page, out),
        }
    }

    /// Whether some lines were not in the encoding of the rest.
    #[must_use]
    pub fn mixed(&self) -> bool {
        self.undecodable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source that gives one byte at a time.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let (Some((first, rest)), Some(slot)) = (self.0.split_first(), out.first_mut()) else {
                return Ok(0);
            };
            *slot = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    fn read(source: impl Read) -> Vec<(u64, u64, String)> {
        let mut reader = LineReader::new(source, None);
        let mut all = Vec::new();
        while let Some(batch) = reader.next_batch().unwrap() {
            all.extend(
                batch
                    .lines()
                    .map(|l| (l.number, l.offset, l.text.to_owned())),
            );
        }
        all
    }

    fn wide(text: &str) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xfe];
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    }

    #[test]
    fn lines_have_number_and_offset() {
        let text = "one\r\n\r\ntwo\u{a00}\u{0a0a}\nlast";
        let got = read(wide(text).as_slice());
        let want = [
            (1, 2, "one"),
            (2, 12, ""),
            (3, 16, "two\u{a00}\u{0a0a}"),
            (4, 28, "last"),
        ];
        assert_eq!(got.len(), 4);
        for (g, w) in got.iter().zip(want) {
            assert_eq!((g.0, g.1, g.2.as_str()), w);
        }
        assert_eq!(read(Drip(&wide(text))), got);
    }

    #[test]
    fn a_lone_cr_is_text_and_the_last_end_makes_no_line() {
        let got = read(b"a\rb\r\nc\n".as_slice());
        assert_eq!(
            got.iter().map(|l| l.2.as_str()).collect::<Vec<_>>(),
            ["a\rb", "c"]
        );
        assert!(read(b"".as_slice()).is_empty());
        assert!(read(b"\xff\xfe".as_slice()).is_empty());
        assert_eq!(read(b"\n".as_slice()).len(), 1);
    }

    #[test]
    fn an_endless_line_is_cut_and_the_count_goes_on() {
        let mut bytes = vec![b'x'; 5 * PIECE + 7];
        bytes.extend(b"\nnext\n");
        let got = read(bytes.as_slice());
        assert_eq!(got.len(), 2);
        assert_eq!(got[0].2.len(), MAX_LINE);
        assert_eq!((got[1].0, got[1].2.as_str()), (2, "next"));
        assert_eq!(got[1].1, 5 * PIECE as u64 + 8);
    }

    #[test]
    fn bytes_that_are_no_utf8_are_read_in_the_code_page() {
        let got = read(b"ok \xc3\xa9\xc3\xa9\nR\xfcckgabewert\n".as_slice());
        assert_eq!(got[0].2, "ok éé");
        assert_eq!(got[1].2, "Rückgabewert");
    }
}
