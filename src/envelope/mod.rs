//! Takes off what people and programs put around a log before it gets here: marks of a mail or of
//! Markdown, clocks of another program, cells of a table, HTML, escapes, line breaks in the wrong
//! places.
//!
//! Only evidence turns it on: its first lines say that a log is inside, and that it is not plain
//! already. A clean log is looked at once and handed on as it is. One layer is taken off at a time,
//! and the rest is looked at again; what comes out is never more than twice what goes in. The
//! lines that come out know which line of the file they are from.

mod codec;
mod evidence;
mod front;
mod html;
mod layer;
mod places;
mod records;
mod run_together;

use std::io::{self, Read};

use crate::text::{Encoding, sniff};

use layer::Layer;
use places::Places;

/// Most layers of one log.
const DEPTH: usize = 3;

/// So many bytes tell whether a log is plain.
const FIRST_LOOK: usize = 8 * 1024;

/// So many bytes tell what is around one that is not.
const HEAD: usize = 64 * 1024;

/// A line that is longer is handed on as it is, cut.
const LONGEST: usize = crate::text::MAX_LINE;

type Raw<'r> = Box<dyn Read + Send + 'r>;

/// A log without what was around it. Reads as UTF-8 where something was, else as it was.
pub struct Opened<'r> {
    head: io::Cursor<Vec<u8>>,
    /// Its encoding, where it is known.
    pub encoding: Option<Encoding>,
    rest: Rest<'r>,
}

enum Rest<'r> {
    Raw(Raw<'r>),
    Inside(Box<Unwrapping<'r>>),
}

impl Read for Opened<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self.head.read(out)? {
            0 => match &mut self.rest {
                Rest::Raw(raw) => raw.read(out),
                Rest::Inside(unwrapping) => unwrapping.read(out),
            },
            some => Ok(some),
        }
    }
}

/// What was around a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Around {
    /// The layers in words, the outermost first.
    pub layers: Vec<&'static str>,
    /// Encoding of the file.
    pub encoding: Encoding,
    /// Size of the file in bytes.
    pub bytes: u64,
}

/// Looks at the head of a log and takes off what is around it.
///
/// # Errors
/// What the source gives.
pub fn open<'r>(
    source: impl Read + Send + 'r,
    encoding: Option<Encoding>,
) -> io::Result<Opened<'r>> {
    let mut opened = Opened {
        head: io::Cursor::default(),
        encoding,
        rest: Rest::Raw(Box::new(source)),
    };
    let mut encoding = encoding;
    let mut seen = Vec::new();
    for _ in 0..DEPTH {
        if evidence::is_plain(&opened.look(FIRST_LOOK, encoding)?.text) {
            break;
        }
        let head = opened.look(HEAD, encoding)?;
        let Some(layer) = evidence::layer(&head.text, head.whole) else {
            break;
        };
        if seen.contains(&layer.name()) && !layer.comes_again() {
            break;
        }
        seen.push(layer.name());
        let inside = (!layer.gives_bytes()).then_some(UTF8);
        opened = Opened {
            head: io::Cursor::default(),
            encoding: inside,
            rest: Rest::Inside(Box::new(Unwrapping::new(opened, head.encoding, layer))),
        };
        encoding = inside;
    }
    Ok(opened)
}

const UTF8: Encoding = Encoding::Utf8 {
    fallback: encoding_rs::WINDOWS_1252,
};

impl Opened<'_> {
    /// Reads so many bytes ahead.
    fn look(&mut self, most: usize, encoding: Option<Encoding>) -> io::Result<Head> {
        let head = self.head.get_mut();
        let more = most.saturating_sub(head.len());
        // Room for all of it: else it is read in many small parts.
        head.reserve(more);
        let rest: &mut dyn Read = match &mut self.rest {
            Rest::Raw(raw) => raw,
            Rest::Inside(unwrapping) => unwrapping,
        };
        rest.take(more as u64).read_to_end(head)?;
        let whole = head.len() < most;
        let encoding = encoding.unwrap_or_else(|| sniff(head).0);
        let mut text = String::new();
        Decoding::new(encoding).decode(head, whole, &mut text);
        Ok(Head {
            text,
            encoding,
            whole,
        })
    }

    /// The first bytes that were looked at and not yet read, at most so many.
    #[must_use]
    pub fn first_bytes(&self, most: usize) -> Vec<u8> {
        let head = self.head.get_ref();
        head.get(..most).unwrap_or(head).to_vec()
    }

    /// What was around it, once all was read; `None` where it is plain.
    #[must_use]
    pub fn around(&self) -> Option<Around> {
        let Rest::Inside(inside) = &self.rest else {
            return None;
        };
        let mut around = inside.source.around().unwrap_or(Around {
            layers: Vec::new(),
            encoding: inside.text.encoding,
            bytes: inside.bytes,
        });
        let name = inside.layer.name();
        if !around.layers.contains(&name) {
            around.layers.push(name);
        }
        Some(around)
    }

    /// Lines of the file, once all was read; `None` where those of the log count.
    #[must_use]
    pub fn lines(&self) -> Option<u64> {
        match &self.rest {
            Rest::Inside(inside) if inside.layer.keeps_lines() => {
                Some(inside.source.lines().unwrap_or(inside.places.lines()))
            }
            _ => None,
        }
    }

    /// The line of the file that a line of the log is from.
    #[must_use]
    pub fn line(&self, line: u64) -> u64 {
        match &self.rest {
            Rest::Inside(inside) if inside.layer.keeps_lines() => {
                inside.source.line(inside.places.line(line))
            }
            _ => line,
        }
    }
}

/// The first part of a log.
struct Head {
    text: String,
    encoding: Encoding,
    /// It is all of it.
    whole: bool,
}

/// Bytes to text, whatever pieces they come in.
struct Decoding {
    encoding: Encoding,
    decoder: encoding_rs::Decoder,
}

impl Decoding {
    fn new(encoding: Encoding) -> Self {
        Self {
            encoding,
            decoder: encoding.decoder(),
        }
    }

    fn decode(&mut self, bytes: &[u8], last: bool, text: &mut String) {
        let most = self.decoder.max_utf8_buffer_length(bytes.len());
        text.reserve(most.unwrap_or(bytes.len()));
        // The text has room for all of it, so the result tells nothing new.
        let _ = self.decoder.decode_to_string(bytes, text, last);
    }
}

/// A log while one layer is taken off.
struct Unwrapping<'r> {
    source: Opened<'r>,
    text: Decoding,
    layer: Layer,
    places: Places,
    /// What was read and is not yet a whole line.
    pending: String,
    /// The line is too long: what is left of it is dropped.
    dropping: bool,
    /// Parts of the line that is not yet whole were taken.
    open: bool,
    buffer: Vec<u8>,
    out: io::Cursor<Vec<u8>>,
    bytes: u64,
    ended: bool,
}

impl<'r> Unwrapping<'r> {
    fn new(source: Opened<'r>, encoding: Encoding, layer: Layer) -> Self {
        Self {
            source,
            text: Decoding::new(encoding),
            layer,
            places: Places::default(),
            pending: String::new(),
            dropping: false,
            open: false,
            buffer: vec![0; HEAD],
            out: io::Cursor::default(),
            bytes: 0,
            ended: false,
        }
    }

    /// Reads on, and takes the layer off the lines that are whole.
    fn fill(&mut self) -> io::Result<()> {
        let count = self.source.read(&mut self.buffer)?;
        self.bytes += count as u64;
        self.ended = count == 0;
        let read = self.buffer.get(..count).unwrap_or(&[]);
        self.text.decode(read, self.ended, &mut self.pending);
        let mut out = Out {
            text: std::mem::take(self.out.get_mut()),
            places: &mut self.places,
        };
        out.text.clear();
        let mut start = 0;
        let pending = &self.pending;
        let whole = |start: usize| pending.get(start..)?.split_once('\n');
        while let Some((line, _)) = whole(start) {
            start += line.len() + 1;
            if !std::mem::take(&mut self.dropping) {
                let line = line.strip_suffix('\r').unwrap_or(line);
                self.layer.take(line, true, &mut out);
            }
            out.places.next_line();
            self.open = false;
        }
        let rest = self.pending.get(start..).unwrap_or("");
        if self.ended {
            let last = !rest.is_empty() && !self.dropping;
            if last {
                self.layer.take(rest, true, &mut out);
            }
            if last || self.open {
                out.places.next_line();
            }
            start = self.pending.len();
            self.layer.finish(&mut out);
        } else if rest.len() > HEAD && !self.dropping {
            let taken = self.layer.take(rest, false, &mut out);
            start += taken;
            self.open |= taken > 0;
            if taken == 0 && rest.len() > LONGEST {
                self.layer.take(rest, true, &mut out);
                self.dropping = true;
            }
        }
        if self.dropping {
            self.open = true;
            start = self.pending.len();
        }
        self.pending.drain(..start);
        self.out = io::Cursor::new(out.text);
        Ok(())
    }
}

impl Read for Unwrapping<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.out.read(out)? {
                0 if self.ended || out.is_empty() => return Ok(0),
                0 => self.fill()?,
                some => return Ok(some),
            }
        }
    }
}

/// What a layer gives.
struct Out<'p> {
    text: Vec<u8>,
    places: &'p mut Places,
}

impl Out<'_> {
    /// A whole line; one that holds line ends is several.
    fn line(&mut self, text: &str) {
        for line in text.split('\n') {
            let line = line.strip_suffix('\r').unwrap_or(line);
            self.part(line);
            self.end();
        }
    }

    /// A part of a line.
    fn part(&mut self, text: &str) {
        self.text.extend_from_slice(text.as_bytes());
    }

    /// The line ends.
    fn end(&mut self) {
        self.text.push(b'\n');
        self.places.made_line();
    }
}

#[cfg(test)]
mod tests;
