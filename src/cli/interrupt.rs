//! Ctrl-C: what was found so far is written, and then the program ends.

use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

/// From here on the first Ctrl-C only asks to end; the second one ends at once.
pub fn watch() {
    // Where no handler can be set, Ctrl-C ends the program as it always does.
    let _ = ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::Relaxed) {
            // 128 + SIGINT, as shells tell it.
            std::process::exit(130);
        }
    });
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
