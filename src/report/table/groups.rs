//! The groups of a scan on a screen: how many logs, on how many machines, since when, what to do.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::report::groups::{Change, GroupReport, MachineReport};
use crate::report::layout::{clean, cut, cut_end, width as columns};
use crate::report::words::thousands;

/// Most groups that are listed.
const MOST: usize = 20;

/// Writes the groups that are worth a line: those of more than one log, and those that are new or
/// gone. The others are counted.
pub fn write(
    out: &mut dyn Write,
    groups: &[GroupReport],
    head: &str,
    width: usize,
) -> io::Result<()> {
    let told =
        |group: &&GroupReport| group.logs > 1 || group.change.is_some_and(|c| c != Change::Still);
    let shown: Vec<&GroupReport> = groups.iter().filter(told).collect();
    let machines = shown.iter().any(|group| group.machines > 0);
    let quiet = Style::new().dimmed();
    let mut cells = vec![cell("logs", 6), cell("share", 7)];
    if machines {
        cells.push(cell("machines", 10));
    }
    let front: usize = cells.iter().map(|cell| columns(cell)).sum();
    let room = width.saturating_sub(front).max(20);
    if !shown.is_empty() {
        writeln!(
            out,
            "{quiet}{}{}{quiet:#}",
            cells.concat(),
            cut_end(head, room)
        )?;
    }
    for group in shown.iter().take(MOST) {
        let mut cells = vec![
            cell(&thousands(group.logs), 6),
            cell(&percent(group.share), 7),
        ];
        if machines {
            let count = Some(group.machines).filter(|count| *count > 0);
            cells.push(cell(&count.map(thousands).unwrap_or_default(), 10));
        }
        let style = style(group.change);
        let title = cut_end(&clean(&group.title), room);
        writeln!(out, "{}{style}{title}{style:#}", cells.concat())?;
        for text in below(group) {
            let text = cut_end(&clean(&text), room);
            writeln!(out, "{:front$}{quiet}{text}{quiet:#}", "")?;
        }
    }
    if let Some(more @ 1..) = shown.len().checked_sub(MOST) {
        writeln!(out, "… and {more} more that came more than once")?;
    }
    match groups.len() - shown.len() {
        0 => {}
        1 => writeln!(out, "… and 1 that came once")?,
        once => writeln!(out, "… and {} that came once each", thousands(once))?,
    }
    match groups.is_empty() {
        true => Ok(()),
        false => writeln!(out),
    }
}

/// What stands below a group's line.
fn below(group: &GroupReport) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(change) = group.change {
        let before = thousands(group.logs_before.unwrap_or(0));
        let new = group.new_machines.unwrap_or(0);
        let fixed = group.mended_machines.unwrap_or(0);
        lines.push(match change {
            Change::New => "new: not in the earlier scan".to_owned(),
            Change::Gone => format!("gone: {before} logs in the earlier scan"),
            Change::Still => format!("was: {before} logs; {new} machines new, {fixed} fixed"),
        });
    }
    if group.change == Some(Change::Gone) {
        return lines;
    }
    if let Some(remedy) = &group.remedy {
        let fix = remedy.fix.as_ref().unwrap_or(&remedy.title);
        lines.push(format!("fix: {fix} ({})", remedy.rule));
    }
    let day = |at: &Option<String>| at.as_deref().and_then(|at| at.get(..10).map(str::to_owned));
    let days = match (day(&group.first), day(&group.last)) {
        (Some(first), Some(last)) if first == last => format!("{first}: "),
        (Some(first), Some(last)) => format!("{first} to {last}: "),
        _ => String::new(),
    };
    lines.push(format!("{days}{}", group.example));
    lines
}

/// Writes the machines with the most failures.
pub fn write_machines(
    out: &mut dyn Write,
    worst: &[MachineReport],
    width: usize,
) -> io::Result<()> {
    // A machine that failed once says nothing of the machine.
    let worst: Vec<&MachineReport> = worst.iter().filter(|m| m.failed > 1).collect();
    if worst.is_empty() {
        return Ok(());
    }
    let quiet = Style::new().dimmed();
    let names = worst.iter().map(|machine| columns(&machine.machine)).max();
    let name = names.unwrap_or(0).clamp(7, width / 3) + 2;
    let room = width.saturating_sub(8 + name).max(20);
    writeln!(
        out,
        "{quiet}{:>6}  {:<name$}most often{quiet:#}",
        "failed", "machine"
    )?;
    for machine in worst {
        let shown = cut(&clean(&machine.machine), name - 2);
        let pad = " ".repeat(name.saturating_sub(columns(&shown)));
        let (often, times) = (clean(&machine.most_often), thousands(machine.times));
        let often = cut_end(&format!("{often} ({times})"), room);
        writeln!(out, "{:>6}  {shown}{pad}{often}", thousands(machine.failed))?;
    }
    writeln!(out)
}

fn style(change: Option<Change>) -> Style {
    match change {
        Some(Change::New) => AnsiColor::Red.on_default().bold(),
        Some(Change::Gone) => AnsiColor::Green.on_default(),
        _ => Style::new().bold(),
    }
}

/// A number or head at the right of its column, with a gap behind.
fn cell(text: &str, width: usize) -> String {
    format!("{text:>width$}  ", width = width.saturating_sub(2))
}

/// `26 %`
fn percent(share: f64) -> String {
    if share > 0.0 && share < 0.01 {
        return "< 1 %".to_owned();
    }
    format!("{:.0} %", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(percent(0.001), "< 1 %");
        assert_eq!(percent(0.256), "26 %");
    }
}
