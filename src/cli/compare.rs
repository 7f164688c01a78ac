//! `msilog compare`: where two runs part, and what differed before.

use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use anyhow::Result;
use clap::{Args, ValueEnum};
use serde_json::json;

use super::detailed::{Detailed, DetailedArguments};
use super::identity::InUse;
use super::new_file::{How, NewFile};
use super::output::Out;
use super::{Status, output};
use crate::details::compare::{Comparison, Difference, Side, Step, compare};
use crate::details::parting;
use crate::page::side_by_side;
use crate::report::layout::{clean, cut_end, wrap};
use crate::report::{Kind, LogReport, reason, words};

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
    #[arg(long, value_enum, default_value_t = CompareForm::Text, value_name = "FORMAT")]
    format: CompareForm,

    /// Write to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// All differences, also those that came after the runs had parted
    #[arg(short, long)]
    verbose: bool,

    #[command(flatten)]
    how: DetailedArguments,
}

/// How to write the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CompareForm {
    /// For people
    Text,
    /// One JSON document
    Json,
    /// A page that stands alone, with the actions side by side
    Html,
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
    let mut in_use = InUse::default();
    for path in [&arguments.good, &arguments.bad] {
        in_use.add(path, "one of the logs");
    }
    let how = How {
        replace: true,
        ..How::default()
    };
    let file = arguments.output.as_deref();
    let file = file.map(|path| NewFile::create(path, how, &in_use));
    let file = file.transpose()?;
    let mut out: Out = match (&file, arguments.format) {
        (None, CompareForm::Text) => output::standard(),
        (None, _) => output::data(),
        (Some(file), CompareForm::Text) => output::without_colour(file.writer()?),
        (Some(file), _) => Box::new(BufWriter::new(file.writer()?)),
    };
    match arguments.format {
        CompareForm::Text => {
            let view = View {
                width: output::width(),
                verbose: arguments.verbose,
            };
            view.write(&mut out, &good, &bad, &found)?;
        }
        CompareForm::Json => {
            let (good, bad) = (&good.report.path, &bad.report.path);
            let answer = json!({"good": good, "bad": bad, "comparison": found});
            serde_json::to_writer_pretty(&mut out, &answer)?;
            writeln!(out)?;
        }
        CompareForm::Html => side_by_side::write(&mut out, sides, &found)?,
    }
    out.flush()?;
    drop(out);
    file.map_or(Ok(()), NewFile::finish)?;
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
        self.paragraph(out, "Parting", &parting::told(found))?;
        let failed = bad
            .report
            .principal()
            .filter(|session| session.failure.is_some());
        if let Some(session) = failed {
            self.paragraph(out, "Cause", &reason::told(session))?;
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
