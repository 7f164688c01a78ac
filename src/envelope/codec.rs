//! Codes that a whole log can be in: a string of JSON, base64, quoted-printable.

use super::Out;

/// The text of a string of JSON, up to its end.
pub fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut escape = Escape::default();
    for letter in text.chars() {
        match escape.letter(letter) {
            Some('"') if !escape.was_escaped => break,
            Some(sign) => out.push(sign),
            None => {}
        }
    }
    out
}

/// The escapes of JSON, letter by letter.
#[derive(Debug, Default)]
struct Escape {
    /// A backslash came before.
    open: bool,
    /// Digits that are still to come, and what came of them.
    digits: u32,
    code: u32,
    /// The first half of a pair.
    high: Option<u32>,
    /// The last letter was escaped.
    was_escaped: bool,
}

impl Escape {
    fn letter(&mut self, letter: char) -> Option<char> {
        self.was_escaped = false;
        if self.digits > 0 {
            self.digits -= 1;
            self.code = self.code * 16 + letter.to_digit(16).unwrap_or(0);
            return (self.digits == 0).then(|| self.unit()).flatten();
        }
        if !std::mem::take(&mut self.open) {
            self.open = letter == '\\';
            return (!self.open).then_some(letter);
        }
        self.was_escaped = true;
        match letter {
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'b' | 'f' => Some(' '),
            'u' => {
                (self.digits, self.code) = (4, 0);
                None
            }
            other => Some(other),
        }
    }

    fn unit(&mut self) -> Option<char> {
        self.was_escaped = true;
        match (self.high.take(), self.code) {
            (_, high @ 0xd800..=0xdbff) => {
                self.high = Some(high);
                None
            }
            (Some(high), low @ 0xdc00..=0xdfff) => {
                char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))
            }
            (_, code) => char::from_u32(code),
        }
    }
}

/// Strings of JSON that hold whole logs. What stands between strings makes lines of its own.
#[derive(Debug, Default)]
pub struct Json {
    escape: Escape,
    text: String,
}

impl Json {
    pub fn take(&mut self, line: &str, whole: bool, out: &mut Out<'_>) {
        for letter in line.chars() {
            match self.escape.letter(letter) {
                Some('\r') => {}
                Some('\n') => self.end(out),
                Some('"') if !self.escape.was_escaped => self.end_of_string(out),
                Some(sign) => self.text.push(sign),
                None => {}
            }
        }
        if whole {
            self.end_of_string(out);
        }
    }

    fn end(&mut self, out: &mut Out<'_>) {
        out.line(&self.text);
        self.text.clear();
    }

    /// Ends the line that is open; a string's begin and its end make no empty ones.
    pub fn end_of_string(&mut self, out: &mut Out<'_>) {
        if !self.text.is_empty() {
            self.end(out);
        }
    }
}

/// Base64, over lines or in one.
#[derive(Debug, Default)]
pub struct Base64 {
    bits: u32,
    count: u32,
    /// The code has begun: before it, lines of a mail's head are passed over.
    begun: bool,
    /// Behind its end.
    over: bool,
}

/// The value of a digit of base64.
fn sextet(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    }))
}

/// Whether a line is nothing but base64.
pub fn is_base64(line: &str) -> bool {
    let code = line.trim().trim_end_matches('=');
    !code.is_empty() && code.bytes().all(|byte| sextet(byte).is_some())
}

/// Least length of the first line of a code.
pub const LEAST_CODE: usize = 60;

impl Base64 {
    /// The bytes of a line, or of a part of one.
    pub fn decode(&mut self, line: &str, out: &mut Vec<u8>) {
        if !self.begun {
            self.begun = line.trim().len() >= LEAST_CODE && is_base64(line);
        }
        self.over |= self.begun && !line.trim().is_empty() && !is_base64(line);
        if !self.begun || self.over {
            return;
        }
        for sextet in line.bytes().filter_map(sextet) {
            self.bits = self.bits << 6 | sextet;
            self.count += 6;
            if self.count >= 8 {
                self.count -= 8;
                out.push((self.bits >> self.count) as u8);
            }
        }
        if line.trim_end().ends_with('=') {
            (self.bits, self.count) = (0, 0);
        }
    }
}

/// Quoted-printable.
#[derive(Debug, Default)]
pub struct Printable {
    /// The line before goes on in the next.
    open: bool,
}

impl Printable {
    pub fn take(&mut self, line: &str, whole: bool, out: &mut Out<'_>) {
        if !std::mem::take(&mut self.open) {
            out.places.begin_line();
        }
        let soft = whole && line.ends_with('=');
        let mut rest = if soft {
            line.get(..line.len() - 1).unwrap_or("")
        } else {
            line
        };
        while let Some(at) = memchr::memchr(b'=', rest.as_bytes()) {
            let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
            out.part(before);
            let byte = after
                .get(1..3)
                .and_then(|hex| u8::from_str_radix(hex, 16).ok());
            match byte {
                Some(byte) => out.text.push(byte),
                None => out.part("="),
            }
            rest = after
                .get(if byte.is_some() { 3 } else { 1 }..)
                .unwrap_or("");
        }
        out.part(rest);
        self.open = soft || !whole;
        if !self.open {
            out.end();
        }
    }

    pub fn finish(&mut self, out: &mut Out<'_>) {
        if std::mem::take(&mut self.open) {
            out.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_json() {
        assert_eq!(
            unescape(r#"C:\\a \"b\" \u00e9\ud83d\ude00\n2", "c""#),
            "C:\\a \"b\" é😀\n2"
        );
    }
}
