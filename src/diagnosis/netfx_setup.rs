//! Why a setup program of .NET Framework failed: a condition that blocked it, an item that failed, or
//! a file that it could not fetch.
//!
//! Of a failed package it knows the messages that the installer sent it; the deeper cause stands in
//! the package's own log, which the evidence names.

use super::codes;
use super::model::{
    ActionKind, Cause, Code, CodeSpace, Confidence, Evidence, Failure, Propagation,
};
use crate::grammar;
use crate::session::burn::KeptLine;
use crate::session::model::Outcome;
use crate::session::netfx_setup::{SetupItem, SetupSession};

/// Says why it failed; `None` where it worked, and where nothing in the log failed.
#[must_use]
pub fn diagnose(session: &SetupSession) -> Option<Failure> {
    let outcome = session.outcome();
    if matches!(outcome, Outcome::Succeeded | Outcome::SucceededReboot) {
        return None;
    }
    let culprit = session.culprit();
    let result = session.result.as_ref();
    if result.is_none() && culprit.is_none() && session.blocked.is_none() {
        return None;
    }
    let cause = cause(session, culprit);
    let line = culprit
        .map(|item| item.line.line)
        .or(result.map(|result| result.line.line))
        .or(cause.as_ref().map(|cause| cause.line));
    let mut failure = Failure {
        action: culprit.map(|item| item.name.clone()),
        action_kind: if culprit.is_some() {
            ActionKind::Package
        } else {
            ActionKind::None
        },
        custom_action: None,
        script_operation: None,
        line: line.unwrap_or(session.last_line),
        evidence: evidence(session, culprit, cause.as_ref()),
        propagation: Vec::new(),
        signature: signature(session, culprit, cause.as_ref()),
        cause,
        remedies: Vec::new(),
        origin: None,
    };
    failure.propagation = result
        .filter(|result| result.line.line != failure.line)
        .map(|result| Propagation {
            line: result.line.line,
            action: "Final Result".to_owned(),
        })
        .into_iter()
        .collect();
    Some(failure)
}

/// The message of the installer that says most: an error with a number, else the first.
fn message(item: &SetupItem) -> Option<&KeptLine> {
    let numbered = |line: &&KeptLine| number(&line.text).is_some();
    let mut messages = item.messages.iter();
    messages.clone().find(numbered).or_else(|| messages.next())
}

fn number(text: &str) -> Option<u32> {
    grammar::message_of(text)?.number
}

fn cause(session: &SetupSession, culprit: Option<&SetupItem>) -> Option<Cause> {
    let none = Code {
        space: CodeSpace::None,
        value: None,
        name: None,
        meaning: None,
    };
    let told = |line: &KeptLine, code: Code, confidence, explanation: Option<String>| Cause {
        line: line.line,
        text: line.text.clone(),
        code,
        nested_code: None,
        confidence,
        explanation,
    };
    if let Some(blocked) = &session.blocked {
        let words = Some(blocked.text.clone());
        return Some(told(blocked, none, Confidence::High, words));
    }
    if let Some(item) = culprit {
        if let Some(message) = message(item) {
            let code = number(&message.text)
                .map(|number| codes::describe(i64::from(number), CodeSpace::Msi));
            let mut cause = told(message, code.unwrap_or(none), Confidence::High, None);
            cause.nested_code = hresult(&message.text).map(codes::system_code);
            return Some(cause);
        }
        let code = item
            .code
            .or(session.result.as_ref().and_then(|result| result.code));
        let code = code.map_or(none, |code| codes::system_code(i64::from(code)));
        let words = match item.kind.as_str() {
            "MSI" | "Patch" => format!("The package {} failed; its own log says why.", item.name),
            _ => format!("{} failed.", item.name),
        };
        // The setup program itself does not know more than that the package failed.
        let confidence = if item.kind == "Exe" {
            Confidence::High
        } else {
            Confidence::Medium
        };
        return Some(told(&item.line, code, confidence, Some(words)));
    }
    if let Some(failed) = &session.fetch_failed {
        let words = "A file of the setup could not be fetched, or is not what it should be.";
        return Some(told(
            failed,
            none,
            Confidence::Medium,
            Some(words.to_owned()),
        ));
    }
    let result = session.result.as_ref()?;
    let code = result
        .code
        .map_or(none, |code| codes::system_code(i64::from(code)));
    Some(told(&result.line, code, Confidence::Low, None))
}

/// The HRESULT in a message: `HRESULT: 0x80131047`.
fn hresult(text: &str) -> Option<i64> {
    let (_, rest) = text.split_once("0x")?;
    let end = rest
        .find(|c: char| !c.is_ascii_hexdigit())
        .unwrap_or(rest.len());
    let digits = rest.get(..end).filter(|digits| digits.len() == 8)?;
    u32::from_str_radix(digits, 16).ok().map(i64::from)
}

fn evidence(
    session: &SetupSession,
    culprit: Option<&SetupItem>,
    cause: Option<&Cause>,
) -> Vec<Evidence> {
    let mut lines: Vec<(&KeptLine, &str)> = Vec::new();
    lines.extend(
        session
            .blocked
            .iter()
            .map(|line| (line, "the condition that blocked it")),
    );
    if let Some(item) = culprit {
        let messages = item.messages.iter();
        lines.extend(messages.map(|line| (line, "what the installer said while the package ran")));
        lines.push((&item.line, "the item that failed"));
        let log = item.log.iter().filter(|log| log.line != item.line.line);
        lines.extend(log.map(|line| (line, "its own log, which holds the deeper cause")));
    }
    lines.extend(
        session
            .fetch_failed
            .iter()
            .map(|line| (line, "a file that could not be fetched or checked")),
    );
    lines.extend(
        session
            .result
            .iter()
            .map(|result| (&result.line, "how the setup ended")),
    );
    let mut evidence: Vec<Evidence> = lines
        .into_iter()
        .map(|(line, why)| Evidence {
            line: line.line,
            text: line.text.clone(),
            why: match cause {
                Some(cause) if cause.line == line.line => "the cause".to_owned(),
                _ => why.to_owned(),
            },
        })
        .collect();
    evidence.sort_by_key(|line| line.line);
    evidence.dedup_by_key(|line| line.line);
    evidence
}

/// `netfx-setup/core.msi/1935/0x80131047`
fn signature(session: &SetupSession, culprit: Option<&SetupItem>, cause: Option<&Cause>) -> String {
    if let Some(blocked) = &session.blocked {
        let words = blocked.text.to_lowercase();
        let words = words
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty());
        let slug: Vec<&str> = words.take(8).collect();
        return format!("netfx-setup/blocked/{}", slug.join("-"));
    }
    let item = culprit.map_or("-", |item| item.name.as_str());
    let codes = cause.map(|cause| {
        let codes = [
            cause.code.value,
            cause.nested_code.as_ref().and_then(|code| code.value),
        ];
        let shown = codes.into_iter().flatten();
        shown
            .map(|code| format!("/{}", crate::knowledge::codes::format_code(code)))
            .collect::<String>()
    });
    format!("netfx-setup/{item}{}", codes.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::netfx_setup::SetupBuilder;

    fn failure(lines: &[&str]) -> Failure {
        let mut builder = SetupBuilder::default();
        for (number, line) in (1..).zip(lines) {
            builder.push(number, line);
        }
        diagnose(&builder.finish()).unwrap()
    }

    #[test]
    fn a_message_of_the_installer_says_more_than_the_item() {
        let found = failure(&[
            "Action: Performing Action on MSI at C:\\x\\core.msi",
            "Returning IDOK. INSTALLMESSAGE_ERROR [Error 1935.An error occurred. HRESULT: 0x80131047.]",
            "MSI (C:\\x\\core.msi) Installation failed. Msi Log: a.txt",
            "Final Result: Installation failed with error code: (0x80070643)",
        ]);
        let cause = found.cause.unwrap();
        assert_eq!((cause.line, cause.code.value), (2, Some(1935)));
        assert_eq!(cause.nested_code.unwrap().value, Some(0x8013_1047));
        assert_eq!((found.action.as_deref(), found.line), (Some("core.msi"), 3));
        assert_eq!(found.signature, "netfx-setup/core.msi/1935/0x80131047");
        assert_eq!(found.propagation[0].line, 4);
    }

    #[test]
    fn a_program_that_failed_and_a_run_without_an_end() {
        let found = failure(&["Exe (C:\\x\\a.msu) failed with 0xc8000222 - (null)."]);
        assert_eq!(found.cause.unwrap().code.value, Some(0xc800_0222));
        assert_eq!(found.signature, "netfx-setup/a.msu/0xC8000222");
        let found = failure(&["Final Result: Installation failed with error code: (0x80070643)"]);
        assert_eq!(found.cause.unwrap().confidence, Confidence::Low);
    }
}
