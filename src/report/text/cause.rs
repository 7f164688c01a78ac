//! Why it failed: a sentence or two, the line that proves it, whole, and a few lines beside it.

use super::{LABEL, QUIET, Room, STRONG, Screen, quiet};
use crate::diagnosis::{Cause, Code, Evidence, Failure, Role};
use crate::report::layout::{clean, cut_end, width as columns, wrap};
use crate::report::model::{SessionReport, file_name};
use crate::report::{reason, words};

/// Below so many columns a text is not set apart from the number of its line.
const NARROW: usize = 60;

/// The cause with as many other lines of evidence as there is room for.
pub fn lines(
    session: &SessionReport,
    failure: &Failure,
    screen: &Screen<'_>,
    room: Room,
) -> Vec<String> {
    let told = screen
        .told
        .get_or_init(|| reason::sentences(session, failure));
    let (first, rest) = told;
    let rest = if room.sentences { rest } else { "" };
    let mut lines = sentences(first, rest, screen.room());
    if let Some(origin) = &failure.origin {
        let place = match origin.line {
            Some(line) => format!("line {line} of {}", file_name(&origin.path)),
            None => format!("see {}", file_name(&origin.path)),
        };
        let text = origin.text.as_deref().map_or("", words::said);
        lines.extend(quoted(&place, text, None, screen));
    }
    if let Some(cause) = &failure.cause {
        let place = format!("line {}", cause.line);
        lines.extend(quoted(
            &place,
            words::said(&cause.text),
            Some(cause),
            screen,
        ));
    }
    for evidence in beside(failure, room.evidence, screen.verbose) {
        lines.extend(other(evidence, screen));
    }
    if screen.verbose {
        lines.extend(details(failure, screen));
    }
    lines
}

/// The sentences, the first one in bold.
fn sentences(first: &str, rest: &str, room: usize) -> Vec<String> {
    let (first, rest) = (clean(first), clean(rest));
    let mut strong = first.split_whitespace().count();
    let all = wrap(&format!("{first} {rest}"), room);
    let line = |(index, line): (usize, String)| {
        let label = if index == 0 { "Cause" } else { "" };
        let words = line.split(' ').count();
        let bold: Vec<&str> = line.split(' ').take(strong).collect();
        let bold = bold.join(" ");
        let rest = line.strip_prefix(bold.as_str()).unwrap_or_default();
        // A word that was broken to fit counts as several; the rest of a line is then in bold, too.
        strong = strong.saturating_sub(words);
        format!("{STRONG}{label:<LABEL$}{bold}{STRONG:#}{rest}")
    };
    all.into_iter().enumerate().map(line).collect()
}

/// A line of a log, whole, beside the place where it stands.
fn quoted(place: &str, text: &str, cause: Option<&Cause>, screen: &Screen<'_>) -> Vec<String> {
    let text = clean(text);
    let place = clean(place);
    let indent = match screen.width >= NARROW && columns(&place) < 30 {
        true => columns(&place) + 2,
        false => 2,
    };
    let room = screen.room().saturating_sub(indent);
    let mut lines = wrap(&text, room);
    if let Some(cause) = cause {
        mark(cause, &mut lines);
    }
    let mut shown = Vec::new();
    let beside = indent > 2;
    if !beside {
        shown.push(quiet(&cut_end(&place, screen.room())));
    }
    for (index, line) in lines.iter().enumerate() {
        let place = if index == 0 && beside { &*place } else { "" };
        shown.push(format!(
            "{:LABEL$}{QUIET}{place:<indent$}{QUIET:#}{line}",
            ""
        ));
    }
    shown
}

/// Marks the code of the cause, with the word before it (`Error 1310`), where the text shows it.
fn mark(cause: &Cause, lines: &mut [String]) {
    let codes = [cause.nested_code.as_ref(), Some(&cause.code)];
    for value in codes.into_iter().flatten().filter_map(|code| code.value) {
        let forms = [
            value.to_string(),
            format!("0x{value:08X}"),
            format!("0x{value:08x}"),
        ];
        for line in &mut *lines {
            let found = forms.iter().filter(|form| form.len() > 2);
            let found = found.filter_map(|form| Some((form, line.split_once(form.as_str())?)));
            let Some((form, (before, after))) = found.into_iter().next() else {
                continue;
            };
            let word = before.trim_end().rsplit(' ').next().unwrap_or("");
            let head = before.trim_end();
            let head = head.strip_suffix(word).unwrap_or(head);
            let marked = before.strip_prefix(head).unwrap_or(before);
            *line = format!("{head}{STRONG}{marked}{form}{STRONG:#}{after}");
            break;
        }
    }
}

/// Another line of evidence, cut at its end: `msilog show` shows it whole. On demand it is whole here,
/// with what it proves.
fn other(evidence: &Evidence, screen: &Screen<'_>) -> Vec<String> {
    let place = format!("line {}", evidence.line);
    let text = words::without_prefix(&evidence.text);
    if screen.verbose {
        let text = format!("{}: {text}", evidence.role);
        return quoted(&place, &text, None, screen);
    }
    let text = match &evidence.role {
        Role::TellTale(told) => format!("{told}: {text}"),
        _ => text.to_owned(),
    };
    let text = clean(&text);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = cut_end(&text, screen.room().saturating_sub(columns(&place) + 2));
    vec![format!("{:LABEL$}{QUIET}{place}  {text}{QUIET:#}", "")]
}

/// The lines that say something new, in the order of the log; all of them on demand.
fn beside(failure: &Failure, most: usize, all: bool) -> Vec<&Evidence> {
    let cause = failure.cause.as_ref().map(|cause| cause.line);
    let evidence = failure.evidence.iter().filter(|e| Some(e.line) != cause);
    let mut found: Vec<&Evidence> = evidence.filter(|e| all || worth(e, failure) > 0).collect();
    found.sort_by_key(|e| (std::cmp::Reverse(worth(e, failure)), e.line));
    found.truncate(most);
    found.sort_by_key(|e| e.line);
    found
}

/// How much a line tells a reader who has read the cause; 0: nothing.
fn worth(evidence: &Evidence, failure: &Failure) -> u8 {
    let own = &evidence.text;
    let repeats = failure.cause.as_ref().is_some_and(|cause| {
        let (own, said) = (words::said(own).trim(), words::said(&cause.text).trim());
        own.contains(said) || said.contains(own)
    });
    // The engine looks for the text of a message: the message itself says more.
    if repeats || own.contains("Note: 1: 2228 ") {
        return 0;
    }
    // A message for package authors, often without its values.
    if own.starts_with("DEBUG: ") {
        return 1;
    }
    match evidence.role {
        Role::TellTale(_) | Role::OwnLog(_) | Role::CalledLog | Role::PackageSays => 5,
        Role::InnermostError | Role::FirstError | Role::AlsoSaid | Role::ActionOutput => 4,
        Role::FalseCondition | Role::RefusingCondition | Role::NewerVersion => 4,
        Role::Call | Role::NamesPackage | Role::ProgramExit | Role::OtherOutput => 3,
        Role::AlsoWritten | Role::LaterError | Role::OnFailure => 2,
        Role::Failed | Role::Cancelled | Role::Returned | Role::ScriptStep
            if failure.cause.is_none() =>
        {
            1
        }
        _ => 0,
    }
}

/// Where it failed and with which codes.
fn details(failure: &Failure, screen: &Screen<'_>) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    texts.extend(words::place(failure).map(|place| format!("Action: {place}.")));
    let codes = words::codes(failure).filter_map(|code: &Code| words::code(code));
    texts.extend(codes.map(|code| format!("Code: {code}")));
    let passed = failure.propagation.iter();
    let passed: Vec<&str> = passed.map(|p| p.action.as_str()).collect();
    if !passed.is_empty() {
        texts.push(format!("Passed on by: {}.", passed.join(", ")));
    }
    let texts = texts.iter().flat_map(|t| wrap(&clean(t), screen.room()));
    texts.map(|line| quiet(&line)).collect()
}
