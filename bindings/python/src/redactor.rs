//! Stand-ins for names.

use std::io::{self, BufWriter, Read, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use msilog::redact;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::errors;
use crate::input::{Input, Raised};
use crate::report::{Report, options};

/// Replaces names of people and machines, addresses, keys and passwords.
#[pyclass(frozen, module = "msilog._native")]
#[derive(Default)]
pub struct Redactor {
    /// Locked only by who does not hold the interpreter: the one who has it locked may wait for that.
    inner: Mutex<redact::Redactor>,
}

impl Redactor {
    fn lock(&self) -> MutexGuard<'_, redact::Redactor> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads a log with the redactor; Ctrl-C ends that.
    fn read(
        &self,
        log: &Bound<'_, PyAny>,
        encoding: Option<String>,
        read: impl FnOnce(
            &mut redact::Redactor,
            Checked,
            Option<msilog::text::Encoding>,
        ) -> io::Result<()>
        + Send,
    ) -> PyResult<()> {
        let encoding = options(encoding, 1, None)?.encoding().ok().flatten();
        let input = Input::of(log, None)?;
        let (name, raised) = (input.name, input.raised);
        let bytes = Checked {
            inner: input.bytes,
            raised: raised.clone(),
        };
        let done = log.py().detach(|| read(&mut self.lock(), bytes, encoding));
        let told = |error: io::Error| {
            let message = format!("{name}: cannot be redacted: {error}");
            errors::ReadError::new_err((name.clone(), message))
        };
        done.map_err(|error| raised.take().unwrap_or_else(|| told(error)))
    }
}

#[pymethods]
impl Redactor {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Takes note of the names in a log.
    fn learn(&self, log: &Bound<'_, PyAny>, encoding: Option<String>) -> PyResult<()> {
        self.read(log, encoding, |redactor, bytes, encoding| {
            redactor.learn_log(bytes, encoding)
        })
    }

    /// The log again, in UTF-8; written to an object with `write` where there is one.
    fn replace<'py>(
        &self,
        log: &Bound<'py, PyAny>,
        encoding: Option<String>,
        output: Option<Py<PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let mut text = Vec::new();
        if let Some(object) = output {
            let raised = Raised::default();
            let out = PyFile {
                object,
                raised: raised.clone(),
            };
            let mut out = BufWriter::with_capacity(256 << 10, out);
            let done = self.read(log, encoding, |redactor, bytes, encoding| {
                redactor.replace_log(bytes, encoding, &mut out)?;
                out.flush()
            });
            done.map_err(|error| raised.take().unwrap_or(error))?;
            return Ok(None);
        }
        self.read(log, encoding, |redactor, bytes, encoding| {
            redactor.replace_log(bytes, encoding, &mut text)
        })?;
        Ok(Some(PyBytes::new(log.py(), &text)))
    }

    /// A text on its own.
    fn text(&self, py: Python<'_>, text: &str) -> String {
        py.detach(|| self.lock().text(text))
    }

    /// The report with stand-ins in all its texts.
    fn report(&self, py: Python<'_>, report: &Report) -> PyResult<Report> {
        let redacted = py.detach(|| self.lock().report(&report.0));
        redacted
            .map(Report)
            .map_err(|error| PyValueError::new_err(error.to_string()))
    }

    /// What was replaced: kind, how many values, in how many places.
    fn counts(&self, py: Python<'_>) -> Vec<(&'static str, usize, u64)> {
        py.detach(|| {
            let redactor = self.lock();
            let all = redactor.summary();
            all.map(|(kind, values, places)| (kind.prefix(), values, places))
                .collect()
        })
    }
}

/// A reader of the thread that asked, which looks for signals on its way.
struct Checked {
    inner: Box<dyn Read + Send>,
    raised: Raised,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match Python::attach(|py| py.check_signals()) {
            Ok(()) => self.inner.read(buffer),
            Err(error) => {
                self.raised.put(error);
                Err(io::Error::other("interrupted"))
            }
        }
    }
}

/// A Python object with `write`.
struct PyFile {
    object: Py<PyAny>,
    raised: Raised,
}

impl Write for PyFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = Python::attach(|py| {
            let bytes = PyBytes::new(py, bytes);
            self.object
                .bind(py)
                .call_method1("write", (bytes,))
                .map(drop)
        });
        written.map(|()| bytes.len()).map_err(|error| {
            self.raised.put(error);
            io::Error::other("the file object raised an exception")
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
