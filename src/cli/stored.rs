//! A scan that keeps its reports: what stands between the scan and the store.

use std::io::Read;
use std::path::Path;

use anyhow::Result;

use super::arguments::Arguments;
use super::interrupt::{self, Interruptible};
use super::output;
use super::progress::{Counted, Progress};
use super::redact;
use crate::engine::partly::Damage;
use crate::engine::{Options, analyse};
use crate::redact::Redactor;
use crate::report::LogReport;
use crate::report::words::thousands;
use crate::source::Source;
use crate::store::{self, Hashing, Known, Place, Reader, Recorder, Visit};

/// A report, and what the store is told of it.
pub struct Taken {
    /// The report.
    pub report: Box<LogReport>,
    /// Whether the user named it himself, so that it ought to be a log.
    pub named: bool,
    visit: Option<Visit>,
    /// The names in it, where they are to be redacted.
    pub names: Option<Redactor>,
    /// What is wrong with the log, where it could not be read to its end.
    pub damage: Option<String>,
}

impl Taken {
    /// What can be read only once, with the names in it.
    pub fn once((report, names): (LogReport, Option<Redactor>)) -> Self {
        Self {
            report: Box::new(report),
            named: true,
            visit: None,
            names,
            damage: None,
        }
    }
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

/// Takes the report of a source from the store, or else reads it.
pub fn read(
    source: Source,
    options: &Options,
    progress: &Progress,
    reader: Option<&mut Reader<'_>>,
) -> Result<Taken> {
    let (name, named) = (source.name(), source.is_named());
    let taken = |report, visit, damage| Taken {
        report: Box::new(report),
        named,
        visit,
        names: None,
        damage,
    };
    let stored = reader.and_then(|reader| Some((reader, Place::of(&source)?)));
    let Some((reader, place)) = stored else {
        let (log, damage) = open_log(source, progress)?;
        let mut report = analyse(&name, log, options)?;
        let damage = damage.note(&mut report)?;
        return Ok(taken(report, None, damage));
    };
    if let Some(mut found) = reader.find(&place) {
        progress.read(place.size().unwrap_or(0));
        found.report.path = name;
        let visit = Visit::seen(place, &found);
        return Ok(taken(found.report, Some(visit), None));
    }
    let (log, damage) = open_log(source, progress)?;
    let mut hashing = Hashing::new(log);
    let mut report = analyse(&name, &mut hashing, options)?;
    // A part is not kept: it may be whole the next time.
    if let Some(damage) = damage.note(&mut report)? {
        return Ok(taken(report, None, Some(damage)));
    }
    let visit = Visit::read(place, hashing.digest(), hashing.size(), &report)?;
    Ok(taken(report, Some(visit), None))
}

/// Reads the log of a source, and learns the names in it that are to be redacted.
pub fn read_and_learn(source: Source, options: &Options, progress: &Progress) -> Result<Taken> {
    let (name, named) = (source.name(), source.is_named());
    let (log, damage) = open_log(source, progress)?;
    let (log, learner) = redact::learning(log, options.encoding.as_deref())?;
    let mut report = analyse(&name, log, options)?;
    let names = Some(learner.finish()?);
    let damage = damage.note(&mut report)?;
    Ok(Taken {
        report: Box::new(report),
        named,
        visit: None,
        names,
        damage,
    })
}

fn open_log(source: Source, progress: &Progress) -> Result<(impl Read, Damage)> {
    let damage = Damage::default();
    let inner = damage.of(source.open()?);
    Ok((Interruptible(Counted { inner, progress }), damage))
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
        let counts = self
            .recorder
            .take()
            .map(|recorder| match interrupt::asked() {
                true => recorder.stop(),
                false => recorder.end(errors),
            });
        match counts {
            Some(Ok(counts)) if self.verbose => {
                let read = thousands(counts.read as usize);
                let reused = thousands(counts.reused as usize);
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
