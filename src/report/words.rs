//! Plain words for what the data model says in short.

use super::model::{Kind, LogReport, SessionReport, file_name};
use crate::diagnosis::{ActionKind, Code, CodeSpace, Confidence, Failure, Origin};
use crate::grammar::{self, Body};
use crate::knowledge::codes::{describe, exit_code, format_code};
use crate::knowledge::windows;
use crate::run::{Operation, Outcome};

/// The path, or words for standard input.
pub fn log_name(report: &LogReport) -> &str {
    match report.path.as_str() {
        "-" => "standard input",
        path => path,
    }
}

/// What there is to say of a log without any session.
pub fn without_sessions(report: &LogReport) -> String {
    let log = log_name(report);
    match report.kind {
        Kind::Unrecognised => format!("{log} is no installer log"),
        _ => format!("{log} tells of no installation"),
    }
}

/// A line without the prefix of the engine, which says little to people; the line number finds it
/// again.
pub fn without_prefix(text: &str) -> &str {
    let text = text.get(grammar::body_offset(text)..).unwrap_or(text);
    bundle_text(text).unwrap_or(text)
}

/// What a line of a bundle's log says: `[0AF4:0B10][2026-01-20T09:22:49]e000: `, then the text.
fn bundle_text(text: &str) -> Option<&str> {
    let (_, rest) = text.strip_prefix('[')?.split_once("][")?;
    let (_, rest) = rest.split_once(']')?;
    let (code, said) = rest.split_once(": ")?;
    let digits = code.strip_prefix(['i', 'w', 'e'])?;
    (digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(said)
}

/// What a line says, without the product's name too (`Product: NAME --`), which stands in the
/// headline.
pub fn said(text: &str) -> &str {
    match grammar::parse(text).body {
        Body::ProductMessage { .. } => text.split_once(" -- ").map_or(text, |(_, message)| message),
        _ => without_prefix(text),
    }
}

/// `Installation of NAME VERSION`.
pub fn what(session: &SessionReport) -> String {
    let operation = match session.operation {
        Operation::Upgrade => "Upgrade",
        Operation::Uninstall => "Removal",
        Operation::Repair => "Repair or change",
        Operation::Patch => "Patch",
        Operation::Admin => "Administrative image",
        Operation::Advertise => "Advertisement",
        Operation::Install | Operation::Unknown => "Installation",
    };
    let product = &session.product;
    let name = self::product(session).or_else(|| product.code.clone());
    match (name, &product.version) {
        (Some(name), Some(version)) if !name.contains(version.as_str()) => {
            format!("{operation} of {name} {version}")
        }
        (Some(name), _) => format!("{operation} of {name}"),
        (None, _) => format!("{operation} of an unnamed product"),
    }
}

/// The codes of the cause, the outer one first.
pub fn codes(failure: &Failure) -> impl Iterator<Item = &Code> {
    let causes = failure.cause.iter();
    causes.flat_map(|cause| std::iter::once(&cause.code).chain(&cause.nested_code))
}

/// Another session of a log in one line.
pub fn other(session: &SessionReport) -> String {
    let [first, last] = session.lines;
    let outcome = outcome(session.outcome);
    format!("lines {first}-{last}: {} {outcome}", what(session))
}

/// `Installation of NAME VERSION failed with exit code 1603: …`.
pub fn headline(session: &SessionReport) -> String {
    let what = what(session);
    match (session.outcome, session.exit_code) {
        (Outcome::SucceededReboot, Some(code)) => {
            format!("{what} worked; a restart is needed (exit code {code})")
        }
        (Outcome::SucceededReboot, None) => format!("{what} worked; a restart is needed"),
        (Outcome::Succeeded, _) => format!("{what} worked"),
        (outcome, _) => match exit(session) {
            Some(exit) => format!("{what} {} with {exit}", self::outcome(outcome)),
            None if session.cut_off => format!("{what} failed (log cut off)"),
            None => format!("{what} {}", self::outcome(outcome)),
        },
    }
}

/// The headline of the session that a log is judged by: that it works now, where an earlier try for
/// the same product failed.
pub fn headline_of(report: &LogReport, session: &SessionReport) -> String {
    match earlier_try_failed(report, session) {
        true => format!("{}; an earlier try in this log failed", headline(session)),
        false => headline(session),
    }
}

/// Whether the session makes good what an earlier one in the same log failed at.
pub fn earlier_try_failed(report: &LogReport, session: &SessionReport) -> bool {
    let is_this = |s: &SessionReport| std::ptr::eq(s, session);
    let mut others = report.outermost().filter(|s| !is_this(s));
    others.any(|s| report.made_good(s).is_some_and(is_this))
}

/// `failed`, `was cancelled`, …
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Succeeded => "worked",
        Outcome::SucceededReboot => "worked, restart needed",
        Outcome::Failed => "failed",
        Outcome::Cancelled => "was cancelled",
        Outcome::Incomplete => "has no known result: the log stops before it",
    }
}

/// `exit code 1602: …`; 1603 only says that it failed.
pub fn exit(session: &SessionReport) -> Option<String> {
    let number = session.exit_code?;
    // A crash or an HRESULT is known by its hexadecimal form.
    let shown = format_code(number);
    let meaning = exit_meaning(number).filter(|_| number != 1603);
    Some(match meaning {
        Some(meaning) => format!("exit code {shown}: {meaning}"),
        None => format!("exit code {shown}"),
    })
}

/// What an exit code means.
pub fn exit_meaning(number: i64) -> Option<String> {
    Some(match exit_code(number & 0xffff_ffff) {
        Some(code) => code.meaning.to_owned(),
        None => describe(number, CodeSpace::Exit).meaning,
    })
}

/// `message 1310`, `system error 5 (ERROR_ACCESS_DENIED): …`
pub fn code(code: &Code) -> Option<String> {
    let value = code.value?;
    let label = match code.space {
        CodeSpace::Msi => format!("installer message {value}"),
        CodeSpace::Win32 => format!("system error {value}"),
        CodeSpace::Hresult => format!("code 0x{value:08X}"),
        CodeSpace::Exit => format!("exit code {value}"),
        CodeSpace::None => return None,
    };
    let name = code.name.iter().map(|name| format!(" ({name})"));
    let meaning = code.meaning.iter().map(|meaning| format!(": {meaning}"));
    Some([label].into_iter().chain(name).chain(meaning).collect())
}

/// A code below a text: without its meaning where the text has it already.
pub fn code_beside(own: &Code, text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let told =
        |meaning: &str| lower.contains(meaning.trim_end_matches('.').to_lowercase().as_str());
    let meaning = own.meaning.clone().filter(|meaning| !told(meaning));
    code(&Code {
        meaning,
        ..own.clone()
    })
}

/// What kind of action, in words.
pub fn action_kind(kind: ActionKind) -> &'static str {
    match kind {
        ActionKind::Standard => "an action of Windows Installer itself",
        ActionKind::CustomImmediate => "a custom action of this package",
        ActionKind::CustomDeferred => "a custom action of this package, run by the script",
        ActionKind::CustomRollback => "a rollback custom action of this package",
        ActionKind::CustomCommit => "a commit custom action of this package",
        ActionKind::Dialog => "a dialog",
        ActionKind::Package => "a package of this setup",
        ActionKind::None => "",
    }
}

/// Where it failed: the action, what it is, and what a custom action ran and returned.
pub fn place(failure: &Failure) -> Option<String> {
    let action = failure.action.as_deref()?;
    let mut text = match action_kind(failure.action_kind) {
        "" => action.to_owned(),
        kind => format!("{action}, {kind}"),
    };
    let Some(custom) = &failure.custom_action else {
        return Some(text);
    };
    let program = custom.method.as_ref().or(custom.exe.as_ref());
    let library = custom.entry_point.as_ref().or(custom.dll.as_ref());
    if let Some(runs) = program.or(library) {
        text.push_str(&format!(", runs {runs}"));
    }
    if let Some(code) = custom.actual_code {
        text.push_str(&format!(", returned {}", format_code(code)));
    }
    Some(text)
}

/// The code that a reader would look up, as `msilog explain` takes it.
pub fn to_explain(failure: &Failure) -> Option<String> {
    codes(failure).find_map(|code| code.value).map(format_code)
}

/// How sure cause and remedy are, with the reason.
pub fn confidence(failure: &Failure) -> String {
    let cause = match failure.cause.as_ref().map(|c| c.confidence) {
        Some(Confidence::High) => match failure.action_kind {
            ActionKind::None => "high: Windows Installer itself says so",
            ActionKind::Package => "high: the failing package itself says so",
            _ => "high: the failing action itself says so",
        },
        Some(Confidence::Medium) => "medium: likely, but the log does not prove it",
        Some(Confidence::Low) => "low: the best hint in this log",
        None => "none: no line of the log says why",
    };
    let remedy = failure.remedies.first().map(|r| match r.confidence {
        Confidence::High => "; confidence in the fix: high",
        Confidence::Medium => "; confidence in the fix: medium",
        Confidence::Low => "; confidence in the fix: low",
    });
    let piece = match &failure.cause {
        Some(cause) if cause.piece => " (this is only a piece of a log)",
        _ => "",
    };
    format!("{cause}{piece}{}", remedy.unwrap_or_default())
}

/// The .NET product where the headline does not name it already for want of a product's name, the
/// machine, Windows, start and duration.
pub fn origin_of(session: &SessionReport) -> Vec<String> {
    let machine = &session.machine;
    let mut parts = Vec::new();
    if let Some(name) = &session.product.name {
        let dotnet = session.dotnet.as_ref().map(ToString::to_string);
        let own = |dotnet: &str| name.contains(dotnet.split(" (").next().unwrap_or(dotnet));
        parts.extend(dotnet.filter(|dotnet| !own(dotnet)));
    }
    parts.extend(machine.name.clone());
    if let Some(version) = &machine.windows {
        let numbers: Vec<u32> = version.split('.').filter_map(|p| p.parse().ok()).collect();
        let name = match numbers.as_slice() {
            [major, minor, rest @ ..] => {
                let build = rest.first().copied().unwrap_or(0);
                windows::windows_name(*major, *minor, build, machine.server)
            }
            _ => None,
        };
        let windows = name.unwrap_or_else(|| format!("Windows {version}"));
        parts.push(match &machine.arch {
            Some(arch) => format!("{windows} {arch}"),
            None => windows,
        });
    } else {
        parts.extend(machine.arch.clone());
    }
    match machine.elevated {
        Some(true) => parts.push("elevated".into()),
        Some(false) => parts.push("not elevated".into()),
        None => {}
    }
    let started = session.started.as_ref().map(|s| s.replace('T', " "));
    parts.extend(started.map(|s| s.get(..16).unwrap_or(&s).to_owned()));
    let duration = session.duration_ms.filter(|ms| *ms >= 100);
    parts.extend(duration.map(self::duration));
    parts
}

/// `3.4 s`, `2 min 5 s`.
pub fn duration(ms: u64) -> String {
    match ms {
        0..60_000 => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        60_000..3_600_000 => format!("{} min {} s", ms / 60_000, ms / 1000 % 60),
        _ => format!("{} h {} min", ms / 3_600_000, ms / 60_000 % 60),
    }
}

/// What the log of a package says of the failure.
pub fn origin(origin: &Origin) -> String {
    let text = origin.text.as_deref().map(said);
    let plain = origin.explanation.as_deref().or(text);
    let plain = plain.unwrap_or("the log of the package does not say why");
    match &origin.action {
        Some(action) => format!("{} (in {action})", plain.trim_end_matches('.')),
        None => plain.to_owned(),
    }
}

/// `3 logs: 1 failed, 2 worked`; what there is none of is left out.
pub fn totals(logs: usize, counts: &[(usize, &str)]) -> String {
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(n, what)| format!("{n} {what}")).collect();
    let noun = if logs == 1 { "log" } else { "logs" };
    match counts.is_empty() {
        true => format!("{logs} {noun}"),
        false => format!("{logs} {noun}: {}", counts.join(", ")),
    }
}

/// A path as a shell takes it.
pub fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/\\._-:,+@%~".contains(c);
    if path.chars().all(plain) {
        path.to_owned()
    } else {
        format!("\"{path}\"")
    }
}

/// `1234567` as `1,234,567`.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The name under which a product is listed: its own without the version, so that versions come
/// together, else its .NET, else its package.
pub fn product(session: &SessionReport) -> Option<String> {
    let product = &session.product;
    let package = product.package.as_deref();
    product
        .name
        .clone()
        .or_else(|| session.dotnet.as_ref().map(ToString::to_string))
        .or_else(|| package.map(|package| file_name(package).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_for_the_shell() {
        assert_eq!(quoted("C:\\a\\b.log"), "C:\\a\\b.log");
        assert_eq!(quoted("a b.log"), "\"a b.log\"");
    }

    #[test]
    fn numbers_have_commas() {
        let numbers = [0, 12, 999, 1000, 1_234_567].map(thousands);
        assert_eq!(numbers, ["0", "12", "999", "1,000", "1,234,567"]);
    }
}
