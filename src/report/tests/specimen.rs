//! Reports made by hand, for the tests of the writers.

#[cfg(feature = "formats")]
use std::sync::LazyLock;

use crate::diagnosis::{
    ActionKind, AppliesTo, ArticleReference, Cause, Code, CodeSpace, Confidence, Evidence, Failure,
    IgnoredFailure, Propagation, Remedy, Role,
};
#[cfg(feature = "formats")]
use crate::report::Summary;
#[cfg(feature = "formats")]
use crate::report::json::ReadError;
#[cfg(feature = "formats")]
use crate::report::writer::{ScanEnd, Writer};
use crate::report::{Kind, LogReport, SCHEMA, SessionReport};
use crate::run::{Machine, Operation, Outcome, Product};

/// A text without the colours that the writers put in.
#[cfg(feature = "text")]
pub fn plain(text: &[u8]) -> String {
    let text = std::str::from_utf8(text).unwrap();
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or("").to_owned();
    parts.fold(first, |plain, part| {
        plain + part.split_once('m').map_or(part, |(_, rest)| rest)
    })
}

/// A small log of an installation that worked.
pub fn success() -> LogReport {
    LogReport {
        schema: SCHEMA.into(),
        path: "good.log".into(),
        written_as: None,
        kind: Kind::Msi,
        encoding: "utf-16le".into(),
        bytes: 1000,
        lines: 500,
        language: Some("en".into()),
        verbose: true,
        complete: true,
        notices: Vec::new(),
        sessions: vec![session(Outcome::Succeeded, 0)],
        related: Vec::new(),
        details: None,
    }
}

/// The log of a failure with more to say than a screen holds.
pub fn failure() -> LogReport {
    let mut session = session(Outcome::Failed, 1603);
    session.failure = Some(long_failure());
    LogReport {
        path: "pc17/MSI4f2.LOG".into(),
        complete: false,
        notices: vec!["the beginning of the log is missing, and this notice is long ".repeat(4); 5],
        sessions: vec![session],
        ..success()
    }
}

/// A session with a product and a machine.
pub fn session(outcome: Outcome, exit_code: i64) -> SessionReport {
    SessionReport {
        lines: [1, 500],
        started: Some("2026-07-07T12:02:17".into()),
        ended: None,
        duration_ms: Some(83_403),
        operation: Operation::Install,
        parent: None,
        product: Product {
            name: Some("Harbour Planner with a Name that is rather long".into()),
            version: Some("4.2.1".into()),
            ..Product::default()
        },
        dotnet: None,
        machine: Machine {
            name: Some("QUAY-7".into()),
            windows: Some("6.1.7601".into()),
            arch: Some("x64".into()),
            elevated: Some(true),
            ..Machine::default()
        },
        outcome,
        exit_code: Some(exit_code),
        exit_name: None,
        failure: None,
        ignored_failures: vec![IgnoredFailure {
            line: 77,
            action: "RemoveOldTask".into(),
            why: "continue flag".into(),
        }],
        ..SessionReport::default()
    }
}

fn long_failure() -> Failure {
    let code = |space, value| Code {
        space,
        value: Some(value),
        name: Some("ERROR_ACCESS_DENIED".into()),
        meaning: Some("Access denied: missing rights or a program that guards the folder.".into()),
    };
    let line = |line: u64| Evidence {
        line,
        text: format!(
            r"MSI (s) (C8:50) [12:02:17:906]: Executing op: Nr{line}({})",
            "x".repeat(900)
        ),
        role: Role::ScriptStep,
    };
    Failure {
        action: Some("InstallFiles".into()),
        action_kind: ActionKind::Standard,
        custom_action: None,
        script_operation: None,
        line: 480,
        cause: Some(Cause {
            line: 471,
            text: r"Product: Harbour -- Error 1310. Error writing to file: C:\Harbour\a.dll."
                .into(),
            code: code(CodeSpace::Msi, 1310),
            nested_code: Some(code(CodeSpace::Win32, 5)),
            confidence: Confidence::High,
            piece: false,
            explanation: Some("The file could not be written, for one of many reasons. ".repeat(9)),
        }),
        evidence: (465..477).map(line).collect(),
        propagation: vec![Propagation {
            line: 490,
            action: "INSTALL".into(),
        }],
        signature: "msi-1310/InstallFiles/5".into(),
        remedies: vec![
            remedy("file-access-denied"),
            remedy("another"),
            remedy("a-third"),
        ],
        origin: None,
    }
}

fn remedy(rule: &str) -> Remedy {
    Remedy {
        rule: rule.into(),
        title: "Access to a file or folder was denied".into(),
        fix: None,
        why_it_matched: "message 1310".into(),
        cause: "The rights are wrong.".into(),
        steps: vec!["Look at the rights of the folder, all the way up, with icacls. ".repeat(4); 9],
        commands: Vec::new(),
        articles: vec![
            ArticleReference {
                kb: "834484".into(),
                title: "What 1603 means".into(),
                url: format!("https://learn.microsoft.com/{}", "long-".repeat(14)),
                status: "retired".into(),
                replaced_by: Some("another page".into()),
            };
            4
        ],
        applies: AppliesTo::default(),
        confidence: Confidence::High,
    }
}

/// The end of a scan in which these could not be read.
#[cfg(feature = "formats")]
pub fn end(errors: &[ReadError]) -> ScanEnd<'_> {
    static NO_LOGS: LazyLock<Summary> = LazyLock::new(Summary::default);
    ScanEnd {
        errors,
        summary: &NO_LOGS,
    }
}

/// All that a writer writes.
#[cfg(feature = "formats")]
pub fn written(writer: &mut dyn Writer, reports: &[LogReport], errors: &[ReadError]) -> String {
    let mut out = Vec::new();
    writer.begin(&mut out).unwrap();
    for report in reports {
        writer.log(&mut out, report).unwrap();
    }
    writer.end(&mut out, &end(errors)).unwrap();
    String::from_utf8(out).unwrap()
}
