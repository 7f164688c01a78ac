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
        let mut log = OneLog::find(path)?;
        let redactor = self.redact.then(|| learned(&mut log, options));
        let mut redactor = redactor.transpose()?.map(Redactor::counted_anew);
        detailed(&mut log, redactor.as_mut(), options)
    }

    /// Reads two logs that are compared.
    ///
    /// # Errors
    /// Where one is not there or cannot be read.
    pub fn both(&self, paths: [&Path; 2], options: &Options) -> Result<[Detailed; 2]> {
        let [good, bad] = paths;
        both(
            [OneLog::find(good)?, OneLog::find(bad)?],
            self.redact,
            options,
        )
    }
}

/// Reads two logs. A name has the same stand-in in both, since another one would be a difference that
/// there is none of.
///
/// # Errors
/// Where one cannot be read.
pub fn both(mut logs: [OneLog; 2], redact: bool, options: &Options) -> Result<[Detailed; 2]> {
    let [good, bad] = &mut logs;
    let mut redactor = None;
    if redact {
        let mut names = learned(good, options)?;
        names.learn_log(bad.open()?, options.encoding()?)?;
        redactor = Some(names.counted_anew());
    }
    let good = detailed(good, redactor.as_mut(), options)?;
    Ok([good, detailed(bad, redactor.as_mut(), options)?])
}

fn detailed(
    log: &mut OneLog,
    redactor: Option<&mut Redactor>,
    options: &Options,
) -> Result<Detailed> {
    let report = analyse(&log.name.clone(), log.open()?, options)?;
    let (report, details) = match redactor {
        Some(redactor) => {
            let (report, details, _) = redacted(&report, log, options, redactor)?;
            (report, details)
        }
        None => {
            let details = details::read(&report.path, log.open()?, &report, options)?;
            (report, details)
        }
    };
    Ok(Detailed { report, details })
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
