//! Unpacks the program in the page. Browsers unpack gzip by themselves, but LZMA makes the page a third
//! smaller, which is what a mail has to carry.

use std::cell::RefCell;
use std::io::Read;

use lzma_rust2::LzmaReader;

/// What the dictionary may take, in KiB.
const MOST_MEMORY: u32 = 64 << 10;

thread_local! {
    static BYTES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Makes room for so many packed bytes, and says where.
#[unsafe(no_mangle)]
pub extern "C" fn reserve(length: usize) -> *mut u8 {
    BYTES.with_borrow_mut(|bytes| {
        bytes.resize(length, 0);
        bytes.as_mut_ptr()
    })
}

/// Unpacks what was put there; how many bytes it is, 0 where it is damaged.
#[unsafe(no_mangle)]
pub extern "C" fn unpack() -> usize {
    BYTES.with_borrow_mut(|bytes| {
        let mut plain = Vec::new();
        let reader = LzmaReader::new_mem_limit(bytes.as_slice(), MOST_MEMORY, None);
        let read = reader.and_then(|mut reader| reader.read_to_end(&mut plain));
        *bytes = plain;
        read.unwrap_or(0)
    })
}

/// Where the unpacked bytes lie.
#[unsafe(no_mangle)]
pub extern "C" fn unpacked() -> *const u8 {
    BYTES.with_borrow(|bytes| bytes.as_ptr())
}
