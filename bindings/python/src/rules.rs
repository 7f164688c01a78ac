//! Rules of the user's own.

use std::sync::Arc;

use msilog::knowledge::rules::RuleSet;
use pyo3::prelude::*;

use crate::errors;

/// The built-in remedies and one's own on top.
#[pyclass(frozen, module = "msilog._native")]
pub struct Rules(pub Arc<RuleSet>);

#[pymethods]
impl Rules {
    /// Reads files of rules: their names and texts. A broken rule is an error.
    #[new]
    fn new(files: Vec<(String, String)>) -> PyResult<Self> {
        let read = files.into_iter().map(|(name, text)| {
            RuleSet::load(&text, &name)
                .map_err(|error| errors::RuleError::new_err((name, error.to_string())))
        });
        let own = read.collect::<PyResult<Vec<_>>>()?;
        Ok(Self(Arc::new(RuleSet::built_in().with_all(own))))
    }
}
