//! What a whole log tells beside its report: every action with its time, properties and where they
//! were set, features, components, policies, products, files in use. A second pass over a log, on
//! request only, so that reports cost nothing more for it.

mod model;

pub use model::*;

/// STUB
pub fn read<R: std::io::Read>(
    _p: &str,
    _r: R,
    _report: &crate::report::LogReport,
    _o: &crate::engine::Options,
) -> Result<Details, crate::engine::AnalyseError> {
    Ok(Details::default())
}
