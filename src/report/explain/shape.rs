//! What the shape of a code tells: the other ways to write it, its parts, and what can be said of
//! one that no list knows.
//!
//! The layouts are those of Microsoft Learn, "Structure of COM Error Codes", and of MS-ERREF,
//! "HRESULT" and "NTSTATUS".
//!
//! A number, the message that it may be of and the parts that it may hold explain each other: three files of
//! one question, in a circle on purpose.

use super::number::{Words, words};
use super::sense::WrappedError;
use super::{Hresult, Kind, Sense, names};
use crate::knowledge::codes;
use crate::knowledge::{custom_actions, guid};

/// The numbers that packages may give to messages of their own (Microsoft Learn, "Error Table"):
/// custom actions have those from 25000 on.
const OWN_MESSAGES: std::ops::RangeInclusive<i64> = 25_000..=30_000;

/// How a .NET product is asked for by its name.
pub const BY_NAME: &str = "msilog explain \"Microsoft Windows Desktop Runtime - 8.0.5 (x64)\"";

/// The NTSTATUS inside an HRESULT that wraps one.
pub fn wrapped_ntstatus(value: i64) -> Option<i64> {
    let bits = codes::unsigned(value).filter(|bits| bits >> 28 == 0xd)?;
    // That bit makes an HRESULT of an NTSTATUS.
    Some(i64::from(bits & !0x1000_0000))
}

/// Adds the other ways in which the same code is written, and its parts.
pub fn taken_apart(mut sense: Sense, value: i64) -> Sense {
    let normal = codes::normalise(value);
    if let Some(plain) = normal.win32.filter(|plain| *plain <= 0xffff) {
        sense.forms = vec![plain.to_string(), format!("0x{plain:X}")];
    }
    let Some(hresult) = normal.hresult else {
        return sense;
    };
    let signed = hresult.cast_signed().to_string();
    sense
        .forms
        .extend([format!("0x{hresult:08X}"), signed, hresult.to_string()]);
    let forms = sense.forms.join(" = ");
    let sense = sense.fact("forms", forms);
    if matches!(sense.kind, Kind::Ntstatus) {
        return sense.fact("parts", status_parts(hresult));
    }
    let parts = Hresult {
        value: format!("0x{hresult:08X}"),
        parts: codes::hresult_parts(hresult),
        win32: normal.win32.map(wrapped_error),
    };
    // What is inside goes without saying where the sense is that very error.
    let own = sense.name.as_deref();
    let inside = parts.win32.as_ref();
    let inside = inside.filter(|inside| inside.name.is_none() || inside.name != own);
    let inside = inside.map(wrapped_in_words).unwrap_or_default();
    let sense = sense.fact("parts", in_words(&parts));
    Sense {
        hresult: Some(parts),
        ..sense.fact("inside", inside)
    }
}

fn wrapped_error(value: u32) -> WrappedError {
    let number = i64::from(value);
    let error = codes::system_error(number);
    let exit = codes::exit_code(number);
    WrappedError {
        value,
        name: error
            .and_then(|error| error.name)
            .or(exit.map(|exit| exit.name)),
        meaning: error
            .map(|error| error.meaning)
            .or(exit.map(|exit| exit.meaning)),
    }
}

/// `failure; facility 7, FACILITY_WIN32; code 1603 (0x643), which is Windows error 1603`
fn in_words(hresult: &Hresult) -> String {
    let parts = &hresult.parts;
    let severity = if parts.failure { "failure" } else { "success" };
    let customer = if parts.customer {
        "; defined outside Microsoft"
    } else {
        ""
    };
    let name = parts.facility_name.unwrap_or("of no known name");
    let wraps = hresult.win32.as_ref();
    let wraps = wraps.map(|inside| format!(", which is Windows error {}", inside.value));
    format!(
        "{severity}{customer}; facility {}, {name}; code {} (0x{:X}){}",
        parts.facility,
        parts.code,
        parts.code,
        wraps.unwrap_or_default()
    )
}

fn wrapped_in_words(inside: &WrappedError) -> String {
    let name = inside.name.map(|name| format!(", {name}"));
    let name = name.unwrap_or_default();
    let meaning = inside.meaning.unwrap_or("not in the list");
    format!("Windows error {}{name}: {meaning}", inside.value)
}

/// `error; facility 0; code 5 (0x5)`
fn status_parts(status: u32) -> String {
    let severity = match status >> 30 {
        0 => "success",
        1 => "information",
        2 => "warning",
        _ => "error",
    };
    let code = status & 0xffff;
    format!(
        "{severity}; facility {}; code {code} (0x{code:X})",
        status >> 16 & 0xfff
    )
}

/// What can be told of a term that nothing is known of.
pub fn unknown(term: &str) -> Sense {
    let (words, number) = words(term);
    if let Some(value) = codes::parse_number(number) {
        return number_of_no_list(value, number, words);
    }
    if let Some(plain) = names::readings(term).next() {
        return guid_of_no_list(term, &plain);
    }
    if let Some(number) = names::article_number(term).filter(|n| is_digits(n)) {
        let text = "Not among the articles that msilog knows.";
        return Sense::new(Kind::Article, format!("unknown article KB {number}"), text)
            .named(Some(&number))
            .fact(
                "address",
                format!("https://support.microsoft.com/kb/{number}"),
            );
    }
    let heading = format!("unknown: {term}");
    let text = if is_digits(number.strip_prefix('-').unwrap_or(number)) {
        "Not a code: it does not fit in 32 bits."
    } else if term.starts_with('{') || term.matches('-').count() == 4 {
        "Not a GUID: that is 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12, or all together in packed form."
    } else {
        "No code, message, GUID, article, action or rule that msilog knows."
    };
    let sense = Sense::new(Kind::None, heading, text);
    match custom_actions::split_module(term) {
        Some((own, module)) => sense
            .fact("name", own)
            .fact("module", format!("{module}, the merge module it came with")),
        None => sense,
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn guid_of_no_list(term: &str, plain: &str) -> Sense {
    let text = "Well formed, but in no table of msilog: the code of a product, upgrade, patch, package, component or class that it does not know. Product codes of .NET 5 and later are new with every build; the name of the product tells more of them.";
    let mut sense = Sense::new(Kind::Guid, format!("unknown GUID {plain}"), text)
        .named(Some(plain))
        .fact("packed", guid::pack(plain).unwrap_or_default())
        .fact("by name", BY_NAME);
    if guid::unpack(term).is_some() {
        sense = sense.fact("read as", "packed form");
    }
    sense.forms = names::forms(plain);
    sense
}

fn number_of_no_list(value: i64, number: &str, words: Words) -> Sense {
    let is_own = value >= *OWN_MESSAGES.start();
    let may_be_own = is_digits(number) && OWN_MESSAGES.contains(&value);
    let (kind, what, text) = match words {
        Words::ReturnValue => (
            Kind::ReturnValue,
            format!("return value {value}"),
            "Actions return 0 to 5 in logs; this is none of them.",
        ),
        Words::Error | Words::Message if !is_own => (
            Kind::Msi,
            format!("message {value}"),
            "Not among the messages of Windows Installer; the package may define it in its Error table.",
        ),
        _ if matches!(words, Words::Error | Words::Message)
            || words == Words::Any && may_be_own =>
        {
            (
                Kind::Msi,
                format!("message {value} of the package itself"),
                "From 25000 on the numbers belong to packages and their custom actions. The text stands in the package's own Error table and in the log line; it is no Windows error.",
            )
        }
        Words::Exit if (0..=0xffff).contains(&value) => (
            Kind::Exit,
            format!("exit code {value}"),
            "Not among the exit codes of Windows Installer: the program defines it that returned it.",
        ),
        _ => return code_of_no_list(value),
    };
    Sense::new(kind, format!("unknown {what}"), text).valued(value)
}

fn code_of_no_list(value: i64) -> Sense {
    let bits = codes::unsigned(value).unwrap_or_default();
    let (kind, what) = match codes::normalise(value).hresult {
        // Windows Setup, Windows Update and licensing count in the same range.
        _ if bits >> 24 == 0xc0 && bits >> 16 != 0xc004 => {
            (Kind::Ntstatus, format!("NTSTATUS 0x{bits:08X}"))
        }
        _ if bits >> 30 == 3 => (Kind::Hresult, format!("code 0x{bits:08X}")),
        _ if (0..=0xffff).contains(&value) => (Kind::Win32, format!("code {value}")),
        Some(hresult) => (Kind::Hresult, format!("HRESULT 0x{hresult:08X}")),
        None => (Kind::None, format!("code {value} (0x{bits:X})")),
    };
    let family = codes::family(value);
    let text = family
        .map(|family| family.what)
        .filter(|what| !what.is_empty());
    let text = text.map_or_else(
        || told_by_shape(kind, bits),
        |what| format!("{what} msilog does not know this number."),
    );
    let sense = Sense::new(kind, format!("unknown {what}"), text);
    taken_apart(sense.valued(bits), value).fact("source", family.map_or("", |family| family.source))
}

fn told_by_shape(kind: Kind, bits: u32) -> String {
    match kind {
        Kind::Ntstatus => "A status of Windows that is not in the list.".to_owned(),
        Kind::Hresult => {
            let parts = codes::hresult_parts(bits);
            match (parts.facility, parts.facility_name) {
                (7, _) => format!("It wraps Windows error {}, which is not in the list.", parts.code),
                (_, Some(name)) => format!("An error of {name} that is not in the list."),
                (number, None) => format!("An error of facility {number}, which has no known name."),
            }
        }
        Kind::Win32 => "Neither an exit code nor a message of Windows Installer, and no Windows error in the list.".to_owned(),
        _ => "Too large for an exit code, a message or a Windows error, and no failure in the form of an HRESULT.".to_owned(),
    }
}
