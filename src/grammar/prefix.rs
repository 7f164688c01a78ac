//! The prefix of an engine line: `MSI (s) (C8:50) [01:49:43:906]: `.
//!
//! Read at fixed offsets, since nearly every line has it and its width never changes; the loose
//! forms (no time, several letters, the front cut off when pasted) go the slow way.

use super::stamp::Stamp;

/// Which engine wrote a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// `c`: the process that asked for the installation.
    Client,
    /// `s`: the Windows Installer service.
    Server,
    /// `N`: a run inside another one.
    Nested,
    /// Any other letter.
    Other(char),
}

/// The prefix of an engine line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefix {
    /// Which engine.
    pub side: Side,
    /// Low byte of the process id; many processes share one value.
    pub process: u8,
    /// Low byte of the thread id.
    pub thread: u8,
    /// The call came in from a custom action's own thread (`!` between the two).
    pub remote: bool,
    /// Time of day in milliseconds.
    pub time: Option<u32>,
}

/// Splits the prefix off a line.
#[must_use]
pub fn split(line: &str) -> Option<(Prefix, &str)> {
    let bytes = line.as_bytes();
    if let Some(head) = bytes.first_chunk::<31>()
        && let Some(prefix) = fixed(head)
    {
        let body = line.get(31..).unwrap_or("");
        return Some((prefix, body.strip_prefix(' ').unwrap_or(body)));
    }
    match bytes.first()? {
        b'M' | b'S' | b'I' | b'(' | b' ' => loose(line),
        _ => None,
    }
}

/// `MSI (s) (C8:50) [01:49:43:906]:` and nothing else.
fn fixed(head: &[u8; 31]) -> Option<Prefix> {
    let (writer, time) = head.split_first_chunk::<16>()?;
    let [
        b'M',
        b'S',
        b'I',
        b' ',
        b'(',
        letter,
        b')',
        b' ',
        b'(',
        p1,
        p0,
        mark,
        t1,
        t0,
        b')',
        b' ',
    ] = *writer
    else {
        return None;
    };
    // The blank behind it may be missing.
    let mut whole = [b' '; 16];
    let letters = whole.iter_mut().zip(time);
    letters.for_each(|(letter, read)| *letter = *read);
    let time = Stamp::read(whole)?.milliseconds();
    Some(Prefix {
        side: side(letter),
        process: hex(p1, p0)?,
        thread: hex(t1, t0)?,
        remote: mark == b'!',
        time: Some(time),
    })
}

fn side(letter: u8) -> Side {
    match letter {
        b'c' => Side::Client,
        b's' => Side::Server,
        b'N' => Side::Nested,
        other => Side::Other(char::from(other)),
    }
}

fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'A'..=b'F' => Some(b - b'A' + 10),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    Some(digit(high)? << 4 | digit(low)?)
}

/// The forms that old engines and people's copies have.
fn loose(line: &str) -> Option<(Prefix, &str)> {
    let named = line
        .strip_prefix("MSI")
        .map(|rest| rest.trim_start_matches(' '));
    let rest = named.unwrap_or_else(|| {
        let cuts = ["SI ", "I ", " "];
        let mut cuts = cuts.iter().filter_map(|cut| line.strip_prefix(cut));
        cuts.next().unwrap_or(line)
    });
    let (letters, rest) = rest.strip_prefix('(')?.split_once(')')?;
    if !(1..=3).contains(&letters.len()) || !letters.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let side = match letters.as_bytes() {
        [letter @ (b'C' | b'S')] => side(letter.to_ascii_lowercase()),
        [letter, ..] => side(*letter),
        [] => return None,
    };
    let rest = rest.trim_start_matches(' ');
    let none = Prefix {
        side,
        process: 0,
        thread: 0,
        remote: false,
        time: None,
    };
    // Somebody took out all that differs from run to run.
    if let Some(body) = rest.strip_prefix(':').filter(|_| named.is_some()) {
        return Some((none, body.strip_prefix(' ').unwrap_or(body)));
    }
    let (ids, rest) = rest.strip_prefix('(')?.split_once(')')?;
    let [p1, p0, mark @ (b':' | b'!'), t1, t0] = *ids.as_bytes() else {
        return None;
    };
    let (time, rest) = stamp(rest.trim_start_matches(' '));
    let body = rest.trim_start_matches(' ').strip_prefix(':')?;
    let prefix = Prefix {
        process: hex(p1, p0)?,
        thread: hex(t1, t0)?,
        remote: mark == b'!',
        time,
        ..none
    };
    Some((prefix, body.strip_prefix(' ').unwrap_or(body)))
}

/// `[10:43:32:515]`, with or without its brackets, or a stand-in of whoever pasted it; old engines
/// write none.
fn stamp(text: &str) -> (Option<u32>, &str) {
    let bare = || Some((text, super::scan::time(text)?.1.get(4..)?));
    let Some((inner, rest)) = text
        .strip_prefix('[')
        .and_then(|t| t.split_once(']'))
        .or_else(bare)
    else {
        let rest = super::scan::after_stand_in(text);
        return (None, rest.unwrap_or(text));
    };
    let time = super::scan::time(inner).map(|(seconds, tail)| {
        let fraction = tail.trim_start_matches([':', '.', ',']);
        let millis = fraction.get(..3).and_then(|f| f.parse::<u32>().ok());
        seconds + millis.unwrap_or(0)
    });
    (time, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_form() {
        let (p, body) = split("MSI (s) (C8!50) [01:49:43:906]: Note: 1: 2205").unwrap();
        assert_eq!(p.side, Side::Server);
        assert_eq!((p.process, p.thread, p.remote), (0xc8, 0x50, true));
        assert_eq!(p.time, Some(6_583_906));
        assert_eq!(body, "Note: 1: 2205");
        assert_eq!(split("MSI (c) (00:00) [00:00:00:000]: ").unwrap().1, "");
        assert_eq!(split("MSI (c) (00:00) [00:00:00:000]:").unwrap().1, "");
    }

    #[test]
    fn loose_forms_agree_with_the_usual_one() {
        let line = "MSI (s) (C8:50) [01:49:43:906]: x";
        assert_eq!(loose(line), split(line));
        assert_eq!(split("MSI (s) (A0:EC): text").unwrap().0.time, None);
        assert_eq!(split("SI (s) (C4:24) [20:08:52:490]: op").unwrap().1, "op");
        assert!(split("(s) (94!94) [23:49:51:915]: x").unwrap().0.remote);
        assert_eq!(split("MSI (s) (6C!A8) [DateTime]: x").unwrap().1, "x");
        for line in [
            "MSI (s) (14:AC)Time: x",
            "MSI (s) (14:AC) Time: x",
            "MSI (s) (14:AC) [Time]: x",
            "MSI (s) (14:AC) \\<DateTime>: x",
            "MSI (s) (14:AC) <Time>: x",
            "MSI (s) (14:AC) [hh:mm:ss:fff]: x",
            "MSI (s): x",
            "MSI (S) (14:AC): x",
            "MSI(s)(14:AC)[01:49:43:906]:x",
            "MSI (s)(14:AC) 01:49:43:906: x",
        ] {
            let (prefix, body) = split(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((prefix.side, body), (Side::Server, "x"), "{line}");
            let timed = line.contains("906");
            assert_eq!(prefix.time, timed.then_some(6_583_906), "{line}");
        }
        assert_eq!(
            split("MSI (CA) (6C:A8) : x").unwrap().0.side,
            Side::Other('C')
        );
    }

    #[test]
    fn other_lines_have_none() {
        for line in [
            "",
            "MSI",
            "MSI (s)",
            "MSI (s) (zz:00) [1]: x",
            "(a) (b) c",
            "(s): x",
            "MSI (s) (14:AC) at last: x",
            "MSI (Windows Installer): x",
            "Info 1603. The file",
        ] {
            assert_eq!(split(line), None, "{line}");
        }
    }
}
