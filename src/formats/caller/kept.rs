//! The calls that are kept: those that failed before the others, the latest of each.

use std::collections::VecDeque;

use super::Call;

/// Most calls of a file that are kept.
pub const MOST_CALLS: usize = 1000;
/// Most bytes of calls that are kept; the oldest give way, those that worked first.
const MOST_BYTES: usize = 4 << 20;

/// Calls that are over.
#[derive(Debug, Default)]
pub struct Kept {
    /// Those that failed.
    pub failed: VecDeque<Call>,
    /// Those that did not.
    pub others: VecDeque<Call>,
    bytes: usize,
    dropped: u64,
}

impl Kept {
    /// Takes a call that is over; one that worked after the same command failed takes its place.
    pub fn add(&mut self, mut call: Call) {
        while !call.failed()
            && call.result.is_some()
            && self.failed.back().is_some_and(|e| is_retry(e, &call))
            && let Some(earlier) = self.failed.pop_back()
        {
            self.bytes = self.bytes.saturating_sub(earlier.size());
            absorb(&mut call, earlier);
        }
        self.bytes += call.size();
        match call.failed() {
            true => self.failed.push_back(call),
            false => self.others.push_back(call),
        }
        while self.failed.len() > MOST_CALLS
            || self.others.len() > MOST_CALLS
            || (self.bytes > MOST_BYTES && self.failed.len() + self.others.len() > 1)
        {
            // The oldest call that worked gives way, else the oldest that failed.
            let dropped = match self.failed.len() > MOST_CALLS {
                true => self.failed.pop_front(),
                false => self.others.pop_front().or_else(|| self.failed.pop_front()),
            };
            let bytes = dropped.map_or(0, |call| call.size());
            self.bytes = self.bytes.saturating_sub(bytes);
            self.dropped += 1;
        }
    }

    /// The last failed calls, the latest first.
    pub fn recent(&mut self, count: usize) -> impl Iterator<Item = &mut Call> {
        self.failed.iter_mut().rev().take(count)
    }

    /// The calls in the order of the log, and how many were dropped.
    pub fn finish(mut self) -> (Vec<Call>, u64) {
        let room = MOST_CALLS.saturating_sub(self.failed.len());
        while self.others.len() > room {
            self.others.pop_front();
            self.dropped += 1;
        }
        let mut all: Vec<_> = self.failed.into_iter().chain(self.others).collect();
        all.sort_by_key(|call| call.run.lines[0]);
        (all, self.dropped)
    }
}

fn is_retry(earlier: &Call, call: &Call) -> bool {
    earlier.program == call.program && earlier.command.is_some() && earlier.command == call.command
}

/// The calls that stood between are left where they are.
fn absorb(call: &mut Call, earlier: Call) {
    let before = earlier.retried.into_iter();
    let before = before.chain(earlier.result.map(|result| result.line));
    call.retried.splice(..0, before);
    call.run.lines[0] = earlier.run.lines[0];
    call.from = earlier.from.or(call.from);
}
