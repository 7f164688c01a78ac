//! Sums by which numbers are told from other digits: whoever made them up put it in, so that a wrong
//! digit is seen.

use serde::Deserialize;

/// A sum over the digits of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Check {
    /// Cards and the numbers of phones (ISO/IEC 7812-1, annex B).
    Luhn,
    /// Bank accounts: the rest of a division by 97 (ISO 13616).
    Iban,
    /// Recovery passwords of BitLocker: each group is a multiple of eleven (Microsoft, [MS-FVE]).
    Eleven,
}

impl Check {
    /// Whether the sum comes out right.
    pub fn is_right(self, value: &str) -> bool {
        match self {
            Self::Luhn => luhn(value),
            Self::Iban => iban(value),
            Self::Eleven => {
                let mut groups = value.split('-').map(str::parse::<u32>);
                groups.all(|group| group.is_ok_and(|group| group % 11 == 0))
            }
        }
    }
}

fn luhn(value: &str) -> bool {
    let digits = value.chars().rev().filter_map(|c| c.to_digit(10));
    let sum: u32 = digits
        .enumerate()
        .map(|(place, digit)| match place % 2 {
            0 => digit,
            _ => digit * 2 / 10 + digit * 2 % 10,
        })
        .sum();
    sum > 0 && sum.is_multiple_of(10)
}

fn iban(value: &str) -> bool {
    let plain: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
    let Some((front, back)) = plain.split_at_checked(4) else {
        return false;
    };
    let rest = back.chars().chain(front.chars()).fold(0, |rest, c| {
        let digit = c.to_digit(36).unwrap_or(0);
        let shift = if digit > 9 { 100 } else { 10 };
        (rest * shift + digit) % 97
    });
    rest == 1 && (15..=31).contains(&plain.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_tell_numbers_from_digits() {
        for (check, right, wrong) in [
            (Check::Luhn, "4111-1111-1111-1111", "4111-1111-1111-1121"),
            (
                Check::Iban,
                "DE75512108001245126199",
                "DE75512108001245126198",
            ),
            (Check::Eleven, "000011-720885", "000011-720886"),
        ] {
            assert!(check.is_right(right), "{right}");
            assert!(!check.is_right(wrong), "{wrong}");
        }
        assert!(!Check::Luhn.is_right("0000") && !Check::Iban.is_right("ü"));
    }
}
