//! One log with all that it tells: its report and its details, with stand-ins for names on request.

use std::io::{Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use clap::{Args, ValueEnum};
use tempfile::SpooledTempFile;

use super::Status;
use super::one_log::OneLog;
use super::own_rules::OwnRules;
use crate::details::{self, Details};
use crate::engine::{Options, analyse};
use crate::redact::Redactor;
use crate::report::LogReport;

/// So much of a redacted log lies in memory; the rest in a file without a name.
const IN_MEMORY: usize = 16 << 20;

/// What all commands take that look at whole logs.
#[derive(Debug, Args)]
pub struct DetailedArguments {
    /// Encoding of the log, where it cannot be told from it (windows-1252, shift_jis, …)
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,

    /// Replace names of people and machines, addresses, keys and passwords
    #[arg(long)]
    pub redact: bool,
}

/// How to write the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For people
    Text,
    /// One JSON document
    Json,
}

/// A log with all that it tells.
pub struct Detailed {
    pub report: LogReport,
    pub details: Details,
}

impl DetailedArguments {
    /// The options of the analysis, and trouble where a rule of the user is broken.
    pub fn options(&self, rules: &[PathBuf]) -> (Options, Status) {
        let own = OwnRules::load(rules);
        let options = Options {
            encoding: self.encoding.clone(),
            rules: own.rules.map(Arc::new),
            ..Options::default()
        };
        (options, own.status)
    }

    /// Reads a log.
    ///
    /// # Errors
    /// Where it is not there or cannot be read.
    pub fn read(&self, path: &Path, options: &Options) -> Result<Detailed> {
        let [read] = together([OneLog::find(path)?], self.redact, options)?;
        Ok(read)
    }

    /// Reads two logs that are compared.
    ///
    /// # Errors
    /// Where one is not there or cannot be read.
    pub fn both(&self, paths: [&Path; 2], options: &Options) -> Result<[Detailed; 2]> {
        let [good, bad] = paths;
        let logs = [OneLog::find(good)?, OneLog::find(bad)?];
        together(logs, self.redact, options)
    }
}

/// Reads logs. A name has the same stand-in in all of them, since another one would be a difference
/// that there is none of.
///
/// # Errors
/// Where one cannot be read.
pub fn together<const N: usize>(
    mut logs: [OneLog; N],
    redact: bool,
    options: &Options,
) -> Result<[Detailed; N]> {
    let mut redactor = redact.then(Redactor::default);
    if let Some(redactor) = &mut redactor {
        for log in &mut logs {
            redactor.learn_log(log.open()?, options.encoding()?)?;
        }
    }
    let mut redactor = redactor.map(Redactor::counted_anew);
    let read = logs.each_mut().map(|log| {
        let report = analyse(&log.name.clone(), log.open()?, options)?;
        if let Some(redactor) = &mut redactor {
            let (report, details, _) = redacted(&report, log, options, redactor)?;
            return Ok(Detailed { report, details });
        }
        let details = details::read(&report.path, log.open()?, &report, options)?;
        Ok(Detailed { report, details })
    });
    let read: Vec<Detailed> = read.into_iter().collect::<Result<_>>()?;
    read.try_into()
        .map_err(|_| anyhow::anyhow!("a log was read twice"))
}

/// The names in a log, for their stand-ins.
///
/// # Errors
/// Where the log cannot be read.
pub fn learned(log: &mut OneLog, options: &Options) -> Result<Redactor> {
    let mut redactor = Redactor::default();
    redactor.learn_log(log.open()?, options.encoding()?)?;
    Ok(redactor)
}

/// Report, details and text of a log without the names in it: what is shown is the redacted log, so all
/// of them have the same stand-ins.
///
/// # Errors
/// Where the log cannot be read again.
pub fn redacted(
    report: &LogReport,
    log: &mut OneLog,
    options: &Options,
    redactor: &mut Redactor,
) -> Result<(LogReport, Details, SpooledTempFile)> {
    let encoding = options.encoding()?;
    let mut text = SpooledTempFile::new(IN_MEMORY);
    let (bytes, encoding) = log.readable(encoding)?;
    redactor.replace_log(bytes, encoding, &mut text)?;
    let report = redactor.report(report)?;
    let plain = Options {
        encoding: None,
        ..options.clone()
    };
    text.seek(SeekFrom::Start(0))?;
    let details = details::read(&report.path, &mut text, &report, &plain)?;
    text.seek(SeekFrom::Start(0))?;
    Ok((report, details, text))
}
