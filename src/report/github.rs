//! Annotations of GitHub Actions: `::error file=a.log,line=12,title=…::…`, one a log that failed.
//!
//! Written as the toolkit of GitHub writes them (actions/toolkit, `packages/core/src/command.ts`): in a
//! message `%`, CR and LF are escaped, in a property `:` and `,` too.

use std::io::{self, Write};

use super::model::{LogReport, SessionReport};
use super::writer::{ScanEnd, Writer};
use super::{reason, words};
use crate::run::{Confidence, Failure, Outcome};

/// Writes annotations.
#[derive(Debug)]
pub struct Annotations;

impl Writer for Annotations {
    fn log(&mut self, out: &mut dyn Write, report: &LogReport) -> io::Result<()> {
        let Some(session) = report.principal() else {
            return Ok(());
        };
        let level = match session.outcome {
            Outcome::Failed => "error",
            Outcome::Cancelled | Outcome::Incomplete => "warning",
            Outcome::Succeeded | Outcome::SucceededReboot => return Ok(()),
        };
        let failure = session.failure.as_ref();
        let line = failure.map(|failure| failure.cause.as_ref().map_or(failure.line, |c| c.line));
        let line = line.map(|line| format!(",line={line}")).unwrap_or_default();
        let file = property(&report.path);
        let title = property(&words::headline(session));
        let text = message(&text(session));
        writeln!(out, "::{level} file={file}{line},title={title}::{text}")
    }

    /// What could not be read is an error of the build as well.
    fn end(&mut self, out: &mut dyn Write, end: &ScanEnd<'_>) -> io::Result<()> {
        for error in end.errors {
            let file = property(&error.path);
            let title = property("This log could not be read");
            writeln!(
                out,
                "::error file={file},title={title}::{}",
                message(&error.message)
            )?;
        }
        Ok(())
    }
}

/// Why it failed, and what to do first.
fn text(session: &SessionReport) -> String {
    let Some(failure) = &session.failure else {
        return reason::told(session);
    };
    let said = failure
        .cause
        .as_ref()
        .map(|cause| words::said(&cause.text).trim());
    let doubt = failure
        .cause
        .as_ref()
        .filter(|c| c.confidence == Confidence::Low);
    let parts = [
        reason::told(session),
        said.unwrap_or_default().to_owned(),
        doubt.map_or(String::new(), |_| {
            "It is not sure that this is the cause.".to_owned()
        }),
        steps(failure),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n")
}

fn steps(failure: &Failure) -> String {
    let Some(remedy) = failure.remedies.first() else {
        return String::new();
    };
    let steps = (1..).zip(&remedy.steps);
    let steps: Vec<String> = steps
        .map(|(number, step)| format!("{number}. {step}"))
        .collect();
    format!("{}\n{}", remedy.title, steps.join("\n"))
}

/// A text behind the second `::`.
fn message(text: &str) -> String {
    let shown = text.lines().map(super::layout::clean);
    let text = shown.collect::<Vec<_>>().join("\n");
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Summary;
    use crate::report::json::ReadError;
    use crate::{Options, analyse};

    fn written(path: &str, log: &str) -> String {
        let report = analyse(path, log.as_bytes(), &Options::default()).unwrap();
        let mut out = Vec::new();
        Annotations.log(&mut out, &report).unwrap();
        String::from_utf8(out).unwrap()
    }

    const FAILED: &str = "Action start 10:00:00: InstallFiles.\n\
        Error 1310. Error writing to file: C:\\100%\\a,b.dll.  System error 5.\n\
        Action ended 10:00:02: InstallFiles. Return value 3.\n";

    #[test]
    fn one_command_a_log_escaped_as_github_wants() {
        let text = written("C:\\logs,1\\a%b.log", FAILED);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 1, "{text}");
        let front = "::error file=C%3A\\logs%2C1\\a%25b.log,line=2,title=";
        assert!(text.starts_with(front), "{text}");
        let (title, message) = text.strip_prefix(front).unwrap().split_once("::").unwrap();
        assert!(!title.contains([':', ',']), "{title}");
        assert!(
            message.contains("C:\\100%25\\a,b.dll") && message.contains("%0A1. "),
            "{message}"
        );
    }

    #[test]
    fn no_log_writes_a_command_of_its_own() {
        let log = FAILED.replace("a,b.dll", "a\u{2028}::stop-commands::x\r::error::y");
        let text = written("a\n::error::b.log", &log);
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(!text.contains('\r') && text.starts_with("::error file=a%0A%3A%3Aerror"));
    }

    #[test]
    fn what_works_says_nothing_and_what_cannot_be_read_does() {
        let worked = "Action start 10:00:00: INSTALL.\nAction ended 10:00:00: INSTALL. Return value 1.\n\
            MSI (s) (FC:D4) [10:00:00:000]: MainEngineThread is returning 0\n";
        assert_eq!(written("a.log", worked), "");
        let errors = [ReadError {
            path: "b.log".into(),
            message: "gone".into(),
        }];
        let (mut out, summary) = (Vec::new(), Summary::default());
        let end = ScanEnd {
            errors: &errors,
            summary: &summary,
        };
        Annotations.end(&mut out, &end).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            "::error file=b.log,title=This log could not be read::gone\n"
        );
    }
}
