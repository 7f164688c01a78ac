//! What to do now: the steps of the best remedy, its articles, and the other remedies by name.

use super::{HEAD, LABEL, QUIET, STRONG};
use crate::diagnosis::{ArticleReference, Failure, Remedy};
use crate::knowledge::rules;
use crate::report::layout::{clean, cut_end, width as columns, wrap};

/// Steps are indented by their number.
const NUMBER: usize = 3;
/// Most articles that are shown.
const MAX_ARTICLES: usize = 2;
/// Fewest lines for steps, before articles and other remedies give way.
const FEWEST_STEPS: usize = 4;

/// The remedies in at most `most` lines of the screen; with `why` also which facts each fits.
pub fn lines(failure: &Failure, most: usize, width: usize, why: bool) -> Vec<String> {
    let Some((best, others)) = failure.remedies.split_first() else {
        return Vec::new();
    };
    let room = width.saturating_sub(LABEL);
    let title = cut_end(&clean(&best.title), room);
    let mut lines = vec![format!(
        "{HEAD}{:<LABEL$}{HEAD:#}{STRONG}{title}{STRONG:#}",
        "Do now"
    )];
    if why {
        lines.push(fits(best, room));
    }
    let head = lines.len();
    let articles = best.articles.iter().take(MAX_ARTICLES);
    let mut articles: Vec<Article> = articles.map(|a| Article::new(a, width)).collect();
    let others = others.iter().map(|other| {
        let mut lines = vec![other_remedy(other, room)];
        lines.extend(why.then(|| fits(other, room)));
        lines
    });
    let mut others: Vec<Vec<String>> = others.collect();
    let steps = steps(best, usize::MAX, room).len();
    let beside = |articles: &[Article], others: &[Vec<String>]| {
        let others = others.iter().map(Vec::len).sum::<usize>();
        head + articles.iter().map(|a| a.rows).sum::<usize>() + others
    };
    // What gives way first: the second article, then other remedies from the last, then the first
    // article.
    while beside(&articles, &others) + steps > most {
        let left = most.saturating_sub(beside(&articles, &others));
        let second = articles.len() > 1;
        if !second && left >= FEWEST_STEPS {
            break;
        }
        if (second || others.pop().is_none()) && articles.pop().is_none() {
            break;
        }
    }
    let left = most.saturating_sub(beside(&articles, &others));
    lines.extend(self::steps(best, left, room));
    lines.extend(articles.into_iter().flat_map(|a| a.lines));
    lines.extend(others.into_iter().flatten());
    lines.truncate(most);
    lines
}

/// The steps of a remedy within `most` lines; where they do not fit the last line says where the
/// rest stands.
fn steps(remedy: &Remedy, most: usize, room: usize) -> Vec<String> {
    let step = |(number, step): (usize, &String)| -> Vec<String> {
        let wrapped = wrap(&clean(&rules::plain(step)), room.saturating_sub(NUMBER))
            .into_iter()
            .enumerate();
        let line = |(index, line)| {
            let mark = (index == 0).then(|| format!("{number}."));
            let mark = mark.unwrap_or_default();
            format!("{:LABEL$}{STRONG}{mark:<NUMBER$}{STRONG:#}{line}", "")
        };
        wrapped.map(line).collect()
    };
    let all: Vec<Vec<String>> = (1..).zip(&remedy.steps).map(step).collect();
    if all.iter().map(Vec::len).sum::<usize>() <= most {
        return all.into_iter().flatten().collect();
    }
    let mut lines: Vec<String> = Vec::new();
    for step in all {
        if lines.len() + step.len() >= most {
            break;
        }
        lines.extend(step);
    }
    let (count, rule) = (remedy.steps.len(), &remedy.rule);
    let all = format!("… all {count} steps: msilog rules show {rule}");
    lines.push(quiet(&clean(&all), room));
    lines
}

/// An article on the screen.
struct Article {
    lines: Vec<String>,
    /// Rows of the terminal that they take: an address may be longer than a row.
    rows: usize,
}

impl Article {
    /// Title with the state of the article today, and below it the address, which is never cut:
    /// half an address leads nowhere.
    fn new(article: &ArticleReference, width: usize) -> Self {
        let number = article.kb.starts_with(|c: char| c.is_ascii_digit());
        let label = number.then(|| format!("KB {}: ", article.kb));
        let label = label.unwrap_or_default();
        let room = width.saturating_sub(LABEL);
        let text = format!("{label}{}{}", article.title, state(article));
        let title = cut_end(&clean(&text), room);
        let url = clean(&article.url).into_owned();
        let wide = columns(&url);
        if columns(&title) + 1 + wide <= room {
            let line = format!("{:LABEL$}{title} {QUIET}{url}{QUIET:#}", "");
            return Self {
                lines: vec![line],
                rows: 1,
            };
        }
        let indent = width.saturating_sub(wide).min(LABEL);
        let address = format!("{:indent$}{QUIET}{url}{QUIET:#}", "");
        let rows = 1 + wide.div_ceil(width.max(1)).max(1);
        Self {
            lines: vec![format!("{:LABEL$}{title}", ""), address],
            rows,
        }
    }
}

/// What has become of an article, and what to read instead.
fn state(article: &ArticleReference) -> String {
    match (article.status.as_str(), &article.replaced_by) {
        ("live", _) => String::new(),
        (status, Some(by)) if by.bytes().all(|b| b.is_ascii_digit()) => {
            format!(" ({status}; KB {by} took its place)")
        }
        (status, Some(by)) => format!(" ({status}; instead: {by})"),
        (status, None) => format!(" ({status})"),
    }
}

fn other_remedy(remedy: &Remedy, room: usize) -> String {
    // The name of the rule is what the reader types next: the title is cut instead.
    let rule = format!(": msilog rules show {}", clean(&remedy.rule));
    let title = format!("or {}", clean(&remedy.title));
    let title = cut_end(&title, room.saturating_sub(columns(&rule)).max(8));
    quiet(&(title + &rule), room)
}

/// Why the rule was chosen: `fits: message 1310; code 5`.
fn fits(remedy: &Remedy, room: usize) -> String {
    quiet(&clean(&format!("fits: {}", remedy.why_it_matched)), room)
}

/// A line of less weight, beside the labels.
fn quiet(text: &str, room: usize) -> String {
    let text = cut_end(text, room);
    format!("{:LABEL$}{QUIET}{text}{QUIET:#}", "")
}
