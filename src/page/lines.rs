//! The lines of a log for its page: their text, what each is, what there is to say of it.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::ops::RangeInclusive;

use serde::Serialize;

use super::{LogText, inert, json};
use crate::annotate::{Annotator, Class};
use crate::report::LogReport;
use crate::report::layout::clean;
use crate::text::LineReader;

/// Bytes of text of a log that is in the page from its first line to its last.
const WHOLE: u64 = 8 << 20;
/// Lines around one that matters, of a longer log.
const AROUND: u64 = 500;
/// Most notes on lines; those that follow stand without.
const MOST_NOTES: usize = 50_000;

/// What the page has to know of a class.
#[derive(Serialize)]
struct Look {
    name: &'static str,
    title: String,
    legend: &'static str,
    badge: &'static str,
    /// It is shown when the log is folded.
    shown: bool,
    /// It is one of the problems that one jumps to.
    wrong: bool,
}

fn look(class: Class) -> Look {
    let badge = match class {
        Class::Cause => "cause",
        Class::FailingLine => "failed here",
        Class::Evidence => "proof",
        Class::KnockOn => "follows from it",
        Class::IgnoredFailure => "ignored",
        Class::Error => "error",
        Class::Warning => "warning",
        _ => "",
    };
    let problem = matches!(class, Class::Cause | Class::FailingLine | Class::Error);
    let frame = matches!(
        class,
        Class::Outcome | Class::Session | Class::Phase | Class::Notable
    );
    Look {
        name: class.name(),
        title: class.name().replace('-', " "),
        legend: class.legend(),
        badge,
        shown: !badge.is_empty() || frame,
        wrong: problem,
    }
}

/// The letter that stands for a class.
fn letter(class: Class) -> char {
    let place = Class::ALL.iter().position(|known| *known == class);
    let place = u8::try_from(place.unwrap_or_default()).unwrap_or_default();
    char::from(b'a'.saturating_add(place))
}

/// Writes the members of the data that are about lines.
pub(super) fn write<R: Read>(
    out: &mut dyn Write,
    report: &LogReport,
    text: Option<LogText<R>>,
) -> io::Result<()> {
    let looks = Class::ALL
        .iter()
        .map(|class| (letter(*class).to_string(), look(*class)));
    let looks: serde_json::Map<String, serde_json::Value> = looks
        .map(|(letter, look)| Ok((letter, serde_json::to_value(look)?)))
        .collect::<io::Result<_>>()?;
    write!(out, "\"lines\":{},\"classes\":", report.lines)?;
    json(out, &looks)?;
    out.write_all(b",\"parts\":[")?;
    let mut parts = Parts {
        windows: windows(report),
        open: None,
        first: true,
        room: WHOLE,
        notes: Vec::new(),
        words: Words::default(),
    };
    if let Some(text) = text {
        parts.all(out, report, text)?;
    }
    out.write_all(b"],\"notes\":")?;
    json(out, &parts.notes)?;
    out.write_all(b",\"words\":")?;
    json(out, &parts.words.all)
}

/// The lines that are in the page: all, or those around what matters.
fn windows(report: &LogReport) -> Vec<RangeInclusive<u64>> {
    let letters = match report.encoding.starts_with("utf-16") {
        true => report.bytes / 2,
        false => report.bytes,
    };
    if letters <= WHOLE {
        return vec![1..=u64::MAX];
    }
    let mut matter = Vec::new();
    let principal = report.principal();
    let others = report.sessions.iter().filter(|s| s.failure.is_some());
    for failure in principal
        .into_iter()
        .chain(others)
        .filter_map(|s| s.failure.as_ref())
    {
        matter.extend(failure.cause.as_ref().map(|cause| cause.line));
        matter.push(failure.line);
        matter.extend(failure.evidence.iter().map(|evidence| evidence.line));
    }
    // Which lines come first decides what fits.
    matter.truncate(64);
    matter.extend([1, report.lines]);
    matter.sort_unstable();
    let mut windows: Vec<RangeInclusive<u64>> = Vec::new();
    for line in matter {
        let (from, to) = (line.saturating_sub(AROUND).max(1), line + AROUND);
        match windows.last_mut() {
            Some(last) if *last.end() + 1 >= from => *last = *last.start()..=to,
            _ => windows.push(from..=to),
        }
    }
    windows
}

/// Texts that stand on many lines, once.
#[derive(Default)]
struct Words {
    all: Vec<String>,
    places: HashMap<String, usize>,
}

impl Words {
    fn place(&mut self, text: &str) -> usize {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        let place = self.all.len();
        self.all.push(text.to_owned());
        self.places.insert(text.to_owned(), place);
        place
    }
}

struct Parts {
    windows: Vec<RangeInclusive<u64>>,
    /// The classes of the part that is being written.
    open: Option<String>,
    first: bool,
    /// Bytes of text that may still come.
    room: u64,
    notes: Vec<(u64, usize)>,
    words: Words,
}

impl Parts {
    fn all<R: Read>(
        &mut self,
        out: &mut dyn Write,
        report: &LogReport,
        text: LogText<R>,
    ) -> io::Result<()> {
        let mut annotator = Annotator::new(report);
        let mut lines = LineReader::new(text.bytes, text.encoding);
        while let Some(batch) = lines.next_batch()? {
            for line in batch {
                let wanted = self
                    .windows
                    .iter()
                    .any(|window| window.contains(&line.number));
                // All lines are looked at: what one is may rest on those before it.
                let annotation = annotator.line(&line);
                if !wanted || self.room == 0 {
                    self.close(out)?;
                    continue;
                }
                self.room = self.room.saturating_sub(line.text.len() as u64 + 1);
                self.line(out, line.number, line.text, annotation.class)?;
                if let Some(note) = annotation.note
                    && self.notes.len() < MOST_NOTES
                {
                    let word = self.words.place(&clean(&note));
                    self.notes.push((line.number, word));
                }
            }
        }
        self.close(out)
    }

    fn line(
        &mut self,
        out: &mut dyn Write,
        number: u64,
        text: &str,
        class: Class,
    ) -> io::Result<()> {
        match &mut self.open {
            Some(classes) => {
                out.write_all(b"\\n")?;
                classes.push(letter(class));
            }
            None => {
                let comma = if self.first { "" } else { "," };
                write!(out, "{comma}{{\"from\":{number},\"text\":\"")?;
                self.first = false;
                self.open = Some(letter(class).to_string());
            }
        }
        let quoted = serde_json::to_string(&clean(text))?;
        let bare = quoted
            .get(1..quoted.len().saturating_sub(1))
            .unwrap_or_default();
        out.write_all(inert(bare).as_bytes())
    }

    fn close(&mut self, out: &mut dyn Write) -> io::Result<()> {
        match self.open.take() {
            Some(classes) => write!(out, "\",\"classes\":\"{classes}\"}}"),
            None => Ok(()),
        }
    }
}
