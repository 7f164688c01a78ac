//! The groups of a scan on a screen: how many logs, on how many machines, since when, what to do.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::report::groups::{Change, GroupReport, MachineReport};
use crate::report::layout::{clean, cut, cut_end, width as columns};
use crate::report::words::thousands;

/// Most groups that are listed.
const MOST: usize = 20;

/// Columns before what stands below a group's line.
const INDENT: usize = 8;

/// Writes the groups, three lines each.
pub fn write(
    out: &mut dyn Write,
    groups: &[GroupReport],
    head: &str,
    width: usize,
) -> io::Result<()> {
    if groups.is_empty() {
        return Ok(());
    }
    let machines = groups.iter().any(|group| group.machines > 0);
    let dates = groups.iter().any(|group| group.first.is_some());
    let quiet = Style::new().dimmed();
    let mut cells = vec![cell("logs", 6), cell("share", 7)];
    if machines {
        cells.push(cell("machines", 10));
    }
    if dates {
        cells.push(format!("{:<12}{:<12}", "first", "last"));
    }
    let front: usize = cells.iter().map(|cell| columns(cell)).sum();
    let room = width.saturating_sub(front).max(20);
    writeln!(out, "{quiet}{}{}{quiet:#}", cells.concat(), cut(head, room))?;
    for group in groups.iter().take(MOST) {
        let mut cells = vec![
            cell(&thousands(group.logs), 6),
            cell(&percent(group.share), 7),
        ];
        if machines {
            let count = Some(group.machines).filter(|count| *count > 0);
            cells.push(cell(&count.map(thousands).unwrap_or_default(), 10));
        }
        if dates {
            let day = |at: &Option<String>| {
                let day = at.as_deref().and_then(|at| at.get(..10));
                format!("{:<12}", day.unwrap_or(""))
            };
            cells.push(day(&group.first) + &day(&group.last));
        }
        let style = style(group.change);
        let title = cut_end(&clean(&group.title), room);
        writeln!(out, "{}{style}{title}{style:#}", cells.concat())?;
        for (label, text) in below(group) {
            let text = cut_end(&clean(&text), width.saturating_sub(INDENT + 4));
            writeln!(out, "{:INDENT$}{quiet}{label:<4}{quiet:#}{text}", "")?;
        }
    }
    if let Some(more @ 1..) = groups.len().checked_sub(MOST) {
        writeln!(out, "… and {more} more; --format json has them all")?;
    }
    writeln!(out)
}

/// What stands below a group's line.
fn below(group: &GroupReport) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    if let Some(change) = group.change {
        let before = thousands(group.logs_before.unwrap_or(0));
        let new = group.new_machines.unwrap_or(0);
        let mended = group.mended_machines.unwrap_or(0);
        lines.push(match change {
            Change::New => ("new", "not in the earlier scan".to_owned()),
            Change::Gone => ("gone", format!("{before} logs in the earlier scan")),
            Change::Still => (
                "was",
                format!("{before} logs; {new} machines new, {mended} mended"),
            ),
        });
    }
    if group.change == Some(Change::Gone) {
        return lines;
    }
    if let Some(remedy) = &group.remedy {
        let step = remedy.first_step.trim_end_matches(['.', ':']);
        lines.push(("do", format!("{}: {step}", remedy.rule)));
    }
    lines.push(("eg", group.example.clone()));
    lines
}

/// Writes the machines with the most failures.
pub fn write_machines(
    out: &mut dyn Write,
    worst: &[MachineReport],
    width: usize,
) -> io::Result<()> {
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
