//! What stands between the program and a terminal: whatever the format, and wherever a text came
//! from, nothing passes that a terminal acts on. What goes to a file or a pipe never comes here.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::report::layout::is_safe;

/// Most bytes of a line that are held until its end comes.
const HELD: usize = 64 << 10;

/// A terminal.
pub struct Screen<W: Write> {
    inner: W,
    /// Whether the program's own colours pass; texts of logs were cleaned before they got any.
    colours: bool,
    /// A line that has not ended: no character and no colour is looked at in halves.
    held: Vec<u8>,
    begun: bool,
}

impl<W: Write> Screen<W> {
    /// Guards a terminal.
    pub fn new(inner: W, colours: bool) -> Self {
        Self {
            inner,
            colours,
            held: Vec::new(),
            begun: false,
        }
    }

    /// Shows what is held, as far as lines are whole or too long.
    fn show(&mut self, everything: bool) -> io::Result<()> {
        let whole = memchr::memrchr(b'\n', &self.held).map_or(0, |end| end + 1);
        let all = everything || self.held.len() - whole > HELD;
        let rest = self
            .held
            .split_off(if all { self.held.len() } else { whole });
        let bytes = std::mem::replace(&mut self.held, rest);
        let mut shown = String::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            self.add(chunk.valid(), &mut shown);
            if !chunk.invalid().is_empty() {
                shown.push(char::REPLACEMENT_CHARACTER);
            }
        }
        self.inner.write_all(shown.as_bytes())
    }

    fn add(&mut self, mut text: &str, shown: &mut String) {
        while let Some(c) = text.chars().next() {
            let after = text.get(c.len_utf8()..).unwrap_or_default();
            let mut length = c.len_utf8();
            match c {
                // The mark before a table for spreadsheets tells a terminal nothing.
                '\u{feff}' if !self.begun => {}
                '\n' | '\t' => shown.push(c),
                // A terminal begins a line at its front without being told.
                '\r' if after.starts_with('\n') => {}
                c if is_safe(c) => shown.push(c),
                '\u{1b}' if self.colours && colour(after).is_some() => {
                    length += colour(after).unwrap_or(0);
                    shown.push_str(text.get(..length).unwrap_or_default());
                }
                // As JSON writes it: what is copied from the screen can still be read.
                c => _ = write!(shown, "\\u{:04x}", u32::from(c)),
            }
            self.begun = true;
            text = text.get(length..).unwrap_or_default();
        }
    }
}

/// The length of what follows an escape, where it only sets a colour or a weight.
fn colour(after: &str) -> Option<usize> {
    let numbers = after.strip_prefix('[')?;
    let end = numbers.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    numbers.get(end..)?.starts_with('m').then_some(end + 2)
}

impl<W: Write> Write for Screen<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        self.show(false)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.show(true)?;
        self.inner.flush()
    }
}

impl<W: Write> Drop for Screen<W> {
    fn drop(&mut self) {
        // The end of a line that nobody flushed; where it cannot be shown nobody is left to tell.
        let _ = self.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pieces: &[&[u8]], colours: bool) -> String {
        let mut out = Vec::new();
        let mut screen = Screen::new(&mut out, colours);
        for piece in pieces {
            screen.write_all(piece).unwrap();
        }
        drop(screen);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn only_the_programs_own_colours_pass() {
        let text = "\u{1b}[1;31mred\u{1b}[0m \u{1b}]0;x\u{7} \u{1b}[2J".as_bytes();
        let wanted = "\u{1b}[1;31mred\u{1b}[0m \\u001b]0;x\\u0007 \\u001b[2J";
        assert_eq!(shown(&[text], true), wanted);
        assert_eq!(shown(&[text], false), wanted.replace('\u{1b}', "\\u001b"));
        let halves: Vec<&[u8]> = text.chunks(1).collect();
        assert_eq!(shown(&halves, true), wanted);
    }

    #[test]
    fn marks_and_bytes_that_a_terminal_acts_on_are_shown() {
        let text = "\u{feff}a\u{9b}31m\u{202e}b\u{61c}\tä\r\nover\rwritten\n\u{feff}";
        assert_eq!(
            shown(&[text.as_bytes()], false),
            "a\\u009b31m\\u202eb\\u061c\tä\nover\\u000dwritten\n\\ufeff"
        );
        assert_eq!(shown(&[b"x\x9b31m\x90y"], false), "x\u{fffd}31m\u{fffd}y");
        assert_eq!(shown(&[b"\xc3", b"\xa4"], false), "ä");
    }

    #[test]
    fn a_line_without_end_is_not_held_for_ever() {
        let mut out = Vec::new();
        let mut screen = Screen::new(&mut out, false);
        screen.write_all(&vec![b'a'; 3 * HELD]).unwrap();
        assert!(screen.held.len() <= HELD);
    }
}
