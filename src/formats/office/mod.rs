//! The runs of Microsoft Office's own setup program (2007 to 2016), from its `SetupExe(…).log`.
//!
//! The setup carries out a chain of packages. It writes its own steps into the log, and between
//! them what Windows Installer tells it: `MSI(INFO): '…'`, `MSI(ERROR): '…'`. From Office 2010 on,
//! each line begins with a time stamp and a number. To the reader of a report it is a program that
//! calls the installer: [`crate::run::Kind::Wrapper`].

mod blame;
mod builder;
mod grammar;
#[cfg(test)]
mod tests;

use super::lines::push_bounded;
use super::{Format, LogRuns, Shape, Told};
use crate::run::Run;
use crate::text::Line;
use builder::State;
use grammar::{Record, What};

/// Most runs of one log; the first and the last are kept.
const RUNS: usize = 10;

/// The log of Office's setup.
#[derive(Debug, Default)]
pub struct OfficeFormat {
    over: Vec<Run>,
    state: State,
    records: u64,
    dropped: usize,
}

impl OfficeFormat {
    fn close(&mut self) {
        let run = std::mem::take(&mut self.state).into_run(blame::failure);
        self.dropped += usize::from(self.over.len() >= RUNS);
        push_bounded(&mut self.over, run, RUNS);
    }
}

impl Format for OfficeFormat {
    fn take_own(&mut self, line: &Line<'_>) -> bool {
        let Some((record, own)) = grammar::parse(line.text) else {
            return false;
        };
        self.records += u64::from(own);
        if self.state.is_over(&record) {
            self.close();
        }
        self.state.take(line, &record);
        own
    }

    /// In excerpts, messages of Windows Installer stand there without the setup's frame.
    fn take_shared(&mut self, line: &Line<'_>, told: Told) {
        let text = line.text.trim();
        if !told.by_engine && told.shape == Shape::Message && grammar::is_error(text) {
            let (stamp, what) = (None, What::Message);
            self.state.take(line, &Record { stamp, what, text });
        }
    }

    fn claim(&self) -> u64 {
        self.records
    }

    fn finish(mut self: Box<Self>, _lines: u64) -> LogRuns {
        let (complete, written_as) = (self.state.result.is_some(), self.state.log.take());
        self.close();
        let dropped = (self.dropped > 0).then_some(self.dropped);
        let notice = dropped.map(|n| format!("too many runs of the setup: {n} are not shown"));
        LogRuns {
            complete,
            written_as,
            runs: self.over,
            notices: notice.into_iter().collect(),
            verbose: true,
            named_after_product: false,
        }
    }
}
