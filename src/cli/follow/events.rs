//! What a line tells somebody who waits: which action runs, that something went wrong, that a verdict
//! may be known now.

use crate::formats::burn;
use crate::grammar::{self, Body, MessageKind};
use crate::text::Line;

/// What a line tells.
#[derive(Debug, PartialEq, Eq)]
pub enum Event<'l> {
    /// An action, a step of the script or a package begins.
    Begins(&'l str),
    /// What was done is undone from here on.
    Undoes,
    /// Something is said to have gone wrong, in these words.
    Error(&'l str),
    /// How something ended: what comes to a verdict stands here or before.
    Telling,
    /// The log or the run ends here.
    Ends,
}

/// What a line tells.
pub fn of<'l>(line: &Line<'l>) -> Option<Event<'l>> {
    if let Some(record) = burn::parse(line.text) {
        return of_bundle(&record);
    }
    let record = grammar::parse(line.text);
    match record.body {
        Body::ActionStart(action) => Some(Event::Begins(action.name)),
        Body::Operation(operation) if operation.name == "ActionStart" => {
            operation.get("Name").map(Event::Begins)
        }
        Body::Operation(operation) if operation.name == "Header" => {
            (operation.get("ScriptType") == Some("2")).then_some(Event::Undoes)
        }
        Body::ActionEnded(_, 2 | 3) => Some(Event::Telling),
        Body::Message(message) | Body::ProductMessage { message, .. } => match message.kind {
            MessageKind::Error | MessageKind::DiskFull | MessageKind::Fatal => {
                Some(Event::Error(words(line.text)))
            }
            MessageKind::Plain => Some(Event::Telling),
            _ => None,
        },
        Body::CustomActionReturned { ignored: false, .. } => Some(Event::Telling),
        Body::Outcome { .. } | Body::ThreadReturning(_) | Body::BackFromServer(_) => {
            Some(Event::Telling)
        }
        Body::VerboseStopped(_) => Some(Event::Ends),
        Body::Text(text) if may_tell(text) => Some(Event::Telling),
        _ => None,
    }
}

fn of_bundle<'l>(record: &burn::Record<'l>) -> Option<Event<'l>> {
    use burn::Kind;
    match record.found.kind {
        Kind::Exit => Some(Event::Ends),
        Kind::Applying => Some(Event::Begins(record.found.value)),
        _ if record.is_error => Some(Event::Error(record.text)),
        Kind::Error | Kind::PackageSays => Some(Event::Error(record.text)),
        Kind::Applied | Kind::ApplyComplete | Kind::Failed | Kind::ProcessExited => {
            Some(Event::Telling)
        }
        _ => None,
    }
}

/// Whether a line of another program may say how a call ended.
fn may_tell(text: &str) -> bool {
    const MARKS: [&str; 5] = ["xit code", "eturn code", "xitCode", "inal Result", "0x8"];
    MARKS.iter().any(|mark| text.contains(mark))
}

/// A line without the prefix of the engine.
fn words(line: &str) -> &str {
    line.get(grammar::body_offset(line)..).unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lines_tell() {
        let of = |text| super::of(&Line { number: 1, text });
        let rows = [
            (
                "Action start 10:00:00: InstallFiles.",
                Some(Event::Begins("InstallFiles")),
            ),
            (
                "MSI (s) (FC:D4) [10:00:01:200]: Executing op: ActionStart(Name=CopyOver,Description=Copying,Template=File: [1])",
                Some(Event::Begins("CopyOver")),
            ),
            (
                "MSI (s) (FC:D4) [10:00:01:200]: Product: Sample -- Error 1310. Error writing.",
                Some(Event::Error(
                    "Product: Sample -- Error 1310. Error writing.",
                )),
            ),
            (
                "Action ended 10:00:00: InstallFiles. Return value 3.",
                Some(Event::Telling),
            ),
            ("Action ended 10:00:00: InstallFiles. Return value 1.", None),
            (
                "MSI (c) (FC:D4) [10:00:01:200]: MainEngineThread is returning 1603",
                Some(Event::Telling),
            ),
            (
                "=== Verbose logging stopped: 2026-01-02  10:00:00 ===",
                Some(Event::Ends),
            ),
            ("=== Logging stopped: 2026-01-02  10:00:00 ===", None),
            (
                "[0AF0:1B2C][2026-01-02T10:00:02]e000: Error 0x80070643: Failed to install MSI package.",
                Some(Event::Error(
                    "Error 0x80070643: Failed to install MSI package.",
                )),
            ),
            (
                "[0AF0:1B2C][2026-01-02T10:00:02]i007: Exit code: 0x643, restarting: No",
                Some(Event::Ends),
            ),
            (
                "Execution completed with exit code [1603].",
                Some(Event::Telling),
            ),
            (
                "MSI (s) (FC:D4) [10:00:01:200]: Executing op: Header(Signature=1,ScriptType=2,)",
                Some(Event::Undoes),
            ),
            ("Property(S): A = 1", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(of(text), wanted, "{text}");
        }
    }
}
