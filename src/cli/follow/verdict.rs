//! When the log is analysed while it grows. A line that tells something asks for it at once; without
//! such lines only when the log has grown by a quarter, or stands still. Each time costs reading it
//! from its beginning, so a pause follows that is many times as long: a long log never costs more than
//! a small part of one processor.

use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::engine::{Options, analyse};
use crate::report::LogReport;
use crate::source::Source;

/// The pause after an analysis, in times of what it took.
const PAUSE: u32 = 20;

/// Growth that asks for an analysis: a quarter, and at least so many bytes.
const LEAST: u64 = 256 << 10;

/// A log that stood still so long may have its end, although no line said so.
const STILL: Duration = Duration::from_secs(1);

/// How often a log is analysed that stands still and goes on.
const NOT_OFTENER: Duration = Duration::from_secs(5);

/// Analyses a log again and again.
pub struct Analyst {
    options: Options,
    /// So many bytes were analysed last.
    bytes: u64,
    last: Option<Instant>,
    took: Duration,
    /// A line came that may decide it.
    telling: bool,
    /// When the log grew last.
    grown: Instant,
    /// What was found last.
    pub report: Option<LogReport>,
}

impl Analyst {
    pub fn new(options: Options) -> Self {
        Self {
            options,
            bytes: 0,
            last: None,
            took: Duration::ZERO,
            telling: false,
            grown: Instant::now(),
            report: None,
        }
    }

    /// Another log lies there now.
    pub fn forget(&mut self) {
        (self.bytes, self.report, self.telling) = (0, None, false);
        self.grown = Instant::now();
    }

    /// The log grew; `telling`: by a line that may decide it.
    pub fn grown(&mut self, telling: bool) {
        self.grown = Instant::now();
        self.telling |= telling;
    }

    /// How long the log has stood still.
    pub fn still(&self) -> Duration {
        self.grown.elapsed()
    }

    /// Whether it should be analysed now, of which so many bytes are whole lines.
    pub fn is_due(&self, whole: u64) -> bool {
        let since = self.last.map(|last| last.elapsed());
        let rested = since.is_none_or(|since| since >= self.took * PAUSE);
        let more = whole.saturating_sub(self.bytes);
        if more == 0 || !rested {
            return false;
        }
        let long_ago = since.is_none_or(|since| since >= NOT_OFTENER);
        self.telling || more >= LEAST.max(self.bytes / 4) || (self.still() >= STILL && long_ago)
    }

    /// Analyses so many bytes of the log.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn analyse(&mut self, path: &Path, whole: u64) -> Result<&LogReport> {
        let begun = Instant::now();
        let source = Source::File {
            path: path.to_owned(),
            named: true,
        };
        let name = source.name();
        let report = analyse(&name, source.open()?.take(whole), &self.options)?;
        self.took = begun.elapsed();
        self.last = Some(Instant::now());
        (self.bytes, self.telling) = (whole, false);
        Ok(self.report.insert(report))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_analysis_is_due_when_something_tells_and_rests_afterwards() {
        let mut analyst = Analyst::new(Options::default());
        assert!(!analyst.is_due(0) && !analyst.is_due(100));
        assert!(analyst.is_due(LEAST));
        analyst.grown(true);
        assert!(analyst.is_due(100));
        (analyst.bytes, analyst.telling, analyst.last) = (8 * LEAST, false, Some(Instant::now()));
        assert!(!analyst.is_due(9 * LEAST) && analyst.is_due(10 * LEAST));
        analyst.took = Duration::from_secs(9);
        assert!(!analyst.is_due(10 * LEAST));
        analyst.telling = true;
        assert!(!analyst.is_due(10 * LEAST), "it rests after a long one");
    }
}
