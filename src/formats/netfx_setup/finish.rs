//! How a run ended, and when.

use super::dates::{Order, within_day};
use super::{ErrorKind, Item, Setup, blame, words};
use crate::formats::codes::{self, exit_code};
use crate::formats::wording::asked;
use crate::formats::{MOST_STEPS, stamp};
use crate::run::{Operation, Outcome, Run, SlowAction};

impl Setup {
    /// The log's own end is there.
    pub(super) fn is_complete(&self) -> bool {
        self.result.is_some() || self.listed || (self.helper && self.stopped)
    }

    pub(super) fn finish(&mut self, order: Order) {
        let resolve = |stamp| order.resolve(stamp);
        let (first, last) = (self.first.and_then(resolve), self.last.and_then(resolve));
        stamp::set_times(&mut self.run, first, last);
        // Where it is in doubt which day it is, a run within one day still has a length.
        let within = self
            .first
            .zip(self.last)
            .and_then(|(a, b)| within_day(a, b));
        self.run.duration_ms = self.run.duration_ms.or(within).or(self.elapsed);
        self.run.exit_code = self.result.as_ref().map(|result| exit_code(result.code));
        if self.run.operation == Operation::Unknown {
            let line = self.command_line.as_deref();
            self.run.operation = line.and_then(asked).unwrap_or_default();
        }
        self.run.outcome = self.outcome();
    }

    /// The run in the model of all formats.
    pub(super) fn into_run(self) -> Run {
        let (failure, ignored_failures) = blame::diagnose(&self);
        let mut product = self.run.product.clone();
        // A list of errors names nothing but the component.
        if product.name.is_none() && !self.others {
            let component = failure.as_ref().and_then(|f| f.action.as_deref());
            product.name = component.map(|name| words::component_product(name).to_owned());
        }
        let steps = self.items.iter().filter_map(|item| {
            Some(SlowAction {
                action: item.name.clone(),
                line: item.begin.as_ref()?.line,
                ms: item.duration_ms.filter(|ms| *ms > 0)?,
            })
        });
        Run {
            slowest: SlowAction::slowest(steps.collect(), MOST_STEPS),
            logs: self.logs.into_iter().map(|(log, _)| log).collect(),
            packages: product.package.iter().cloned().collect(),
            product,
            failure,
            ignored_failures,
            ..self.run
        }
    }

    fn outcome(&self) -> Outcome {
        if let Some(result) = &self.result {
            return codes::outcome(result.code);
        }
        let failed = self.problems.iter().map(|problem| &problem.about).any(|e| {
            !matches!(e.kind, ErrorKind::Event | ErrorKind::Check)
                && !self.item(e.item).is_some_and(Item::optional)
        });
        let listed = (self.listed || self.helper || !self.others) && !self.problems.is_empty();
        match () {
            () if failed || listed => Outcome::Failed,
            () if self.helper && self.stopped => Outcome::Succeeded,
            () => Outcome::Incomplete,
        }
    }
}
