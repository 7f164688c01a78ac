//! What the first lines say about what is around a log.

use memchr::memmem;

use super::codec::{self, Base64, LEAST_CODE};
use super::front::Front;
use super::layer::{self, Layer};
use super::{Out, html, records, run_together};
use crate::text::near::places;
use crate::text::sniff;

/// So many lines are looked at.
const MOST_LINES: usize = 300;

/// So many lines tell whether a log is plain.
const FIRST_LINES: usize = 40;

/// A line of so many bytes is looked at more closely.
const LONG: usize = 4096;

/// Widest lines that a mail or a console breaks text into, in letters.
const WIDEST: usize = 170;

/// So many broken lines tell that lines were broken.
const LEAST_BROKEN: usize = 3;

/// A product code in quote marks and a little more: longer words have no room on most lines anyway.
const LONGEST_WORD: usize = 48;

/// Widths of consoles and of what captures them.
const EDGES: [usize; 8] = [78, 79, 80, 100, 119, 120, 132, 160];

/// Narrowest.
const NARROWEST: usize = 40;

/// Tags at the ends of lines.
const ENDS: [&str; 6] = ["<br>", "<br/>", "<br />", "</p>", "</div>", "</li>"];

/// Whether most of the first lines are records, and none looks odd. Most logs end here.
pub fn is_plain(text: &str) -> bool {
    let first = text.lines().filter(|line| !line.trim().is_empty());
    let first: Vec<_> = first.take(FIRST_LINES).collect();
    let lines = first.len();
    let (mut plain, mut within, mut tagged) = (0, 0, 0);
    let mut long = false;
    for line in &first {
        plain += usize::from(records::is_sure(line) || line.trim_start().starts_with("*******"));
        within += usize::from(prefixed_within(line) || holds_bundles(line));
        long |= line.len() > LONG;
        let end = line.trim_end();
        tagged += usize::from(end.ends_with('>') && ENDS.iter().any(|tag| end.ends_with(tag)));
    }
    let most_are_plain = plain > 0 && plain * 3 >= lines * 2;
    let broken = lines - plain >= LEAST_BROKEN && broken(&first).is_some();
    let odd = long
        || broken
        || coded_page(text)
        || within * 4 > plain
        || tagged * 2 > lines
        || entities(text)
        || signs(text);
    most_are_plain && !odd
}

/// Whether the engine's prefix stands in the line, but not at its begin.
fn prefixed_within(line: &str) -> bool {
    const NAME: &[u8] = b"MSI ";
    let bytes = line.as_bytes();
    places(bytes, b'(').any(|at| {
        let (before, rest) = (bytes.get(..at), bytes.get(at..).unwrap_or(&[]));
        let side = rest.starts_with(b"(s) (") || rest.starts_with(b"(c) (");
        side && at > NAME.len() && before.is_some_and(|before| before.ends_with(NAME))
    })
}

/// Whether something stands in the line, but not at its begin.
fn inside(line: &str, what: &str) -> bool {
    let (line, what) = (line.as_bytes(), what.as_bytes());
    let first = what.first().copied().unwrap_or(0);
    places(line, first)
        .any(|at| at > 0 && line.get(at..).is_some_and(|rest| rest.starts_with(what)))
}

/// Whether a record of a bundle begins in the middle of the line: its prefix ends so behind two numbers
/// of at most eight digits.
fn holds_bundles(line: &str) -> bool {
    let bytes = line.as_bytes();
    places(bytes, b'[').any(|at| {
        let date = bytes.get(at..).is_some_and(|rest| rest.starts_with(b"[20"));
        let before = bytes.get(..at).unwrap_or(&[]);
        date && before.ends_with(b"]") && before.len() > "[12345678:12345678]".len()
    })
}

/// The outermost layer, where there is one; `whole`: the text is all of the log.
pub fn layer(text: &str, whole: bool) -> Option<Layer> {
    let mut lines: Vec<_> = text.lines().take(MOST_LINES).collect();
    if !whole && lines.len() > 1 && lines.len() < MOST_LINES {
        lines.pop();
    }
    lines.retain(|line| !line.trim().is_empty());
    let all = lines.len();
    if base64(&lines) {
        return Some(Layer::Base64(Base64::default()));
    }
    if printable(&lines) {
        return Some(Layer::Printable(codec::Printable::default()));
    }
    if json(text) {
        return Some(Layer::Json(codec::Json::default()));
    }
    let marked = lines
        .iter()
        .filter(|l| l.starts_with('>') || l.starts_with("&gt;"));
    let first_is_marked = lines.first().is_some_and(|l| l.starts_with('>'));
    if first_is_marked || marked.count() * 10 >= all.max(1) * 3 {
        return Some(Layer::Quote);
    }
    if page(text, &lines) {
        return Some(Layer::Html);
    }
    if entities(text) {
        return Some(Layer::Entities);
    }
    if signs(text) {
        let doubled = memmem::find(text.as_bytes(), b"MSI  (").is_some();
        return Some(Layer::Signs { doubled });
    }
    let gained = lines.iter().filter(|line| {
        let inner = layer::markdown(line);
        inner != **line && records::begins(&inner) && !records::begins(line)
    });
    if gained.count() * 4 >= all.max(1) {
        return Some(Layer::Markdown);
    }
    // On one line, what stands before it becomes a line of its own.
    if all <= 2 && together(&lines) > all {
        return Some(Layer::RunTogether);
    }
    if let Some(front) = Front::learn(&lines) {
        return Some(Layer::Front(front));
    }
    if together(&lines) > 0 {
        return Some(Layer::RunTogether);
    }
    let (width, hard) = broken(&lines)?;
    let open = String::new();
    Some(Layer::Broken { width, hard, open })
}

/// Entities, and none of the signs that they stand for.
fn entities(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut any = false;
    for at in memchr::memchr_iter(b'&', bytes) {
        let entity = text.get(at..).and_then(html::entity);
        any |= entity.is_some_and(|(sign, _)| sign != '&');
    }
    any && memchr::memchr2(b'<', b'>', bytes).is_none()
}

/// Entities, and the tags that only pages have.
fn coded_page(text: &str) -> bool {
    const TAGS: [&str; 5] = ["<!DOCTYPE html", "<html", "<body", "<pre", "</pre>"];
    const ENTITIES: [&str; 4] = ["&quot;", "&lt;", "&gt;", "&#"];
    let any = |parts: &[&str]| {
        let mut parts = parts.iter();
        parts.any(|part| memmem::find(text.as_bytes(), part.as_bytes()).is_some())
    };
    memchr::memchr(b'&', text.as_bytes()).is_some() && any(&ENTITIES) && any(&TAGS)
}

/// Other signs than those of the engine in its prefixes.
fn signs(text: &str) -> bool {
    const ODD: [&str; 6] = [
        "MSI ©",
        "MSI (©",
        "MSI  (",
        "MSI\u{a0}(",
        ")\u{a0}(",
        "]:\u{a0}",
    ];
    // All but one of them are foreign letters.
    if text.is_ascii() {
        return memmem::find(text.as_bytes(), b"MSI  (").is_some();
    }
    text.starts_with("ï»¿")
        || text.starts_with("ÿþ")
        || (text.contains(['—', '–']) && text.lines().any(|line| layer::dash(line).is_some()))
        || ODD
            .iter()
            .any(|odd| memmem::find(text.as_bytes(), odd.as_bytes()).is_some())
}

fn base64(lines: &[&str]) -> bool {
    let begins = |line: &&str| line.trim().len() >= LEAST_CODE && codec::is_base64(line);
    let Some(first) = lines.iter().position(begins) else {
        return false;
    };
    let mut bytes = Vec::new();
    let mut decoder = Base64::default();
    for line in lines.get(first..).unwrap_or(&[]).iter().take(20) {
        let head = line.get(..line.len().min(4096)).unwrap_or(line);
        decoder.decode(head, &mut bytes);
    }
    let mut text = String::new();
    super::Decoding::new(sniff(&bytes).0).decode(&bytes, false, &mut text);
    let lines = text.lines().take(10);
    lines.filter(|line| records::is_sure(line)).count() > 0
}

fn printable(lines: &[&str]) -> bool {
    let soft = lines.iter().filter(|line| line.ends_with('=')).count();
    let coded = |line: &&&str| {
        ["=3D", "=20", "=C3", "=E2", "=0D"]
            .iter()
            .any(|c| line.contains(c))
    };
    soft >= 2 && lines.iter().filter(coded).count() > 0
}

/// Escaped ends of lines, with records behind them.
fn json(text: &str) -> bool {
    let ends = memmem::find_iter(text.as_bytes(), b"\\n").take(MOST_LINES);
    let behind = ends.filter_map(|at| text.get(at + 2..));
    behind.filter(|rest| records::is_sure(rest)).count() >= 2
}

/// Tags that hide records.
fn page(text: &str, lines: &[&str]) -> bool {
    const TAGS: [&str; 9] = [
        "<br", "<p>", "<p ", "<pre", "<td", "<div", "<span", "<li", "<code",
    ];
    let found = |tag: &&str| memmem::find(text.as_bytes(), tag.as_bytes()).is_some();
    if !TAGS.iter().any(found) {
        return false;
    }
    let sure = |text: &str| text.lines().filter(|l| records::is_sure(l)).count();
    let mut places = super::Places::default();
    let mut out = Out {
        text: Vec::new(),
        places: &mut places,
    };
    for line in lines {
        html::strip(line, true, &mut out);
    }
    let after = sure(&String::from_utf8_lossy(&out.text));
    let before: usize = lines.iter().map(|line| sure(line)).sum();
    let ended = lines
        .iter()
        .filter(|line| ENDS.iter().any(|tag| line.trim_end().ends_with(tag)));
    after > before
        || (before > 0 && coded_page(text))
        || (before > 0 && ended.count() * 2 > lines.len())
}

/// How many records begin in the middle of lines, where they are at least half as many as those at
/// their begin.
fn together(lines: &[&str]) -> usize {
    const SHAPES: [&str; 2] = ["Property(S): ", "Action "];
    let may = |line: &&str| {
        line.len() > LONG
            || prefixed_within(line)
            || holds_bundles(line)
            || SHAPES.iter().any(|shape| inside(line, shape))
    };
    if !lines.iter().any(may) {
        return 0;
    }
    let (mut begin, mut within) = (0, 0);
    for line in lines {
        let head = line.get(..line.len().min(8192)).unwrap_or(line);
        begin += usize::from(records::is_sure(head));
        let starts = run_together::starts(head);
        within += starts
            .filter(|at| head.get(*at..).is_some_and(records::is_sure))
            .count();
    }
    if within * 2 >= begin { within } else { 0 }
}

/// The width into which records were broken, and whether in the middle of words.
fn broken(lines: &[&str]) -> Option<(usize, bool)> {
    let begins: Vec<bool> = lines.iter().map(|line| records::begins(line)).collect();
    let pairs = || lines.iter().zip(lines.iter().zip(&begins).skip(1));
    let rests = || pairs().filter_map(|(line, (next, begins))| (!begins).then_some((line, next)));
    // A word that is longer than a line has one of its own and tells no width.
    let width = rests()
        .map(|(line, _)| line.trim())
        .filter(|line| line.contains(' '))
        .map(|line| line.chars().count())
        .max()?;
    if !(NARROWEST..=WIDEST).contains(&width) || !begins.contains(&true) {
        return None;
    }
    let all = rests().count();
    let most = |explained: usize| explained >= LEAST_BROKEN && explained * 10 >= all * 7;
    // A console breaks all lines at its edge; those broken between words rarely fill theirs.
    let edges = rests().filter(|(line, next)| layer::fills(width, line, next));
    let none_is_wider = || lines.iter().all(|line| line.chars().count() <= width);
    if EDGES.contains(&width) && none_is_wider() && most(edges.count()) {
        return Some((width, true));
    }
    // A long path has no room on most lines, which tells nothing.
    let short = |line: &str| {
        line.split_whitespace()
            .next()
            .is_some_and(|w| w.len() <= LONGEST_WORD)
    };
    let telling = || rests().filter(|(_, next)| short(next));
    let words = telling().filter(|(line, next)| layer::goes_on(width, line.trim_end(), next));
    let (words, telling) = (words.count(), telling().count());
    (words >= LEAST_BROKEN && words * 10 >= telling * 7).then_some((width, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<&'static str> {
        layer(text, true).map(|layer| layer.name())
    }

    #[test]
    fn plain_logs_are_plain() {
        let log = "=== Verbose logging started: 1 ===\nMSI (s) (C8:50) [01:49:43:906]: a\n\n";
        assert!(is_plain(log));
        assert!(!is_plain("hello\nworld"));
        assert!(!is_plain(&log.replace('(', "&#40;")));
        assert_eq!(name("hello\nworld\n<p>x</p>"), None);
    }

    #[test]
    fn each_layer_is_told() {
        let line = "MSI (s) (C8:50) [01:49:43:906]: a";
        assert_eq!(name(&format!("> {line}\n> {line}")), Some("quote marks"));
        assert_eq!(name(&format!("<p>{line}<br>{line}")), Some("HTML tags"));
        assert_eq!(
            name("Product: A &#8212; Error 1935."),
            Some("HTML entities")
        );
        assert_eq!(name(&line.replace("(s)", "©")), Some("replaced characters"));
        assert_eq!(name(&format!("* `{line}`")), Some("Markdown"));
        assert_eq!(
            name(&format!("{line} {line}")),
            Some("many records on one line")
        );
        assert_eq!(
            name(&format!("\"{line}\\r\\n{line}\\r\\n{line}\"")),
            Some("a JSON string")
        );
        let front = format!("10:00:01 {line}");
        assert_eq!(
            name(&front),
            Some("time stamps or fields of another program")
        );
    }
}
