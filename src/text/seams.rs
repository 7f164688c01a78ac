//! Where a UTF-16 log stops being one: a tool appended 8-bit text, or a byte was lost or added, and
//! all that follows would be read as letters that nobody wrote.
//!
//! Both are told by the line feeds of the other reading, since what stands before them is no text
//! in the reading that is under way: a shifted line feed behind ASCII makes U+0A00 of it, the end of
//! an 8-bit line makes U+0A0D, and Unicode has assigned neither.

use super::narrow::is_printable;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 8-bit text.
    Bytes,
    /// UTF-16 that goes on an odd number of bytes further than it should.
    Shifted,
}

/// A line that is not what the lines before it are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seam {
    /// Where the line begins.
    pub start: usize,
    /// Behind its line feed.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
}

/// An 8-bit line without a carriage return is one only from so many bytes on, and with a blank in it:
/// a few characters of a Chinese text can look like letters.
pub const ENOUGH: usize = 16;

/// The lines of `data` that are not what they should be; `data` begins with a line of UTF-16.
pub fn all(data: &[u8], big: bool) -> impl Iterator<Item = Seam> {
    let mut scan = Scan::new(big);
    std::iter::from_fn(move || {
        loop {
            let (start, end, kind) = scan.next(data, true)?;
            if let Some(kind) = kind {
                return Some(Seam { start, end, kind });
            }
        }
    })
}

/// Goes from line to line of a log of UTF-16, in whatever reading each of them is. It is what decides
/// where lines end: which bytes make a letter depends on all lines before, not on where a buffer begins.
pub struct Scan {
    big: bool,
    line: Open,
    /// Where the next line feed is sought.
    from: usize,
}

impl Scan {
    /// From the start of a line on.
    pub fn new(big: bool) -> Self {
        let line = Open::at(0);
        Self { big, line, from: 0 }
    }

    /// Start, end and kind of the next line, without a kind where it is UTF-16 as it should be. Where
    /// more can follow `data`, a line feed that is its last byte is left for when the next one is known.
    pub fn next(&mut self, data: &[u8], ended: bool) -> Option<(usize, usize, Option<Kind>)> {
        loop {
            let at = self.from + memchr::memchr(b'\n', data.get(self.from..)?)?;
            if !self.big && !ended && at + 1 == data.len() {
                return None;
            }
            self.from = at + 1;
            let start = self.line.start;
            let (end, kind) = if let Some(seam) = self.line.ends_otherwise(data, at, self.big) {
                (seam.end, Some(seam.kind))
            } else if is_feed(data, start, at, self.big) {
                (if self.big { at + 1 } else { at + 2 }, None)
            } else {
                continue;
            };
            self.line = Open::at(end);
            self.from = end;
            return Some((start, end, kind));
        }
    }

    /// All but the last bytes of a line without an end were dropped: an even number, up to `length`.
    pub fn drop_front(&mut self, data: &[u8], length: usize) {
        self.line.look(data, length);
        self.line.start = self.line.start.saturating_sub(length);
        self.line.seen = self.line.seen.saturating_sub(length);
        self.from = self.from.saturating_sub(length);
    }
}

/// A line that is looked at from feed to feed; each byte once, however many feeds there are.
struct Open {
    start: usize,
    /// How far it was looked at.
    seen: usize,
    /// Nothing but plain text so far, and whether a blank is in it.
    plain: bool,
    blank: bool,
}

impl Open {
    fn at(start: usize) -> Self {
        Self {
            start,
            seen: start,
            plain: true,
            blank: false,
        }
    }

    /// Looks at what was not seen yet, up to this byte.
    fn look(&mut self, data: &[u8], to: usize) {
        if let (true, Some(more)) = (self.plain, data.get(self.seen..to)) {
            self.plain = more.iter().all(|byte| is_printable(*byte));
            self.blank |= more.contains(&b' ');
            self.seen = to;
        }
    }

    /// What ends at this byte, where it is the line feed of another reading.
    fn ends_otherwise(&mut self, data: &[u8], at: usize, big: bool) -> Option<Seam> {
        let start = self.start;
        let line = data.get(start..at)?;
        let next = data.get(at + 1);
        let shifted = if big {
            // `00 X 00 0A`
            line.len().is_multiple_of(2)
                && matches!(line, [.., 0, letter, 0] if is_printable(*letter))
        } else {
            // `X 00 0A 00`
            let odd = line.len() % 2 == 1;
            odd && next == Some(&0) && matches!(line, [.., letter, 0] if is_printable(*letter))
        };
        if shifted {
            let end = if big { at + 1 } else { at + 2 };
            let kind = Kind::Shifted;
            return Some(Seam { start, end, kind });
        }
        self.look(data, at);
        let told = line.ends_with(b"\r") || (line.len() >= ENOUGH && self.blank);
        let ends = big || next != Some(&0);
        (self.plain && told && ends).then_some(Seam {
            start,
            end: at + 1,
            kind: Kind::Bytes,
        })
    }
}

/// Whether the byte is a line feed of the reading that is under way.
fn is_feed(data: &[u8], start: usize, at: usize, big: bool) -> bool {
    let even = (at - start).is_multiple_of(2);
    match big {
        true => !even && at.checked_sub(1).and_then(|before| data.get(before)) == Some(&0),
        false => even && data.get(at + 1) == Some(&0),
    }
}

/// A shifted line, with its line feed, taken apart where the shift is: what stands before it, and
/// what follows.
pub fn split(line: &[u8], big: bool) -> Option<(&[u8], &[u8])> {
    let body = line.get(..line.len().checked_sub(2)?)?;
    let pairs = body.rchunks_exact(2);
    let ascii = pairs.take_while(|pair| match (pair, big) {
        ([letter, 0], false) | ([0, letter], true) => is_printable(*letter) && *letter != b'\n',
        _ => false,
    });
    body.split_at_checked(body.len() - 2 * ascii.count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str, big: bool) -> Vec<u8> {
        let to = if big {
            u16::to_be_bytes
        } else {
            u16::to_le_bytes
        };
        text.encode_utf16().flat_map(to).collect()
    }

    fn first(data: &[u8], big: bool) -> Option<Seam> {
        all(data, big).next()
    }

    #[test]
    fn text_of_all_languages_has_no_seam() {
        let texts = [
            "MSI (s): one\r\ntwo\n",
            "上海上上上上\r\n線上安裝\n上",
            "ਅਆ\r\nഅആ\r\n",
            "two\u{a00}\u{a0a}\nlast",
        ];
        for (text, big) in texts
            .into_iter()
            .flat_map(|text| [(text, false), (text, true)])
        {
            assert_eq!(first(&wide(text, big), big), None, "{text}");
        }
    }

    #[test]
    fn appended_bytes_and_what_follows_are_found() {
        for big in [false, true] {
            let before = wide("one\r\n", big);
            let data = [&before[..], b"done.\r\n", &wide("two\r\n", big)].concat();
            let seam = first(&data, big).unwrap();
            assert_eq!(seam.start, before.len());
            let line = &data[seam.start..seam.end];
            let appended = match seam.kind {
                Kind::Bytes => line,
                Kind::Shifted => split(line, big).unwrap().0,
            };
            assert_eq!(appended, b"done.\r\n", "{big}");
        }
    }

    #[test]
    fn a_lost_byte_costs_one_line() {
        for big in [false, true] {
            let mut data = wide("one\r\nMSI (s) (C8:50)\r\nthree\r\n", big);
            data.remove(19);
            let seam = first(&data, big).unwrap();
            assert_eq!((seam.start, seam.kind), (10, Kind::Shifted));
            assert_eq!(first(&data[seam.end..], big), None);
        }
    }
}
