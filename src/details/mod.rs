//! What a whole log tells beside its report: every action with its time, properties and where they
//! were set, features, components, policies, products, files in use. A second pass over a log, on
//! request only, so that reports cost nothing more for it.

mod model;

pub use model::*;
