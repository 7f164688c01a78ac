//! Reads a log in pieces of whole lines, which can then be worked on one by one, on any thread.

use std::io::{self, Read};
use std::ops::Range;

use super::ends::LineEnds;
use super::seams::{ENOUGH, Scan};
use super::{Encoding, sniff};

/// Longest line that is kept, in bytes of the file. The rest of a longer one is dropped: no engine
/// line comes near it, and memory stays flat whatever is sent.
pub const MAX_LINE: usize = 256 * 1024;

/// Usual size of a piece in bytes: what is read, decoded and looked at fits the second-level cache
/// together.
pub const PIECE: usize = 512 * 1024;

/// So many bytes decide what the encoding is, whatever the size of a piece.
const HEAD: usize = 512 * 1024;

/// Some whole lines of a log, as they stand in the file. Its buffer is used again and again.
#[derive(Debug, Default)]
pub struct Piece {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    long: bool,
}

impl Piece {
    /// The bytes: whole lines; only the last line of a log may lack its end.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(self.start..self.end).unwrap_or(&[])
    }

    /// Gives its bytes away for a buffer that is no longer needed, and says where they lie in it. The
    /// buffer keeps its length: what a short log shortens would be filled with zeros for the next.
    pub(super) fn give(&mut self, other: &mut Vec<u8>) -> Range<usize> {
        std::mem::swap(&mut self.bytes, other);
        std::mem::take(&mut self.start)..std::mem::take(&mut self.end)
    }

    /// It is the head of one line that is too long; the rest of that line is dropped.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.long
    }
}

/// Cuts a stream of bytes into pieces.
#[derive(Debug)]
pub struct Pieces<R> {
    source: R,
    encoding: Option<Encoding>,
    ends: Option<LineEnds>,
    size: usize,
    /// What was read behind the last line end.
    rest: Vec<u8>,
    offset: u64,
    ended: bool,
    failed: Option<io::Error>,
}

impl<R: Read> Pieces<R> {
    /// Pieces of about `size` bytes. With no `encoding`, the first bytes decide.
    pub fn new(source: R, encoding: Option<Encoding>, size: usize) -> Self {
        Self {
            source,
            encoding,
            ends: None,
            size: size.max(2) & !1,
            rest: Vec::new(),
            offset: 0,
            ended: false,
            failed: None,
        }
    }

    /// The encoding, once the first piece was asked for.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.encoding.unwrap_or(Encoding::Utf8 {
            fallback: encoding_rs::WINDOWS_1252,
        })
    }

    /// Bytes of the file up to the end of the last piece.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.offset
    }

    /// Fills `piece` with the next lines; `false` at the end.
    ///
    /// # Errors
    /// What the source gives; lines that were complete before it are handed out first.
    pub fn next(&mut self, piece: &mut Piece) -> io::Result<bool> {
        let head = self.ends.is_none();
        self.begin(piece);
        self.fill(piece, if head { self.size.max(HEAD) } else { self.size });
        if head {
            self.look_at_head(piece);
        }
        let ends = *self
            .ends
            .get_or_insert_with(|| LineEnds::of(self.encoding.unwrap_or(Encoding::Utf16Le)));
        loop {
            let data = piece.bytes();
            let within = data.get(..self.size).unwrap_or(data);
            let mut scan = self.scan();
            let end = ends.last_sure(within).map(|end| end + ends.width);
            if let Some(end) = end.or_else(|| self.first_ends(data, &ends, scan.as_mut())) {
                self.cut(piece, end);
                return Ok(true);
            }
            if let Some(error) = self.failed.take() {
                self.ended = true;
                return Err(error);
            }
            let length = data.len();
            if length > MAX_LINE {
                if let Some(scan) = &mut scan {
                    scan.drop_front(data, MAX_LINE - ENOUGH);
                }
                self.cut(piece, MAX_LINE - ENOUGH);
                piece.end += ENOUGH;
                piece.long = true;
                self.skip_line(&ends, scan)?;
                return Ok(true);
            }
            if self.ended {
                self.cut(piece, length);
                return Ok(length > 0);
            }
            self.fill(piece, (2 * length).clamp(self.size, MAX_LINE + 2));
        }
    }

    /// What tells where lines end in a log of wide letters.
    fn scan(&self) -> Option<Scan> {
        let encoding = self.encoding.filter(|encoding| encoding.is_wide());
        encoding.map(|encoding| Scan::new(encoding == Encoding::Utf16Be))
    }

    /// The end of as many lines as a piece should hold, told from its start on; of one at least.
    fn first_ends(&self, data: &[u8], ends: &LineEnds, scan: Option<&mut Scan>) -> Option<usize> {
        let Some(scan) = scan else {
            return ends.first(data).map(|end| end + ends.width);
        };
        let mut found = None;
        while let Some((_, end, _)) = scan.next(data, self.ended) {
            if end > self.size {
                return found.or(Some(end));
            }
            found = Some(end);
        }
        found
    }

    /// What was left over goes first.
    fn begin(&mut self, piece: &mut Piece) {
        piece.start = 0;
        piece.end = self.rest.len();
        piece.long = false;
        if piece.bytes.len() < piece.end {
            piece.bytes.resize(piece.end, 0);
        }
        if let Some(front) = piece.bytes.get_mut(..piece.end) {
            front.copy_from_slice(&self.rest);
        }
        self.rest.clear();
    }

    /// Reads until the piece holds `size` bytes, as far as the source gives.
    fn fill(&mut self, piece: &mut Piece, size: usize) {
        let size = piece.start + size;
        if piece.bytes.is_empty() {
            // Fresh memory costs nothing before it is written to; a short log never needs it all.
            piece.bytes = vec![0; size];
        } else if piece.bytes.len() < size {
            piece.bytes.resize(size, 0);
        }
        while !self.ended && self.failed.is_none() {
            let free = piece.bytes.get_mut(piece.end..size).unwrap_or_default();
            if free.is_empty() {
                break;
            }
            match self.source.read(free) {
                Ok(0) => self.ended = true,
                Ok(n) => piece.end += n.min(free.len()),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => self.failed = Some(e),
            }
        }
    }

    /// The first bytes tell the encoding; a byte order mark is no text.
    fn look_at_head(&mut self, piece: &mut Piece) {
        let data = piece.bytes();
        let (found, mark) = sniff(data.get(..HEAD).unwrap_or(data));
        let encoding = *self.encoding.get_or_insert(found);
        if encoding.is_wide() == found.is_wide() {
            piece.start = mark;
            self.offset = mark as u64;
        }
        self.ends = Some(LineEnds::of(encoding));
    }

    /// Ends the piece after `length` bytes; the rest is for the next one.
    fn cut(&mut self, piece: &mut Piece, length: usize) {
        let end = piece.start + length;
        self.rest.clear();
        self.rest
            .extend_from_slice(piece.bytes.get(end..piece.end).unwrap_or(&[]));
        piece.end = end;
        self.offset += length as u64;
    }

    /// Drops bytes up to and with the next line end; what is left begins with the last bytes that
    /// are kept of the line.
    fn skip_line(&mut self, ends: &LineEnds, mut scan: Option<Scan>) -> io::Result<()> {
        let mut buffer = Piece {
            end: self.rest.len(),
            bytes: std::mem::take(&mut self.rest),
            ..Piece::default()
        };
        loop {
            let data = buffer.bytes();
            let end = match &mut scan {
                Some(scan) => scan.next(data, self.ended).map(|(_, end, _)| end),
                None => ends.first(data).map(|end| end + ends.width),
            };
            if let Some(end) = end {
                self.cut(&mut buffer, end);
                return Ok(());
            }
            if let Some(error) = self.failed.take() {
                self.ended = true;
                return Err(error);
            }
            // What a line end is told by may be among the last bytes. An even number goes.
            let keep = if self.ended {
                0
            } else {
                ENOUGH + buffer.end % 2
            };
            let dropped = buffer.end.saturating_sub(keep);
            if let Some(scan) = &mut scan {
                scan.drop_front(data, dropped);
            }
            buffer.bytes.copy_within(dropped..buffer.end, 0);
            buffer.end -= dropped;
            self.offset += dropped as u64;
            if self.ended {
                return Ok(());
            }
            self.fill(&mut buffer, 64 * 1024);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(bytes: &[u8], size: usize) -> Vec<(u64, Vec<u8>, bool)> {
        let mut pieces = Pieces::new(bytes, None, size);
        let (mut piece, mut all) = (Piece::default(), Vec::new());
        let mut offset = 0;
        while pieces.next(&mut piece).unwrap() {
            all.push((offset, piece.bytes().to_vec(), piece.is_cut()));
            offset = pieces.bytes();
        }
        assert_eq!(pieces.bytes(), bytes.len() as u64);
        assert!(pieces.ended && pieces.rest.is_empty());
        all
    }

    #[test]
    fn pieces_hold_whole_lines_and_nothing_is_lost() {
        let text: String = (0..500).map(|n| format!("line {n}\n")).collect();
        let text = text + "no end";
        for size in [2, 16, 100, 1 << 20] {
            let all = pieces(text.as_bytes(), size);
            let (last, rest) = all.split_last().unwrap();
            assert!(rest.iter().all(|(_, p, _)| p.ends_with(b"\n")), "{size}");
            assert!(last.1.ends_with(b"no end"));
            let joined: Vec<u8> = all.iter().flat_map(|(_, p, _)| p.clone()).collect();
            assert_eq!(joined, text.as_bytes());
            let mut offset = 0;
            for (at, piece, _) in &all {
                assert_eq!(*at, offset);
                offset += piece.len() as u64;
            }
        }
    }

    #[test]
    fn the_rest_of_an_endless_line_is_dropped() {
        for (ends, unit) in [(&b"\n"[..], 1), (&b"\n\0"[..], 2)] {
            let mut bytes = b"\xff\xfe".repeat(unit - 1);
            let x: &[u8] = if unit == 2 { b"x\0" } else { b"x" };
            bytes.extend(x.repeat((5 * MAX_LINE + 6) / unit));
            bytes.extend(ends);
            bytes.extend(x);
            for size in [64, 4096, PIECE, 2 * PIECE] {
                let all = pieces(&bytes, size);
                assert_eq!(all.len(), 2);
                assert_eq!((all[0].1.len(), all[0].2), (MAX_LINE, true));
                assert_eq!((all[1].1.as_slice(), all[1].2), (x, false));
            }
        }
    }

    #[test]
    fn what_came_before_an_error_is_handed_out() {
        struct Broken(&'static [u8]);
        impl Read for Broken {
            fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
                if self.0.is_empty() {
                    return Err(io::Error::other("broken"));
                }
                self.0.read(out)
            }
        }
        let mut pieces = Pieces::new(Broken(b"one\ntwo"), None, 64);
        let mut piece = Piece::default();
        assert!(pieces.next(&mut piece).unwrap());
        assert_eq!(piece.bytes(), b"one\n");
        assert!(pieces.next(&mut piece).is_err());
        assert!(!pieces.next(&mut piece).unwrap_or(false));
    }
}
