//! Markdown as a program that reads it sees it.

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::*;
use crate::report::LogReport;
use crate::report::json::ReadError;
use crate::report::tests::specimen;

fn page(reports: &[LogReport], errors: &[ReadError]) -> String {
    specimen::written(&mut Page::default(), reports, errors)
}

/// All that a page may be read with, but for the one that makes dashes and quotes pretty: it changes
/// signs on purpose.
fn extensions() -> Options {
    Options::all() - Options::ENABLE_SMART_PUNCTUATION
}

/// Text, code and breaks, and the names of everything else.
fn read(markdown: &str) -> (String, Vec<String>) {
    let mut text = String::new();
    let mut others = Vec::new();
    for event in Parser::new_ext(markdown, extensions()) {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::SoftBreak => text.push('\n'),
            Event::Start(Tag::Paragraph) | Event::End(_) => {}
            other => others.push(format!("{other:?}")),
        }
    }
    (text, others)
}

#[test]
fn sections_lists_links_and_proof() {
    let page = page(&[specimen::failure(), specimen::success()], &[]);
    let events: Vec<Event<'_>> = Parser::new_ext(&page, extensions()).collect();
    let count = |wanted: fn(&Tag<'_>) -> bool| {
        let starts = events.iter().filter(|event| match event {
            Event::Start(tag) => wanted(tag),
            _ => false,
        });
        starts.count()
    };
    // The failure and the totals; three remedies and the proof.
    assert_eq!(count(|tag| matches!(tag, Tag::Heading { .. })), 2 + 4);
    assert_eq!(count(|tag| matches!(tag, Tag::CodeBlock(_))), 1);
    assert_eq!(count(|tag| matches!(tag, Tag::Link { .. })), 12);
    assert_eq!(count(|tag| matches!(tag, Tag::List(Some(1)))), 3);
    assert!(page.contains("\n471: "));
    assert!(page.contains("- good.log: Installation of Harbour Planner"));
}

#[test]
fn nothing_of_a_log_acts() {
    for text in [
        "a*b*c _d_ ~~e~~ **f** [g](h) ![i](j) <b>k</b> <!-- l --> &amp; m|n",
        "# heading",
        "- item",
        "+ item",
        "1. item",
        "23) item",
        "> quote",
        "```",
        "~~~",
        "---",
        "===",
        "a@b.example @team #123 o/r#4 !5 GH-6 http://x.example www.x.example :tada: $x$ `y` ``z",
        "C:\\Program Files\\x*y*\\z deadbeef1 a\u{1}b <script>alert(1)</script> [^1] {#id} \\",
        "[x]: http://x.example",
        "| a | b |",
        "\t    code",
        "[ ] todo",
        "^^",
        "--- title ---",
    ] {
        let (read, others) = read(&Markdown::text(text));
        assert_eq!(others, [""; 0], "{text}");
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words(&read), words(&clean(text)), "{text}");
        let (_, others) = self::read(&format!("- {}", Markdown::text(text)));
        assert_eq!(others.len(), 2, "{text}: {others:?}");
    }
}

#[test]
fn marks_of_programs_stand_in_code() {
    for mark in [
        "@team",
        "(@team)",
        "#12",
        "o/r#12",
        "!12",
        "~label",
        "GH-12",
        "https://a.example",
        "www.a.example",
        "1a2b3c4d5e",
    ] {
        assert!(Markdown::text(mark).starts_with('`'), "{mark}");
    }
    for plain in ["1603", "failed!", "5%", "code:", "a-b", "12:02:17", "a::b"] {
        assert_eq!(Markdown::text(plain), plain);
    }
    for (text, wanted) in [
        (
            r"in C:\Program Files\A now",
            r"in `C:\Program` `Files\A` now",
        ),
        (r"(path: C:\A\b).", r"(path: `C:\A\b`)."),
        (r"(C:\A\b), (x)", r"`(C:\A\b)`, (x)"),
        (r"C:\A(x86)", r"`C:\A(x86)`"),
        ("%temp%.", "`%temp%`."),
        (":tada:", "`:tada`:"),
        (r"\", r"`\`"),
        ("1. @a", "1\\. `@a`"),
    ] {
        assert_eq!(Markdown::text(text), wanted.replace("` `", " "));
    }
}

#[test]
fn a_fence_is_longer_than_what_it_holds() {
    let lines = Markdown::proof(&[(9, "`````".into()), (10, "x".into())], None);
    let page = Markdown::heading(3, "Lines") + &lines;
    let (text, _) = read(&page);
    assert!(
        page.contains("\n``````text\n 9: `````\n10: x\n``````\n"),
        "{page}"
    );
    assert!(text.ends_with(" 9: `````\n10: x\n"), "{text}");
    assert_eq!(Markdown::code("`a``b`"), "``` `a``b` ```");
}
