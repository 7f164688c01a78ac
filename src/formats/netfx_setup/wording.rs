//! Tells what a line says by its wording.

use std::sync::LazyLock;

use aho_corasick::packed::Searcher;

use super::grammar::{Kind, Technology};
use super::stamp::date;
use crate::formats::codes::{code_in, number};

/// Words that may stand anywhere in a line. One search for all of them spares most lines one search
/// for each; processors without the instructions for it have none.
static MARKS: LazyLock<Option<Searcher>> = LazyLock::new(|| {
    Searcher::new([
        " returned ",
        " exited with return value ",
        "INSTALLMESSAGE_ERROR [",
        "ignature verification",
        "ash verification failed",
        "download failed with",
        "; rerunning Setup",
    ])
});

/// The kind of a text without time stamp and component.
pub(super) fn kind(text: &str) -> Kind<'_> {
    let marked = MARKS
        .as_ref()
        .is_none_or(|marks| marks.find(text).is_some());
    fact(text)
        .or_else(|| frame(text))
        .or_else(|| item(text))
        .or_else(|| result(text, marked))
        .or_else(|| refusal(text, marked))
        .or_else(|| suite(text, marked))
        .unwrap_or(Kind::Other)
}

/// Facts at the head of the log.
fn fact(text: &str) -> Option<Kind<'_>> {
    // All names begin with one of these.
    if !text.starts_with(['C', 'E', 'O', 'P']) {
        return None;
    }
    let (name, value) = text
        .split_once(" = ")
        .or_else(|| text.split_once(": "))
        .map(|(name, value)| (name, value.trim()))?;
    let quoted = |value: &'_ str| !value.is_empty();
    match name {
        "CommandLine" | "Command line" | "Executing command line" if quoted(value) => {
            Some(Kind::CommandLine(unquoted(value)))
        }
        "Operation" => word(value).map(Kind::Operation),
        "Package Name" => Some(Kind::PackageName(value)),
        "Package Version" => Some(Kind::PackageVersion(value)),
        "OS Version" => value.split(',').next().map(Kind::Windows),
        "OS Description" => Some(Kind::WindowsDescription(value)),
        "Executable" => Some(executable(value)),
        _ => None,
    }
}

/// `'setup.exe /q'`: the extractor puts marks around the whole.
fn unquoted(value: &str) -> &str {
    value
        .strip_prefix('\'')
        .and_then(|v| v.strip_suffix('\''))
        .unwrap_or(value)
}

fn word(value: &str) -> Option<&str> {
    let only = value.chars().all(|c| c.is_alphabetic() || c == ' ');
    (only && !value.is_empty()).then_some(value)
}

/// `C:\folder\setup.exe v4.0.30319.1`
fn executable(value: &str) -> Kind<'_> {
    match value.rsplit_once(" v") {
        Some((path, version)) if version.starts_with(|c: char| c.is_ascii_digit()) => {
            Kind::Executable {
                path: path.trim_end(),
                version: Some(version),
            }
        }
        _ => Kind::Executable {
            path: value,
            version: None,
        },
    }
}

/// Where logs and runs begin and end.
fn frame(text: &str) -> Option<Kind<'_>> {
    if let Some(session) = text.strip_prefix("***") {
        return session
            .starts_with("EndOfSession***")
            .then_some(Kind::EndOfErrors);
    }
    if text.starts_with("End_Session:") {
        return Some(Kind::Stopped);
    }
    let helper = text.strip_prefix("INFO:").map(str::trim_start);
    let inner = helper.unwrap_or(text);
    let framed = inner.strip_prefix(['=', '*'])?;
    let words = framed.trim_matches(['=', '*', ' ']);
    match words {
        "Session Start" | "SetupUtility Started" => return Some(Kind::Started(None)),
        "Session End" | "SetupUtility Ended" => return Some(Kind::Stopped),
        _ => {}
    }
    if words.starts_with("Logging stopped") {
        return Some(Kind::Stopped);
    }
    let started = words.strip_prefix("Logging started")?;
    let day = started.strip_prefix(": ").and_then(|t| t.split(' ').next());
    Some(Kind::Started(day.and_then(date)))
}

/// What is done with the items.
fn item(text: &str) -> Option<Kind<'_>> {
    let action = text.strip_prefix("Action: ").unwrap_or(text);
    if action.starts_with("Perform") {
        return performing(action);
    }
    if let Some(path) = text.strip_suffix(" is now available to install") {
        return Some(Kind::ItemBegins { path });
    }
    if let Some(path) = item_log(text) {
        return Some(Kind::ItemLog { path: path.trim() });
    }
    let (technology, tail) = [
        ("MSI (", Technology::Msi),
        ("Patch (", Technology::Patch),
        ("MSP (", Technology::Patch),
        ("MSU (", Technology::Program),
        ("CBS (", Technology::Program),
        ("Exe (", Technology::Program),
    ]
    .into_iter()
    .find_map(|(front, technology)| Some((technology, text.strip_prefix(front)?)))?;
    ended(technology, tail)
}

fn performing(action: &str) -> Option<Kind<'_>> {
    let (_, path) = action
        .strip_prefix("Performing ")
        .filter(|tail| !tail.starts_with("actions on all"))?
        .split_once(" on ")?;
    let path = path
        .split_once(" at ")
        .or_else(|| path.split_once(": "))
        .map_or(path, |(_, path)| path);
    let path = path
        .split_once(" targetting Product: ")
        .map_or(path, |(path, _)| path);
    let path = path.trim_end_matches("...").trim();
    (!path.is_empty()).then_some(Kind::ItemBegins { path })
}

fn item_log(text: &str) -> Option<&str> {
    let named = [
        "Exe Log File: ",
        "MSI log: ",
        "Msi Log: ",
        "MSI Log: ",
        "Enabling MSI log file: ",
        "Successfully called MsiEnableLog with log file set to ",
    ];
    let direct = named.iter().find_map(|front| text.strip_prefix(front));
    direct
        .or_else(|| {
            let tail = text.strip_prefix("Log File ")?;
            let tail = tail.trim_start_matches([':', ' ']);
            Some(
                tail.split_once(" does not yet exist")
                    .map_or(tail, |(path, _)| path),
            )
        })
        .filter(|path| !path.trim().is_empty())
}

/// `C:\folder\x.msi) Installation failed. Msi Log: Setup_…-MSI_x.msi.txt`
fn ended(technology: Technology, tail: &str) -> Option<Kind<'_>> {
    let (path, what) = tail.split_once(") ")?;
    let verb = what.split('.').next().unwrap_or(what);
    let failed = verb.contains("failed");
    if !failed && !verb.contains("succeeded") {
        return None;
    }
    let log = ["Msi Log:", "MSI Log:", "MSI log:"]
        .iter()
        .find_map(|mark| what.split_once(mark))
        .map(|(_, log)| log.trim())
        .filter(|log| !log.is_empty());
    let code = what
        .split_once(" with ")
        .and_then(|(_, code)| code_in(code));
    Some(Kind::ItemEnded {
        technology,
        path,
        failed,
        code,
        log,
    })
}

/// Results of operations and of the whole.
fn result(text: &str, marked: bool) -> Option<Kind<'_>> {
    if let Some(tail) = text.strip_prefix("Final Result: ") {
        return final_result(tail);
    }
    if let Some(code) = text.strip_prefix("Exiting with result code: ") {
        return number(code).map(Kind::ExitCode);
    }
    if let Some(tail) = text.strip_prefix("OnFailureBehavior for this item is to ") {
        return Some(Kind::OnFailure(tail.trim_end_matches(['.', ' '])));
    }
    if text.starts_with(['"', '('])
        && let Some((_, elapsed)) = text.split_once("(Elapsed time: ")
    {
        return elapsed_time(elapsed).map(Kind::Elapsed);
    }
    if text.starts_with("Action Rollback changes") || text.starts_with("Rolling back") {
        return Some(Kind::RollingBack);
    }
    if !marked {
        return None;
    }
    if let Some((_, message)) = text.split_once("INSTALLMESSAGE_ERROR [") {
        return Some(Kind::InstallerMessage(message.trim_end_matches([']', ' '])));
    }
    returned(text)
}

/// `PerformMsiOperation returned 0x643`, `x.exe exited with return value 3010`
fn returned(text: &str) -> Option<Kind<'_>> {
    let (operation, tail) = text
        .split_once(" returned 0x")
        .map(|(operation, _)| (operation, text.get(operation.len() + 10..).unwrap_or("")))
        .or_else(|| text.split_once(" exited with return value "))
        .or_else(|| {
            let perform = text.starts_with("Perform");
            text.split_once(" returned ").filter(|_| perform)
        })?;
    let code = number(tail)?;
    (operation.len() < 400).then_some(Kind::Returned { operation, code })
}

/// `Installation failed with error code: (0x80070643), "Fatal error …" (Elapsed time: …`
fn final_result(tail: &str) -> Option<Kind<'_>> {
    let (words, tail) = tail.split_once('(')?;
    let (code, tail) = tail.split_once(')')?;
    let message = tail
        .trim_start_matches([',', ' '])
        .trim_start_matches('"')
        .split('"')
        .next()
        .unwrap_or("");
    Some(Kind::FinalResult {
        failed: !words.contains("success"),
        code: number(code)?,
        message: message.trim(),
    })
}

/// The time behind a result: `0 00:00:14`, days and a clock.
pub(super) fn elapsed_in(text: &str) -> Option<u64> {
    elapsed_time(text.split_once("(Elapsed time: ")?.1)
}

fn elapsed_time(text: &str) -> Option<u64> {
    let (days, tail) = text.split_once(' ')?;
    let clock = tail.split(')').next()?;
    let mut numbers = clock.split(':').map(|n| n.trim().parse::<u64>().ok());
    let mut next = || numbers.next().flatten().filter(|n| *n < 100);
    let (hours, minutes, seconds) = (next()?, next()?, next()?);
    let days = days.parse::<u64>().ok().filter(|days| *days < 10_000)?;
    Some((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000)
}

/// What keeps the setup from going on.
fn refusal(text: &str, marked: bool) -> Option<Kind<'_>> {
    if let Some(tail) = text
        .strip_prefix("BlockIf")
        .or_else(|| text.strip_prefix("StopBlock"))
    {
        if let Some(value) = tail.strip_prefix(" evaluated to ") {
            return Some(Kind::BlockIfEvaluated(value.starts_with("true")));
        }
        let words = tail.strip_prefix(':')?.trim_end_matches("...").trim();
        return (!words.is_empty()).then_some(Kind::BlockIf(words));
    }
    if let Some(words) = text.strip_prefix("Blocked:") {
        return Some(Kind::Blocked(words.trim()));
    }
    let check = [
        "Verifying Digital Signatures:",
        "Signature verification",
        "FileHash verification",
        "File hash verification",
        "Failed to verify",
        "Download failed",
        "Failed to download",
        "URLDownloadToCacheFile failed",
        "BITS download failed",
    ]
    .iter()
    .any(|front| text.starts_with(front))
        || marked
            && [
                " Signature verification for ",
                "Signature verification failed",
                "FileHash verification failed",
                "download failed with",
            ]
            .iter()
            .any(|words| text.contains(words));
    let failed = || text.contains("ailed") && !text.contains("not failed");
    (check && failed()).then(|| Kind::CheckFailed {
        code: code_in(text),
    })
}

/// What the suite setup of Visual Studio says.
fn suite(text: &str, marked: bool) -> Option<Kind<'_>> {
    let tail = text
        .strip_prefix("***ERRORLOG EVENT*** : ")
        .or_else(|| text.strip_prefix("[2] "))
        .or_else(|| text.strip_prefix("ERROR:"));
    if let Some(event) = tail {
        return Some(Kind::ErrorEvent(event.trim()));
    }
    if let Some(code) = text.strip_prefix("SETUP EXIT CODE - ") {
        return number(code).map(Kind::ExitCode);
    }
    if text.starts_with("Starting dynamic costing") {
        return Some(Kind::MainComponent);
    }
    if marked && text.contains("; rerunning Setup") {
        return Some(Kind::Restarting);
    }
    if let Some(tail) = text.strip_prefix("InstallReturnValue: ") {
        let (component, code) = tail.rsplit_once(", ")?;
        let code = number(code)?;
        return Some(Kind::InstallReturn { component, code });
    }
    let (failed, component) = text
        .strip_prefix("Setup Failed on component ")
        .map(|component| (true, component))
        .or_else(|| {
            let component = text.strip_prefix("Setup Succeeded on component ")?;
            Some((false, component))
        })?;
    Some(Kind::ComponentEnded { component, failed })
}
