//! Time stamps whose date has an order beyond doubt.

use super::scan::digits_of;
use crate::run::Run;

/// A time stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// Year.
    pub year: u16,
    /// Month, from 1.
    pub month: u8,
    /// Day, from 1.
    pub day: u8,
    /// Milliseconds since midnight.
    pub time: u32,
}

/// `2026-07-07T12:02:17`
#[must_use]
pub fn iso(stamp: Stamp) -> String {
    let seconds = stamp.time / 1000;
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let Stamp {
        year, month, day, ..
    } = stamp;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

/// Milliseconds from one to the other; `None` where the clock was turned back.
#[must_use]
pub fn duration(from: Stamp, to: Stamp) -> Option<u64> {
    let millis = |s: Stamp| days(s) * 86_400_000 + i64::from(s.time);
    u64::try_from(millis(to) - millis(from)).ok()
}

/// Sets begin, end and duration of a run.
pub fn set_times(run: &mut Run, first: Option<Stamp>, last: Option<Stamp>) {
    run.started = first.map(iso);
    run.ended = last.map(iso);
    run.duration_ms = first.zip(last).and_then(|(from, to)| duration(from, to));
}

/// Days since an arbitrary day; the year begins in March, so that a leap day is its last.
fn days(stamp: Stamp) -> i64 {
    let (year, month) = (i64::from(stamp.year), i64::from(stamp.month));
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leaps + (153 * month + 2) / 5 + i64::from(stamp.day)
}

/// `2026-03-01 10:00:00,123`, also with slashes, tabs, `T` and other marks before the fraction.
#[must_use]
pub fn year_first(text: &str) -> Option<(Stamp, &str)> {
    let (year, rest) = exactly(text, 4)?;
    let mark = rest.chars().next().filter(|c| matches!(c, '-' | '/'))?;
    let (month, rest) = exactly(rest.strip_prefix(mark)?, 2)?;
    let (day, rest) = exactly(rest.strip_prefix(mark)?, 2)?;
    let rest = rest.strip_prefix([' ', '\t', 'T'])?;
    let (time, rest) = clock(rest.trim_start_matches([' ', '\t']))?;
    Some((stamp(year, month, day, time)?, rest))
}

/// `5-26-2026` or `05/26/2026`: month, day, year, as CMTrace has it.
#[must_use]
pub fn month_first(date: &str, time: &str) -> Option<Stamp> {
    let mut parts = date.split(['-', '/']).map(|part| part.parse::<u64>().ok());
    let (month, day, year) = (parts.next()??, parts.next()??, parts.next()??);
    let (time, _) = clock(time)?;
    stamp(year, month, day, time)
}

/// A stamp, where there can be such a day.
pub(super) fn stamp(year: u64, month: u64, day: u64, time: u32) -> Option<Stamp> {
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
            let digits = fraction.bytes().take_while(u8::is_ascii_digit);
            let digits = digits.chain(*b"000").take(3);
            let millis = digits.fold(0, |n: u32, c| n * 10 + u32::from(c - b'0'));
            (millis, rest)
        }
        None => (0, rest),
    };
    let seconds = u32::try_from((hour * 60 + minute) * 60 + second).ok()?;
    Some((seconds * 1000 + millis, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_cross_days_months_and_leap_years() {
        let at = |year, month, day, time| Stamp {
            year,
            month,
            day,
            time,
        };
        let second = Some(1000);
        assert_eq!(
            duration(at(2026, 12, 31, 86_399_000), at(2027, 1, 1, 0)),
            second
        );
        assert_eq!(
            duration(at(2024, 2, 29, 86_399_500), at(2024, 3, 1, 500)),
            second
        );
        assert_eq!(
            duration(at(2023, 2, 28, 86_399_000), at(2023, 3, 1, 0)),
            second
        );
        assert_eq!(duration(at(2023, 1, 2, 0), at(2023, 1, 1, 0)), None);
        assert_eq!(iso(at(2026, 7, 7, 43_337_250)), "2026-07-07T12:02:17");
    }
}
