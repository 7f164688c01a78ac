//! How a bundle ended: by its exit code and the result of its plan, and in an excerpt without either
//! by what failed last.

use super::{Area, Bundle, Package, Problem, Said, blame};
use crate::formats::codes::{self, cancelled, exit_code};
use crate::formats::wording::operation;
use crate::formats::{MOST_LOGS, MOST_STEPS, stamp};
use crate::knowledge::guid;
use crate::run::{NamedLog, Operation, Outcome, Run, SlowAction};

impl Bundle {
    /// Takes the end of the log in, after so many lines.
    pub(super) fn finish(&mut self, lines: u64) {
        let [first, last] = self.run.lines;
        self.run.lines = [first, last.min(lines.max(first))];
        stamp::set_times(&mut self.run, self.first, self.last);
        let last = self.exit.as_ref().or(self.apply.as_ref());
        self.run.exit_code = last.map(|result| exit_code(result.code));
        self.run.outcome = self.outcome();
        self.run.operation = self.operation();
    }

    /// The run in the model of all formats.
    pub(super) fn into_run(self) -> Run {
        let (failure, ignored_failures) = blame::diagnose(&self);
        let step = |package: &Package| {
            Some(SlowAction {
                action: package.id.clone(),
                line: package.applying.as_ref()?.line,
                ms: package.duration_ms?,
            })
        };
        let log = |package: &Package| {
            let begin = package.applying.as_ref();
            Some(NamedLog {
                of: package.id.clone(),
                path: package.log_path.clone()?,
                line: package.log.as_ref().map_or(0, |log| log.line),
                // The path of a package in the cache holds its product code.
                product_code: begin.and_then(|begin| guid::find_plain(&begin.text)),
            })
        };
        let steps = self.packages.iter().filter_map(step);
        let logs = self.packages.iter().filter_map(log);
        Run {
            slowest: SlowAction::slowest(steps.collect(), MOST_STEPS),
            logs: logs.take(MOST_LOGS).collect(),
            packages: self.run.product.package.iter().cloned().collect(),
            failure,
            ignored_failures,
            ..self.run
        }
    }

    fn outcome(&self) -> Outcome {
        let failed = |code| match cancelled(code) {
            true => Outcome::Cancelled,
            false => Outcome::Failed,
        };
        let mut problems = self.problems.iter();
        let blocked = problems.any(|e| e.about.area == Area::Condition);
        if blocked && self.progress == 0 {
            return Outcome::Failed;
        }
        if let Some(result) = self.last_result() {
            return match codes::outcome(result.code) {
                Outcome::Succeeded if self.restart => Outcome::SucceededReboot,
                outcome => outcome,
            };
        }
        let mut vital = self.packages.iter().filter(|p| p.not_vital.is_none());
        if let Some(failure) = vital.find_map(Package::failure) {
            return failed(failure.code);
        }
        match self.unfinished_problem() {
            Some(problem) => problem.code.map_or(Outcome::Failed, failed),
            None if self.said.iter().any(|said| self.is_last_word(said)) => Outcome::Failed,
            None => Outcome::Incomplete,
        }
    }

    /// A problem in a log without an end that nothing came after.
    fn unfinished_problem(&self) -> Option<&Problem> {
        let worked = |id: &str| {
            let package = self.package(id);
            package.is_some_and(|p| p.not_vital.is_some() || p.applied.is_some())
        };
        self.problems.iter().find(|problem| {
            problem.about.area != Area::Rollback
                && problem.at.line > self.progress
                && !problem.about.subject.as_deref().is_some_and(worked)
        })
    }

    /// A package said that it failed, and nothing says that it worked all the same.
    fn is_last_word(&self, said: &Said) -> bool {
        let package = said.package.as_deref().and_then(|id| self.package(id));
        said.passed_on && package.is_none_or(|p| p.applied.is_none() && p.not_vital.is_none())
    }

    fn operation(&self) -> Operation {
        let mut steps = self.packages.iter().filter_map(|p| p.action.as_deref());
        let common = steps
            .next()
            .filter(|first| steps.all(|step| step == *first));
        let action = self.action.as_deref().or(common).and_then(operation);
        let operation = action.unwrap_or(self.asked);
        match operation {
            Operation::Install if self.replaces => Operation::Upgrade,
            other => other,
        }
    }
}
