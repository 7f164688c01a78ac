//! Where line feeds are in text: lines are short and of any length, so a search that starts anew
//! for each of them, or branches at each, spends most of its time on that.

use pulp::Arch;
use wide::u8x16;

/// Letters that are looked at together.
pub const WIDTH: usize = 64;

/// The places of line feeds, one text after the other. Its buffer is used again.
#[derive(Debug, Default)]
pub struct Feeds {
    /// What is beyond `count` is never looked at.
    places: Vec<u32>,
    count: usize,
}

impl Feeds {
    /// Forgets all.
    pub fn clear(&mut self) {
        self.count = 0;
    }

    /// The places, in the order in which they came.
    pub fn places(&self) -> &[u32] {
        self.places.get(..self.count).unwrap_or(&[])
    }

    /// Adds a place.
    pub fn push(&mut self, place: u32) {
        let mut open = self.open(1);
        open.add(1, place);
        self.count = open.count;
    }

    /// Forgets those behind the first `count`.
    pub fn truncate(&mut self, count: usize) {
        self.count = self.count.min(count);
    }

    /// Adds the place of every line feed of a text, counted on from `base`.
    pub fn add(&mut self, arch: Arch, text: &[u8], base: usize) {
        let mut open = self.open(text.len());
        self.count = arch.dispatch(
            #[inline(always)]
            || {
                find(text, base as u32, &mut open);
                open.count
            },
        );
    }

    /// Room for so many more.
    pub fn open(&mut self, most: usize) -> Open<'_> {
        let room = self.count + most + 1;
        if self.places.len() < room {
            self.places.resize(room, 0);
        }
        Open {
            count: self.count,
            places: self.places.as_mut_slice(),
        }
    }

    /// Takes in what was written to the room.
    pub fn close(&mut self, count: usize) {
        self.count = count.min(self.places.len());
    }
}

/// Room for places.
pub struct Open<'f> {
    places: &'f mut [u32],
    /// How many there are.
    pub count: usize,
}

impl Open<'_> {
    /// Adds the places of the bits of a mask.
    #[inline(always)]
    pub fn add(&mut self, mut mask: u64, start: u32) {
        let mut free = self.places.get_mut(self.count..).unwrap_or_default();
        self.count += mask.count_ones() as usize;
        // Most masks have one bit or none: one is written without asking.
        while let Some((slot, more)) = free.split_first_mut() {
            *slot = start.wrapping_add(mask.trailing_zeros());
            mask &= mask.wrapping_sub(1);
            if mask == 0 {
                return;
            }
            free = more;
        }
    }
}

/// Adds the places of the line feeds. Built into its caller, once for each kind of processor: counting
/// bits is one step for those that can.
#[inline(always)]
pub fn find(text: &[u8], base: u32, open: &mut Open<'_>) {
    let (chunks, rest) = text.as_chunks::<WIDTH>();
    let mut start = base;
    for chunk in chunks {
        open.add(mask(chunk), start);
        start += WIDTH as u32;
    }
    let places = (start..).zip(rest).filter(|(_, byte)| **byte == b'\n');
    for (place, _) in places {
        open.add(1, place);
    }
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
            let mut plain: Vec<u32> = Vec::new();
            let mut base = 0;
            for text in texts.iter().chain([&vec![b'\n'; 256]]) {
                feeds.add(Arch::new(), text, base);
                plain.extend((0..text.len()).filter(|at| text[*at] == b'\n').map(|at| (base + at) as u32));
                prop_assert_eq!(feeds.places(), plain.as_slice());
                base += text.len();
            }
            feeds.clear();
            prop_assert_eq!(feeds.places(), &[] as &[u32]);
        }
    }
}
