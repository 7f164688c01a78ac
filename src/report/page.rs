//! What a page says of many logs, whichever form it takes: what failed, why, what to do, how sure,
//! the lines that prove it, and in the end what worked and what could not be read.

use std::io::{self, Write};

use super::layout::{clean, cut};
use super::model::{LogReport, SessionReport};
use super::reason;
use super::words;
use super::writer::{ScanEnd, Writer};
use crate::diagnosis::{ArticleReference, Failure, Remedy};
use crate::run::Outcome;

/// Columns that a line of proof may take: a page is read, and the line number finds the rest.
const WIDEST: usize = 400;
/// Most other sessions of a log that are named.
const MOST_OTHERS: usize = 8;
/// Most logs that are named among those that worked.
const MOST_WORKED: usize = 10;

/// The kinds of lists on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Contents made by [`Form::fact`].
    Facts,
    /// Steps, in their order.
    Numbered,
    /// Anything else.
    Plain,
}

/// The form that a page takes. Only [`Form::text`] and [`Form::code`] take what stands in a log, and
/// make it safe; all others take what these two made.
pub trait Form {
    /// What stands before everything.
    const HEAD: &'static str = "";
    /// Text in which nothing acts.
    fn text(text: &str) -> String;
    /// Text as the log has it, in which nothing acts.
    fn code(text: &str) -> String;
    /// A command that is copied whole.
    fn command(text: &str) -> String {
        Self::code(text)
    }
    /// A heading; the larger the level, the smaller it is.
    fn heading(level: usize, content: &str) -> String;
    /// A paragraph.
    fn paragraph(content: &str) -> String;
    /// What is called `label`, in a list of facts.
    fn fact(label: &str, content: &str) -> String;
    /// A list with at least one content.
    fn list(list: List, contents: &[String]) -> String;
    /// A link to an address that [`address`] gave.
    fn link(title: &str, url: &str) -> String;
    /// Lines of a log with their numbers; there is at least one. `cause` is the number of the one
    /// that matters most.
    fn proof(lines: &[(u64, String)], cause: Option<u64>) -> String;
    /// A part of the page, about a run of this log; `None` where it is about none.
    fn section(content: String, _about: Option<(&LogReport, &SessionReport)>) -> String {
        content
    }
    /// What stands at the end of the part about a log: the way to more.
    fn more(&self, _report: &LogReport) -> String {
        String::new()
    }
    /// The last section, with what ends the page.
    fn last(content: String) -> String;
}

/// Writes a page as reports come.
#[derive(Debug, Default)]
pub struct Page<F> {
    /// The first few logs that worked, so that memory does not grow with their number.
    worked: Vec<String>,
    /// How many worked beside these.
    more: usize,
    form: F,
}

impl<F: Form> Page<F> {
    /// A page in this form.
    pub fn new(form: F) -> Self {
        Self {
            worked: Vec::new(),
            more: 0,
            form,
        }
    }
}

impl<F: Form> Writer for Page<F> {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(F::HEAD.as_bytes())
    }

    /// Writes the section of a log that failed, a line of one without an end; keeps in mind one
    /// that worked.
    fn log(&mut self, out: &mut dyn Write, report: &LogReport) -> io::Result<()> {
        let part = match told(report) {
            Told::Worked(line) => {
                self.add(line);
                return Ok(());
            }
            Told::Doubtful(line) => F::paragraph(&F::text(&line)),
            Told::Failed(session) => {
                let part = section::<F>(report, session, 2) + &self.form.more(report);
                F::section(part, Some((report, session)))
            }
        };
        out.write_all(part.as_bytes())
    }

    /// Writes what stands behind the reports.
    fn end(&mut self, out: &mut dyn Write, end: &ScanEnd<'_>) -> io::Result<()> {
        let summary = end.summary;
        let totals = words::totals(
            summary.logs + summary.errors,
            &[
                (summary.failed, "failed"),
                (summary.cancelled, "cancelled"),
                (summary.succeeded, "worked"),
                (summary.incomplete, "without a result"),
                (summary.unrecognised, "no installer log"),
                (summary.errors, "could not be read"),
            ],
        );
        let mut part = F::heading(2, &F::text(&totals));
        // Every message names its log.
        let unread = end.errors.iter().map(|error| {
            match error.message.contains(&error.path) || error.path.is_empty() {
                true => error.message.clone(),
                false => format!("{}: {}", error.path, error.message),
            }
        });
        for (title, lines) in [
            ("Could not be read", unread.collect()),
            ("Worked", self.worked()),
        ] {
            if !lines.is_empty() {
                part += &F::paragraph(&format!("{title}:"));
                part += &list::<F>(List::Plain, lines.iter().map(|line| F::text(line)));
            }
        }
        out.write_all(F::last(part).as_bytes())
    }
}

impl<F> Page<F> {
    fn add(&mut self, worked: String) {
        match self.worked.len() < MOST_WORKED {
            true => self.worked.push(worked),
            false => self.more += 1,
        }
    }

    /// A line for each of the first few that worked, and how many are not named.
    fn worked(&self) -> Vec<String> {
        let more = (self.more > 0).then(|| format!("… and {} more", self.more));
        self.worked.iter().cloned().chain(more).collect()
    }
}

/// What there is to say of a log.
enum Told<'r> {
    /// This session failed.
    Failed(&'r SessionReport),
    /// Nobody can tell how it ended: one line.
    Doubtful(String),
    /// It worked: one line.
    Worked(String),
}

fn told(report: &LogReport) -> Told<'_> {
    let Some(session) = report.principal() else {
        return Told::Doubtful(words::without_sessions(report));
    };
    let line = || {
        format!(
            "{}: {}",
            words::log_name(report),
            words::headline_of(report, session)
        )
    };
    match session.outcome {
        Outcome::Failed | Outcome::Cancelled => Told::Failed(session),
        _ if session.failure.is_some() => Told::Failed(session),
        Outcome::Succeeded | Outcome::SucceededReboot => Told::Worked(line()),
        Outcome::Incomplete => Told::Doubtful(line()),
    }
}

/// What there is to say of a log, below a heading of this level.
pub fn section<F: Form>(report: &LogReport, session: &SessionReport, level: usize) -> String {
    let failure = session.failure.as_ref();
    // The same sentences as on the screen.
    let why = match failure {
        Some(failure) => {
            let (first, rest) = reason::sentences(session, failure);
            format!("{first} {rest}").trim_end().to_owned()
        }
        None => String::new(),
    };
    let codes = failure.map(|failure| codes(failure, &why));
    let text = |text: Option<String>| text.map(|text| F::text(&text));
    let facts = [
        ("Cause", failure.map(|_| F::text(&why))),
        ("Log", Some(F::code(words::log_name(report)))),
        (
            "Where it ran",
            text(Some(words::origin_of(session).join(", "))),
        ),
        ("Action", text(failure.and_then(words::place))),
        ("Codes", text(codes.map(|codes| codes.join("; ")))),
        ("Confidence", text(failure.map(words::confidence))),
        (
            "Signature",
            failure.map(|failure| F::code(&failure.signature)),
        ),
    ];
    let facts = facts.into_iter().filter_map(|(label, content)| {
        let content = content.filter(|content| !content.is_empty())?;
        Some(F::fact(label, &content))
    });
    let mut part = F::heading(level, &F::text(&words::headline(session)));
    part += &list::<F>(List::Facts, facts);
    let proof = failure.map(proof).unwrap_or_default();
    if !proof.is_empty() {
        let cause = failure.and_then(|failure| failure.cause.as_ref());
        part += &F::heading(level + 1, "Lines of the log that prove it");
        part += &F::proof(&proof, cause.map(|cause| cause.line));
    }
    let remedies = failure.map_or(&[][..], |failure| &failure.remedies);
    part.extend(
        remedies
            .iter()
            .map(|remedy| what_to_do::<F>(remedy, level + 1)),
    );
    let also = others(report, session).into_iter();
    let also = also.map(|line| format!("Also {line}"));
    let notes = report.notices.iter().map(|note| format!("Note: {note}"));
    part + &list::<F>(List::Plain, also.chain(notes).map(|line| F::text(&line)))
}

/// A remedy in full, below a heading of this level.
pub fn what_to_do<F: Form>(remedy: &Remedy, level: usize) -> String {
    let title = format!("What to do: {}", F::text(&remedy.title));
    let cause = format!("{} ({})", F::text(&remedy.cause), F::code(&remedy.rule));
    let articles = remedy.articles.iter().map(|article| {
        let note = F::text(&note(article));
        let title = F::text(&article.title);
        match address(&article.url) {
            Some(url) => format!("{} ({note})", F::link(&title, &url)),
            None => format!("{title} ({note}), {}", F::code(&article.url)),
        }
    });
    let steps = remedy.steps.iter();
    let steps = steps.map(|step| step_of::<F>(step, &remedy.commands));
    F::heading(level, &title)
        + &F::paragraph(&cause)
        + &list::<F>(List::Numbered, steps)
        + &list::<F>(List::Plain, articles)
}

/// A step with its commands as code.
fn step_of<F: Form>(step: &str, commands: &[String]) -> String {
    let pieces = step.split('`').enumerate();
    let pieces = pieces.map(|(at, piece)| match at % 2 {
        // A form trims what it takes, and the blanks around a command are the sentence's.
        0 => {
            let blank = |is: bool| if is && !piece.is_empty() { " " } else { "" };
            let (before, after) = (piece.starts_with(' '), piece.ends_with(' '));
            format!("{}{}{}", blank(before), F::text(piece.trim()), blank(after))
        }
        _ if commands.iter().any(|command| command == piece) => F::command(piece),
        _ => F::code(piece),
    });
    pieces.collect()
}

/// A list; nothing where there is nothing.
fn list<F: Form>(list: List, contents: impl Iterator<Item = String>) -> String {
    let contents: Vec<String> = contents.collect();
    match contents.is_empty() {
        true => String::new(),
        false => F::list(list, &contents),
    }
}

/// The codes of the cause, with what `told` does not say already.
fn codes(failure: &Failure, told: &str) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    for code in words::codes(failure) {
        let beside = words::code_beside(code, told).filter(|code| !codes.contains(code));
        codes.extend(beside);
    }
    codes
}

/// The lines that prove a failure, its cause among them: their numbers, and what is safe to show, in
/// the order of the log.
pub fn proof(failure: &Failure) -> Vec<(u64, String)> {
    let evidence = failure.evidence.iter();
    let mut lines: Vec<(u64, &str)> = evidence.map(|e| (e.line, e.text.as_str())).collect();
    if let Some(cause) = &failure.cause
        && !lines.iter().any(|(line, _)| *line == cause.line)
    {
        lines.push((cause.line, &cause.text));
    }
    lines.sort_by_key(|(line, _)| *line);
    let shown = |(line, text): (u64, &str)| (line, cut(&clean(text), WIDEST));
    lines.into_iter().map(shown).collect()
}

/// Every other outermost session in one line.
fn others(report: &LogReport, shown: &SessionReport) -> Vec<String> {
    let mut others = report.others(shown);
    let mut lines: Vec<String> = others
        .by_ref()
        .take(MOST_OTHERS)
        .map(words::other)
        .collect();
    let more = others.count();
    if more > 0 {
        lines.push(format!("… and {more} more sessions in this log"));
    }
    lines
}

/// An address that may stand behind a link: of the web, and with nothing in it that could end the
/// link early. Others are shown as text.
pub fn address(url: &str) -> Option<String> {
    let lower = url.get(..8).unwrap_or(url).to_ascii_lowercase();
    let web = lower.starts_with("https://") || lower.starts_with("http://");
    web.then(|| percent_encoded(url, "-._~:/?#@!$&+,;=%"))
}

/// Text in which letters, digits and the signs in `plain` stand for themselves, and all else as bytes.
pub fn percent_encoded(text: &str, plain: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for byte in text.bytes() {
        let c = char::from(byte);
        match c.is_ascii_alphanumeric() || (c.is_ascii() && plain.contains(c)) {
            true => safe.push(c),
            false => safe.push_str(&format!("%{byte:02X}")),
        }
    }
    safe
}

/// `834484, retired; instead: another page`: what stands behind the title of an article.
fn note(article: &ArticleReference) -> String {
    let instead = article.replaced_by.as_ref();
    let instead = instead.map(|other| format!("; instead: {other}"));
    let instead = instead.unwrap_or_default();
    format!("{}, {}{instead}", article.kb, article.status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Kind;
    use crate::report::html::Html;
    use crate::report::tests::specimen;

    #[test]
    fn a_failure_makes_a_section_and_a_success_a_line() {
        let report = specimen::failure();
        let Told::Failed(session) = told(&report) else {
            panic!("a failure")
        };
        let failure = session.failure.as_ref().unwrap();
        assert!(proof(failure).iter().any(|(line, _)| *line == 471));
        let section = section::<Html>(&report, session, 2);
        assert_eq!(section.matches("<h3>What to do: ").count(), 3);
        let good = specimen::success();
        assert!(matches!(told(&good), Told::Worked(line) if line.starts_with("good.log: ")));
        let none = LogReport {
            kind: Kind::Unrecognised,
            sessions: Vec::new(),
            ..specimen::success()
        };
        assert!(matches!(told(&none), Told::Doubtful(_)));
    }

    #[test]
    fn those_that_worked_take_bounded_room() {
        let mut page = Page::<Html>::default();
        (0..1000).for_each(|n| page.add(n.to_string()));
        let lines = page.worked();
        assert_eq!(lines.len(), MOST_WORKED + 1);
        assert_eq!(lines.last().unwrap(), "… and 990 more");
    }

    #[test]
    fn only_the_web_is_linked() {
        assert_eq!(address("javascript:alert(1)"), None);
        assert_eq!(address("ä"), None);
        assert_eq!(
            address("https://a.example/b(c)\"<> d").unwrap(),
            "https://a.example/b%28c%29%22%3C%3E%20d"
        );
    }
}
