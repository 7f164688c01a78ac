//! Pages of single logs, with the log itself in them: `--format html` of one log, and one for each
//! failed log of many where the report goes into a folder.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::arguments::Arguments;
use super::detailed::{learned, redacted};
use super::identity::InUse;
use super::new_file::{How, NewFile};
use super::one_log::OneLog;
use super::output::Out;
use super::{Status, output, redact};
use crate::details;
use crate::engine::{Options, analyse};
use crate::page::{self, LogText};
use crate::redact::Redactor;
use crate::report::LogReport;
use crate::report::html::page_name;
use crate::source::Source;

/// The page of all logs in such a folder.
const INDEX: &str = "index.html";
/// The folder beside it, with the pages of single logs.
const PAGES: &str = "pages";

/// Whether the report is a page with the log in it, where there is one log.
pub fn is_wanted(arguments: &Arguments) -> bool {
    let compared = arguments.store.is_some() || arguments.baseline.is_some();
    let all = !arguments.quiet && !arguments.only_failed;
    arguments.format.name == "html" && all && !compared
}

/// Whether the pages go into a folder.
pub fn is_folder(arguments: &Arguments) -> bool {
    let folder = |path: &PathBuf| path.is_dir() || path.to_string_lossy().ends_with(['/', '\\']);
    arguments.format.name == "html" && arguments.output.as_ref().is_some_and(folder)
}

/// Writes the page of a log. Where names are to be replaced, what is shown is the redacted log: its
/// report and its lines have the same stand-ins.
///
/// # Errors
/// Where the log cannot be read again, or the page not be written.
pub fn write(
    out: &mut dyn Write,
    report: &LogReport,
    log: &mut OneLog,
    options: &Options,
    redactor: Option<&mut Redactor>,
) -> Result<()> {
    let encoding = options.encoding()?;
    let Some(redactor) = redactor else {
        let details = details::read(&report.path, log.open()?, report, options)?;
        let (bytes, encoding) = log.readable(encoding)?;
        return Ok(page::write(
            out,
            report,
            Some(&details),
            Some(LogText { bytes, encoding }),
        )?);
    };
    let (report, details, text) = redacted(report, log, options, redactor)?;
    let text = LogText {
        bytes: text,
        encoding: None,
    };
    Ok(page::write(out, &report, Some(&details), Some(text))?)
}

/// Writes the page of a single log, with the log in it.
///
/// # Errors
/// Where the log cannot be read, or the page not be written.
pub fn one(
    arguments: &Arguments,
    source: Source,
    options: &Options,
    file: Option<NewFile>,
) -> Result<Status> {
    let named = source.is_named();
    let mut log = OneLog::of(source)?;
    let report = analyse(&log.name.clone(), log.open()?, options)?;
    let mut redactor = None;
    if arguments.redact {
        let mut names = learned(&mut log, options)?;
        redact::learn_folder(&mut names, &arguments.paths, &report.path);
        redactor = Some(names.counted_anew());
    }
    let mut out: Out = match &file {
        None => output::data(),
        Some(file) => Box::new(BufWriter::new(file.writer()?)),
    };
    write(&mut out, &report, &mut log, options, redactor.as_mut())?;
    out.flush()?;
    drop(out);
    if let Some(redactor) = &redactor {
        redact::summary(redactor);
    }
    if let Some(file) = file {
        file.finish()?;
    }
    Ok(match Status::of(&report) {
        Status::Trouble if !named => Status::Success,
        Status::Failures if arguments.exit_zero => Status::Success,
        status => status,
    })
}

/// The folder that a page of many logs and those of each are written into.
#[derive(Debug)]
pub struct Folder {
    pages: PathBuf,
}

impl Folder {
    /// The folder that is meant, and the file in it that the page of all is written to; `None` where a
    /// file is meant.
    ///
    /// # Errors
    /// Where the folder cannot be made.
    pub fn of(arguments: &Arguments) -> Result<Option<(Self, PathBuf)>> {
        let Some(path) = arguments.output.as_deref() else {
            return Ok(None);
        };
        if !is_folder(arguments) {
            return Ok(None);
        }
        let pages = path.join(PAGES);
        std::fs::create_dir_all(&pages).with_context(|| {
            format!("{}: cannot be made; choose another place", pages.display())
        })?;
        Ok(Some((Self { pages }, path.join(INDEX))))
    }

    /// Writes the page of a log into it.
    ///
    /// # Errors
    /// Where the log cannot be read again, or the page not be written.
    pub fn add(
        &self,
        shown: &LogReport,
        report: &LogReport,
        options: &Options,
        redactor: Option<&mut Redactor>,
        in_use: &InUse,
    ) -> Result<()> {
        let how = How {
            replace: true,
            ..How::default()
        };
        let path = self.pages.join(page_name(&shown.path));
        let file = NewFile::create(&path, how, in_use)?;
        let mut log = OneLog::find(Path::new(&report.path))?;
        let mut out = BufWriter::new(file.writer()?);
        write(&mut out, report, &mut log, options, redactor)?;
        out.flush()?;
        drop(out);
        file.finish()
    }
}
