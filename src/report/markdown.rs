//! Markdown for a ticket: what failed, why, what to do, how sure, and the lines that prove it.
//!
//! Texts of a log must not act where the ticket is pasted. Whatever Markdown or HTML would read as
//! its own is escaped, and a word that the program around the ticket may act on (`@name`, `#123`, an
//! address, a path) stands in a code span: the marks of GitHub, GitLab and the like are looked for
//! after escapes are gone, but never in code.

use super::layout::clean;
use super::page::{self, Form, List, Page as PageIn};
use crate::diagnosis::Remedy;
use crate::knowledge::rules;

/// Writes tickets as reports come.
pub type Page = PageIn<Markdown>;

/// Markdown, as programs that show tickets read it.
#[derive(Debug, Default)]
pub struct Markdown;

impl Form for Markdown {
    /// In one line, in which nothing is taken for Markdown or HTML, and nothing fires.
    fn text(text: &str) -> String {
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

    /// A code span, whatever backticks it holds.
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

    fn heading(level: usize, content: &str) -> String {
        format!("{} {content}\n\n", "#".repeat(level))
    }

    fn paragraph(content: &str) -> String {
        format!("{content}\n\n")
    }

    fn fact(label: &str, content: &str) -> String {
        format!("**{label}:** {content}")
    }

    fn list(list: List, contents: &[String]) -> String {
        let line = |(number, content): (usize, &String)| match list {
            List::Numbered => format!("{number}. {content}\n"),
            List::Facts | List::Plain => format!("- {content}\n"),
        };
        let lines: String = (1..).zip(contents).map(line).collect();
        lines + "\n"
    }

    fn link(title: &str, url: &str) -> String {
        format!("[{title}](<{url}>)")
    }

    /// A block whose fence is longer than any run of backticks in it.
    fn proof(lines: &[(u64, String)], _cause: Option<u64>) -> String {
        let longest = lines.iter().map(|(_, text)| longest_run(text)).max();
        let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
        let width = lines.last().map_or(0, |(last, _)| last.to_string().len());
        let line = |(line, text): &(u64, String)| format!("{line:>width$}: {text}\n");
        let lines: String = lines.iter().map(line).collect();
        format!("{fence}text\n{lines}{fence}\n\n")
    }

    /// No empty line stands at the end.
    fn last(mut content: String) -> String {
        content.pop();
        content
    }
}

/// What to do, for the help of a rule: as plain text and as Markdown.
pub fn help(remedy: &Remedy) -> (String, String) {
    let steps = (1..).zip(&remedy.steps);
    let steps: String = steps
        .map(|(n, step)| format!("{n}. {}\n", rules::plain(step)))
        .collect();
    let text = format!("{}\n{steps}", remedy.cause);
    (text, page::what_to_do::<Markdown>(remedy, 3))
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
    safe.push_str(&Markdown::code(inner));
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

/// The longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
#[path = "markdown_tests.rs"]
mod tests;
