//! msilog for a page: what the page's worker asks, and where bytes come from and go to.
//!
//! The worker gives one question in JSON; the bytes of the log are read from it as they are needed, so
//! memory does not grow with the log, and what comes of it is handed over in pieces. Nothing else of
//! the page can be reached from here, and nothing from anywhere else.

mod ask;
mod host;

use host::{Out, scratch};

/// Makes room for a question of so many bytes, and says where.
#[unsafe(no_mangle)]
pub extern "C" fn reserve(length: usize) -> *mut u8 {
    scratch(length)
}

/// Answers the question that was put into the room; 0 where it could.
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> i32 {
    let question = host::question();
    match ask::answer(&question, &mut Out) {
        Ok(()) => 0,
        Err(error) => {
            Out.complain(&error);
            1
        }
    }
}
