//! What a report takes of the memory while it waits: reports are held back by bytes, since one may
//! be a thousand times as long as the next.

use std::io::{self, Write};

use crate::report::LogReport;

/// With no more sessions a report is not looked at: it is what most are, and short.
const FEW: usize = 4;

/// What a session takes that is not looked at, in bytes.
const SESSION: usize = 8 << 10;

/// About how many bytes a report takes. What it is as JSON comes near: names there are as long as
/// what lies around texts here.
pub fn weight(report: &LogReport) -> usize {
    if report.sessions.len() <= FEW {
        return SESSION * (1 + report.sessions.len());
    }
    let mut length = Length(0);
    // A report always can be written, and this writer takes everything.
    let _ = serde_json::to_writer(&mut length, report);
    2 * length.0
}

/// How long what is written is.
struct Length(usize);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
