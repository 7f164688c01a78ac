//! Time stamps of the setup programs: `[5/15/2015, 13:13:58]`, `[05/15/15,13:13:58]`,
//! `[05/15/2015-13:13:58:646]`.
//!
//! Which number is the month and which the day depends on the machine, so they are kept as written.

/// A date as written: three numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    /// First number.
    pub first: u16,
    /// Second number.
    pub second: u16,
    /// Third number.
    pub third: u16,
}

/// A time stamp as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The date.
    pub date: Date,
    /// Milliseconds since midnight.
    pub time: u32,
}

/// Takes the stamp off a line.
pub(super) fn split(line: &str) -> Option<(Stamp, &str)> {
    let (inside, tail) = line.strip_prefix('[')?.split_once(']')?;
    if inside.len() > 32 {
        return None;
    }
    let (day, time) = inside
        .split_once(',')
        .or_else(|| inside.rsplit_once('-'))
        .or_else(|| inside.split_once(' '))?;
    let stamp = Stamp {
        date: date(day.trim())?,
        time: clock(time.trim())?,
    };
    Some((stamp, tail))
}

/// Three numbers with slashes, points or hyphens between them.
pub(super) fn date(text: &str) -> Option<Date> {
    let mut numbers = text.split(['/', '.', '-']).map(number);
    let mut next = || numbers.next().flatten();
    let date = Date {
        first: next()?,
        second: next()?,
        third: next()?,
    };
    numbers.next().is_none().then_some(date)
}

fn number(digits: &str) -> Option<u16> {
    let digits = digits.trim();
    let plain = (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

/// `13:13:58` or `13:13:58:646`, perhaps with `PM` behind it.
fn clock(text: &str) -> Option<u32> {
    let (text, afternoon) = match text.split_once(' ') {
        Some((text, "PM" | "pm")) => (text, Some(true)),
        Some((text, "AM" | "am")) => (text, Some(false)),
        Some(_) => return None,
        None => (text, None),
    };
    let mut numbers = text.split([':', '.']).map(number);
    let mut next = || numbers.next().map(|n| n.map(u32::from));
    let (hour, minute, second) = (next()??, next()??, next()??);
    let millis = next().unwrap_or(Some(0))?;
    let hour = match afternoon {
        Some(true) => hour % 12 + 12,
        Some(false) => hour % 12,
        None => hour,
    };
    let fits = hour < 24 && minute < 60 && second < 60 && millis < 1000;
    // Only then: four digits are more than fits.
    fits.then(|| ((hour * 60 + minute) * 60 + second) * 1000 + millis)
}
