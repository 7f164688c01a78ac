//! What people and programs read: the data model, the report of a log, and its writers.

mod assemble;
mod burn;
#[cfg(feature = "formats")]
pub mod csv;
pub mod explain;
#[cfg(feature = "text")]
pub mod groups;
#[cfg(feature = "formats")]
pub mod html;
pub mod json;
#[cfg(feature = "formats")]
pub mod junit;
#[cfg(feature = "text")]
pub mod layout;
#[cfg(feature = "formats")]
pub mod markdown;
mod model;
mod netfx_setup;
mod notices;
mod pipeline;
pub mod related;
pub mod rules;
#[cfg(feature = "formats")]
pub mod sarif;
mod setup;
#[cfg(feature = "text")]
pub mod table;
#[cfg(feature = "text")]
pub mod text;
#[cfg(feature = "formats")]
mod ticket;
#[cfg(feature = "text")]
pub(crate) mod words;
mod wrapper;
pub mod writer;

#[cfg(all(test, feature = "formats"))]
mod formats_tests;
#[cfg(test)]
pub(crate) mod specimen;

pub use assemble::{AnalyseError, Options, analyse};
pub use model::{JSON_SCHEMA, Kind, LogReport, SCHEMA, SessionReport, SlowAction, Summary};
