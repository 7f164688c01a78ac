//! What the text of a Burn line says, told by its first word.

use nom::bytes::complete::{tag, take_till};
use nom::character::complete::{one_of, space0};
use nom::combinator::{opt, rest};
use nom::sequence::{preceded, terminated};
use nom::{IResult, Parser};

use super::grammar::{Kind, Phase, hexadecimal};
use crate::formats::scan::{after, between, until};

/// Tells the kind of a text by its first word.
pub(super) fn kind(text: &str) -> Kind<'_> {
    let word = text.split([' ', ',']).next().unwrap_or("");
    let found = match word {
        "Burn" => start(text),
        "Command" => text
            .strip_prefix("Command Line: ")
            .map(|line| Kind::CommandLine(unquoted(line))),
        "Setting" | "Initializing" => setting(text),
        "Variable:" => variable(text),
        "Condition" => condition(text),
        "Detected" | "Detect" => detect(text),
        "Plan" | "Planned" => plan(text),
        "Apply" | "Applied" | "Applying" | "Application" => apply(text),
        "Acquiring" | "Verified" | "Prompt" => acquire(text),
        "Cached" | "Skipping" => not_vital(text),
        "Failed" | "Unable" => failed(text),
        "Error" => error(text),
        "Launching" if text.starts_with("Launching elevated") => Some(Kind::Step),
        "Connected" if text.starts_with("Connected to elevated") => Some(Kind::Step),
        "Session" | "Updating" => after(text, "registration key: ").map(|key| Kind::Registration {
            key: until(key, ", "),
        }),
        "Registering" => after(text, "bundle dependency provider: ").map(|tail| Kind::Provider {
            version: after(tail, ", version: ").unwrap_or(""),
        }),
        "Removing" => after(text, "Removing cached bundle: ").map(|tail| Kind::RemovingBundle {
            code: until(tail, ", "),
        }),
        "The" => process_exited(text),
        "Shutting" | "Exit" => after(text, "xit code: ")
            .and_then(code)
            .map(|code| Kind::Exit { code }),
        _ => None,
    };
    found.unwrap_or(Kind::Other)
}

/// A field `, state: Present` of a list; ends at the next comma.
fn field<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    after(text, mark).map(|tail| until(tail, ",").trim())
}

fn unquoted(text: &str) -> &str {
    let text = text.strip_prefix('\'').unwrap_or(text);
    text.strip_suffix('\'').unwrap_or(text)
}

/// `0x80070643`
fn code(text: &str) -> Option<u32> {
    preceded(tag("0x"), hexadecimal)
        .parse(text)
        .ok()
        .map(|(_, code)| code)
}

/// The code behind the last `error: ` of a text.
fn trailing_code(text: &str) -> Option<u32> {
    text.rsplit_once("error: ").and_then(|(_, tail)| code(tail))
}

/// `Burn x64 v4.0.5+b9b2, Windows v10.0 x64 (Build 17763: Service Pack 0), path: …`
fn start(text: &str) -> Option<Kind<'_>> {
    let version = text.strip_prefix("Burn ")?;
    let version = version.strip_prefix('v').or(after(version, " v"));
    version.filter(|version| version.starts_with(|c: char| c.is_ascii_digit()))?;
    let system = after(text, "Windows v");
    let arch = ["arm64", "x64", "x86"].into_iter().find(|arch| {
        let words = until(system.unwrap_or(""), "(").split(' ');
        words.clone().any(|word| word.eq_ignore_ascii_case(arch))
    });
    Some(Kind::Start {
        windows: system.map(|system| until(until(system, " "), ",")),
        build: after(text, "(Build ").map(|build| until(until(build, ":"), ")")),
        arch,
        path: after(text, ", path: ").map_or("", |path| until(path, ", cmdline: ")),
    })
}

/// `Setting string variable 'A' to value 'b'`; numbers have no quotes, hidden values are not shown.
fn setting(text: &str) -> Option<Kind<'_>> {
    let (name, tail) = after(text, "variable '")?.split_once('\'')?;
    let value = tail.strip_prefix(" to value ").map(unquoted)?;
    Some(Kind::Variable { name, value })
}

/// `Variable: A = b`
fn variable(text: &str) -> Option<Kind<'_>> {
    let (name, value) = text.strip_prefix("Variable: ")?.split_once(" =")?;
    let value = value.strip_prefix(' ').unwrap_or(value);
    Some(Kind::Variable { name, value })
}

fn condition(text: &str) -> Option<Kind<'_>> {
    let (_, result) = text
        .strip_prefix("Condition '")?
        .rsplit_once("' evaluates to ")?;
    let holds = result.starts_with("true");
    Some(Kind::Condition { holds })
}

fn detect(text: &str) -> Option<Kind<'_>> {
    if let Some(tail) = text.strip_prefix("Detect complete, result: ") {
        return code(tail).map(|result| Kind::Prepared { result });
    }
    if let Some(tail) = text.strip_prefix("Detect failed for package: ") {
        return Some(Kind::PackageFailed {
            package: until(tail, ", "),
            code: trailing_code(tail)?,
        });
    }
    if let Some(tail) = text.strip_prefix("Detected related ") {
        let operation = match until(tail, ": ") {
            "bundle" => field(tail, ", operation: "),
            "package" => Some(after(tail, "operation: ")?),
            _ => return None,
        };
        return Some(match operation {
            Some("Downgrade") => Kind::Downgrade,
            _ => Kind::Step,
        });
    }
    let tail = text.strip_prefix("Detected package: ")?;
    field(tail, ", state: ").and(field(tail, ", cached: "))?;
    let package = until(tail, ", ");
    Some(Kind::Detected { package })
}

fn plan(text: &str) -> Option<Kind<'_>> {
    if let Some(tail) = text.strip_prefix("Planned package: ") {
        field(tail, ", execute: ")?;
        let package = until(tail, ", ");
        return Some(Kind::Planned { package });
    }
    if let Some(tail) = text.strip_prefix("Planned related bundle: ") {
        let removed = field(tail, ", execute: ")? == "Uninstall";
        let older = field(tail, "type: ") == Some("Upgrade");
        return Some(match removed && older {
            true => Kind::Replaces,
            false => Kind::Step,
        });
    }
    if text.starts_with("Plan skipped due to related bundle of plan type Downgrade") {
        return Some(Kind::Downgrade);
    }
    match text.strip_prefix("Plan complete, result: ") {
        Some(tail) => code(tail).map(|result| Kind::Prepared { result }),
        None => field(text.strip_prefix("Plan begin")?, "action: ")
            .map(|action| Kind::PlanBegin { action }),
    }
}

/// `execute package: ` or `rollback package: `, and what follows.
fn phase(text: &str) -> IResult<&str, Phase> {
    let (tail, word) = terminated(take_till(|c| c == ' '), opt(tag(" compatible"))).parse(text)?;
    let (tail, _) = tag(" package: ").parse(tail)?;
    let phase = match word {
        "rollback" => Phase::Rollback,
        _ => Phase::Execute,
    };
    Ok((tail, phase))
}

fn apply(text: &str) -> Option<Kind<'_>> {
    if let Some(tail) = text.strip_prefix("Applying ") {
        return applying(tail);
    }
    if let Some(tail) = text.strip_prefix("Application ") {
        return application(tail);
    }
    if let Some(tail) = text.strip_prefix("Apply complete, result: ") {
        return Some(Kind::ApplyComplete {
            result: code(tail)?,
            restart: field(tail, ", restart: ").unwrap_or(""),
        });
    }
    if text.starts_with("Apply begin") {
        return Some(Kind::ApplyBegin);
    }
    if text.starts_with("Applied non-vital package: ") {
        return not_vital(text);
    }
    let (tail, phase) = phase(text.strip_prefix("Applied ")?).ok()?;
    Some(Kind::Applied {
        phase,
        package: until(tail, ", "),
        result: field(tail, ", result: ").and_then(code)?,
    })
}

/// The end of `Applying execute package: A, action: Install, path: …, arguments: '…'`; a patch is
/// applied without saying the phase.
fn applying(tail: &str) -> Option<Kind<'_>> {
    let (tail, phase) = match tail.strip_prefix("package: ") {
        Some(tail) => (tail, Phase::Execute),
        None => phase(tail).ok()?,
    };
    Some(Kind::Applying {
        phase,
        package: until(tail, ", "),
        action: field(tail, ", action: ")?,
    })
}

/// `Application requested retry of …` and `Application canceled operation: …`
fn application(tail: &str) -> Option<Kind<'_>> {
    let code = trailing_code(tail)?;
    if tail.starts_with("canceled operation: ") {
        return Some(Kind::Cancelled { code });
    }
    let (what, name) = tail.strip_prefix("requested retry ")?.split_once(": ")?;
    let package = until(name, ", ");
    Some(match what {
        "of package" | "of executing package" => Kind::RetryPackage { package, code },
        _ => Kind::RetryAcquire,
    })
}

fn acquire(text: &str) -> Option<Kind<'_>> {
    if let Some((what, tail)) = text
        .strip_prefix("Verified ")
        .and_then(|t| t.split_once(": "))
    {
        let known = matches!(
            what,
            "existing payload" | "acquired payload" | "existing container"
        );
        let payload = until(tail, " at path: ");
        return known.then_some(Kind::Verified { payload });
    }
    let asked = || text.strip_prefix("Prompt for source of ");
    let (what, tail) = text
        .strip_prefix("Acquiring ")
        .or_else(asked)?
        .split_once(": ")?;
    let name = until(tail, ", ");
    Some(Kind::Acquiring {
        package: (what == "package").then_some(name),
        payload: field(tail, ", payload: ").or((what != "package").then_some(name)),
    })
}

/// The three ways to go on without a package.
fn not_vital(text: &str) -> Option<Kind<'_>> {
    let forms = [
        "Applied non-vital package: ",
        "Cached non-vital package: ",
        "Skipping apply of package: ",
    ];
    let tail = forms.iter().find_map(|form| text.strip_prefix(form))?;
    Some(Kind::NotVital {
        package: until(until(tail, ","), " due to "),
        code: trailing_code(tail)?,
    })
}

/// Messages of the engine that name what could not be fetched, and end in the code.
fn failed(text: &str) -> Option<Kind<'_>> {
    let (what, tail) = text.strip_prefix("Failed to ")?.split_once(": ")?;
    let code = trailing_code(tail)?;
    let ends = [
        " at path: ",
        " to working path: ",
        " from working path: ",
        " to layout directory: ",
        ", ",
    ];
    let name = ends.iter().fold(tail, |name, mark| until(name, mark));
    match what {
        "prepare package" => Some(Kind::PackageFailed {
            package: name,
            code,
        }),
        "verify payload"
        | "verify container"
        | "acquire container"
        | "acquire payload"
        | "cache payload"
        | "extract payloads from container"
        | "layout bundle"
        | "layout container"
        | "layout payload"
        | "resolve source for payload"
        | "resolve source for file" => Some(Kind::AcquireFailed {
            payload: name,
            code,
        }),
        _ => None,
    }
}

/// `Error 0x80070643: Failed to …`
fn error(text: &str) -> Option<Kind<'_>> {
    let mut parts = (
        tag::<_, _, nom::error::Error<&str>>("Error 0x"),
        hexadecimal,
        one_of(":.,"),
        space0,
        rest,
    );
    let (_, (_, code, _, _, text)) = parts.parse(text).ok()?;
    Some(Kind::Failure { code, text })
}

fn process_exited(text: &str) -> Option<Kind<'_>> {
    let package = between(text, "The process for package: ", " exited with code: ")?;
    let code = after(text, " exited with code: ").and_then(code)?;
    Some(Kind::ProcessExited { package, code })
}
