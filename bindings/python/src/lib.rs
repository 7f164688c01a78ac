//! msilog for Python: what `python/msilog` is built on. Nothing here holds the interpreter while a log
//! is read.

mod errors;
mod input;
mod redactor;
mod report;
mod rules;
mod scan;
mod threads;

use pyo3::prelude::*;

#[pymodule]
mod _native {
    use super::*;

    #[pymodule_export]
    use super::redactor::Redactor;
    #[pymodule_export]
    use super::report::{Report, analyse, columns, explain};
    #[pymodule_export]
    use super::rules::Rules;
    #[pymodule_export]
    use super::scan::Scan;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
