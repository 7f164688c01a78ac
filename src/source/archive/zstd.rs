//! zstd: frame after frame, some of which are to be skipped (RFC 8878).

use std::io::{self, BufRead, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::{Problem, skip};

/// The furthest that a frame may look back, in bytes: as far as those of level 19 do, and what every
/// reader should bear (RFC 8878, section 3.1.1.1.2).
const WINDOW: u64 = 8 << 20;

/// The head of a frame with the smallest window.
const NOTHING: &[u8] = &[0x28, 0xB5, 0x2F, 0xFD, 0, 0];

/// The frames of a stream as one.
pub struct Zstd<R> {
    source: R,
    decoder: FrameDecoder,
    in_frame: bool,
}

impl<R: BufRead> Zstd<R> {
    pub fn new(source: R) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(WINDOW);
        // What looks back is set up in one piece from the second frame on; for the first it grows by
        // doubling, and what it grew out of is not given back.
        let _ = decoder.reset(NOTHING);
        Self {
            source,
            decoder,
            in_frame: false,
        }
    }

    /// Goes to the next frame; whether there is one.
    fn next_frame(&mut self) -> io::Result<bool> {
        while !self.source.fill_buf()?.is_empty() {
            let length = match self.decoder.reset(&mut self.source) {
                Ok(()) => return Ok(true),
                Err(error) => skipped(error)?,
            };
            skip(&mut self.source, length)?;
        }
        Ok(false)
    }

    /// Whether the file ends too early or its bytes are wrong.
    fn damage(&mut self) -> io::Error {
        match self.source.fill_buf() {
            Ok([]) => io::ErrorKind::UnexpectedEof.into(),
            Ok(_) => io::Error::other("a block of zstd cannot be unpacked"),
            Err(error) => error,
        }
    }

    /// The frame is over: its checksum, where it has one, must hold.
    fn end_frame(&mut self) -> io::Result<()> {
        self.in_frame = false;
        let (told, found) = (
            self.decoder.get_checksum_from_data(),
            self.decoder.get_calculated_checksum(),
        );
        match (told, found) {
            (Some(told), Some(found)) if told != found => {
                Err(io::Error::other("a checksum does not hold"))
            }
            _ => Ok(()),
        }
    }
}

/// The length of a frame that is to be skipped.
fn skipped(error: FrameDecoderError) -> io::Result<u64> {
    match error {
        FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
            length, ..
        }) => Ok(u64::from(length)),
        FrameDecoderError::WindowSizeTooBig { requested, .. } => {
            let what = format!("zstd with a window of {} MiB", requested.div_ceil(1 << 20));
            Err(Problem::UnknownMethod(what).into())
        }
        _ => Err(io::Error::other("a frame of zstd has no sound header")),
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.in_frame {
                if !self.next_frame()? {
                    return Ok(0);
                }
                self.in_frame = true;
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let one = BlockDecodingStrategy::UptoBlocks(1);
                if self.decoder.decode_blocks(&mut self.source, one).is_err() {
                    return Err(self.damage());
                }
            }
            let read = self.decoder.read(buffer)?;
            if read > 0 {
                return Ok(read);
            }
            self.end_frame()?;
        }
    }
}
