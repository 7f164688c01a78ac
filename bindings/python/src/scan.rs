//! All logs of folders and archives, one after the other.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use msilog::engine::{self, Reports};
use msilog::source::Choice;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;

use crate::report::{Report, options};
use crate::rules::Rules;
use crate::threads::{self, PATIENCE};

/// A scan that goes on as reports are taken.
#[pyclass(frozen, module = "msilog._native")]
pub struct Scan {
    /// Locked only by who does not hold the interpreter.
    reports: Mutex<Option<Reports>>,
    process: u32,
}

/// What a scan finds: a report, or path and message of what could not be read.
#[derive(IntoPyObject)]
enum Found {
    Report(Py<Report>),
    Error((String, String)),
}

#[pymethods]
impl Scan {
    #[new]
    #[expect(clippy::too_many_arguments, reason = "Python names them")]
    fn new(
        paths: Vec<PathBuf>,
        globs: Vec<String>,
        max_depth: Option<usize>,
        newer_than: Option<f64>,
        follow: bool,
        everything: bool,
        encoding: Option<String>,
        max_evidence: usize,
        rules: Option<&Rules>,
        threads: Option<usize>,
    ) -> PyResult<Self> {
        let choice = Choice::default().globs(&globs);
        let mut choice = choice.map_err(|error| PyValueError::new_err(error.to_string()))?;
        choice.max_depth = max_depth;
        choice.follow = follow;
        let since = newer_than.map(|seconds| Duration::try_from_secs_f64(seconds.max(0.0)));
        let since = since
            .transpose()
            .map_err(|error| PyValueError::new_err(error.to_string()))?;
        choice.newer_than = since.and_then(|since| SystemTime::UNIX_EPOCH.checked_add(since));
        let scan = engine::Scan {
            options: options(encoding, max_evidence, rules)?,
            choice,
            threads: Some(threads::count(threads)),
            unrecognised: everything,
        };
        Ok(Self {
            reports: Mutex::new(Some(scan.start(paths)?)),
            process: std::process::id(),
        })
    }

    /// The next one; nothing where there is no more.
    fn next(&self, py: Python<'_>) -> PyResult<Option<Found>> {
        if self.process != std::process::id() {
            let message = "a scan cannot go on in a process that was forked: begin one there";
            return Err(PyRuntimeError::new_err(message));
        }
        loop {
            let next = py.detach(|| {
                let mut reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
                match reports.as_mut() {
                    Some(reports) => reports.next_within(PATIENCE),
                    None => Some(None),
                }
            });
            return match next {
                None => {
                    py.check_signals()?;
                    continue;
                }
                Some(None) => Ok(None),
                Some(Some(Ok(report))) => {
                    Py::new(py, Report(report)).map(|one| Some(Found::Report(one)))
                }
                Some(Some(Err(error))) => Ok(Some(Found::Error((error.path, error.message)))),
            };
        }
    }

    /// Ends the scan.
    fn close(&self, py: Python<'_>) {
        if self.process == std::process::id() {
            py.detach(|| {
                self.reports
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .take()
            });
        }
    }
}

impl Drop for Scan {
    fn drop(&mut self) {
        // The threads that it would wait for are the parent's.
        if self.process != std::process::id()
            && let Ok(reports) = self.reports.get_mut()
        {
            std::mem::forget(reports.take());
        }
    }
}
