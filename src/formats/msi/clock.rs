//! Dates and durations: engine lines have the time of day only, headers a date whose order is the
//! user's.

use crate::formats::scan::digits_of;
use crate::formats::stamp::{self, DAY, Date, Stamp, can_be, days};
use crate::run::Run;

/// The clock of a session: milliseconds since midnight of its first day.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    first: Option<u64>,
    now: Option<u64>,
    header: Option<Header>,
    script: Option<Date>,
}

/// The three numbers of a header date, as they stand there, and how they are set apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Header {
    parts: Date,
    dotted: bool,
}

impl Clock {
    /// Takes a time of day in; one that falls by more than half a day is the next day's. A small
    /// fall is a late line of the other process and does not turn the clock back.
    pub fn tick(&mut self, time_of_day: u32) {
        let time = u64::from(time_of_day);
        let Some(now) = self.now else {
            self.first = Some(time);
            self.now = Some(time);
            return;
        };
        let (day, today) = (now / DAY * DAY, now % DAY);
        if today > time && today - time > DAY / 2 {
            self.now = Some(day + DAY + time);
        } else if day + time > now {
            self.now = Some(day + time);
        }
    }

    /// Milliseconds since midnight of the first day.
    #[must_use]
    pub fn now(&self) -> Option<u64> {
        self.now
    }

    /// Takes the date of a header in.
    pub fn header(&mut self, when: &str) {
        if self.header.is_none() {
            self.header = Header::read(when);
        }
    }

    /// Takes the time stamp of a script's header operation in: a packed DOS date and time. It tells
    /// the order of day and month beyond doubt.
    pub fn script(&mut self, stamp: u32) {
        let date = [(stamp >> 25) + 1980, stamp >> 21 & 15, stamp >> 16 & 31];
        let date = date.map(|number| u16::try_from(number).unwrap_or(0));
        self.script = self.script.or(Some(date).filter(|date| can_be(*date)));
    }

    /// Sets begin, end and duration of a run, as local time of the machine.
    pub fn set_times(&self, run: &mut Run) {
        let date = self.date();
        let stamp = |time: u64| Some(Stamp { date: date?, time });
        let (first, last) = (self.first.and_then(stamp), self.now.and_then(stamp));
        stamp::set_times(run, first, last);
        run.duration_ms = self.first.zip(self.now).map(|(first, now)| now - first);
    }

    fn date(&self) -> Option<Date> {
        let Some(header) = self.header else {
            return self.script;
        };
        let [a, b, c] = header.parts;
        let orders = match a > 999 {
            true => vec![[a, b, c]],
            false => vec![[c, a, b], [c, b, a]],
        };
        let orders = orders.into_iter().map(|[y, m, d]| [western(y), m, d]);
        let mut candidates: Vec<Date> = orders.filter(|date| can_be(*date)).collect();
        candidates.dedup();
        // The script may be written on the next day; the header's own date counts.
        let is_near = |date: &&Date| {
            let script = self.script.map(days);
            script.is_some_and(|script| days(**date).abs_diff(script) <= 1)
        };
        let near = candidates.iter().find(is_near);
        near.copied().or(match candidates.as_slice() {
            [only] => Some(*only),
            [_, day_first] if header.dotted => Some(*day_first),
            _ => None,
        })
    }
}

/// Thai years count from 543 BC, two-digit years mean this or the last century.
fn western(year: u16) -> u16 {
    match year {
        0..=79 => year + 2000,
        80..=99 => year + 1900,
        2400.. => year - 543,
        _ => year,
    }
}

impl Header {
    /// The first three numbers of `17. 12. 2019  21:15:49` or `2016/10/4  09:20:15`.
    fn read(text: &str) -> Option<Self> {
        let (mut parts, mut dotted) = (Date::default(), false);
        let mut rest = text;
        for (index, part) in parts.iter_mut().enumerate() {
            let (number, tail) =
                digits_of(rest.trim_start_matches(|c: char| !c.is_ascii_digit()), 9)?;
            *part = u16::try_from(number).ok()?;
            match (index, tail.chars().next()) {
                (0, Some('.')) => dotted = true,
                // A time without a date before it.
                (0 | 1, Some(':')) => return None,
                _ => {}
            }
            rest = tail;
        }
        Some(Self { parts, dotted })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(clock: &Clock) -> Run {
        let mut run = Run::default();
        clock.set_times(&mut run);
        run
    }

    fn started(header: &str, script: Option<u32>) -> Option<String> {
        let mut clock = Clock::default();
        clock.header(header);
        clock.tick(8 * 3_600_000);
        if let Some(stamp) = script {
            clock.script(stamp);
        }
        times(&clock).started
    }

    #[test]
    fn dates_of_many_locales() {
        let day = |h| started(h, None).map(|s| s[..10].to_owned());
        assert_eq!(day("17. 12. 2019  21:15:49").as_deref(), Some("2019-12-17"));
        assert_eq!(day("18/03/2014  14:20:44").as_deref(), Some("2014-03-18"));
        assert_eq!(day("2016/10/4  09:20:15").as_deref(), Some("2016-10-04"));
        assert_eq!(day("01.08.2021  1:00:00").as_deref(), Some("2021-08-01"));
        assert_eq!(
            day("3/2/2016  7:58:08"),
            None,
            "day and month could be swapped"
        );
        assert_eq!(day("3/3/2016  7:58:08").as_deref(), Some("2016-03-03"));
        assert_eq!(day("10/11/2563  7:58:08"), None);
        assert_eq!(day("7:58:08"), None);
    }

    #[test]
    fn the_script_settles_the_order() {
        // 2020-02-10 16:43:26
        assert_eq!(
            started("2/10/2020 16:43:24", Some(1_347_061_101)).unwrap(),
            "2020-02-10T08:00:00"
        );
        assert_eq!(
            started("10/2/2020 16:43:24", Some(1_347_061_101)).unwrap(),
            "2020-02-10T08:00:00"
        );
    }

    #[test]
    fn midnight_and_late_lines() {
        let mut clock = Clock::default();
        clock.header("31/12/2019");
        clock.tick(86_399_000);
        clock.tick(86_398_000);
        clock.tick(1_000);
        assert_eq!(times(&clock).duration_ms, Some(2_000));
        assert_eq!(times(&clock).ended.unwrap(), "2020-01-01T00:00:01");
    }
}
