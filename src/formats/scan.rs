//! Text between marks, and digits.

/// What stands behind a mark.
#[must_use]
pub fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.split_once(mark).map(|(_, tail)| tail)
}

/// What stands before a mark, or all where there is none.
#[must_use]
pub fn until<'a>(text: &'a str, mark: &str) -> &'a str {
    text.split_once(mark).map_or(text, |(head, _)| head)
}

/// What stands between two marks.
#[must_use]
pub fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    let (_, tail) = text.split_once(from)?;
    tail.split_once(to).map(|(inner, _)| inner)
}

/// The number that a text begins with, of so many digits at the most, and the rest.
#[must_use]
pub fn digits_of(text: &str, most: usize) -> Option<(u64, &str)> {
    let (mut value, mut end) = (0u64, 0);
    for digit in text.bytes().take(most).take_while(u8::is_ascii_digit) {
        value = value
            .checked_mul(10)?
            .checked_add(u64::from(digit - b'0'))?;
        end += 1;
    }
    Some((value, text.get(end..)?)).filter(|_| end > 0)
}

/// The last part of a path; copies of a log can lack the strokes but not the drive's colon.
#[must_use]
pub fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\', ':']).next().unwrap_or(path)
}

/// The processor that a text names among its words.
#[must_use]
pub fn arch(text: &str) -> Option<String> {
    let words = text.split([' ', '-']);
    let is_word = |arch: &&str| words.clone().any(|word| word.eq_ignore_ascii_case(arch));
    let known = ["arm64", "x64", "x86"].into_iter().find(is_word);
    known.map(str::to_owned)
}

/// A text without the marks around it.
#[must_use]
pub fn unquoted(text: &str) -> &str {
    let text = text.strip_prefix('\'').unwrap_or(text);
    text.strip_suffix('\'').unwrap_or(text)
}
