//! How a run ended, and when.

use super::builder::{Run, SetupBuilder};
use super::dates::Order;
use super::{ErrorKind, SetupRun};
use crate::formats::codes::{cancelled, exit_code, needs_restart};
use crate::formats::stamp;
use crate::run::{Operation, Outcome};

impl SetupBuilder {
    /// The runs. `lines` is the number of lines of the log.
    #[must_use]
    pub fn finish(self, lines: u64) -> Vec<SetupRun> {
        let order = self.order;
        let mut all: Vec<SetupRun> = self
            .runs
            .into_iter()
            .chain([self.run])
            .map(|run| run.finish(order))
            .collect();
        // What follows the last record that is known belongs to the last run.
        if let Some(last) = all.last_mut() {
            last.last_line = lines.max(last.last_line);
        }
        all
    }
}

impl Run {
    fn finish(self, order: Order) -> SetupRun {
        let outcome = self.outcome();
        let mut setup = self.setup;
        let first = self.first.and_then(|stamp| order.resolve(stamp));
        let last = self.last.and_then(|stamp| order.resolve(stamp));
        setup.started = first.map(stamp::iso);
        setup.ended = last.map(stamp::iso);
        let dated = first.zip(last).and_then(|(a, b)| stamp::duration(a, b));
        // Where it is in doubt which day it is, a run within one day still has a length.
        let within = self.first.zip(self.last).filter(|(a, b)| a.date == b.date);
        let within = within.and_then(|(a, b)| b.time.checked_sub(a.time));
        setup.duration_ms = dated.or(within.map(u64::from)).or(self.elapsed);
        setup.complete = setup.result.is_some() || self.listed || (self.helper && self.stopped);
        setup.exit_code = setup.result.as_ref().map(|result| exit_code(result.code));
        if setup.operation == Operation::Unknown {
            let line = setup.command_line.as_deref();
            setup.operation = line.map_or(Operation::Unknown, by_switch);
        }
        setup.outcome = outcome;
        setup
    }

    fn outcome(&self) -> Outcome {
        let setup = &self.setup;
        if let Some(result) = &setup.result {
            return match result.code {
                code if needs_restart(code) => Outcome::SucceededReboot,
                0 => Outcome::Succeeded,
                code if cancelled(code) => Outcome::Cancelled,
                _ => Outcome::Failed,
            };
        }
        let counts = |kind: ErrorKind| kind != ErrorKind::Event && kind != ErrorKind::Check;
        let item = |at: Option<usize>| at.and_then(|at| setup.items.get(at));
        let failed = setup
            .errors
            .iter()
            .any(|e| counts(e.kind) && !item(e.item).is_some_and(super::Item::optional));
        let listed = (self.listed || self.helper || !self.others) && !setup.errors.is_empty();
        match () {
            () if failed || listed => Outcome::Failed,
            () if self.helper && self.stopped => Outcome::Succeeded,
            () => Outcome::Incomplete,
        }
    }
}

/// The operation in the words of the log.
pub(super) fn operation(word: &str) -> Operation {
    match word {
        "Installing" => Operation::Install,
        "Repairing" => Operation::Repair,
        "Uninstalling" => Operation::Uninstall,
        "Patching" | "Uninstalling Patch" => Operation::Patch,
        _ => Operation::Unknown,
    }
}

/// The operation that a switch of the command line asks for; without one, the setup decides.
fn by_switch(line: &str) -> Operation {
    let has = |switch: &str| {
        line.split(' ').any(|word| {
            word.strip_prefix(['/', '-'])
                .is_some_and(|word| word.eq_ignore_ascii_case(switch))
        })
    };
    match () {
        () if has("uninstall") => Operation::Uninstall,
        () if has("repair") => Operation::Repair,
        () => Operation::Unknown,
    }
}
