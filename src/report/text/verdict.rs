//! The first lines: what came of what, and where the log is from.

use crate::diagnosis::Confidence;
use crate::knowledge::codes::format_code;
use crate::report::layout::{tied, width as columns};
use crate::report::model::{LogReport, SessionReport, file_name};
use crate::report::words;
use crate::run::{Operation, Outcome};

/// `NAME VERSION, upgrade, exit code 1603`
pub fn verdict(report: &LogReport, session: &SessionReport) -> String {
    let mut parts = vec![product(session)];
    parts.extend(operation(session.operation).map(str::to_owned));
    let code = session.exit_code.map(format_code);
    let code = code.map(|code| tied(&format!("exit code {code}")));
    match session.outcome {
        Outcome::SucceededReboot => parts.push("restart needed".into()),
        Outcome::Incomplete => parts.push("the log stops before the result".into()),
        Outcome::Failed if session.cut_off && code.is_none() => parts.push(tied("log cut off")),
        _ => {}
    }
    parts.extend(code.filter(|_| session.outcome != Outcome::Succeeded));
    let text = parts.join(", ");
    match words::earlier_try_failed(report, session) {
        true => format!("{text}; an earlier try in this log failed"),
        false => text,
    }
}

/// The name of the product with its version.
fn product(session: &SessionReport) -> String {
    let product = &session.product;
    let name = words::product(session).or_else(|| product.code.clone());
    match (name, &product.version) {
        (Some(name), Some(version)) if !name.contains(version.as_str()) => {
            format!("{name} {version}")
        }
        (Some(name), _) => name,
        (None, _) => "Product not named".into(),
    }
}

/// Whether the screen says already what a notice tells: that the log is a part of one, and that the
/// cause may not be in it, where it is.
pub fn tells(report: &LogReport, notice: &str) -> bool {
    let failures = report.sessions.iter().filter_map(|s| s.failure.as_ref());
    let mut causes = failures.filter_map(|failure| failure.cause.as_ref());
    let found = causes.any(|cause| cause.confidence != Confidence::Low);
    (notice.starts_with("a piece of a log") || notice.starts_with("not a verbose log")) && found
}

/// What was done, in one word.
fn operation(operation: Operation) -> Option<&'static str> {
    Some(match operation {
        Operation::Install => "installation",
        Operation::Upgrade => "upgrade",
        Operation::Uninstall => "uninstallation",
        Operation::Repair => "repair or change",
        Operation::Patch => "patch",
        Operation::Admin => "administrative installation",
        Operation::Advertise => "advertisement",
        Operation::Unknown => return None,
    })
}

/// How sure it is that this is the cause, or that a remedy helps.
pub fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "high confidence",
        Confidence::Medium => "medium confidence",
        Confidence::Low => "low confidence",
    }
}

/// The log and where it was written; the file alone where its path does not fit beside the rest.
pub fn origin(report: &LogReport, session: &SessionReport, room: usize) -> String {
    let with = |name: &str| {
        let name = std::iter::once(tied(name));
        let parts = words::origin_of(session);
        let parts: Vec<String> = name.chain(parts.iter().map(|p| tied(p))).collect();
        parts.join(" · ")
    };
    let whole = with(words::log_name(report));
    match columns(&whole) <= room {
        true => whole,
        false => with(file_name(words::log_name(report))),
    }
}
