//! The lines of a log do not depend on the size of the pieces that it is read in, wherever the borders
//! between them fall.

use super::{Lines, MAX_LINE, PIECE, Piece, Pieces};

fn lines_of(bytes: &[u8], size: usize) -> (Vec<String>, u64, u64) {
    let mut pieces = Pieces::new(bytes, None, size);
    let (mut piece, mut lines) = (Piece::default(), Lines::default());
    let (mut all, mut long, mut shifts) = (Vec::new(), 0, 0);
    while pieces.next(&mut piece).unwrap() {
        lines.decode(&mut piece, pieces.encoding());
        all.extend(lines.texts().map(str::to_owned));
        long += lines.long_lines;
        shifts += lines.shifts;
    }
    assert_eq!(pieces.bytes(), bytes.len() as u64);
    (all, long, shifts)
}

fn wide(text: &str, big: bool) -> Vec<u8> {
    let to = if big {
        u16::to_be_bytes
    } else {
        u16::to_le_bytes
    };
    text.encode_utf16().flat_map(to).collect()
}

fn same_in_all_sizes(bytes: &[u8], sizes: &[usize], what: &str) {
    let whole = lines_of(bytes, 1 << 22);
    for size in sizes {
        let found = lines_of(bytes, *size);
        let first = found.0.iter().zip(&whole.0).position(|(a, b)| a != b);
        let at = first.map(|at| (at, &found.0[at], &whole.0[at]));
        assert!(found == whole, "{what}: pieces of {size}: {at:?}");
    }
}

/// Behind a line of bytes the letters begin at odd places: the two bytes of a line feed that stand at
/// even ones are halves of two letters, and no line ends there.
#[test]
fn a_piece_does_not_end_within_a_letter_behind_a_seam() {
    for big in [false, true] {
        let mut bytes = wide("\u{feff}one\r\n", big);
        bytes.extend(b"appended!\r\n");
        bytes.extend(wide(
            "\u{a41}\u{100}\u{4100}\u{a}\u{a00}\u{a0d}\u{1}\r\n",
            big,
        ));
        bytes.extend(wide("\u{4e00}\u{10a}\u{a00}\u{4e00}\u{a41}\u{41}\n", big));
        bytes.extend(wide("last\r\n", big));
        let sizes: Vec<usize> = (1..40).map(|half| 2 * half).collect();
        same_in_all_sizes(&bytes, &sizes, if big { "big" } else { "little" });
    }
}

/// What is dropped of a line that is too long tells as little about its end as where a buffer ends.
#[test]
fn a_seam_within_a_line_that_is_too_long_is_none() {
    for (big, more) in [(false, 0), (false, 1), (true, 0), (true, 1)] {
        for length in [MAX_LINE - 40, MAX_LINE, MAX_LINE + 2, 5 * MAX_LINE / 4] {
            let mut bytes = wide("\u{feff}one\r\n", big);
            bytes.extend(wide(&"\u{4e00}x".repeat(length / 4), big));
            bytes.extend(vec![b'x'; more]);
            for end in [&b"\n and a line of bytes\r\n"[..], b"\nshort\n\r\n"] {
                let mut bytes = [&bytes, end].concat();
                bytes.extend(wide("two\r\nthree\r\n", big));
                same_in_all_sizes(&bytes, &[64, 4096, MAX_LINE, MAX_LINE + 4, PIECE], "long");
            }
        }
        for length in MAX_LINE - 4..MAX_LINE + 4 {
            let mut bytes = wide("\u{feff}one\r\n", big);
            bytes.extend(b"x ".repeat(length / 2));
            bytes.extend(vec![b'x'; length % 2]);
            bytes.extend(b"\r\n\n");
            bytes.extend(wide("\ntwo\r\n", big));
            same_in_all_sizes(&bytes, &[64, 4096, PIECE], "bytes");
        }
    }
}

/// Numbers that are as good as random ones, and the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most as u64) as usize
    }
}

/// A part of a log that is torn, mixed, shifted.
fn part(numbers: &mut Numbers, big: bool) -> Vec<u8> {
    let ends = ["\n", "\r\n", "\r\n", ""];
    let end = ends[numbers.below(4)];
    match numbers.below(10) {
        0 => wide(
            &format!(
                "MSI (s) (C8:50): {}{end}",
                "plain ".repeat(numbers.below(60))
            ),
            big,
        ),
        1 => wide(
            &format!("値は{}{end}", "上あ\u{a0d}".repeat(numbers.below(20))),
            big,
        ),
        2 => format!("done by {}{end}", "x".repeat(numbers.below(40))).into_bytes(),
        3 => format!("{}{end}", "x".repeat(numbers.below(12))).into_bytes(),
        4 => wide("\u{feff}\r\n", big != (numbers.below(4) == 0)),
        5 => vec![b'\n'; numbers.below(5)],
        6 => [b"\n\0", b"\0\n", b"\0\0", b"\r\n", b"x\n"][numbers.below(5)].to_vec(),
        7 => vec![numbers.below(256) as u8; numbers.below(4)],
        8 => {
            let letters = [0, b'\n', b'\n', b'\r', b'x', b' ', 0xd8, 0xff];
            let length = numbers.below(24);
            (0..length).map(|_| letters[numbers.below(8)]).collect()
        }
        _ => wide(
            &format!("{}{end}", "\u{a0a}\u{a00}a\u{10a}".repeat(numbers.below(9))),
            big,
        ),
    }
}

#[test]
fn borders_between_pieces_change_nothing() {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for round in 0..1500 {
        let big = round % 2 == 1;
        let mut bytes = wide("\u{feff}=== Logging started ===\r\n", big);
        let parts = numbers.below(60);
        for _ in 0..parts {
            bytes.extend(part(&mut numbers, big));
        }
        // So that a block (16 KiB) or a head ends somewhere in what follows, too.
        if round % 8 == 0 {
            let border = [4096, 16 * 1024, MAX_LINE][numbers.below(3)];
            let lines = wide(&format!("{}\r\n", "filler ".repeat(9)), big);
            bytes.extend(lines.repeat(border.saturating_sub(bytes.len()) / lines.len()));
            let space = border
                .saturating_sub(bytes.len())
                .saturating_sub(numbers.below(60));
            bytes.extend(wide(&"y".repeat(space / 2), big));
            for _ in 0..20 {
                bytes.extend(part(&mut numbers, big));
            }
        }
        let sizes = [2, 2 + numbers.below(64), 64 + numbers.below(8192), 4096];
        let sizes = if bytes.len() > 20_000 {
            &sizes[2..]
        } else {
            &sizes
        };
        same_in_all_sizes(&bytes, sizes, &format!("round {round}"));
    }
}
