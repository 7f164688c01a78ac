//! `msilog compare`: where two runs part, and what differed before.

use std::io::Write;
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use anyhow::Result;
use clap::Args;
use serde_json::json;

use super::detailed::{Detailed, DetailedArguments, Form};
use super::{Status, output};
use crate::details::compare::{Comparison, Difference, Side, Step, compare};
use crate::report::layout::{clean, cut_end, wrap};
use crate::report::{Kind, LogReport, words};

/// Most differences of a list on a screen.
const MOST: usize = 12;

const STRONG: Style = Style::new().bold();
const HEAD: Style = AnsiColor::Cyan.on_default().bold();
const QUIET: Style = Style::new().dimmed();

/// What is compared.
#[derive(Debug, Args)]
pub struct CompareArguments {
    /// The log of the run that worked
    #[arg(value_name = "GOOD")]
    good: PathBuf,

    /// The log of the run that did not
    #[arg(value_name = "BAD")]
    bad: PathBuf,

    /// How to write it
    #[arg(long, value_enum, default_value_t = Form::Text, value_name = "FORMAT")]
    format: Form,

    /// All differences, also those that came after the runs had parted
    #[arg(short, long)]
    verbose: bool,

    #[command(flatten)]
    how: DetailedArguments,
}

/// Compares two runs.
pub fn run(arguments: &CompareArguments, rules: &[PathBuf]) -> Result<Status> {
    let (options, status) = arguments.how.options(rules);
    let paths = [arguments.good.as_path(), arguments.bad.as_path()];
    let [good, bad] = arguments.how.both(paths, &options)?;
    for side in [&good, &bad] {
        if side.report.kind == Kind::Unrecognised {
            let name = words::log_name(&side.report);
            output::complain(&format!("{name}: this is no installer log"));
            return Ok(Status::Trouble);
        }
    }
    let sides = [&good, &bad].map(|side| Side {
        report: &side.report,
        details: &side.details,
    });
    let found = compare(sides);
    if arguments.format == Form::Json {
        let mut out = output::data();
        let answer = json!({"good": good.report.path, "bad": bad.report.path, "comparison": found});
        serde_json::to_writer_pretty(&mut out, &answer)?;
        writeln!(out)?;
        out.flush()?;
        return Ok(status);
    }
    let mut out = output::standard();
    let view = View {
        width: output::width(),
        verbose: arguments.verbose,
    };
    view.write(&mut out, &good, &bad, &found)?;
    out.flush()?;
    Ok(status)
}

struct View {
    width: usize,
    verbose: bool,
}

impl View {
    fn write(
        &self,
        out: &mut dyn Write,
        good: &Detailed,
        bad: &Detailed,
        found: &Comparison,
    ) -> Result<()> {
        self.verdict(out, "first", &good.report)?;
        self.verdict(out, "second", &bad.report)?;
        writeln!(out)?;
        if !found.same_product {
            self.paragraph(
                out,
                "Note",
                "These are logs of two products: only how they ran is compared.",
            )?;
        }
        self.paragraph(out, "Parting", &parting(found))?;
        let failed = bad
            .report
            .principal()
            .filter(|session| session.failure.is_some());
        if let Some(session) = failed {
            self.paragraph(out, "Cause", &words::why(session))?;
        }
        if !found.before.is_empty() {
            writeln!(out, "\n{HEAD}What differed before{HEAD:#}")?;
            self.differences(out, &found.before)?;
        }
        if self.verbose && !found.after.is_empty() {
            writeln!(out, "\n{HEAD}What differed after{HEAD:#}")?;
            self.differences(out, &found.after)?;
        } else if !found.after.is_empty() {
            let count = found.after.len();
            writeln!(
                out,
                "\n{QUIET}{count} more differences came after that, or nobody can tell when: -v{QUIET:#}"
            )?;
        }
        let [first, second] = &found.only;
        self.only(out, "Only in the first", first)?;
        self.only(out, "Only in the second", second)
    }

    fn verdict(&self, out: &mut dyn Write, which: &str, report: &LogReport) -> Result<()> {
        let told = report
            .principal()
            .map(|session| words::headline_of(report, session));
        let text = format!("{}: {}", words::log_name(report), told.unwrap_or_default());
        self.paragraph(out, which, &text)
    }

    fn paragraph(&self, out: &mut dyn Write, label: &str, text: &str) -> Result<()> {
        let lines = wrap(&clean(text), self.width.saturating_sub(9).max(20));
        for (at, line) in lines.iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            writeln!(out, "{STRONG}{label:<8}{STRONG:#} {line}")?;
        }
        Ok(())
    }

    fn differences(&self, out: &mut dyn Write, all: &[Difference]) -> Result<()> {
        let most = if self.verbose { usize::MAX } else { MOST };
        for difference in all.iter().take(most) {
            let name = format!("{} {}", difference.of, difference.name);
            writeln!(out, "  {STRONG}{}{STRONG:#}", clean(&name))?;
            for (side, (value, line)) in ["first", "second"]
                .into_iter()
                .zip(difference.values.iter().zip(difference.lines))
            {
                let place = line.map_or(String::new(), |line| format!("  (line {line})"));
                let value = value.as_deref().map_or_else(|| "-".into(), clean);
                let value = cut_end(&value, self.width.saturating_sub(13 + place.len()).max(20));
                writeln!(out, "    {side:<7} {value}{QUIET}{place}{QUIET:#}")?;
            }
        }
        if all.len() > most {
            writeln!(out, "  {QUIET}and {} more: -v{QUIET:#}", all.len() - most)?;
        }
        Ok(())
    }

    fn only(&self, out: &mut dyn Write, title: &str, steps: &[Step]) -> Result<()> {
        if steps.is_empty() {
            return Ok(());
        }
        let most = if self.verbose { usize::MAX } else { MOST };
        writeln!(out, "\n{HEAD}{title}{HEAD:#}")?;
        let named = steps
            .iter()
            .take(most)
            .map(|step| format!("{} (line {})", clean(&step.name), step.line));
        let mut text = named.collect::<Vec<_>>().join(", ");
        if steps.len() > most {
            text += &format!(" and {} more", steps.len() - most);
        }
        for line in wrap(&text, self.width.saturating_sub(2).max(20)) {
            writeln!(out, "  {line}")?;
        }
        Ok(())
    }
}

/// Where they part, in words.
fn parting(found: &Comparison) -> String {
    let Some(parting) = &found.parting else {
        return match found.alike {
            0 => "Neither log tells of actions that could be compared.".to_owned(),
            alike => format!("Both did the same {alike} actions with the same results."),
        };
    };
    let alike = match &parting.last_alike {
        Some(last) => format!("Both did the same {} actions, up to {last}. ", found.alike),
        None => "They part from the beginning. ".to_owned(),
    };
    let [first, second] = &parting.then;
    let told = |step: &Option<Step>| match step {
        Some(step) if step.name == "Rollback" => format!("was rolled back (line {})", step.line),
        Some(step) => format!("did {} (line {})", step.name, step.line),
        None => "did nothing more".to_owned(),
    };
    match (parting.same_action, first, second) {
        (true, Some(first), Some(second)) => {
            let value = |step: &Step| match step.return_value {
                Some(3) => "failed",
                Some(2) => "was cancelled",
                None => "has no end",
                Some(_) => "worked",
            };
            let (one, two) = (value(first), value(second));
            let (here, there) = (first.line, second.line);
            format!(
                "{alike}Then {} {one} in the first (line {here}) and {two} in the second (line {there}).",
                first.name
            )
        }
        _ => format!(
            "{alike}Then the first {}, the second {}.",
            told(first),
            told(second)
        ),
    }
}
