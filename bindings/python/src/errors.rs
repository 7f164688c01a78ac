//! Exceptions; Python defines them.

use msilog::AnalyseError;
use msilog::source::{Problem, SourceError};
use pyo3::prelude::*;

pyo3::import_exception!(msilog._errors, ReadError);
pyo3::import_exception!(msilog._errors, NotFoundError);
pyo3::import_exception!(msilog._errors, DeniedError);
pyo3::import_exception!(msilog._errors, SeveralLogsError);
pyo3::import_exception!(msilog._errors, EncodingError);
pyo3::import_exception!(msilog._errors, RuleError);

pub fn of_source(error: &SourceError) -> PyErr {
    let told = (error.path.clone(), error.to_string());
    match error.problem {
        Problem::NotFound => NotFoundError::new_err(told),
        Problem::Denied => DeniedError::new_err(told),
        _ => ReadError::new_err(told),
    }
}

pub fn of_analysis(path: &str, error: &AnalyseError) -> PyErr {
    let told = (path.to_owned(), error.to_string());
    match error {
        AnalyseError::Encoding(_) => EncodingError::new_err(told),
        _ => ReadError::new_err(told),
    }
}
