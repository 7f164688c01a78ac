//! The time of an engine line, read and compared as one number.

use std::num::NonZeroU128;

/// `[01:49:43:906]: ` as a number: a later time is a greater one. It is never zero, so that none at all
/// takes no room and no second comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp(NonZeroU128);

impl Stamp {
    const SHAPE: u128 = u128::from_be_bytes(*b"[00:00:00:000]: ");
    const DIGITS: u128 = 0x00ff_ff00_ffff_00ff_ff00_ffff_ff00_0000;

    /// All sixteen bytes are looked at together; `None` where it is no time of this shape.
    #[must_use]
    pub fn read(bytes: [u8; 16]) -> Option<Self> {
        const SIX: u128 = Stamp::DIGITS / 0xff * 6;
        let value = u128::from_be_bytes(bytes);
        let off = value ^ Self::SHAPE;
        let digits = off & Self::DIGITS;
        // A digit is off by 0 to 9: neither it nor it and six reach beyond the lower half.
        let beyond = (digits | digits.wrapping_add(SIX)) & (Self::DIGITS / 0xff * 0xf0);
        let whole = off & !Self::DIGITS == 0 && beyond == 0;
        NonZeroU128::new(value).filter(|_| whole).map(Self)
    }

    /// Milliseconds since midnight.
    #[must_use]
    pub fn milliseconds(self) -> u32 {
        let [_, h1, h0, _, m1, m0, _, s1, s0, _, f2, f1, f0, ..] = self.0.get().to_be_bytes();
        let number = |digits: &[u8]| {
            let digits = digits.iter().map(|d| u32::from(d & 15));
            digits.fold(0, |n, d| n * 10 + d)
        };
        let (hours, minutes) = (number(&[h1, h0]), number(&[m1, m0]));
        ((hours * 60 + minutes) * 60 + number(&[s1, s0])) * 1000 + number(&[f2, f1, f0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps() {
        let read = |text: &str| Stamp::read(*text.as_bytes().first_chunk().unwrap());
        let stamp = read("[23:59:58:907]: ").unwrap();
        assert_eq!(stamp.milliseconds(), 86_398_907);
        assert!(stamp > read("[23:59:58:899]: ").unwrap());
        for bad in [
            "[23:59:58:90:]: ",
            "[23.59:58:907]: ",
            "[/3:59:58:907]: ",
            "[23:59:58:907]:x",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
