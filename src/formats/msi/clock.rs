//! Dates and durations: engine lines have the time of day only, headers a date whose order is the
//! user's.

/// Milliseconds of a day.
const DAY: u64 = 86_400_000;

/// The clock of a session: milliseconds since midnight of its first day.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    first: Option<u64>,
    now: Option<u64>,
    header: Option<Date>,
    script: Option<Day>,
}

/// Year, month, day.
type Day = (u32, u32, u32);

/// The three numbers of a header date, as they stand there, and how they are set apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Date {
    parts: [u32; 3],
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
            self.header = parse_date(when);
        }
    }

    /// Takes the time stamp of a script's header operation in: a packed DOS date and time. It tells
    /// the order of day and month beyond doubt.
    pub fn script(&mut self, stamp: u32) {
        let (date, _) = (stamp >> 16, stamp & 0xffff);
        let day = ((date >> 9) + 1980, (date >> 5) & 15, date & 31);
        if self.script.is_none() && valid(day) {
            self.script = Some(day);
        }
    }

    /// Duration from the first to the last time stamp, in milliseconds.
    #[must_use]
    pub fn duration(&self) -> Option<u64> {
        Some(self.now? - self.first?)
    }

    /// Start as local time of the machine.
    #[must_use]
    pub fn started(&self) -> Option<String> {
        Some(stamp(self.day()?, self.first?))
    }

    /// End as local time of the machine.
    #[must_use]
    pub fn ended(&self) -> Option<String> {
        Some(stamp(self.day()?, self.now?))
    }

    fn day(&self) -> Option<Day> {
        let Some(date) = self.header else {
            return self.script;
        };
        let [a, b, c] = date.parts;
        let orders = if a > 999 {
            vec![(a, b, c)]
        } else {
            vec![(c, a, b), (c, b, a)]
        };
        let mut candidates: Vec<Day> = orders
            .into_iter()
            .map(|(y, m, d)| (western(y), m, d))
            .filter(|d| valid(*d))
            .collect();
        candidates.dedup();
        if let Some(script) = self
            .script
            .filter(|s| candidates.iter().any(|c| near(*c, *s)))
        {
            // The script may be written on the next day; the header's own date counts.
            return candidates.into_iter().find(|c| near(*c, script));
        }
        match candidates.as_slice() {
            [only] => Some(*only),
            [_, day_first] if date.dotted => Some(*day_first),
            _ => None,
        }
    }
}

fn near(a: Day, b: Day) -> bool {
    let number = |(y, m, d): Day| i64::from(y) * 372 + i64::from(m) * 31 + i64::from(d);
    (number(a) - number(b)).abs() <= 1
}

/// Thai years count from 543 BC, two-digit years mean this or the last century.
fn western(year: u32) -> u32 {
    match year {
        0..=79 => year + 2000,
        80..=99 => year + 1900,
        2400.. => year - 543,
        _ => year,
    }
}

fn valid((y, m, d): Day) -> bool {
    (1995..2200).contains(&y) && (1..=12).contains(&m) && (1..=31).contains(&d)
}

/// The first three numbers of `17. 12. 2019  21:15:49` or `2016/10/4  09:20:15`.
fn parse_date(text: &str) -> Option<Date> {
    let mut parts = [0u32; 3];
    let mut rest = text;
    let mut dotted = false;
    for (index, part) in parts.iter_mut().enumerate() {
        rest = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        *part = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?;
        match (index, rest.chars().next()) {
            (0, Some('.')) => dotted = true,
            // A time without a date before it.
            (0 | 1, Some(':')) => return None,
            _ => {}
        }
    }
    Some(Date { parts, dotted })
}

fn stamp((y, m, d): Day, ms: u64) -> String {
    let (mut y, mut m, mut d) = (y, m, d);
    for _ in 0..ms / DAY {
        d += 1;
        if d > days_of(y, m) {
            d = 1;
            m += 1;
        }
        if m > 12 {
            m = 1;
            y += 1;
        }
    }
    let seconds = ms % DAY / 1000;
    format!(
        "{y:04}-{m:02}-{d:02}T{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

fn days_of(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn started(header: &str, script: Option<u32>) -> Option<String> {
        let mut clock = Clock::default();
        clock.header(header);
        clock.tick(8 * 3_600_000);
        if let Some(stamp) = script {
            clock.script(stamp);
        }
        clock.started()
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
        assert_eq!(clock.duration(), Some(2_000));
        assert_eq!(clock.ended().unwrap(), "2020-01-01T00:00:01");
    }
}
