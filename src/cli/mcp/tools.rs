//! The tools of an assistant: what each is for, what it takes, what it answers. No answer is longer
//! than a page or two.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::places::Places;
use crate::annotate::Annotator;
use crate::cli::detailed::{Detailed, both};
use crate::cli::one_log::OneLog;
use crate::details::compare::{Side, compare};
use crate::engine::{Options, analyse};
use crate::formats::lines::head;
use crate::knowledge::rules::RuleSet;
use crate::redact::{KeyBlock, Redactor};
use crate::report::explain::{Term, explain};
use crate::report::rules::RuleDocument;
use crate::report::{Kind, LogReport, SessionReport};
use crate::source::{Choice, expand};
use crate::text::LineReader;

/// Most logs of one answer that are told one by one.
const MOST_LOGS: usize = 40;
/// Most logs of a folder that are looked at.
const MOST_READ: usize = 2000;
/// Most lines of one answer, and letters of one line.
const MOST_LINES: u64 = 200;
const MOST_LETTERS: usize = 600;
/// Most bytes of an answer.
const LONGEST: usize = 60_000;
/// Most differences of a list.
const MOST_DIFFERENCES: usize = 40;
/// Most rules of a list.
const MOST_RULES: usize = 60;

/// Answers calls.
#[derive(Debug)]
pub struct Tools {
    pub places: Places,
    pub options: Options,
    pub redact: bool,
}

/// A tool as the protocol describes it.
fn tool(name: &str, about: &str, properties: Value, required: &[&str]) -> Value {
    json!({
        "name": name,
        "description": about,
        "inputSchema": {"type": "object", "properties": properties, "required": required},
        "annotations": {"readOnlyHint": true, "openWorldHint": false},
    })
}

/// All tools.
pub fn list() -> Value {
    let path = json!({"type": "string", "description":
        "A log, a folder of logs, an archive, or a log in an archive (all.zip!/pc7/setup.log)"});
    let number = |about: &str| json!({"type": "integer", "minimum": 1, "description": about});
    json!([
        tool(
            "analyse",
            "Why installations failed: outcome, cause, the lines that prove it and what to do. \
            Without a path: everything that may be read.",
            json!({"path": path}),
            &[]
        ),
        tool(
            "show_lines",
            "Lines of a log with what each of them is.",
            json!({
                "path": path, "from": number("First line"), "to": number("Last line; at most 200 lines are shown"),
            }),
            &["path", "from"]
        ),
        tool(
            "compare",
            "Where two runs part, one that worked and one that did not, and what differed before.",
            json!({"good": path, "bad": path}),
            &["good", "bad"]
        ),
        tool(
            "explain",
            "What an exit code, an HRESULT, a message number, a GUID, a KB article, an action or a \
            line of a log means.",
            json!({"term": {"type": "string"}}),
            &["term"]
        ),
        tool(
            "rules",
            "Remedies: one by its id, or those whose id, title or cause holds a word.",
            json!({
                "id": {"type": "string"}, "word": {"type": "string"},
            }),
            &[]
        ),
    ])
}

fn text<'v>(arguments: &'v Value, name: &str) -> Option<&'v str> {
    arguments.get(name).and_then(Value::as_str)
}

impl Tools {
    /// What a call comes to; `None` where there is no such tool. What goes wrong is an answer, too.
    pub fn call(&self, parameters: &Value) -> Option<Value> {
        let arguments = parameters.get("arguments").unwrap_or(&Value::Null);
        let answer = match text(parameters, "name")? {
            "analyse" => self.analyse(arguments),
            "show_lines" => self.show(arguments),
            "compare" => self.compare(arguments),
            "explain" => self.explain(arguments),
            "rules" => self.rules(arguments),
            _ => return None,
        };
        let (answer, failed) = match answer {
            Ok(answer) => (
                serde_json::to_string_pretty(&answer).unwrap_or_default(),
                false,
            ),
            Err(error) => (format!("{error:#}"), true),
        };
        let answer = match answer.len() > LONGEST {
            true => {
                let part = head(&answer, LONGEST);
                format!("{part}\n… the rest is left out: ask for less")
            }
            false => answer,
        };
        let content = json!([{"type": "text", "text": answer}]);
        Some(json!({"content": content, "isError": failed, "resultType": "complete"}))
    }

    fn set(&self) -> &RuleSet {
        self.options
            .rules
            .as_deref()
            .unwrap_or_else(|| RuleSet::built_in())
    }

    fn analyse(&self, arguments: &Value) -> Result<Value> {
        let paths = match text(arguments, "path") {
            Some(path) => vec![self.places.find(path)?],
            None => self.places.all().to_vec(),
        };
        match paths.as_slice() {
            [one] if one.is_file() || !one.exists() => match OneLog::find(one) {
                Ok(log) => self.one(log),
                Err(_) if one.is_file() => self.many(paths),
                Err(error) => Err(error),
            },
            _ => self.many(paths),
        }
    }

    /// The report of one log in full.
    fn one(&self, mut log: OneLog) -> Result<Value> {
        let (report, _) = self.report(&mut log)?;
        let told = report.principal().map(in_full);
        Ok(json!({
            "path": report.path, "kind": report.kind, "lines": report.lines, "complete": report.complete,
            "notices": report.notices, "sessions": report.sessions.len(), "principal_session": told,
            "other_failures": others(&report),
        }))
    }

    /// Each of many logs in short, those that failed first.
    fn many(&self, paths: Vec<PathBuf>) -> Result<Value> {
        let sources =
            expand(paths, Choice::default()).context("the search for logs cannot begin")?;
        let (mut read, mut worked, mut unread, mut more) = (0_usize, 0_usize, Vec::new(), 0_usize);
        let mut failures = Vec::new();
        for source in sources.take(MOST_READ) {
            let report = source
                .map_err(anyhow::Error::from)
                .and_then(OneLog::of)
                .and_then(|mut log| self.report(&mut log));
            let report = match report {
                Ok((report, _)) => report,
                Err(error) => {
                    unread.push(self.places.name(&format!("{error:#}")));
                    continue;
                }
            };
            if report.kind == Kind::Unrecognised {
                continue;
            }
            read += 1;
            match report
                .principal()
                .filter(|session| session.failure.is_some())
            {
                None => worked += 1,
                Some(_) if failures.len() >= MOST_LOGS => more += 1,
                Some(session) => failures.push(in_short(&report, session)),
            }
        }
        unread.truncate(10);
        Ok(json!({
            "logs": read, "without_failure": worked, "failures": failures,
            "failures_left_out": more, "could_not_be_read": unread,
        }))
    }

    /// The report of a log, and who replaces names in its lines.
    fn report(&self, log: &mut OneLog) -> Result<(LogReport, Option<Redactor>)> {
        let mut report = analyse(&log.name.clone(), log.open()?, &self.options)?;
        let path = self.places.name(&report.path);
        if !self.redact {
            report.path = path;
            return Ok((report, None));
        }
        let mut redactor = Redactor::default();
        redactor.learn_log(log.open()?, None)?;
        for root in self.places.all() {
            redactor.folder(&root.display().to_string(), &report.path);
        }
        let mut redacted = redactor.report(&report)?;
        // Whoever asks has to be able to ask for it again.
        redacted.path = path;
        Ok((redacted, Some(redactor)))
    }

    fn show(&self, arguments: &Value) -> Result<Value> {
        let path = text(arguments, "path").context("path is missing")?;
        let from = arguments
            .get("from")
            .and_then(Value::as_u64)
            .unwrap_or(1)
            .max(1);
        let to = arguments
            .get("to")
            .and_then(Value::as_u64)
            .unwrap_or(from.saturating_add(40));
        let to = to.clamp(from, from.saturating_add(MOST_LINES - 1));
        let mut log = OneLog::find(&self.places.find(path)?)?;
        let (report, mut redactor) = self.report(&mut log)?;
        let mut annotator = Annotator::new(&report);
        let mut block = KeyBlock::default();
        let mut shown = Vec::new();
        let (bytes, encoding) = log.readable(None)?;
        let mut lines = LineReader::new(bytes, encoding);
        'log: while let Some(batch) = lines.next_batch()? {
            for line in batch {
                if line.number > to {
                    break 'log;
                }
                let annotation = annotator.line(&line);
                let mut text = String::new();
                match &mut redactor {
                    Some(redactor) => redactor.learn_and_replace(&mut block, line.text, &mut text),
                    None => line.text.clone_into(&mut text),
                }
                if line.number >= from {
                    let note = annotation.note;
                    let text: String = text.chars().take(MOST_LETTERS).collect();
                    shown.push(json!({"line": line.number, "log": text, "is": annotation.class, "note": note}));
                }
            }
        }
        if shown.is_empty() {
            bail!("{path}: there is no line {from}; it has {}", report.lines);
        }
        Ok(json!({"path": path, "lines_of_the_log": report.lines, "shown": shown}))
    }

    fn compare(&self, arguments: &Value) -> Result<Value> {
        let find = |side: &'static str| {
            let path = text(arguments, side).with_context(|| format!("{side} is missing"))?;
            OneLog::find(&self.places.find(path)?)
        };
        let mut read = both([find("good")?, find("bad")?], self.redact, &self.options)?;
        for (side, name) in read.iter_mut().zip(["good", "bad"]) {
            // Whoever asks has to be able to ask for it again.
            side.report.path = text(arguments, name).unwrap_or_default().to_owned();
            if side.report.kind == Kind::Unrecognised {
                bail!("{}: this is no installer log", side.report.path);
            }
        }
        let [good, bad] = &read;
        let mut found = compare([good, bad].map(|side| Side {
            report: &side.report,
            details: &side.details,
        }));
        let [first, second] = &mut found.only;
        let lists = [
            found.before.len(),
            found.after.len(),
            first.len(),
            second.len(),
        ];
        found.before.truncate(MOST_DIFFERENCES);
        found.after.truncate(MOST_DIFFERENCES);
        first.truncate(MOST_DIFFERENCES);
        second.truncate(MOST_DIFFERENCES);
        let left_out: usize = lists
            .iter()
            .map(|count| count.saturating_sub(MOST_DIFFERENCES))
            .sum();
        let cause = |side: &Detailed| {
            side.report
                .principal()
                .map(|session| in_short(&side.report, session))
        };
        Ok(json!({
            "good": cause(good), "bad": cause(bad), "comparison": found, "left_out": left_out,
        }))
    }

    fn explain(&self, arguments: &Value) -> Result<Value> {
        let term = text(arguments, "term").context("term is missing")?;
        let term: String = term.chars().take(4096).collect();
        let found = explain(&Term::from(term.as_str()), self.set());
        Ok(serde_json::to_value(found)?)
    }

    fn rules(&self, arguments: &Value) -> Result<Value> {
        let set = self.set();
        if let Some(id) = text(arguments, "id") {
            let rule = set.get(id);
            let near = || {
                format!(
                    "there is no rule '{id}'; the nearest: {:?}",
                    set.nearest_id(id)
                )
            };
            return Ok(serde_json::to_value(RuleDocument::from(
                rule.with_context(near)?,
            ))?);
        }
        let word = text(arguments, "word").unwrap_or_default().to_lowercase();
        let mut found = Vec::new();
        let mut more = 0_usize;
        for rule in set.rules() {
            let words = rule.words();
            let all = format!("{} {} {}", rule.id, words.title, words.cause).to_lowercase();
            match all.contains(&word) {
                true if found.len() < MOST_RULES => {
                    found.push(json!({"id": rule.id, "title": words.title}));
                }
                true => more += 1,
                false => {}
            }
        }
        Ok(json!({"rules": found, "left_out": more}))
    }
}

/// A session with its failure.
fn in_full(session: &SessionReport) -> Value {
    let mut told = serde_json::to_value(session).unwrap_or_default();
    // What only programs need.
    for name in ["packages", "packed", "logs", "slowest"] {
        told.as_object_mut().map(|fields| fields.remove(name));
    }
    told
}

/// A failure in a few words.
fn in_short(report: &LogReport, session: &SessionReport) -> Value {
    let failure = session.failure.as_ref();
    let cause = failure.and_then(|failure| failure.cause.as_ref());
    let remedy = failure.and_then(|failure| failure.remedies.first());
    json!({
        "path": report.path, "product": session.product.name, "version": session.product.version,
        "outcome": session.outcome, "exit_code": session.exit_code, "started": session.started,
        "signature": failure.map(|failure| &failure.signature),
        "cause": cause.map(|cause| json!({
            "line": cause.line, "text": shortened(&cause.text), "means": cause.explanation, "confidence": cause.confidence,
        })),
        "remedy": remedy.map(|remedy| json!({"rule": remedy.rule, "title": remedy.title, "steps": remedy.steps})),
    })
}

fn shortened(text: &str) -> String {
    text.chars().take(MOST_LETTERS).collect()
}

/// Failures of the sessions beside the one that counts.
fn others(report: &LogReport) -> Vec<Value> {
    let principal = report.principal();
    let others = report.sessions.iter().filter(|s| s.failure.is_some());
    let others = others.filter(|s| !principal.is_some_and(|p| std::ptr::eq(*s, p)));
    others
        .take(5)
        .map(|session| in_short(report, session))
        .collect()
}
