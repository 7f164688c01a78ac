//! The page of one log: what failed, why and what to do on top, and below it the whole log, line by
//! line, with what each line is, the times of all actions, properties, features and the rest that a
//! log tells. It stands alone: nothing is fetched, and the only script is its own.
//!
//! What comes from a log is written as text or as data, never as markup, and the script makes text of
//! it: the page's policy lets no other script run and no request leave.

mod how;
mod lines;
#[cfg(feature = "cli")]
pub mod side_by_side;
mod tables;

use std::io::{self, Read, Write};

use serde::Serialize;

use crate::details::Details;
use crate::report::html::Html;
use crate::report::page::{Form, section};
use crate::report::{LogReport, file_name};
use crate::text::Encoding;

/// The script of every page, as it stands between its tags.
const SCRIPT: &str = concat!("//<![CDATA[\n", include_str!("app.js"), "//]]>");
/// Base64 of the SHA-256 of [`SCRIPT`], by which the page allows it; a test keeps it right.
const SCRIPT_SHA256: &str = include_str!("app.sha256");

/// The text of a log.
pub struct LogText<R> {
    /// Its bytes, from the beginning.
    pub bytes: R,
    /// Its encoding; `None`: told from the bytes.
    pub encoding: Option<Encoding>,
}

/// Writes the page of a log. Without its text, or without its details, the page says the rest.
///
/// # Errors
/// What the log's reader or the writer gives.
pub fn write<R: Read>(
    out: &mut dyn Write,
    report: &LogReport,
    details: Option<&Details>,
    text: Option<LogText<R>>,
) -> io::Result<()> {
    let title = file_name(&report.path);
    head(out, title, Some(SCRIPT_SHA256), include_str!("app.css"))?;
    verdict(out, report)?;
    out.write_all(FRAME.as_bytes())?;
    write!(out, "<script type=\"application/json\" id=\"data\">")?;
    out.write_all(b"{")?;
    lines::write(out, report, text)?;
    let details = details.map(|details| tables::of(report, details));
    let details = details.unwrap_or_default();
    out.write_all(b",\"actions\":")?;
    json(out, &details.actions)?;
    write!(out, ",\"left_out\":{},\"tables\":", details.left_out)?;
    json(out, &details.tables)?;
    write!(
        out,
        "}}</script>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"
    )
}

/// What stands before everything; `script`: the hash of the only script, where the page has one.
fn head(out: &mut dyn Write, title: &str, script: Option<&str>, css: &str) -> io::Result<()> {
    let title = Html::text(title);
    let script = script.map_or_else(|| "'none'".to_owned(), |hash| format!("'sha256-{hash}'"));
    let version = env!("CARGO_PKG_VERSION");
    let page = include_str!("../report/page.css");
    write!(
        out,
        r#"<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src {script}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'" />
<meta name="generator" content="msilog {version}" />
<title>{title}</title>
<style>{page}{css}</style>
</head>
<body>
<main>
"#
    )
}

/// What the report says, readable without any script.
fn verdict(out: &mut dyn Write, report: &LogReport) -> io::Result<()> {
    let part = match report.principal() {
        Some(session) => {
            Html::section(section::<Html>(report, session, 1), Some((report, session)))
        }
        None => {
            let name = Html::text(file_name(&report.path));
            let notices = report.notices.iter();
            let notices: String = notices.map(|n| Html::paragraph(&Html::text(n))).collect();
            let told = Html::paragraph("This is no log of an installation that msilog knows.");
            Html::section(Html::heading(1, &name) + &told + &notices, None)
        }
    };
    out.write_all(part.as_bytes())
}

/// What the script fills.
const FRAME: &str = r##"<noscript><p>Times and the whole log need JavaScript, which is off here.</p></noscript>
<section id="timeline" hidden="hidden"><h2>What ran, and how long</h2></section>
<section id="log"><h2>The whole log</h2>
<div class="tools" role="toolbar" aria-label="The log">
<input type="search" id="search" placeholder="Search (press /)" aria-label="Search in the log" />
<button type="button" id="previous-error" title="Key p">Previous problem</button>
<button type="button" id="next-error" title="Key n">Next problem</button>
<label><input type="checkbox" id="all-lines" /> All lines</label>
<span id="status" role="status"></span>
</div>
<details><summary>What the colours mean</summary><ul id="legend"></ul></details>
<div id="lines" class="lines"></div>
</section>
<section id="tables" hidden="hidden"><h2>What the log tells besides</h2></section>
</main>
"##;

/// JSON that may stand in a page: nothing in it is taken for markup.
fn json(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let text = serde_json::to_string(value)?;
    out.write_all(inert(&text).as_bytes())
}

/// The signs that mean something to a reader of HTML or XML, escaped as JSON allows. They stand only in strings.
fn inert(json: &str) -> String {
    let mut safe = String::with_capacity(json.len() + json.len() / 64);
    for c in json.chars() {
        match c {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            '\u{fffe}' => safe.push_str("\\ufffe"),
            '\u{ffff}' => safe.push_str("\\uffff"),
            '\u{7f}' => safe.push_str("\\u007f"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests;
