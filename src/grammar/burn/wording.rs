//! What the text of a Burn line says, told by its first word.

use nom::bytes::complete::{tag, take_till, take_until};
use nom::character::complete::{char, one_of, space0};
use nom::combinator::{opt, rest};
use nom::sequence::{preceded, terminated};
use nom::{IResult, Parser};

use super::{Kind, Phase, hexadecimal};

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
        "Launching" if text.starts_with("Launching elevated") => Some(Kind::Elevating),
        "Connected" if text.starts_with("Connected to elevated") => Some(Kind::Elevated),
        "Session" | "Updating" => after(text, "registration key: ").map(|key| Kind::Registration {
            key: until(key, ", "),
        }),
        "Registering" => after(text, "bundle dependency provider: ").map(|t| Kind::Provider {
            key: until(t, ", version: "),
            version: after(t, ", version: ").unwrap_or(""),
        }),
        "Removing" => after(text, "Removing cached bundle: ").map(|t| Kind::RemovingBundle {
            code: until(t, ", "),
        }),
        "The" => process_exited(text),
        "Shutting" | "Exit" => after(text, "xit code: ")
            .and_then(code)
            .map(|code| Kind::Exit { code }),
        _ => None,
    };
    found.unwrap_or(Kind::Other)
}

/// What stands behind a mark.
fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.split_once(mark).map(|(_, tail)| tail)
}

/// What stands before a mark, or all where there is none.
fn until<'a>(text: &'a str, mark: &str) -> &'a str {
    text.split_once(mark).map_or(text, |(head, _)| head)
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
    let (tail, engine) = burn_version(text).ok()?;
    let windows = after(tail, "Windows v").map(|t| until(until(t, " "), ","));
    let build = after(tail, "(Build ").map(|t| until(until(t, ":"), ")"));
    let arch = ["arm64", "x64", "x86"].into_iter().find(|arch| {
        let system = after(tail, "Windows v").map_or("", |t| until(t, "("));
        system
            .split(' ')
            .any(|word| word.eq_ignore_ascii_case(arch))
    });
    let path = after(tail, ", path: ").map_or("", |t| until(t, ", cmdline: "));
    Some(Kind::Start {
        engine,
        windows,
        build,
        arch,
        path,
    })
}

fn burn_version(input: &str) -> IResult<&str, &str> {
    let (tail, _) = (
        tag("Burn "),
        opt(terminated(take_till(|c| c == ' ' || c == ','), tag(" v"))),
    )
        .parse(input)?;
    let (tail, version) =
        preceded(opt(char('v')), take_till(|c| c == ',' || c == ' ')).parse(tail)?;
    Ok((tail, version))
}

/// `Setting string variable 'A' to value 'b'`; numbers have no quotes, hidden values are not shown.
fn setting(text: &str) -> Option<Kind<'_>> {
    let mut name = preceded(
        (
            take_until::<_, _, nom::error::Error<&str>>("variable '"),
            tag("variable '"),
        ),
        terminated(take_till(|c| c == '\''), char('\'')),
    );
    let (tail, name) = name.parse(text).ok()?;
    Some(Kind::Variable {
        name,
        value: tail.strip_prefix(" to value ").map(unquoted),
    })
}

/// `Variable: A = b`
fn variable(text: &str) -> Option<Kind<'_>> {
    let (name, value) = text.strip_prefix("Variable: ")?.split_once(" =")?;
    Some(Kind::Variable {
        name,
        value: Some(value.strip_prefix(' ').unwrap_or(value)),
    })
}

fn condition(text: &str) -> Option<Kind<'_>> {
    let (condition, result) = text
        .strip_prefix("Condition '")?
        .rsplit_once("' evaluates to ")?;
    Some(Kind::Condition {
        condition,
        holds: result.starts_with("true"),
    })
}

fn detect(text: &str) -> Option<Kind<'_>> {
    if let Some(tail) = text.strip_prefix("Detect complete, result: ") {
        return code(tail).map(|result| Kind::DetectComplete { result });
    }
    if let Some(tail) = text.strip_prefix("Detect failed for package: ") {
        return Some(Kind::PackageFailed {
            package: until(tail, ", "),
            code: trailing_code(tail)?,
        });
    }
    if let Some(tail) = text.strip_prefix("Detected related bundle: ") {
        return Some(Kind::RelatedBundle {
            code: until(tail, ","),
            relation: field(tail, ", type: ").unwrap_or(""),
            version: field(tail, ", version: ").unwrap_or(""),
            operation: field(tail, ", operation: "),
        });
    }
    if let Some(tail) = text.strip_prefix("Detected related package: ") {
        return Some(Kind::RelatedPackage {
            code: until(tail, ","),
            version: field(tail, ", version: ").unwrap_or(""),
            operation: after(tail, "operation: ")?,
        });
    }
    let tail = text.strip_prefix("Detected package: ")?;
    Some(Kind::Detected {
        package: until(tail, ", "),
        state: field(tail, ", state: ")?,
        cached: field(tail, ", cached: ")?,
    })
}

fn plan(text: &str) -> Option<Kind<'_>> {
    if let Some(tail) = text.strip_prefix("Planned package: ") {
        return Some(Kind::Planned {
            package: until(tail, ", "),
            state: field(tail, ", state: ").unwrap_or(""),
            execute: field(tail, ", execute: ")?,
            rollback: field(tail, ", rollback: ").unwrap_or(""),
        });
    }
    if let Some(tail) = text.strip_prefix("Planned related bundle: ") {
        return Some(Kind::PlannedBundle {
            code: until(tail, ","),
            relation: field(tail, "type: ").unwrap_or(""),
            execute: field(tail, ", execute: ")?,
        });
    }
    if text.starts_with("Plan skipped due to related bundle of plan type Downgrade") {
        return Some(Kind::Downgrade);
    }
    match text.strip_prefix("Plan complete, result: ") {
        Some(tail) => code(tail).map(|result| Kind::PlanComplete { result }),
        None => field(text.strip_prefix("Plan begin")?, "action: ")
            .map(|action| Kind::PlanBegin { action }),
    }
}

/// `execute package: ` or `rollback package: `, and what follows.
fn phase(text: &str) -> IResult<&str, Phase> {
    let (tail, word) = terminated(take_till(|c| c == ' '), opt(tag(" compatible"))).parse(text)?;
    let (tail, _) = tag(" package: ").parse(tail)?;
    Ok((
        tail,
        if word == "rollback" {
            Phase::Rollback
        } else {
            Phase::Execute
        },
    ))
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
        restart: field(tail, ", restart: ").unwrap_or(""),
    })
}

/// The end of `Applying execute package: A, action: Install, path: …, arguments: '…'`; a patch is
/// applied without saying the phase.
fn applying(tail: &str) -> Option<Kind<'_>> {
    let (tail, phase) = match tail.strip_prefix("package: ") {
        Some(tail) => (tail, Phase::Execute),
        None => phase(tail).ok()?,
    };
    let path = after(tail, ", path: ").map(|t| until(t, ", arguments: "));
    Some(Kind::Applying {
        phase,
        package: until(tail, ", "),
        action: field(tail, ", action: ")?,
        path: path.filter(|path| *path != "(null)"),
        arguments: after(tail, ", arguments: ").map(unquoted),
    })
}

/// `Application requested retry of …` and `Application canceled operation: …`
fn application(tail: &str) -> Option<Kind<'_>> {
    let code = trailing_code(tail)?;
    if let Some(tail) = tail.strip_prefix("canceled operation: ") {
        return Some(Kind::Cancelled {
            operation: until(tail, ", error: "),
            code,
        });
    }
    let (what, name) = tail.strip_prefix("requested retry ")?.split_once(": ")?;
    let name = until(name, ", ");
    Some(match what {
        "of package" | "of executing package" => Kind::RetryPackage {
            package: name,
            code,
        },
        _ => Kind::RetryAcquire {
            payload: name,
            code,
        },
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
        return known.then(|| Kind::Verified {
            payload: until(tail, " at path: "),
        });
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
        source: after(tail, " from: ")
            .or(after(tail, ", path: "))
            .unwrap_or(""),
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
    let name = [
        " at path: ",
        " to working path: ",
        " from working path: ",
        " to layout directory: ",
        ", ",
    ];
    let payload = name.iter().fold(tail, |name, mark| until(name, mark));
    match what {
        "prepare package" => Some(Kind::PackageFailed {
            package: payload,
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
        | "resolve source for file" => Some(Kind::AcquireFailed { payload, code }),
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
    let tail = text.strip_prefix("The process for package: ")?;
    let (package, tail) = tail.split_once(" exited with code: ")?;
    Some(Kind::ProcessExited {
        package,
        code: code(tail)?,
    })
}
