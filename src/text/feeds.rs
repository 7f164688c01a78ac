//! Where line feeds are in text: lines are short and of any length, so a search that starts anew
//! for each of them, or branches at each, spends most of its time on that.

use pulp::Arch;
use wide::u8x16;

/// Letters that are looked at together.
const WIDTH: usize = 64;

/// Places that are written at a time, needed or not.
const SLOTS: usize = 2;

/// The places of the line feeds of a text. Its buffer is used again.
#[derive(Debug, Default)]
pub struct Feeds {
    places: Vec<u32>,
}

impl Feeds {
    /// The place of every line feed in order, counted from the start of the text.
    pub fn of(&mut self, arch: Arch, text: &[u8]) -> &[u32] {
        let most = text.len() + SLOTS;
        if self.places.len() < most {
            self.places.resize(most, 0);
        }
        let places = self.places.as_mut_slice();
        let count = arch.dispatch(
            #[inline(always)]
            || find(text, places),
        );
        self.places.get(..count).unwrap_or(&[])
    }
}

/// Writes the places of the line feeds and says how many there are. Built into its caller, once for
/// each kind of processor: counting bits is one step for those that can.
#[inline(always)]
fn find(text: &[u8], places: &mut [u32]) -> usize {
    let (chunks, rest) = text.as_chunks::<WIDTH>();
    let (mut start, mut count) = (0, 0);
    for chunk in chunks {
        let mut mask = mask(chunk);
        let found = mask.count_ones() as usize;
        let mut free = places.get_mut(count..).unwrap_or_default();
        // Most chunks hold one or none: two are written without asking.
        while let Some((slots, more)) = free.split_first_chunk_mut::<SLOTS>() {
            for slot in slots {
                *slot = start + mask.trailing_zeros();
                mask &= mask.wrapping_sub(1);
            }
            if mask == 0 {
                break;
            }
            free = more;
        }
        count += found;
        start += WIDTH as u32;
    }
    for (place, _) in (start..).zip(rest).filter(|(_, b)| **b == b'\n') {
        if let Some(slot) = places.get_mut(count) {
            *slot = place;
            count += 1;
        }
    }
    count
}

/// A bit for every line feed.
#[inline(always)]
fn mask(chunk: &[u8; WIDTH]) -> u64 {
    let feed = u8x16::splat(b'\n');
    let (parts, _) = chunk.as_chunks::<16>();
    let mut mask = 0;
    for part in parts.iter().rev() {
        let found = u8x16::new(*part).cmp_eq(feed).move_mask();
        mask = mask << 16 | u64::from(found as u16);
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn they_are_where_a_plain_search_finds_them(
            texts in proptest::collection::vec(
                proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b'x'), Just(0x8a), any::<u8>()], 0..300),
                1..4,
            ),
        ) {
            let mut feeds = Feeds::default();
            for text in texts.iter().chain([&vec![b'\n'; 256]]) {
                let places = feeds.of(Arch::new(), text);
                let plain = (0..text.len()).filter(|at| text[*at] == b'\n').map(|at| at as u32);
                prop_assert_eq!(places, plain.collect::<Vec<u32>>());
            }
        }
    }
}
