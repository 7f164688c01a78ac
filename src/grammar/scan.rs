//! Small scanners that several shapes share.

fn two_digits(text: &str) -> Option<(u32, &str)> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).filter(|b| b.is_ascii_digit());
    let first = u32::from(digit(0)? - b'0');
    match digit(1) {
        Some(second) => Some((first * 10 + u32::from(second - b'0'), text.get(2..)?)),
        None => Some((first, text.get(1..)?)),
    }
}

/// `10:12:00` or `7.58.08` at the start of the text: milliseconds since midnight, and the rest.
pub fn time(text: &str) -> Option<(u32, &str)> {
    let (h, rest) = two_digits(text)?;
    let (m, rest) = two_digits(rest.strip_prefix([':', '.'])?)?;
    let (s, rest) = two_digits(rest.strip_prefix([':', '.'])?)?;
    (h <= 24 && m <= 59 && s <= 60).then_some((((h * 60 + m) * 60 + s) * 1000, rest))
}

/// What stands behind a stand-in of a time: people and programs that make logs anonymous write
/// `Time`, `<DateTime>`, `[time]` in place of a clock.
pub fn after_stand_in(text: &str) -> Option<&str> {
    const WORDS: [&str; 8] = [
        "datetime",
        "date time",
        "timestamp",
        "time stamp",
        "time",
        "date",
        "hh:mm:ss",
        "xx:xx:xx",
    ];
    let text = text.trim_start_matches([' ', '\u{a0}']);
    let inner = text.trim_start_matches(['\\', '<', '[', '(', '{', '*']);
    let word = WORDS.iter().find(|word| {
        let head = inner.get(..word.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(word))
    })?;
    let rest = inner.get(word.len()..)?;
    let rest = rest.trim_start_matches(['\\', '>', ']', ')', '}', '*']);
    let rest = rest.trim_start_matches([' ', '\u{a0}']);
    rest.starts_with(':').then_some(rest)
}

/// The first time of day within the first `limit` bytes: what stands before it, the time, the rest.
#[must_use]
pub fn find_time(text: &str, limit: usize) -> Option<(&str, u32, &str)> {
    let bytes = text.as_bytes();
    let head = bytes.get(..limit + 2).unwrap_or(bytes);
    // A time begins with one or two digits and a separator: the separators are found first.
    for separator in memchr::memchr2_iter(b':', b'.', head) {
        let before = head.get(..separator)?;
        // Most of them stand behind a letter.
        if !before.last().is_some_and(u8::is_ascii_digit) {
            continue;
        }
        let last = before.iter().rev().take(3);
        let start = separator - last.take_while(|b| b.is_ascii_digit()).count();
        // Not in the middle of a longer number, and not behind one and its separator: `1.2.3`.
        let number = before.get(..start)?;
        let in_chain = number
            .iter()
            .rfind(|b| !matches!(b, b':' | b'.'))
            .is_some_and(u8::is_ascii_digit);
        if start == separator || start >= limit || separator - start > 2 || in_chain {
            continue;
        }
        let (before, tail) = text.split_at_checked(start)?;
        if let Some((value, rest)) = time(tail) {
            return Some((before, value, rest));
        }
    }
    None
}

/// Time of day in milliseconds in a header date such as `3/2/2016  7:58:08  Build type: …`: the
/// last word before the build that is nothing but a time.
#[must_use]
pub fn time_of_day(text: &str) -> Option<u32> {
    let date = text.split("Build").next()?;
    let times = date.split_whitespace().filter_map(time);
    let whole = times.filter(|(_, rest)| rest.is_empty());
    whole.map(|(value, _)| value).next_back()
}

/// The last whole number of a text, with its sign.
#[must_use]
pub fn last_number(text: &str) -> Option<i64> {
    let text = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let digits = text.len() - text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    if digits == 0 || digits > 12 {
        return None;
    }
    let start = text.len() - digits;
    let value: i64 = text.get(start..)?.parse().ok()?;
    let negative = text.get(..start)?.ends_with('-');
    Some(if negative { -value } else { value })
}

/// A number in decimal or hexadecimal (`0x…`), with its sign, at the start of the text.
#[must_use]
pub fn leading_number(text: &str) -> Option<(i64, &str)> {
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        let rest = hex.trim_start_matches(|c: char| c.is_ascii_hexdigit());
        let digits = hex.get(..hex.len() - rest.len())?;
        return Some((i64::from_str_radix(digits, 16).ok()?, rest));
    }
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let rest = unsigned.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = unsigned.get(..unsigned.len() - rest.len())?;
    if digits.is_empty() || digits.len() > 12 {
        return None;
    }
    let value: i64 = digits.parse().ok()?;
    let negative = unsigned.len() < text.len();
    Some((if negative { -value } else { value }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        assert_eq!(
            find_time("Action ended 7:05:09: X", 40),
            Some(("Action ended ", 25_509_000, ": X"))
        );
        assert_eq!(
            find_time("Fin de l'action 10.11.12 : X", 40).unwrap().1,
            36_672_000
        );
        assert_eq!(find_time("no time 1.2 here", 40), None);
        assert_eq!(
            find_time("123:10:12 and 4:05:06", 40).unwrap().0,
            "123:10:12 and "
        );
        assert_eq!(find_time("late 10:11:12", 4), None);
        assert_eq!(time_of_day("17. 12. 2019  21:15:49"), Some(76_549_000));
        assert_eq!(
            time_of_day("3/2/2016  7:58:08  Build type: SHIP 5.00.10011.00"),
            Some(28_688_000)
        );
    }

    #[test]
    fn stand_ins_of_times() {
        for text in [
            " Time: X",
            "\\<DateTime>: X",
            "[time] : X",
            "**hh:mm:ss**: X",
        ] {
            assert_eq!(after_stand_in(text), Some(": X"), "{text}");
        }
        for text in ["Times: X", "time", "by: X", ""] {
            assert_eq!(after_stand_in(text), None, "{text}");
        }
    }

    #[test]
    fn numbers() {
        assert_eq!(last_number("status: 1603."), Some(1603));
        assert_eq!(
            last_number("HRESULT -2147024703.  Contact"),
            Some(-2_147_024_703)
        );
        assert_eq!(last_number("none"), None);
        assert_eq!(leading_number("0x643 x"), Some((0x643, " x")));
        assert_eq!(leading_number("-5,"), Some((-5, ",")));
        assert_eq!(leading_number("99999999999999999999"), None);
    }
}
