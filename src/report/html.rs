//! One page of HTML that stands alone: nothing fetched, no script but its own, good to mail and to
//! print.
//!
//! It is written as XML too, so that strict programs read it; texts of a log are escaped and their
//! control characters shown.

use sha1::Digest as _;

use super::layout::clean;
use super::model::{Kind, LogReport, SessionReport, file_name};
use super::page::{Form, List, Page as PageIn, percent_encoded};
use super::reason;
use super::words;
use crate::run::Outcome;

/// Writes the page as reports come.
pub type Page = PageIn<Html>;

/// HTML that is XML too.
#[derive(Debug, Default)]
pub struct Html {
    /// Each log that did not work has a page of its own beside this one.
    pub pages: bool,
}

/// The script of a page of many logs, as it stands between its tags. It adds charts and a table that
/// can be sorted; all that it shows stands in the page without it.
const SCRIPT: &str = concat!("//<![CDATA[\n", include_str!("many.js"), "//]]>");

/// Whether a log has a page of its own in a folder of pages: it did not work, or may not have.
#[must_use]
pub fn has_page(report: &LogReport) -> bool {
    let principal = report.principal();
    let worked = |s: &SessionReport| s.outcome.worked() && s.failure.is_none();
    report.kind != Kind::Unrecognised && principal.is_some_and(|session| !worked(session))
}

/// Name of the page of the log at this path: no two paths share one, and every system takes it.
#[must_use]
pub fn page_name(path: &str) -> String {
    let safe = |c: char| {
        if c.is_ascii_alphanumeric() || c == '.' {
            c
        } else {
            '-'
        }
    };
    let name: String = file_name(path).chars().map(safe).take(60).collect();
    let mark = sha1::Sha1::digest(path.as_bytes());
    let mark: String = mark
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{}-{mark}.html", name.trim_matches(['.', '-']))
}

/// What the table and the charts of a page are made of, as attributes of a section.
fn facts(report: &LogReport, session: &SessionReport) -> String {
    let class = match session.outcome {
        Outcome::Failed => "failed",
        Outcome::Succeeded | Outcome::SucceededReboot => "worked",
        Outcome::Cancelled | Outcome::Incomplete => "doubtful",
    };
    let signature = session
        .failure
        .as_ref()
        .map(|failure| failure.signature.clone());
    let day = session
        .started
        .as_ref()
        .map(|when| when.chars().take(10).collect());
    let told = [
        ("log", Some(report.path.clone())),
        ("machine", session.machine.name.clone()),
        ("product", words::product(session)),
        (
            "cause",
            session
                .failure
                .as_ref()
                .map(|f| reason::sentences(session, f).0),
        ),
        ("signature", signature),
        ("day", day),
    ];
    let told = told.into_iter().filter_map(|(name, value)| {
        let value = Html::text(&value?);
        Some(format!(" data-{name}=\"{value}\""))
    });
    let told: String = told.collect();
    format!(" class=\"{class}\"{told}")
}

impl Form for Html {
    const HEAD: &'static str = concat!(
        r#"<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-"#,
        include_str!("many.sha256"),
        r#"'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'" />
<meta name="generator" content="msilog "#,
        env!("CARGO_PKG_VERSION"),
        r#"" />
<title>Why installations failed</title>
<style>"#,
        include_str!("page.css"),
        "</style>
</head>
<body>
<main>
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
        format!(
            "<pre class=\"command\"><code>{}</code></pre>",
            Self::text(text)
        )
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
        // A page that is shown inside another one would give way to the article.
        let away = match url.starts_with("http") {
            true => " target=\"_blank\" rel=\"noopener noreferrer\"",
            false => "",
        };
        format!("<a href=\"{}\"{away}>{title}</a>", Self::text(url))
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

    fn section(content: String, about: Option<(&LogReport, &SessionReport)>) -> String {
        let told = about.map(|(report, session)| facts(report, session));
        let told = told.unwrap_or_default();
        format!("<section{told}>\n{content}</section>\n")
    }

    fn more(&self, report: &LogReport) -> String {
        match self.pages {
            true => {
                let name = percent_encoded(&page_name(&report.path), "-._");
                let link = Self::link(
                    "The whole log, with times and properties",
                    &format!("pages/{name}"),
                );
                Self::paragraph(&link)
            }
            false => String::new(),
        }
    }

    fn last(content: String) -> String {
        let script = format!("<script>{SCRIPT}</script>\n");
        Self::section(content, None) + "</main>\n" + &script + "</body>\n</html>\n"
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
        assert_eq!((named("h1"), named("section"), named("script")), (1, 2, 1));
        assert_eq!(named("a"), 12);
        assert!(page.contains("good.log: Installation of Harbour Planner"));
    }

    #[test]
    fn the_policy_allows_the_script_and_no_other() {
        let known = include_str!("many.sha256");
        crate::report::tests::script_is_allowed(SCRIPT, known, "src/report/many.sha256");
    }

    #[test]
    fn no_two_logs_share_a_page() {
        let names = [
            "a/x.log",
            "b/x.log",
            "all.zip!/a/x.log",
            "C:\\a\\x.log",
            "con",
            "..",
            "ä/é",
        ];
        let pages: Vec<String> = names.iter().map(|name| page_name(name)).collect();
        for (at, page) in pages.iter().enumerate() {
            assert!(
                page.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b))
            );
            assert!(
                !page.starts_with('.') && !pages[..at].contains(page),
                "{page}"
            );
        }
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
