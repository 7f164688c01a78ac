//! Ctrl-C: what was found so far is written, and then the program ends.

use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};

static ASKED: AtomicBool = AtomicBool::new(false);

/// Whether somebody looks whether it was asked for.
static WATCHED: AtomicBool = AtomicBool::new(false);

/// The file that is being written, and is nothing yet.
static UNFINISHED: Mutex<Option<PathBuf>> = Mutex::new(None);

/// From here on the first Ctrl-C only asks to end; the second one ends at once.
pub fn watch() {
    WATCHED.store(true, Ordering::Relaxed);
    handle();
}

/// Whatever Ctrl-C ends, this file goes with it; `None` once it is whole.
pub fn remove_at_end(file: Option<PathBuf>) {
    *UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner) = file;
    handle();
}

fn handle() {
    static ONCE: Once = Once::new();
    // Where no handler can be set, Ctrl-C ends the program as it always does.
    ONCE.call_once(|| drop(ctrlc::set_handler(asked_to_end)));
}

fn asked_to_end() {
    if !ASKED.swap(true, Ordering::Relaxed) && WATCHED.load(Ordering::Relaxed) {
        return;
    }
    let unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
    // Nobody is left to tell where it stays.
    let _ = unfinished.as_ref().map(std::fs::remove_file);
    // 128 + SIGINT, as shells tell it.
    std::process::exit(130);
}

/// Whether somebody asked to end.
pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}

/// A reader that gives an error once somebody asked to end.
pub struct Interruptible<R>(pub R);

impl<R: Read> Read for Interruptible<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if asked() {
            return Err(io::Error::other("stopped by Ctrl-C"));
        }
        self.0.read(buffer)
    }
}
