//! Whatever stands in a report, every writer makes of it what its reader takes.

use proptest::prelude::*;

use super::specimen;
use crate::report::json::ReadError;
use crate::report::writer::Writer;
use crate::report::{LogReport, csv, html, junit, markdown, sarif};

/// Pieces that have a meaning in one format or another, among any characters.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => any::<String>(),
        4 => proptest::sample::select(vec![
            "]]>", "<script>alert(1)</script>", "=1+1", "-", "+", "@team", "#12", "\"", "\"\"", "'", ",", ";",
            "\r\n", "\n", "\r", "\t", "\0", "\u{1b}[31m", "\u{9b}", "\u{fffd}", "\u{fffe}", "\u{ffff}",
            "\u{202e}", "\u{feff}", "\u{85}", "\u{2028}", "`", "```", "~~~", "|", "&amp;", "&#0;", "<!--",
            "-->", "[a](b)", "![", "](", "{0}", "{", "}", "\\", "C:\\a b\\", "../", "//x/y", "1.", "1)", "# ",
            "> ", "---", "===", "$x$", "www.a.example", "http://a.example", "    x", "%41", " ", "[^1]", "*_*",
        ]).prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

/// A report with the texts wherever a log's text may stand.
fn report(texts: &[String]) -> LogReport {
    let mut texts = texts.iter().cycle().cloned();
    let mut next = || texts.next().unwrap_or_default();
    let mut report = specimen::failure();
    report.path = next();
    report.notices = vec![next()];
    for session in &mut report.sessions {
        session.product.name = Some(next());
        session.product.version = Some(next());
        session.machine.name = Some(next());
        session.machine.windows = Some(next());
        session.started = Some(next());
        session.exit_name = Some(next());
        let failure = session.failure.as_mut().unwrap();
        failure.action = Some(next());
        failure.signature = next();
        let cause = failure.cause.as_mut().unwrap();
        (cause.text, cause.explanation) = (next(), Some(next()));
        cause.code.meaning = Some(next());
        for proof in &mut failure.evidence {
            (proof.text, proof.role) = (next(), next().into());
        }
        for remedy in &mut failure.remedies {
            (remedy.rule, remedy.title, remedy.cause) = (next(), next(), next());
            remedy.steps = vec![next(), next()];
            remedy.articles.truncate(1);
            for article in &mut remedy.articles {
                (article.kb, article.title, article.status) = (next(), next(), next());
                article.url = format!("https://{}", next());
            }
        }
    }
    report
}

/// No terminal is told anything.
fn is_quiet(text: &str) -> bool {
    !text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

fn xml(text: &str) -> roxmltree::Document<'_> {
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        ..Default::default()
    };
    roxmltree::Document::parse_with_options(text, options).unwrap()
}

fn elements(document: &roxmltree::Document<'_>) -> Vec<String> {
    let elements = document.descendants().filter(|node| node.is_element());
    elements
        .map(|node| node.tag_name().name().to_owned())
        .collect()
}

/// The events of Markdown without the texts, code and what lies within a line.
fn blocks(page: &str) -> Vec<String> {
    use pulldown_cmark::{Event, Options, Parser};
    let events = Parser::new_ext(page, Options::all());
    let blocks = events.filter_map(|event| match event {
        Event::Text(_) | Event::Code(_) => None,
        // Addresses differ.
        Event::Start(pulldown_cmark::Tag::Link { .. }) => Some("link".to_owned()),
        other => Some(format!("{other:?}")),
    });
    blocks.collect()
}

fn markdown_page(report: &LogReport, errors: &[ReadError]) -> String {
    specimen::written(
        &mut markdown::Page::default(),
        std::slice::from_ref(report),
        errors,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_text_survives_every_writer(texts in proptest::collection::vec(texts(), 1..40)) {
        let report = report(&texts);
        let errors = [ReadError { path: report.path.clone(), message: texts.concat() }];
        let written = |writer: &mut dyn Writer| {
            specimen::written(writer, std::slice::from_ref(&report), &errors)
        };

        let table = written(&mut csv::Table);
        prop_assert!(is_quiet(&table));
        let rows: Vec<_> = ::csv::Reader::from_reader(table.as_bytes())
            .into_records()
            .collect::<Result<_, _>>()
            .unwrap();
        prop_assert_eq!(rows.len(), 1);
        prop_assert!(rows[0].iter().all(|cell| cell == "-" || cell.parse::<f64>().is_ok()
            || !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])));

        let run = written(&mut sarif::Run::default());
        let run: serde_json::Value = serde_json::from_str(&run).unwrap();
        prop_assert_eq!(run["runs"][0]["results"].as_array().unwrap().len(), 1);

        let suites = written(&mut junit::Suites);
        prop_assert!(is_quiet(&suites));
        let elements_read = elements(&xml(&suites));
        prop_assert_eq!(elements_read, ["testsuites", "testsuite", "testcase", "failure", "testsuite", "testcase", "error"]);

        let page = written(&mut html::Page::default());
        prop_assert!(is_quiet(&page));
        let known = ["html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "section", "dl", "dt", "dd",
            "code", "p", "ol", "ul", "li", "a", "table", "tr", "th", "td", "main", "pre", "script"];
        let found = elements(&xml(&page));
        prop_assert!(found.iter().all(|name| known.contains(&name.as_str())));
        prop_assert_eq!(found.iter().filter(|name| *name == "script").count(), 1);
    }

    #[test]
    fn any_text_leaves_the_markdown_in_shape(texts in proptest::collection::vec(texts(), 1..40)) {
        // The same shape as with harmless words: what a log says opens and closes nothing.
        let filled: Vec<String> = texts.iter().map(|text| format!("a {text} a")).collect();
        let plain: Vec<String> = texts.iter().map(|_| "a".to_owned()).collect();
        let page = markdown_page(&report(&filled), &[]);
        prop_assert!(is_quiet(&page));
        prop_assert_eq!(blocks(&page), blocks(&markdown_page(&report(&plain), &[])), "{}", page);
        // Without the words around it nothing acts either, though an empty text may leave a list out.
        let page = markdown_page(&report(&texts), &[]);
        let html = blocks(&page).iter().any(|block| block.contains("Html") || block.contains("Image"));
        prop_assert!(!html, "{}", page);
    }
}
