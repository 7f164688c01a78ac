//! A log's report, and what terms mean.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use msilog::report::LogReport;
use msilog::report::explain::Term;
use msilog::report::flat::{COLUMNS, Row, Type, Value};
use msilog::report::json::ReadError;
use msilog::{Options, engine};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::errors;
use crate::input::Input;
use crate::rules::Rules;
use crate::threads;

/// A shorter log is read by whoever asks: to wake a thread takes longer. It is less than the size from
/// which the library shares a log among threads.
const SHORT: u64 = 512 << 10;

/// The report of one log.
#[pyclass(frozen, module = "msilog._native")]
pub struct Report(pub LogReport);

/// Options of an analysis.
pub fn options(
    encoding: Option<String>,
    max_evidence: usize,
    rules: Option<&Rules>,
) -> PyResult<Options> {
    let options = Options {
        encoding,
        max_evidence,
        rules: rules.map(|rules| Arc::clone(&rules.0)),
    };
    match options.encoding() {
        Ok(_) => Ok(options),
        Err(error) => Err(errors::of_analysis("-", &error.into())),
    }
}

/// Reads a log.
#[pyfunction]
#[pyo3(signature = (log, name, encoding, max_evidence, rules, threads))]
pub fn analyse(
    log: &Bound<'_, PyAny>,
    name: Option<String>,
    encoding: Option<String>,
    max_evidence: usize,
    rules: Option<&Rules>,
    threads: Option<usize>,
) -> PyResult<Report> {
    let py = log.py();
    let options = options(encoding, max_evidence, rules)?;
    let input = Input::of(log, name)?;
    let (name, raised, size) = (input.name.clone(), input.raised.clone(), input.size);
    let work = |stop: &AtomicBool| msilog::analyse(&name, input.until(stop), &options);
    let done = match size {
        Some(..SHORT) => py.detach(|| work(&AtomicBool::new(false))),
        _ => threads::run(py, threads, work)?,
    };
    match done {
        Ok(report) => Ok(Report(report)),
        Err(error) => Err(raised
            .take()
            .unwrap_or_else(|| errors::of_analysis(&name, &error))),
    }
}

/// What a term means, as JSON.
#[pyfunction]
pub fn explain(term: &str, arguments: Vec<String>, rules: Option<&Rules>) -> PyResult<String> {
    let options = options(None, Options::default().max_evidence, rules)?;
    let term = Term {
        text: term.to_owned(),
        arguments,
    };
    json(&engine::explain(&term, &options))
}

pub fn json(value: &impl serde::Serialize) -> PyResult<String> {
    serde_json::to_string(value).map_err(|error| PyValueError::new_err(error.to_string()))
}

/// Name, type and content of each column of a row.
#[pyfunction]
pub fn columns() -> Vec<(&'static str, &'static str, &'static str)> {
    let column = |column: &msilog::report::flat::Column| {
        let kind = match column.kind {
            Type::Text => "text",
            Type::Whole => "integer",
            Type::Truth => "boolean",
            Type::Time => "time",
        };
        (column.name, kind, column.about)
    };
    COLUMNS.iter().map(column).collect()
}

fn tuple<'py>(py: Python<'py>, row: &Row<'_>) -> PyResult<Bound<'py, PyTuple>> {
    let values = COLUMNS.iter().map(|column| match row.value(column) {
        None => py.None().into_bound_py_any(py),
        Some(Value::Text(text)) => text.into_bound_py_any(py),
        Some(Value::Time(text)) => text.into_bound_py_any(py),
        Some(Value::Whole(number)) => number.into_bound_py_any(py),
        Some(Value::Truth(truth)) => truth.into_bound_py_any(py),
    });
    PyTuple::new(py, values.collect::<PyResult<Vec<_>>>()?)
}

#[pymethods]
impl Report {
    /// From what `to_json` gave.
    #[staticmethod]
    fn from_json(text: &str) -> PyResult<Self> {
        let report = serde_json::from_str(text);
        report
            .map(Self)
            .map_err(|error| PyValueError::new_err(error.to_string()))
    }

    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        py.detach(|| json(&self.0))
    }

    /// Its rows, in the order of the columns.
    fn rows<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyTuple>>> {
        Row::of(&self.0).map(|row| tuple(py, &row)).collect()
    }

    /// The row of a log that could not be read.
    #[staticmethod]
    fn unread(py: Python<'_>, path: String, message: String) -> PyResult<Bound<'_, PyTuple>> {
        tuple(py, &Row::unread(&ReadError { path, message }))
    }

    #[getter]
    fn path(&self) -> &str {
        &self.0.path
    }

    /// Index of the session that the log is judged by.
    #[getter]
    fn principal(&self) -> Option<usize> {
        let principal = self.0.principal()?;
        self.0
            .sessions
            .iter()
            .position(|session| std::ptr::eq(session, principal))
    }

    /// The word of the outcome; nothing where the file is no log.
    #[getter]
    fn outcome(&self) -> PyResult<Option<String>> {
        let outcome = self.0.outcome();
        Ok(outcome
            .map(|outcome| json(&outcome))
            .transpose()?
            .map(|word| word.trim_matches('"').to_owned()))
    }

    /// Name of the cause.
    #[getter]
    fn signature(&self) -> Option<&str> {
        let failure = self.0.principal()?.failure.as_ref()?;
        Some(&failure.signature)
    }
}
