//! Two runs side by side on a page without a script: where they part on top, what differed before, and all
//! actions in two columns, what both did alike folded away.

use std::io::{self, Write};

use super::head;
use crate::details::compare::{Comparison, Difference, Side, Step};
use crate::details::parting;
use crate::report::html::Html;
use crate::report::page::Form;
use crate::report::{reason, words};

/// So many alike actions in a row are shown; of more, the first and last of them.
const ALIKE: usize = 8;
/// Actions alike that are shown before and after what differs.
const AROUND: usize = 3;
/// Most rows of actions on the page.
const MOST: usize = 5_000;

/// A row of actions.
type Row = [Option<Step>; 2];

/// Writes the page.
///
/// # Errors
/// What the writer gives.
pub fn write(out: &mut dyn Write, sides: [Side<'_>; 2], found: &Comparison) -> io::Result<()> {
    head(
        out,
        "Two runs compared",
        None,
        include_str!("side_by_side.css"),
    )?;
    let class = if found.parting.is_some() {
        "parting"
    } else {
        "alike"
    };
    let told = Html::text(&parting::told(found));
    writeln!(
        out,
        "<h1>Two runs compared</h1>\n<p class=\"{class}\">{told}</p>"
    )?;
    let mut rows = String::new();
    for (what, told) in runs(sides) {
        let cells = told.map(|told| format!("<td>{}</td>", Html::text(&told)));
        rows += &format!("<tr><th scope=\"row\">{what}</th>{}</tr>\n", cells.concat());
    }
    table(out, "Runs", Some("What"), &rows)?;
    if !found.same_product {
        let note = "These are logs of two products: only how they ran is compared.";
        out.write_all(Html::paragraph(note).as_bytes())?;
    }
    differences(out, "What differed before", &found.before, true)?;
    differences(
        out,
        "What differed after, or nobody can tell when",
        &found.after,
        false,
    )?;
    actions(out, found)?;
    out.write_all(b"</main>\n</body>\n</html>\n")
}

/// What is said of each run.
fn runs(sides: [Side<'_>; 2]) -> Vec<(&'static str, [String; 2])> {
    let principal = sides.map(|side| (side.report, side.report.principal()));
    let result = |(report, session): (_, Option<_>)| {
        session.map_or_else(String::new, |session| words::headline_of(report, session))
    };
    let cause = principal.map(|(_, session)| {
        let failed = session.filter(|session| session.failure.is_some());
        failed.map_or_else(String::new, reason::told)
    });
    let mut rows = vec![
        (
            "Log",
            sides.map(|side| words::log_name(side.report).to_owned()),
        ),
        ("Result", principal.map(result)),
    ];
    if cause.iter().any(|cause| !cause.is_empty()) {
        rows.push(("Cause", cause));
    }
    rows
}

/// A table with a column for each run; `what` names the column before them.
fn table(out: &mut dyn Write, label: &str, what: Option<&str>, rows: &str) -> io::Result<()> {
    let what = what.map_or_else(String::new, |what| {
        format!("<th scope=\"col\" class=\"what\">{what}</th>")
    });
    writeln!(
        out,
        "<table class=\"pair\" aria-label=\"{label}\">\n<thead><tr>{what}<th scope=\"col\">First</th><th scope=\"col\">Second</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>"
    )
}

/// Facts that differ; `open`: they are shown, else they unfold.
fn differences(out: &mut dyn Write, title: &str, all: &[Difference], open: bool) -> io::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    let row = |difference: &Difference| {
        let name = Html::text(&format!("{} {}", difference.of, difference.name));
        let values = difference.values.iter().zip(difference.lines);
        let cells: String = values
            .map(|(value, line)| match value {
                Some(value) => format!("<td>{}{}</td>", Html::code(value), place(line)),
                None => "<td class=\"lone\">not there</td>".to_owned(),
            })
            .collect();
        format!("<tr><th scope=\"row\">{name}</th>{cells}</tr>\n")
    };
    let rows: String = all.iter().map(row).collect();
    writeln!(out, "<section>\n<h2>{title}</h2>")?;
    if !open {
        writeln!(out, "<details><summary>{} differences</summary>", all.len())?;
    }
    table(out, title, Some("What"), &rows)?;
    out.write_all(if open {
        b"</section>\n"
    } else {
        b"</details>\n</section>\n"
    })
}

/// All actions in two columns.
fn actions(out: &mut dyn Write, found: &Comparison) -> io::Result<()> {
    let shown = found.actions.get(..MOST).unwrap_or(&found.actions);
    if shown.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section>\n<h2>Actions side by side</h2>")?;
    let parts = |row: &Row| {
        found
            .parting
            .as_ref()
            .is_some_and(|point| &point.then == row)
    };
    for stretch in shown.chunk_by(|one, next| is_alike(one) == is_alike(next)) {
        let alike = stretch.first().is_some_and(is_alike);
        let (front, rest) = stretch.split_at(match alike && stretch.len() > ALIKE {
            true => AROUND,
            false => stretch.len(),
        });
        stretch_of(out, front, &parts)?;
        let (middle, back) = rest.split_at(rest.len().saturating_sub(AROUND));
        if !middle.is_empty() {
            let count = middle.len();
            writeln!(
                out,
                "<details><summary>{count} more that both did alike</summary>"
            )?;
            stretch_of(out, middle, &parts)?;
            writeln!(out, "</details>")?;
        }
        stretch_of(out, back, &parts)?;
    }
    let more = found.actions.len() - shown.len();
    if more > 0 {
        out.write_all(Html::paragraph(&format!("{more} more are not on this page.")).as_bytes())?;
    }
    out.write_all(b"</section>\n")
}

/// Both did it, with the same result.
fn is_alike(row: &Row) -> bool {
    let [Some(first), Some(second)] = row else {
        return false;
    };
    first.name == second.name && first.return_value == second.return_value
}

fn stretch_of(out: &mut dyn Write, rows: &[Row], parts: &dyn Fn(&Row) -> bool) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let row = |row: &Row| {
        let [first, second] = row;
        let names = [first, second].map(|step| step.as_ref().map(|step| &step.name));
        let cell = |step: &Option<Step>| match step {
            Some(step) => action(step, names[0] == names[1]),
            None => "<td></td>".to_owned(),
        };
        let class = if parts(row) { " class=\"parting\"" } else { "" };
        let cells: String = row.iter().map(cell).collect();
        format!("<tr{class}>{cells}</tr>\n")
    };
    let rows: String = rows.iter().map(row).collect();
    table(out, "Actions", None, &rows)
}

fn action(step: &Step, paired: bool) -> String {
    let class = if paired { "" } else { " class=\"lone\"" };
    let bad = step.failed || matches!(step.return_value, Some(2 | 3));
    let result = match step.return_value {
        Some(2 | 3) => format!(" {}", parting::result(step)),
        _ => String::new(),
    };
    let took = step
        .ms
        .map_or_else(String::new, |ms| format!(", {}", words::duration(ms)));
    let name = Html::text(&step.name);
    let name = match bad {
        true => format!("<span class=\"bad\">{name}{result}</span>"),
        false => name,
    };
    // How deep it is stands in letters: a page without its style has it, too.
    let deep = "\u{a0}\u{a0}".repeat(step.depth.saturating_sub(1).min(8));
    let place = format!("<span class=\"place\">line {}{took}</span>", step.line);
    format!("<td{class}>{deep}{name} {place}</td>")
}

fn place(line: Option<u64>) -> String {
    line.map_or_else(String::new, |line| {
        format!(" <span class=\"place\">line {line}</span>")
    })
}
