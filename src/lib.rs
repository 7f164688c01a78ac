//! Reads Windows Installer (MSI) logs and says why an installation failed and what fixes it.
//!
//! ```
//! use msilog::{Options, analyse};
//!
//! let log = "\
//! Action start 10:00:00: InstallFiles.\n\
//! Error 1310. Error writing to file: C:\\Program Files\\Example\\a.dll.  System error 5.\n\
//! Action ended 10:00:02: InstallFiles. Return value 3.\n";
//! let report = analyse("example.log", log.as_bytes(), &Options::default())?;
//! let failure = report.sessions[0].failure.as_ref().ok_or("no failure")?;
//! assert_eq!(failure.action.as_deref(), Some("InstallFiles"));
//! assert_eq!(failure.signature, "msi-1310/InstallFiles/5");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Data flows one way through the rooms: [`source`] gives named byte streams, `text` turns them into
//! lines, `envelope` takes off what others put around a log, `grammar` tells what Windows Installer says in one, `formats` gives the runs that a log
//! holds ([`run`]), `diagnosis` finds the cause with what [`knowledge`] holds, [`report`] is what
//! people and programs read, and [`engine`] is the way of a whole log through them. [`annotate`] says of
//! each line of a log what it is. [`redact`] makes
//! logs and reports fit to be shown. With the feature `store`, `store` keeps reports from one scan to
//! the next. The map for those who change the code is CONTRIBUTING.md.

#![forbid(unsafe_code)]
#![warn(missing_docs)]
// No input may bring the library down. What a test expects it may demand.
#![cfg_attr(
    not(test),
    warn(
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::todo,
        clippy::unimplemented,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

pub mod annotate;
pub mod details;
#[doc(hidden)]
pub mod diagnosis;
pub mod engine;
#[doc(hidden)]
pub mod envelope;
#[doc(hidden)]
pub mod formats;
#[doc(hidden)]
pub mod grammar;
pub mod knowledge;
#[cfg(feature = "formats")]
pub mod page;
pub mod redact;
pub mod report;
pub mod run;
pub mod source;
#[cfg(feature = "store")]
pub mod store;
#[doc(hidden)]
pub mod text;

#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;

pub use engine::{AnalyseError, Options, analyse};
pub use report::{LogReport as Report, SessionReport};
pub use run::{Cause, Confidence, Failure, Kind, Outcome, Remedy};

/// The README's examples are tested like those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
