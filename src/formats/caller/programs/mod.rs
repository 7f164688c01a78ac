//! Lines of programs that call the installer: Chocolatey, WinGet, PSAppDeployToolkit, Configuration
//! Manager, Intune and Windows Update.
//!
//! Such a program knows what it called and the code that came back, seldom more. `lines` knows
//! what stands before the words of each, a table of wordings what the words mean: the same few
//! events for all.

mod event;
mod lines;
#[cfg(test)]
mod tests;
mod wordings;

pub use event::{Event, Program, Record};

/// Takes a line apart; `None` where it is of no such program.
#[must_use]
pub fn parse(line: &str) -> Option<Record<'_>> {
    // Most lines of an installer's log end here.
    match line
        .trim_start_matches([' ', '\u{feff}'])
        .as_bytes()
        .first()?
    {
        b'<' => lines::cmtrace(line),
        b'[' => lines::toolkit(line)
            .or_else(|| lines::pasted(line))
            .or_else(|| lines::chocolatey(line)),
        b'0'..=b'9' => lines::windows_update(line)
            .or_else(|| lines::winget(line))
            .or_else(|| lines::chocolatey(line)),
        b'M' | b'A' | b'P' => None,
        _ => lines::chocolatey(line)
            .or_else(|| lines::console(line))
            .or_else(|| lines::pasted(line)),
    }
}
