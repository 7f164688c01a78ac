//! An earlier scan, to compare with.

use std::io::{self, BufRead, Read as _};

use serde::Deserialize;

use super::{GroupBy, Groups};
use crate::report::LogReport;

/// Why an earlier scan cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// The file gave an error.
    #[error("{name}: the earlier scan cannot be read: {source}")]
    Read {
        /// Name of the file.
        name: String,
        /// What the system says.
        source: io::Error,
    },
    /// It is not what msilog writes.
    #[error(
        "{name}: line {line} is no report of msilog ({problem}); make one with --format ndjson -o FILE"
    )]
    Format {
        /// Name of the file.
        name: String,
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
}

/// The longest line of an earlier scan, in bytes. A report is far from it.
const LONGEST: u64 = 64 << 20;

fn too_long() -> io::Error {
    let problem = "a line is longer than 64 MiB, which no report is";
    io::Error::new(io::ErrorKind::InvalidData, problem)
}

/// What `--format json` writes.
#[derive(Deserialize)]
struct Document {
    logs: Vec<LogReport>,
}

impl Groups {
    /// The groups of an earlier scan, as `--format ndjson` or `--format json` wrote it.
    ///
    /// # Errors
    /// [`BaselineError`], with the line.
    pub fn read(
        name: &str,
        mut reader: impl BufRead,
        by: GroupBy,
        roots: &[String],
    ) -> Result<Self, BaselineError> {
        let unreadable = |source| BaselineError::Read {
            name: name.to_owned(),
            source,
        };
        let wrong = |line, problem: serde_json::Error| BaselineError::Format {
            name: name.to_owned(),
            line,
            problem: problem.to_string(),
        };
        let mut groups = Groups::new(by, roots);
        let mut text = String::new();
        let mut line = 0;
        loop {
            text.clear();
            let read = reader.by_ref().take(LONGEST).read_line(&mut text);
            match read.map_err(unreadable)? {
                0 => return Ok(groups),
                read if read as u64 == LONGEST => return Err(unreadable(too_long())),
                _ => {}
            }
            line += 1;
            let trimmed = text.trim_start_matches('\u{feff}').trim();
            if trimmed.is_empty() {
                continue;
            }
            // One document in many lines begins with a brace that stands alone.
            if line == 1 && trimmed == "{" {
                let mut rest = reader.take(4 * LONGEST);
                rest.read_to_string(&mut text).map_err(unreadable)?;
                let document: Document = serde_json::from_str(text.trim_start_matches('\u{feff}'))
                    .map_err(|e| wrong(e.line(), e))?;
                document.logs.iter().for_each(|log| groups.add(log));
                return Ok(groups);
            }
            let report: LogReport = serde_json::from_str(trimmed).map_err(|e| wrong(line, e))?;
            groups.add(&report);
        }
    }
}
