//! `--details`: each report holds what else its log tells. The log is read a second time for that, one
//! at a time and only when its report is written, so that many logs take no more memory than one.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Result, bail};

use super::arguments::Arguments;
use super::detailed::{learned, redacted};
use super::inputs;
use super::one_log::OneLog;
use crate::details;
use crate::engine::partly::Damage;
use crate::engine::{Options, analyse};
use crate::redact::Redactor;
use crate::report::LogReport;
use crate::source::{Choice, Source, Sources, expand};

/// The formats that have room for details.
const FORMATS: [&str; 2] = ["json", "ndjson"];

/// Reads logs once more for their details.
pub struct SecondLook {
    options: Options,
    /// Which entries of an archive are logs.
    choice: Choice,
    /// It can be read only once, so it is kept.
    standard_input: Mutex<Option<OneLog>>,
    archive: Mutex<Option<Archive>>,
}

/// The archive that the last log lay in. Reports come in its order, so going on from there reads it once,
/// not once for each log in it.
struct Archive {
    path: PathBuf,
    rest: Sources,
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
            choice: inputs::choice(arguments)?,
            archive: Mutex::default(),
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
        *lock(&self.standard_input) = Some(log);
        Ok((report, names))
    }

    /// A report with its details; without names where that was asked for.
    ///
    /// # Errors
    /// Where the log cannot be read again.
    pub fn take(&self, report: &LogReport, redactor: Option<&mut Redactor>) -> Result<LogReport> {
        let mut log = self.log(&report.path)?;
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

    /// The log of this name.
    fn log(&self, name: &str) -> Result<OneLog> {
        if name == "-"
            && let Some(log) = lock(&self.standard_input).take()
        {
            return Ok(log);
        }
        let entry = name.split_once("!/").map(|(archive, _)| Path::new(archive));
        match entry.filter(|_| !Path::new(name).exists()) {
            Some(archive) => self.entry(archive, name),
            None => OneLog::find(Path::new(name)),
        }
    }

    /// An entry of an archive: further on in it, or else from its beginning.
    fn entry(&self, archive: &Path, name: &str) -> Result<OneLog> {
        let mut last = lock(&self.archive);
        let known = last.take().filter(|known| known.path == archive);
        let known = known.and_then(|mut known| Some((known.find(name)?, known)));
        let (source, archive) = match known {
            Some(found) => found,
            None => {
                let mut anew = Archive {
                    path: archive.to_owned(),
                    rest: expand(vec![archive.to_owned()], self.choice.clone())?,
                };
                match anew.find(name) {
                    Some(source) => (source, anew),
                    // What was chosen by its place below a folder may be none of those of the archive alone.
                    None => return OneLog::find(Path::new(name)),
                }
            }
        };
        *last = Some(archive);
        OneLog::of(source)
    }
}

impl Archive {
    fn find(&mut self, name: &str) -> Option<Source> {
        let mut logs = self.rest.by_ref().filter_map(Result::ok);
        logs.find(|source| source.name() == name)
    }
}

fn lock<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}
