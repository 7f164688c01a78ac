//! What another program writes before each line: a clock, a severity, a host, a process, the cells
//! of a table. Its shape is learned from the lines whose record is beyond doubt and taken off all
//! lines that have it.

use std::borrow::Cow;

use super::Out;
use super::records;

/// How far into a line the record may stand, in bytes.
const WITHIN: usize = 240;

/// The shape of what stands before a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Front {
    units: Vec<Unit>,
    /// How many blanks and tabs stand before the record.
    blanks: usize,
    tail: Tail,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// Letters and digits: names, numbers and codes change from line to line.
    Word,
    Sign(char),
}

/// What ends the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tail {
    /// The line's end.
    None,
    /// A quote mark; two of them stand for one.
    Cell(char),
    /// A quote mark; a backslash stands before those of the text.
    Escaped,
    /// `]LOG]!>`, in logs for CMTrace.
    Trace,
    /// `  $$<`, in older ones.
    OldTrace,
    /// The line of a table.
    Pipe,
    /// An end tag.
    Tag,
}

/// The shape of a text, blanks aside.
fn units(text: &str) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut apart = false;
    for letter in text.chars() {
        if letter.is_whitespace() {
            apart = true;
            continue;
        }
        let unit = match letter {
            c if c.is_alphanumeric() => Unit::Word,
            c => Unit::Sign(c),
        };
        let anew = std::mem::take(&mut apart) || unit != Unit::Word;
        if anew || units.last() != Some(&unit) {
            units.push(unit);
        }
    }
    units
}

/// How sure it is that another program wrote what stands before a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sureness {
    /// It has numbers, or signs that no sentence has.
    Sure,
    /// The mark of a search, which the grammar takes off by itself.
    Numbered,
    /// Words: only where nearly all lines have them.
    Words,
}

impl Front {
    /// The shape that most lines have; `None` where it is none of another program.
    pub fn learn(lines: &[&str]) -> Option<Self> {
        let traced = lines.iter().filter(|line| line.contains(OLD_TRACE)).count();
        if traced * 2 > lines.len() {
            return Some(Self {
                units: Vec::new(),
                blanks: 0,
                tail: Tail::OldTrace,
            });
        }
        let mut shapes: Vec<(Self, Sureness, usize)> = Vec::new();
        let may_begin: [bool; 256] = std::array::from_fn(|byte| records::may_be_sure(byte as u8));
        for (shape, sureness) in lines.iter().filter_map(|line| Self::of(line, &may_begin)) {
            match shapes.iter_mut().find(|(known, ..)| *known == shape) {
                Some((.., count)) => *count += 1,
                None => shapes.push((shape, sureness, 1)),
            }
        }
        let (front, sureness, count) = shapes.into_iter().max_by_key(|(.., count)| *count)?;
        let having: Vec<_> = lines.iter().filter_map(|line| front.text(line)).collect();
        let records = having.iter().filter(|text| records::begins(text)).count();
        let enough = match sureness {
            Sureness::Sure => count >= 2 || lines.len() <= 8,
            Sureness::Numbered => count >= 3,
            Sureness::Words => {
                count >= 3 && having.len() * 10 >= lines.len() * 8 && records * 2 >= having.len()
            }
        };
        (enough && having.len() * 2 >= lines.len() && records * 4 >= having.len()).then_some(front)
    }

    /// The shape of what stands before the first record of a line, which may begin with these bytes.
    fn of(line: &str, may_begin: &[bool; 256]) -> Option<(Self, Sureness)> {
        let mut places = line.bytes().take(WITHIN + 1).enumerate();
        let at = places.find_map(|(at, byte)| {
            let may = may_begin.get(usize::from(byte)) == Some(&true);
            (may && records::is_sure(line.get(at..)?)).then_some(at)
        })?;
        let before = line.get(..at)?;
        let units = units(before);
        // Blanks are an indent; a word without a blank behind it is part of the text.
        let glued = before.ends_with(char::is_alphanumeric);
        let sign = |unit: &Unit| {
            matches!(
                unit,
                Unit::Sign('"' | '{' | '<' | '|' | ';' | ',' | '+' | '[')
            )
        };
        let numbers = before.bytes().any(|b| b.is_ascii_digit());
        let sureness = match units.as_slice() {
            [] => return None,
            _ if glued => return None,
            // A quotation, or the point of a list.
            [Unit::Sign('>' | '*' | '•')] => return None,
            _ if is_numbered(before) => Sureness::Numbered,
            units if numbers || units.iter().any(sign) => Sureness::Sure,
            [Unit::Sign('-')] => Sureness::Numbered,
            _ => Sureness::Words,
        };
        let front = Self {
            units,
            blanks: before.len() - before.trim_end_matches([' ', '\t']).len(),
            tail: tail(before.trim_end()),
        };
        Some((front, sureness))
    }

    /// What stands behind the shape.
    fn inner<'a>(&self, line: &'a str) -> Option<&'a str> {
        let mut rest = line;
        for unit in &self.units {
            rest = rest.trim_start();
            rest = match unit {
                Unit::Word => {
                    let behind = rest.trim_start_matches(char::is_alphanumeric);
                    (behind.len() < rest.len()).then_some(behind)?
                }
                Unit::Sign(sign) => rest.strip_prefix(*sign)?,
            };
        }
        let blanks = rest
            .bytes()
            .take(self.blanks)
            .take_while(|b| matches!(b, b' ' | b'\t'));
        rest.get(blanks.count()..)
    }

    /// What the other program was given to write.
    fn text<'a>(&self, line: &'a str) -> Option<Cow<'a, str>> {
        let inner = self.inner(line)?;
        Some(match self.tail {
            Tail::None => inner.into(),
            Tail::Trace => inner.split("]LOG]!>").next().unwrap_or(inner).into(),
            Tail::OldTrace => {
                let text = inner.split(OLD_TRACE).next().unwrap_or(inner);
                text.trim_end().into()
            }
            Tail::Pipe => inner.trim_end().trim_end_matches('|').trim_end().into(),
            Tail::Tag => inner
                .rsplit_once("</")
                .map_or(inner, |(text, _)| text)
                .into(),
            Tail::Cell(quote) => {
                let text = inner.replace(&String::from_iter([quote, quote]), "\u{1}");
                let end = text.rfind(quote).filter(|_| quote == '\'');
                let end = end.or_else(|| text.find(quote)).unwrap_or(text.len());
                let text = text.get(..end).unwrap_or(&text);
                text.replace('\u{1}', quote.encode_utf8(&mut [0; 4])).into()
            }
            Tail::Escaped => {
                let text = super::codec::unescape(inner);
                text.trim_end_matches(['\r', '\n']).to_owned().into()
            }
        })
    }

    /// Takes the shape off a line that has it.
    pub fn take(&self, line: &str, out: &mut Out<'_>) {
        match self.text(line) {
            Some(text) => out.line(&text),
            None => out.line(line),
        }
    }
}

const OLD_TRACE: &str = "$$<";

/// What ends a record behind such a front.
fn tail(front: &str) -> Tail {
    if front.ends_with("<![LOG[") {
        return Tail::Trace;
    }
    let cells = [",\"", ";\"", "\t\""];
    match front.chars().next_back() {
        Some('"') if cells.iter().any(|end| front.ends_with(end)) => Tail::Cell('"'),
        Some('"') => Tail::Escaped,
        Some('\'') => Tail::Cell('\''),
        Some('|') => Tail::Pipe,
        Some('>') => Tail::Tag,
        _ => Tail::None,
    }
}

/// The mark of a search: `812:`, `Line 4455: `.
fn is_numbered(before: &str) -> bool {
    let mark = before.trim().trim_start_matches("Line ");
    mark.strip_suffix(':')
        .is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::super::places::Places;
    use super::*;

    fn strip(lines: &[&str]) -> Vec<String> {
        let front = Front::learn(lines).unwrap_or_else(|| panic!("{lines:?}"));
        let mut places = Places::default();
        let mut out = Out {
            text: Vec::new(),
            places: &mut places,
        };
        lines.iter().for_each(|line| front.take(line, &mut out));
        let text = String::from_utf8(out.text).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn clocks_and_cells_are_taken_off() {
        let clocks = [
            "11:49:23 AM: MSI (s) (38:58) [11:49:21:394]: a",
            "9:49:24 PM: Error 1722. There",
            "11:49:25 AM: Property(S): A = 1",
        ];
        assert_eq!(
            strip(&clocks),
            [
                "MSI (s) (38:58) [11:49:21:394]: a",
                "Error 1722. There",
                "Property(S): A = 1"
            ]
        );
        let cells = [
            "\"2026-01-01 10:00:00\",\"PC\",\"MSI (s) (38:58) [11:49:21:394]: a \"\"b\"\"\"",
            "\"2026-01-01 10:00:00\",\"PC\",\"Property(S): A = 1\"",
        ];
        assert_eq!(
            strip(&cells),
            [
                "MSI (s) (38:58) [11:49:21:394]: a \"b\"",
                "Property(S): A = 1"
            ]
        );
        let json = [
            r#"{"t":1,"message":"MSI (s) (38:58) [11:49:21:394]: C:\\a \"b\""}"#,
            r#"{"t":2,"message":"Property(S): A = 1"}"#,
        ];
        assert_eq!(
            strip(&json),
            [
                r#"MSI (s) (38:58) [11:49:21:394]: C:\a "b""#,
                "Property(S): A = 1"
            ]
        );
        let trace = [
            "<![LOG[MSI (s) (38:58) [11:49:21:394]: a]LOG]!><time=\"10:00:00.000+000\" date=\"1-2-2026\">",
            "<![LOG[Error 1722. There]LOG]!><time=\"10:00:00.000+000\" date=\"1-2-2026\">",
        ];
        assert_eq!(
            strip(&trace),
            ["MSI (s) (38:58) [11:49:21:394]: a", "Error 1722. There"]
        );
    }

    /// A line in what several programs write around one.
    #[test]
    fn what_programs_write_around_lines() {
        let lines = [
            "MSI (s) (38:58) [11:49:21:394]: C:\\a",
            "Error 1722. There is",
            "Property(S): A = 1",
            "Action start 1:02:03: A.",
        ];
        for (before, after) in [
            ("Jan  2 10:11:12 pc07 msiexec[1234]: ", ""),
            ("<13>1 2026-01-02T10:11:12.123Z pc07 msiexec 12 - - ", ""),
            ("2026-01-02T10:11:12.1234567Z ", ""),
            ("2026-01-02T10:11:12.123456789Z stdout F ", ""),
            ("2026-01-02T10:11:12+01:00 ", ""),
            ("2026-01-02 10:11:12 +0100 ", ""),
            ("[2026-01-02T10:11:12+00:00] ERROR: ", ""),
            ("[  12.345] ", ""),
            ("#12 3.456 ", ""),
            ("setup-1  | ", ""),
            ("10:11:12   Info     |       ", ""),
            ("build\tInstall it\t2026-01-02T10:11:12.1234567Z ", ""),
            ("2026-01-02 10:11:12,345 [7] INFO  Runner - ", ""),
            ("[10:11:12 INF] ", ""),
            ("[00:01:02] ", ""),
            ("[10:11:12]W:\t [Exec] ", ""),
            ("0x1A2B 7f3c ", ""),
            ("install.log:12:", ""),
            ("12:", ""),
            ("12\t", ""),
            ("| 12 | ", " |"),
            ("2026-01-02;PC07;", ""),
            ("    default: ", ""),
            ("       STDOUT: ", ""),
            ("Notice: /Stage[main]/Exec[setup]/returns: ", ""),
            ("<line n=\"12\">", "</line>"),
            ("  - '", "'"),
            ("+", ""),
            (
                "",
                "  $$<Setup><01-02-2026 10:11:12.000+000><thread=12 (0xC)>",
            ),
        ] {
            let wrapped = lines.map(|line| format!("{before}{line}{after}"));
            let wrapped = wrapped.each_ref().map(String::as_str);
            assert_eq!(strip(&wrapped), lines, "{before}");
        }
        for (before, after) in [
            ("{\"log\":\"", "\\r\\n\",\"stream\":\"stdout\"}"),
            ("time=\"10:11\" level=info msg=\"", "\""),
            ("        \"", "\","),
            ("  - \"", "\""),
        ] {
            let wrapped = lines.map(|line| {
                let line = line.replace('\\', "\\\\");
                format!("{before}{line}{after}")
            });
            let wrapped = wrapped.each_ref().map(String::as_str);
            assert_eq!(strip(&wrapped), lines, "{before}");
        }
    }

    #[test]
    fn words_and_indents_are_no_front() {
        for line in [
            "Info: MSI (s) (38:58): a",
            "    MSI (s) (38:58): a",
            "812:MSI (s) (38:58): a",
        ] {
            assert_eq!(Front::learn(&[line]), None, "{line}");
        }
    }
}
