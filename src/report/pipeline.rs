//! From the bytes of one log to its digests, on one thread or on all.
//!
//! A thread reads a piece into its own buffer (one at a time, in order), decodes it and boils it
//! down alone; the digests are taken in order by whoever has just finished one. So bytes stay in the
//! cache of the core that works on them, and what must be in order is a small part of the work.

use std::cell::RefCell;
use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};

use crate::in_order::{Workers, in_order};
use crate::session::digest::Digest;
use crate::text::{Encoding, Lines, Piece, Pieces};

/// A log is shared by threads from here on, in bytes: below, waking them costs more than it gives.
const SHARED_FROM: u64 = 1 << 20;

/// Most threads that work on one log: its bytes are read one piece after the other.
const MOST_THREADS: usize = 8;

/// A piece of a log, boiled down.
#[derive(Debug, Default)]
pub struct Boiled {
    pub digest: Digest,
    /// Where the piece ends in the file, in bytes.
    pub end: u64,
    pub long_lines: u64,
    pub mixed: bool,
}

/// What takes the pieces, in order.
pub trait Sink: Send {
    /// Takes the next piece.
    fn take(&mut self, piece: &Boiled);
}

/// The buffers of one thread.
#[derive(Debug, Default)]
struct Desk {
    piece: Piece,
    lines: Lines,
    /// Bytes of the file up to the end of the piece.
    end: u64,
}

impl Desk {
    fn next<R: Read>(&mut self, pieces: &mut Pieces<R>) -> io::Result<bool> {
        let more = pieces.next(&mut self.piece)?;
        self.end = pieces.bytes();
        Ok(more)
    }

    fn boil(&mut self, encoding: Encoding, boiled: &mut Boiled) {
        self.lines.decode(&mut self.piece, encoding);
        boiled.digest.take(&self.lines);
        boiled.end = self.end;
        boiled.long_lines = self.lines.long_lines();
        boiled.mixed = self.lines.mixed();
    }
}

thread_local! {
    /// Buffers that the next log on this thread uses again: a new buffer costs more than the log.
    static OWN: RefCell<(Desk, Boiled)> = RefCell::default();
}

/// Reads all pieces.
///
/// # Errors
/// What the source gives; what came before it was taken.
pub fn run<R: Read + Send>(pieces: &mut Pieces<R>, sink: &mut impl Sink) -> io::Result<()> {
    let (mut desk, mut boiled) = OWN.take();
    let begun = begin(pieces, sink, &mut desk, &mut boiled);
    OWN.set((desk, boiled));
    if begun? {
        return Ok(());
    }
    share(pieces, sink, Workers::idle(MOST_THREADS))
}

/// Works on one thread as long as the log is short, or there is but one; whether all is done.
fn begin<R: Read>(
    pieces: &mut Pieces<R>,
    sink: &mut impl Sink,
    desk: &mut Desk,
    boiled: &mut Boiled,
) -> io::Result<bool> {
    while pieces.bytes() < SHARED_FROM || rayon::current_num_threads() < 2 {
        if !desk.next(pieces)? {
            return Ok(true);
        }
        desk.boil(pieces.encoding(), boiled);
        sink.take(boiled);
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
    let spare: Mutex<Vec<Boiled>> = Mutex::default();
    let spares = || spare.lock().unwrap_or_else(PoisonError::into_inner);
    in_order(
        workers,
        Desk::default,
        |desk| match desk.next(pieces) {
            Ok(more) => more.then(|| pieces.encoding()),
            Err(error) => {
                failed.get_or_insert(error);
                None
            }
        },
        |desk, encoding| {
            let mut boiled = spares().pop().unwrap_or_default();
            desk.boil(encoding, &mut boiled);
            boiled
        },
        |boiled| {
            sink.take(&boiled);
            spares().push(boiled);
        },
    );
    failed.map_or(Ok(()), Err)
}

#[cfg(test)]
#[path = "pipeline_tests.rs"]
mod tests;
