//! JUnit XML, for build servers: a suite for each log, a case for each session.
//!
//! A session that failed or was cancelled is a failure, unless the installation that started it
//! worked all the same, or a later try in the same log; one without an end is skipped, like a log that tells of no installation; a
//! file that could not be read is an error. Times are in seconds. Characters that XML 1.0 has no
//! place for are replaced by U+FFFD.

use std::io::{self, Write};

use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use quick_xml::writer::{ElementWriter, Writer};

use super::layout::clean;
use super::model::{LogReport, SessionReport};
use super::writer::{self, ScanEnd};
use super::{page, reason, words};
use crate::knowledge::rules;
use crate::run::Outcome;

/// Writes suites as reports come.
#[derive(Debug)]
pub struct Suites;

/// A session, or what stands for one.
#[derive(Default)]
struct Case {
    name: String,
    time: u64,
    /// The element that tells how it came out; a case that just passed has none.
    element: Option<&'static str>,
    message: Option<String>,
    kind: Option<String>,
    text: String,
}

impl writer::Writer for Suites {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let mut xml = Writer::new(&mut *out);
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        xml.write_event(Event::Text(BytesText::new("\n")))?;
        let root = BytesStart::new("testsuites").with_attributes([("name", "msilog")]);
        xml.write_event(Event::Start(root))?;
        out.write_all(b"\n")
    }

    /// Writes the suite of a log.
    fn log(&mut self, out: &mut dyn Write, report: &LogReport) -> io::Result<()> {
        let first = report.sessions.first();
        let about = [
            ("timestamp", first.and_then(|s| s.started.clone())),
            ("hostname", first.and_then(|s| s.machine.name.clone())),
        ];
        suite(out, words::log_name(report), about, &cases(report))
    }

    /// Writes the logs that could not be read, and the end.
    fn end(&mut self, out: &mut dyn Write, end: &ScanEnd<'_>) -> io::Result<()> {
        for error in end.errors {
            let case = Case {
                name: "read".into(),
                element: Some("error"),
                message: Some(error.message.clone()),
                kind: Some("unreadable".into()),
                text: error.message.clone(),
                ..Case::default()
            };
            suite(out, &error.path, [], &[case])?;
        }
        Writer::new(&mut *out).write_event(Event::End(BytesEnd::new("testsuites")))?;
        out.write_all(b"\n")
    }
}

fn cases(report: &LogReport) -> Vec<Case> {
    if report.sessions.is_empty() {
        return vec![Case {
            name: "installation".into(),
            element: Some("skipped"),
            message: Some(words::without_sessions(report)),
            ..Case::default()
        }];
    }
    let sessions = report.sessions.iter();
    sessions
        .map(|session| case(session, report.root(session)))
        .collect()
}

fn case(session: &SessionReport, root: &SessionReport) -> Case {
    let [first, last] = session.lines;
    let headline = words::headline(session);
    let (element, message, text) = match (session.outcome, root.outcome) {
        (Outcome::Succeeded, _) => (None, None, String::new()),
        (Outcome::SucceededReboot, _) => (Some("system-out"), None, headline),
        (Outcome::Incomplete, _) => (Some("skipped"), Some(headline), String::new()),
        (_, Outcome::Succeeded | Outcome::SucceededReboot) => {
            let how = match root.lines[0] > last {
                true => "a later try in this log worked",
                false => "what started it worked all the same",
            };
            let text = format!("{headline}; {how}");
            (Some("system-out"), None, text)
        }
        (Outcome::Failed | Outcome::Cancelled, _) => {
            (Some("failure"), Some(headline), body(session))
        }
    };
    let signature = session.failure.as_ref().map(|f| f.signature.as_str());
    let kind = (element == Some("failure")).then(|| signature.unwrap_or("unknown").to_owned());
    Case {
        name: format!("{} (lines {first}-{last})", words::what(session)),
        time: session.duration_ms.unwrap_or(0),
        element,
        message,
        kind,
        text,
    }
}

/// Why it failed, the lines that prove it and what to do, as plain text.
fn body(session: &SessionReport) -> String {
    let mut lines = vec![format!("Why: {}", reason::told(session))];
    let Some(failure) = &session.failure else {
        return lines.concat();
    };
    lines.extend(words::place(failure).map(|place| format!("Where: {place}")));
    lines.push(format!("Confidence: {}", words::confidence(failure)));
    let proof = page::proof(failure).into_iter();
    lines.extend(proof.map(|(line, text)| format!("{line}: {text}")));
    if let Some(remedy) = failure.remedies.first() {
        lines.push(format!("What to do: {} ({})", remedy.title, remedy.rule));
        let steps = (1..).zip(&remedy.steps);
        lines.extend(steps.map(|(n, step)| format!("{n}. {}", rules::plain(step))));
    }
    lines.join("\n")
}

fn suite(
    out: &mut dyn Write,
    name: &str,
    about: impl IntoIterator<Item = (&'static str, Option<String>)>,
    cases: &[Case],
) -> io::Result<()> {
    let count = |element| {
        let count = cases.iter().filter(|case| case.element == Some(element));
        Some(count.count().to_string())
    };
    let counts = [
        ("name", Some(name.to_owned())),
        ("tests", Some(cases.len().to_string())),
        ("failures", count("failure")),
        ("errors", count("error")),
        ("skipped", count("skipped")),
        (
            "time",
            Some(seconds(cases.iter().map(|case| case.time).sum())),
        ),
    ];
    let mut xml = Writer::new_with_indent(&mut *out, b' ', 1);
    let suite = element(&mut xml, "testsuite", counts.into_iter().chain(about));
    suite.write_inner_content(|xml| {
        let mut cases = cases.iter();
        cases.try_for_each(|case| write_case(xml, name, case))
    })?;
    out.write_all(b"\n")
}

fn write_case<W: Write>(xml: &mut Writer<W>, log: &str, case: &Case) -> io::Result<()> {
    let about = [
        ("classname", Some(log.to_owned())),
        ("name", Some(case.name.clone())),
        ("time", Some(seconds(case.time))),
    ];
    let testcase = element(xml, "testcase", about);
    let Some(name) = case.element else {
        return testcase.write_empty().map(drop);
    };
    let about = [
        ("message", case.message.clone()),
        ("type", case.kind.clone()),
    ];
    let inside = |xml: &mut Writer<W>| {
        let inner = element(xml, name, about);
        let written = match case.text.as_str() {
            "" => inner.write_empty(),
            text => inner.write_text_content(BytesText::new(&allowed(text))),
        };
        written.map(drop)
    };
    testcase.write_inner_content(inside).map(drop)
}

/// An element with those attributes that are known. A line end would be read as a blank in one, so
/// it is shown.
fn element<'w, W: Write>(
    xml: &'w mut Writer<W>,
    name: &'static str,
    attributes: impl IntoIterator<Item = (&'static str, Option<String>)>,
) -> ElementWriter<'w, W> {
    let known = attributes.into_iter();
    let known = known.filter_map(|(key, value)| Some((key, allowed(&clean(&value?)))));
    known.fold(xml.create_element(name), |element, (key, value)| {
        element.with_attribute((key, value.as_str()))
    })
}

fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1000, ms % 1000)
}

/// Text with U+FFFD for what XML 1.0 has no place for (its section 2.2).
fn allowed(text: &str) -> String {
    text.replace(
        |c: char| match c {
            '\t' | '\n' => false,
            '\u{fffe}' | '\u{ffff}' => true,
            c => c.is_control(),
        },
        "\u{fffd}",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::json::ReadError;
    use crate::report::tests::specimen;

    fn xml(reports: &[LogReport], errors: &[ReadError]) -> String {
        specimen::written(&mut Suites, reports, errors)
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
