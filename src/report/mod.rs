//! What people and programs read: the data model, the report of a log, and its writers.

mod assemble;
mod burn;
pub mod explain;
pub mod json;
#[cfg(feature = "text")]
pub mod layout;
mod model;
mod netfx_setup;
mod notices;
mod pipeline;
pub mod rules;
#[cfg(feature = "text")]
pub mod table;
#[cfg(feature = "text")]
pub mod text;
#[cfg(feature = "text")]
mod words;

#[cfg(test)]
pub(crate) mod specimen;

pub use assemble::{AnalyseError, Options, analyse};
pub use model::{JSON_SCHEMA, Kind, LogReport, SCHEMA, SessionReport, SlowAction, Summary};
