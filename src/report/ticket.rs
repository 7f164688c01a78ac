//! What a ticket says of a log, before it is dressed as Markdown or HTML.
//!
//! Both forms tell the same: what failed, why, what to do, how sure, and the lines that prove it.

use super::json::ReadError;
use super::layout::{clean, cut};
use super::model::{Kind, LogReport, SessionReport, Summary};
use super::words;
use crate::diagnosis::{Failure, Remedy};
use crate::session::Outcome;

/// Columns that a line of proof may take: a ticket is read, and the line number finds the rest.
const WIDEST: usize = 400;
/// Most other sessions of a log that are named.
const MOST_OTHERS: usize = 8;
/// Most logs that are named among those that worked.
const MOST_WORKED: usize = 10;

/// What there is to say of a log.
pub enum Told<'r> {
    /// It failed: all that a ticket needs.
    Failed(Box<Ticket<'r>>),
    /// Nobody can tell how it ended: one line.
    Doubtful(String),
    /// It worked: one line.
    Worked(String),
}

/// What a ticket says of a failure. Texts are as the log has them: each form makes them safe in its
/// own way.
pub struct Ticket<'r> {
    /// `Installation of NAME failed with exit code 1603: …`.
    pub headline: String,
    /// Name of the log.
    pub log: &'r str,
    /// Machine, Windows, start and duration.
    pub origin: Vec<String>,
    /// Why it failed, in plain words.
    pub why: String,
    /// The action that failed and what it is.
    pub place: Option<String>,
    /// Codes with their meanings.
    pub codes: Vec<String>,
    /// How sure cause and remedy are.
    pub sure: Option<String>,
    /// Name of the cause, the same on every machine.
    pub signature: Option<&'r str>,
    /// Line numbers and lines that prove it, in the order of the log, safe to show.
    pub proof: Vec<(u64, String)>,
    /// What to do, best first.
    pub remedies: &'r [Remedy],
    /// Other sessions of the log, one line each.
    pub others: Vec<String>,
    /// What was odd about the log.
    pub notices: &'r [String],
}

/// What there is to say of a log.
pub fn told(report: &LogReport) -> Told<'_> {
    let log = words::log_name(report);
    let Some(session) = report.principal() else {
        return Told::Doubtful(match report.kind {
            Kind::Unrecognised => format!("{log} is no installer log"),
            _ => format!("{log} tells of no installation"),
        });
    };
    let line = || format!("{log}: {}", words::headline(session));
    match session.outcome {
        Outcome::Failed | Outcome::Cancelled => {
            Told::Failed(Box::new(Ticket::new(report, session)))
        }
        _ if session.failure.is_some() => Told::Failed(Box::new(Ticket::new(report, session))),
        Outcome::Succeeded | Outcome::SucceededReboot => Told::Worked(line()),
        Outcome::Incomplete => Told::Doubtful(line()),
    }
}

impl<'r> Ticket<'r> {
    fn new(report: &'r LogReport, session: &'r SessionReport) -> Self {
        let failure = session.failure.as_ref();
        let why = why(session);
        Self {
            headline: words::headline(session),
            log: words::log_name(report),
            origin: origin(session),
            place: failure.and_then(words::place),
            codes: failure
                .map(|failure| codes(failure, &why))
                .unwrap_or_default(),
            why,
            sure: failure.map(words::confidence),
            signature: failure.map(|failure| failure.signature.as_str()),
            proof: failure.map(proof).unwrap_or_default(),
            remedies: failure.map_or(&[], |failure| failure.remedies.as_slice()),
            others: others(report, session),
            notices: &report.notices,
        }
    }
}

/// Why a session failed, in plain words.
pub fn why(session: &SessionReport) -> String {
    let cause = session.failure.as_ref().and_then(|f| f.cause.as_ref());
    let Some(cause) = cause else {
        return match session.outcome {
            Outcome::Cancelled => "Somebody, or a program, cancelled it.".into(),
            _ => "The log holds no line that says why.".into(),
        };
    };
    cause
        .explanation
        .clone()
        .or_else(|| words::code(&cause.code))
        .unwrap_or_else(|| words::said(&cause.text).to_owned())
}

fn origin(session: &SessionReport) -> Vec<String> {
    let dotnet = session
        .dotnet
        .as_ref()
        .filter(|_| !words::named_by_dotnet(session))
        .map(ToString::to_string);
    dotnet.into_iter().chain(words::machine(session)).collect()
}

/// The codes of the cause, with what `told` does not say already.
fn codes(failure: &Failure, told: &str) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    let Some(cause) = &failure.cause else {
        return codes;
    };
    for code in [Some(&cause.code), cause.nested_code.as_ref()]
        .into_iter()
        .flatten()
    {
        let beside = words::code_beside(code, told).filter(|code| !codes.contains(code));
        codes.extend(beside);
    }
    codes
}

/// The lines that prove a failure, its cause among them.
pub fn proof(failure: &Failure) -> Vec<(u64, String)> {
    let shown = |text: &str| cut(&clean(text), WIDEST);
    let mut lines: Vec<(u64, String)> = failure
        .evidence
        .iter()
        .map(|evidence| (evidence.line, shown(&evidence.text)))
        .collect();
    if let Some(cause) = &failure.cause
        && !lines.iter().any(|(line, _)| *line == cause.line)
    {
        lines.push((cause.line, shown(&cause.text)));
    }
    lines.sort_by_key(|(line, _)| *line);
    lines
}

/// Every other outermost session in one line.
fn others(report: &LogReport, shown: &SessionReport) -> Vec<String> {
    let mut others = report.outermost().filter(|s| !std::ptr::eq(*s, shown));
    let mut lines: Vec<String> = others
        .by_ref()
        .take(MOST_OTHERS)
        .map(|session| {
            let [first, last] = session.lines;
            let what = words::what(session);
            format!(
                "lines {first}-{last}: {what} {}",
                words::outcome(session.outcome)
            )
        })
        .collect();
    let more = others.count();
    if more > 0 {
        lines.push(format!("… and {more} more sessions in this log"));
    }
    lines
}

/// The logs that worked: the first few by name, so that memory does not grow with their number.
#[derive(Debug, Default)]
pub struct Worked {
    named: Vec<String>,
    count: usize,
}

impl Worked {
    /// Takes the line about a log that worked.
    pub fn add(&mut self, line: String) {
        self.count += 1;
        if self.named.len() < MOST_WORKED {
            self.named.push(line);
        }
    }

    /// A line for each of the first few, and how many are not named.
    pub fn lines(&self) -> Vec<String> {
        let more = self.count.saturating_sub(self.named.len());
        let mut lines = self.named.clone();
        if more > 0 {
            lines.push(format!("… and {more} more"));
        }
        lines
    }
}

/// What could not be read, and why; every message names its log.
pub fn unread(errors: &[ReadError]) -> impl Iterator<Item = String> {
    errors.iter().map(
        |error| match error.message.contains(&error.path) || error.path.is_empty() {
            true => error.message.clone(),
            false => format!("{}: {}", error.path, error.message),
        },
    )
}

/// `3 logs: 1 failed, 2 worked`.
pub fn totals(summary: &Summary) -> String {
    words::totals(
        summary.logs + summary.errors,
        &[
            (summary.failed, "failed"),
            (summary.cancelled, "cancelled"),
            (summary.succeeded, "worked"),
            (summary.incomplete, "without an end"),
            (summary.unrecognised, "no installer log"),
            (summary.errors, "could not be read"),
        ],
    )
}

/// An address that may stand behind a link: of the web, and with nothing in it that could end the
/// link early. Others are shown as text.
pub fn address(url: &str) -> Option<String> {
    let lower = url.get(..8).unwrap_or(url).to_ascii_lowercase();
    if !(lower.starts_with("https://") || lower.starts_with("http://")) {
        return None;
    }
    let mut safe = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' => safe.push(c),
            c if "-._~:/?#@!$&+,;=%".contains(c) => safe.push(c),
            c => {
                let mut buffer = [0; 4];
                for byte in c.encode_utf8(&mut buffer).bytes() {
                    safe.push_str(&format!("%{byte:02X}"));
                }
            }
        }
    }
    Some(safe)
}

/// `834484, retired; instead: another page`: what stands behind the title of an article.
pub fn article_note(article: &crate::diagnosis::ArticleReference) -> String {
    let instead = article
        .replaced_by
        .as_ref()
        .map(|other| format!("; instead: {other}"));
    format!(
        "{}, {}{}",
        article.kb,
        article.status,
        instead.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::super::specimen;
    use super::*;

    #[test]
    fn a_failure_makes_a_ticket_and_a_success_a_line() {
        let report = specimen::failure();
        let Told::Failed(ticket) = told(&report) else {
            panic!("a ticket")
        };
        assert!(ticket.proof.iter().any(|(line, _)| *line == 471));
        assert_eq!(ticket.remedies.len(), 3);
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
        let mut worked = Worked::default();
        (0..1000).for_each(|n| worked.add(n.to_string()));
        let lines = worked.lines();
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
