//! Time stamps of the setup programs: `[5/15/2015, 13:13:58]`, `[05/15/15,13:13:58]`,
//! `[05/15/2015-13:13:58:646]`; and which number of a date is the month.
//!
//! The order follows the settings of the machine, so dates are kept as written. A number above 12
//! tells which one is the day, and so does a date with the year in front, which the extractor writes
//! and which stands in the names of the items' logs (`…Setup_20310515_131358123-MSI_…`). Else it
//! stays in doubt.

use crate::formats::stamp::{DAY, Date, Stamp, can_be, clock, date};

/// Milliseconds from a stamp to another one of the same day, whichever it is.
pub fn within_day(from: Stamp, to: Stamp) -> Option<u64> {
    let length = to.time.checked_sub(from.time);
    length.filter(|_| from.date == to.date)
}

/// Takes the stamp off a line.
pub fn split(line: &str) -> Option<(Stamp, &str)> {
    let line = line.strip_prefix('[')?;
    let end = memchr::memchr(b']', line.as_bytes()).filter(|end| *end <= 32)?;
    let (inside, tail) = (line.get(..end)?, line.get(end + 1..)?);
    let letters = inside.as_bytes();
    let mark = memchr::memchr(b',', letters)
        .or_else(|| memchr::memrchr(b'-', letters))
        .or_else(|| memchr::memchr(b' ', letters))?;
    let (day, time) = (inside.get(..mark)?, inside.get(mark + 1..)?);
    let date = date(day.trim())?;
    let time = half_day(time.trim())?;
    Some((Stamp { date, time }, tail))
}

/// A time of day, perhaps with `PM` behind it.
fn half_day(text: &str) -> Option<u64> {
    let (time, half) = clock(text)?;
    match half.trim_start() {
        "" => Some(time),
        "AM" | "am" => Some(time % (DAY / 2)),
        "PM" | "pm" => Some(time % (DAY / 2) + DAY / 2),
        _ => None,
    }
}

/// What is known of the order.
#[derive(Debug, Clone, Copy, Default)]
pub struct Order {
    month_first: bool,
    day_first: bool,
}

impl Order {
    /// Looks at a date.
    pub fn see(&mut self, [first, second, third]: Date) {
        self.day_first |= (13..=31).contains(&first) && second <= 12 && third >= 100;
        self.month_first |= second > 12 && first <= 12;
    }

    /// Compares a date with the same day written with the year in front.
    pub fn compare(&mut self, [first, second, third]: Date, known: Date) {
        if first != second {
            self.month_first |= known == [year(third), first, second];
            self.day_first |= known == [year(third), second, first];
        }
    }

    /// The stamp with its date put in order.
    pub fn resolve(self, stamp: Stamp) -> Option<Stamp> {
        let [first, second, third] = stamp.date;
        let date = match (self.month_first, self.day_first) {
            _ if first >= 1000 => [first, second, third],
            (true, false) => [year(third), first, second],
            (false, true) => [year(third), second, first],
            _ if first == second => [year(third), first, second],
            _ => return None,
        };
        Stamp::new(date, stamp.time)
    }
}

/// A year of two digits is one of this century.
fn year(number: u16) -> u16 {
    if number < 100 { 2000 + number } else { number }
}

/// The date in the name of a log, `…_20310515_131358123-…`.
pub fn in_name(path: &str) -> Option<Date> {
    let mut parts = path.split(['_', '-']);
    parts.find_map(|part| {
        let digits = Some(part).filter(|part| part.len() == 8 && part.starts_with("20"))?;
        let number: u32 = digits.parse().ok()?;
        let short = |number| u16::try_from(number).ok();
        let day = [number / 10_000, number / 100 % 100, number % 100].map(short);
        Some([day[0]?, day[1]?, day[2]?]).filter(|day| can_be(*day))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(first: u16, second: u16, third: u16) -> Stamp {
        let date = [first, second, third];
        Stamp { date, time: 0 }
    }

    #[test]
    fn a_day_above_twelve_tells_the_order() {
        let mut order = Order::default();
        order.see(stamp(5, 6, 2031).date);
        assert_eq!(order.resolve(stamp(5, 6, 2031)), None);
        order.see(stamp(5, 15, 2031).date);
        let day = order.resolve(stamp(5, 6, 31)).unwrap();
        assert_eq!(day.date, [2031, 5, 6]);
        order.see(stamp(15, 5, 2031).date);
        assert_eq!(order.resolve(stamp(5, 6, 2031)), None);
    }

    #[test]
    fn a_date_with_the_year_in_front_tells_the_order() {
        let mut order = Order::default();
        let known = in_name("Pump Setup_20310605_131358123-MSI_Pump.msi.txt").unwrap();
        order.compare(stamp(5, 6, 2031).date, known);
        let day = order.resolve(stamp(5, 6, 2031)).unwrap();
        assert_eq!(day.date[1..], [6, 5]);
        assert_eq!(in_name("a_20319905_x"), None);
        let same = Order::default().resolve(stamp(4, 4, 2031)).unwrap();
        assert_eq!(same.date[1..], [4, 4]);
    }

    #[test]
    fn half_days_are_read() {
        assert_eq!(half_day("1:00:01 PM"), Some(46_801_000));
        assert_eq!(half_day("12:00:01 AM"), Some(1000));
        assert_eq!(half_day("12:00:01 XM"), None);
        assert_eq!(half_day("9:5:8"), Some(32_708_000));
    }
}
