//! From the bytes of one log to its digests, on one thread or on all.
//!
//! A thread reads a piece into its own buffer (one at a time, in order), decodes it and sums it
//! up alone; the digests are taken in order by whoever has just finished one. So bytes stay in the
//! cache of the core that works on them, and what must be in order is a small part of the work.

use std::cell::RefCell;
use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};

use super::in_order::{Workers, in_order};
use crate::formats::msi::digest::Digest;
use crate::text::{Encoding, Lines, Piece, Pieces};

/// A log is shared by threads from here on, in bytes: below, waking them costs more than it gives.
const SHARED_FROM: u64 = 1 << 20;

/// Most threads that work on one log: its bytes are read one piece after the other.
const MOST_THREADS: usize = 8;

/// A piece of a log, summary down.
#[derive(Debug, Default)]
pub struct PieceSummary {
    pub digest: Digest,
    /// Where the piece ends in the file, in bytes.
    pub end: u64,
    pub long_lines: u64,
    pub mixed: bool,
    /// Places where the letters were found anew.
    pub shifts: u64,
}

/// What takes the pieces, in order.
pub trait Sink: Send {
    /// Takes the next piece.
    fn take(&mut self, piece: &PieceSummary);
}

/// The buffers of one thread.
#[derive(Debug, Default)]
struct Worker {
    piece: Piece,
    lines: Lines,
    /// Bytes of the file up to the end of the piece.
    end: u64,
}

impl Worker {
    fn next<R: Read>(&mut self, pieces: &mut Pieces<R>) -> io::Result<bool> {
        let more = pieces.next(&mut self.piece)?;
        self.end = pieces.bytes();
        Ok(more)
    }

    fn sum_up(&mut self, encoding: Encoding, summary: &mut PieceSummary) {
        self.lines.decode(&mut self.piece, encoding);
        summary.digest.take(&self.lines);
        summary.end = self.end;
        summary.long_lines = self.lines.long_lines;
        summary.mixed = self.lines.mixed;
        summary.shifts = self.lines.shifts;
    }
}

thread_local! {
    /// Buffers that the next log on this thread uses again: a new buffer costs more than the log.
    static OWN: RefCell<(Worker, PieceSummary)> = RefCell::default();
}

/// Reads all pieces.
///
/// # Errors
/// What the source gives; what came before it was taken.
pub fn run<R: Read + Send>(pieces: &mut Pieces<R>, sink: &mut impl Sink) -> io::Result<()> {
    let (mut worker, mut summary) = OWN.take();
    let begun = begin(pieces, sink, &mut worker, &mut summary);
    OWN.set((worker, summary));
    if begun? {
        return Ok(());
    }
    share(pieces, sink, Workers::idle(MOST_THREADS))
}

/// Works on one thread as long as the log is short, or there is but one; whether all is done.
fn begin<R: Read>(
    pieces: &mut Pieces<R>,
    sink: &mut impl Sink,
    worker: &mut Worker,
    summary: &mut PieceSummary,
) -> io::Result<bool> {
    while pieces.bytes() < SHARED_FROM || rayon::current_num_threads() < 2 {
        if !worker.next(pieces)? {
            return Ok(true);
        }
        worker.sum_up(pieces.encoding(), summary);
        sink.take(summary);
    }
    Ok(false)
}

/// Works on all threads.
fn share<R: Read + Send>(
    pieces: &mut Pieces<R>,
    sink: &mut impl Sink,
    workers: Workers,
) -> io::Result<()> {
    let mut failed = None;
    let spare: Mutex<Vec<PieceSummary>> = Mutex::default();
    let spares = || spare.lock().unwrap_or_else(PoisonError::into_inner);
    in_order(
        workers,
        Worker::default,
        |worker| match worker.next(pieces) {
            Ok(more) => more.then(|| pieces.encoding()),
            Err(error) => {
                failed.get_or_insert(error);
                None
            }
        },
        |worker, encoding| {
            let mut summary = spares().pop().unwrap_or_default();
            worker.sum_up(encoding, &mut summary);
            summary
        },
        |summary| summary.digest.bytes(),
        |summary| {
            sink.take(&summary);
            spares().push(summary);
        },
    );
    failed.map_or(Ok(()), Err)
}

#[cfg(test)]
#[path = "pipeline_tests.rs"]
mod tests;
