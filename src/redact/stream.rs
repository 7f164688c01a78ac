//! Whole logs, from bytes to redacted lines.

use std::io::{self, Read, Write};

use super::{KeyBlock, Redactor};
use crate::text::{Encoding, LineReader};

impl Redactor {
    /// Takes note of the names of a whole log.
    ///
    /// # Errors
    /// What the source gives.
    pub fn learn_log(&mut self, source: impl Read, encoding: Option<Encoding>) -> io::Result<()> {
        let mut lines = LineReader::new(source, encoding);
        let mut block = KeyBlock::default();
        while let Some(batch) = lines.next_batch()? {
            for line in batch {
                self.learn(&mut block, line.text);
            }
        }
        Ok(())
    }

    /// Writes a whole log anew, in UTF-8, with as many lines as it had. Learns what was not
    /// learned before as it goes. Lines are cut where the analysis cuts them too.
    ///
    /// # Errors
    /// What the source or the writer gives.
    pub fn replace_log(
        &mut self,
        source: impl Read,
        encoding: Option<Encoding>,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let mut lines = LineReader::new(source, encoding);
        let mut block = KeyBlock::default();
        let mut text = String::new();
        while let Some(batch) = lines.next_batch()? {
            for line in batch {
                text.clear();
                self.learn_and_replace(&mut block, line.text, &mut text);
                // A stretch of bytes in the middle of wide letters can hold the end of a line where
                // that log has none.
                if memchr::memchr(b'\n', text.as_bytes()).is_some() {
                    text = text.replace('\n', " ");
                }
                text.push_str("\r\n");
                out.write_all(text.as_bytes())?;
            }
        }
        Ok(())
    }
}
