//! The worker on the other side.

use std::cell::RefCell;
use std::io::{self, Read, Write};

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    /// Puts up to `length` bytes of the log at `to`; how many there were, 0 at its end.
    fn read(to: *mut u8, length: usize) -> usize;
    /// Goes back to the log's beginning.
    fn rewind();
    /// Takes bytes of the answer.
    fn write(from: *const u8, length: usize);
    /// Takes words about what went wrong.
    fn complain(from: *const u8, length: usize);
}

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Room for a question.
pub fn scratch(length: usize) -> *mut u8 {
    SCRATCH.with_borrow_mut(|scratch| {
        scratch.clear();
        scratch.resize(length, 0);
        scratch.as_mut_ptr()
    })
}

/// What was put there.
pub fn question() -> Vec<u8> {
    SCRATCH.take()
}

/// The bytes of the log, from its beginning.
pub struct Log;

impl Log {
    pub fn open() -> Self {
        // SAFETY: the worker only changes its own position in the log.
        unsafe { rewind() };
        Self
    }
}

impl Read for Log {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // SAFETY: the worker writes at most so many bytes, into this slice alone.
        let count = unsafe { read(into.as_mut_ptr(), into.len()) };
        match count {
            usize::MAX => Err(io::Error::other(
                "the browser cannot read this file any more; drop it again",
            )),
            count => Ok(count.min(into.len())),
        }
    }
}

/// Where the answer goes.
pub struct Out;

impl Out {
    pub fn complain(&self, message: &str) {
        // SAFETY: the worker only reads this text.
        unsafe { complain(message.as_ptr(), message.len()) };
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // SAFETY: the worker only reads these bytes.
        unsafe { write(bytes.as_ptr(), bytes.len()) };
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
