//! Where a log comes from: a path, bytes, or an object with `read`.

use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use msilog::source::{Choice, Source, expand};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyByteArray, PyBytes};

use crate::errors::{self, SeveralLogsError};

/// How many logs of a folder are named where one has to be chosen.
const NAMED: usize = 5;

/// A log that can be read once.
pub struct Input {
    /// Its name in reports.
    pub name: String,
    /// Its size, where that is known.
    pub size: Option<u64>,
    pub bytes: Box<dyn Read + Send>,
    /// What a Python object's `read` raised.
    pub raised: Raised,
}

/// An exception that has to wait for the end of the reading.
#[derive(Clone, Default)]
pub struct Raised(Arc<Mutex<Option<PyErr>>>);

impl Raised {
    pub fn take(&self) -> Option<PyErr> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub fn put(&self, error: PyErr) {
        let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        place.get_or_insert(error);
    }
}

impl Input {
    /// What was given. `name` is for what has none.
    pub fn of(log: &Bound<'_, PyAny>, name: Option<String>) -> PyResult<Self> {
        let raised = Raised::default();
        let unnamed = || name.clone().unwrap_or_else(|| "-".to_owned());
        let bytes = if let Ok(bytes) = log.cast::<PyBytes>() {
            Some(PyBackedBytes::from(bytes.clone()))
        } else if let Ok(bytes) = log.cast::<PyByteArray>() {
            Some(PyBackedBytes::from(bytes.clone()))
        } else {
            None
        };
        if let Some(bytes) = bytes {
            return Ok(Self {
                name: unnamed(),
                size: Some(bytes.len() as u64),
                bytes: Box::new(io::Cursor::new(bytes)),
                raised,
            });
        }
        if log.hasattr("read")? {
            let own = log
                .getattr("name")
                .and_then(|name| name.extract::<String>());
            let object = PyFile {
                object: log.clone().unbind(),
                rest: io::Cursor::default(),
                raised: raised.clone(),
            };
            return Ok(Self {
                name: name.or(own.ok()).unwrap_or_else(|| "-".to_owned()),
                size: None,
                bytes: Box::new(object),
                raised,
            });
        }
        let path: PathBuf = log.extract().map_err(|_| {
            PyTypeError::new_err("a log is a path, bytes, or a file opened with mode 'rb'")
        })?;
        let (given, size, opened) = log.py().detach(|| {
            let source = only(path)?;
            let (given, size) = (source.name(), source.size());
            let opened = source.open().map_err(|error| errors::of_source(&error))?;
            Ok::<_, PyErr>((given, size, opened))
        })?;
        Ok(Self {
            name: name.unwrap_or(given),
            size,
            bytes: opened,
            raised,
        })
    }

    /// The bytes, until somebody asks to stop.
    pub fn until(self, stop: &AtomicBool) -> impl Read + Send {
        Until {
            inner: self.bytes,
            stop,
        }
    }
}

/// The only log that a path names.
fn only(path: PathBuf) -> PyResult<Source> {
    let shown = path.display().to_string();
    let found = expand(vec![path], Choice::default())?;
    let mut found = found.take(NAMED + 1);
    let first = found
        .next()
        .transpose()
        .map_err(|error| errors::of_source(&error))?;
    let names: Vec<String> = found.flatten().map(|source| source.name()).collect();
    match first {
        Some(first) if names.is_empty() => Ok(first),
        first => {
            let first = first.map(|first| first.name());
            let names = Vec::from_iter(first).into_iter().chain(names);
            let names: Vec<String> = names.take(NAMED).collect();
            let message = format!(
                "{shown}: several logs lie there ({}, …). Name one of them, or take scan",
                names.join(", ")
            );
            Err(SeveralLogsError::new_err((shown, message)))
        }
    }
}

/// A Python object with `read`.
struct PyFile {
    object: Py<PyAny>,
    /// What it gave beyond what was asked for.
    rest: io::Cursor<Vec<u8>>,
    raised: Raised,
}

impl Read for PyFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.rest.read(buffer)?;
        if count > 0 || buffer.is_empty() {
            return Ok(count);
        }
        let read = Python::attach(|py| {
            let given = self.object.bind(py).call_method1("read", (buffer.len(),))?;
            match given.extract::<PyBackedBytes>() {
                Ok(bytes) => Ok(bytes.to_vec()),
                // A file that would block gives nothing at all.
                Err(_) => Err(PyTypeError::new_err(
                    "read gave no bytes: open the file with mode 'rb'",
                )),
            }
        });
        match read {
            Ok(bytes) => {
                self.rest = io::Cursor::new(bytes);
                self.rest.read(buffer)
            }
            Err(error) => {
                self.raised.put(error);
                Err(io::Error::other("the file object raised an exception"))
            }
        }
    }
}

struct Until<'s> {
    inner: Box<dyn Read + Send>,
    stop: &'s AtomicBool,
}

impl Read for Until<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(io::Error::other("interrupted"));
        }
        self.inner.read(buffer)
    }
}
