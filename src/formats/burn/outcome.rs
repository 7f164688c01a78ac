//! How a bundle ended: by its exit code and the result of its plan, and in an excerpt without either
//! by what failed last.

use super::builder::BundleBuilder;
use super::{Area, BundleRun, ErrorLine, Package};
use crate::formats::codes::{cancelled, exit_code, needs_restart};
use crate::formats::stamp;
use crate::run::{Operation, Outcome};

impl BundleBuilder {
    /// The run. `lines` is the number of lines of the log.
    #[must_use]
    pub fn finish(mut self, lines: u64) -> BundleRun {
        let outcome = self.outcome();
        let operation = self.operation();
        let mut run = self.run;
        run.last_line = run.last_line.min(lines.max(run.first_line));
        run.started = self.first.map(stamp::iso);
        run.ended = self.last.map(stamp::iso);
        run.duration_ms = self
            .first
            .zip(self.last)
            .and_then(|(first, last)| stamp::duration(first, last));
        run.complete = run.exit.is_some();
        let last = run.exit.as_ref().or(run.apply.as_ref());
        run.exit_code = last.map(|result| exit_code(result.code));
        run.outcome = outcome;
        run.operation = operation;
        run
    }

    fn outcome(&mut self) -> Outcome {
        let failed = |code| {
            if cancelled(code) {
                Outcome::Cancelled
            } else {
                Outcome::Failed
            }
        };
        let run = &self.run;
        let blocked = run.errors.iter().any(|e| e.area == Area::Condition);
        if blocked && self.progress == 0 {
            return Outcome::Failed;
        }
        if let Some(result) = run.last_result() {
            return match result.code {
                code if needs_restart(code) => Outcome::SucceededReboot,
                0 if self.restart => Outcome::SucceededReboot,
                0 => Outcome::Succeeded,
                code => failed(code),
            };
        }
        let vital = |p: &&Package| p.not_vital.is_none();
        let mut failures = run.packages.iter().filter(vital);
        if let Some(failure) = failures.find_map(Package::failure) {
            return failed(failure.code);
        }
        match self.unfinished_error() {
            Some(error) => error.code.map_or(Outcome::Failed, failed),
            None => Outcome::Incomplete,
        }
    }

    /// An error in a log without an end that nothing came after.
    fn unfinished_error(&self) -> Option<&ErrorLine> {
        let worked = |id: &str| {
            let package = self.run.package(id);
            package.is_some_and(|p| p.not_vital.is_some() || p.applied.is_some())
        };
        self.run.errors.iter().find(|error| {
            error.area != Area::Rollback
                && error.line > self.progress
                && !error.subject.as_deref().is_some_and(worked)
        })
    }

    fn operation(&self) -> Operation {
        let steps = self.run.packages.iter().map(|p| p.action.as_deref());
        let mut steps = steps.flatten();
        let common = steps
            .next()
            .filter(|first| steps.all(|step| step == *first));
        let operation = match self.run.action.as_deref().or(common) {
            Some("Install") => Operation::Install,
            Some("Uninstall" | "UnsafeUninstall") => Operation::Uninstall,
            Some("Repair") => Operation::Repair,
            _ => self.asked,
        };
        match operation {
            Operation::Install if self.replaces => Operation::Upgrade,
            other => other,
        }
    }
}
