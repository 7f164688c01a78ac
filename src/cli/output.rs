//! Where the report goes: standard output with its colours, or a file.

use std::io::{self, BufWriter, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice, StripStream};

use super::marks::{self, StandIns};
use super::screen::Screen;
use crate::report::layout::clean;

/// Where something is written.
pub type Out = Box<dyn Write + Send>;

/// Width where nobody tells one, in columns.
const WIDTH: usize = 100;

/// Standard output for texts, with colour only where it is wanted and can be shown.
pub fn standard() -> Out {
    let out = io::stdout();
    let terminal = out.is_terminal();
    match AutoStream::choice(&out) {
        ColorChoice::Never if terminal => without_colour(Screen::new(out, false)),
        ColorChoice::Never if !marks::are_understood() => without_colour(StandIns::new(out)),
        ColorChoice::Never => without_colour(out),
        choice if terminal => {
            let colours = AutoStream::new(out, choice);
            Box::new(BufWriter::new(Screen::new(colours, true)))
        }
        choice => Box::new(BufWriter::new(AutoStream::new(out, choice))),
    }
}

/// Standard output for data, which has no colours; what looks like one is its own.
pub fn data() -> Out {
    let out = io::stdout();
    match out.is_terminal() {
        true => Box::new(BufWriter::new(Screen::new(out, false))),
        false => Box::new(BufWriter::new(out)),
    }
}

/// Leaves the colours out. What is written is gathered once more behind that, since it comes in
/// pieces from one colour to the next: a screen would be sixty calls of the system.
pub fn without_colour(out: impl Write + Send + 'static) -> Out {
    let gathered: Out = Box::new(BufWriter::new(out));
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
