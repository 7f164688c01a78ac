//! UTF-16 to UTF-8 for one line: a plain loop for ASCII, `encoding_rs` for the rest.
//!
//! The loop looks at every code unit without a branch, so the compiler turns it into vector code, once
//! for each kind of processor: `pulp` takes the right one, without any `unsafe` here.

use encoding_rs as rs;
use pulp::Arch;

/// Writes `wide` (UTF-16, `big` endian or little) to the front of `out` as UTF-8 where it is ASCII,
/// and says how long it is. Where it is not, what stands in `out` means nothing.
pub fn narrow_ascii(arch: Arch, wide: &[u8], big: bool, out: &mut [u8]) -> Option<usize> {
    let (pairs, odd) = wide.as_chunks::<2>();
    let target = out.get_mut(..pairs.len())?;
    let seen = arch.dispatch(
        #[inline(always)]
        || {
            if big {
                narrow(pairs, target, u16::from_be_bytes)
            } else {
                narrow(pairs, target, u16::from_le_bytes)
            }
        },
    );
    (seen < 0x80 && odd.is_empty()).then_some(pairs.len())
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

    #[test]
    fn narrow_is_what_encoding_rs_says() {
        for text in [
            "",
            "a",
            "MSI (s) (7C:04) [10:00:00:123]: Doing action: INSTALL",
            "\u{7f}",
        ] {
            for big in [false, true] {
                let mut out = vec![b'x'; 80];
                let length = narrow_ascii(Arch::new(), &utf16(text, big), big, &mut out).unwrap();
                assert_eq!(&out[..length], text.as_bytes());
            }
        }
    }

    #[test]
    fn other_text_is_refused_and_decoded() {
        for text in ["Rückgabewert", "戻り値 3。", "\u{80}", "😀"] {
            let mut out = vec![b'x'; 80];
            assert_eq!(
                narrow_ascii(Arch::new(), &utf16(text, false), false, &mut out),
                None
            );
            let mut out = b"x".to_vec();
            decode_wide(&utf16(text, false), false, &mut out);
            assert_eq!(out, [b"x", text.as_bytes()].concat());
        }
        let mut out = Vec::new();
        decode_wide(&[0x00, 0xd8, 0x41, 0x00], false, &mut out);
        assert_eq!(out, "\u{fffd}A".as_bytes());
        assert_eq!(
            narrow_ascii(Arch::new(), b"a\0c", false, &mut out),
            None,
            "an odd byte is damage"
        );
        assert_eq!(narrow_ascii(Arch::new(), b"a\0", false, &mut []), None);
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
