//! The small pattern language of the data tables, readable by people and cheap to try.
//!
//! A pattern is literal text in which upper and lower case are the same and a run of blanks equals
//! one blank; `*` stands for anything. Names of products and packages may capture:
//! `{version}` (digits and dots, perhaps with a preview label), `{arch}` (a processor type),
//! `{year}` (`2010`, `2015-2022`), `{digits}` (one or more digits).

/// What a pattern captured from a text.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Captures<'t> {
    pub version: Option<&'t str>,
    pub arch: Option<&'t str>,
    pub year: Option<&'t str>,
}

/// Processor types as packages spell them; the longer of two that start alike comes first.
const ARCHITECTURES: [&str; 6] = ["x64", "x86", "arm64", "amd64", "ia64", "arm"];

/// How deep a pattern may branch; patterns have a handful of wildcards.
const MAX_DEPTH: u32 = 16;

/// Whether the whole text fits the pattern, and what it captured.
pub(super) fn captures<'t>(pattern: &str, text: &'t str) -> Option<Captures<'t>> {
    (!differs(pattern, text)).then(|| step(pattern, text, Captures::default(), MAX_DEPTH))?
}

/// Whether a text surely does not fit, by the first letter that is another one: names of one maker begin
/// alike for long, and eight letters are compared at once.
fn differs(pattern: &str, text: &str) -> bool {
    let (mut wanted, mut found) = (pattern.as_bytes(), text.as_bytes());
    while let (Some((first, rest)), Some((letters, tail))) =
        (wanted.split_first_chunk::<8>(), found.split_first_chunk())
        && first == letters
        // What is behind a blank is compared with it.
        && !matches!(first, [.., b' '])
        && !first.iter().any(|byte| matches!(byte, b'*' | b'{'))
    {
        (wanted, found) = (rest, tail);
    }
    let mut before = b'x';
    for (first, letter) in wanted.iter().zip(found) {
        if matches!(first, b'*' | b'{') || !first.is_ascii() {
            return false;
        }
        if !first.eq_ignore_ascii_case(letter) {
            // A run of blanks is one blank.
            return !(before == b' ' && *letter == b' ');
        }
        before = *first;
    }
    false
}

/// The letter with which texts begin that fit the pattern, in small; zero for any.
pub(super) fn first_letter(pattern: &str) -> u8 {
    let first = pattern.bytes().next();
    first
        .filter(|byte| !matches!(byte, b'*' | b'{'))
        .map_or(0, |byte| byte.to_ascii_lowercase())
}

/// The letter with which a text begins, in small; zero where there is none.
pub(super) fn first_letter_of(text: &str) -> u8 {
    text.bytes()
        .next()
        .map_or(0, |byte| byte.to_ascii_lowercase())
}

/// Whether the whole text fits the pattern.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    captures(pattern, text).is_some()
}

/// The first eight letters of a text as one number, and which bits of it they are: two beginnings are
/// compared at once.
#[must_use]
pub fn first_letters(text: &str) -> (u64, u64) {
    let bytes = text.as_bytes();
    if let Some(bytes) = bytes.first_chunk() {
        return (u64::from_le_bytes(*bytes), u64::MAX);
    }
    let both = (0u64, 0u64);
    bytes.iter().rev().fold(both, |(letters, bits), byte| {
        (letters << 8 | u64::from(*byte), bits << 8 | 0xff)
    })
}

/// How particular a pattern is: how much of it is literal.
pub(super) fn literal_length(pattern: &str) -> usize {
    let mut captured = false;
    let literal = |byte: &u8| {
        captured = (captured || *byte == b'{') && *byte != b'}';
        // A letter counts once, by the first of its bytes.
        !captured && !matches!(byte, b'*' | b'}' | 0x80..=0xbf)
    };
    pattern.bytes().filter(literal).count()
}

fn step<'t>(pattern: &str, text: &'t str, found: Captures<'t>, depth: u32) -> Option<Captures<'t>> {
    let (pattern, text) = skip_literal(pattern, text)?;
    if pattern.is_empty() {
        return text.is_empty().then_some(found);
    }
    let depth = depth.checked_sub(1)?;
    if let Some(rest) = pattern.strip_prefix('*') {
        return anything(rest, text, found, depth);
    }
    let (name, rest) = pattern.strip_prefix('{')?.split_once('}')?;
    let after = |tail: &'t str, found| step(rest, tail, found, depth);
    match name {
        "arch" => {
            let fits = |name: &&str| {
                let start = text.get(..name.len());
                start.is_some_and(|start| start.eq_ignore_ascii_case(name))
            };
            let arch = Some(ARCHITECTURES.into_iter().find(fits)?);
            after(text.get(arch?.len()..)?, Captures { arch, ..found })
        }
        "version" => longest(text, is_version).find_map(|(run, tail)| {
            let version = Some(run);
            after(tail, Captures { version, ..found })
        }),
        "year" => longest(text, |c| c.is_ascii_digit() || c == '-').find_map(|(run, tail)| {
            let year = Some(run);
            after(tail, Captures { year, ..found })
        }),
        "digits" => longest(text, |c| c.is_ascii_digit()).find_map(|(_, tail)| after(tail, found)),
        _ => None,
    }
}

/// Skips what is literal in both, with blanks run together.
fn skip_literal<'p, 't>(pattern: &'p str, text: &'t str) -> Option<(&'p str, &'t str)> {
    let (mut wanted, mut found) = (pattern.as_bytes(), text.as_bytes());
    // Most that is the same is the same letter by letter.
    while let ([first, rest @ ..], [byte, tail @ ..]) = (wanted, found)
        && first == byte
        && !matches!(first, b'*' | b'{')
        && (*first != b' ' || tail.first() != Some(&b' '))
    {
        (wanted, found) = (rest, tail);
    }
    // Bytes: of a letter that is not ASCII all are the same or it is another one.
    while let Some((first, rest)) = wanted
        .split_first()
        .filter(|(b, _)| !matches!(b, b'*' | b'{'))
    {
        found = match found.split_first()? {
            (byte, tail) if byte.eq_ignore_ascii_case(first) => tail,
            _ => return None,
        };
        while let (b' ', [b' ', tail @ ..]) = (first, found) {
            found = tail;
        }
        wanted = rest;
    }
    let pattern = pattern.get(pattern.len() - wanted.len()..)?;
    Some((pattern, text.get(text.len() - found.len()..)?))
}

/// What follows a `*` must fit somewhere in the rest of the text.
fn anything<'t>(
    rest: &str,
    text: &'t str,
    found: Captures<'t>,
    depth: u32,
) -> Option<Captures<'t>> {
    if rest.is_empty() {
        return Some(found);
    }
    let fits = |at: usize| step(rest, text.get(at..)?, found, depth);
    match rest.as_bytes().first() {
        // Only where its first letter stands.
        Some(letter) if letter.is_ascii() && !matches!(letter, b'*' | b'{') => {
            let either = [letter.to_ascii_lowercase(), letter.to_ascii_uppercase()];
            memchr::memchr2_iter(either[0], either[1], text.as_bytes()).find_map(fits)
        }
        _ => (0..=text.len()).find_map(fits),
    }
}

/// The ways to cut a text behind a run of fitting characters, the longest run first.
fn longest(text: &str, fits: impl Fn(char) -> bool) -> impl Iterator<Item = (&str, &str)> {
    let starts_right = text.starts_with(|c: char| c.is_ascii_digit());
    let end = text.find(|c| !fits(c)).unwrap_or(text.len()).min(40);
    let end = if starts_right { end } else { 0 };
    (1..=end).rev().filter_map(|at| text.split_at_checked(at))
}

/// Digits, dots, and the label of a preview: `8.0.0-preview.4.21227.6`.
fn is_version(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        /// The first look rules out nothing that fits.
        #[test]
        fn what_differs_does_not_fit(pattern in "[aB *{}.]{0,24}", text in "[abB  *{.]{0,30}") {
            let fits = step(&pattern, &text, Captures::default(), MAX_DEPTH).is_some();
            proptest::prop_assert!(!fits || !differs(&pattern, &text));
            let same = pattern.replace('*', "").replace(' ', "  ");
            let fits = step(&pattern, &same, Captures::default(), MAX_DEPTH).is_some();
            proptest::prop_assert!(!fits || !differs(&pattern, &same));
        }
    }

    #[test]
    fn literals_and_wildcards() {
        assert!(matches("Font created.*", "font created.  Charset"));
        assert!(matches("a*b*c", "aXbYbZc") && !matches("a*b*c", "aXc"));
        assert!(matches("", "") && !matches("", "x") && matches("*", ""));
        assert!(matches("a b", "A    b") && !matches("a b", "ab"));
        assert!(matches("ä*", "äö"));
    }

    #[test]
    fn captures_what_it_names() {
        let found = captures(
            "dotnet-runtime-{version}-win-{arch}.msi",
            "dotnet-runtime-8.0.3-win-x64.msi",
        )
        .unwrap();
        assert_eq!((found.version, found.arch), (Some("8.0.3"), Some("x64")));
        let found = captures(
            "dotnet-host-{version}-win-{arch}.msi",
            "dotnet-host-6.0.0-preview.4.21222.10-win-arm64.msi",
        )
        .unwrap();
        assert_eq!(
            (found.version, found.arch),
            (Some("6.0.0-preview.4.21222.10"), Some("arm64"))
        );
        let found = captures(
            "Microsoft Visual C++ {year} {arch} *",
            "Microsoft Visual C++ 2015-2022  x86 Redistributable",
        )
        .unwrap();
        assert_eq!((found.year, found.arch), (Some("2015-2022"), Some("x86")));
        assert_eq!(captures("NDP{digits}-KB", "NDPx-KB"), None);
    }

    #[test]
    fn long_hostile_texts_end() {
        let text = "a".repeat(2_000);
        assert!(!matches("a*a*b", &text));
        assert!(captures("{version}{version}x", &text).is_none());
    }
}
