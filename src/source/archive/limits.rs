//! What an archive may cost: bytes, entries, memory and work. An archive can be made so that a few
//! bytes unpack to more than any disk holds, or make a decoder busy for hours without giving
//! anything; everything that an archive makes msilog do is therefore counted, in one budget.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Problem;

/// What anything may unpack to, in bytes, however small it is.
pub const FREE: u64 = 64 << 20;
/// Beyond [`FREE`], how many times its size something may unpack to.
const RATIO: u64 = 100;
/// What all entries of an archive may unpack to, in bytes.
const TOTAL: u64 = 16 << 30;
/// How many entries an archive may have, those of archives in it included.
const ENTRIES: u64 = 100_000;
/// More than [`TOTAL`].
const TOO_MUCH: Problem = Problem::TooMuch("16 GiB");
/// More than [`ENTRIES`].
pub const TOO_MANY: Problem = Problem::TooMuch("100,000 entries");
/// How deep archives may lie in each other.
pub const DEPTH: u32 = 4;
/// What archives in archives and the set-up of decoders may take of the memory at a time, in bytes.
pub const MEMORY: u64 = 32 << 20;
/// What one log that was unpacked on the way may always take of the memory, in bytes; it is packed.
/// Four of them are under way at a time.
const KEPT: u64 = 4 << 20;
/// So many bytes of memory are set up in the time in which one is unpacked.
const SET_UP: u64 = 16;

/// What one archive on disk has cost so far, with all that lies in it.
#[derive(Debug)]
pub struct Budget {
    entries: u64,
    work: Arc<Work>,
    /// What is left of [`MEMORY`].
    pub memory: u64,
}

/// Bytes that were unpacked, and what took as long.
#[derive(Debug)]
struct Work {
    done: AtomicU64,
    most: u64,
}

impl Work {
    fn add(&self, bytes: u64) -> Result<(), Problem> {
        let bytes = bytes.min(TOTAL + 1);
        let before = self.done.fetch_add(bytes, Ordering::Relaxed);
        match before.saturating_add(bytes) {
            done if done <= self.most => Ok(()),
            _ if self.most == TOTAL => Err(TOO_MUCH),
            _ => Err(Problem::Bomb),
        }
    }
}

impl Budget {
    /// That of an archive of so many bytes.
    pub fn new(size: u64) -> Self {
        let most = size.saturating_mul(RATIO).clamp(FREE, TOTAL);
        let done = AtomicU64::default();
        Self {
            entries: 0,
            work: Arc::new(Work { done, most }),
            memory: MEMORY,
        }
    }

    /// One more entry.
    pub fn entry(&mut self) -> Result<(), Problem> {
        self.entries += 1;
        if self.entries > ENTRIES {
            return Err(TOO_MANY);
        }
        Ok(())
    }

    /// So many bytes more, or what takes as long.
    pub fn bytes(&self, bytes: u64) -> Result<(), Problem> {
        self.work.add(bytes)
    }

    /// A decoder is set up that needs so many bytes of memory.
    pub fn set_up(&self, bytes: u64) -> Result<(), Problem> {
        if bytes > self.memory {
            return Err(Problem::TooBig);
        }
        self.bytes(bytes / SET_UP)
    }

    /// What a log that is unpacked now may take of the memory, in bytes.
    pub fn kept(&self) -> u64 {
        KEPT.max(self.memory / 4)
    }

    /// A meter for what comes out of a decoder.
    pub fn meter(&self) -> Meter {
        Meter {
            whole: Some(Arc::clone(&self.work)),
            ..Meter::default()
        }
    }
}

/// Whether a size that is told beforehand is that of a bomb.
pub fn is_bomb(packed: u64, unpacked: u64) -> bool {
    unpacked > FREE && unpacked / RATIO > packed
}

/// Lets a library read so many bytes and no more until it is allowed more: what it keeps of them is
/// bounded with them.
#[derive(Debug, Default, Clone)]
pub struct Allowance(Rc<Cell<u64>>);

impl Allowance {
    /// So many bytes may be read from now on.
    pub fn renew(&self, bytes: u64) {
        self.0.set(bytes);
    }

    pub fn guard<R>(&self, inner: R) -> Guarded<R> {
        Guarded {
            inner,
            left: self.clone(),
        }
    }
}

/// What may only be read as far as is allowed.
pub struct Guarded<R> {
    inner: R,
    left: Allowance,
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match self.left.0.get().checked_sub(read as u64) {
            Some(left) => self.left.renew(left),
            None => {
                let what = "a name or a record of an entry is longer than any honest one";
                return Err(io::Error::other(what));
            }
        }
        Ok(read)
    }
}

/// Counts what goes into a decoder and what comes out.
#[derive(Debug, Clone, Default)]
pub struct Meter {
    packed: Arc<AtomicU64>,
    unpacked: Arc<AtomicU64>,
    /// Where it counts to the whole; a single log may be of any size.
    whole: Option<Arc<Work>>,
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

    /// Counts what was unpacked, or took as long.
    pub fn count(&self, bytes: u64) -> io::Result<()> {
        if let Some(whole) = &self.whole {
            return Ok(whole.add(bytes)?);
        }
        let unpacked = self.unpacked.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if is_bomb(self.packed.load(Ordering::Relaxed), unpacked) {
            // Whoever reads a single log says what it is that cannot be read.
            return Err(io::Error::other(
                "it unpacks to more than a hundred times its size; unpack it first if you trust it",
            ));
        }
        Ok(())
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
        let meter = Meter::default();
        let mut zeros = meter.after(io::repeat(0));
        let error = io::copy(&mut zeros, &mut io::sink()).unwrap_err();
        assert!(error.to_string().contains("a hundred times"));
        let counted = meter.unpacked.load(Ordering::Relaxed);
        assert!((FREE..FREE + (1 << 20)).contains(&counted));
    }

    /// Many entries, none of which is a bomb by itself, are one together.
    #[test]
    fn the_whole_is_measured_by_the_size_of_the_file() {
        let budget = Budget::new(1 << 20);
        let entries = (0..1000).map(|_| budget.meter());
        let read = entries.map(|meter| {
            io::copy(
                &mut meter.after(io::repeat(0).take(FREE / 2)),
                &mut io::sink(),
            )
        });
        assert_eq!(read.take_while(|read| read.is_ok()).count() as u64, 3);
    }

    #[test]
    fn setting_up_is_work_and_takes_memory() {
        let budget = Budget::new(0);
        assert!(matches!(budget.set_up(MEMORY + 1), Err(Problem::TooBig)));
        let most = FREE * SET_UP / MEMORY;
        assert!((0..most).all(|_| budget.set_up(MEMORY).is_ok()));
        assert!(matches!(budget.set_up(MEMORY), Err(Problem::Bomb)));
    }

    #[test]
    fn the_whole_is_bounded() {
        let mut budget = Budget::new(u64::MAX);
        assert!(budget.bytes(TOTAL).is_ok());
        assert!(matches!(budget.bytes(1), Err(Problem::TooMuch("16 GiB"))));
        assert!(budget.bytes(u64::MAX).is_err());
        for _ in 0..ENTRIES {
            budget.entry().unwrap();
        }
        assert!(matches!(
            budget.entry(),
            Err(Problem::TooMuch("100,000 entries"))
        ));
    }
}
