//! What an archive may cost. An archive can be made so that a few bytes unpack to more than any
//! disk holds; everything that is unpacked is therefore counted.

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Problem;

/// The biggest entry that is kept in memory, in bytes.
pub const IN_MEMORY: u64 = 64 << 20;
/// What all entries of an archive may unpack to, in bytes.
const TOTAL: u64 = 16 << 30;
/// How many entries an archive may have, those of archives in it included.
const ENTRIES: u64 = 200_000;
/// More than [`TOTAL`].
const TOO_MUCH: Problem = Problem::TooMuch("16 GiB");
/// More than [`ENTRIES`].
pub const TOO_MANY: Problem = Problem::TooMuch("200,000 entries");
/// How deep archives may lie in each other.
pub const DEPTH: u32 = 4;
/// How many times its size something may unpack to, where it is more than [`IN_MEMORY`].
const RATIO: u64 = 1000;

/// What was unpacked of one archive on disk, with all that lies in it.
#[derive(Debug, Default)]
pub struct Budget {
    entries: u64,
    total: Arc<AtomicU64>,
}

impl Budget {
    /// One more entry.
    pub fn entry(&mut self) -> Result<(), Problem> {
        self.entries += 1;
        if self.entries > ENTRIES {
            return Err(TOO_MANY);
        }
        Ok(())
    }

    /// So many bytes more, told beforehand.
    pub fn bytes(&self, bytes: u64) -> Result<(), Problem> {
        let before = self.total.fetch_add(bytes.min(TOTAL), Ordering::Relaxed);
        if before.saturating_add(bytes) > TOTAL {
            return Err(TOO_MUCH);
        }
        Ok(())
    }

    /// A meter for one archive of `packed` bytes.
    pub fn meter(&self, packed: u64) -> Meter {
        Meter {
            packed: Arc::new(AtomicU64::new(packed)),
            unpacked: Arc::default(),
            total: Some(Arc::clone(&self.total)),
        }
    }
}

/// Whether a size that is told beforehand is that of a bomb.
pub fn is_bomb(packed: u64, unpacked: u64) -> bool {
    unpacked > IN_MEMORY && unpacked / RATIO > packed
}

/// Counts what goes into a decoder and what comes out.
#[derive(Debug, Clone, Default)]
pub struct Meter {
    packed: Arc<AtomicU64>,
    unpacked: Arc<AtomicU64>,
    /// Where it counts to the whole; a single log may be of any size.
    total: Option<Arc<AtomicU64>>,
}

impl Meter {
    /// Counts what a decoder reads.
    pub fn before<R>(&self, inner: R) -> Metered<R> {
        self.metered(inner, true)
    }

    /// Counts what a decoder gives, and stops it in time.
    pub fn after<R>(&self, inner: R) -> Metered<R> {
        self.metered(inner, false)
    }

    fn metered<R>(&self, inner: R, is_packed: bool) -> Metered<R> {
        let meter = self.clone();
        Metered {
            inner,
            meter,
            is_packed,
        }
    }

    fn count(&self, bytes: u64) -> io::Result<()> {
        let unpacked = self.unpacked.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let is_bomb = is_bomb(self.packed.load(Ordering::Relaxed), unpacked);
        match &self.total {
            // Whoever reads a single log says what it is that cannot be read.
            None if is_bomb => Err(io::Error::other(
                "it unpacks to more than a thousand times its size; unpack it first if you trust it",
            )),
            _ if is_bomb => Err(Problem::Bomb.into()),
            Some(total) if total.fetch_add(bytes, Ordering::Relaxed) + bytes > TOTAL => {
                Err(TOO_MUCH.into())
            }
            _ => Ok(()),
        }
    }
}

/// What a decoder reads or gives, counted.
pub struct Metered<R> {
    inner: R,
    meter: Meter,
    is_packed: bool,
}

impl<R> Metered<R> {
    fn count(&self, bytes: usize) -> io::Result<()> {
        if self.is_packed {
            self.meter.packed.fetch_add(bytes as u64, Ordering::Relaxed);
            return Ok(());
        }
        self.meter.count(bytes as u64)
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count(read)?;
        Ok(read)
    }
}

/// For decoders that take what they need out of a buffer. No error can be given here; it comes with
/// the next bytes that the decoder gives, which are counted too.
impl<R: BufRead> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        let _ = self.count(bytes);
        self.inner.consume(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_without_measure_is_stopped() {
        let budget = Budget::default();
        let meter = budget.meter(1000);
        let mut zeros = meter.after(io::repeat(0));
        let error = io::copy(&mut zeros, &mut io::sink()).unwrap_err();
        assert!(matches!(error.downcast(), Ok(Problem::Bomb)));
        let counted = meter.unpacked.load(Ordering::Relaxed);
        assert!((IN_MEMORY..IN_MEMORY + (1 << 20)).contains(&counted));
    }

    #[test]
    fn the_whole_is_bounded() {
        let mut budget = Budget::default();
        assert!(budget.bytes(TOTAL).is_ok());
        assert!(matches!(budget.bytes(1), Err(Problem::TooMuch("16 GiB"))));
        assert!(budget.bytes(u64::MAX).is_err());
        for _ in 0..ENTRIES {
            budget.entry().unwrap();
        }
        assert!(matches!(
            budget.entry(),
            Err(Problem::TooMuch("200,000 entries"))
        ));
    }
}
