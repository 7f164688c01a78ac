//! Which number of a date is the month.
//!
//! The time stamps follow the settings of the machine. A number above 12 tells which one is the day,
//! and so does a date with the year in front, which the extractor writes and which stands in the
//! names of the items' logs (`…Setup_20310515_131358123-MSI_…`). Else it stays in doubt.

use super::stamp::{Date, Stamp};
use crate::formats::stamp::Stamp as Dated;

/// What is known of the order.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Order {
    month_first: bool,
    day_first: bool,
}

impl Order {
    /// Looks at a date.
    pub fn see(&mut self, date: Date) {
        if date.first > 12 && date.second <= 12 && date.first <= 31 && date.third >= 100 {
            self.day_first = true;
        }
        if date.second > 12 && date.first <= 12 {
            self.month_first = true;
        }
    }

    /// Compares a date with the same day written with the year in front.
    pub fn compare(&mut self, date: Date, known: Date) {
        if date.first == date.second || year(date.third) != known.first {
            return;
        }
        self.month_first |= date.first == known.second && date.second == known.third;
        self.day_first |= date.second == known.second && date.first == known.third;
    }

    /// The stamp with its date put in order.
    pub fn resolve(self, stamp: Stamp) -> Option<Dated> {
        let Date {
            first,
            second,
            third,
        } = stamp.date;
        let (year, month, day) = if first >= 1000 {
            (first, second, third)
        } else {
            match (self.month_first, self.day_first) {
                (true, false) => (year(third), first, second),
                (false, true) => (year(third), second, first),
                _ if first == second => (year(third), first, second),
                _ => return None,
            }
        };
        let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
        let fits = (1..=12).contains(&month) && (1..=31).contains(&day);
        fits.then_some(Dated {
            year,
            month,
            day,
            time: stamp.time,
        })
    }
}

/// A year of two digits is one of this century.
fn year(number: u16) -> u16 {
    if number < 100 { 2000 + number } else { number }
}

/// The date in the name of a log, `…_20310515_131358123-…`.
pub(super) fn in_name(path: &str) -> Option<Date> {
    path.split(['_', '-']).find_map(|part| {
        let digits =
            part.len() == 8 && part.starts_with("20") && part.bytes().all(|b| b.is_ascii_digit());
        let number = |from, to| part.get(from..to)?.parse::<u16>().ok();
        let date = Date {
            first: number(0, 4)?,
            second: number(4, 6)?,
            third: number(6, 8)?,
        };
        let fits = (1..=12).contains(&date.second) && (1..=31).contains(&date.third);
        (digits && fits).then_some(date)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(first: u16, second: u16, third: u16) -> Stamp {
        Stamp {
            date: Date {
                first,
                second,
                third,
            },
            time: 0,
        }
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
}
