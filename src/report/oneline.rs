//! One line a log: how it ended, what was installed, where the cause stands, its signature, what it
//! says, what to do first. Columns are parted by ` | `; a script can cut them, and `grep` finds them.

use std::io::{self, Write};

use super::layout::clean;
use super::model::{LogReport, SessionReport};
use super::reason;
use super::writer::Writer;
use crate::run::Outcome;

/// What stands between two columns, and nowhere else.
const BETWEEN: &str = " | ";

/// What stands where there is nothing to say.
const NOTHING: &str = "-";

/// Writes a line for each log.
#[derive(Debug)]
pub struct Lines;

impl Writer for Lines {
    fn log(&mut self, out: &mut dyn Write, report: &LogReport) -> io::Result<()> {
        writeln!(out, "{}", line(report))
    }
}

/// The line of a log: outcome, exit code, log and line, product, signature, cause, remedy.
#[must_use]
pub fn line(report: &LogReport) -> String {
    let session = report.principal();
    let failure = session.and_then(|session| session.failure.as_ref());
    let cause = failure.map(|failure| failure.cause.as_ref().map_or(failure.line, |c| c.line));
    let place = match cause {
        Some(line) => format!("{}:{line}", report.path),
        None => report.path.clone(),
    };
    let exit = session.and_then(|session| session.exit_code);
    let remedy = failure.and_then(|failure| failure.remedies.first());
    let columns = [
        outcome(report).to_owned(),
        exit.map(|code| code.to_string()).unwrap_or_default(),
        place,
        session.map(product).unwrap_or_default(),
        failure.map(|f| f.signature.clone()).unwrap_or_default(),
        match (failure, session) {
            (Some(_), Some(session)) => reason::told(session),
            _ => String::new(),
        },
        remedy
            .map(|remedy| remedy.fix.as_ref().unwrap_or(&remedy.title).clone())
            .unwrap_or_default(),
    ];
    let columns = columns.map(|column| cell(&column));
    columns.join(BETWEEN)
}

/// How the log ended, in one word; the words stay as they are.
#[must_use]
pub fn outcome(report: &LogReport) -> &'static str {
    match report.outcome() {
        Some(Outcome::Succeeded) => "ok",
        Some(Outcome::SucceededReboot) => "ok-reboot",
        Some(Outcome::Failed) => "failed",
        Some(Outcome::Cancelled) => "cancelled",
        Some(Outcome::Incomplete) => "incomplete",
        None => "no-log",
    }
}

/// Name and version of what was installed.
fn product(session: &SessionReport) -> String {
    let product = &session.product;
    let name = product.name.as_ref().or(product.code.as_ref());
    let version = product.version.as_ref();
    let version = version.filter(|version| name.is_some_and(|name| !name.contains(*version)));
    let parts: Vec<&str> = name
        .into_iter()
        .chain(version)
        .map(String::as_str)
        .collect();
    parts.join(" ")
}

/// A text as a column: on one line, and with nothing in it that parts columns.
fn cell(text: &str) -> String {
    let one_line = clean(text).split_whitespace().collect::<Vec<_>>().join(" ");
    match one_line.replace(BETWEEN, " ¦ ") {
        empty if empty.is_empty() => NOTHING.to_owned(),
        text => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, analyse};

    const FAILED: &str = "Action start 10:00:00: InstallFiles.\n\
        Error 1310. Error writing to file: C:\\Sample\\a.dll.  System error 5.\n\
        Action ended 10:00:02: InstallFiles. Return value 3.\n";

    fn columns(path: &str, log: &str) -> Vec<String> {
        let report = analyse(path, log.as_bytes(), &Options::default()).unwrap();
        line(&report).split(BETWEEN).map(str::to_owned).collect()
    }

    #[test]
    fn every_log_has_all_columns() {
        let failed = columns("pc1/a.log", FAILED);
        assert_eq!(failed.len(), 7);
        assert_eq!(failed[0], "failed");
        assert_eq!(failed[2], "pc1/a.log:2");
        assert_eq!(failed[4], "msi-1310/InstallFiles/5");
        assert!(failed[5].len() > 10 && failed[6].len() > 5, "{failed:?}");
        let none = columns("a.txt", "hello\n");
        assert_eq!(none, ["no-log", "-", "a.txt", "-", "-", "-", "-"]);
    }

    #[test]
    fn no_text_of_a_log_makes_a_column_or_a_line() {
        let log = FAILED.replace("a.dll", "a | b\u{1b}[2J.dll");
        assert_eq!(columns("a | b\n.log", &log).len(), 7);
        let log = format!("Property(S): ProductName = X | Y\n{FAILED}");
        assert_eq!(columns("a.log", &log).len(), 7);
    }
}
