//! A log that was unpacked on the way and waits for its reader. A log packs well: a long one is kept
//! packed, so that the memory it takes does not grow with it as it would.

use std::io::{self, Cursor, Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

/// What is shorter is kept as it is, in bytes.
const SHORT: usize = 512 << 10;

/// The bytes of a log in memory.
#[derive(Debug)]
pub struct Kept {
    /// Its length unpacked, in bytes.
    pub length: u64,
    form: Form,
}

#[derive(Debug)]
enum Form {
    Plain(Vec<u8>),
    Packed(Vec<u8>),
}

impl Kept {
    /// Reads all that a reader gives, and what stopped it before its end; nothing where it takes more
    /// than `most` bytes even so.
    pub fn read(reader: &mut impl Read, most: u64) -> (Option<Self>, io::Result<()>) {
        let mut plain = Vec::new();
        let begun = reader.take(SHORT as u64).read_to_end(&mut plain);
        if plain.len() < SHORT || begun.is_err() {
            return (Some(plain.into()), begun.map(drop));
        }
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        let mut read = encoder.write_all(&plain);
        drop(plain);
        let mut buffer = vec![0; 64 << 10];
        while read.is_ok() && encoder.get_ref().len() as u64 <= most {
            read = match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => encoder.write_all(buffer.get(..count).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
                Err(error) => Err(error),
            };
        }
        let length = encoder.total_in();
        let packed = encoder.finish().ok();
        let packed = packed.filter(|packed| packed.len() as u64 <= most);
        let form = packed.map(Form::Packed);
        (form.map(|form| Self { length, form }), read)
    }

    /// Its bytes, from the beginning.
    pub fn open(self) -> Box<dyn Read + Send> {
        match self.form {
            Form::Plain(bytes) => Box::new(Cursor::new(bytes)),
            Form::Packed(bytes) => Box::new(DeflateDecoder::new(Cursor::new(bytes))),
        }
    }
}

impl From<Vec<u8>> for Kept {
    fn from(bytes: Vec<u8>) -> Self {
        Self {
            length: bytes.len() as u64,
            form: Form::Plain(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_read_again() {
        for length in [0, 1, SHORT - 1, SHORT, SHORT + 1, 20 * SHORT] {
            let bytes: Vec<u8> = (0..length).map(|at| (at / 7 % 251) as u8).collect();
            let (kept, read) = Kept::read(&mut bytes.as_slice(), 1 << 20);
            let kept = kept.unwrap();
            assert!(read.is_ok() && kept.length == length as u64);
            let mut again = Vec::new();
            kept.open().read_to_end(&mut again).unwrap();
            assert!(again == bytes, "{length}");
        }
    }

    #[test]
    fn what_does_not_pack_is_refused_when_it_is_long() {
        let mut state = 1_u64;
        let noise: Vec<u8> = std::iter::from_fn(|| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            Some((state >> 16) as u8)
        })
        .take(SHORT * 3)
        .collect();
        assert!(Kept::read(&mut noise.as_slice(), 1 << 20).0.is_none());
    }
}
