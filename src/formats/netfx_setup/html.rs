//! The text of an HTML log: tags are left out, entities are read, `<BR>` ends a line's worth.
//!
//! The engine writes one record a line, but the line in which a section ends also holds the
//! section's result behind the last record, and a message can go on in the next line.

use crate::formats::scan::between;

/// Longest entity, `&quot;`, without its marks.
const ENTITY: usize = 8;

/// The line is one of an HTML page: nothing else begins with a tag of these names.
#[must_use]
pub fn is_markup(line: &str) -> bool {
    const NAMES: [&str; 7] = [
        "span",
        "div",
        "/div",
        "/span",
        "html",
        "!DOCTYPE html",
        "BR>",
    ];
    let line = line.trim_start_matches(['\u{feff}', ' ', '\t']);
    let begins = |tag: &str, name: &str| {
        let front = tag.get(..name.len());
        front.is_some_and(|front| front.eq_ignore_ascii_case(name))
    };
    let tag = line.strip_prefix('<');
    tag.is_some_and(|tag| NAMES.iter().any(|name| begins(tag, name)))
}

/// Takes lines of HTML apart. Its buffer is used again and again.
#[derive(Debug, Default)]
pub struct Fragments {
    buffer: String,
    error: bool,
    /// In a style sheet or a script, whose text is no text of the log.
    hidden: bool,
}

impl Fragments {
    /// Gives each line's worth of text of a line, and whether the log marks it as an error.
    pub fn each(&mut self, line: &str, mut take: impl FnMut(&str, bool)) {
        self.buffer.clear();
        self.error = false;
        let mut rest = line;
        while let Some(at) = memchr::memchr2(b'<', b'&', rest.as_bytes()) {
            let (text, mark) = rest.split_at_checked(at).unwrap_or((rest, ""));
            self.text(text);
            rest = if mark.starts_with('<') {
                self.tag(mark, &mut take)
            } else {
                self.entity(mark)
            };
        }
        self.text(rest);
        self.flush(&mut take);
    }

    fn text(&mut self, text: &str) {
        if !self.hidden {
            self.buffer.push_str(text);
        }
    }

    fn flush(&mut self, take: &mut impl FnMut(&str, bool)) {
        let text = self.buffer.trim();
        if !text.is_empty() {
            take(text, self.error);
            self.error = false;
        }
        self.buffer.clear();
    }

    /// Reads a tag and gives what is behind it. A `<` that begins none is text.
    fn tag<'a>(&mut self, mark: &'a str, take: &mut impl FnMut(&str, bool)) -> &'a str {
        let inside = mark.get(1..).unwrap_or("");
        let begins =
            inside.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
        // A tag holds no other: whoever looks further looks to the end of the line from each `<`.
        let end = memchr::memchr2(b'<', b'>', inside.as_bytes()).filter(|_| begins);
        let tag = end.and_then(|end| inside.split_at_checked(end));
        let tag = tag.and_then(|(tag, tail)| Some((tag, tail.strip_prefix('>')?)));
        let Some((tag, tail)) = tag else {
            self.text("<");
            return inside;
        };
        let name = tag.split(|c: char| c.is_ascii_whitespace()).next();
        let name = name.unwrap_or("").trim_end_matches('/');
        match name.to_ascii_lowercase().as_str() {
            "br" | "div" | "/div" => self.flush(take),
            "span" => match between(tag, "class=\"", "\"") {
                Some("err") => self.error = true,
                Some("msg" | "vbe" | "r" | "wrn" | "act" | "dbg" | "itn" | "ver") => {
                    self.error = false;
                }
                _ => {}
            },
            "style" | "script" => self.hidden = true,
            "/style" | "/script" => self.hidden = false,
            _ => {}
        }
        tail
    }

    /// Reads an entity and gives what is behind it. A `&` that begins none is text.
    fn entity<'a>(&mut self, mark: &'a str) -> &'a str {
        let inside = mark.get(1..).unwrap_or("");
        let head = inside.as_bytes();
        let head = head.get(..=ENTITY).unwrap_or(head);
        let end = memchr::memchr(b';', head);
        let named = end.and_then(|end| inside.split_at_checked(end));
        let named = named.and_then(|(name, tail)| Some((name, tail.strip_prefix(';')?)));
        let known = named.and_then(|(name, tail)| Some((character(name)?, tail)));
        let (character, tail) = known.unwrap_or(('&', inside));
        self.text(character.encode_utf8(&mut [0; 4]));
        tail
    }
}

fn character(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let number = name.strip_prefix('#')?;
            let value = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(value.ok()?).filter(|c| !c.is_control())
        }
    }
}
