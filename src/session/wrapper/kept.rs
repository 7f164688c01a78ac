//! The calls that are kept: those that failed before the others, the latest of each.

use std::collections::VecDeque;

use super::WrapperSession;

/// Most calls of a file that are kept.
pub const MOST_CALLS: usize = 1000;

/// Calls that are over.
#[derive(Debug, Default)]
pub struct Kept {
    failed: VecDeque<WrapperSession>,
    others: VecDeque<WrapperSession>,
    dropped: u64,
}

impl Kept {
    /// Takes a call that is over; one that worked after the same command failed takes its place.
    pub fn add(&mut self, mut call: WrapperSession) {
        if call.failed() {
            self.dropped += push(&mut self.failed, call);
            return;
        }
        while call.result.is_some()
            && self
                .failed
                .back()
                .is_some_and(|earlier| is_retry(earlier, &call))
            && let Some(earlier) = self.failed.pop_back()
        {
            absorb(&mut call, earlier);
        }
        self.dropped += push(&mut self.others, call);
    }

    /// The last failed calls, the latest first.
    pub fn recent(&mut self, count: usize) -> impl Iterator<Item = &mut WrapperSession> {
        self.failed.iter_mut().rev().take(count)
    }

    /// Nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.failed.is_empty() && self.others.is_empty()
    }

    /// The calls in the order of the log, and how many were dropped.
    pub fn finish(mut self) -> (Vec<WrapperSession>, u64) {
        let room = MOST_CALLS.saturating_sub(self.failed.len());
        while self.others.len() > room {
            self.others.pop_front();
            self.dropped += 1;
        }
        let mut all: Vec<_> = self.failed.into_iter().chain(self.others).collect();
        all.sort_by_key(|call| call.first_line);
        (all, self.dropped)
    }
}

fn push(calls: &mut VecDeque<WrapperSession>, call: WrapperSession) -> u64 {
    calls.push_back(call);
    if calls.len() > MOST_CALLS {
        calls.pop_front();
        return 1;
    }
    0
}

fn is_retry(earlier: &WrapperSession, call: &WrapperSession) -> bool {
    earlier.program == call.program && earlier.command.is_some() && earlier.command == call.command
}

/// The calls that stood between are left where they are.
fn absorb(call: &mut WrapperSession, earlier: WrapperSession) {
    let mut retried = earlier.retried;
    retried.extend(earlier.result.map(|result| super::Retried {
        line: result.line,
        code: result.code,
    }));
    retried.append(&mut call.retried);
    call.retried = retried;
    call.first_line = earlier.first_line;
    call.from = earlier.from.or(call.from);
}
