//! What the page can ask.

use std::io::{BufRead, BufReader, BufWriter, Read, Write};

use msilog::details;
use msilog::knowledge::rules::RuleSet;
use msilog::page::{self, LogText};
use msilog::redact::Redactor;
use msilog::report::explain::{Term, explain, rejoined, split};
use msilog::report::json::ReadError;
use msilog::report::writer::{ScanEnd, Writer};
use msilog::report::{LogReport, Summary, html};
use msilog::source::{Choice, unpack_here};
use msilog::{Options, analyse};
use serde::Deserialize;

use crate::host::{Log, Out};

/// A question.
#[derive(Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case")]
enum Question {
    /// The report of a log, a line of JSON.
    Report { name: String },
    /// The reports of the logs in an archive, a line each; a line of `{"error": …}` for what cannot be read.
    Archive { name: String },
    /// One log of an archive, as it is.
    Entry { archive: String, name: String },
    /// The page of a log.
    Page { name: String, redact: bool },
    /// The page of many logs; their reports are read where a log would be, a line each.
    Index { redact: bool },
    /// The log again without names.
    Redact,
    /// What terms mean.
    Explain { terms: String },
}

/// Answers a question; what went wrong comes in words.
pub fn answer(question: &[u8], out: &mut Out) -> Result<(), String> {
    let question = serde_json::from_slice(question).map_err(|error| error.to_string())?;
    let mut out = BufWriter::with_capacity(256 << 10, out);
    let done = match question {
        Question::Report { name } => report(&name, &mut out),
        Question::Archive { name } => archive(name, &mut out),
        Question::Entry { archive, name } => entry(archive, &name, &mut out),
        Question::Page { name, redact } => page(&name, redact, &mut out),
        Question::Index { redact } => index(redact, &mut out),
        Question::Redact => redacted(&mut out),
        Question::Explain { terms } => explained(&terms, &mut out),
    };
    done.and_then(|()| out.flush().map_err(words))
}

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn line(report: &LogReport, out: &mut dyn Write) -> Result<(), String> {
    serde_json::to_writer(&mut *out, report).map_err(words)?;
    out.write_all(b"\n").map_err(words)
}

fn report(name: &str, out: &mut dyn Write) -> Result<(), String> {
    let report = analyse(name, Log::open(), &Options::default()).map_err(words)?;
    line(&report, out)
}

/// The bytes of the archive that the page holds.
fn whole() -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    Log::open().read_to_end(&mut bytes).map_err(words)?;
    Ok(bytes)
}

fn archive(name: String, out: &mut dyn Write) -> Result<(), String> {
    for source in unpack_here(name, whole()?, &Choice::default()) {
        let read = source.map_err(words).and_then(|source| {
            let name = source.name();
            let log = source.open().map_err(words)?;
            analyse(&name, log, &Options::default()).map_err(words)
        });
        match read {
            Ok(report) => line(&report, out)?,
            Err(error) => {
                writeln!(out, "{}", serde_json::json!({"error": error})).map_err(words)?
            }
        }
    }
    Ok(())
}

fn entry(archive: String, name: &str, out: &mut dyn Write) -> Result<(), String> {
    let sources = unpack_here(archive, whole()?, &Choice::default());
    let mut sources = sources.into_iter().flatten();
    let source = sources.find(|source| source.name() == name);
    let source = source.ok_or("the archive has no such log any more")?;
    std::io::copy(&mut source.open().map_err(words)?, out).map_err(words)?;
    Ok(())
}

/// The names in the log, for their stand-ins.
fn learned() -> Result<Redactor, String> {
    let mut redactor = Redactor::default();
    redactor.learn_log(Log::open(), None).map_err(words)?;
    Ok(redactor.counted_anew())
}

fn page(name: &str, redact: bool, out: &mut dyn Write) -> Result<(), String> {
    let options = Options::default();
    let report = analyse(name, Log::open(), &options).map_err(words)?;
    if !redact {
        let details = details::read(name, Log::open(), &report, &options).map_err(words)?;
        let text = LogText {
            bytes: Log::open(),
            encoding: None,
        };
        return page::write(out, &report, Some(&details), Some(text)).map_err(words);
    }
    let mut redactor = learned()?;
    let mut text = Vec::new();
    redactor
        .replace_log(Log::open(), None, &mut text)
        .map_err(words)?;
    let report = redactor.report(&report).map_err(words)?;
    let details = details::read(&report.path, text.as_slice(), &report, &options).map_err(words)?;
    let text = LogText {
        bytes: text.as_slice(),
        encoding: None,
    };
    page::write(out, &report, Some(&details), Some(text)).map_err(words)
}

fn index(redact: bool, out: &mut dyn Write) -> Result<(), String> {
    let mut redactor = Redactor::default();
    let mut page = html::Page::default();
    let mut summary = Summary::default();
    let mut errors: Vec<ReadError> = Vec::new();
    page.begin(out).map_err(words)?;
    for line in BufReader::new(Log::open()).lines() {
        let line = line.map_err(words)?;
        let Ok(mut report) = serde_json::from_str::<LogReport>(&line) else {
            let told: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
            let message = told
                .get("error")
                .and_then(|error| error.as_str())
                .unwrap_or_default();
            let (path, message) = (String::new(), message.to_owned());
            errors.push(ReadError { path, message });
            summary.errors += 1;
            continue;
        };
        summary.add(&report);
        if redact {
            report = redactor.report(&report).map_err(words)?;
        }
        page.log(out, &report).map_err(words)?;
    }
    let end = ScanEnd {
        errors: &errors,
        summary: &summary,
    };
    page.end(out, &end).map_err(words)
}

fn redacted(out: &mut dyn Write) -> Result<(), String> {
    let mut out = out;
    learned()?
        .replace_log(Log::open(), None, &mut out)
        .map_err(words)
}

/// Fewer words are a list of terms.
const LINE: usize = 4;

fn explained(asked: &str, out: &mut dyn Write) -> Result<(), String> {
    let words_of: Vec<String> = asked.split_whitespace().map(str::to_owned).collect();
    let rules = RuleSet::built_in();
    let mut terms = split(&rejoined(&words_of), rules);
    // Many words of which the first means nothing are a line of a log, and one term.
    let known = terms
        .first()
        .is_some_and(|first| explain(first, rules).known);
    if terms.len() >= LINE && !known {
        terms = vec![Term::from(asked.trim())];
    }
    let found: Vec<_> = terms.iter().map(|term| explain(term, rules)).collect();
    serde_json::to_writer(out, &found).map_err(words)
}
