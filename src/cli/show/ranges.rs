//! Which lines are shown.

use std::ops::RangeInclusive;
use std::str::FromStr;

use crate::report::LogReport;

/// Lines that were asked for: `12`, `10-40`, `900-` (to the end), several with commas between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines(pub Vec<RangeInclusive<u64>>);

impl FromStr for Lines {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |text: &str| {
            let number = text.trim().parse().ok();
            number
                .filter(|line| *line > 0)
                .ok_or("write 12, 10-40, 900- or 12,10-40; lines count from 1")
        };
        let range = |part: &str| match part.split_once('-') {
            None => number(part).map(|line| line..=line),
            Some((first, last)) if last.trim().is_empty() => Ok(number(first)?..=u64::MAX),
            Some((first, last)) => {
                let (first, last) = (number(first)?, number(last)?);
                match first <= last {
                    true => Ok(first..=last),
                    false => Err("the first line of a range comes before its last"),
                }
            }
        };
        text.split(',')
            .map(range)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// So many lines before and after one.
pub fn around(line: u64, context: u64) -> RangeInclusive<u64> {
    line.saturating_sub(context).max(1)..=line.saturating_add(context)
}

/// In order, and as one where they touch.
pub fn merged(mut ranges: Vec<RangeInclusive<u64>>) -> Vec<RangeInclusive<u64>> {
    ranges.sort_by_key(|range| *range.start());
    let mut merged: Vec<RangeInclusive<u64>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if *range.start() <= last.end().saturating_add(1) => {
                *last = *last.start()..=*last.end().max(range.end());
            }
            _ => merged.push(range),
        }
    }
    merged
}

/// The lines that matter most: around the cause and the failure that the log is judged by, and those
/// that prove it; the end of the run where nothing failed.
pub fn telling(report: &LogReport, context: u64) -> Vec<RangeInclusive<u64>> {
    let Some(session) = report.principal() else {
        return vec![1..=(2 * context).max(1)];
    };
    let Some(failure) = &session.failure else {
        let [first, last] = session.lines;
        return vec![last.saturating_sub(2 * context).max(first).max(1)..=last];
    };
    let cause = failure.cause.iter().map(|cause| cause.line);
    let main = cause.chain([failure.line]);
    let evidence = failure
        .evidence
        .iter()
        .map(|evidence| around(evidence.line, 0));
    main.map(|line| around(line, context))
        .chain(evidence)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_written_like_this() {
        let lines = |text: &str| text.parse::<Lines>().map(|lines| lines.0);
        assert_eq!(lines("7"), Ok(vec![7..=7]));
        assert_eq!(lines("7-9, 20-"), Ok(vec![7..=9, 20..=u64::MAX]));
        for wrong in ["", "0", "9-7", "a", "-", "-5", "1,,2", "1-2-3"] {
            assert!(lines(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_touches_is_one() {
        let ranges = vec![20..=30, 1..=4, 5..=6, 25..=26, 8..=9, around(1, 1)];
        assert_eq!(merged(ranges), [1..=6, 8..=9, 20..=30]);
        assert_eq!(merged(vec![5..=u64::MAX, 7..=8]), [5..=u64::MAX]);
    }
}
