//! Reads logs: one, several, a folder, standard input.

use std::io::Write;
use std::sync::{Arc, OnceLock};

use anyhow::Result;
use clap::CommandFactory;

use super::Status;
use super::arguments::Arguments;
use super::inputs::sources;
use super::output;
use super::own_rules::OwnRules;
use super::progress::{Counted, Progress};
use super::redact;
use super::writer::Writer;
use crate::in_order::{Crew, in_order};
use crate::redact::Redactor;
use crate::report::json::ReadError;
use crate::report::related::Gatherer;
use crate::report::{Kind, LogReport, Options, Summary, analyse, text};
use crate::session::Outcome;
use crate::source::{Source, SourceError};

/// One log, with the names in it where they are to be redacted; or why there is none.
type Read1 = Result<(Box<LogReport>, Option<Redactor>), ReadError>;

/// How many reports a thread may be ahead of the slowest one: memory is bounded by it, not by the
/// number of files.
const AHEAD: usize = 64;

/// Runs the analysis.
pub fn run(arguments: &Arguments) -> Result<Status> {
    let Some(sources) = sources(arguments)? else {
        writeln!(
            anstream::stderr(),
            "{}",
            Arguments::command().render_help().ansi()
        )?;
        return Ok(Status::Trouble);
    };
    let (options, sound) = options(arguments)?;
    if let Some(jobs) = arguments.jobs {
        // Fails only where the pool stands already; then it is as good as any.
        rayon::ThreadPoolBuilder::new()
            .num_threads(jobs)
            .build_global()
            .ok();
    }
    let mut scan = Scan::new(arguments, sources.len())?;
    let sizes = || sources.iter().flatten().filter_map(Source::size).sum();
    let progress = Progress::new(arguments.progress, sizes);
    let done = scan.all(sources, &options, &progress);
    progress.finish();
    match done.and_then(|()| scan.end()) {
        // Nobody reads on: what was found so far counts.
        Err(error) if !output::is_closed_pipe(&error) => {
            Err(error.context("the report cannot be written; choose another place with -o"))
        }
        _ if !sound => Ok(Status::Trouble),
        _ => Ok(scan.status(arguments.exit_zero)),
    }
}

fn read(
    source: Result<Source, SourceError>,
    options: &Options,
    progress: &Progress,
    redact: bool,
) -> Read1 {
    let failed = |path: &str, message: String| ReadError {
        path: path.to_owned(),
        message,
    };
    let source = source.map_err(|e| failed(e.path(), e.to_string()))?;
    let name = source.name();
    let inner = source.open().map_err(|e| failed(&name, e.to_string()))?;
    let counted = Counted { inner, progress };
    if !redact {
        return analyse(&name, counted, options)
            .map(|report| (Box::new(report), None))
            .map_err(|e| failed(&name, e.to_string()));
    }
    let (counted, learner) = redact::learning(counted, options.encoding.as_deref());
    let report = analyse(&name, counted, options).map_err(|e| failed(&name, e.to_string()))?;
    let names = learner.finish().map_err(|e| failed(&name, e.to_string()))?;
    Ok((Box::new(report), Some(names)))
}

/// The options of the analysis, and whether all rules of the user are sound.
fn options(arguments: &Arguments) -> Result<(Options, bool)> {
    if let Some(name) = &arguments.encoding {
        crate::text::Encoding::named(name)?;
    }
    let own = OwnRules::load(&arguments.rules);
    let options = Options {
        encoding: arguments.encoding.clone(),
        max_evidence: arguments.max_evidence,
        rules: own.rules.map(Arc::new),
    };
    Ok((options, own.sound))
}

/// What was found so far, and where it goes.
struct Scan {
    out: Box<dyn Write + Send>,
    writer: Writer,
    only_failed: bool,
    summary: Summary,
    status: Status,
    errors: Vec<ReadError>,
    /// Holds reports back until those are known that belong to them.
    gatherer: Gatherer,
    /// Takes the secrets out of the reports, where that was asked for.
    redactor: Option<Redactor>,
}

impl Scan {
    fn new(arguments: &Arguments, count: usize) -> Result<Self> {
        Ok(Self {
            out: output::open(arguments.output.as_deref())?,
            writer: Writer::new(arguments, count)?,
            only_failed: arguments.only_failed,
            summary: Summary::default(),
            status: Status::Success,
            errors: Vec::new(),
            gatherer: Gatherer::default(),
            redactor: arguments.redact.then(Redactor::default),
        })
    }

    /// Reads everything, several logs at once, and takes the reports in the order of the sources.
    fn all(
        &mut self,
        sources: Vec<Result<Source, SourceError>>,
        options: &Options,
        progress: &Progress,
    ) -> Result<()> {
        let mut rest = sources.into_iter();
        let redact = self.redactor.is_some();
        // One log shares itself; the threads are not even started for a short one.
        if rest.len() < 2 {
            return rest.try_for_each(|source| self.add(read(source, options, progress, redact)));
        }
        let failed = OnceLock::new();
        in_order(
            Crew::all(AHEAD),
            || (),
            |()| rest.next().filter(|_| failed.get().is_none()),
            |(), source| read(source, options, progress, redact),
            |report| {
                if failed.get().is_none()
                    && let Err(error) = self.add(report)
                {
                    failed.get_or_init(|| error);
                }
            },
        );
        failed.into_inner().map_or(Ok(()), Err)
    }

    fn add(&mut self, one: Read1) -> Result<()> {
        let report = match one {
            Ok((report, names)) => {
                if let (Some(redactor), Some(names)) = (&mut self.redactor, names) {
                    redactor.absorb(&names);
                }
                report
            }
            Err(mut error) => {
                if let Some(redactor) = &mut self.redactor {
                    error.path = redactor.text(&error.path);
                    error.message = redactor.text(&error.message);
                }
                output::complain(&text::clean(&error.message));
                self.summary.errors += 1;
                self.status = Status::Trouble;
                self.errors.push(error);
                return Ok(());
            }
        };
        for report in self.gatherer.push(*report) {
            self.write(&report)?;
        }
        Ok(())
    }

    /// Counts and writes a report of which all is known.
    fn write(&mut self, report: &LogReport) -> Result<()> {
        let worked = count(&mut self.summary, report);
        self.status = self.status.max(status(report));
        if self.only_failed && worked {
            return Ok(());
        }
        let Some(redactor) = &mut self.redactor else {
            return Ok(self.writer.add(&mut self.out, report)?);
        };
        let report = redactor.report(report)?;
        Ok(self.writer.add(&mut self.out, &report)?)
    }

    fn end(&mut self) -> Result<()> {
        for report in self.gatherer.end() {
            self.write(&report)?;
        }
        let errors = std::mem::take(&mut self.errors);
        self.writer.end(&mut self.out, &errors, &self.summary)?;
        if let Some(redactor) = &self.redactor {
            redact::summary(redactor);
        }
        Ok(self.out.flush()?)
    }

    fn status(&self, exit_zero: bool) -> Status {
        match self.status {
            Status::Failures if exit_zero => Status::Success,
            status => status,
        }
    }
}

/// What a report says of the exit status.
fn status(report: &LogReport) -> Status {
    if report.kind == Kind::Unrecognised {
        return Status::Trouble;
    }
    match report.principal().map(|session| session.outcome) {
        Some(Outcome::Failed | Outcome::Cancelled) => Status::Failures,
        _ => Status::Success,
    }
}

/// Counts a report; whether everything in it worked.
fn count(summary: &mut Summary, report: &LogReport) -> bool {
    summary.logs += 1;
    let principal = report
        .principal()
        .filter(|_| report.kind != Kind::Unrecognised);
    let counter = match principal.map(|session| session.outcome) {
        Some(Outcome::Failed) => &mut summary.failed,
        Some(Outcome::Cancelled) => &mut summary.cancelled,
        Some(Outcome::Succeeded | Outcome::SucceededReboot) => {
            summary.succeeded += 1;
            return true;
        }
        Some(Outcome::Incomplete) => &mut summary.incomplete,
        None if report.kind == Kind::Unrecognised => &mut summary.unrecognised,
        None => &mut summary.incomplete,
    };
    *counter += 1;
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::specimen;

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
            assert_eq!(status(&with(outcome)), wanted, "{outcome:?}");
        }
        let none = LogReport {
            kind: Kind::Unrecognised,
            sessions: Vec::new(),
            ..specimen::success()
        };
        assert_eq!(status(&none), Status::Trouble);
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
        let worked: Vec<bool> = logs.iter().map(|log| count(&mut summary, log)).collect();
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
