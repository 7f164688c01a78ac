//! UTF-16 to UTF-8: ASCII by whole blocks, with the places of its line feeds in the same pass;
//! `encoding_rs` for the rest.
//!
//! What is done for each kind of processor is built by `pulp`, without any `unsafe` here.

use encoding_rs as rs;
use pulp::Arch;

use super::feeds::{self, Feeds, Open};

/// Writes `wide` (UTF-16, `big` endian or little) to the front of `out` as UTF-8 where it is ASCII, adds
/// the places of its line feeds, counted on from `base`, and says how long it is. Where it is not ASCII,
/// no place is added, and what stands in `out` means nothing.
pub fn narrow_ascii(
    arch: Arch,
    wide: &[u8],
    big: bool,
    out: &mut [u8],
    base: usize,
    found: &mut Feeds,
) -> Option<usize> {
    let (pairs, odd) = wide.as_chunks::<2>();
    let target = out.get_mut(..pairs.len())?;
    let mut open = found.open(pairs.len());
    let base = base as u32;
    let plain = match arch {
        // Nearly all logs are written with the low byte first, and on such processors.
        #[cfg(target_arch = "x86_64")]
        Arch::V3(simd) if !big => simd.vectorize(
            #[inline(always)]
            || wide_registers::narrow(simd, pairs, target, base, &mut open),
        ),
        _ => arch.dispatch(
            #[inline(always)]
            || {
                let unit = if big {
                    u16::from_be_bytes
                } else {
                    u16::from_le_bytes
                };
                let plain = narrow(pairs, target, unit) < 0x80;
                feeds::find(target, base, &mut open);
                plain
            },
        ),
    };
    let count = open.count;
    (plain && odd.is_empty()).then(|| {
        found.close(count);
        pairs.len()
    })
}

/// Writes the lower half of every unit, and says which bits were seen in any of them.
#[inline(always)]
fn narrow(pairs: &[[u8; 2]], target: &mut [u8], unit: impl Fn([u8; 2]) -> u16) -> u16 {
    let mut seen = 0u16;
    for (d, s) in target.iter_mut().zip(pairs) {
        let unit = unit(*s);
        seen |= unit;
        *d = unit as u8;
    }
    seen
}

/// Narrowing and line feeds in one pass over registers of 32 bytes: what was narrowed is looked at
/// before it is written.
#[cfg(target_arch = "x86_64")]
mod wide_registers {
    use std::arch::x86_64::__m256i;

    use pulp::cast;
    use pulp::x86::V3;

    use super::Open;
    use super::feeds::{WIDTH, find};

    /// Says whether all of it is ASCII.
    #[inline(always)]
    pub fn narrow(
        simd: V3,
        pairs: &[[u8; 2]],
        target: &mut [u8],
        base: u32,
        open: &mut Open<'_>,
    ) -> bool {
        let (chunks, rest) = pairs.as_chunks::<WIDTH>();
        let (places, rest_places) = target.as_chunks_mut::<WIDTH>();
        let feed = simd.avx._mm256_set1_epi8(b'\n' as i8);
        let mut seen = simd.avx._mm256_setzero_si256();
        let mut start = base;
        for (chunk, place) in chunks.iter().zip(places) {
            let [a, b, c, d]: [__m256i; 4] = cast(*chunk);
            let (low, high) = (
                simd.avx2._mm256_or_si256(a, b),
                simd.avx2._mm256_or_si256(c, d),
            );
            seen = simd
                .avx2
                ._mm256_or_si256(seen, simd.avx2._mm256_or_si256(low, high));
            let (low, high) = (pack(simd, a, b), pack(simd, c, d));
            *place = cast([low, high]);
            let mask = u64::from(equal(simd, high, feed)) << 32 | u64::from(equal(simd, low, feed));
            open.add(mask, start);
            start += WIDTH as u32;
        }
        let beyond = simd.avx._mm256_set1_epi16(!0x7f);
        let plain = simd.avx._mm256_testz_si256(seen, beyond) == 1;
        let rest = super::narrow(rest, rest_places, u16::from_le_bytes) < 0x80;
        find(rest_places, start, open);
        plain && rest
    }

    /// Two registers of units to one of their lower halves, in order.
    #[inline(always)]
    fn pack(simd: V3, first: __m256i, second: __m256i) -> __m256i {
        // The two halves of a register are packed each by itself.
        let packed = simd.avx2._mm256_packus_epi16(first, second);
        simd.avx2._mm256_permute4x64_epi64::<0b11_01_10_00>(packed)
    }

    /// A bit for every byte that is alike.
    #[inline(always)]
    fn equal(simd: V3, bytes: __m256i, wanted: __m256i) -> u32 {
        let alike = simd.avx2._mm256_cmpeq_epi8(bytes, wanted);
        simd.avx2._mm256_movemask_epi8(alike) as u32
    }
}

/// Appends `wide` to `out` whatever it holds; lone surrogates become U+FFFD.
pub fn decode_wide(wide: &[u8], big: bool, out: &mut Vec<u8>) {
    if looks_like_bytes(wide) {
        return decode_bytes(wide, rs::WINDOWS_1252, out);
    }
    let encoding = if big { rs::UTF_16BE } else { rs::UTF_16LE };
    let (text, _) = encoding.decode_without_bom_handling(wide);
    out.extend_from_slice(text.as_bytes());
}

/// Appends a block of `wide` lines to `out` where it is valid text throughout, and says so. On
/// `false`, `out` is as it was.
pub fn decode_wide_block(wide: &[u8], big: bool, out: &mut String) -> bool {
    let encoding = if big { rs::UTF_16BE } else { rs::UTF_16LE };
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let start = out.len();
    // Three bytes of UTF-8 for two of UTF-16 are the most there can be.
    out.reserve(wide.len() / 2 * 3 + 16);
    let (result, _) = decoder.decode_to_string_without_replacement(wide, out, true);
    let valid = result == rs::DecoderResult::InputEmpty;
    if !valid {
        out.truncate(start);
    }
    valid
}

/// Appends a line of an 8-bit encoding to `out`.
pub fn decode_bytes(line: &[u8], encoding: &'static rs::Encoding, out: &mut Vec<u8>) {
    if has_wide_pattern(line) {
        // A stretch of UTF-16 in an 8-bit file (a tool appended to it). Windows has the low byte first;
        // the zero of the line feed before stands in front, and the mark where there is one.
        let line = line.strip_prefix(b"\xff\xfe").unwrap_or(line);
        let line = line.strip_prefix(b"\0").unwrap_or(line);
        let (pairs, odd) = line.split_at(line.len() & !1);
        let (text, _) = rs::UTF_16LE.decode_without_bom_handling(pairs);
        out.extend_from_slice(text.as_bytes());
        out.extend(odd.iter().filter(|byte| byte.is_ascii() && **byte != 0));
        return;
    }
    let (text, _) = encoding.decode_without_bom_handling(line);
    out.extend_from_slice(text.as_bytes());
}

/// In a UTF-16 file, a stretch that a tool appended as 8-bit text: printable bytes only, no NUL.
fn looks_like_bytes(line: &[u8]) -> bool {
    line.len() >= 8 && line.iter().all(|b| is_printable(*b))
}

/// The same, told from what UTF-16 makes of it.
pub fn is_bytes_in_wide(line: &str) -> bool {
    let both = |c: char| {
        let unit = u16::try_from(u32::from(c)).unwrap_or(0);
        unit.to_le_bytes().into_iter().all(is_printable)
    };
    line.chars().all(both) && line.chars().nth(3).is_some()
}

/// A byte of plain text.
pub fn is_printable(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\r' | b'\n' | 0x20..=0x7e)
}

fn has_wide_pattern(line: &[u8]) -> bool {
    let zeros = memchr::memchr_iter(0, line).count();
    zeros >= 2 && zeros * 10 >= line.len() * 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|u| {
                if big {
                    u.to_be_bytes()
                } else {
                    u.to_le_bytes()
                }
            })
            .collect()
    }

    /// With the places of the line feeds, counted on from 7.
    fn narrowed(wide: &[u8], big: bool, out: &mut [u8]) -> Option<(usize, Vec<u32>)> {
        let mut feeds = Feeds::default();
        feeds.push(3);
        let length = narrow_ascii(Arch::new(), wide, big, out, 7, &mut feeds);
        assert_eq!(feeds.places().first(), Some(&3));
        let places = feeds.places()[1..].to_vec();
        assert!(length.is_some() || places.is_empty());
        length.map(|length| (length, places))
    }

    #[test]
    fn narrow_is_what_encoding_rs_says() {
        let line = "MSI (s) (7C:04) [10:00:00:123]: Doing action: INSTALL\r\n";
        for text in ["", "a", line, "\u{7f}", &line.repeat(5), &"\n".repeat(200)] {
            for big in [false, true] {
                let mut out = vec![b'x'; 400];
                let (length, places) = narrowed(&utf16(text, big), big, &mut out).unwrap();
                assert_eq!(&out[..length], text.as_bytes());
                let feeds = text.match_indices('\n').map(|(at, _)| at as u32 + 7);
                assert_eq!(places, feeds.collect::<Vec<u32>>());
            }
        }
    }

    /// Wherever in a block the letter stands.
    #[test]
    fn one_foreign_letter_is_seen() {
        for at in 0..150 {
            for letter in ['\u{80}', '\u{8000}', '\u{ff41}', '\u{100}'] {
                let text: String = (0..150)
                    .map(|n| if n == at { letter } else { 'a' })
                    .collect();
                for big in [false, true] {
                    assert_eq!(
                        narrowed(&utf16(&text, big), big, &mut [0; 150]),
                        None,
                        "{at}"
                    );
                }
            }
        }
    }

    #[test]
    fn other_text_is_refused_and_decoded() {
        for text in ["Rückgabewert", "戻り値 3。", "\u{80}", "😀"] {
            let mut out = vec![b'x'; 80];
            assert_eq!(narrowed(&utf16(text, false), false, &mut out), None);
            let mut out = b"x".to_vec();
            decode_wide(&utf16(text, false), false, &mut out);
            assert_eq!(out, [b"x", text.as_bytes()].concat());
        }
        let mut out = Vec::new();
        decode_wide(&[0x00, 0xd8, 0x41, 0x00], false, &mut out);
        assert_eq!(out, "\u{fffd}A".as_bytes());
        assert_eq!(
            narrowed(b"a\0c", false, &mut out),
            None,
            "an odd byte is damage"
        );
        assert_eq!(narrowed(b"a\0", false, &mut []), None);
    }

    #[test]
    fn stretches_of_the_other_width_are_read() {
        let mut out = Vec::new();
        decode_wide(b"echo appended this line", false, &mut out);
        assert_eq!(out, b"echo appended this line");
        out.clear();
        decode_bytes(b"\0a\0b\0c\0d", rs::WINDOWS_1252, &mut out);
        assert_eq!(out, b"abcd");
    }
}
