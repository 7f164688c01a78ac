//! One page of HTML that stands alone: no script, nothing fetched, good to mail and to print.
//!
//! It is written as XML too, so that strict programs read it; texts of a log are escaped and their
//! control characters shown.

use std::io::{self, Write};

use super::layout::clean;
use super::model::LogReport;
use super::ticket::{self, Ticket, Told, Worked};
use super::writer::{ScanEnd, Writer};
use crate::diagnosis::Remedy;

const HEAD: &str = concat!(
    r#"<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
<meta name="generator" content="msilog "#,
    env!("CARGO_PKG_VERSION"),
    r#"" />
<title>Why installations failed</title>
<style>"#,
    include_str!("page.css"),
    "</style>
</head>
<body>
<h1>Why installations failed</h1>
"
);

/// Writes the page as reports come.
#[derive(Debug, Default)]
pub struct Page {
    begun: bool,
    worked: Worked,
}

impl Writer for Page {
    /// Writes the section of a log that failed, a line of one without an end; keeps in mind one
    /// that worked.
    fn log(&mut self, out: &mut dyn Write, report: &LogReport) -> io::Result<()> {
        self.begin(out)?;
        match ticket::told(report) {
            Told::Worked(line) => {
                self.worked.add(line);
                Ok(())
            }
            Told::Doubtful(line) => writeln!(out, "<p>{}</p>", text(&line)),
            Told::Failed(ticket) => section(out, &ticket),
        }
    }

    /// Writes what stands behind the reports.
    fn end(&mut self, out: &mut dyn Write, end: &ScanEnd<'_>) -> io::Result<()> {
        self.begin(out)?;
        writeln!(
            out,
            "<section>\n<h2>{}</h2>",
            text(&ticket::totals(end.summary))
        )?;
        list(out, "Could not be read", ticket::unread(end.errors))?;
        list(out, "Worked", self.worked.lines().into_iter())?;
        writeln!(out, "</section>\n</body>\n</html>")
    }
}

impl Page {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        match std::mem::replace(&mut self.begun, true) {
            true => Ok(()),
            false => out.write_all(HEAD.as_bytes()),
        }
    }
}

fn section(out: &mut dyn Write, ticket: &Ticket<'_>) -> io::Result<()> {
    writeln!(out, "<section>\n<h2>{}</h2>\n<dl>", text(&ticket.headline))?;
    let code = |content: &str| format!("<code>{}</code>", text(content));
    let facts = [
        ("Log", Some(code(ticket.log))),
        ("Where it ran", Some(text(&ticket.origin.join(", ")))),
        ("Why", Some(text(&ticket.why))),
        ("Action", ticket.place.as_deref().map(text)),
        ("Codes", Some(text(&ticket.codes.join("; ")))),
        ("How sure", ticket.sure.as_deref().map(text)),
        ("Signature", ticket.signature.map(code)),
    ];
    for (label, content) in facts {
        if let Some(content) = content.filter(|content| !content.is_empty()) {
            writeln!(out, "<dt>{label}</dt><dd>{content}</dd>")?;
        }
    }
    writeln!(out, "</dl>")?;
    ticket
        .remedies
        .iter()
        .try_for_each(|remedy| what_to_do(out, remedy))?;
    proof(out, &ticket.proof)?;
    let also = ticket.others.iter().map(|line| format!("Also {line}"));
    let notes = ticket.notices.iter().map(|note| format!("Note: {note}"));
    items(out, "ul", also.chain(notes).map(|line| text(&line)))?;
    writeln!(out, "</section>")
}

fn what_to_do(out: &mut dyn Write, remedy: &Remedy) -> io::Result<()> {
    writeln!(
        out,
        "<h3>What to do: {}</h3>\n<p>{} (<code>{}</code>)</p>",
        text(&remedy.title),
        text(&remedy.cause),
        text(&remedy.rule)
    )?;
    items(out, "ol", remedy.steps.iter().map(|step| text(step)))?;
    let articles = remedy.articles.iter().map(|article| {
        let note = text(&ticket::article_note(article));
        let title = text(&article.title);
        match ticket::address(&article.url) {
            Some(url) => format!("<a href=\"{}\">{title}</a> ({note})", text(&url)),
            None => format!("{title} ({note}), <code>{}</code>", text(&article.url)),
        }
    });
    items(out, "ul", articles)
}

fn proof(out: &mut dyn Write, lines: &[(u64, String)]) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h3>Lines of the log that prove it</h3>\n<table>")?;
    for (line, content) in lines {
        let content = text(content);
        writeln!(
            out,
            "<tr><th>{line}</th><td><code>{content}</code></td></tr>"
        )?;
    }
    writeln!(out, "</table>")
}

fn list(out: &mut dyn Write, title: &str, lines: impl Iterator<Item = String>) -> io::Result<()> {
    let mut lines = lines.peekable();
    if lines.peek().is_none() {
        return Ok(());
    }
    writeln!(out, "<p>{title}:</p>")?;
    items(out, "ul", lines.map(|line| text(&line)))
}

/// A list of what is escaped already; nothing where there is nothing.
fn items(
    out: &mut dyn Write,
    list: &str,
    contents: impl Iterator<Item = String>,
) -> io::Result<()> {
    let mut contents = contents.peekable();
    if contents.peek().is_none() {
        return Ok(());
    }
    writeln!(out, "<{list}>")?;
    contents.try_for_each(|content| writeln!(out, "<li>{content}</li>"))?;
    writeln!(out, "</{list}>")
}

/// Text in which nothing is taken for HTML, also between quotes.
fn text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 16);
    for c in clean(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // XML has no place for these two.
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::super::specimen;
    use super::*;
    use crate::report::json::ReadError;

    fn page(reports: &[LogReport], errors: &[ReadError]) -> String {
        let mut out = Vec::new();
        let mut page = Page::default();
        reports
            .iter()
            .for_each(|report| page.log(&mut out, report).unwrap());
        page.end(&mut out, &specimen::end(errors)).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn parsed(page: &str) -> roxmltree::Document<'_> {
        let options = roxmltree::ParsingOptions {
            allow_dtd: true,
            ..Default::default()
        };
        roxmltree::Document::parse_with_options(page, options).unwrap()
    }

    #[test]
    fn a_page_is_well_formed_and_says_it_all() {
        let page = page(&[specimen::failure(), specimen::success()], &[]);
        let document = parsed(&page);
        let named = |name| {
            document
                .descendants()
                .filter(|n| n.has_tag_name(("http://www.w3.org/1999/xhtml", name)))
                .count()
        };
        assert_eq!((named("h1"), named("section"), named("script")), (1, 2, 0));
        assert_eq!(named("a"), 12);
        assert!(page.contains("good.log: Installation of Harbour Planner"));
    }

    #[test]
    fn a_page_about_nothing_is_a_page() {
        let errors = [ReadError {
            path: "<a>".into(),
            message: "gone & \u{1}".into(),
        }];
        assert!(page(&[], &errors).contains("&lt;a&gt;: gone &amp; \\u{1}"));
        parsed(&page(&[], &[]));
    }
}
