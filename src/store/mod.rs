//! Keeps reports from one scan to the next, in a SQLite file: what has not changed is not read
//! again, and questions over all logs are one query.
//!
//! The file is described in `docs/store.md`. A scan loads what is [`Known`]; its threads take
//! reports by a [`Reader`] each; a [`Recorder`] writes in small batches, in the order of the logs.
//! Later, an [`Archive`] answers questions.

mod answer;
mod content;
mod error;
mod fingerprint;
mod known;
mod open;
mod question;
mod recorder;
mod rows;

use std::path::Path;

pub use answer::{Answer, Value};
pub use content::Hashing;
pub use error::StoreError;
pub use fingerprint::fingerprint;
pub use known::{Found, Known, Place, Reader};
pub use open::version;
pub use question::{Archive, QUESTIONS, Question};
pub use recorder::{Counts, Recorder, Visit};
pub use rows::Reading;

use crate::engine::Options;

/// Begins a scan of `paths` that keeps its reports in `file`, which is made where it is not there.
///
/// # Errors
/// Where the file is no store, was made by a later version, or cannot be written.
pub fn begin(
    file: &Path,
    options: &Options,
    paths: &[String],
) -> Result<(Known, Recorder), StoreError> {
    let connection = open::writable(file)?;
    let fingerprint = fingerprint(options);
    let known = Known::load(file, &connection, &fingerprint)?;
    let recorder = Recorder::begin(file.to_owned(), connection, fingerprint, paths)?;
    Ok((known, recorder))
}
