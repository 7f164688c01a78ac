//! Width, wrapping and safety of text that people read.

use std::borrow::Cow;

use comfy_table::{ContentArrangement, Table, presets};

/// Stands for a blank at which a text is not broken: the words of a name or a short command stay
/// together.
pub const TIE: char = '\u{e000}';

/// Columns between two cells.
pub const GAP: u16 = 2;

/// Makes text from a log safe for a terminal: control characters, escapes and marks that turn the
/// direction of writing are shown, not sent.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_safe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\t' => out.push(' '),
            c if is_safe(c) => out.push(c),
            c => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
        }
    }
    Cow::Owned(out)
}

/// Whether a terminal does nothing with a character but show it.
pub(crate) fn is_safe(c: char) -> bool {
    !(c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
}

/// How many columns a character takes: wide ones of East Asia two, marks none.
#[must_use]
pub fn columns(c: char) -> usize {
    match u32::from(c) {
        // Nearly all, before anything else is asked.
        0..=0x2ff => 1,
        0x300..=0x36f => 0,
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f900..=0x1f9ff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// How many columns a text takes.
#[must_use]
pub fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// Cuts a text to `most` columns; what is cut stands as `…` in the middle, since a log line says
/// who speaks at its start and what happened at its end.
#[must_use]
pub fn cut(text: &str, most: usize) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    if most < 8 {
        return take(text.chars(), most.saturating_sub(1)) + "…";
    }
    cut_at(text, most * 2 / 3, most)
}

/// Cuts a text to `most` columns, of which the beginning keeps `head`.
#[must_use]
pub fn cut_at(text: &str, head: usize, most: usize) -> String {
    let head = head.min(most.saturating_sub(1));
    let tail: String = take(text.chars().rev(), most - head - 1)
        .chars()
        .rev()
        .collect();
    take(text.chars(), head) + "…" + &tail
}

/// Cuts a text to `most` columns at its end: sentences and names begin with what matters.
#[must_use]
pub fn cut_end(text: &str, most: usize) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    take(text.chars(), most.saturating_sub(1))
        .trim_end()
        .to_owned()
        + "…"
}

fn take(chars: impl Iterator<Item = char>, most: usize) -> String {
    let mut used = 0;
    chars
        .take_while(|c| {
            used += columns(*c);
            used <= most
        })
        .collect()
}

/// Breaks a text into lines of at most `most` columns, at blanks where there are some.
#[must_use]
pub fn wrap(text: &str, most: usize) -> Vec<String> {
    let most = most.max(10);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let wide = width(word);
        if used > 0 && used + 1 + wide > most {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        if used + wide <= most {
            line.push_str(word);
            used += wide;
            continue;
        }
        for c in word.chars() {
            if used + columns(c) > most {
                let rest = behind_separator(&mut line);
                used = width(&rest);
                lines.push(std::mem::replace(&mut line, rest));
            }
            line.push(c);
            used += columns(c);
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    for line in lines.iter_mut().filter(|line| line.contains(TIE)) {
        *line = line.replace(TIE, " ");
    }
    lines
}

/// Takes off a line what stands behind the last separator of its path, where that is short: a name
/// stays whole.
fn behind_separator(line: &mut String) -> String {
    let at = line.rfind(['\\', '/']).map(|at| at + 1);
    match at.filter(|at| *at * 2 > line.len()) {
        Some(at) => line.split_off(at),
        None => String::new(),
    }
}

/// A text that [`wrap`] breaks only where it has to.
#[must_use]
pub fn tied(text: &str) -> String {
    text.replace(' ', TIE.encode_utf8(&mut [0; 4]))
}

/// Lines of cells below each other: every column is as wide as its widest cell.
#[must_use]
pub fn in_columns<L: IntoIterator<Item = String>>(lines: impl IntoIterator<Item = L>) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .add_rows(lines.into_iter().map(Vec::from_iter));
    for column in table.column_iter_mut() {
        column.set_padding((0, GAP));
    }
    table.trim_fmt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_dangerous_passes() {
        assert_eq!(
            clean("a\tb\u{1b}[31m\u{202e}\u{7f}"),
            "a b\\u{1b}[31m\\u{202e}\\u{7f}"
        );
        assert!(matches!(clean("plain ä 戻"), Cow::Borrowed(_)));
    }

    #[test]
    fn lines_keep_their_width() {
        for most in [10, 17, 40] {
            for line in wrap(
                "A somewhat long text with 戻り値戻り値戻り値戻り値 and averyveryverylongwordwithoutanyblank",
                most,
            ) {
                assert!(width(&line) <= most, "{line}");
            }
            assert!(
                width(&cut(
                    "A somewhat long text with 戻り値戻り値 and more",
                    most
                )) <= most
            );
        }
        assert_eq!(wrap("", 20), [""]);
        assert_eq!(cut("short", 20), "short");
        assert_eq!(cut_end("a longer text", 9), "a longer…");
    }
}
