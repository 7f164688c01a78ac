//! Lines of programs that call the installer: Chocolatey, WinGet, PSAppDeployToolkit, Configuration
//! Manager, Intune and Windows Update.
//!
//! Such a program knows what it called and the code that came back, seldom more. Here stands what
//! comes before the words of each; a table of wordings tells what the words mean: the same few events
//! for all.

mod event;
mod wordings;

pub use event::{Event, Program, Record};

use crate::formats::scan::{Words, between, digits_of};
use crate::formats::stamp::{Stamp, clock, month_first, year_first};
use event::Wording;

/// Takes a line apart, after one of this program; `None` where it is of no such program.
#[must_use]
pub fn parse(line: &str, last: Program) -> Option<Record<'_>> {
    // Most lines of an installer's log end here.
    // Quoted lines are read as they were.
    let line = line.trim_start_matches([' ', '>', '\u{feff}']);
    if !last.stands_alone() {
        return usual(line);
    }
    // What only this program says, then what only another one does, then what many say.
    let own = bare(last, None, line);
    if own.is_some_and(|record| !record.weak) && last != Program::Tool {
        return own;
    }
    usual(line)
        .filter(|record| own.is_none() || !record.weak)
        .or(own)
}

/// A line without regard to the lines before.
fn usual(line: &str) -> Option<Record<'_>> {
    match line.as_bytes().first()? {
        b'<' => cmtrace(line).or_else(|| teller(line)),
        // As forums show them, without what stands around them in the log.
        b'[' if line.starts_with("[Win32App]") => traced((None, None, line)),
        b'[' => toolkit(line)
            .or_else(|| pasted(line))
            .or_else(|| chocolatey(line))
            .or_else(|| teller(line)),
        b'0'..=b'9' => windows_update(line)
            .or_else(|| winget(line))
            .or_else(|| server(line))
            .or_else(|| chocolatey(line))
            .or_else(|| teller(line)),
        b'M' | b'A' | b'P' => pasted(line).or_else(|| teller(line)),
        _ => chocolatey(line)
            .or_else(|| pasted(line))
            .or_else(|| teller(line)),
    }
}

/// A line without its frame: when, the part of the program, what it says.
type Entry<'a> = (Option<Stamp>, Option<&'a str>, &'a str);

/// What a line with the frame of its program says, if only that it is of this program.
fn record(program: Program, (stamp, step, text): Entry<'_>) -> Record<'_> {
    let said = program.sheet().find(step.unwrap_or_default(), text);
    Record {
        program,
        stamp,
        step,
        said: said.unwrap_or_default(),
        weak: false,
    }
}

/// The format of `CMTrace`, Configuration Manager's viewer, in which several programs write:
/// `<![LOG[text]LOG]!><time="…" date="…" component="…" …>`.
fn cmtrace(line: &str) -> Option<Record<'_>> {
    let line = line.trim_start_matches([' ', '\u{feff}']);
    let inner = line.strip_prefix("<![LOG[")?;
    // A text of several lines has its attributes on the last of them.
    let (text, attributes) = inner.rsplit_once("]LOG]!>").unwrap_or((inner, ""));
    let attribute = |name: &str| between(attributes, name, "\"");
    let stamp = attribute("date=\"")
        .zip(attribute("time=\""))
        .and_then(|(date, time)| month_first(date, time));
    let component = attribute("component=\"").filter(|c| !c.is_empty());
    traced((stamp, component, text))
}

/// `text<tab>component<tab>date and time<tab>2508 (0x09CC)`: the viewer's columns, perhaps with blanks
/// between them.
fn pasted(line: &str) -> Option<Record<'_>> {
    let line = line.trim_end();
    if !line.ends_with(')') {
        return None;
    }
    let columns = || {
        let (rest, thread) = line.rsplit_once('\t')?;
        let (rest, _) = rest.rsplit_once('\t').filter(|_| thread.contains(" (0x"))?;
        rest.rsplit_once('\t')
    };
    let words = || {
        let (rest, thread) = line.rsplit_once(" (0x")?;
        let (rest, _) = rest.rsplit_once([' ', '\t'])?;
        let rest = rest
            .trim_end()
            .trim_end_matches(" AM")
            .trim_end_matches(" PM");
        let (rest, time) = rest.rsplit_once([' ', '\t'])?;
        let (rest, _) = rest.trim_end().rsplit_once([' ', '\t'])?;
        let named = rest.trim_end().rsplit_once([' ', '\t']);
        named.filter(|_| thread.len() < 12 && clock(time).is_some())
    };
    let (text, component) = columns().or_else(words)?;
    traced((None, Some(component.trim()), text.trim()))
}

/// `10-31-2025 17:40:06.421    COMPONENT    67368 (0x10728)    text`, as the server of Configuration
/// Manager's logs are shown.
fn server(line: &str) -> Option<Record<'_>> {
    let (date, rest) = line.split_once(' ')?;
    let (time, rest) = rest.trim_start().split_once([' ', '\t'])?;
    let (component, rest) = rest.trim_start().split_once([' ', '\t'])?;
    let (thread, text) = rest.trim_start().split_once(") ")?;
    if thread.len() > 24 || !thread.contains(" (0x") || clock(time).is_none() {
        return None;
    }
    traced((month_first(date, time), Some(component), text.trim()))
}

/// Who wrote such a line: the toolkit tells its phase, `[phase] :: text`, the others their part.
fn traced((stamp, component, text): Entry<'_>) -> Option<Record<'_>> {
    let is_of =
        |program: Program| component.is_some_and(|name| program.sheet().components.contains(&name));
    let phased = text.strip_prefix('[').and_then(|t| t.split_once("] :: "));
    let phased = phased.filter(|(phase, _)| is_phase(phase));
    if phased.is_some() || is_of(Program::AppDeployToolkit) {
        let entry = (stamp, component, phased.map_or(text, |(_, text)| text));
        return Some(record(Program::AppDeployToolkit, entry));
    }
    if is_of(Program::ConfigurationManager) {
        let entry = (stamp, component, text.trim());
        return Some(record(Program::ConfigurationManager, entry));
    }
    let part = text.starts_with("[Win32App]").then_some("Win32App");
    (part.is_some() || is_of(Program::Intune)).then(|| record(Program::Intune, (stamp, part, text)))
}

/// The toolkit's own format: `[date time] [phase] [function] [severity] :: text`.
fn toolkit(line: &str) -> Option<Record<'_>> {
    const BEFORE_TEXT: Words = Words::new("] :: ");
    let (head, text) = BEFORE_TEXT.split(line.trim_start().strip_prefix('[')?)?;
    // What people quote of its other format.
    if is_phase(head) {
        return Some(record(Program::AppDeployToolkit, (None, None, text)));
    }
    let mut fields = head.split("] [");
    let (date, phase, step) = (fields.next()?, fields.next()?, fields.next()?);
    let severity = fields.next();
    if fields.next().is_some() || severity.is_some_and(|s| s.contains(' ')) || !is_phase(phase) {
        return None;
    }
    // Version 3 writes month, day, year.
    let stamp = match year_first(date) {
        Some((stamp, _)) => stamp,
        None => date
            .split_once(' ')
            .and_then(|(date, time)| month_first(date, time))?,
    };
    Some(record(
        Program::AppDeployToolkit,
        (Some(stamp), Some(step), text),
    ))
}

/// `Installation`, `Pre-Install`: words, no path.
fn is_phase(phase: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | ' ' | '_');
    !phase.is_empty() && phase.len() < 40 && phase.chars().all(is_part)
}

/// `WindowsUpdate.log`: date, time, process, thread, component, text; up to Windows 8.1 with tabs
/// (Microsoft KB 902093), later as `Get-WindowsUpdateLog` makes it from traces.
fn windows_update(line: &str) -> Option<Record<'_>> {
    let (stamp, rest) = year_first(line.trim_start_matches('\u{feff}'))?;
    let (_, rest) = digits_of(rest.trim_start(), 9)?;
    let (thread, rest) = rest.trim_start().split_once([' ', '\t'])?;
    if thread.len() > 8 || !thread.bytes().all(|c| c.is_ascii_hexdigit()) {
        return None;
    }
    let rest = rest.trim_start();
    let (component, text) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
    let program = Program::WindowsUpdate;
    // Lists are marked with stars, colons and crosses.
    let text = text.trim_start_matches(['*', ':', '#', ' ', '\t']);
    let entry = (Some(stamp), Some(component), text.trim_end());
    let known = program.sheet().components.contains(&component);
    known.then(|| record(program, entry))
}

/// The log of `WinGet`: `2026-07-23 20:37:17.459 [CLI ] …`, since 2025 with a level `<I>` before the
/// channel.
fn winget(line: &str) -> Option<Record<'_>> {
    let (stamp, rest) = year_first(line)?;
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix('<').and_then(|r| r.split_once("> ")) {
        Some((level, rest)) if level.len() == 1 => rest,
        Some(_) => return None,
        None => rest,
    };
    let (channel, text) = rest.strip_prefix('[')?.split_once(']')?;
    let program = Program::Winget;
    let known = program.sheet().components.contains(&channel);
    known.then(|| record(program, (Some(stamp), None, text.trim())))
}

/// A line that can only be one of `WinGet`, read with as little as can be: all lines come by here.
#[must_use]
pub fn winget_line(line: &str) -> Option<Record<'_>> {
    if !matches!(line.as_bytes().first()?, b' ' | b'>' | b'2' | b'I') {
        return None;
    }
    let line = line.trim_start_matches([' ', '>']);
    match line.as_bytes().first()? {
        b'2' => winget(line),
        b'I' if line.starts_with("Installation failed with exit code -") => {
            bare(Program::Winget, None, line)
        }
        _ => None,
    }
}

/// `2026-07-05 11:56:47,012 7424 [DEBUG] - `, log4net's date, process and level; the same text is
/// printed without.
fn chocolatey(line: &str) -> Option<Record<'_>> {
    let prefix = || {
        let (stamp, rest) = year_first(line)?;
        let (_, rest) = digits_of(rest.trim_start(), 9)?;
        let (level, text) = rest.trim_start().strip_prefix('[')?.split_once("] - ")?;
        let known = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
        known.contains(&level.trim_end()).then_some((stamp, text))
    };
    let (stamp, text) = prefix().map_or((None, line), |(stamp, text)| (Some(stamp), text));
    bare(Program::Chocolatey, stamp, text)
}

/// What a program prints whose sentences stand alone.
fn teller(line: &str) -> Option<Record<'_>> {
    let (program, said) = wordings::told(line.trim())?;
    Some(Record {
        program,
        stamp: None,
        step: None,
        weak: said.kind.weak,
        said,
    })
}

/// A line whose words alone tell whose it is.
fn bare(program: Program, stamp: Option<Stamp>, text: &str) -> Option<Record<'_>> {
    let said = program.sheet().find("", text.trim())?;
    let Wording { weak, printed, .. } = said.kind;
    (weak || printed).then_some(Record {
        program,
        stamp,
        step: None,
        said,
        weak,
    })
}

#[cfg(test)]
mod tests;
