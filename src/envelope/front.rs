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
    /// How many blanks stand before the record.
    blanks: usize,
    tail: Tail,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Digits,
    Letters,
    Sign(char),
}

/// What ends the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tail {
    /// The line's end.
    None,
    /// A quote mark; two of them stand for one.
    Cell,
    /// A quote mark; a backslash stands before those of the text.
    Escaped,
    /// `]LOG]!>`, in logs for CMTrace.
    Trace,
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
            '0'..='9' => Unit::Digits,
            c if c.is_alphabetic() => Unit::Letters,
            c => Unit::Sign(c),
        };
        let anew = std::mem::take(&mut apart) || matches!(unit, Unit::Sign(_));
        if anew || units.last() != Some(&unit) {
            units.push(unit);
        }
    }
    units
}

impl Front {
    /// The shape that most lines have; `None` where it is none of another program.
    pub fn learn(lines: &[&str]) -> Option<Self> {
        let mut shapes: Vec<(Self, usize)> = Vec::new();
        for shape in lines.iter().filter_map(|line| Self::of(line)) {
            match shapes.iter_mut().find(|(known, _)| *known == shape) {
                Some((_, count)) => *count += 1,
                None => shapes.push((shape, 1)),
            }
        }
        let (front, count) = shapes.into_iter().max_by_key(|(_, count)| *count)?;
        let having: Vec<_> = lines.iter().filter_map(|line| front.text(line)).collect();
        let records = having.iter().filter(|text| records::begins(text)).count();
        let enough = count >= 2 || lines.len() <= 8;
        (enough && having.len() * 2 >= lines.len() && records * 4 >= having.len()).then_some(front)
    }

    /// The shape of what stands before the first record of a line.
    fn of(line: &str) -> Option<Self> {
        let places = line.char_indices().map(|(at, _)| at);
        let at = places
            .take_while(|at| *at <= WITHIN)
            .find(|at| line.get(*at..).is_some_and(records::is_sure))?;
        let before = line.get(..at)?;
        let units = units(before);
        // Words alone are a message, blanks an indent, `>` a quotation.
        let programs = |unit: &Unit| match unit {
            Unit::Digits => true,
            Unit::Letters => false,
            Unit::Sign(sign) => matches!(sign, '"' | '{' | '<' | '|' | ';' | ','),
        };
        if !units.iter().any(programs) || grammar_takes(line, before) {
            return None;
        }
        let tail = match before.trim_end() {
            end if end.ends_with("<![LOG[") => Tail::Trace,
            end if end.ends_with('"') && (end.contains("\":") || end.contains("\" :")) => {
                Tail::Escaped
            }
            end if end.ends_with('"') && end == "\"" => Tail::Escaped,
            end if end.ends_with('"') => Tail::Cell,
            _ => Tail::None,
        };
        Some(Self {
            units,
            blanks: before.len() - before.trim_end_matches(' ').len(),
            tail,
        })
    }

    /// What stands behind the shape.
    fn inner<'a>(&self, line: &'a str) -> Option<&'a str> {
        let mut rest = line;
        for unit in &self.units {
            rest = rest.trim_start();
            let inner = match unit {
                Unit::Digits => rest.trim_start_matches(|c: char| c.is_ascii_digit()),
                Unit::Letters => rest.trim_start_matches(char::is_alphabetic),
                Unit::Sign(sign) => rest.strip_prefix(*sign)?,
            };
            if inner.len() == rest.len() {
                return None;
            }
            rest = inner;
        }
        let blanks = rest.bytes().take(self.blanks).take_while(|b| *b == b' ');
        rest.get(blanks.count()..)
    }

    /// What the other program was given to write.
    fn text<'a>(&self, line: &'a str) -> Option<Cow<'a, str>> {
        let inner = self.inner(line)?;
        Some(match self.tail {
            Tail::None => inner.into(),
            Tail::Trace => inner.split("]LOG]!>").next().unwrap_or(inner).into(),
            Tail::Cell => {
                let text = inner.replace("\"\"", "\u{1}");
                cut(&text).replace('\u{1}', "\"").into()
            }
            Tail::Escaped => super::codec::unescape(inner).into(),
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

fn cut(text: &str) -> &str {
    text.split('"').next().unwrap_or(text)
}

/// A mark of a search (`812:`, `Line 4455: `) is the grammar's to take off.
fn grammar_takes(line: &str, before: &str) -> bool {
    let mark = before.trim().trim_start_matches("Line ");
    let numbered = mark
        .strip_suffix(':')
        .is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()));
    numbered && line.len() > before.len()
}

#[cfg(test)]
mod tests {
    use super::super::places::Places;
    use super::*;

    fn strip(lines: &[&str]) -> Vec<String> {
        let front = Front::learn(lines).unwrap();
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
