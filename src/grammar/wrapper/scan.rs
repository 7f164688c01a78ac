//! What the lines of several programs have in common: dates, codes, text between marks.

use crate::grammar::burn::Stamp;

/// What stands between two marks.
pub fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    let (_, tail) = text.split_once(from)?;
    tail.split_once(to).map(|(inner, _)| inner)
}

/// The code that a text begins with: `1603`, `-2147023293`, `0x80070643`.
pub fn code(text: &str) -> Option<u32> {
    let text = text.trim_start_matches([' ', '\'', '[', '(', ':']);
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return hexadecimal(hex);
    }
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (value, _) = digits_of(digits, 10)?;
    let value = i64::try_from(value).ok()?;
    let value = if negative { -value } else { value };
    u32::try_from(value)
        .ok()
        .or_else(|| i32::try_from(value).ok().map(i32::cast_unsigned))
}

/// Up to eight hexadecimal digits.
pub fn hexadecimal(text: &str) -> Option<u32> {
    let end = text.bytes().take_while(u8::is_ascii_hexdigit).count();
    u32::from_str_radix(text.get(..end)?, 16).ok()
}

/// The number that a text begins with, and the rest.
pub fn digits_of(text: &str, most: usize) -> Option<(u64, &str)> {
    let digits = |c: &u8| c.is_ascii_digit();
    let end = text.bytes().take(most).take_while(digits).count();
    Some((text.get(..end)?.parse().ok()?, text.get(end..)?))
}

/// `2026-03-01 10:00:00,123`, also with slashes, tabs, `T` and other marks before the fraction.
pub fn year_first(text: &str) -> Option<(Stamp, &str)> {
    let (year, rest) = exactly(text, 4)?;
    let mark = rest.chars().next().filter(|c| matches!(c, '-' | '/'))?;
    let (month, rest) = exactly(rest.strip_prefix(mark)?, 2)?;
    let (day, rest) = exactly(rest.strip_prefix(mark)?, 2)?;
    let rest = rest.strip_prefix([' ', '\t', 'T'])?;
    let (time, rest) = clock(rest.trim_start_matches([' ', '\t']))?;
    Some((stamp(year, month, day, time)?, rest))
}

/// `5-26-2026`: month, day, year, as CMTrace has it.
pub fn month_first(date: &str, time: &str) -> Option<Stamp> {
    let mut parts = date.split('-').map(|part| part.parse::<u64>().ok());
    let (month, day, year) = (parts.next()??, parts.next()??, parts.next()??);
    let (time, _) = clock(time)?;
    stamp(year, month, day, time)
}

fn stamp(year: u64, month: u64, day: u64, time: u32) -> Option<Stamp> {
    let valid =
        (1990..2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    valid.then_some(Stamp {
        year: u16::try_from(year).ok()?,
        month: u8::try_from(month).ok()?,
        day: u8::try_from(day).ok()?,
        time,
    })
}

fn exactly(text: &str, count: usize) -> Option<(u64, &str)> {
    let (value, rest) = digits_of(text, count)?;
    (text.len() - rest.len() == count).then_some((value, rest))
}

/// `10:00:00.1234567` as milliseconds since midnight.
fn clock(text: &str) -> Option<(u32, &str)> {
    let (hour, rest) = digits_of(text, 2)?;
    let (minute, rest) = exactly(rest.strip_prefix(':')?, 2)?;
    let (second, rest) = exactly(rest.strip_prefix(':')?, 2)?;
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (millis, rest) = match rest.strip_prefix(['.', ',', ':']) {
        Some(fraction) => {
            let (_, rest) = digits_of(fraction, 9)?;
            let digits = fraction.bytes().take(3).chain(*b"000").take(3);
            let digit = |n: u32, c: u8| n * 10 + u32::from(c.wrapping_sub(b'0') % 10);
            (digits.filter(u8::is_ascii_digit).fold(0, digit), rest)
        }
        None => (0, rest),
    };
    let seconds = u32::try_from((hour * 60 + minute) * 60 + second).ok()?;
    Some((seconds * 1000 + millis, rest))
}
