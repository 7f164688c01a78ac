//! Lines of a log with what they are: a number, a mark, the line; below it a word for its class and
//! what is known of it. Nothing is told by colour alone.

use std::collections::HashSet;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::annotate::{Annotation, Class, Line};
use crate::report::layout::{clean, columns, wrap};

/// Narrowest room for the text of a line.
const NARROWEST: usize = 20;

/// So many lines of the screen one line of the log may take; a pipe gets it whole.
const MOST_ROWS: usize = 12;

const BAD: Style = AnsiColor::Red.on_default().bold();
const PROOF: Style = AnsiColor::Yellow.on_default();
const HEAD: Style = AnsiColor::Cyan.on_default();
const QUIET: Style = Style::new().dimmed();

/// The colour of a class.
fn style(class: Class) -> Style {
    match class {
        Class::Cause | Class::FailingLine | Class::Error => BAD,
        Class::Evidence | Class::Notable | Class::Warning => PROOF,
        Class::Outcome | Class::Session | Class::Phase => HEAD,
        Class::Noise | Class::KnockOn | Class::IgnoredFailure => QUIET,
        _ => Style::new(),
    }
}

/// Writes lines, one after the other.
pub struct Page {
    digits: usize,
    /// Columns of a screen; `None` on a pipe, where lines stay whole.
    width: Option<usize>,
    last: Option<u64>,
    /// What was said of the line before, which is not said again.
    said: Option<(Class, String)>,
    /// Why something is noise is said once; there are as many reasons as rows of a table.
    reasons: HashSet<String>,
    /// The classes that were shown, for the legend.
    seen: Vec<Class>,
}

impl Page {
    /// A page up to this line.
    pub fn new(last: u64, width: Option<usize>) -> Self {
        Self {
            digits: last.to_string().len().max(4),
            width,
            last: None,
            said: None,
            reasons: HashSet::new(),
            seen: Vec::new(),
        }
    }

    /// Columns for the text of a line.
    fn room(&self) -> usize {
        let left = self.digits + 6;
        self.width.map_or(usize::MAX, |width| {
            width.saturating_sub(left).max(NARROWEST)
        })
    }

    /// Writes a line and what it is.
    pub fn line(
        &mut self,
        out: &mut dyn Write,
        line: &Line<'_>,
        annotation: &Annotation,
    ) -> io::Result<()> {
        let digits = self.digits;
        if self.last.is_some_and(|last| last + 1 < line.number) {
            writeln!(out, "{QUIET}{:>digits$}{QUIET:#}", "...")?;
            self.said = None;
        }
        self.last = Some(line.number);
        let class = annotation.class;
        if !self.seen.contains(&class) {
            self.seen.push(class);
        }
        let (style, mark) = (style(class), class.mark());
        let text = clean(line.text);
        let text = text.trim_end();
        let (rows, left) = rows(text, self.room());
        let number = line.number;
        for (index, row) in rows.iter().enumerate() {
            match index {
                0 => write!(
                    out,
                    "{QUIET}{number:>digits$}{QUIET:#} {style}{mark:<2}{style:#} "
                )?,
                _ => write!(out, "{:>digits$}    ", "")?,
            }
            writeln!(out, "{QUIET}|{QUIET:#} {style}{row}{style:#}")?;
        }
        if left > 0 {
            let more = format!("… {left} more letters; a pipe gets the whole line");
            writeln!(out, "{:>digits$}    {QUIET}| {more}{QUIET:#}", "")?;
        }
        self.note(out, annotation)
    }

    /// What a line is, below it, where its mark alone does not say enough.
    fn note(&mut self, out: &mut dyn Write, annotation: &Annotation) -> io::Result<()> {
        let class = annotation.class;
        let note = annotation.note.as_deref().unwrap_or_default();
        let weighty = class <= Class::Evidence;
        if note.is_empty() && !weighty {
            return Ok(());
        }
        let told = (class, note.to_owned());
        let known = class == Class::Noise && !self.reasons.insert(note.to_owned());
        if known || self.said.as_ref() == Some(&told) {
            return Ok(());
        }
        let (style, digits) = (style(class), self.digits);
        let colon = if note.is_empty() { "" } else { ": " };
        let text = format!("{}{colon}{}", class.name(), clean(note));
        for (index, row) in wrap(&text, self.room().saturating_sub(2))
            .iter()
            .enumerate()
        {
            let front = if index == 0 { "^" } else { " " };
            writeln!(
                out,
                "{:>digits$}    {QUIET}|{QUIET:#} {style}{front} {row}{style:#}",
                ""
            )?;
        }
        self.said = Some(told);
        Ok(())
    }

    /// What the marks mean that were shown.
    pub fn legend(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.seen.sort_unstable();
        let marked = self.seen.iter().filter(|class| !class.mark().is_empty());
        let marks = marked.map(|class| format!("{} {}", class.mark().trim(), class.name()));
        let marks: Vec<String> = marks.collect();
        if marks.is_empty() {
            return Ok(());
        }
        let text = format!("Marks: {}", marks.join(", "));
        writeln!(out)?;
        for row in wrap(&text, self.width.unwrap_or(usize::MAX)) {
            writeln!(out, "{QUIET}{row}{QUIET:#}")?;
        }
        Ok(())
    }
}

/// A text in rows of at most so many columns, all its blanks kept, and how many letters are left
/// behind the last row.
fn rows(text: &str, most: usize) -> (Vec<&str>, usize) {
    let (mut rows, mut start, mut used) = (Vec::new(), 0, 0);
    for (at, c) in text.char_indices() {
        let wide = columns(c);
        if used + wide > most {
            rows.push(text.get(start..at).unwrap_or_default());
            (start, used) = (at, 0);
            if rows.len() == MOST_ROWS {
                return (rows, text.get(at..).unwrap_or_default().chars().count());
            }
        }
        used += wide;
    }
    rows.push(text.get(start..).unwrap_or_default());
    (rows, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_and_endless_ones_end() {
        assert_eq!(rows("ab  cd戻e", 4), (vec!["ab  ", "cd戻", "e"], 0));
        assert_eq!(rows("", 4), (vec![""], 0));
        let long = "x".repeat(4 * MOST_ROWS + 3);
        let (all, left) = rows(&long, 4);
        assert_eq!((all.len(), left), (MOST_ROWS, 3));
        assert_eq!(rows(&long, usize::MAX), (vec![long.as_str()], 0));
    }
}
