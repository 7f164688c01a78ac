//! What people and programs read: the data model, the report of a log, and its writers.

#[cfg(feature = "formats")]
pub mod csv;
pub mod explain;
pub mod flat;
#[cfg(feature = "formats")]
pub mod formats;
#[cfg(feature = "formats")]
pub mod github;
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
#[cfg(feature = "formats")]
pub mod oneline;
#[cfg(feature = "formats")]
pub(crate) mod page;
#[cfg(feature = "parquet")]
pub mod parquet;
#[cfg(feature = "text")]
pub(crate) mod reason;
#[cfg(test)]
mod rule_pages;
pub mod rules;
#[cfg(feature = "formats")]
pub mod sarif;
#[cfg(feature = "text")]
pub mod table;
#[cfg(feature = "text")]
pub mod text;
#[cfg(feature = "text")]
pub(crate) mod words;
pub mod writer;

#[cfg(test)]
pub(crate) mod tests;

pub(crate) use model::file_name;
pub use model::{
    How, JSON_SCHEMA, Kind, LogReport, Related, Relation, SCHEMA, SessionReport, SlowAction,
    Summary,
};
