//! Numbers: the same one may be an exit code, a message, a system error or an article, and stands
//! in logs in up to four forms.

use super::Sense;
use crate::knowledge::actions::{self, CustomActionTiming};
use crate::knowledge::codes::{self, CodeSpace};
use crate::knowledge::messages::{self, MessageKind};
use crate::knowledge::rules::{self, Facts, RuleSet};

/// What the words in front of a number say that it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Any,
    Message,
    Exit,
    System,
    ReturnValue,
    ActionType,
}

/// Everything that a number, or the symbol of one, means.
pub fn explain(term: &str, rules: &RuleSet) -> Vec<Sense> {
    let (kind, rest) = kind(term);
    let number = rest.trim_end_matches(['.', ':', ',', ';']);
    let Some(value) = codes::parse_number(number).or_else(|| symbol(number)) else {
        return Vec::new();
    };
    let small = u32::try_from(value).ok();
    let message = small.and_then(|number| message(number, rules));
    match kind {
        Kind::ReturnValue => return return_value(value).into_iter().collect(),
        Kind::ActionType => return small.map(action_type).into_iter().collect(),
        Kind::Message if message.is_some() => return message.into_iter().collect(),
        _ => {}
    }
    let exit = exit(value, rules).filter(|_| kind != Kind::System);
    let system = system(value).filter(|_| kind != Kind::Exit || exit.is_none());
    let same = exit.is_some() && same_name(value);
    let mut found: Vec<Sense> = Vec::new();
    found.extend(exit);
    found.extend(message.filter(|_| kind == Kind::Any));
    found.extend(system.filter(|_| !same));
    found.extend(rules::article(number).map(super::article));
    if found.is_empty() {
        let space = if kind == Kind::Message {
            CodeSpace::Msi
        } else {
            CodeSpace::Win32
        };
        let meaning = codes::describe(value, space).meaning;
        found.push(forms(
            Sense::new(format!("code {}", codes::format_code(value)), meaning),
            value,
        ));
    }
    found
}

/// Reads `MSI error 1935`, `exit code 1603`, `system error 5`, `return value 3`, `type 3073`.
fn kind(term: &str) -> (Kind, &str) {
    let Some((words, number)) = term.rsplit_once(char::is_whitespace) else {
        return (Kind::Any, term);
    };
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let words: Vec<&str> = words
        .iter()
        .map(|word| word.trim_end_matches(':'))
        .collect();
    let kind = match words.as_slice() {
        ["msi" | "installer" | "windows installer", ..]
        | ["error" | "message" | "warning" | "info" | "note"] => Kind::Message,
        ["exit", ..] | ["status"] => Kind::Exit,
        ["system" | "win32" | "windows", ..] | ["hresult"] => Kind::System,
        ["return", ..] => Kind::ReturnValue,
        ["type"] | ["custom", ..] => Kind::ActionType,
        ["code"] => Kind::Any,
        // Some other phrase that happens to end in a number.
        _ => return (Kind::Any, term),
    };
    (kind, number)
}

/// The number behind a symbol of a Windows error (`ERROR_ACCESS_DENIED`).
fn symbol(text: &str) -> Option<i64> {
    if !text.contains('_') {
        return None;
    }
    let named = |name: Option<&str>| name.is_some_and(|name| name.eq_ignore_ascii_case(text));
    (0..=0xffff_i64).find(|number| {
        named(codes::exit_code(*number).map(|code| code.name))
            || named(codes::system_error(*number).and_then(|error| error.name))
    })
}

/// Whether exit code and system error are one and the same.
fn same_name(value: i64) -> bool {
    let exit = codes::exit_code(value).map(|code| code.name);
    exit.is_some() && exit == codes::system_error(value).and_then(|error| error.name)
}

fn exit(value: i64, rules: &RuleSet) -> Option<Sense> {
    let code = codes::exit_code(value)?;
    let facts = Facts {
        exit_code: Some(i64::from(code.number)),
        ..Facts::default()
    };
    let sense = Sense::new(
        format!("exit code {}, {}", code.number, code.name),
        code.meaning,
    );
    Some(
        forms(sense, value)
            .fact("helps", remedies(&facts, rules))
            .fact("source", code.source),
    )
}

fn system(value: i64) -> Option<Sense> {
    let error = codes::system_error(value)?;
    let name = error
        .name
        .map(|name| format!(", {name}"))
        .unwrap_or_default();
    let heading = format!(
        "error {} of Windows{name}",
        codes::format_code(i64::from(error.number))
    );
    Some(forms(Sense::new(heading, error.meaning), value).fact("source", error.source))
}

/// The other ways in which the same code is written.
fn forms(sense: Sense, value: i64) -> Sense {
    let normal = codes::normalise(value);
    let mut forms: Vec<String> = Vec::new();
    if let Some(plain) = normal.win32.filter(|plain| *plain <= 0xffff) {
        forms.extend([plain.to_string(), format!("0x{plain:X}")]);
    }
    let Some(hresult) = normal.hresult else {
        return sense;
    };
    forms.extend([
        format!("0x{hresult:08X}"),
        hresult.cast_signed().to_string(),
    ]);
    let parts = codes::hresult_parts(hresult);
    let facility = match parts.facility_name {
        Some(name) => format!("{} {name}", parts.facility),
        None => parts.facility.to_string(),
    };
    let sense = sense.fact("forms", forms.join(" = "));
    // The facility of a wrapped Windows error says nothing new.
    match normal.win32 {
        Some(_) => sense,
        None => sense.fact("parts", format!("facility {facility}, code {}", parts.code)),
    }
}

fn message(number: u32, rules: &RuleSet) -> Option<Sense> {
    let message = messages::message(number)?;
    let who = match (message.kind, message.extension) {
        (MessageKind::Extension, Some((extension, _))) => format!("of {extension}"),
        (MessageKind::Internal, _) => "of Windows Installer, for authors of packages".to_owned(),
        _ => "of Windows Installer".to_owned(),
    };
    let roles: Vec<String> = message
        .arguments
        .iter()
        .map(|(place, role)| format!("[{place}] {role}"))
        .collect();
    let facts = Facts {
        messages: &[number],
        ..Facts::default()
    };
    Some(
        Sense::new(format!("message {number} {who}"), message.meaning)
            .fact("holds", roles.join(", "))
            .fact("helps", remedies(&facts, rules))
            .fact("source", message.source),
    )
}

/// Rules that fit by the number alone.
fn remedies(facts: &Facts<'_>, rules: &RuleSet) -> String {
    let found = rules.matches(facts);
    let named: Vec<String> = found
        .iter()
        .map(|m| format!("{} (msilog rules show {})", m.rule.title, m.rule.id))
        .collect();
    named.join("; ")
}

/// What an action returned (Microsoft Learn: "Logging of Action Return Values").
fn return_value(value: i64) -> Option<Sense> {
    let text = match value {
        0 => "It was not run, because there was nothing for it to do; that is normal.",
        1 => "It worked.",
        2 => {
            "The user, or a program in the user's place, ended it; of a dialog it may just mean that it was closed."
        }
        3 => {
            "It failed, or passes on the failure of an action inside it: the first one in the log is where it began."
        }
        4 => "It is suspended; the installation goes on later, mostly after a restart.",
        5 => "It worked, and the actions after it are left out.",
        _ => return None,
    };
    Some(Sense::new(
        format!("return value {value} of an action"),
        text,
    ))
}

/// The type number of a custom action, taken apart.
fn action_type(bits: u32) -> Sense {
    let action = actions::custom_action_type(bits);
    let what = format!("{:?}, from {:?}", action.kind, action.location).to_lowercase();
    let when = match action.timing {
        CustomActionTiming::Immediate => "while the script is written",
        CustomActionTiming::Deferred => "from the script",
        CustomActionTiming::Rollback => "when the script is undone",
        CustomActionTiming::Commit => "after the script has worked",
    };
    let flags = [
        (action.ignore_failure, "its failure does not count"),
        (action.asynchronous, "the installer does not wait for it"),
        (action.no_impersonate, "runs as the system"),
        (action.script_64_bit, "64-bit script"),
        (action.hidden_target, "its data is kept out of the log"),
        (
            action.terminal_server_aware,
            "runs as the user on terminal servers",
        ),
        (action.patch_uninstall, "runs when a patch is removed"),
    ];
    let flags: Vec<&str> = flags
        .into_iter()
        .filter(|(on, _)| *on)
        .map(|(_, text)| text)
        .collect();
    Sense::new(
        format!("custom action type {bits}"),
        format!("Runs {when}: {what}."),
    )
    .fact("options", flags.join(", "))
}
