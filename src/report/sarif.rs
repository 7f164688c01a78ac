//! SARIF 2.1.0 (OASIS), for programs that gather findings: a result for each failure.
//!
//! A result names the rule of the best remedy, or the kind of the cause where no remedy fits. Results
//! are written as reports come; what must be known of all of them (the rules met, the logs that could
//! not be read) stands behind, so that memory grows with the number of rules, not of logs.
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::markdown;
use super::model::{Kind, LogReport, SessionReport};
use super::writer::{ScanEnd, Writer};
use super::{page, reason, words};
use crate::diagnosis::{Failure, Remedy};
use crate::run::Outcome;

/// The schema that the output keeps to.
pub const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

/// Most files that are no log which are named: a folder may hold any number of them.
const MOST_UNRECOGNISED: usize = 100;

/// Writes results as reports come.
#[derive(Debug, Default)]
pub struct Run {
    results: usize,
    rules: BTreeMap<String, Value>,
    unrecognised: Vec<Value>,
}

impl Writer for Run {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let head = "\"version\": \"2.1.0\", \"runs\": [{\n\"results\": [";
        write!(out, "{{\"$schema\": \"{SCHEMA}\", {head}")
    }

    /// Writes the failures of a log.
    fn log(&mut self, out: &mut dyn Write, report: &LogReport) -> io::Result<()> {
        if report.kind == Kind::Unrecognised && self.unrecognised.len() < MOST_UNRECOGNISED {
            let text = format!("{} is no installer log.", words::log_name(report));
            self.unrecognised
                .push(notification("warning", &report.path, &text));
        }
        for session in report.sessions.iter().filter(|session| failed(session)) {
            let result = self.result(report, session);
            let before = if self.results == 0 { "\n" } else { ",\n" };
            self.results += 1;
            write!(out, "{before}{result}")?;
        }
        Ok(())
    }

    /// Writes what stands behind the results.
    fn end(&mut self, out: &mut dyn Write, end: &ScanEnd<'_>) -> io::Result<()> {
        let rules: Vec<Value> = std::mem::take(&mut self.rules).into_values().collect();
        let tool = json!({"driver": {
            "name": "msilog",
            "version": env!("CARGO_PKG_VERSION"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": rules,
        }});
        let unread = end
            .errors
            .iter()
            .map(|error| notification("error", &error.path, &error.message));
        let notifications: Vec<Value> = unread.chain(self.unrecognised.drain(..)).collect();
        let invocations = json!([{
            "executionSuccessful": end.errors.is_empty(),
            "toolExecutionNotifications": notifications,
        }]);
        writeln!(
            out,
            "\n],\n\"columnKind\": \"unicodeCodePoints\",\n\"invocations\": {invocations},\n\"tool\": {tool}\n}}]}}"
        )
    }
}

impl Run {
    fn result(&mut self, report: &LogReport, session: &SessionReport) -> Value {
        let failure = session.failure.as_ref();
        let id = self.rule(failure);
        let [_, last] = session.lines;
        let line = failure.map_or(last, |failure| {
            let cause = failure.cause.as_ref();
            cause.map_or(failure.line, |cause| cause.line)
        });
        let evidence = failure.iter().flat_map(|failure| &failure.evidence);
        let evidence = evidence.enumerate().map(|(index, proof)| {
            json!({
                "id": index + 1,
                "message": message(&proof.role.to_string()),
                "physicalLocation": place(&report.path, proof.line),
            })
        });
        let evidence: Vec<Value> = evidence.collect();
        json!({
            "ruleId": id,
            "level": level(session, report.root(session)),
            "message": message(&format!("{}. {}", sentence(&words::headline(session)), reason::told(session))),
            "locations": [{"physicalLocation": place(&report.path, line)}],
            "relatedLocations": evidence,
            "partialFingerprints": {"msilogSignature/v1": failure.map_or("unknown", |f| f.signature.as_str())},
        })
    }

    /// Id of the rule that a failure falls under, which is taken down where it is met first.
    fn rule(&mut self, failure: Option<&Failure>) -> String {
        let (id, about) = match failure.and_then(|failure| failure.remedies.first()) {
            Some(remedy) => (remedy.rule.clone(), Some(remedy)),
            None => (family(failure.map_or("", |f| f.signature.as_str())), None),
        };
        self.rules.entry(id.clone()).or_insert_with(|| match about {
            Some(remedy) => of_remedy(remedy),
            None => without_remedy(&id),
        });
        id
    }
}

/// Whether a session makes a result: it failed, or was cut off in a failure.
fn failed(session: &SessionReport) -> bool {
    session.failure.is_some() || session.outcome.failed()
}

/// How bad it is: a failure inside an installation that worked in the end is only noted.
fn level(session: &SessionReport, root: &SessionReport) -> &'static str {
    match (session.outcome, root.outcome) {
        (_, Outcome::Succeeded | Outcome::SucceededReboot) => "note",
        (Outcome::Failed, _) => "error",
        _ => "warning",
    }
}

/// The kind of a cause: `msi-1310` of `msi-1310/InstallFiles/5`.
fn family(signature: &str) -> String {
    match signature.split('/').next() {
        None | Some("") => "unknown".into(),
        Some(family) => family.to_owned(),
    }
}

fn of_remedy(remedy: &Remedy) -> Value {
    let (text, markdown) = markdown::help(remedy);
    let help = json!({"text": literal(&text), "markdown": braced(&markdown)});
    let mut articles = remedy.articles.iter();
    let address = articles.find_map(|article| page::address(&article.url));
    let rule = [
        ("id", json!(remedy.rule)),
        ("shortDescription", message(&remedy.title)),
        ("fullDescription", message(&remedy.cause)),
        ("help", help),
    ];
    let address = address.map(|address| ("helpUri", json!(address)));
    rule.into_iter().chain(address).collect()
}

fn without_remedy(id: &str) -> Value {
    let text = "No remedy is known for this cause; the lines around it say what is known.";
    json!({
        "id": id,
        "shortDescription": message(&format!("Failure of the kind {id}")),
        "help": {"text": text, "markdown": text},
    })
}

fn notification(level: &str, path: &str, text: &str) -> Value {
    json!({
        "level": level,
        "message": message(text),
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri(path)}}}],
    })
}

fn place(path: &str, line: u64) -> Value {
    json!({
        "artifactLocation": {"uri": uri(path)},
        "region": {"startLine": line.max(1)},
    })
}

fn sentence(text: &str) -> &str {
    text.trim_end_matches('.')
}

fn message(text: &str) -> Value {
    json!({"text": match text.is_empty() {
        true => "-".to_owned(),
        false => literal(text),
    }})
}

/// Plain text of a message, in which brackets before a parenthesis would be a link
/// (SARIF 2.1.0, 3.11.6).
fn literal(text: &str) -> String {
    braced(text).replace("](", "\\](")
}

/// Text with every brace twice, since single ones hold places for arguments, in Markdown too
/// (SARIF 2.1.0, 3.11.5).
fn braced(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

/// A path as a URI reference: percent-encoded; backslashes are taken for slashes wherever the log was
/// read, since the paths of Windows are what is scanned. Whole paths begin with `file:`, and
/// drives and shares of Windows too.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let long = path.strip_prefix("//?/");
    let share = match long {
        Some(long) => long.strip_prefix("UNC/"),
        None => path.strip_prefix("//"),
    };
    let path = long.unwrap_or(&path);
    match (share, path.split_once(":/")) {
        (Some(share), _) => format!("file://{}", encoded(share.trim_start_matches('/'))),
        (None, Some((drive, rest))) if is_drive(drive) => {
            format!("file:///{drive}:/{}", encoded(rest))
        }
        _ if path.starts_with('/') => format!("file://{}", encoded(path)),
        _ if matches!(path, "" | "-") => "stdin".to_owned(),
        _ => encoded(path),
    }
}

fn is_drive(text: &str) -> bool {
    text.len() == 1 && text.bytes().all(|b| b.is_ascii_alphabetic())
}

fn encoded(path: &str) -> String {
    page::percent_encoded(path, "-._~/!")
}

#[cfg(test)]
#[path = "sarif_tests.rs"]
mod tests;
