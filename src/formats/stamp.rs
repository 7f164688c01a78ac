//! Time stamps whose date has an order beyond doubt.

use super::scan::digits_of;
use crate::run::Run;

/// Milliseconds of a day.
pub const DAY: u64 = 86_400_000;

/// Year, month and day; or the numbers of a date whose order is not known yet.
pub type Date = [u16; 3];

/// A time stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// The date.
    pub date: Date,
    /// Milliseconds since its midnight.
    pub time: u64,
}

impl Stamp {
    /// A stamp, where there can be such a day.
    #[must_use]
    pub fn new(date: Date, time: u64) -> Option<Self> {
        can_be(date).then_some(Self { date, time })
    }

    /// `2026-07-07T12:02:17`
    #[must_use]
    pub fn iso(self) -> String {
        let days = 0..self.time / DAY;
        let [year, month, day] = days.fold(self.date, |date, _| next(date));
        let seconds = self.time % DAY / 1000;
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

/// Milliseconds from one to the other; `None` where the clock was turned back.
#[must_use]
pub fn duration(from: Stamp, to: Stamp) -> Option<u64> {
    let between = days(to.date) - days(from.date);
    (u64::try_from(between).ok()? * DAY + to.time).checked_sub(from.time)
}

/// Sets begin, end and duration of a run.
pub fn set_times(run: &mut Run, first: Option<Stamp>, last: Option<Stamp>) {
    run.started = first.map(Stamp::iso);
    run.ended = last.map(Stamp::iso);
    run.duration_ms = first.zip(last).and_then(|(from, to)| duration(from, to));
}

/// Whether there can be such a day in a log.
#[must_use]
pub fn can_be([year, month, day]: Date) -> bool {
    (1990..2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// Days since an arbitrary day; the year begins in March, so that a leap day is its last.
#[must_use]
pub fn days([year, month, day]: Date) -> i64 {
    let (year, month) = (i64::from(year), i64::from(month));
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leaps + (153 * month + 2) / 5 + i64::from(day)
}

/// The day after.
fn next([year, month, day]: Date) -> Date {
    match days([year, month + 1, 1]) - days([year, month, day]) {
        2.. => [year, month, day + 1],
        _ if month < 12 => [year, month + 1, 1],
        _ => [year + 1, 1, 1],
    }
}

/// `2026-03-01 10:00:00,123`, also with slashes, tabs, `T` and other marks before the fraction.
#[must_use]
pub fn year_first(text: &str) -> Option<(Stamp, &str)> {
    if let Some(stamp) = text.as_bytes().first_chunk().and_then(usual) {
        let (millis, rest) = fraction(text.get(19..)?)?;
        let time = stamp.time + millis;
        return Some((Stamp { time, ..stamp }, rest));
    }
    let (year, rest) = exactly(text, 4)?;
    let mark = rest.chars().next().filter(|c| matches!(c, '-' | '/'))?;
    let (month, rest) = exactly(rest.strip_prefix(mark)?, 2)?;
    let (day, rest) = exactly(rest.strip_prefix(mark)?, 2)?;
    let rest = rest.strip_prefix([' ', '\t', 'T'])?;
    let (time, rest) = clock(rest.trim_start_matches([' ', '\t']))?;
    Some((Stamp::new([year, month, day], time)?, rest))
}

/// `5-26-2026` or `05/26/2026`: month, day, year, as CMTrace has it.
#[must_use]
pub fn month_first(text: &str, time: &str) -> Option<Stamp> {
    let [month, day, year] = date(text)?;
    Stamp::new([year, month, day], clock(time)?.0)
}

/// Three numbers with slashes, points or hyphens between them.
#[must_use]
pub fn date(text: &str) -> Option<Date> {
    if let Some(date) = plain_date(text.as_bytes()) {
        return Some(date);
    }
    let mut numbers = text.split(['/', '.', '-']).map(|digits| {
        let number = digits.trim().parse().ok();
        number.filter(|number: &u16| *number < 10_000)
    });
    let date = [numbers.next()??, numbers.next()??, numbers.next()??];
    numbers.next().is_none().then_some(date)
}

/// Like [`date`], where nothing but digits and marks stands there.
fn plain_date(text: &[u8]) -> Option<Date> {
    let (mut date, mut at, mut digits) = ([0u16; 3], 0, 0);
    for byte in text {
        match byte {
            b'0'..=b'9' if digits < 4 => {
                let number = date.get_mut(at)?;
                *number = *number * 10 + u16::from(byte - b'0');
                digits += 1;
            }
            b'/' | b'.' | b'-' if digits > 0 => (at, digits) = (at + 1, 0),
            _ => return None,
        }
    }
    (at == 2 && digits > 0).then_some(date)
}

fn exactly(text: &str, count: usize) -> Option<(u16, &str)> {
    let (value, rest) = digits_of(text, count)?;
    let value = u16::try_from(value).ok()?;
    (text.len() - rest.len() == count).then_some((value, rest))
}

/// `10:00:00.1234567` or `9:5:8` as milliseconds since midnight, and what follows.
#[must_use]
pub fn clock(text: &str) -> Option<(u64, &str)> {
    let (hour, rest) = digits_of(text, 2)?;
    let (minute, rest) = digits_of(rest.strip_prefix(':')?, 2)?;
    let (second, rest) = digits_of(rest.strip_prefix(':')?, 2)?;
    let (millis, rest) = fraction(rest)?;
    Some((seconds(hour, minute, second)? * 1000 + millis, rest))
}

/// Seconds since midnight, where there can be such a time.
fn seconds(hour: u64, minute: u64, second: u64) -> Option<u64> {
    let can_be = hour < 24 && minute < 60 && second < 61;
    can_be.then_some((hour * 60 + minute) * 60 + second)
}

/// `,123` as milliseconds, and what follows; nothing where there is no mark.
fn fraction(text: &str) -> Option<(u64, &str)> {
    let Some(fraction) = text.strip_prefix(['.', ',', ':']) else {
        return Some((0, text));
    };
    let (_, rest) = digits_of(fraction, 9)?;
    let digits = fraction.bytes().take_while(u8::is_ascii_digit);
    let digits = digits.chain(*b"000").take(3);
    let millis = digits.fold(0, |n, c| n * 10 + u64::from(c - b'0'));
    Some((millis, rest))
}

/// `2026-03-01 10:00:00`, as nearly all write it: at fixed places.
fn usual(text: &[u8; 19]) -> Option<Stamp> {
    const SHAPE: u128 = u128::from_be_bytes(*b"0000-00-00T00:00");
    const BLANK: u128 = ((b'T' ^ b' ') as u128) << 40;
    const DIGITS: u128 = 0xffff_ffff_00ff_ff00_ffff_00ff_ff00_ffff;
    const SIX: u128 = DIGITS / 0xff * 6;
    let (minutes, behind) = text.split_first_chunk::<16>()?;
    // All sixteen letters are looked at together.
    let off = u128::from_be_bytes(*minutes) ^ SHAPE;
    let digits = off & DIGITS;
    // A digit is off by 0 to 9: neither it nor it and six reach beyond the lower half.
    let beyond = (digits | digits.wrapping_add(SIX)) & (DIGITS / 0xff * 0xf0);
    let marks = off & !DIGITS;
    if beyond != 0 || (marks != 0 && marks != BLANK) {
        return None;
    }
    let [b':', s1 @ b'0'..=b'9', s0 @ b'0'..=b'9'] = *behind else {
        return None;
    };
    let [y3, y2, y1, y0, _, m1, m0, _, d1, d0, _, h1, h0, _, n1, n0] = digits.to_be_bytes();
    let pair = |tens: u8, units: u8| u16::from(tens & 15) * 10 + u16::from(units & 15);
    let [hour, minute, second] = [pair(h1, h0), pair(n1, n0), pair(s1, s0)].map(u64::from);
    let date = [
        pair(y3, y2) * 100 + pair(y1, y0),
        pair(m1, m0),
        pair(d1, d0),
    ];
    Stamp::new(date, seconds(hour, minute, second)? * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_shape_is_read_as_all_others_are() {
        let read = |text: &'static str| {
            year_first(text).map(|(stamp, rest)| (stamp.date, stamp.time, rest))
        };
        let known = Some(([2026, 3, 1], 36_605_000, "x"));
        for text in [
            "2026-03-01 10:10:05x",
            "2026-03-01T10:10:05x",
            "2026-03-01\t10:10:05x",
            "2026-03-01  10:10:05x",
            "2026/03/01 10:10:05x",
        ] {
            assert_eq!(read(text), known, "{text}");
        }
        let millis = read("2026-03-01 10:10:05,25x");
        assert_eq!(millis, Some(([2026, 3, 1], 36_605_250, "x")));
        for text in [
            "2026-13-01 10:10:05",
            "2026-03-01 24:10:05",
            "2026-03-01 10:60:05",
            "2026-03-01 10:10:61",
            "2026-03/01 10:10:05",
            "2026-03-01X10:10:05",
            "2026-03-0a 10:10:05",
            "2026-03-01 10:10:0:",
            "2026-03-01 10:10:05,",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        for (text, found) in [
            ("5/26/2026", Some([5, 26, 2026])),
            ("05.26.26", Some([5, 26, 26])),
            ("5/ 26/2026", Some([5, 26, 2026])),
            ("00005/26/2026", Some([5, 26, 2026])),
            ("5/26/20260", None),
            ("5/26/", None),
            ("5/26", None),
            ("5/26/2026/1", None),
        ] {
            assert_eq!(date(text), found, "{text}");
        }
    }

    #[test]
    fn durations_cross_days_months_and_leap_years() {
        let at = |year, month, day, time| Stamp {
            date: [year, month, day],
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
        assert_eq!(at(2026, 7, 7, 43_337_250).iso(), "2026-07-07T12:02:17");
        for (date, after) in [
            ([2026, 12, 31], "2027-01-02T00:00:00"),
            ([2024, 2, 28], "2024-03-01T00:00:00"),
            ([2023, 2, 27], "2023-03-01T00:00:00"),
            ([2026, 4, 29], "2026-05-01T00:00:00"),
        ] {
            assert_eq!(
                Stamp {
                    date,
                    time: 2 * DAY
                }
                .iso(),
                after
            );
        }
    }
}
