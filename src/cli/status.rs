//! How the program ends.

use std::process::ExitCode;

use crate::report::{Kind, LogReport};
use crate::run::Outcome;

/// How the program ends; the number is its exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Every input was read and no failed installation stands in it.
    Success = 0,
    /// At least one failed or cancelled installation was found.
    Failures = 1,
    /// Some input could not be read or is no log that msilog knows, or the command line is wrong.
    Trouble = 2,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

impl Status {
    /// What a report says of it.
    pub fn of(report: &LogReport) -> Self {
        if report.kind == Kind::Unrecognised {
            return Self::Trouble;
        }
        match report.outcome().is_some_and(Outcome::failed) {
            true => Self::Failures,
            false => Self::Success,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Summary;
    use crate::report::tests::specimen;

    fn with(outcome: Outcome) -> LogReport {
        LogReport {
            sessions: vec![specimen::session(outcome, 0)],
            ..specimen::success()
        }
    }

    #[test]
    fn exit_status_follows_the_outcome() {
        for (outcome, wanted) in [
            (Outcome::Succeeded, Status::Success),
            (Outcome::SucceededReboot, Status::Success),
            (Outcome::Incomplete, Status::Success),
            (Outcome::Failed, Status::Failures),
            (Outcome::Cancelled, Status::Failures),
        ] {
            assert_eq!(Status::of(&with(outcome)), wanted, "{outcome:?}");
        }
        let none = LogReport {
            kind: Kind::Unrecognised,
            sessions: Vec::new(),
            ..specimen::success()
        };
        assert_eq!(Status::of(&none), Status::Trouble);
        // What could not be read weighs more than what failed.
        assert!(Status::Trouble > Status::Failures && Status::Failures > Status::Success);
    }

    #[test]
    fn every_log_is_counted_once() {
        let mut summary = Summary::default();
        let logs = [
            with(Outcome::Failed),
            with(Outcome::Cancelled),
            with(Outcome::SucceededReboot),
            with(Outcome::Incomplete),
            LogReport {
                kind: Kind::Unrecognised,
                sessions: Vec::new(),
                ..specimen::success()
            },
        ];
        let worked: Vec<bool> = logs.iter().map(|log| summary.add(log)).collect();
        assert_eq!(worked, [false, false, true, false, false]);
        let counts = [
            summary.failed,
            summary.cancelled,
            summary.succeeded,
            summary.incomplete,
            summary.unrecognised,
        ];
        assert_eq!((summary.logs, counts), (5, [1; 5]));
    }
}
