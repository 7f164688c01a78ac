//! The hash of a log, taken while the log is read anyway.
//!
//! XXH3 with 128 bits: a log is analysed at several gigabytes a second, and a cryptographic hash
//! would be the slowest part of that. Two different logs have one hash by accident about as often
//! as a disk lies; and nobody gains by making two such logs, since what was read is always
//! analysed, and a report is only taken from the store for a path that it was made for.

use std::io::{self, Read};

use xxhash_rust::xxh3::Xxh3;

/// A reader that hashes what it hands on.
pub struct Hashing<R> {
    inner: R,
    hash: Box<Xxh3>,
    bytes: u64,
}

impl<R> Hashing<R> {
    /// Hashes what is read of `inner`.
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            hash: Box::default(),
            bytes: 0,
        }
    }

    /// The hash of everything that was read, as 32 hexadecimal digits.
    #[must_use]
    pub fn digest(&self) -> String {
        format!("{:032x}", self.hash.digest128())
    }

    /// How many bytes were read.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.bytes
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if let Some(new) = buffer.get(..read) {
            self.hash.update(new);
        }
        self.bytes += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_do_not_matter() {
        let text = b"some log\r\n".repeat(1000);
        let mut whole = Hashing::new(text.as_slice());
        io::copy(&mut whole, &mut io::sink()).unwrap();
        let mut pieces = Hashing::new(text.as_slice());
        let mut buffer = [0; 7];
        while pieces.read(&mut buffer).unwrap() > 0 {}
        assert_eq!(whole.digest(), pieces.digest());
        assert_eq!((whole.digest().len(), whole.size()), (32, 10_000));
        let other = Hashing::new(io::empty());
        assert_ne!(whole.digest(), other.digest());
    }
}
