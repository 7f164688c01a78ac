//! What the report says of lines, by their numbers.

use std::collections::HashMap;

use super::{Annotation, Class};
use crate::report::{LogReport, SessionReport};
use crate::run::{Cause, Code};

/// The lines that a report speaks of. Of several things that it says of one the weightiest counts
/// for the class, and all are told.
#[derive(Debug, Default)]
pub(super) struct Told {
    lines: HashMap<u64, (Class, Vec<String>)>,
}

impl Told {
    pub fn of(report: &LogReport) -> Self {
        let mut told = Self::default();
        for session in &report.sessions {
            told.session(session);
        }
        told
    }

    pub fn get(&self, line: u64) -> Option<Annotation> {
        let (class, notes) = self.lines.get(&line)?;
        Some(Annotation {
            class: *class,
            note: (!notes.is_empty()).then(|| notes.join("; ").into()),
        })
    }

    fn add(&mut self, line: u64, class: Class, note: &str) {
        let (known, notes) = self.lines.entry(line).or_insert((class, Vec::new()));
        *known = (*known).min(class);
        if !note.is_empty() && notes.iter().all(|said| said != note) {
            notes.push(note.to_owned());
        }
    }

    fn session(&mut self, session: &SessionReport) {
        for ignored in &session.ignored_failures {
            let note = format!(
                "{} failed and did not stop it: {}",
                ignored.action, ignored.why
            );
            self.add(ignored.line, Class::IgnoredFailure, &note);
        }
        let Some(failure) = &session.failure else {
            return;
        };
        if let Some(cause) = &failure.cause {
            self.add(cause.line, Class::Cause, &meaning(cause));
        }
        let failed = match &failure.action {
            Some(action) => format!("{action} failed here"),
            None => String::new(),
        };
        self.add(failure.line, Class::FailingLine, &failed);
        let cause = failure.cause.as_ref().map(|cause| cause.line);
        for evidence in &failure.evidence {
            // The cause and the failing line say themselves what they are.
            if Some(evidence.line) != cause && evidence.line != failure.line {
                self.add(evidence.line, Class::Evidence, &evidence.role.to_string());
            }
        }
        for passed_on in &failure.propagation {
            let note = format!("{} only passes the failure on", passed_on.action);
            self.add(passed_on.line, Class::KnockOn, &note);
        }
    }
}

/// What the cause says, in plain words.
fn meaning(cause: &Cause) -> String {
    let of = |code: &Code| code.meaning.clone();
    let said = cause.explanation.clone().or_else(|| of(&cause.code));
    let nested = cause.nested_code.as_ref().and_then(of);
    let nested = nested.filter(|nested| said.as_ref().is_none_or(|said| !said.contains(nested)));
    let parts: Vec<String> = said.into_iter().chain(nested).collect();
    parts.join(" ")
}
