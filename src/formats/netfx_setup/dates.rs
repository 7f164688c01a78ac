//! Time stamps of the setup programs: `[5/15/2015, 13:13:58]`, `[05/15/15,13:13:58]`,
//! `[05/15/2015-13:13:58:646]`; and which number of a date is the month.
//!
//! The order follows the settings of the machine, so dates are kept as written. A number above 12
//! tells which one is the day, and so does a date with the year in front, which the extractor writes
//! and which stands in the names of the items' logs (`…Setup_20310515_131358123-MSI_…`). Else it
//! stays in doubt.

use crate::formats::stamp::{self, Stamp as Dated};

/// A date as written: three numbers.
pub type Date = [u16; 3];

/// A time stamp as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The date.
    pub date: Date,
    /// Milliseconds since midnight.
    pub time: u32,
}

impl Stamp {
    /// Milliseconds to another stamp of the same day.
    pub fn within_day(self, to: Self) -> Option<u64> {
        let length = to.time.checked_sub(self.time).map(u64::from);
        length.filter(|_| self.date == to.date)
    }
}

/// Takes the stamp off a line.
pub fn split(line: &str) -> Option<(Stamp, &str)> {
    let (inside, tail) = line.strip_prefix('[')?.split_once(']')?;
    let (day, time) = Some(inside)
        .filter(|inside| inside.len() <= 32)?
        .split_once(',')
        .or_else(|| inside.rsplit_once('-'))
        .or_else(|| inside.split_once(' '))?;
    let date = date(day.trim())?;
    let time = clock(time.trim())?;
    Some((Stamp { date, time }, tail))
}

/// Three numbers with slashes, points or hyphens between them.
pub fn date(text: &str) -> Option<Date> {
    let mut numbers = text.split(['/', '.', '-']).map(|digits| {
        let number = digits.trim().parse().ok();
        number.filter(|number: &u16| *number < 10_000)
    });
    let date = [numbers.next()??, numbers.next()??, numbers.next()??];
    numbers.next().is_none().then_some(date)
}

/// `13:13:58`, `9:5:8` or `13:13:58:646`, perhaps with `PM` behind it.
fn clock(text: &str) -> Option<u32> {
    let (clock, half) = text.split_once(' ').unwrap_or((text, ""));
    let mut numbers = clock.split([':', '.']).map(|number| number.parse().ok());
    let [hour, minute, second] = [numbers.next()??, numbers.next()??, numbers.next()??];
    let millis: u32 = numbers.next().unwrap_or(Some(0))?;
    let hour = match half {
        "" => hour,
        "AM" | "am" => hour % 12,
        "PM" | "pm" => hour % 12 + 12,
        _ => return None,
    };
    let fits = hour < 24 && minute < 60 && second < 60 && millis < 1000;
    fits.then(|| ((hour * 60 + minute) * 60 + second) * 1000 + millis)
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
    pub fn resolve(self, stamp: Stamp) -> Option<Dated> {
        let [first, second, third] = stamp.date;
        let (year, month, day) = match (self.month_first, self.day_first) {
            _ if first >= 1000 => (first, second, third),
            (true, false) => (year(third), first, second),
            (false, true) => (year(third), second, first),
            _ if first == second => (year(third), first, second),
            _ => return None,
        };
        stamp::stamp(year.into(), month.into(), day.into(), stamp.time)
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
        let [year, month, day] = [number / 10_000, number / 100 % 100, number % 100];
        let fits = (1..=12).contains(&month) && (1..=31).contains(&day);
        let short = |number| u16::try_from(number).ok();
        fits.then_some([short(year)?, short(month)?, short(day)?])
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
        assert_eq!((day.year, day.month, day.day), (2031, 5, 6));
        order.see(stamp(15, 5, 2031).date);
        assert_eq!(order.resolve(stamp(5, 6, 2031)), None);
    }

    #[test]
    fn a_date_with_the_year_in_front_tells_the_order() {
        let mut order = Order::default();
        let known = in_name("Pump Setup_20310605_131358123-MSI_Pump.msi.txt").unwrap();
        order.compare(stamp(5, 6, 2031).date, known);
        let day = order.resolve(stamp(5, 6, 2031)).unwrap();
        assert_eq!((day.month, day.day), (6, 5));
        assert_eq!(in_name("a_20319905_x"), None);
        let same = Order::default().resolve(stamp(4, 4, 2031)).unwrap();
        assert_eq!((same.month, same.day), (4, 4));
    }

    #[test]
    fn half_days_are_read() {
        assert_eq!(clock("1:00:01 PM"), Some(46_801_000));
        assert_eq!(clock("12:00:01 AM"), Some(1000));
        assert_eq!(clock("12:00:01 XM"), None);
        assert_eq!(clock("9:5:8"), Some(32_708_000));
    }
}
