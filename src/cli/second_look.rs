//! `--details`: each report holds what else its log tells. The log is read a second time for that, one
//! at a time and only when its report is written, so that many logs take no more memory than one.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Result, bail};

use super::arguments::Arguments;
use super::detailed::{learned, redacted};
use super::one_log::OneLog;
use super::partly::Damage;
use crate::details;
use crate::engine::{Options, analyse};
use crate::redact::Redactor;
use crate::report::LogReport;
use crate::source::Source;

/// The formats that have room for details.
const FORMATS: [&str; 2] = ["json", "ndjson"];

/// Reads logs once more for their details.
pub struct SecondLook {
    options: Options,
    /// It can be read only once, so it is kept.
    standard_input: Mutex<Option<OneLog>>,
}

impl SecondLook {
    /// `None` where nobody asked for details.
    ///
    /// # Errors
    /// Where the format has no room for them.
    pub fn of(arguments: &Arguments, options: &Options) -> Result<Option<Self>> {
        if !arguments.details {
            return Ok(None);
        }
        let name = arguments.format.name;
        if !FORMATS.contains(&name) {
            let instead = match name {
                "html" => "the page of a log holds all of that without it",
                _ => "for people there are --format html, msilog timeline LOG and msilog show LOG",
            };
            bail!("--details goes with --format json or ndjson, not with {name}; {instead}");
        }
        Ok(Some(Self {
            options: options.clone(),
            standard_input: Mutex::default(),
        }))
    }

    /// The report of standard input, and the names in it where they are to be redacted.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn standard_input(&self, redact: bool) -> Result<(LogReport, Option<Redactor>)> {
        let mut log = OneLog::of(Source::StandardInput)?;
        let report = analyse(&log.name.clone(), log.open()?, &self.options)?;
        let names = redact.then(|| learned(&mut log, &self.options));
        let names = names.transpose()?;
        *self.kept() = Some(log);
        Ok((report, names))
    }

    /// A report with its details; without names where that was asked for.
    ///
    /// # Errors
    /// Where the log cannot be read again.
    pub fn take(&self, report: &LogReport, redactor: Option<&mut Redactor>) -> Result<LogReport> {
        let kept = (report.path == "-").then(|| self.kept().take()).flatten();
        let mut log = match kept {
            Some(log) => log,
            None => OneLog::find(Path::new(&report.path))?,
        };
        let (mut report, details) = match redactor {
            Some(redactor) => {
                let (report, details, _) = redacted(report, &mut log, &self.options, redactor)?;
                (report, details)
            }
            None => {
                // How far a damaged one could be read was said when it was read first.
                let bytes = Damage::default().of(log.open()?);
                let details = details::read(&report.path, bytes, report, &self.options)?;
                (report.clone(), details)
            }
        };
        report.details = Some(Box::new(details));
        Ok(report)
    }

    fn kept(&self) -> MutexGuard<'_, Option<OneLog>> {
        let kept = self.standard_input.lock();
        kept.unwrap_or_else(PoisonError::into_inner)
    }
}
