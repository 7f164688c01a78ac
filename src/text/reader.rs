//! Reads a log on one thread and hands out its lines, a batch at a time.

use std::io::{self, Read};

use super::lines::Lines;
use super::piece::{PIECE, Piece, Pieces};
use super::{Encoding, Line};

/// Cuts a stream of bytes into lines of UTF-8.
#[derive(Debug)]
pub struct LineReader<R> {
    pieces: Pieces<R>,
    piece: Piece,
    lines: Lines,
    count: u64,
}

impl<R: Read> LineReader<R> {
    /// A reader over `source`. With no `encoding`, the first bytes decide.
    pub fn new(source: R, encoding: Option<Encoding>) -> Self {
        Self {
            pieces: Pieces::new(source, encoding, PIECE),
            piece: Piece::default(),
            lines: Lines::default(),
            count: 0,
        }
    }

    /// The next lines, in order, or `None` at the end.
    ///
    /// # Errors
    /// What the source gives; lines that were complete before it are handed out first.
    pub fn next_batch(&mut self) -> io::Result<Option<impl Iterator<Item = Line<'_>>>> {
        if !self.pieces.next(&mut self.piece)? {
            return Ok(None);
        }
        self.lines.decode(&mut self.piece, self.pieces.encoding());
        let first = self.count + 1;
        self.count += self.lines.count();
        let texts = self.lines.texts().zip(first..);
        Ok(Some(texts.map(|(text, number)| Line { number, text })))
    }
}

#[cfg(test)]
mod tests {
    use super::super::MAX_LINE;
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

    fn read(source: impl Read) -> Vec<(u64, String)> {
        let mut reader = LineReader::new(source, None);
        let mut all = Vec::new();
        while let Some(batch) = reader.next_batch().unwrap() {
            all.extend(batch.map(|l| (l.number, l.text.to_owned())));
        }
        all
    }

    fn wide(text: &str) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xfe];
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    }

    #[test]
    fn lines_have_numbers() {
        let text = "one\r\n\r\ntwo\u{a00}\u{0a0a}\nlast";
        let got = read(wide(text).as_slice());
        let want = [(1, "one"), (2, ""), (3, "two\u{a00}\u{0a0a}"), (4, "last")];
        assert_eq!(got.len(), 4);
        for (g, w) in got.iter().zip(want) {
            assert_eq!((g.0, g.1.as_str()), w);
        }
        assert_eq!(read(Drip(&wide(text))), got);
    }

    #[test]
    fn a_lone_cr_is_text_and_the_last_end_makes_no_line() {
        let got = read(b"a\rb\r\nc\n".as_slice());
        assert_eq!(
            got.iter().map(|l| l.1.as_str()).collect::<Vec<_>>(),
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
        assert_eq!(got[0].1.len(), MAX_LINE);
        assert_eq!((got[1].0, got[1].1.as_str()), (2, "next"));
    }

    #[test]
    fn bytes_that_are_no_utf8_are_read_in_the_code_page() {
        let got = read(b"ok \xc3\xa9\xc3\xa9\nR\xfcckgabewert\n".as_slice());
        assert_eq!(got[0].1, "ok éé");
        assert_eq!(got[1].1, "Rückgabewert");
    }
}
