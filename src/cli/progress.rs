//! A bar over the bytes, on a terminal's standard error, only when the work lasts.

use std::io::{self, IsTerminal, Read};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::arguments::When;
use crate::report::words::thousands;

/// Work that ends sooner shows no bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// Progress of a scan.
pub struct Progress {
    bar: Option<ProgressBar>,
    started: Instant,
}

impl Progress {
    /// A bar over `bytes`, shown as `when` says; they are only asked for where there is a bar.
    pub fn new(when: When, bytes: impl FnOnce() -> u64) -> Self {
        let terminal =
            io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|t| t != "dumb");
        let wanted = match when {
            When::Auto => terminal,
            When::Always => true,
            When::Never => false,
        };
        let bar = wanted.then(|| {
            let bar = ProgressBar::with_draw_target(Some(bytes()), ProgressDrawTarget::hidden());
            let look = "{wide_bar} {bytes} of {total_bytes}, {msg}, {eta} left";
            bar.set_message(tally(0, 0));
            bar.with_style(
                ProgressStyle::with_template(look).unwrap_or_else(|_| ProgressStyle::default_bar()),
            )
        });
        Self {
            bar,
            started: Instant::now(),
        }
    }

    /// There is more to read than was known: what lies in an archive.
    pub fn expect(&self, bytes: u64) {
        if let Some(bar) = &self.bar {
            bar.inc_length(bytes);
        }
    }

    /// Some bytes were read.
    pub fn read(&self, bytes: u64) {
        let Some(bar) = &self.bar else { return };
        if bar.is_hidden() && self.started.elapsed() > PATIENCE {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.inc(bytes);
    }

    /// How many logs were read so far, and how many of them tell of a failure.
    pub fn found(&self, logs: usize, failed: usize) {
        if let Some(bar) = &self.bar {
            bar.set_message(tally(logs, failed));
        }
    }

    /// The work is over: the bar goes.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// `1,204 logs, 37 failed`.
fn tally(logs: usize, failed: usize) -> String {
    let noun = if logs == 1 { "log" } else { "logs" };
    format!("{} {noun}, {} failed", thousands(logs), thousands(failed))
}

/// A reader that tells the bar what it reads.
pub struct Counted<'a, R> {
    /// What is read.
    pub inner: R,
    /// Who is told.
    pub progress: &'a Progress,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.progress.read(read as u64);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_and_failures_are_told() {
        assert_eq!(tally(0, 0), "0 logs, 0 failed");
        assert_eq!(tally(1, 1), "1 log, 1 failed");
        assert_eq!(tally(1_204, 37), "1,204 logs, 37 failed");
    }

    #[test]
    fn nothing_is_counted_where_there_is_no_bar() {
        let progress = Progress::new(When::Never, || unreachable!("nobody asks"));
        progress.read(10);
        progress.found(1, 0);
        progress.finish();
        let progress = Progress::new(When::Always, || 10);
        progress.read(4);
        progress.found(1, 0);
        let bar = progress.bar.as_ref().unwrap();
        assert_eq!((bar.position(), bar.length()), (4, Some(10)));
        assert_eq!(bar.message(), "1 log, 0 failed");
    }
}
