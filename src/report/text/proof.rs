//! The lines that prove the cause, as a compiler shows them: number, line, and below it a mark
//! with the reason why it is shown.

use super::{BAD, LABEL, QUIET};
use crate::diagnosis::{Evidence, Failure, Role};
use crate::report::layout::{clean, cut, cut_end, width as columns};
use crate::report::words::without_prefix;

/// Lines of the screen that hold enough of a proof where room is short: three lines of the log.
pub const ENOUGH: usize = 6;
/// Most lines of the log that are shown.
const MAX_SHOWN: usize = 5;
/// Length of a mark where nothing particular is marked.
const MARK: usize = 12;

/// The proof in at most `most` lines of the screen.
pub fn lines(failure: &Failure, most: usize, width: usize) -> Vec<String> {
    let shown = best(failure, most / 2);
    let widest = shown.iter().map(|e| e.line.to_string().len()).max();
    let digits = widest.unwrap_or(1).max(LABEL - 3);
    let room = width.saturating_sub(digits + 3);
    let mut lines = Vec::new();
    for (index, evidence) in shown.iter().enumerate() {
        let text = clean(without_prefix(&evidence.text)).trim_end().to_owned();
        let text = cut(&text, room);
        let number = evidence.line;
        lines.push(format!("{QUIET}{number:>digits$} |{QUIET:#} {text}"));
        let gap = match shown.get(index + 1) {
            Some(next) if next.line > evidence.line + 1 => "...",
            _ => "",
        };
        let is_cause = is_cause(failure, evidence);
        let (style, mark) = if is_cause { (BAD, "^") } else { (QUIET, "-") };
        let (before, marked) = place(failure, is_cause, &text);
        let why = evidence.role.to_string();
        let why = clean(&why);
        let wanted = columns(&why) + 1 + marked;
        // Where the reason does not fit beside the mark, the mark moves to the left.
        let before = before.min(room.saturating_sub(wanted));
        let note = cut_end(&format!("{} {why}", mark.repeat(marked)), room - before);
        lines.push(format!(
            "{QUIET}{gap:>digits$} |{QUIET:#} {:before$}{style}{note}{style:#}",
            ""
        ));
    }
    lines
}

fn is_cause(failure: &Failure, evidence: &Evidence) -> bool {
    failure
        .cause
        .as_ref()
        .is_some_and(|cause| cause.line == evidence.line)
}

/// Where the mark begins and how long it is: below the code of the cause where the line shows it
/// (`Error 1310`), else below the beginning.
fn place(failure: &Failure, is_cause: bool, shown: &str) -> (usize, usize) {
    let start = (0, columns(shown).clamp(1, MARK));
    let Some(cause) = failure.cause.as_ref().filter(|_| is_cause) else {
        return start;
    };
    let codes = [Some(&cause.code), cause.nested_code.as_ref()];
    for value in codes.into_iter().flatten().filter_map(|code| code.value) {
        let hexadecimal = [format!("0x{value:08X}"), format!("0x{value:08x}")];
        for number in [value.to_string()].into_iter().chain(hexadecimal) {
            let found = shown
                .split_once(number.as_str())
                .filter(|_| number.len() > 2);
            if let Some((before, _)) = found {
                let word = before.trim_end().rsplit(' ').next().unwrap_or("");
                let from = columns(before.trim_end()) - columns(word);
                return (from, columns(before) - from + number.len());
            }
        }
    }
    start
}

/// The evidence that fits: the cause first, then what says something new; shown in the order of
/// the log.
fn best(failure: &Failure, most: usize) -> Vec<&Evidence> {
    let rank = |evidence: &Evidence| match &evidence.role {
        _ if is_cause(failure, evidence) => 0,
        Role::Failed | Role::Cancelled => 1,
        // The engine looks for the text of a message: the message itself says more.
        _ if evidence.text.contains("Note: 1: 2228 ") => 5,
        Role::MessageAgain => 4,
        // Raw lines of the engine say less than the tell-tale ones.
        Role::RawMessage | Role::ScriptStep | Role::Noted => 3,
        _ => 2,
    };
    let mut all: Vec<&Evidence> = failure.evidence.iter().filter(|e| rank(e) < 5).collect();
    all.sort_by_key(|e| (rank(e), e.line));
    // What only repeats the cause is better than nothing, and worse than room for remedies.
    let telling = all.iter().filter(|e| rank(e) < 4).count();
    all.truncate(telling.max(2));
    all.truncate(most.min(MAX_SHOWN));
    all.sort_by_key(|e| e.line);
    all
}
