//! The shapes of numbers: how codes are written, read and held in one another.

/// The number space that a code belongs to: the same number means different things in each.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, PartialEq, serde::Deserialize, serde::Serialize,
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CodeSpace {
    /// A Windows Installer message number (`Error 1310`).
    Msi,
    /// A system error (`5`: access denied).
    Win32,
    /// An HRESULT or NTSTATUS (`0x80131047`).
    Hresult,
    /// The exit code of a process, or of the whole installation (`1603`).
    Exit,
    /// No number stands there.
    #[default]
    None,
}

/// A number as an HRESULT and as the Win32 error inside it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Normalised {
    /// The HRESULT; for a plain Win32 error the one that holds it. `None` for 0 and for numbers
    /// that fit neither.
    pub hresult: Option<u32>,
    /// The Win32 error, where there is one.
    pub win32: Option<u32>,
}

/// The number as an HRESULT and as a Win32 error: 1603, 0x80070643 and -2147023293 give the same.
pub fn normalise(number: i64) -> Normalised {
    let Some(value) = unsigned(number) else {
        return Normalised::default();
    };
    let (hresult, win32) = match value {
        0 => (None, Some(0)),
        1..=0xffff => (Some(0x8007_0000 | value), Some(value)),
        _ if value >> 16 == 0x8007 => (Some(value), Some(value & 0xffff)),
        _ if value >> 31 == 1 => (Some(value), None),
        _ => (None, Some(value)),
    };
    Normalised { hresult, win32 }
}

/// One form for the forms of a code: a negative HRESULT is its unsigned self, and an HRESULT that
/// only holds a Win32 error is that error (0x80070005 is 5).
pub fn canonical(number: i64) -> i64 {
    let forms = normalise(number);
    forms.win32.or(forms.hresult).map_or(number, i64::from)
}

/// Reads a number as logs, programs and people write it: `1603`, `-2147023293`, `0x80070643`,
/// `0X643`, `80070643h`, `80070643` (eight hexadecimal digits of a failure). What does not fit in
/// 32 bits, signed or not, is no code.
pub fn parse_number(text: &str) -> Option<i64> {
    let text = text.trim();
    let prefixed = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    if let Some(digits) = prefixed {
        return hexadecimal(digits);
    }
    if let Some(digits) = text.strip_suffix(['h', 'H']) {
        return hexadecimal(digits).filter(|_| digits.len() > 1);
    }
    if text.len() == 8 && text.starts_with(['8', 'C', 'c', 'E', 'e']) {
        return hexadecimal(text);
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|value| unsigned(*value).is_some())
}

/// Up to 16 hexadecimal digits; a 64-bit value must be a 32-bit one with its sign spread.
fn hexadecimal(digits: &str) -> Option<i64> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let value = u64::from_str_radix(digits, 16).ok()?;
    let spread = value >> 32 == 0xffff_ffff && value >> 31 & 1 == 1;
    let value = if spread { value & 0xffff_ffff } else { value };
    u32::try_from(value).ok().map(i64::from)
}

/// `0x80070643` for what is an HRESULT or NTSTATUS, signed or unsigned; decimal for the rest, such as
/// the -1 with which programs end.
pub fn format_code(number: i64) -> String {
    match unsigned(number) {
        Some(value) if value >> 31 == 1 => small_negative(value)
            .map_or_else(|| format!("0x{value:08X}"), |negative| negative.to_string()),
        _ => number.to_string(),
    }
}

/// The negative number that a program ended with, where 32 bits are one of no more than four digits or
/// so: what is below is a code of Windows.
pub fn small_negative(code: u32) -> Option<i32> {
    Some(code.cast_signed()).filter(|number| (-0xffff..0).contains(number))
}

/// The 32 bits of a number; `None` when it does not fit, signed or unsigned.
pub fn unsigned(number: i64) -> Option<u32> {
    u32::try_from(number)
        .ok()
        .or_else(|| i32::try_from(number).ok().map(i32::cast_unsigned))
}

/// The first numbers of a version; `None` where it has fewer.
pub(super) fn version_numbers<const N: usize>(version: &str) -> Option<[u32; N]> {
    let mut numbers = [0; N];
    let mut parts = version.split('.');
    for number in &mut numbers {
        *number = parts.next()?.parse().ok()?;
    }
    Some(numbers)
}
