//! Lines that are kept because they may tell why something failed.

use crate::formats::lines::{LONGEST, head};
use crate::grammar::{MessageKind, Note, body_offset};
use crate::knowledge::messages;
use crate::text::Line;

/// How many statements of one action are kept from its start, and as many from its end.
const KEEP: usize = 48;

/// What kind of line a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementKind {
    /// A message of the installer as its dialog shows it.
    Message(MessageKind),
    /// Its copy for the event log.
    ProductMessage(MessageKind),
    /// A record dump.
    Note,
    /// Output of a custom action or of a program that it started.
    Output,
    /// The code that a custom action returned, where it matters to the package.
    Returned(i64),
    /// The line that gives the exit code.
    Exit(i64),
    /// A line of the engine that tells something; the index of its row in the table of tell-tales.
    TellTale(usize),
}

/// A line that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Line of the log, counted from 1.
    pub line: u64,
    /// The line as it stands there.
    pub text: String,
    /// Where in `text` the message, note or output begins (after the prefix).
    pub body: usize,
    /// What kind of line.
    pub kind: StatementKind,
    /// Message number, where it has one.
    pub number: Option<u32>,
}

impl Statement {
    pub(super) fn of(line: &Line<'_>, kind: StatementKind, number: Option<u32>) -> Self {
        Self::in_room(String::new(), line, kind, number)
    }

    /// The same in the room of a text that nobody needs any more.
    fn in_room(
        mut text: String,
        line: &Line<'_>,
        kind: StatementKind,
        number: Option<u32>,
    ) -> Self {
        text.clear();
        text.push_str(head(line.text, LONGEST));
        Self {
            line: line.number,
            text,
            body: body_offset(line.text),
            kind,
            number,
        }
    }

    /// The line without its engine prefix.
    #[must_use]
    pub fn body(&self) -> &str {
        self.text.get(self.body..).unwrap_or(&self.text)
    }

    /// Whether it is a message with which the installer ends a run: an error by its number or kind.
    /// Those that only follow a failure or ask something do not count, nor do internal errors, which
    /// runs survive, nor 1500, which waits for the end of another installation, nor texts without a number, which may be the word of success in some language.
    #[must_use]
    pub fn ends_run(&self) -> bool {
        use MessageKind::{DiskFull, Error, Fatal};
        match self.kind {
            StatementKind::Message(kind) | StatementKind::ProductMessage(kind) => match kind {
                DiskFull | Fatal => true,
                Error => !self
                    .number
                    .is_some_and(|n| n == 1500 || messages::follows_failure(n)),
                _ => false,
            },
            _ => false,
        }
    }

    /// The record dump that it is, taken apart: only the few that a diagnosis asks for are.
    #[must_use]
    pub fn note(&self) -> Option<Note<'_>> {
        Note::parse(self.body().strip_prefix("Note: 1: ")?)
    }
}

/// The statements of one action: the first ones and the last ones, in order.
#[derive(Debug, Clone, Default)]
pub struct Statements {
    first: Vec<Statement>,
    last: std::collections::VecDeque<Statement>,
}

impl Statements {
    /// Keeps a statement; the oldest of the last ones gives way.
    pub fn push(&mut self, statement: Statement) {
        if self.first.len() < KEEP {
            self.first.push(statement);
            return;
        }
        if self.last.len() >= KEEP {
            self.last.pop_front();
        }
        self.last.push_back(statement);
    }

    /// Keeps a line, in the room of the one that gives way for it.
    pub(super) fn keep(&mut self, line: &Line<'_>, kind: StatementKind, number: Option<u32>) {
        let room = if self.last.len() >= KEEP {
            self.last.pop_front().map(|old| old.text)
        } else {
            None
        };
        self.push(Statement::in_room(
            room.unwrap_or_default(),
            line,
            kind,
            number,
        ));
    }

    /// Takes what was said since the last call of a managed custom action; all of it where there
    /// was none.
    pub fn split_last_call(&mut self) -> Self {
        let all = std::mem::take(self);
        let begins = |s: &Statement| {
            ["SFXCA: Extracting", "Calling custom action"]
                .iter()
                .any(|b| s.body().starts_with(b))
        };
        let from = all.iter().rfind(|s| begins(s)).map_or(0, |s| s.line);
        let mut taken = Self::default();
        for statement in all.into_iter() {
            if statement.line >= from {
                taken.push(statement)
            } else {
                self.push(statement)
            }
        }
        taken
    }

    /// All that were kept, in the order of the log.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Statement> + Clone {
        self.first.iter().chain(self.last.iter())
    }

    /// The same, to be kept elsewhere.
    fn into_iter(self) -> impl Iterator<Item = Statement> {
        self.first.into_iter().chain(self.last)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// Adds what another action said, in the order of the log.
    #[must_use]
    pub fn joined(self, other: Self) -> Self {
        let mut all: Vec<_> = self.into_iter().chain(other.into_iter()).collect();
        all.sort_by_key(|s| s.line);
        let mut joined = Self::default();
        all.into_iter().for_each(|s| joined.push(s));
        joined
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(line: u64) -> Statement {
        Statement {
            line,
            text: String::new(),
            body: 0,
            kind: StatementKind::Output,
            number: None,
        }
    }

    #[test]
    fn first_and_last_are_kept() {
        let mut all = Statements::default();
        (1..=1000).for_each(|n| all.push(statement(n)));
        let lines: Vec<u64> = all.iter().map(|s| s.line).collect();
        assert_eq!(lines.len(), 2 * KEEP);
        assert_eq!((lines[0], lines[2 * KEEP - 1]), (1, 1000));
        assert!(lines.is_sorted());
    }
}
