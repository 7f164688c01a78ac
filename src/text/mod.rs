//! From bytes to lines: finds the encoding of a log and cuts it into lines of UTF-8.
//!
//! A log is read in pieces of fixed size, so memory does not grow with it, and the same code serves
//! files, pipes and members of archives. Line ends are found in the encoded bytes; a line of UTF-16
//! is narrowed by a plain loop when it is ASCII (nearly all are) and decoded by `encoding_rs`
//! otherwise. Line numbers are those of `grep -n`: a line ends at LF, a CR before it belongs to the
//! end, a lone CR is text.

#[cfg(test)]
mod border_tests;
mod encoding;
mod ends;
mod feeds;
mod lines;
mod narrow;
pub(crate) mod near;
mod piece;
mod plain_text;
mod reader;
mod seams;

pub use encoding::{Encoding, UnknownEncoding, code_page_encoding, sniff};
pub use lines::Lines;
pub use piece::{MAX_LINE, PIECE, Piece, Pieces};
pub use plain_text::PlainText;
pub use reader::LineReader;

/// One line of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// Number of the line, counted from 1.
    pub number: u64,
    /// Its text, without the end of line.
    pub text: &'a str,
}
