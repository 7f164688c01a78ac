//! The screen for people: what failed, why, the line that proves it, what to type now.
//!
//! The verdict stands first and is enough; what follows fits a window of 24 lines where the case
//! allows it. Texts of a log pass [`clean`] on their way here, so that nothing in a log can play
//! tricks on a terminal.

mod cause;
mod fix;
mod verdict;

use std::cell::OnceCell;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::layout::{clean, cut_end, width as columns, wrap};
use super::model::{Kind, LogReport, SessionReport};
use super::words;
use super::writer::Writer;
use crate::diagnosis::{Failure, IgnoredFailure};
use crate::run::Outcome;

/// Lines that the screen of one log should take: a window has 24, and the prompt needs one.
const SCREEN: usize = 23;
/// Width of the labels on the left.
const LABEL: usize = 8;
/// Narrowest layout that is made.
const NARROWEST: usize = 30;
/// Most ignored failures that are named.
const MAX_IGNORED: usize = 3;
/// Lines of the log before and after the cause that the command for looking on asks for.
const AROUND: [u64; 2] = [20, 10];

const BAD: Style = AnsiColor::Red.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const DOUBT: Style = AnsiColor::Yellow.on_default().bold();
const COMMAND: Style = AnsiColor::Cyan.on_default();
const QUIET: Style = Style::new().dimmed();
const STRONG: Style = Style::new().bold();

/// Writes the report of one log, `width` columns wide.
///
/// # Errors
/// What the writer gives.
pub fn write(out: &mut dyn Write, report: &LogReport, width: usize) -> io::Result<()> {
    InFull::new(width, false).log(out, report)
}

/// Writes every report in full, one after the other.
#[derive(Debug)]
pub struct InFull {
    /// Columns of the screen.
    width: usize,
    /// All evidence, all remedies and all codes are shown.
    verbose: bool,
    begun: bool,
}

impl InFull {
    /// A writer for a screen of so many columns.
    #[must_use]
    pub fn new(width: usize, verbose: bool) -> Self {
        Self {
            width: width.max(NARROWEST),
            verbose,
            begun: false,
        }
    }
}

impl Writer for InFull {
    fn log(&mut self, out: &mut dyn Write, report: &LogReport) -> io::Result<()> {
        if self.begun {
            writeln!(out)?;
        }
        self.begun = true;
        let screen = Screen {
            report,
            width: self.width,
            verbose: self.verbose,
            head: OnceCell::new(),
            told: OnceCell::new(),
            steps: OnceCell::new(),
        };
        screen.lines().iter().try_for_each(|l| writeln!(out, "{l}"))
    }
}

/// How much of what may give way is shown.
#[derive(Debug, Clone, Copy)]
struct Room {
    /// Lines of evidence beside the cause.
    evidence: usize,
    /// What was odd about the log, and its other sessions.
    notes: usize,
    steps: usize,
    /// Commands that show more.
    more: usize,
    /// What follows the first sentence of the cause.
    sentences: bool,
}

impl Room {
    const ALL: Self = Self::of(usize::MAX, usize::MAX, usize::MAX, usize::MAX);

    /// From the most that is shown to what is shown of the longest cases.
    /// Fewer than three steps help nobody: then the screen is longer than a small window.
    const SIZES: [Self; 8] = [
        Self::of(2, 2, 4, 2),
        Self::of(1, 2, 4, 2),
        Self::of(1, 1, 4, 2),
        Self::of(1, 0, 4, 2),
        Self::of(1, 0, 4, 1),
        Self::of(1, 0, 3, 1),
        Self::of(0, 0, 3, 1),
        Self::of(0, 0, 3, 1).in_short(),
    ];

    const fn of(evidence: usize, notes: usize, steps: usize, more: usize) -> Self {
        Self {
            evidence,
            notes,
            steps,
            more,
            sentences: true,
        }
    }

    const fn in_short(self) -> Self {
        Self {
            sentences: false,
            ..self
        }
    }
}

/// The screen of one log.
struct Screen<'r> {
    report: &'r LogReport,
    width: usize,
    verbose: bool,
    // What is the same however much room there is: a screen is laid out a few times until it fits.
    head: OnceCell<Vec<String>>,
    /// The sentences of the cause.
    told: OnceCell<(String, String)>,
    /// The first steps of the best remedy.
    steps: OnceCell<Vec<Vec<String>>>,
}

impl Screen<'_> {
    fn lines(&self) -> Vec<String> {
        let Some(session) = self.report.principal() else {
            let text = words::without_sessions(self.report);
            let mut lines = labelled("NO LOG", DOUBT, &text, self.width);
            lines.extend(self.notices(6));
            return lines;
        };
        if self.verbose {
            return self.session(session, Room::ALL);
        }
        let sizes = Room::SIZES.iter();
        let mut screens = sizes.map(|room| self.session(session, *room));
        let mut last = Vec::new();
        screens
            .find_map(|lines| {
                last = lines;
                (self.rows(&last) <= SCREEN).then(|| std::mem::take(&mut last))
            })
            .unwrap_or(last)
    }

    /// Rows of the terminal that lines take: a command may be longer than one.
    fn rows(&self, lines: &[String]) -> usize {
        let rows = lines.iter().map(|l| shown(l).div_ceil(self.width).max(1));
        rows.sum()
    }

    fn session(&self, session: &SessionReport, room: Room) -> Vec<String> {
        let head = self.head.get_or_init(|| self.head(session)).clone();
        let Some(failure) = &session.failure else {
            return blocks([head, self.quiet_end(session)]);
        };
        let cause = cause::lines(session, failure, self, room);
        let fix = fix::lines(failure, self, room.steps);
        let mut tail = self.other_sessions(session, room.notes.clamp(1, 3));
        tail.extend(self.notices(room.notes));
        tail.extend(self.more(failure, room.more));
        blocks([head, cause, fix, tail])
    }

    /// Columns beside the labels.
    fn room(&self) -> usize {
        self.width - LABEL
    }

    /// The verdict with how sure it is at the right, and where the log comes from.
    fn head(&self, session: &SessionReport) -> Vec<String> {
        let (label, style) = match session.outcome {
            Outcome::Failed => ("FAILED", BAD),
            Outcome::Cancelled => ("CANCELLED", DOUBT),
            Outcome::Succeeded | Outcome::SucceededReboot => ("OK", GOOD),
            Outcome::Incomplete => ("NO RESULT", DOUBT),
        };
        let cause = session.failure.as_ref().and_then(|f| f.cause.as_ref());
        let sure = cause.map(|cause| verdict::confidence(cause.confidence));
        let text = verdict::verdict(self.report, session);
        let mut lines = labelled_and(label, style, &text, sure.unwrap_or(""), self.width);
        let origin = verdict::origin(self.report, session, self.room());
        let origin = wrap(&clean(&origin), self.room());
        lines.extend(origin.iter().map(|line| quiet(line)));
        lines
    }

    /// What there is to say where nothing failed.
    fn quiet_end(&self, session: &SessionReport) -> Vec<String> {
        let mut lines = Vec::new();
        let ignored = &session.ignored_failures;
        if !ignored.is_empty() {
            let most = if self.verbose {
                usize::MAX
            } else {
                MAX_IGNORED
            };
            let named = ignored.iter().take(most).map(|failure| {
                let IgnoredFailure { action, line, why } = failure;
                format!("{action} at line {line} ({why})")
            });
            let named: Vec<String> = named.collect();
            let more = match ignored.len().saturating_sub(named.len()) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let text = format!("These failed without harm: {}{more}.", named.join(", "));
            lines.extend(labelled("", QUIET, &text, self.width));
        }
        lines.extend(self.other_sessions(session, 8));
        lines.extend(self.notices(4));
        lines
    }

    /// Every other outermost session in one line.
    fn other_sessions(&self, shown: &SessionReport, most: usize) -> Vec<String> {
        let others: Vec<&SessionReport> = self.report.others(shown).collect();
        if most == 1 && others.len() > 1 {
            let text = format!("{} other sessions in this log; -v lists them", others.len());
            return labelled("Also", STRONG, &text, self.width);
        }
        let line = |session: &&SessionReport| {
            let text = cut_end(&clean(&words::other(session)), self.room());
            format!("{STRONG}{:<LABEL$}{STRONG:#}{text}", "Also")
        };
        let mut lines: Vec<String> = others.iter().take(most).map(line).collect();
        if others.len() > most {
            let more = format!("… and {} more sessions in this log", others.len() - most);
            lines.push(quiet(&cut_end(&more, self.room())));
        }
        lines
    }

    fn notices(&self, most: usize) -> Vec<String> {
        let told = |notice: &&String| self.verbose || !verdict::tells(self.report, notice);
        let notices = self.report.notices.iter().filter(told).take(most);
        let lines = notices.flat_map(|notice| labelled("Note", STRONG, notice, self.width));
        lines.collect()
    }

    /// The commands that show more of this case.
    fn more(&self, failure: &Failure, most: usize) -> Vec<String> {
        let path = clean(&self.report.path);
        let path = words::quoted(&path);
        let mut commands = Vec::new();
        if path != "-" {
            let [before, after] = AROUND;
            let line = failure.cause.as_ref().map_or(failure.line, |c| c.line);
            let (from, to) = (line.saturating_sub(before).max(1), line + after);
            let to = to.min(self.report.lines.max(from));
            commands.push(format!("msilog show {path} --lines {from}-{to}"));
            commands.push(format!("msilog {path} --format html -o report.html"));
        }
        if self.verbose || path == "-" {
            let code = words::to_explain(failure);
            commands.extend(code.map(|code| format!("msilog explain {code}")));
        }
        let mut lines: Vec<String> = Vec::new();
        let mut used = 0;
        for command in commands.into_iter().take(most) {
            let wide = columns(&command);
            let command = format!("{COMMAND}{command}{COMMAND:#}");
            match lines.last_mut() {
                Some(line) if used + 5 + wide <= self.room() => {
                    line.push_str("  ·  ");
                    line.push_str(&command);
                    used += 5 + wide;
                }
                _ => {
                    let label = if lines.is_empty() { "More:" } else { "" };
                    lines.push(format!("{QUIET}{label:<LABEL$}{QUIET:#}{command}"));
                    used = wide;
                }
            }
        }
        lines
    }
}

/// The blocks that have lines, with an empty line between two.
fn blocks<const N: usize>(blocks: [Vec<String>; N]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for block in blocks.into_iter().filter(|block| !block.is_empty()) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(block);
    }
    lines
}

/// A paragraph with a label before its first line.
fn labelled(label: &str, style: Style, text: &str, width: usize) -> Vec<String> {
    labelled_and(label, style, text, "", width)
}

/// The same with a few quiet words at the right of its first line.
fn labelled_and(label: &str, style: Style, text: &str, aside: &str, width: usize) -> Vec<String> {
    let aside_takes = if aside.is_empty() {
        0
    } else {
        columns(aside) + 2
    };
    let room = width.saturating_sub(LABEL.max(columns(label) + 2));
    // Where there is hardly any room, the words at the right get a line of their own.
    let beside = room >= aside_takes * 2;
    let room = room - if beside { aside_takes } else { 0 };
    let lines = wrap(&clean(text), room).into_iter().enumerate();
    let line = |(index, line)| match (index, columns(label) < LABEL) {
        (0, true) => format!("{style}{label:<LABEL$}{style:#}{line}"),
        (0, false) => format!("{style}{label}{style:#}  {line}"),
        _ => format!("{:LABEL$}{line}", ""),
    };
    let mut lines: Vec<String> = lines.map(line).collect();
    match lines.first_mut() {
        Some(first) if beside && aside_takes > 0 => {
            let gap = width.saturating_sub(shown(first) + columns(aside));
            first.push_str(&format!("{:gap$}{QUIET}{aside}{QUIET:#}", ""));
        }
        _ if aside_takes > 0 => lines.push(quiet(aside)),
        _ => {}
    }
    lines
}

/// Columns of a line, its colours left out.
fn shown(line: &str) -> usize {
    let mut parts = line.split('\u{1b}');
    let first = parts.next().map_or(0, columns);
    let rest = parts.map(|part| part.split_once('m').map_or(0, |(_, text)| columns(text)));
    first + rest.sum::<usize>()
}

/// A line of less weight, beside the labels.
fn quiet(text: &str) -> String {
    format!("{:LABEL$}{QUIET}{text}{QUIET:#}", "")
}

/// Short word for the kind of a file.
pub(super) fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Msi => "msi",
        Kind::Burn => "bundle",
        Kind::NetfxSetup => ".NET setup",
        Kind::Wrapper => "wrapper",
        Kind::Unrecognised => "no log",
    }
}

#[cfg(test)]
mod tests;
