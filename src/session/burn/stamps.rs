//! Dates and durations of Burn logs, whose time stamps have the date in an order beyond doubt.

use crate::grammar::burn::Stamp;

/// `2026-07-07T12:02:17`
pub(in crate::session) fn iso(stamp: Stamp) -> String {
    let seconds = stamp.time / 1000;
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let Stamp {
        year, month, day, ..
    } = stamp;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

/// Milliseconds from one to the other; `None` where the clock was turned back.
pub(in crate::session) fn between(from: Stamp, to: Stamp) -> Option<u64> {
    let millis = |s: Stamp| days(s) * 86_400_000 + i64::from(s.time);
    u64::try_from(millis(to) - millis(from)).ok()
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
            between(at(2026, 12, 31, 86_399_000), at(2027, 1, 1, 0)),
            second
        );
        assert_eq!(
            between(at(2024, 2, 29, 86_399_500), at(2024, 3, 1, 500)),
            second
        );
        assert_eq!(
            between(at(2023, 2, 28, 86_399_000), at(2023, 3, 1, 0)),
            second
        );
        assert_eq!(between(at(2023, 1, 2, 0), at(2023, 1, 1, 0)), None);
        assert_eq!(iso(at(2026, 7, 7, 43_337_250)), "2026-07-07T12:02:17");
    }
}
