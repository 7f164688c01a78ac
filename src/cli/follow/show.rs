//! What somebody sees who waits: on a terminal a line that changes, with what happens above it; on a
//! pipe one line an event.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::output::{self, Out};
use crate::redact::{KeyBlock, Redactor};
use crate::report::layout::{clean, cut_end};
use crate::text::Line;

/// What is shown of a message.
const LONGEST: usize = 400;

/// Shows what happens.
pub struct Show {
    out: Out,
    /// The line that changes.
    bar: Option<ProgressBar>,
    width: usize,
    /// The action that runs, and since when.
    action: Option<(String, Instant)>,
    pub redactor: Option<Redactor>,
    block: KeyBlock,
}

impl Show {
    pub fn new(redact: bool) -> Self {
        let bar = io::stdout().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{spinner} {msg}");
            let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner());
            ProgressBar::new_spinner().with_style(style)
        });
        Self {
            out: output::standard(),
            bar,
            width: output::width(),
            action: None,
            redactor: redact.then(Redactor::default),
            block: KeyBlock::default(),
        }
    }

    /// Takes note of the names in a line.
    pub fn learn(&mut self, line: &Line<'_>) {
        if let Some(redactor) = &mut self.redactor {
            redactor.learn(&mut self.block, line.text);
        }
    }

    /// A text that may be shown.
    fn fit(&mut self, text: &str) -> String {
        let text = match &mut self.redactor {
            Some(redactor) => redactor.text(text),
            None => text.to_owned(),
        };
        cut_end(&clean(text.trim_end()), LONGEST)
    }

    /// Says that something happened.
    pub fn event(&mut self, text: &str) -> Result<()> {
        let text = self.fit(text);
        self.write(|out| writeln!(out, "{text}"))
    }

    /// An action begins: on a terminal it stands in the line that changes.
    pub fn begins(&mut self, number: u64, action: &str) -> Result<()> {
        if self.bar.is_none() {
            self.event(&format!("line {number}: begins {action}"))?;
        }
        let action = self.fit(action);
        self.action = Some((action, Instant::now()));
        Ok(())
    }

    /// Writes above the line that changes.
    pub fn write(&mut self, what: impl FnOnce(&mut Out) -> io::Result<()>) -> Result<()> {
        let out = &mut self.out;
        let write = || {
            what(out)?;
            out.flush()
        };
        match &self.bar {
            Some(bar) => bar.suspend(write)?,
            None => write()?,
        }
        Ok(())
    }

    /// Shows how things stand.
    pub fn tick(&self, lines: u64, begun: Instant, verdict: &str) {
        let Some(bar) = &self.bar else { return };
        let all = shown(begun.elapsed());
        let action = match &self.action {
            Some((action, since)) => format!("{action} for {}, ", shown(since.elapsed())),
            None => String::new(),
        };
        let text = format!("{action}{all} in all, line {lines}, {verdict}");
        bar.set_message(cut_end(&text, self.width.saturating_sub(4)));
        bar.tick();
    }

    /// Nothing changes any more.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// `1:05`.
fn shown(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
