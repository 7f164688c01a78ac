//! All logs of folders and archives: read on all threads, reported in their order, tied where they
//! belong together.

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::in_order::{Workers, in_order};
use super::partly::Damage;
use super::related::Gatherer;
use super::weight::weight;
use super::{AnalyseError, Options, analyse};
use crate::report::json::ReadError;
use crate::report::{Kind, LogReport};
use crate::source::{Choice, Source, SourceError, expand};

/// How many reports a thread may be ahead of the slowest one: memory is bounded by it, not by the
/// number of files.
const AHEAD: usize = 64;

/// Reads sources on all threads of the pool that the caller is in, and takes what comes of them in
/// their order, until `take` breaks. One source alone shares itself; the threads are not even
/// started for a short one. `weigh` says how many bytes a result takes while it waits.
pub(crate) fn in_turn<S, T: Send>(
    mut sources: impl Iterator<Item = Result<Source, SourceError>> + Send,
    state: impl Fn() -> S + Sync,
    read: impl Fn(&mut S, Result<Source, SourceError>) -> T + Sync,
    weigh: impl Fn(&T) -> usize + Sync,
    mut take: impl FnMut(T) -> ControlFlow<()> + Send,
) {
    let first: Vec<_> = sources.by_ref().take(2).collect();
    let many = first.len() > 1;
    let mut sources = first.into_iter().chain(sources);
    if !many {
        let mut state = state();
        // At most one, so there is nothing to break off.
        let _ = sources.try_for_each(|source| take(read(&mut state, source)));
        return;
    }
    let enough = AtomicBool::new(false);
    in_order(
        Workers::all(AHEAD),
        state,
        |_| sources.next().filter(|_| !enough.load(Ordering::Relaxed)),
        read,
        weigh,
        |result| {
            // Others were being read when it was broken off.
            if !enough.load(Ordering::Relaxed) && take(result).is_break() {
                enough.store(true, Ordering::Relaxed);
            }
        },
    );
}

/// What a scan gives: the report of a log, or why there is none. Of a log that breaks off, as one in
/// a damaged archive, it gives both.
pub type Found = Result<LogReport, ReadError>;

/// What is read, and how.
///
/// ```
/// use msilog::engine::Scan;
///
/// let scan = Scan { threads: Some(1), ..Scan::default() };
/// let mut failed = 0;
/// for found in scan.start(vec!["fixtures".into()])? {
///     failed += usize::from(found.is_ok_and(|log| log.principal().is_some_and(|s| s.failure.is_some())));
/// }
/// assert!(failed > 10);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Scan {
    /// How each log is analysed.
    pub options: Options,
    /// Which files of a folder and which entries of an archive are read.
    pub choice: Choice,
    /// Threads of its own; `None`: those of the [`rayon`] pool that the caller is in.
    pub threads: Option<usize>,
    /// What is found in a folder or an archive and is no installer log is reported, too.
    pub unrecognised: bool,
}

impl Scan {
    /// Reads everything and gives it to `take` until that breaks.
    ///
    /// # Errors
    /// The system has no threads left.
    pub fn run(
        &self,
        paths: Vec<PathBuf>,
        mut take: impl FnMut(Found) -> ControlFlow<()> + Send,
    ) -> io::Result<()> {
        self.batches(paths, &AtomicBool::new(false), |batch| {
            batch.into_iter().try_for_each(&mut take)
        })
    }

    /// Begins to read, on threads of its own, and goes on as what was found is taken.
    ///
    /// # Errors
    /// The system has no thread left.
    pub fn start(self, paths: Vec<PathBuf>) -> io::Result<Reports> {
        let stop = Arc::new(AtomicBool::new(false));
        let (sender, receiver) = sync_channel(1);
        let stopped = Arc::clone(&stop);
        let thread = std::thread::Builder::new().name("scan".to_owned());
        let thread = thread.spawn(move || {
            self.batches(paths, &stopped, |batch| match sender.send(batch) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            })
        })?;
        Ok(Reports {
            batch: Vec::new().into_iter(),
            receiver: Some(receiver),
            thread: Some(thread),
            stop,
        })
    }

    /// Reports that were held back for one another come together.
    fn batches(
        &self,
        paths: Vec<PathBuf>,
        stop: &AtomicBool,
        take: impl FnMut(Vec<Found>) -> ControlFlow<()> + Send,
    ) -> io::Result<()> {
        let sources = expand(paths, self.choice.clone())?;
        match self.threads {
            None => self.all(sources, stop, take),
            Some(threads) => {
                let threads = rayon::ThreadPoolBuilder::new().num_threads(threads.max(1));
                let pool = threads.build().map_err(io::Error::other)?;
                pool.install(|| self.all(sources, stop, take));
            }
        }
        Ok(())
    }

    fn all(
        &self,
        sources: impl Iterator<Item = Result<Source, SourceError>> + Send,
        stop: &AtomicBool,
        mut take: impl FnMut(Vec<Found>) -> ControlFlow<()> + Send,
    ) {
        let mut gatherer = Gatherer::default();
        let mut hand_on = |batch: Vec<Found>| {
            let stopped = stop.load(Ordering::Relaxed);
            let flow = match batch.is_empty() {
                _ if stopped => ControlFlow::Break(()),
                true => ControlFlow::Continue(()),
                false => take(batch),
            };
            if flow.is_break() {
                // What is still being read is not wanted either.
                stop.store(true, Ordering::Relaxed);
            }
            flow
        };
        in_turn(
            sources,
            || (),
            |(), source| self.read(source, stop),
            |read| read.report.as_ref().map_or(0, weight),
            |read| {
                let damage = read.damage.map(Err).into_iter();
                let ready = match read.report {
                    Ok(report) if self.wants(&report, read.named) => {
                        gatherer.push(report).into_iter().map(Ok).collect()
                    }
                    Ok(_) => Vec::new(),
                    Err(error) => vec![Err(error)],
                };
                hand_on(damage.chain(ready).collect())
            },
        );
        // Where nobody wants these either, nothing is left to break off.
        let _ = hand_on(gatherer.end().into_iter().map(Ok).collect());
    }

    /// Folders hold other texts than logs.
    fn wants(&self, report: &LogReport, named: bool) -> bool {
        named || self.unrecognised || report.kind != Kind::Unrecognised
    }

    fn read(&self, source: Result<Source, SourceError>, stop: &AtomicBool) -> Read1 {
        let name = match &source {
            Ok(source) => source.name(),
            Err(error) => error.path.clone(),
        };
        let named = source.as_ref().is_ok_and(Source::is_named);
        let damage = Damage::default();
        let unread = |message: String| ReadError {
            path: name.clone(),
            message,
        };
        let opened = source.and_then(Source::open);
        let opened = opened.map_err(|error| unread(error.to_string()));
        let read = opened.and_then(|inner| {
            let log = Stoppable(damage.of(inner), stop);
            let noted = analyse(&name, log, &self.options).and_then(|mut report| {
                let damage = damage.note(&mut report)?;
                Ok::<_, AnalyseError>((report, damage))
            });
            noted.map_err(|error| unread(error.to_string()))
        });
        match read {
            Ok((report, damage)) => Read1 {
                report: Ok(report),
                damage: damage.map(unread),
                named,
            },
            Err(error) => Read1 {
                report: Err(error),
                damage: None,
                named,
            },
        }
    }
}

/// What came of one source.
struct Read1 {
    report: Found,
    /// What is wrong with the log, where it could not be read to its end.
    damage: Option<ReadError>,
    /// Whether it was named itself.
    named: bool,
}

/// A reader that gives an error once nobody wants it any more.
struct Stoppable<'s, R>(R, &'s AtomicBool);

impl<R: Read> Read for Stoppable<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.1.load(Ordering::Relaxed) {
            return Err(io::Error::other("stopped"));
        }
        self.0.read(buffer)
    }
}

/// What a scan finds, as it goes on. Where it is dropped the scan ends.
#[derive(Debug)]
pub struct Reports {
    batch: std::vec::IntoIter<Found>,
    receiver: Option<Receiver<Vec<Found>>>,
    thread: Option<JoinHandle<io::Result<()>>>,
    stop: Arc<AtomicBool>,
}

impl Reports {
    /// The next one, or `None` where that takes longer: whoever waits may have to look after
    /// something else.
    pub fn next_within(&mut self, patience: Duration) -> Option<Option<Found>> {
        loop {
            if let Some(found) = self.batch.next() {
                return Some(Some(found));
            }
            let Some(receiver) = &self.receiver else {
                return Some(None);
            };
            match receiver.recv_timeout(patience) {
                Ok(batch) => self.batch = batch.into_iter(),
                Err(RecvTimeoutError::Timeout) => return None,
                Err(RecvTimeoutError::Disconnected) => return Some(self.close().map(Err)),
            }
        }
    }

    /// Ends the scan; what went wrong with it as a whole.
    fn close(&mut self) -> Option<ReadError> {
        self.stop.store(true, Ordering::Relaxed);
        self.receiver = None;
        let ended = self.thread.take()?.join();
        let why = match ended {
            Ok(Ok(())) => return None,
            Ok(Err(error)) => error.to_string(),
            // A scan that breaks off must not look like one that is done.
            Err(_) => "it broke off".to_owned(),
        };
        Some(ReadError {
            path: "-".to_owned(),
            message: format!("the scan is not whole: {why}"),
        })
    }
}

impl Iterator for Reports {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            if let Some(next) = self.next_within(Duration::from_secs(3600)) {
                return next;
            }
        }
    }
}

impl Drop for Reports {
    fn drop(&mut self) {
        self.close();
    }
}
