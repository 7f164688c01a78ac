//! Markdown for a ticket: what failed, why, what to do, how sure, and the lines that prove it.
//!
//! Texts of a log must not act where the ticket is pasted. Whatever Markdown or HTML would read as
//! its own is escaped, and a word that the program around the ticket may act on (`@name`, `#123`, an
//! address, a path) stands in a code span: the marks of GitHub, GitLab and the like are looked for
//! after escapes are gone, but never in code.

use std::io::{self, Write};

use super::layout::clean;
use super::model::LogReport;
use super::ticket::{self, Ticket, Told, Worked};
use super::writer::{ScanEnd, Writer};
use crate::diagnosis::Remedy;

/// Writes tickets as reports come.
#[derive(Debug, Default)]
pub struct Page {
    worked: Worked,
}

impl Writer for Page {
    /// Writes the section of a log that failed, a line of one without an end; keeps in mind one
    /// that worked.
    fn log(&mut self, out: &mut dyn Write, report: &LogReport) -> io::Result<()> {
        match ticket::told(report) {
            Told::Worked(line) => {
                self.worked.add(line);
                Ok(())
            }
            Told::Doubtful(line) => writeln!(out, "{}\n", prose(&line)),
            Told::Failed(ticket) => section(out, &ticket),
        }
    }

    /// Writes what stands behind the reports.
    fn end(&mut self, out: &mut dyn Write, end: &ScanEnd<'_>) -> io::Result<()> {
        writeln!(out, "## {}", prose(&ticket::totals(end.summary)))?;
        list(out, "Could not be read", ticket::unread(end.errors))?;
        list(out, "Worked", self.worked.lines().into_iter())
    }
}

fn section(out: &mut dyn Write, ticket: &Ticket<'_>) -> io::Result<()> {
    writeln!(out, "## {}\n", prose(&ticket.headline))?;
    writeln!(out, "- **Log:** {}", code(ticket.log))?;
    let signature = ticket.signature.map(code);
    let facts = [
        ("Where it ran", Some(prose(&ticket.origin.join(", ")))),
        ("Why", Some(prose(&ticket.why))),
        ("Action", ticket.place.as_deref().map(prose)),
        ("Codes", Some(prose(&ticket.codes.join("; ")))),
        ("How sure", ticket.sure.as_deref().map(prose)),
        ("Signature", signature),
    ];
    for (label, text) in facts {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            writeln!(out, "- **{label}:** {text}")?;
        }
    }
    writeln!(out)?;
    ticket
        .remedies
        .iter()
        .try_for_each(|remedy| what_to_do(out, remedy))?;
    proof(out, &ticket.proof)?;
    let also = ticket.others.iter().map(|line| format!("Also {line}"));
    let notes = ticket.notices.iter().map(|note| format!("Note: {note}"));
    let lines: Vec<String> = also.chain(notes).collect();
    lines
        .iter()
        .try_for_each(|line| writeln!(out, "- {}", prose(line)))?;
    match lines.is_empty() {
        true => Ok(()),
        false => writeln!(out),
    }
}

fn what_to_do(out: &mut dyn Write, remedy: &Remedy) -> io::Result<()> {
    writeln!(out, "### What to do: {}\n", prose(&remedy.title))?;
    writeln!(out, "{} ({})\n", prose(&remedy.cause), code(&remedy.rule))?;
    for (number, step) in (1..).zip(&remedy.steps) {
        writeln!(out, "{number}. {}", prose(step))?;
    }
    if !remedy.steps.is_empty() {
        writeln!(out)?;
    }
    for article in &remedy.articles {
        let note = prose(&ticket::article_note(article));
        let title = prose(&article.title);
        match ticket::address(&article.url) {
            Some(url) => writeln!(out, "- [{title}](<{url}>) ({note})")?,
            None => writeln!(out, "- {title} ({note}), {}", code(&article.url))?,
        }
    }
    match remedy.articles.is_empty() {
        true => Ok(()),
        false => writeln!(out),
    }
}

/// The lines in a block whose fence is longer than any run of backticks in it.
fn proof(out: &mut dyn Write, lines: &[(u64, String)]) -> io::Result<()> {
    let Some((last, _)) = lines.last() else {
        return Ok(());
    };
    let longest = lines.iter().map(|(_, text)| longest_run(text)).max();
    let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
    let width = last.to_string().len();
    writeln!(out, "### Lines of the log that prove it\n\n{fence}text")?;
    for (line, text) in lines {
        writeln!(out, "{line:>width$}: {text}")?;
    }
    writeln!(out, "{fence}\n")
}

/// What to do, for the help of a rule: as plain text and as Markdown.
pub fn help(remedy: &Remedy) -> (String, String) {
    let mut text = format!("{}\n", remedy.cause);
    for (number, step) in (1..).zip(&remedy.steps) {
        text.push_str(&format!("{number}. {step}\n"));
    }
    let mut page = Vec::new();
    // A vector takes everything.
    what_to_do(&mut page, remedy).ok();
    (text, String::from_utf8_lossy(&page).into_owned())
}

fn list(out: &mut dyn Write, title: &str, lines: impl Iterator<Item = String>) -> io::Result<()> {
    let mut lines = lines.peekable();
    if lines.peek().is_some() {
        writeln!(out, "\n{title}:\n")?;
    }
    lines.try_for_each(|line| writeln!(out, "- {}", prose(&line)))
}

/// Text in one line in which nothing is taken for Markdown or HTML, and nothing fires.
fn prose(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 16);
    let mut span = String::new();
    for word in text.split_whitespace() {
        match fires(word) {
            true if span.is_empty() => span.push_str(word),
            true => {
                span.push(' ');
                span.push_str(word);
            }
            false => {
                flush(&mut safe, &mut span);
                separate(&mut safe);
                escape_into(&mut safe, word);
            }
        }
    }
    flush(&mut safe, &mut span);
    safe
}

/// Puts a span into code, without the signs of the sentence around it.
fn flush(safe: &mut String, span: &mut String) {
    if span.is_empty() {
        return;
    }
    let count = |text: &str, sign: char| text.chars().filter(|c| *c == sign).count();
    let mut inner = span.as_str();
    while let Some(shorter) = inner.strip_suffix(['.', ',', ';', ':', '?', ')']) {
        let ours = inner.ends_with(')') && count(inner, '(') >= count(inner, ')');
        if ours || shorter.is_empty() {
            break;
        }
        inner = shorter;
    }
    let tail = span.get(inner.len()..).unwrap_or_default();
    separate(safe);
    if count(inner, '(') > count(inner, ')')
        && let Some(rest) = inner.strip_prefix('(').filter(|rest| !rest.is_empty())
    {
        safe.push('(');
        inner = rest;
    }
    safe.push_str(&code(inner));
    safe.push_str(tail);
    span.clear();
}

fn separate(safe: &mut String) {
    if !safe.is_empty() {
        safe.push(' ');
    }
}

/// Whether a word could act: a mention, a reference, an address, a short code of an emoji, the name
/// of a commit, a formula; and paths, which read better in code.
fn fires(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| c.is_ascii_punctuation());
    let commit = (7..=40).contains(&bare.len())
        && bare.bytes().all(|b| b.is_ascii_hexdigit())
        && bare.bytes().any(|b| b.is_ascii_alphabetic());
    let lower = bare.to_ascii_lowercase();
    commit
        || has_short_code(word)
        || word.contains("://")
        || word.contains(['@', '\\', '$', '`'])
        || lower.starts_with("www.")
        || lower.starts_with("gh-")
        || lower.starts_with("mailto:")
        || before_a_name(word)
}

/// Whether `:name:` stands in a word, which becomes an emoji; the minutes of a time do not.
fn has_short_code(word: &str) -> bool {
    let mut parts = word.split(':').skip(1).peekable();
    while let (Some(part), Some(_)) = (parts.next(), parts.peek()) {
        let named = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'+' | b'-');
        let minutes = part.len() < 3 && part.bytes().all(|b| b.is_ascii_digit());
        if !minutes && part.bytes().all(named) {
            return true;
        }
    }
    false
}

/// Whether one of the marks before a number or name (`#12`, `!12`, `~label`, `%stone`) stands there.
fn before_a_name(word: &str) -> bool {
    let mut previous = ' ';
    word.chars().any(|c| {
        let found = matches!(previous, '#' | '!' | '~' | '%' | '&' | '^')
            && (c.is_alphanumeric() || c == '"');
        previous = c;
        found
    })
}

/// A word with a backslash before what Markdown would read. At the beginning of a line also the
/// signs of lists and underlines.
fn escape_into(safe: &mut String, word: &str) {
    let first = safe.is_empty();
    let number = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbers = word.len() - number.len();
    for (place, c) in clean(word).chars().enumerate() {
        let listed = first
            && match c {
                '-' | '+' | '=' => place == 0,
                '.' | ')' => numbers > 0 && place == numbers,
                _ => false,
            };
        match c {
            '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '&' | '^' | '{' | '}' | '\\'
            | '`' | '$' => safe.extend(['\\', c]),
            c if listed => safe.extend(['\\', c]),
            c => safe.push(c),
        }
    }
}

/// Text as a code span, whatever backticks it holds.
fn code(text: &str) -> String {
    let text = clean(text);
    let text = text.trim();
    if text.is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(text) + 1);
    let pad = match text.starts_with('`') || text.ends_with('`') {
        true => " ",
        false => "",
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
#[path = "markdown_tests.rs"]
mod tests;
