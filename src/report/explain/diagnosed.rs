//! Lines of a log that somebody asks about: what msilog says of them as a log.

use super::catalog::plain;
use super::{Explanation, Kind, Sense, message};
use crate::knowledge::codes;
use crate::report::{LogReport, SessionReport};
use crate::run::{Cause, Failure};

/// Fewer words than that are no line of a log.
const LEAST_WORDS: usize = 3;

impl Explanation {
    /// Whether the term may be a line of a log, or several.
    #[must_use]
    pub fn may_be_lines(&self) -> bool {
        let mut facts = self.explanations.iter().flat_map(|sense| &sense.facts);
        let read_loosely = facts.any(|(label, _)| *label == "read as");
        let exact = self.known && !read_loosely && !message::is_sentence(&self.term);
        !exact && self.term.split_whitespace().count() >= LEAST_WORDS
    }

    /// Adds what a report says of the term's lines, where it names a cause or a remedy.
    #[must_use]
    pub fn with_report(mut self, report: &LogReport) -> Self {
        let failed = report
            .sessions
            .iter()
            .find_map(|session| Some((session, session.failure.as_ref()?)));
        let told =
            failed.filter(|(_, failure)| failure.cause.is_some() || !failure.remedies.is_empty());
        let Some((session, failure)) = told else {
            return self;
        };
        let sense = of_failure(session, failure);
        // What a line is as a message comes first; the rules then say what to do about it.
        let is_message = self.known
            && self
                .explanations
                .first()
                .is_some_and(|s| s.kind == Kind::Msi);
        // So does the code that a line is about, where the log names no cause.
        match self.known {
            false => self.explanations = vec![sense],
            true if is_message || failure.cause.is_none() => self.explanations.push(sense),
            true => self.explanations.insert(0, sense),
        }
        self.known = true;
        self.suggestions.clear();
        self
    }
}

/// The cause that a failure names, and its remedies.
fn of_failure(session: &SessionReport, failure: &Failure) -> Sense {
    let cause = failure.cause.as_ref();
    let line = cause.map_or(failure.line, |cause| cause.line);
    let heading = match cause {
        Some(_) => format!("as a log: line {line} names the cause"),
        None => "as a log: it failed, and no line says why".to_owned(),
    };
    let mut sense = Sense::new(
        Kind::LogLine,
        heading,
        cause.map_or_else(|| ended(session), why),
    )
    .fact("line", cause.map_or("", |cause| cause.text.as_str()))
    .fact("action", failure.action.as_deref().unwrap_or(""));
    sense.rules = failure
        .remedies
        .iter()
        .map(|remedy| remedy.rule.clone())
        .collect();
    for (index, remedy) in failure.remedies.iter().enumerate() {
        let label = if index == 0 { "helps" } else { "" };
        let text = format!("{} (msilog rules show {})", remedy.title, remedy.rule);
        sense = sense.fact(label, text);
    }
    let steps = failure
        .remedies
        .first()
        .map(|remedy| remedy.steps.as_slice());
    for (number, step) in (1..).zip(steps.unwrap_or_default()) {
        let label = if number == 1 { "do" } else { "" };
        sense = sense.fact(label, format!("{number}. {}", plain(step)));
    }
    sense
}

/// What the line of the cause says, in plain words.
fn why(cause: &Cause) -> String {
    let code = cause.code.value.zip(cause.code.meaning.as_deref());
    let code = code.map(|(value, meaning)| format!("{}: {meaning}", codes::format_code(value)));
    cause
        .explanation
        .clone()
        .or(code)
        .unwrap_or_else(|| cause.text.clone())
}

fn ended(session: &SessionReport) -> String {
    match session.exit_code {
        Some(code) => format!("It ended with exit code {}.", codes::format_code(code)),
        None => "It failed.".to_owned(),
    }
}
