//! What is known of Windows Installer, apart from any log: numbers, names, codes, products, noise
//! and remedies.
//!
//! The facts are data. Each table is a `.tsv` file beside its module, with a header line, one fact
//! a row and a `source` column that names where the fact comes from; a line that starts with `#`
//! is a comment. The tables are embedded in the program and parsed once, on the first question to
//! them, so that a program which asks nothing pays nothing.

pub mod actions;
pub mod codes;
mod confidence;
pub mod custom_actions;
pub mod dotnet;
pub mod dotnet_guid;
pub mod file_kinds;
pub mod guid;
pub mod messages;
mod names;
pub mod noise;
mod numbers;
pub(crate) mod pattern;
pub mod products;
pub mod rules;
pub(crate) mod table;
pub mod tell_tales;
pub mod windows;

pub use codes::{CodeSpace, Meaning};
pub use confidence::Confidence;
pub use dotnet::{DotNet, Hints, MatchedBy};
pub(crate) use numbers::{small_negative, unsigned};
pub use windows::{windows_in_title, windows_name};
