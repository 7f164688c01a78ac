//! Reads logs: one, several, a folder, standard input.

use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::CommandFactory;
use rayon::prelude::*;

use super::Status;
use super::arguments::{Arguments, Format};
use super::output;
use super::progress::{Counted, Progress};
use crate::knowledge::rules::RuleSet;
use crate::report::json::{self, ReadError};
use crate::report::{Kind, LogReport, Options, Summary, analyse, table, text};
use crate::session::Outcome;
use crate::source::{Source, SourceError, expand};

/// One log, or why there is none.
type Read1 = Result<Box<LogReport>, ReadError>;

/// How many logs are read before their reports are written: memory is bounded by it, not by the
/// number of files.
const CHUNK: usize = 256;

/// Runs the analysis.
pub fn run(arguments: &Arguments) -> Result<Status> {
    let Some(sources) = sources(arguments)? else {
        Arguments::command().print_help()?;
        return Ok(Status::Trouble);
    };
    let options = options(arguments)?;
    if let Some(jobs) = arguments.jobs {
        rayon::ThreadPoolBuilder::new()
            .num_threads(jobs)
            .build_global()
            .ok();
    }
    let mut scan = Scan::new(arguments, sources.len())?;
    let known = sources.iter().flatten().filter_map(Source::size).sum();
    let progress = Progress::new(arguments.progress, known);
    let mut rest = sources.into_iter();
    loop {
        let chunk: Vec<Result<Source, SourceError>> = rest.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            break;
        }
        let read: Vec<Read1> = chunk
            .into_par_iter()
            .map(|source| read(source, &options, &progress))
            .collect();
        read.into_iter().try_for_each(|one| scan.add(one))?;
    }
    progress.finish();
    scan.end(arguments)
}

fn read(source: Result<Source, SourceError>, options: &Options, progress: &Progress) -> Read1 {
    let failed = |path: &str, message: String| ReadError {
        path: path.to_owned(),
        message,
    };
    let source = source.map_err(|e| failed(e.path(), e.to_string()))?;
    let name = source.name();
    let inner = source.open().map_err(|e| failed(&name, e.to_string()))?;
    let counted = Counted { inner, progress };
    analyse(&name, counted, options)
        .map(Box::new)
        .map_err(|e| failed(&name, e.to_string()))
}

/// What to read; `None` where nothing is named and nobody pipes anything in.
fn sources(arguments: &Arguments) -> Result<Option<Vec<Result<Source, SourceError>>>> {
    let mut paths = arguments.paths.clone();
    if let Some(list) = &arguments.files_from {
        paths.extend(listed(list, arguments.null_data)?);
    } else if paths.is_empty() {
        if io::stdin().is_terminal() {
            return Ok(None);
        }
        paths.push("-".into());
    }
    Ok(Some(expand(&paths)))
}

fn listed(list: &std::path::Path, null_data: bool) -> Result<Vec<PathBuf>> {
    let reader: Box<dyn Read> = if list.as_os_str() == "-" {
        Box::new(io::stdin())
    } else {
        Box::new(
            std::fs::File::open(list)
                .with_context(|| format!("{}: the list cannot be read", list.display()))?,
        )
    };
    let end = if null_data { 0 } else { b'\n' };
    let mut paths = Vec::new();
    for name in io::BufReader::new(reader).split(end) {
        let name = name.with_context(|| format!("{}: the list cannot be read", list.display()))?;
        let name = String::from_utf8_lossy(&name)
            .trim_end_matches('\r')
            .to_owned();
        if !name.is_empty() {
            paths.push(PathBuf::from(name));
        }
    }
    Ok(paths)
}

fn options(arguments: &Arguments) -> Result<Options> {
    let mut rules: Option<RuleSet> = None;
    for file in &arguments.rules {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("{}: the rules cannot be read", file.display()))?;
        let own = RuleSet::load(&text, &file.display().to_string())?;
        rules = Some(
            rules
                .as_ref()
                .unwrap_or_else(|| RuleSet::built_in())
                .with(own),
        );
    }
    if let Some(name) = &arguments.encoding {
        crate::text::Encoding::named(name)?;
    }
    Ok(Options {
        encoding: arguments.encoding.clone(),
        max_evidence: arguments.max_evidence,
        rules: rules.map(Arc::new),
    })
}

/// What was found so far, and where it goes.
struct Scan {
    out: Box<dyn Write>,
    format: Format,
    quiet: bool,
    only_failed: bool,
    in_full: bool,
    summary: Summary,
    status: Status,
    logs: Vec<LogReport>,
    errors: Vec<ReadError>,
}

impl Scan {
    fn new(arguments: &Arguments, count: usize) -> Result<Self> {
        Ok(Self {
            out: output::open(arguments.output.as_deref())?,
            format: arguments.format,
            quiet: arguments.quiet,
            only_failed: arguments.only_failed,
            in_full: count == 1 || arguments.verbose,
            summary: Summary::default(),
            status: Status::Success,
            logs: Vec::new(),
            errors: Vec::new(),
        })
    }

    fn add(&mut self, one: Read1) -> Result<()> {
        let report = match one {
            Ok(report) => report,
            Err(error) => {
                anstream::eprintln!("msilog: {}", text::clean(&error.message));
                self.summary.errors += 1;
                self.status = Status::Trouble;
                self.errors.push(error);
                return Ok(());
            }
        };
        let status = self.count(&report);
        self.status = self.status.max(status);
        if self.quiet || (self.only_failed && status == Status::Success) {
            return Ok(());
        }
        match self.format {
            Format::Ndjson => json::line(&mut self.out, &report)?,
            Format::Text if self.in_full => text::write(&mut self.out, &report, output::width())?,
            _ => self.logs.push(*report),
        }
        Ok(())
    }

    fn count(&mut self, report: &LogReport) -> Status {
        let summary = &mut self.summary;
        summary.logs += 1;
        if report.kind == Kind::Unrecognised {
            summary.unrecognised += 1;
            return Status::Trouble;
        }
        match report.principal().map(|s| s.outcome) {
            Some(Outcome::Failed) => summary.failed += 1,
            Some(Outcome::Cancelled) => summary.cancelled += 1,
            Some(Outcome::Succeeded | Outcome::SucceededReboot) => {
                summary.succeeded += 1;
                return Status::Success;
            }
            _ => {
                summary.incomplete += 1;
                return Status::Success;
            }
        }
        Status::Failures
    }

    fn end(mut self, arguments: &Arguments) -> Result<Status> {
        if !self.quiet {
            match self.format {
                Format::Json => {
                    let logs: Vec<&LogReport> = self.logs.iter().collect();
                    json::document(&mut self.out, &logs, &self.errors, &self.summary)?;
                }
                Format::Text if !self.in_full && self.summary.logs > 0 => {
                    table::write(&mut self.out, &self.logs, &self.summary, output::width())?;
                }
                _ => {}
            }
        }
        self.out.flush()?;
        if arguments.exit_zero && self.status == Status::Failures {
            return Ok(Status::Success);
        }
        Ok(self.status)
    }
}
