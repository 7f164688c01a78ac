//! Where the report goes: standard output with its colours, or a file.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, Result};

/// Width where nobody tells one, in columns.
const WIDTH: usize = 100;

/// Opens the place where the report goes. A file and a pipe get no colour unless it is asked for.
pub fn open(path: Option<&Path>) -> Result<Box<dyn Write + Send>> {
    match path {
        None => Ok(Box::new(BufWriter::new(anstream::stdout()))),
        Some(path) => {
            let file = File::create(path).with_context(|| {
                format!(
                    "{}: cannot be written; choose another place with -o",
                    path.display()
                )
            })?;
            Ok(Box::new(BufWriter::new(anstream::StripStream::new(file))))
        }
    }
}

/// Width of the terminal in columns; a fixed one on a pipe, so that output does not depend on who
/// looks.
pub fn width() -> usize {
    if !io::stdout().is_terminal() {
        return WIDTH;
    }
    let named = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    named
        .or_else(|| terminal_size::terminal_size().map(|(w, _)| usize::from(w.0)))
        .unwrap_or(WIDTH)
}

/// Says on standard error what went wrong. Where nobody can read it nothing is lost: the exit
/// status tells too.
pub fn complain(message: &str) {
    let _ = writeln!(anstream::stderr(), "msilog: {message}");
}

/// Whether an error only says that the reader has gone.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let json = cause
            .downcast_ref::<serde_json::Error>()
            .and_then(serde_json::Error::io_error_kind);
        io == Some(io::ErrorKind::BrokenPipe) || json == Some(io::ErrorKind::BrokenPipe)
    })
}
