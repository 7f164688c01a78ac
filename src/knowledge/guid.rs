//! GUIDs as Windows Installer writes them: `{8E34682C-8118-31F1-BC4C-98CD9675E1C2}` in properties,
//! packed (`C28643E881181F13CBC489DC69571E2C`) in registry paths.
//!
//! A packed GUID is the same 32 digits in another order: the first three groups are reversed, and
//! in the last two the digits of every pair change places. The rule is its own inverse.

/// For each digit of a packed GUID the place of that digit in the plain one.
const ORDER: [usize; 32] = [
    7, 6, 5, 4, 3, 2, 1, 0, 11, 10, 9, 8, 15, 14, 13, 12, 17, 16, 19, 18, 21, 20, 23, 22, 25, 24,
    27, 26, 29, 28, 31, 30,
];

/// Length with its dashes: five groups of 8, 4, 4, 4 and 12 digits.
const LENGTH: usize = 36;

/// Reads a GUID written with dashes, with or without braces, and gives its canonical form: braces
/// and upper case.
pub fn parse(text: &str) -> Option<String> {
    let text = text.trim();
    let bare = match text.strip_prefix('{') {
        Some(rest) => rest.strip_suffix('}')?,
        None => text,
    };
    let fits = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    (bare.len() == LENGTH && bare.bytes().enumerate().all(fits)).then(|| {
        let mut canonical = String::with_capacity(LENGTH + 2);
        canonical.push('{');
        canonical.push_str(bare);
        canonical.push('}');
        canonical.make_ascii_uppercase();
        canonical
    })
}

/// The packed form of a GUID: 32 digits, upper case.
pub fn pack(guid: &str) -> Option<String> {
    let canonical = parse(guid)?;
    reorder(canonical.bytes().filter(u8::is_ascii_hexdigit))
}

/// Whether a text is a packed GUID.
pub fn is_packed(text: &str) -> bool {
    text.len() == ORDER.len() && is_hexadecimal(text)
}

/// The GUID of a packed form, in canonical form.
pub fn unpack(packed: &str) -> Option<String> {
    let digits = Some(packed).filter(|text| is_packed(text))?.as_bytes();
    from_digits(ORDER.iter().filter_map(|place| digits.get(*place)))
}

/// The first GUID in a text, plain or packed, in canonical form. A run of more than 32 digits is
/// no GUID.
pub fn find(text: &str) -> Option<String> {
    find_plain(text).or_else(|| find_packed(text).and_then(unpack))
}

/// The first `{GUID}` in a text, in canonical form.
pub fn find_plain(text: &str) -> Option<String> {
    let mut braces = memchr::memchr_iter(b'{', text.as_bytes());
    braces.find_map(|start| parse(text.get(start..start + 38)?))
}

/// The first packed GUID in a text, as it stands there.
pub fn find_packed(text: &str) -> Option<&str> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .find(|word| word.len() == 32 && is_hexadecimal(word))
}

/// The canonical form of a GUID written as 32 digits in plain order.
pub fn from_bare(digits: &str) -> Option<String> {
    from_digits(
        Some(digits)
            .filter(|text| is_packed(text))?
            .as_bytes()
            .iter(),
    )
}

/// The canonical form of 32 digits.
fn from_digits<'d>(digits: impl Iterator<Item = &'d u8>) -> Option<String> {
    let mut canonical = *b"{00000000-0000-0000-0000-000000000000}";
    let places = canonical.iter_mut().filter(|place| **place == b'0');
    for (place, digit) in places.zip(digits) {
        *place = digit.to_ascii_uppercase();
    }
    String::from_utf8(canonical.to_vec()).ok()
}

fn reorder(digits: impl Iterator<Item = u8>) -> Option<String> {
    let digits: Vec<char> = digits.map(char::from).collect();
    ORDER.iter().map(|place| digits.get(*place)).collect()
}

fn is_hexadecimal(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = "{8E34682C-8118-31F1-BC4C-98CD9675E1C2}";
    const PACKED: &str = "C28643E881181F13CBC489DC69571E2C";

    #[test]
    fn packs_and_unpacks() {
        assert_eq!(pack(PLAIN).as_deref(), Some(PACKED));
        assert_eq!(unpack(PACKED).as_deref(), Some(PLAIN));
        assert_eq!(unpack(&PACKED.to_lowercase()).as_deref(), Some(PLAIN));
        for row in crate::knowledge::products::all() {
            assert_eq!(unpack(&pack(row.code).unwrap()).as_deref(), Some(row.code));
        }
    }

    #[test]
    fn reads_plain_forms() {
        assert_eq!(
            parse("8e34682c-8118-31f1-bc4c-98cd9675e1c2").as_deref(),
            Some(PLAIN)
        );
        for bad in [
            "",
            "{",
            "{}",
            "{8E34682C-8118-31F1-BC4C-98CD9675E1C2",
            "{8E34682C-8118-31F1-BC4C-98CD9675E1CG}",
            "8E34682C811831F1BC4C98CD9675E1C2",
            "{8E34682C-8118-31F1-BC4C98CD-9675E1C2}",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
        assert_eq!(unpack("C28643E881181F13CBC489DC69571E2"), None);
        assert_eq!(unpack("ĂĂĂĂĂĂĂĂĂĂĂĂĂĂĂĂ"), None);
        assert_eq!(
            from_bare("8e34682c811831f1bc4c98cd9675e1c2").as_deref(),
            Some(PLAIN)
        );
        assert_eq!(from_bare("8E34682C811831F1BC4C98CD9675E1C"), None);
        assert_eq!(from_bare("GE34682C811831F1BC4C98CD9675E1C2"), None);
        assert_eq!(from_bare("ĂĂĂĂĂĂĂĂĂĂĂĂĂĂĂĂ"), None);
    }

    #[test]
    fn finds_one_in_a_text() {
        assert_eq!(
            find(&format!("a {{b}} {PLAIN}.KB2468871")).as_deref(),
            Some(PLAIN)
        );
        assert_eq!(
            find(&format!("UNKNOWN\\Products\\{PACKED}\\Patches")).as_deref(),
            Some(PLAIN)
        );
        assert_eq!(find(&format!("{PACKED}0")), None);
        assert_eq!(find("{é8E34682C-8118-31F1-BC4C-98CD9675E1C}"), None);
    }
}
