//! A piece of a log, boiled down on any thread: lines that may matter as they are, stretches of
//! routine lines as a few numbers. In the order of the log, the session takes them as it would have
//! taken the lines.

use super::routine::{self, Kind, Routine};
use crate::grammar::{Prefix, Side};
use crate::text::{Line, Lines};

/// What is left of a piece. Its buffers are used again and again.
#[derive(Debug, Default)]
pub struct Digest {
    text: String,
    items: Vec<Item>,
    lines: u64,
}

/// Who writes: a side, a process, a thread; whether it came from a custom action's own thread.
type Writer = Option<(Side, u8, u8, bool)>;

/// Place of a text in the digest, and the line that it is of, counted from 0 in the piece.
#[derive(Debug, Clone, Copy)]
struct Kept {
    line: u32,
    start: u32,
    end: u32,
}

#[derive(Debug, Clone, Copy)]
struct Run {
    first: u32,
    last: u32,
    prefix: Option<Prefix>,
    until: u32,
    in_value: bool,
    only_notes: bool,
    operation: Option<Kept>,
}

#[derive(Debug, Clone, Copy)]
enum Item {
    Line(Kept),
    Stretch(Run),
}

/// A part of a log.
#[derive(Debug, Clone, Copy)]
pub enum Part<'a> {
    /// A line that may matter.
    Line(Line<'a>),
    /// Lines that follow one another and change nothing but counts and clocks.
    Stretch(Stretch<'a>),
}

/// Routine lines of one writer, or of a property dump, that follow one another.
#[derive(Debug, Clone, Copy)]
pub struct Stretch<'a> {
    /// Number of the first line.
    pub first: u64,
    /// Number of the last line.
    pub last: u64,
    /// Prefix of the first line; lines of a property dump have none.
    pub prefix: Option<Prefix>,
    /// Time of the last line; times never fall within a stretch.
    pub until: Option<u32>,
    /// It ends with a property, whose value may go on in the next line.
    pub in_value: bool,
    /// It is nothing but record dumps.
    pub only_notes: bool,
    /// The last step of the script in it: line and operation.
    pub operation: Option<(u64, &'a str)>,
}

impl Stretch<'_> {
    /// How many lines.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.last - self.first + 1
    }
}

impl Digest {
    /// Boils the lines of a piece down; what was in here is forgotten.
    pub fn take(&mut self, lines: &Lines) {
        self.text.clear();
        self.items.clear();
        self.lines = lines.len() as u64;
        let mut boiling = Boiling {
            digest: self,
            run: None,
            operation: None,
            writer: None,
            step: false,
        };
        for line in lines.numbered(0) {
            match routine::of(line.text) {
                Some(routine) => boiling.routine(&line, &routine),
                None => boiling.keep_line(&line),
            }
        }
        boiling.close();
    }

    /// How many lines the piece had.
    #[must_use]
    pub fn line_count(&self) -> u64 {
        self.lines
    }

    /// The parts, in order; line numbers go on after `lines`.
    pub fn parts(&self, lines: u64) -> impl Iterator<Item = Part<'_>> {
        let number = move |line: u32| lines + 1 + u64::from(line);
        let text = |kept: Kept| {
            let place = kept.start as usize..kept.end as usize;
            self.text.get(place).unwrap_or("")
        };
        self.items.iter().map(move |item| match *item {
            Item::Line(kept) => Part::Line(Line {
                number: number(kept.line),
                text: text(kept),
            }),
            Item::Stretch(run) => Part::Stretch(Stretch {
                first: number(run.first),
                last: number(run.last),
                prefix: run.prefix,
                until: run.prefix.map(|_| run.until),
                in_value: run.in_value,
                only_notes: run.only_notes,
                operation: run.operation.map(|kept| (number(kept.line), text(kept))),
            }),
        })
    }

    fn keep(&mut self, line: &Line<'_>, text: &str) -> Kept {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        Kept {
            line: line.number as u32,
            start,
            end: self.text.len() as u32,
        }
    }
}

/// A digest while its lines come in.
struct Boiling<'d, 'a> {
    digest: &'d mut Digest,
    /// The stretch that is under way.
    run: Option<Run>,
    /// The last step of the script in it.
    operation: Option<(Line<'a>, &'a str)>,
    /// Who wrote the last routine line.
    writer: Writer,
    /// That writer's script has a step open: the next operation only takes the last one's place.
    step: bool,
}

impl<'a> Boiling<'_, 'a> {
    fn keep_line(&mut self, line: &Line<'a>) {
        self.close();
        self.step = false;
        let kept = self.digest.keep(line, line.text);
        self.digest.items.push(Item::Line(kept));
    }

    fn routine(&mut self, line: &Line<'a>, routine: &Routine<'a>) {
        let writer = routine
            .prefix
            .map(|(p, _)| (p.side, p.process, p.thread, p.remote));
        let time = routine.prefix.map_or(0, |(_, time)| time);
        let same = writer == self.writer;
        self.step &= same;
        self.writer = writer;
        if matches!(routine.kind, Kind::Step(_)) && !self.step {
            // It may open a step of the script, which begins here.
            self.keep_line(line);
            self.step = true;
            return;
        }
        if !same || self.run.is_some_and(|run| time < run.until) {
            self.close();
        }
        let at = line.number as u32;
        let run = self.run.get_or_insert(Run {
            first: at,
            last: at,
            prefix: routine.prefix.map(|(p, _)| p),
            until: time,
            in_value: routine.kind == Kind::Property,
            only_notes: true,
            operation: None,
        });
        run.last = at;
        run.until = time;
        run.only_notes &= routine.kind == Kind::Note;
        if let Kind::Step(text) = routine.kind {
            self.operation = Some((*line, text));
        }
    }

    fn close(&mut self) {
        let Some(mut run) = self.run.take() else {
            return;
        };
        if let Some((line, text)) = self.operation.take() {
            run.operation = Some(self.digest.keep(&line, text));
        }
        self.digest.items.push(Item::Stretch(run));
    }
}
