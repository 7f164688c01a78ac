//! A scan that keeps its reports: what stands between the scan and the store.

use std::path::Path;

use anyhow::Result;

use super::arguments::Arguments;
use super::interrupt::{self, Interruptible};
use super::output;
use super::progress::{Counted, Progress};
use super::redact;
use crate::redact::Redactor;
use crate::report::words::thousands;
use crate::report::{LogReport, Options, analyse};
use crate::source::Source;
use crate::store::{self, Hashing, Known, Place, Reader, Recorder, Visit};

/// A report, and what the store is told of it.
pub struct Taken {
    /// The report.
    pub report: Box<LogReport>,
    visit: Option<Visit>,
}

/// Opens the store that was named, if any.
pub fn open(arguments: &Arguments, options: &Options) -> Result<(Option<Known>, Keeper)> {
    let Some(file) = &arguments.store else {
        return Ok((None, Keeper::default()));
    };
    let (known, recorder) = store::begin(file, options, &paths(arguments))?;
    let keeper = Keeper {
        recorder: Some(recorder),
        verbose: arguments.verbose,
        broken: false,
    };
    Ok((Some(known), keeper))
}

/// What is scanned, so that later scans of the same can be told.
fn paths(arguments: &Arguments) -> Vec<String> {
    let absolute = |path: &Path| {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        path.display().to_string()
    };
    let lists = arguments.files_from.iter();
    let named = arguments.paths.iter().map(|path| absolute(path));
    named
        .chain(lists.map(|list| format!("@{}", absolute(list))))
        .collect()
}

/// Takes the report of a source from the store, or else reads it. The error says what happened,
/// with the path.
pub fn read(
    source: Source,
    options: &Options,
    progress: &Progress,
    reader: Option<&mut Reader<'_>>,
) -> std::result::Result<Taken, String> {
    let name = source.name();
    let stored = reader.and_then(|reader| Some((reader, Place::of(&source)?)));
    let Some((reader, place)) = stored else {
        let inner = source.open().map_err(|e| e.to_string())?;
        let report = analyse(&name, Interruptible(Counted { inner, progress }), options);
        return Ok(Taken {
            report: Box::new(report.map_err(|e| e.to_string())?),
            visit: None,
        });
    };
    if let Some(mut found) = reader.find(&place) {
        progress.read(place.size().unwrap_or(0));
        found.report.path = name;
        return Ok(Taken {
            visit: Some(Visit::seen(place, &found)),
            report: Box::new(found.report),
        });
    }
    let inner = source.open().map_err(|e| e.to_string())?;
    let mut hashing = Hashing::new(Interruptible(Counted { inner, progress }));
    let report = analyse(&name, &mut hashing, options).map_err(|e| e.to_string())?;
    let visit = Visit::read(place, hashing.digest(), hashing.size(), &report);
    Ok(Taken {
        report: Box::new(report),
        visit: Some(visit.map_err(|e| e.to_string())?),
    })
}

/// Reads the log of a source, and learns the names in it that are to be redacted.
pub fn read_and_learn(
    source: Source,
    options: &Options,
    progress: &Progress,
) -> std::result::Result<(Taken, Redactor), String> {
    let name = source.name();
    let inner = source.open().map_err(|e| e.to_string())?;
    let counted = Interruptible(Counted { inner, progress });
    let learning = redact::learning(counted, options.encoding.as_deref());
    let (counted, learner) = learning.map_err(|e| e.to_string())?;
    let report = analyse(&name, counted, options).map_err(|e| e.to_string())?;
    let names = learner.finish().map_err(|e| e.to_string())?;
    let taken = Taken {
        report: Box::new(report),
        visit: None,
    };
    Ok((taken, names))
}

/// Tells the store what was found. Where it cannot be written the scan goes on without it: the
/// reports are what the user waits for.
#[derive(Default)]
pub struct Keeper {
    recorder: Option<Recorder>,
    verbose: bool,
    broken: bool,
}

impl Keeper {
    /// The next report, in the order of the sources.
    pub fn take(&mut self, taken: Taken) -> Box<LogReport> {
        if let Some((recorder, visit)) = self.recorder.as_mut().zip(taken.visit)
            && let Err(error) = recorder.record(visit)
        {
            self.give_up(&error);
        }
        taken.report
    }

    /// All sources were taken, or nobody wants the rest; whether the store holds all that was.
    pub fn end(&mut self, errors: usize) -> bool {
        let counts = self.recorder.take().map(|recorder| {
            if interrupt::asked() {
                recorder.stop()
            } else {
                recorder.end(errors)
            }
        });
        match counts {
            Some(Ok(counts)) if self.verbose => {
                let (read, reused) = (
                    thousands(counts.read as usize),
                    thousands(counts.reused as usize),
                );
                output::complain(&format!("read {read}, from the store {reused}"));
            }
            Some(Err(error)) => self.give_up(&error),
            _ => {}
        }
        !self.broken
    }

    fn give_up(&mut self, error: &store::StoreError) {
        let rest = "The reports are whole, but the store does not hold all of them";
        output::complain(&format!("{error}. {rest}"));
        self.recorder = None;
        self.broken = true;
    }
}
