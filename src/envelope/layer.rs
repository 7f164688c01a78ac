//! What can stand around the lines of a log, a kind each, and how it is taken off.

use std::fmt;

use super::Out;
use super::codec::{Base64, Json, Printable};
use super::front::Front;
use super::html;
use super::{records, run_together};
use crate::grammar::{self, Body};

/// Something around a log.
pub enum Layer {
    /// `> ` before each line.
    Quote,
    /// Marks of Markdown: lists, tables, emphasis, fences, escapes.
    Markdown,
    /// Other signs in place of those that a web page or a word processor takes for its own.
    Signs {
        /// Each blank is two.
        doubled: bool,
    },
    /// The tags of a page.
    Html,
    /// `&gt;` and the like in the text.
    Entities,
    /// A clock, a severity, a name of another program before each line.
    Front(Front),
    /// Many records on one line.
    RunTogether,
    /// Records that were broken into lines of about this many letters.
    Broken {
        width: usize,
        /// In the middle of words, as consoles do.
        hard: bool,
        open: String,
    },
    /// A string of JSON that holds the whole log.
    Json(Json),
    /// Base64, as mails have it.
    Base64(Base64),
    /// Quoted-printable, as mails have it.
    Printable(Printable),
}

impl fmt::Debug for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Layer {
    /// What it is, in words.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Quote => "quote marks",
            Self::Markdown => "Markdown",
            Self::Signs { .. } => "replaced characters",
            Self::Html => "HTML tags",
            Self::Entities => "HTML entities",
            Self::Front(_) => "time stamps or fields of another program",
            Self::RunTogether => "many records on one line",
            Self::Broken { .. } => "line breaks inside records",
            Self::Json(_) => "a JSON string",
            Self::Base64(_) => "base64",
            Self::Printable(_) => "quoted-printable",
        }
    }

    /// Whether a person finds a line of the log in the file: not where it is a code.
    pub fn keeps_lines(&self) -> bool {
        !matches!(self, Self::Base64(_))
    }

    /// Whether one may stand within another: a program's line in another program's, a string in a
    /// string.
    pub fn comes_again(&self) -> bool {
        matches!(self, Self::Front(_) | Self::Json(_))
    }

    /// Whether what comes out are bytes of any encoding.
    pub fn gives_bytes(&self) -> bool {
        matches!(self, Self::Base64(_) | Self::Printable(_))
    }

    /// Takes a line, or a part of one that is very long and goes on. Gives how many bytes it took:
    /// none of a part means that it wants the line whole.
    pub fn take(&mut self, line: &str, whole: bool, out: &mut Out<'_>) -> usize {
        match self {
            Self::Json(json) => json.take(line, whole, out),
            Self::Base64(base64) => base64.decode(line, &mut out.text),
            Self::Printable(printable) => printable.take(line, whole, out),
            Self::RunTogether => return run_together::split(line, whole, out),
            Self::Html => return html::strip(line, whole, out),
            _ if !whole => return 0,
            Self::Quote => out.line(quoted(line)),
            Self::Markdown => out.line(&markdown(line)),
            Self::Signs { doubled } => out.line(&signs(line, *doubled)),
            Self::Entities => out.line(&html::entities(line)),
            Self::Front(front) => front.take(line, out),
            Self::Broken { width, hard, open } => join((*width, *hard), open, line, out),
        }
        line.len()
    }

    /// The log is over.
    pub fn finish(&mut self, out: &mut Out<'_>) {
        match self {
            Self::Broken { open, .. } if !open.is_empty() => give(open, out),
            Self::Json(json) => json.end_of_string(out),
            Self::Printable(printable) => printable.finish(out),
            _ => {}
        }
    }
}

/// A line without `> ` before it, however often.
pub fn quoted(line: &str) -> &str {
    let mut inner = line.trim_start();
    let mut marks = 0;
    while let Some(rest) = inner
        .strip_prefix('>')
        .or_else(|| inner.strip_prefix("&gt;"))
    {
        marks += 1;
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        // What is behind the last mark may be indented.
        let next = rest.trim_start();
        inner = if next.starts_with('>') { next } else { rest };
    }
    if marks == 0 { line } else { inner }
}

/// A line without the marks of Markdown around it.
pub fn markdown(line: &str) -> String {
    const MARKS: [&str; 8] = ["* ", "- ", "+ ", "• ", "| ", "### ", "## ", "# "];
    let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
    let mut inner = line.trim_start();
    inner = MARKS
        .iter()
        .find_map(|mark| inner.strip_prefix(mark))
        .unwrap_or(inner);
    let code = inner.trim_start().trim_start_matches('`');
    let bold = inner
        .strip_prefix("**")
        .filter(|rest| !rest.starts_with('*'));
    let marked = bold.or((code.len() < inner.trim_start().len()).then_some(code));
    inner = marked.unwrap_or(if inner.len() < line.trim_start().len() {
        inner
    } else {
        line
    });
    inner = inner.trim_end_matches(['`', '|', ' ']);
    inner = inner.strip_suffix("**").unwrap_or(inner);
    // A number before a list's point.
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    let inner = match inner.get(digits..).and_then(|rest| rest.strip_prefix(". ")) {
        Some(rest) if (1..=4).contains(&digits) && indent < 8 => {
            rest.trim_start_matches(['`', '*'])
        }
        _ => inner,
    };
    let inner = said(inner);
    if !inner.contains('\\') {
        return inner.to_owned();
    }
    let mut out = String::with_capacity(inner.len());
    let mut letters = inner.chars().peekable();
    while let Some(letter) = letters.next() {
        let escaped = letter == '\\'
            && letters.peek().is_some_and(|c| {
                matches!(
                    c,
                    '_' | '*' | '<' | '>' | '[' | ']' | '(' | ')' | '#' | '`' | '|' | '!'
                )
            });
        if !escaped {
            out.push(letter);
        }
    }
    out
}

/// The message of the installer that a text quotes, in quote marks or as code; else all of it.
fn said(text: &str) -> &str {
    const MARKS: [(char, char); 5] = [('"', '"'), ('“', '”'), ('„', '“'), ('«', '»'), ('`', '`')];
    if !text.contains(MARKS.map(|(open, _)| open)) || records::begins(text) {
        return text;
    }
    // A string of a list in JSON has signs of its own within, and is read as one.
    if text.trim_start().starts_with('"') && text.trim_end().ends_with("\",") {
        return text;
    }
    let mut within = MARKS.iter().filter_map(|(open, close)| {
        let (_, rest) = text.split_once(*open)?;
        let within = rest.rsplit_once(*close).map_or(rest, |(within, _)| within);
        Some(within.trim_matches(['"', '`', ' ']))
    });
    within
        .find(|within| records::begins(within))
        .unwrap_or(text)
}

/// Where a dash stands for the two before the message of a product, and its length.
pub fn dash(line: &str) -> Option<(usize, usize)> {
    let at = line.find(['—', '–'])?;
    let told = matches!(grammar::parse_plain(line).body, Body::ProductMessage { .. });
    let behind = |at: &usize| {
        let rest = line
            .get(*at..)
            .unwrap_or("")
            .trim_start_matches(['—', '–', ' ']);
        grammar::message_of(rest).is_some() || grammar::outcome_phrase(rest).is_some()
    };
    let mut dashes = line.match_indices(['—', '–']).map(|(at, _)| at);
    (told && !line.get(..at)?.contains(" -- "))
        .then(|| dashes.find(behind))?
        .map(|at| (at, '—'.len_utf8()))
}

/// What word processors, web pages and bad copies make of signs.
pub fn signs(line: &str, doubled: bool) -> String {
    let dashed = dash(line).and_then(|(at, length)| {
        let (before, after) = (line.get(..at)?, line.get(at + length..)?);
        Some(format!("{} -- {}", before.trim_end(), after.trim_start()))
    });
    let line = dashed.as_deref().unwrap_or(line);
    let line = line.trim_start_matches(['\u{feff}', '\u{200b}']);
    let mut line = line
        .trim_start_matches("ï»¿")
        .trim_start_matches("ÿþ")
        .to_owned();
    for (sign, plain) in [
        ("MSI ©)", "MSI (c)"),
        ("MSI ©", "MSI (c)"),
        ("MSI (©)", "MSI (c)"),
        ("\u{a0}", " "),
        ("\u{200b}", ""),
        ("“", "\""),
        ("”", "\""),
    ] {
        if line.contains(sign) {
            line = line.replace(sign, plain);
        }
    }
    let mut blanks = line.split(|c| c != ' ').filter(|run| !run.is_empty());
    if doubled && blanks.all(|run| run.len() % 2 == 0) {
        return line.replace("  ", " ");
    }
    // An indent, and what stands off with two blanks, stay elsewhere.
    if line.contains("MSI  (") {
        let words: Vec<_> = line.split(' ').filter(|word| !word.is_empty()).collect();
        line = words.join(" ");
    }
    line
}

/// Puts a record together again: what did not fit on the line goes on in the next.
fn join((width, hard): (usize, bool), open: &mut String, line: &str, out: &mut Out<'_>) {
    // A blank at the edge of a console is part of the text.
    let text = if hard { line } else { line.trim_end() };
    if !open.is_empty() {
        let before = last_line(open);
        let rest = match hard {
            true => fills(width, before, text),
            false => goes_on(width, before, text),
        };
        if rest && open.len() + text.len() < super::LONGEST {
            open.push(if hard { '\u{2}' } else { '\u{1}' });
            open.push_str(if hard { text } else { text.trim_start() });
            return;
        }
        give(open, out);
    }
    out.places.begin_line();
    open.push_str(text);
    if open.is_empty() {
        out.line("");
    }
}

fn give(open: &mut String, out: &mut Out<'_>) {
    out.line(&open.replace('\u{1}', " ").replace('\u{2}', ""));
    open.clear();
}

fn last_line(open: &str) -> &str {
    open.rsplit(['\u{1}', '\u{2}']).next().unwrap_or(open)
}

/// Whether a line begins a record, or what a custom action says.
fn begins(line: &str) -> bool {
    records::begins(line) || records::is_output(line)
}

/// Whether a line is the rest of the record before it: that one fills its line to the edge.
pub fn fills(width: usize, before: &str, line: &str) -> bool {
    let word = line.split(' ').next().unwrap_or("");
    // `NAME: ` begins a line of some program.
    !line.trim().is_empty()
        && !word.ends_with(':')
        && before.chars().count() == width
        && !begins(line)
}

/// Whether a line is the rest of the record before it: its first word had no more room there.
pub fn goes_on(width: usize, before: &str, line: &str) -> bool {
    let word = line.split_whitespace().next().unwrap_or("");
    let length = |text: &str| text.chars().count();
    // Lines that begin with one name are the output of one program.
    let named = word.ends_with(':') && before.trim_start().starts_with(word);
    // A word that is longer than a line stands alone on one.
    let alone = !before.trim().contains(' ');
    !word.is_empty()
        && !named
        && !before.trim().is_empty()
        && (length(before) <= width || alone)
        && length(before) + 1 + length(word) > width
        && !begins(line)
}
