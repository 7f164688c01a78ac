//! JUnit XML, for build servers: a suite for each log, a case for each session.
//!
//! A session that failed or was cancelled is a failure, unless the installation that started it
//! worked all the same; one without an end is skipped, like a log that tells of no installation; a
//! file that could not be read is an error. Times are in seconds. Characters that XML 1.0 has no
//! place for are replaced by U+FFFD.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::layout::clean;
use super::model::{LogReport, SessionReport};
use super::ticket::{self, Told};
use super::words;
use super::writer::{self, ScanEnd};
use crate::session::Outcome;

/// Writes suites as reports come.
#[derive(Debug, Default)]
pub struct Suites {
    begun: bool,
}

/// How a case came out.
enum Verdict {
    Passed,
    /// Worked, or does not count; what to say of it.
    PassedWith(String),
    /// Nobody can tell; why.
    Skipped(String),
    Failed {
        kind: String,
        message: String,
        body: String,
    },
    Error(String),
}

struct Case {
    name: String,
    time: u64,
    verdict: Verdict,
}

impl writer::Writer for Suites {
    /// Writes the suite of a log.
    fn log(&mut self, out: &mut dyn Write, report: &LogReport) -> io::Result<()> {
        self.begin(out)?;
        let first = report.sessions.first();
        let about = [
            ("timestamp", first.and_then(|s| s.started.as_deref())),
            ("hostname", first.and_then(|s| s.machine.name.as_deref())),
        ];
        suite(out, words::log_name(report), &about, &cases(report))
    }

    /// Writes the logs that could not be read, and the end.
    fn end(&mut self, out: &mut dyn Write, end: &ScanEnd<'_>) -> io::Result<()> {
        self.begin(out)?;
        for error in end.errors {
            let case = Case {
                name: "read".into(),
                time: 0,
                verdict: Verdict::Error(error.message.clone()),
            };
            suite(out, &error.path, &[], &[case])?;
        }
        Writer::new(&mut *out).write_event(Event::End(BytesEnd::new("testsuites")))?;
        out.write_all(b"\n")
    }
}

impl Suites {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        let mut xml = Writer::new(&mut *out);
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let mut root = BytesStart::new("testsuites");
        root.push_attribute(("name", "msilog"));
        xml.write_event(Event::Text(BytesText::new("\n")))?;
        xml.write_event(Event::Start(root))?;
        out.write_all(b"\n")
    }
}

fn cases(report: &LogReport) -> Vec<Case> {
    if report.sessions.is_empty() {
        let (Told::Doubtful(why) | Told::Worked(why)) = ticket::told(report) else {
            return Vec::new();
        };
        return vec![Case {
            name: "installation".into(),
            time: 0,
            verdict: Verdict::Skipped(why),
        }];
    }
    let cases = report.sessions.iter().map(|session| {
        let [first, last] = session.lines;
        Case {
            name: format!("{} (lines {first}-{last})", words::what(session)),
            time: session.duration_ms.unwrap_or(0),
            verdict: verdict(session, report.root(session)),
        }
    });
    cases.collect()
}

fn verdict(session: &SessionReport, root: &SessionReport) -> Verdict {
    let headline = words::headline(session);
    match (session.outcome, root.outcome) {
        (Outcome::Succeeded, _) => Verdict::Passed,
        (Outcome::SucceededReboot, _) => Verdict::PassedWith(headline),
        (Outcome::Incomplete, _) => Verdict::Skipped(headline),
        (_, Outcome::Succeeded | Outcome::SucceededReboot) => {
            Verdict::PassedWith(format!("{headline}; what started it worked all the same"))
        }
        (Outcome::Failed | Outcome::Cancelled, _) => Verdict::Failed {
            kind: session
                .failure
                .as_ref()
                .map_or_else(|| "unknown".into(), |failure| failure.signature.clone()),
            message: headline,
            body: body(session),
        },
    }
}

/// Why it failed, the lines that prove it and what to do, as plain text.
fn body(session: &SessionReport) -> String {
    let mut lines = vec![format!("Why: {}", ticket::why(session))];
    let Some(failure) = &session.failure else {
        return lines.concat();
    };
    lines.extend(words::place(failure).map(|place| format!("Where: {place}")));
    lines.push(format!("Sure: {}", words::confidence(failure)));
    for (line, text) in ticket::proof(failure) {
        lines.push(format!("{line}: {text}"));
    }
    if let Some(remedy) = failure.remedies.first() {
        lines.push(format!("What to do: {} ({})", remedy.title, remedy.rule));
        lines.extend(
            (1..)
                .zip(&remedy.steps)
                .map(|(n, step)| format!("{n}. {step}")),
        );
    }
    lines.join("\n")
}

fn suite(
    out: &mut dyn Write,
    name: &str,
    about: &[(&str, Option<&str>)],
    cases: &[Case],
) -> io::Result<()> {
    let count = |wanted: fn(&Verdict) -> bool| {
        let count = cases.iter().filter(|case| wanted(&case.verdict)).count();
        count.to_string()
    };
    let mut start = BytesStart::new("testsuite");
    push(&mut start, "name", name);
    push(&mut start, "tests", &cases.len().to_string());
    push(
        &mut start,
        "failures",
        &count(|v| matches!(v, Verdict::Failed { .. })),
    );
    push(
        &mut start,
        "errors",
        &count(|v| matches!(v, Verdict::Error(_))),
    );
    push(
        &mut start,
        "skipped",
        &count(|v| matches!(v, Verdict::Skipped(_))),
    );
    push(
        &mut start,
        "time",
        &seconds(cases.iter().map(|case| case.time).sum()),
    );
    for (key, value) in about {
        if let Some(value) = value {
            push(&mut start, key, value);
        }
    }
    let mut xml = Writer::new_with_indent(&mut *out, b' ', 1);
    xml.write_event(Event::Start(start))?;
    cases
        .iter()
        .try_for_each(|case| write_case(&mut xml, name, case))?;
    xml.write_event(Event::End(BytesEnd::new("testsuite")))?;
    out.write_all(b"\n")
}

fn write_case<W: Write>(xml: &mut Writer<W>, log: &str, case: &Case) -> io::Result<()> {
    let mut start = BytesStart::new("testcase");
    push(&mut start, "classname", log);
    push(&mut start, "name", &case.name);
    push(&mut start, "time", &seconds(case.time));
    let (element, attributes, text) = match &case.verdict {
        Verdict::Passed => return xml.write_event(Event::Empty(start)),
        Verdict::PassedWith(text) => ("system-out", vec![], text.as_str()),
        Verdict::Skipped(why) => ("skipped", vec![("message", why.as_str())], ""),
        Verdict::Failed {
            kind,
            message,
            body,
        } => (
            "failure",
            vec![("message", message.as_str()), ("type", kind.as_str())],
            body.as_str(),
        ),
        Verdict::Error(message) => (
            "error",
            vec![("message", message.as_str()), ("type", "unreadable")],
            message.as_str(),
        ),
    };
    xml.write_event(Event::Start(start))?;
    let mut inner = BytesStart::new(element);
    for (key, value) in attributes {
        push(&mut inner, key, value);
    }
    match text {
        "" => xml.write_event(Event::Empty(inner))?,
        text => {
            xml.write_event(Event::Start(inner))?;
            xml.write_event(Event::Text(BytesText::new(&allowed(text))))?;
            xml.write_event(Event::End(BytesEnd::new(element)))?;
        }
    }
    xml.write_event(Event::End(BytesEnd::new("testcase")))
}

/// Adds an attribute. A line end would be read as a blank there, so it is shown.
fn push(start: &mut BytesStart<'_>, key: &str, value: &str) {
    start.push_attribute((key, allowed(&clean(value)).as_str()));
}

fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1000, ms % 1000)
}

/// Text with U+FFFD for what XML 1.0 has no place for (its section 2.2).
fn allowed(text: &str) -> String {
    let fits = |c: char| match c {
        '\t' | '\n' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        c => !c.is_control(),
    };
    text.chars()
        .map(|c| {
            if fits(c) {
                c
            } else {
                char::REPLACEMENT_CHARACTER
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::specimen;
    use super::*;
    use crate::report::json::ReadError;
    use crate::report::writer::Writer as _;

    fn xml(reports: &[LogReport], errors: &[ReadError]) -> String {
        let mut out = Vec::new();
        let mut suites = Suites::default();
        reports
            .iter()
            .for_each(|report| suites.log(&mut out, report).unwrap());
        suites.end(&mut out, &specimen::end(errors)).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn suites_cases_and_failures() {
        let incomplete = LogReport {
            sessions: vec![specimen::session(Outcome::Incomplete, 0)],
            ..specimen::success()
        };
        let errors = [ReadError {
            path: "gone.log".into(),
            message: "not\u{0} there ]]> <&>".into(),
        }];
        let reports = [specimen::failure(), specimen::success(), incomplete];
        let text = xml(&reports, &errors);
        let document = roxmltree::Document::parse(&text).unwrap();
        let all = |name: &'static str| {
            document
                .descendants()
                .filter(move |node| node.has_tag_name(name))
        };
        assert_eq!(all("testsuite").count(), 4);
        assert_eq!(all("testcase").count(), 4);
        assert_eq!(all("skipped").count(), 1);
        let failure = all("failure").next().unwrap();
        assert_eq!(failure.attribute("type"), Some("msi-1310/InstallFiles/5"));
        assert!(
            failure
                .attribute("message")
                .unwrap()
                .contains("failed with exit code 1603")
        );
        assert!(failure.text().unwrap().contains("\n471: "));
        let first = all("testsuite").next().unwrap();
        assert_eq!(first.attribute("time"), Some("83.403"));
        assert_eq!(first.attribute("failures"), Some("1"));
        assert_eq!(first.attribute("hostname"), Some("QUAY-7"));
        let error = all("error").next().unwrap();
        assert_eq!(error.text(), Some("not\u{fffd} there ]]> <&>"));
    }

    #[test]
    fn a_failure_inside_what_worked_does_not_count() {
        let mut report = specimen::failure();
        let mut inner = report.sessions.remove(0);
        inner.parent = Some(0);
        report.sessions = vec![specimen::session(Outcome::Succeeded, 0), inner];
        let text = xml(&[report], &[]);
        assert!(text.contains("failures=\"0\"") && text.contains("<system-out>"));
    }

    #[test]
    fn nothing_is_a_document_too() {
        roxmltree::Document::parse(&xml(&[], &[])).unwrap();
    }
}
