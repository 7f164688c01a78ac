//! One page of HTML that stands alone: no script, nothing fetched, good to mail and to print.
//!
//! It is written as XML too, so that strict programs read it; texts of a log are escaped and their
//! control characters shown.

use super::layout::clean;
use super::page::{Form, List, Page as PageIn};
use crate::run::Outcome;

/// Writes the page as reports come.
pub type Page = PageIn<Html>;

/// HTML that is XML too.
#[derive(Debug, Default)]
pub struct Html;

impl Form for Html {
    const HEAD: &'static str = concat!(
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

    /// Nothing is taken for HTML, also between quotes.
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

    fn code(text: &str) -> String {
        format!("<code>{}</code>", Self::text(text))
    }

    fn command(text: &str) -> String {
        format!("<pre class=\"command\"><code>{}</code></pre>", Self::text(text))
    }

    fn heading(level: usize, content: &str) -> String {
        format!("<h{level}>{content}</h{level}>\n")
    }

    fn paragraph(content: &str) -> String {
        format!("<p>{content}</p>\n")
    }

    fn fact(label: &str, content: &str) -> String {
        format!("<dt>{label}</dt><dd>{content}</dd>")
    }

    fn list(list: List, contents: &[String]) -> String {
        let (name, open, close) = match list {
            List::Facts => ("dl", "", ""),
            List::Numbered => ("ol", "<li>", "</li>"),
            List::Plain => ("ul", "<li>", "</li>"),
        };
        let lines = contents.iter();
        let lines: String = lines.map(|c| format!("{open}{c}{close}\n")).collect();
        format!("<{name}>\n{lines}</{name}>\n")
    }

    fn link(title: &str, url: &str) -> String {
        format!("<a href=\"{}\">{title}</a>", Self::text(url))
    }

    fn proof(lines: &[(u64, String)], cause: Option<u64>) -> String {
        let row = |(line, text): &(u64, String)| {
            let code = Self::code(text);
            let class = match Some(*line) == cause {
                true => " class=\"cause\"",
                false => "",
            };
            format!("<tr{class}><th scope=\"row\">{line}</th><td>{code}</td></tr>\n")
        };
        let rows: String = lines.iter().map(row).collect();
        format!("<table class=\"proof\">\n{rows}</table>\n")
    }

    fn section(content: String, outcome: Option<Outcome>) -> String {
        let class = match outcome {
            Some(Outcome::Failed) => " class=\"failed\"",
            Some(Outcome::Succeeded | Outcome::SucceededReboot) => " class=\"worked\"",
            Some(Outcome::Cancelled | Outcome::Incomplete) => " class=\"doubtful\"",
            None => "",
        };
        format!("<section{class}>\n{content}</section>\n")
    }

    fn last(content: String) -> String {
        Self::section(content, None) + "</body>\n</html>\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::LogReport;
    use crate::report::json::ReadError;
    use crate::report::tests::specimen;

    fn page(reports: &[LogReport], errors: &[ReadError]) -> String {
        specimen::written(&mut Page::default(), reports, errors)
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
