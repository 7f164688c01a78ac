//! Where line feeds are in text: lines are short and of any length, so a search that starts anew
//! for each of them, or branches at each, spends most of its time on that.

use wide::u8x16;

/// Letters that are looked at together.
const WIDTH: usize = 64;

/// Places that are written at a time, needed or not.
const SLOTS: usize = 4;

/// Appends the place of every line feed to `places`, in order, `base` added.
pub fn feeds(text: &[u8], base: u32, places: &mut Vec<u32>) {
    let (chunks, rest) = text.as_chunks::<WIDTH>();
    let mut start = base;
    for chunk in chunks {
        let mut mask = mask(chunk);
        let count = mask.count_ones() as usize;
        let mut slots = [0; SLOTS];
        for slot in &mut slots {
            *slot = start + mask.trailing_zeros();
            mask &= mask.wrapping_sub(1);
        }
        let length = places.len();
        places.extend_from_slice(&slots);
        places.truncate(length + count);
        while mask != 0 {
            places.push(start + mask.trailing_zeros());
            mask &= mask - 1;
        }
        start += WIDTH as u32;
    }
    let rest = rest.iter().zip(start..).filter(|(b, _)| **b == b'\n');
    places.extend(rest.map(|(_, place)| place));
}

/// A bit for every line feed.
fn mask(chunk: &[u8; WIDTH]) -> u64 {
    let feed = u8x16::splat(b'\n');
    let (parts, _) = chunk.as_chunks::<16>();
    let parts = parts.iter().rev().map(|part| u8x16::new(*part));
    parts.fold(0, |mask, part| {
        mask << 16 | u64::from(part.cmp_eq(feed).move_mask() as u16)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn they_are_where_a_plain_search_finds_them(
            text in proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b'x'), Just(0x8a), any::<u8>()], 0..300),
        ) {
            let mut found = vec![7];
            feeds(&text, 3, &mut found);
            let plain = (0..text.len()).filter(|at| text[*at] == b'\n').map(|at| at as u32 + 3);
            prop_assert_eq!(found, [7].into_iter().chain(plain).collect::<Vec<u32>>());
        }
    }
}
