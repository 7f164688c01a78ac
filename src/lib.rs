//! Reads Windows Installer (MSI) logs and says why an installation failed and what fixes it.
//!
//! Data flows one way through the rooms: [`source`] gives named byte streams, [`text`] turns them
//! into lines, [`grammar`] into records, [`session`] into sessions, [`diagnosis`] finds the cause
//! with what [`knowledge`] holds, and [`report`] is what people and programs read.
//! With the feature `store`, `store` keeps reports from one scan to the next.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod diagnosis;
pub mod engine;
pub mod formats;
pub mod grammar;
pub mod knowledge;
pub mod redact;
pub mod report;
pub mod run;
pub mod session;
pub mod source;
#[cfg(feature = "store")]
pub mod store;
pub mod text;

#[cfg(feature = "cli")]
pub mod cli;

/// The README's examples are tested like those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
