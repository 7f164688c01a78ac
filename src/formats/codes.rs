//! Codes as the formats write them: how they are read, and what they say of success.

use super::scan::digits_of;
use crate::knowledge::codes::{WingetEnd, winget_cause};
use crate::knowledge::{small_negative, unsigned};
use crate::run::{Code, CodeSpace, Outcome};

/// The system error inside a code: `0x80070643` is 1603, and so is `0x643`. `None` for HRESULTs
/// of other origin. The layout of an HRESULT is in Microsoft's "Structure of COM Error Codes".
#[must_use]
pub fn system_error(code: u32) -> Option<u32> {
    match code {
        0..=0xffff => Some(code),
        0x8007_0000..=0x8007_ffff => Some(code & 0xffff),
        _ => None,
    }
}

/// The code as an exit code: an HRESULT that wraps a system error is unwrapped, and a program that ends
/// with a small negative number is shown with that.
#[must_use]
pub fn exit_code(code: u32) -> i64 {
    small_negative(code).map_or_else(|| i64::from(system_error(code).unwrap_or(code)), i64::from)
}

/// Two codes mean the same, be they wrapped or not.
#[must_use]
pub fn same(a: u32, b: u32) -> bool {
    a == b || system_error(a).is_some_and(|a| system_error(b) == Some(a))
}

/// The result says that it worked, a restart included (`ERROR_SUCCESS_REBOOT_REQUIRED` 3010,
/// `ERROR_SUCCESS_REBOOT_INITIATED` 1641, and what `WinGet` has for them).
#[must_use]
pub fn succeeded(code: u32) -> bool {
    code == 0 || needs_restart(code)
}

/// The result says that it worked and that a restart is needed or under way.
#[must_use]
pub fn needs_restart(code: u32) -> bool {
    matches!(system_error(code), Some(3010 | 1641)) || ends(code, WingetEnd::Restart)
}

/// `WinGet` says by a code of its own that it ended so.
fn ends(code: u32, end: WingetEnd) -> bool {
    winget_cause(code).is_some_and(|cause| cause.ends == end)
}

/// The result says that somebody cancelled (`ERROR_INSTALL_USEREXIT` 1602, `ERROR_CANCELLED` 1223,
/// `WinGet`'s own).
#[must_use]
pub fn cancelled(code: u32) -> bool {
    matches!(system_error(code), Some(1602 | 1223)) || ends(code, WingetEnd::Cancelled)
}

/// How a run ended whose result is this.
#[must_use]
pub fn outcome(code: u32) -> Outcome {
    match code {
        0 => Outcome::Succeeded,
        _ if needs_restart(code) => Outcome::SucceededReboot,
        _ if cancelled(code) => Outcome::Cancelled,
        _ => Outcome::Failed,
    }
}

/// A code of this number space, without its meaning.
#[must_use]
pub fn plain(space: CodeSpace, value: Option<i64>) -> Code {
    Code {
        space,
        value,
        ..Code::default()
    }
}

/// A code as written: small numbers are exit codes, the others HRESULTs.
#[must_use]
pub fn code_of(code: u32) -> Code {
    let space = match code {
        0..=0xffff => CodeSpace::Exit,
        _ => CodeSpace::Hresult,
    };
    plain(space, Some(i64::from(code)))
}

/// The system error that an HRESULT wraps.
#[must_use]
pub fn nested(code: u32) -> Option<Code> {
    let inner = system_error(code).filter(|_| code > 0xffff)?;
    Some(plain(CodeSpace::Win32, Some(i64::from(inner))))
}

/// The code as people know it: `1603`, `0x80131047`.
#[must_use]
pub fn shown(code: u32) -> String {
    if let Some(negative) = small_negative(code) {
        return negative.to_string();
    }
    system_error(code).map_or_else(|| format!("0x{code:08x}"), |code| code.to_string())
}

/// The hexadecimal number that a text begins with, and the rest.
#[must_use]
pub fn hexadecimal(text: &str) -> Option<(u32, &str)> {
    let end = text.bytes().take_while(u8::is_ascii_hexdigit).count();
    let (digits, rest) = text.split_at_checked(end)?;
    Some((u32::from_str_radix(digits, 16).ok()?, rest))
}

/// The code that a text begins with: `0x643`, `1603`, `-2147023293`.
#[must_use]
pub fn number(text: &str) -> Option<u32> {
    let text = text.trim_start();
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return hexadecimal(digits).map(|(code, _)| code);
    }
    let digits = text.trim_start_matches('-');
    let (value, _) = digits_of(digits, 19)?;
    let value = i64::try_from(value).ok()?;
    unsigned(if digits == text { value } else { -value })
}

/// The first code within a text: `0x800b0109`, `HRESULT -2146697208`, `with 800c0005`, `error=12007`.
#[must_use]
pub fn code_in(text: &str) -> Option<u32> {
    let behind = |mark: &str| {
        let (_, tail) = text.split_once(mark)?;
        number(tail.trim_start_matches(['\'', ':', '=', ' ', '"', '(']))
    };
    let prefixed = text
        .find("0x")
        .and_then(|at| number(text.get(at..)?))
        .filter(|code| *code != 0);
    prefixed
        .or_else(|| behind("HRESULT"))
        .or_else(|| behind("error="))
        .or_else(|| behind("error code"))
        .or_else(|| behind("Error code"))
        .or_else(|| {
            let (_, tail) = text.rsplit_once(' ')?;
            let tail = tail.trim_end_matches('.');
            let hexadecimal = tail.len() == 8 && tail.starts_with(['8', 'c', 'C']);
            hexadecimal
                .then(|| u32::from_str_radix(tail, 16).ok())
                .flatten()
        })
        .filter(|code| *code != 0)
}

/// The code that a text begins with, perhaps behind blanks and marks: `[1603]`, `: 0x80070643`.
#[must_use]
pub fn code(text: &str) -> Option<u32> {
    number(text.trim_start_matches([' ', '\'', '[', '(', ':']))
}
