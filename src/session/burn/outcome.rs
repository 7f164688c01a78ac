//! How a bundle ended: by its exit code and the result of its plan, and in an excerpt without either
//! by what failed last.

use super::builder::BurnSessionBuilder;
use super::{
    Area, BurnSession, ErrorLine, Package, cancelled, needs_restart, stamps, system_error,
};
use crate::session::model::{Operation, Outcome};

impl BurnSessionBuilder {
    /// The run. `lines` is the number of lines of the log.
    #[must_use]
    pub fn finish(mut self, lines: u64) -> BurnSession {
        let outcome = self.outcome();
        let operation = self.operation();
        let mut session = self.session;
        session.last_line = session.last_line.min(lines.max(session.first_line));
        session.started = self.first.map(stamps::iso);
        session.ended = self.last.map(stamps::iso);
        session.duration_ms = self
            .first
            .zip(self.last)
            .and_then(|(first, last)| stamps::between(first, last));
        session.complete = session.exit.is_some();
        let last = session.exit.as_ref().or(session.apply.as_ref());
        session.exit_code =
            last.map(|result| i64::from(system_error(result.code).unwrap_or(result.code)));
        session.outcome = outcome;
        session.operation = operation;
        session
    }

    fn outcome(&mut self) -> Outcome {
        let failed = |code| {
            if cancelled(code) {
                Outcome::Cancelled
            } else {
                Outcome::Failed
            }
        };
        let session = &self.session;
        let blocked = session.errors.iter().any(|e| e.area == Area::Condition);
        if blocked && self.progress == 0 {
            return Outcome::Failed;
        }
        if let Some(result) = session.last_result() {
            return match result.code {
                code if needs_restart(code) => Outcome::SucceededReboot,
                0 if self.restart => Outcome::SucceededReboot,
                0 => Outcome::Succeeded,
                code => failed(code),
            };
        }
        let vital = |p: &&Package| p.not_vital.is_none();
        let mut failures = session.packages.iter().filter(vital);
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
            let package = self.session.package(id);
            package.is_some_and(|p| p.not_vital.is_some() || p.applied.is_some())
        };
        self.session.errors.iter().find(|error| {
            error.area != Area::Rollback
                && error.line > self.progress
                && !error.subject.as_deref().is_some_and(worked)
        })
    }

    fn operation(&self) -> Operation {
        let steps = self.session.packages.iter().map(|p| p.action.as_deref());
        let mut steps = steps.flatten();
        let common = steps
            .next()
            .filter(|first| steps.all(|step| step == *first));
        let operation = match self.session.action.as_deref().or(common) {
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
