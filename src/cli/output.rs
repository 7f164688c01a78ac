//! Where the report goes: standard output with its colours, or a file.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use anstream::{AutoStream, ColorChoice, StripStream};
use anyhow::{Context, Result};

use crate::report::layout::clean;

/// Width where nobody tells one, in columns.
const WIDTH: usize = 100;

/// Opens the place where the report goes. A file and a pipe get no colour unless it is asked for.
pub fn open(path: Option<&Path>) -> Result<Box<dyn Write + Send>> {
    Ok(match path {
        None => standard(),
        Some(path) => without_colour(create(path, "choose another place with -o")?),
    })
}

/// Makes a file anew; `else_do` is what to do where that cannot be.
pub fn create(path: &Path, else_do: &str) -> Result<File> {
    File::create(path).with_context(|| format!("{}: cannot be written; {else_do}", path.display()))
}

/// Standard output, with colour only where it is wanted and can be shown.
pub fn standard() -> Box<dyn Write + Send> {
    let out = io::stdout();
    match AutoStream::choice(&out) {
        ColorChoice::Never => without_colour(out),
        choice => Box::new(BufWriter::new(AutoStream::new(out, choice))),
    }
}

/// Leaves the colours out. What is written is gathered once more behind that, since it comes in
/// pieces from one colour to the next: a screen would be sixty calls of the system.
fn without_colour(out: impl Write + Send + 'static) -> Box<dyn Write + Send> {
    let gathered: Box<dyn Write + Send> = Box::new(BufWriter::new(out));
    Box::new(BufWriter::new(StripStream::new(gathered)))
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

/// Says on standard error what went wrong, with nothing in it that a terminal acts on. Where nobody
/// can read it nothing is lost: the exit status tells too.
pub fn complain(message: &str) {
    let _ = writeln!(anstream::stderr(), "msilog: {}", clean(message));
}

/// The same where the message has lines of its own.
pub fn complain_in_lines(message: &str) {
    let lines: Vec<_> = message.lines().map(clean).collect();
    let _ = writeln!(anstream::stderr(), "msilog: {}", lines.join("\n"));
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
