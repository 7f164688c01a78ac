//! Lists and files of people in UTF-8, whatever wrote them: Windows PowerShell 5.1 writes UTF-16 with a
//! mark where a redirection does not say otherwise.

use std::io::{self, Cursor, Read};

use encoding_rs::Decoder;

use super::sniff;

/// So many bytes tell the encoding.
const HEAD: u64 = 4096;

/// A reader of UTF-8; what has no mark and is not in wide letters is handed on byte for byte.
pub struct PlainText<R> {
    source: io::Chain<Cursor<Vec<u8>>, R>,
    decoder: Option<Decoder>,
    buffer: Vec<u8>,
    out: Cursor<Vec<u8>>,
    ended: bool,
}

impl<R: Read> PlainText<R> {
    /// Looks at the first bytes. `marked`: only a byte order mark counts, since the text has zeros of
    /// its own.
    ///
    /// # Errors
    /// What the source gives.
    pub fn new(mut source: R, marked: bool) -> io::Result<Self> {
        let mut head = Vec::new();
        source.by_ref().take(HEAD).read_to_end(&mut head)?;
        let (encoding, mark) = sniff(&head);
        let wide = encoding.is_wide() && (mark > 0 || !marked);
        // The mark of another encoding than the one that counts is a text of its own.
        let skipped = mark.min(head.len());
        let mut head = Cursor::new(head);
        head.set_position(skipped as u64);
        Ok(Self {
            source: head.chain(source),
            decoder: wide.then(|| encoding.decoder()),
            buffer: Vec::new(),
            out: Cursor::default(),
            ended: false,
        })
    }
}

impl<R: Read> Read for PlainText<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some(decoder) = &mut self.decoder else {
            return self.source.read(out);
        };
        loop {
            let count = self.out.read(out)?;
            if count > 0 || self.ended || out.is_empty() {
                return Ok(count);
            }
            self.buffer.resize(HEAD as usize, 0);
            let read = self.source.read(&mut self.buffer)?;
            self.ended = read == 0;
            let bytes = self.buffer.get(..read).unwrap_or_default();
            let mut text = String::with_capacity(
                decoder
                    .max_utf8_buffer_length(bytes.len())
                    .unwrap_or(bytes.len()),
            );
            // The text has room for all of it, so the result tells nothing new.
            let _ = decoder.decode_to_string(bytes, &mut text, self.ended);
            self.out = Cursor::new(text.into_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], marked: bool) -> Vec<u8> {
        let mut all = Vec::new();
        let mut reader = PlainText::new(bytes, marked).unwrap();
        reader.read_to_end(&mut all).unwrap();
        all
    }

    #[test]
    fn whatever_wrote_it_it_is_utf8() {
        let text = "C:\\Logs\\zwölf 戻.log\r\nD:\\x.log\r\n".repeat(300);
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let utf8 = text.as_bytes();
        for bytes in [
            utf8.to_vec(),
            [b"\xef\xbb\xbf", utf8].concat(),
            [b"\xff\xfe", little.as_slice()].concat(),
            [b"\xfe\xff", big.as_slice()].concat(),
            little.clone(),
        ] {
            assert_eq!(read(&bytes, false), utf8);
        }
        // Names of Linux need not be UTF-8, and zeros may stand between them.
        assert_eq!(read(b"a\xffb.log\n", false), b"a\xffb.log\n");
        assert_eq!(read(b"a\0b\0c\0d\0", true), b"a\0b\0c\0d\0");
        assert_eq!(read(b"", false), b"");
    }
}
