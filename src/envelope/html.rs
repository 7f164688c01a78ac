//! Tags and entities of HTML.

use super::Out;

/// Longest tag, in bytes.
const TAG: usize = 400;

/// Tags that end a line.
const BREAKS: [&str; 12] = [
    "br", "/p", "/div", "/li", "/tr", "/pre", "pre", "/h1", "/h2", "/h3", "/td", "/code",
];

/// Takes the tags off a line, or a part of one; a tag that may go on is left.
pub fn strip(line: &str, whole: bool, out: &mut Out<'_>) -> usize {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        text.push_str(before);
        rest = after;
        match tag(after) {
            Some((name, length)) => {
                let breaks = BREAKS.iter().any(|known| name.eq_ignore_ascii_case(known));
                if breaks && !text.ends_with('\n') && !text.is_empty() {
                    text.push('\n');
                }
                rest = after.get(length..).unwrap_or("");
            }
            None if !whole && after.len() < TAG => break,
            None => {
                text.push('<');
                rest = after.get(1..).unwrap_or("");
            }
        }
    }
    if whole {
        text.push_str(rest);
        rest = "";
        out.line(entities(&text).trim_end_matches('\n'));
    } else {
        match text.rfind('\n') {
            Some(end) => {
                let (lines, open) = text.split_at(end);
                out.line(&entities(lines));
                out.part(&entities(open.trim_start_matches('\n')));
            }
            None => out.part(&entities(&text)),
        }
    }
    line.len() - rest.len()
}

/// The name of a tag, with its slash, and the length of all of it.
fn tag(text: &str) -> Option<(&str, usize)> {
    let inner = text.get(1..)?;
    let begins = |c: char| c.is_ascii_alphabetic() || c == '/' || c == '!';
    if !inner.starts_with(begins) {
        return None;
    }
    let head = inner.as_bytes().get(..TAG.min(inner.len()))?;
    let end = memchr::memchr2(b'>', b'\n', head).filter(|end| head.get(*end) == Some(&b'>'))?;
    let tag = inner.get(..end)?;
    let name = tag
        .split([' ', '\t'])
        .next()
        .unwrap_or("")
        .trim_end_matches('/');
    let letters = name.trim_start_matches(['/', '!']);
    let valid = letters.len() <= 12
        && letters
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-');
    valid.then_some((name, end + 2))
}

/// The signs that entities stand for.
pub fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        match entity(after) {
            Some((sign, length)) => {
                out.push(sign);
                rest = after.get(length..).unwrap_or("");
            }
            None => {
                out.push('&');
                rest = after.get(1..).unwrap_or("");
            }
        }
    }
    out.push_str(rest);
    out
}

/// The sign of an entity, and its length.
pub fn entity(text: &str) -> Option<(char, usize)> {
    const NAMES: [(&str, char); 16] = [
        ("lt", '<'),
        ("gt", '>'),
        ("amp", '&'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", ' '),
        ("copy", '©'),
        ("reg", '®'),
        ("ndash", '–'),
        ("mdash", '—'),
        ("lsquo", '\''),
        ("rsquo", '\''),
        ("ldquo", '"'),
        ("rdquo", '"'),
        ("hellip", '…'),
        ("trade", '™'),
    ];
    let head = text.get(1..)?;
    let head = head.as_bytes().get(..head.len().min(10))?;
    let end = memchr::memchr(b';', head)?;
    let name = text.get(1..=end)?;
    let sign = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            let sign = char::from_u32(code).filter(|c| !c.is_control() || *c == '\n')?;
            match sign {
                '\u{a0}' => ' ',
                '\u{201c}'..='\u{201f}' | '\u{2033}' => '"',
                other => other,
            }
        }
        None => NAMES.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((sign, end + 2))
}

#[cfg(test)]
mod tests {
    use super::super::places::Places;
    use super::*;

    #[test]
    fn tags_go_and_end_lines() {
        let mut places = Places::default();
        let mut out = Out {
            text: Vec::new(),
            places: &mut places,
        };
        let page = "<p class=\"a\">MSI (s) &lt;x&gt;<br/>Note: 2 &lt; 3 <span>b</span></p><p>c < d";
        assert_eq!(strip(page, true, &mut out), page.len());
        let text = String::from_utf8(out.text).unwrap();
        assert_eq!(text, "MSI (s) <x>\nNote: 2 < 3 b\nc < d\n");
    }

    #[test]
    fn entities_of_all_kinds() {
        assert_eq!(
            entities("a &#8212; b &quot;c&#x22; &unknown; & d"),
            "a — b \"c\" &unknown; & d"
        );
    }
}
