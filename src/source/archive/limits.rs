//! What an archive may cost. An archive can be made so that a few bytes unpack to more than any
//! disk holds; everything that is unpacked is therefore counted.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::super::SourceError;

/// The biggest entry that is kept in memory, in bytes.
pub const IN_MEMORY: u64 = 64 << 20;
/// What all entries of an archive may unpack to, in bytes.
const TOTAL: u64 = 16 << 30;
/// How many entries an archive may have, those of archives in it included.
const ENTRIES: u64 = 200_000;
/// How deep archives may lie in each other.
pub const DEPTH: u32 = 4;
/// How many times its size something may unpack to, where it is more than [`IN_MEMORY`].
const RATIO: u64 = 1000;

/// Why an archive is not read to its end, apart from damage.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// More than [`RATIO`].
    #[error("it unpacks to more than a thousand times its size; unpack it first if you trust it")]
    Bomb,
    /// More than [`TOTAL`].
    #[error("it unpacks to more than 16 GiB; unpack it first")]
    TooMuch,
    /// More than [`ENTRIES`].
    #[error("it has more than 200,000 entries; unpack it first")]
    TooMany,
    /// A password is needed.
    #[error("it is encrypted: unpack it with the password first")]
    Encrypted,
    /// Packed with something unknown.
    #[error("it is packed with a method that msilog does not know ({0}); unpack it first")]
    Method(String),
}

impl From<Stop> for io::Error {
    fn from(stop: Stop) -> Self {
        Self::other(stop)
    }
}

/// Whether an error is a [`Stop`], not damage.
pub fn is_stop(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<Stop>())
}

/// Says what went wrong while an archive was read.
pub fn explain(path: &str, error: &io::Error) -> SourceError {
    let path = path.to_owned();
    let stop = error.get_ref().and_then(|e| e.downcast_ref::<Stop>());
    match (stop, error.kind()) {
        (Some(Stop::Bomb), _) => SourceError::Bomb { path },
        (Some(Stop::TooMuch), _) => SourceError::TooMuch {
            path,
            limit: "16 GiB",
        },
        (Some(Stop::TooMany), _) => SourceError::TooMuch {
            path,
            limit: "200,000 entries",
        },
        (Some(Stop::Encrypted), _) => SourceError::Encrypted { path },
        (Some(Stop::Method(method)), _) => SourceError::UnknownMethod {
            path,
            method: method.clone(),
        },
        (None, io::ErrorKind::NotFound) => SourceError::NotFound { path },
        (None, io::ErrorKind::PermissionDenied) => SourceError::Denied { path },
        (None, io::ErrorKind::UnexpectedEof) => SourceError::Damaged {
            path,
            detail: "it ends too early".to_owned(),
        },
        (None, _) => SourceError::Damaged {
            path,
            detail: error.to_string(),
        },
    }
}

/// What was unpacked of one archive on disk, with all that lies in it.
#[derive(Debug, Default)]
pub struct Budget {
    entries: u64,
    total: Arc<AtomicU64>,
}

impl Budget {
    /// One more entry.
    pub fn entry(&mut self) -> Result<(), Stop> {
        self.entries += 1;
        if self.entries > ENTRIES {
            return Err(Stop::TooMany);
        }
        Ok(())
    }

    /// So many bytes more, told beforehand.
    pub fn bytes(&self, bytes: u64) -> Result<(), Stop> {
        let before = self.total.fetch_add(bytes.min(TOTAL), Ordering::Relaxed);
        if before.saturating_add(bytes) > TOTAL {
            return Err(Stop::TooMuch);
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
    pub fn before<R>(&self, inner: R) -> Before<R> {
        Before {
            inner,
            meter: self.clone(),
        }
    }

    /// Counts what a decoder gives, and stops it in time.
    pub fn after<R>(&self, inner: R) -> After<R> {
        After {
            inner,
            meter: self.clone(),
        }
    }

    /// A decoder has read so many bytes.
    pub fn packed(&self, bytes: u64) {
        self.packed.fetch_add(bytes, Ordering::Relaxed);
    }

    fn count(&self, bytes: u64) -> Result<(), Stop> {
        let unpacked = self.unpacked.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if is_bomb(self.packed.load(Ordering::Relaxed), unpacked) {
            return Err(Stop::Bomb);
        }
        let total = self.total.as_ref();
        if total.is_some_and(|t| t.fetch_add(bytes, Ordering::Relaxed) + bytes > TOTAL) {
            return Err(Stop::TooMuch);
        }
        Ok(())
    }
}

/// What a decoder reads.
pub struct Before<R> {
    inner: R,
    meter: Meter,
}

impl<R: Read> Read for Before<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.meter.packed(read as u64);
        Ok(read)
    }
}

/// What a decoder gives.
pub struct After<R> {
    inner: R,
    meter: Meter,
}

impl<R: Read> Read for After<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.meter.count(read as u64)?;
        Ok(read)
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
        assert!(matches!(explain("a.zip", &error), SourceError::Bomb { .. }));
        let counted = meter.unpacked.load(Ordering::Relaxed);
        assert!((IN_MEMORY..IN_MEMORY + (1 << 20)).contains(&counted));
    }

    #[test]
    fn the_whole_is_bounded() {
        let mut budget = Budget::default();
        assert!(budget.bytes(TOTAL).is_ok());
        assert!(matches!(budget.bytes(1), Err(Stop::TooMuch)));
        assert!(budget.bytes(u64::MAX).is_err());
        for _ in 0..ENTRIES {
            budget.entry().unwrap();
        }
        assert!(matches!(budget.entry(), Err(Stop::TooMany)));
    }
}
