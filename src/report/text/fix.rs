//! What to do now: the steps of the best remedy, with the commands ready to be copied.

use super::verdict::confidence;
use super::{COMMAND, LABEL, QUIET, STRONG, Screen, labelled, labelled_and, quiet};
use crate::diagnosis::{ArticleReference, Failure, Remedy};
use crate::report::layout::{clean, tied, width as columns, wrap};
use crate::report::reason;

/// Columns by which a command stands to the right of its step.
const INDENT: usize = 4;
/// Longest command that may stand within a sentence.
const SHORT: usize = 30;
/// Longest one that may have arguments.
const TINY: usize = 10;
/// Most steps of a screen that is not asked for everything.
const MOST_STEPS: usize = 4;
/// Pages that list all codes or messages: the screen has said what this one means.
const LISTS: [&str; 2] = ["msi-codes", "msi-messages"];

/// The remedy in at most `most` steps; on demand all remedies.
pub fn lines(failure: &Failure, screen: &Screen<'_>, most: usize) -> Vec<String> {
    let Some((best, others)) = failure.remedies.split_first() else {
        return Vec::new();
    };
    let mut lines = remedy("Fix", best, screen, most);
    if screen.verbose {
        for other in others {
            lines.push(String::new());
            lines.extend(remedy("Or", other, screen, most));
        }
        return lines;
    }
    if let Some(next) = others.first() {
        let rule = clean(&next.rule);
        let command = format!("{COMMAND}msilog rules show {rule}{COMMAND:#}");
        let said = "If that does not help:";
        let used = LABEL + columns(said) + 19 + columns(&rule);
        match used <= screen.width {
            true => lines.push(format!("{:LABEL$}{said} {command}", "")),
            false => lines.extend([
                format!("{:LABEL$}{said}", ""),
                format!("{:1$}{command}", "", LABEL + INDENT),
            ]),
        }
    }
    lines
}

fn remedy(label: &str, remedy: &Remedy, screen: &Screen<'_>, most: usize) -> Vec<String> {
    // A title tells what is wrong, which the cause has said already.
    let title = remedy.fix.as_deref().unwrap_or_default();
    let title = match screen.verbose || (title.is_empty() && !reason::is_specific(remedy)) {
        true => &remedy.title,
        false if title.is_empty() => "Try this",
        false => title,
    };
    let sure = confidence(remedy.confidence);
    let mut lines = labelled_and(label, STRONG, title, sure, screen.width);
    if screen.verbose {
        let fits = format!("fits: {}", remedy.why_it_matched);
        let wrapped = wrap(&clean(&fits), screen.room());
        lines.extend(wrapped.iter().map(|line| quiet(line)));
        lines.extend(labelled(
            "",
            QUIET,
            &remedy.cause.replace('`', ""),
            screen.width,
        ));
    }
    let steps = |most| {
        let steps = (1..).zip(&remedy.steps).take(most);
        steps.map(|(number, step)| self::step(number, step, screen.room()))
    };
    match screen.verbose {
        true => lines.extend(steps(most).flatten()),
        // Only the best remedy is shown, and of that the same steps at every size.
        false => {
            let steps = screen.steps.get_or_init(|| steps(MOST_STEPS).collect());
            lines.extend(steps.iter().take(most).flatten().cloned());
        }
    }
    let left = remedy.steps.len().saturating_sub(most);
    if left > 0 {
        let steps = if left == 1 { "step" } else { "steps" };
        lines.push(quiet(&format!("… {left} more {steps} with -v")));
    }
    lines.extend(articles(&remedy.articles, screen));
    lines
}

/// A step: sentences wrapped, each command whole and alone on its line however narrow the screen.
fn step(number: usize, step: &str, room: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut sentence = String::new();
    let mut bracket = false;
    for (index, part) in step.split('`').enumerate() {
        let part = clean(part);
        if index % 2 == 0 {
            let mut text = part.into_owned();
            if std::mem::take(&mut bracket) {
                text = text.replacen(')', "", 1);
            }
            if sentence.is_empty() {
                // What is left of a sentence that ended with the command.
                text = text
                    .trim_start_matches(['.', ',', ';', ':', ' '])
                    .to_owned();
            }
            sentence.push_str(&text);
        } else if is_short(&part) {
            sentence.push_str(&tied(&part));
        } else {
            let open = sentence.trim_end();
            bracket = open.ends_with('(');
            let mut text = open.trim_end_matches(['(', ' ']).to_owned();
            if bracket {
                text.push(':');
            }
            lines.extend(wrapped(&text, room));
            lines.push(format!("{:INDENT$}{COMMAND}{part}{COMMAND:#}", ""));
            sentence.clear();
        }
    }
    lines.extend(wrapped(&sentence, room));
    let line = |(index, line)| {
        let mark = (index == 0).then(|| format!("{number}. "));
        let mark = mark.unwrap_or_default();
        format!("{STRONG}{mark:>LABEL$}{STRONG:#}{line}")
    };
    lines.into_iter().enumerate().map(line).collect()
}

/// Whether a command reads well within a sentence: a switch, or the name of a program.
fn is_short(command: &str) -> bool {
    let alone = !command.contains(' ') || command.starts_with(['/', '-']);
    columns(command) <= if alone { SHORT } else { TINY }
}

fn wrapped(sentence: &str, room: usize) -> Vec<String> {
    let sentence = sentence.trim();
    if sentence.is_empty() {
        return Vec::new();
    }
    wrap(sentence, room)
}

/// Where to read more: the first page that is still there; on demand all, with what became of each.
fn articles(articles: &[ArticleReference], screen: &Screen<'_>) -> Vec<String> {
    if screen.verbose {
        let lines = articles.iter().flat_map(|article| {
            let number = article.kb.starts_with(|c: char| c.is_ascii_digit());
            let label = number.then(|| format!("KB {}: ", article.kb));
            let title = format!(
                "{}{}{}",
                label.unwrap_or_default(),
                article.title,
                state(article)
            );
            let mut lines = labelled("", QUIET, &title, screen.width);
            lines.push(address("", &article.url, screen));
            lines
        });
        return lines.collect();
    }
    let own = articles.iter().filter(|a| !LISTS.contains(&a.kb.as_str()));
    let shown = own.clone().find(|article| article.status == "live");
    let shown = shown.or_else(|| own.clone().next());
    let lines = shown.map(|article| address("Read more:", &article.url, screen));
    lines.into_iter().collect()
}

/// An address is never cut, for half of one leads nowhere.
fn address(label: &str, url: &str, screen: &Screen<'_>) -> String {
    let url = clean(url);
    let label = if label.is_empty() {
        String::new()
    } else {
        format!("{label} ")
    };
    if LABEL + columns(&label) + columns(&url) <= screen.width {
        return format!("{:LABEL$}{label}{url}", "");
    }
    let indent = screen.width.saturating_sub(columns(&url)).min(LABEL);
    format!("{:indent$}{url}", "")
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
