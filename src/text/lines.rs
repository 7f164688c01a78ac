//! The lines of a piece as UTF-8.

use pulp::Arch;

use super::Encoding;
use super::ends::LineEnds;
use super::feeds::Feeds;
use super::narrow::{
    decode_bytes, decode_wide, decode_wide_block, is_bytes_in_wide, is_printable, narrow_ascii,
};
use super::piece::{MAX_LINE, Piece};
use super::seams::{self, Kind};

/// Size of a block in bytes.
const BLOCK: usize = 16 * 1024;

/// Size of the parts of a block that is not ASCII: what goes the slow way together.
const PART: usize = 512;

/// Byte order mark; a tool that appends writes it again where its text begins.
const MARK: char = '\u{feff}';

/// Set in the end of a line whose text is not plain ASCII.
const DECODED: u32 = 1 << 31;

/// The lines of one piece. The buffers are used again for the next piece.
#[derive(Debug, Default)]
pub struct Lines {
    /// Text of blocks that are plain ASCII, which most are, or of a piece of UTF-8 as it stands there.
    plain: Vec<u8>,
    /// Where in it the text of this piece begins.
    begin: usize,
    /// Where it ends.
    filled: usize,
    /// Text of all others.
    decoded: String,
    /// Where each line ends in the one text or, with [`DECODED`], in the other: it begins behind the end
    /// of the one before in that text, and a letter stands between them.
    ends: Feeds,
    /// What the processor has.
    arch: Arch,
    scratch: Vec<u8>,
    /// Lines that were longer than [`MAX_LINE`] and were cut.
    pub long_lines: u64,
    /// Whether some lines are not in the encoding of the rest.
    pub mixed: bool,
    /// Places where bytes are missing or too many, so that the letters after them were found anew.
    pub shifts: u64,
}

impl Lines {
    /// Decodes a piece; the lines before are forgotten. The piece may keep nothing of its bytes.
    pub fn decode(&mut self, piece: &mut Piece, encoding: Encoding) {
        (self.begin, self.filled) = (0, 0);
        self.decoded.clear();
        self.ends.clear();
        self.long_lines = u64::from(piece.is_cut());
        self.mixed = false;
        self.shifts = 0;
        if is_text(piece.bytes(), encoding) {
            let given = piece.give(&mut self.plain);
            (self.begin, self.filled) = (given.start, given.end);
            return self.plain_lines(given.start);
        }
        let data = piece.bytes();
        if piece.is_cut() {
            return self.push(data, encoding);
        }
        // The buffer grows once and is not cleared: what is beyond `filled` is never looked at.
        let room = data.len() / if encoding.is_wide() { 2 } else { 1 };
        if self.plain.len() < room {
            self.plain = vec![0; room];
        }
        let ends = LineEnds::of(encoding);
        let (mut start, mut foreign) = (0, 0);
        // A block at a time: most are ASCII and go the fast way whole; of one that is not, only the
        // parts with other letters go the slow way.
        while let Some(rest) = data.get(start..).filter(|rest| !rest.is_empty()) {
            let size = if start < foreign { PART } else { BLOCK };
            let head = rest.get(..size).unwrap_or(rest);
            let end = ends.last(head).or_else(|| ends.first(rest));
            let block = end.map_or(rest, |end| rest.get(..end + ends.width).unwrap_or(rest));
            let fits = block.len() <= MAX_LINE;
            if end.is_some() && fits && self.ascii_block(block, encoding) {
                start += block.len();
                continue;
            }
            if block.len() > PART && start >= foreign {
                foreign = start + block.len();
                continue;
            }
            // Where it is not what it should be, what comes before is taken and the seam passed over.
            let big = encoding == Encoding::Utf16Be;
            let seam = || seams::all(block, big).next();
            let seam = encoding.is_wide().then(seam).flatten();
            let block = seam.map_or(block, |seam| block.get(..seam.start).unwrap_or(block));
            if end.is_none() && seam.is_none() {
                self.push(block, encoding);
            } else if !(block.len() <= MAX_LINE && self.decoded_block(block, encoding)) {
                self.lines_of(block, encoding, &ends);
            }
            start += block.len();
            if seam.is_some() {
                start += self.pass_seam(data.get(start..).unwrap_or(&[]), encoding);
            }
        }
    }

    /// Takes the lines in that stand where a wide log is none, and says how many bytes they take.
    fn pass_seam(&mut self, rest: &[u8], encoding: Encoding) -> usize {
        let big = encoding == Encoding::Utf16Be;
        let mut end = 0;
        for seam in seams::all(rest, big) {
            let line = rest.get(seam.start..seam.end).unwrap_or(&[]);
            match seam.kind {
                // All that follow in one go: what comes behind them is looked at once.
                Kind::Bytes if seam.start == end => self.bytes(line),
                Kind::Shifted if end == 0 => return self.shifted(line, encoding),
                _ => break,
            }
            end = seam.end;
        }
        // Whatever happens, it goes on.
        end.max(1)
    }

    /// Takes a line in within which the letters are shifted, and says how many bytes it takes.
    fn shifted(&mut self, line: &[u8], encoding: Encoding) -> usize {
        if let Some(long) = line
            .get(..line.len().saturating_sub(2))
            .filter(|body| body.len() > MAX_LINE)
        {
            // Where it comes in parts, its end is not known before its head is handed out.
            self.push(long, encoding);
            return line.len();
        }
        let big = encoding == Encoding::Utf16Be;
        self.shifts += 1;
        let Some((before, after)) = seams::split(line, big) else {
            return line.len();
        };
        let mark: &[u8] = if big { b"\xfe\xff" } else { b"\xff\xfe" };
        let appended = before.strip_suffix(mark).unwrap_or(before);
        if appended.ends_with(b"\n") && appended.iter().all(|byte| is_printable(*byte)) {
            self.bytes(appended);
            return before.len();
        }
        // A line in two parts; half a letter between them is lost.
        let whole = before.len() & !1;
        self.scratch.clear();
        decode_wide(
            before.get(..whole).unwrap_or(before),
            big,
            &mut self.scratch,
        );
        decode_wide(after, big, &mut self.scratch);
        self.keep_scratch();
        line.len()
    }

    /// Takes lines of 8-bit text in, with their line feeds.
    fn bytes(&mut self, text: &[u8]) {
        let body = text.strip_suffix(b"\n").unwrap_or(text);
        for line in body.split(|byte| *byte == b'\n') {
            let long = line.len() > MAX_LINE;
            self.long_lines += u64::from(long);
            self.mixed |= !long;
            self.scratch.clear();
            self.scratch
                .extend_from_slice(line.get(..MAX_LINE).unwrap_or(line));
            self.keep_scratch();
        }
    }

    /// How many lines there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.ends.places().len() as u64
    }

    /// The texts of the lines, in order.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        // Only what was checked is in there; if it were not, empty lines are better than a panic.
        let plain = simdutf8::basic::from_utf8(self.filled_plain()).unwrap_or("");
        let (mut start, mut decoded) = (self.begin, 0);
        self.ends.places().iter().map(move |end| {
            let text = if end & DECODED == 0 {
                let end = *end as usize;
                let start = std::mem::replace(&mut start, end + 1);
                plain.get(start..end).map(head)
            } else {
                let end = (end & !DECODED) as usize;
                self.decoded
                    .get(std::mem::replace(&mut decoded, end + 1)..end)
            };
            let text = text.unwrap_or("");
            let text = text.strip_prefix(MARK).unwrap_or(text);
            text.strip_suffix('\r').unwrap_or(text)
        })
    }

    /// Takes a block of whole lines in at once where it is plain ASCII; says whether it was.
    fn ascii_block(&mut self, block: &[u8], encoding: Encoding) -> bool {
        let first = self.filled;
        let Some(free) = self.plain.get_mut(first..) else {
            return false;
        };
        if encoding.is_wide() {
            let big = encoding == Encoding::Utf16Be;
            let narrowed = narrow_ascii(self.arch, block, big, free, first, &mut self.ends);
            let Some(length) = narrowed else {
                return false;
            };
            self.filled += length;
        } else {
            let Some(free) = free.get_mut(..block.len()).filter(|_| is_plain(block)) else {
                return false;
            };
            free.copy_from_slice(block);
            self.filled += block.len();
            self.ends.add(self.arch, block, first);
        }
        true
    }

    fn filled_plain(&self) -> &[u8] {
        self.plain.get(..self.filled).unwrap_or(&[])
    }

    /// Notes the lines of the text, which begins at `first` and is all that there is.
    fn plain_lines(&mut self, first: usize) {
        let text = self.plain.get(..self.filled).unwrap_or(&[]);
        let mut base = first;
        // In parts: places and text stay in the nearest cache together.
        for part in text.get(first..).unwrap_or(&[]).chunks(BLOCK) {
            self.ends.add(self.arch, part, base);
            base += part.len();
        }
        if text.len() > first && text.last() != Some(&b'\n') {
            self.ends.push(text.len() as u32);
        }
        let mut start = first;
        for end in self.ends.places() {
            let length =
                (*end as usize).saturating_sub(std::mem::replace(&mut start, *end as usize + 1));
            self.long_lines += u64::from(length > MAX_LINE);
        }
    }

    /// Takes a block of whole lines in at once where it holds nothing but valid text; says whether
    /// it did.
    fn decoded_block(&mut self, block: &[u8], encoding: Encoding) -> bool {
        let first = self.decoded.len();
        let wide = encoding.is_wide();
        if wide {
            let big = encoding == Encoding::Utf16Be;
            if !decode_wide_block(block, big, &mut self.decoded) {
                return false;
            }
        } else if let (Encoding::Utf8 { .. }, None) = (encoding, memchr::memchr(0, block)) {
            let Ok(text) = std::str::from_utf8(block) else {
                return false;
            };
            self.decoded.push_str(text);
        } else {
            return false;
        }
        let known = self.ends.places().len();
        let text = self.decoded.get(first..).unwrap_or("");
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', text.as_bytes()) {
            let line = text.get(start..end).unwrap_or("");
            if wide && line.starts_with(|c| c > '\x7f') && is_bytes_in_wide(line) {
                self.ends.truncate(known);
                self.decoded.truncate(first);
                return false;
            }
            self.ends.push((first + end) as u32 | DECODED);
            start = end + 1;
        }
        self.decoded.truncate(first + start);
        true
    }

    /// Takes a block of whole lines in, line by line.
    fn lines_of(&mut self, block: &[u8], encoding: Encoding, ends: &LineEnds) {
        let mut start = 0;
        while let Some(end) = block.get(start..).and_then(|rest| ends.first(rest)) {
            let line = block.get(start..start + end).unwrap_or(&[]);
            self.push(line, encoding);
            start += end + ends.width;
        }
    }

    fn push(&mut self, bytes: &[u8], encoding: Encoding) {
        let bytes = match bytes.get(..MAX_LINE) {
            Some(head) if bytes.len() > MAX_LINE => {
                self.long_lines += 1;
                head
            }
            _ => bytes,
        };
        self.scratch.clear();
        self.mixed |= !decode_line(bytes, encoding, &mut self.scratch);
        self.keep_scratch();
    }

    /// Keeps the line that was decoded last.
    fn keep_scratch(&mut self) {
        let text = std::str::from_utf8(&self.scratch).unwrap_or("");
        self.decoded.push_str(text);
        self.ends.push(self.decoded.len() as u32 | DECODED);
        // Between this line and the next.
        self.decoded.push('\n');
    }
}

/// A line without what is too long of it.
fn head(line: &str) -> &str {
    if line.len() <= MAX_LINE {
        return line;
    }
    let mut ends = (0..=MAX_LINE).rev();
    ends.find_map(|end| line.get(..end)).unwrap_or("")
}

/// Whether bytes are text as they are in this encoding.
fn is_text(bytes: &[u8], encoding: Encoding) -> bool {
    let utf8 = || {
        matches!(encoding, Encoding::Utf8 { .. })
            && simdutf8::basic::from_utf8(bytes).is_ok()
            && memchr::memchr(0, bytes).is_none()
    };
    !encoding.is_wide() && (is_plain(bytes) || utf8())
}

/// Whether bytes are text as they are, in every encoding of one byte a letter.
fn is_plain(bytes: &[u8]) -> bool {
    bytes.is_ascii() && memchr::memchr(0, bytes).is_none()
}

/// Appends a line to `out` as UTF-8; says whether it was in the encoding of the log.
fn decode_line(bytes: &[u8], encoding: Encoding, out: &mut Vec<u8>) -> bool {
    match encoding {
        Encoding::Utf16Le | Encoding::Utf16Be => {
            let big = encoding == Encoding::Utf16Be;
            decode_wide(bytes, big, out);
        }
        Encoding::Utf8 { fallback } => match std::str::from_utf8(bytes) {
            Ok(text) if memchr::memchr(0, bytes).is_none() => {
                out.extend_from_slice(text.as_bytes());
            }
            _ => {
                decode_bytes(bytes, fallback, out);
                return false;
            }
        },
        Encoding::CodePage(_) if is_plain(bytes) => out.extend_from_slice(bytes),
        Encoding::CodePage(page) => decode_bytes(bytes, page, out),
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::piece::Pieces;
    use super::*;
    use proptest::prelude::*;

    /// Line by line, without any block: the plain way.
    fn plainly(bytes: &[u8]) -> Vec<String> {
        let mut pieces = Pieces::new(bytes, None, 1 << 22);
        let (mut piece, mut all) = (Piece::default(), Vec::new());
        while pieces.next(&mut piece).unwrap() {
            let (encoding, data) = (pieces.encoding(), piece.bytes());
            let ends = LineEnds::of(encoding);
            let mut start = 0;
            while start < data.len() {
                let rest = &data[start..];
                let end = ends.first(rest).unwrap_or(rest.len());
                let mut out = Vec::new();
                decode_line(&rest[..end.min(MAX_LINE)], encoding, &mut out);
                if out.last() == Some(&b'\r') {
                    out.pop();
                }
                all.push(String::from_utf8(out).unwrap());
                start += end + ends.width;
            }
        }
        all
    }

    fn by_blocks(bytes: &[u8], size: usize) -> Vec<String> {
        let mut pieces = Pieces::new(bytes, None, size);
        let (mut piece, mut lines, mut all) = (Piece::default(), Lines::default(), Vec::new());
        while pieces.next(&mut piece).unwrap() {
            lines.decode(&mut piece, pieces.encoding());
            all.extend(lines.texts().map(str::to_owned));
        }
        all
    }

    fn encoded(text: &str, form: u8) -> Vec<u8> {
        let units = |mark: &[u8], to: fn(u16) -> [u8; 2]| {
            let mut bytes = mark.to_vec();
            bytes.extend(text.encode_utf16().flat_map(to));
            bytes
        };
        match form {
            0 => units(&[0xff, 0xfe], u16::to_le_bytes),
            1 => units(&[0xfe, 0xff], u16::to_be_bytes),
            2 => text.as_bytes().to_vec(),
            _ => encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
        }
    }

    #[test]
    fn stretches_of_bytes_in_a_wide_log() {
        let mut bytes = encoded("MSI (s) (00:00): あ\r\nAction\r\n", 0);
        bytes.extend(b"echo appended this line by hand.");
        bytes.extend([b'\n', 0]);
        bytes.extend(encoded("いろは\r\n", 0).split_at(2).1);
        let all = by_blocks(&bytes, 4096);
        assert_eq!(all, plainly(&bytes));
        assert!(all.iter().any(|l| l == "echo appended this line by hand."));
        assert!(all.iter().any(|l| l == "いろは"));
    }

    /// Each pair: what stands in the file, and the lines of it.
    fn seams(big: bool) -> Vec<(Vec<u8>, Vec<&'static str>)> {
        let mark: &[u8] = if big { b"\xfe\xff" } else { b"\xff\xfe" };
        let wide = |text: &str| {
            let to = if big {
                u16::to_be_bytes
            } else {
                u16::to_le_bytes
            };
            text.encode_utf16().flat_map(to).collect::<Vec<u8>>()
        };
        let (first, second) = (wide("one\r\nzwei ü\r\n"), wide("=== Verbose\r\nあ\r\n"));
        let lost = [&second[..9], &second[10..]].concat();
        let with = |parts: &[&[u8]]| [mark, &parts.concat()].concat();
        vec![
            (
                with(&[&first, b"done.\r\n", &second]),
                vec!["one", "zwei ü", "done.", "=== Verbose", "あ"],
            ),
            (
                with(&[&first, b"done\r\n", &second]),
                vec!["one", "zwei ü", "done", "=== Verbose", "あ"],
            ),
            (
                with(&[&first, b"done.\r\n", mark, &second]),
                vec!["one", "zwei ü", "done.", "=== Verbose", "あ"],
            ),
            (
                with(&[
                    &first,
                    b"=== Verbose logging started\r\n\r\nx\r\n",
                    &second,
                    b"again, by hand\r\n",
                    &first,
                ]),
                vec![
                    "one",
                    "zwei ü",
                    "=== Verbose logging started",
                    "",
                    "x",
                    "=== Verbose",
                    "あ",
                    "again, by hand",
                    "one",
                    "zwei ü",
                ],
            ),
            (
                with(&[&second, b"x", &first]),
                vec!["=== Verbose", "あ", "one", "zwei ü"],
            ),
            (
                with(&[&first, &lost, &first]),
                vec!["one", "zwei ü", "=== Verbose", "あ", "one", "zwei ü"],
            ),
        ]
    }

    #[test]
    fn letters_are_found_anew_after_bytes_that_were_added_or_lost() {
        for big in [false, true] {
            for (n, (bytes, wanted)) in seams(big).into_iter().enumerate() {
                for size in [2, 64, 4096, 1 << 20] {
                    let all = by_blocks(&bytes, size);
                    assert_eq!(all.len(), wanted.len(), "{big} {n} {size} {all:?}");
                    let wrong = all
                        .iter()
                        .zip(&wanted)
                        .filter(|(line, wanted)| line != wanted);
                    // At most the line at the seam.
                    assert!(wrong.count() <= 1, "{big} {n} {size} {all:?}");
                }
            }
        }
    }

    /// A tool that appends writes it; the rest of the log may be UTF-8 throughout or not.
    #[test]
    fn a_mark_where_a_line_begins_is_no_text() {
        for before in [&b"one\n"[..], "zwölf\n".as_bytes(), b"zw\xf6lf\n"] {
            let bytes = [before, "\u{feff}=== Verbose\r\nzwölf\n".as_bytes()].concat();
            for size in [2, 16, 1 << 20] {
                let all = by_blocks(&bytes, size);
                assert_eq!(all[1..], ["=== Verbose", "zwölf"], "{size} {all:?}");
            }
        }
    }

    #[test]
    fn wide_letters_behind_bytes_are_read() {
        let wide: Vec<u8> = "=== Rückgabewert\r\nzwei\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for before in [&b"one\r\n"[..], b"one\r\n\xff\xfe", b"\xfcber\r\n\xff\xfe"] {
            let before = [&b"long before ".repeat(40), before].concat();
            let all = by_blocks(&[before, wide.clone()].concat(), 4096);
            assert_eq!(all[1..3], ["=== Rückgabewert", "zwei"], "{all:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn blocks_and_lines_agree(
            parts in proptest::collection::vec((
                prop_oneof!["[ -~\t]{0,200}", "\\PC{0,80}", "[\u{0a0e}-\u{0aff}あ]{0,30}", Just("\u{1f600}\r".to_owned())],
                prop_oneof![Just("\n"), Just("\r\n")],
                1usize..60,
            ), 0..30),
            form in 0u8..4,
            damage in proptest::collection::vec((any::<u16>(), any::<u8>()), 0..3),
        ) {
            let text: String = parts.iter().map(|(p, e, n)| format!("{p}{e}").repeat(*n)).collect();
            let mut bytes = encoded(&text, form);
            let damaged = !damage.is_empty();
            for (at, value) in damage {
                let length = bytes.len();
                if let Some(byte) = bytes.get_mut(usize::from(at) % length.max(1)) {
                    *byte = value;
                }
            }
            // The plain way knows nothing of letters that are shifted.
            let plain = if damaged && form < 2 { by_blocks(&bytes, 1 << 22) } else { plainly(&bytes) };
            for size in [4096, 1 << 14, 1 << 20] {
                prop_assert_eq!(&by_blocks(&bytes, size), &plain);
            }
        }
    }
}
