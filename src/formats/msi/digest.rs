//! A piece of a log, summed up on any thread: lines that may matter as they are, stretches of
//! routine lines as a few numbers. In the order of the log, the session takes them as it would have
//! taken the lines.

use super::routine::{Kind, Routine, Writer};
use crate::grammar::{Prefix, Side, Stamp};
use crate::text::{Line, Lines};

/// What is left of a piece. Its buffers are used again and again.
#[derive(Debug, Default)]
pub struct Digest {
    text: String,
    items: Vec<Item>,
    lines: u64,
}

/// Lines of so many bytes are noted together.
const SHORT: usize = 32;

/// So many empty lines in a row say what any number says.
const EMPTY: u32 = 8;

/// Where a text lies in the digest.
#[derive(Debug, Clone, Copy)]
struct Place {
    start: u32,
    end: u32,
}

/// A part as it is kept: lines are counted from 0 in the piece.
#[derive(Debug, Clone, Copy)]
enum Item {
    Line(u64, Place),
    /// Short lines that follow one another, with line feeds between them.
    Lines(u64, Place),
    /// With the operation of its last step.
    Stretch(Stretch, Place),
}

/// What takes the parts of a log, in order.
pub trait Parts {
    /// A line that may matter.
    fn line(&mut self, line: &Line<'_>);
    /// Lines that follow one another and change nothing but counts and clocks, and the operation of
    /// the last step of the script in them: the last one before a failure counts.
    fn stretch(&mut self, stretch: &Stretch, operation: &str);
}

/// Routine lines of one writer or of a property dump that follow one another.
#[derive(Debug, Clone, Copy)]
pub struct Stretch {
    /// Number of the first line.
    pub first: u64,
    /// Number of the last line.
    pub last: u64,
    /// Prefix of the first line; none where all are of a property dump.
    pub prefix: Option<Prefix>,
    /// Time of the last engine line; times never fall within a stretch.
    pub until: Option<u32>,
    /// How many of the lines are of a property dump.
    pub dumped: u32,
    /// It ends with a property, whose value may go on in the next line.
    pub in_value: bool,
    /// It is nothing but record dumps.
    pub only_notes: bool,
    /// Steps of the script in it.
    pub steps: Option<Steps>,
}

/// Steps of the script that follow one another.
#[derive(Debug, Clone, Copy)]
pub struct Steps {
    /// Line of the first one, which may be the first of the script.
    pub first: u64,
    /// Its time.
    pub time: u32,
    /// Line of the last one.
    pub last: u64,
}

impl Stretch {
    /// How many lines.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.last - self.first + 1
    }

    /// The same with so many lines before it.
    fn after(mut self, lines: u64) -> Self {
        self.first += lines;
        self.last += lines;
        if let Some(steps) = &mut self.steps {
            steps.first += lines;
            steps.last += lines;
        }
        self
    }
}

impl Digest {
    /// Sums up the lines of a piece; what was in here is forgotten.
    pub fn take(&mut self, lines: &Lines) {
        self.text.clear();
        self.items.clear();
        self.lines = lines.count();
        let mut summing = Summing {
            digest: self,
            run: None,
            empty: 0,
            writer: Writer::default(),
        };
        // From the inside, so that what the lines come from stays in registers.
        lines
            .texts()
            .zip(0..)
            .for_each(|(line, at)| match summing.writer.routine(line) {
                Some(routine) => summing.routine(at, &routine),
                None => summing.keep_line(at, line),
            });
        summing.close();
    }

    /// How much memory it takes, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.text.len() + size_of_val(self.items.as_slice())
    }

    /// How many lines the piece had.
    #[must_use]
    pub fn line_count(&self) -> u64 {
        self.lines
    }

    /// Shows each part in order; line numbers go on after `lines`.
    pub fn each(&self, lines: u64, parts: &mut impl Parts) {
        let first = lines + 1;
        let text = |place: &Place| {
            let place = place.start as usize..place.end as usize;
            self.text.get(place).unwrap_or("")
        };
        for item in &self.items {
            match item {
                Item::Line(at, place) => parts.line(&Line {
                    number: first + at,
                    text: text(place),
                }),
                Item::Lines(at, place) => {
                    for (number, text) in (first + at..).zip(text(place).split('\n')) {
                        parts.line(&Line { number, text });
                    }
                }
                Item::Stretch(stretch, place) => {
                    parts.stretch(&stretch.after(first), text(place));
                }
            }
        }
    }

    fn keep(&mut self, text: &str) -> Place {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        let end = self.text.len() as u32;
        Place { start, end }
    }
}

/// A digest while its lines come in.
struct Summing<'d, 'a> {
    digest: &'d mut Digest,
    run: Option<Open<'a>>,
    /// Empty lines in a row up to here.
    empty: u32,
    writer: Writer,
}

/// The stretch that is under way.
struct Open<'a> {
    stretch: Stretch,
    /// Whose turn it is; `None` for a property dump.
    turn: Option<u32>,
    /// Read only at the end.
    until: Option<Stamp>,
    /// Of the last step.
    operation: &'a str,
}

impl<'a> Open<'a> {
    /// Takes a step of the script in, with its time.
    fn step(&mut self, at: u64, operation: &'a str, stamp: Option<Stamp>) {
        let time = || stamp.map_or(0, Stamp::milliseconds);
        let steps = self.stretch.steps.get_or_insert_with(|| Steps {
            first: at,
            time: time(),
            last: at,
        });
        steps.last = at;
        self.operation = operation;
    }

    /// Lines without a prefix belong to the innermost run. So does what a server writes, but a
    /// client has one session, whatever is nested in it.
    fn takes_properties(&self) -> bool {
        let prefix = self.stretch.prefix;
        !prefix.is_some_and(|prefix| prefix.side == Side::Client)
    }
}

impl<'a> Summing<'_, 'a> {
    fn keep_line(&mut self, at: u64, line: &str) {
        self.close();
        if line.len() <= SHORT && !line.contains('\n') {
            return self.keep_short(at, line);
        }
        self.empty = 0;
        let kept = self.digest.keep(line);
        self.digest.items.push(Item::Line(at, kept));
    }

    /// A line that is shorter than what would be noted of it: a piece may hold half a million.
    fn keep_short(&mut self, at: u64, line: &str) {
        let passed_over = self.empty > EMPTY;
        self.empty = if line.is_empty() {
            self.empty.saturating_add(1)
        } else {
            0
        };
        if self.empty > EMPTY {
            return;
        }
        if let Some(Item::Lines(_, place)) = self.digest.items.last_mut().filter(|_| !passed_over) {
            self.digest.text.push('\n');
            self.digest.text.push_str(line);
            place.end = self.digest.text.len() as u32;
            return;
        }
        let kept = self.digest.keep(line);
        self.digest.items.push(Item::Lines(at, kept));
    }

    #[inline]
    fn routine(&mut self, at: u64, routine: &Routine<'a>) {
        let property = routine.kind == Kind::Property;
        let (turn, stamp) = (Some(self.writer.turn()), self.writer.stamp());
        // Nearly all go on as the line before did.
        let goes_on = |run: &&mut Open<'_>| {
            if property {
                run.stretch.in_value
            } else {
                run.turn == turn && (routine.as_before || stamp >= run.until)
            }
        };
        let Some(run) = self.run.as_mut().filter(goes_on) else {
            return self.other(at, routine);
        };
        run.stretch.last = at;
        if property {
            run.stretch.dumped += 1;
            return;
        }
        if !routine.as_before {
            run.until = stamp;
        }
        run.stretch.in_value = false;
        run.stretch.only_notes &= routine.kind == Kind::Note;
        if let Kind::Step(operation) = routine.kind {
            run.step(at, operation, stamp);
        }
    }

    /// A routine line of another writer, or the first of a property dump.
    #[inline(never)]
    fn other(&mut self, at: u64, routine: &Routine<'a>) {
        let property = routine.kind == Kind::Property;
        let stamp = self.writer.stamp().filter(|_| !property);
        let turn = stamp.map(|_| self.writer.turn());
        let goes_on = |run: &Open<'_>| {
            if property {
                run.takes_properties()
            } else {
                run.turn == turn && stamp >= run.until
            }
        };
        if !self.run.as_ref().is_some_and(goes_on) {
            self.close();
            self.empty = 0;
        }
        let run = self.run.get_or_insert_with(|| {
            let time = stamp.map(Stamp::milliseconds);
            let prefix = time.and(self.writer.prefix());
            Open {
                stretch: Stretch {
                    first: at,
                    last: at,
                    prefix: prefix.map(|prefix| Prefix { time, ..prefix }),
                    until: None,
                    dumped: 0,
                    in_value: false,
                    only_notes: true,
                    steps: None,
                },
                turn,
                until: None,
                operation: "",
            }
        });
        run.until = stamp.or(run.until);
        run.stretch.last = at;
        run.stretch.dumped += u32::from(property);
        run.stretch.in_value = property;
        run.stretch.only_notes &= routine.kind == Kind::Note;
        if let Kind::Step(operation) = routine.kind {
            run.step(at, operation, stamp);
        }
    }

    fn close(&mut self) {
        if let Some(mut run) = self.run.take() {
            run.stretch.until = run.until.map(Stamp::milliseconds);
            let operation = self.digest.keep(run.operation);
            self.digest
                .items
                .push(Item::Stretch(run.stretch, operation));
        }
    }
}
