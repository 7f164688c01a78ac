//! A piece of a log, summed up on any thread: lines that may matter as they are, stretches of
//! routine lines as a few numbers. In the order of the log, the session takes them as it would have
//! taken the lines.

use super::routine::{Kind, Routine, Stamp, Writer};
use crate::grammar::{Prefix, Side};
use crate::text::{Line, Lines};

/// What is left of a piece. Its buffers are used again and again.
#[derive(Debug, Default)]
pub struct Digest {
    text: String,
    items: Vec<Item>,
    lines: u64,
}

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
    until: Option<u32>,
    dumped: u32,
    in_value: bool,
    only_notes: bool,
    steps: Option<RunSteps>,
}

#[derive(Debug, Clone, Copy)]
struct RunSteps {
    first: u32,
    time: u32,
    last: Kept,
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

/// Routine lines of one writer or of a property dump that follow one another.
#[derive(Debug, Clone, Copy)]
pub struct Stretch<'a> {
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
    pub steps: Option<Steps<'a>>,
}

/// Steps of the script that follow one another.
#[derive(Debug, Clone, Copy)]
pub struct Steps<'a> {
    /// Line of the first one, which may be the first of the script.
    pub first: u64,
    /// Its time.
    pub time: u32,
    /// Line of the last one, which is the one that counts.
    pub last: u64,
    /// Its operation.
    pub operation: &'a str,
}

impl Stretch<'_> {
    /// How many lines.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.last - self.first + 1
    }
}

impl Digest {
    /// Sums up the lines of a piece; what was in here is forgotten.
    pub fn take(&mut self, lines: &Lines) {
        self.text.clear();
        self.items.clear();
        self.lines = lines.len() as u64;
        let mut summing = Summing {
            digest: self,
            run: None,
            writer: Writer::default(),
        };
        for (at, line) in (0..).zip(lines.texts()) {
            match summing.writer.routine(line) {
                Some(routine) => summing.routine(at, &routine),
                None => summing.keep_line(at, line),
            }
        }
        summing.close();
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
                until: run.until,
                dumped: run.dumped,
                in_value: run.in_value,
                only_notes: run.only_notes,
                steps: run.steps.map(|steps| Steps {
                    first: number(steps.first),
                    time: steps.time,
                    last: number(steps.last.line),
                    operation: text(steps.last),
                }),
            }),
        })
    }

    fn keep(&mut self, line: u32, text: &str) -> Kept {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        Kept {
            line,
            start,
            end: self.text.len() as u32,
        }
    }
}

/// A digest while its lines come in.
struct Summing<'d, 'a> {
    digest: &'d mut Digest,
    run: Option<Open<'a>>,
    writer: Writer,
}

/// The stretch that is under way.
struct Open<'a> {
    first: u32,
    last: u32,
    /// Whose turn it is; `None` for a property dump.
    turn: Option<u32>,
    prefix: Option<Prefix>,
    from: Option<Stamp>,
    until: Option<Stamp>,
    dumped: u32,
    in_value: bool,
    only_notes: bool,
    first_step: Option<(u32, Stamp)>,
    last_step: Option<(u32, &'a str)>,
}

impl Open<'_> {
    /// Lines without a prefix belong to the innermost run. So does what a server writes, but a
    /// client has one session, whatever is nested in it.
    fn takes_properties(&self) -> bool {
        let client = self.prefix.is_some_and(|p| p.side == Side::Client);
        self.turn.is_none() || !client
    }
}

impl<'a> Summing<'_, 'a> {
    fn keep_line(&mut self, at: u32, line: &str) {
        self.close();
        let kept = self.digest.keep(at, line);
        self.digest.items.push(Item::Line(kept));
    }

    fn routine(&mut self, at: u32, routine: &Routine<'a>) {
        let turn = routine.stamp.map(|_| self.writer.turn());
        let property = routine.kind == Kind::Property;
        let goes_on = |run: &Open<'_>| {
            if property {
                run.takes_properties()
            } else {
                run.turn == turn && routine.stamp >= run.until
            }
        };
        if !self.run.as_ref().is_some_and(goes_on) {
            self.close();
        }
        let run = self.run.get_or_insert_with(|| Open {
            first: at,
            last: at,
            turn,
            prefix: self.writer.prefix(),
            from: routine.stamp,
            until: routine.stamp,
            dumped: 0,
            in_value: false,
            only_notes: true,
            first_step: None,
            last_step: None,
        });
        run.last = at;
        run.until = routine.stamp.or(run.until);
        run.dumped += u32::from(property);
        run.in_value = property;
        run.only_notes &= routine.kind == Kind::Note;
        if let (Kind::Step(operation), Some(stamp)) = (routine.kind, routine.stamp) {
            run.first_step.get_or_insert((at, stamp));
            run.last_step = Some((at, operation));
        }
    }

    fn close(&mut self) {
        let Some(run) = self.run.take() else {
            return;
        };
        let time = run.from.map(Stamp::milliseconds);
        let prefix = time.and(run.prefix).map(|prefix| Prefix { time, ..prefix });
        let steps = run.first_step.zip(run.last_step);
        let steps = steps.map(|((first, stamp), (at, operation))| RunSteps {
            first,
            time: stamp.milliseconds(),
            last: self.digest.keep(at, operation),
        });
        self.digest.items.push(Item::Stretch(Run {
            first: run.first,
            last: run.last,
            prefix,
            until: run.until.map(Stamp::milliseconds),
            dumped: run.dumped,
            in_value: run.in_value,
            only_notes: run.only_notes,
            steps,
        }));
    }
}
